//! A tenant with a service around it.

use std::sync::Arc;

use connectors::{
    Connection, Connector, Connectors, NewConnection, NewConnector, Parts, Settings, Upload,
};
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment, default_of},
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{ApiConnectorId, EnvironmentId, Ids, Language, Scope, Secret};
use liaison_connectors as connectors;
use testkit::{FixedClock, Store};

use crate::upstream::{KEY, Upstream};

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) connectors: Arc<Connectors>,
}

const PASSWORD: &str = "correct horse battery";

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self::behind(settings, testkit::outbound()).await
    }

    /// With another way out.
    pub(crate) async fn behind(settings: Settings, client: egress::Client) -> Self {
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let public_url: url::Url = "https://hub.example.org".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let connectors = Arc::new(Connectors::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client,
            public_url,
            settings,
        }));
        Self { store, clock, ids, identity, system, tenant, connectors }
    }

    /// The default environment, which has no sales tables.
    pub(crate) fn environment(&self) -> EnvironmentId {
        default_of(self.tenant.id)
    }

    pub(crate) async fn sales_environment(&self) -> EnvironmentId {
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let root = self.system.scope(self.tenant.id, "test");
        self.identity.create_environment(&root, new).await.unwrap().id
    }

    /// A new person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.person_of(&self.tenant, name, roles).await
    }

    pub(crate) async fn maker(&self) -> Scope {
        self.person("max", &[Role::ConnectorMaker]).await
    }

    pub(crate) async fn seller(&self) -> Scope {
        self.person("sam", &[Role::Seller]).await
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    /// An administrator of a second tenant.
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
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        self.identity.create_user(&root, user).await.unwrap();
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let SignedIn::Done(session) = self.identity.sign_in(&caller, tenant.id, who).await.unwrap()
        else {
            panic!("a second factor is asked for")
        };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// The connector of the API on this machine, in the default environment.
    pub(crate) async fn things(&self, maker: &Scope, upstream: &Upstream) -> Connector {
        let (definition, properties) = upstream.package();
        let upload = Upload::Text { definition, properties: Some(properties) };
        self.connectors.create(maker, self.environment(), a_connector(upload)).await.unwrap()
    }

    /// A connection to it with the right key.
    pub(crate) async fn keyed(&self, scope: &Scope, connector: ApiConnectorId) -> Connection {
        let new = NewConnection { values: values(&[("api_key", KEY)]), ..NewConnection::default() };
        self.connectors.create_connection(scope, connector, new).await.unwrap()
    }
}

pub(crate) fn values(pairs: &[(&str, &str)]) -> Vec<(String, Secret<String>)> {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), Secret::new((*value).to_owned()));
    pairs.iter().map(own).collect()
}

pub(crate) fn a_connector(upload: Upload) -> NewConnector {
    NewConnector { name: None, description: None, preview: false, upload, note: String::new() }
}

/// The stable code of a failure.
pub(crate) fn code<T>(outcome: Result<T, connectors::Error>) -> &'static str {
    use kernel::Coded as _;
    outcome.err().map_or("done", |error| error.code().name())
}

/// The codes of what is wrong with an input.
pub(crate) fn fields<T: std::fmt::Debug>(
    outcome: Result<T, connectors::Error>,
) -> Vec<(String, &'static str)> {
    use kernel::Coded as _;
    let error = outcome.unwrap_err();
    error.fields().iter().map(|f| (f.pointer.to_string(), f.code)).collect()
}
