//! The client against the stand-in for Graph.
#![cfg(test)]

use std::sync::Arc;

use doubles_graph::{Config, Double};
use http::Method;
use kernel::{Ids, Secret, SystemClock};
use liaison_graph::{Ask, Caller, Error, Graph, Organisation, Parts};
use oauth::{Flows, Tokens};
use serde_json::{Value, json};
use url::Url;

struct House {
    _double: Double,
    graph: Graph,
    said: Value,
    ids: Ids,
}

impl House {
    fn new(client: &str) -> Self {
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let ids = Ids::system();
        let organisation = Organisation {
            tenant: ids.fresh(),
            connection: ids.fresh(),
            root: text("graph").parse().unwrap(),
            login: text("url").parse().unwrap(),
            directory: text("tenant"),
            resource: "https://graph.microsoft.com".to_owned(),
            client_id: text(&format!("{client}client_id")),
            client_secret: Secret::new(text(&format!("{client}client_secret"))),
        };
        let http = testkit::outbound();
        let flows = Flows::new(http.clone(), Arc::new(SystemClock), ids.clone());
        let parts = Parts { http, flows, tokens: Tokens::new(Arc::new(SystemClock)) };
        Self { graph: Graph::new(parts, organisation), _double: double, said, ids }
    }

    /// What no client could do.
    async fn control(&self, path: &str, body: Value) -> Value {
        let url: Url = format!("{}{path}", self.said["control"].as_str().unwrap()).parse().unwrap();
        let kind = http::HeaderValue::from_static("application/json");
        let request = egress::Request::post(url, kind, body.to_string());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// A token of somebody for us.
    async fn assertion(&self, user: &str) -> Secret<String> {
        let audience = format!("api://{}", self.said["client_id"].as_str().unwrap());
        let body = json!({"user": format!("{user}@northwind.test"), "audience": audience, "scopes": "access_as_user"});
        Secret::new(self.control("/token", body).await["token"].as_str().unwrap().to_owned())
    }
}

#[tokio::test]
async fn the_application_reads_a_list_page_by_page() {
    let house = House::new("");
    let users = house.graph.all(Caller::Application, "/users?$top=2", 100).await.unwrap();
    assert_eq!(users.len(), house.said["users"].as_array().unwrap().len());
    let some = house.graph.all(Caller::Application, "/users?$top=2", 3).await.unwrap();
    assert_eq!(some.len(), 3);
}

#[tokio::test]
async fn each_person_asks_as_that_person() {
    let house = House::new("");
    for (name, shown) in [("alice", "Alice Martin"), ("bruno", "Bruno Petit")] {
        let assertion = house.assertion(name).await;
        let caller = Caller::Person { user: house.ids.fresh(), assertion: &assertion };
        assert_eq!(house.graph.get(caller, "/me").await.unwrap()["displayName"], shown);
    }
    let assertion = house.assertion("mia").await;
    let caller = Caller::Person { user: house.ids.fresh(), assertion: &assertion };
    assert!(matches!(house.graph.get(caller, "/me").await, Err(Error::Token(_))));
}

#[tokio::test]
async fn a_short_wait_is_waited_and_a_long_one_told() {
    let house = House::new("");
    let fault = |seconds: u64| json!({"path": "/users", "status": 429, "retry_after": seconds});
    house.control("/faults", fault(0)).await;
    house.graph.get(Caller::Application, "/users").await.unwrap();
    house.control("/faults", fault(120)).await;
    let error = house.graph.get(Caller::Application, "/users").await.unwrap_err();
    assert!(matches!(error, Error::Busy { retry_after } if retry_after.as_secs() == 120));
}

#[tokio::test]
async fn a_post_that_failed_on_its_way_is_not_sent_twice() {
    let house = House::new("");
    let fault =
        |method: &str| json!({"method": method, "path": "/groups", "status": 504, "times": 1});
    house.control("/faults", fault("GET")).await;
    house.graph.get(Caller::Application, "/groups").await.unwrap();
    house.control("/faults", fault("POST")).await;
    let ask = Ask {
        method: Method::POST,
        path: "/groups".to_owned(),
        body: Some(json!({})),
        ..Ask::default()
    };
    let error = house.graph.send(Caller::Application, &ask).await.unwrap_err();
    assert!(matches!(error, Error::Failed { status: 504 }));
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_gets_no_token() {
    let house = House::new("");
    let other = format!("{}/elsewhere", house.said["url"].as_str().unwrap());
    for link in ["https://evil.test/v1.0/me", other.as_str(), "http://127.0.0.1:1/v1.0/me"] {
        let error = house.graph.get(Caller::Application, link).await.unwrap_err();
        assert!(matches!(error, Error::Answer { .. }), "{link}");
    }
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let house = House::new("limited_");
    let team = house.said["teams"][0]["id"].as_str().unwrap();
    let error = house.graph.get(Caller::Application, &format!("/teams/{team}")).await.unwrap_err();
    let Error::Forbidden { permissions, .. } = error else { panic!("{error}") };
    assert_eq!(permissions.first().map(String::as_str), Some("Team.ReadBasic.All"));
}

#[tokio::test]
async fn a_token_that_ended_is_fetched_anew_and_refused_twice_is_told() {
    let house = House::new("");
    house.graph.get(Caller::Application, "/users").await.unwrap();
    // The directory's clock goes on; ours does not: the token that is kept has ended there.
    house.control("/clock", json!({"advance_seconds": 7200})).await;
    house.graph.get(Caller::Application, "/users").await.unwrap();
    let assertion = house.assertion("bruno").await;
    let caller = Caller::Person { user: house.ids.fresh(), assertion: &assertion };
    house.graph.get(caller, "/me").await.unwrap();
    house.control("/revoke", json!({"user": "bruno@northwind.test"})).await;
    assert!(matches!(house.graph.get(caller, "/me").await, Err(Error::SignInAgain)));
}
