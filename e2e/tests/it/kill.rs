//! kill -9 under load: nothing acknowledged is lost, nothing is shown twice, order is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use e2e::{Connection, Events, Request, Server, Webhook};

/// Senders on each webhook; every second one repeats a post whose answer was lost.
const SENDERS: usize = 4;

/// What one sender did.
#[derive(Debug, Default)]
struct Ledger {
    /// Numbers whose post was answered with success.
    acknowledged: BTreeSet<u64>,
    /// The highest number that was sent at all.
    sent: u64,
}

/// Whether a sender repeats a post whose answer was lost: every second one does.
fn repeats(name: &str) -> bool {
    name.ends_with(['0', '2'])
}

type Ledgers = Arc<Mutex<BTreeMap<String, Ledger>>>;

/// Posts one number after the other until told to stop. A sender that repeats does so with the
/// same `Idempotency-Key` until it is answered; the others go on with the next number.
fn send(address: SocketAddr, path: &str, name: &str, ledgers: &Ledgers, stop: &AtomicBool) {
    let repeats = repeats(name);
    let mut connection: Option<Connection> = None;
    let mut number = 1;
    while !stop.load(Ordering::Relaxed) {
        ledgers.lock().unwrap().entry(name.to_owned()).or_default().sent = number;
        let body = format!(r#"{{"text":"{name} {number}"}}"#);
        let key = format!("{name}-{number}");
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key.as_str())];
        let headers = if repeats { &headers[..] } else { &headers[..1] };
        let request = Request { method: "POST", path, headers, body: body.as_bytes() };
        let answer = match connection.as_mut() {
            Some(connection) => connection.send(&request),
            None => Connection::open(address).and_then(|c| connection.insert(c).send(&request)),
        };
        match answer {
            Ok(answer) if answer.status == 200 => {
                ledgers.lock().unwrap().get_mut(name).unwrap().acknowledged.insert(number);
                number += 1;
            }
            Ok(answer) => {
                assert!(answer.status == 503, "{}: {}", answer.status, answer.text());
                number += u64::from(!repeats);
                thread::sleep(Duration::from_millis(5));
            }
            Err(_) => {
                // A connection that could not be opened carried nothing.
                number += u64::from(!repeats && connection.is_some());
                connection = None;
                thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

/// Follows a channel over every restart and notes each message that it is shown.
fn follow(
    address: SocketAddr,
    token: String,
    channel_id: String,
    stop: Arc<AtomicBool>,
) -> JoinHandle<Vec<String>> {
    thread::spawn(move || {
        let mut shown = Vec::new();
        let mut last_id: Option<String> = None;
        while !stop.load(Ordering::Relaxed) {
            let Ok(mut events) = Events::open(address, &token, &channel_id, last_id.as_deref())
            else {
                thread::sleep(Duration::from_millis(20));
                continue;
            };
            while !stop.load(Ordering::Relaxed) {
                let Ok(event) = events.next_within(Duration::from_millis(500)) else { break };
                last_id = event.id.clone().or(last_id);
                if let Ok(item) = event.item() {
                    shown.push(item.id);
                }
            }
        }
        shown
    })
}

fn channels(hooks: &[Webhook]) -> BTreeSet<&str> {
    hooks.iter().map(|h| h.channel_id.as_str()).collect()
}

/// Everything in the lists of all channels: for each sender its numbers in the order shown.
fn shown(
    server: &Server,
    hooks: &[Webhook],
) -> (BTreeMap<String, Vec<u64>>, BTreeMap<String, Vec<String>>) {
    let mut numbers = BTreeMap::<String, Vec<u64>>::new();
    let mut ids = BTreeMap::new();
    for channel in channels(hooks) {
        let items = server.messages(channel).unwrap();
        for item in &items {
            if let Some((name, number)) = item.text.split_once(' ')
                && name.starts_with("sender-")
            {
                numbers.entry(name.to_owned()).or_default().push(number.parse().unwrap());
            }
        }
        ids.insert(channel.to_owned(), items.into_iter().map(|i| i.id).collect());
    }
    (numbers, ids)
}

fn assert_nothing_lost(ledgers: &BTreeMap<String, Ledger>, shown: &BTreeMap<String, Vec<u64>>) {
    for (name, ledger) in ledgers {
        let numbers = shown.get(name).cloned().unwrap_or_default();
        let once: BTreeSet<u64> = numbers.iter().copied().collect();
        assert_eq!(once.len(), numbers.len(), "{name}: something is shown twice");
        assert!(numbers.is_sorted(), "{name}: out of order");
        let missing: Vec<&u64> = ledger.acknowledged.difference(&once).collect();
        assert!(missing.is_empty(), "{name}: acknowledged and missing: {missing:?}");
        let invented: Vec<&u64> = once.iter().filter(|n| **n > ledger.sent).collect();
        assert!(invented.is_empty(), "{name}: shown and never sent: {invented:?}");
    }
}

#[test]
fn killed_under_load_it_loses_nothing_repeats_nothing_and_keeps_order() {
    let rounds = if e2e::full_size() { 20 } else { 2 };
    let mut server = Server::demo().unwrap();
    let hooks = server.demo_data().webhooks.clone();
    assert!(hooks.len() >= 4, "the demo has at least four webhooks");
    let address = server.address();
    let token = server.demo_data().admin.token.clone();
    let stop = Arc::new(AtomicBool::new(false));
    let following = Arc::new(AtomicBool::new(false));
    let ledgers = Ledgers::default();

    let watched = hooks[0].channel_id.clone();
    let unseen = server.messages(&watched).unwrap().len();
    let follower = follow(address, token, watched.clone(), Arc::clone(&following));
    thread::sleep(Duration::from_millis(300));
    let mut senders = Vec::new();
    for (h, hook) in hooks.iter().enumerate() {
        for s in 0..SENDERS {
            let (path, name) = (hook.path().unwrap(), format!("sender-{h}-{s}"));
            let (ledgers, stop) = (Arc::clone(&ledgers), Arc::clone(&stop));
            senders.push(thread::spawn(move || {
                send(address, &path, &name, &ledgers, &stop);
            }));
        }
    }

    for round in 0..rounds {
        // Every round is cut at another moment after the start.
        thread::sleep(Duration::from_millis(400 + (round * 137) % 900));
        server.kill().unwrap();
        server.start().unwrap();
        let so_far: BTreeMap<String, u64> = ledgers
            .lock()
            .unwrap()
            .iter()
            .map(|(name, l)| (name.clone(), l.acknowledged.last().copied().unwrap_or(0)))
            .collect();
        assert!(
            so_far.values().all(|n| *n > 0),
            "round {round}: a sender was never answered: {so_far:?}"
        );
    }
    thread::sleep(Duration::from_millis(500));
    stop.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().unwrap();
    }

    let ledgers = Arc::into_inner(ledgers).unwrap().into_inner().unwrap();
    let acknowledged: usize = ledgers.values().map(|l| l.acknowledged.len()).sum();
    let complete = |numbers: &BTreeMap<String, Vec<u64>>| {
        ledgers.iter().all(|(name, l)| {
            let shown: BTreeSet<u64> = numbers.get(name).into_iter().flatten().copied().collect();
            l.acknowledged.is_subset(&shown)
        })
    };
    let started = Instant::now();
    let (numbers, ids) = loop {
        let seen = shown(&server, &hooks);
        if complete(&seen.0) || started.elapsed() > Duration::from_mins(1) {
            break seen;
        }
        thread::sleep(Duration::from_millis(100));
    };
    assert_nothing_lost(&ledgers, &numbers);
    // A sender that repeats until it is answered leaves no gap at all.
    for (name, ledger) in &ledgers {
        let numbers = &numbers[name];
        let last = *ledger.acknowledged.last().unwrap();
        if repeats(name) {
            let expected: Vec<u64> = (1..=last).collect();
            assert_eq!(numbers[..expected.len()], expected, "{name}");
        }
    }
    assert_followed_without_gap_or_repeat(&ids[&watched][unseen..], follower, &following);
    println!("{rounds} rounds, {acknowledged} acknowledged: 0 lost, 0 twice, 0 out of order");
}

fn assert_followed_without_gap_or_repeat(
    listed: &[String],
    watcher: JoinHandle<Vec<String>>,
    following: &AtomicBool,
) {
    thread::sleep(Duration::from_secs(2));
    following.store(true, Ordering::Relaxed);
    let followed = watcher.join().unwrap();
    let unique: BTreeSet<&String> = followed.iter().collect();
    assert_eq!(unique.len(), followed.len(), "the open page was shown a message twice");
    assert_eq!(followed, listed, "the open page saw exactly what the list holds");
}

#[test]
fn a_graceful_stop_under_load_answers_what_it_took() {
    let mut server = Server::demo().unwrap();
    let hooks = server.demo_data().webhooks.clone();
    let address = server.address();
    let stop = Arc::new(AtomicBool::new(false));
    let ledgers = Ledgers::default();
    let senders: Vec<_> = (0..4)
        .map(|s| {
            let (path, name) = (hooks[s].path().unwrap(), format!("sender-{s}-0"));
            let (ledgers, stop) = (Arc::clone(&ledgers), Arc::clone(&stop));
            thread::spawn(move || send(address, &path, &name, &ledgers, &stop))
        })
        .collect();
    thread::sleep(Duration::from_millis(700));
    let status = server.stop().unwrap();
    assert!(status.success(), "a stop that was asked for is no failure: {status}");
    server.start().unwrap();
    thread::sleep(Duration::from_millis(300));
    stop.store(true, Ordering::Relaxed);
    for sender in senders {
        sender.join().unwrap();
    }
    let ledgers = Arc::into_inner(ledgers).unwrap().into_inner().unwrap();
    let started = Instant::now();
    let wanted: usize = ledgers.values().map(|l| l.acknowledged.len()).sum();
    while shown(&server, &hooks).0.values().map(Vec::len).sum::<usize>() < wanted {
        assert!(started.elapsed() < Duration::from_secs(30), "not everything is readable");
        thread::sleep(Duration::from_millis(50));
    }
    assert_nothing_lost(&ledgers, &shown(&server, &hooks).0);
}
