//! Records of a seller's CRM, from the outside: pages and REST before the stand-in of Salesforce.

use std::net::SocketAddr;

use doubles_salesforce::{Config, Double};
use e2e::{Answer, Connection, Options, Request, Server};
use serde_json::{Value, json};

/// A hub whose seller is connected to the stand-in.
struct House {
    server: Server,
    double: Double,
    said: Value,
    system: String,
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
        let mut house = Self { server, double, said, system: String::new(), _folder: folder };
        let new = json!({
            "name": "Salesforce", "kind": "salesforce", "address": house.double.url(),
            "client_id": house.said["consumer_key"], "client_secret": house.said["consumer_secret"],
        });
        let token = house.server.demo_data().admin.token.clone();
        let made = house.call(&token, ("POST", "/api/v1/crm-systems"), &new);
        let made = made.json().unwrap();
        made["id"].as_str().unwrap().clone_into(&mut house.system);
        house.sign_in("seller@example.com");
        house
    }

    fn call(&self, token: &str, (method, path): (&str, &str), body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request { method, path, headers: &headers, body: body.as_bytes() };
        self.server.connect().unwrap().with_token(token).send(&request).unwrap()
    }

    fn seller(&self, call: (&str, &str), body: &Value) -> Answer {
        self.call(&self.server.demo_data().seller.token, call, body)
    }

    fn page(&self, path: &str) -> Answer {
        self.seller(("GET", path), &Value::Null)
    }

    /// Signs the seller in as somebody at the stand-in.
    fn sign_in(&self, user: &str) {
        let place = format!("/api/v1/my-crm-systems/{}/sign-in", self.system);
        let begun = self.seller(("POST", &place), &Value::Null);
        let url = begun.json().unwrap()["url"].as_str().unwrap().to_owned();
        let query = url.split_once('?').unwrap().1;
        let password = self.said["password"].as_str().unwrap();
        let user = user.replace('@', "%40");
        let body = format!("{query}&username={user}&password={password}&decision=allow");
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
        let back = Value::Object(query.split('&').map(pair).collect());
        let done = self.seller(("POST", "/api/v1/crm-sign-ins"), &back);
        assert_eq!(done.status, 200, "{}", done.text());
    }

    fn create(&self, table: &str, values: &Value) -> String {
        let place = format!("/api/v1/crm/records/{table}");
        let made = self.seller(("POST", &place), &json!({ "values": values }));
        assert_eq!(made.status, 201, "{}", made.text());
        made.json().unwrap()["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_seller_works_on_records_of_their_crm() {
    let house = House::new();
    let account = house.create("Account", &json!({ "Name": "Contoso & sons" }));
    let sale = json!({
        "Name": "60 licences", "StageName": "Prospecting", "CloseDate": "2026-03-31",
        "Amount": 12000.5, "AccountId": { "table": "Account", "id": account },
    });
    let sale = house.create("Opportunity", &sale);
    house.create(
        "Opportunity",
        &json!({ "Name": "Small", "StageName": "Prospecting",
        "CloseDate": "2026-03-31", "Amount": 10 }),
    );

    let list = "/api/v1/crm/records/Opportunity?filter=Amount:ge:1000&sort=-Amount";
    let found = house.page(list).json().unwrap();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{found}");
    assert_eq!(items[0]["texts"]["AccountId"], "Contoso & sons");
    // a view of the organisation, and the records that it selects
    let views = house.page("/api/v1/crm/views/Opportunity").json().unwrap();
    let all = views.as_array().unwrap().iter().find(|one| one["name"] == "All Opportunities");
    let view = all.unwrap()["id"].as_str().unwrap();
    let listed = house.page(&format!("/api/v1/crm/views/Opportunity/{view}/records"));
    let listed = listed.json().unwrap();
    assert!(listed["items"].as_array().unwrap().iter().any(|one| one["id"] == sale), "{listed}");
    let ahead = house.page(&format!("/api/v1/crm/views/Opportunity/{view}/collaborate"));
    assert_eq!(ahead.json().unwrap()["may_link"], json!(false), "linking is off until turned on");
    let odd = house.page("/api/v1/crm/records/Opportunity?filter=Amount:contains:1");
    assert_eq!(odd.json().unwrap()["errors"][0]["pointer"], "/filter", "{}", odd.text());

    let record = format!("/api/v1/crm/records/Opportunity/{sale}");
    let read = house.page(&record).json().unwrap();
    assert_eq!((&read["may_write"], &read["values"]["Amount"]), (&json!(true), &json!(12000.5)));
    let change = json!({ "values": { "NextStep": "Call" }, "version": read["version"] });
    assert_eq!(house.seller(("PATCH", &record), &change).status, 204);
    let outdated =
        json!({ "values": { "NextStep": "Write" }, "version": "2000-01-01T00:00:00.000+0000" });
    let refused = house.seller(("PATCH", &record), &outdated);
    assert_eq!(refused.json().unwrap()["code"], "crm.record_changed", "{}", refused.text());
    let wrong = json!({ "values": { "StageName": "Nothing", "Name": null } });
    let refused = house.seller(("PATCH", &record), &wrong).json().unwrap();
    let places: Vec<&str> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["/Name", "/StageName"], "{refused}");

    let page = house.page(&format!("/crm/records/Opportunity/{sale}"));
    let html = page.text();
    assert_eq!(page.status, 200);
    assert!(html.contains("/lightning/r/Opportunity/"), "{html}");
    assert!(html.contains(&format!("/crm/records/Account/{account}")), "{html}");
    let related =
        house.page(&format!("/crm/records/Account/{account}?tab=related&of=Opportunity.AccountId"));
    assert!(related.text().contains("60 licences"), "{}", related.text());
    let list = house.page("/crm/records/Opportunity?q=Small");
    assert!(list.text().contains(">Small<") && !list.text().contains("60 licences"));
    assert_eq!(house.seller(("DELETE", &record), &Value::Null).status, 204);
    assert!([404, 410].contains(&house.page(&record).status));
}

#[test]
fn what_stands_in_the_way_is_told_where_it_happens() {
    let house = House::new();
    // Without the interface nothing is read, and the page says who can change that.
    let api = |on: bool| json!({ "profile": { "name": "Seller", "api_enabled": on } });
    house.double.control(&api(false)).unwrap();
    let page = house.page("/crm/records");
    let html = page.text();
    assert_eq!(page.status, 403, "{html}");
    assert!(html.contains("API_DISABLED_FOR_ORG") && html.contains("API Enabled"), "{html}");
    house.double.control(&api(true)).unwrap();
    // What field-level security hides is no field of the form.
    let hidden =
        json!({ "profile": { "name": "Seller", "hidden_fields": ["Opportunity.Amount"] } });
    house.double.control(&hidden).unwrap();
    let page = house.page("/crm/records/Opportunity/new");
    assert!(page.text().contains("f-StageName") && !page.text().contains("f-Amount"));
    // A policy blocks the CRM.
    let rule = json!({ "connector": "5a1e5f0c-e000-8000-8000-000000000001", "group": "blocked" });
    let policy =
        json!({ "name": "No CRM outside", "reach": "all", "rules": { "connectors": [rule] } });
    let token = &house.server.demo_data().admin.token;
    let made = house.call(token, ("POST", "/api/v1/data-policies"), &policy);
    assert_eq!(made.status, 201, "{}", made.text());
    let page = house.page("/crm/records/Account");
    assert!([403, 409].contains(&page.status), "{} {}", page.status, page.text());
    let known = ["ConnectionApiPolicyViolation", "The connection is disabled"];
    assert!(known.iter().any(|words| page.text().contains(words)), "{}", page.text());
}
