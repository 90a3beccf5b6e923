//! Every route × {anonymous, wrong role, other tenant}. A route that is missing from the table fails.

mod forms;
mod routes;
mod things;

use std::collections::BTreeSet;

use e2e::{Answer, Request, Server};

pub(crate) use self::things::other_tenant;
use self::{
    routes::{Outsider, PAGES, REST, Row},
    things::Things,
};
use crate::openapi::{Description, Operation, filled};

/// Collects what was answered otherwise than it should.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
}

impl Findings {
    fn expect(&mut self, who: &str, place: &str, answer: &Answer, statuses: &[u16]) {
        if !statuses.contains(&answer.status) {
            let text: String = answer.text().chars().take(250).collect();
            let got = answer.status;
            self.wrong.push(format!("{who}: {place} answered {got}, not {statuses:?}: {text}"));
        }
    }

    fn assert_none(&self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

fn assert_same_routes(table: &[Row], declared: &BTreeSet<(String, String)>) {
    let rows: BTreeSet<(String, String)> =
        table.iter().map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned())).collect();
    let missing: Vec<_> = declared.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(declared).collect();
    assert!(missing.is_empty() && gone.is_empty(), "missing: {missing:#?}\ngone: {gone:#?}");
    assert_eq!(rows.len(), table.len(), "a route stands twice in the table");
}

fn description(server: &Server) -> Description {
    let answer = server.connect().unwrap().get("/api/openapi.json").unwrap();
    Description::of(answer.json().unwrap())
}

#[test]
fn no_route_of_rest_is_missing_from_the_table() {
    let server = Server::demo().unwrap();
    let operations = description(&server).operations();
    assert_same_routes(REST, &operations.into_iter().map(|o| (o.method, o.path)).collect());
}

#[test]
fn every_route_of_rest_keeps_out_who_has_no_part_in_it() {
    let mut server = Server::demo().unwrap();
    let stranger = other_tenant(&mut server);
    let things = Things::create(&server);
    let description = description(&server);
    let mut findings = Findings::default();
    let call = |operation: &Operation, token: Option<&str>| {
        let (path, kind, body) = things.request(&description, operation);
        let connection = server.connect().unwrap();
        let mut connection = match token {
            Some(token) => connection.with_token(token),
            None => connection,
        };
        let headers = [("Content-Type", kind.as_str())];
        let headers = if body.is_empty() { &headers[..0] } else { &headers[..] };
        connection
            .send(&Request { method: &operation.method, path: &path, headers, body: &body })
            .unwrap_or_else(|error| panic!("{} {path}: {error:#}", operation.method))
    };
    // What is missing from the table is told by a test of its own.
    let row = |o: &Operation| REST.iter().find(|(m, p, _)| *m == o.method && *p == o.path);
    let operations = description.operations();
    let operations: Vec<&Operation> = operations.iter().filter(|o| row(o).is_some()).collect();
    for operation in operations.iter().filter(|o| !o.public) {
        let place = format!("{} {}", operation.method, operation.path);
        findings.expect("anonymous", &place, &call(operation, None), &[401]);
        findings.expect("a made-up token", &place, &call(operation, Some("lia_madeup")), &[401]);
    }
    let seller = server.demo_data().seller.token.clone();
    for operation in &operations {
        let Some((_, _, outsider)) = row(operation) else { continue };
        let place = format!("{} {}", operation.method, operation.path);
        let strange = call(operation, Some(&stranger));
        if operation.path.contains('{') {
            if !is_kept_out(&strange) {
                findings.expect("other tenant", &place, &strange, &[404]);
            }
        } else if let Some(id) = things.found_in(&strange) {
            findings.wrong.push(format!("other tenant: {place} shows {id}"));
        }
        let known = call(operation, Some(&seller));
        let ours: Vec<u16> = (200..500).filter(|s| ![401, 403].contains(s)).collect();
        match outsider {
            Outsider::Hidden | Outsider::Own | Outsider::Open if is_kept_out(&known) => {}
            Outsider::Hidden => findings.expect("wrong role", &place, &known, &[404]),
            Outsider::Refused => findings.expect("wrong role", &place, &known, &[403]),
            Outsider::Shared => findings.expect("colleague", &place, &known, &[200]),
            Outsider::Own | Outsider::Open => findings.expect("own", &place, &known, &ours),
        }
    }
    // The other way round: what was kept out of exists, so its owner finds it.
    let admin = server.demo_data().admin.token.clone();
    for operation in operations.iter().filter(|o| o.method == "GET" && things.exists(&o.path)) {
        let place = format!("GET {}", operation.path);
        findings.expect("owner", &place, &call(operation, Some(&admin)), &[200]);
    }
    println!("{} operations swept", operations.len());
    findings.assert_none();
}

/// Whether nobody got anything: a factor that a token never has, or mail or mailboxes, which are off. An empty list is an
/// answer: it says that the thing is there.
fn is_kept_out(answer: &Answer) -> bool {
    let text = answer.text();
    match answer.status {
        403 => ["second_factor.needed", "mail_source.off"]
            .iter()
            .any(|code| text.contains(&format!(r#""code":"{code}""#))),
        409 => text.contains(r#""code":"mail.off""#),
        _ => false,
    }
}

/// The routes that the sources of the pages declare: `.route("/path", get_and_post(…, …))`.
fn routes_of_pages() -> BTreeSet<(String, String)> {
    let crates = [
        "web",
        "web-actions",
        "web-admin",
        "web-connectors",
        "web-crm",
        "web-deployment",
        "web-language",
        "web-settings",
        "web-linking",
        "web-mail",
        "web-meetings",
        "web-apis",
        "web-records",
        "web-sales",
        "web-tables",
        "web-teams",
        "web-frame",
    ];
    let mut waiting: Vec<_> =
        crates.iter().map(|name| e2e::root().join("crates").join(name).join("src")).collect();
    let mut routes = BTreeSet::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code: Vec<&str> =
                    source.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
                routes.extend(declared(&code.join("\n")));
            }
        }
    }
    routes
}

/// A handler with a limit of its own is merged into the others of its address; it is a POST.
const METHODS: [(&str, &str); 7] = [
    ("get(", "GET"),
    ("get_and_post(", "GET"),
    ("get_and_post(", "POST"),
    ("post(", "POST"),
    ("merge(", "POST"),
    ("put(", "PUT"),
    ("delete(", "DELETE"),
];

fn declared(code: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for rest in code.split(".route(").skip(1) {
        let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
        let Some((path, rest)) = rest.split_once('"') else { continue };
        let mut depth = 0_i32;
        let end = rest.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth < 0
        });
        let handlers = rest.split_at(end.unwrap()).0;
        let alone =
            |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        for (word, method) in METHODS {
            if handlers.match_indices(word).any(|(at, _)| alone(handlers.split_at(at).0)) {
                found.insert((method.to_owned(), path.to_owned()));
            }
        }
    }
    found
}

#[test]
fn a_declaration_of_routes_is_read_over_several_lines() {
    let code = r#"Router::new().route("/a", get(list)).route(
        "/b/{id}",
        get(message::get).post(reply),
    ).route("/c", get_and_post(show, edit::post))"#;
    let row = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    let rows = [row("GET", "/a"), row("GET", "/b/{id}"), row("POST", "/b/{id}")];
    let rows = rows.into_iter().chain([row("GET", "/c"), row("POST", "/c")]);
    assert_eq!(declared(code), rows.collect());
}

#[test]
fn no_route_of_the_pages_is_missing_from_the_table() {
    assert_same_routes(PAGES, &routes_of_pages());
}

#[test]
fn every_page_keeps_out_who_has_no_part_in_it() {
    let mut server = Server::demo().unwrap();
    let stranger = other_tenant(&mut server);
    let things = Things::create(&server);
    let ids = things.for_pages();
    let demo = server.demo_data();
    let send = |method: &str, path: &str, token: Option<&str>, (kind, body): &(String, Vec<u8>)| {
        let connection = server.connect().unwrap();
        let mut connection = match token {
            Some(token) => connection.with_token(token),
            None => connection,
        };
        let headers = [("Content-Type", kind.as_str())];
        let headers = if method == "GET" { &headers[..0] } else { &headers[..] };
        connection.send(&Request { method, path, headers, body }).unwrap()
    };
    let (form, upload) = (forms::form(&things), forms::upload(&things));
    let empty = (form.0.clone(), Vec::new());
    let call = |(method, path): (&str, &str), token: Option<&str>, whole: bool| {
        if method == "GET" || !whole {
            return send(method, path, token, &empty);
        }
        match send(method, path, token, &form) {
            answer if [400, 415].contains(&answer.status) => send(method, path, token, &upload),
            answer => answer,
        }
    };
    let mut findings = Findings::default();
    for (method, template, outsider) in PAGES {
        let place = format!("{method} {template}");
        let path = filled(template, &ids).unwrap();
        let line = (*method, path.as_str());
        // Who changes the own account would do it; who is kept out tries with everything that the form takes.
        let whole = !matches!(outsider, Outsider::Own | Outsider::Open);
        let nobody = call(line, None, whole);
        if *outsider != Outsider::Open {
            findings.expect("anonymous", &place, &nobody, &[303, 401, 403]);
            // The front door leads on to the teams, which lead to the sign-in.
            let to = nobody.header("location").unwrap_or("/sign-in");
            if !to.starts_with("/sign-in") && (*template, to) != ("/", "/teams") {
                findings.wrong.push(format!("anonymous: {place} leads to {to}"));
            }
        }
        let strange = call(line, Some(&stranger), whole && template.contains('{'));
        let known = call(line, Some(&demo.seller.token), whole);
        match outsider {
            Outsider::Hidden => {
                findings.expect("other tenant", &place, &strange, &[404]);
                findings.expect("wrong role", &place, &known, &[404]);
            }
            Outsider::Refused | Outsider::Shared => {
                let (who, expected): (_, &[u16]) = match outsider {
                    Outsider::Shared => ("colleague", &[200]),
                    _ => ("wrong role", &[403, 404]),
                };
                findings.expect(who, &place, &known, expected);
                if template.contains('{') {
                    findings.expect("other tenant", &place, &strange, &[404]);
                }
            }
            Outsider::Own | Outsider::Open => {
                let of_nobody = u16::from(*outsider != Outsider::Open) * 401;
                let taken: Vec<u16> = (200..500).filter(|s| *s != of_nobody).collect();
                findings.expect("own", &place, &known, &taken);
                findings.expect("own, other tenant", &place, &strange, &taken);
            }
        }
        if let Some(id) = things.found_in(&strange)
            && !template.contains('{')
        {
            findings.wrong.push(format!("other tenant: {place} shows {id}"));
        }
    }
    println!("{} addresses of pages swept", PAGES.len());
    findings.assert_none();
}
