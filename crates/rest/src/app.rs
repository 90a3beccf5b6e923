//! What handlers call.

use std::{fmt, ops::Deref, sync::Arc};

/// The services of a crate of REST, shared: what every handler gets of them is one pointer.
pub struct App<S>(Arc<S>);

impl<S> App<S> {
    /// Shares the services.
    pub fn new(services: S) -> Self {
        Self(Arc::new(services))
    }
}

impl<S> Clone for App<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Deref for App<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S: fmt::Debug> fmt::Debug for App<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
