//! What each command does.

mod action;
mod api_connector;
mod app;
mod backup;
mod config;
mod connection;
mod connector;
mod connector_package;
mod crm;
mod crm_records;
mod deploy;
mod doctor;
mod environment;
mod import;
pub(crate) mod init;
mod key;
mod language;
mod licence;
mod link;
mod local;
mod mail;
mod mcp;
mod meeting;
mod odata;
mod org;
mod privacy;
mod record;
mod sales;
mod search;
mod send;
mod serve;
mod target;
mod team;
mod tenant;
mod user;
mod webhook;
mod workspace;

use std::io::Read as _;

use clap::CommandFactory as _;
use identity::Caller;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::{
    cli::{Cli, Command, Output},
    exit::{Failure, Result},
    hub::Hub,
    out,
};

/// Runs a command to its end.
pub(crate) fn run(cli: Cli) -> Result {
    let Cli { place, command } = cli;
    match command {
        Command::Serve(serve) => serve::run(&place, &serve),
        Command::Init(init) => init::run(&place, &init),
        Command::Backup(command) => backup::backup(&place, &command),
        Command::Restore(command) => backup::restore(&place, &command),
        Command::Doctor(output) => doctor::run(&place, output),
        Command::Key(command) => key::run(&place, &command),
        Command::Migrate => init::migrate(&place),
        Command::Config(command) => config::run(&place, &command),
        Command::Completions { shell } => {
            // Through memory: the generator panics when whoever reads the pipe has gone.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "liaison", &mut script);
            out::say(String::from_utf8_lossy(&script).trim_end());
            Ok(())
        }
        Command::Action(command) => action::run(&place, &command),
        Command::Record(command) => record::run(&place, &command),
        Command::Sales(command) => sales::run(&place, &command),
        Command::Odata(command) => odata::run(&command),
        Command::Mcp(hub) => mcp::run(&place, &hub),
        Command::App(command) => app::run(&place, &command),
        Command::Team(command) => team::run(&place, &command),
        Command::Channel(command) => team::channel(&place, &command),
        Command::Connector(command) => connector::run(&place, &command),
        Command::Org(command) => org::run(&place, &command),
        Command::Tenant(command) => tenant::run(&place, &command),
        Command::User(command) => user::run(&place, &command),
        Command::Licence(command) => licence::run(&place, &command),
        Command::Webhook(command) => webhook::run(&place, &command),
        Command::Target(command) => target::run(&place, &command),
        Command::ApiConnector(command) => api_connector::run(&place, &command),
        Command::Connection(command) => connection::run(&place, &command),
        Command::Crm(command) => crm::run(&place, &command),
        Command::Mail(command) => mail::run(&place, &command),
        Command::Meeting(command) => meeting::run(&place, &command),
        Command::Language(command) => language::run(&place, &command),
        Command::Link(command) => link::run(&place, &command),
        Command::Workspace(command) => workspace::run(&place, &command),
        Command::Privacy(command) => privacy::run(&place, &command),
        Command::Deploy(command) => deploy::run(&place, &command),
        Command::Environment(command) => environment::run(&place, &command),
    }
}

/// Prints rows of a list.
fn list(rows: &[Value], columns: &[&str], output: Output) {
    if output.json {
        out::json(&rows);
    } else {
        let cells: Vec<_> = rows.iter().map(|row| cells(row, columns)).collect();
        out::table(columns, &cells);
    }
}

/// Prints one thing.
fn one(row: &Value, columns: &[&str], output: Output) {
    if output.json {
        out::json(row);
    } else {
        out::table(columns, &[cells(row, columns)]);
    }
}

fn cells(row: &Value, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| text(row, column)).collect()
}

/// A field of a document as a person reads it; dots lead into fields of fields.
fn text(row: &Value, field: &str) -> String {
    match field.split('.').try_fold(row, |row, name| row.get(name)) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            items.join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// A secret from standard input, so that it stands in no list of processes; nothing is none.
fn piped_secret() -> Result<Option<String>> {
    let mut typed = String::new();
    std::io::stdin()
        .take(16 * 1024)
        .read_to_string(&mut typed)
        .map_err(|error| Failure::plain(&error))?;
    let typed = typed.trim();
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

/// The command line, as the services see callers.
pub(crate) fn caller(hub: &Hub) -> Caller {
    Caller {
        request: hub.ids.fresh(),
        origin: None,
        language: None,
        client: concat!("liaison/", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// The runtime: a worker for each processor, and a bounded number of threads for what blocks.
pub(crate) fn runtime() -> Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name("liaison")
        .max_blocking_threads(64)
        .build()
        .map_err(|error| Failure::plain(&error))
}
