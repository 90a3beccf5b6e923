//! An environment with the sales tables and its people.

use std::sync::Arc;

use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::Tenant,
    users::NewUser,
};
use kernel::{Clock, EnvironmentId, Ids, Language, Scope, Secret};
use liaison_crm_embedded::Embedded;
use records::{Associate, Entry, Operation, Parts, Records, Reference, Session, Settings};
use tables::{
    Labels,
    baseline::{Depth, privilege_id},
    define::Change,
};
use testkit::{FixedClock, Store};

const PASSWORD: &str = "correct horse battery";

pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) admin: Scope,
    pub(crate) environment: EnvironmentId,
    pub(crate) records: Records,
    ids: Ids,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: Tenant,
    _store: Store,
}

impl House {
    pub(crate) async fn new() -> Self {
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let time = || Arc::<FixedClock>::clone(&clock) as Arc<dyn Clock>;
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer,
            outbound: testkit::outbound(),
            public_url: "https://hub.example.org".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let records = Records::new(Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: Settings::default(),
        });
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let root = system.scope(tenant.id, "test");
        let environment = identity.create_environment(&root, new).await.unwrap().id;
        let people = People { ids: &ids, identity: &identity, system: &system, tenant: &tenant };
        let admin = people.person("ada", Role::GlobalAdministrator).await;
        Self { clock, admin, environment, records, ids, identity, system, tenant, _store: store }
    }

    pub(crate) fn crm(&self, scope: &Scope) -> Embedded {
        Embedded::new(&self.records, scope, self.environment)
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.records.session_in(scope, self.environment).await.unwrap()
    }

    /// Lets accounts be told apart by their number.
    pub(crate) async fn number_accounts(&self) {
        let key = Change::AddKey {
            table: "account".to_owned(),
            schema: "new_Number".to_owned(),
            labels: Labels::english("Number"),
            columns: vec!["accountnumber".to_owned()],
        };
        self.session(&self.admin).await.define(vec![key]).await.unwrap();
    }

    /// A seller without any security role.
    pub(crate) async fn person(&self, name: &str) -> Scope {
        let Self { ids, identity, system, tenant, .. } = self;
        People { ids, identity, system, tenant }.person(name, Role::Seller).await
    }

    /// A seller who sees all accounts and does nothing with them.
    pub(crate) async fn reader(&self, name: &str) -> Scope {
        let scope = self.person(name).await;
        let user = self.session(&scope).await.user();
        let admin = self.session(&self.admin).await;
        let role = Operation::Create(Entry::of("role").text("name", "Account Reader"));
        let role = admin.one(role).await.unwrap().id;
        let read = (privilege_id("prvReadAccount"), Depth::Organisation);
        admin.add_privileges(role, vec![read]).await.unwrap();
        let link = Associate {
            from: Reference::id("systemuser", user),
            navigation: "systemuserroles_association".to_owned(),
            to: Reference::id("role", role),
        };
        let admin = self.session(&self.admin).await;
        admin.one(Operation::Associate(link)).await.unwrap();
        scope
    }
}

struct People<'a> {
    ids: &'a Ids,
    identity: &'a Arc<Identity>,
    system: &'a SystemScopes,
    tenant: &'a Tenant,
}

impl People<'_> {
    async fn person(&self, name: &str, role: Role) -> Scope {
        let root = self.system.scope(self.tenant.id, "test");
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![format!("{name}@example.org")],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: vec![role],
        };
        self.identity.create_user(&root, user).await.unwrap();
        let caller = Caller {
            request: self.ids.fresh(),
            origin: None,
            language: None,
            client: "Test/1.0".to_owned(),
        };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed_in = self.identity.sign_in(&caller, self.tenant.id, who).await.unwrap();
        let SignedIn::Done(session) = signed_in else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }
}
