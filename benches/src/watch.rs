//! An open page: reads a channel's event stream and notes when each numbered card arrives.

use std::{collections::HashMap, net::SocketAddr, time::Instant};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};

use crate::card;

/// What an open page has seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// When each number arrived.
    pub(crate) at: HashMap<u64, Instant>,
    /// Numbers that arrived more than once.
    pub(crate) repeats: usize,
}

/// Opens the stream and waits until the server has answered.
pub(crate) async fn open(address: SocketAddr, token: &str, channel_id: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let head = format!(
        "GET /api/v1/channels/{channel_id}/events HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.windows(4).any(|w| w == b"\r\n\r\n") {
        if stream.read_buf(&mut answer).await? == 0 {
            bail!("the event stream was refused");
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    if !answer.starts_with("HTTP/1.1 200") {
        bail!("the event stream was refused: {answer}");
    }
    Ok(stream)
}

/// Reads until `stop` says so, or until every number up to `until` has come.
pub(crate) async fn read(mut stream: TcpStream, mut stop: watch::Receiver<bool>) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut pending = Vec::with_capacity(64 * 1024);
    loop {
        let read = tokio::select! {
            read = stream.read_buf(&mut pending) => read.context("reading the event stream")?,
            _ = stop.wait_for(|stop| *stop) => return Ok(seen),
        };
        if read == 0 {
            bail!("the event stream ended");
        }
        let now = Instant::now();
        // A title stands near the start of its event; whole events are taken, the rest waits.
        let Some(end) = pending.windows(2).rposition(|w| w == b"\n\n") else { continue };
        let rest = pending.split_off(end + 2);
        let events = std::mem::replace(&mut pending, rest);
        for event in String::from_utf8_lossy(&events).split("\n\n") {
            if let Some(number) = card::number_in(event)
                && seen.at.insert(number, now).is_some()
            {
                seen.repeats += 1;
            }
        }
    }
}
