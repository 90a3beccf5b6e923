//! A driver, and how those who wait for its answers are woken.

use std::{
    io,
    sync::{Arc, PoisonError, RwLock},
    task::Waker,
};

use crate::driver::Driver;
#[cfg(unix)]
use crate::relay::Relay;

/// A driver, and how those who wait for its answers are woken; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    pub(crate) driver: Arc<dyn Driver>,
    relay: Arc<RwLock<Option<Relay>>>,
}

impl Engine {
    pub(crate) fn new(driver: Arc<dyn Driver>) -> Self {
        Self { driver, relay: Arc::default() }
    }

    /// What wakes a task from a thread of the driver.
    pub(crate) fn waker(&self, waker: &Waker) -> Waker {
        let relay = self.relay.read().unwrap_or_else(PoisonError::into_inner);
        relay.as_ref().map_or_else(|| waker.clone(), |relay| relay.to(waker))
    }

    pub(crate) async fn answer_here(&self) -> io::Result<()> {
        let (relay, listening) = Relay::open()?;
        *self.relay.write().unwrap_or_else(PoisonError::into_inner) = Some(relay);
        listening.run().await;
        Ok(())
    }
}

/// Elsewhere tasks are woken directly.
#[cfg(not(unix))]
#[derive(Debug)]
enum Relay {}

#[cfg(not(unix))]
impl Relay {
    fn open() -> io::Result<(Self, Listening)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn to(&self, _waker: &Waker) -> Waker {
        match *self {}
    }
}

#[cfg(not(unix))]
enum Listening {}

#[cfg(not(unix))]
impl Listening {
    async fn run(self) {
        match self {}
    }
}
