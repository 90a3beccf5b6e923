//! A tenant with connectors and actions, and an API to call.

use std::sync::{Arc, Mutex, PoisonError};

use actions::{
    Acknowledgement, Action, Actions, Audience, Enabling, Invocation, Invoked, NewAction, Parts,
    Selected,
};
use axum::{Router, extract::Request, response::IntoResponse as _, routing::any};
use connectors::{Connector, Connectors, NewConnector, Upload, Via};
use identity::{
    Caller, Identity, NewToken, Presented, Role, SystemScopes, TokenOwner,
    environments::default_of,
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{Coded as _, Language, Permission, Scope};
use serde_json::{Map, Value, json};
use testkit::{FixedClock, Store};
use tokio::{net::TcpListener, task::JoinSet};

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) actions: Arc<Actions>,
    ids: kernel::Ids,
    /// What the API was asked: method, path with query, body.
    asked: Arc<Mutex<Vec<String>>>,
    pub(crate) host: String,
    _serving: JoinSet<()>,
}

impl House {
    pub(crate) async fn new() -> Self {
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
        let actions = Arc::new(Actions::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as _,
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
        }));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        let host = serve(&mut serving, Arc::clone(&asked)).await;
        Self {
            store,
            clock,
            identity,
            system,
            tenant,
            connectors,
            actions,
            ids,
            asked,
            host,
            _serving: serving,
        }
    }

    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.person_of(&self.tenant, name, roles).await
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    pub(crate) async fn seller(&self) -> Scope {
        self.person("sam", &[Role::Seller]).await
    }

    /// An administrator of another tenant.
    pub(crate) async fn stranger(&self) -> Scope {
        let new = NewTenant { name: "Fabrikam".to_owned(), language: Language::Fr, host: None };
        let there = self.system.create_tenant(new).await.unwrap();
        self.person_of(&there, "eve", &[Role::GlobalAdministrator]).await
    }

    async fn person_of(&self, tenant: &Tenant, name: &str, roles: &[Role]) -> Scope {
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
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    pub(crate) async fn connector(&self, maker: &Scope) -> Connector {
        let upload = Upload::Text { definition: definition(&self.host), properties: None };
        let new = NewConnector {
            name: None,
            description: None,
            preview: false,
            upload,
            note: String::new(),
        };
        self.connectors.create(maker, default_of(self.tenant.id), new).await.unwrap()
    }

    /// A draft of everything that the API offers.
    pub(crate) async fn draft(&self, maker: &Scope, name: &str) -> Action {
        let connector =
            match self.connectors.list(maker, default_of(self.tenant.id)).await.unwrap().pop() {
                Some(connector) => connector,
                None => self.connector(maker).await,
            };
        let select = |id: &str| Selected { id: id.to_owned(), ..Selected::default() };
        let new = NewAction {
            connector: connector.id,
            name: name.to_owned(),
            description: String::new(),
            instructions: String::new(),
            operations: ["ListThings", "MakeThing"].into_iter().map(select).collect(),
        };
        self.actions.create(maker, new).await.unwrap()
    }

    /// An action that everybody may use.
    pub(crate) async fn enabled(&self, admin: &Scope, name: &str) -> Action {
        let draft = self.draft(admin, name).await;
        self.actions.publish(admin, draft.id).await.unwrap();
        self.actions.enable(admin, draft.id, for_all()).await.unwrap()
    }

    /// Marks the version in use as certified; what certification asks for is not what is tested here.
    pub(crate) async fn mark_certified(&self, scope: &Scope, id: kernel::ApiConnectorId) {
        let number = self.connectors.connector(scope, id).await.unwrap().version.number;
        let set = move |tx: &db::Tx<'_>| {
            const SQL: &str =
                "UPDATE api_connectors SET certified = $3 WHERE tenant_id = $1 AND id = $2";
            tx.execute(SQL, &[tx.tenant().into(), id.into(), number.into()])
        };
        self.store.db().write(scope, set).await.unwrap();
    }

    pub(crate) async fn tools(&self, scope: &Scope) -> Vec<String> {
        let catalogue = self.actions.catalogue(scope).await.unwrap();
        let text = catalogue.page(None, 1000).text;
        let all: Vec<Value> =
            serde_json::from_str(&format!("[{}]", String::from_utf8_lossy(&text))).unwrap();
        all.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn call(
        &self,
        scope: &Scope,
        action: &Action,
        operation: &str,
        inputs: Value,
    ) -> actions::Result<Invoked> {
        let Value::Object(inputs) = inputs else { panic!("inputs are an object") };
        let call = Invocation {
            action: action.id,
            operation: Some(operation.to_owned()),
            inputs,
            connection: None,
            via: Via::Rest,
            deadline: None,
        };
        self.actions.invoke(scope, call).await
    }

    /// What the API was asked since the last look.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(crate) fn for_all() -> Enabling {
    Enabling { acknowledged: read_both(), ..Enabling::default() }
}

pub(crate) fn only(roles: &[Role]) -> Enabling {
    let audience = Audience::Only { groups: Vec::new(), roles: roles.to_vec() };
    Enabling { audience, ..for_all() }
}

pub(crate) const fn read_both() -> Acknowledgement {
    Acknowledgement { third_party_terms: true, data_may_leave: true }
}

/// The stable code of a failure.
pub(crate) fn code<T>(outcome: actions::Result<T>) -> &'static str {
    outcome.err().map_or("done", |error| error.code().name())
}

/// The codes of what is wrong with an input, with their places.
pub(crate) fn faults<T: std::fmt::Debug>(
    outcome: actions::Result<T>,
) -> Vec<(String, &'static str)> {
    let error = outcome.unwrap_err();
    error.fields().iter().map(|field| (field.pointer.to_string(), field.code)).collect()
}

pub(crate) fn nothing() -> Map<String, Value> {
    Map::new()
}

/// An API that says what it was asked.
async fn serve(serving: &mut JoinSet<()>, asked: Arc<Mutex<Vec<String>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let answer = move |request: Request| {
        let asked = Arc::clone(&asked);
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
            let body = String::from_utf8_lossy(&body).into_owned();
            let line = format!("{} {} {body}", parts.method, parts.uri);
            asked.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim().to_owned());
            let kind = [("content-type", "application/json")];
            (kind, r#"[{"name":"a"}]"#).into_response()
        }
    };
    let router = Router::new().route("/{*rest}", any(answer));
    serving.spawn(async move {
        axum::serve(listener, router).await.unwrap();
    });
    host
}

pub(crate) fn definition(host: &str) -> String {
    let thing = json!({ "$ref": "#/definitions/Thing" });
    json!({
        "swagger": "2.0",
        "info": { "title": "Things", "version": "1" },
        "host": host, "basePath": "/", "schemes": ["http"],
        "consumes": ["application/json"], "produces": ["application/json"],
        "paths": { "/things": {
            "get": { "operationId": "ListThings", "summary": "List things", "parameters": [
                { "name": "kind", "in": "query", "type": "string", "x-ms-summary": "Kind" },
                { "name": "top", "in": "query", "type": "integer", "default": 5 },
                { "name": "trace", "in": "query", "type": "string", "default": "off", "required": true,
                  "x-ms-visibility": "internal" },
            ], "responses": { "200": { "description": "All",
                "schema": { "type": "array", "items": thing } } } },
            "post": { "operationId": "MakeThing", "summary": "Make a thing", "parameters": [
                { "name": "body", "in": "body", "required": true, "schema": thing },
            ], "responses": { "200": { "description": "Made", "schema": thing } } },
        } },
        "definitions": { "Thing": { "type": "object", "required": ["name"], "properties": {
            "name": { "type": "string" }, "parts": { "type": "array", "items": thing } } } },
    })
    .to_string()
}
