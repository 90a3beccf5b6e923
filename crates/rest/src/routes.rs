//! Handlers and their descriptions, registered together.
//!
//! The description is built by code only where it is written and tested: a release serves the file that `make docs`
//! wrote from it, so that a running hub neither holds that code nor runs it.

use std::fmt;

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, MethodRouter},
};
use edge::{Answering, Erased};
use utoipa::{
    __dev::{SchemaReferences, Tags},
    Path,
    openapi::{HttpMethod, OpenApi, Paths, RefOr, Schema},
};

/// Whether this build describes its routes by code.
pub const DESCRIBES: bool = cfg!(debug_assertions);

/// The routes of handlers annotated with `utoipa::path`.
#[macro_export]
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {{
        let mut routes = $crate::Routes::default();
        $($crate::pastey::paste! { routes.add::<[<__path_ $handler>], _, _>($handler); })+
        routes
    }};
}

/// Routes whose handlers call `S`, and what describes them.
pub struct Routes<S> {
    router: Router<S>,
    described: Described,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// Adds a handler under the path and the methods of its description.
    pub fn add<P, H, T>(&mut self, handler: H)
    where
        P: Path + Tags<'static> + SchemaReferences,
        H: Handler<T, S, Future = Answering> + Sync,
    {
        let handler = Erased::new(handler);
        let path = P::path();
        let methods = P::methods();
        self.route(&path, &methods, handler);
        if DESCRIBES {
            let mut operation = P::operation();
            let tags = P::tags().into_iter().map(str::to_owned);
            operation.tags.get_or_insert_default().extend(tags);
            self.described.paths.add_path_operation(path, methods, operation);
            P::schemas(&mut self.described.schemas);
        }
    }

    /// Joins two sets of routes.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.described = self.described.merge(other.described);
        self
    }

    /// The router alone.
    pub fn router(self) -> Router<S> {
        self.router
    }

    /// The description alone.
    pub fn described(self) -> Described {
        self.described
    }

    fn route(&mut self, path: &str, methods: &[HttpMethod], handler: Erased<S>) {
        let filters = methods.iter().map(filter);
        let Some(filter) = filters.reduce(MethodFilter::or) else { return };
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, MethodRouter::new().on(filter, handler));
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), described: Described::default() }
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("router", &self.router).finish_non_exhaustive()
    }
}

/// What describes a set of routes; empty in a release.
#[derive(Default)]
pub struct Described {
    paths: Paths,
    /// By name, in the order of the routes; the same one as often as it is used.
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Described {
    /// Joins two descriptions.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        if DESCRIBES {
            self.paths.merge(other.paths);
            self.schemas.extend(other.schemas);
        }
        self
    }

    /// A document with the descriptions of the routes added.
    pub fn added_to(self, mut document: OpenApi) -> OpenApi {
        document.paths.merge(self.paths);
        let components = document.components.get_or_insert_default();
        components.schemas.extend(self.schemas);
        document
    }

    /// Names that stand for several different schemas; only the last of them would be described.
    pub fn ambiguous(&self) -> Vec<&str> {
        let mut known = std::collections::BTreeMap::new();
        let different = |(name, schema): &'_ &(String, RefOr<Schema>)| {
            let text = serde_json::to_string(schema).unwrap_or_default();
            *known.entry(name.clone()).or_insert_with(|| text.clone()) != text
        };
        self.schemas.iter().filter(different).map(|(name, _)| name.as_str()).collect()
    }
}

impl fmt::Debug for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Described").field("schemas", &self.schemas.len()).finish_non_exhaustive()
    }
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
    }
}
