//! The sample connectors under `examples/`, set up by a person in a browser.

use std::{fs, process::Command};

use e2e::{Options, Server, skip};
use serde_json::json;

use crate::scripts::Browser;

#[test]
fn the_sample_connectors_are_set_up_post_and_clean_up() {
    let test = "the_sample_connectors_are_set_up_post_and_clean_up";
    let Some(browser) = Browser::find(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("liaison.toml");
    fs::write(&config, "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n").unwrap();
    let arguments = vec!["--config".to_owned(), config.display().to_string()];
    let server = Server::with(Options { arguments, ..Options::default() }).unwrap();
    let demo = server.demo_data();
    let job = json!({
        "base": format!("http://{}", server.address()),
        "account": { "user": demo.admin.user, "password": demo.admin.password },
        "token": demo.admin.token,
        "channel": demo.webhook(0).unwrap().channel_id,
        "examples": e2e::root().join("examples"),
        "shots": e2e::environment("LIAISON_SHOTS"),
    });
    let said = browser.run("examples.mjs", &job);
    println!("{:#}", said["facts"]);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert_eq!(said["facts"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_parts_of_the_sample_connectors_do_what_they_say() {
    let Ok(output) = Command::new("node")
        .args(["--test", "lib/post.test.mjs"])
        .args(["task-notifications/tasks.test.mjs", "field-mapper/mapping.test.mjs"])
        .current_dir(e2e::root().join("examples"))
        .output()
    else {
        return skip("the_parts_of_the_sample_connectors_do_what_they_say", "Node.js 20");
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
