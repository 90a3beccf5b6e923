//! `deploy …`

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Hub;

/// Which guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeployGuide {
    /// Sellers work in Salesforce
    Salesforce,
    /// Sellers work in Dynamics 365
    Dynamics,
    /// Sellers work in an environment of the hub
    Embedded,
}

impl DeployGuide {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Dynamics => "dynamics",
            Self::Embedded => "embedded",
        }
    }
}

/// A package to roll out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeployPackage {
    /// The add-in of Outlook as an XML manifest
    Outlook,
    /// The add-in of Outlook with a unified manifest
    OutlookUnified,
    /// The app of Teams
    Teams,
}

impl DeployPackage {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Outlook => "outlook",
            Self::OutlookUnified => "outlook-unified",
            Self::Teams => "teams",
        }
    }

    /// The name of its file.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Outlook => "liaison-outlook.xml",
            Self::OutlookUnified => "liaison-outlook.zip",
            Self::Teams => "liaison-teams.zip",
        }
    }
}

/// What somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Seen {
    /// It is so
    Holds,
    /// It is not so
    Fails,
    /// Nothing is said any more
    Nothing,
}

/// Evidence that was handed in.
#[derive(Debug, Subcommand)]
pub(crate) enum DeployEvidence {
    /// List it, the newest first
    List(Hub),
    /// Hand in a file that a cmdlet or an export wrote
    Add {
        #[command(flatten)]
        hub: Hub,
        /// The file
        file: PathBuf,
        /// What it is: mailbox-policy, meeting-policy, setup-policy, channels-policy, group-assignment, teams-app, data-policy, salesforce-package
        #[arg(long)]
        kind: Option<String>,
        /// What is to be said of it
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Forget it
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        id: String,
    },
}

/// The welcome message to sellers.
#[derive(Debug, Subcommand)]
pub(crate) enum DeployWelcome {
    /// Print it as you would get it
    Preview {
        #[command(flatten)]
        hub: Hub,
        /// In which language: en or fr
        #[arg(default_value = "en")]
        language: String,
    },
    /// Send it to people, groups, or whoever holds a licence, to each in their own language
    Send {
        #[command(flatten)]
        hub: Hub,
        /// A group, by its identifier; those of sellers unless anything else says who
        #[arg(long = "group", value_name = "ID")]
        groups: Vec<String>,
        /// A person, by their identifier
        #[arg(long = "person", value_name = "ID")]
        people: Vec<String>,
        /// Whoever holds a licence, alone or through a group
        #[arg(long)]
        licensed: bool,
        /// Send it again to who has it
        #[arg(long)]
        again: bool,
    },
    /// List who got it, the latest first
    Sent(Hub),
}

/// As what a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeployFormat {
    /// To be read
    Markdown,
    /// For a workbook
    Csv,
    /// JSON (docs/schemas/deployment-report.schema.json)
    Json,
    /// SARIF 2.1.0
    Sarif,
}

impl DeployFormat {
    /// The name in REST.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }
}

/// The roll-out.
#[derive(Debug, Subcommand)]
pub(crate) enum Deploy {
    /// Read every system that can be read, and say how each check is, step after step, with what to do where one fails
    ///
    /// Ends with 0 where no check fails, with 1 where one does (with --strict also where nobody can tell), with 5 without the right to read it, with 6 where the hub does not answer.
    #[command(verbatim_doc_comment)]
    Check {
        #[command(flatten)]
        hub: Hub,
        /// Which guide; that of the CRMs that are set up unless given
        #[arg(long, value_enum)]
        guide: Option<DeployGuide>,
        /// Print SARIF 2.1.0
        #[arg(long, conflicts_with = "json")]
        sarif: bool,
        /// End with 1 also where nobody can tell
        #[arg(long)]
        strict: bool,
    },
    /// Write the report as systems were read last; nothing is read for it
    Report {
        #[command(flatten)]
        hub: Hub,
        /// Which guide; that of the CRMs that are set up unless given
        #[arg(long, value_enum)]
        guide: Option<DeployGuide>,
        /// As what
        #[arg(long, value_enum, default_value = "markdown")]
        format: DeployFormat,
        /// In which language: en or fr; yours unless given
        #[arg(long)]
        language: Option<String>,
        /// Write it into a file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Find what to do by what people see, such as "24" or "blocked"; everything without a word
    Trouble {
        #[command(flatten)]
        hub: Hub,
        /// Words of what people see
        words: Vec<String>,
    },
    /// The welcome message to sellers
    #[command(subcommand)]
    Welcome(DeployWelcome),
    /// Evidence: files where the hub cannot read a system itself
    #[command(subcommand)]
    Evidence(DeployEvidence),
    /// Say how a check is that nobody can read
    State {
        #[command(flatten)]
        hub: Hub,
        /// The check, such as M365-04
        check: String,
        /// What was seen
        #[arg(value_enum)]
        seen: Seen,
        /// What is to be said of it
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Print commands for Teams PowerShell that install and pin the hub's app: the setup policy, filled in
    Setup {
        #[command(flatten)]
        hub: Hub,
        /// Write them into a file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write a package for the hub's own address
    Package {
        #[command(flatten)]
        hub: Hub,
        /// Which
        #[arg(value_enum)]
        package: DeployPackage,
        /// Where to write it; under its own name in this folder unless given
        #[arg(long)]
        out: Option<PathBuf>,
    },
}
