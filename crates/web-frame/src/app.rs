//! What the pages stand on, and their routes.

use std::{ops::Deref, sync::Arc};

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Redirect, Response},
};
use card_actions::CardActions;
use channel_connectors::ChannelConnectors;
use connector_registry::{Configurations, Registrations, hosting::Hosting};
use edge::{Context, Form, Problem, Visitor, get, post};
use identity::Identity;
use kernel::{Clock, Language, Scope, UserId};
use serde::Deserialize;
use tower_http::{CompressionLevel, compression::CompressionLayer};
use webhook_import::Imports;
use workspace::{Pictures, Workspace};

use crate::{
    Person, Split, Theme, answer, assets, images, security,
    visit::{PANE, THEME},
};

/// What the pages stand on.
#[derive(Debug)]
pub struct Services {
    /// Who is it, may they.
    pub identity: Arc<Identity>,
    /// Teams, channels, messages, files.
    pub workspace: Arc<Workspace>,
    /// Incoming webhooks.
    pub connectors: Arc<ChannelConnectors>,
    /// Registered connectors.
    pub registrations: Arc<Registrations>,
    /// What is set up with them.
    pub configurations: Arc<Configurations>,
    /// Moving in.
    pub imports: Arc<Imports>,
    /// Connectors to APIs and their connections.
    pub api_connectors: Arc<connectors::Connectors>,
    /// Actions: published selections of operations.
    pub published: Arc<actions::Actions>,
    /// The sales surfaces.
    pub sales: Arc<sales::Sales>,
    /// The records of environments.
    pub records: records::Records,
    /// The life of environments.
    pub environments: Arc<environments::Environments>,
    /// Files of rows in and out.
    pub transfer: Arc<transfer::Transfer>,
    /// CRMs of sellers.
    pub crm: crm_connections::CrmConnections,
    /// The roll-out.
    pub deployment: deployment::Deployment,
    /// Mails of sellers.
    pub mailbox: Arc<mailbox::Mailbox>,
    /// Whether records may be linked to channels.
    pub linking_setup: Arc<linking_setup::LinkingSetup>,
    /// Records that live in channels.
    pub linking: Arc<linking::Linking>,
    /// What keeps them in step.
    pub linking_sync: Arc<linking_sync::LinkingSync>,
    /// Buttons of cards.
    pub actions: Arc<CardActions>,
    /// Pictures of cards.
    pub pictures: Pictures,
    /// Origins of connectors' own pages.
    pub hosting: Arc<Hosting>,
    /// Where channels and webhooks forward to.
    pub targets: Arc<targets::Targets>,
    /// App packages in catalogue and teams.
    pub apps: Arc<apps::Apps>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The services, shared: what every handler gets of them is one pointer.
#[derive(Debug, Clone)]
pub struct App(Arc<Services>);

impl App {
    /// Shares the services.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }

    /// Who is signed in, as the frame shows it, with the organisation's name and the person's own time zone.
    pub(crate) async fn who(&self, scope: &Scope) -> Signed {
        let tenant = self.identity.tenant(scope).await.map(|tenant| tenant.name);
        let user = match scope.user() {
            Some(id) => self.identity.user(scope, id).await.ok(),
            None => None,
        };
        let zone = user.as_ref().map(|user| user.time_zone.clone());
        let theme = user.as_ref().map(|user| Theme::of(user.theme.as_str())).unwrap_or_default();
        let person = user.map(|user| Person { name: user.display_name, account: user.user_name });
        Signed { person, organisation: tenant.unwrap_or_default(), zone, theme }
    }

    /// A person by identifier, account name or address, as people type it.
    /// # Errors
    /// As the directory says; who is unknown is nobody.
    pub async fn find_person(&self, scope: &Scope, typed: &str) -> Result<Option<UserId>, Problem> {
        let typed = typed.trim();
        if let Ok(id) = typed.parse() {
            return Ok(Some(id));
        }
        Ok(self.identity.find_user_by_name(scope, typed).await?.map(|user| user.id))
    }
}

impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

/// Who is signed in.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    pub(crate) person: Option<Person>,
    pub(crate) organisation: String,
    pub(crate) zone: Option<String>,
    pub(crate) theme: Theme,
}

/// Every page: the addresses of `pages` with what surrounds them. `server` puts it inside [`edge::attach`].
pub fn router(app: App, pages: Vec<Router<App>>) -> Router {
    let own = Router::new()
        .route("/", get(async || Redirect::to("/teams")))
        .route("/preferences", post(preferences))
        .route("/images", get(images::serve));
    pages
        .into_iter()
        .fold(own, Router::merge)
        .fallback(nowhere)
        .method_not_allowed_fallback(edge::method_not_allowed)
        .layer(from_fn_with_state(app.clone(), answer::problems))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .route("/assets/{name}", get(assets::serve))
        .layer(from_fn(security::headers))
        .with_state(app)
}

/// What is not there is told in the frame of whoever asks: to know them is enough.
async fn nowhere(_known: Result<Visitor, Problem>) -> Problem {
    edge::unknown_route().await
}

#[derive(Debug, Deserialize)]
struct Preferences {
    theme: Option<String>,
    language: Option<String>,
    pane: Option<String>,
    back: Option<String>,
}

/// Keeps theme, language and pane in cookies, and goes back to where the menu was.
async fn preferences(context: Context, Form(form): Form<Preferences>) -> Response {
    let back = form.back.filter(|back| is_own(back)).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&back).into_response();
    let headers = response.headers_mut();
    let secure = if context.is_secure() { "; Secure" } else { "" };
    let theme = form.theme.map(|word| (THEME, Theme::of(&word).word().to_owned()));
    let pane = form.pane.map(|word| (PANE, Split::of(&word).word()));
    for (name, word) in theme.into_iter().chain(pane) {
        let line = format!("{name}={word}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
        if let Ok(value) = HeaderValue::from_str(&line) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    if let Some(language) = form.language.and_then(|tag| tag.parse::<Language>().ok()) {
        headers.append(header::SET_COOKIE, edge::language_cookie(&context, Some(language)));
    }
    response
}

/// Whether an address stays on this hub; `//host` and `/\host` lead away.
pub fn is_own(address: &str) -> bool {
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
