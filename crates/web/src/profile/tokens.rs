//! API tokens: one's own here, those of programs under the administration.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use identity::{TokenOwner, Tokens};
use kernel::CredentialId;
use web_frame::{
    App, Frame, Visit, answer,
    parts::{
        Nothing,
        tokens::{Row, Typed, example, form, make, once},
    },
};

use super::at;

/// The page of one's own tokens.
#[derive(Debug, Template)]
#[template(path = "profile/tokens.html")]
pub(crate) struct TokensPage {
    frame: Frame,
    tab: &'static str,
    rows: Vec<Row>,
    next: Option<String>,
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

#[cfg(test)]
mod tests {
    use kernel::{FieldError, Permission};
    use uuid::Uuid;
    use web_frame::parts::permission_name;
    use web_proof::show;

    use super::*;

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
