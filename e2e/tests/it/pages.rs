//! The pages as a person meets them: without accessibility faults, on a phone, light to load.

use e2e::Server;
use serde_json::{Value, json};

use crate::scripts::Browser;

#[test]
fn every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light() {
    let Some(browser) =
        Browser::find("every_page_that_links_reach_is_accessible_fits_a_phone_and_is_light")
    else {
        return;
    };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": ["/"],
            "limit": if e2e::full_size() { 80 } else { 30 },
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert!(visited.len() >= 8, "{said:#}");
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}

/// Pages of apps, connectors and targets hold something: a registered connector, its app, a dialog, targets with
/// attempts.
fn with_connectors(server: &Server) -> Vec<String> {
    let mut admin = server.as_admin().unwrap();
    let mut create = |path: &str, body: Value| -> Value {
        let answer = admin.post(path, body.to_string().as_bytes()).unwrap();
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.text());
        answer.json().unwrap()
    };
    let channel = server.demo_data().webhook(0).unwrap().channel_id.clone();
    let connector = create(
        "/api/v1/connectors",
        json!({
            "name": "Tasks", "short_description": "News of tasks", "company_name": "Contoso",
            "company_url": "https://contoso.example", "valid_domains": ["contoso.example"],
            "configuration_url": "https://contoso.example/configure",
            "teams": true, "groups": true, "mail": true,
        }),
    );
    let connector = connector["id"].as_str().unwrap().to_owned();
    let target = json!({
        "kind": "slack", "name": "Outside", "address": { "url": "https://outside.example.test/hook" },
    });
    let target = create(&format!("/api/v1/channels/{channel}/targets"), target);
    let target = target["id"].as_str().unwrap().to_owned();
    create(&format!("/api/v1/targets/{target}/test"), json!({}));
    let policy = create("/api/v1/setup-policies", json!({ "name": "Sellers" }));
    let policy = policy["id"].as_str().unwrap();
    let team = admin_json(server, &format!("/api/v1/channels/{channel}"));
    let team = team["team_id"].as_str().unwrap().to_owned();
    let mut admin = server.as_admin().unwrap();
    let body = json!({ "team_id": team }).to_string();
    let tried = admin.post(&format!("/api/v1/connectors/{connector}/try"), body.as_bytes());
    let app = tried.unwrap().json().unwrap();
    let app = app["app_id"].as_str().unwrap_or_else(|| panic!("{app}"));
    let hooks = admin_json(server, &format!("/api/v1/channels/{channel}/webhooks"));
    let hook = hooks["items"][0]["id"].as_str().unwrap().to_owned();
    let begin = format!("/api/v1/channels/{channel}/connectors/{connector}/configurations");
    let opened = admin.post(&begin, b"{}").unwrap().json().unwrap();
    let configuration = opened["configuration"]["id"].as_str();
    let configuration = configuration.unwrap_or_else(|| panic!("{opened}"));
    [
        "/connectors",
        "/connectors/developer",
        "/connectors/developer/new",
        "/connectors/guide",
        "/apps",
        "/apps/manage",
        "/apps/upload",
        "/apps/policies",
        "/apps/policies/new",
        "/inbox/connectors",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("/connectors/developer/{connector}"),
        format!("/connectors/developer/{connector}/edit"),
        format!("/connectors/developer/{connector}/manifest"),
        format!("/apps/{app}"),
        format!("/apps/{app}/add"),
        format!("/apps/policies/{policy}"),
        format!("/channels/{channel}/connectors/all"),
        format!("/channels/{channel}/connectors/{connector}/configure"),
        format!("/configurations/{configuration}"),
        format!("/teams/{team}/mailbox/connectors"),
        format!("/channels/{channel}/targets"),
        format!("/channels/{channel}/targets/new"),
        format!("/webhooks/{hook}/targets"),
        format!("/targets/{target}"),
        format!("/targets/{target}/attempts/1"),
    ])
    .collect()
}

fn admin_json(server: &Server, path: &str) -> Value {
    server.as_admin().unwrap().get(path).unwrap().json().unwrap()
}

#[test]
fn pages_of_apps_connectors_and_targets_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_apps_connectors_and_targets_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_connectors(&server);
    let demo = server.demo_data();
    let said = browser.run(
        "pages.mjs",
        &json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": demo.admin.user, "password": demo.admin.password },
            "start": start,
            "limit": start.len(),
        }),
    );
    let visited = said["visited"].as_array().unwrap();
    println!("{} kinds of pages visited: {visited:?}", visited.len());
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(visited.len(), start.len(), "{said:#}");
}
