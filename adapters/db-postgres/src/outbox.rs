//! Notices to and from the other nodes: LISTEN and NOTIFY on one connection of their own.

use std::{
    borrow::Cow,
    collections::HashMap,
    future::poll_fn,
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use db::{Notice, Notices, Result};
use kernel::{Ids, TenantId};
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc as channel},
    time::sleep,
};
use tokio_postgres::{AsyncMessage, Client};
use uuid::Uuid;

use crate::{
    OpenError, Publisher, connect,
    error::translate,
    options::Endpoint,
    wire::{self, Heard},
};

/// What this node has committed and not yet told the others.
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Default)]
struct Waiting {
    /// The highest position of each stream: a later commit replaces an earlier one.
    positions: HashMap<(TenantId, Uuid, Cow<'static, str>), i64>,
    /// Too much to tell one by one.
    sweep: bool,
    closing: bool,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), wake: Notify::new() }
    }

    /// Takes the notices of a commit.
    pub(crate) fn post(&self, notices: &Notices) {
        self.change(|waiting| {
            for Notice { tenant, topic, stream, position } in notices.iter() {
                waiting
                    .positions
                    .entry((*tenant, *stream, topic.clone()))
                    .and_modify(|known| *known = (*known).max(*position))
                    .or_insert(*position);
            }
            if waiting.positions.len() > MOST {
                waiting.positions.clear();
                waiting.sweep = true;
            }
        });
    }

    /// Tells what is left and ends.
    pub(crate) fn close(&self) {
        self.change(|waiting| waiting.closing = true);
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_one();
    }

    fn is_closing(&self) -> bool {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).closing
    }

    /// The messages for what waits now.
    fn drain(&self, node: Uuid) -> Vec<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let positions = std::mem::take(&mut waiting.positions);
        if std::mem::take(&mut waiting.sweep) {
            return vec![wire::sweep(node)];
        }
        if positions.is_empty() {
            return Vec::new();
        }
        let notices: Vec<_> = positions
            .into_iter()
            .map(|((tenant, stream, topic), position)| Notice { tenant, topic, stream, position })
            .collect();
        wire::write(node, &notices)
    }
}

/// Starts the thread and waits until it listens.
pub(crate) fn start(
    endpoint: Arc<Endpoint>,
    outbox: Arc<Outbox>,
    publisher: Publisher,
) -> Result<JoinHandle<()>, OpenError> {
    let runtime = connect::runtime().map_err(OpenError::Thread)?;
    let (sender, receiver) = mpsc::channel();
    let postman = Postman { endpoint, outbox, publisher, node: Ids::system().fresh() };
    let thread = thread::Builder::new()
        .name("db-listener".to_owned())
        .spawn(move || runtime.block_on(postman.run(&sender)))
        .map_err(OpenError::Thread)?;
    match receiver.recv() {
        Ok(Ok(())) => Ok(thread),
        Ok(Err(error)) => Err(OpenError::Connect(error)),
        Err(_) => Err(OpenError::Thread(io::Error::other("the listener ended"))),
    }
}

struct Postman {
    endpoint: Arc<Endpoint>,
    outbox: Arc<Outbox>,
    publisher: Publisher,
    node: Uuid,
}

/// Payloads from the server; the channel closes with the connection.
type Payloads = channel::UnboundedReceiver<String>;

impl Postman {
    async fn run(self, ready: &mpsc::Sender<Result<()>>) {
        let mut line = match self.connect().await {
            Ok(line) => Some(line),
            Err(error) => return drop(ready.send(Err(error))),
        };
        drop(ready.send(Ok(())));
        let mut pause = connect::FIRST_PAUSE;
        loop {
            if let Some((client, payloads)) = line.take() {
                pause = connect::FIRST_PAUSE;
                if self.serve(&client, payloads).await {
                    return;
                }
                tracing::warn!("db.listener_lost");
                // Listeners on this node must not count on hearing of others until it is back.
                self.publish(Vec::new());
            }
            if self.outbox.is_closing() {
                return;
            }
            sleep(pause).await;
            pause = (pause * 2).min(connect::LAST_PAUSE);
            if let Ok(back) = self.connect().await {
                line = Some(back);
                // What was told meanwhile was not heard here, and perhaps not there.
                self.publish(Vec::new());
                self.outbox.change(|waiting| waiting.sweep = true);
            }
        }
    }

    async fn connect(&self) -> Result<(Client, Payloads)> {
        let connecting = Box::pin(self.endpoint.config().connect(self.endpoint.tls()));
        let (client, mut connection) = connecting.await.map_err(translate)?;
        let (sender, payloads) = channel::unbounded_channel();
        Handle::current().spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notification(heard) = message
                    && sender.send(heard.payload().to_owned()).is_err()
                {
                    return;
                }
            }
        });
        // A lost notice costs latency only: its commit need not reach the disk.
        let setup = "SET synchronous_commit = off; LISTEN liaison";
        client.batch_execute(setup).await.map_err(translate)?;
        Ok((client, payloads))
    }

    /// Carries messages both ways; whether it was asked to end, or else the connection broke.
    async fn serve(&self, client: &Client, mut payloads: Payloads) -> bool {
        loop {
            tokio::select! {
                payload = payloads.recv() => match payload {
                    Some(payload) => self.hear(&payload),
                    None => return false,
                },
                () = self.outbox.wake.notified() => {
                    let closing = self.outbox.is_closing();
                    let messages = self.outbox.drain(self.node);
                    if !messages.is_empty() && self.send(client, messages).await.is_err() {
                        return false;
                    }
                    if closing {
                        return true;
                    }
                    // Commits of this while share the next message.
                    sleep(GATHER).await;
                }
            }
        }
    }

    async fn send(&self, client: &Client, messages: Vec<String>) -> Result<()> {
        const SQL: &str = "SELECT pg_notify('liaison', message) FROM unnest($1::text[]) AS message";
        Box::pin(client.execute(SQL, &[&messages])).await.map(drop).map_err(translate)
    }

    fn hear(&self, payload: &str) {
        match wire::read(self.node, payload) {
            Heard::Echo => {}
            Heard::Notices(notices) => self.publish(notices),
            Heard::Sweep => self.publish(Vec::new()),
        }
    }

    /// No notice at all is the call to sweep.
    fn publish(&self, notices: Vec<Notice>) {
        if let Some(publish) = self.publisher.get() {
            publish(Arc::from(notices));
        }
    }
}

/// With more streams than this waiting, the others are asked to sweep.
const MOST: usize = 10_000;
/// At least so long between two messages.
const GATHER: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(tenant: TenantId, stream: u128, position: i64) -> Notices {
        let stream = Uuid::from_u128(stream);
        Arc::from(vec![Notice { tenant, topic: "card.posted".into(), stream, position }])
    }

    #[test]
    fn many_commits_become_one_message_with_the_highest_positions() {
        let ids = Ids::seeded(1);
        let (tenant, here, there) = (ids.fresh(), ids.fresh(), ids.fresh());
        let outbox = Outbox::new();
        for position in (1..=500).rev() {
            outbox.post(&notice(tenant, 1, position));
            outbox.post(&notice(tenant, 2, position * 2));
        }
        let messages = outbox.drain(here);
        assert_eq!(messages.len(), 1);
        let Heard::Notices(mut heard) = wire::read(there, &messages[0]) else { panic!() };
        heard.sort_by_key(|n| n.position);
        assert_eq!(heard, [&notice(tenant, 1, 500)[..], &notice(tenant, 2, 1_000)[..]].concat());
        assert!(outbox.drain(here).is_empty());
    }

    #[test]
    fn too_much_to_tell_becomes_a_call_to_sweep() {
        let ids = Ids::seeded(1);
        let (tenant, here, there) = (ids.fresh(), ids.fresh(), ids.fresh());
        let outbox = Outbox::new();
        for stream in 0..=u128::try_from(MOST).unwrap() {
            outbox.post(&notice(tenant, stream, 1));
        }
        let messages = outbox.drain(here);
        assert_eq!(messages.len(), 1);
        assert_eq!(wire::read(there, &messages[0]), Heard::Sweep);
        assert!(outbox.drain(here).is_empty());
    }
}
