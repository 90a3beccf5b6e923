//! OpenID Connect providers: who may come in through them, and as what.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Path, Problem};
use identity::{GroupRule, Provider, ProviderInput, ProviderRules, Role, RoleRule};
use kernel::{FieldError, GroupId, Kind, Limit, Permission, ProviderId, Secret};
use serde::Deserialize;
use web_frame::{
    App, Field, Frame, Visit, answer,
    parts::{Nothing, filled, mistakes, role_name, told},
};

use super::{Admin, at};

/// The list.
#[derive(Debug, Template)]
#[template(path = "providers.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Provider>,
}

/// One provider, or a new one.
#[derive(Debug, Template)]
#[template(path = "provider.html")]
pub(crate) struct Page {
    frame: Frame,
    id: Option<ProviderId>,
    name: String,
    /// The address that the provider must send people back to.
    return_url: String,
    fields: Vec<Field>,
    more: Vec<Field>,
    roles: Rules,
    groups: Rules,
    has_secret: bool,
    /// What the test said: whether it went well, title and detail.
    result: Option<(bool, String, String)>,
}

/// Lines of claim, value and what it gives.
#[derive(Debug)]
struct Rules {
    name: &'static str,
    legend: String,
    hint: String,
    target: String,
    options: Vec<(String, String)>,
    lines: Vec<[String; 3]>,
}

/// What the form holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    issuer: String,
    client_id: String,
    client_secret: String,
    enabled: String,
    provision: String,
    trusted_domains: String,
    second_factor_amr: String,
    second_factor_acr: String,
    act_for: String,
    scopes: String,
    role_claim: Vec<String>,
    role_value: Vec<String>,
    role_target: Vec<String>,
    group_claim: Vec<String>,
    group_value: Vec<String>,
    group_target: Vec<String>,
}

impl Typed {
    fn of(provider: &Provider) -> Self {
        let rules = &provider.rules;
        let tick = |on: bool| if on { "on".to_owned() } else { String::new() };
        Self {
            name: provider.name.clone(),
            issuer: provider.issuer.clone(),
            client_id: provider.client_id.clone(),
            client_secret: String::new(),
            enabled: tick(provider.enabled),
            provision: tick(rules.provision),
            trusted_domains: rules.trusted_domains.join(", "),
            second_factor_amr: rules.second_factor_amr.join(", "),
            second_factor_acr: rules.second_factor_acr.join(", "),
            act_for: tick(rules.act_for),
            scopes: rules.scopes.join(" "),
            role_claim: rules.roles.iter().map(|rule| rule.claim.clone()).collect(),
            role_value: rules.roles.iter().map(|rule| rule.value.clone()).collect(),
            role_target: rules.roles.iter().map(|rule| rule.role.to_string()).collect(),
            group_claim: rules.groups.iter().map(|rule| rule.claim.clone()).collect(),
            group_value: rules.groups.iter().map(|rule| rule.value.clone()).collect(),
            group_target: rules.groups.iter().map(|rule| rule.group.to_string()).collect(),
        }
    }

    /// A provider that is not there yet.
    fn blank() -> Self {
        let rules = ProviderRules::default();
        Self {
            enabled: "on".to_owned(),
            second_factor_amr: rules.second_factor_amr.join(", "),
            ..Self::default()
        }
    }

    fn role_lines(&self) -> Vec<[String; 3]> {
        lines(&self.role_claim, &self.role_value, &self.role_target)
    }

    fn group_lines(&self) -> Vec<[String; 3]> {
        lines(&self.group_claim, &self.group_value, &self.group_target)
    }

    fn input(&self) -> ProviderInput {
        let role = |[claim, value, role]: [String; 3]| {
            Some(RoleRule { claim, value, role: role.parse().ok()? })
        };
        let group = |[claim, value, group]: [String; 3]| {
            Some(GroupRule { claim, value, group: group.parse().ok()? })
        };
        ProviderInput {
            name: self.name.clone(),
            issuer: self.issuer.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            client_secret: filled(&self.client_secret).map(Secret::new),
            rules: ProviderRules {
                provision: self.provision == "on",
                trusted_domains: words(&self.trusted_domains),
                roles: self.role_lines().into_iter().filter_map(role).collect(),
                groups: self.group_lines().into_iter().filter_map(group).collect(),
                second_factor_amr: words(&self.second_factor_amr),
                second_factor_acr: words(&self.second_factor_acr),
                act_for: self.act_for == "on",
                scopes: words(&self.scopes),
            },
            enabled: self.enabled == "on",
        }
    }
}

/// The lines that are filled in.
fn lines(claims: &[String], values: &[String], targets: &[String]) -> Vec<[String; 3]> {
    let line = |((claim, value), target): ((&String, &String), &String)| {
        Some([filled(claim)?, filled(value)?, target.clone()])
    };
    claims.iter().zip(values).zip(targets).filter_map(line).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split([',', ';', '\n', ' ']).filter_map(filled).collect()
}

pub(super) async fn list(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    let rows = app.identity.providers(&visit.scope).await?;
    Ok(answer::page(&List::new(visit.frame, rows)))
}

impl List {
    fn new(frame: Frame, rows: Vec<Provider>) -> Self {
        let title = frame.say("admin-providers");
        Self { frame: at(frame, "providers", title), rows }
    }
}

pub(super) async fn new(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    Ok(answer::page(&Page::read(&app, &visit, None, (&Typed::blank(), &[])).await?))
}

pub(super) async fn create(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    match app.identity.create_provider(&visit.scope, typed.input()).await {
        Ok(made) => Ok(done(&visit, made.id, "provider-created")),
        Err(error) => wrong(&app, &visit, None, (&typed, &error)).await,
    }
}

pub(super) async fn page(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<ProviderId>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    let provider = find(&app, &visit, id).await?;
    let typed = Typed::of(&provider);
    Ok(answer::page(&Page::read(&app, &visit, Some(&provider), (&typed, &[])).await?))
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<ProviderId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    match app.identity.update_provider(&visit.scope, id, typed.input()).await {
        Ok(_) => Ok(done(&visit, id, "saved")),
        Err(error) => {
            let provider = find(&app, &visit, id).await?;
            wrong(&app, &visit, Some(&provider), (&typed, &error)).await
        }
    }
}

/// Asks the provider for its discovery document, as a sign-in would.
pub(super) async fn test(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<ProviderId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    let provider = find(&app, &visit, id).await?;
    let typed = Typed::of(&provider);
    let mut page = Page::read(&app, &visit, Some(&provider), (&typed, &[])).await?;
    page.result = Some(match app.identity.probe_provider(&visit.scope, id).await {
        Ok(sign_in) => {
            let host = sign_in.host_str().unwrap_or_default();
            let detail = page.frame.say1("provider-answers-what", "host", host);
            (true, page.frame.say("provider-answers"), detail)
        }
        Err(error) => {
            let (title, detail) = told(&page.frame, &error);
            (false, title, format!("{detail} ({error})"))
        }
    });
    Ok(answer::page(&page))
}

pub(super) async fn forget_secret(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<ProviderId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    app.identity.remove_provider_secret(&visit.scope, id).await?;
    Ok(done(&visit, id, "admin.secret-forgotten"))
}

pub(super) async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<ProviderId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::SettingsManage)?;
    app.identity.delete_provider(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/admin/providers", "provider-deleted"))
}

async fn find(app: &App, visit: &Visit, id: ProviderId) -> Result<Provider, Problem> {
    let all = app.identity.providers(&visit.scope).await?;
    all.into_iter().find(|provider| provider.id == id).ok_or_else(|| {
        Problem::new("provider.not_found", Kind::NotFound, "no such provider in this tenant")
    })
}

async fn wrong(
    app: &App,
    visit: &Visit,
    provider: Option<&Provider>,
    (typed, error): (&Typed, &identity::Error),
) -> Result<Response, Problem> {
    let errors = match error {
        identity::Error::Escalation => Vec::new(),
        error => mistakes(error, "/name").ok_or_else(|| Problem::of(error))?,
    };
    let mut page = Page::read(app, visit, provider, (typed, &errors)).await?;
    let (title, detail) = told(&page.frame, error);
    let rules = errors.iter().find(|error| error.pointer == "/rules");
    if matches!(error, identity::Error::Escalation) {
        page.result = Some((false, title, detail));
    } else if let Some(rules) = rules {
        page.result = Some((false, page.frame.t.rule(rules.code, rules.limit), detail));
    }
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn done(visit: &Visit, id: ProviderId, key: &str) -> Response {
    answer::back_with(&visit.context, &format!("/admin/providers/{id}"), key)
}

impl Page {
    async fn read(
        app: &App,
        visit: &Visit,
        provider: Option<&Provider>,
        (typed, errors): (&Typed, &[FieldError]),
    ) -> Result<Self, Problem> {
        let limit = Limit::new(Limit::MAX).unwrap_or_default();
        let groups = app.identity.groups(&visit.scope, limit, None).await?.items;
        let groups: Vec<(GroupId, String)> = groups.into_iter().map(|g| (g.id, g.name)).collect();
        let mut page = Self::of(&visit.frame, provider, (typed, errors), groups);
        page.return_url = format!("{}/sign-in/return", visit.context.base_url());
        Ok(page)
    }

    fn of(
        frame: &Frame,
        provider: Option<&Provider>,
        (typed, errors): (&Typed, &[FieldError]),
        groups: Vec<(GroupId, String)>,
    ) -> Self {
        let has_secret = provider.is_some_and(|provider| provider.has_secret);
        let secret = if has_secret { "provider-secret-kept" } else { "provider-secret-hint" };
        let fields = [
            Field::text("name", frame.say("provider-name"))
                .value(&typed.name)
                .required()
                .max(200)
                .hint(frame.say("provider-name-hint")),
            Field::input("url", "issuer", frame.say("provider-issuer"))
                .value(&typed.issuer)
                .required()
                .placeholder("https://login.example.org")
                .hint(frame.say("provider-issuer-hint")),
            Field::text("client_id", frame.say("provider-client"))
                .value(&typed.client_id)
                .required()
                .max(300),
            Field::input("password", "client_secret", frame.say("provider-secret"))
                .hint(frame.say(secret))
                .autocomplete("off"),
            Field::check("enabled", frame.say("provider-enabled"), typed.enabled == "on"),
        ];
        let more = [
            Field::check("provision", frame.say("provider-provision"), typed.provision == "on")
                .hint(frame.say("provider-provision-hint")),
            Field::text("trusted_domains", frame.say("provider-domains"))
                .value(&typed.trusted_domains)
                .placeholder("example.org")
                .hint(frame.say("provider-domains-hint")),
            Field::text("second_factor_amr", frame.say("provider-amr"))
                .value(&typed.second_factor_amr)
                .hint(frame.say("provider-amr-hint")),
            Field::text("second_factor_acr", frame.say("provider-acr"))
                .value(&typed.second_factor_acr),
            Field::check("act_for", frame.say("oauth.provider-act-for"), typed.act_for == "on")
                .hint(frame.say("oauth.provider-act-for-hint")),
            Field::text("scopes", frame.say("oauth.provider-scopes"))
                .value(&typed.scopes)
                .placeholder("api://connector/access_as_user")
                .hint(frame.say("oauth.provider-scopes-hint")),
        ];
        let checked = |field: Field| field.checked(errors, frame.t);
        let roles = Role::ALL.map(|role| (role.to_string(), role_name(frame, role)));
        let groups = groups.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        let title =
            provider.map_or_else(|| frame.say("provider-new"), |provider| provider.name.clone());
        Self {
            has_secret,
            id: provider.map(|provider| provider.id),
            name: title.clone(),
            return_url: String::new(),
            fields: fields.into_iter().map(checked).collect(),
            more: more.into_iter().map(checked).collect(),
            roles: Rules::new(frame, "role", roles.into(), typed.role_lines()),
            groups: Rules::new(frame, "group", groups, typed.group_lines()),
            result: None,
            frame: at(frame.clone(), "providers", title).back_to("/admin/providers"),
        }
    }

    fn path(&self, rest: &str) -> String {
        match self.id {
            Some(id) => format!("/admin/providers/{id}{rest}"),
            None => "/admin/providers".to_owned(),
        }
    }
}

/// Lines that stand empty below the rules, for new ones.
const SPARE: usize = 2;

impl Rules {
    fn new(
        frame: &Frame,
        name: &'static str,
        options: Vec<(String, String)>,
        mut lines: Vec<[String; 3]>,
    ) -> Self {
        lines.extend(std::iter::repeat_n(<[String; 3]>::default(), SPARE));
        Self {
            name,
            legend: frame.say(&format!("provider-{name}s")),
            hint: frame.say(&format!("provider-{name}s-hint")),
            target: frame.say(&format!("provider-{name}")),
            options,
            lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use web_proof::{frame, show};

    use super::*;

    fn provider(frame: &Frame) -> Provider {
        let rule =
            RoleRule { claim: "roles".into(), value: "hub-admins".into(), role: Role::Seller };
        Provider {
            id: Uuid::from_u128(6).into(),
            name: "Contoso <ID>".into(),
            issuer: "https://login.example.org".into(),
            client_id: "liaison".into(),
            has_secret: true,
            rules: ProviderRules { provision: true, roles: vec![rule], ..ProviderRules::default() },
            enabled: true,
            created_at: frame.now,
        }
    }

    #[test]
    fn providers_are_listed_and_made() {
        show("admin-providers", |frame| {
            vec![
                ("empty", List::new(frame.clone(), Vec::new())),
                ("full", List::new(frame.clone(), vec![provider(frame)])),
            ]
        });
        show("admin-provider", |frame| {
            let (known, blank) = (provider(frame), Typed::blank());
            let typed = Typed::of(&known);
            let groups = || vec![(Uuid::from_u128(4).into(), "Sales".to_owned())];
            let errors = [FieldError::new("/issuer", "issuer.invalid", "")];
            let answer = |page: Page, result| Page { result: Some(result), ..page };
            let known = Page::of(frame, Some(&known), (&typed, &[]), groups());
            vec![
                ("new", Page::of(frame, None, (&blank, &errors), Vec::new())),
                ("known", answer(known, (true, "The provider answers".into(), "x".into()))),
            ]
        });
    }

    #[test]
    fn a_form_gives_back_the_rules_it_was_made_from() {
        let frame = frame(kernel::Language::En);
        let known = provider(&frame);
        assert_eq!(Typed::of(&known).input().rules, known.rules);
    }

    #[test]
    fn lines_that_are_not_filled_in_are_no_rules() {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let found = lines(&texts(&["roles", " ", "x"]), &texts(&["a", "b", ""]), &texts(&["r"; 3]));
        assert_eq!(found, [["roles", "a", "r"].map(str::to_owned)]);
    }
}
