//! What stands between the reader and the CRM: what is wrong, and what helps.

use askama::{Template, filters::HtmlSafe};
use crm_connections::{CrmSystem, Error, SystemKind};
use kernel::{Coded as _, Kind};
use web_frame::{Frame, Html};

/// What is wrong, with its remedy.
#[derive(Debug, Template)]
#[template(path = "records/trouble.html")]
pub(crate) struct Trouble {
    frame: Frame,
    pub(crate) title: String,
    pub(crate) detail: String,
    /// What the CRM itself says.
    pub(crate) said: Vec<String>,
    /// Records that are there already: what they are called, and their pages.
    twins: Vec<(String, String)>,
    /// The code that the documentation of the CRM knows.
    code: Option<String>,
    /// Where a new sign-in begins.
    sign_in: Option<String>,
    /// Where CRMs are chosen and signed in to.
    choose: bool,
    /// Where policies are, for those who may change them.
    policies: bool,
    /// Whether it stands in a form, whose values are to be kept.
    inside: bool,
    /// After how long another attempt makes sense, in minutes.
    minutes: Option<i64>,
}

impl HtmlSafe for Trouble {}

/// A page that shows nothing but that.
#[derive(Debug, Template)]
#[template(path = "records/stopped.html")]
pub(crate) struct Page {
    pub(crate) frame: Frame,
    pub(crate) trouble: Trouble,
}

impl Trouble {
    /// What is wrong, unless it is a failure of ours.
    pub(crate) fn of(frame: &Frame, error: &Error, system: Option<&CrmSystem>) -> Option<Self> {
        let code = error.code();
        if code.kind() == Kind::Internal {
            return None;
        }
        let name = code.name();
        let over = matches!(
            name,
            "crm.session_ended"
                | "crm.scope_missing"
                | "crm_connection.lost"
                | "crm_connection.disabled"
                | "crm_connection.needed"
        );
        let elsewhere = system.filter(|system| system.kind != SystemKind::Embedded);
        let sign_in =
            elsewhere.filter(|_| over).map(|system| format!("/crm/{}/sign-in", system.id));
        let wait = error.retry_after().map(|wait| wait.as_secs().div_ceil(60));
        Some(Self {
            title: frame.t.code(name),
            detail: frame.t.code_detail(name),
            said: said(frame, error),
            twins: twins(error),
            code: protocol(error, elsewhere),
            choose: sign_in.is_none() && (over || name == "crm_system.not_found"),
            policies: name == "data_policy.violation"
                && frame.may(kernel::Permission::DataPolicyManage),
            sign_in,
            inside: false,
            minutes: wait.and_then(|wait| i64::try_from(wait.max(1)).ok()),
            frame: frame.clone(),
        })
    }

    /// It as markup, to stand in a form where it happened.
    pub(crate) fn html(self) -> Html {
        Html::of(&Self { inside: true, ..self })
    }
}

/// What the CRM says in its own words, and which fields it means.
fn said(frame: &Frame, error: &Error) -> Vec<String> {
    match error {
        Error::Crm(crm::Error::FieldHidden { fields, .. }) => {
            vec![frame.say1("web-crm.fields-hidden", "fields", fields.join(", "))]
        }
        Error::Crm(crm::Error::Refused { findings, .. }) => {
            let whole = findings.iter().filter(|finding| finding.pointer.is_empty());
            whole.map(|finding| finding.detail.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// What a record is a duplicate of. Names and ids are the CRM's own: what is no plain name leads nowhere.
fn twins(error: &Error) -> Vec<(String, String)> {
    let Error::Crm(crm::Error::Duplicate { twins, .. }) = error else { return Vec::new() };
    let plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let one = |twin: &crm::Twin| {
        let (table, id) = (&twin.at.table, &twin.at.id.0);
        let name = if twin.name.is_empty() { id } else { &twin.name };
        (plain(table) && plain(id) && !table.is_empty())
            .then(|| (name.clone(), format!("/crm/records/{table}/{id}")))
    };
    twins.iter().filter_map(one).collect()
}

/// The code that the documentation of the CRM knows, where it has one.
fn protocol(error: &Error, elsewhere: Option<&CrmSystem>) -> Option<String> {
    let salesforce = elsewhere.is_some_and(|system| system.kind == SystemKind::Salesforce);
    let known = match (error, error.code().name()) {
        // what was refused before the CRM was asked has no code there
        (Error::Crm(crm::Error::Refused { code, .. }), _) if !code.is_empty() => code,
        (_, "data_policy.violation") => "ConnectionApiPolicyViolation",
        (_, "crm.api_disabled") if salesforce => "API_DISABLED_FOR_ORG",
        (_, "crm.limit_reached") if salesforce => "REQUEST_LIMIT_EXCEEDED",
        (_, "crm.session_ended") if salesforce => "INVALID_SESSION_ID",
        (_, "crm.field_hidden") if salesforce => "INVALID_FIELD",
        (_, "crm.not_allowed") if salesforce => "INSUFFICIENT_ACCESS_OR_READONLY",
        (_, "crm.record_locked") if salesforce => "UNABLE_TO_LOCK_ROW",
        _ => return None,
    };
    Some(known.to_owned())
}
