//! The port over records.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crm::{
    Answer, Changes, Child, Crm, Cursor, Error, Feed, MAX_CHILDREN, MAX_PAGE, Page, Permissions,
    Position, Query, Record, RecordId, RecordRef, Result, Rights, SEARCH_LIMIT, TableName,
    Upserted, Values, Version, View, ViewPage, ViewRef,
};
use jiff::tz::TimeZone;
use kernel::{EnvironmentId, Language, Scope};
use queries::{Paging, Reach, Verb};
use records::{
    Condition, Delete, Entry, LinkTo, Operation, Records, Reference, RowKey, Rows, Search, Session,
    Syntax, Update,
};
use tables::{
    ColumnKind, ENGLISH, FRENCH, Table, Value as Cell,
    format::{self, Locale},
};
use uuid::Uuid;

use crate::{
    cells,
    describe::{self, writable},
    refusal,
    translate::Names,
};

/// One person in one environment; cheap to clone.
#[derive(Clone)]
pub struct Embedded {
    records: Records,
    scope: Scope,
    environment: EnvironmentId,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").field("environment", &self.environment).finish_non_exhaustive()
    }
}

impl Embedded {
    /// A person's CRM in an environment.
    pub fn new(records: &Records, scope: &Scope, environment: EnvironmentId) -> Self {
        Self { records: records.clone(), scope: scope.clone(), environment }
    }

    pub(crate) async fn session(&self) -> Result<Session> {
        self.records.session_in(&self.scope, self.environment).await.map_err(refusal::error)
    }

    /// A session, and a table that is there for the person.
    pub(crate) async fn at(&self, table: &str) -> Result<(Session, Arc<Table>)> {
        let session = self.session().await?;
        let found = session.model().table(table).cloned();
        let found =
            found.filter(|found| session.access().reach(found, Verb::Read) != &Reach::Nothing);
        let found = found.ok_or_else(|| Error::ObjectHidden { object: table.to_owned() })?;
        Ok((session, found))
    }

    const fn language(&self) -> u16 {
        match self.scope.language() {
            Language::En => ENGLISH,
            Language::Fr => FRENCH,
        }
    }

    pub(crate) async fn page(&self, query: &Query) -> Result<Page> {
        let (session, table) = self.at(&query.table).await?;
        let asked = names(&session, &table).query(query)?;
        let after = query.after.as_ref().map(|after| queries::Cursor::decode(&after.0));
        let after = after.transpose().map_err(refusal::query)?;
        let paging = Paging { size: query.page_size(), after, skip: 0 };
        let rows = session.query(&asked, &paging).await.map_err(refusal::error)?;
        let next = rows.next.as_ref().map(|next| Cursor(next.encode()));
        Ok(Page { records: self.found((&session, &table), &rows)?, next })
    }

    pub(crate) async fn one(&self, record: &RecordRef, fields: &[String]) -> Result<Record> {
        let (session, table) = self.at(&record.table).await?;
        let (shape, key) = (names(&session, &table).shape(fields)?, RowKey::Id(id(record)?));
        let rows = session.read(&table.logical, &key, &shape).await.map_err(refusal::error)?;
        let rows = rows.ok_or(Error::NotFound)?;
        self.found((&session, &table), &rows)?.into_iter().next().ok_or(Error::NotFound)
    }

    async fn make(&self, table: &str, values: &Values) -> Result<RecordRef> {
        let (session, table) = self.at(table).await?;
        let operation = Operation::Create(entry(&session, &table, (values, true))?);
        let made = session.one(operation).await.map_err(refusal::error)?;
        Ok(RecordRef::new(made.table, made.id.to_string()))
    }

    async fn make_with(
        &self,
        table: &str,
        values: &Values,
        children: &[Child],
    ) -> Result<RecordRef> {
        if children.len() > MAX_CHILDREN {
            return Err(refusal::query("too many records at once"));
        }
        let (session, table) = self.at(table).await?;
        let mut whole = entry(&session, &table, (values, true))?;
        for child in children {
            let (_, own) = self.at(&child.table).await?;
            let leads = |one: &&tables::Navigation| {
                one.side == tables::Side::Referenced
                    && matches!(&*one.relationship, tables::Relationship::OneToMany(one)
                        if one.referencing == own.logical && one.referencing_column == child.field)
            };
            let found = session.model().navigations(&table.logical).iter().find(leads);
            let odd = || refusal::query("no records of that table are made with this one");
            let navigation = found.ok_or_else(odd)?.name.clone();
            let made = entry(&session, &own, (&child.values, true))?;
            whole = whole.link(navigation, LinkTo::New(Box::new(made)));
        }
        let made = session.one(Operation::Create(whole)).await.map_err(refusal::error)?;
        Ok(RecordRef::new(made.table, made.id.to_string()))
    }

    async fn change(
        &self,
        record: &RecordRef,
        values: &Values,
        expected: Option<&Version>,
    ) -> Result<()> {
        let (session, table) = self.at(&record.table).await?;
        let (key, condition) = (RowKey::Id(id(record)?), condition(expected)?);
        let entry = entry(&session, &table, (values, false))?;
        let operation = Operation::Update(Update { key, entry, condition });
        session.one(operation).await.map_err(refusal::error)?;
        Ok(())
    }

    async fn remove(&self, record: &RecordRef, expected: Option<&Version>) -> Result<()> {
        let (session, table) = self.at(&record.table).await?;
        let row = Reference::id(&table.logical, id(record)?);
        let operation = Operation::Delete(Delete { row, condition: condition(expected)? });
        session.one(operation).await.map_err(refusal::error)?;
        Ok(())
    }

    async fn find(&self, words: &str, tables: &[String]) -> Result<Vec<RecordRef>> {
        let mut all = Vec::new();
        for table in tables {
            let (session, table) = self.at(table).await?;
            if !Session::searched(&table).is_empty() {
                let search = Search {
                    text: words.to_owned(),
                    syntax: Syntax::Typed,
                    tables: vec![queries::Query::of(&table)],
                    skip: 0,
                    most: SEARCH_LIMIT,
                    count: false,
                };
                let found = session.search(search).await.map_err(refusal::error)?;
                let at = |hit: &records::Hit| RecordRef::new(&table.logical, hit.id.to_string());
                all.extend(found.hits.iter().map(at));
                continue;
            }
            let Some(query) = names(&session, &table).search(words)? else { continue };
            let rows = session.query(&query, &Paging::first(SEARCH_LIMIT)).await;
            let rows = rows.map_err(refusal::error)?;
            all.extend(self.found((&session, &table), &rows)?.into_iter().map(|record| record.at));
        }
        Ok(all)
    }

    async fn since(&self, feed: &Feed) -> Result<Changes> {
        let (session, table) = self.at(&feed.table).await?;
        let shape = names(&session, &table).shape(&feed.fields)?;
        let after = feed.after.as_ref().map_or(Ok(0), |after| after.0.parse::<i64>());
        let after = after.map_err(|_odd| refusal::query("no place in the changes"))?;
        let limit = feed.limit.clamp(1, MAX_PAGE);
        let changes = session.changes(&shape, after, limit).await.map_err(refusal::error)?;
        // Who begins knows of nothing that could be gone.
        let deleted = if feed.after.is_some() { changes.deleted } else { Vec::new() };
        Ok(Changes {
            records: self.found((&session, &table), &changes.rows)?,
            deleted: deleted.into_iter().map(|id| RecordId(id.to_string())).collect(),
            position: Position(changes.token.to_string()),
            more: changes.more,
        })
    }

    /// The records of an answer.
    pub(crate) fn found(
        &self,
        (session, table): (&Session, &Table),
        rows: &Rows,
    ) -> Result<Vec<Record>> {
        let shown = &rows.plan.shown;
        // equal rows once: the id is one of the columns then
        let own_id = |one: &&queries::Property| {
            !one.is_named() && one.column().is_some_and(|column| column.kind == ColumnKind::Key)
        };
        let own_id = || shown.properties.iter().find(own_id).map(|one| one.cell);
        let key = shown.key.or_else(own_id);
        let key = key.ok_or_else(|| refusal::query("the table has no ids"))?;
        let locale = Locale { language: self.language(), zone: &TimeZone::UTC, currency: None };
        let record = |row: &db::Row| -> std::result::Result<Record, db::Error> {
            let id: Uuid = row.get(key)?;
            let version: Option<i64> = match shown.version {
                Some(version) => row.get(version)?,
                None => None,
            };
            let (mut values, mut texts) = (Values::new(), BTreeMap::new());
            for property in &shown.properties {
                let Some(column) = property.column() else { continue };
                let cell = property.value(row)?;
                let text = match property.name_cell {
                    Some(name) => row.get(name)?,
                    None => format::display(session.model(), column, &cell, &locale),
                };
                if property.is_named() {
                    // a column of another record: what people read of it
                    let text = text.or(match cell {
                        Cell::Text(text) => Some(text),
                        _ => None,
                    });
                    let value = text.map_or(crm::Value::Null, crm::Value::Text);
                    values.insert(property.name().into_owned(), value);
                    continue;
                }
                texts.extend(text.map(|text| (column.logical.clone(), text)));
                values.insert(column.logical.clone(), cells::value(session.model(), column, cell));
            }
            Ok(Record {
                at: RecordRef::new(&table.logical, id.to_string()),
                version: version.map(|version| Version(version.to_string())),
                values,
                texts,
            })
        };
        rows.rows.iter().map(record).collect::<std::result::Result<_, _>>().map_err(refusal::store)
    }
}

pub(crate) fn names<'a>(session: &'a Session, table: &'a Arc<Table>) -> Names<'a> {
    Names { model: session.model(), access: session.access(), table }
}

pub(crate) fn id(record: &RecordRef) -> Result<Uuid> {
    Uuid::try_parse(&record.id.0).map_err(|_odd| Error::NotFound)
}

/// A version that we never gave is none that a row is at.
fn condition(expected: Option<&Version>) -> Result<Condition> {
    let Some(expected) = expected else { return Ok(Condition::None) };
    expected.0.parse().map(Condition::Version).map_err(|_odd| Error::Changed)
}

/// What is to be written, each field held against what the person may write.
pub(crate) fn entry(
    session: &Session,
    table: &Arc<Table>,
    (values, new): (&Values, bool),
) -> Result<Entry> {
    let names = names(session, table);
    let mut entry = Entry::of(&table.logical);
    for (name, value) in values {
        let column = names.column(name)?;
        if !writable(session.access(), table, column, new) {
            return Err(refusal::field("read_only", name, "the field cannot be written"));
        }
        let cell = cells::cell(session.model(), (table, column), value)?;
        match cell {
            Cell::Row(to) if column.kind.is_polymorphic() => {
                let to_table = session.model().table_by_code(to.code);
                let to_table = to_table.map(|table| table.logical.clone()).unwrap_or_default();
                let navigation = session
                    .model()
                    .navigations_of_column(&table.logical, name)
                    .find(|navigation| navigation.target == to_table)
                    .map(|navigation| navigation.name.clone());
                match navigation {
                    Some(navigation) => {
                        let to = LinkTo::Row(Reference::id(to_table, to.id));
                        entry = entry.link(navigation, to);
                    }
                    None => entry = entry.with(name, cell),
                }
            }
            cell => entry = entry.with(name, cell),
        }
    }
    Ok(entry)
}

impl Crm for Embedded {
    fn tables(&self) -> Answer<'_, Arc<Vec<TableName>>> {
        Box::pin(async move {
            let session = self.session().await?;
            let seen = |table: &&Arc<Table>| {
                describe::is_open(table)
                    && session.access().reach(table, Verb::Read) != &Reach::Nothing
            };
            let all = session.model().tables().iter().filter(seen);
            Ok(Arc::new(all.map(|table| describe::name(table, self.language())).collect()))
        })
    }

    fn describe<'a>(&'a self, table: &'a str) -> Answer<'a, Arc<crm::Table>> {
        Box::pin(async move {
            let (session, table) = self.at(table).await?;
            let described =
                describe::table(session.model(), session.access(), &table, self.language());
            Ok(Arc::new(described))
        })
    }

    fn query<'a>(&'a self, query: &'a Query) -> Answer<'a, Page> {
        Box::pin(self.page(query))
    }

    fn read<'a>(&'a self, record: &'a RecordRef, fields: &'a [String]) -> Answer<'a, Record> {
        Box::pin(self.one(record, fields))
    }

    fn read_many<'a>(
        &'a self,
        table: &'a str,
        ids: &'a [RecordId],
        fields: &'a [String],
    ) -> Answer<'a, Vec<Option<Record>>> {
        Box::pin(self.several(table, ids, fields))
    }

    fn create<'a>(&'a self, table: &'a str, values: &'a Values) -> Answer<'a, RecordRef> {
        Box::pin(self.make(table, values))
    }

    fn create_with<'a>(
        &'a self,
        table: &'a str,
        values: &'a Values,
        children: &'a [Child],
    ) -> Answer<'a, RecordRef> {
        Box::pin(self.make_with(table, values, children))
    }

    fn update<'a>(
        &'a self,
        record: &'a RecordRef,
        values: &'a Values,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        Box::pin(self.change(record, values, expected))
    }

    fn delete<'a>(
        &'a self,
        record: &'a RecordRef,
        expected: Option<&'a Version>,
    ) -> Answer<'a, ()> {
        Box::pin(self.remove(record, expected))
    }

    fn upsert<'a>(
        &'a self,
        table: &'a str,
        key: &'a Values,
        values: &'a Values,
    ) -> Answer<'a, Upserted> {
        Box::pin(self.put(table, key, values))
    }

    fn rights<'a>(&'a self, record: &'a RecordRef) -> Answer<'a, Rights> {
        Box::pin(self.may(record))
    }

    fn search<'a>(&'a self, words: &'a str, tables: &'a [String]) -> Answer<'a, Vec<RecordRef>> {
        Box::pin(self.find(words, tables))
    }

    fn permissions<'a>(&'a self, table: &'a str) -> Answer<'a, Permissions> {
        Box::pin(async move {
            let (session, table) = self.at(table).await?;
            let may = |verb| session.access().reach(&table, verb) != &Reach::Nothing;
            Ok(Permissions {
                read: may(Verb::Read),
                create: may(Verb::Create),
                update: may(Verb::Write),
                delete: may(Verb::Delete),
            })
        })
    }

    fn views<'a>(&'a self, table: &'a str) -> Answer<'a, Vec<View>> {
        Box::pin(self.lists(table))
    }

    fn view<'a>(&'a self, view: &'a ViewRef) -> Answer<'a, View> {
        Box::pin(async move { Ok(self.kept(view).await?.view) })
    }

    fn listed<'a>(&'a self, view: &'a ViewRef, after: Option<&'a Cursor>) -> Answer<'a, ViewPage> {
        Box::pin(self.of_list(view, after))
    }

    fn me(&self) -> Answer<'_, RecordRef> {
        Box::pin(async move {
            let user = self.session().await?.user();
            Ok(RecordRef::new("systemuser", user.to_string()))
        })
    }

    fn administers(&self) -> Answer<'_, bool> {
        Box::pin(async move {
            let session = self.session().await?;
            // who may change tables: System Administrators and System Customizers
            Ok(session.access().administrator || session.standing().has("prvWriteEntity"))
        })
    }

    fn changes<'a>(&'a self, feed: &'a Feed) -> Answer<'a, Changes> {
        Box::pin(self.since(feed))
    }
}
