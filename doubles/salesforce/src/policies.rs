//! What administrators see of applications, permission sets and licences: rows that follow what the door goes by.

use doubles_salesforce_schema::GOVERNED;
use serde_json::{Value, json};

use crate::{
    door::{App, Permitted, RefreshPolicy},
    fault::{Fault, Result},
    org::{Org, Row, is_deleted, text},
    rights::{ObjectRights, Rights},
};

/// Objects that only who may look at the setup can read.
pub(crate) const SETUP: [&str; 9] = [
    "PermissionSet",
    "PermissionSetAssignment",
    "SetupEntityAccess",
    "ObjectPermissions",
    "FieldPermissions",
    "ConnectedApplication",
    "ExternalClientApplication",
    "ExtlClntAppOauthPlcyCnfg",
    "UserLicense",
];

/// Writes a row of the organisation's own.
pub(crate) fn write(org: &mut Org, object: &'static str, id: &str, values: &Value) {
    let author = org.rows("User").next().map(|(id, _)| id.clone()).unwrap_or_default();
    let mut row: Row = values.as_object().cloned().unwrap_or_default().into_iter().collect();
    let stamp = org.stamp();
    for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        row.insert(name.to_owned(), stamp.as_str().into());
    }
    for name in ["CreatedById", "LastModifiedById"] {
        row.insert(name.to_owned(), author.as_str().into());
    }
    row.insert("Id".to_owned(), id.into());
    row.insert("IsDeleted".to_owned(), false.into());
    org.put(object, id, Some(row));
}

/// Every profile has a permission set of its own, with what the profile gives.
pub(crate) fn profiles(org: &mut Org) {
    let profiles: Vec<(String, Row)> =
        org.rows("Profile").map(|(id, row)| (id.clone(), row.clone())).collect();
    for (profile, row) in profiles {
        let id = own_set(org, &profile).unwrap_or_else(|| org.next_id("0PS"));
        let of = |name: &str| row.get(name).cloned().unwrap_or(Value::Bool(false));
        let values = json!({
            "Name": format!("X{profile}"), "Label": profile, "IsOwnedByProfile": true, "IsCustom": false, "ProfileId": profile,
            "PermissionsApiEnabled": of("PermissionsApiEnabled"), "PermissionsModifyAllData": of("PermissionsModifyAllData"),
            "PermissionsManageDataIntegrations": of("PermissionsManageDataIntegrations"),
            "PermissionsLightningExperienceUser": of("PermissionsLightningExperienceUser"),
        });
        write(org, "PermissionSet", &id, &values);
        permissions(org, &id, &profile);
    }
}

/// Rows for what a profile may with objects and fields: where it may nothing, there is none.
fn permissions(org: &mut Org, set: &str, profile: &str) {
    let Some(rights) = org.rights.get(profile).cloned() else { return };
    for object in ["ObjectPermissions", "FieldPermissions"] {
        let of_set = |(_, row): &(&String, &Row)| text(row, "ParentId") == Some(set);
        let old: Vec<_> = org.rows(object).filter(of_set).map(|(id, _)| id.clone()).collect();
        for id in old {
            org.put(object, &id, None);
        }
    }
    for name in GOVERNED {
        let Some(object) = org.schema.object(name).cloned() else { continue };
        let on = rights.objects.get(*name).copied().unwrap_or(rights.usual);
        if on != ObjectRights::default() {
            let id = org.next_id("110");
            let values = json!({
                "ParentId": set, "SobjectType": name, "PermissionsRead": on.read, "PermissionsCreate": on.create,
                "PermissionsEdit": on.edit, "PermissionsDelete": on.delete,
                "PermissionsViewAllRecords": on.view_all, "PermissionsModifyAllRecords": on.modify_all,
            });
            write(org, "ObjectPermissions", &id, &values);
        }
        for field in object.fields.iter().filter(|field| field.is_governed()) {
            let whole = format!("{name}.{}", field.name);
            if rights.hidden.contains(&whole) {
                continue;
            }
            let edit = field.update && !rights.fixed.contains(&whole);
            let id = org.next_id("01k");
            let values = json!({
                "ParentId": set, "SobjectType": name, "Field": whole, "PermissionsRead": true, "PermissionsEdit": edit,
            });
            write(org, "FieldPermissions", &id, &values);
        }
    }
}

/// What the permission sets that a user was assigned add to what the profile gives.
pub(crate) fn add(org: &Org, user: &str, rights: &mut Rights) {
    let assigned = |set: &&Row| text(set, "ProfileId").is_none();
    let sets: Vec<_> =
        sets_of(org, user).filter(assigned).filter_map(|set| text(set, "Id")).collect();
    if sets.is_empty() {
        return;
    }
    let given = |row: &Row| {
        !is_deleted(row) && text(row, "ParentId").is_some_and(|parent| sets.contains(&parent))
    };
    let on = |row: &Row, name: &str| row.get(name) == Some(&Value::Bool(true));
    for (_, row) in org.rows("ObjectPermissions").filter(|(_, row)| given(row)) {
        let Some(name) = text(row, "SobjectType") else { continue };
        let usual = rights.usual;
        let own = rights.objects.entry(name.to_owned()).or_insert(usual);
        own.read |= on(row, "PermissionsRead");
        own.create |= on(row, "PermissionsCreate");
        own.edit |= on(row, "PermissionsEdit");
        own.delete |= on(row, "PermissionsDelete");
        own.view_all |= on(row, "PermissionsViewAllRecords");
        own.modify_all |= on(row, "PermissionsModifyAllRecords");
    }
    for (_, row) in org.rows("FieldPermissions").filter(|(_, row)| given(row)) {
        let Some(field) = text(row, "Field") else { continue };
        if on(row, "PermissionsRead") {
            rights.hidden.remove(field);
        }
        if on(row, "PermissionsEdit") {
            rights.fixed.remove(field);
        }
    }
}

fn own_set(org: &Org, profile: &str) -> Option<String> {
    let mut sets = org.rows("PermissionSet");
    sets.find(|(_, row)| text(row, "ProfileId") == Some(profile)).map(|(id, _)| id.clone())
}

/// The permission sets that a user has: the profile's own, and those that were assigned.
pub(crate) fn sets_of<'o>(org: &'o Org, user: &'o str) -> impl Iterator<Item = &'o Row> {
    let profile = org.row("User", user).and_then(|row| text(row, "ProfileId"));
    let assigned = move |set: &str| {
        org.rows("PermissionSetAssignment").any(|(_, row)| {
            !is_deleted(row)
                && text(row, "AssigneeId") == Some(user)
                && text(row, "PermissionSetId") == Some(set)
        })
    };
    let has = move |(id, row): &(&String, &Row)| {
        !is_deleted(row)
            && (assigned(id) || (profile.is_some() && text(row, "ProfileId") == profile))
    };
    org.rows("PermissionSet").filter(has).map(|(_, row)| row)
}

/// Whether one of a user's permission sets was granted an application that only approved users may use.
pub(crate) fn is_granted(org: &Org, user: &str, app: &App) -> bool {
    sets_of(org, user).filter_map(|set| text(set, "Id")).any(|set| {
        org.rows("SetupEntityAccess").any(|(_, row)| {
            !is_deleted(row)
                && text(row, "ParentId") == Some(set)
                && text(row, "SetupEntityId") == Some(&app.row)
        })
    })
}

/// Rows of the applications, as their policies are now.
pub(crate) fn applications(org: &mut Org) {
    let mut apps = org.door.apps.clone();
    for app in &mut apps {
        if app.row.is_empty() {
            app.row = org.next_id(if app.external { "0xI" } else { "0H4" });
        }
        if app.installed {
            application(org, app);
            grants(org, app);
        }
    }
    org.door.apps = apps;
}

fn application(org: &mut Org, app: &App) {
    let approved = matches!(app.permitted, Permitted::Approved(_));
    let (policy, hours) = match app.refresh {
        RefreshPolicy::UntilRevoked => ("Infinite", None),
        RefreshPolicy::Hours(hours) => ("SpecificLifetime", Some(hours)),
        RefreshPolicy::Immediately => ("Zero", None),
    };
    if !app.external {
        let values = json!({
            "Name": app.name, "OptionsAllowAdminApprovedUsersOnly": approved, "OptionsRefreshTokenValidityMetric": false,
            "OptionsHasSessionLevelPolicy": app.high_assurance, "OptionsIsInternal": false,
            // the object does not tell a token that ends at once from one that never does
            "RefreshTokenValidityPeriod": hours,
        });
        return write(org, "ConnectedApplication", &app.row, &values);
    }
    let name = app.name.replace(' ', "_");
    let values =
        json!({ "DeveloperName": name, "MasterLabel": app.name, "DistributionState": "Local" });
    write(org, "ExternalClientApplication", &app.row, &values);
    let mut policies = org.rows("ExtlClntAppOauthPlcyCnfg");
    let known =
        policies.find(|(_, row)| text(row, "ExternalClientApplicationId") == Some(&app.row));
    let known = known.map(|(id, _)| id.clone());
    drop(policies);
    let id = known.unwrap_or_else(|| org.next_id("0xe"));
    let values = json!({
        "DeveloperName": format!("{name}_oauthPlcy"), "ExternalClientApplicationId": app.row,
        "PermittedUsersPolicyType": if approved { "AdminApprovedPreAuthorized" } else { "AllSelfAuthorized" },
        "IpRelaxationPolicyType": app.ip, "RefreshTokenPolicyType": policy, "RefreshTokenValidityPeriod": hours,
        "RefreshTokenValidityUnit": hours.map(|_| "Hours"), "SessionTimeoutInMinutes": app.session_minutes,
        "RequiredSessionLevel": if app.high_assurance { "HIGH_ASSURANCE" } else { "STANDARD" },
    });
    write(org, "ExtlClntAppOauthPlcyCnfg", &id, &values);
}

/// A row for each profile that may use an application, and for no other profile.
fn grants(org: &mut Org, app: &App) {
    let wanted: Vec<String> = match &app.permitted {
        Permitted::All => Vec::new(),
        Permitted::Approved(profiles) => {
            profiles.iter().filter_map(|profile| own_set(org, profile)).collect()
        }
    };
    let of_profile = |org: &Org, set: &str| {
        org.row("PermissionSet", set).is_some_and(|row| text(row, "ProfileId").is_some())
    };
    let there: Vec<(String, String)> = org
        .rows("SetupEntityAccess")
        .filter(|(_, row)| text(row, "SetupEntityId") == Some(&app.row))
        .map(|(id, row)| (id.clone(), text(row, "ParentId").unwrap_or_default().to_owned()))
        .filter(|(_, set)| of_profile(org, set))
        .collect();
    for (id, set) in &there {
        if !wanted.contains(set) {
            org.put("SetupEntityAccess", id, None);
        }
    }
    for set in wanted {
        if !there.iter().any(|(_, known)| *known == set) {
            let id = org.next_id("0J0");
            let values = json!({ "ParentId": set, "SetupEntityId": app.row, "SetupEntityType": entity(app) });
            write(org, "SetupEntityAccess", &id, &values);
        }
    }
}

const fn entity(app: &App) -> &'static str {
    if app.external { "ExternalClientApplication" } else { "ConnectedApplication" }
}

/// The licences that an organisation is sold.
pub(crate) fn licences(org: &mut Org) {
    for (name, key, total) in
        [("Salesforce", "SFDC", 10), ("Salesforce Integration", "SFDC_INTEGRATION", 1)]
    {
        let id = org.next_id("100");
        let used = if key == "SFDC" { org.rows("User").count() } else { 0 };
        let values = json!({
            "Name": name, "MasterLabel": name, "LicenseDefinitionKey": key, "Status": "Active",
            "TotalLicenses": total, "UsedLicenses": used,
        });
        write(org, "UserLicense", &id, &values);
    }
}

/// What follows from an assignment, and what stands in its way: nobody has a set twice, and those of profiles are had
/// with the profile alone.
pub(crate) fn derive(org: &Org, object: &str, row: &mut Row) -> Result<()> {
    let (first, second) = match object {
        "PermissionSetAssignment" => ("AssigneeId", "PermissionSetId"),
        _ => ("ParentId", "SetupEntityId"),
    };
    let same = |other: &Row| {
        !is_deleted(other) && [first, second].iter().all(|name| other.get(*name) == row.get(*name))
    };
    if org.rows(object).any(|(id, other)| text(row, "Id") != Some(id.as_str()) && same(other)) {
        return Err(Fault::new("DUPLICATE_VALUE", "duplicate value found").of(&[first, second]));
    }
    let set = text(row, if object == "SetupEntityAccess" { first } else { second });
    let of_profile = set.and_then(|set| org.row("PermissionSet", set));
    if of_profile.is_some_and(|set| text(set, "ProfileId").is_some()) {
        let said = "You can't assign a permission set that is owned by a profile";
        return Err(Fault::new("FIELD_INTEGRITY_EXCEPTION", said).of(&[second]));
    }
    if object == "SetupEntityAccess" {
        let is_external = text(row, second).is_some_and(|id| id.starts_with("0xI"));
        let kind = if is_external { "ExternalClientApplication" } else { "ConnectedApplication" };
        row.insert("SetupEntityType".to_owned(), kind.into());
    }
    Ok(())
}
