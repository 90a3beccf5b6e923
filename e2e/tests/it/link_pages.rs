//! The pages of records that live in channels, as a person meets them.

use e2e::Server;
use serde_json::{Value, json};

use crate::{links, scripts::Browser};

/// What is looked at, with something in it: a link with rules for its members and its notes, somebody who asks, a report.
fn with_links(server: &Server) -> Vec<String> {
    let mut admin = server.as_admin().unwrap();
    let place = links::sales(&mut admin).unwrap();
    links::switched_on(&mut admin, &place).unwrap();
    let mut ask = |method: &str, path: &str, body: Value| -> Value {
        let (status, said) = links::send(&mut admin, (method, path), &body).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {said}");
        said
    };
    ask("POST", &format!("{place}/linking/consents/second"), json!({ "decision": "accept" }));
    let keys = links::opportunities(server).unwrap();
    let [deal, other, ..] = keys.as_slice() else { panic!("{keys:?}") };
    let body = json!({
        "table": "opportunity", "id": deal,
        "team": { "name": "Deals of the pages", "private": true }, "channel": { "name": "The deal" },
    });
    let link = ask("POST", &format!("{place}/links"), body);
    let link = link["id"].as_str().unwrap().to_owned();
    let of = ask("GET", &format!("/api/v1/links/{link}"), Value::Null);
    let channel = of["channel"]["id"].as_str().unwrap().to_owned();
    ask("PUT", &format!("/api/v1/links/{link}/members"), json!({ "mode": "add_and_remove" }));
    ask("POST", &format!("{place}/linking/report/run"), json!({}));
    let environment = place.rsplit('/').next().unwrap();
    let record = format!("/records/{environment}/opportunity/{deal}");
    let settings = format!("/admin/environments/{environment}/teams");
    vec![
        record.clone(),
        format!("{record}/collaborate"),
        format!("{record}/documents"),
        format!("{record}/conversation"),
        format!("/records/{environment}/opportunity/{other}/collaborate"),
        format!("/records/{environment}/opportunity/{other}/collaborate/new"),
        format!("/links/{link}"),
        format!("/links/{link}/members"),
        format!("/links/{link}/notes"),
        format!("/links/{link}/unlink"),
        format!("/linked/{link}"),
        format!("/linked/{link}/share"),
        format!("/linked/{link}/access"),
        format!("/linked/new?channel={channel}"),
        settings.clone(),
        format!("{settings}/consent?which=second"),
        format!("{settings}/tables"),
        format!("{settings}/licences"),
        format!("{settings}/members"),
        format!("{settings}/report"),
        "/sales/settings/teams".to_owned(),
        "/admin/workspace".to_owned(),
        "/framed/window?challenge=V3c4CW3-cevE5_10JTJwIW4MTSZPt83ayoNCEiMNwx0".to_owned(),
    ]
}

#[test]
fn pages_of_links_are_accessible_fit_a_phone_and_are_light() {
    let test = "pages_of_links_are_accessible_fit_a_phone_and_are_light";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let start = with_links(&server);
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
    assert_eq!(said["problems"], json!([]), "{said:#}");
    assert_eq!(said["violations"], json!([]), "{said:#}");
}
