//! The event stream of a channel: everything once, in order, across a dropped connection.

use std::time::{Duration, Instant};

use e2e::{Events, Server, Webhook};

const PATIENCE: Duration = Duration::from_secs(20);

fn post(server: &Server, hook: &Webhook, text: &str) {
    let body = serde_json::json!({ "text": text }).to_string();
    let answer = server.connect().unwrap().post(&hook.path().unwrap(), body.as_bytes()).unwrap();
    assert_eq!((answer.status, answer.text()), (200, "1".to_owned()));
}

fn open(server: &Server, hook: &Webhook, last_id: Option<&str>) -> Events {
    Events::open(server.address(), &server.demo_data().admin.token, &hook.channel_id, last_id)
        .unwrap()
}

/// Reads events until one carries that text; the texts on the way.
fn read_until(events: &mut Events, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let Ok(item) = events.next_within(PATIENCE).unwrap().item() else { continue };
        texts.push(item.text.clone());
        if item.text == text {
            return texts;
        }
    }
    panic!("{text} never came: {texts:?}");
}

#[test]
fn a_posted_card_arrives_on_an_open_stream() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let mut events = open(&server, hook, None);
    post(&server, hook, "first");
    post(&server, hook, "second");
    let texts = read_until(&mut events, "second");
    assert_eq!(texts, ["first", "second"], "a stream without an id starts now");
}

#[test]
fn a_stream_resumes_after_its_last_event_without_a_gap_or_a_repeat() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let mut events = open(&server, hook, None);
    let mut seen = Vec::new();
    for round in 0..5 {
        for n in 0..20 {
            post(&server, hook, &format!("{round}.{n}"));
        }
        seen.extend(read_until(&mut events, &format!("{round}.9")));
        let last_id = events.last_id().unwrap().to_owned();
        drop(events);
        post(&server, hook, &format!("{round}.missed"));
        events = open(&server, hook, Some(&last_id));
        seen.extend(read_until(&mut events, &format!("{round}.missed")));
    }
    let posted: Vec<String> = (0..5)
        .flat_map(|round| {
            (0..20).map(move |n| format!("{round}.{n}")).chain([format!("{round}.missed")])
        })
        .collect();
    assert_eq!(seen, posted);
}

#[test]
fn a_stream_resumes_across_a_restart() {
    let mut server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(2).unwrap().clone();
    let mut events = open(&server, &hook, None);
    post(&server, &hook, "before");
    assert_eq!(read_until(&mut events, "before"), ["before"]);
    let last_id = events.last_id().unwrap().to_owned();
    post(&server, &hook, "unseen");
    server.kill().unwrap();
    server.start().unwrap();
    post(&server, &hook, "after");
    let mut events = open(&server, &hook, Some(&last_id));
    assert_eq!(read_until(&mut events, "after"), ["unseen", "after"]);
}

#[test]
fn a_stream_of_a_channel_holds_nothing_of_another() {
    let server = Server::demo().unwrap();
    let here = server.demo_data().webhook(0).unwrap();
    let there =
        server.demo_data().webhooks.iter().find(|w| w.channel_id != here.channel_id).unwrap();
    let mut events = open(&server, here, None);
    post(&server, there, "elsewhere");
    post(&server, here, "here");
    assert_eq!(read_until(&mut events, "here"), ["here"]);
}

/// Open pages cost nothing while nothing happens, and all of them see what happens.
#[test]
fn hundreds_of_open_pages_cost_nothing_until_something_happens() {
    let pages = if e2e::full_size() { 1_000 } else { 300 };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let mut streams: Vec<Events> = (0..pages).map(|_| open(&server, hook, None)).collect();
    let pid = server.pid().unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let before = e2e::cpu_micros(pid).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let spent = e2e::cpu_micros(pid).unwrap() - before;
    assert!(spent < 150_000, "{pages} idle pages cost {spent} µs of processor time in 3 s");
    post(&server, hook, "to everyone");
    for stream in &mut streams {
        assert_eq!(read_until(stream, "to everyone"), ["to everyone"]);
    }
    let memory = e2e::resident_kib(pid).unwrap();
    assert!(memory < 300 * 1024, "{pages} open pages take {memory} KiB");
}

#[test]
fn a_stream_is_refused_without_a_token() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let path = format!("/api/v1/channels/{}/events", hook.channel_id);
    assert_eq!(server.connect().unwrap().get(&path).unwrap().status, 401);
}
