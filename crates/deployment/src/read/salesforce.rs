//! Salesforce, as the administrator who asks: nothing is read that they may not see.

mod rights;

use std::collections::BTreeMap;

use crm::{Comparison, Crm, Error as CrmError, Filter, Query, Record, Value};
use kernel::{Coded as _, Scope};

use super::customise::described;
use crate::{
    Deployment,
    evidence::Application,
    facts::{Colleague, Organisation, Own, Reading, Seller},
};
use rights::Shown;

/// Addresses of one question. Ours: a query stays short.
pub(super) const AT_ONCE: usize = 50;
/// Sellers who are looked up. Ours.
pub(super) const LOOKED_AT: usize = 500;

impl Deployment {
    pub(super) async fn salesforce(&self, scope: &Scope, own: &Own) -> Reading<Organisation> {
        match self.elsewhere(scope, crm_connections::SystemKind::Salesforce).await {
            Ok(None) => Reading::Absent,
            Ok(Some(crm)) => {
                let mut found = match organisation(crm.as_ref(), &own.sellers).await {
                    Ok(found) => found,
                    Err(error) => return Reading::Refused(refused(&error)),
                };
                let Some((id, forms, published)) = self.chosen_forms(scope, own).await else {
                    return Reading::Read(found);
                };
                // what fails here leaves its own checks unknown, and no others
                found.described = described(crm.as_ref(), id, &forms).await.ok();
                if let Some(users) = &found.users {
                    let described = found.described.as_ref();
                    let of = Shown { forms: &forms, published, described };
                    let read = rights::rights(crm.as_ref(), users, &of).await;
                    found.rights = read.unwrap_or_default();
                }
                Reading::Read(found)
            }
            Err(code) => Reading::Refused(code),
        }
    }
}

/// What stands in the way, as the code that people can look up.
pub(super) fn refused(error: &CrmError) -> String {
    error.code().name().to_owned()
}

/// What is not there for who asks is left out; what fails ends it.
pub(super) fn shown<T>(outcome: Result<T, CrmError>) -> Result<Option<T>, CrmError> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(
            CrmError::ObjectHidden { .. }
            | CrmError::FieldHidden { .. }
            | CrmError::NotAllowed
            | CrmError::Query { .. },
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn organisation(crm: &dyn Crm, sellers: &[Seller]) -> Result<Organisation, CrmError> {
    let mut found = Organisation::default();
    let query = Query::of("Organization", &["OrganizationType"]).size(1);
    if let Some(page) = shown(crm.query(&query).await)? {
        found.edition = page.records.first().and_then(|row| text(row, "OrganizationType"));
    }
    let profiles = profiles(crm).await?;
    let sets = sets(crm).await?;
    if let Some(profiles) = &profiles {
        found.users = users(crm, sellers, (profiles, sets.as_deref())).await?;
        found.customisers = customisers(crm, profiles).await?;
    }
    found.applications = applications(crm, &named(profiles.as_ref(), sets.as_ref())).await?;
    if let Some(may) = shown(crm.permissions("EmailMessage").await)? {
        found.stores_mail = Some(may.create);
    }
    let own = Filter::compare("Name", Comparison::Equal, Value::from(INTEGRATION));
    let query = Query::of("UserLicense", &["TotalLicenses", "UsedLicenses"]).filter(own).size(1);
    if let Some(page) = shown(crm.query(&query).await)? {
        let row = page.records.first();
        let number = |name: &str| row.map_or(Some(0), |row| whole(row, name));
        found.integration = number("TotalLicenses").zip(number("UsedLicenses"));
    }
    Ok(found)
}

/// The licence of integration users, as organisations are sold it.
const INTEGRATION: &str = "Salesforce Integration";
/// Rows of one list. Ours: what comes after is not looked at, and nothing is said of it.
const ROWS: usize = 10_000;

/// All rows of a query; nothing where who asks may not see them, or where there are more than are looked at.
pub(super) async fn all(crm: &dyn Crm, mut query: Query) -> Result<Option<Vec<Record>>, CrmError> {
    let mut rows = Vec::new();
    loop {
        let Some(page) = shown(crm.query(&query).await)? else { return Ok(None) };
        rows.extend(page.records);
        match page.next {
            Some(_) if rows.len() >= ROWS => return Ok(None),
            Some(next) => query = query.behind(next),
            None => return Ok(Some(rows)),
        }
    }
}

fn is_on(row: &Record, name: &str) -> bool {
    row.values.get(name) == Some(&Value::Boolean(true))
}

fn whole(row: &Record, name: &str) -> Option<i64> {
    match row.values.get(name)? {
        Value::Whole(number) => Some(*number),
        _ => None,
    }
}

/// The row that a lookup leads to.
fn to(row: &Record, name: &str) -> Option<String> {
    match row.values.get(name)? {
        Value::Row(row) => Some(row.id.0.clone()),
        Value::Id(id) => Some(id.0.clone()),
        _ => None,
    }
}

/// Profiles with what they allow. Organisations of some editions do not tell who manages data integrations.
async fn profiles(crm: &dyn Crm) -> Result<Option<Vec<Record>>, CrmError> {
    let fields = [
        "Name",
        "PermissionsApiEnabled",
        "PermissionsModifyAllData",
        "PermissionsManageDataIntegrations",
    ];
    for upto in [4, 3, 2] {
        let query = Query::of("Profile", fields.get(..upto).unwrap_or_default()).size(200);
        if let Some(found) = all(crm, query).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Permission sets, those of profiles among them.
async fn sets(crm: &dyn Crm) -> Result<Option<Vec<Record>>, CrmError> {
    let fields = ["Name", "Label", "ProfileId", "PermissionsApiEnabled"];
    all(crm, Query::of("PermissionSet", &fields).size(200)).await
}

/// What each permission set is known as: by its name, its label and its identifier, or by the profile whose it is.
fn named(
    profiles: Option<&Vec<Record>>,
    sets: Option<&Vec<Record>>,
) -> BTreeMap<String, Vec<String>> {
    let profile = |id: &str| {
        let found = profiles?.iter().find(|one| one.at.id.0 == id)?;
        text(found, "Name")
    };
    let names = |set: &Record| match to(set, "ProfileId") {
        Some(of) => profile(&of).into_iter().collect(),
        None => [text(set, "Name"), text(set, "Label"), Some(set.at.id.0.clone())]
            .into_iter()
            .flatten()
            .collect(),
    };
    sets.into_iter().flatten().map(|set| (set.at.id.0.clone(), names(set))).collect()
}

/// Sellers with their profiles and permission sets, and whether one of these lets them use interfaces.
async fn users(
    crm: &dyn Crm,
    sellers: &[Seller],
    (profiles, sets): (&[Record], Option<&[Record]>),
) -> Result<Option<Vec<Colleague>>, CrmError> {
    let addresses: Vec<_> =
        sellers.iter().filter(|one| !one.address.is_empty()).take(LOOKED_AT).collect();
    let (mut users, mut has) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    let mut sets = sets;
    for some in addresses.chunks(AT_ONCE) {
        let wanted = some.iter().map(|one| Value::from(one.address.as_str())).collect();
        let filter = Filter::All(vec![
            Filter::OneOf("Email".to_owned(), wanted),
            Filter::compare("IsActive", Comparison::Equal, Value::Boolean(true)),
        ]);
        let query = Query::of("User", &["Email", "ProfileId"]).filter(filter).size(200);
        let Some(found) = all(crm, query).await? else { return Ok(None) };
        let ids: Vec<_> = found.iter().map(|user| Value::Row(user.at.clone())).collect();
        users.extend(found);
        if sets.is_none() || ids.is_empty() {
            continue;
        }
        let of = Filter::OneOf("AssigneeId".to_owned(), ids);
        let fields = ["AssigneeId", "PermissionSetId"];
        let query = Query::of("PermissionSetAssignment", &fields).filter(of).size(200);
        match all(crm, query).await? {
            None => sets = None,
            Some(rows) => {
                for row in &rows {
                    if let (Some(who), Some(set)) =
                        (to(row, "AssigneeId"), to(row, "PermissionSetId"))
                    {
                        has.entry(who).or_default().push(set);
                    }
                }
            }
        }
    }
    let mut colleagues = Vec::with_capacity(users.len());
    for user in &users {
        let of_profile = to(user, "ProfileId").unwrap_or_default();
        // whose profile cannot be seen is not known to be fine
        let Some(profile) = profiles.iter().find(|one| one.at.id.0 == of_profile) else {
            return Ok(None);
        };
        let held = has.get(&user.at.id.0).map(Vec::as_slice).unwrap_or_default();
        let own: Option<Vec<&Record>> =
            sets.map(|sets| sets.iter().filter(|set| held.contains(&set.at.id.0)).collect());
        let by_set = own.iter().flatten().any(|set| is_on(set, "PermissionsApiEnabled"));
        let may = is_on(profile, "PermissionsApiEnabled") || by_set;
        if !may && own.is_none() {
            // a permission set that cannot be seen may give it: only what a profile says is told
            return Ok(None);
        }
        let names = |set: &&Record| {
            [text(set, "Name"), text(set, "Label"), Some(set.at.id.0.clone())].into_iter().flatten()
        };
        let is_of_profile = |set: &&Record| to(set, "ProfileId").is_some_and(|of| of == of_profile);
        let of_profile = sets.into_iter().flatten().filter(is_of_profile);
        let ids = of_profile.map(|set| set.at.id.0.clone()).chain(held.iter().cloned());
        colleagues.push(Colleague {
            user: Some(user.at.clone()),
            held: ids.collect(),
            address: text(user, "Email").unwrap_or_default(),
            profile: text(profile, "Name").unwrap_or_default(),
            sets: own.map(|own| own.iter().flat_map(names).collect()),
            may,
        });
    }
    Ok(Some(colleagues))
}

/// Profiles that may change everything and that an active user has.
async fn customisers(crm: &dyn Crm, profiles: &[Record]) -> Result<Option<Vec<String>>, CrmError> {
    let told = |one: &Record| one.values.contains_key("PermissionsModifyAllData");
    if profiles.is_empty() || !profiles.iter().all(told) {
        return Ok(None);
    }
    let may = |one: &&Record| {
        is_on(one, "PermissionsModifyAllData") || is_on(one, "PermissionsManageDataIntegrations")
    };
    let mut names = Vec::new();
    for profile in profiles.iter().filter(may).take(AT_ONCE) {
        let filter = Filter::All(vec![
            Filter::compare("ProfileId", Comparison::Equal, Value::Row(profile.at.clone())),
            Filter::compare("IsActive", Comparison::Equal, Value::Boolean(true)),
        ]);
        let query = Query::of("User", &["Email"]).filter(filter).size(1);
        let Some(page) = shown(crm.query(&query).await)? else { return Ok(None) };
        if !page.records.is_empty() {
            names.extend(text(profile, "Name"));
        }
    }
    Ok(Some(names))
}

/// Both kinds of applications with what the objects tell of their policies (`ConnectedApplication`,
/// `ExtlClntAppOauthPlcyCnfg`): of the first kind neither IP addresses nor time-outs are told, and a period of refresh
/// tokens only where there is one.
async fn applications(
    crm: &dyn Crm,
    named: &BTreeMap<String, Vec<String>>,
) -> Result<Vec<Application>, CrmError> {
    let fields = ["ParentId", "SetupEntityId"];
    let access = all(crm, Query::of("SetupEntityAccess", &fields).size(200)).await?;
    let granted = |id: &str| -> Vec<String> {
        let own = access
            .iter()
            .flatten()
            .filter(|row| to(row, "SetupEntityId").is_some_and(|to| to == id));
        own.filter_map(|row| named.get(&to(row, "ParentId")?)).flatten().cloned().collect()
    };
    let mut found = Vec::new();
    let fields = [
        "Name",
        "OptionsAllowAdminApprovedUsersOnly",
        "OptionsHasSessionLevelPolicy",
        "RefreshTokenValidityPeriod",
    ];
    for row in
        all(crm, Query::of("ConnectedApplication", &fields).size(200)).await?.iter().flatten()
    {
        let Some(name) = text(row, "Name") else { continue };
        let switch = |name: &str| match row.values.get(name) {
            Some(Value::Boolean(on)) => Some(*on),
            _ => None,
        };
        let high = switch("OptionsHasSessionLevelPolicy");
        let period = whole(row, "RefreshTokenValidityPeriod").filter(|period| *period > 0);
        found.push(Application {
            name,
            pre_authorized: switch("OptionsAllowAdminApprovedUsersOnly"),
            refresh: period.map(|_| "SpecificLifetime".to_owned()),
            session_level: high
                .map(|high| if high { "HIGH_ASSURANCE" } else { "STANDARD" }.to_owned()),
            granted_to: granted(&row.at.id.0),
            ..Application::default()
        });
    }
    let apps = all(
        crm,
        Query::of("ExternalClientApplication", &["DeveloperName", "MasterLabel"]).size(200),
    );
    let apps = apps.await?.unwrap_or_default();
    let fields = [
        "ExternalClientApplicationId",
        "PermittedUsersPolicyType",
        "IpRelaxationPolicyType",
        "RefreshTokenPolicyType",
        "SessionTimeoutInMinutes",
        "RequiredSessionLevel",
    ];
    for row in
        all(crm, Query::of("ExtlClntAppOauthPlcyCnfg", &fields).size(200)).await?.iter().flatten()
    {
        let Some(of) = to(row, "ExternalClientApplicationId") else { continue };
        let Some(app) = apps.iter().find(|app| app.at.id.0 == of) else { continue };
        let permitted = text(row, "PermittedUsersPolicyType");
        found.push(Application {
            name: text(app, "DeveloperName").unwrap_or_default(),
            label: text(app, "MasterLabel"),
            external: true,
            pre_authorized: match permitted.as_deref() {
                Some("AdminApprovedPreAuthorized") => Some(true),
                Some("AllSelfAuthorized") => Some(false),
                _ => None,
            },
            ip: text(row, "IpRelaxationPolicyType"),
            refresh: text(row, "RefreshTokenPolicyType"),
            session_minutes: Some(
                whole(row, "SessionTimeoutInMinutes").unwrap_or_default().to_string(),
            ),
            session_level: text(row, "RequiredSessionLevel"),
            granted_to: granted(&of),
            ..Application::default()
        });
    }
    Ok(found)
}

pub(super) fn text(row: &Record, name: &str) -> Option<String> {
    match row.values.get(name)? {
        Value::Text(text) | Value::Choice(text) => Some(text.clone()),
        _ => row.texts.get(name).cloned(),
    }
}
