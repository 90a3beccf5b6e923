//! The pump on a real database: nothing lost, nothing twice, order kept.
#![cfg(test)]

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use db::Tx;
use event_log::{EventRef, NewEvent, Place};
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids, Language, Scope, TenantId};
use liaison_delivery::{Consumer, Error, Pump, Rejected, Settings, prune_letters};
use testkit::{FixedClock, Store, within};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const POSTED: &str = "test.posted";
const SHOWN: &str = "test.shown";

struct Bench {
    store: Store,
    clock: Arc<FixedClock>,
    ids: Ids,
    scopes: SystemScopes,
    tenant: TenantId,
}

impl Bench {
    async fn new() -> Self {
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (_identity, scopes) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer,
            outbound: testkit::outbound(),
            public_url: "http://localhost/".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = scopes.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        Self { store, clock, ids, scopes, tenant }
    }

    fn scope(&self) -> Scope {
        self.scopes.scope(self.tenant, "test")
    }

    fn pump(&self, consumer: Consumer) -> Arc<Pump> {
        self.pump_with(consumer, Settings { first_pause_ms: 1, ..Settings::default() })
    }

    fn pump_with(&self, consumer: Consumer, settings: Settings) -> Arc<Pump> {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        Arc::new(Pump::new(self.store.db(), self.scopes.clone(), clock, consumer, settings))
    }

    async fn post(&self, stream: Uuid, count: u32) {
        let (ids, at) = (self.ids.clone(), self.clock.now());
        let events: Vec<kernel::EventId> = (0..count).map(|_| ids.fresh()).collect();
        let append = move |tx: &Tx<'_>| {
            for id in &events {
                let body = None;
                let event = NewEvent { topic: POSTED, stream, id: *id, at, meta: "{}", body };
                event_log::append(tx, &event)?;
            }
            Ok::<_, db::Error>(())
        };
        self.store.append(&self.scope(), stream, append).await.unwrap();
    }

    /// The positions that were shown, in the order in which they were.
    async fn shown(&self, stream: Uuid) -> Vec<i64> {
        let read = move |tx: &Tx<'_>| event_log::read_after(tx, SHOWN, stream, 0, 100_000);
        let events = self.store.read(&self.scope(), read).await.unwrap();
        let position = |event: &EventRef| {
            let meta: serde_json::Value = serde_json::from_str(&event.meta).unwrap();
            meta["of"].as_i64().unwrap()
        };
        events.iter().map(position).collect()
    }
}

/// Shows events by appending to another topic, under fresh identifiers: a second showing would be seen.
fn show(tx: &Tx<'_>, stream: Uuid, events: &[EventRef]) -> db::Result<Vec<Rejected>> {
    for event in events {
        let meta = format!("{{\"of\":{}}}", event.position);
        let id = Ids::system().fresh();
        let shown = NewEvent { topic: SHOWN, stream, id, at: event.at, meta: &meta, body: None };
        event_log::append(tx, &shown)?;
    }
    Ok(Vec::new())
}

fn wrong() -> db::Error {
    db::Error::Inconsistent { column: 0, expected: "an event that is taken" }
}

#[tokio::test]
async fn events_of_many_streams_are_shown_once_and_in_order() {
    let bench = Bench::new().await;
    let streams: Vec<Uuid> = (0..20).map(|_| bench.ids.fresh()).collect();
    for stream in &streams {
        bench.post(*stream, 30).await;
    }
    let settings = Settings { batch_events: 7, ..Settings::default() };
    let pump = bench.pump_with(Consumer::new("test", POSTED, show), settings);
    assert_eq!(pump.drain().await.unwrap(), 600);
    assert_eq!(pump.drain().await.unwrap(), 0);
    for stream in streams {
        assert_eq!(bench.shown(stream).await, (1..=30).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_running_pump_follows_commits_by_their_notices() {
    let bench = Bench::new().await;
    let settings = Settings { sweep_seconds: 3_600, ..Settings::default() };
    let pump = bench.pump_with(Consumer::new("test", POSTED, show), settings);
    let (stop, stream) = (CancellationToken::new(), bench.ids.fresh());
    let running = spawn(Arc::clone(&pump).run(stop.clone()));
    within("the pump's first sweep", async {
        while pump.figures().batches == 0 {
            bench.post(stream, 1).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let before = bench.shown(stream).await.len();
    bench.post(stream, 500).await;
    within("delivery of a burst", async {
        while bench.shown(stream).await.len() < before + 500 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    stop.cancel();
    within("the stop", running).await.unwrap();
    let shown = bench.shown(stream).await;
    assert_eq!(shown, (1..=i64::try_from(shown.len()).unwrap()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_pump_at_any_moment_loses_nothing_and_repeats_nothing() {
    let bench = Bench::new().await;
    let streams: Vec<Uuid> = (0..4).map(|_| bench.ids.fresh()).collect();
    let mut posted = 0;
    for round in 0_u64..30 {
        for stream in &streams {
            bench.post(*stream, 20).await;
        }
        posted += 20;
        // Batches of nine, so that the end comes in the middle of a stream.
        let settings = Settings { batch_events: 9, linger_ms: 0, ..Settings::default() };
        let pump = bench.pump_with(Consumer::new("test", POSTED, show), settings);
        let running = pump.run(CancellationToken::new());
        // Dropping the future in flight is the end of the process as far as the pump can see.
        drop(tokio::time::timeout(Duration::from_micros(300 * round), running).await);
    }
    bench.pump(Consumer::new("test", POSTED, show)).drain().await.unwrap();
    for stream in streams {
        assert_eq!(bench.shown(stream).await, (1..=posted).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_after_the_work_and_before_the_commit_shows_nothing_twice() {
    let bench = Bench::new().await;
    let stream = bench.ids.fresh();
    bench.post(stream, 50).await;
    let faults = AtomicU32::new(0);
    let consumer = Consumer::new("test", POSTED, move |tx, stream, events| {
        show(tx, stream, events)?;
        // Every other transaction does all its work and dies before the cursor moves.
        let fails = faults.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        if fails { Err(db::Error::Unavailable { source: None }) } else { Ok(Vec::new()) }
    });
    let settings = Settings { batch_events: 5, first_pause_ms: 1, ..Settings::default() };
    let pump = bench.pump_with(consumer, settings);
    let stop = CancellationToken::new();
    let running = spawn(Arc::clone(&pump).run(stop.clone()));
    within("all events", async {
        while pump.figures().delivered < 50 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    stop.cancel();
    within("the stop", running).await.unwrap();
    assert!(pump.figures().retried >= 10);
    assert_eq!(pump.figures().dead, 0, "what was not tried is tried for ever");
    assert_eq!(bench.shown(stream).await, (1..=50).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_deliver_the_same_streams_once() {
    let bench = Bench::new().await;
    let streams: Vec<Uuid> = (0..4).map(|_| bench.ids.fresh()).collect();
    for stream in &streams {
        bench.post(*stream, 100).await;
    }
    let settings = Settings { batch_events: 3, first_pause_ms: 1, ..Settings::default() };
    let node = || bench.pump_with(Consumer::new("test", POSTED, show), settings.clone());
    let (a, b) = (node(), node());
    let stop = CancellationToken::new();
    let nodes = [spawn(Arc::clone(&a).run(stop.clone())), spawn(Arc::clone(&b).run(stop.clone()))];
    within("all events", async {
        let mut all = HashMap::new();
        while all.values().sum::<usize>() < 400 {
            for stream in &streams {
                all.insert(*stream, bench.shown(*stream).await.len());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    stop.cancel();
    for node in nodes {
        within("the stop", node).await.unwrap();
    }
    for stream in streams {
        assert_eq!(bench.shown(stream).await, (1..=100).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_event_is_given_up_and_the_rest_goes_on() {
    let bench = Bench::new().await;
    let stream = bench.ids.fresh();
    bench.post(stream, 10).await;
    let healed = Arc::new(AtomicBool::new(false));
    let is_healed = Arc::clone(&healed);
    let consumer = Consumer::new("test", POSTED, move |tx, stream, events| {
        if events.iter().any(|e| e.position == 4) && !is_healed.load(Ordering::SeqCst) {
            return Err(wrong());
        }
        show(tx, stream, events)
    });
    let pump = bench.pump(consumer.clone());
    let stop = CancellationToken::new();
    let running = spawn(Arc::clone(&pump).run(stop.clone()));
    within("the dead letter and the rest", async {
        while pump.figures().delivered < 9 || pump.figures().dead < 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    stop.cancel();
    within("the stop", running).await.unwrap();
    assert_eq!(bench.shown(stream).await, vec![1, 2, 3, 5, 6, 7, 8, 9, 10]);
    let of = consumer.clone();
    let letters =
        bench.store.read(&bench.scope(), move |tx| of.letters(tx, stream, (1, 10))).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].place.position, letters[0].attempts), (4, 5));
    assert_eq!(letters[0].code, "delivery.failed");

    healed.store(true, Ordering::SeqCst);
    let (at, place) = (bench.clock.now(), Place { stream, position: 4 });
    for _again in 0..2 {
        let of = consumer.clone();
        bench.store.write(&bench.scope(), move |tx| of.replay(tx, place, at)).await.unwrap();
    }
    assert_eq!(bench.shown(stream).await, vec![1, 2, 3, 5, 6, 7, 8, 9, 10, 4]);
}

#[tokio::test]
async fn a_rejected_event_waits_for_its_replay_and_is_pruned_with_time() {
    let bench = Bench::new().await;
    let stream = bench.ids.fresh();
    bench.post(stream, 3).await;
    let consumer = Consumer::new("test", POSTED, |tx, stream, events| {
        let (bad, good): (Vec<_>, Vec<_>) = events.iter().cloned().partition(|e| e.position == 2);
        show(tx, stream, &good)?;
        let reject =
            |e: &EventRef| Rejected { position: e.position, code: "channel.gone", detail: "gone" };
        Ok(bad.iter().map(reject).collect())
    });
    let pump = bench.pump(consumer.clone());
    assert_eq!(pump.drain().await.unwrap(), 2);
    assert_eq!(bench.shown(stream).await, vec![1, 3]);
    let at = bench.clock.now();
    let again = {
        let (consumer, place) = (consumer.clone(), Place { stream, position: 2 });
        bench.store.write(&bench.scope(), move |tx| consumer.replay(tx, place, at)).await
    };
    assert!(matches!(again, Err(Error::RejectedAgain { code: "channel.gone" })));
    let never = {
        let (consumer, place) = (consumer.clone(), Place { stream, position: 1 });
        bench.store.write(&bench.scope(), move |tx| consumer.replay(tx, place, at)).await
    };
    assert!(matches!(never, Err(Error::Unknown { position: 1 })));
    bench.clock.advance(Duration::from_mins(1));
    let before = bench.clock.now();
    let prune = move |tx: &Tx<'_>| prune_letters(tx, before, 10);
    assert_eq!(bench.store.write(&bench.scope(), prune).await.unwrap(), 1);
}

#[expect(clippy::disallowed_methods, reason = "the test waits for its task itself")]
fn spawn<F: Future<Output = ()> + Send + 'static>(task: F) -> tokio::task::JoinHandle<()> {
    tokio::spawn(task)
}
