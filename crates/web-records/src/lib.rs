//! Pages of records: the tables of an environment, their views, and one record with its form.
//!
//! What they are not: a second way to the rows. They ask [`records::Session`] as the Web API does, so that nobody sees
//! or changes more here than there. How a page is made says `web-frame`.

mod form;
mod list;
mod place;
mod record;
mod shown;
mod start;

use axum::Router;
use edge::{get, get_and_post, post};
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/records", get(start::choose))
        .route("/records/{environment}", get(start::tables))
        .route("/records/{environment}/{table}", get(list::page))
        .route("/records/{environment}/{table}/new", get_and_post(record::blank, record::create))
        .route("/records/{environment}/{table}/{record}", get_and_post(record::page, record::save))
        .route("/records/{environment}/{table}/{record}/delete", post(record::delete))
}
