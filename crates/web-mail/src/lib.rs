//! Pages of sellers' mails: the list, a mail with what the CRM knows beside it, and the same pane without a frame for
//! Outlook.
//!
//! What it is not: a place for rules; `mailbox` asks for the rights again. A mail's own HTML is never part of a page: it
//! is a document of its own without rights ([`body`]), shown in a frame that may do nothing.

mod assist;
mod body;
mod contact;
mod list;
mod mail;
mod pane;
mod rules;
#[cfg(test)]
mod tests;

use axum::{Extension, Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use language_features::LanguageFeatures;
use web_frame::App;

/// The addresses of these pages.
pub fn routes(language: LanguageFeatures) -> Router<App> {
    let upload = Router::new()
        .route("/mail", get_and_post(list::page, list::upload))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES));
    Router::new()
        .merge(upload)
        .route("/mail/{seller_mail}", get(mail::page))
        .route("/mail/{seller_mail}/body", get(body::page))
        .route("/mail/{seller_mail}/file", get(body::file))
        .route("/mail/{seller_mail}/attachments/{index}", get(body::attachment))
        .route("/mail/{seller_mail}/delete", post(mail::delete))
        .route("/mail/{seller_mail}/save", post(mail::save))
        .route("/mail/{seller_mail}/unsave", post(mail::unsave))
        .route("/mail/{seller_mail}/choose", post(mail::choose))
        .route("/mail/{seller_mail}/contact", get_and_post(contact::page, contact::create))
        .route("/mail/{seller_mail}/draft", get(assist::draft))
        .route("/mail/{seller_mail}/updates", get_and_post(assist::updates, assist::accept))
        .route("/mail/{seller_mail}/summary", get(assist::summary))
        .route("/mail/{seller_mail}/partners/{action}", get(pane::partner))
        .route("/outlook/pane", get(pane::alone))
        .route("/admin/mail", get_and_post(rules::page, rules::set))
        .layer(Extension(language))
}

/// A file of a mail, and what a form needs around it; the room says what is wrong with a larger one.
const UPLOAD_BYTES: usize = (72 << 20) + (64 << 10);
