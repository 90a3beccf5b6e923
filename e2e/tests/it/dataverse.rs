//! Published clients of the Dataverse Web API against the running hub: each walks through everything it can ask.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use e2e::{Options, Server, Tool};
use serde_json::{Value, json};

use crate::{authority, scripts};

/// What the scripts need to know of a demo.
fn job(server: &Server) -> Result<Value> {
    let demo: Value = serde_json::from_slice(&fs::read(server.data().join("demo.json"))?)?;
    let url = demo["environment_url"].as_str().context("environment_url")?;
    ensure!(demo["limited"]["systemuserid"].is_string(), "{demo}");
    Ok(json!({ "url": url, "token": demo["admin"]["token"], "limited": demo["limited"] }))
}

/// Every step passed; what did not is told by its name.
fn judge(said: &Value, least: usize, server: &Server) -> Result<()> {
    let failed = said["failed"].as_array().context("failed")?;
    let passed = said["passed"].as_array().context("passed")?.len();
    let told: Vec<String> = failed.iter().map(Value::to_string).collect();
    println!("{passed} steps passed, {} failed", failed.len());
    ensure!(failed.is_empty(), "{passed} passed\n{}\n{}", told.join("\n"), server.log());
    ensure!(passed >= least, "only {passed} steps");
    Ok(())
}

#[test]
fn the_python_client_passes_over_tls_with_a_local_authority() -> Result<()> {
    let test = "the_python_client_passes_over_tls_with_a_local_authority";
    let Some(python) = Tool::Python.find(test) else { return Ok(()) };
    let Some(openssl) = Tool::Openssl.find(test) else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    authority::create(&openssl, folder.path());
    authority::issue(&openssl, folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let arguments = ["--tls-cert".to_owned(), at("tls.pem"), "--tls-key".to_owned(), at("tls.key")];
    let options = Options { arguments: arguments.to_vec(), tls: true, ..Options::default() };
    let server = Server::with(options)?;
    let job = job(&server)?;
    ensure!(job["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{job}");
    let authority = at("ca.pem");
    let trust = [("REQUESTS_CA_BUNDLE", authority.as_str())];
    let said = scripts::python(&python, "dataverse_client.py", &job, &trust);
    judge(&said, 30, &server)
}

#[test]
fn the_javascript_client_passes() -> Result<()> {
    let test = "the_javascript_client_passes";
    let Some(packages) = Tool::Npm.find(test) else { return Ok(()) };
    let server = Server::demo()?;
    let said = scripts::node(&packages, "dataverse-client.mjs", &job(&server)?);
    judge(&said, 35, &server)
}
