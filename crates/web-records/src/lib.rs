//! Pages of records: the tables of an environment, their views, and one record with its form.
//!
//! What they are not: a second way to the rows. They ask [`records::Session`] as the Web API does, so that nobody sees
//! or changes more here than there. How a page is made says `web-frame`.

mod actions;
mod asking;
mod bulk;
mod cell;
mod channels;
mod chart;
mod files;
mod filter;
mod form;
mod found;
mod history;
mod home;
pub mod inside;
mod list;
mod lookup;
mod place;
mod record;
mod related;
mod sharing;
mod shown;
mod start;
mod timeline;
mod totals;
mod transfer;
mod views;

use axum::{Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use web_frame::App;

pub use self::channels::placed;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/records", get(start::choose))
        .route("/records/{environment}", get(start::tables))
        // fields of a tab inside a host ask it too
        .merge(web_frame::framed(
            Router::new().route("/records/{environment}/lookup", get(lookup::suggest)),
        ))
        .route("/records/{environment}/imports", get(transfer::list))
        .route(
            "/records/{environment}/imports/{import}",
            get_and_post(transfer::page, transfer::act),
        )
        .route("/records/{environment}/imports/{import}/errors.csv", get(transfer::report))
        .route("/records/{environment}/{table}", get(list::page))
        .route(
            "/records/{environment}/{table}/import",
            // how large a file may be is the room's to say
            get_and_post(transfer::begin, transfer::take).layer(DefaultBodyLimit::disable()),
        )
        .route("/records/{environment}/{table}/export", get(transfer::export))
        .route("/records/{environment}/{table}/export/file", get(transfer::export_file))
        .route("/records/{environment}/{table}/new", get_and_post(record::blank, record::create))
        .route("/records/{environment}/{table}/bulk", post(bulk::act))
        .route("/records/{environment}/{table}/views", post(views::save))
        .route("/records/{environment}/{table}/views/{view}/delete", post(views::delete))
        .route("/records/{environment}/{table}/columns", post(views::columns))
        .route("/records/{environment}/{table}/chart", post(views::chart))
        .route("/records/{environment}/{table}/{record}", get_and_post(record::page, record::save))
        .route("/records/{environment}/{table}/{record}/delete", post(record::delete))
        .route(
            "/records/{environment}/{table}/{record}/cell/{column}",
            get_and_post(cell::edit, cell::save),
        )
        .route("/records/{environment}/{table}/{record}/status", post(actions::status))
        .route("/records/{environment}/{table}/{record}/assign", post(actions::assign))
        .route("/records/{environment}/{table}/{record}/qualify", post(actions::qualify))
        .route("/records/{environment}/{table}/{record}/share", post(sharing::share))
        .route("/records/{environment}/{table}/{record}/revoke", post(sharing::revoke))
        .route("/records/{environment}/{table}/{record}/activities", post(timeline::add))
        .route(
            "/records/{environment}/{table}/{record}/notes",
            post(timeline::note).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .route("/records/{environment}/{table}/{record}/attachment", get(timeline::attachment))
        .route(
            "/records/{environment}/{table}/{record}/files/{column}",
            get_and_post(files::download, files::upload).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .route("/records/{environment}/{table}/{record}/files/{column}/delete", post(files::remove))
}

/// A form with a file and what stands beside it.
const FORM_BYTES: usize = 17 << 20;
