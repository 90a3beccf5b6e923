//! `target …`

use clap::{Args, Subcommand};

use super::Hub;

/// Whose targets are meant.
#[derive(Debug, Args)]
pub(crate) struct TargetSource {
    /// Name or identifier of the team
    #[arg(long)]
    pub(crate) team: Option<String>,
    /// Name or identifier of the channel
    #[arg(long, requires = "team")]
    pub(crate) channel: Option<String>,
    /// Identifier of an incoming webhook, instead of a channel
    #[arg(long, conflicts_with_all = ["team", "channel"])]
    pub(crate) webhook: Option<String>,
}

/// A target to create.
#[derive(Debug, Args)]
pub(crate) struct NewTarget {
    /// What it is: workflows, slack, mattermost, rocketchat, `google_chat`, discord, http or mail
    #[arg(long)]
    pub(crate) kind: String,
    /// Name to show
    #[arg(long)]
    pub(crate) name: String,
    /// Address of its webhook
    #[arg(long, value_name = "URL", env = "LIAISON_TARGET_URL", hide_env_values = true)]
    pub(crate) to: Option<String>,
    /// What an HTTP endpoint gets: event, or `as_received`
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// A header for an HTTP endpoint; may be repeated
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// Mail to the members of the team
    #[arg(long, conflicts_with = "mail_to")]
    pub(crate) members: bool,
    /// Mail to this address; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mail_to: Vec<String>,
    /// Messages a minute; the pace that the service publishes unless given
    #[arg(long)]
    pub(crate) per_minute: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Target {
    /// List the targets of a channel or a webhook
    List {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        of: TargetSource,
    },
    /// Forward what a channel or a webhook gets to a place outside
    Add {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        of: TargetSource,
        #[command(flatten)]
        new: NewTarget,
    },
    /// Show a target and how it fares
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Remove a target with its log and its dead letters
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Switch a target on; it goes on where it stopped
    Enable {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Switch a target off; its messages wait
    Disable {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Show to which kinds of places the organisation's cards may go
    Kinds {
        #[command(flatten)]
        hub: Hub,
    },
    /// Allow kinds of places; their targets go on where they stopped
    Allow {
        #[command(flatten)]
        hub: Hub,
        /// Kinds as `liaison target kinds` lists them, such as slack
        #[arg(required = true)]
        kinds: Vec<String>,
    },
    /// Keep cards from kinds of places, for the whole organisation
    Bar {
        #[command(flatten)]
        hub: Hub,
        /// Kinds as `liaison target kinds` lists them, such as slack
        #[arg(required = true)]
        kinds: Vec<String>,
    },
    /// Give an HTTP endpoint a new secret; the old one signs as well for a day
    RotateSecret {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Send a sample card now and show the answer
    Test {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Show the log of attempts, newest first
    Attempts {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// List messages that were given up
    DeadLetters {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
    },
    /// Send dead letters once more
    Replay {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the target
        target: String,
        /// Positions of dead letters
        positions: Vec<i64>,
        /// All dead letters between two positions, both included
        #[arg(long, num_args = 2, value_names = ["FROM", "TO"], conflicts_with = "positions")]
        range: Option<Vec<i64>>,
        /// All dead letters
        #[arg(long, conflicts_with_all = ["positions", "range"])]
        all: bool,
    },
}
