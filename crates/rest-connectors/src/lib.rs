//! REST of connectors to APIs: their life and connections, data policies, published actions, the sales surfaces.

mod api_connectors;
mod app;
mod published;
mod sales;

pub use app::{App, Services};

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    api_connectors::routes().merge(published::routes()).merge(sales::routes())
}
