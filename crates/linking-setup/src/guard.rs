//! The same rules for whoever writes the rows themselves: through the Web API, an import, a form.

use db::Tx;
use kernel::{Code, Kind, Permission};
use records::{Error, Plugin, Result, RowChange};
use tables::Value;
use url::Url;

use crate::{
    cache::CHANGED,
    store,
    switches::{BASIC, DEPLOYMENT, ENHANCED, ONE_DRIVE, SHARE_POINT, USER_SYNC},
};

/// The code of the published feature, as the Web API writes codes.
pub(crate) const CODE: &str = "0x800503ca";
/// `OperationNotAllowed`, as the platform says that something is not done so.
const REFUSED: &str = "0x80040265";
/// `PrivilegeDenied`.
const PRIVILEGE: &str = "0x80040220";
/// `InvalidArgument`.
const ARGUMENT: &str = "0x80040203";

/// Runs with every change of an organisation, a site or a location, in its transaction.
#[derive(Debug)]
pub(crate) struct Guard;

impl Plugin for Guard {
    fn concerns(&self, table: &str) -> bool {
        matches!(table, "organization" | "sharepointsite" | "sharepointdocumentlocation")
    }

    fn before(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        if change.after.is_none() {
            return Ok(());
        }
        if change.table.logical == "organization" {
            return switches(tx, change);
        }
        address(change)
    }

    fn after(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        if change.table.logical == "organization" {
            tx.notify(CHANGED, change.environment.uuid(), 0);
        }
        Ok(())
    }
}

fn refused<T>(rule: Code, code: &'static str, message: impl Into<String>) -> Result<T> {
    Err(Error::Rule { rule, code, message: message.into() })
}

fn switches(tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
    let is = |column: &str| change.is(column) == Some(&Value::Boolean(true));
    let turned_on = |column: &str| change.changes(column) && is(column);
    if [BASIC, ENHANCED, USER_SYNC].iter().any(|column| change.changes(column))
        && !change.administrator
    {
        return refused(
            Code::new("linking.row_administrator", Kind::Conflict),
            PRIVILEGE,
            "Only a System Administrator can change the integration with Microsoft Teams.",
        );
    }
    if turned_on(BASIC) {
        prerequisites(tx, change)?;
    }
    let on = [ENHANCED, USER_SYNC].into_iter().any(turned_on);
    if on {
        if !is(BASIC) {
            return refused(
                Code::new("linking.row_basic_first", Kind::Conflict),
                REFUSED,
                "Turn on the linking of Dynamics 365 records to Microsoft Teams channels first.",
            );
        }
        if !tx.scope().may(Permission::SettingsManage) {
            return refused(
                Code::new("linking.row_tenant_administrator", Kind::Conflict),
                PRIVILEGE,
                "Only an administrator of the tenant can turn on Enhanced Microsoft Teams Integration.",
            );
        }
        if !store::consent(tx, crate::Which::First)?.holds() {
            return refused(
                Code::new("linking.row_consent", Kind::Conflict),
                REFUSED,
                "An administrator of the tenant must consent to Enhanced Microsoft Teams Integration first.",
            );
        }
    }
    Ok(())
}

/// `800503ca`: without `SharePoint` nothing may be left of it, nor of `OneDrive`. All that is in the way is told at once.
fn prerequisites(tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
    let is = |column: &str| change.is(column) == Some(&Value::Boolean(true));
    if change.is(DEPLOYMENT) == Some(&Value::Whole(1)) {
        return refused(
            Code::new("linking.row_on_premises", Kind::Conflict),
            REFUSED,
            "You cannot enable Microsoft Teams integration since the environment is integrated with \
             SharePoint on-premises",
        );
    }
    if change.model.table("account").is_none() {
        return refused(
            Code::new("linking.row_unsupported", Kind::Conflict),
            REFUSED,
            "Sorry, the environment you selected isn't up-to-date or isn't supported. Please select \
             another environment.",
        );
    }
    if is(SHARE_POINT) {
        return Ok(());
    }
    let sites = change.count(tx, "sharepointsite", ACTIVE_SITES)?;
    let locations = change.count(tx, "sharepointdocumentlocation", ABSOLUTE_LOCATIONS)?;
    let unmet: Vec<&str> = [
        (is(ONE_DRIVE), "RL-01 (OneDrive integration is on)"),
        (sites > 0, "RL-02 (there are active SharePoint sites)"),
        (locations > 0, "RL-03 (there are document locations with an absolute URL)"),
    ]
    .into_iter()
    .filter(|(stands, _)| *stands)
    .map(|(_, what)| what)
    .collect();
    if unmet.is_empty() {
        return Ok(());
    }
    refused(
        Code::new("linking.row_prerequisites", Kind::Conflict),
        CODE,
        format!("800503ca: the prerequisites are not met: {}.", unmet.join(", ")),
    )
}

/// Those that links made have the service type 3.
const ACTIVE_SITES: &str = "statecode = 0 AND (servicetype IS NULL OR servicetype <> 3)";
const ABSOLUTE_LOCATIONS: &str =
    "absoluteurl IS NOT NULL AND absoluteurl <> '' AND (servicetype IS NULL OR servicetype <> 3)";

/// An absolute address is one, and a relative one stays below its parent.
fn address(change: &RowChange<'_>) -> Result<()> {
    let text = |column: &str| match change.is(column) {
        Some(Value::Text(text)) if change.changes(column) => Some(text.as_str()),
        _ => None,
    };
    if let Some(address) = text("absoluteurl") {
        let url = Url::parse(address).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return refused(
                Code::new("linking.row_absolute_url", Kind::Conflict),
                ARGUMENT,
                "The absolute URL is no address of a site.",
            );
        }
    }
    if let Some(path) = text("relativeurl") {
        let leaves = path.split(['/', '\\']).any(|part| part == "..");
        if leaves || path.starts_with(['/', '\\']) || path.contains("://") {
            return refused(
                Code::new("linking.row_relative_url", Kind::Conflict),
                ARGUMENT,
                "The relative URL does not stay below its parent.",
            );
        }
    }
    Ok(())
}
