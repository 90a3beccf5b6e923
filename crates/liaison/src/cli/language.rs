//! `language …`

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand};

use super::Hub;

/// Language features: who has them, who does the work, and what may leave the hub.
#[derive(Debug, Subcommand)]
pub(crate) enum Language {
    /// List the features that one has
    List {
        #[command(flatten)]
        hub: Hub,
    },
    /// Show what administrators of sales decided
    Settings {
        #[command(flatten)]
        hub: Hub,
    },
    /// Decide who has a feature, and who does its work
    Switch {
        #[command(flatten)]
        hub: Hub,
        /// The feature, as `settings` lists it
        feature: String,
        /// Who has it: off, preview (who administers sales) or general
        #[arg(long)]
        availability: Option<String>,
        /// Who does the work: rules (nothing leaves the hub) or endpoint
        #[arg(long)]
        worker: Option<String>,
    },
    /// Set the endpoint that features may ask, and agree that text leaves the hub for it
    #[command(group = ArgGroup::new("what").required(true).multiple(true))]
    Endpoint {
        #[command(flatten)]
        hub: Hub,
        /// The part of its address before /chat/completions; an empty one takes it away
        #[arg(long, group = "what")]
        address: Option<String>,
        /// The model
        #[arg(long, group = "what")]
        model: Option<String>,
        /// Where it keeps and works on data; people who use it read this
        #[arg(long, group = "what")]
        location: Option<String>,
        /// A file with the key; an empty one removes the kept one
        #[arg(long, group = "what", value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// What is taken out of texts before they leave: addresses, phones, names
        #[arg(long, group = "what", value_delimiter = ',')]
        redact: Option<Vec<String>>,
        /// Tokens that may be spent in a day (UTC)
        #[arg(long, group = "what")]
        budget: Option<i64>,
        /// Milliseconds after which the rules do the work
        #[arg(long, group = "what", value_name = "MS")]
        time_out: Option<i64>,
        /// I agree that text leaves the hub for this endpoint
        #[arg(long, group = "what")]
        consent: bool,
    },
    /// List what the endpoint was asked, by day
    Usage {
        #[command(flatten)]
        hub: Hub,
    },
}
