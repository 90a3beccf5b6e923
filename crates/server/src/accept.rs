//! The loop that accepts connections, and the stop that lets them finish.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use edge::Metrics;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Error, Settings, Tls, connection::Door};

/// Serves one router on any number of listeners.
#[derive(Debug, Clone)]
pub struct Server {
    door: Arc<Door>,
    slots: Arc<Semaphore>,
    connections: TaskTracker,
    stop: CancellationToken,
}

/// Listens on an address.
///
/// # Errors
/// [`Error::Bind`].
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Bind { address, source })
}

impl Server {
    /// A server. When `stop` is cancelled it accepts nothing more and connections end after their request.
    pub fn new(
        router: Router,
        tls: Option<Arc<Tls>>,
        settings: Settings,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(settings.max_connections));
        let connections = TaskTracker::new();
        let door = Door {
            router,
            tls,
            settings,
            metrics,
            stop: stop.clone(),
            cut: CancellationToken::new(),
            streams: connections.clone(),
        };
        Self { door: Arc::new(door), slots, connections, stop }
    }

    /// Accepts until the stop.
    pub async fn accept(&self, listener: TcpListener) {
        loop {
            let slot = tokio::select! {
                () = self.stop.cancelled() => return,
                slot = Arc::clone(&self.slots).acquire_owned() => slot,
            };
            let Ok(slot) = slot else { return };
            let accepted = tokio::select! {
                () = self.stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let door = Arc::clone(&self.door);
                    self.connections.spawn(async move {
                        door.welcome(stream, peer).await;
                        drop(slot);
                    });
                }
                Err(error) => {
                    // Out of descriptors, mostly: those who are served give theirs back.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Waits until every connection has ended; cuts those that have not when the time is up.
    ///
    /// Call it after the stop was cancelled and [`Server::accept`] has returned.
    pub async fn finish(&self) {
        self.connections.close();
        let limit = self.door.settings.stop_timeout();
        if tokio::time::timeout(limit, self.connections.wait()).await.is_err() {
            tracing::warn!(
                connections = self.connections.len(),
                "connections were cut at the stop"
            );
            self.door.cut.cancel();
            self.connections.wait().await;
        }
    }
}

/// Makes small answers leave at once; a socket that refuses this still works.
pub(crate) fn no_delay(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the socket keeps its delay");
    }
}

/// How long to wait after a failed accept.
const PAUSE: Duration = Duration::from_millis(50);
