//! The door of the hub, seen from a socket.
#![cfg(test)]

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get, post},
};
use edge::{Gate, Problem};
use futures_util::{StreamExt as _, stream};
use http::StatusCode;
use kernel::{Ids, SystemClock};
use liaison_server::{Certificates, Readiness, Server, Settings, Tls, Workers, bind, operations};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Notify,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

struct Hub {
    address: SocketAddr,
    server: Server,
    tasks: TaskTracker,
    stop: CancellationToken,
    entered: Arc<Notify>,
    go_on: Arc<Notify>,
}

async fn hub(settings: Settings, tls: Option<Arc<Tls>>) -> Hub {
    let stop = CancellationToken::new();
    let nobody = Box::new(|_, _| -> futures_util::future::BoxFuture<'static, _> {
        Box::pin(async { Err(Problem::unauthenticated()) })
    });
    let clock = Arc::new(SystemClock);
    let gate = Gate::new(edge::Settings::default(), nobody, clock, Ids::system(), stop.clone());
    let metrics = Arc::clone(gate.metrics());
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enter, wait) = (Arc::clone(&entered), Arc::clone(&go_on));
    let slow = move || {
        let (enter, wait) = (Arc::clone(&enter), Arc::clone(&wait));
        async move {
            enter.notify_one();
            wait.notified().await;
            "done"
        }
    };
    let live = |context: edge::Context| async move {
        let ticks = stream::once(async { Ok::<_, std::io::Error>(Bytes::from("data: 1\n\n")) });
        let ticks = ticks.chain(stream::pending());
        Body::from_stream(ticks.take_until(context.stopping().clone().cancelled_owned()))
    };
    let readiness = Readiness::new(Vec::new(), Workers::new(stop.clone()));
    let router = Router::new()
        .route("/slow", get(slow))
        .route("/echo", post(|body: Bytes| async move { body }))
        .route("/refuse", post(async || StatusCode::PAYLOAD_TOO_LARGE))
        .route("/live", get(live))
        .merge(operations(readiness, Arc::clone(&metrics)));
    let router = edge::attach(router, Arc::new(gate));
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::new(router, tls, settings, metrics, stop.clone());
    let tasks = TaskTracker::new();
    let accepting = server.clone();
    tasks.spawn(async move { accepting.accept(listener).await });
    tasks.close();
    Hub { address, server, tasks, stop, entered, go_on }
}

impl Hub {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends raw bytes and reads until the hub closes.
    async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The hub may close before everything is sent; what it says counts.
        let _sent = stream.write_all(bytes).await;
        until_closed(&mut stream).await
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
        self.server.finish().await;
    }
}

async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    drop(tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the hub closes"));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_flood_of_headers_is_refused_and_the_hub_stays_up() {
    let hub = hub(Settings::default(), None).await;
    let many = "X: y\r\n".repeat(5000);
    let answer =
        hub.raw(format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = "y".repeat(1 << 20);
    let answer = hub.raw(format!("GET /healthz HTTP/1.1\r\nX: {long}\r\n\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let answer = hub.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    hub.stop().await;
}

#[tokio::test]
async fn a_head_that_drips_is_cut() {
    let hub = hub(Settings { head_timeout_secs: 1, ..Settings::default() }, None).await;
    let mut stream = hub.connect().await;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nX-A: b").await.unwrap();
    let answer = until_closed(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    hub.stop().await;
}

#[tokio::test]
async fn a_body_that_stalls_is_cut() {
    let hub = hub(Settings { body_idle_timeout_secs: 1, ..Settings::default() }, None).await;
    let mut stream = hub.connect().await;
    stream
        .write_all(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
        .await
        .unwrap();
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    hub.stop().await;
}

#[tokio::test]
async fn the_stop_finishes_what_is_in_flight_and_ends_live_answers() {
    let hub = hub(Settings::default(), None).await;
    let mut slow = hub.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    hub.entered.notified().await;
    let mut live = hub.connect().await;
    live.write_all(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut seen = [0_u8; 8192];
    let mut text = String::new();
    while !text.contains("data: 1") {
        let read = live.read(&mut seen).await.unwrap();
        text.push_str(&String::from_utf8_lossy(&seen[..read]));
    }
    let idle = hub.connect().await;
    hub.stop.cancel();
    hub.tasks.wait().await;
    assert!(TcpStream::connect(hub.address).await.is_err(), "nothing new is accepted");
    let rest = until_closed(&mut live).await;
    assert!(rest.ends_with("0\r\n\r\n"), "the live answer ends as it should: {rest:?}");
    hub.go_on.notify_one();
    let answer = until_closed(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    drop(idle);
    hub.server.finish().await;
}

#[tokio::test]
async fn what_does_not_end_is_cut_when_the_time_is_up() {
    let hub = hub(Settings { stop_timeout_secs: 0, ..Settings::default() }, None).await;
    let mut slow = hub.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    hub.entered.notified().await;
    hub.stop().await;
    assert_eq!(until_closed(&mut slow).await, "");
}

#[tokio::test]
async fn plain_http_on_a_tls_address_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files =
        Certificates { chain: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
    std::fs::write(&files.chain, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let tls = Arc::new(Tls::read(files).unwrap());
    let hub = hub(Settings::default(), Some(tls)).await;
    let answer = hub.raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("https://"), "{answer}");
    hub.stop().await;
}

#[tokio::test]
async fn readiness_and_metrics_answer_the_machine_itself() {
    let hub = hub(Settings::default(), None).await;
    let ask = |path: &str, more: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: x\r\n{more}Connection: close\r\n\r\n")
    };
    let ready = hub.raw(ask("/readyz", "").as_bytes()).await;
    assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"ready\""), "{ready}");
    let metrics = hub.raw(ask("/metrics", "").as_bytes()).await;
    assert!(metrics.contains("liaison_http_requests_total{route=\"/readyz\""), "{metrics}");
    let forwarded = hub.raw(ask("/metrics", "X-Forwarded-For: 203.0.113.9\r\n").as_bytes()).await;
    assert!(forwarded.starts_with("HTTP/1.1 401"), "{forwarded}");
    hub.stop().await;
}

#[tokio::test]
async fn a_refusal_arrives_although_the_body_was_not_read() {
    let hub = hub(Settings::default(), None).await;
    let body = vec![b'x'; 10 << 20];
    let mut stream = hub.connect().await;
    let head =
        format!("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.expect("the hub takes what is sent");
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    hub.stop().await;
}
