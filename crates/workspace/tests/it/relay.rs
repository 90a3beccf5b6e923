//! A real SMTP server: aiosmtpd. Other rooms whose mails go out by a relay use it too.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value as Json;

const TOOL: &str =
    "aiosmtpd: python3 -m venv .venv && .venv/bin/pip install -r e2e/python-requirements.txt";

/// A Python that has aiosmtpd, or a note that the test did not run.
#[expect(clippy::disallowed_methods, reason = "the test runner says where Python is")]
pub(crate) fn python(test: &str) -> Option<PathBuf> {
    let told = std::env::var("LIAISON_PYTHON").ok().map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let python = told.filter(|path| path.exists()).unwrap_or(beside);
    let has = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
    if has.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    let required = std::env::var("LIAISON_REQUIRE_SMTP").as_deref() == Ok("1");
    assert!(!required, "{test} needs {TOOL}");
    testkit::skip(test, TOOL);
    None
}

/// A real SMTP server that tells what it took, one line of JSON each.
pub(crate) struct Relay {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    pub(crate) port: u16,
}

impl Relay {
    pub(crate) fn start(python: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workspace/tests/it/relay.py");
        let mut child =
            Command::new(python).arg(script).stdout(Stdio::piped()).spawn().expect("the relay");
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        Self { child, lines, port: port.trim().parse().unwrap() }
    }

    pub(crate) fn heard(&mut self) -> Json {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
