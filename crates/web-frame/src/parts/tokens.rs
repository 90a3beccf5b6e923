//! What the pages of one's own tokens and of everybody's share: rows, the form, the token shown once.

use edge::Problem;
use identity::{NewToken, TokenOwner, credentials::Credential};
use jiff::{SignedDuration, Timestamp};
use kernel::{CredentialId, FieldError, Permission, Permissions};
use serde::Deserialize;

use super::{FormPage, Once, Ticks, mistakes, permission_name};
use crate::{App, Field, Frame, Visit};

/// A token of a list.
#[derive(Debug)]
pub struct Row {
    /// Its identifier.
    pub id: CredentialId,
    /// Its name.
    pub label: String,
    /// Whose it is, where several people's stand together.
    pub owner: String,
    /// What it may do, in words.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// `live`, `expired` or `revoked`.
    pub state: &'static str,
    /// Where it is revoked.
    pub revoke: String,
}

impl Row {
    /// The row of a token; `base` is the address of its list.
    pub fn of(frame: &Frame, token: &Credential, base: &str) -> Self {
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

    /// Whether it works.
    pub fn is_live(&self) -> bool {
        self.state == "live"
    }

    /// The colour of its state.
    pub fn badge(&self) -> &'static str {
        if self.is_live() { "good" } else { "" }
    }

    /// The text of its state.
    pub fn state_key(&self) -> String {
        format!("token-{}", self.state)
    }

    /// The dialog that asks before it is revoked.
    pub fn dialog(&self) -> String {
        format!("revoke-{}", self.id)
    }
}

/// What the form of a token holds.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    label: String,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default)]
    expires_at: String,
}

/// Makes a token from the form: its secret, or what is wrong with the form.
///
/// # Errors
/// As identity refuses it for other reasons than the form.
pub async fn make(
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
pub fn form(frame: Frame, base: &str, typed: &Typed, errors: &[FieldError]) -> FormPage {
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
pub fn once(frame: Frame, secret: String, done: &str, example: String) -> Once {
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
pub fn example(base_url: &str, secret: &str) -> String {
    format!("curl -H 'Authorization: Bearer {secret}' '{base_url}/api/v1/me'")
}
