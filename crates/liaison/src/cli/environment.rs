//! `environment …`

use clap::{Subcommand, ValueEnum};

use super::Hub;

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    /// For daily work
    Production,
    /// For making and trying
    Sandbox,
    /// To look around
    Trial,
}

impl Purpose {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Trial => "trial",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Environment {
    /// List environments
    List(Hub),
    /// Create an environment
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// What it is for
        #[arg(long, value_enum, default_value_t = Purpose::Sandbox)]
        kind: Purpose,
        /// Install the sales tables, which connectors for sales need
        #[arg(long)]
        crm: bool,
    },
    /// Rename an environment
    Rename {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
        /// New name
        name: String,
    },
    /// Install the sales tables; they cannot be taken out again
    EnableCrm {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
    },
    /// Delete an environment with everything in it
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
    },
}
