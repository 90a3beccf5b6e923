//! `serve`: the hub from start to stop.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use channel_connectors::FreeSpace;
use delivery::Pump;
use edge::Gate;
use kernel::Clock;
use server::{Certificates, Check, Counts, Readiness, Server, Tls, Workers};
use targets::Targets;
use tokio::{net::TcpListener, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;
use workspace::mail::{Door, Receiver};

use crate::{
    cli::{Place, Serve},
    demo::{self, upstream::Upstream},
    exit::{Exit, Failure, Result},
    hub::{Hub, follow_key},
    lock::Lock,
    log, out,
    settings::Settings,
    storage,
};

pub(crate) fn run(place: &Place, serve: &Serve) -> Result {
    let loaded = Settings::load(place.config.as_deref(), &serve.flags(place))?;
    let _log = log::start(&loaded.settings.log)?;
    for warning in loaded.settings.warnings() {
        tracing::warn!("{warning}");
    }
    super::runtime()?.block_on(hub(loaded.settings, serve.demo))
}

async fn hub(mut settings: Settings, with_demo: bool) -> Result {
    storage::prepare_folder(&settings.data)?;
    let lock = Lock::take(&settings.data)?;
    more_descriptors();
    let tls = tls(&settings)?.map(Arc::new);
    let listener = server::bind(settings.listen).await?;
    let address = listener.local_addr().map_err(|error| Failure::plain(&error))?;
    let base = base_url(&settings, address)?;
    let upstream = if with_demo { Some(Upstream::bind(&mut settings).await?) } else { None };
    let hub = Hub::open(&settings, base.clone()).await?;
    let mail = Door {
        workspace: Arc::clone(&hub.workspace),
        system: hub.scopes.clone(),
        upgrade: tls.as_ref().map(Tls::for_mail),
    };
    let mail = mail_door(&settings, mail).await?;
    let first = if let Some(upstream) = &upstream {
        demo::prepare(&hub, &settings.data, &base, upstream.address).await?;
        None
    } else {
        super::init::first_link(&hub, "Liaison", kernel::Language::En).await?
    };
    let stop = CancellationToken::new();
    let running = start(&hub, &settings, tls, &stop, listener);
    if let Some((door, bound)) = mail {
        receive_mail(&running.workers, door, bound);
    }
    if let Some(upstream) = upstream {
        answer_as_business(&running.workers, upstream);
    }
    tracing::info!(url = %base, version = env!("CARGO_PKG_VERSION"), "the hub is ready");
    if out::is_terminal() {
        out::complain(format!("Liaison is ready: {base}"));
    }
    if let Some(link) = first {
        out::complain(format!(
            "\nCreate the first administrator with this link. It works once:\n\n  {link}\n"
        ));
    }
    until_asked().await?;
    tracing::info!("the hub stops");
    let quit_now = async {
        if until_asked().await.is_ok() {
            tracing::warn!("asked twice: the hub stops at once");
        }
    };
    stop.cancel();
    tokio::select! {
        () = running.finish(settings.server.stop_timeout()) => {}
        () = quit_now => {}
    }
    hub.close().await;
    drop(lock);
    tracing::info!("the hub stopped");
    Ok(())
}

struct Running {
    server: Server,
    accepting: TaskTracker,
    workers: Workers,
}

impl Running {
    /// First those who are served, then the jobs behind them.
    async fn finish(&self, limit: Duration) {
        self.accepting.close();
        self.accepting.wait().await;
        self.server.finish().await;
        self.workers.finish(limit).await;
    }
}

fn start(
    hub: &Hub,
    settings: &Settings,
    tls: Option<Arc<Tls>>,
    stop: &CancellationToken,
    listener: TcpListener,
) -> Running {
    let workers = Workers::new(stop.clone());
    let db = hub.db.clone();
    workers.spawn("answers", move |stop| answer_here(db.clone(), stop));
    let pump = spawn(hub, settings, &workers, tls.clone());
    let gate = Gate::new(
        settings.http.clone(),
        server::authenticate(Arc::clone(&hub.identity)),
        Arc::clone(&hub.clock),
        hub.ids.clone(),
        stop.clone(),
    );
    let metrics = Arc::clone(gate.metrics());
    metrics.register(|registry| registry.register_collector(Box::new(delivered(pump))));
    let called = called(Arc::clone(&hub.api_connectors));
    let forwarded = forwarded(Arc::clone(&hub.targets));
    metrics.register(|registry| registry.register_collector(Box::new(forwarded)));
    metrics.register(|registry| registry.register_collector(Box::new(called)));
    let readiness = Readiness::new(checks(hub, settings), workers.clone());
    let rooms = hub.rooms();
    let tables = server::tables(&rooms, settings.dataverse.clone());
    let edges = (hub.origins(), hub.agents(&settings.mcp, &settings.http), tables);
    let router = server::assemble(&rooms, hub.pages(), gate, readiness, edges);
    let server = Server::new(router, tls, settings.server.clone(), metrics, stop.clone());
    let accepting = TaskTracker::new();
    let door = server.clone();
    accepting.spawn(async move { door.accept(listener).await });
    Running { server, accepting, workers }
}

/// Answers of the database come to this runtime the cheap way, where the system has one.
async fn answer_here(db: db::Db, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        ended = db.answer_here() => {
            if let Err(error) = ended {
                tracing::warn!(error = &error as &dyn std::error::Error, "db.answers_directly");
                stop.cancelled().await;
            }
        }
    }
}

/// The jobs behind the edges.
fn spawn(hub: &Hub, settings: &Settings, workers: &Workers, tls: Option<Arc<Tls>>) -> Arc<Pump> {
    let pump = Arc::new(Pump::new(
        hub.db.clone(),
        hub.scopes.clone(),
        Arc::clone(&hub.clock),
        hub.connectors.consumer(),
        settings.delivery.clone(),
    ));
    let deliverer = Arc::clone(&pump);
    workers.spawn("deliverer", move |stop| Arc::clone(&deliverer).run(stop));
    let workspace = Arc::clone(&hub.workspace);
    workers.spawn("feeds", move |stop| Arc::clone(&workspace).run(stop));
    let (workspace, scopes) = (Arc::clone(&hub.workspace), hub.scopes.clone());
    workers.spawn("mail-and-retention", move |stop| {
        Arc::clone(&workspace).run_jobs(scopes.clone(), stop)
    });
    let targets = Arc::clone(&hub.targets);
    workers.spawn("targets", move |stop| Arc::clone(&targets).run(stop));
    let connectors = Arc::clone(&hub.connectors);
    workers.spawn("webhooks", move |stop| Arc::clone(&connectors).run(stop));
    let configurations = Arc::clone(&hub.configurations);
    let apps = Arc::clone(&hub.apps);
    workers.spawn("app-offers", move |stop| Arc::clone(&apps).run(stop));
    workers.spawn("configurations", move |stop| Arc::clone(&configurations).run(stop));
    let card_mails = Arc::clone(&hub.card_mails);
    workers.spawn("card-mails", move |stop| Arc::clone(&card_mails).run(stop));
    let actions = Arc::clone(&hub.actions);
    workers.spawn("card-actions", move |stop| Arc::clone(&actions).run(stop));
    let published = Arc::clone(&hub.published);
    workers.spawn("actions", move |stop| Arc::clone(&published).run(stop));
    let sales = Arc::clone(&hub.sales);
    workers.spawn("sales-extensions", move |stop| Arc::clone(&sales).run(stop));
    let connectors = Arc::clone(&hub.api_connectors);
    workers.spawn("api-connectors", move |stop| Arc::clone(&connectors).run(stop));
    let connectors = Arc::clone(&hub.api_connectors);
    workers.spawn("api-triggers", move |stop| Arc::clone(&connectors).watch(stop));
    let records = hub.records.clone();
    workers.spawn("records", move |stop| records.clone().run(stop));
    let environments = Arc::clone(&hub.environments);
    workers.spawn("environments", move |stop| Arc::clone(&environments).run(stop));
    let transfer = Arc::clone(&hub.transfer);
    workers.spawn("transfer", move |stop| Arc::clone(&transfer).run(stop));
    let mailbox = Arc::clone(&hub.mailbox);
    workers.spawn("seller-mails", move |stop| Arc::clone(&mailbox).run(stop));
    let privacy = hub.privacy.clone();
    workers.spawn("privacy", move |stop| privacy.clone().run(stop));
    let meetings = Arc::clone(&hub.meetings);
    workers.spawn("meetings", move |stop| Arc::clone(&meetings).run(stop));
    let linking = Arc::clone(&hub.linking);
    workers.spawn("linking", move |stop| Arc::clone(&linking).run(stop));
    let linking_sync = Arc::clone(&hub.linking_sync);
    workers.spawn("linking-sync", move |stop| Arc::clone(&linking_sync).run(stop));
    let crm = hub.crm.clone();
    workers.spawn("crm-connections", move |stop| crm.clone().run(stop));
    let identity = Arc::clone(&hub.identity);
    workers.spawn("identity", move |stop| Arc::clone(&identity).run(stop));
    let sealer = hub.sealer();
    workers.spawn("sealing-key", move |stop| follow_key(sealer.clone(), stop));
    if let Some(tls) = tls {
        workers.spawn("certificate", move |stop| Arc::clone(&tls).watch(stop));
    }
    pump
}

/// Listens for mail where the settings say; a place that cannot be used ends the start.
async fn mail_door(settings: &Settings, door: Door) -> Result<Option<(Door, Receiver)>> {
    let bound = door.bind().await.map_err(|error| {
        let place = settings.workspace.mail.listen.map(|address| address.to_string());
        let place = place.unwrap_or_default();
        Failure::new(
            Exit::Config,
            format!("workspace.mail.listen: cannot listen on {place}: {error}"),
        )
    })?;
    Ok(bound.map(|receiver| (door, receiver)))
}

/// Receives mail; when that dies it listens anew, and `/readyz` names it as long as it cannot.
fn receive_mail(workers: &Workers, door: Door, bound: Receiver) {
    let bound = Mutex::new(Some(bound));
    workers.spawn("mail-in", move |stop| {
        let bound = bound.lock().unwrap_or_else(PoisonError::into_inner).take();
        let door = door.clone();
        async move {
            let receiver = match bound {
                Some(receiver) => Ok(Some(receiver)),
                None => door.bind().await,
            };
            match receiver {
                Ok(Some(receiver)) => receiver.run(stop).await,
                Ok(None) => stop.cancelled().await,
                Err(error) => tracing::error!(%error, "mail cannot be received"),
            }
        }
    });
}

/// The business API of the demo; when it ends it is not started again.
fn answer_as_business(workers: &Workers, upstream: Upstream) {
    let upstream = Mutex::new(Some(upstream));
    workers.spawn("demo-upstream", move |stop| {
        let upstream = upstream.lock().unwrap_or_else(PoisonError::into_inner).take();
        async move {
            match upstream {
                Some(upstream) => upstream.run(stop).await,
                None => stop.cancelled().await,
            }
        }
    });
}

/// What the deliverer has done, for the metrics.
fn delivered(pump: Arc<Pump>) -> Counts {
    Counts::new(
        "delivery_events",
        "Events of the deliverer, by what became of them",
        "outcome",
        move || {
            let figures = pump.figures();
            vec![
                ("delivered", figures.delivered),
                ("retried", figures.retried),
                ("dead", figures.dead),
            ]
        },
    )
}

/// What targets took and did not take, for the metrics.
fn forwarded(targets: Arc<Targets>) -> Counts {
    Counts::new(
        "target_messages",
        "Messages to delivery targets, by what became of an attempt",
        "outcome",
        move || {
            let figures = targets.figures();
            vec![
                ("delivered", figures.delivered),
                ("failed", figures.failed),
                ("busy", figures.busy),
                ("dead", figures.dead),
            ]
        },
    )
}

/// What became of calls through connectors, for the metrics.
fn called(connectors: Arc<connectors::Connectors>) -> Counts {
    Counts::new(
        "api_calls",
        "Calls of operations through connectors, by what became of them",
        "outcome",
        move || {
            let figures = connectors.figures();
            vec![
                ("answered", figures.calls),
                ("failed", figures.failed.saturating_sub(figures.late)),
                ("late", figures.late),
                ("refused", figures.refused),
            ]
        },
    )
}

/// What must be well before traffic is taken.
fn checks(hub: &Hub, settings: &Settings) -> Vec<(&'static str, Check)> {
    let db = hub.db.clone();
    let database: Check = Box::new(move || {
        let db = db.clone();
        Box::pin(async move {
            let pinged = tokio::task::spawn_blocking(move || db.ping(PING)).await;
            if matches!(pinged, Ok(Ok(()))) { Ok(()) } else { Err("does not answer") }
        })
    });
    let (space, clock) = (hub.space.clone(), Arc::clone(&hub.clock));
    let least = settings.webhooks.min_free_percent;
    let disk: Check = Box::new(move || {
        let enough = has_room(&space, clock.as_ref(), least);
        Box::pin(async move { if enough { Ok(()) } else { Err("almost full") } })
    });
    vec![("database", database), ("disk", disk)]
}

fn has_room(space: &FreeSpace, clock: &dyn Clock, least: u8) -> bool {
    space.percent(clock.now()) >= least
}

fn tls(settings: &Settings) -> Result<Option<Tls>> {
    let (Some(chain), Some(key)) = (&settings.tls.cert, &settings.tls.key) else { return Ok(None) };
    let files = Certificates { chain: chain.clone(), key: key.clone() };
    Tls::read(files).map(Some).map_err(|error| Failure::of(Exit::Config, &error))
}

/// The address that links show: the public one, else the listener's.
fn base_url(settings: &Settings, address: SocketAddr) -> Result<Url> {
    let scheme = if settings.tls.cert.is_some() { "https" } else { "http" };
    let text = match &settings.http.public_url {
        Some(url) => url.clone(),
        None if address.ip().is_unspecified() => format!("{scheme}://localhost:{}", address.port()),
        None => format!("{scheme}://{address}"),
    };
    text.parse().map_err(|error: url::ParseError| Failure::of(Exit::Config, &error))
}

/// A connection is a descriptor, and the usual limit is low: takes what the system allows.
#[cfg(unix)]
fn more_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the limit of open files stays");
    }
}

#[cfg(not(unix))]
const fn more_descriptors() {}

/// Waits for SIGTERM or Ctrl C.
#[cfg(unix)]
async fn until_asked() -> Result {
    let plain = |error: std::io::Error| Failure::plain(&error);
    let mut terminate =
        signal::unix::signal(signal::unix::SignalKind::terminate()).map_err(plain)?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        asked = signal::ctrl_c() => asked.map_err(plain),
    }
}

/// Waits for Ctrl C.
#[cfg(not(unix))]
async fn until_asked() -> Result {
    signal::ctrl_c().await.map_err(|error| Failure::plain(&error))
}

/// How long the database may take to answer a readiness check.
const PING: Duration = Duration::from_secs(2);
