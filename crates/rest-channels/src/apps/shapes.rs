//! What documents about apps look like.

use app_packages::Finding;
use apps::{Dependents, EffectiveApp, Entry, Installed, Policy, TeamApp, Version};
use jiff::Timestamp;
use kernel::{AppId, GroupId, Language, SetupPolicyId, TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An app with the version to show.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AppItem {
    #[schema(value_type = String, format = Uuid)]
    id: AppId,
    /// The identifier in its manifest.
    manifest_id: String,
    name: String,
    full_name: String,
    short_description: String,
    description: String,
    developer: String,
    website_url: Option<String>,
    privacy_url: Option<String>,
    terms_url: Option<String>,
    /// `#RRGGBB`.
    accent_color: String,
    /// As the manifest says.
    version: String,
    /// The number of this version; consent is given to it.
    number: i64,
    /// `submitted`, `approved`, `published` or `rejected`; `blocked` or `withdrawn` for the whole app.
    state: &'static str,
    /// `catalogue`, `upload` or `offer`.
    origin: &'static str,
    /// The team, of an upload.
    #[schema(value_type = Option<String>, format = Uuid)]
    team_id: Option<TeamId>,
    /// Whether an owner of a team can install it now.
    installable: bool,
    /// Whether the operator offers it to every organisation.
    offered: bool,
    /// The newest version that waits for an administrator; for who brought it and administrators.
    waiting: Option<i64>,
    /// `connectors`, `tabs`, `bots`, `message_extensions`, `others`.
    capabilities: Vec<String>,
    /// What it asks for.
    permissions: Vec<String>,
    /// Hosts whose pages open inside.
    valid_domains: Vec<String>,
    /// Identifiers of its connectors.
    connector_ids: Vec<String>,
    /// Path of the colour icon.
    color_icon: Option<String>,
    /// Path of the outline icon.
    outline_icon: Option<String>,
    #[schema(value_type = Option<String>, format = Uuid)]
    created_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl AppItem {
    pub(super) fn of(entry: Entry, language: Language) -> Self {
        let Entry { app, version, waiting } = entry;
        let about = version.about;
        let texts = about.texts(language).clone();
        let state = if app.is_blocked {
            "blocked"
        } else if app.is_withdrawn {
            "withdrawn"
        } else {
            version.state.as_str()
        };
        let text = |url: Option<url::Url>| url.map(String::from);
        Self {
            id: app.id,
            manifest_id: app.manifest_id,
            name: texts.name,
            full_name: texts.full_name,
            short_description: texts.short_description,
            description: texts.description,
            developer: about.developer,
            website_url: text(about.website),
            privacy_url: text(about.privacy),
            terms_url: text(about.terms),
            accent_color: about.accent_color,
            version: version.version,
            number: version.number,
            state,
            origin: app.origin.as_str(),
            team_id: app.team,
            installable: app.current.is_some() && !app.is_blocked && !app.is_withdrawn,
            offered: app.is_offered,
            waiting,
            capabilities: about.capabilities,
            permissions: about.permissions,
            valid_domains: about.valid_domains,
            connector_ids: about.connectors.into_iter().map(|it| it.id).collect(),
            color_icon: icon(app.id, &version.color_icon),
            outline_icon: icon(app.id, &version.outline_icon),
            created_by: app.created_by,
            created_at: app.created_at,
            updated_at: app.updated_at,
        }
    }
}

fn icon(app: AppId, hash: &str) -> Option<String> {
    (!hash.is_empty()).then(|| format!("/api/v1/apps/{app}/icon/{hash}"))
}

/// A finding about a package.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FindingItem {
    /// `error` or `warning`.
    severity: &'static str,
    /// The stable code of the rule.
    #[schema(example = "icon.size")]
    code: &'static str,
    /// A pointer into the manifest, or the name of a file, with a pointer behind `#`.
    #[schema(example = "/icons/color")]
    place: String,
    /// What was met or expected.
    detail: String,
    /// What it means, in the caller's language.
    title: String,
    /// What to do, in the caller's language.
    remedy: String,
}

impl FindingItem {
    pub(super) fn of(finding: Finding, language: Language) -> Self {
        let key = format!("packages.package-{}", finding.rule.code().replace(['.', '_'], "-"));
        let say = i18n::Texts::global().speak(language);
        Self {
            severity: finding.severity.as_str(),
            code: finding.rule.code(),
            place: finding.place.to_string(),
            title: say.text(&key),
            remedy: say.text(format!("{key}-remedy")),
            detail: finding.detail,
        }
    }

    pub(super) fn all(findings: Vec<Finding>, language: Language) -> Vec<Self> {
        findings.into_iter().map(|it| Self::of(it, language)).collect()
    }
}

/// What a package came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Brought {
    pub(super) app: AppItem,
    /// Warnings.
    pub(super) findings: Vec<FindingItem>,
}

/// What is wrong with a package.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Judged {
    /// `schema`, `load` or `publish`.
    pub(super) level: &'static str,
    /// Whether no finding is an error.
    pub(super) accepted: bool,
    pub(super) findings: Vec<FindingItem>,
}

/// A version of an app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VersionItem {
    /// From 1, in the order in which they came.
    number: i64,
    /// As the manifest says.
    version: String,
    /// `submitted`, `approved`, `published` or `rejected`.
    state: &'static str,
    /// SHA-256 of the package.
    package_sha256: String,
    permissions: Vec<String>,
    valid_domains: Vec<String>,
    capabilities: Vec<String>,
    #[schema(value_type = Option<String>, format = Uuid)]
    submitted_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    submitted_at: Timestamp,
    #[schema(value_type = Option<String>, format = Uuid)]
    decided_by: Option<UserId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// Why it was rejected.
    reason: Option<String>,
}

impl From<Version> for VersionItem {
    fn from(it: Version) -> Self {
        Self {
            number: it.number,
            version: it.version,
            state: it.state.as_str(),
            package_sha256: it.package,
            permissions: it.about.permissions,
            valid_domains: it.about.valid_domains,
            capabilities: it.about.capabilities,
            submitted_by: it.submitted_by,
            submitted_at: it.submitted_at,
            decided_by: it.decided_by,
            decided_at: it.decided_at,
            reason: it.reason,
        }
    }
}

/// An app in a team.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamAppItem {
    #[schema(value_type = String, format = Uuid)]
    id: AppId,
    name: String,
    short_description: String,
    /// The version that the team has.
    version: String,
    number: i64,
    /// `catalogue`, `upload` or `offer`.
    source: &'static str,
    blocked: bool,
    capabilities: Vec<String>,
    /// What was consented to.
    permissions: Vec<String>,
    /// What was consented to.
    valid_domains: Vec<String>,
    #[schema(value_type = Option<String>, format = Uuid)]
    installed_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    installed_at: Timestamp,
    #[schema(value_type = Option<String>, format = Uuid)]
    consented_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    consented_at: Timestamp,
    /// The number of a newer version that waits for consent.
    update: Option<i64>,
    /// Path of the colour icon.
    color_icon: Option<String>,
}

impl TeamAppItem {
    pub(super) fn of(it: TeamApp, language: Language) -> Self {
        let (app, update) = (it.entry.app, it.update);
        let installed = Installed { app, version: it.version, installation: it.installation };
        Self { update, ..Self::installed(installed, language) }
    }

    pub(super) fn installed(it: Installed, language: Language) -> Self {
        let texts = it.version.about.texts(language).clone();
        Self {
            id: it.app.id,
            name: texts.name,
            short_description: texts.short_description,
            color_icon: icon(it.app.id, &it.version.color_icon),
            version: it.version.version,
            number: it.version.number,
            source: it.app.origin.as_str(),
            blocked: it.app.is_blocked,
            capabilities: it.version.about.capabilities,
            permissions: it.installation.asks.permissions.into_iter().collect(),
            valid_domains: it.installation.asks.valid_domains.into_iter().collect(),
            installed_by: it.installation.installed_by,
            installed_at: it.installation.installed_at,
            consented_by: it.installation.consented_by,
            consented_at: it.installation.consented_at,
            update: None,
        }
    }
}

/// What an upload came to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Uploaded {
    pub(super) app: TeamAppItem,
    /// Warnings.
    pub(super) findings: Vec<FindingItem>,
}

/// What depends on an app.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DependentsItem {
    /// Teams that have it; at most 50 are named.
    teams: Vec<NamedTeam>,
    /// How many teams have it in all.
    team_count: i64,
    /// Setup policies that install it.
    policies: Vec<NamedPolicy>,
    /// Whether the operator offers it to every organisation.
    offered: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct NamedTeam {
    #[schema(value_type = String, format = Uuid)]
    id: TeamId,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct NamedPolicy {
    #[schema(value_type = String, format = Uuid)]
    id: SetupPolicyId,
    name: String,
}

impl From<Dependents> for DependentsItem {
    fn from(it: Dependents) -> Self {
        let team = |(id, name)| NamedTeam { id, name };
        let policy = |(id, name)| NamedPolicy { id, name };
        Self {
            teams: it.teams.into_iter().map(team).collect(),
            team_count: it.team_count,
            policies: it.policies.into_iter().map(policy).collect(),
            offered: it.is_offered,
        }
    }
}

/// A setup policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyItem {
    #[schema(value_type = String, format = Uuid)]
    id: SetupPolicyId,
    name: String,
    description: String,
    /// Counts for whoever is in no group with a policy.
    everyone: bool,
    /// In the order in which they are shown.
    apps: Vec<PolicyAppShape>,
    groups: Vec<PolicyGroupItem>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// An app of a policy.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyAppShape {
    #[schema(value_type = String, format = Uuid)]
    pub(super) app_id: AppId,
    /// Pinned, or installed only.
    #[serde(default)]
    pub(super) pinned: bool,
}

/// A group of a policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PolicyGroupItem {
    #[schema(value_type = String, format = Uuid)]
    group_id: GroupId,
    name: String,
    /// For who is in several groups the lowest one decides.
    rank: i64,
}

impl From<Policy> for PolicyItem {
    fn from(it: Policy) -> Self {
        let app = |it: apps::PolicyApp| PolicyAppShape { app_id: it.app, pinned: it.is_pinned };
        let group = |it: apps::PolicyGroup| PolicyGroupItem {
            group_id: it.group,
            name: it.name,
            rank: it.rank,
        };
        Self {
            id: it.id,
            name: it.name,
            description: it.description,
            everyone: it.everyone,
            apps: it.apps.into_iter().map(app).collect(),
            groups: it.groups.into_iter().map(group).collect(),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// An app that a person has by policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EffectiveAppItem {
    app: AppItem,
    /// Its place among the pinned ones, from 0; null when it is installed only.
    pinned: Option<usize>,
    #[schema(value_type = String, format = Uuid)]
    policy_id: SetupPolicyId,
}

impl EffectiveAppItem {
    pub(super) fn of(it: EffectiveApp, language: Language) -> Self {
        Self { app: AppItem::of(it.entry, language), pinned: it.pinned, policy_id: it.policy }
    }
}
