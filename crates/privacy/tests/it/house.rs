//! A tenant with people, and the room.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use db::Db;
use file_store::FileStore;
use futures_util::FutureExt as _;
use identity::{
    Caller, Identity, Presented, Role, SignIn, SignedIn, SystemScopes, tenants::Tenant,
    users::NewUser,
};
use kernel::{Clock, Coded, Ids, Language, Scope, Secret, UserId};
use liaison_privacy::{Archive, As, By, DataSet, Keeper, Parts, Privacy, TABLES, Table, Told};
use tempfile::TempDir;
use testkit::{FixedClock, Store};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

const PASSWORD: &str = "correct horse battery";

/// A room with files, which says what it was asked.
#[derive(Debug, Default)]
pub(crate) struct Room {
    pub(crate) forgotten: AtomicU64,
    pub(crate) swept: AtomicU64,
    /// How many mebibytes are in the archive, and what waited at most on the way there.
    pub(crate) large: AtomicU64,
    pub(crate) held: AtomicU64,
}

/// So many bytes that look like chance.
struct Noise {
    left: u64,
    state: u64,
}

impl AsyncRead for Noise {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        while self.left > 0 && into.remaining() >= 8 {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 7;
            self.state ^= self.state << 17;
            into.put_slice(&self.state.to_le_bytes());
            self.left -= 8;
        }
        Poll::Ready(Ok(()))
    }
}

impl Keeper for Room {
    fn name(&self) -> &'static str {
        "room"
    }

    fn files<'a>(
        &'a self,
        _scope: &'a Scope,
        _user: UserId,
        into: &'a mut Archive,
    ) -> Told<'a, ()> {
        let large = self.large.load(Ordering::Relaxed);
        let boxed = |error| Box::new(error) as Box<dyn Coded + Send + Sync>;
        async move {
            into.begin("note.txt").await.map_err(boxed)?;
            into.write(b"hello").await.map_err(boxed)?;
            // what cannot be packed, so that nothing is small for that reason
            let mut noise = Noise { left: large << 20, state: 0x9e37_79b9_7f4a_7c15 };
            into.begin("large").await.map_err(boxed)?;
            into.copy(&mut noise).await.map_err(boxed)?;
            self.held.store(u64::try_from(into.held()).unwrap(), Ordering::Relaxed);
            Ok(())
        }
        .boxed()
    }

    fn forget<'a>(&'a self, _scope: &'a Scope, _user: UserId) -> Told<'a, u64> {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        async { Ok(1) }.boxed()
    }

    fn sweep<'a>(
        &'a self,
        _scope: &'a Scope,
        set: DataSet,
        _before: jiff::Timestamp,
    ) -> Told<'a, u64> {
        if set == DataSet::Mails {
            self.swept.fetch_add(1, Ordering::Relaxed);
        }
        async { Ok(1) }.boxed()
    }
}

pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) system: SystemScopes,
    pub(crate) tenant: Tenant,
    pub(crate) privacy: Privacy,
    pub(crate) room: Arc<Room>,
    pub(crate) db: Db,
    _store: Store,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, clock, ids) = (Store::fresh().await, FixedClock::new(), testkit::ids());
        let sealer = seal::Sealer::new(vec![seal::Key::generate(&ids)], ids.clone()).unwrap();
        let (identity, system) = Identity::open(identity::Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            sealer,
            outbound: testkit::outbound(),
            public_url: "http://hub.test/".parse().unwrap(),
            settings: identity::Settings::cheap(),
        });
        let tenant = system.ensure_first_tenant("Contoso", Language::En).await.unwrap();
        let room = Arc::new(Room::default());
        let privacy = Privacy::new(Parts {
            db: store.db(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: ids.clone(),
            scopes: system.clone(),
            identity: Arc::clone(&identity),
            files: FileStore::open(folder.path()).unwrap(),
            keepers: vec![Arc::clone(&room) as Arc<dyn Keeper>],
        });
        let db = store.db();
        Self {
            clock,
            ids,
            identity,
            system,
            tenant,
            privacy,
            room,
            db,
            _store: store,
            _folder: folder,
        }
    }

    /// A person who is signed in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Scope {
        let root = self.system.scope(self.tenant.id, "test");
        let secret = || Some(Secret::new(PASSWORD.to_owned()));
        let user = NewUser {
            user_name: name.to_owned(),
            display_name: name.to_owned(),
            addresses: vec![],
            language: None,
            time_zone: None,
            password: secret(),
            roles: roles.to_vec(),
        };
        self.identity.create_user(&root, user).await.unwrap();
        let client = "Test/1.0".to_owned();
        let caller = Caller { request: self.ids.fresh(), origin: None, language: None, client };
        let who = SignIn { name: name.to_owned(), password: secret().unwrap() };
        let signed = self.identity.sign_in(&caller, self.tenant.id, who).await.unwrap();
        let SignedIn::Done(session) = signed else { panic!("a second factor") };
        let presented = Presented::Session(session.secret.expose());
        self.identity.authenticate(presented, &caller).await.unwrap().scope
    }

    /// The archive, read as whoever fetches it does: part by part.
    pub(crate) async fn fetched(&self, scope: &Scope, job: uuid::Uuid) -> Vec<u8> {
        let mut found = self.privacy.archive(scope, job).await.unwrap();
        let mut bytes = Vec::new();
        found.bytes.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(u64::try_from(bytes.len()).unwrap(), found.size);
        bytes
    }

    /// Two days of choices, one of each person, and an insight of now.
    pub(crate) async fn choices(&self, who: &Scope) {
        let (user, now) = (who.user().unwrap(), self.clock.now());
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            tx.execute(
                "INSERT INTO mailbox_choices (tenant_id, user_id, address, record_table, record_id, chosen_at) \
                 VALUES ($1, $2, 'ada@fabrikam.example', 'contact', '7', $3)",
                &[tx.tenant().into(), user.into(), now.into()],
            )?;
            tx.execute(
                "INSERT INTO mailbox_notes (tenant_id, user_id, mail_id, record_id, made_at) \
                 VALUES ($1, $2, $2, '7', $3)",
                &[tx.tenant().into(), user.into(), now.into()],
            )?;
            Ok(())
        };
        self.db.write(who, write).await.unwrap();
    }

    /// As many choices of contacts.
    pub(crate) async fn many_choices(&self, who: &Scope, count: usize) {
        let (user, now) = (who.user().unwrap(), self.clock.now());
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            let row = |number: usize| {
                let address = format!("{number}@fabrikam.example");
                vec![tx.tenant().into(), user.into(), db::Value::Text(address.into()), now.into()]
            };
            let rows: Vec<Vec<db::Value<'_>>> = (0..count).map(row).collect();
            let sql = "INSERT INTO mailbox_choices (tenant_id, user_id, address, record_table, record_id, chosen_at) \
                       VALUES ($1, $2, $3, 'contact', '7', $4)";
            tx.execute_many(sql, &rows)?;
            Ok(())
        };
        self.db.write(who, write).await.unwrap();
    }

    /// How many rows of each table are a person's.
    pub(crate) async fn rows_of(&self, user: UserId) -> BTreeMap<&'static str, i64> {
        let root = self.system.scope(self.tenant.id, "test");
        let read = move |tx: &db::Tx<'_>| {
            let mut counts = BTreeMap::new();
            for table in TABLES.iter() {
                let sql = format!(
                    "SELECT count(*) FROM {} WHERE tenant_id = $1 AND ({})",
                    table.name, table.whose
                );
                let row = tx.first(&sql, &[tx.tenant().into(), person(table, user)])?;
                counts.insert(table.name, row.map_or(Ok(0), |row| row.get(0))?);
            }
            Ok::<_, db::Error>(counts)
        };
        self.db.read_one(&root, read).await.unwrap()
    }

    /// A row of every table that a plain column ties to the person; the names of the tables. Whatever a row must have it
    /// has, of the type that the schema says.
    pub(crate) async fn fill(&self, user: UserId) -> Vec<&'static str> {
        let root = self.system.scope(self.tenant.id, "test");
        let columns = self.db.read_one(&root, columns).await.unwrap();
        let now = self.clock.now();
        let mut filled = Vec::new();
        for table in TABLES.iter() {
            // jobs of the room itself are read back while it works
            let Some(whose) = plain(table.whose).filter(|_| table.name != "privacy_jobs") else {
                continue;
            };
            let own: Vec<Column> =
                columns.iter().filter(|one| one.table == table.name).cloned().collect();
            let ids = self.ids.clone();
            let values: Vec<(String, db::Value<'static>)> = own
                .iter()
                .filter(|one| {
                    one.needed || one.name == whose || Some(one.name.as_str()) == table.at
                })
                .map(|one| {
                    let value = match one.name.as_str() {
                        "tenant_id" => self.tenant.id.into(),
                        name if name == whose => person(table, user),
                        name => {
                            let told = table.columns.iter().find(|(own, _)| *own == name);
                            one.value(told.map(|(_, kind)| *kind), (ids.fresh(), now))
                        }
                    };
                    (one.name.clone(), value)
                })
                .collect();
            let names: Vec<_> = values.iter().map(|(name, _)| name.as_str()).collect();
            let places: Vec<_> = (1..=names.len()).map(|at| format!("${at}")).collect();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                table.name,
                names.join(", "),
                places.join(", ")
            );
            let params: Vec<_> = values.into_iter().map(|(_, value)| value).collect();
            let write = move |tx: &db::Tx<'_>| tx.execute(&sql, &params);
            match self.db.write(&root, write).await {
                Ok(_) => filled.push(table.name),
                // what a table asks of its rows beyond their types is shown by its own room
                Err(error) => println!("{}: {error:?}", table.name),
            }
        }
        filled
    }
}

/// A column as the schema has it.
#[derive(Debug, Clone)]
struct Column {
    table: String,
    name: String,
    kind: String,
    /// Whether a row must have it, and nothing stands in for it.
    needed: bool,
}

impl Column {
    /// Some value of the right type.
    fn value(
        &self,
        told: Option<As>,
        (id, now): (uuid::Uuid, jiff::Timestamp),
    ) -> db::Value<'static> {
        match (told, self.kind.to_ascii_uppercase().as_str()) {
            (Some(As::Id), _) | (None, "UUID") => id.into(),
            (Some(As::Instant), _) | (None, "TIMESTAMP WITH TIME ZONE") => now.into(),
            (Some(As::Yes), _) | (None, "BOOLEAN") => db::Value::Bool(false),
            (Some(As::Whole), _) | (None, "INTEGER" | "BIGINT") if self.name.ends_with("_at") => {
                now.into()
            }
            (Some(As::Whole), _) | (None, "INTEGER" | "BIGINT") => db::Value::Int(1),
            (Some(As::Json), _) | (None, "JSONB" | "JSON") => {
                db::Value::json(&serde_json::json!({}))
            }
            (None, "BLOB" | "BYTEA") if self.name.ends_with("id") || self.name.ends_with("_by") => {
                id.into()
            }
            (None, "BLOB" | "BYTEA") => db::Value::Bytes(id.as_bytes().to_vec().into()),
            (None, "REAL" | "DOUBLE PRECISION") => db::Value::Real(1.0),
            _ => db::Value::Text(id.to_string().into()),
        }
    }
}

fn columns(tx: &db::Tx<'_>) -> db::Result<Vec<Column>> {
    let sql = match tx.dialect() {
        db::Dialect::Sqlite => {
            "SELECT m.name, c.name, c.type, CASE WHEN (c.\"notnull\" = 1 OR c.pk > 0) AND c.dflt_value IS NULL \
             THEN 1 ELSE 0 END FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        db::Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), \
             CAST(CASE WHEN is_nullable = 'NO' AND column_default IS NULL THEN 1 ELSE 0 END AS BIGINT) \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let column = |row: &db::Row| {
        let needed: i64 = row.get(3)?;
        Ok(Column { table: row.get(0)?, name: row.get(1)?, kind: row.get(2)?, needed: needed == 1 })
    };
    tx.all(sql, &[])?.iter().map(column).collect()
}

/// The column of a condition that is `column = $2`, or begins so with an alternative behind it.
fn plain(whose: &'static str) -> Option<&'static str> {
    let (column, rest) = whose.split_once(" = $2")?;
    let is_name = column.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    (is_name && (rest.is_empty() || rest.starts_with(" OR "))).then_some(column)
}

fn person(table: &Table, user: UserId) -> db::Value<'static> {
    match table.by {
        By::Id => user.into(),
        By::Text => db::Value::Text(format!("user:{user}").into()),
    }
}
