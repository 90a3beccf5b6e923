//! A tenant with records, and files for it.

use std::sync::Arc;

use futures_util::StreamExt as _;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes,
    environments::{EnvironmentKind, NewEnvironment},
    tenants::Tenant,
    users::NewUser,
};
use kernel::{EnvironmentId, Ids, Language, Scope, Secret};
use liaison_transfer::{Import, Parts, Pieces, Plan, Settings, State, Transfer};
use queries::{Paging, Query};
use records::{Records, Session};
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
    pub(crate) transfer: Transfer,
    pub(crate) sales: EnvironmentId,
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
        let root = system.scope(tenant.id, "test");
        let new = NewEnvironment {
            name: "Sales".to_owned(),
            kind: EnvironmentKind::Production,
            crm_enabled: true,
        };
        let sales = identity.create_environment(&root, new).await.unwrap().id;
        let transfer = Transfer::new(parts((&store, &ids), &clock, &records, &system));
        Self { store, clock, ids, identity, system, tenant, records, transfer, sales }
    }

    /// A node whose operator allows other amounts.
    pub(crate) fn node_with(&self, settings: Settings) -> Transfer {
        Transfer::new(Parts { settings, ..self.parts() })
    }

    /// Another node on the same database, as after a restart.
    pub(crate) fn another_node(&self) -> Transfer {
        Transfer::new(self.parts())
    }

    fn parts(&self) -> Parts {
        parts((&self.store, &self.ids), &self.clock, &self.records, &self.system)
    }

    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let root = self.system.scope(self.tenant.id, "test");
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
        let signed = self.identity.sign_in(&caller, self.tenant.id, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor is asked for") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    pub(crate) async fn admin(&self) -> Scope {
        self.person("ada", &[Role::GlobalAdministrator]).await
    }

    pub(crate) async fn session(&self, scope: &Scope) -> Session {
        self.records.session_in(scope, self.sales).await.unwrap()
    }

    /// Brings a file with the plan that its heading suggests.
    pub(crate) async fn bring(&self, scope: &Scope, table: &str, file: &[u8]) -> Import {
        let mut upload = self.transfer.begin(scope, self.sales, (table, "rows.csv")).await.unwrap();
        for piece in file.chunks(1000) {
            upload.push(piece).await.unwrap();
        }
        upload.finish("Europe/Paris").await.unwrap()
    }

    /// Brings and runs a file to its end.
    pub(crate) async fn import(
        &self,
        scope: &Scope,
        (table, file): (&str, &[u8]),
        change: impl FnOnce(&mut Plan),
    ) -> Import {
        let import = self.bring(scope, table, file).await;
        let mut plan = import.plan.clone();
        change(&mut plan);
        self.transfer.plan(scope, import.id, plan).await.unwrap();
        self.transfer.start(scope, import.id).await.unwrap();
        self.transfer.drain().await.unwrap();
        self.transfer.import(scope, import.id).await.unwrap()
    }

    /// What a column of every row holds, sorted.
    pub(crate) async fn column(&self, scope: &Scope, table: &str, column: &str) -> Vec<String> {
        let session = self.session(scope).await;
        let model = Arc::clone(session.model().table(table).unwrap());
        let query = Query::of(&model).select([column]).unwrap();
        let rows = session.query(&query, &Paging::first(5000)).await.unwrap();
        let property = rows.plan.shown.properties.first().unwrap().clone();
        let text = |row: &db::Row| match property.value(row).unwrap() {
            Value::Text(text) => text,
            Value::Null => String::new(),
            Value::Row(row) => row.id.to_string(),
            Value::Fixed(number) => number.to_string(),
            Value::Instant(at) => at.to_string(),
            other => format!("{other:?}"),
        };
        let mut all: Vec<String> = rows.rows.iter().map(text).collect();
        all.sort();
        all
    }

    /// The mistakes of an import: row, column, code.
    pub(crate) async fn findings(&self, scope: &Scope, id: Uuid) -> Vec<(u64, String, String)> {
        let all = self.transfer.findings(scope, id, (0, "", 1000)).await.unwrap();
        all.into_iter().map(|one| (one.row, one.column, one.code)).collect()
    }
}

fn parts(
    (store, ids): (&Store, &Ids),
    clock: &Arc<FixedClock>,
    records: &Records,
    scopes: &SystemScopes,
) -> Parts {
    Parts {
        db: store.db(),
        clock: Arc::clone(clock) as Arc<dyn kernel::Clock>,
        ids: ids.clone(),
        records: records.clone(),
        scopes: scopes.clone(),
        settings: Settings::default(),
    }
}

pub(crate) async fn bytes(mut pieces: Pieces) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = pieces.next().await {
        all.extend_from_slice(&piece.unwrap());
    }
    all
}

pub(crate) fn counts(import: &Import) -> (State, [u64; 4]) {
    (import.state, [import.created, import.updated, import.skipped, import.failed])
}
