//! A tenant with an environment of sales, two sellers with different rights there, and mails.

use std::sync::Arc;

use actions::Actions;
use connectors::Connectors;
use crm::{Crm as _, RecordRef, Value, Values};
use crm_connections::{CrmConnections, NewSystem, SystemKind};
use crm_proof::{At, Elsewhere, Stall, stalling};
use file_store::FileStore;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::{NewTenant, Tenant},
    users::NewUser,
};
use kernel::{Clock, Coded, EnvironmentId, Ids, Language, Scope, Secret};
use liaison_mailbox::{Mailbox, Parts, Settings};
use records::{Associate, Entry, Operation, Records, Reference};
use sales::Sales;
use tables::baseline::{Depth, privilege_id};
use tempfile::TempDir;
use testkit::{FixedClock, Store};

const PASSWORD: &str = "correct horse battery";

pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) crm: CrmConnections,
    pub(crate) records: Records,
    pub(crate) environment: EnvironmentId,
    pub(crate) admin: Scope,
    pub(crate) folder: TempDir,
    /// Stops a call of a CRM where it stands.
    pub(crate) stall: Arc<Stall>,
    ids: Ids,
    identity: Arc<Identity>,
    system: SystemScopes,
    tenant: Tenant,
    store: Store,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::fresh().await;
        let clock = FixedClock::new();
        let time = || Arc::<FixedClock>::clone(&clock) as Arc<dyn Clock>;
        let ids = testkit::ids();
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let public_url: url::Url = "http://hub.test/".parse().unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            outbound: testkit::outbound(),
            public_url: public_url.clone(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let records = Records::new(records::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            identity: Arc::clone(&identity),
            scopes: system.clone(),
            settings: records::Settings::default(),
        });
        let connectors = Arc::new(Connectors::new(connectors::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer: sealer.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            client: testkit::outbound(),
            public_url: public_url.clone(),
            settings: connectors::Settings::default(),
        }));
        let actions = Arc::new(Actions::new(actions::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
        }));
        let sales = Arc::new(Sales::new(sales::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors: Arc::clone(&connectors),
            actions,
            settings: sales::Settings::default(),
        }));
        let stall = Arc::new(Stall::default());
        let crm = CrmConnections::new(crm_connections::Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            sealer,
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            connectors,
            records: records.clone(),
            client: testkit::outbound(),
            networks: crm_proof::open_networks(),
            public_url,
            adapters: stalling(crm_proof::adapters(&records, &time(), None), &stall),
            settings: crm_connections::Settings::default(),
        });
        let mailbox = Arc::new(Mailbox::new(Parts {
            db: store.db(),
            clock: time(),
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            crm: crm.clone(),
            sales,
            files: FileStore::open(&folder.path().join("mail")).unwrap(),
            settings,
        }));
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let root = system.scope(tenant.id, "test");
        let environment = identity.create_environment(&root, new).await.unwrap().id;
        let people = People { ids: &ids, identity: &identity, system: &system, tenant: &tenant };
        let admin = people.person("ada", Role::GlobalAdministrator).await;
        let house = Self {
            clock,
            mailbox,
            crm,
            records,
            environment,
            admin,
            folder,
            stall,
            ids,
            identity,
            system,
            tenant,
            store,
        };
        let system = NewSystem {
            name: "Here".to_owned(),
            kind: Some(SystemKind::Embedded),
            environment: Some(house.environment),
            enabled: true,
            ..NewSystem::default()
        };
        house.crm.create_system(&house.admin, system).await.unwrap();
        house
    }

    /// Salesforce and Dynamics 365, set up for this tenant.
    pub(crate) async fn elsewhere(&self) -> Elsewhere {
        let back = "http://hub.test/crm/sign-in";
        Box::pin(Elsewhere::start(self.crm.clone(), &self.admin, back)).await
    }

    /// A seller of the hub who works with a CRM elsewhere, as the one with this address there.
    pub(crate) async fn works_at(
        &self,
        elsewhere: &Elsewhere,
        name: &str,
        (at, mail): (At, &str),
    ) -> Scope {
        let scope = self.seller(name, None).await;
        elsewhere.sign_in(&scope, at, mail).await;
        self.crm.choose(&scope, elsewhere.system(at).id).await.unwrap();
        scope
    }

    /// What administrators of the CRM set.
    fn sales(&self) -> sales_settings::SalesSettings {
        let crm = self.crm.clone();
        sales_settings::SalesSettings::new(sales_settings::Parts {
            db: self.store.db(),
            clock: Arc::<FixedClock>::clone(&self.clock),
            seat: Box::new(move |scope, system| {
                let crm = crm.clone();
                Box::pin(async move { crm.place(&scope, system).await })
            }),
        })
    }

    /// Changes settings of the CRM.
    pub(crate) async fn set(&self, patch: serde_json::Value) {
        let serde_json::Value::Object(patch) = patch else { panic!("an object") };
        let system = self.crm.chosen(&self.admin).await.unwrap().id;
        self.sales().update(&self.admin, system, patch, None).await.unwrap();
    }

    /// Publishes forms of the CRM.
    pub(crate) async fn publish(&self, forms: sales_settings::Forms) {
        let system = self.crm.chosen(&self.admin).await.unwrap().id;
        self.sales().publish(&self.admin, system, forms, None).await.unwrap();
    }

    /// A seller of another tenant, made after this one.
    pub(crate) async fn neighbour(&self, name: &str) -> Scope {
        let new = NewTenant { name: "Northwind".to_owned(), language: Language::En, host: None };
        let tenant = &self.system.create_tenant(new).await.unwrap();
        let Self { ids, identity, system, .. } = self;
        People { ids, identity, system, tenant }.person(name, Role::Seller).await
    }

    /// A seller with the role of that name, or without any.
    pub(crate) async fn seller(&self, name: &str, role: Option<&str>) -> Scope {
        let Self { ids, identity, system, tenant, .. } = self;
        let scope = People { ids, identity, system, tenant }.person(name, Role::Seller).await;
        let user = self.records.session_in(&scope, self.environment).await.unwrap().user();
        let admin = self.records.session_in(&self.admin, self.environment).await.unwrap();
        if let Some(role) = role {
            let crm = crm_embedded::Embedded::new(&self.records, &self.admin, self.environment);
            let query = crm::Query::of("role", &["name"]).filter(crm::Filter::compare(
                "name",
                crm::Comparison::Equal,
                role.into(),
            ));
            let found = crm.query(&query).await.unwrap().records;
            let role = if let Some(found) = found.first() {
                found.at.id.0.parse().unwrap()
            } else {
                // of one's own contacts alone
                let entry = Operation::Create(Entry::of("role").text("name", role));
                let made = admin.one(entry).await.unwrap().id;
                let read = |name| (privilege_id(name), Depth::User);
                let all = ["prvReadContact", "prvReadAccount"].map(read).to_vec();
                admin.add_privileges(made, all).await.unwrap();
                made
            };
            let admin = self.records.session_in(&self.admin, self.environment).await.unwrap();
            let link = Associate {
                from: Reference::id("systemuser", user),
                navigation: "systemuserroles_association".to_owned(),
                to: Reference::id("role", role),
            };
            admin.one(Operation::Associate(link)).await.unwrap();
        }
        scope
    }

    pub(crate) async fn make(
        &self,
        scope: &Scope,
        table: &str,
        values: &[(&str, Value)],
    ) -> RecordRef {
        let values: Values =
            values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.crm.of(scope).await.unwrap().create(table, &values).await.unwrap()
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
            addresses: vec![format!("{name}@contoso.example")],
            language: None,
            time_zone: None,
            password: Some(Secret::new(PASSWORD.to_owned())),
            roles: vec![role],
        };
        self.identity.create_user(&root, user).await.unwrap();
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: Secret::new(PASSWORD.to_owned()) };
        let signed_in = self.identity.sign_in(&caller, self.tenant.id, who).await.unwrap();
        let SignedIn::Done(session) = signed_in else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }
}

/// A mail of a customer.
pub(crate) fn mail(id: &str) -> Vec<u8> {
    format!(
        "From: Ben King <Ben@Fabrikam.example>\r\nTo: Sam <sam@contoso.example>, Cy <cy@fabrikam.example>\r\nSubject: Renewal {id}\r\nMessage-ID: <{id}@fabrikam.example>\r\nDate: Mon, 2 Mar 2020 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nShall we renew?\r\n\r\n-- \r\nBen King\r\nHead of Purchasing\r\nFabrikam Ltd\r\nTel. +44 20 7946 0958\r\n--b\r\nContent-Type: text/plain; name=offer.txt\r\nContent-Disposition: attachment\r\n\r\n100 pieces\r\n--b--\r\n"
    )
    .into_bytes()
}

pub(crate) fn code<T>(outcome: &Result<T, impl Coded>) -> &'static str {
    outcome.as_ref().err().map_or("done", |error| error.code().name())
}
