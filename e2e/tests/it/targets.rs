//! Targets that come and go, and a hub that is killed while it forwards.

use std::{
    collections::BTreeSet,
    thread::sleep,
    time::{Duration, Instant},
};

use doubles::{Fault, Place, Plan, Receiver, Vendor};
use e2e::{Connection, Options, Server};
use serde_json::{Value, json};

/// Posts a second.
const RATE: u64 = 100;

/// Messages that are stored together at most; a crash repeats up to three of these: the one that was sent, the one
/// that was being stored, and what came on the wire meanwhile.
const GROUP: usize = 64;

/// One in so many messages may come twice because the machine itself stalls for longer than a hub waits.
const STALLS: usize = 1_000;

/// A hub that may reach this machine, and does not wait long.
fn server() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("liaison.toml");
    let settings = r#"
[egress]
allowed_networks = ["127.0.0.0/8"]

[targets]
request_timeout_ms = 700
first_pause_ms = 20
longest_pause_ms = 200
first_probe_ms = 50
longest_probe_ms = 400
lease_seconds = 2
"#;
    std::fs::write(&config, settings).unwrap();
    let arguments = vec!["--config".to_owned(), config.to_string_lossy().into_owned()];
    let options = Options { arguments, ..Options::default() };
    (Server::with(options).unwrap(), folder)
}

/// A target of the first webhook's channel, as fast as it can be.
fn target(server: &Server, kind: &str, place: &Place) -> String {
    let channel = &server.demo_data().webhook(0).unwrap().channel_id;
    let body = json!({
        "kind": kind,
        "name": kind,
        "address": { "url": place.url() },
        "per_minute": 600_000,
    });
    let path = format!("/api/v1/channels/{channel}/targets");
    let answer = server.as_admin().unwrap().post(&path, body.to_string().as_bytes()).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json().unwrap();
    if let Some(secret) = made["secret"].as_str() {
        place.require_signature(secret);
    }
    made["id"].as_str().unwrap().to_owned()
}

fn look(server: &Server, target: &str) -> Value {
    let path = format!("/api/v1/targets/{target}");
    server.as_admin().unwrap().get(&path).unwrap().json().unwrap()
}

/// Posts a number and answers whether it was taken.
fn post(connection: &mut Connection, path: &str, number: usize) -> bool {
    let body = format!(r#"{{"text":"number {number:06}"}}"#);
    connection.post(path, body.as_bytes()).is_ok_and(|answer| answer.status == 200)
}

fn numbers(place: &Place) -> Vec<usize> {
    let number = |body: &[u8]| {
        let text = String::from_utf8_lossy(body).into_owned();
        text.split_once("number ").unwrap().1.get(..6).unwrap().parse().unwrap()
    };
    place.taken().iter().map(|taken| number(&taken.body)).collect()
}

/// Waits until a place has a number.
fn wait(place: &Place, number: usize, most: Duration) {
    let started = Instant::now();
    while numbers(place).last() != Some(&number) {
        assert!(
            started.elapsed() < most,
            "{} of {number} after {most:?}; refused: {:?}",
            place.taken_count(),
            place.refused().first()
        );
        sleep(Duration::from_millis(50));
    }
}

/// All of them are there, in their order, none twice but what a missing answer forced; how many came twice
/// although the receiver had answered.
fn check(place: &Place, count: usize, kind: &str) -> usize {
    let (all, taken) = (numbers(place), place.taken());
    assert!(all.is_sorted(), "{kind}: out of order");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), count, "{kind}: something is missing");
    let again = (1..all.len()).filter(|at| all[at - 1] == all[*at]);
    let unforced = again.filter(|at| taken[at - 1].answered).count();
    assert!(unforced * STALLS <= count, "{kind}: {unforced} of {count} came twice for nothing");
    println!("{kind}: {count} in order, {} twice, {unforced} of them answered", all.len() - count);
    unforced
}

/// The newest attempts that failed.
fn failures(server: &Server, target: &str) -> Vec<Value> {
    let path = format!("/api/v1/targets/{target}/attempts?outcome=failed&limit=200");
    let log = server.as_admin().unwrap().get(&path).unwrap().json().unwrap();
    log["items"].as_array().unwrap().clone()
}

#[test]
fn everything_arrives_in_order_at_targets_that_come_and_go() {
    let (server, _folder) = server();
    let receiver = Receiver::start().unwrap();
    let kinds = [
        ("http", Vendor::Endpoint),
        ("slack", Vendor::Slack),
        ("discord", Vendor::Discord),
        ("mattermost", Vendor::Mattermost),
    ];
    let mut flapping = Vec::new();
    for (index, (kind, vendor)) in kinds.into_iter().enumerate() {
        let place = receiver.place(vendor);
        let id = target(&server, kind, &place);
        place.set_plan(Plan::flapping(index as u64 + 1, 5, Duration::from_millis(1_400)));
        flapping.push((kind, place, id));
    }
    let steady = receiver.place(Vendor::Endpoint);
    let undisturbed = target(&server, "http", &steady);

    let seconds = if e2e::full_size() { 300 } else { 6 };
    let count = usize::try_from(seconds * RATE).unwrap();
    let path = server.demo_data().webhook(0).unwrap().path().unwrap();
    let mut connection = server.connect().unwrap();
    let started = Instant::now();
    let mut latest = Duration::ZERO;
    for number in 0..count {
        let due = Duration::from_millis(1000 / RATE) * u32::try_from(number).unwrap();
        sleep(due.saturating_sub(started.elapsed()));
        let before = Instant::now();
        assert!(post(&mut connection, &path, number), "post {number}");
        if number % 50 == 49 {
            wait(&steady, number, Duration::from_secs(20));
            latest = latest.max(before.elapsed());
        }
    }
    let repeated = check(&steady, count, "the steady target");
    let failed = failures(&server, &undisturbed).len();
    assert!(repeated <= failed, "{repeated} came twice, and {failed} attempts failed");
    for (kind, place, id) in &flapping {
        wait(place, count - 1, Duration::from_secs(120 + seconds));
        assert_eq!(place.refused().len(), 0, "{kind}: {:?}", place.refused().first());
        check(place, count, kind);
        let health = look(&server, id)["health"].clone();
        assert_eq!(
            (&health["dead_letters"], &health["circuit"]),
            (&json!(0), &json!("closed")),
            "{kind}"
        );
        let rows = failures(&server, id);
        assert!(!rows.is_empty(), "{kind}: back-off is visible");
        assert!(rows.iter().all(|row| row["retry_at"].is_string()), "{kind}: {rows:?}");
    }
    assert_eq!(look(&server, &undisturbed)["health"]["failures"], 0);
    assert!(latest < Duration::from_secs(20), "the steady target was {latest:?} behind");
}

#[test]
fn killed_while_it_forwards_it_loses_nothing_and_repeats_a_small_group_at_most() {
    let (mut server, _folder) = server();
    let receiver = Receiver::start().unwrap();
    let place = receiver.place(Vendor::Endpoint);
    target(&server, "http", &place);
    // Slower than the posts come: there is always something to forward when the hub dies.
    place.set_plan(Plan::always(Fault::Slow(Duration::from_millis(4))));
    let path = server.demo_data().webhook(0).unwrap().path().unwrap();
    let kills: usize = if e2e::full_size() { 10 } else { 2 };
    let mut next = 0;
    for round in 0..kills {
        let mut connection = server.connect().unwrap();
        for _ in 0..200 {
            assert!(post(&mut connection, &path, next));
            next += 1;
        }
        // Every round is cut at another place.
        let cut = numbers(&place).last().copied().unwrap_or(0) + 17 * round;
        let started = Instant::now();
        while numbers(&place).last().is_none_or(|last| *last < cut.min(next - 1))
            && started.elapsed() < Duration::from_secs(30)
        {
            sleep(Duration::from_millis(1));
        }
        server.kill().unwrap();
        server.start().unwrap();
    }
    wait(&place, next - 1, Duration::from_mins(1));
    let all = numbers(&place);
    let repeated = all.len() - next;
    assert!(repeated <= kills * 3 * GROUP, "{repeated} repeated");
    let (mut highest, mut expected) = (None::<usize>, 0);
    for number in all {
        assert!(number <= expected, "{number} came before {expected}");
        expected = expected.max(number + 1);
        highest = highest.max(Some(number));
    }
    assert_eq!(expected, next);
}
