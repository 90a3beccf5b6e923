//! `app …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Hub, Output};

#[derive(Debug, Subcommand)]
pub(crate) enum App {
    /// Check an app package or a manifest; no hub is needed
    #[command(after_long_help = CHECK_EXITS)]
    Validate {
        /// Package (zip) or manifest (JSON); `-` reads standard input
        file: PathBuf,
        #[command(flatten)]
        judge: Judge,
        /// Print SARIF 2.1.0, which code hosts show beside the lines
        #[arg(long, conflicts_with = "json")]
        sarif: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Make a package of a folder with manifest, icons and language files; no hub is needed
    #[command(after_long_help = CHECK_EXITS)]
    Package {
        /// Folder with manifest.json
        folder: PathBuf,
        /// Package to write
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        judge: Judge,
        #[command(flatten)]
        output: Output,
    },
    /// List the catalogue, or the apps of a team
    List {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of a team
        #[arg(long)]
        team: Option<String>,
        /// Also what waits, is blocked or withdrawn; for administrators
        #[arg(long)]
        all: bool,
        /// Part of a name
        #[arg(long)]
        search: Option<String>,
    },
    /// Show the versions of an app
    Versions {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the app
        app: String,
    },
    /// Upload a package to a team
    Upload {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the team
        team: String,
        /// Package
        file: PathBuf,
    },
    /// Submit a package to the catalogue: a new app, or a higher version
    Submit {
        #[command(flatten)]
        hub: Hub,
        /// Package
        file: PathBuf,
    },
    /// Approve a version that was submitted
    Approve(Decided),
    /// Reject a version that was submitted
    Reject {
        #[command(flatten)]
        decided: Decided,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Publish a version that was approved
    Publish(Decided),
    /// Block an app: it does nothing any more, and nobody installs it
    Block(Named),
    /// Let a blocked app go on
    Unblock(Named),
    /// Remove an app
    Remove {
        #[command(flatten)]
        named: Named,
        /// Also from the teams and policies that have it
        #[arg(long)]
        anyway: bool,
    },
    /// Install the published version in a team; says what the app asks for
    Install {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the app
        app: String,
        /// Name or identifier of the team
        team: String,
        /// Consent to what the app asks for; without it, it is shown and nothing is done
        #[arg(long)]
        consent: bool,
    },
    /// Take an app out of a team
    Uninstall {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the app
        app: String,
        /// Name or identifier of the team
        team: String,
    },
    /// The bot of the hub's own app in Microsoft Teams: it answers people and the message extension
    #[command(subcommand)]
    Bot(AppBot),
    /// Offer a published app to every tenant; where the data are, with the hub stopped (or on PostgreSQL)
    Offer(Offered),
    /// Offer an app no longer; where the data are, with the hub stopped (or on PostgreSQL)
    Withdraw(Offered),
}

/// The bot of the hub's own app in Microsoft Teams.
#[derive(Debug, Subcommand)]
pub(crate) enum AppBot {
    /// Show the bot, and the address that its registration sends messages to
    Show(Hub),
    /// Set the bot up, or change it; the Teams package then holds the bot and the message extension
    Set {
        #[command(flatten)]
        hub: Hub,
        /// Application id of its registration: a GUID
        application_id: String,
        /// Directory whose people may ask: a GUID; any unless given
        #[arg(long, value_name = "GUID")]
        directory: Option<String>,
        /// Who signs the tokens of its connector; the public cloud unless given
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
        /// Where the keys are published; the place of the issuer unless given
        #[arg(long, value_name = "URL")]
        metadata: Option<String>,
        /// Where the directory gives tokens; what is kept, else the place of the issuer unless given
        #[arg(long, value_name = "URL")]
        login: Option<String>,
        /// Read the client secret, or a private key with its certificate, from standard input; what is kept stays unless given
        #[arg(long)]
        secret: bool,
        /// Day on which the secret ends, such as 2027-05-31: the deployment guide tells when it draws near
        #[arg(long, value_name = "DAY")]
        expires: Option<String>,
    },
    /// Replace the client secret, or the private key with its certificate, by what is read from standard input
    Secret {
        #[command(flatten)]
        hub: Hub,
        /// Day on which it ends, such as 2027-05-31: the deployment guide tells when it draws near
        #[arg(long, value_name = "DAY")]
        expires: Option<String>,
    },
    /// Have the bot ask its directory for a token: whether the secret is good
    Check(Hub),
    /// Take the bot away: the message extension answers nobody any more
    Remove(Hub),
}

/// How strictly a package is judged.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Judge {
    /// What the package is for
    #[arg(long, value_enum, default_value_t = LevelName::Publish)]
    pub(crate) level: LevelName,
    /// For a store: the level publish, and warnings refuse too
    #[arg(long)]
    pub(crate) store: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    /// The published schema of the manifest, and nothing else
    Schema,
    /// Upload to a team: takes what the platform took
    Load,
    /// The catalogue
    Publish,
}

/// An app of a hub.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Identifier of the app
    pub(crate) app: String,
}

/// A version of an app.
#[derive(Debug, Args)]
pub(crate) struct Decided {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Identifier of the app
    pub(crate) app: String,
    /// Number of the version; without it, the newest that waits
    pub(crate) number: Option<i64>,
}

/// An app of the hub's own data.
#[derive(Debug, Args)]
pub(crate) struct Offered {
    /// Identifier of the app, in its own tenant's catalogue
    pub(crate) app: String,
    #[command(flatten)]
    pub(crate) output: Output,
}

const CHECK_EXITS: &str = "Exit codes:\n  \
    0  accepted, perhaps with warnings\n  \
    4  the file or folder does not exist\n  \
    5  refused: at least one finding is an error";
