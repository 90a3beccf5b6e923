//! Teams against the stand-in for Graph.
#![cfg(test)]

mod trouble;

use std::{sync::Arc, time::Duration};

use doubles_graph::{Config, Double};
use graph::{Graph, Organisation, Parts};
use kernel::{Ids, Secret, SystemClock};
use liaison_workspace_graph::{Seat, Who};
use oauth::{Flows, Tokens};
use serde_json::{Value, json};
use url::Url;
use workspace_port::{
    ChannelKind, Error, NewChannel, NewTab, PersonId, TeamId, Workspace as _,
    conformance::{Bench, run},
};

/// Our app in the catalogue of the double.
const APP: &str = "c7f0d1de-6b7e-4c0b-8a34-0e9a5b6d2f41";

struct House {
    _double: Double,
    said: Value,
    ids: Ids,
    graph: Graph,
}

impl House {
    fn new() -> Self {
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
            client_id: text("client_id"),
            client_secret: Secret::new(text("client_secret")),
        };
        let http = testkit::outbound();
        let flows = Flows::new(http.clone(), Arc::new(SystemClock), ids.clone());
        let parts = Parts { http, flows, tokens: Tokens::new(Arc::new(SystemClock)) };
        Self { graph: Graph::new(parts, organisation), _double: double, said, ids }
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        let url: Url = format!("{}{path}", self.said["control"].as_str().unwrap()).parse().unwrap();
        let kind = http::HeaderValue::from_static("application/json");
        let request = egress::Request::post(url, kind, body.to_string());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    async fn seat(&self, name: &str, app: &str) -> Seat {
        let audience = format!("api://{}", self.said["client_id"].as_str().unwrap());
        let body = json!({
            "user": format!("{name}@northwind.test"),
            "audience": audience,
            "scopes": "access_as_user",
        });
        let token = self.control("/token", body).await["token"].as_str().unwrap().to_owned();
        let who = Who::Person { user: self.ids.fresh(), assertion: Secret::new(token) };
        Seat::new(self.graph.clone(), who, app)
    }

    fn person(&self, name: &str) -> PersonId {
        let mail = format!("{name}@northwind.test");
        let users = self.said["users"].as_array().unwrap();
        let found = users.iter().find(|user| user["userPrincipalName"] == mail.as_str()).unwrap();
        PersonId(found["id"].as_str().unwrap().to_owned())
    }

    fn team(&self, name: &str) -> TeamId {
        let teams = self.said["teams"].as_array().unwrap();
        let found = teams.iter().find(|team| team["name"] == name).unwrap();
        TeamId(found["id"].as_str().unwrap().to_owned())
    }
}

async fn bench(limits: Value, app: &str) -> Bench {
    let house = House::new();
    house.control("/limits", limits).await;
    Bench {
        owner: Box::new(house.seat("alice", app).await),
        member: Box::new(house.seat("bruno", app).await),
        stranger: Box::new(house.seat("chloe", app).await),
        jobs: Box::new(Seat::new(house.graph.clone(), Who::Jobs, app)),
        owner_is: house.person("alice"),
        member_is: house.person("bruno"),
        member_mail: "bruno@northwind.test".to_owned(),
        nobody: PersonId("00000000-0000-4000-8000-000000000000".to_owned()),
        wait: Box::new(|| Box::pin(tokio::time::sleep(Duration::from_millis(50)))),
        house: Box::new(house),
    }
}

#[tokio::test]
async fn teams_is_a_workspace() {
    Box::pin(run(async || bench(json!({}), APP).await)).await;
}

#[tokio::test]
async fn teams_that_takes_its_time_is_one_too() {
    let slow = json!({"settle_ms": 300, "folder_ms": 500});
    Box::pin(run(async || bench(slow.clone(), APP).await)).await;
}

#[tokio::test]
async fn where_our_app_is_not_in_the_catalogue_tabs_are_websites() {
    let house = House::new();
    let alice = house.seat("alice", "11111111-2222-4333-8444-555555555555").await;
    let team = house.team("Sales");
    let new = NewChannel {
        name: "Web".to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    let channel = alice.create_channel(&team, &new).await.unwrap();
    let tab = |name: &str| NewTab {
        name: name.to_owned(),
        entity: "link/1 é".to_owned(),
        content: "https://hub.example/tabs/1".parse().unwrap(),
        website: None,
    };
    let first = alice.put_tab(&channel, &tab("One")).await.unwrap();
    let again = alice.put_tab(&channel, &tab("Two")).await.unwrap();
    assert_eq!(first.id, again.id);
    let tabs = alice.tabs(&channel).await.unwrap();
    let seen: Vec<_> =
        tabs.iter().map(|t| (t.name.as_str(), t.entity.as_str(), t.content.as_str())).collect();
    assert_eq!(seen, [("Two", "link/1 é", "https://hub.example/tabs/1")]);
}

#[tokio::test]
async fn who_has_no_licence_is_told_so() {
    let house = House::new();
    let david = house.seat("david", APP).await;
    assert!(matches!(david.teams().await, Err(Error::Unlicensed)));
}

#[tokio::test]
async fn a_permission_that_nobody_granted_is_named() {
    let house = House::new();
    let message = "Missing scope permissions on the request. API requires one of 'Channel.Create, \
                   Group.ReadWrite.All'. Scopes on the request 'User.Read'.";
    let fault = json!({"method": "POST", "path": "/teams/*/channels", "status": 403, "code": "Forbidden", "message": message});
    house.control("/faults", fault).await;
    let alice = house.seat("alice", APP).await;
    let new = NewChannel {
        name: "New".to_owned(),
        description: String::new(),
        kind: ChannelKind::Standard,
    };
    let error = alice.create_channel(&house.team("Sales"), &new).await.unwrap_err();
    let Error::PermissionMissing { permissions } = error else { panic!("{error:?}") };
    assert_eq!(permissions, ["Channel.Create", "Group.ReadWrite.All"]);
}
