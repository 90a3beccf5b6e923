//! How many durable appends a second the embedded engine takes from many callers at once, beside the
//! disk's own rate of syncs.
//!
//! `cargo bench -p liaison-benches --bench group_commit`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measure"
)]

use std::{sync::Arc, time::Instant};

use db::{Db, Error};
use db_sqlite::{Options, SqliteDriver};
use event_log::NewEvent;
use kernel::{Actor, Clock as _, Ids, Permissions, Scope, SystemClock};
use uuid::Uuid;

const CALLERS: usize = 32;
const EACH: usize = 4_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::new(SqliteDriver::open(Options::new(folder.path().join("bench.db"))).unwrap());
    let ids = Ids::system();
    let scope =
        Scope::issue(ids.fresh(), Actor::System { job: "bench" }, Permissions::NONE, ids.fresh());
    let body: Arc<[u8]> = vec![b'x'; 1024].into();
    let (started, spent) = (Instant::now(), processor_ticks());
    let mut callers = Vec::new();
    for _ in 0..CALLERS {
        let (db, scope, ids, body) = (db.clone(), scope.clone(), ids.clone(), Arc::clone(&body));
        callers.push(tokio::spawn(async move {
            let stream: Uuid = ids.fresh();
            for _ in 0..EACH {
                let (id, at, body) = (ids.fresh(), SystemClock.now(), Arc::clone(&body));
                db.append::<_, Error, _>(&scope, stream, move |tx| {
                    let meta = r#"{"content_type":"application/json"}"#;
                    let event =
                        NewEvent { topic: "bench", stream, id, at, meta, body: Some(&body) };
                    event_log::append(tx, &event)
                })
                .await
                .unwrap();
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    let (took, ticks) = (started.elapsed(), processor_ticks() - spent);
    let total = u32::try_from(CALLERS * EACH).unwrap();
    let rate = f64::from(total) / took.as_secs_f64();
    let each = f64::from(u32::try_from(ticks).unwrap()) * 10_000.0 / f64::from(total);
    println!(
        "{total} appends of 1 KiB, {CALLERS} callers: {rate:.0}/s, {each:.0} µs of processor each"
    );
}

/// Processor time of this process in hundredths of a second.
fn processor_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    after.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().unwrap()).sum()
}
