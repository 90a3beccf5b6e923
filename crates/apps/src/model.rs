//! Apps, their versions and where they are installed.

use std::collections::BTreeSet;

use app_packages::{Capability, Package};
use jiff::Timestamp;
use kernel::{AppId, SetupPolicyId, TeamId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use url::Url;

/// Where an app came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Submitted to the tenant's own catalogue.
    Catalogue,
    /// Uploaded to one team.
    Upload,
    /// Offered by the operator of the hub.
    Offer,
}

impl Origin {
    /// The word as stored and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Upload => "upload",
            Self::Offer => "offer",
        }
    }

    /// The origin of that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Catalogue, Self::Upload, Self::Offer].into_iter().find(|it| it.as_str() == text)
    }
}

/// How far a version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionState {
    /// Waits for an administrator.
    Submitted,
    /// May be published.
    Approved,
    /// Can be, or could be, installed.
    Published,
    /// An administrator said no.
    Rejected,
}

impl VersionState {
    const ALL: [Self; 4] = [Self::Submitted, Self::Approved, Self::Published, Self::Rejected];

    /// The word as stored and in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Published => "published",
            Self::Rejected => "rejected",
        }
    }

    /// The state of that word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// An app: a line of the catalogue, or an upload to one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The identifier here; the manifest has one of its own.
    pub id: AppId,
    /// The identifier in the manifest, in lower case.
    pub manifest_id: String,
    /// Where it came from.
    pub origin: Origin,
    /// The team, of an upload.
    pub team: Option<TeamId>,
    /// The number of the version that is installed; `None` before the first one is published.
    pub current: Option<i64>,
    /// Blocked by an administrator: its connectors rest, nobody installs it.
    pub is_blocked: bool,
    /// The operator offers it to every tenant.
    pub is_offered: bool,
    /// It was offered and is no longer: what is installed stays, nobody installs it anew.
    pub is_withdrawn: bool,
    /// Who brought it; nobody for what is offered.
    pub created_by: Option<UserId>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
    pub(crate) source: Option<(TenantId, AppId)>,
}

/// One version of an app.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// From 1, in the order in which they came.
    pub number: i64,
    /// As the manifest says.
    pub version: String,
    /// How far it has come.
    pub state: VersionState,
    /// What its manifest says.
    pub about: About,
    /// SHA-256 of the package, in hexadecimal digits.
    pub package: String,
    /// SHA-256 of the colour icon as it is served; empty without one.
    pub color_icon: String,
    /// SHA-256 of the outline icon.
    pub outline_icon: String,
    /// Who brought it.
    pub submitted_by: Option<UserId>,
    /// When.
    pub submitted_at: Timestamp,
    /// Who approved, published or rejected it last.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// An app with the version to show: the current one, or the newest while there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The app.
    pub app: App,
    /// The version to show.
    pub version: Version,
    /// The newest version that waits for an administrator, if one does.
    pub waiting: Option<i64>,
}

/// What a manifest says, as far as rooms and pages want to know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// The texts in English, or whatever language the manifest is in.
    pub en: Texts,
    /// The texts in French, where the package has them; else as above.
    pub fr: Texts,
    /// Who made it.
    pub developer: String,
    /// The developer's site.
    pub website: Option<Url>,
    /// The privacy statement.
    pub privacy: Option<Url>,
    /// The terms of use.
    pub terms: Option<Url>,
    /// `#RRGGBB`.
    pub accent_color: String,
    /// What it adds, as words.
    pub capabilities: Vec<String>,
    /// What it asks for.
    pub permissions: Vec<String>,
    /// Hosts whose pages belong to it.
    pub valid_domains: Vec<String>,
    /// Its connectors.
    pub connectors: Vec<AboutConnector>,
    /// Version of the form of its manifest.
    pub manifest_version: String,
}

/// Texts of an app in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Texts {
    /// The short name.
    pub name: String,
    /// The long name.
    pub full_name: String,
    /// The short description.
    pub short_description: String,
    /// The long description.
    pub description: String,
}

impl From<app_packages::Texts> for Texts {
    fn from(texts: app_packages::Texts) -> Self {
        let app_packages::Texts { name, full_name, short_description, description } = texts;
        Self { name, full_name, short_description, description }
    }
}

/// A connector of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutConnector {
    /// What it was registered with.
    pub id: String,
    /// Its configuration page.
    pub configuration_url: Option<Url>,
}

impl About {
    pub(crate) fn of(package: &Package) -> Self {
        let manifest = package.manifest();
        let connector = |it: &app_packages::Connector| AboutConnector {
            id: it.id.clone(),
            configuration_url: it.configuration_url.clone(),
        };
        Self {
            en: package.texts("en").into(),
            fr: package.texts("fr").into(),
            developer: manifest.developer.name.clone(),
            website: manifest.developer.website.clone(),
            privacy: manifest.developer.privacy.clone(),
            terms: manifest.developer.terms.clone(),
            accent_color: manifest.accent_color.clone(),
            capabilities: manifest.capabilities.iter().map(|it| it.as_str().to_owned()).collect(),
            permissions: manifest.permissions.clone(),
            valid_domains: manifest.valid_domains.clone(),
            connectors: manifest.connectors.iter().map(connector).collect(),
            manifest_version: manifest.manifest_version.clone(),
        }
    }

    /// The texts in a language.
    pub const fn texts(&self, language: kernel::Language) -> &Texts {
        match language {
            kernel::Language::Fr => &self.fr,
            kernel::Language::En => &self.en,
        }
    }

    /// Whether it has connectors.
    pub fn has_connectors(&self) -> bool {
        !self.connectors.is_empty()
    }

    /// What somebody who installs it consents to.
    pub fn asks(&self) -> Asks {
        let set = |list: &[String]| list.iter().cloned().collect();
        Asks {
            permissions: set(&self.permissions),
            valid_domains: set(&self.valid_domains),
            capabilities: set(&self.capabilities),
        }
    }

    pub(crate) fn capability_words(&self) -> String {
        // Words between spaces, so that one of them can be looked for.
        format!(" {} ", self.capabilities.join(" "))
    }

    /// The capabilities that are known by name.
    pub fn known_capabilities(&self) -> Vec<Capability> {
        self.capabilities.iter().filter_map(|word| Capability::parse(word)).collect()
    }
}

/// What an app asks for; consent is given to exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asks {
    /// Permissions.
    pub permissions: BTreeSet<String>,
    /// Hosts whose pages open inside.
    pub valid_domains: BTreeSet<String>,
    /// What it adds.
    pub capabilities: BTreeSet<String>,
}

impl Asks {
    /// Whether this asks for nothing that `given` has not.
    pub(crate) fn is_within(&self, given: &Self) -> bool {
        self.permissions.is_subset(&given.permissions)
            && self.valid_domains.is_subset(&given.valid_domains)
            && self.capabilities.is_subset(&given.capabilities)
    }
}

/// An app in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The team.
    pub team: TeamId,
    /// The app.
    pub app: AppId,
    /// The version.
    pub number: i64,
    /// What was consented to.
    pub asks: Asks,
    /// Who installed it.
    pub installed_by: Option<UserId>,
    /// When.
    pub installed_at: Timestamp,
    /// Who consented last.
    pub consented_by: Option<UserId>,
    /// When.
    pub consented_at: Timestamp,
}

/// What depends on an app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dependents {
    /// Teams that have it, by name; at most [`Dependents::MOST`] are named.
    pub teams: Vec<(TeamId, String)>,
    /// How many teams have it in all.
    pub team_count: i64,
    /// Setup policies that install it.
    pub policies: Vec<(SetupPolicyId, String)>,
    /// Whether the operator offers it to other tenants.
    pub is_offered: bool,
}

impl Dependents {
    /// How many teams are named.
    pub const MOST: u32 = 50;

    /// Whether nothing depends on it.
    pub const fn is_empty(&self) -> bool {
        self.team_count == 0 && self.policies.is_empty() && !self.is_offered
    }
}

/// Whether `next` is above `present`: dotted numbers first, then what stands behind a dash, of which none is
/// above any (as in semver.org §11). Fewer numbers count as zeros.
pub(crate) fn is_higher(present: &str, next: &str) -> bool {
    fn key(version: &str) -> (Vec<u64>, Option<&str>) {
        let (numbers, rest) = match version.split_once('-') {
            Some((numbers, rest)) => (numbers, Some(rest)),
            None => (version, None),
        };
        let mut numbers: Vec<u64> =
            numbers.split('.').map(|part| part.trim().parse().unwrap_or(0)).collect();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        (numbers, rest)
    }
    let ((present, before), (next, after)) = (key(present), key(next));
    match next.cmp(&present) {
        std::cmp::Ordering::Equal => match (before, after) {
            (Some(_), None) => true,
            (Some(before), Some(after)) => after > before,
            (None, _) => false,
        },
        order => order.is_gt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_rise_by_number() {
        for (present, next) in [
            ("1.0.0", "1.0.1"),
            ("1.9.0", "1.10.0"),
            ("1.0", "1.0.1"),
            ("1.0.0-beta", "1.0.0"),
            ("1.0.0-a", "1.0.0-b"),
            ("0.9", "1"),
        ] {
            assert!(is_higher(present, next), "{present} {next}");
            assert!(!is_higher(next, present), "{next} {present}");
        }
        for same in ["1.0.0", "1.0", "x"] {
            assert!(!is_higher(same, same));
        }
        assert!(!is_higher("1.0", "1.0.0"));
    }

    #[test]
    fn what_asks_for_less_needs_no_consent() {
        let asks = |permissions: &[&str]| Asks {
            permissions: permissions.iter().map(|it| (*it).to_owned()).collect(),
            ..Asks::default()
        };
        assert!(asks(&["identity"]).is_within(&asks(&["identity", "messageTeamMembers"])));
        assert!(!asks(&["identity"]).is_within(&asks(&[])));
    }
}
