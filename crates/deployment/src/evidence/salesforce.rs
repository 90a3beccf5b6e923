//! A metadata package of Salesforce: applications with their policies, profiles and permission sets with what they allow.
//!
//! Both shapes of an application are read and look the same afterwards: the connected app with its `oauthPolicy`, and
//! the external client app with its configurable policies.

use std::collections::BTreeSet;

use app_packages::{Finding, limits::Bounds};
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

/// The layout of a page of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Layout {
    /// The name of its file: the object, then what people call it.
    pub name: String,
    /// Whether notes and attachments are on it.
    pub notes: bool,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Package {
    /// The applications.
    pub applications: Vec<Application>,
    /// Profiles and permission sets.
    pub grants: Vec<Grants>,
    /// Layouts of accounts, contacts and opportunities.
    pub layouts: Vec<Layout>,
    /// Whether mails are stored as mails: `enableEnhancedEmail`.
    pub enhanced_email: Option<bool>,
    /// Whether activities are shared: `allowUsersToRelateMultipleContactsToTasksAndEvents`.
    pub shared_activities: Option<bool>,
}

/// What a package may hold: files and bytes as published for what is retrieved at once (Metadata API, 10,000 files, 39 MB
/// packed); unpacked, a file has at most as many bytes as the largest profiles, and what is read together bounds the time.
/// It is text of few words, which shrinks as much as anything can: no ratio tells a bomb, the sizes do.
const BOUNDS: Bounds = Bounds {
    bytes: super::MAX_PACKAGE,
    entries: 10_000,
    entry: 16 << 20,
    unpacked: 256 << 20,
    ratio: 1100,
};
/// Elements below the root that are looked at, of every kind of file.
const KEPT: [&str; 18] = [
    "label",
    "oauthConfig",
    "oauthPolicy",
    "sessionPolicy",
    "profileName",
    "permissionsetName",
    "commaSeparatedProfile",
    "commaSeparatedPermissionSet",
    "permittedUsersPolicyType",
    "externalClientApplication",
    "ipRelaxationPolicyType",
    "refreshTokenPolicyType",
    "sessionTimeoutInMinutes",
    "requiredSessionLevel",
    "userPermissions",
    "enableEnhancedEmailEnabled",
    "allowUsersToRelateMultipleContactsToTasksAndEvents",
    "relatedLists",
];
/// The related list of notes and attachments (Metadata API, Layout).
const NOTES: &str = "RelatedNoteList";

/// What stands in the way of reading on.
struct Stop(Fault);

impl From<Vec<Finding>> for Stop {
    fn from(findings: Vec<Finding>) -> Self {
        let detail = findings.first().map(|one| {
            let place = one.place.to_string();
            format!("{} {place}: {}", one.rule.code(), one.detail)
        });
        Self(Fault::new("", "evidence.not_a_package", detail.unwrap_or_default()))
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Package, Fault> {
    let mut package = Package::default();
    let mut look = |entry: &str, bytes: Vec<u8>| -> Result<(), Stop> {
        let text = text::decode(&bytes)
            .map_err(|fault| Stop(Fault::new(format!("/{entry}"), fault.code, fault.detail)))?;
        drop(bytes);
        let document = xml::read(&text, entry, &KEPT).map_err(Stop)?;
        take(&mut package, entry, &document);
        let rows = [package.applications.len(), package.grants.len(), package.layouts.len()];
        if rows.iter().any(|rows| *rows > super::MAX_ROWS) {
            let detail = format!("at most {} of a kind", super::MAX_ROWS);
            return Err(Stop(Fault::new("", "evidence.too_many_rows", detail)));
        }
        Ok(())
    };
    app_packages::each(bytes, &BOUNDS, &is_metadata, &mut look).map_err(|Stop(fault)| fault)?;
    if package == Package::default() {
        let detail = "neither an application nor a profile nor a permission set is in it";
        return Err(Fault::new("", "evidence.empty", detail));
    }
    Ok(package)
}

/// Whether anything is to be learned from a file: the rest is not even unpacked.
fn is_metadata(entry: &str) -> bool {
    let plain = entry.strip_suffix("-meta.xml").unwrap_or(entry);
    let end = plain.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let last = plain.rsplit('/').next().unwrap_or(plain);
    // beside every file the archiver of macOS puts what is no file of anybody's
    if last.starts_with("._") || entry.starts_with("__MACOSX/") {
        return false;
    }
    let of_sales = ["Account-", "Contact-", "Opportunity-"];
    matches!(end.as_str(), "connectedapp" | "profile" | "permissionset" | "settings")
        || (end == "layout" && of_sales.iter().any(|object| last.starts_with(object)))
        || end.starts_with("eca")
        || end.starts_with("extlclntapp")
}

/// The name of a file without folders and endings.
fn stem(entry: &str) -> String {
    let last = entry.rsplit('/').next().unwrap_or(entry);
    last.split('.').next().unwrap_or(last).replace("%20", " ").replace('+', " ")
}

fn take(package: &mut Package, entry: &str, document: &Document<'_>) {
    let text = |path: &[&str]| document.first(path).map(str::to_owned);
    let yes = |path: &[&str]| document.first(path).map(|word| word.eq_ignore_ascii_case("true"));
    match document.root {
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
            let called =
                |leaf: &&Leaf<'_>, name: &str| leaf.path.get(2).is_some_and(|own| *own == name);
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
        "Layout" => {
            let mut lists = document.parts("relatedLists");
            let notes = lists.any(|leaf| leaf.text == NOTES);
            package.layouts.push(Layout { name: stem(entry), notes });
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
