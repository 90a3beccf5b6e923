//! What the tests of connectors' sign-in share.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Clock as _, Ids, Secret, SystemClock};
use liaison_oauth::{
    Application, Callback, ConnectionValues, Error, Flows, OAuthSettings, Proof, TokenSet, Wishes,
};
use serde_json::Value as Json;
use testkit::{DelegationProvider, FixedClock, Person};
use url::Url;

pub(crate) const CONNECTOR_SECRET: &str = "connector+secret/of=its own";
pub(crate) const HUB_SECRET: &str = "the-hub's-own-secret";

/// A provider, flows, and a clock that shows its time until it is moved.
pub(crate) struct House {
    pub(crate) provider: DelegationProvider,
    pub(crate) flows: Flows,
    pub(crate) clock: Arc<FixedClock>,
}

impl House {
    pub(crate) fn new() -> Option<Self> {
        let provider = DelegationProvider::start()?;
        let clock = FixedClock::new();
        clock.set(SystemClock.now());
        let shared: Arc<dyn kernel::Clock> = Arc::<FixedClock>::clone(&clock);
        let flows = Flows::new(testkit::outbound(), shared, Ids::system());
        Some(Self { provider, flows, clock })
    }

    /// A connector with fixed addresses.
    pub(crate) fn settings(&self, client: &str, secret: Option<&str>) -> OAuthSettings {
        let at = |path: &str| self.provider.address(path).to_string();
        OAuthSettings {
            identity_provider: "oauth2".to_owned(),
            client_id: Some(client.to_owned()),
            client_secret: secret.map(|s| Secret::new(s.to_owned())),
            scopes: vec![
                "openid offline_access".to_owned(),
                "https://crm.test/records.read".to_owned(),
            ],
            custom: vec![
                ("AuthorizationUrl".to_owned(), at("/oauth2/v2.0/authorize")),
                ("tokenUrl".to_owned(), at("/oauth2/v2.0/token")),
                ("refreshUrl".to_owned(), String::new()),
            ],
            ..OAuthSettings::default()
        }
    }

    pub(crate) fn connector(&self) -> Application {
        resolved(&self.settings("connector", Some(CONNECTOR_SECRET)))
    }

    /// A connector of Microsoft Entra ID's kind, with on-behalf-of switched on.
    pub(crate) fn entra(&self, resource: &str) -> OAuthSettings {
        OAuthSettings {
            identity_provider: "aad".to_owned(),
            client_id: Some("connector".to_owned()),
            client_secret: Some(Secret::new(CONNECTOR_SECRET.to_owned())),
            custom: vec![
                ("loginUri".to_owned(), self.provider.login_uri()),
                ("tenantId".to_owned(), "common".to_owned()),
                ("resourceUri".to_owned(), resource.to_owned()),
                ("enableOnbehalfOfLogin".to_owned(), "True".to_owned()),
            ],
            resource_id: Some(resource.to_owned()),
            on_behalf_of_supported: true,
            ..OAuthSettings::default()
        }
    }

    pub(crate) fn delegating(&self, resource: &str) -> Application {
        let values = ConnectionValues {
            owner: "token".to_owned(),
            values: vec![(
                "token:TenantId".to_owned(),
                Secret::new(DelegationProvider::TENANT.to_owned()),
            )],
            limited: Vec::new(),
        };
        Application::resolve(&self.entra(resource), &values).unwrap()
    }

    /// The way through the provider's pages, until the browser is back.
    pub(crate) async fn visit(
        &self,
        application: &Application,
        back: &Url,
        user: &str,
    ) -> (Proof, Callback) {
        let proof = self.flows.draw();
        let url = self.flows.begin(application, back, Wishes::default(), &proof).unwrap();
        (proof, callback(&Person::default().sign_in(&url, back, user, true).await))
    }

    pub(crate) async fn sign_in(
        &self,
        application: &Application,
        user: &str,
    ) -> Result<TokenSet, Error> {
        let (proof, callback) = self.visit(application, &back(), user).await;
        self.flows.redeem(application, &back(), &callback, &proof).await
    }

    /// The person's own token for an application, as the hub gets it when they sign in to the hub.
    pub(crate) async fn assertion(&self, user: &str, audience: &str) -> Secret<String> {
        let mut settings = self.settings("hub", Some(HUB_SECRET));
        settings.scopes = vec!["openid".to_owned(), format!("{audience}/.default")];
        let (hub, back) = (resolved(&settings), url("http://127.0.0.1:9/sign-in/return"));
        let (proof, callback) = self.visit(&hub, &back, user).await;
        self.flows.redeem(&hub, &back, &callback, &proof).await.unwrap().access_token
    }

    /// How often the token endpoint was asked for a grant.
    pub(crate) async fn asked(&self, grant: &str) -> u64 {
        let seen: Json = serde_json::from_str(&self.provider.control("{}").await).unwrap();
        seen["asked"][grant].as_u64().unwrap_or(0)
    }
}

pub(crate) fn resolved(settings: &OAuthSettings) -> Application {
    Application::resolve(settings, &ConnectionValues::default()).unwrap()
}

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

pub(crate) fn back() -> Url {
    url("http://127.0.0.1:9/connections/sign-in")
}

pub(crate) fn callback(url: &Url) -> Callback {
    let pair = |name: &str| url.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
    Callback {
        state: pair("state").unwrap_or_default(),
        code: pair("code").map(Secret::new),
        error: pair("error"),
        description: pair("error_description"),
        issuer: pair("iss"),
    }
}

/// What a token says, unchecked.
pub(crate) fn claims(token: &Secret<String>) -> Json {
    let payload = token.expose().split('.').nth(1).expect("a signed token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
