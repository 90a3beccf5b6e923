//! The rows of the environment: the link's own, and the locations of the channel's files.

use std::sync::Arc;

use db::Tx;
use percent_encoding::percent_decode_str;
use queries::{Condition as Filter, Paging, Query, Verb, query::Comparison};
use records::{
    Condition, Counter, Delete, Entry, Failure, Operation, Principal, Reference, RowKey, Session,
    Update,
};
use tables::{ColumnKind, RowRef, Value};
use url::Url;
use uuid::Uuid;
use workspace_port::ChannelKind;

use crate::{
    Error, Problem, Settings, Step, Subject,
    keeping::{cut, row},
    outside,
    saga::{Halt, Turn},
    store::{self, Job},
    subject::{LINKS, LOCATIONS, SITES},
};

/// Where the files of a channel are, as the platform writes it: a site, a library in it, a folder in that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) site: String,
    pub(crate) library: String,
    pub(crate) folder: String,
}

impl Chain {
    /// Of the address of the folder, where it is one of `SharePoint`; else of the team and the channel.
    pub(crate) fn of(job: &Job) -> Option<Self> {
        let folder: Url = job.work.folder.as_deref()?.parse().ok()?;
        let parts: Vec<String> = folder
            .path_segments()?
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let is_site =
            parts.first().is_some_and(|first| matches!(first.as_str(), "sites" | "teams"));
        if is_site
            && let [kind, site, library, rest @ ..] = parts.as_slice()
            && !rest.is_empty()
        {
            let root = folder.join(&format!("/{kind}/{site}")).ok()?;
            return Some(Self {
                site: root.to_string(),
                library: library.clone(),
                folder: rest.join("/"),
            });
        }
        let site = job.work.site.clone().unwrap_or_else(|| folder.to_string());
        let rules = Settings { name_chars: 128, ..Settings::default() };
        let name = crate::names::legal(&job.link.channel_name, &rules);
        let folder = if name.is_empty() { job.link.channel.id.clone() } else { name };
        Some(Self { site, library: LIBRARY.to_owned(), folder })
    }

    /// The folder as the row of a link names it.
    pub(crate) fn relative(&self) -> String {
        let path = self.site.parse::<Url>().map(|site| site.path().to_owned()).unwrap_or_default();
        let path = percent_decode_str(path.trim_end_matches('/')).decode_utf8_lossy().into_owned();
        format!("{path}/{}/{}", self.library, self.folder)
    }
}

/// What a library is called where the workspace does not say.
const LIBRARY: &str = "Shared Documents";

/// Writes the rows, and with them in one transaction that they are written.
pub(crate) async fn write(turn: &mut Turn<'_>) -> Result<(), Halt> {
    if turn.job.link.subject.system().is_some() {
        return outside::rows::write(turn).await;
    }
    for _ in 1..TRIES {
        match write_once(turn).await {
            Err(Halt::Failed(Error::Records(records::Error::Refused { code: MOVED, .. }))) => {}
            other => return other,
        }
    }
    match write_once(turn).await {
        Err(Halt::Failed(Error::Records(records::Error::Refused { code: MOVED, .. }))) => {
            Err(Halt::Later(1, None))
        }
        other => other,
    }
}

/// Plans that somebody else may cross before a link waits for its next turn.
const TRIES: usize = 4;

async fn write_once(turn: &mut Turn<'_>) -> Result<(), Halt> {
    let session = turn.session().await?;
    let known = crate::subject::known(&session, &turn.job.link.subject).await?;
    // what came as a row has neither
    let link = &mut turn.job.link;
    if link.subject_name.is_empty() {
        link.subject_name = known.name;
    }
    if let (Subject::View { table, .. }, Some(lists)) = (&mut link.subject, known.lists)
        && table.is_empty()
    {
        *table = lists;
    }
    let chain = Chain::of(&turn.job);
    let mut operations = Vec::new();
    let (mut location, mut above) = (None, Vec::new());
    if let (Subject::Record { table, record, .. }, Some(chain)) = (&turn.job.link.subject, &chain) {
        let mut making = Making::new(&session, turn);
        location = Some(making.location(chain, (table, *record)).await?);
        (operations, above) = (making.operations, making.above);
    }
    operations.push(own_row(turn, &session, chain.as_ref()));
    let before = turn.job.clone();
    turn.job.work.has_row = true;
    turn.job.work.tab_only = false;
    turn.job.link.location = location;
    turn.job.link.step = Step::Row;
    turn.job.tries = 0;
    turn.job.link.changed_at = turn.now();
    let (job, lease) = (turn.job.clone(), Some((turn.token, turn.linking.later(60))));
    let then = move |tx: &Tx<'_>, _: &[records::Outcome]| {
        for (counter, before) in &above {
            // somebody else made it while this was planned: it is looked for again
            if counter.count(tx)? != before + 1 {
                return Err(records::Error::Refused { code: MOVED, message: String::new() });
            }
        }
        if store::save(tx, &job, lease)? { Ok(()) } else { Err(lost()) }
    };
    turn.point("called")?;
    match session.run_then(operations, Arc::new(then)).await {
        Ok(_) => turn.point("stored"),
        Err(Failure { error: records::Error::Refused { code: LOST, .. }, .. }) => Err(Halt::Lost),
        Err(failure) => {
            turn.job = before;
            Err(refused(failure))
        }
    }
}

/// Says inside a transaction that a site or location that was to be made is there by now.
const MOVED: &str = "moved";

/// Says inside a transaction that the link is somebody else's by now.
const LOST: &str = "lost";

pub(crate) fn lost() -> records::Error {
    records::Error::Refused { code: LOST, message: String::new() }
}

/// Why rows are not written together with a step.
pub(crate) enum NotWritten {
    /// The link is somebody else's by now.
    Lost,
    /// The environment says no.
    Refused(Failure),
}

impl NotWritten {
    pub(crate) fn into_halt(self) -> Halt {
        match self {
            Self::Lost => Halt::Lost,
            Self::Refused(failure) => refused(failure),
        }
    }
}

/// Writes rows, and with them in one transaction what the link is now.
pub(crate) async fn with_step(
    turn: &Turn<'_>,
    session: &Session,
    operations: Vec<Operation>,
) -> Result<(), NotWritten> {
    let (job, lease) = (turn.job.clone(), Some((turn.token, turn.linking.later(60))));
    let then = move |tx: &Tx<'_>, _: &[records::Outcome]| {
        if store::save(tx, &job, lease)? { Ok(()) } else { Err(lost()) }
    };
    match session.run_then(operations, Arc::new(then)).await {
        Ok(_) => Ok(()),
        Err(Failure { error: records::Error::Refused { code: LOST, .. }, .. }) => {
            Err(NotWritten::Lost)
        }
        Err(failure) => Err(NotWritten::Refused(failure)),
    }
}

/// What somebody without rights on sites and locations is told (E3).
pub(crate) fn location_refused() -> Problem {
    Problem::new("link.location_refused")
}

fn refused(failure: Failure) -> Halt {
    match &failure.error {
        records::Error::Privilege { table, .. } | records::Error::Right { table, .. }
            if table == SITES || table == LOCATIONS =>
        {
            Halt::Failed(Error::Unavailable(location_refused()))
        }
        _ => Halt::from(failure),
    }
}

/// The row of the link itself.
fn own_row(turn: &Turn<'_>, session: &Session, chain: Option<&Chain>) -> Operation {
    let link = &turn.job.link;
    let text = |text: &str, most: usize| Value::Text(cut(text, most));
    let (site, folder) = chain.map_or_else(
        || (turn.job.work.site.clone().unwrap_or_default(), String::new()),
        |chain| (chain.site.clone(), chain.relative()),
    );
    // both must have a value, whatever the workspace says
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let (site, folder) = (or_dash(site), or_dash(folder));
    let content = turn.linking.base.join(&format!("linked/{}", link.id));
    let content = content.map(|page| page.to_string()).unwrap_or_default();
    let mut entry = Entry::of(LINKS)
        .with("msdyn_teamname", text(&link.team_name, 300))
        .with("msdyn_teamsiteurl", text(&site, 300))
        .with("msdyn_channelname", text(&link.channel_name, 300))
        .with("msdyn_channeltype", text(kind_name(link.channel_kind), 10))
        .with("msdyn_channelfolderrelativeurl", text(&folder, 300))
        .with("msdyn_pipedentityid", text(&link.id.to_string(), 800))
        .with("msdyn_contenturl", text(&content, 4000));
    if let Some(address) = &link.address {
        entry = entry.with("msdyn_weburl", text(address.as_str(), 4000));
    }
    if turn.job.work.has_row {
        let key = RowKey::Id(link.id.uuid());
        return Operation::Update(Update { key, entry, condition: Condition::Present });
    }
    let own = link.subject.own_table();
    let code = session.model().table(own).map_or(0, |table| table.code);
    entry = entry
        .with("msdyn_teamscollaborationid", Value::Guid(link.id.uuid()))
        .with("regardingobjectid", Value::Guid(link.subject.id()))
        .with("regardingobjecttypename", text(own, 200))
        .with("regardingobjecttypecode", Value::Whole(code.into()))
        .with("msdyn_teamid", text(&link.team.0, 100))
        .with("msdyn_channelid", text(&link.channel.id, 100))
        .with("msdyn_tenantid", Value::Guid(turn.linking.workspaces.tenant(&turn.scope)));
    if let Ok(group) = link.team.0.parse() {
        entry = entry.with("msdyn_groupid", Value::Guid(group));
    }
    Operation::Create(entry)
}

/// As the rows of the platform write it.
pub(crate) const fn kind_name(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Standard => "Standard",
        ChannelKind::Private => "Private",
        ChannelKind::Shared => "Shared",
    }
}

struct Making<'a, 'b> {
    session: &'a Session,
    turn: &'a Turn<'b>,
    operations: Vec<Operation>,
    /// What is made above the folder, and how many such rows there were before, whoever may see them.
    above: Vec<(Counter, i64)>,
}

impl<'a, 'b> Making<'a, 'b> {
    const fn new(session: &'a Session, turn: &'a Turn<'b>) -> Self {
        Self { session, turn, operations: Vec::new(), above: Vec::new() }
    }
}

impl Making<'_, '_> {
    /// The location of the folder with all that is above it; what the caller finds is used again.
    async fn location(&mut self, chain: &Chain, of: (&str, Uuid)) -> Result<Uuid, Halt> {
        let (site, is_new) = self.above(SITES, ("absoluteurl", &chain.site), None).await?;
        if is_new {
            self.make(SITES, site, |entry| {
                entry
                    .text("name", cut(&self.turn.job.link.team_name, 160))
                    .text("absoluteurl", cut(&chain.site, 2000))
            });
        }
        let (library, is_new) = if is_new {
            (self.turn.linking.ids.fresh(), true)
        } else {
            self.above(LOCATIONS, ("relativeurl", &chain.library), Some(site)).await?
        };
        if is_new {
            let parent = self.reference(SITES, site);
            self.make(LOCATIONS, library, |entry| {
                entry
                    .text("name", cut(&chain.library, 160))
                    .text("relativeurl", cut(&chain.library, 255))
                    .with("parentsiteorlocation", parent)
            });
        }
        let regarding = self.regarding(of);
        if !is_new && let Some(known) = self.same(chain, library, of.1).await? {
            return Ok(known);
        }
        let id = self.turn.linking.ids.fresh();
        let parent = self.reference(LOCATIONS, library);
        let name =
            format!("{} - {}", self.turn.job.link.channel_name, self.turn.job.link.team_name);
        self.make(LOCATIONS, id, |entry| {
            let entry = entry
                .text("name", cut(&name, 160))
                .text("relativeurl", cut(&chain.folder, 255))
                .with("parentsiteorlocation", parent);
            match regarding {
                Some(record) => entry.with("regardingobjectid", record),
                None => entry,
            }
        });
        Ok(id)
    }

    fn make(&mut self, table: &str, id: Uuid, fill: impl FnOnce(Entry) -> Entry) {
        let key = if table == SITES { "sharepointsiteid" } else { "sharepointdocumentlocationid" };
        let entry = Entry::of(table).with(key, Value::Guid(id)).with("servicetype", TEAMS);
        self.operations.push(Operation::Create(fill(entry)));
    }

    fn reference(&self, table: &str, id: Uuid) -> Value {
        let code = self.session.model().table(table).map_or(0, |table| table.code);
        Value::Row(RowRef { code, id })
    }

    /// The record, where a location can be about rows of its table.
    fn regarding(&self, (table, record): (&str, Uuid)) -> Option<Value> {
        let column = self.session.model().table(LOCATIONS)?.column("regardingobjectid")?;
        let ColumnKind::Lookup { targets, .. } = &column.kind else { return None };
        let is_target = targets.iter().any(|target| target == table);
        is_target.then(|| self.reference(table, record))
    }

    /// A site or location that the caller finds and may put others below, else a new identifier and true.
    async fn above(
        &mut self,
        table: &str,
        (column, is): (&str, &str),
        below: Option<Uuid>,
    ) -> Result<(Uuid, bool), Halt> {
        let known = self.session.model().table(table).ok_or(Error::Unknown)?;
        let mut same: Vec<(&str, db::Value<'static>)> =
            vec![(column, db::Value::Text(is.to_owned().into())), ("statecode", db::Value::Int(0))];
        same.extend(below.map(|parent| ("parentsiteorlocation", db::Value::Uuid(parent))));
        // counted before it is looked for: what comes in between is one too many
        let counter = self.session.counter(table, same)?;
        let held = counter.clone();
        let there = self.turn.linking.db.read(&self.turn.root, move |tx| held.count(tx)).await?;
        let mut query = Query::of(known).select([])?;
        query = equal(query, column, db::Value::Text(is.to_owned().into()))?;
        query = equal(query, "statecode", db::Value::Int(0))?;
        if let Some(parent) = below {
            query = equal(query, "parentsiteorlocation", db::Value::Uuid(parent))?;
        }
        let rows = match self.session.query(&query, &Paging::first(5)).await {
            // who may read none uses none
            Err(records::Error::Privilege { .. }) => {
                self.above.push((counter, there));
                return Ok((self.turn.linking.ids.fresh(), true));
            }
            other => other?,
        };
        for row in &rows.rows {
            let Some(key) = rows.plan.shown.key else { continue };
            let id: Uuid = row.get(key)?;
            let who = Principal::User(self.session.user());
            let mask = self.session.principal_access(who, &Reference::id(table, id)).await?;
            if mask & Verb::AppendTo.mask() != 0 {
                return Ok((id, false));
            }
        }
        self.above.push((counter, there));
        Ok((self.turn.linking.ids.fresh(), true))
    }

    /// The location of the same folder about the same record, from a link before.
    async fn same(&self, chain: &Chain, library: Uuid, of: Uuid) -> Result<Option<Uuid>, Halt> {
        let known = self.session.model().table(LOCATIONS).ok_or(Error::Unknown)?;
        let mut query = Query::of(known).select([])?;
        query = equal(query, "relativeurl", db::Value::Text(chain.folder.clone().into()))?;
        query = equal(query, "parentsiteorlocation", db::Value::Uuid(library))?;
        query = equal(query, "regardingobjectid", db::Value::Uuid(of))?;
        let rows = self.session.query(&query, &Paging::first(1)).await?;
        let key = rows.plan.shown.key;
        let found = rows.rows.first().zip(key).map(|(row, key)| row.get::<Uuid>(key));
        Ok(found.transpose()?)
    }
}

/// The service type of what stands in Teams.
const TEAMS: Value = Value::Whole(3);

fn equal(query: Query, column: &str, value: db::Value<'static>) -> Result<Query, Error> {
    let field = query.field(column)?;
    Ok(query.and(Filter::Compare(field, Comparison::Equal, value)))
}

/// What deletes the rows of a link.
pub(crate) fn deletions(job: &Job) -> Vec<Operation> {
    let delete = |row| Operation::Delete(Delete { row, condition: Condition::None });
    let mut all = Vec::new();
    if job.work.has_row {
        all.push(delete(row(LINKS, job.link.id.uuid())));
    }
    if let Some(location) = job.link.location {
        all.push(delete(row(LOCATIONS, location)));
    }
    all
}

/// What ties the rows of a link to another record of the same table.
pub(crate) fn moves(session: &Session, job: &Job, (table, to): (&str, Uuid)) -> Vec<Operation> {
    let update = |id, entry| {
        Operation::Update(Update { key: RowKey::Id(id), entry, condition: Condition::Present })
    };
    let entry = Entry::of(LINKS).with("regardingobjectid", Value::Guid(to));
    let mut all = vec![update(job.link.id.uuid(), entry)];
    if let (Some(location), Some(code)) =
        (job.link.location, session.model().table(table).map(|table| table.code))
    {
        let record = Value::Row(RowRef { code, id: to });
        all.push(update(location, Entry::of(LOCATIONS).with("regardingobjectid", record)));
    }
    all
}

/// Takes the rows of a link away, and with them in one transaction what is left of it.
pub(crate) async fn remove(turn: &mut Turn<'_>) -> Result<(), Halt> {
    if turn.job.link.subject.system().is_some() {
        return outside::rows::remove(turn).await;
    }
    let session = turn.session().await?;
    loop {
        let operations = deletions(&turn.job);
        if operations.is_empty() {
            return turn.on(Step::RowRemoved, None).await;
        }
        let before = turn.job.clone();
        turn.job.work.has_row = false;
        turn.job.link.location = None;
        turn.job.link.step = Step::RowRemoved;
        turn.job.tries = 0;
        turn.job.link.changed_at = turn.now();
        let (job, lease) = (turn.job.clone(), Some((turn.token, turn.linking.later(60))));
        let then = move |tx: &Tx<'_>, _: &[records::Outcome]| {
            if store::save(tx, &job, lease)? { Ok(()) } else { Err(lost()) }
        };
        turn.point("called")?;
        let Err(failure) = session.run_then(operations, Arc::new(then)).await else {
            return turn.point("stored");
        };
        turn.job = before;
        let is_location = failure.index == usize::from(turn.job.work.has_row);
        match failure.error {
            records::Error::Refused { code: LOST, .. } => return Err(Halt::Lost),
            // a row that is gone already, or that is not ours to delete, does not keep the other
            records::Error::RowMissing { .. } if !is_location => turn.job.work.has_row = false,
            records::Error::RowMissing { .. }
            | records::Error::Privilege { .. }
            | records::Error::Right { .. }
                if is_location =>
            {
                turn.job.link.location = None;
            }
            error => return Err(error.into()),
        }
    }
}
