//! `workspace …`

use clap::Subcommand;

use super::Hub;

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Show where records are linked to
    Show(Hub),
    /// Link records to Microsoft Teams; the client secret, or a private key with its certificate, is read from standard input
    Teams {
        #[command(flatten)]
        hub: Hub,
        /// Directory (tenant) identifier
        #[arg(long, value_name = "ID")]
        directory: String,
        /// Application (client) identifier
        #[arg(long, value_name = "ID")]
        client_id: String,
        /// Identifier of the manifest of our app; without one tabs are those of websites
        #[arg(long, value_name = "ID", default_value = "")]
        app: String,
        /// Address of Microsoft Graph, for national clouds
        #[arg(long, value_name = "URL", default_value = "")]
        graph: String,
        /// Address of the directory, for national clouds
        #[arg(long, value_name = "URL", default_value = "")]
        login: String,
        /// Keep what is said, and link to this hub's own teams for now
        #[arg(long)]
        off: bool,
    },
    /// Say what is missing for links with Microsoft Teams
    Check(Hub),
    /// Link records to this hub's own teams again, and forget the directory
    Remove(Hub),
    /// List the sensitivity labels that new teams may get
    Labels(Hub),
}
