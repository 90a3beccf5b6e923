//! Measures the whole process from outside, on the machine it shares.
//!
//! `liaison-load all --binary target/release/liaison` starts a fresh demo for each measure and prints a
//! table; `--json FILE` keeps the figures. `--scale 0.02` runs the same in a fiftieth of the time.
//! Every run of load ends with a count of what can be read: a figure over lost messages is worth nothing.
#![expect(clippy::print_stdout, reason = "a command line tool prints its table")]

mod agents;
mod card;
mod connectors;
mod disk;
mod forward;
mod links;
mod load;
mod measure;
mod pane;
mod report;
mod tables;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::measure::Bench;
use crate::report::Report;

/// Measures of the whole process.
#[derive(Debug, Parser)]
#[command(name = "liaison-load")]
struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value = "all")]
    what: What,
    /// The binary under test
    #[arg(long, default_value = "target/release/liaison")]
    binary: PathBuf,
    /// Write the figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Part of the full time that each measure takes
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Connections that post at the same time
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Post through the first so many webhooks alone
    #[arg(long)]
    webhooks: Option<usize>,
    /// Measure on the PostgreSQL server that `LIAISON_TEST_DATABASE` names
    #[arg(long)]
    postgres: bool,
    /// Links that are filled in
    #[arg(long, default_value_t = 100_000)]
    links: u32,
    /// Channels that the links are spread over
    #[arg(long, default_value_t = 5_000)]
    channels: u32,
    /// Serve the requests that the hub is held against, by hand over this file
    #[arg(long, hide = true)]
    by_hand: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Everything below
    All,
    /// Cards accepted as fast as they come, for 10 s
    Accept,
    /// 4,000 cards a second for 60 s
    Sustained,
    /// From accepted to on screen at 500 a second, for 20 s
    Latency,
    /// From accepted to an HTTP target, for 20 s
    Forward,
    /// Memory when idle, time to ready, size of the binary
    Rest,
    /// Connector packages, beside swagger-parser
    Connectors,
    /// Lists of tools and calls of actions, beside `FastMCP`
    Agents,
    /// The pane beside a mail, with partners that answer and one that hangs
    Pane,
    /// The Dataverse Web API over a million rows, beside the same SQL by hand and Directus; never part of `all`
    Dataverse,
    /// A file of a million rows that becomes records, beside bare inserts; never part of `all`
    Import,
    /// Records in channels: pages, lists and keeping in step among many links; never part of `all`
    Linking,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            println!("liaison-load: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    if let Some(file) = &arguments.by_hand {
        return tables::serve_by_hand(file);
    }
    let binary = std::path::absolute(&arguments.binary)?;
    let bench = Bench {
        binary,
        scale: arguments.scale,
        connections: arguments.connections,
        webhooks: arguments.webhooks.unwrap_or(usize::MAX),
        embedded: !arguments.postgres,
    };
    let mut report = Report::default();
    let wants = |what| arguments.what == What::All || arguments.what == what;
    if wants(What::Rest) {
        bench.rest(&mut report)?;
    }
    if wants(What::Accept) {
        bench.accept(&mut report)?;
    }
    if wants(What::Sustained) {
        bench.sustained(&mut report)?;
    }
    if wants(What::Latency) {
        bench.latency(&mut report)?;
    }
    if wants(What::Forward) {
        bench.forward(&mut report)?;
    }
    if wants(What::Connectors) {
        connectors::measure(&bench.binary, &mut report)?;
    }
    if wants(What::Agents) {
        agents::measure(&bench.binary, bench.scale, &mut report)?;
    }
    if wants(What::Pane) {
        pane::measure((&bench.binary, bench.embedded), bench.scale, &mut report)?;
    }
    if arguments.what == What::Dataverse {
        tables::measure((&bench.binary, bench.embedded), bench.scale, &mut report)?;
    }
    if arguments.what == What::Import {
        tables::measure_import((&bench.binary, bench.embedded), bench.scale, &mut report)?;
    }
    if arguments.what == What::Linking {
        let (links, channels) = (arguments.links, arguments.channels);
        let size = links::Size { links, channels, scale: bench.scale };
        links::measure((&bench.binary, bench.embedded), size, &mut report)?;
    }
    println!("{report}");
    if let Some(path) = &arguments.json {
        std::fs::write(path, report.json()?)?;
    }
    Ok(())
}
