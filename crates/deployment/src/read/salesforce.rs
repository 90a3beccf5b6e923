//! Salesforce, as the administrator who asks: nothing is read that they may not see.

use crm::{Comparison, Crm, Error as CrmError, Filter, Query, Record, Value};
use kernel::{Coded as _, Scope};

use crate::{
    Deployment,
    facts::{Organisation, Reading, Seller},
};

/// Addresses of one question. Ours: a query stays short.
const AT_ONCE: usize = 50;
/// Sellers who are looked up. Ours.
pub(super) const LOOKED_AT: usize = 500;

impl Deployment {
    pub(super) async fn salesforce(
        &self,
        scope: &Scope,
        sellers: &[Seller],
    ) -> Reading<Organisation> {
        match self.elsewhere(scope, crm_connections::SystemKind::Salesforce).await {
            Ok(None) => Reading::Absent,
            Ok(Some(crm)) => match organisation(crm.as_ref(), sellers).await {
                Ok(found) => Reading::Read(found),
                Err(error) => Reading::Refused(refused(&error)),
            },
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
    found.users = users(crm, sellers).await?;
    let fields = ["Name", "OptionsAllowAdminApprovedUsersOnly"];
    let query = Query::of("ConnectedApplication", &fields).size(200);
    if let Some(page) = shown(crm.query(&query).await)? {
        let each = page.records.iter().filter_map(|row| {
            let only = match row.values.get("OptionsAllowAdminApprovedUsersOnly") {
                Some(Value::Boolean(only)) => Some(*only),
                _ => None,
            };
            Some((text(row, "Name")?, only))
        });
        found.applications = Some(each.collect());
    }
    if let Some(may) = shown(crm.permissions("EmailMessage").await)? {
        found.stores_mail = Some(may.create);
    }
    Ok(found)
}

/// Sellers with their profiles, and whether the profile or a permission set lets them use interfaces.
async fn users(
    crm: &dyn Crm,
    sellers: &[Seller],
) -> Result<Option<Vec<(String, String, bool)>>, CrmError> {
    let addresses: Vec<_> = sellers.iter().filter(|one| !one.address.is_empty()).collect();
    let mut users = Vec::new();
    for some in addresses.get(..addresses.len().min(LOOKED_AT)).unwrap_or_default().chunks(AT_ONCE)
    {
        let wanted = some.iter().map(|one| Value::from(one.address.as_str())).collect();
        let filter = Filter::All(vec![
            Filter::OneOf("Email".to_owned(), wanted),
            Filter::compare("IsActive", Comparison::Equal, Value::Boolean(true)),
        ]);
        let query = Query::of("User", &["Email", "ProfileId"]).filter(filter).size(200);
        let Some(page) = shown(crm.query(&query).await)? else { return Ok(None) };
        users.extend(page.records);
    }
    if users.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let query = Query::of("Profile", &["Name", "PermissionsApiEnabled"]).size(200);
    let Some(profiles) = shown(crm.query(&query).await)? else { return Ok(None) };
    let sets = granted_by_sets(crm).await?;
    let mut all = Vec::with_capacity(users.len());
    for user in &users {
        let profile = match user.values.get("ProfileId") {
            Some(Value::Row(row)) => row.id.0.clone(),
            Some(Value::Id(id)) => id.0.clone(),
            _ => String::new(),
        };
        let profile = profiles.records.iter().find(|one| one.at.id.0 == profile);
        // whose profile cannot be seen is not known to be fine
        let Some(profile) = profile else { return Ok(None) };
        let by_profile = profile.values.get("PermissionsApiEnabled") == Some(&Value::Boolean(true));
        let may = by_profile || sets.as_ref().is_some_and(|sets| sets.contains(&user.at.id.0));
        if !may && sets.is_none() {
            // a permission set that cannot be seen may give it: only what a profile says is told
            return Ok(None);
        }
        let name = text(profile, "Name").unwrap_or_default();
        all.push((text(user, "Email").unwrap_or_default(), name, may));
    }
    Ok(Some(all))
}

/// Users to whom a permission set gives `API Enabled`; nothing where permission sets cannot be seen.
async fn granted_by_sets(crm: &dyn Crm) -> Result<Option<Vec<String>>, CrmError> {
    let on = Filter::compare("PermissionsApiEnabled", Comparison::Equal, Value::Boolean(true));
    let query = Query::of("PermissionSet", &["Name"]).filter(on).size(200);
    let Some(sets) = shown(crm.query(&query).await)? else { return Ok(None) };
    let ids: Vec<_> = sets.records.iter().map(|set| Value::Row(set.at.clone())).collect();
    let mut users = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let of = Filter::OneOf("PermissionSetId".to_owned(), some.to_vec());
        let query = Query::of("PermissionSetAssignment", &["AssigneeId"]).filter(of).size(200);
        let mut query = query;
        loop {
            let Some(page) = shown(crm.query(&query).await)? else { return Ok(None) };
            users.extend(page.records.iter().filter_map(
                |row| match row.values.get("AssigneeId") {
                    Some(Value::Row(row)) => Some(row.id.0.clone()),
                    Some(Value::Id(id)) => Some(id.0.clone()),
                    _ => None,
                },
            ));
            match page.next {
                Some(next) if users.len() < 10_000 => query = query.behind(next),
                _ => break,
            }
        }
    }
    Ok(Some(users))
}

pub(super) fn text(row: &Record, name: &str) -> Option<String> {
    match row.values.get(name)? {
        Value::Text(text) | Value::Choice(text) => Some(text.clone()),
        _ => row.texts.get(name).cloned(),
    }
}
