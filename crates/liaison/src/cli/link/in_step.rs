//! `link members …`, `link notes …`, `link report …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Hub;

/// How members follow the access to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MemberMode {
    /// Nobody is added or removed
    Off,
    /// Who is given access is added
    Add,
    /// Who is given access is added, who loses it is removed
    AddAndRemove,
}

impl MemberMode {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Add => "add",
            Self::AddAndRemove => "add_and_remove",
        }
    }
}

/// A decision about members.
#[derive(Debug, Clone, Args)]
pub(crate) struct Decision {
    /// How members follow
    #[arg(value_enum)]
    pub(crate) mode: MemberMode,
    /// Remove guests without access too
    #[arg(long)]
    pub(crate) guests: bool,
    /// Remove members too whom somebody added by hand
    #[arg(long)]
    pub(crate) others: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LinkMembers {
    /// Say how members of a link follow the access to its record
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Decide how members of a link follow
    Set {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        #[command(flatten)]
        decision: Decision,
    },
    /// Let members of a link follow as those of its environment
    Reset {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Say who would come and who would go, and why
    Preview {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        /// Under this decision instead of what holds
        #[arg(long, value_enum)]
        mode: Option<MemberMode>,
    },
    /// Bring the members of a link in step now
    Run {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Say what happened to the members of a link, and why
    History {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Say how members of all links of an environment follow
    Default {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
    },
    /// Decide how members of all links of an environment follow
    SetDefault {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        #[command(flatten)]
        decision: Decision,
    },
}

/// When changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoteDigest {
    /// As they come
    None,
    /// Once an hour
    Hourly,
    /// Once a day
    Daily,
}

impl NoteDigest {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
        }
    }
}

/// What is posted of a link, and when.
#[derive(Debug, Clone, Args)]
pub(crate) struct NoteRules {
    /// Logical name of a column whose changes are told; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) column: Vec<String>,
    /// Tell that activities and notes are added
    #[arg(long)]
    pub(crate) created: bool,
    /// Tell that the record is closed, opened again or deleted
    #[arg(long)]
    pub(crate) closed: bool,
    /// Gather changes
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) digest: NoteDigest,
    /// Time of day of a daily digest
    #[arg(long, value_name = "HH:MM", default_value = "08:00")]
    pub(crate) at: String,
    /// Hours in which nothing is posted
    #[arg(long, value_name = "HH:MM-HH:MM")]
    pub(crate) quiet: Option<String>,
    /// Post nothing at weekends either
    #[arg(long, requires = "quiet")]
    pub(crate) quiet_weekend: bool,
    /// Time zone of these hours, such as Europe/Paris; your own unless given
    #[arg(long)]
    pub(crate) zone: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LinkNotes {
    /// Say what is posted when the record of a link changes
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Decide what is posted; you post from then on
    Set {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        #[command(flatten)]
        rules: NoteRules,
    },
    /// Post nothing any more
    Off {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
    /// Print the card that such rules would post, as JSON
    Preview {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
        #[command(flatten)]
        rules: NoteRules,
    },
    /// List what was posted
    Posts {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the link
        link: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum LinkReport {
    /// List orphans and broken links of an environment
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
    },
    /// Write the same as CSV
    Export {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        /// File to write; standard output unless given
        #[arg(long, short, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Look at all links now
    Run {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
    },
    /// Repair what was found
    Repair {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the environment
        environment: String,
        /// Identifier of a finding
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        finding: Option<String>,
        /// Everything that the hub can mend
        #[arg(long)]
        all: bool,
    },
}
