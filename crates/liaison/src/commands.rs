//! What each command does.

mod backup;
mod config;
mod doctor;
mod init;
mod serve;

use clap::CommandFactory as _;
use tokio::runtime::{Builder, Runtime};

use crate::{
    cli::{Cli, Command},
    exit::{Failure, Result},
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
        Command::Migrate => init::migrate(&place),
        Command::Config(command) => config::run(&place, &command),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "liaison", &mut std::io::stdout());
            Ok(())
        }
        _ => Err(Failure::new(crate::exit::Exit::Failure, "not yet")),
    }
}

/// The runtime: a worker for each processor, and a bounded number of threads for what blocks.
fn runtime() -> Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name("liaison")
        .max_blocking_threads(64)
        .build()
        .map_err(|error| Failure::plain(&error))
}
