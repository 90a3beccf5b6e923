//! `privacy …`

use std::path::PathBuf;

use clap::Subcommand;
use uuid::Uuid;

use super::Hub;

/// What is stored of people.
#[derive(Debug, Subcommand)]
pub(crate) enum Privacy {
    /// Show what is stored, and for how many days it is kept
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Of this person alone
        #[arg(long, value_name = "ID")]
        person: Option<Uuid>,
    },
    /// Say for how many days a kind of data is kept
    Keep {
        #[command(flatten)]
        hub: Hub,
        /// A kind of data, as `show` names it
        set: String,
        /// 0 to 3650; 0 for ever
        days: u32,
    },
    /// Ask for an archive of what is stored of a person
    Export {
        #[command(flatten)]
        hub: Hub,
        /// The person
        person: Uuid,
    },
    /// Take a person's data away for good
    Forget {
        #[command(flatten)]
        hub: Hub,
        /// The person
        person: Uuid,
        /// Do it; without it what stays is shown
        #[arg(long)]
        yes: bool,
    },
    /// List exports and removals
    Jobs(Hub),
    /// Download an archive
    Download {
        #[command(flatten)]
        hub: Hub,
        /// The export
        job: Uuid,
        /// Where to write it
        #[arg(long, value_name = "FILE", default_value = "personal-data.zip")]
        out: PathBuf,
    },
}
