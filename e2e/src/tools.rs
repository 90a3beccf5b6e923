//! The programs and data that a test needs beside the binary.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

/// Something from outside the project that a test runs or reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// A Chromium browser.
    Chromium,
    /// Python with the clients of `python-requirements.txt`.
    Python,
    /// The folder with the npm packages.
    Npm,
    /// The folder with the conformance suite, the inspector and the SDK of the Model Context Protocol.
    Mcp,
    /// Prometheus' Alertmanager.
    Alertmanager,
    /// The `openssl` command.
    Openssl,
    /// The captured requests of real clients.
    Corpora,
}

impl Tool {
    /// Where it is, or none after the test has been noted as skipped.
    ///
    /// # Panics
    /// With `LIAISON_NO_SKIP=1`, when it is missing.
    pub fn find(self, test: &str) -> Option<PathBuf> {
        let found = environment(self.variable())
            .map(PathBuf::from)
            .or_else(|| self.usual_place())
            .filter(|p| p.exists());
        if found.is_none() {
            skip(test, self.remedy());
        }
        found
    }

    const fn variable(self) -> &'static str {
        match self {
            Self::Chromium => "LIAISON_CHROMIUM",
            Self::Python => "LIAISON_PYTHON",
            Self::Npm => "LIAISON_NPM",
            Self::Mcp => "LIAISON_MCP",
            Self::Alertmanager => "LIAISON_ALERTMANAGER",
            Self::Openssl => "LIAISON_OPENSSL",
            Self::Corpora => "LIAISON_CORPORA",
        }
    }

    fn usual_place(self) -> Option<PathBuf> {
        let root = root();
        Some(match self {
            Self::Chromium => PathBuf::from("/usr/bin/chromium"),
            Self::Python => root.join(".venv/bin/python"),
            Self::Npm => root.join("e2e/npm"),
            Self::Mcp => root.join("e2e/mcp"),
            Self::Alertmanager => PathBuf::from("/usr/bin/prometheus-alertmanager"),
            Self::Openssl => PathBuf::from("/usr/bin/openssl"),
            Self::Corpora => root.join("../shared/corpora"),
        })
        .filter(|p| match self {
            Self::Npm => p.join("node_modules/playwright-core").is_dir(),
            Self::Mcp => p.join("node_modules/node/bin/node").is_file(),
            _ => true,
        })
    }

    const fn remedy(self) -> &'static str {
        match self {
            Self::Chromium => "a browser (apt-get install chromium)",
            Self::Python => "the Python clients (e2e/python-requirements.txt in .venv)",
            Self::Npm => "the npm packages (npm ci in e2e/npm)",
            Self::Mcp => "the clients of agents (npm ci in e2e/mcp)",
            Self::Alertmanager => "Alertmanager (apt-get install prometheus-alertmanager)",
            Self::Openssl => "openssl (apt-get install openssl)",
            Self::Corpora => "the captured requests (LIAISON_CORPORA names their folder)",
        }
    }
}

/// Notes that a test did not run.
///
/// # Panics
/// With `LIAISON_NO_SKIP=1`: there a skip is a failure.
#[expect(clippy::print_stderr, reason = "where nothing may be skipped a skip fails the test")]
pub fn skip(test: &str, remedy: &str) {
    assert!(environment("LIAISON_NO_SKIP").as_deref() != Some("1"), "{test} needs {remedy}");
    eprintln!("skipped: {test} needs {remedy}");
    if let Some(list) = environment("LIAISON_SKIPS")
        && let Ok(mut list) = std::fs::File::options().append(true).create(true).open(list)
    {
        writeln!(list, "test {test}: {remedy}").ok();
    }
}

/// Whether the long tests run at their full size.
pub fn full_size() -> bool {
    environment("LIAISON_E2E").as_deref() == Some("full")
}

/// The project's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The binary under test.
pub(crate) fn binary() -> Result<PathBuf> {
    let path = environment("LIAISON_BIN")
        .map_or_else(|| root().join("target/debug/liaison"), PathBuf::from);
    if !path.is_file() {
        bail!("{} does not exist: cargo build -p liaison", path.display());
    }
    Ok(path)
}

/// A variable of the environment that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the black box is steered by its environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}
