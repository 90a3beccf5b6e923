//! Full-text search: the best rows of many tables that the caller may read.

use std::sync::Arc;

use db::Row;
use queries::{Condition, Hits, Paging, Query, Statement, Verb};
use record_tables::{
    index,
    words::{self, Wanted},
};
use tables::Table;
use uuid::Uuid;

use crate::{
    Result, Session,
    read::{Reading, Rows, TRIES},
};

mod syntax;

/// What to search for, and where.
#[derive(Debug, Clone)]
pub struct Search {
    /// What was typed.
    pub text: String,
    /// How it is read.
    pub syntax: Syntax,
    /// One query for each table: what it shows of the rows, and which rows it lets through. Orders and pages of
    /// theirs are not looked at.
    pub tables: Vec<Query>,
    /// Hits that are left out at the beginning.
    pub skip: u64,
    /// Hits that are given at most.
    pub most: u32,
    /// Whether to count them all.
    pub count: bool,
}

/// How the text of a search is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// As people type: every word, and what the last one begins.
    Typed,
    /// `+` and, `|` or, `-` not, `"a phrase"`, `begin*`; words without any: one of them is enough.
    Any,
    /// The same; words without any: all of them.
    All,
}

/// One row that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its table.
    pub table: Arc<Table>,
    /// Its key.
    pub id: Uuid,
    /// How well it fits; only to be compared with others of the same search.
    pub score: f64,
    /// Which of [`Found::lists`] it is in, and which of its rows it is.
    pub at: (usize, usize),
}

/// What a search has found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The hits, the best first.
    pub hits: Vec<Hit>,
    /// Their rows, table by table.
    pub lists: Vec<Rows>,
    /// How many there are in each table, where that was asked for: by logical name, at most 5001 in all.
    pub counts: Vec<(String, i64)>,
    wanted: Wanted,
}

impl Found {
    /// The cells of a hit, and what they are.
    pub fn row(&self, hit: &Hit) -> Option<(&Rows, &Row)> {
        let rows = self.lists.get(hit.at.0)?;
        Some((rows, rows.rows.get(hit.at.1)?))
    }

    /// A text with what was searched for between `open` and `close`; none where it holds nothing of it.
    pub fn marked(&self, text: &str, (open, close): (&str, &str)) -> Option<String> {
        let (mut marked, mut rest, mut any) = (String::new(), 0, false);
        for word in words::words(text).filter(|word| self.wanted.marks(&word.text)) {
            marked.push_str(text.get(rest..word.at.start)?);
            marked.push_str(open);
            marked.push_str(text.get(word.at.clone())?);
            marked.push_str(close);
            (rest, any) = (word.at.end, true);
        }
        marked.push_str(text.get(rest..)?);
        any.then_some(marked)
    }

    /// The word of a text that what was typed begins.
    pub fn completed<'t>(&self, text: &'t str) -> Option<&'t str> {
        let word = words::words(text).find(|word| self.wanted.ends_with(&word.text))?;
        text.get(word.at)
    }
}

impl Session {
    /// The tables that searches look into and of which the caller may read something.
    pub fn searchable(&self) -> Vec<Arc<Table>> {
        let readable = |table: &&Arc<Table>| {
            !index::columns(table).is_empty()
                && self.access().reach(table, Verb::Read) != &queries::Reach::Nothing
        };
        self.model().tables().iter().filter(readable).cloned().collect()
    }

    /// The columns of a table that searches look into, its name first.
    pub fn searched(table: &Table) -> Vec<&str> {
        index::columns(table).into_iter().map(|column| column.logical.as_str()).collect()
    }

    /// Searches: what has been written before is found, unless very much was written at once.
    ///
    /// # Errors
    /// [`crate::Error::Query`], [`crate::Error::Store`]. Tables of which the caller may read nothing give nothing.
    pub async fn search(&self, search: Search) -> Result<Found> {
        let wanted = syntax::wanted(&search.text, search.syntax);
        let queries: Vec<Query> = search
            .tables
            .iter()
            .filter(|query| {
                query.table().is_ok_and(|table| {
                    !index::columns(table).is_empty()
                        && self.access().reach(table, Verb::Read) != &queries::Reach::Nothing
                })
            })
            .cloned()
            .collect();
        if wanted.is_empty() || queries.is_empty() || search.most == 0 {
            return Ok(Found { wanted, ..Found::default() });
        }
        // definitions that another node has changed since: with those of before nothing would be kept, and not found
        let mut session = self.clone();
        for _ in 0..TRIES {
            if session.records.catch_up(&session.scope, &session.snapshot).await? {
                break;
            }
            session = session.renewed().await?;
        }
        let asked = Arc::new((search, queries, wanted));
        session.look(move |reading| reading.search(&asked.0, &asked.1, &asked.2)).await
    }
}

impl Reading<'_> {
    fn search(&self, search: &Search, queries: &[Query], wanted: &Wanted) -> Result<Found> {
        let context = self.context();
        // by the definitions of this very transaction: a column that was closed since its words were kept finds nothing
        let mut codes = index::current(self.tx, context.model, context.number)?;
        codes.retain(|code| {
            let asked = |query: &Query| query.table().is_ok_and(|one| i64::from(one.code) == *code);
            queries.iter().any(asked)
        });
        if codes.is_empty() {
            return Ok(Found { wanted: wanted.clone(), ..Found::default() });
        }
        let (with, text) = index::hits(context.dialect, context.number, wanted, &codes);
        let with = Statement { sql: with, params: vec![text] };
        let hits = Hits { with, skip: search.skip, most: search.most };
        let denied = |error| self.session.denied(error);
        let best = hits.best(&context, queries).map_err(denied)?;
        let mut found = Found { wanted: wanted.clone(), ..Found::default() };
        let best = self.tx.all(&best.sql, &best.params)?;
        for query in queries {
            let table = query.table().map_err(denied)?;
            let code = i64::from(table.code);
            let mut ids: Vec<db::Value<'static>> = Vec::new();
            for row in &best {
                if row.get::<i64>(0)? == code {
                    ids.push(row.get::<Uuid>(1)?.into());
                }
            }
            if ids.is_empty() {
                continue;
            }
            let key = query.field(&table.primary_id).map_err(denied)?;
            let mut these = query.clone().and(Condition::In(key, ids));
            (these.order, these.top, these.count) = (Vec::new(), None, false);
            let rows = self.page(&these, &Paging::first(search.most))?;
            let at = rows.plan.shown.key.unwrap_or_default();
            let list = found.lists.len();
            for (place, row) in rows.rows.iter().enumerate() {
                let id: Uuid = row.get(at)?;
                found.hits.push(Hit {
                    table: Arc::clone(table),
                    id,
                    score: 0.0,
                    at: (list, place),
                });
            }
            found.lists.push(rows);
        }
        let mut ordered = Vec::with_capacity(best.len());
        for row in &best {
            let (code, id, score): (i64, Uuid, f64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let same = |hit: &&Hit| hit.id == id && i64::from(hit.table.code) == code;
            if let Some(hit) = found.hits.iter().find(same) {
                ordered.push(Hit { score, ..hit.clone() });
            }
        }
        found.hits = ordered;
        if search.count {
            let counts = hits.counts(&context, queries).map_err(denied)?;
            for row in self.tx.all(&counts.sql, &counts.params)? {
                let code = i32::try_from(row.get::<i64>(0)?).unwrap_or_default();
                if let Some(table) = context.model.table_by_code(code) {
                    found.counts.push((table.logical.clone(), row.get(1)?));
                }
            }
        }
        Ok(found)
    }
}
