//! API tokens: one's own here, those of programs under the administration.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use identity::{NewToken, TokenOwner, Tokens, credentials::Credential};
use jiff::{SignedDuration, Timestamp};
use kernel::{CredentialId, FieldError, Permission, Permissions};
use serde::Deserialize;

use super::at;
use crate::{
    App, Field, Frame, Visit, answer,
    pages::{
        channel::Nothing,
        parts::{FormPage, Once, Ticks, mistakes, permission_name},
    },
};

/// The page of one's own tokens.
#[derive(Debug, Template)]
#[template(path = "profile/tokens.html")]
pub(crate) struct TokensPage {
    frame: Frame,
    tab: &'static str,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A token of a list.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: CredentialId,
    pub(crate) label: String,
    /// Whose it is, where several people's stand together.
    pub(crate) owner: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) last_used_at: Option<Timestamp>,
    /// `live`, `expired` or `revoked`.
    pub(crate) state: &'static str,
    pub(crate) revoke: String,
}

impl Row {
    pub(crate) fn of(frame: &Frame, token: &Credential, base: &str) -> Self {
        let scopes = Permission::ALL.iter().filter(|p| token.permissions.has(**p));
        Self {
            id: token.id,
            label: token.label.clone(),
            owner: String::new(),
            scopes: scopes.map(|p| permission_name(frame, *p)).collect(),
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            state: match token.revoked_at {
                Some(_) => "revoked",
                None if token.is_live(frame.now) => "live",
                None => "expired",
            },
            revoke: format!("{base}/{}/revoke", token.id),
        }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.state == "live"
    }

    pub(crate) fn badge(&self) -> &'static str {
        if self.is_live() { "good" } else { "" }
    }

    pub(crate) fn state_key(&self) -> String {
        format!("token-{}", self.state)
    }

    pub(crate) fn dialog(&self) -> String {
        format!("revoke-{}", self.id)
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    page: PageQuery,
) -> Result<Response, Problem> {
    let after = page.after.as_ref();
    let found = app.identity.tokens(&visit.scope, Tokens::Mine, page.limit, after).await?;
    let rows = found.items.iter().map(|t| Row::of(&visit.frame, t, "/profile/tokens")).collect();
    let next = found.next.map(|cursor| format!("/profile/tokens?after={cursor}"));
    Ok(answer::page(&TokensPage::new(visit.frame, rows, next)))
}

impl TokensPage {
    fn new(frame: Frame, rows: Vec<Row>, next: Option<String>) -> Self {
        Self { frame: at(frame, "profile-tab-tokens"), tab: "tokens", rows, next }
    }
}

/// What the form of a token holds.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    label: String,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default)]
    expires_at: String,
}

pub(super) async fn new(visit: Visit) -> Response {
    let frame = at(visit.frame, "token-new").back_to("/profile/tokens");
    answer::page(&form(frame, "/profile/tokens", &Typed::default(), &[]))
}

pub(super) async fn create(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let base = "/profile/tokens";
    match make(&app, &visit, TokenOwner::Myself, &typed).await? {
        Ok(secret) => {
            let example = example(&visit.context.base_url(), &secret);
            let frame = at(visit.frame, "token-made").back_to(base);
            Ok(answer::page(&once(frame, secret, base, example)))
        }
        Err(errors) => {
            let frame = at(visit.frame, "token-new").back_to(base);
            let page = form(frame, base, &typed, &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

pub(super) async fn revoke(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CredentialId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.identity.revoke_token(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/profile/tokens", "token-revoked"))
}

/// Makes a token from the form: its secret, or what is wrong with the form.
pub(crate) async fn make(
    app: &App,
    visit: &Visit,
    owner: TokenOwner,
    typed: &Typed,
) -> Result<Result<String, Vec<FieldError>>, Problem> {
    let permissions: Permissions =
        typed.permissions.iter().filter_map(|word| word.parse::<Permission>().ok()).collect();
    let days = typed.expires_at.parse::<i64>().unwrap_or(90).clamp(1, 3660);
    let expires_at = visit.frame.now.checked_add(SignedDuration::from_hours(24 * days)).ok();
    let label = typed.label.clone();
    let new = NewToken { owner, label, permissions, expires_at };
    match app.identity.create_token(&visit.scope, new).await {
        Ok(made) => Ok(Ok(made.secret.expose().clone())),
        Err(error) => match mistakes(&error, "/label") {
            Some(errors) => Ok(Err(errors)),
            None => Err(error.into()),
        },
    }
}

/// The form of a new token.
pub(crate) fn form(frame: Frame, base: &str, typed: &Typed, errors: &[FieldError]) -> FormPage {
    let life = |days: i64| (days.to_string(), frame.say1("token-days", "count", days));
    let days = if typed.expires_at.is_empty() { "90" } else { &typed.expires_at };
    let fields = [
        Field::text("label", frame.say("token-label"))
            .value(&typed.label)
            .required()
            .max(200)
            .hint(frame.say("token-label-hint"))
            .autofocus(),
        Field::select("expires_at", frame.say("token-life"), [7, 30, 90, 180, 365].map(life))
            .value(days),
    ];
    FormPage {
        intro: frame.say("tokens-what"),
        problem: None,
        fields: fields.into_iter().map(|field| field.checked(errors, frame.t)).collect(),
        ticks: vec![Ticks::scopes(&frame, &typed.permissions).checked(errors, &frame)],
        action: base.to_owned(),
        cancel: base.to_owned(),
        button: frame.say("token-create"),
        frame,
    }
}

/// A token, shown once.
pub(crate) fn once(frame: Frame, secret: String, done: &str, example: String) -> Once {
    Once {
        what: frame.say("token-once"),
        lines: vec![secret],
        file: None,
        example: Some(example),
        done: done.to_owned(),
        frame,
    }
}

/// A line that uses the token.
pub(crate) fn example(base_url: &str, secret: &str) -> String {
    format!("curl -H 'Authorization: Bearer {secret}' '{base_url}/api/v1/me'")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::pages::tests::show;

    /// A token in each state.
    fn rows(frame: &Frame) -> Vec<Row> {
        let row = |(n, state): (u128, &'static str)| Row {
            id: Uuid::from_u128(n).into(),
            label: format!("Backup <{state}>"),
            owner: String::new(),
            scopes: vec![permission_name(frame, Permission::MessageRead)],
            expires_at: Some(frame.now),
            last_used_at: (n == 1).then_some(frame.now),
            state,
            revoke: format!("/profile/tokens/{n}/revoke"),
        };
        [(1, "live"), (2, "expired"), (3, "revoked")].map(row).into()
    }

    #[test]
    fn tokens_are_listed_with_their_last_use() {
        show("profile-tokens", |frame| {
            vec![
                ("empty", TokensPage::new(frame.clone(), Vec::new(), None)),
                ("full", TokensPage::new(frame.clone(), rows(frame), Some("/x".into()))),
            ]
        });
    }

    #[test]
    fn a_token_is_asked_for_by_what_it_may_do() {
        let errors = [FieldError::new("/permissions", "permissions.invalid", "")];
        show("profile-token-new", |frame| {
            let frame = at(frame.clone(), "token-new");
            vec![("mistake", form(frame, "/profile/tokens", &Typed::default(), &errors))]
        });
        show("profile-token-made", |frame| {
            let frame = at(frame.clone(), "token-made");
            let line = example("https://hub.example.org", "liaison_abc");
            vec![("plain", once(frame, "liaison_abc".into(), "/profile/tokens", line))]
        });
    }
}
