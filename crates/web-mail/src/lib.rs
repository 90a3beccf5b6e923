//! Pages of sellers' mails: the list, a mail with what the CRM knows beside it, and the same pane without a frame for
//! Outlook.
//!
//! What it is not: a place for rules; `mailbox` asks for the rights again. A mail's own HTML is never part of a page: it
//! is a document of its own without rights ([`body`]), shown in a frame that may do nothing.

mod assist;
mod body;
mod connect;
mod contact;
mod draft;
mod list;
mod mail;
mod outlook;
mod pane;
mod private;
mod record;
mod rules;
mod sources;
mod summary;
#[cfg(test)]
mod tests;
mod updates;

use axum::{Extension, Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use language_features::LanguageFeatures;
use web_frame::App;

/// The addresses of these pages.
pub fn routes(language: LanguageFeatures) -> Router<App> {
    let upload = Router::new()
        .route("/mail", get_and_post(list::page, list::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES));
    let bring = Router::new()
        .route("/outlook/mails", post(outlook::bring))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES));
    // what the pane in Outlook shows and fetches
    let pane = Router::new()
        .merge(bring)
        .route("/mail/{seller_mail}/save", post(mail::save))
        .route("/mail/{seller_mail}/unsave", post(mail::unsave))
        .route("/mail/{seller_mail}/choose", get_and_post(contact::choices, mail::choose))
        .route("/mail/{seller_mail}/connect", get(connect::page))
        .route("/mail/{seller_mail}/contact", get_and_post(contact::page, contact::create))
        .route("/mail/{seller_mail}/draft", get_and_post(draft::page, draft::act))
        .route("/mail/{seller_mail}/updates", get_and_post(updates::updates, updates::decide))
        .route("/mail/{seller_mail}/summary", get_and_post(summary::summary, summary::note))
        .route("/mail/{seller_mail}/record", get(record::page))
        .route("/mail/{seller_mail}/private", post(private::write))
        .route("/mail/{seller_mail}/share", get_and_post(record::share, record::post))
        .route("/mail/{seller_mail}/partners/{action}", get(pane::partner))
        .route("/outlook/pane", get(outlook::pane));
    Router::new()
        .merge(upload)
        .merge(web_frame::framed(pane))
        .route("/mail/sources", get_and_post(sources::page, sources::connect))
        .route("/mail/sources/{mail_source}", get(sources::folder))
        .route("/mail/sources/{mail_source}/open", post(sources::open))
        .route(
            "/mail/sources/{mail_source}/folders",
            get_and_post(sources::folders, sources::choose),
        )
        .route("/mail/sources/{mail_source}/disconnect", post(sources::disconnect))
        .route("/mail/{seller_mail}", get(mail::page))
        .route("/mail/{seller_mail}/body", get(body::page))
        .route("/mail/{seller_mail}/file", get(body::file))
        .route("/mail/{seller_mail}/attachments/{index}", get(body::attachment))
        .route("/mail/{seller_mail}/delete", post(mail::delete))
        .route("/admin/mail", get_and_post(rules::page, rules::set))
        .layer(Extension(language))
}

/// A file of a mail, and what a form needs around it; the room says what is wrong with a larger one.
const UPLOAD_BYTES: usize = (72 << 20) + (64 << 10);
