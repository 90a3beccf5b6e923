//! The shapes that go in and out.

use edge::Problem;
use i18n::Texts;
use kernel::{EnvironmentId, FieldError, Kind, Scope};
use linking::{
    AccessRequest as Asked, ChannelChoice, Collaborate, Connected, HistoryEntry, Level, Link,
    LinkRequest, Preview, Problem as InTheWay, Recommended, Subject, TeamChoice, Why,
};
use linking_setup::{Condition, Consent, Overview, TableSetting};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workspace_port::{ChannelId, ChannelKind, PersonId, TeamId};

/// The link of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LinkPath {
    /// The link.
    pub(crate) link_id: Uuid,
}

/// The channel of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ChannelPath {
    /// The team.
    team_id: String,
    /// The channel.
    channel_id: String,
}

impl ChannelPath {
    pub(crate) fn into_id(self) -> ChannelId {
        ChannelId { team: TeamId(self.team_id), id: self.channel_id }
    }
}

/// What can be linked.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LinkSubjectKind)]
pub(crate) enum SubjectKind {
    #[default]
    Record,
    /// A view of everybody.
    View,
    /// A view of one's own.
    PersonalView,
}

impl SubjectKind {
    /// The record or view.
    pub(crate) fn of(self, environment: EnvironmentId, (table, id): (String, Uuid)) -> Subject {
        match self {
            Self::Record => Subject::Record { environment, table, record: id },
            Self::View => Subject::View { environment, table, view: id, personal: false },
            Self::PersonalView => Subject::View { environment, table, view: id, personal: true },
        }
    }
}

/// What is linked, and to what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLink)]
pub(crate) struct LinkBody {
    /// A record unless given.
    #[serde(default)]
    kind: SubjectKind,
    /// The logical name of the table.
    table: String,
    /// The key of the record or view.
    id: Uuid,
    team: TeamBody,
    /// The general one unless given.
    channel: Option<ChannelBody>,
    /// Who is asked in besides: identifiers of the workspace.
    #[serde(default)]
    members: Vec<String>,
    /// Whether a card tells the channel about the record.
    #[serde(default = "yes")]
    welcome: bool,
    /// Your own name for this request.
    key: Option<Uuid>,
}

/// A team that is there, or one to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkTeam, example = json!({ "name": "Village deal", "private": true }))]
struct TeamBody {
    /// One that is there.
    id: Option<String>,
    /// Without an identifier: of one to make.
    name: Option<String>,
    /// Whether only members know of the one that is made.
    #[serde(default)]
    private: bool,
    /// A sensitivity label of the workspace for the one that is made.
    sensitivity: Option<String>,
}

/// A channel that is there, or one to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkChannel)]
struct ChannelBody {
    /// One that is there, of a team that is there.
    id: Option<String>,
    /// Without an identifier: of one to make.
    name: Option<String>,
    /// Whether the one that is made is private to its own members.
    #[serde(default)]
    private: bool,
}

const fn yes() -> bool {
    true
}

impl LinkBody {
    /// What the room is asked for.
    pub(crate) fn request(self, environment: EnvironmentId) -> Result<LinkRequest, Problem> {
        let subject = self.kind.of(environment, (self.table, self.id));
        let TeamBody { id, name, private, sensitivity } = self.team;
        let team = match (id, name) {
            (Some(id), _) => TeamChoice::Existing(TeamId(id)),
            (None, Some(name)) => TeamChoice::New { name, private, sensitivity },
            (None, None) => return Err(wrong("/team", "an id or a name")),
        };
        let channel = match (self.channel, &team) {
            (None, _) => ChannelChoice::General,
            (Some(ChannelBody { id: Some(id), .. }), TeamChoice::Existing(team)) => {
                ChannelChoice::Existing(ChannelId { team: team.clone(), id })
            }
            (Some(ChannelBody { id: None, name: Some(name), private }), _) => {
                ChannelChoice::New { name, private }
            }
            (Some(ChannelBody { id: Some(_), .. }), TeamChoice::New { .. }) => {
                return Err(wrong("/channel/id", "a channel to make, as the team is made"));
            }
            (Some(ChannelBody { id: None, name: None, .. }), _) => {
                return Err(wrong("/channel", "an id or a name"));
            }
        };
        let members = self.members.into_iter().map(PersonId).collect();
        Ok(LinkRequest { subject, team, channel, members, welcome: self.welcome, key: self.key })
    }
}

/// A word of a list.
pub(crate) fn word<T: Copy>(
    pointer: &'static str,
    text: &str,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Problem> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        wrong(pointer, &format!("one of {}", known.join(", ")))
    })
}

pub(crate) fn wrong(pointer: &'static str, expected: &str) -> Problem {
    let field = FieldError::new(pointer, "field.invalid", format!("expected {expected}"));
    Problem::new("request.invalid", Kind::Invalid, format!("expected {expected}"))
        .with_fields(vec![field])
}

/// What is not as it should be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkProblem)]
pub(crate) struct ProblemItem {
    code: String,
    /// In the caller's language.
    title: String,
    /// What cures it, in the caller's language.
    detail: String,
}

impl ProblemItem {
    pub(crate) fn of(scope: &Scope, problem: InTheWay) -> Self {
        let t = Texts::global().speak(scope.language());
        Self {
            title: t.code(&problem.code),
            detail: t.code_detail(&problem.code),
            code: problem.code,
        }
    }
}

/// A record or view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkSubject)]
struct SubjectItem {
    /// `record`, `view` or `personal_view`.
    kind: &'static str,
    #[schema(format = Uuid)]
    environment_id: String,
    /// The logical name of the table.
    table: String,
    #[schema(format = Uuid)]
    id: String,
    /// Empty for who may not read it.
    name: String,
}

/// A team or a channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkPlace)]
struct PlaceItem {
    /// Null while it is still to be made.
    id: Option<String>,
    name: String,
}

/// A record or view that is tied to a channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordLink)]
pub(crate) struct LinkItem {
    #[schema(format = Uuid)]
    id: String,
    subject: SubjectItem,
    /// `embedded` or `graph`.
    workspace: &'static str,
    team: PlaceItem,
    channel: PlaceItem,
    /// `standard`, `private` or `shared`.
    channel_kind: &'static str,
    /// `pending`, `connected`, `tab_only`, `stale_name`, `archived`, `gone`, `unlinking` or `unlinked`.
    state: &'static str,
    /// What was done last.
    step: &'static str,
    problem: Option<ProblemItem>,
    tab_id: Option<String>,
    /// The row of `sharepointdocumentlocation`.
    #[schema(format = Uuid)]
    location_id: Option<String>,
    /// Where people open the channel.
    url: Option<String>,
    #[schema(format = Uuid)]
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    changed_at: String,
}

impl LinkItem {
    pub(crate) fn of(scope: &Scope, link: Link) -> Self {
        let known = |id: String| Some(id).filter(|id| !id.is_empty());
        let kind = match &link.subject {
            Subject::Record { .. } => "record",
            Subject::View { personal: false, .. } => "view",
            Subject::View { personal: true, .. } => "personal_view",
        };
        Self {
            id: link.id.to_string(),
            subject: SubjectItem {
                kind,
                environment_id: link.subject.environment().to_string(),
                table: link.subject.table().to_owned(),
                id: link.subject.id().to_string(),
                name: link.subject_name,
            },
            workspace: link.workspace.as_str(),
            team: PlaceItem { id: known(link.team.0), name: link.team_name },
            channel: PlaceItem { id: known(link.channel.id), name: link.channel_name },
            channel_kind: match link.channel_kind {
                ChannelKind::Standard => "standard",
                ChannelKind::Private => "private",
                ChannelKind::Shared => "shared",
            },
            state: link.state.as_str(),
            step: link.step.as_str(),
            problem: link.problem.map(|problem| ProblemItem::of(scope, problem)),
            tab_id: link.tab.map(|tab| tab.0),
            location_id: link.location.map(|id| id.to_string()),
            url: link.address.map(String::from),
            created_by: link.created_by.to_string(),
            created_at: link.created_at.to_string(),
            changed_at: link.changed_at.to_string(),
        }
    }
}

/// Something that happened to a link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkEvent)]
pub(crate) struct HistoryItem {
    /// From 1.
    position: i64,
    #[schema(format = DateTime)]
    at: String,
    /// The name of a person, or such as `system:linking`.
    actor: String,
    /// Dotted, such as `link.connected`.
    event: String,
    state: &'static str,
    step: &'static str,
    problem: Option<ProblemItem>,
}

impl HistoryItem {
    pub(crate) fn of(scope: &Scope, entry: HistoryEntry) -> Self {
        Self {
            position: entry.position,
            at: entry.at.to_string(),
            actor: entry.actor,
            event: entry.event,
            state: entry.state.as_str(),
            step: entry.step.as_str(),
            problem: entry.problem.map(|problem| ProblemItem::of(scope, problem)),
        }
    }
}

/// What undoing a link will do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnlinkPreview)]
pub(crate) struct PreviewItem {
    /// The name of the tab, where one stands in the channel.
    tab: Option<String>,
    /// How many files and folders the channel's folder has; null where the caller may not look.
    files: Option<u64>,
    /// Other links with the same channel, which show the same files.
    other_links: u32,
    may_remove_tab: bool,
    /// An owner may, where nothing else shows them.
    may_delete_files: bool,
}

impl From<Preview> for PreviewItem {
    fn from(preview: Preview) -> Self {
        Self {
            tab: preview.tab,
            files: preview.files,
            other_links: preview.others,
            may_remove_tab: preview.may_remove_tab,
            may_delete_files: preview.may_delete_files,
        }
    }
}

/// A link, and whether the caller is in its channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectedLink)]
struct ConnectedItem {
    #[serde(flatten)]
    link: LinkItem,
    /// Null where the workspace does not say.
    is_member: Option<bool>,
}

/// Somebody who is recommended as a member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecommendedMember)]
struct RecommendedItem {
    /// Who they are at the workspace.
    id: String,
    name: String,
    mail: Option<String>,
    /// `owner`, `shared` or `team`.
    why: &'static str,
    /// The team that they are in.
    team: Option<String>,
}

/// What is good to know before a link is made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Collaborate)]
pub(crate) struct CollaborateItem {
    subject_name: String,
    /// `off`, `basic` or `enhanced`.
    level: &'static str,
    may_link: bool,
    /// Why the caller may make no link.
    problem: Option<ProblemItem>,
    /// Whether private teams get sensitivity labels.
    labels: bool,
    links: Vec<ConnectedItem>,
    suggested_team: String,
    suggested_channel: String,
    members: Vec<RecommendedItem>,
    /// Names of people who would be recommended and whom the workspace does not know.
    unknown_members: Vec<String>,
}

impl CollaborateItem {
    pub(crate) fn of(scope: &Scope, found: Collaborate) -> Self {
        let connected = |one: Connected| ConnectedItem {
            link: LinkItem::of(scope, one.link),
            is_member: one.member,
        };
        let recommended = |one: Recommended| {
            let (why, team) = match one.why {
                Why::Owner => ("owner", None),
                Why::Shared => ("shared", None),
                Why::Team(team) => ("team", Some(team)),
            };
            RecommendedItem { id: one.person.0, name: one.name, mail: one.mail, why, team }
        };
        Self {
            subject_name: found.subject_name,
            level: match found.level {
                Level::Off => "off",
                Level::Basic => "basic",
                Level::Enhanced => "enhanced",
            },
            may_link: found.may_link,
            problem: found.why_not.map(|problem| ProblemItem::of(scope, problem)),
            labels: found.labels,
            links: found.links.into_iter().map(connected).collect(),
            suggested_team: found.team_name,
            suggested_channel: found.channel_name,
            members: found.members.into_iter().map(recommended).collect(),
            unknown_members: found.missing,
        }
    }
}

/// What somebody says who asks for access.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccessRequest)]
pub(crate) struct AccessRequest {
    #[serde(default)]
    pub(crate) message: String,
}

/// The question of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct AccessPath {
    /// The link.
    pub(crate) link_id: Uuid,
    /// The question.
    pub(crate) request_id: Uuid,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccessAnswer)]
pub(crate) struct AccessAnswer {
    /// Whether the record is shared for reading.
    pub(crate) grant: bool,
}

/// A question for access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessRequest)]
pub(crate) struct AccessItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    link_id: String,
    #[schema(format = Uuid)]
    user_id: String,
    message: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Asked> for AccessItem {
    fn from(asked: Asked) -> Self {
        Self {
            id: asked.id.to_string(),
            link_id: asked.link.to_string(),
            user_id: asked.user.to_string(),
            message: asked.message,
            created_at: asked.created_at.to_string(),
        }
    }
}

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
}

impl OverviewItem {
    pub(crate) fn of(scope: &Scope, overview: Overview) -> Self {
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
        }
    }
}
