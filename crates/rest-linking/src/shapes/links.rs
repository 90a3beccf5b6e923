//! Links, and what people are asked before one is made.

use edge::Problem;
use kernel::{EnvironmentId, Scope};
use linking::{
    AccessRequest as Asked, ChannelChoice, Collaborate, Connected, HistoryEntry, Level, Link,
    LinkRequest, Preview, Recommended, Subject, TeamChoice, Why,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use workspace_port::{ChannelId, ChannelKind, PersonId, TeamId};

use super::{ProblemItem, wrong};

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
pub(crate) struct TeamBody {
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
pub(crate) struct ChannelBody {
    /// One that is there, of a team that is there.
    id: Option<String>,
    /// Without an identifier: of one to make.
    name: Option<String>,
    /// Whether the one that is made is private to its own members.
    #[serde(default)]
    private: bool,
}

pub(crate) const fn yes() -> bool {
    true
}

impl LinkBody {
    /// What the room is asked for.
    pub(crate) fn request(self, environment: EnvironmentId) -> Result<LinkRequest, Problem> {
        let subject = self.kind.of(environment, (self.table, self.id));
        let Self { team, channel, members, welcome, key, .. } = self;
        Place { team, channel, members, welcome, key }.request(subject)
    }
}

/// To what something is linked, and who comes along.
pub(crate) struct Place {
    pub(crate) team: TeamBody,
    pub(crate) channel: Option<ChannelBody>,
    pub(crate) members: Vec<String>,
    pub(crate) welcome: bool,
    pub(crate) key: Option<Uuid>,
}

impl Place {
    /// What the room is asked for.
    pub(crate) fn request(self, subject: Subject) -> Result<LinkRequest, Problem> {
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

/// A record or view.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkSubject)]
struct SubjectItem {
    /// `record`, `view`, `personal_view`; of a CRM elsewhere `crm_record`, `crm_view`, `crm_personal_view`.
    kind: &'static str,
    /// Null for what is in a CRM elsewhere.
    #[schema(format = Uuid)]
    environment_id: Option<String>,
    /// The CRM elsewhere.
    #[schema(format = Uuid)]
    crm_system_id: Option<String>,
    /// The name of the table, as whoever keeps it writes it.
    table: String,
    /// The key: a GUID, or what the CRM elsewhere calls it.
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
            Subject::Crm { .. } => "crm_record",
            Subject::CrmView { personal: false, .. } => "crm_view",
            Subject::CrmView { personal: true, .. } => "crm_personal_view",
        };
        let system = link.subject.system();
        Self {
            id: link.id.to_string(),
            subject: SubjectItem {
                kind,
                environment_id: system.is_none().then(|| link.subject.environment().to_string()),
                crm_system_id: system.map(|system| system.to_string()),
                table: link.subject.table().to_owned(),
                id: link.subject.key(),
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
    /// Whether the CRM does not tell who works on the record beside its owner.
    owner_only: bool,
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
            owner_only: found.owner_only,
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

/// A question for access to a record of one's own.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MyAccessRequest)]
pub(crate) struct MyAccessItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    link_id: String,
    /// The name of the record.
    subject_name: String,
    /// Team and channel.
    place: String,
    #[schema(format = Uuid)]
    user_id: String,
    /// Empty when the person was removed.
    user_name: String,
    message: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<linking_sync::Asked> for MyAccessItem {
    fn from(asked: linking_sync::Asked) -> Self {
        Self {
            id: asked.id.to_string(),
            link_id: asked.link.to_string(),
            subject_name: asked.subject,
            place: asked.place,
            user_id: asked.user.to_string(),
            user_name: asked.name,
            message: asked.message,
            created_at: asked.at.to_string(),
        }
    }
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
