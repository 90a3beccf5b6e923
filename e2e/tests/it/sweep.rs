//! Every route × {anonymous, wrong role, other tenant}. A route that is missing from the table fails.

use std::collections::{BTreeMap, BTreeSet};

use e2e::{Answer, Connection, Request, Server};
use serde_json::{Value, json};

use crate::{
    openapi::{Description, Operation, filled},
    stranger,
};

/// What a signed-in person hears who has no part in the thing: an ordinary account of the same
/// tenant, and for things with an identifier also the administrator of another tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outsider {
    /// It does not exist for that person.
    Hidden,
    /// A right is missing (and in another tenant the thing does not exist).
    Refused,
    /// Everyone may: it is about the person's own things.
    Own,
}

use Outsider::{Hidden, Own, Refused};

/// Every operation of REST.
const TABLE: &[(&str, &str, Outsider)] = &[("GET", "/api/v1/me", Own)];

/// What exists in the demo tenant, by the name of the parameter that takes it.
fn examples(server: &Server) -> BTreeMap<&'static str, String> {
    let mut admin = server.as_admin().unwrap();
    let mut create = |path: &str, body: Value| -> Value {
        let answer = admin.post(path, body.to_string().as_bytes()).unwrap();
        assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.text());
        answer.json().unwrap()
    };
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let team = create("/api/v1/teams", json!({ "name": "Closed door", "kind": "private" }));
    let team_id = id(&team);
    let channel = create(&format!("/api/v1/teams/{team_id}/channels"), json!({ "name": "Inside" }));
    let channel_id = id(&channel);
    let message =
        create(&format!("/api/v1/channels/{channel_id}/messages"), json!({ "text": "secret" }));
    let folder =
        create(&format!("/api/v1/channels/{channel_id}/folders"), json!({ "name": "Papers" }));
    BTreeMap::from([
        ("team_id", team_id),
        ("channel_id", channel_id),
        ("message_id", id(&message)),
        ("file_id", id(&folder)),
    ])
}

/// A caller and what it may hear.
struct Sweep {
    description: Description,
    ids: BTreeMap<&'static str, String>,
    wrong: Vec<String>,
}

impl Sweep {
    fn call(&self, operation: &Operation, connection: &mut Connection) -> Answer {
        let path = filled(&operation.path, &self.ids).unwrap();
        let body = self.description.body_of(operation, &self.ids);
        let (kind, body) = body.unwrap_or_default();
        let headers = [("Content-Type", kind.as_str())];
        let headers = if body.is_empty() { &headers[..0] } else { &headers[..] };
        let request =
            Request { method: &operation.method, path: &path, headers, body: body.as_bytes() };
        connection.send(&request).unwrap()
    }

    fn expect(&mut self, who: &str, operation: &Operation, answer: &Answer, statuses: &[u16]) {
        if !statuses.contains(&answer.status) {
            let text: String = answer.text().chars().take(300).collect();
            self.wrong.push(format!(
                "{who}: {} {} answered {}, not {statuses:?}: {text}",
                operation.method, operation.path, answer.status
            ));
        }
    }
}

fn outsider(operation: &Operation) -> Option<Outsider> {
    let row = TABLE.iter().find(|(m, p, _)| *m == operation.method && *p == operation.path);
    row.map(|(_, _, outsider)| *outsider)
}

#[test]
fn no_route_of_rest_is_missing_from_the_table() {
    let server = Server::demo().unwrap();
    let document = server.connect().unwrap().get("/api/openapi.json").unwrap().json().unwrap();
    let described: BTreeSet<(String, String)> =
        Description::of(document).operations().into_iter().map(|o| (o.method, o.path)).collect();
    let table: BTreeSet<(String, String)> =
        TABLE.iter().map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned())).collect();
    let missing: Vec<_> = described.difference(&table).collect();
    let gone: Vec<_> = table.difference(&described).collect();
    assert!(missing.is_empty() && gone.is_empty(), "missing: {missing:#?}\ngone: {gone:#?}");
    assert_eq!(table.len(), TABLE.len(), "a route stands twice in the table");
}

#[test]
fn every_route_of_rest_keeps_out_who_has_no_part_in_it() {
    let mut server = Server::demo().unwrap();
    let stranger = stranger::token(&mut server);
    let ids = examples(&server);
    let document = server.connect().unwrap().get("/api/openapi.json").unwrap().json().unwrap();
    let mut sweep = Sweep { description: Description::of(document), ids, wrong: Vec::new() };
    let operations = sweep.description.operations();
    let seller = server.demo_data().seller.token.clone();

    for operation in operations.iter().filter(|o| !o.public) {
        let answer = sweep.call(operation, &mut server.connect().unwrap());
        sweep.expect("anonymous", operation, &answer, &[401]);
        let answer =
            sweep.call(operation, &mut server.connect().unwrap().with_token("liaison_wrong"));
        sweep.expect("a made-up token", operation, &answer, &[401]);
    }
    for operation in &operations {
        let Some(outsider) = outsider(operation) else { continue };
        let mut connection = server.connect().unwrap().with_token(&stranger);
        let answer = sweep.call(operation, &mut connection);
        if operation.path.contains('{') {
            sweep.expect("other tenant", operation, &answer, &[404]);
        }
        for secret in sweep
            .ids
            .values()
            .filter(|id| !operation.path.contains('{') && answer.text().contains(*id))
        {
            sweep.wrong.push(format!(
                "other tenant: {} {} shows {secret}",
                operation.method, operation.path
            ));
        }
        let mut connection = server.connect().unwrap().with_token(&seller);
        let answer = sweep.call(operation, &mut connection);
        match outsider {
            Hidden => sweep.expect("wrong role", operation, &answer, &[404]),
            Refused => sweep.expect("wrong role", operation, &answer, &[403]),
            Own => {
                let allowed: Vec<u16> = (200..500).filter(|s| ![401, 403].contains(s)).collect();
                sweep.expect("own", operation, &answer, &allowed);
            }
        }
    }
    // The other way round: what was kept out of exists, so its owner finds it.
    for operation in operations.iter().filter(|o| o.method == "GET" && o.path.contains('{')) {
        if operation.path.ends_with("/events") {
            continue;
        }
        let answer = sweep.call(operation, &mut server.as_admin().unwrap());
        sweep.expect("owner", operation, &answer, &[200]);
    }
    println!("{} operations swept", operations.len());
    assert!(sweep.wrong.is_empty(), "{}", sweep.wrong.join("\n"));
}
