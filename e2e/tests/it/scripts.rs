//! Runs the scripts of other languages: a browser by Node.js, the clients by Python.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use e2e::Tool;
use serde_json::Value;

/// Node.js with the browser driver, and a browser for it.
pub(crate) struct Browser {
    packages: PathBuf,
    chromium: PathBuf,
}

impl Browser {
    pub(crate) fn find(test: &str) -> Option<Self> {
        let chromium = Tool::Chromium.find(test)?;
        let packages = Tool::Npm.find(test)?;
        Some(Self { packages, chromium })
    }

    /// Runs a script of `e2e/npm/bin` with a job on its input and returns the JSON that it prints.
    pub(crate) fn run(&self, script: &str, job: &Value) -> Value {
        let mut command = Command::new("node");
        command.arg(self.packages.join("bin").join(script)).env("LIAISON_CHROMIUM", &self.chromium);
        answer_of(command, &job.to_string())
    }
}

/// Runs a script of `e2e/python` and returns the JSON that it prints.
pub(crate) fn python(
    interpreter: &Path,
    script: &str,
    job: &Value,
    environment: &[(&str, &str)],
) -> Value {
    let mut command = Command::new(interpreter);
    command.arg(e2e::root().join("e2e/python").join(script)).envs(environment.iter().copied());
    answer_of(command, &job.to_string())
}

/// Runs a script of `e2e/npm/bin` that needs no browser and returns the JSON that it prints.
pub(crate) fn node(packages: &Path, script: &str, job: &Value) -> Value {
    let mut command = Command::new("node");
    command.arg(packages.join("bin").join(script));
    answer_of(command, &job.to_string())
}

fn answer_of(mut command: Command, input: &str) -> Value {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}\n{errors}");
    serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}\n{errors}"))
}
