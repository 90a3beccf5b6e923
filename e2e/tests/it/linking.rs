//! A record that lives in a channel, through the browser, in both languages.

use e2e::{Connection, Request, Server};
use serde_json::{Value, json};

use crate::scripts::Browser;

#[test]
fn a_seller_connects_a_record_to_a_channel_works_there_and_goes_back_in_both_languages() {
    let test =
        "a_seller_connects_a_record_to_a_channel_works_there_and_goes_back_in_both_languages";
    let Some(browser) = Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let demo = server.demo_data();
    let mut admin = server.as_admin().unwrap();
    let environments: Value = admin.get("/api/v1/environments").unwrap().json().unwrap();
    let all = environments.as_array().unwrap();
    let sales = all.iter().find(|one| one["crm_enabled"] == true).unwrap();
    let (id, name) = (sales["id"].as_str().unwrap(), sales["name"].as_str().unwrap());
    license(&mut admin, &demo.admin.user);
    let path = format!(
        "/environments/{name}/api/data/v9.2/opportunities?$select=name&$orderby=name&$top=2"
    );
    let found = admin.get(&path).unwrap().json().unwrap();
    for (at, words) in [english(), french()].into_iter().enumerate() {
        let said = browser.run(
            "linking.mjs",
            &json!({
                "base": format!("http://{}", server.address()),
                "account": { "user": demo.admin.user, "password": demo.admin.password },
                "root": format!("/records/{id}"),
                "settings": format!("/admin/environments/{id}/teams"),
                "opportunity": found["value"][at]["opportunityid"],
                "locale": if at == 0 { "en-GB" } else { "fr-FR" },
                "words": words,
                "colleague": demo.seller.user,
                "shots": std::env::var("LIAISON_SHOTS").ok(),
            }),
        );
        assert_eq!(said["problems"], json!([]), "{said:#}");
        assert_eq!(said["violations"], json!([]), "{said:#}");
    }
}

/// Gives somebody the two licences that linking takes.
fn license(admin: &mut Connection, user: &str) {
    let users: Value = admin.get("/api/v1/users").unwrap().json().unwrap();
    let users = users["items"].as_array().or_else(|| users.as_array()).unwrap();
    let id = users.iter().find(|one| one["user_name"] == user).unwrap()["id"].as_str().unwrap();
    for name in ["Dynamics 365 Sales Enterprise", "Microsoft Teams"] {
        let new = json!({ "name": name }).to_string();
        let made: Value = admin.post("/api/v1/licences", new.as_bytes()).unwrap().json().unwrap();
        let licence = made["id"].as_str().unwrap();
        let path = format!("/api/v1/licences/{licence}/users/{id}");
        let headers = [];
        let request = Request { method: "PUT", path: &path, headers: &headers, body: b"" };
        assert_eq!(admin.send(&request).unwrap().status, 204, "{name}");
    }
}

fn english() -> Value {
    json!({
        "collaborate": "Collaborate",
        "start": "Get started",
        "again": "Create a new connection",
        "team": "Village deal",
        "channel": "Snowshoes",
        "success": "This record is successfully connected to Dynamics 365",
        "folder": "Drafts",
        "hello": "Who knows the sizes?",
        "answer": "The village office does.",
    })
}

fn french() -> Value {
    json!({
        "collaborate": "Collaborer",
        "start": "Prise en main",
        "again": "Créer une nouvelle connexion",
        "team": "Affaire du village",
        "channel": "Raquettes",
        "success": "Cet enregistrement est connecté à Dynamics 365",
        "folder": "Brouillons",
        "hello": "Qui connaît les tailles ?",
        "answer": "La mairie les connaît.",
    })
}
