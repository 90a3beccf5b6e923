//! Every API token of the organisation, and those of programs.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use identity::{TokenOwner, Tokens, credentials::Credential, users::Person};
use kernel::{CredentialId, Permission, UserId};
use web_frame::{
    App, Frame, answer,
    parts::{
        Nothing,
        tokens::{Row, Typed, example, form, make, once},
    },
};

use super::{Admin, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "tokens.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

const BASE: &str = "/admin/tokens";

pub(super) async fn list(
    State(app): State<App>,
    admin: Admin,
    page: PageQuery,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::TokenManage)?;
    let after = page.after.as_ref();
    let found = app.identity.tokens(&visit.scope, Tokens::All, page.limit, after).await?;
    let users: Vec<UserId> = found.items.iter().filter_map(|token| token.subject.user()).collect();
    let people = app.identity.people(&visit.scope, &users).await?;
    let next = found.next.map(|cursor| format!("{BASE}?after={cursor}"));
    Ok(answer::page(&List::new(visit.frame, &found.items, &people, next)))
}

impl List {
    fn new(frame: Frame, tokens: &[Credential], people: &[Person], next: Option<String>) -> Self {
        let owner = |token: &Credential| match token.subject.user() {
            Some(id) => people.iter().find(|p| p.id == id).map(|p| p.display_name.clone()),
            None => Some(frame.say("token-of-program")),
        };
        let row = |token: &Credential| Row {
            owner: owner(token).unwrap_or_else(|| "–".to_owned()),
            ..Row::of(&frame, token, BASE)
        };
        let rows = tokens.iter().map(row).collect();
        let title = frame.say("admin-tokens");
        Self { frame: at(frame, "tokens", title), rows, next }
    }
}

pub(super) async fn new(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::TokenManage)?;
    Ok(answer::page(&form(placed(visit.frame, "token-new-service"), BASE, &Typed::default(), &[])))
}

pub(super) async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::TokenManage)?;
    match make(&app, &visit, TokenOwner::Service, &typed).await? {
        Ok(secret) => {
            let line = example(&visit.context.base_url(), &secret);
            Ok(answer::page(&once(placed(visit.frame, "token-made"), secret, BASE, line)))
        }
        Err(errors) => {
            let page = form(placed(visit.frame, "token-new-service"), BASE, &typed, &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn placed(frame: Frame, key: &str) -> Frame {
    let title = frame.say(key);
    at(frame, "tokens", title).back_to(BASE)
}

pub(super) async fn revoke(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<CredentialId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::TokenManage)?;
    app.identity.revoke_token(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, BASE, "token-revoked"))
}

#[cfg(test)]
mod tests {
    use identity::credentials::{CredentialKind, Subject};
    use kernel::{Factor, Permissions};
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    #[test]
    fn every_token_says_whose_it_is() {
        show("admin-tokens", |frame| {
            let token = |n, subject| Credential {
                id: Uuid::from_u128(n).into(),
                kind: CredentialKind::ServiceToken,
                subject,
                permissions: Permissions::of(&[
                    Permission::MessageRead,
                    Permission::MessageWrite,
                    Permission::FileRead,
                    Permission::FileWrite,
                ]),
                label: "Backup <b>".into(),
                factor: Factor::None,
                created_at: frame.now,
                created_by: None,
                expires_at: None,
                last_used_at: None,
                origin: None,
                revoked_at: None,
            };
            let ada = Uuid::from_u128(3);
            let tokens = [
                token(1, Subject::User(ada.into())),
                token(2, Subject::Service(Uuid::from_u128(2).into())),
            ];
            let people = [Person { id: ada.into(), display_name: "Ada".into(), address: None }];
            vec![
                ("empty", List::new(frame.clone(), &[], &[], None)),
                ("full", List::new(frame.clone(), &tokens, &people, Some("/x".into()))),
            ]
        });
    }
}
