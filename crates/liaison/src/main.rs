//! The hub as a program: command line, settings, wiring.

mod api;
mod archive;
mod cli;
mod commands;
mod demo;
mod exit;
mod hub;
mod lock;
mod log;
mod out;
mod settings;
mod storage;

use std::process::ExitCode;

use clap::Parser as _;
use cli::Cli;

fn main() -> ExitCode {
    match commands::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::complain(format!("liaison: {failure}"));
            ExitCode::from(failure.exit() as u8)
        }
    }
}
