//! A tenant with records in it.

use std::sync::Arc;

use identity::{
    Caller, Identity, NewToken, Presented, Role, SignIn, SignedIn, SystemScopes, TokenOwner,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{EnvironmentId, Ids, Language, Permission, Scope, Secret};
use liaison_records as records;
use queries::{Paging, Query};
use records::{Entry, Operation, Parts, Records, Reference, RowKey, Rows, Session, Settings};
use tables::Value;
use testkit::{FixedClock, Store};
use uuid::Uuid;

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) records: Records,
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
        let records = Records::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: Settings::default(),
        });
        Self { store, clock, ids, identity, system, tenant, records }
    }

    /// The room on the same database, as another node has it.
    pub(crate) fn again(&self) -> Records {
        Records::new(Parts {
            db: self.store.db(),
            clock: Arc::clone(&self.clock) as Arc<dyn kernel::Clock>,
            ids: self.ids.clone(),
            identity: Arc::clone(&self.identity),
            scopes: self.system.clone(),
            settings: Settings::default(),
        })
    }

    /// An environment with the sales tables.
    pub(crate) async fn sales(&self) -> EnvironmentId {
        self.environment("Sales", true).await
    }

    pub(crate) async fn environment(&self, name: &str, crm_enabled: bool) -> EnvironmentId {
        let new = NewEnvironment {
            name: name.to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled,
        };
        let root = self.system.scope(self.tenant.id, "test");
        self.identity.create_environment(&root, new).await.unwrap().id
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    /// A new person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        self.person_of(&self.tenant, name, roles).await
    }

    /// What a token of the same person may that carries only these permissions.
    pub(crate) async fn token(&self, of: &Scope, permissions: &[Permission]) -> Scope {
        let token = NewToken {
            owner: TokenOwner::Person(of.user().unwrap()),
            label: "Narrow".to_owned(),
            permissions: permissions.iter().copied().collect(),
            expires_at: None,
        };
        let root = self.system.scope(of.tenant(), "test");
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

pub(crate) fn at(table: &str, id: Uuid) -> Reference {
    Reference::id(table, id)
}

/// The value of a column of a row that the caller sees.
pub(crate) async fn cell(session: &Session, table: &str, id: Uuid, column: &str) -> Option<Value> {
    let query = Query::of(session.model().table(table).unwrap()).select_all();
    let rows = session.read(table, &RowKey::Id(id), &query).await.unwrap()?;
    Some(value(&rows, 0, column))
}

/// The value of a column of a row of an answer.
pub(crate) fn value(rows: &Rows, row: usize, column: &str) -> Value {
    let shown = &rows.plan.shown;
    let is_it =
        |property: &&queries::Property| property.column().is_some_and(|c| c.logical == column);
    let property = shown.properties.iter().find(is_it).unwrap();
    property.value(&rows.rows[row]).unwrap()
}

/// The names of all accounts that the caller sees, sorted.
pub(crate) async fn names(session: &Session) -> Vec<String> {
    let query = Query::of(session.model().table("account").unwrap()).select(["name"]).unwrap();
    let rows = session.query(&query, &Paging { size: 5000, ..Paging::default() }).await.unwrap();
    let mut names: Vec<String> = (0..rows.rows.len())
        .map(|row| match value(&rows, row, "name") {
            Value::Text(text) => text,
            _ => String::new(),
        })
        .collect();
    names.sort();
    names
}
