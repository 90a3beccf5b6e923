//! Buttons of cards in a browser, against receivers that verify our tokens by what we publish.

use std::fs;

use e2e::{Options, Server};
use serde_json::json;

use crate::scripts::Browser;

#[test]
fn a_pressed_button_calls_its_target_and_changes_the_card_for_everybody() {
    let Some(browser) =
        Browser::find("a_pressed_button_calls_its_target_and_changes_the_card_for_everybody")
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("liaison.toml");
    // the receiver stands on this machine, and who waits for a slow one waits less long
    let settings = "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n\
                    [webhooks.actions]\ntimeout_ms = 2000\npresses_a_minute = 200\n";
    fs::write(&config, settings).unwrap();
    let arguments = vec!["--config".to_owned(), config.display().to_string()];
    let server = Server::with(Options { arguments, ..Options::default() }).unwrap();
    let demo = server.demo_data();
    let hook = demo.webhook(0).unwrap();
    let base = format!("http://{}", server.address());
    let urls = json!({ "urls": [hook.url] }).to_string();
    let known = server.as_admin().unwrap().post("/api/v1/webhooks/recognise", urls.as_bytes());
    let known = known.unwrap().json().unwrap();
    let id = known["items"][0]["webhook"]["id"].clone();
    let said = browser.run(
        "card-actions.mjs",
        &json!({
            "base": base,
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "token": demo.admin.token,
            "tenant": demo.tenant,
            "webhook": format!("{base}{}", hook.path().unwrap()),
            "channel_id": hook.channel_id,
            "hook": id,
            "shots": e2e::environment("LIAISON_SHOTS"),
        }),
    );
    println!("{} calls; {:#}", said["calls"], said["facts"]);
    assert_eq!(said["problems"], json!([]), "{said:#}\n{}", server.log());
    assert_eq!(said["violations"], json!([]), "{said:#}");
    assert!(said["facts"].as_array().unwrap().len() > 25, "{said:#}");
}
