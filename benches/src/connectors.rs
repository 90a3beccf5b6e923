//! Connector packages: the whole corpus through `connector validate`, and through swagger-parser in the
//! same run. Each is a process of its own; GNU time says what it cost.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::report::{Goal, Report};

/// What a process cost.
#[derive(Debug, Clone, Copy)]
struct Cost {
    /// Seconds on processors, its own and the system's for it.
    seconds: f64,
    /// Most memory at once, in KiB.
    peak_kib: f64,
}

/// Compares the two and adds the figures.
pub(crate) fn measure(binary: &Path, report: &mut Report) -> Result<()> {
    let Some(corpora) = e2e::Tool::Corpora.find("connector packages") else { return Ok(()) };
    let packages = packages(&corpora.join("connectors"))?;
    let mut ours: Vec<Cost> = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = timed(binary);
        command.args(["connector", "validate", "--json"]).args(&packages);
        ours.push(cost(command)?);
    }
    let ours = best(&ours);
    let count = packages.len();
    report.add(
        format!("connector validate, {count} packages, processor time (best of {ROUNDS})"),
        ours.seconds * 1000.0,
        "ms",
        Some(Goal::AtMost(1500.0)),
    );
    report.add("connector validate, peak memory", ours.peak_kib / 1024.0, "MiB", None);
    let Some(npm) = e2e::Tool::Npm.find("swagger-parser") else { return Ok(()) };
    let mut command = timed(Path::new("node"));
    command.arg(npm.join("bin/swagger-parser.mjs")).args(&packages);
    let theirs = cost(command)?;
    report.add("swagger-parser, processor time", theirs.seconds * 1000.0, "ms", None);
    report.add("swagger-parser, peak memory", theirs.peak_kib / 1024.0, "MiB", None);
    report.add(
        "swagger-parser over connector validate, processor time",
        theirs.seconds / ours.seconds.max(0.001),
        "times",
        Some(Goal::AtLeast(40.0)),
    );
    report.add(
        "connector validate over swagger-parser, peak memory",
        ours.peak_kib / theirs.peak_kib.max(1.0),
        "times",
        Some(Goal::AtMost(0.5)),
    );
    Ok(())
}

/// Every folder of a package.
fn packages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for kind in std::fs::read_dir(folder)? {
        let kind = kind?.path();
        if kind.is_dir() {
            for package in std::fs::read_dir(kind)? {
                all.push(package?.path());
            }
        }
    }
    all.sort();
    Ok(all)
}

fn timed(program: &Path) -> Command {
    let mut command = Command::new("time");
    command.args(["-f", "cost %U %S %M"]).arg(program);
    command
}

fn cost(mut command: Command) -> Result<Cost> {
    command.stdin(Stdio::null()).stdout(File::options().write(true).open("/dev/null")?);
    let output =
        command.stderr(Stdio::piped()).output().context("GNU time (apt-get install time)")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{command:?} failed: {said}");
    }
    let line = said.lines().rev().find_map(|line| line.strip_prefix("cost "));
    let numbers = line.unwrap_or("").split(' ').map(str::parse);
    let numbers: Vec<f64> = numbers.collect::<Result<_, _>>().context("what time says")?;
    let [user, system, peak_kib] = numbers.as_slice() else { bail!("time says {said}") };
    Ok(Cost { seconds: user + system, peak_kib: *peak_kib })
}

fn best(all: &[Cost]) -> Cost {
    let least = |of: fn(&Cost) -> f64| all.iter().map(of).fold(f64::INFINITY, f64::min);
    Cost { seconds: least(|it| it.seconds), peak_kib: least(|it| it.peak_kib) }
}

/// How often ours runs; the fastest counts, for the machine is shared.
const ROUNDS: usize = 5;
