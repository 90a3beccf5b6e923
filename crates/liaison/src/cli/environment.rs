//! `environment …`

use clap::{Args, Subcommand, ValueEnum};

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

/// What an environment becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Becomes {
    /// For daily work
    Production,
    /// For making and trying
    Sandbox,
}

impl Becomes {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// On
    On,
    /// Off
    Off,
}

/// Who makes environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Makers {
    /// Everyone who may manage environments
    Everyone,
    /// Only administrators
    Administrators,
}

impl Makers {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Administrators => "administrators",
        }
    }
}

/// With what an organisation begins.
#[derive(Debug, Clone, Args)]
pub(crate) struct Beginning {
    /// Language of its organisation
    #[arg(long, value_parser = ["en", "fr"])]
    pub(crate) language: Option<String>,
    /// Currency that it counts in, such as EUR
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Install the sales tables, which connectors for sales need
    #[arg(long)]
    pub(crate) crm: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Environment {
    /// List environments
    List {
        #[command(flatten)]
        hub: Hub,
        /// Those that were deleted and can be brought back
        #[arg(long)]
        deleted: bool,
    },
    /// Create an environment
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// What it is for
        #[arg(long, value_enum, default_value_t = Purpose::Sandbox)]
        kind: Purpose,
        #[command(flatten)]
        beginning: Beginning,
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
    /// Convert an environment: a trial to production, production and sandbox into each other
    Convert {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
        /// What it becomes
        #[arg(value_enum)]
        to: Becomes,
    },
    /// Shut everybody out but System Administrators and System Customizers, or let them in again
    AdministrationMode {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
        /// On or off
        #[arg(value_enum)]
        switch: Switch,
        /// Let triggers rest while it is on
        #[arg(long)]
        no_background: bool,
    },
    /// Copy an environment into a sandbox, and wait until it is done; what was in the sandbox is gone
    Copy {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of what is copied
        environment: String,
        /// Name or identifier of the sandbox
        target: String,
        /// Without the rows of the business: definitions, people and security
        #[arg(long)]
        schema_only: bool,
        /// Do not wait
        #[arg(long)]
        no_wait: bool,
    },
    /// Empty a sandbox, and wait until it is done
    Reset {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
        #[command(flatten)]
        beginning: Beginning,
        /// Do not wait
        #[arg(long)]
        no_wait: bool,
    },
    /// List what was and is done to an environment
    Operations {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
    },
    /// Show what an environment holds, or all of them together
    Capacity {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: Option<String>,
        /// Measure it now
        #[arg(long, requires = "environment")]
        measure: bool,
    },
    /// Show or say who makes environments
    Makers {
        #[command(flatten)]
        hub: Hub,
        /// Of trials
        #[arg(long, value_enum)]
        trials: Option<Makers>,
        /// Of production environments and sandboxes
        #[arg(long, value_enum)]
        others: Option<Makers>,
    },
    /// Delete an environment; it can be brought back for some days
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
    },
    /// Bring a deleted environment back
    Restore {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        environment: String,
    },
}
