//! The hub as a program: command line, settings, wiring.

mod api;
mod archive;
mod ask;
mod cli;
mod commands;
mod demo;
mod exit;
mod hub;
mod lock;
mod log;
mod out;
mod sarif;
mod settings;
mod storage;

use std::process::ExitCode;

use clap::Parser as _;
use cli::Cli;

/// Every request allocates; the system's allocator took an eighth of the processor under load.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Everything that this program writes is for its owner alone.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    match commands::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::complain(format!("liaison: {failure}"));
            ExitCode::from(failure.exit() as u8)
        }
    }
}
