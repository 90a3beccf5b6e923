//! The settings of linking.

use i18n::Texts;
use kernel::Scope;
use linking_setup::{Condition, Consent, Overview, TableSetting};
use serde::Serialize;
use utoipa::ToSchema;

/// A consent as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingConsent)]
pub(crate) struct ConsentItem {
    /// `not_asked`, `accepted`, `declined`, `revoked` or `partial`.
    state: &'static str,
    /// What it is to, as Microsoft Graph names permissions.
    scopes: Vec<&'static str>,
    /// What is granted now.
    granted: Vec<String>,
    #[schema(format = Uuid)]
    decided_by: Option<String>,
    #[schema(format = DateTime)]
    decided_at: Option<String>,
}

impl From<Consent> for ConsentItem {
    fn from(consent: Consent) -> Self {
        Self {
            state: consent.state.as_str(),
            scopes: consent.which.scopes().to_vec(),
            granted: consent.scopes,
            decided_by: consent.by.map(|user| user.to_string()),
            decided_at: consent.at.map(|at| at.to_string()),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingConsents)]
struct ConsentsItem {
    /// To teams, channels and members.
    first: ConsentItem,
    /// To conversations beside records, notes of changes and members kept in step.
    second: ConsentItem,
}

/// Something that must be so before linking works.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingCondition)]
struct ConditionItem {
    /// As `RL-01`.
    id: &'static str,
    /// `met`, `unmet` or `unknown`.
    state: &'static str,
    /// Such as `800503ca`, when it is not met.
    code: Option<&'static str>,
    /// In the caller's language.
    title: String,
    /// What cures it, in the caller's language.
    remedy: String,
    /// Rows and tables that it is about.
    about: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingTable)]
struct TableItem {
    /// The logical name.
    name: String,
    /// Whether its records have documents.
    documents: bool,
    /// Whether its records and views may be linked.
    links: bool,
    custom: bool,
}

/// Limits of teams and links. Whoever runs the hub sets them, under `[linking]` of the settings file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingLimits)]
struct LimitsItem {
    /// Characters of the name of a team or channel.
    name_chars: usize,
    channels_per_team: usize,
    private_channels_per_team: usize,
    members_per_team: usize,
    members_per_private_channel: usize,
    /// Members that one link asks in.
    members_at_once: usize,
    /// Links of one record or view that are shown.
    links_per_record: u32,
    /// Links of one channel that are shown.
    links_per_channel: u32,
}

impl From<&linking::Settings> for LimitsItem {
    fn from(settings: &linking::Settings) -> Self {
        Self {
            name_chars: settings.name_chars,
            channels_per_team: settings.channels_per_team,
            private_channels_per_team: settings.private_channels_per_team,
            members_per_team: settings.members_per_team,
            members_per_private_channel: settings.members_per_private_channel,
            members_at_once: settings.members_at_once,
            links_per_record: settings.links_per_record,
            links_per_channel: settings.links_per_channel,
        }
    }
}

/// Everything about linking in an environment.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "switches")]
#[schema(as = LinkingSettings)]
pub(crate) struct OverviewItem {
    #[schema(format = Uuid)]
    environment_id: String,
    basic: bool,
    enhanced: bool,
    /// Follows the first consent.
    user_sync: bool,
    labels: bool,
    one_drive: bool,
    /// `full`, `limited` or `block`.
    unmanaged_devices: &'static str,
    managed_networks: Vec<String>,
    /// Whether nothing stands in the way of turning linking on.
    ready: bool,
    consents: ConsentsItem,
    conditions: Vec<ConditionItem>,
    tables: Vec<TableItem>,
    limits: LimitsItem,
}

impl OverviewItem {
    pub(crate) fn of(scope: &Scope, overview: Overview, limits: &linking::Settings) -> Self {
        let t = Texts::global().speak(scope.language());
        let ready = overview.is_ready();
        let condition = |one: Condition| {
            let name = one.id.to_lowercase();
            ConditionItem {
                id: one.id,
                state: one.state.as_str(),
                code: one.code,
                title: t.text(format!("linking-setup.{name}")),
                remedy: t.text(format!("linking-setup.{name}-cure")),
                about: one.about,
            }
        };
        let table = |one: TableSetting| TableItem {
            name: one.table,
            documents: one.documents,
            links: one.links,
            custom: one.custom,
        };
        Self {
            environment_id: overview.environment.to_string(),
            basic: overview.switches.basic,
            enhanced: overview.switches.enhanced,
            user_sync: overview.switches.user_sync,
            labels: overview.labels,
            one_drive: overview.switches.one_drive,
            unmanaged_devices: overview.devices.rule.as_str(),
            managed_networks: overview.devices.networks.iter().map(ToString::to_string).collect(),
            ready,
            consents: ConsentsItem {
                first: overview.consent.into(),
                second: overview.second.into(),
            },
            conditions: overview.conditions.into_iter().map(condition).collect(),
            tables: overview.tables.into_iter().map(table).collect(),
            limits: limits.into(),
        }
    }
}
