//! Rows that a search has found, under the rights of the caller: each hit is looked up in its own table.

use std::mem;

use super::{Context, Statement, Writer, page::core, source::Select};
use crate::{Error, Query, Result, access::Verb, limits};

/// What a search has found: the beginning of a statement, which gives `h` its columns `c`, the code of a table, `r`,
/// the key of a row, and `s`, how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// `WITH h AS (…) ` and its parameters.
    pub with: Statement,
    /// Hits that are left out at the beginning.
    pub skip: u64,
    /// Hits that are given.
    pub most: u32,
}

impl Hits {
    /// The best hits that the caller may read and that these queries, one for each table, let through: the code of
    /// the table, the key, how well it fits. Tables of which the caller may read nothing are left out.
    ///
    /// # Errors
    /// [`Error::Denied`] when nothing is left of the tables, [`Error::Malformed`].
    pub fn best(&self, context: &Context<'_>, queries: &[Query]) -> Result<Statement> {
        let mut writer = self.begin(context);
        writer.push("SELECT x.c, x.r, x.s FROM (");
        let mut writer = branches(writer, context, queries)?;
        writer.push(") AS x ORDER BY x.s DESC, x.c, x.r LIMIT ");
        writer.number(self.most.into());
        writer.push(" OFFSET ");
        writer.number(i64::try_from(self.skip).unwrap_or(i64::MAX));
        Ok(writer.finish())
    }

    /// How many there are of each table, at most [`limits::COUNT`] and one more: the code of the table, the number.
    ///
    /// # Errors
    /// As [`Hits::best`].
    pub fn counts(&self, context: &Context<'_>, queries: &[Query]) -> Result<Statement> {
        let mut writer = self.begin(context);
        writer.push("SELECT x.c, COUNT(*) FROM (SELECT y.c FROM (");
        let mut writer = branches(writer, context, queries)?;
        writer.push(") AS y LIMIT ");
        writer.number(limits::COUNT + 1);
        writer.push(") AS x GROUP BY x.c ORDER BY x.c");
        Ok(writer.finish())
    }

    fn begin(&self, context: &Context<'_>) -> Writer {
        let mut writer = Writer::with(context.dialect, self.with.params.clone());
        writer.push(&self.with.sql);
        writer
    }
}

fn branches(mut writer: Writer, context: &Context<'_>, queries: &[Query]) -> Result<Writer> {
    let mut any = false;
    let mut denied = None;
    for query in queries {
        let table = query.table()?;
        if let Err(error) = context.require(table, Verb::Read) {
            denied = Some(error);
            continue;
        }
        writer.push(if any { " UNION ALL " } else { "" });
        any = true;
        writer.push("SELECT h.c, h.r, h.s FROM h WHERE h.c = ");
        writer.number(table.code.into());
        writer.push(" AND EXISTS (SELECT 1");
        let mut select = Select::new(query, context);
        select.writer = mem::replace(&mut writer, Writer::new(context.dialect));
        let mut conjunction = select.from(&core(query)?)?;
        conjunction.next(&mut select.writer);
        select.field(query.key_of(0)?)?;
        select.writer.push(" = h.r)");
        writer = select.writer;
    }
    match (any, denied) {
        (true, _) => Ok(writer),
        (false, denied) => Err(denied.unwrap_or(Error::Malformed)),
    }
}
