//! A record that lives in a channel, through the browser, in both languages.

use e2e::Server;
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
    let name = name.replace(' ', "%20");
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
                "shots": e2e::environment("LIAISON_SHOTS"),
            }),
        );
        assert_eq!(said["problems"], json!([]), "{said:#}");
        assert_eq!(said["violations"], json!([]), "{said:#}");
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
