//! A tenant with records in it.

use std::sync::Arc;

use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment, Region},
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{EnvironmentId, Ids, Language, Scope, Secret};
use liaison_environments::{Environments, Settings};
use records::{Entry, Operation, Records, Session};
use testkit::{FixedClock, Store};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) records: Records,
    pub(crate) environments: Arc<Environments>,
}

const PASSWORD: &str = "correct horse battery";

impl House {
    pub(crate) async fn new() -> Self {
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            sealer,
            outbound: testkit::outbound(),
            public_url: "https://hub.example.org".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let environments = Self::node(&store, &clock, &ids, (&identity, &records, &system));
        Self { store, clock, ids, identity, system, tenant, records, environments }
    }

    fn node(
        store: &Store,
        clock: &Arc<FixedClock>,
        ids: &Ids,
        (identity, records, system): (&Arc<Identity>, &Records, &SystemScopes),
    ) -> Arc<Environments> {
        Arc::new(Environments::new(liaison_environments::Parts {
            db: store.db(),
            clock: Arc::clone(clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            identity: Arc::clone(identity),
            records: records.clone(),
            scopes: system.clone(),
            settings: Settings::default(),
        }))
    }

    /// Everything that is to be done in the background.
    pub(crate) async fn work(&self) {
        self.environments.work(&CancellationToken::new()).await.unwrap();
    }

    /// An environment with the sales tables.
    pub(crate) async fn sales(&self) -> EnvironmentId {
        self.environment("Sales", true).await
    }

    pub(crate) async fn environment(&self, name: &str, crm_enabled: bool) -> EnvironmentId {
        self.made(name, EnvironmentKind::Production, crm_enabled).await
    }

    /// A sandbox without the sales tables.
    pub(crate) async fn sandbox(&self, name: &str) -> EnvironmentId {
        self.made(name, EnvironmentKind::Sandbox, false).await
    }

    async fn made(&self, name: &str, kind: EnvironmentKind, crm_enabled: bool) -> EnvironmentId {
        let new = NewEnvironment { name: name.to_owned(), kind, crm_enabled };
        let root = self.system.scope(self.tenant.id, "test");
        self.environments.create(&root, new, Region::default()).await.unwrap().id
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    /// A new person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.person_of(&self.tenant, name, roles).await
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
            addresses: vec![format!("{name}@example.org")],
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
}

/// Makes a row; its key.
pub(crate) async fn create(session: &Session, entry: Entry) -> Uuid {
    session.one(Operation::Create(entry)).await.unwrap().id
}

pub(crate) fn account(name: &str) -> Entry {
    Entry::of("account").text("name", name)
}

/// How many rows a table has.
pub(crate) async fn total(session: &Session, table: &str) -> i64 {
    session.total(table).await.unwrap()
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(
    outcome: Result<T, liaison_environments::Error>,
) -> &'static str {
    use kernel::Coded as _;
    outcome.unwrap_err().code().name()
}
