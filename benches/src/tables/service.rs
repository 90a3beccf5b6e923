//! The same requests by hand behind HTTP: a small service on axum, with one connection on a thread of its own.
//!
//! It runs as a process of its own (`liaison-load --by-hand FILE`), so that its processor time can be read.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use e2e::Connection;
use tokio::sync::oneshot;

use super::hand::Hand;

enum Ask {
    Get(String),
    Post(Bytes),
}

type Job = (Ask, oneshot::Sender<Result<String>>);

/// Serves until it is killed.
pub(crate) fn run(file: &Path) -> Result<()> {
    let hand = Hand::open(file)?;
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::spawn(move || work(hand, &jobs));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = Router::new().route("/{*rest}", get(read).post(create)).with_state(sender);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let mut out = std::io::stdout();
        writeln!(out, "{}", listener.local_addr()?)?;
        out.flush()?;
        axum::serve(listener, app).await?;
        Ok(())
    })
}

fn work(mut hand: Hand, jobs: &mpsc::Receiver<Job>) {
    for (ask, answer) in jobs {
        let done = match ask {
            Ask::Post(body) => hand.create(&body),
            Ask::Get(path) => {
                let mut out = String::with_capacity(16 * 1024);
                let key = path.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
                let made = match key {
                    Some((key, _)) if key.len() == 36 => hand.by_key(key, &mut out),
                    _ if path.contains("$expand") => hand.expanded(&mut out),
                    _ => hand.page(&mut out),
                };
                made.map(|()| out)
            }
        };
        drop(answer.send(done));
    }
}

async fn asked(jobs: &mpsc::Sender<Job>, ask: Ask) -> Option<String> {
    let (sender, answer) = oneshot::channel();
    jobs.send((ask, sender)).ok()?;
    answer.await.ok()?.ok()
}

async fn read(State(jobs): State<mpsc::Sender<Job>>, uri: Uri) -> Response {
    match asked(&jobs, Ask::Get(uri.to_string())).await {
        Some(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn create(State(jobs): State<mpsc::Sender<Job>>, body: Bytes) -> Response {
    match asked(&jobs, Ask::Post(body)).await {
        Some(key) => (StatusCode::NO_CONTENT, [(header::LOCATION, format!("/accounts({key})"))])
            .into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The service as a child.
pub(super) struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    pub(super) fn start(file: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--by-hand")
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().context("its output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { child, address: line.trim().parse()? })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
