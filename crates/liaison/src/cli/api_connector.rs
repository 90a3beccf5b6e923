//! `api-connector …` and `connection …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Hub;

/// Where a connector stands.
#[derive(Debug, Args)]
pub(crate) struct Within {
    /// Name or identifier of the environment; the default one unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiConnector {
    /// List connectors to APIs
    List {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        within: Within,
    },
    /// Show a connector
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
    },
    /// Create a connector from a folder, an archive, a description alone or an address
    Import {
        #[command(flatten)]
        hub: Hub,
        #[command(flatten)]
        within: Within,
        /// Folder with an API description and apiProperties.json, archive (zip), description, or its https address
        #[arg(value_name = "FILE|DIR|URL")]
        package: String,
        /// Name; the title of the description unless given
        #[arg(long)]
        name: Option<String>,
    },
    /// List the operations of a connector
    Operations {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
    },
    /// List the versions of a connector
    Versions {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
    },
    /// Publish a new version, which is used from then on
    Publish {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// Folder with an API description and apiProperties.json, archive (zip), description, or its https address
        #[arg(value_name = "FILE|DIR|URL")]
        package: String,
        /// What is new
        #[arg(long, default_value = "")]
        note: String,
        /// Publish although it breaks callers of the version in use
        #[arg(long)]
        accept_breaking: bool,
    },
    /// Use an earlier version again
    Rollback {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// Number of the version
        number: u32,
    },
    /// Write the package of a connector to an archive
    Export {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// The archive; `-` writes it to standard output
        #[arg(long, short, value_name = "FILE", default_value = "connector.zip")]
        output_file: PathBuf,
        /// Number of the version; the one in use unless given
        #[arg(long)]
        number: Option<u32>,
    },
    /// Delete a connector
    #[command(alias = "delete")]
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// Delete its connections and triggers too; actions that use it stop working
        #[arg(long)]
        with_dependents: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connection {
    /// List connections
    List {
        #[command(flatten)]
        hub: Hub,
        /// Of this connector alone, by name or identifier
        #[arg(long, value_name = "NAME")]
        connector: Option<String>,
    },
    /// Show a connection
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        connection: String,
    },
    /// Make a connection
    #[command(alias = "create")]
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the connector
        connector: String,
        /// Name of the connection
        #[arg(long)]
        name: Option<String>,
        /// A parameter that is no secret; may be repeated
        #[arg(long, value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// A parameter whose value is read from a file, so that no secret stands on the command line; `-` reads
        /// standard input; may be repeated
        #[arg(long, value_name = "NAME=FILE")]
        secret: Vec<String>,
        /// Name of the parameter set, where the connector has several
        #[arg(long, value_name = "NAME")]
        parameter_set: Option<String>,
        /// Everybody may use it who may use the connector
        #[arg(long)]
        shared: bool,
    },
    /// Try a connection
    Test {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        connection: String,
    },
    /// Begin a sign-in; prints the address to open in a browser
    SignIn {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        connection: String,
    },
    /// Forget the secrets of a connection
    Revoke {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        connection: String,
    },
    /// Delete a connection
    #[command(alias = "delete")]
    Remove {
        #[command(flatten)]
        hub: Hub,
        /// Identifier
        connection: String,
    },
}
