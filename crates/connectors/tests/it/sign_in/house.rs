//! A hub with connectors, an API that remembers who called, and the provider that both trust.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use identity::{
    Caller, Identity, Presented, ProviderInput, ProviderRules, Returned, SystemScopes, Way,
    tenants::Tenant,
    users::{NewUser, UserState},
};
use kernel::{
    Actor, ApiConnectorId, Clock, Coded as _, ConnectionId, Ids, Language, Permission, ProviderId,
    Scope, Secret, SystemClock,
};
use liaison_connectors::{Connection, Connectors, NewConnector, Parts, Result, Settings, Upload};
use oauth::Callback;
use serde_json::{Value as Json, json};
use testkit::{DelegationProvider, FixedClock, Person, Store};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_util::task::TaskTracker;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};
use url::Url;

pub(super) const CONNECTOR_SECRET: &str = "connector+secret/of=its own";

pub(super) struct House {
    pub(super) provider: DelegationProvider,
    pub(super) api: Api,
    pub(super) clock: Arc<FixedClock>,
    pub(super) connectors: Arc<Connectors>,
    store: Store,
    ids: Ids,
    sealer: seal::Sealer,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: Tenant,
    provider_id: ProviderId,
    /// Whether connectors name an operation to test connections with.
    pub(super) tested: AtomicBool,
}

impl House {
    pub(super) async fn new() -> Option<Self> {
        let provider = DelegationProvider::start()?;
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), Ids::system());
        clock.set(SystemClock.now());
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: hub(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let new = ProviderInput {
            name: "Contoso ID".to_owned(),
            issuer: provider.issuer.to_string(),
            client_id: "hub".to_owned(),
            client_secret: Some(Secret::new("the-hub's-own-secret".to_owned())),
            rules: ProviderRules {
                provision: true,
                act_for: true,
                scopes: vec!["api://connector/access_as_user".to_owned()],
                ..ProviderRules::default()
            },
            enabled: true,
        };
        let root = system.scope(tenant.id, "test");
        let provider_id = identity.create_provider(&root, new).await.unwrap().id;
        let parts = parts(&store, &clock, &ids, (&sealer, &identity, &system));
        let connectors = Arc::new(Connectors::new(parts));
        let api = Api::start().await;
        Some(Self {
            provider,
            api,
            clock,
            connectors,
            store,
            ids,
            sealer,
            identity,
            system,
            tenant,
            provider_id,
            tested: AtomicBool::new(false),
        })
    }

    /// Another node on the same database.
    pub(super) fn node(&self) -> Arc<Connectors> {
        let others = (&self.sealer, &self.identity, &self.system);
        Arc::new(Connectors::new(parts(&self.store, &self.clock, &self.ids, others)))
    }

    /// Somebody with a password, who may use connections.
    pub(super) async fn seller(&self) -> Scope {
        self.somebody(&[Permission::ConnectionUse, Permission::ActionUse]).await
    }

    /// Somebody who looks after connectors.
    pub(super) async fn maker(&self) -> Scope {
        let rights =
            [Permission::ConnectionUse, Permission::ActionUse, Permission::ConnectorManage];
        self.somebody(&rights).await
    }

    async fn somebody(&self, rights: &[Permission]) -> Scope {
        let new = NewUser {
            user_name: self.ids.fresh::<uuid::Uuid>().to_string(),
            display_name: "Somebody".to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: Vec::new(),
        };
        let made = self.identity.create_user(&self.root(), new).await.unwrap();
        testkit::scope(self.tenant.id, Actor::User(made.id), rights)
    }

    pub(super) fn root(&self) -> Scope {
        self.system.scope(self.tenant.id, "test")
    }

    pub(super) async fn set_state(&self, person: &Scope, state: UserState) {
        let user = person.user().unwrap();
        self.identity.set_user_state(&self.root(), user, state).await.unwrap();
    }

    /// A connector at which a person signs in.
    pub(super) async fn signing_in(&self) -> ApiConnectorId {
        self.with_client("connector", Some(CONNECTOR_SECRET)).await
    }

    pub(super) async fn with_client(&self, client: &str, secret: Option<&str>) -> ApiConnectorId {
        let at = |path: &str| self.provider.address(path).to_string();
        self.connector(json!({
            "identityProvider": "oauth2", "clientId": client, "clientSecret": secret,
            "scopes": ["openid offline_access https://crm.test/records.read"],
            "redirectMode": "Global", "redirectUrl": "https://global.consent.azure-apim.net/redirect",
            "customParameters": {
                "authorizationUrl": { "value": at("/oauth2/v2.0/authorize") },
                "tokenUrl": { "value": at("/oauth2/v2.0/token") },
                "refreshUrl": { "value": at("/oauth2/v2.0/token") },
            },
        }))
        .await
    }

    /// The key of the client `certified`, with a certificate; which one is the provider's business.
    pub(super) fn bundle(&self) -> String {
        let key = STANDARD.decode(&self.provider.certificate_key).unwrap();
        let key = String::from_utf8(key).unwrap();
        format!("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{key}")
    }

    /// A connector that is let in as an application.
    pub(super) async fn of_its_own(&self) -> ApiConnectorId {
        self.connector(json!({
            "identityProvider": "aad", "clientId": "connector", "clientSecret": CONNECTOR_SECRET,
            "scopes": [],
            "customParameters": {
                "loginUri": { "value": self.provider.login_uri() },
                "tenantId": { "value": DelegationProvider::TENANT },
                "resourceUri": { "value": "https://crm.test" },
                "grantType": { "value": "client_credentials" },
            },
        }))
        .await
    }

    /// A connector that acts on people's behalf.
    pub(super) async fn delegating(&self, resource: &str) -> ApiConnectorId {
        self.delegating_at(&self.provider.login_uri(), resource).await
    }

    pub(super) async fn delegating_at(&self, login: &str, resource: &str) -> ApiConnectorId {
        self.connector(json!({
            "identityProvider": "aad", "clientId": "connector", "clientSecret": CONNECTOR_SECRET,
            "scopes": [],
            "properties": { "IsOnbehalfofLoginSupported": true, "AzureActiveDirectoryResourceId": resource },
            "customParameters": {
                "LoginUri": { "value": login },
                "tenantId": { "value": DelegationProvider::TENANT },
                "resourceUri": { "value": resource },
                "enableOnbehalfOfLogin": { "value": "true" },
            },
        }))
        .await
    }

    /// A connector whose host to sign in at each connection names, among the allowed ones where there are some.
    pub(super) async fn hosted(&self, allowed: &[&str]) -> ApiConnectorId {
        let token = "http://{customHost}/token";
        let settings = json!({
            "identityProvider": "oauth2generic", "clientId": "connector",
            "clientSecret": CONNECTOR_SECRET, "scopes": [],
            "customParameters": {
                "authorizationUrlTemplate": { "value": "http://{customHost}/authorize" },
                "tokenUrlTemplate": { "value": token }, "refreshUrlTemplate": { "value": token },
            },
        });
        let allowed: Vec<_> = allowed.iter().map(|it| json!({ "text": it, "value": it })).collect();
        let constraints = json!({ "required": "true", "allowedValues": allowed });
        let host = json!({ "type": "string", "uiDefinition": { "constraints": constraints } });
        self.connector_with(settings, json!({ "token:customHost": host })).await
    }

    async fn connector(&self, settings: Json) -> ApiConnectorId {
        self.connector_with(settings, json!({})).await
    }

    async fn connector_with(&self, settings: Json, mut parameters: Json) -> ApiConnectorId {
        parameters["token"] = json!({ "type": "oauthSetting", "oAuthSettings": settings });
        let get = |id: &str| {
            json!({ "get": {
                "operationId": id, "summary": id, "produces": ["application/json"],
                "responses": { "200": { "description": "Items", "schema": { "type": "object" } } },
            } })
        };
        let mut definition = json!({
            "swagger": "2.0", "info": { "title": "Items", "version": "1.0" },
            "host": self.api.address, "basePath": "/", "schemes": ["http"],
            "paths": { "/items": get("GetItems"), "/secrets": get("GetSecrets") },
        });
        if self.tested.load(Ordering::Relaxed) {
            let test = json!({ "testConnection": { "operationId": "GetItems" } });
            definition["x-ms-capabilities"] = test;
        }
        let properties = json!({ "properties": {
            "connectionParameters": parameters,
            "iconBrandColor": "#007ee5", "capabilities": [],
        } });
        let new = NewConnector {
            name: Some(format!("Items {}", self.ids.fresh::<uuid::Uuid>())),
            description: None,
            preview: false,
            upload: Upload::Text {
                definition: definition.to_string(),
                properties: Some(properties.to_string()),
            },
            note: String::new(),
        };
        let environment = identity::environments::default_of(self.tenant.id);
        self.connectors.create(&self.maker().await, environment, new).await.unwrap().id
    }

    /// The way to the provider and back.
    pub(super) async fn visit(&self, scope: &Scope, id: ConnectionId, user: &str) -> Callback {
        let url = self.connectors.begin_sign_in(scope, id).await.unwrap();
        let address = Person::default().sign_in(&url, &back(), user, true).await;
        let pair = |name: &str| {
            address.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned())
        };
        Callback {
            state: pair("state").unwrap_or_default(),
            code: pair("code").map(Secret::new),
            error: pair("error"),
            description: pair("error_description"),
            issuer: pair("iss"),
        }
    }

    pub(super) async fn sign_in(
        &self,
        scope: &Scope,
        id: ConnectionId,
        user: &str,
    ) -> Result<Connection> {
        let callback = self.visit(scope, id, user).await;
        self.connectors.finish_sign_in(scope, callback).await
    }

    /// Somebody who signed in to the hub at the provider.
    pub(super) async fn at_the_provider(&self, user: &str) -> Scope {
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        };
        let return_url = hub().join("sign-in/return").unwrap();
        let way = Way { return_url: &return_url, return_to: "/" };
        let (tenant, id) = (self.tenant.id, self.provider_id);
        let departure = self.identity.begin_at_provider(&caller, tenant, id, way).await.unwrap();
        let address = Person::default().sign_in(&departure.redirect, &return_url, user, true).await;
        let pair = |name: &str| {
            address.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned())
        };
        let returned = Returned {
            state: pair("state").unwrap(),
            kept: Some(departure.state.expose().to_owned()),
            code: pair("code").map(Secret::new),
            issuer: pair("iss"),
            ..Returned::default()
        };
        let finish = self.identity.finish_at_provider(&caller, tenant, &return_url, returned);
        let arrival = finish.await.unwrap();
        let presented = Presented::Session(arrival.session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    pub(super) async fn control(&self, json: &str) {
        self.provider.control(json).await;
    }

    /// How often the token endpoint was asked for a grant.
    pub(super) async fn asked(&self, grant: &str) -> u64 {
        let seen: Json = serde_json::from_str(&self.provider.control("{}").await).unwrap();
        seen["asked"][grant].as_u64().unwrap_or(0)
    }

    /// Time goes by, here and at the provider.
    pub(super) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.control(&json!({ "advance": time.as_secs() }).to_string()).await;
    }
}

fn parts(
    store: &Store,
    clock: &Arc<FixedClock>,
    ids: &Ids,
    (sealer, identity, system): (&seal::Sealer, &Arc<Identity>, &SystemScopes),
) -> Parts {
    Parts {
        db: store.db(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: ids.clone(),
        sealer: sealer.clone(),
        identity: Arc::clone(identity),
        scopes: system.clone(),
        client: testkit::outbound(),
        public_url: hub(),
        settings: Settings::default(),
    }
}

fn hub() -> Url {
    Url::parse("http://127.0.0.1:9/").unwrap()
}

pub(super) fn back() -> Url {
    hub().join("connections/sign-in").unwrap()
}

/// The stable code of a failure.
pub(super) fn code<T>(outcome: &Result<T>) -> &'static str {
    outcome.as_ref().err().map_or("done", |error| error.code().name())
}

/// What a token says, unchecked.
pub(super) fn claims(token: &str) -> Json {
    let payload = token.split('.').nth(1).expect("a signed token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// An API that answers whoever brings a token that it does not refuse.
pub(super) struct Api {
    pub(super) address: String,
    seen: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<HashSet<String>>>,
    /// Paths at which every token is refused, and what is said of it.
    barred: Arc<Mutex<HashMap<&'static str, &'static str>>>,
    _tasks: TaskTracker,
}

impl Api {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (seen, refused) =
            (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<HashSet<String>>>::default());
        let paths = Arc::<Mutex<HashMap<&str, &str>>>::default();
        let tasks = TaskTracker::new();
        let (to, barred, spawner) = (Arc::clone(&seen), Arc::clone(&refused), tasks.clone());
        let closed = Arc::clone(&paths);
        tasks.spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (to, barred) = (Arc::clone(&to), Arc::clone(&barred));
                let closed = Arc::clone(&closed);
                spawner.spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut part = [0; 4096];
                        match socket.read(&mut part).await {
                            Ok(read @ 1..) => head.extend_from_slice(&part[..read]),
                            _ => return,
                        }
                    }
                    let head = String::from_utf8_lossy(&head).into_owned();
                    let token = head
                        .lines()
                        .find_map(|line| line.split_once(": Bearer "))
                        .map(|(_, token)| token.trim().to_owned());
                    let path = head.split(' ').nth(1).unwrap_or_default();
                    let challenge = closed.lock().unwrap().get(path).copied();
                    let is_welcome = challenge.is_none()
                        && token.as_ref().is_some_and(|it| !barred.lock().unwrap().contains(it));
                    let status = if is_welcome { "200 OK" } else { "401 Unauthorized" };
                    to.lock().unwrap().extend(token.filter(|_| is_welcome));
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n\
                         {}content-length: 2\r\n\r\n{{}}",
                        challenge.unwrap_or_default()
                    );
                    drop(socket.write_all(answer.as_bytes()).await);
                });
            }
        });
        Self { address, seen, refused, barred: paths, _tasks: tasks }
    }

    /// The token of the last call that was answered.
    pub(super) fn last(&self) -> String {
        self.seen.lock().unwrap().last().cloned().expect("a call")
    }

    /// From now on no token is taken at a path; the challenge is a line of the head, or nothing.
    pub(super) fn bar(&self, path: &'static str, challenge: &'static str) {
        self.barred.lock().unwrap().insert(path, challenge);
    }

    /// From now on this token is not taken.
    pub(super) fn refuse(&self, token: &str) {
        self.refused.lock().unwrap().insert(token.to_owned());
    }
}

/// What is logged in this thread from now on.
pub(super) fn capture() -> Log {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(captured.clone())
        .finish();
    Log { captured, _guard: tracing::subscriber::set_default(subscriber) }
}

pub(super) struct Log {
    captured: Captured,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Log {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.captured.0.lock().unwrap().clone()).unwrap()
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
