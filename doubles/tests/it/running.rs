//! A stand-in as its own process, and scripts that call it.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A stand-in; it ends with the value.
pub(crate) struct Running {
    process: Child,
    /// What it printed.
    pub(crate) said: Value,
    _folder: TempDir,
}

impl Running {
    /// Starts a service at a free port, with its control unless `bare`, over TLS if wanted.
    pub(crate) fn start(service: &str, secure: bool, bare: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_doubles"));
        command.args([service, "--listen", "127.0.0.1:0"]);
        if service != "dataverse" {
            command.arg("--keys").arg(folder.path());
        }
        if !bare {
            command.args(["--control", "127.0.0.1:0"]);
        }
        if secure {
            command.arg("--tls").arg(folder.path());
        }
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { process, said, _folder: folder }
    }

    /// A member of what it printed.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.said[name].as_str().unwrap_or_else(|| panic!("{name} is not in {}", self.said))
    }

    /// Runs a script with what was printed on its input; the JSON that it prints.
    pub(crate) fn script(&self, mut command: Command) -> Value {
        if let Some(authority) = self.said["authority_file"].as_str() {
            command.env("NODE_EXTRA_CA_CERTS", authority);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(self.said.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{wrong}");
        serde_json::from_str(said.trim()).unwrap_or_else(|error| panic!("{error}: {said}\n{wrong}"))
    }

    /// One request over a connection of its own; everything that comes back.
    pub(crate) fn raw(&self, request: &[u8]) -> String {
        let address = self.text("url").strip_prefix("http://").unwrap();
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        // Who refuses a head may close before all of it is sent.
        stream.write_all(request).ok();
        stream.shutdown(std::net::Shutdown::Write).ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[expect(clippy::disallowed_methods, reason = "the environment says where tools are")]
fn place(variable: &str, usual: PathBuf) -> PathBuf {
    env::var(variable).ok().filter(|path| !path.is_empty()).map_or(usual, PathBuf::from)
}

/// Python with a package, and a script of `e2e/python` for it; none after the test was noted as skipped.
pub(crate) fn python(test: &str, package: &str, script: &str) -> Option<Command> {
    let program = place("LIAISON_PYTHON", root().join(".venv/bin/python"));
    let found = Command::new(&program).args(["-c", &format!("import {package}")]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        testkit::skip(test, "the Python clients (e2e/python-requirements.txt in .venv)");
        return None;
    }
    let mut command = Command::new(program);
    command.arg(root().join("e2e/python").join(script));
    Some(command)
}

/// Node.js with a package, and a script of `e2e/npm/bin` for it; none after the test was noted as skipped.
pub(crate) fn node(test: &str, package: &str, script: &str) -> Option<Command> {
    let folder = place("LIAISON_NPM", root().join("e2e/npm"));
    let found = Command::new("node").arg("--version").output().is_ok();
    if !found || !folder.join("node_modules").join(package).is_dir() {
        testkit::skip(test, "the npm packages (npm ci in e2e/npm)");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("bin").join(script));
    Some(command)
}
