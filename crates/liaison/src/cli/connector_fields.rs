//! What is told of a registered connector.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is told of a connector.
#[derive(Debug, Args)]
pub(crate) struct ConnectorFields {
    /// JSON with the fields of `connector show --json`; flags win over it; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Name, 1 to 30 characters
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// One line, 1 to 80 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) short_description: Option<String>,
    /// At length
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Who offers it, 1 to 32 characters
    #[arg(long, value_name = "NAME")]
    pub(crate) company: Option<String>,
    /// Where they present themselves
    #[arg(long, value_name = "URL")]
    pub(crate) company_url: Option<String>,
    /// The configuration page
    #[arg(long, value_name = "URL")]
    pub(crate) configuration_url: Option<String>,
    /// Where people read about it
    #[arg(long, value_name = "URL")]
    pub(crate) landing_url: Option<String>,
    /// A host of its pages, such as app.example.org or *.app.example.org; may be given several times
    #[arg(long = "domain", value_name = "HOST")]
    pub(crate) domains: Vec<String>,
    /// An event that it sends, in words; may be given several times
    #[arg(long = "event", value_name = "TEXT")]
    pub(crate) events: Vec<String>,
    /// A host that buttons on its cards may call; may be given several times
    #[arg(long = "action-domain", value_name = "HOST")]
    pub(crate) action_domains: Vec<String>,
    /// Where the answers of Action.Submit and Action.Execute go; its host is one of the above
    #[arg(long, value_name = "URL")]
    pub(crate) action_url: Option<String>,
    /// Where it works; teams unless given, may be given several times
    #[arg(long, value_enum, value_name = "PLACE")]
    pub(crate) works_in: Vec<WorksIn>,
    /// Logo: PNG, JPEG or GIF of at most 60 KB
    #[arg(long, value_name = "FILE")]
    pub(crate) logo: Option<PathBuf>,
}

/// Where a connector works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WorksIn {
    /// Channels
    Teams,
    /// Mailboxes of groups
    Groups,
    /// Inboxes of persons
    Mail,
}

impl WorksIn {
    /// As REST says it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Teams => "teams",
            Self::Groups => "groups",
            Self::Mail => "mail",
        }
    }
}
