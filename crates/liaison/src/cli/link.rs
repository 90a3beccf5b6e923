//! `link …`

mod in_step;

use clap::{Args, Subcommand, ValueEnum};

pub(crate) use self::in_step::{Decision, LinkMembers, LinkNotes, LinkReport, NoteRules};
use super::{Hub, Switch};

/// The record or view that is meant.
#[derive(Debug, Clone, Args)]
pub(crate) struct LinkSubject {
    /// Name or identifier of the environment
    #[arg(long, short, required_unless_present = "crm", conflicts_with = "crm")]
    pub(crate) environment: Option<String>,
    /// The record is one of this CRM (name or identifier), or of the one that is used for you
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub(crate) crm: Option<String>,
    /// Name of the table, as whoever keeps the record writes it
    #[arg(long, short)]
    pub(crate) table: String,
    /// Identifier of the record, or of the view with --view or --personal-view
    pub(crate) id: String,
    /// The identifier is that of a view of everybody
    #[arg(long, conflicts_with = "personal_view")]
    pub(crate) view: bool,
    /// The identifier is that of a view of one's own
    #[arg(long)]
    pub(crate) personal_view: bool,
}

/// What is turned; what is not named stays.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct LinkSwitches {
    /// The basic experience; off takes the enhanced one along
    #[arg(long, value_enum)]
    pub(crate) basic: Option<Switch>,
    /// The enhanced experience
    #[arg(long, value_enum)]
    pub(crate) enhanced: Option<Switch>,
    /// Private teams with sensitivity labels
    #[arg(long, value_enum)]
    pub(crate) labels: Option<Switch>,
    /// Whether the drives of people are used
    #[arg(long, value_enum)]
    pub(crate) one_drive: Option<Switch>,
    /// What devices that nobody manages may do with the files of a channel
    #[arg(long, value_enum, value_name = "RULE")]
    pub(crate) unmanaged_devices: Option<DeviceRule>,
    /// A network of managed devices, such as `10.0.0.0/8`; those that are named take the place of all before
    #[arg(long, value_name = "NETWORK")]
    pub(crate) managed_network: Vec<String>,
}

/// What devices that nobody manages may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeviceRule {
    /// What every device may
    Full,
    /// See names, and nothing more
    Limited,
    /// Nothing
    Block,
}

impl DeviceRule {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Limited => "limited",
            Self::Block => "block",
        }
    }
}

/// What consent is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkConsent {
    /// Teams and channels, and who is asked into them
    First,
    /// Conversations beside records, notes of changes, members kept in step
    Second,
}

impl LinkConsent {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }
}

/// What becomes of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkDecision {
    /// Give it
    Accept,
    /// Refuse it
    Decline,
    /// Take it back
    Withdraw,
}

impl LinkDecision {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Link {
    /// List the links of an environment
    List {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        /// Only those in this state, such as pending, connected or gone
        #[arg(long)]
        state: Option<String>,
        /// Only those with a problem
        #[arg(long)]
        problem: bool,
    },
    /// Say to which channels a record or view is linked, and what stands in the way of more
    Of {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        subject: LinkSubject,
    },
    /// Link a record or view to a channel
    Add {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        subject: LinkSubject,
        /// Identifier of a team that is there
        #[arg(long, required_unless_present = "new_team", conflicts_with = "new_team")]
        team: Option<String>,
        /// Name of a team to make
        #[arg(long, value_name = "NAME")]
        new_team: Option<String>,
        /// Identifier of a channel of that team; the general one unless given
        #[arg(long, conflicts_with = "new_channel")]
        channel: Option<String>,
        /// Name of a channel to make
        #[arg(long, value_name = "NAME")]
        new_channel: Option<String>,
        /// What is made is private to its members
        #[arg(long)]
        private: bool,
        /// Identifier of somebody in the workspace who is asked in; may be repeated
        #[arg(long, value_name = "PERSON")]
        member: Vec<String>,
        /// Post no card about the record
        #[arg(long)]
        no_welcome: bool,
        /// Do not wait until it is done
        #[arg(long)]
        no_wait: bool,
    },
    /// Say whether records of a CRM elsewhere are linked to channels, or decide it
    Crm {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the CRM
        crm: String,
        /// Turn it on or off
        switch: Option<Switch>,
    },
    /// Show a link
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Say what happened to a link
    History {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Try again what could not be done
    Retry {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Undo a link
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        /// Leave the tab in the channel
        #[arg(long)]
        keep_tab: bool,
        /// Delete the files of the channel, as far as no other link shows them
        #[arg(long)]
        delete_files: bool,
        /// Say what it would do, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Members of links: how they follow the access to records, who comes and goes, and why
    #[command(subcommand)]
    Members(LinkMembers),
    /// What is posted to the channel when a record changes
    #[command(subcommand)]
    Notes(LinkNotes),
    /// Orphans and broken links
    #[command(subcommand)]
    Report(LinkReport),
    /// List who asks for access to your records
    Asked {
        #[command(flatten)]
        hub: Hub,
    },
    /// Answer who asks for access to a record
    Answer {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        /// Identifier of the question
        request: String,
        /// Decline; access is given unless this is said
        #[arg(long)]
        decline: bool,
    },
    /// Show the switches of an environment, the consents, the limits, and what stands in the way
    Settings {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
    },
    /// Turn the switches of linking: all that are named, or none
    Turn {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        #[command(flatten)]
        switches: LinkSwitches,
    },
    /// Give, refuse or take back a consent for the whole organisation
    Consent {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        /// For what
        #[arg(value_enum)]
        consent: LinkConsent,
        /// What becomes of it
        #[arg(value_enum)]
        decision: LinkDecision,
    },
    /// Allow or forbid links of tables
    Tables {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        /// On or off
        #[arg(value_enum)]
        switch: Switch,
        /// Logical names
        #[arg(required = true)]
        tables: Vec<String>,
    },
}
