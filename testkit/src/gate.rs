//! Holding a closure at a point, so that a test decides who comes first.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::within;

/// A gate in a closure: the closure waits at it, the test learns of that and opens it.
///
/// Clones are the same gate. Once open it stays open, so that a closure that runs again passes.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    arrived: Semaphore,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// A closed gate.
    pub fn closed() -> Self {
        Self(Arc::new(Parts {
            arrived: Semaphore::new(0),
            open: Mutex::new(false),
            opened: Condvar::new(),
        }))
    }

    /// Waits at the gate; in a closure, on the driver's thread.
    pub fn pass(&self) {
        self.0.arrived.add_permits(1);
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            open = self.0.opened.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until somebody has come to the gate; each arrival counts once.
    pub async fn arrival(&self) {
        let arrived = within("an arrival at the gate", self.0.arrived.acquire()).await;
        // The semaphore is never closed.
        drop(arrived.map(tokio::sync::SemaphorePermit::forget));
    }

    /// Opens the gate for good.
    pub fn open(&self) {
        *self.0.open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.opened.notify_all();
    }
}
