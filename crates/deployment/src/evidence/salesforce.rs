//! A metadata package of Salesforce: applications with their policies, profiles and permission sets with what they allow.
//!
//! Both shapes of an application are read and look the same afterwards: the connected app with its `oauthPolicy`, and
//! the external client app with its configurable policies.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Fault, text,
    xml::{self, Document, Leaf},
};

/// An application as which a hub is known to Salesforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Application {
    /// The name of its file.
    pub name: String,
    /// What people read.
    pub label: Option<String>,
    /// Whether it is an external client app; else it is a connected app.
    pub external: bool,
    /// The consumer key, where the package has it.
    pub consumer_key: Option<String>,
    /// Whether only pre-authorised users may use it; nothing where the package does not say it.
    pub pre_authorized: Option<bool>,
    /// `ipRelaxation` or `ipRelaxationPolicyType`.
    pub ip: Option<String>,
    /// `refreshTokenPolicy` or `refreshTokenPolicyType`.
    pub refresh: Option<String>,
    /// Minutes after which a session ends; nothing is none.
    pub session_minutes: Option<String>,
    /// `sessionLevel` or `requiredSessionLevel`.
    pub session_level: Option<String>,
    /// Profiles and permission sets that may use it.
    pub granted_to: Vec<String>,
}

/// A profile or a permission set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Grants {
    /// The name of its file.
    pub name: String,
    /// Whether it is a profile.
    pub profile: bool,
    /// `ApiEnabled`.
    pub api: bool,
    /// `ModifyAllData` or `ManageDataIntegrations`.
    pub customises: bool,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Package {
    /// The applications.
    pub applications: Vec<Application>,
    /// Profiles and permission sets.
    pub grants: Vec<Grants>,
    /// Whether mails are stored as mails: `enableEnhancedEmail`.
    pub enhanced_email: Option<bool>,
    /// Whether activities are shared: `allowUsersToRelateMultipleContactsToTasksAndEvents`.
    pub shared_activities: Option<bool>,
}

/// Bytes of one file that is looked at. Ours.
const MAX_FILE: usize = 2 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Package, Fault> {
    let entries = app_packages::open(bytes).map_err(|findings| {
        let detail = findings.first().map(|one| format!("{}: {}", one.rule.code(), one.detail));
        Fault::new("", "evidence.not_a_package", detail.unwrap_or_default())
    })?;
    let mut package = Package::default();
    for (entry, bytes) in entries {
        if !is_metadata(&entry) {
            continue;
        }
        if bytes.len() > MAX_FILE {
            let place = format!("/{entry}");
            return Err(Fault::new(
                place,
                "evidence.too_large",
                format!("at most {MAX_FILE} bytes"),
            ));
        }
        let text = text::decode(&bytes)
            .map_err(|fault| Fault::new(format!("/{entry}"), fault.code, fault.detail))?;
        let document = xml::read(&text, &entry)?;
        take(&mut package, &entry, &document);
    }
    if package == Package::default() {
        let detail = "neither an application nor a profile nor a permission set is in it";
        return Err(Fault::new("", "evidence.empty", detail));
    }
    Ok(package)
}

fn is_metadata(entry: &str) -> bool {
    let plain = entry.strip_suffix("-meta.xml").unwrap_or(entry);
    let end = plain.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(end.as_str(), "connectedapp" | "profile" | "permissionset" | "settings" | "xml")
        || end.starts_with("eca")
        || end.starts_with("extlclntapp")
}

/// The name of a file without folders and endings.
fn stem(entry: &str) -> String {
    let last = entry.rsplit('/').next().unwrap_or(entry);
    last.split('.').next().unwrap_or(last).replace("%20", " ").replace('+', " ")
}

fn take(package: &mut Package, entry: &str, document: &Document) {
    let text = |path: &[&str]| document.first(path).map(str::to_owned);
    let yes = |path: &[&str]| document.first(path).map(|word| word.eq_ignore_ascii_case("true"));
    match document.root.as_str() {
        "ConnectedApp" => package.applications.push(Application {
            name: stem(entry),
            label: text(&["label"]),
            external: false,
            consumer_key: text(&["oauthConfig", "consumerKey"]),
            pre_authorized: yes(&["oauthConfig", "isAdminApproved"]),
            ip: text(&["oauthPolicy", "ipRelaxation"]),
            refresh: text(&["oauthPolicy", "refreshTokenPolicy"]),
            session_minutes: text(&["sessionPolicy", "sessionTimeout"]),
            session_level: text(&["sessionPolicy", "sessionLevel"]),
            granted_to: document
                .parts("profileName")
                .chain(document.parts("permissionsetName"))
                .map(|leaf| leaf.text.clone())
                .collect(),
        }),
        "ExtlClntAppOauthConfigurablePolicies" => {
            let listed = ["commaSeparatedProfile", "commaSeparatedPermissionSet"];
            let granted_to = listed.into_iter().flat_map(|name| {
                document.parts(name).flat_map(|leaf| {
                    leaf.text.split(',').map(|one| one.trim().to_owned()).collect::<Vec<_>>()
                })
            });
            let permitted = document.first(&["permittedUsersPolicyType"]);
            package.applications.push(Application {
                name: text(&["externalClientApplication"]).unwrap_or_else(|| stem(entry)),
                label: text(&["label"]),
                external: true,
                consumer_key: None,
                pre_authorized: permitted.and_then(|word| match word {
                    "AdminApprovedPreAuthorized" => Some(true),
                    "AllSelfAuthorized" => Some(false),
                    _ => None,
                }),
                ip: text(&["ipRelaxationPolicyType"]),
                refresh: text(&["refreshTokenPolicyType"]),
                session_minutes: text(&["sessionTimeoutInMinutes"]),
                session_level: text(&["requiredSessionLevel"]),
                granted_to: granted_to.filter(|one| !one.is_empty()).collect(),
            });
        }
        "Profile" | "PermissionSet" => {
            // of one permission, name and switch stand in any order
            let called = |leaf: &&Leaf, name: &str| leaf.path.get(2).is_some_and(|own| own == name);
            let permissions = || document.parts("userPermissions");
            let on: BTreeSet<usize> = permissions()
                .filter(|leaf| called(leaf, "enabled") && leaf.text.eq_ignore_ascii_case("true"))
                .map(|leaf| leaf.part)
                .collect();
            let has = |wanted: &[&str]| {
                permissions().any(|leaf| {
                    called(&leaf, "name")
                        && wanted.contains(&leaf.text.as_str())
                        && on.contains(&leaf.part)
                })
            };
            package.grants.push(Grants {
                name: stem(entry),
                profile: document.root == "Profile",
                api: has(&["ApiEnabled"]),
                customises: has(&["ModifyAllData", "ManageDataIntegrations"]),
            });
        }
        "EmailAdministrationSettings" => {
            package.enhanced_email = yes(&["enableEnhancedEmailEnabled"]);
        }
        "ActivitiesSettings" => {
            package.shared_activities =
                yes(&["allowUsersToRelateMultipleContactsToTasksAndEvents"]);
        }
        _ => {}
    }
}
