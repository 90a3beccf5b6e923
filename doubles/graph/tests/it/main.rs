//! Real clients against the stand-in, over TLS with an authority of its own.
#![cfg(test)]

mod receiver;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use doubles_graph::{Config, Double};
use doubles_http::Authority;
use e2e::Tool;
use receiver::Receiver;
use serde_json::{Value, json};

/// The stand-in over TLS, with a receiver of notifications beside it.
struct Stage {
    _double: Double,
    _receiver: Receiver,
    job: Value,
    authority: PathBuf,
    _folder: tempfile::TempDir,
}

fn stage(root: Option<&str>) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::create().unwrap();
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let names = ["localhost", "127.0.0.1"];
    let receiver = Receiver::start(authority.issue(&names).unwrap());
    let double = Double::start(Config {
        tls: Some(authority.issue(&names).unwrap()),
        control: Some(([127, 0, 0, 1], 0).into()),
        root: root.map(str::to_owned),
        trust: Some(file.clone()),
        ..Config::default()
    })
    .unwrap();
    let mut job = double.announcement();
    job["receiver"] = json!(receiver.url());
    Stage { _double: double, _receiver: receiver, job, authority: file, _folder: folder }
}

/// Runs a client and expects every step of it to pass, and at least as many as there are.
fn passes(stage: &Stage, program: &Path, script: &Path, least: usize) {
    let mut child = Command::new(program)
        .arg(script)
        .env("REQUESTS_CA_BUNDLE", &stage.authority)
        .env("NODE_EXTRA_CA_CERTS", &stage.authority)
        .env("NO_PROXY", "localhost,127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stage.job.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let steps: Vec<Value> =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let failed: Vec<String> = steps
        .iter()
        .filter(|step| step["ok"] != true)
        .map(|step| format!("{}: {}", step["step"], step["why"].as_str().unwrap_or_default()))
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(failed.is_empty(), "{}\n{errors}", failed.join("\n"));
    assert!(
        output.status.success() && steps.len() >= least,
        "{} steps\n{said}\n{errors}",
        steps.len()
    );
    println!("{} steps passed", steps.len());
}

#[test]
fn the_python_library_walks_every_surface() {
    let test = "office365-rest-python-client at the stand-in for Graph";
    let Some(python) = Tool::Python.find(test) else { return };
    let stage = stage(Some("https://graph.microsoft.com"));
    passes(&stage, &python, &e2e::root().join("e2e/python/graph_client.py"), 25);
}

#[test]
fn msal_for_python_signs_in_in_every_way() {
    let Some(python) = Tool::Python.find("MSAL for Python at the stand-in for Graph") else {
        return;
    };
    let stage = stage(None);
    passes(&stage, &python, &e2e::root().join("e2e/python/msal_client.py"), 10);
}

#[test]
fn the_javascript_library_walks_every_surface() {
    let test = "@microsoft/microsoft-graph-client at the stand-in for Graph";
    let Some(npm) = Tool::Npm.find(test) else { return };
    let stage = stage(None);
    passes(&stage, Path::new("node"), &npm.join("bin/graph-client.mjs"), 15);
}

#[test]
fn msal_for_node_signs_in() {
    let Some(npm) = Tool::Npm.find("MSAL for Node at the stand-in for Graph") else { return };
    let stage = stage(None);
    passes(&stage, Path::new("node"), &npm.join("bin/msal-node.mjs"), 5);
}
