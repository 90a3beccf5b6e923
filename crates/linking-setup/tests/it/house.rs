//! A tenant with an environment whose records may be linked.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::future::BoxFuture;
use identity::{
    Caller, Holder, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    users::NewUser,
};
use kernel::{EnvironmentId, Ids, Language, Scope, Secret, TenantId};
use liaison_linking_setup::{Kind, LinkingSetup, Parts, Workspaces};
use records::{Condition, Delete, Entry, Operation, Records, Reference, RowKey, Session, Update};
use tables::Value;
use testkit::{FixedClock, Store};
use uuid::Uuid;
use workspace_port::{Result as Answer, Workspace};

pub(crate) struct House {
    _store: Store,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: TenantId,
    pub(crate) records: Records,
    pub(crate) setup: Arc<LinkingSetup>,
    pub(crate) environment: EnvironmentId,
    pub(crate) admin: Scope,
    pub(crate) elsewhere: Arc<Elsewhere>,
}

/// No workspace: this room never takes a seat, it only asks what kind of one it would be.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere(AtomicBool);

impl Elsewhere {
    pub(crate) fn is_graph(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Workspaces for Elsewhere {
    fn of<'a>(&'a self, _scope: &'a Scope) -> BoxFuture<'a, Answer<Arc<dyn Workspace>>> {
        Box::pin(async { Err(workspace_port::Error::Unavailable) })
    }

    fn jobs(&self, _tenant: TenantId) -> BoxFuture<'_, Answer<Arc<dyn Workspace>>> {
        Box::pin(async { Err(workspace_port::Error::Unavailable) })
    }

    fn kind(&self, _scope: &Scope) -> Kind {
        if self.0.load(Ordering::Relaxed) { Kind::Graph } else { Kind::Embedded }
    }

    fn tenant(&self, scope: &Scope) -> Uuid {
        scope.tenant().into()
    }
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
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap().id;
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let elsewhere = Arc::new(Elsewhere::default());
        let setup = LinkingSetup::open(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn kernel::Clock>,
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            records: records.clone(),
            workspaces: Arc::clone(&elsewhere) as Arc<dyn Workspaces>,
        });
        assert!(records.plug(setup.plugins()));
        let root = system.scope(tenant, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let environment = identity.create_environment(&root, new).await.unwrap().id;
        let mut house = Self {
            _store: store,
            ids,
            identity,
            system,
            tenant,
            records,
            setup,
            environment,
            admin: root,
            elsewhere,
        };
        house.admin = house.person("ada", &[Role::GlobalAdministrator]).await;
        house.license(&house.admin, &["Dynamics 365 Sales Enterprise", "Microsoft Teams"]).await;
        house
    }

    pub(crate) fn root(&self) -> Scope {
        self.system.scope(self.tenant, "test")
    }

    /// A new person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![format!("{name}@example.org")],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: roles.to_vec(),
        };
        self.identity.create_user(&self.root(), user).await.unwrap();
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let caller = self.caller();
        let signed = self.identity.sign_in(&caller, self.tenant, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    fn caller(&self) -> Caller {
        Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        }
    }

    /// Somebody who is System Administrator of the environment and administers nothing else.
    pub(crate) async fn customizer(&self, name: &str) -> Scope {
        let scope = self.person(name, &[]).await;
        let (root, user) = (self.root(), scope.user().unwrap());
        self.records.make_administrator(&root, self.environment, user).await.unwrap();
        scope
    }

    /// Gives somebody licences of these names.
    pub(crate) async fn license(&self, scope: &Scope, names: &[&str]) {
        let root = self.root();
        for name in names {
            let all = self.identity.licences(&root).await.unwrap();
            let licence = match all.iter().find(|licence| licence.name == *name) {
                Some(known) => known.id,
                None => self.identity.create_licence(&root, name, None).await.unwrap().id,
            };
            let holder = Holder::User(scope.user().unwrap());
            self.identity.assign_licence(&root, licence, holder).await.unwrap();
        }
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.records.session_in(scope, self.environment).await.unwrap()
    }

    /// Makes a row as the administrator.
    pub(crate) async fn make(&self, entry: Entry) -> Uuid {
        let session = self.session(&self.admin).await;
        session.one(Operation::Create(entry)).await.unwrap().id
    }

    pub(crate) async fn remove(&self, table: &str, id: Uuid) {
        let session = self.session(&self.admin).await;
        let delete = Delete { row: Reference::id(table, id), condition: Condition::None };
        session.one(Operation::Delete(delete)).await.unwrap();
    }

    /// Writes columns of the organisation, as a client of the Web API does.
    pub(crate) async fn organization(
        &self,
        scope: &Scope,
        columns: &[(&str, Value)],
    ) -> Result<(), records::Error> {
        let session = self.session(scope).await;
        let mut entry = Entry::of("organization");
        for (column, value) in columns {
            entry = entry.with(*column, value.clone());
        }
        let key = RowKey::Id(session.organization());
        let update = Update { key, entry, condition: Condition::None };
        session.one(Operation::Update(update)).await.map(drop)
    }
}

pub(crate) fn from(scope: &Scope, origin: &str) -> Scope {
    scope.clone().with_origin(Some(origin.parse::<IpAddr>().unwrap()))
}

pub(crate) fn yes() -> Value {
    Value::Boolean(true)
}
