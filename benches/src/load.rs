//! Posts cards over keep-alive connections, one request at a time on each.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep_until, timeout},
};

use crate::{card::Card, report::Spread};

/// What the senders did together.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// Posts that were answered with success.
    pub(crate) accepted: usize,
    /// Answers that were no success.
    pub(crate) refused: usize,
    /// How long each answer took.
    pub(crate) waits: Spread,
    /// When each number was sent and when its success was read; only when asked for.
    pub(crate) moments: HashMap<u64, (Instant, Instant)>,
}

/// One sender's orders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Orders<'a> {
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The webhook's path.
    pub(crate) path: &'a str,
    /// The next number for all senders.
    pub(crate) numbers: &'a AtomicU64,
    /// When to stop.
    pub(crate) until: Instant,
    /// The time between two posts of this sender; none posts as soon as it is answered.
    pub(crate) every: Option<Duration>,
    /// How long after the others this sender starts.
    pub(crate) offset: Duration,
    /// Whether to keep the moments.
    pub(crate) moments: bool,
}

/// Posts until it is time to stop, at least once.
pub(crate) async fn send(orders: Orders<'_>) -> Result<Sent> {
    let mut stream = TcpStream::connect(orders.address).await?;
    stream.set_nodelay(true)?;
    let mut card = Card::new(orders.path);
    let mut sent = Sent::default();
    let mut due = Instant::now() + orders.offset;
    let mut buffer = Vec::with_capacity(4096);
    loop {
        if let Some(every) = orders.every {
            sleep_until(due.into()).await;
            due += every;
        }
        let number = orders.numbers.fetch_add(1, Ordering::Relaxed);
        let before = Instant::now();
        stream.write_all(card.numbered(number)).await?;
        let status = read_answer(&mut stream, &mut buffer).await?;
        let after = Instant::now();
        sent.waits.add(after - before);
        if status == 200 {
            sent.accepted += 1;
            if orders.moments {
                sent.moments.insert(number, (before, after));
            }
        } else {
            sent.refused += 1;
        }
        if Instant::now() >= orders.until {
            return Ok(sent);
        }
    }
}

/// Reads one answer with a `Content-Length` and returns its status.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<u16> {
    buffer.clear();
    loop {
        let read = timeout(Duration::from_mins(1), stream.read_buf(buffer)).await;
        if read.context("no answer within a minute")?? == 0 {
            bail!("the server closed the connection");
        }
        // The answer to an accepted card ends in its one-byte body.
        if buffer.ends_with(b"\r\n\r\n1") {
            return status(buffer);
        }
        if let Some(head_end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            let head =
                String::from_utf8_lossy(buffer.get(..head_end).unwrap_or_default()).to_lowercase();
            let length = head.split("content-length:").nth(1).and_then(|l| l.lines().next());
            let length: usize = length.unwrap_or("0").trim().parse().context("content-length")?;
            if buffer.len() >= head_end + 4 + length {
                return status(buffer);
            }
        }
    }
}

fn status(answer: &[u8]) -> Result<u16> {
    let digits = answer.get(9..12).unwrap_or_default();
    String::from_utf8_lossy(digits).parse().context("no status line")
}
