//! `meeting …`

use std::path::PathBuf;

use clap::Subcommand;

use super::Hub;

/// Meetings of a seller: whoever owns the token.
#[derive(Debug, Subcommand)]
pub(crate) enum Meeting {
    /// List one's meetings, the next first
    List {
        #[command(flatten)]
        hub: Hub,
        /// Those that are over, the latest first
        #[arg(long)]
        past: bool,
    },
    /// Bring a calendar file (.ics), or read one's calendar of the organisation
    Calendar {
        #[command(flatten)]
        hub: Hub,
        /// The file; the calendar of the organisation, over Microsoft Graph, without
        file: Option<PathBuf>,
    },
    /// Show a meeting with its recap
    Show {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
    },
    /// Bring the transcript of a meeting, or look for it at Microsoft Graph
    Transcript {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
        /// The file; what Microsoft Graph has, without
        file: Option<PathBuf>,
    },
    /// Make the recap of a meeting once more
    Recap {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
    },
    /// Show what to know before a meeting
    Prepare {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
    },
    /// Show the mail that follows a meeting, to be read, changed and sent
    Draft {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
    },
    /// Connect a meeting to a record of one's CRM
    Connect {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
        /// The table, as the CRM names it
        table: String,
        /// The record
        record: String,
    },
    /// Make a task of an action of the recap
    Task {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
        /// The key of the action, as `show` lists it
        action: String,
        /// What is to be done
        #[arg(long)]
        subject: String,
        /// By when, as 2026-11-27
        #[arg(long)]
        due: Option<String>,
    },
    /// Delete a meeting for everybody, with what was said in it
    Delete {
        #[command(flatten)]
        hub: Hub,
        /// The meeting
        meeting: String,
    },
}
