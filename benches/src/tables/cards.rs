//! Webhook posts while rows are imported.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use e2e::Server;

use crate::report::Spread;

/// Posts a card every twenty milliseconds until it is told to stop.
pub(super) struct Cards {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Spread>>,
}

impl Cards {
    pub(super) fn start(server: &Server) -> Result<Self> {
        let url = &server.demo_data().webhooks.first().context("a webhook")?.url;
        let (_, rest) = url.split_once("://").context("an address")?;
        let path = rest.find('/').and_then(|at| rest.get(at..)).context("a path")?.to_owned();
        let mut connection = server.connect()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut waits = Spread::default();
            while !stopped.load(Ordering::Relaxed) {
                let began = Instant::now();
                let answer = connection.post(&path, br#"{"text":"A build is done."}"#)?;
                // a webhook that is asked too often says so; that is no figure
                match answer.status {
                    200 => waits.add(began.elapsed()),
                    429 => {}
                    status => bail!("{path}: {status} {}", answer.text()),
                }
                std::thread::sleep(EVERY.saturating_sub(began.elapsed()));
            }
            Ok(waits)
        });
        Ok(Self { stop, thread })
    }

    pub(super) fn stop(self) -> Result<Spread> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_panic| anyhow!("the sender of cards panicked"))?
    }
}

const EVERY: Duration = Duration::from_millis(20);
