//! REST of channels: webhooks, registered connectors, apps, delivery targets, buttons of cards.

mod actions;
mod app;
mod apps;
mod connectors;
mod targets;
mod webhooks;

pub use app::{App, Services};

pub(crate) type Routes = rest::Routes<App>;

/// Every route of this crate.
pub fn routes() -> rest::Routes<App> {
    webhooks::routes()
        .merge(actions::routes())
        .merge(apps::routes())
        .merge(connectors::routes())
        .merge(targets::routes())
}
