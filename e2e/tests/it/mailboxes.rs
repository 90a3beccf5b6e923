//! What the pane beside a mail does, over REST.

use e2e::{Connection, Request, Server};
use serde_json::{Value, json};

fn put(api: &mut Connection, path: &str, body: &Value) {
    let (headers, body) = ([("Content-Type", "application/json")], body.to_string());
    let request = Request { method: "PUT", path, headers: &headers, body: body.as_bytes() };
    let answer = api.send(&request).unwrap();
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.text());
}

/// What the pane beside a mail does, without a pane.
#[test]
fn an_agent_sums_up_suggests_decides_and_drafts_over_rest() {
    let server = Server::demo().unwrap();
    let mut api = server.as_admin().unwrap();
    let read = |api: &mut Connection, path: &str| -> Value {
        let answer = api.get(path).unwrap();
        assert!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
        answer.json().unwrap()
    };
    let post = |api: &mut Connection, path: &str, body: &Value| -> (u16, Value) {
        let answer = api.post(path, body.to_string().as_bytes()).unwrap();
        (answer.status, answer.json().unwrap_or_default())
    };
    let features =
        ["thread_summary", "meeting_summary", "actions", "suggested_updates", "reply_draft"];
    let switch =
        |name: &&str| json!({ "feature": name, "availability": "general", "worker": "rules" });
    let switches: Vec<Value> = features.iter().map(switch).collect();
    put(&mut api, "/api/v1/language-features/settings", &json!({ "features": switches }));
    let letter = "From: Ben King <ben.agent@fabrikam.example>\r\nTo: sam@contoso.example\r\nSubject: Renewal\r\nMessage-ID: <agent@fabrikam.example>\r\n\r\nOur budget is 50,000 EUR. We plan to sign by 15 December 2099. Our CFO has to approve it. Can you send an offer?\r\n\r\n-- \r\nBen King\r\nBuyer\r\n";
    let headers = [("Content-Type", "application/octet-stream")];
    let path = "/api/v1/seller-mails";
    let request = Request { method: "POST", path, headers: &headers, body: letter.as_bytes() };
    let kept = api.send(&request).unwrap();
    assert!(kept.status == 201, "{}", kept.text());
    let kept = kept.json().unwrap();
    let mail = format!("{path}/{}", kept["mail"]["id"].as_str().unwrap());
    let (status, made) = post(
        &mut api,
        &format!("{mail}/people"),
        &json!({ "address": "ben.agent@fabrikam.example", "values": { "jobtitle": "Head" } }),
    );
    assert_eq!((status, &made["table"]), (201, &json!("contact")), "{made}");
    let summary = read(&mut api, &format!("{mail}/summary"));
    assert!(summary["statements"].as_array().is_some_and(|all| !all.is_empty()), "{summary}");
    assert_eq!(summary["speaks_of"], json!(["budget", "timing", "stakeholders"]), "{summary}");
    let (status, deal) = post(
        &mut api,
        "/api/v1/crm/records/opportunity",
        &json!({ "values": { "name": "Renewal" } }),
    );
    assert_eq!(status, 201, "{deal}");
    let id = deal["id"].as_str().unwrap().to_owned();
    let found = read(&mut api, &format!("{mail}/updates?opportunity={id}"));
    let suggested = |field: &str| {
        let all = found["suggestions"].as_array().into_iter().flatten();
        all.into_iter().find(|one| one["field"] == field).cloned()
    };
    let day = suggested("estimatedclosedate").unwrap();
    assert_eq!(day["value"], "2099-12-15");
    let decision = json!({ "opportunity": id, "field": "estimatedclosedate", "suggested": day["value"], "accept": true });
    assert_eq!(post(&mut api, &format!("{mail}/updates"), &decision).0, 204);
    let record = read(&mut api, &format!("/api/v1/crm/records/opportunity/{id}"));
    assert_eq!(record["values"]["estimatedclosedate"], "2099-12-15", "{record}");
    let wish = json!({ "wish": "We deliver in May.", "record": { "table": "opportunity", "id": id }, "language": "fr" });
    let (status, draft) = post(&mut api, &format!("{mail}/drafts"), &wish);
    assert_eq!(status, 200, "{draft}");
    assert!(
        draft["text"].as_str().is_some_and(|text| text.contains("We deliver in May.")),
        "{draft}"
    );
    assert_eq!(post(&mut api, &format!("{mail}/drafts"), &json!({ "tone": "rude" })).0, 400);
    let note = json!({ "record": { "table": "opportunity", "id": id }, "text": "- A budget" });
    assert_eq!(post(&mut api, &format!("{mail}/summary-note"), &note).0, 201);
    assert_eq!(post(&mut api, &format!("{mail}/summary-note"), &note).0, 409);
}
