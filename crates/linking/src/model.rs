//! Links, and what is said about them.

use std::fmt;

use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use linking_setup::Kind;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;
use workspace_port::{ChannelId, ChannelKind, FileId, PersonId, TabId, TeamId, Visibility};

/// A link; also the key of its row of `msdyn_teamscollaboration`, and the entity of its tab.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkId(pub Uuid);

impl LinkId {
    /// The identifier as its 16 bytes.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for LinkId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl std::str::FromStr for LinkId {
    type Err = kernel::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 36 {
            return Err(kernel::IdError);
        }
        Uuid::try_parse(text).map(Self).map_err(|_wrong| kernel::IdError)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkId({})", self.0)
    }
}

/// What is tied to a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A record.
    Record {
        /// Where it is.
        environment: EnvironmentId,
        /// The logical name of its table.
        table: String,
        /// Its key.
        record: Uuid,
    },
    /// A view.
    View {
        /// Where it is.
        environment: EnvironmentId,
        /// The logical name of the table that it lists.
        table: String,
        /// Its key.
        view: Uuid,
        /// Whether it is somebody's own (`userquery`) and not everybody's (`savedquery`).
        personal: bool,
    },
    /// A record of a CRM elsewhere.
    Crm {
        /// The CRM, as the hub knows it.
        system: Uuid,
        /// The name of its table there.
        table: String,
        /// Its key, as the CRM writes it.
        record: String,
    },
    /// A view of a CRM elsewhere: a list view of Salesforce, a saved query of Dynamics 365.
    CrmView {
        /// The CRM, as the hub knows it.
        system: Uuid,
        /// The name of the table that it lists.
        table: String,
        /// Its key, as the CRM writes it.
        view: String,
        /// Whether it is one that a person keeps there.
        personal: bool,
    },
}

impl Subject {
    /// A record.
    pub fn record(environment: EnvironmentId, table: &str, record: Uuid) -> Self {
        Self::Record { environment, table: table.to_owned(), record }
    }

    /// A record of a CRM elsewhere.
    pub fn crm(system: Uuid, table: &str, record: &str) -> Self {
        Self::Crm { system, table: table.to_owned(), record: record.to_owned() }
    }

    /// A view of a CRM elsewhere.
    pub fn crm_view(system: Uuid, table: &str, (view, personal): (&str, bool)) -> Self {
        Self::CrmView { system, table: table.to_owned(), view: view.to_owned(), personal }
    }

    /// Where it is: the environment, or the CRM elsewhere by its own identifier. No environment has that one, so that
    /// whoever takes it for one finds nothing.
    pub fn environment(&self) -> EnvironmentId {
        match self {
            Self::Record { environment, .. } | Self::View { environment, .. } => *environment,
            Self::Crm { system, .. } | Self::CrmView { system, .. } => EnvironmentId::from(*system),
        }
    }

    /// The CRM elsewhere, where it is in one.
    pub const fn system(&self) -> Option<Uuid> {
        match self {
            Self::Crm { system, .. } | Self::CrmView { system, .. } => Some(*system),
            _ => None,
        }
    }

    /// Its key; of a record or view of a CRM elsewhere one that is made of what the CRM calls it.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Record { record, .. } => *record,
            Self::View { view, .. } => *view,
            Self::Crm { table, record: key, .. } | Self::CrmView { table, view: key, .. } => {
                key_of(table, key)
            }
        }
    }

    /// Its key as whoever keeps it writes it.
    pub fn key(&self) -> String {
        match self {
            Self::Crm { record: key, .. } | Self::CrmView { view: key, .. } => key.clone(),
            other => other.id().to_string(),
        }
    }

    /// The table of the record, or the one that the view lists.
    pub fn table(&self) -> &str {
        match self {
            Self::Record { table, .. }
            | Self::View { table, .. }
            | Self::Crm { table, .. }
            | Self::CrmView { table, .. } => table,
        }
    }

    /// Whether it is a view.
    pub const fn is_view(&self) -> bool {
        matches!(self, Self::View { .. } | Self::CrmView { .. })
    }

    /// The table that the thing itself is a row of.
    pub fn own_table(&self) -> &str {
        match self {
            Self::Record { table, .. } | Self::Crm { table, .. } => table,
            Self::View { personal: false, .. } | Self::CrmView { personal: false, .. } => {
                "savedquery"
            }
            Self::View { personal: true, .. } | Self::CrmView { personal: true, .. } => "userquery",
        }
    }

    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Record { .. } => "record",
            Self::View { personal: false, .. } => "view",
            Self::View { personal: true, .. } => "personal_view",
            Self::Crm { .. } => CRM,
            Self::CrmView { personal: false, .. } => CRM_VIEW,
            Self::CrmView { personal: true, .. } => CRM_PERSONAL_VIEW,
        }
    }

    /// As it is stored; `key` is there for what is in CRMs elsewhere.
    pub(crate) fn of(
        kind: &str,
        environment: EnvironmentId,
        (table, id, key): (String, Uuid, Option<String>),
    ) -> Option<Self> {
        match kind {
            CRM => Some(Self::Crm { system: environment.uuid(), table, record: key? }),
            CRM_VIEW | CRM_PERSONAL_VIEW => {
                let (system, personal) = (environment.uuid(), kind == CRM_PERSONAL_VIEW);
                Some(Self::CrmView { system, table, view: key?, personal })
            }
            "record" => Some(Self::Record { environment, table, record: id }),
            "view" | "personal_view" => {
                let personal = kind == "personal_view";
                Some(Self::View { environment, table, view: id, personal })
            }
            _ => None,
        }
    }
}

const CRM: &str = "crm_record";
const CRM_VIEW: &str = "crm_view";
const CRM_PERSONAL_VIEW: &str = "crm_personal_view";

/// A key of our shape for a record whose CRM has another: GUIDs are themselves, everything else is a digest.
pub(crate) fn key_of(table: &str, record: &str) -> Uuid {
    if let Ok(id) = Uuid::try_parse(record) {
        return id;
    }
    let text = format!("{table}\n{record}");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$one])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// As it is stored and written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The one of a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    )+};
}
pub(crate) use words;

words! {
    /// What a link is.
    State {
        /// It is being made, or waits for something.
        Pending = "pending",
        /// Record, channel, tab and files belong together.
        Connected = "connected",
        /// The tab stands in the channel; no row and no files ("Failed" in the guide of the original).
        TabOnly = "tab_only",
        /// Its names are those of before.
        StaleName = "stale_name",
        /// The channel or its team is only read.
        Archived = "archived",
        /// The channel, its team or the record is deleted.
        Gone = "gone",
        /// It is being undone.
        Unlinking = "unlinking",
        /// It is no more; what happened to it is kept.
        Unlinked = "unlinked",
    }

    /// The last thing that was done and stored.
    Step {
        /// Names and places are decided.
        Decided = "decided",
        /// A team is about to be made, or is being made.
        TeamAsked = "team_asked",
        /// The team is there.
        TeamReady = "team_ready",
        /// The channel is there.
        ChannelReady = "channel_ready",
        /// The members were asked in.
        Members = "members",
        /// The file library is known.
        Library = "library",
        /// The rows of the environment are written.
        Row = "row",
        /// The tab stands in the channel.
        Tab = "tab",
        /// The welcome is being posted.
        Card = "card",
        /// All is done.
        Connected = "connected",
        /// It is about to be undone.
        Unlinking = "unlinking",
        /// The tab is away, or left where it is.
        TabRemoved = "tab_removed",
        /// The files are away, or left where they are.
        FilesRemoved = "files_removed",
        /// The rows of the environment are away.
        RowRemoved = "row_removed",
        /// What was made for a link that could not be is about to be taken back.
        Undoing = "undoing",
        /// Nothing is left to do.
        Unlinked = "unlinked",
    }
}

/// Why something is not as it should be: a code with a text of its own, and what the text names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Dotted `noun.reason`; its text is `error-` and the code with `-` for `.` and `_`.
    pub code: String,
    /// What the text names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
}

impl Problem {
    /// A problem without anything to name.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), args: Vec::new() }
    }

    /// The same, naming something.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.push((name.to_owned(), value.into()));
        self
    }
}

/// A record or view that is tied to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The identifier.
    pub id: LinkId,
    /// What is tied.
    pub subject: Subject,
    /// Its name when it was last looked at.
    pub subject_name: String,
    /// The kind of workspace.
    pub workspace: Kind,
    /// The team; empty while it is still to be made.
    pub team: TeamId,
    /// Its name when it was last looked at.
    pub team_name: String,
    /// The channel; empty while it is still to be made.
    pub channel: ChannelId,
    /// Its name when it was last looked at.
    pub channel_name: String,
    /// Whose the channel is.
    pub channel_kind: ChannelKind,
    /// What it is.
    pub state: State,
    /// What was done last.
    pub step: Step,
    /// What is not as it should be.
    pub problem: Option<Problem>,
    /// The tab.
    pub tab: Option<TabId>,
    /// The folder of the channel's files.
    pub library: Option<FileId>,
    /// The row of `sharepointdocumentlocation`.
    pub location: Option<Uuid>,
    /// Where people open the channel.
    pub address: Option<Url>,
    /// Who made it.
    pub created_by: UserId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

impl Link {
    /// Whether there is still something to do before it is what it is to be.
    pub const fn is_under_way(&self) -> bool {
        matches!(self.state, State::Pending | State::Unlinking)
    }
}

/// Which team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamChoice {
    /// One that the person is in.
    Existing(#[serde(with = "as_team")] TeamId),
    /// One that is made.
    New {
        /// Its name.
        name: String,
        /// Whether only members know of it.
        private: bool,
        /// A sensitivity label of the workspace.
        #[serde(default)]
        sensitivity: Option<String>,
    },
}

impl TeamChoice {
    pub(crate) const fn visibility(private: bool) -> Visibility {
        if private { Visibility::Private } else { Visibility::Public }
    }
}

/// Which channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelChoice {
    /// One that is there.
    Existing(#[serde(with = "as_channel")] ChannelId),
    /// The one that every team has.
    General,
    /// One that is made.
    New {
        /// Its name.
        name: String,
        /// Whether it is private to its own members.
        #[serde(default)]
        private: bool,
    },
}

mod as_team {
    use serde::{Deserialize as _, Deserializer, Serializer};
    use workspace_port::TeamId;

    pub(super) fn serialize<S: Serializer>(team: &TeamId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&team.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TeamId, D::Error> {
        String::deserialize(from).map(TeamId)
    }
}

mod as_channel {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use workspace_port::{ChannelId, TeamId};

    pub(super) fn serialize<S: Serializer>(one: &ChannelId, to: S) -> Result<S::Ok, S::Error> {
        (&one.team.0, &one.id).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ChannelId, D::Error> {
        let (team, id) = <(String, String)>::deserialize(from)?;
        Ok(ChannelId { team: TeamId(team), id })
    }
}

/// What somebody wants tied to what.
#[derive(Debug, Clone)]
pub struct LinkRequest {
    /// What.
    pub subject: Subject,
    /// To which team.
    pub team: TeamChoice,
    /// To which of its channels.
    pub channel: ChannelChoice,
    /// Who is asked in besides.
    pub members: Vec<PersonId>,
    /// Whether a card tells the channel about the record.
    pub welcome: bool,
    /// The caller's own name for this request: asking again with the same gives the same link.
    pub key: Option<Uuid>,
}

words! {
    /// What becomes of the tab of a link that is undone.
    TabAfter {
        /// It stays, and shows the record to who may see it.
        Keep = "keep",
        /// It is taken out of the channel.
        Remove = "remove",
    }

    /// What becomes of the files of a link that is undone.
    Files {
        /// They stay in the channel.
        Keep = "keep",
        /// Those of the channel are deleted, as far as no other link shows them.
        Delete = "delete",
    }
}

/// How a link is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlink {
    /// The tab.
    pub tab: TabAfter,
    /// The files.
    pub files: Files,
}

/// Which links of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkFilter {
    /// Those in this state; `None` is all but the unlinked.
    pub state: Option<State>,
    /// Those with a problem alone.
    pub with_problem: bool,
}

/// Something that happened to a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// From 1.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who: the name of a person, or such as `system:linking`.
    pub actor: String,
    /// Dotted, such as `link.connected`.
    pub event: String,
    /// What the link was then.
    pub state: State,
    /// How far it had come.
    pub step: Step,
    /// What was not as it should be.
    pub problem: Option<Problem>,
}

pub(crate) const fn kind_word(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Standard => "standard",
        ChannelKind::Private => "private",
        ChannelKind::Shared => "shared",
    }
}

pub(crate) fn kind_of(word: &str) -> Option<ChannelKind> {
    [ChannelKind::Standard, ChannelKind::Private, ChannelKind::Shared]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
}
