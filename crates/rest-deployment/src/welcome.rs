//! The welcome message to sellers: what it says, to whom it goes, who got it.

use axum::extract::State;
use deployment::welcome::{Sent, Template, ToWelcome, Welcome, WelcomeGroup, Welcomed, Written};
use edge::{Authed, Json, Path, Problem};
use kernel::{GroupId, Kind, Language, Scope, UserId};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set, preview, send, sent)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LanguagePath {
    /// `en` or `fr`.
    welcome_language: String,
}

/// What the welcome message says. `{{ name }}`, `{{ hub }}`, `{{ link }}` and `{{ sender }}` are replaced; other names
/// between two braces are refused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentWelcomeText)]
struct TextItem {
    /// 1 to 200 signs.
    #[schema(example = "Welcome to {{ hub }}")]
    subject: String,
    /// 1 to 10,000 signs; paragraphs have an empty line between them.
    #[schema(example = "Hello {{ name }},\n\nbegin here: {{ link }}\n\n{{ sender }}")]
    body: String,
}

/// What the welcome message says in a language.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcome)]
struct WelcomeItem {
    #[schema(example = "en")]
    language: &'static str,
    /// Zero until somebody writes it anew; every change is another.
    #[schema(example = 1)]
    version: i64,
    #[schema(example = "Welcome to {{ hub }}")]
    subject: String,
    #[schema(example = "Hello {{ name }}")]
    body: String,
    #[schema(format = Uuid)]
    changed_by: Option<String>,
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

/// A group that can be welcomed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcomeGroup)]
struct WelcomeGroupItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(example = "Sellers North")]
    name: String,
    /// How many people are in it.
    #[schema(example = 12)]
    members: i64,
    /// Whether the settings of the deployment name it, by its identifier or its name.
    #[schema(example = true)]
    named: bool,
}

/// The welcome message, and to whom it can go.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcomes)]
struct WelcomesItem {
    /// Whether the hub sends mail at all.
    #[schema(example = true)]
    sends_mail: bool,
    /// How many people hold a licence.
    #[schema(example = 12)]
    licensed_people: usize,
    languages: Vec<WelcomeItem>,
    /// Groups of sellers first.
    groups: Vec<WelcomeGroupItem>,
}

/// The welcome message as you would get it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcomePreview)]
struct PreviewItem {
    #[schema(example = "Welcome to Contoso")]
    subject: String,
    #[schema(example = "Hello Ada")]
    text: String,
    #[schema(example = "<p>Hello Ada</p>")]
    html: String,
}

/// To whom the welcome message is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeploymentWelcomeOrder)]
struct OrderItem {
    /// Groups of the hub. Where neither groups nor people nor licences say who, it is those that the settings of the
    /// deployment name.
    #[serde(default)]
    #[schema(example = json!([]))]
    groups: Vec<Uuid>,
    /// People, one by one.
    #[serde(default)]
    #[schema(example = json!([]))]
    people: Vec<Uuid>,
    /// Whoever holds a licence, alone or through a group.
    #[serde(default)]
    #[schema(example = false)]
    licensed: bool,
    /// Whether who has this version gets it again.
    #[serde(default)]
    #[schema(example = false)]
    again: bool,
}

/// What came of sending the welcome message: people by what became of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcomeSent)]
struct SentItem {
    sent: Vec<String>,
    /// Who had this version before.
    had: Vec<String>,
    /// Who has no address that mail can go to.
    no_address: Vec<String>,
    /// Whose account is not active.
    inactive: Vec<String>,
    /// To whom it could not be sent just now; send once more.
    failed: Vec<String>,
    /// How many are left: send once more.
    #[schema(example = 0)]
    left: usize,
}

/// That somebody got the welcome message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeploymentWelcomed)]
struct WelcomedItem {
    #[schema(format = Uuid)]
    user: String,
    #[schema(example = "en")]
    language: &'static str,
    #[schema(example = 1)]
    version: i64,
    #[schema(format = Uuid)]
    sent_by: Option<String>,
    #[schema(format = DateTime)]
    sent_at: String,
    /// `queued`, `sent` or `failed`; nothing where the mail is not kept any more.
    #[schema(example = "sent")]
    state: Option<&'static str>,
    /// Why it did not go, in the words of the relay. Who has a mail that failed gets another with the next sending.
    failure: Option<String>,
}

impl From<Welcome> for WelcomeItem {
    fn from(one: Welcome) -> Self {
        Self {
            language: one.language.tag(),
            version: one.version,
            subject: one.template.subject,
            body: one.template.body,
            changed_by: one.changed_by.map(|id| id.to_string()),
            changed_at: one.changed_at.map(|at| at.to_string()),
        }
    }
}

impl From<WelcomeGroup> for WelcomeGroupItem {
    fn from(one: WelcomeGroup) -> Self {
        let WelcomeGroup { id, name, members, is_named } = one;
        Self { id: id.to_string(), name, members, named: is_named }
    }
}

impl From<TextItem> for Template {
    fn from(one: TextItem) -> Self {
        Self { subject: one.subject, body: one.body }
    }
}

impl From<Sent> for SentItem {
    fn from(sent: Sent) -> Self {
        let ids = |all: Vec<UserId>| all.iter().map(ToString::to_string).collect();
        Self {
            sent: ids(sent.sent),
            had: ids(sent.had),
            no_address: ids(sent.no_address),
            inactive: ids(sent.inactive),
            failed: ids(sent.failed),
            left: sent.left,
        }
    }
}

impl From<Welcomed> for WelcomedItem {
    fn from(one: Welcomed) -> Self {
        Self {
            user: one.user.to_string(),
            language: one.language.tag(),
            version: one.version,
            sent_by: one.sent_by.map(|id| id.to_string()),
            sent_at: one.sent_at.to_string(),
            state: one.state.map(deployment::welcome::MailState::as_str),
            failure: one.failure,
        }
    }
}

fn language(app: &App, scope: &Scope, path: &LanguagePath) -> Result<Language, Problem> {
    // who may not look learns nothing of what there is
    app.deployment.sends_mail(scope)?;
    let found = Language::ALL.into_iter().find(|one| one.tag() == path.welcome_language);
    let unknown = || Problem::new("route.unknown", Kind::NotFound, "the language is en or fr");
    found.ok_or_else(unknown)
}

/// Read the welcome message, and to whom it can go
#[utoipa::path(get, path = "/api/v1/deployment/welcome", operation_id = "deployment_welcome.read",
    tag = "deployment", responses((status = 200, body = WelcomesItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<WelcomesItem>, Problem> {
    let languages = app.deployment.welcomes(&scope).await?;
    let groups = app.deployment.welcome_groups(&scope).await?;
    Ok(Json(WelcomesItem {
        sends_mail: app.deployment.sends_mail(&scope)?,
        licensed_people: app.deployment.licensed_people(&scope).await?,
        languages: languages.into_iter().map(WelcomeItem::from).collect(),
        groups: groups.into_iter().map(WelcomeGroupItem::from).collect(),
    }))
}

/// Write the welcome message in a language
///
/// Another version, unless it says the same.
#[utoipa::path(put, path = "/api/v1/deployment/welcome/{welcome_language}",
    operation_id = "deployment_welcome.set", tag = "deployment", params(LanguagePath),
    request_body = TextItem, responses((status = 200, body = WelcomeItem), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LanguagePath>,
    Json(new): Json<TextItem>,
) -> Result<Json<WelcomeItem>, Problem> {
    let language = language(&app, &scope, &path)?;
    let kept = app.deployment.set_welcome(&scope, language, new.into()).await?;
    Ok(Json(kept.into()))
}

/// See the welcome message as you would get it
///
/// Of what is sent; nothing is kept.
#[utoipa::path(post, path = "/api/v1/deployment/welcome/{welcome_language}/preview",
    operation_id = "deployment_welcome.preview", tag = "deployment", params(LanguagePath),
    request_body = TextItem, responses((status = 200, body = PreviewItem), Failures))]
async fn preview(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LanguagePath>,
    Json(typed): Json<TextItem>,
) -> Result<Json<PreviewItem>, Problem> {
    let language = language(&app, &scope, &path)?;
    let seen = app.deployment.preview_welcome(&scope, language, Some(typed.into())).await?;
    let Written { subject, text, html } = seen;
    Ok(Json(PreviewItem { subject, text, html }))
}

/// Send the welcome message to people, to groups, or to whoever holds a licence
///
/// To each in their own language. Who has this version does not get it twice, unless that is asked for.
#[utoipa::path(post, path = "/api/v1/deployment/welcome/send",
    operation_id = "deployment_welcome.send", tag = "deployment",
    request_body = OrderItem, responses((status = 200, body = SentItem), Failures))]
async fn send(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(order): Json<OrderItem>,
) -> Result<Json<SentItem>, Problem> {
    let groups = order.groups.into_iter().map(GroupId::from).collect();
    let people = order.people.into_iter().map(UserId::from).collect();
    let to = ToWelcome { groups, people, licensed: order.licensed, again: order.again };
    Ok(Json(Box::pin(app.deployment.send_welcome(&scope, to)).await?.into()))
}

/// List who got the welcome message, the latest first
#[utoipa::path(get, path = "/api/v1/deployment/welcome/sent",
    operation_id = "deployment_welcome.sent", tag = "deployment",
    responses((status = 200, body = Vec<WelcomedItem>), Failures))]
async fn sent(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<WelcomedItem>>, Problem> {
    let all = app.deployment.welcomed(&scope).await?;
    Ok(Json(all.into_iter().map(WelcomedItem::from).collect()))
}
