//! Chores of the workspace: `cargo run -p xtask -- layers | timings | docs [--check] | config-page`.
//!
//! * `layers` compares the arrows between the crates with the table in ARCHITECTURE.md;
//! * `timings` measures what one edit costs, from a leaf to a root;
//! * `docs` writes the list of error codes anew, or with `--check` says that it is stale;
//! * `config-page` turns the schema of the settings on its input into the page about them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool talks to its terminal"
)]

mod config;
mod errors;
mod layers;
mod timings;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["layers"] => check_layers(),
        ["timings"] => timings::run(&root()),
        ["docs"] => write_docs(),
        ["docs", "--check"] => check_docs(),
        ["config-page"] => print_config_page(),
        _ => Err(anyhow::anyhow!("usage: xtask layers | timings | docs [--check] | config-page")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("xtask: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

fn check_layers() -> Result<()> {
    let root = root();
    let map = read(&root.join("ARCHITECTURE.md"))?;
    let table = layers::Table::parse(&map)?;
    let house = layers::House::of_workspace(&root)?;
    let findings = table.compare(&house);
    for finding in &findings {
        eprintln!("{finding}");
    }
    if findings.is_empty() {
        println!("layers: {} crates, {} arrows, all in the table", house.len(), house.arrows());
        return Ok(());
    }
    bail!("{} arrows differ from the table in ARCHITECTURE.md", findings.len())
}

fn write_docs() -> Result<()> {
    let root = root();
    let page = errors::page(&root)?;
    let path = root.join("docs/errors.md");
    std::fs::write(&path, page).with_context(|| format!("writing {}", path.display()))
}

fn check_docs() -> Result<()> {
    let root = root();
    if read(&root.join("docs/errors.md"))? != errors::page(&root)? {
        bail!("docs/errors.md is stale: run `make docs`");
    }
    Ok(())
}

fn print_config_page() -> Result<()> {
    let schema = std::io::read_to_string(std::io::stdin())?;
    print!("{}", config::page(&schema)?);
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}
