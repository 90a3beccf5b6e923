//! Pages of sellers' meetings: the list, a meeting with its recap and the transcript beside it, what to know before it,
//! and the forms by which something becomes of it in the CRM or a channel.
//!
//! What it is not: a place for rules; `meetings` asks for the rights again.

mod draft;
mod forms;
mod list;
mod meeting;
mod prepare;
mod reminders;
mod rules;
mod share;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{Extension, Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use meetings::Meetings;
use web_frame::App;

/// The service as handlers get it.
pub(crate) type Room = Extension<Arc<Meetings>>;

/// The addresses of these pages.
pub fn routes(meetings: Arc<Meetings>) -> Router<App> {
    let upload = Router::new()
        .route("/meetings/calendar", post(list::upload))
        .route("/meetings/{meeting}/transcript", post(meeting::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES));
    Router::new()
        .merge(upload)
        .route("/meetings", get(list::page))
        .route("/meetings/calendar/read", post(list::read))
        .route("/meetings/new", get_and_post(list::new, list::create))
        .route("/meetings/reminders", get_and_post(reminders::page, reminders::set))
        .route("/meetings/{meeting}", get(meeting::page))
        .route("/meetings/{meeting}/preparation", get(prepare::page))
        .route("/meetings/{meeting}/draft", get(draft::page))
        .route("/meetings/{meeting}/delete", post(meeting::delete))
        .route("/meetings/{meeting}/forget", post(meeting::forget))
        .route("/meetings/{meeting}/app", post(meeting::add_app))
        .route("/meetings/{meeting}/fetch", post(meeting::fetch))
        .route("/meetings/{meeting}/recap", post(meeting::make))
        .route("/meetings/{meeting}/record", get_and_post(forms::record, forms::connect))
        .route("/meetings/{meeting}/disconnect", post(forms::disconnect))
        .route("/meetings/{meeting}/task", get_and_post(forms::task, forms::create_task))
        .route("/meetings/{meeting}/notes", get_and_post(forms::notes, forms::save_notes))
        .route("/meetings/{meeting}/post", get_and_post(share::page, share::post))
        .route("/admin/meetings", get_and_post(rules::page, rules::set))
        .layer(Extension(meetings))
}

/// A file, and what a form needs around it; the room says what is wrong with a larger one.
const UPLOAD_BYTES: usize = meetings::MAX_TRANSCRIPT_BYTES + (64 << 10);
