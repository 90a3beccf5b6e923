//! Cards that go on to an HTTP target: how many, at what cost, in which order.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use doubles::{Place, Receiver, Vendor};
use e2e::{Options, Server, cpu_micros};
use serde_json::json;
use tokio::{
    runtime::Builder,
    task::{JoinSet, LocalSet},
};

use crate::{
    card,
    load::{self, Orders},
    measure::{Bench, PATIENCE},
    report::{Goal, Report, millis, real},
};

/// Cards a second that are posted: more than the target has to take.
const RATE: f64 = 3_300.0;

impl Bench {
    /// 3,300 cards a second through one webhook, forwarded to one HTTP target, for 20 s.
    pub(crate) fn forward(&self, report: &mut Report) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("liaison.toml");
        std::fs::write(&config, "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n")?;
        let arguments = vec!["--config".to_owned(), config.to_string_lossy().into_owned()];
        let server = Server::with(Options {
            binary: Some(self.binary.clone()),
            embedded: true,
            arguments,
            ..Options::default()
        })?;
        let receiver = Receiver::start()?;
        let place = receiver.place(Vendor::Endpoint);
        place.count_only(|body| number_in(body).unwrap_or(u64::MAX));
        make(&server, &place)?;

        let cpu = cpu_micros(server.pid()?)?;
        let started = Instant::now();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let accepted = runtime.block_on(LocalSet::new().run_until(self.post(&server)))?;
        let posted = started.elapsed();
        let during = place.counted();
        while place.counted() < accepted {
            if started.elapsed() > posted + PATIENCE {
                bail!("{} of {accepted} came to the target", place.counted());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let seconds = started.elapsed().as_secs_f64();
        let cost = millis(cpu_micros(server.pid()?)? - cpu) * 1000.0 / real(accepted);
        compare(&server, &place, accepted)?;
        report.add(
            "accept to HTTP target, order kept",
            real(accepted) / seconds,
            "/s",
            Some(Goal::AtLeast(3_000.0)),
        );
        report.add(
            "at the target while they were posted",
            real(during) * 100.0 / real(accepted),
            "%",
            None,
        );
        report.add(
            "processor time a message, accepted, in the channel and at the target",
            cost,
            "µs",
            Some(Goal::AtMost(250.0)),
        );
        Ok(())
    }

    async fn post(&self, server: &Server) -> Result<usize> {
        let path = server.demo_data().webhook(0)?.path()?;
        let every = Duration::from_secs_f64(real(self.connections) / RATE);
        let (numbers, address) = (Arc::new(AtomicU64::new(1)), server.address());
        let until = Instant::now() + self.time(20.0);
        let mut senders = JoinSet::new();
        for n in 0..self.connections {
            let (path, numbers) = (path.clone(), Arc::clone(&numbers));
            let offset = every.mul_f64(real(n) / real(self.connections));
            senders.spawn_local(async move {
                let orders = Orders {
                    address,
                    path: &path,
                    numbers: &numbers,
                    until,
                    every: Some(every),
                    offset,
                    moments: false,
                };
                load::send(orders).await
            });
        }
        let mut accepted = 0;
        while let Some(one) = senders.join_next().await {
            let one = one??;
            if one.refused > 0 {
                bail!("{} posts were refused", one.refused);
            }
            accepted += one.accepted;
        }
        Ok(accepted)
    }
}

/// A target of the first webhook's channel.
fn make(server: &Server, place: &Place) -> Result<()> {
    let channel = &server.demo_data().webhook(0)?.channel_id;
    let address = json!({ "url": place.url() });
    let body = json!({ "kind": "http", "name": "Receiver", "address": address });
    let path = format!("/api/v1/channels/{channel}/targets");
    let answer = server.as_admin()?.post(&path, body.to_string().as_bytes())?;
    if answer.status != 201 {
        bail!("making the target answered {}: {}", answer.status, answer.text());
    }
    Ok(())
}

fn number_in(body: &[u8]) -> Option<u64> {
    card::number_in(&String::from_utf8_lossy(body))
}

/// The target has what the channel has, in the same order.
fn compare(server: &Server, place: &Place, accepted: usize) -> Result<()> {
    let channel = &server.demo_data().webhook(0)?.channel_id;
    let items = server.messages(channel)?;
    let shown: Vec<u64> = items.iter().filter_map(|item| card::number_in(&item.text)).collect();
    let came = place.digests();
    if shown.len() != accepted {
        bail!("{accepted} accepted, {} shown", shown.len());
    }
    let first = shown.iter().zip(&came).position(|(a, b)| a != b);
    match first {
        None if shown.len() == came.len() => Ok(()),
        None => bail!("{} shown, {} at the target", shown.len(), came.len()),
        Some(index) => {
            let at = |list: &[u64]| list.get(index).copied().context("no such number");
            bail!("number {index} is {} in the channel, {} at the target", at(&shown)?, at(&came)?)
        }
    }
}
