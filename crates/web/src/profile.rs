//! One's own account: name and language, the second factor, sessions, tokens.

mod factors;
mod sessions;
pub(crate) mod tokens;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use edge::{Form, Problem, get, get_and_post, post};
use identity::users::{Theme as Look, User, UserPatch};
use kernel::{FieldError, Kind, Language, UserId};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Section, THEME_COOKIE, Theme, Visit, answer,
    parts::{filled, language_field, mistakes},
};

/// The addresses of one's own account.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/profile", get_and_post(page, update))
        .route("/profile/security", get(factors::page))
        .route("/profile/security/password", post(factors::change_password))
        .route("/profile/security/app", post(factors::begin_app))
        .route("/profile/security/app/confirm", post(factors::confirm_app))
        .route("/profile/security/app/remove", post(factors::remove_app))
        .route("/profile/security/codes", post(factors::new_codes))
        .route("/profile/security/passkeys", post(factors::add_passkey))
        .route("/profile/security/passkeys/new", post(factors::begin_passkey))
        .route("/profile/security/passkeys/{passkey}/remove", post(factors::remove_passkey))
        .route("/profile/sessions", get(sessions::page))
        .route("/profile/sessions/end-all", post(sessions::end_all))
        .route("/profile/sessions/{session}/end", post(sessions::end))
        .route("/profile/tokens", get_and_post(tokens::page, tokens::create))
        .route("/profile/tokens/new", get(tokens::new))
        .route("/profile/tokens/{token}/revoke", post(tokens::revoke))
}

/// The page of name, language, time zone and theme.
#[derive(Debug, Template)]
#[template(path = "profile/page.html")]
pub(crate) struct Profile {
    frame: Frame,
    tab: &'static str,
    user_name: String,
    addresses: Vec<String>,
    fields: Vec<Field>,
}

/// Places a page of the account in the frame.
pub(crate) fn at(frame: Frame, key: &str) -> Frame {
    let title = frame.say(key);
    let back = if key == "profile" { "/" } else { "/profile" };
    frame.at(Section::Profile, title).back_to(back)
}

/// The person whose pages these are; a program has none.
pub(crate) fn myself(visit: &Visit) -> Result<UserId, Problem> {
    visit.scope.user().ok_or_else(|| {
        Problem::new("actor.person_needed", Kind::Forbidden, "only people have an account")
    })
}

async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let user = app.identity.user(&visit.scope, myself(&visit)?).await?;
    Ok(answer::page(&Profile::of(visit.frame, &user, &[])))
}

#[derive(Debug, Deserialize)]
struct Typed {
    display_name: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    time_zone: String,
    #[serde(default)]
    theme: String,
}

async fn update(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let me = myself(&visit)?;
    let language: Option<Language> = typed.language.parse().ok();
    let patch = UserPatch {
        display_name: Some(typed.display_name.clone()),
        language: Some(language),
        time_zone: filled(&typed.time_zone),
        theme: typed.theme.parse::<Look>().ok(),
        ..UserPatch::default()
    };
    match app.identity.update_user(&visit.scope, me, patch).await {
        Ok(_) => {
            let mut response = answer::back_with(&visit.context, "/profile", "saved");
            let headers = response.headers_mut();
            let cookie = edge::language_cookie(&visit.context, language);
            headers.append(header::SET_COOKIE, cookie);
            let secure = if visit.context.is_secure() { "; Secure" } else { "" };
            // the browser may have the contrast theme, which is its own
            if visit.frame.theme != Theme::Contrast || typed.theme != "system" {
                let word = Theme::of(&typed.theme).word();
                let line = format!(
                    "{THEME_COOKIE}={word}; Path=/; Max-Age=31536000; SameSite=Lax{secure}"
                );
                if let Ok(value) = HeaderValue::from_str(&line) {
                    headers.append(header::SET_COOKIE, value);
                }
            }
            Ok(response)
        }
        Err(error) => match mistakes(&error, "/display_name") {
            Some(errors) => {
                let user = app.identity.user(&visit.scope, me).await?;
                let time_zone = typed.time_zone;
                let user = User { display_name: typed.display_name, time_zone, ..user };
                let page = Profile::of(visit.frame, &user, &errors);
                Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
            }
            None => Err(error.into()),
        },
    }
}

impl Profile {
    fn of(frame: Frame, user: &User, errors: &[FieldError]) -> Self {
        let themes = [Look::System, Look::Light, Look::Dark]
            .map(|look| (look.as_str(), frame.say(&format!("theme-{}", look.as_str()))));
        let fields = [
            Field::text("display_name", frame.say("profile-name"))
                .value(&user.display_name)
                .required()
                .max(200)
                .autocomplete("name"),
            language_field(&frame, user.language),
            Field::text("time_zone", frame.say("profile-time-zone"))
                .value(&user.time_zone)
                .placeholder("Europe/Paris")
                .hint(frame.say("profile-time-zone-hint")),
            Field::select("theme", frame.say("theme"), themes).value(user.theme.as_str()),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        Self {
            tab: "profile",
            user_name: user.user_name.clone(),
            addresses: user.addresses.clone(),
            fields,
            frame: at(frame, "profile"),
        }
    }
}

#[cfg(test)]
mod tests {
    use web_proof::{ada, show};

    use super::*;

    #[test]
    fn the_account_shows_what_may_be_changed() {
        show("profile", |frame| {
            let errors = [FieldError::new("/time_zone", "time_zone.unknown", "")];
            let wrong = User { time_zone: "Mars/Olympus".into(), ..ada(frame) };
            vec![
                ("plain", Profile::of(frame.clone(), &ada(frame), &[])),
                ("mistake", Profile::of(frame.clone(), &wrong, &errors)),
            ]
        });
    }
}
