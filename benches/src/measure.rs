//! The measures, each on a fresh demo of its own.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use e2e::{Options, Server, cpu_micros, resident_kib};
use tokio::{
    runtime::{Builder, Runtime},
    sync::watch,
    task::{JoinSet, LocalSet},
};

use crate::{
    card, disk,
    load::{self, Orders, Sent},
    report::{Goal, Report, Spread, millis, real},
    watch as page,
};

/// How long readers may take to catch up before the run is called broken.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// What is measured, and how long.
#[derive(Debug)]
pub(crate) struct Bench {
    /// The binary under test.
    pub(crate) binary: PathBuf,
    /// Part of the full time.
    pub(crate) scale: f64,
    /// Senders at the same time.
    pub(crate) connections: usize,
    /// At most so many webhooks are posted through.
    pub(crate) webhooks: usize,
    /// On SQLite, or else on the server that the environment names.
    pub(crate) embedded: bool,
}

/// One run of load.
struct Run {
    sent: Sent,
    seconds: f64,
    cpu_accept_micros: u64,
    cpu_readable_micros: u64,
    readable_after: Duration,
    page: page::Seen,
    syncs: Spread,
}

impl Bench {
    fn server(&self) -> Result<Server> {
        let options = Options {
            binary: Some(self.binary.clone()),
            embedded: self.embedded,
            ..Options::default()
        };
        Server::with(options)
    }

    pub(crate) fn time(&self, seconds: f64) -> Duration {
        Duration::from_secs_f64((seconds * self.scale).max(0.2))
    }

    /// As many as come: 32 connections, 10 s.
    pub(crate) fn accept(&self, report: &mut Report) -> Result<()> {
        let run = self.load(10.0, None, false)?;
        let accepted = real(run.sent.accepted);
        report.add(
            "1 KiB cards accepted, as fast as they come",
            accepted / run.seconds,
            "/s",
            Some(Goal::AtLeast(12_000.0)),
        );
        report.add(
            "all readable after the last one",
            run.readable_after.as_secs_f64(),
            "s",
            Some(Goal::AtMost(5.0)),
        );
        report.add(
            "processor time a message, to accept (with what was delivered meanwhile)",
            millis(run.cpu_accept_micros) * 1000.0 / accepted,
            "µs",
            Some(Goal::AtMost(90.0)),
        );
        report.add(
            "processor time a message, to readable",
            millis(run.cpu_readable_micros) * 1000.0 / accepted,
            "µs",
            Some(Goal::AtMost(200.0)),
        );
        report.add("answer, p50", run.sent.waits.percentile_ms(50), "ms", None);
        report.add("answer, p99", run.sent.waits.percentile_ms(99), "ms", None);
        report.add("disk: 4 KiB fdatasync in the same run", run.syncs.per_second(), "/s", None);
        Ok(())
    }

    /// 4,000 a second for 60 s.
    pub(crate) fn sustained(&self, report: &mut Report) -> Result<()> {
        let run = self.load(60.0, Some(4_000.0), false)?;
        let rate = real(run.sent.accepted) / run.seconds;
        report.add("1 KiB cards accepted at 4,000/s", rate, "/s", Some(Goal::AtLeast(3_980.0)));
        report.add(
            "all readable after the last one",
            run.readable_after.as_secs_f64(),
            "s",
            Some(Goal::AtMost(1.0)),
        );
        report.add("answer, p99", run.sent.waits.percentile_ms(99), "ms", None);
        report.add(
            "processor time a message, to readable",
            millis(run.cpu_readable_micros) * 1000.0 / real(run.sent.accepted),
            "µs",
            Some(Goal::AtMost(200.0)),
        );
        report.add("disk: 4 KiB fdatasync in the same run", run.syncs.per_second(), "/s", None);
        Ok(())
    }

    /// Accepted to on screen at 500 a second.
    pub(crate) fn latency(&self, report: &mut Report) -> Result<()> {
        let run = self.load(20.0, Some(500.0), true)?;
        let mut spread = Spread::default();
        for (number, (_, accepted)) in &run.sent.moments {
            // A card may be on screen before its sender has read the answer.
            let seen = run
                .page
                .at
                .get(number)
                .with_context(|| format!("card {number} never came on screen"))?;
            spread.add(seen.saturating_duration_since(*accepted));
        }
        let commit = (run.syncs.percentile_ms(50), run.syncs.percentile_ms(99));
        report.add("one durable commit (4 KiB fdatasync), p50", commit.0, "ms", None);
        report.add("one durable commit (4 KiB fdatasync), p99", commit.1, "ms", None);
        report.add(
            "accepted to on screen at 500/s, p50",
            spread.percentile_ms(50),
            "ms",
            Some(Goal::AtMost(10.0 + commit.0)),
        );
        report.add(
            "accepted to on screen at 500/s, p99",
            spread.percentile_ms(99),
            "ms",
            Some(Goal::AtMost(100.0 + commit.0)),
        );
        Ok(())
    }

    /// Idle memory, times to ready, size of the binary.
    pub(crate) fn rest(&self, report: &mut Report) -> Result<()> {
        let mut fresh = Vec::new();
        let mut existing = Vec::new();
        let mut memory = Vec::new();
        for _ in 0..5 {
            let mut server = self.server()?;
            fresh.push(millis_of(server.ready_after()));
            server.stop()?;
            server.start()?;
            existing.push(millis_of(server.ready_after()));
            sleep(Duration::from_secs(1));
            memory.push(millis(resident_kib(server.pid()?)?) * 1000.0 / 1024.0);
        }
        let size = std::fs::metadata(&self.binary)?.len();
        report.add(
            "start to ready, existing folder (median of 5)",
            median(&mut existing),
            "ms",
            Some(Goal::AtMost(300.0)),
        );
        report.add(
            "start to ready, fresh demo (median of 5)",
            median(&mut fresh),
            "ms",
            Some(Goal::AtMost(600.0)),
        );
        report.add(
            "resident memory, idle, 1 s after a second start",
            median(&mut memory),
            "MiB",
            Some(Goal::AtMost(60.0)),
        );
        report.add(
            "binary",
            millis(size) * 1000.0 / 1024.0 / 1024.0,
            "MiB",
            Some(Goal::AtMost(40.0)),
        );
        Ok(())
    }

    /// Loads a fresh demo, waits until all is readable, counts it, and syncs the same disk.
    fn load(&self, seconds: f64, rate: Option<f64>, on_screen: bool) -> Result<Run> {
        let server = self.server()?;
        let mut syncs = disk::syncs(server.folder(), self.time(1.0))?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let run = runtime
            .block_on(LocalSet::new().run_until(self.run(&server, seconds, rate, on_screen)));
        let mut run = run?;
        syncs.extend(disk::syncs(server.folder(), self.time(1.0))?);
        run.syncs = syncs;
        drop::<Runtime>(runtime);
        count(&server, &run)?;
        Ok(run)
    }

    async fn run(
        &self,
        server: &Server,
        seconds: f64,
        rate: Option<f64>,
        on_screen: bool,
    ) -> Result<Run> {
        let demo = server.demo_data();
        let pid = server.pid()?;
        let hooks: Vec<_> = if on_screen {
            demo.webhooks.iter().take(1).collect()
        } else {
            demo.webhooks.iter().take(self.webhooks).collect()
        };
        let paths: Vec<String> = hooks.iter().map(|h| h.path()).collect::<Result<_>>()?;
        let open_page =
            page::open(server.address(), &demo.admin.token, &demo.webhook(0)?.channel_id).await?;
        let (stop, stopped) = watch::channel(false);
        let watcher = tokio::task::spawn_local(page::read(open_page, stopped));

        let numbers = std::sync::Arc::new(AtomicU64::new(1));
        let every = rate.map(|rate| Duration::from_secs_f64(real(self.connections) / rate));
        let cpu = cpu_micros(pid)?;
        let started = Instant::now();
        let until = started + self.time(seconds);
        let mut senders = JoinSet::new();
        for n in 0..self.connections {
            let path = paths.get(n % paths.len()).cloned().unwrap_or_default();
            let numbers = std::sync::Arc::clone(&numbers);
            let address = server.address();
            let share = real(n) / real(self.connections);
            let offset = every.map(|every| every.mul_f64(share)).unwrap_or_default();
            senders.spawn_local(async move {
                let orders = Orders {
                    address,
                    path: &path,
                    numbers: &numbers,
                    until,
                    every,
                    offset,
                    moments: on_screen,
                };
                load::send(orders).await
            });
        }
        let mut sent = Sent::default();
        while let Some(one) = senders.join_next().await {
            let one = one??;
            sent.accepted += one.accepted;
            sent.refused += one.refused;
            sent.waits.extend(one.waits);
            sent.moments.extend(one.moments);
        }
        let seconds = started.elapsed().as_secs_f64();
        let cpu_accept_micros = cpu_micros(pid)? - cpu;
        let ended = Instant::now();
        Self::wait_until_readable(server, &paths, &numbers).await?;
        let readable_after = ended.elapsed();
        let cpu_readable_micros = cpu_micros(pid)? - cpu;
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.send_replace(true);
        let page = watcher.await??;
        Ok(Run {
            sent,
            seconds,
            cpu_accept_micros,
            cpu_readable_micros,
            readable_after,
            page,
            syncs: Spread::default(),
        })
    }

    /// Posts one more card through every webhook and waits until all of them are on a screen:
    /// a webhook keeps its order, so everything before is readable then.
    async fn wait_until_readable(
        server: &Server,
        paths: &[String],
        numbers: &AtomicU64,
    ) -> Result<()> {
        let demo = server.demo_data();
        let (stop, stopped) = watch::channel(false);
        let mut pages = JoinSet::new();
        let mut last = BTreeSet::new();
        for (path, hook) in paths.iter().zip(&demo.webhooks) {
            let mut opened =
                page::open(server.address(), &demo.admin.token, &hook.channel_id).await?;
            let number = numbers.load(Ordering::Relaxed);
            last.insert(number);
            let until = Instant::now() + Duration::from_micros(1);
            let orders = Orders {
                address: server.address(),
                path,
                numbers,
                until,
                every: Some(Duration::from_secs(1)),
                offset: Duration::ZERO,
                moments: false,
            };
            if load::send(orders).await?.accepted != 1 {
                bail!("the last card was refused");
            }
            let mut stopped = stopped.clone();
            pages.spawn_local(async move {
                let wanted = format!("{number:010}");
                let mut text = Vec::new();
                loop {
                    tokio::select! {
                        read = tokio::io::AsyncReadExt::read_buf(&mut opened, &mut text) => if read? == 0 { bail!("the event stream ended") },
                        _ = stopped.wait_for(|stop| *stop) => bail!("card {number} never became readable"),
                    }
                    if String::from_utf8_lossy(&text).contains(&wanted) {
                        return Ok(());
                    }
                    let keep = text.len().saturating_sub(4096);
                    text.drain(..keep);
                }
            });
        }
        let waiting = async {
            while let Some(page) = pages.join_next().await {
                page??;
            }
            anyhow::Ok(())
        };
        let outcome = tokio::time::timeout(PATIENCE, waiting).await.context("not readable in time");
        stop.send_replace(true);
        outcome?
    }
}

/// Everything accepted is in the lists, once.
fn count(server: &Server, run: &Run) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut shown = 0;
    let channels: BTreeSet<&str> =
        server.demo_data().webhooks.iter().map(|h| h.channel_id.as_str()).collect();
    for channel in channels {
        for item in server.messages(channel)? {
            if let Some(number) = card::number_in(&item.text) {
                shown += 1;
                seen.insert(number);
            }
        }
    }
    if seen.len() != shown || seen.len() < run.sent.accepted {
        bail!("{} accepted, {} shown, {} of them different", run.sent.accepted, shown, seen.len());
    }
    if run.sent.refused > 0 || run.page.repeats > 0 {
        bail!("{} refused, {} shown twice on the open page", run.sent.refused, run.page.repeats);
    }
    Ok(())
}

fn millis_of(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
