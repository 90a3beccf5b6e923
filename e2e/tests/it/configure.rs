//! Configuration pages of connectors in a browser: unchanged pages on every version of the SDK, the published sample's
//! manners, and hostile ones.

use std::{fs, process::Command};

use e2e::{Options, Server, Tool};
use serde_json::{Value, json};

use crate::scripts::Browser;

/// A hub that may reach the pages of the test, which stand on this machine; its folder holds the certificate.
pub(crate) fn hub(tls: bool) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("liaison.toml");
    // mails of inboxes have a way out, which nobody takes here
    let settings = "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n\
                    [workspace.mail]\nrelay_host = \"127.0.0.1\"\nrelay_port = 9\n";
    fs::write(&config, settings).unwrap();
    let mut arguments = vec!["--config".to_owned(), config.display().to_string()];
    if tls {
        arguments.extend(certificate(&folder));
    }
    let server = Server::with(Options { arguments, tls, ..Options::default() }).unwrap();
    (server, folder)
}

/// Makes a certificate and its key in a folder; the arguments that name them.
pub(crate) fn certificate(folder: &tempfile::TempDir) -> Vec<String> {
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=127.0.0.1"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:*.apps.localhost"])
        .arg("-out")
        .arg(&cert)
        .arg("-keyout")
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let named = [("--tls-cert", &cert), ("--tls-key", &key)];
    named.iter().flat_map(|(flag, path)| [(*flag).to_owned(), path.display().to_string()]).collect()
}

fn play(test: &str, scene: &str, tls: bool, more: &Value) {
    let Some(browser) = Browser::find(test) else { return };
    if tls && Tool::Openssl.find(test).is_none() {
        return;
    }
    let (server, _folder) = hub(tls);
    let demo = server.demo_data();
    let scheme = if tls { "https" } else { "http" };
    let mut job = json!({
        "base": format!("{scheme}://{}", server.address()),
        "account": { "user": demo.admin.user, "password": demo.admin.password },
        "token": demo.admin.token,
        "channel": demo.webhook(0).unwrap().channel_id,
        "scene": scene,
    });
    if let (Some(job), Some(more)) = (job.as_object_mut(), more.as_object()) {
        job.extend(more.clone());
    }
    let said = browser.run("configure.mjs", &job);
    println!("{:#}", said["facts"]);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert!(!said["facts"].as_array().unwrap().is_empty());
    // who set it up, its address and what a sign-in gave are nobody's to read in a log
    let log = server.log();
    assert!(log.contains("request answered"), "{log}");
    for secret in ["userObjectId", "webhookUrl", "webhookb2/0", "token-abc"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn unchanged_pages_on_every_version_of_the_sdk_are_set_up_changed_and_removed() {
    play(
        "unchanged_pages_on_every_version_of_the_sdk_are_set_up_changed_and_removed",
        "versions",
        true,
        &json!({}),
    );
}

#[test]
fn the_oldest_and_the_newest_page_work_on_the_plain_demo_too() {
    play(
        "the_oldest_and_the_newest_page_work_on_the_plain_demo_too",
        "versions",
        false,
        &json!({ "versions": ["1.5.2", "2.58.0"] }),
    );
}

#[test]
fn the_published_sample_keeps_its_registration_although_it_saves_in_one_breath() {
    play(
        "the_published_sample_keeps_its_registration_although_it_saves_in_one_breath",
        "sample",
        false,
        &json!({}),
    );
}

#[test]
fn a_hostile_page_is_refused_or_timed_out_and_stores_nothing() {
    play("a_hostile_page_is_refused_or_timed_out_and_stores_nothing", "hostile", false, &json!({}));
}

#[test]
fn a_page_that_names_the_hub_is_shown_as_it_stands() {
    play("a_page_that_names_the_hub_is_shown_as_it_stands", "direct", false, &json!({}));
}

#[test]
fn the_same_dialog_opens_from_a_groups_mailbox_and_from_ones_own_inbox() {
    let test = "the_same_dialog_opens_from_a_groups_mailbox_and_from_ones_own_inbox";
    play(test, "places", false, &json!({}));
}

#[test]
fn without_a_script_the_dialog_says_what_is_needed_and_can_be_left() {
    let test = "without_a_script_the_dialog_says_what_is_needed_and_can_be_left";
    play(test, "unscripted", false, &json!({}));
}

/// The host protocol without a browser, against every recorded trace.
#[test]
fn the_host_protocol_answers_as_the_recorded_hosts_did() {
    let test = "the_host_protocol_answers_as_the_recorded_hosts_did";
    let ui = e2e::root().join("crates/web-frame/ui");
    if !ui.join("node_modules/esbuild").is_dir() {
        e2e::skip(test, "the scripts' npm packages (make ui)");
        return;
    }
    let mut command = Command::new("node");
    command.arg("test/run.mjs").current_dir(ui);
    if let Some(corpora) = Tool::Corpora.find(test) {
        command.env("LIAISON_CORPORA", corpora);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("# fail 0"), "{said}");
}
