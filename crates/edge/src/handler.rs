//! Handlers of any shape as one type.
//!
//! axum builds several types around every handler. Here a handler becomes a pointer first, so that all of that is
//! compiled once for hundreds of routes: it is what a release binary of this size mostly consists of.

use std::{fmt, pin::Pin, sync::Arc};

use axum::{
    extract::Request,
    handler::Handler,
    response::Response,
    routing::{self, MethodRouter},
};

/// What a handler that is a function answers with.
pub type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler behind a pointer.
pub struct Erased<S>(Arc<dyn Fn(Request, S) -> Answering + Send + Sync>);

impl<S> Erased<S> {
    /// Puts a handler behind a pointer.
    pub fn new<H, T>(handler: H) -> Self
    where
        H: Handler<T, S, Future = Answering> + Sync,
    {
        Self(Arc::new(move |request, state| handler.clone().call(request, state)))
    }
}

impl<S> Clone for Erased<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Erased<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Erased").finish_non_exhaustive()
    }
}

impl<S: 'static> Handler<(), S> for Erased<S> {
    type Future = Answering;

    fn call(self, request: Request, state: S) -> Answering {
        (self.0)(request, state)
    }
}

/// What answers GET.
pub fn get<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S, Future = Answering> + Sync,
    S: Clone + Send + Sync + 'static,
{
    routing::get(Erased::new(handler))
}

/// What answers POST.
pub fn post<H, T, S>(handler: H) -> MethodRouter<S>
where
    H: Handler<T, S, Future = Answering> + Sync,
    S: Clone + Send + Sync + 'static,
{
    routing::post(Erased::new(handler))
}

/// A page, and the form on it: what answers GET and what answers POST.
pub fn get_and_post<G, T, P, U, S>(shown: G, sent: P) -> MethodRouter<S>
where
    G: Handler<T, S, Future = Answering> + Sync,
    P: Handler<U, S, Future = Answering> + Sync,
    S: Clone + Send + Sync + 'static,
{
    get(shown).post(Erased::new(sent))
}
