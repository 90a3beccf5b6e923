//! Queries: one closure, the rights inside the statements, nothing sorted or filtered here.

use std::{ops::Range, sync::Arc};

use db::{Row, Tx};
use jiff::{SignedDuration, Timestamp};
use queries::{
    Collection, Condition, Context, Cursor, Page, Paging, Plan, Query, Shown,
    query::{Comparison, Order, OrderBy, Shape},
};
use record_tables::{names, registry, rows};
use tables::Table;
use uuid::Uuid;

use crate::{Error, Reference, Result, RowKey, Session, snapshot::privilege_name, write};

/// The answer to a query: cells, and what they are.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What the cells are.
    pub plan: Plan,
    /// The rows of this page.
    pub rows: Vec<Row>,
    /// Rows inside rows, from statements of their own: first the collections of the row itself, then those of each
    /// single navigation property in turn, depth first.
    pub nested: Vec<Nested>,
    /// Whether there are more.
    pub more: bool,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// How many rows there are on all pages, where that was asked for: at most 5001, which means more than 5000.
    pub count: Option<i64>,
}

/// Rows behind one collection navigation property of all rows of a page.
#[derive(Debug, Clone)]
pub struct Nested {
    /// The navigation property.
    pub navigation: Arc<str>,
    /// The rows, parent after parent.
    pub rows: Rows,
    /// For each row of the page, which of them are its own.
    pub parts: Vec<Range<usize>>,
    /// For each row of the page, whether it has more than these.
    pub more: Vec<bool>,
    /// For each row of the page, how many it has in all, where that was asked for: at most 5001, which means more than
    /// 5000.
    pub counts: Option<Vec<i64>>,
}

/// What happened to a table since a token.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Rows that were made or changed.
    pub rows: Rows,
    /// Rows that are gone.
    pub deleted: Vec<Uuid>,
    /// From where to ask the next time.
    pub token: i64,
    /// Whether there are more already.
    pub more: bool,
}

/// One change of a row of an audited table.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The version that the row had after it.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who: a `systemuserid`.
    pub user: Uuid,
    /// `create`, `update`, `delete`.
    pub action: String,
    /// By column: what it was and what it became, `{"name": ["Old", "New"]}`.
    pub changes: serde_json::Value,
}

impl Session {
    /// Asks for one page of a query.
    ///
    /// # Errors
    /// [`Error::Query`], [`Error::Privilege`] when the caller may read no row of the table, [`Error::Store`].
    pub async fn query(&self, query: &Query, paging: &Paging) -> Result<Rows> {
        let (query, paging) = (Arc::new(query.clone()), Arc::new(paging.clone()));
        self.look(move |reading| reading.page(&query, &paging)).await
    }

    /// Asks for one row.
    ///
    /// # Errors
    /// As [`Session::query`]. `None` when there is no such row, or none that the caller may see.
    pub async fn read(&self, table: &str, key: &RowKey, shape: &Query) -> Result<Option<Rows>> {
        let table = Arc::clone(self.snapshot.table(table)?);
        let id = match key {
            RowKey::Id(id) => Some(*id),
            RowKey::Alternate(_) => None,
            RowKey::Result(result) => return Err(Error::Reference { result: *result }),
        };
        let (key, shape) = (key.clone(), Arc::new(shape.clone()));
        let short = shape.shape.collections.is_empty() && shape.shape.singles.is_empty();
        self.look_at(short, move |reading| {
            let found = match (id, &key) {
                (Some(id), _) => Some(id),
                (None, RowKey::Alternate(values)) => {
                    write::find(reading.tx, &reading.session.snapshot, &table, values)?
                }
                (None, _) => None,
            };
            let Some(id) = found else { return Ok(None) };
            let one = (*shape).clone().by_id(id)?;
            let page = reading.page(&one, &Paging { size: 1, ..Paging::default() })?;
            Ok((!page.rows.is_empty()).then_some(page))
        })
        .await
    }

    /// How many rows a table has, whoever may see them (`RetrieveTotalRecordCount`).
    ///
    /// # Errors
    /// [`Error::TableUnknown`], [`Error::Store`].
    pub async fn total(&self, table: &str) -> Result<i64> {
        let table = Arc::clone(self.snapshot.table(table)?);
        let sql = format!("SELECT COUNT(*) FROM {}", names::table(self.number(), &table.logical));
        self.look(move |reading| {
            let row = reading.tx.first(&sql, &[])?;
            Ok(row.map_or(Ok(0), |row| row.get(0))?)
        })
        .await
    }

    /// What happened to a table after a token: at most a page of rows, and of deletions.
    ///
    /// # Errors
    /// As [`Session::query`]; [`Error::Expired`] when the token is older than what is kept of deletions.
    pub async fn changes(&self, shape: &Query, after: i64, most: u32) -> Result<Changes> {
        let shape = Arc::new(shape.clone());
        self.look(move |reading| reading.changes(&shape, after, most)).await
    }

    /// The history of a row of an audited table, newest first; for callers who may read the row. A row that was never
    /// changed says itself how it was made.
    ///
    /// # Errors
    /// [`Error::TableUnknown`], [`Error::RowMissing`], [`Error::Store`].
    pub async fn history(
        &self,
        table: &str,
        row: Uuid,
        before: Option<i64>,
    ) -> Result<Vec<HistoryEntry>> {
        let table = self.snapshot.table(table)?.logical.clone();
        let sql = format!(
            "SELECT position, at, user_id, action, changes FROM {} \
             WHERE table_code = $1 AND row_id = $2 AND position < $3 ORDER BY position DESC LIMIT 100",
            names::side(self.number(), "history")
        );
        self.look(move |reading| {
            // as the definitions are now: a column may have come since the caller looked at them
            let table = Arc::clone(reading.session.snapshot.table(&table)?);
            reading.visible(&table, row)?;
            let params =
                [i64::from(table.code).into(), row.into(), before.unwrap_or(i64::MAX).into()];
            let found = reading.tx.all(&sql, &params)?;
            let entry = |row: &Row| -> db::Result<HistoryEntry> {
                Ok(HistoryEntry {
                    position: row.get(0)?,
                    at: row.get(1)?,
                    user: row.get(2)?,
                    action: row.get(3)?,
                    changes: row.get(4)?,
                })
            };
            if found.is_empty() {
                return Ok(reading.beginning(&table, row, before)?.into_iter().collect());
            }
            Ok(found.iter().map(entry).collect::<db::Result<_>>()?)
        })
        .await
    }

    /// Runs a read closure over snapshots that hold; makes them anew when they do not.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        f: impl Fn(&Reading<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        self.look_at(false, f).await
    }

    /// The same; `short` for what looks at a row or two by their keys.
    async fn look_at<T: Send + 'static>(
        &self,
        short: bool,
        f: impl Fn(&Reading<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let f = Arc::new(f);
        let mut session = self.clone();
        for _ in 0..TRIES {
            let (held, f) = (session.clone(), Arc::clone(&f));
            let environment = session.snapshot.environment.id;
            let read = move |tx: &Tx<'_>| {
                let now = registry::versions(tx, environment)?;
                if !now.is_some_and(|(versions, _)| held.holds(versions)) {
                    return Err(Error::Stale);
                }
                f(&Reading { tx, session: &held })
            };
            let db = &self.records.0.db;
            let answered = if short {
                db.glance(&self.scope, read).await
            } else {
                db.read(&self.scope, read).await
            };
            match answered {
                Err(Error::Stale) => session = session.renewed().await?,
                other => return other,
            }
        }
        Err(Error::Stale)
    }

    pub(crate) fn denied(&self, error: queries::Error) -> Error {
        match error {
            queries::Error::Denied { verb, table, .. } => match self.snapshot.model.table(&table) {
                Some(found) => Error::Privilege {
                    privilege: privilege_name(&self.snapshot.model, found, verb),
                    user: self.user(),
                    table,
                    code: found.code,
                },
                None => Error::TableUnknown { table },
            },
            other => Error::Query(other),
        }
    }
}

/// One read closure.
pub(crate) struct Reading<'a> {
    pub(crate) tx: &'a Tx<'a>,
    pub(crate) session: &'a Session,
}

impl Reading<'_> {
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            model: &self.session.snapshot.model,
            access: &self.session.standing.access,
            number: self.session.number(),
            dialect: self.tx.dialect(),
        }
    }

    /// The table and key of a row that somebody refers to.
    pub(crate) fn resolve(&self, reference: &Reference) -> Result<(Arc<Table>, Uuid)> {
        let snapshot = &self.session.snapshot;
        let table = Arc::clone(snapshot.table(&reference.table)?);
        let id = match &reference.key {
            RowKey::Id(id) => Some(*id),
            RowKey::Alternate(values) => write::find(self.tx, snapshot, &table, values)?,
            RowKey::Result(result) => return Err(Error::Reference { result: *result }),
        };
        let missing = || Error::RowMissing { table: reference.table.clone(), key: String::new() };
        Ok((table, id.ok_or_else(missing)?))
    }

    /// One page.
    pub(crate) fn page(&self, query: &Query, paging: &Paging) -> Result<Rows> {
        let denied = |error| self.session.denied(error);
        let page = query.page(&self.context(), paging).map_err(denied)?;
        let Page { statement, plan } = page;
        let found = self.tx.all(&statement.sql, &statement.params)?;
        if found.first().is_some_and(|first| plan.too_many(first)) {
            return Err(Error::Refused {
                code: "0x8004e023",
                message: crate::error::TOO_MANY_TO_GROUP.to_owned(),
            });
        }
        let (rows, more) = plan.cut(found);
        let next = match rows.last() {
            Some(last) if more => plan.cursor(last)?,
            _ => None,
        };
        let nested = self.nested(&plan.shown, &query.shape, &rows)?;
        let count = if query.count { Some(self.count(query)?) } else { None };
        Ok(Rows { plan, rows, nested, more, next, count })
    }

    fn count(&self, query: &Query) -> Result<i64> {
        let statement = query.count(&self.context()).map_err(|error| self.session.denied(error))?;
        let row = self.tx.first(&statement.sql, &statement.params)?;
        Ok(row.map_or(Ok(0), |row| row.get(0))?)
    }

    /// The collections of a row and of the rows inside it.
    fn nested(&self, shown: &Shown, shape: &Shape, rows: &[Row]) -> Result<Vec<Nested>> {
        let mut all = Vec::new();
        for (place, collection) in shown.collections.iter().zip(&shape.collections) {
            all.push(self.collection(place.key, collection, rows)?);
        }
        for (single, inner) in shown.singles.iter().zip(&shape.singles) {
            all.extend(self.nested(&single.shown, &inner.shape, rows)?);
        }
        Ok(all)
    }

    fn collection(&self, key: usize, collection: &Collection, parents: &[Row]) -> Result<Nested> {
        let ids: Vec<Option<Uuid>> =
            parents.iter().map(|row| row.get(key)).collect::<db::Result<_>>()?;
        let mut asked: Vec<Uuid> = ids.iter().flatten().copied().collect();
        kernel::sort(&mut asked);
        asked.dedup();
        let page = collection.page(&self.context(), &asked, NESTED_PAGE);
        let Page { statement, plan } = page.map_err(|error| self.session.denied(error))?;
        let found = self.tx.all(&statement.sql, &statement.params)?;
        let size = usize::try_from(plan.size).unwrap_or(usize::MAX);
        // The rows come parent after parent; each parent's are counted, and what is one too many is left out.
        let (mut rows, mut parts) =
            (Vec::with_capacity(found.len()), vec![(0..0, false); asked.len()]);
        for row in found {
            let parent: i64 = match plan.parent {
                Some(cell) => row.get(cell)?,
                None => 0,
            };
            let place = usize::try_from(parent).ok().and_then(|at| parts.get_mut(at));
            let Some((part, more)) = place else { continue };
            if part.start == part.end {
                *part = rows.len()..rows.len();
            }
            if part.len() == size {
                *more = true;
                continue;
            }
            rows.push(row);
            part.end = rows.len();
        }
        let place = |id: &Option<Uuid>| id.and_then(|id| asked.binary_search(&id).ok());
        let counts = if collection.query.count {
            let counts = self.counts(collection, (&asked, size), &parts)?;
            let of = |id| place(id).and_then(|at| counts.get(at)).copied().unwrap_or_default();
            Some(ids.iter().map(of).collect())
        } else {
            None
        };
        let of = |id: &Option<Uuid>| {
            place(id).and_then(|at| parts.get(at)).cloned().unwrap_or((0..0, false))
        };
        let (parts, more) = ids.iter().map(of).unzip();
        let nested = self.nested(&plan.shown, &collection.query.shape, &rows)?;
        let rows = Rows { plan, rows, nested, more: false, next: None, count: None };
        Ok(Nested { navigation: Arc::clone(&collection.navigation), rows, parts, more, counts })
    }

    /// How many rows each parent has. Whose rows did not fill their page are counted already.
    fn counts(
        &self,
        collection: &Collection,
        (asked, size): (&[Uuid], usize),
        parts: &[(Range<usize>, bool)],
    ) -> Result<Vec<i64>> {
        let known = |part: &Range<usize>| i64::try_from(part.len()).unwrap_or(i64::MAX);
        let mut counts: Vec<i64> = parts.iter().map(|(part, _)| known(part)).collect();
        let full =
            parts.iter().zip(asked).enumerate().filter(|(_, ((part, _), _))| part.len() >= size);
        let (places, ids): (Vec<usize>, Vec<Uuid>) = full.map(|(at, (_, id))| (at, *id)).unzip();
        if ids.is_empty() {
            return Ok(counts);
        }
        let statement = collection.counts(&self.context(), &ids);
        let statement = statement.map_err(|error| self.session.denied(error))?;
        for row in self.tx.all(&statement.sql, &statement.params)? {
            let at = usize::try_from(row.get::<i64>(0)?).unwrap_or(usize::MAX);
            if let Some(count) = places.get(at).and_then(|at| counts.get_mut(*at)) {
                *count = row.get(1)?;
            }
        }
        Ok(counts)
    }

    /// Whether the caller may see a row.
    pub(crate) fn visible(&self, table: &Arc<Table>, row: Uuid) -> Result<()> {
        let one = Query::of(table).by_id(row)?;
        let page = self.page(&one, &Paging { size: 1, ..Paging::default() })?;
        if page.rows.is_empty() {
            return Err(Error::RowMissing { table: table.logical.clone(), key: row.to_string() });
        }
        Ok(())
    }

    /// How a row was made, where its history knows nothing of it and the row is as it was then.
    fn beginning(
        &self,
        table: &Arc<Table>,
        id: Uuid,
        before: Option<i64>,
    ) -> Result<Option<HistoryEntry>> {
        let (snapshot, number) = (&self.session.snapshot, self.session.number());
        let of_row = [i64::from(table.code).into(), id.into()];
        let ended = snapshot.past.unaudited.get(&table.id);
        if (!table.audited && ended.is_none())
            || (before.is_some() && self.tx.first(&write::known_sql(number), &of_row)?.is_some())
        {
            return Ok(None);
        }
        let values = rows::load(self.tx, &snapshot.model, number, table, id)?.unwrap_or_default();
        let made = write::Beginning::of(table, &values)
            .filter(|made| before.is_none_or(|before| made.position < before))
            .filter(|made| table.audited || ended.is_some_and(|until| made.position <= *until))
            .filter(|made| made.is_kept(&self.session.records));
        Ok(made.map(|made| HistoryEntry {
            position: made.position,
            at: made.at,
            user: made.user,
            action: "create".to_owned(),
            changes: serde_json::from_str(&made.told(table, &values, &snapshot.past))
                .unwrap_or_default(),
        }))
    }

    fn changes(&self, shape: &Query, after: i64, most: u32) -> Result<Changes> {
        let table = shape.sources.first().map(|source| Arc::clone(&source.table));
        let table = table.ok_or(Error::Query(queries::Error::Malformed))?;
        let field = shape.field("versionnumber").map_err(Error::Query)?;
        self.is_kept(table.code, after)?;
        let newer = Condition::Compare(field, Comparison::Greater, db::Value::Int(after));
        let mut query = shape.clone().and(newer);
        query.order = vec![Order { by: OrderBy::Field(field), descending: false }];
        let rows = self.page(&query, &Paging { size: most, ..Paging::default() })?;
        let head = registry::lookup(self.tx, self.session.snapshot.environment.id)?;
        let head = head.map_or(after, |registered| registered.position);
        let mut token = head;
        if rows.more
            && let (Some(last), Some(cell)) = (rows.rows.last(), rows.plan.shown.version)
        {
            token = last.get(cell)?;
        }
        let sql = format!(
            "SELECT row_id, position FROM {} WHERE table_code = $1 AND position > $2 AND position <= $3 \
             ORDER BY position LIMIT {GONE}",
            names::side(self.session.number(), "tombstones")
        );
        let params = [i64::from(table.code).into(), after.into(), token.into()];
        let gone = self.tx.all(&sql, &params)?;
        let mut more = rows.more;
        if gone.len() == GONE
            && let Some(last) = gone.last()
        {
            // the next call goes on behind the last deletion told; rows told already come again
            (token, more) = (last.get(1)?, true);
        }
        let deleted = gone.iter().map(|row| row.get(0)).collect::<db::Result<_>>()?;
        Ok(Changes { rows, deleted, token, more })
    }

    /// Refuses a token that is older than a deletion that may be forgotten; who begins knows of nothing.
    fn is_kept(&self, code: i32, after: i64) -> Result<()> {
        let records = &self.session.records.0;
        let age = SignedDuration::from_hours(24 * i64::from(records.settings.tombstone_days));
        let before = records.clock.now().checked_sub(age).unwrap_or(Timestamp::MIN);
        let sql = format!(
            "SELECT MAX(position) FROM {} WHERE table_code = $1 AND at < $2",
            names::side(self.session.number(), "tombstones")
        );
        let last = self.tx.first(&sql, &[i64::from(code).into(), before.into()])?;
        let last: Option<i64> = last.map_or(Ok(None), |row| row.get(0))?;
        if after > 0 && last.is_some_and(|last| after < last) {
            return Err(Error::Expired);
        }
        Ok(())
    }
}

/// How often snapshots are made anew before the caller has to come again.
pub(crate) const TRIES: usize = 4;
/// Deletions that are told at once.
const GONE: usize = 50_000;
/// Rows of a collection inside a row; what is more has a link of its own.
const NESTED_PAGE: u32 = 5_000;
