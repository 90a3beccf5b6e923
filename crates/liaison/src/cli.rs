//! The command line.

mod action;
mod api_connector;
mod app;
mod connector_fields;
mod connector_package;
mod connector_test;
mod crm;
mod deploy;
mod environment;
mod language;
mod licence;
mod link;
mod mail;
mod meeting;
mod odata;
mod privacy;
mod record;
mod sales;
mod target;
mod webhook;
mod workspace;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::{exit, settings::Flags};

pub(crate) use self::{
    action::{Action, Enabling, OfferedAction},
    api_connector::{ApiConnector, Connection, Within},
    app::{App, AppBot, Decided, Judge, LevelName, Offered},
    connector_fields::ConnectorFields,
    connector_package::{ConnectorPackage, Judged},
    connector_test::ConnectorTest,
    crm::{Crm, Records},
    deploy::{Deploy, DeployEvidence, DeployGuide, DeployWelcome, Seen},
    environment::{Beginning, Environment, Makers as EnvironmentMakers, Switch},
    language::Language,
    licence::{Licence, LicenceHolder},
    link::{
        Decision, Link, LinkMembers, LinkNotes, LinkReport, LinkSubject, LinkSwitches, NoteRules,
    },
    mail::{Mail, MailSecurity, MailSignIn},
    meeting::Meeting,
    odata::Odata,
    privacy::Privacy,
    record::{Export as RecordExport, Import as RecordImport, Record},
    sales::{Sales, SalesPlace, SalesSettings},
    target::{NewTarget, Target, TargetSource},
    webhook::Webhook,
    workspace::Workspace,
};

/// Liaison: business APIs, CRM records and team channels under one set of rules.
#[derive(Debug, Parser)]
#[command(name = "liaison", version, propagate_version = true, after_long_help = exit::TABLE)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where settings and data are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Settings file; without it, liaison.toml in the data folder when it is there
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "LIAISON_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Data folder [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL address; without it, SQLite in the data folder
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

impl Place {
    /// As flags above the settings file and the environment.
    pub(crate) fn flags(&self) -> Flags {
        let mut flags = Flags { data: self.data.clone(), ..Flags::default() };
        if let Some(url) = &self.database_url {
            flags.database.insert("url", url.clone());
        }
        flags
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the hub
    Serve(Serve),
    /// Prepare a data folder: settings file, sealing key, database; prints the link for the first administrator
    Init(Init),
    /// Organisations of the hub; where the data are, with the hub stopped (or on PostgreSQL)
    #[command(subcommand)]
    Tenant(Tenant),
    /// Users of the hub
    #[command(subcommand)]
    User(User),
    /// Licences: who holds one, alone or through a group
    #[command(subcommand)]
    Licence(Licence),
    /// Teams
    #[command(subcommand)]
    Team(Team),
    /// Channels of a team
    #[command(subcommand)]
    Channel(Channel),
    /// Incoming webhooks
    #[command(subcommand)]
    Webhook(Webhook),
    /// Delivery targets: where channels and webhooks forward to
    #[command(subcommand)]
    Target(Target),
    /// Packages of business connectors; registered channel connectors, their manifests and packages
    #[command(subcommand)]
    Connector(Connector),
    /// Connectors to APIs of a hub: packages become versions, versions are used
    #[command(subcommand)]
    ApiConnector(ApiConnector),
    /// Connections: what a connector is reached with
    #[command(subcommand)]
    Connection(Connection),
    /// CRMs of sellers: which there are, who is connected, who administers what the first sign-in made
    #[command(subcommand)]
    Crm(Crm),
    /// Mails of sellers: one's own, and mailboxes elsewhere
    #[command(subcommand)]
    Mail(Mail),
    /// Meetings of sellers: calendars, transcripts, recaps
    #[command(subcommand)]
    Meeting(Meeting),
    /// Language features: who has them, and what may leave the hub
    #[command(subcommand)]
    Language(Language),
    /// What is stored of people: kept for a time, exported, deleted
    #[command(subcommand)]
    Privacy(Privacy),
    /// The roll-out: checks with remedies, evidence, packages
    #[command(subcommand)]
    Deploy(Deploy),
    /// Environments: containers of connectors, connections and policies
    #[command(subcommand)]
    Environment(Environment),
    /// Links: records and views in channels, and the settings they stand under
    #[command(subcommand)]
    Link(Link),
    /// The workspace that records are linked to: this hub's own teams, or Microsoft Teams
    #[command(subcommand)]
    Workspace(Workspace),
    /// Records: files of rows in and out
    #[command(subcommand)]
    Record(Record),
    /// Actions: published selections of operations of business connectors
    #[command(subcommand)]
    Action(Action),
    /// Connectors for the sales surfaces: the definition to begin with, and what keeps one from them
    #[command(subcommand)]
    Sales(Sales),
    /// The language of queries: which texts match its rules
    #[command(subcommand)]
    Odata(Odata),
    /// Speak the Model Context Protocol over standard input and output, for agents that start a program
    Mcp(Hub),
    /// Switches of the organisation and of its teams
    #[command(subcommand)]
    Org(Org),
    /// App packages: check and make them, the catalogue, what teams have
    #[command(subcommand)]
    App(App),
    /// Copy database and files into one archive, while the hub runs
    Backup(Backup),
    /// Fill an empty data folder from an archive
    Restore(Restore),
    /// The sealing key: take a new one into use, retire the old one
    #[command(subcommand)]
    Key(Key),
    /// Bring the database up to date without starting the hub
    Migrate,
    /// Look for what is wrong with settings, folder, key, database and certificate
    Doctor(Output),
    /// The settings that are in force
    #[command(subcommand)]
    Config(Config),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Fill the hub with teams, people and webhooks to try; writes demo.json into the data folder
    #[arg(long)]
    pub(crate) demo: bool,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Certificate chain for HTTPS on the same address (PEM, read again when it changes)
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Address that links show, such as `https://hub.example.org`
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

impl Serve {
    /// As flags above the settings file and the environment.
    pub(crate) fn flags(&self, place: &Place) -> Flags {
        let mut flags = Flags { listen: self.listen, ..place.flags() };
        for (key, path) in [("cert", &self.tls_cert), ("key", &self.tls_key)] {
            if let Some(path) = path {
                flags.tls.insert(key, path.clone());
            }
        }
        if let Some(url) = &self.public_url {
            flags.http.insert("public_url", url.clone());
        }
        flags
    }
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Name of the organisation
    #[arg(long, default_value = "Liaison")]
    pub(crate) organisation: String,
    /// Language of texts that are for nobody in particular
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    pub(crate) language: Tongue,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tongue {
    /// English
    En,
    /// French
    Fr,
}

impl Tongue {
    pub(crate) const fn language(self) -> kernel::Language {
        match self {
            Self::En => kernel::Language::En,
            Self::Fr => kernel::Language::Fr,
        }
    }
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which hub is asked.
#[derive(Debug, Clone, Args)]
pub(crate) struct Hub {
    /// Address of the hub; without it, the data folder decides: the running hub of demo.json, or the folder
    /// itself when no hub holds it
    #[arg(long, value_name = "URL", env = "LIAISON_URL", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// API token
    #[arg(long, value_name = "TOKEN", env = "LIAISON_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// A certificate authority to trust beside the system's (PEM)
    #[arg(long, value_name = "FILE", env = "LIAISON_CACERT", hide_env_values = true)]
    pub(crate) cacert: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// List tenants
    List(Output),
    /// Create a tenant with one administrator; prints an API token and the link to set the password
    Add {
        /// Name of the organisation
        name: String,
        /// Host name whose pages sign in to this tenant
        #[arg(long)]
        host: Option<String>,
        /// User name of the administrator
        #[arg(long, default_value = "administrator")]
        administrator: String,
        /// Language of texts that are for nobody in particular
        #[arg(long, value_enum, default_value_t = Tongue::En)]
        language: Tongue,
        #[command(flatten)]
        output: Output,
    },
    /// Change the name or the host name of a tenant
    Update {
        /// Name, host name or identifier of the tenant
        tenant: String,
        /// New name of the organisation
        #[arg(long)]
        name: Option<String>,
        /// New host name whose pages sign in to this tenant; people sign in anew there
        #[arg(long, conflicts_with = "no_host")]
        host: Option<String>,
        /// Take the host name away; for the first tenant alone
        #[arg(long)]
        no_host: bool,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// List the keys of the key file, and how many values each has sealed
    List(Output),
    /// Add a key that is not used yet, for a hub of several nodes: copy the key file to all of them before
    /// `key rotate`
    Prepare(Output),
    /// Take a new key into use and wrap every sealed value with it, while the hub runs or stands still; begin
    /// it again when it was cut off
    Rotate(Output),
    /// List the keys that sign tokens for receivers of card actions
    Signing(Hub),
    /// Make a new key that signs tokens: it signs in a day, so that receivers learn of it before, and the one before it
    /// stays published for another day
    RotateSigning {
        #[command(flatten)]
        hub: Hub,
        /// Sign with it from now on, because the old one is known to somebody
        #[arg(long)]
        at_once: bool,
    },
    /// Drop the old keys, once nothing is sealed with them; they go to a file beside the key file
    Retire {
        /// Keep the old keys nowhere: older backups can then no longer be restored
        #[arg(long)]
        throw_away: bool,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// List users
    List(Hub),
    /// Create a local account; prints the link to set its password
    Add {
        #[command(flatten)]
        hub: Hub,
        /// User name, mostly a mail address
        user: String,
        /// Name that people see
        #[arg(long)]
        name: Option<String>,
        /// Tenant-wide role; may be given several times
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// Lock an account: its sessions and tokens end
    Lock {
        #[command(flatten)]
        hub: Hub,
        /// User name or identifier
        user: String,
    },
    /// Unlock an account that an administrator or failed sign-ins have locked; a disabled one stays disabled
    Unlock {
        #[command(flatten)]
        hub: Hub,
        /// User name or identifier
        user: String,
    },
    /// Disable an account: the person no longer works here
    Disable {
        #[command(flatten)]
        hub: Hub,
        /// User name or identifier
        user: String,
    },
    /// Let a disabled account work again
    Enable {
        #[command(flatten)]
        hub: Hub,
        /// User name or identifier
        user: String,
    },
    /// Print a link with which a person sets a new password
    ResetPassword {
        #[command(flatten)]
        hub: Hub,
        /// User name or identifier
        user: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Team {
    /// List teams
    List(Hub),
    /// Create a team
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name
        name: String,
        /// Only members see it
        #[arg(long)]
        private: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Channel {
    /// List the channels of a team
    List {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the team
        team: String,
    },
    /// Create a channel
    Add {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of the team
        team: String,
        /// Name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connector {
    /// List one's own connectors; administrators see all
    List(Hub),
    /// Register a connector
    Register {
        #[command(flatten)]
        hub: Hub,
        /// An identifier from an existing manifest; drawn unless given
        #[arg(long, value_name = "GUID")]
        id: Option<String>,
        /// Turn this incoming webhook into the connector: its URL stays
        #[arg(long, value_name = "WEBHOOK", conflicts_with = "id")]
        webhook: Option<String>,
        #[command(flatten)]
        fields: Box<ConnectorFields>,
    },
    /// Show a connector with how much it is used
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
    },
    /// Change fields of a connector; the others stay
    Edit {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        #[command(flatten)]
        fields: Box<ConnectorFields>,
    },
    /// Delete a connector with everything that was set up with it
    Delete {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// Also when something is set up with it
        #[arg(long)]
        yes: bool,
    },
    /// Print the app manifest and what the catalogue would find
    Manifest {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier
        connector: String,
        /// Keep this manifest from now on; `-` reads standard input
        #[arg(long, value_name = "FILE", conflicts_with = "reset")]
        set: Option<PathBuf>,
        /// Go back to the manifest that the registration gives
        #[arg(long)]
        reset: bool,
    },
    /// Write the app package (zip) of a registered connector, or upload it to a team to try it; for a folder
    /// with an API description, the archive that is handed in for certification
    #[command(group = clap::ArgGroup::new("to").required(true).multiple(true))]
    Package {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier; or a folder, for which no hub is needed
        connector: String,
        /// File to write
        #[arg(long = "output", short = 'o', value_name = "FILE", group = "to")]
        output_file: Option<PathBuf>,
        /// Team to upload it to: name or identifier
        #[arg(long, value_name = "TEAM", group = "to")]
        team: Option<String>,
        /// With a folder: a solution (zip) whose flow shows the connector at work; a plain one is made unless given
        #[arg(long, value_name = "ZIP")]
        flow: Option<PathBuf>,
    },
    /// Run the examples of a connector to an API as its regression tests, or call one operation and show the exact
    /// requests
    #[command(after_long_help = connector_test::EXITS)]
    Test(Box<ConnectorTest>),
    #[command(flatten)]
    Files(ConnectorPackage),
}

impl Connector {
    /// Which hub is asked; none by what works on files alone.
    pub(crate) const fn hub(&self) -> Option<&Hub> {
        match self {
            Self::Files(_) => None,
            Self::Test(test) => Some(&test.hub),
            Self::List(hub)
            | Self::Register { hub, .. }
            | Self::Show { hub, .. }
            | Self::Edit { hub, .. }
            | Self::Delete { hub, .. }
            | Self::Manifest { hub, .. }
            | Self::Package { hub, .. } => Some(hub),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// Show the switches of the organisation, or of one team
    Show {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of a team
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
    },
    /// Set switches, such as ConnectorsEnabled=false; or a pasted line such as
    /// 'Set-OrganizationConfig -ConnectorsEnabled:$false' in single quotes
    Set {
        #[command(flatten)]
        hub: Hub,
        /// Name or identifier of a team
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// `KEY=true` or `KEY=false`: `ConnectorsEnabled`, `ConnectorsEnabledForTeams`, `ConnectorsEnabledForOutlook`,
        /// `ConnectorsActionableMessagesEnabled`, `members_may_manage`; preset=government or preset=standard
        #[arg(required = true, allow_hyphen_values = true, value_name = "KEY=VALUE")]
        values: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Archive to write; it must not exist
    pub(crate) archive: PathBuf,
    /// Put the sealing key in, encrypted under a passphrase
    #[arg(long)]
    pub(crate) with_key: bool,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// Archive to read
    pub(crate) archive: PathBuf,
    /// File with the sealing key of the backed-up hub; not needed when the archive holds it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
}

/// The passphrase of the key in an archive.
#[derive(Debug, Args)]
pub(crate) struct Passphrase {
    /// File with the passphrase; without it, `LIAISON_PASSPHRASE`, or what is typed
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Check file, environment and flags
    Check(Output),
    /// Print everything that is in force, secrets masked
    Show(Output),
    /// Print the JSON schema of the settings file
    Schema,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_command_reads_well() {
        fn helps(command: &mut clap::Command, all: &mut String) {
            let name = command.get_name().to_owned();
            *all = format!("{all}──── {name}\n{}\n", command.render_long_help());
            for sub in command.get_subcommands_mut() {
                helps(sub, all);
            }
        }
        let mut all = String::new();
        helps(&mut Cli::command().term_width(100), &mut all);
        insta::assert_snapshot!(all);
    }
}
