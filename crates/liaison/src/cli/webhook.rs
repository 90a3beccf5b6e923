//! `webhook …`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Hub, Output};

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// List incoming webhooks
    List(Hub),
    /// Create an incoming webhook and print its address
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the team
        team: String,
        /// Name or identifier of the channel
        channel: String,
        /// Name
        name: String,
    },
    /// Switch a webhook on
    Enable {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the webhook
        webhook: String,
    },
    /// Switch a webhook off
    Disable {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the webhook
        webhook: String,
    },
    /// Give a webhook a new address; the old one works for a while longer
    Rotate {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the webhook
        webhook: String,
    },
    /// Make webhooks of a list of retired connector addresses; each keeps its path, so that its sender changes the
    /// host name only
    ///
    /// The list is CSV with a head. Columns, in any order and under their usual names: url (needed), name, team,
    /// channel, owner, second owner. When a line is wrong, nothing is made and the lines are named.
    Import {
        #[command(flatten)]
        hub: Hub,
        /// The list; `-` reads standard input
        #[arg(required_unless_present = "search")]
        file: Option<PathBuf>,
        /// Only tell what would be done
        #[arg(long)]
        dry_run: bool,
        /// The team of lines that name none; made when it is not there
        #[arg(long, value_name = "NAME")]
        team: Option<String>,
        /// The channel of lines that name none; made when it is not there
        #[arg(long, value_name = "NAME")]
        channel: Option<String>,
        /// Instead: find addresses of connectors in files and folders, and say what to write in their place
        #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["file", "dry_run", "team", "channel"])]
        search: Vec<PathBuf>,
    },
    /// Post a file to a webhook: a card, or JSON with a text
    Send {
        /// File to post; `-` reads standard input
        file: PathBuf,
        /// Address of the webhook; without it, the first one of demo.json in the data folder
        #[arg(long, value_name = "URL", env = "LIAISON_WEBHOOK_URL", hide_env_values = true)]
        to: Option<String>,
        /// A certificate authority to trust beside the system's (PEM)
        #[arg(long, value_name = "FILE", env = "LIAISON_CACERT", hide_env_values = true)]
        cacert: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}
