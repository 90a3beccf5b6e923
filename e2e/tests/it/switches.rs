//! Switches of connectors: obeyed within a second by every process on the same data.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use e2e::{Answer, Connection, Request, Server};
use serde_json::{Value, json};

/// The promise: the next post is refused, or taken again, within this.
const PROMISE: Duration = Duration::from_secs(1);

fn patch(server: &Server, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let headers = [("Content-Type", "application/json")];
    let request = Request { method: "PATCH", path, headers: &headers, body: body.as_bytes() };
    let answer = server.as_admin().unwrap().send(&request).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json().unwrap()
}

fn post(connection: &mut Connection, path: &str) -> Answer {
    connection.post(path, br#"{"text":"after the switch"}"#).unwrap()
}

/// Posts until the answer has this status, and says how long that took; fails after the promise.
/// `taken` counts what was accepted on the way.
fn until(
    connection: &mut Connection,
    path: &str,
    status: u16,
    what: &str,
    taken: &mut usize,
) -> (Answer, Duration) {
    let asked = Instant::now();
    loop {
        // The promise counts from the switch to the beginning of a post.
        let late = asked.elapsed();
        let answer = post(connection, path);
        *taken += usize::from(answer.status == 200);
        if answer.status == status {
            return (answer, asked.elapsed());
        }
        assert!(late < PROMISE, "{what}: still {} after {late:?}", answer.status);
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_switch_is_obeyed_within_a_second_by_a_second_process_on_the_same_data() {
    let server = Server::demo().unwrap();
    // SQLite belongs to one process: what it obeys within a second, it obeys itself.
    let beside = server.beside().unwrap();
    let other = beside.as_ref().unwrap_or(&server);
    let hook = server.demo_data().webhook(0).unwrap();
    let (path, channel) = (hook.path().unwrap(), hook.channel_id.clone());
    let mut connection = other.connect().unwrap();
    // Every post that is accepted is shown, if a moment later; one that is refused never is.
    let mut accepted = server.messages(&channel).unwrap().len();
    // Whatever the other process keeps in mind of the webhook, it keeps now.
    for _ in 0..20 {
        assert_eq!(post(&mut connection, &path).status, 200);
        accepted += 1;
    }
    let team = server.as_admin().unwrap().get(&format!("/api/v1/channels/{channel}")).unwrap();
    let team = team.json().unwrap()["team_id"].as_str().unwrap().to_owned();
    let of_team = format!("/api/v1/teams/{team}/connector-switches");
    let mut slowest = Duration::ZERO;
    for (address, key, said) in [
        (
            "/api/v1/connector-switches",
            "ConnectorsEnabled",
            "ConnectorsEnabled of the organisation",
        ),
        (
            "/api/v1/connector-switches",
            "ConnectorsEnabledForTeams",
            "ConnectorsEnabledForTeams of the organisation",
        ),
        (of_team.as_str(), "ConnectorsEnabled", "ConnectorsEnabled of the team"),
    ] {
        patch(&server, address, &json!({ key: false }));
        let (refused, took) = until(&mut connection, &path, 403, key, &mut accepted);
        let text = refused.text();
        assert!(text.contains(&format!("Connectors are switched off: {said} is off.")), "{text}");
        slowest = slowest.max(took);
        assert_eq!(post(&mut connection, &path).status, 403, "{key}: it stays off");
        let shown = server.messages_when(&channel, |items| items.len() >= accepted).unwrap().len();
        assert_eq!(shown, accepted, "{key}: nothing that was refused is shown");
        patch(&server, address, &json!({ key: true }));
        let (_taken, took) = until(&mut connection, &path, 200, key, &mut accepted);
        slowest = slowest.max(took);
    }
    println!("two processes: {}, slowest {slowest:?}", beside.is_some());
    let audit = server.as_admin().unwrap().get("/api/v1/audit?limit=200").unwrap();
    let audit = audit.json().unwrap();
    let rows = audit["items"].as_array().unwrap();
    for (action, times) in [("connectors.switch", 4), ("connectors.switch_team", 2)] {
        let found = rows.iter().filter(|row| row["action"] == action).count();
        assert_eq!(found, times, "each change is in the audit: {rows:#?}");
    }
}
