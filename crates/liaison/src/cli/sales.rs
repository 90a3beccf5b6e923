//! `sales …`

use std::path::PathBuf;

use clap::Subcommand;

use super::{Output, Tongue};

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
}
