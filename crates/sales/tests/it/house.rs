//! A tenant with the sales tables, partners with connectors and actions, and their API.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actions::{Acknowledgement, Action, Actions, Enabling, NewAction, Selected};
use axum::{
    Router,
    body::Body,
    extract::Request as Asked,
    response::{IntoResponse as _, Response},
    routing::any,
};
use connectors::{Connectors, NewConnector, Upload};
use identity::{
    Caller, Identity, NewToken, Presented, Role, SystemScopes, TokenOwner,
    environments::{EnvironmentKind, NewEnvironment, default_of},
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{EnvironmentId, Language, Permission, Scope};
use liaison_sales::{
    Diagnostic, DiagnosticFilter, Input, Parts, Point, Request, STARTER, Sales, Settings, Surface,
};
use serde_json::{Value, json};
use testkit::{FixedClock, Store};
use tokio::{net::TcpListener, task::JoinSet};

/// What the API answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Json(u16, Value),
    Raw(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Begins, and never ends.
    Endless,
    /// Never begins.
    Silent,
}

/// What the API was asked.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) line: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

/// One partner's API.
#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) action: Action,
    answer: Arc<Mutex<Answer>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Partner {
    pub(crate) fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(crate) struct House {
    _store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) actions: Arc<Actions>,
    pub(crate) sales: Arc<Sales>,
    pub(crate) environment: EnvironmentId,
    ids: kernel::Ids,
    serving: JoinSet<()>,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let store = Store::fresh().await;
        let (clock, ids) = (FixedClock::new(), testkit::ids());
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let public_url: url::Url = "https://hub.example.org".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let connectors = Arc::new(Connectors::new(connectors::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            public_url,
            settings: connectors::Settings::default(),
        }));
        let actions = Arc::new(Actions::new(actions::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
        }));
        let sales = Arc::new(Sales::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
            actions: Arc::clone(&actions),
            settings,
        }));
        let root = system.scope(tenant.id, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let environment = identity.create_environment(&root, new).await.unwrap().id;
        Self {
            _store: store,
            clock,
            identity,
            system,
            tenant,
            connectors,
            actions,
            sales,
            environment,
            ids,
            serving: JoinSet::new(),
        }
    }

    pub(crate) fn default_environment(&self) -> EnvironmentId {
        default_of(self.tenant.id)
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person_of(&self.tenant, "ada", &[Role::GlobalAdministrator], Language::En).await
    }

    pub(crate) async fn seller(&self) -> Scope {
        self.person_of(&self.tenant, "sam", &[Role::Seller], Language::Fr).await
    }

    /// An administrator of another tenant.
    pub(crate) async fn stranger(&self) -> Scope {
        let new = NewTenant { name: "Fabrikam".to_owned(), language: Language::Fr, host: None };
        let there = self.system.create_tenant(new).await.unwrap();
        self.person_of(&there, "eve", &[Role::GlobalAdministrator], Language::En).await
    }

    async fn person_of(
        &self,
        tenant: &Tenant,
        name: &str,
        roles: &[Role],
        language: Language,
    ) -> Scope {
        let root = self.system.scope(tenant.id, "test");
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: Vec::new(),
            language: None,
            time_zone: None,
            password: None,
            roles: roles.to_vec(),
        };
        let user = self.identity.create_user(&root, user).await.unwrap();
        let all = Permission::ALL.iter().copied();
        let token = NewToken {
            owner: TokenOwner::Person(user.id),
            label: "Test".to_owned(),
            permissions: all
                .filter(|right| !matches!(right, Permission::System | Permission::CardPost))
                .collect(),
            expires_at: None,
        };
        let token = self.identity.create_token(&root, token).await.unwrap();
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        };
        let presented = Presented::Bearer(token.secret.expose());
        let scope = self.identity.authenticate(presented, &caller).await.unwrap().scope;
        scope.with_language(language)
    }

    /// A partner with the starter definition, enabled for everybody.
    pub(crate) async fn partner(&mut self, admin: &Scope, name: &str) -> Partner {
        self.partner_with(admin, name, |_definition| {}).await
    }

    /// The same with something changed in its definition.
    pub(crate) async fn partner_with(
        &mut self,
        admin: &Scope,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Partner {
        let answer = Arc::new(Mutex::new(Answer::Json(200, json!({ "value": [] }))));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let host = serve(&mut self.serving, &answer, &heard).await;
        let mut definition: Value = serde_json::from_str(STARTER).unwrap();
        definition["host"] = host.into();
        definition["schemes"] = json!(["http"]);
        definition["info"]["title"] = name.into();
        // no sign-in: the API of a test is open
        for key in ["securityDefinitions", "security"] {
            definition.as_object_mut().unwrap().remove(key);
        }
        change(&mut definition);
        let operations = definition["paths"].as_object().unwrap().values();
        let operations = operations.flat_map(|path| path.as_object().unwrap().values());
        let selected: Vec<Selected> = operations
            .map(|operation| Selected {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                ..Selected::default()
            })
            .collect();
        let upload = Upload::Text { definition: definition.to_string(), properties: None };
        let new = NewConnector {
            name: Some(name.to_owned()),
            description: None,
            preview: false,
            upload,
            note: String::new(),
        };
        let connector = self.connectors.create(admin, self.environment, new).await.unwrap();
        let new = NewAction {
            connector: connector.id,
            name: format!("{name} for sales"),
            description: String::new(),
            instructions: String::new(),
            operations: selected,
        };
        let action = self.actions.create(admin, new).await.unwrap();
        self.actions.publish(admin, action.id).await.unwrap();
        let action = self.actions.enable(admin, action.id, for_all()).await.unwrap();
        Partner { action, answer, heard }
    }

    pub(crate) async fn show(&self, scope: &Scope, point: Point) -> Surface {
        self.sales.show(scope, self.request(point)).await.unwrap()
    }

    pub(crate) fn request(&self, point: Point) -> Request {
        Request {
            point,
            environment: Some(self.environment),
            input: serde_json::from_value(Input::example(point)).unwrap(),
            action: None,
        }
    }

    /// What calls came to, newest first.
    pub(crate) async fn told(&self, admin: &Scope) -> Vec<Diagnostic> {
        let filter = DiagnosticFilter::default();
        self.sales.diagnostics(admin, filter, kernel::Limit::default(), None).await.unwrap().items
    }

    /// What the last call came to.
    pub(crate) async fn last(&self, admin: &Scope) -> Diagnostic {
        self.told(admin).await.remove(0)
    }
}

pub(crate) fn for_all() -> Enabling {
    let acknowledged = Acknowledgement { third_party_terms: true, data_may_leave: true };
    Enabling { acknowledged, ..Enabling::default() }
}

/// An answer with one insight for the email summary.
pub(crate) fn insight(text: &str) -> Answer {
    Answer::Json(200, json!({ "value": [{ "insight": text }] }))
}

async fn serve(
    serving: &mut JoinSet<()>,
    answer: &Arc<Mutex<Answer>>,
    heard: &Arc<Mutex<Vec<Heard>>>,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let (answer, heard) = (Arc::clone(answer), Arc::clone(heard));
    let respond = move |request: Asked| {
        let (answer, heard) = (Arc::clone(&answer), Arc::clone(&heard));
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 4 << 20).await.unwrap();
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(Heard {
                line: format!("{} {}", parts.method, parts.uri),
                headers: parts.headers,
                body: serde_json::from_slice(&body).unwrap_or_default(),
            });
            let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
            response(answer).await
        }
    };
    let router = Router::new().route("/{*rest}", any(respond));
    serving.spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    host
}

async fn response(answer: Answer) -> Response {
    match answer {
        Answer::Json(status, json) => {
            let status = http::StatusCode::from_u16(status).unwrap();
            (status, [("content-type", "application/json")], json.to_string()).into_response()
        }
        Answer::Raw(status, headers, bytes) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(bytes)).unwrap()
        }
        Answer::Endless => {
            let drops = futures_util::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Ok::<_, std::io::Error>(" "), ()))
            });
            let json = [("content-type", "application/json")];
            (json, Body::from_stream(drops)).into_response()
        }
        Answer::Silent => std::future::pending().await,
    }
}
