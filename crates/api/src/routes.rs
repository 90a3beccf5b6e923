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

use crate::App;

/// Whether this build describes its routes by code.
pub(crate) const DESCRIBES: bool = cfg!(debug_assertions);

/// The routes of handlers annotated with `utoipa::path`.
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {{
        let mut routes = $crate::routes::Routes::default();
        $(::pastey::paste! { routes.add::<[<__path_ $handler>], _, _>($handler); })+
        routes
    }};
}
pub(crate) use routes;

/// Routes, and what describes them.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<App>,
    paths: Paths,
    /// By name, in the order of the routes; the same one as often as it is used.
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes {
    /// Adds a handler under the path and the methods of its description.
    pub(crate) fn add<P, H, T>(&mut self, handler: H)
    where
        P: Path + Tags<'static> + SchemaReferences,
        H: Handler<T, App, Future = Answering> + Sync,
    {
        let handler = Erased::new(handler);
        let path = P::path();
        let methods = P::methods();
        self.route(&path, &methods, handler);
        if DESCRIBES {
            let mut operation = P::operation();
            let tags = P::tags().into_iter().map(str::to_owned);
            operation.tags.get_or_insert_default().extend(tags);
            self.paths.add_path_operation(path, methods, operation);
            P::schemas(&mut self.schemas);
        }
    }

    /// Joins two sets of routes.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        if DESCRIBES {
            self.paths.merge(other.paths);
            self.schemas.extend(other.schemas);
        }
        self
    }

    /// The router alone.
    pub(crate) fn router(self) -> Router<App> {
        self.router
    }

    /// A document with the descriptions of the routes added.
    pub(crate) fn described(self, mut document: OpenApi) -> OpenApi {
        document.paths.merge(self.paths);
        let components = document.components.get_or_insert_default();
        components.schemas.extend(self.schemas);
        document
    }

    /// Names that stand for several different schemas; only the last of them would be described.
    #[cfg(test)]
    pub(crate) fn ambiguous(&self) -> Vec<&str> {
        let mut known = std::collections::BTreeMap::new();
        let different = |(name, schema): &'_ &(String, RefOr<Schema>)| {
            let text = serde_json::to_string(schema).unwrap();
            *known.entry(name.clone()).or_insert_with(|| text.clone()) != text
        };
        self.schemas.iter().filter(different).map(|(name, _)| name.as_str()).collect()
    }

    fn route(&mut self, path: &str, methods: &[HttpMethod], handler: Erased<App>) {
        let filters = methods.iter().map(filter);
        let Some(filter) = filters.reduce(MethodFilter::or) else { return };
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, MethodRouter::new().on(filter, handler));
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

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").field("router", &self.router).finish_non_exhaustive()
    }
}
