//! Incoming webhooks over REST.

use identity::Role;
use serde_json::{Value, json};

use crate::house::{House, Who};

/// A channel of a team of the caller's.
async fn channel(house: &House, who: &Who) -> String {
    let team = json!({ "name": "Sales", "visibility": "public" });
    let (status, team) = house.call(who, "POST /api/v1/teams", Some(team)).await;
    assert_eq!(status, 201, "{team}");
    let line = format!("GET /api/v1/teams/{}/channels", team["id"].as_str().unwrap());
    let (_, channels) = house.call(who, &line, None).await;
    channels["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn webhook(house: &House, who: &Who, channel: &str, new: Value) -> (String, Value) {
    let line = format!("POST /api/v1/channels/{channel}/webhooks");
    let (status, made) = house.call(who, &line, Some(new)).await;
    assert_eq!(status, 201, "{made}");
    (format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap()), made)
}

#[tokio::test]
async fn a_webhook_is_made_changed_rotated_and_removed() {
    let house = House::new().await;
    let (ada, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let grace = house.user("grace", &[]).await;
    let channel = channel(&house, &admin).await;
    let (path, made) = webhook(&house, &admin, &channel, json!({ "name": "Build" })).await;
    assert_eq!(made["owner_id"], ada.id.to_string());
    assert_eq!((&made["state"], &made["busy_status"]), (&json!("enabled"), &json!(429)));
    assert_eq!(made["rate"], json!({ "profile": "standard" }));
    let url = made["addresses"]["url"].as_str().unwrap();
    assert!(url.starts_with("http://localhost/webhookb2/"), "{url}");
    assert!(made["addresses"]["workflows_url"].as_str().unwrap().contains("&sig="));

    let change = json!({
        "name": "Builds", "second_owner_id": grace.id.to_string(), "busy_status": 503,
        "rate": { "profile": "custom", "per_second": 5, "per_hour": 500 },
        "expires_at": "2027-01-01T00:00:00Z", "max_body_bytes": 40000,
    });
    let (status, changed) = house.call(&admin, &format!("PATCH {path}"), Some(change)).await;
    assert_eq!((status, &changed["name"]), (200, &json!("Builds")), "{changed}");
    assert_eq!(changed["expires_at"], "2027-01-01T00:00:00Z");
    let cleared = json!({ "second_owner_id": null, "expires_at": null, "max_body_bytes": null });
    let (_, changed) = house.call(&admin, &format!("PATCH {path}"), Some(cleared)).await;
    for gone in ["second_owner_id", "expires_at", "max_body_bytes"] {
        assert_eq!(changed[gone], Value::Null, "{gone}");
    }
    assert_eq!(changed["rate"]["per_hour"], 500, "what is absent stays");
    assert_eq!(changed["busy_status"], 503);

    let rotation = json!({ "overlap_seconds": 60 });
    let (status, new) = house.call(&admin, &format!("POST {path}/rotate"), Some(rotation)).await;
    assert_eq!((status, &new["generation"]), (200, &json!(2)));
    let (_, both) = house.call(&admin, &format!("GET {path}/addresses"), None).await;
    assert_eq!(both["items"].as_array().unwrap().len(), 2);
    assert_eq!(both["items"][1]["url"], url);
    let (status, off) = house.call(&admin, &format!("POST {path}/disable"), None).await;
    assert_eq!((status, &off["state"]), (200, &json!("disabled")));
    let (_, on) = house.call(&admin, &format!("POST {path}/enable"), None).await;
    assert_eq!(on["state"], "enabled");
    let to = json!({ "owner_id": grace.id.to_string() });
    let (_, handed) = house.call(&admin, &format!("POST {path}/hand-over"), Some(to)).await;
    assert_eq!(handed["owner_id"], grace.id.to_string());
    let all = format!("POST /api/v1/users/{}/webhooks/hand-over", grace.id);
    let to = json!({ "owner_id": ada.id.to_string() });
    assert_eq!(house.call(&admin, &all, Some(to)).await, (200, json!({ "count": 1 })));
    let (_, mine) = house.call(&admin, "GET /api/v1/webhooks", None).await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.call(&admin, &format!("DELETE {path}"), None).await.0, 204);
    assert_eq!(house.call(&admin, &format!("GET {path}"), None).await.0, 410);
}

#[tokio::test]
async fn the_test_box_writes_the_log_and_the_log_replays() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let channel = channel(&house, &admin).await;
    let (path, _) = webhook(&house, &admin, &channel, json!({ "name": "Build" })).await;
    let (_, samples) = house.call(&admin, "GET /api/v1/webhook-samples", None).await;
    assert!(samples["items"].as_array().unwrap().len() >= 4);
    let test = async |name: &str| {
        let wanted = json!({ "sample": name });
        house.call(&admin, &format!("POST {path}/test"), Some(wanted)).await
    };
    let (status, taken) = test("message-card").await;
    assert_eq!(status, 202, "{taken}");
    let (status, problem) = test("empty").await;
    assert_eq!((status, &problem["code"]), (400, &json!("card.nothing_to_show")), "{problem}");
    assert_eq!(test("nothing").await.0, 400);
    let (_, log) = house.call(&admin, &format!("GET {path}/log"), None).await;
    let verdicts: Vec<_> = log["items"].as_array().unwrap().iter().map(|e| &e["verdict"]).collect();
    assert_eq!(verdicts.len(), 2);
    assert!(verdicts.contains(&&json!("accepted")) && verdicts.contains(&&json!("refused")));
    let (_, refused) = house.call(&admin, &format!("GET {path}/log?verdict=refused"), None).await;
    let entry = refused["items"][0]["id"].as_str().unwrap();
    assert_eq!((refused["items"].as_array().unwrap().len(), entry), (1, "r1"));
    let (status, entry) = house.call(&admin, &format!("GET {path}/log/r1"), None).await;
    assert_eq!((status, &entry["body"], &entry["status"]), (200, &json!("{}"), &json!(400)));
    assert_eq!(house.call(&admin, &format!("POST {path}/log/r1/replay"), None).await.0, 400);
    assert_eq!(house.call(&admin, &format!("POST {path}/log/r9/replay"), None).await.0, 404);
    assert_eq!(house.call(&admin, &format!("GET {path}/log/x1"), None).await.0, 404);
    assert_eq!(house.call(&admin, &format!("GET {path}/log?verdict=lost"), None).await.0, 400);
    let (_, hours) = house.call(&admin, &format!("GET {path}/hours"), None).await;
    assert_eq!(hours["items"].as_array().unwrap().len(), 24);
    // The replayed one was refused once more.
    assert_eq!(hours["items"][23]["refused"], 2);
}

#[tokio::test]
async fn switches_keep_webhooks_from_being_made() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let channel = channel(&house, &admin).await;
    let (status, switches) = house.call(&admin, "GET /api/v1/connector-switches", None).await;
    assert_eq!((status, &switches["ConnectorsEnabled"]), (200, &json!(true)));
    let off = json!({ "ConnectorsEnabledForTeams": false });
    let line = "PATCH /api/v1/connector-switches";
    let (status, switches) = house.call(&admin, line, Some(off)).await;
    assert_eq!((status, &switches["ConnectorsEnabled"]), (200, &json!(true)));
    assert_eq!(switches["ConnectorsEnabledForTeams"], json!(false));
    let line = format!("POST /api/v1/channels/{channel}/webhooks");
    let (status, problem) = house.call(&admin, &line, Some(json!({ "name": "Build" }))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("webhook.switched_off")));
    let (_, read) = house.call(&admin, &format!("GET /api/v1/channels/{channel}"), None).await;
    let team = read["team_id"].as_str().unwrap();
    let line = format!("GET /api/v1/teams/{team}/connector-switches");
    let (_, of_team) = house.call(&admin, &line, None).await;
    assert_eq!((&of_team["off"], &of_team["ConnectorsEnabled"]), (&json!("teams"), &json!(true)));
    let pasted = "Set-OrganizationConfig -ConnectorsEnabledForTeams:$true";
    let line = "POST /api/v1/connector-switches/line";
    let (status, set) = house.call(&admin, line, Some(json!({ "line": pasted }))).await;
    assert_eq!((status, &set["set"]["ConnectorsEnabledForTeams"]), (200, &json!(true)));
    let (status, problem) = house.call(&admin, line, Some(json!({ "line": "rm -rf /" }))).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!("/line")));
    let government = Some(json!({ "preset": "government" }));
    let line = "PATCH /api/v1/connector-switches";
    let (_, switches) = house.call(&admin, line, government).await;
    assert_eq!(switches["preset"], "government");
    assert_eq!(switches["ConnectorsEnabledForOutlook"], false);
    let (_, grace) = house.token("grace", &[]).await;
    assert_eq!(house.call(&grace, "GET /api/v1/connector-switches", None).await.0, 403);
}

#[tokio::test]
async fn wrong_input_is_named_by_its_place_and_strangers_learn_nothing() {
    let house = House::new().await;
    let (_, admin) = house.token("ada", &[Role::GlobalAdministrator]).await;
    let (_, grace) = house.token("grace", &[]).await;
    let channel = channel(&house, &admin).await;
    let line = format!("POST /api/v1/channels/{channel}/webhooks");
    for (body, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "x", "rate": { "profile": "fast" } }), "/rate"),
        (json!({ "name": "x", "rate": { "profile": "custom" } }), "/rate"),
        (json!({ "name": "x", "busy_status": 500 }), "/busy_status"),
        (json!({ "name": "x", "adopt": "https://example.org" }), "/adopt"),
        (json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" }), "/expires_at"),
    ] {
        let (status, problem) = house.call(&admin, &line, Some(body)).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(pointer)), "{problem}");
    }
    let (path, _) = webhook(&house, &admin, &channel, json!({ "name": "Build" })).await;
    for line in ["GET ", "DELETE "].map(|method| format!("{method}{path}")) {
        assert_eq!(house.call(&grace, &line, None).await.0, 404, "{line}");
    }
    for line in ["addresses", "log", "log/a1", "hours", "icon"] {
        let line = format!("GET {path}/{line}");
        assert_eq!(house.call(&grace, &line, None).await.0, 404, "{line}");
        assert_eq!(house.call(&Who::Nobody, &line, None).await.0, 401, "{line}");
    }
}
