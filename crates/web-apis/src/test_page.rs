//! The page on which a maker tries operations, and the examples that are kept there.

mod examples;
mod outcome;
mod pick;
mod posted;
mod show;

use axum::{Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use kernel::ApiConnectorId;
use web_frame::{App, Frame};

use crate::connectors::path_of;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/apis/{api_connector}/test", get(show::page))
        .route("/apis/{api_connector}/examples", get_and_post(examples::page, examples::save))
        .route("/apis/{api_connector}/examples/run", post(examples::run_all))
        .route("/apis/{api_connector}/examples/{example}/run", post(examples::run))
        .route("/apis/{api_connector}/examples/{example}/delete", post(examples::delete))
        .merge(
            Router::new()
                .route("/apis/{api_connector}/test", post(show::act))
                .layer(DefaultBodyLimit::max(web_forms::MAX_BYTES)),
        )
}

/// A sentence of these pages.
fn say(frame: &Frame, key: &str) -> String {
    frame.say(&format!("test-page.{key}"))
}

/// The two pages of this tab: address, name, whether it is this one.
fn ways(frame: &Frame, id: ApiConnectorId, here: &str) -> Vec<(String, String, bool)> {
    let path = path_of(id);
    [("try", "test"), ("examples", "examples")]
        .into_iter()
        .map(|(key, end)| (format!("{path}/{end}"), say(frame, key), key == here))
        .collect()
}
