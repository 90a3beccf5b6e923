//! The page on which an administrator decides about the language features: which there are, who does the work, what may
//! leave, and what it cost.
//!
//! What it is not: a place for rules; `language-features` asks for the rights again. How a page is made says `web-frame`.

mod settings;

use axum::{Extension, Router};
use edge::get_and_post;
use language_features::LanguageFeatures;
use web_frame::App;

/// The addresses of these pages.
pub fn routes(language: LanguageFeatures) -> Router<App> {
    Router::new()
        .route("/admin/language", get_and_post(settings::page, settings::save))
        .layer(Extension(language))
}

#[cfg(test)]
mod tests;
