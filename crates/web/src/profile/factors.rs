//! Password and second factor.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use edge::{Form, Path, Problem};
use identity::{Factors, Role, passkeys::NewPasskey};
use jiff::Timestamp;
use kernel::{Coded as _, Factor, FieldError, Kind, Secret};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, Once, mistakes, role_name, told},
};

use super::{at, myself};

/// The page of password and second factor.
#[derive(Debug, Template)]
#[template(path = "profile/security.html")]
pub(crate) struct Security {
    frame: Frame,
    tab: &'static str,
    problem: Option<(String, String)>,
    need: Need,
    /// Names of the roles that ask for a second factor.
    roles: String,
    totp: bool,
    codes: i64,
    passkeys: Vec<Key>,
    /// Whether passkeys can work at the address of the hub.
    may_passkey: bool,
    /// The fields of the password; none for an account that signs in elsewhere.
    password: Vec<Field>,
}

/// What the organisation asks of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing.
    Nothing,
    /// A role asks for a second factor, and it is there.
    Met,
    /// A second factor must be set up; until then the role's rights rest.
    Missing,
    /// There is one, but this session did not use it.
    Unused,
}

#[derive(Debug)]
struct Key {
    id: Uuid,
    name: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl Key {
    fn dialog(&self) -> String {
        format!("remove-{}", self.id)
    }

    fn remove(&self) -> String {
        format!("/profile/security/passkeys/{}/remove", self.id)
    }
}

/// The page that shows the secret of an authenticator app.
#[derive(Debug, Template)]
#[template(path = "profile/app.html")]
pub(crate) struct AppPage {
    frame: Frame,
    secret: String,
    qr: String,
    code: Field,
}

/// The page that asks the browser for a passkey.
#[derive(Debug, Template)]
#[template(path = "profile/passkey.html")]
pub(crate) struct PasskeyPage {
    frame: Frame,
    attempt: String,
    options: String,
    name: Field,
}

pub(super) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    Ok(answer::page(&Security::read(&app, &visit, &[], None).await?))
}

impl Security {
    async fn read(
        app: &App,
        visit: &Visit,
        errors: &[FieldError],
        problem: Option<(String, String)>,
    ) -> Result<Self, Problem> {
        let me = myself(visit)?;
        let user = app.identity.user(&visit.scope, me).await?;
        let factors = app.identity.factors(&visit.scope, me).await?;
        let policy = app.identity.tenant(&visit.scope).await?.policy;
        let asking = |role: &&Role| policy.second_factor_roles.contains(role);
        let roles: Vec<Role> = user.roles.iter().filter(asking).copied().collect();
        let mut page = Self::of(&visit.frame, &factors, &roles, visit.scope.factor());
        page.may_passkey = app.identity.has_passkeys();
        page.problem = problem;
        if !user.has_password {
            page.password.clear();
        }
        page.password =
            page.password.into_iter().map(|field| field.checked(errors, page.frame.t)).collect();
        Ok(page)
    }

    fn of(frame: &Frame, factors: &Factors, roles: &[Role], used: Factor) -> Self {
        let has = factors.totp || !factors.passkeys.is_empty();
        let need = match (factors.required, has, used.is_second()) {
            (false, ..) => Need::Nothing,
            (true, _, true) => Need::Met,
            (true, true, false) => Need::Unused,
            (true, false, false) => Need::Missing,
        };
        let key = |key: &identity::passkeys::Passkey| Key {
            id: key.id,
            name: key.name.clone(),
            created_at: key.created_at,
            last_used_at: key.last_used_at,
        };
        let password = vec![
            Field::input("password", "password", frame.say("password-present"))
                .required()
                .autocomplete("current-password"),
            Field::input("password", "new_password", frame.say("password-new"))
                .required()
                .hint(frame.say("password-hint"))
                .autocomplete("new-password"),
        ];
        let names: Vec<String> = roles.iter().map(|role| role_name(frame, *role)).collect();
        Self {
            frame: at(frame.clone(), "profile-tab-security"),
            tab: "security",
            problem: None,
            need,
            roles: names.join(", "),
            totp: factors.totp,
            codes: factors.recovery_codes,
            passkeys: factors.passkeys.iter().map(key).collect(),
            may_passkey: true,
            password,
        }
    }

    fn has_factor(&self) -> bool {
        self.totp || !self.passkeys.is_empty()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Passwords {
    password: String,
    new_password: String,
}

pub(super) async fn change_password(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Passwords>,
) -> Result<Response, Problem> {
    let (present, new) = (Secret::new(typed.password), Secret::new(typed.new_password));
    let errors = match app.identity.change_password(&visit.scope, present, new).await {
        Ok(()) => {
            let to = "/profile/security";
            return Ok(answer::back_with(&visit.context, to, "password-changed"));
        }
        Err(error @ identity::Error::SignIn) => {
            vec![FieldError::new("/password", error.code().name(), "")]
        }
        Err(error) => match mistakes(&error, "/new_password") {
            Some(errors) => errors,
            None => return Err(error.into()),
        },
    };
    let page = Security::read(&app, &visit, &errors, None).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Makes a secret, and shows it once; it counts when the first code was seen.
pub(super) async fn begin_app(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let made = app.identity.begin_totp(&visit.scope).await?;
    let qr = STANDARD.encode(made.qr.expose());
    Ok(answer::page(&AppPage::new(visit.frame, made.secret.expose().clone(), qr, &[])))
}

#[derive(Debug, Deserialize)]
pub(super) struct Code {
    code: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    qr: String,
}

pub(super) async fn confirm_app(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Code>,
) -> Result<Response, Problem> {
    match app.identity.confirm_totp(&visit.scope, typed.code.trim()).await {
        Ok(codes) => Ok(answer::page(&codes_page(visit.frame, &codes))),
        Err(error @ identity::Error::SecondFactor) if !typed.secret.is_empty() => {
            // the form brings back what the page showed, so that the person need not start again
            let errors = [FieldError::new("/code", error.code().name(), "")];
            let page = AppPage::new(visit.frame, typed.secret, typed.qr, &errors);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn remove_app(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.identity.remove_totp(&visit.scope).await?;
    Ok(answer::back_with(&visit.context, "/profile/security", "factor-removed"))
}

pub(super) async fn new_codes(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let codes = app.identity.new_recovery_codes(&visit.scope).await?;
    Ok(answer::page(&codes_page(visit.frame, &codes)))
}

pub(super) async fn begin_passkey(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let begun = app.identity.begin_passkey(&visit.scope).await?;
    let attempt = begun.attempt.expose().clone();
    Ok(answer::page(&PasskeyPage::new(visit.frame, attempt, begun.options.to_string())))
}

#[derive(Debug, Deserialize)]
pub(super) struct Registered {
    name: String,
    attempt: String,
    registration: String,
}

pub(super) async fn add_passkey(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Registered>,
) -> Result<Response, Problem> {
    let refused = || Problem::new("passkey.refused", Kind::Invalid, "no answer of a passkey");
    let credential = serde_json::from_str(&typed.registration).map_err(|_source| refused())?;
    let name = match typed.name.trim() {
        "" => visit.frame.say("passkey-name-default"),
        name => name.to_owned(),
    };
    let new = NewPasskey { name, credential };
    match app.identity.add_passkey(&visit.scope, &typed.attempt, new).await {
        Ok((_, codes)) if codes.is_empty() => {
            Ok(answer::back_with(&visit.context, "/profile/security", "passkey-added"))
        }
        Ok((_, codes)) => Ok(answer::page(&codes_page(visit.frame, &codes))),
        Err(error) if Problem::of(&error).status().is_server_error() => Err(error.into()),
        Err(error) => {
            let problem = Some(told(&visit.frame, &error));
            let page = Security::read(&app, &visit, &[], problem).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

pub(super) async fn remove_passkey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.identity.remove_passkey(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/profile/security", "factor-removed"))
}

impl AppPage {
    fn new(frame: Frame, secret: String, qr: String, errors: &[FieldError]) -> Self {
        let code = Field::text("code", frame.say("second-factor-code"))
            .required()
            .max(10)
            .autocomplete("one-time-code")
            .autofocus()
            .checked(errors, frame.t);
        let frame = at(frame, "factor-app-add").back_to("/profile/security");
        Self { frame, secret, qr, code }
    }

    /// The secret in groups of four, as apps show it while it is typed.
    fn grouped(&self) -> String {
        let groups: Vec<String> =
            self.secret.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into()).collect();
        groups.join(" ")
    }
}

impl PasskeyPage {
    fn new(frame: Frame, attempt: String, options: String) -> Self {
        let name = Field::text("name", frame.say("passkey-name"))
            .required()
            .max(200)
            .placeholder(frame.say("passkey-name-default"))
            .autofocus();
        let frame = at(frame, "factor-passkey-add").back_to("/profile/security");
        Self { frame, attempt, options, name }
    }
}

fn codes_page(frame: Frame, codes: &[Secret<String>]) -> Once {
    Once {
        what: frame.say("codes-what"),
        lines: codes.iter().map(|code| code.expose().clone()).collect(),
        file: Some("liaison-recovery-codes.txt"),
        example: None,
        done: "/profile/security".to_owned(),
        frame: at(frame, "codes").back_to("/profile/security"),
    }
}

#[cfg(test)]
mod tests {
    use web_proof::{frame, show};

    use super::*;

    fn factors(totp: bool, codes: i64) -> Factors {
        Factors { totp, recovery_codes: codes, passkeys: Vec::new(), required: true }
    }

    #[test]
    fn the_second_factor_leads_to_what_is_missing() {
        show("profile-security", |frame| {
            let roles = [Role::GlobalAdministrator];
            let mut met = Security::of(frame, &factors(true, 2), &roles, Factor::Totp);
            met.passkeys = vec![Key {
                id: Uuid::from_u128(9),
                name: "Laptop <b>".into(),
                created_at: frame.now,
                last_used_at: None,
            }];
            let mut elsewhere = Security::of(frame, &factors(true, 8), &roles, Factor::Single);
            elsewhere.password.clear();
            elsewhere.may_passkey = false;
            let none = Factors { required: false, ..factors(false, 0) };
            vec![
                ("missing", Security::of(frame, &factors(false, 0), &roles, Factor::Single)),
                ("met", met),
                ("unused", elsewhere),
                ("free", Security::of(frame, &none, &[], Factor::Single)),
            ]
        });
    }

    #[test]
    fn an_app_is_set_up_by_picture_or_by_hand() {
        let page = |frame: &Frame, errors: &[FieldError]| {
            AppPage::new(frame.clone(), "JBSWY3DPEHPK3PXPAB".into(), "PHN2Zy8+".into(), errors)
        };
        let wrong = [FieldError::new("/code", "second_factor.refused", "")];
        show("profile-app", |frame| {
            vec![("plain", page(frame, &[])), ("mistake", page(frame, &wrong))]
        });
        let frame = frame(kernel::Language::En);
        assert_eq!(page(&frame, &[]).grouped(), "JBSW Y3DP EHPK 3PXP AB");
    }

    #[test]
    fn a_passkey_is_named_and_made_by_the_browser() {
        show("profile-passkey", |frame| {
            let options = r#"{"challenge":"x"}"#;
            vec![("plain", PasskeyPage::new(frame.clone(), "attempt".into(), options.into()))]
        });
    }

    #[test]
    fn recovery_codes_are_shown_to_be_kept() {
        let codes = ["1111-aaaa", "2222-bbbb"].map(|code| Secret::new(code.to_owned()));
        show("profile-codes", |frame| vec![("plain", codes_page(frame.clone(), &codes))]);
    }
}
