//! `connector …` for packages of business connectors: files alone, no hub.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Subcommand, builder::OsStringValueParser};

use super::{Output, Tongue};

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectorPackage {
    /// Check connector packages by every rule; no hub is needed
    #[command(after_long_help = VALIDATE_EXITS)]
    Validate {
        /// Folders with an API description and apiProperties.json, or descriptions alone
        // a pipeline may hand over an empty argument: it is a folder that cannot be read, and has its line
        #[arg(required = true, value_name = "DIR", value_parser = OsStringValueParser::new())]
        packages: Vec<OsString>,
        #[command(flatten)]
        judged: Judged,
    },
    /// Check a connector package as certification does, or the archive that is handed in; no hub is needed
    #[command(after_long_help = CERTIFY_EXITS)]
    Certify {
        /// Folders of packages, or archives (zip) made for submission
        #[arg(required = true, value_name = "DIR|ZIP")]
        packages: Vec<PathBuf>,
        #[command(flatten)]
        judged: Judged,
    },
    /// Name what a new version of a connector package breaks; no hub is needed
    #[command(after_long_help = COMPARE_EXITS)]
    Compare {
        /// Folder of the version that people use
        old: PathBuf,
        /// Folder of the version to come
        new: PathBuf,
        #[command(flatten)]
        judged: Judged,
    },
    /// Print the exact requests that operations would send, answered from the file itself; sends nothing
    #[command(after_long_help = REQUEST_FORMAT)]
    Request {
        /// JSON: `{"cases": […]}`; `-` reads standard input
        #[arg(long, value_name = "FILE")]
        cases: PathBuf,
    },
}

/// How packages are judged, and how it is told.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Judged {
    /// By the rules of independent publishers
    #[arg(long)]
    pub(crate) independent: bool,
    /// Language of messages and remedies
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    pub(crate) language: Tongue,
    /// Print SARIF 2.1.0, which code hosts show beside the lines
    #[arg(long, conflicts_with = "json")]
    pub(crate) sarif: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

const VALIDATE_EXITS: &str = "Exit codes:\n  \
    0  every package was looked at, whatever was found";
const CERTIFY_EXITS: &str = "Exit codes:\n  \
    0  nothing found that refuses certification\n  \
    4  a file or folder does not exist\n  \
    5  refused: at least one finding is an error";
const COMPARE_EXITS: &str = "Exit codes:\n  \
    0  nothing breaks\n  \
    4  a file or folder does not exist\n  \
    5  at least one change breaks callers";
const REQUEST_FORMAT: &str = "A case:\n  \
    {\"id\", \"package\" (a folder), \"operationId\",\n   \
    \"connection\": {\"set\", \"parameters\", \"access_token\"},\n   \
    \"inputs\": by parameter name, \"body\" for the body, a file as {\"filename\", \"content_type\", \"base64\"},\n   \
    \"callback_url\", \"responses\": [{\"status\", \"headers\", \"body\"}]}\n\
    As many exchanges are made as there are responses, and one when there is none.\n\n\
    Exit codes:\n  \
    0  every case was looked at; one that is refused has an empty list, and its reason on standard error";
