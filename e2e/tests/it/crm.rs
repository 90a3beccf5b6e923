//! A seller's CRM, from the outside: set up, signed in to at the stand-in, governed, reviewed.

use std::net::SocketAddr;

use doubles_salesforce::{Config, Double};
use e2e::{Answer, Connection, Options, Request, Server};
use serde_json::{Value, json};

/// A hub that may reach the stand-in, and a stand-in that sends browsers back to the hub.
struct House {
    server: Server,
    double: Double,
    said: Value,
    _folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let double = Double::start(Config::local(folder.path().to_owned())).unwrap();
        let said = double.announcement();
        let address = double.url();
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        let config = folder.path().join("liaison.toml");
        let opened = format!("[egress]\nallowed_endpoints = [\"{address}\"]\n");
        std::fs::write(&config, opened).unwrap();
        let arguments = vec!["--config".to_owned(), config.to_string_lossy().into_owned()];
        let server = Server::with(Options { arguments, ..Options::default() }).unwrap();
        let back = format!("{}/crm/sign-in", server.demo_data().base_url.trim_end_matches('/'));
        let app =
            json!({ "consumer_key": said["consumer_key"], "callback": back, "require_pkce": true });
        double.control(&json!({ "app": app })).unwrap();
        Self { server, double, said, _folder: folder }
    }

    fn call(&self, token: &str, (method, path): (&str, &str), body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request { method, path, headers: &headers, body: body.as_bytes() };
        self.server.connect().unwrap().with_token(token).send(&request).unwrap()
    }

    fn admin(&self, call: (&str, &str), body: &Value) -> Answer {
        self.call(&self.server.demo_data().admin.token, call, body)
    }

    fn seller(&self, call: (&str, &str), body: &Value) -> Answer {
        self.call(&self.server.demo_data().seller.token, call, body)
    }

    /// What the browser brings back when the seller says yes at the stand-in.
    fn visit(&self, url: &str) -> Value {
        let query = url.split_once('?').unwrap().1;
        let password = self.said["password"].as_str().unwrap();
        let body =
            format!("{query}&username=seller%40example.com&password={password}&decision=allow");
        let address = self.double.url();
        let address = address.trim_start_matches("http://").trim_end_matches('/');
        let address: SocketAddr = address.parse().unwrap();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let path = "/services/oauth2/authorize";
        let request = Request { method: "POST", path, headers: &headers, body: body.as_bytes() };
        let answer = Connection::open(address).unwrap().send(&request).unwrap();
        let place = answer.header("location").unwrap_or_else(|| panic!("{}", answer.text()));
        let query = place.split_once('?').unwrap().1;
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), Value::from(value.replace("%20", " ").replace("%2F", "/")))
        };
        Value::Object(query.split('&').map(pair).collect())
    }

    fn sign_in(&self, system: &str) -> Answer {
        let place = format!("/api/v1/my-crm-systems/{system}/sign-in");
        let begun = self.seller(("POST", &place), &Value::Null);
        assert_eq!(begun.status, 200, "{}", begun.text());
        let back = self.visit(begun.json().unwrap()["url"].as_str().unwrap());
        self.seller(("POST", "/api/v1/crm-sign-ins"), &back)
    }

    fn state(&self) -> Value {
        let mine = self.seller(("GET", "/api/v1/my-crm-systems"), &Value::Null);
        let mine = mine.json().unwrap();
        let here = |one: &&Value| one["kind"] == "salesforce";
        mine.as_array().unwrap().iter().find(here).unwrap()["connection"]["state"].clone()
    }
}

#[test]
fn a_seller_signs_in_a_policy_blocks_and_a_new_sign_in_mends() {
    let house = House::new();
    let system = json!({
        "name": "Salesforce", "kind": "salesforce", "address": house.double.url(),
        "client_id": house.said["consumer_key"], "client_secret": house.said["consumer_secret"],
    });
    let made = house.admin(("POST", "/api/v1/crm-systems"), &system);
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(!made.text().contains(house.said["consumer_secret"].as_str().unwrap()));
    let id = made.json().unwrap()["id"].as_str().unwrap().to_owned();
    let nothing = house.admin(("GET", "/api/v1/crm-review"), &Value::Null);
    assert_eq!(nothing.json().unwrap(), Value::Null);

    let connection = house.sign_in(&id);
    assert_eq!(connection.status, 200, "{}", connection.text());
    assert_eq!(connection.json().unwrap()["account_name"], "seller@example.com");

    // The first sign-in provisioned the product's own environment, and its administrators want a look.
    let environments = house.admin(("GET", "/api/v1/environments"), &Value::Null).text();
    assert!(environments.contains("msdyn_viva"), "{environments}");
    let review = house.admin(("GET", "/api/v1/crm-review"), &Value::Null).json().unwrap();
    assert_eq!((&review["due"], &review["environment_kind"]), (&json!(true), &json!("trial")));
    let all = review["administrators"].as_array().unwrap();
    let seen: Vec<&Value> = all.iter().map(|one| &one["user_id"]).collect();
    let seen = json!({ "administrators": seen });
    let done = house.admin(("POST", "/api/v1/crm-review"), &seen).json().unwrap();
    assert_eq!(done["due"], false, "{done}");
    assert_eq!(house.seller(("GET", "/api/v1/crm-review"), &Value::Null).status, 403);

    // A data policy blocks shared_salesforce.
    let rule = json!({ "connector": "5a1e5f0c-e000-8000-8000-000000000001", "group": "blocked" });
    let policy =
        json!({ "name": "No CRM outside", "reach": "all", "rules": { "connectors": [rule] } });
    let policy = house.admin(("POST", "/api/v1/data-policies"), &policy).json().unwrap();
    let place = format!("/api/v1/my-crm-systems/{id}/sign-in");
    let refused = house.seller(("POST", &place), &Value::Null);
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(refused.json().unwrap()["code"], "data_policy.violation");
    assert_eq!(house.state(), "disabled");
    let kept = house.admin(("GET", "/api/v1/data-policy-violations"), &Value::Null).text();
    assert!(kept.contains("Salesforce") && kept.contains("No CRM outside"), "{kept}");

    // Unblocked, the connection stays out of use until the seller signs in anew.
    let place = format!("/api/v1/data-policies/{}", policy["id"].as_str().unwrap());
    assert_eq!(house.admin(("DELETE", &place), &Value::Null).status, 204);
    assert_eq!(house.state(), "disabled");
    assert_eq!(house.sign_in(&id).status, 200);
    assert_eq!(house.state(), "connected");

    // What the organisation refuses has a code of its own.
    let app = json!({ "consumer_key": house.said["consumer_key"], "blocked": true });
    house.double.control(&json!({ "app": app })).unwrap();
    let blocked = house.sign_in(&id);
    assert_eq!(blocked.json().unwrap()["code"], "crm_sign_in.app_blocked", "{}", blocked.text());
}
