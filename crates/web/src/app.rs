//! What the pages stand on, and their routes.

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use edge::{Context, Form};
use kernel::{Language, Scope};
use serde::Deserialize;

use crate::{Person, Theme, answer, assets, security, visit::THEME};

/// What the pages stand on; cheap to clone.
#[derive(Debug, Clone)]
pub struct App {}

impl App {
    /// Who is signed in, as the frame shows it, and the name of the organisation.
    pub(crate) async fn who(&self, _scope: &Scope) -> (Option<Person>, String) {
        (None, String::new())
    }
}

/// Every page. `server` puts it inside [`edge::attach`].
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(async || Redirect::to("/teams")))
        .route("/preferences", post(preferences))
        .fallback(edge::unknown_route)
        .method_not_allowed_fallback(edge::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), answer::problems))
        .route("/assets/{name}", get(assets::serve))
        .layer(from_fn(security::headers))
        .with_state(app)
}

#[derive(Debug, Deserialize)]
struct Preferences {
    theme: Option<String>,
    language: Option<String>,
    back: Option<String>,
}

/// Keeps theme and language in cookies, and goes back to where the menu was.
async fn preferences(context: Context, Form(form): Form<Preferences>) -> Response {
    let back = form.back.filter(|back| is_own(back)).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&back).into_response();
    let headers = response.headers_mut();
    if let Some(theme) = form.theme {
        let secure = if context.is_secure() { "; Secure" } else { "" };
        let word = Theme::of(&theme).word();
        let line = format!("{THEME}={word}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    if let Some(language) = form.language.and_then(|tag| tag.parse::<Language>().ok()) {
        headers.append(header::SET_COOKIE, edge::language_cookie(&context, language));
    }
    response
}

/// Whether an address stays on this hub; `//host` and `/\host` lead away.
pub(crate) fn is_own(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && !address.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_never_leads_away() {
        assert!(is_own("/teams?x=1#y"));
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb"] {
            assert!(!is_own(foreign), "{foreign:?}");
        }
    }
}
