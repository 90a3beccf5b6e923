//! `sales …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Hub, Output, Tongue};

#[derive(Debug, Subcommand)]
pub(crate) enum Sales {
    /// Write the starter definition and its properties file into a folder; no hub is needed
    Starter {
        /// The folder; files that are there stay
        folder: PathBuf,
    },
    /// Hold connector packages against the contract for sales surfaces (V1 to V14); no hub is needed
    Validate {
        /// Folders with an API description and apiProperties.json, or descriptions alone
        #[arg(required = true, value_name = "DIR")]
        packages: Vec<PathBuf>,
        /// The language of what is said
        #[arg(long, value_enum, default_value_t = Tongue::En)]
        language: Tongue,
        #[command(flatten)]
        output: Output,
    },
    /// See and change what administrators set for sellers, for a CRM or for the whole organisation
    #[command(subcommand)]
    Settings(SalesSettings),
}

#[derive(Debug, Subcommand)]
pub(crate) enum SalesSettings {
    /// List settings with their values and what they take
    List(SalesPlace),
    /// Show one setting
    Get {
        #[command(flatten)]
        of: SalesPlace,
        /// Its name, as `list` tells it: saving.mails
        setting: String,
    },
    /// Change one setting
    Set {
        #[command(flatten)]
        of: SalesPlace,
        /// Its name, as `list` tells it: saving.mails
        setting: String,
        /// true or false, a word, names apart from each other by commas, or JSON
        value: String,
    },
    /// Set one setting, or all of them, as they were at the beginning
    Reset {
        #[command(flatten)]
        of: SalesPlace,
        /// Its name; all settings without
        setting: Option<String>,
        /// Set all of them
        #[arg(long, conflicts_with = "setting", required_unless_present = "setting")]
        all: bool,
    },
    /// Read the views again that record types are seen through
    Refresh(SalesPlace),
}

/// Whose settings.
#[derive(Debug, Args)]
pub(crate) struct SalesPlace {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Name or identifier of a CRM; the whole organisation without
    #[arg(long)]
    pub(crate) crm: Option<String>,
}
