//! The service that edges hold: imports from their file to their end.

use std::sync::Arc;

use db::{Db, Tx};
use event_log::{Change, Subject};
use identity::SystemScopes;
use jiff::Timestamp;
use kernel::{Actor, Clock, EnvironmentId, Ids, Permission, Scope, UserId};
use queries::Verb;
use records::{Records, Session};
use serde_json::json;
use tables::Table;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    Error, FileKind, Finding, Import, Plan, Problem, Result, Settings,
    block::{self, Block},
    csv::Row,
    intake::{Intake, Most},
    model::State,
    plan::Mode,
    store,
};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// The rows of environments.
    pub records: Records,
    /// Scopes of the persons whose imports go on in the background.
    pub scopes: SystemScopes,
    /// Settings of this room.
    pub settings: Settings,
}

/// Imports and exports of every environment. One is made at start and shared.
#[derive(Debug)]
pub struct Transfer {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) records: Records,
    pub(crate) scopes: SystemScopes,
    pub(crate) settings: Settings,
    /// This node, where several work on one database.
    pub(crate) node: Uuid,
}

impl Transfer {
    /// Imports and exports on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, records, scopes, settings } = parts;
        let node = ids.fresh();
        Self { db, clock, ids, records, scopes, settings, node }
    }

    /// What an operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Begins an import: its file comes next, through [`Upload::push`].
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Records`] when the person may neither make nor change rows of the table,
    /// [`Error::Table`], [`Error::Store`].
    pub async fn begin(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        (table, file): (&str, &str),
    ) -> Result<Upload<'_>> {
        let session = self.session(scope, environment).await?;
        let table = importable(&session, table)?;
        let mut name: String = file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        name.retain(|one| !one.is_control());
        let import = Import {
            id: self.ids.fresh(),
            environment,
            user: person(scope)?,
            table: table.logical.clone(),
            file: name.chars().take(200).collect(),
            kind: FileKind::Csv,
            state: State::Uploading,
            heading: Vec::new(),
            plan: Plan::default(),
            rows: 0,
            done: 0,
            created: 0,
            updated: 0,
            skipped: 0,
            failed: 0,
            problem: None,
            created_at: self.clock.now(),
            started_at: None,
            finished_at: None,
        };
        let (made, most) = (import.clone(), self.settings.clone());
        let insert = move |tx: &Tx<'_>| {
            if fits_person(tx, made.user, &most)? >= u64::from(most.max_open_imports) {
                let most = most.max_open_imports.into();
                return Err(Error::Full { of: "imports", most });
            }
            Ok(store::insert(tx, &made)?)
        };
        self.db.write(scope, insert).await?;
        let most = Most {
            bytes: u64::from(self.settings.max_file_mb) << 20,
            rows: self.settings.max_import_rows,
        };
        let (scope, intake) = (scope.clone(), Intake::new(most));
        Ok(Upload { transfer: self, scope, session, import, intake })
    }

    /// An import of one's own, or of anybody for who may do everything in the environment; nobody's for who may not
    /// come into the environment now.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Denied`], [`Error::Records`], [`Error::Store`].
    pub async fn import(&self, scope: &Scope, id: Uuid) -> Result<Import> {
        scope.require(Permission::RecordRead)?;
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        let found = found.filter(|found| found.state != State::Uploading).ok_or(Error::Unknown)?;
        let is_own = scope.actor().user() == Some(found.user);
        match self.records.session_in(scope, found.environment).await {
            Ok(session) if is_own || session.access().administrator => Ok(found),
            Ok(_) | Err(records::Error::NoEnvironment { .. }) => Err(Error::Unknown),
            Err(error) => Err(error.into()),
        }
    }

    /// The imports of an environment, the latest first; behind `before` when it is given.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Records`], [`Error::Store`].
    pub async fn imports(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        before: Option<(Timestamp, Uuid)>,
    ) -> Result<(Vec<Import>, bool)> {
        let session = self.records.session_in(scope, environment).await?;
        let user = if session.access().administrator { None } else { Some(person(scope)?) };
        let list = move |tx: &Tx<'_>| store::list(tx, environment, (user, before), PAGE + 1);
        let mut all = self.db.read_one(scope, list).await?;
        let more = all.len() > PAGE_ROWS;
        all.truncate(PAGE_ROWS);
        Ok((all, more))
    }

    /// The first rows of the file.
    ///
    /// # Errors
    /// As [`Transfer::import`].
    pub async fn sample(&self, scope: &Scope, id: Uuid, most: usize) -> Result<Vec<Row>> {
        self.import(scope, id).await?;
        let found = self.db.read_one(scope, move |tx| store::block(tx, id, 0)).await?;
        let mut rows = found.and_then(|found| block::unpack(&found.bytes)).unwrap_or_default();
        rows.truncate(most);
        Ok(rows)
    }

    /// Mistakes behind a row and a column of it, in the order of the file.
    ///
    /// # Errors
    /// As [`Transfer::import`].
    pub async fn findings(
        &self,
        scope: &Scope,
        id: Uuid,
        (row, column, most): (u64, &str, u64),
    ) -> Result<Vec<Finding>> {
        self.import(scope, id).await?;
        let column = column.to_owned();
        let list = move |tx: &Tx<'_>| store::findings(tx, id, (row, &column), most.min(1000));
        Ok(self.db.read_one(scope, list).await?)
    }

    /// Decides what becomes of the columns of a file.
    ///
    /// # Errors
    /// [`Error::Plan`] with the part that does not fit, [`Error::State`] once it runs; as [`Transfer::import`].
    pub async fn plan(&self, scope: &Scope, id: Uuid, plan: Plan) -> Result<Import> {
        let import = self.own(scope, id, &[State::Ready, State::Checked]).await?;
        self.fits(scope, &import, &plan).await?;
        self.db.write(scope, move |tx| store::set_plan(tx, id, &plan)).await?;
        self.import(scope, id).await
    }

    /// Tries every row and keeps none: what is wrong with them is found, nothing is written.
    ///
    /// # Errors
    /// As [`Transfer::plan`].
    pub async fn check(&self, scope: &Scope, id: Uuid) -> Result<Import> {
        let import = self.own(scope, id, &[State::Ready, State::Checked]).await?;
        self.fits(scope, &import, &import.plan).await?;
        let (now, from) = (self.clock.now(), import.state);
        let begin = move |tx: &Tx<'_>| {
            store::count_anew(tx, id)?;
            begin(tx, id, (from, State::Checking), now)
        };
        self.db.write(scope, begin).await?;
        self.import(scope, id).await
    }

    /// Writes the rows, in the background; one that was stopped or that failed goes on where it was.
    ///
    /// # Errors
    /// As [`Transfer::plan`].
    pub async fn start(&self, scope: &Scope, id: Uuid) -> Result<Import> {
        let from = [State::Ready, State::Checked, State::Stopped, State::Failed];
        let import = self.own(scope, id, &from).await?;
        self.fits(scope, &import, &import.plan).await?;
        let (now, before) = (self.clock.now(), import.clone());
        let begin = move |tx: &Tx<'_>| {
            let goes_on = store::taken(tx, id, (0, u64::MAX / 2))?.len();
            if goes_on == 0 {
                store::count_anew(tx, id)?;
            }
            let done = before.done;
            begin(tx, id, (before.state, State::Running), now)?;
            if goes_on > 0 {
                store::set_done(tx, id, done)?;
            }
            Ok::<_, Error>(audit(tx, "import.start", &before, now)?)
        };
        self.db.write(scope, begin).await?;
        self.import(scope, id).await
    }

    /// Stops what goes on; the rows that are written stay.
    ///
    /// # Errors
    /// [`Error::State`] when nothing goes on; as [`Transfer::import`].
    pub async fn stop(&self, scope: &Scope, id: Uuid) -> Result<Import> {
        let import =
            self.own(scope, id, &[State::Checking, State::Running, State::Undoing]).await?;
        let now = self.clock.now();
        let to = match import.state {
            State::Checking => State::Ready,
            State::Undoing => State::Done,
            _ => State::Stopped,
        };
        let stop = move |tx: &Tx<'_>| {
            if store::go(tx, id, (import.state, to), (now, None))? {
                audit(tx, "import.stop", &import, now)?;
            }
            Ok::<_, db::Error>(())
        };
        self.db.write(scope, stop).await?;
        self.import(scope, id).await
    }

    /// Deletes the rows that an import made, in the background; rows that it changed stay as they are.
    ///
    /// # Errors
    /// [`Error::State`] while it runs, and when it made nothing; as [`Transfer::import`].
    pub async fn undo(&self, scope: &Scope, id: Uuid) -> Result<Import> {
        let import = self.own(scope, id, &[State::Done, State::Stopped, State::Failed]).await?;
        // refused here, not in the background, where it would end as failed
        self.session(scope, import.environment).await?;
        if import.created == 0 {
            return Err(Error::State { state: import.state.as_str() });
        }
        let now = self.clock.now();
        let begin = move |tx: &Tx<'_>| {
            begin(tx, id, (import.state, State::Undoing), now)?;
            Ok::<_, Error>(audit(tx, "import.undo", &import, now)?)
        };
        self.db.write(scope, begin).await?;
        self.import(scope, id).await
    }

    /// Forgets an import; rows stay.
    ///
    /// # Errors
    /// [`Error::State`] while something goes on; as [`Transfer::import`].
    pub async fn forget(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let import = self.own(scope, id, &State::ALL).await?;
        if import.state.is_busy() {
            return Err(Error::State { state: import.state.as_str() });
        }
        let now = self.clock.now();
        self.db.write(scope, move |tx| audit(tx, "import.delete", &import, now)).await?;
        while self.db.write(scope, move |tx| store::shrink(tx, id, true)).await? {}
        Ok(())
    }

    pub(crate) async fn session(&self, scope: &Scope, at: EnvironmentId) -> Result<Session> {
        scope.require(Permission::RecordRead)?;
        scope.require(Permission::RecordWrite)?;
        Ok(self.records.session_in(scope, at).await?)
    }

    /// An import that the caller may change, in one of these states.
    async fn own(&self, scope: &Scope, id: Uuid, states: &[State]) -> Result<Import> {
        scope.require(Permission::RecordWrite)?;
        let import = self.import(scope, id).await?;
        if states.contains(&import.state) {
            Ok(import)
        } else {
            Err(Error::State { state: import.state.as_str() })
        }
    }

    async fn fits(&self, scope: &Scope, import: &Import, plan: &Plan) -> Result<()> {
        // it runs with the rights of who began it, whoever says so
        let session = self.session(scope, import.environment).await?;
        let table = importable(&session, &import.table)?;
        let (model, access) = (session.model(), session.access());
        plan.check(model, table, access, import.heading.len())?;
        let verbs: &[Verb] = match plan.mode {
            Mode::Create => &[Verb::Create],
            Mode::Update => &[Verb::Write],
            Mode::Upsert => &[Verb::Create, Verb::Write],
        };
        verbs.iter().try_for_each(|verb| may(&session, table, *verb))
    }
}

/// A file on its way in.
#[derive(Debug)]
pub struct Upload<'t> {
    transfer: &'t Transfer,
    scope: Scope,
    session: Session,
    import: Import,
    intake: Intake,
}

impl Upload<'_> {
    /// Takes a piece of the file.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be one that is imported, [`Error::Store`]; what has come is forgotten.
    pub async fn push(&mut self, piece: &[u8]) -> Result<()> {
        match self.intake.feed(piece) {
            Ok(blocks) => {
                for block in blocks {
                    self.put(block).await?;
                }
                Ok(())
            }
            Err(problem) => self.refuse(self.told(problem).into()).await,
        }
    }

    /// A file that calls itself a workbook and cannot be read as text is a workbook that cannot be read; text under such
    /// a name is read, as some programs write it.
    fn told(&self, problem: Problem) -> Problem {
        let name = self.import.file.to_ascii_lowercase();
        let named = WORKBOOKS.iter().any(|ending| name.ends_with(ending));
        match problem {
            Problem::Encoding | Problem::Empty | Problem::OpenQuote { .. } if named => {
                Problem::Packed
            }
            other => other,
        }
    }

    /// Says that the file is whole. What comes back holds a plan that was made of its heading.
    ///
    /// # Errors
    /// As [`Upload::push`].
    pub async fn finish(mut self, zone: &str) -> Result<Import> {
        let (send, mut ready) = mpsc::channel::<Block>(4);
        let intake = std::mem::replace(&mut self.intake, Intake::new(Most { bytes: 0, rows: 0 }));
        // a workbook is taken apart here: seconds of a processor
        let reading = tokio::task::spawn_blocking(move || {
            intake.finish(&mut |block| send.blocking_send(block).map_err(|_gone| Problem::Empty))
        });
        while let Some(block) = ready.recv().await {
            self.put(block).await?;
        }
        let (kind, sheet) = match reading.await {
            Ok(Ok(read)) => read,
            Ok(Err(problem)) => {
                let problem = self.told(problem);
                self.refuse(problem.into()).await?;
                return Err(problem.into());
            }
            Err(_panicked) => return Err(Problem::Packed.into()),
        };
        let table = importable(&self.session, &self.import.table)?;
        let access = self.session.access();
        let mut plan = Plan::propose(table, access, &sheet.heading, (kind, sheet.delimiter));
        zone.clone_into(&mut plan.zone);
        self.import.kind = kind;
        self.import.plan = plan;
        self.import.heading = sheet.heading;
        self.import.rows = sheet.rows;
        let (import, id) = (self.import.clone(), self.import.id);
        self.transfer.db.write(&self.scope, move |tx| store::uploaded(tx, &import)).await?;
        self.transfer.import(&self.scope, id).await
    }

    /// Keeps a block; of a file that is too much for the person nothing stays.
    async fn put(&self, block: Block) -> Result<()> {
        match self.transfer.put(&self.scope, &self.import, block).await {
            Err(error @ Error::Full { .. }) => self.refuse(error).await,
            other => other,
        }
    }

    async fn refuse(&self, problem: Error) -> Result<()> {
        let id = self.import.id;
        let db = &self.transfer.db;
        while db.write(&self.scope, move |tx| store::shrink(tx, id, true)).await? {}
        Err(problem)
    }
}

impl Transfer {
    async fn put(&self, scope: &Scope, import: &Import, block: Block) -> Result<()> {
        let (id, user, block) = (import.id, import.user, Arc::new(block));
        let settings = self.settings.clone();
        let put = move |tx: &Tx<'_>| {
            store::put_block(tx, id, &block)?;
            fits_person(tx, user, &settings).map(drop)
        };
        self.db.write(scope, put).await
    }
}

/// A table whose rows come in files.
pub(crate) fn importable<'s>(session: &'s Session, name: &str) -> Result<&'s Table> {
    let found = session
        .model()
        .table(name)
        .ok_or_else(|| records::Error::TableUnknown { table: name.chars().take(100).collect() })?;
    if found.is_union() || found.intersect || found.logical == "systemuser" {
        return Err(Error::Table { table: found.logical.clone() });
    }
    if may(session, found, Verb::Create).is_err() {
        may(session, found, Verb::Write)?;
    }
    Ok(found)
}

fn may(session: &Session, table: &Table, verb: Verb) -> Result<()> {
    if session.access().reach(table, verb) != &queries::Reach::Nothing {
        return Ok(());
    }
    let ruled = session.model().table(queries::access::key(table));
    let ruled = ruled.map_or(table, AsRef::as_ref);
    Err(records::Error::Privilege {
        privilege: format!("prv{}{}", verb.name(), ruled.schema),
        user: session.user(),
        table: table.logical.clone(),
        code: table.code,
    }
    .into())
}

/// How many imports of a person are not done; refused when they hold too much.
fn fits_person(tx: &Tx<'_>, user: UserId, most: &Settings) -> Result<u64> {
    let (open, rows, bytes) = store::held(tx, user)?;
    if rows > most.max_open_rows {
        return Err(Error::Full { of: "rows", most: most.max_open_rows });
    }
    if bytes > u64::from(most.max_open_mb) << 20 {
        return Err(Error::Full { of: "megabytes", most: most.max_open_mb.into() });
    }
    Ok(open)
}

fn person(scope: &Scope) -> Result<UserId> {
    match scope.actor() {
        Actor::User(user) => Ok(user),
        _ => Err(records::Error::PersonNeeded.into()),
    }
}

/// Begins unless somebody else began or stopped it meanwhile.
fn begin(tx: &Tx<'_>, id: Uuid, (from, to): (State, State), now: Timestamp) -> Result<()> {
    if store::begin(tx, id, (from, to), now)? {
        return Ok(());
    }
    let found = store::lookup(tx, id)?.ok_or(Error::Unknown)?;
    Err(Error::State { state: found.state.as_str() })
}

fn audit(tx: &Tx<'_>, action: &'static str, import: &Import, at: Timestamp) -> db::Result<()> {
    let what = json!({ "table": import.table, "file": import.file, "rows": import.rows,
        "mode": import.plan.mode, "created": import.created });
    let subject = Subject::new("import", import.id);
    event_log::audit(tx, &Change { action, subject, before: None, after: Some(what), at })
}

/// Imports of one page.
const PAGE: i64 = 50;
const PAGE_ROWS: usize = 50;

/// How the names of workbooks end.
const WORKBOOKS: [&str; 4] = [".xlsx", ".xlsm", ".xls", ".ods"];
