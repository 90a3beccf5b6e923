//! Event streams end with the credential that opened them.

use axum::body::Body;
use http_body_util::BodyExt as _;
use identity::Role;
use serde_json::json;

use crate::house::{House, Who};

async fn a_channel(house: &House, who: &Who, team: &str) -> String {
    let team = json!({ "name": team, "visibility": "private" });
    let (status, team) = house.call(who, "POST /api/v1/teams", Some(team)).await;
    assert_eq!(status, 201, "{team}");
    let line = format!("POST /api/v1/teams/{}/channels", team["id"].as_str().unwrap());
    let (status, channel) =
        house.call(who, &line, Some(json!({ "name": "Alerts", "kind": "standard" }))).await;
    assert_eq!(status, 201, "{channel}");
    channel["id"].as_str().unwrap().to_owned()
}

/// Reads on until `wanted` stands in what came.
async fn read_to(body: &mut Body, wanted: &str) {
    let mut seen = String::new();
    testkit::within(wanted, async {
        while !seen.contains(wanted) {
            let frame = body.frame().await.expect("the stream stays open").unwrap();
            seen.push_str(&String::from_utf8_lossy(&frame.into_data().unwrap_or_default()));
        }
    })
    .await;
}

async fn ends(body: &mut Body) {
    testkit::within("the end of the stream", async {
        while let Some(frame) = body.frame().await {
            drop(frame);
        }
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_when_its_token_is_revoked_or_its_owner_is_locked() {
    let house = House::new().await;
    let (ada, token) = house.token("ada", &[Role::TeamsAdministrator]).await;
    let (_, admin) = house.token("root", &[Role::GlobalAdministrator]).await;
    let channel = a_channel(&house, &token, "Operations").await;
    let line = format!("GET /api/v1/channels/{channel}/events");
    let root = house.system.scope(house.tenant, "test");

    let mut body = house.open(&token, &line).await;
    read_to(&mut body, "retry:").await;
    let tokens =
        house.identity.tokens(&root, identity::Tokens::All, kernel::Limit::default(), None);
    let tokens = tokens.await.unwrap().items;
    let of_ada = tokens.iter().find(|t| t.subject.user() == Some(ada.id)).unwrap().id;
    house.identity.revoke_token(&root, of_ada).await.unwrap();
    ends(&mut body).await;
    assert_eq!(house.send(&token, &line, None).await.0, 401);

    let (zoe, other) = house.token("zoe", &[Role::TeamsAdministrator]).await;
    let channel = a_channel(&house, &other, "Support").await;
    let line = format!("GET /api/v1/channels/{channel}/events");
    let mut body = house.open(&other, &line).await;
    read_to(&mut body, "retry:").await;
    let locked = json!({ "state": "locked" });
    let state = format!("PUT /api/v1/users/{}/state", zoe.id);
    assert_eq!(house.call(&admin, &state, Some(locked)).await.0, 200);
    ends(&mut body).await;
}
