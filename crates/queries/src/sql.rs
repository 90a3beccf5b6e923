//! From a query to statements.
//!
//! Text is made of fixed words, quoted names out of the model, numbers out of the model, and markers; values
//! only ever become parameters. The same shape gives the same text, so that engines find what they prepared.

mod collection;
mod condition;
mod found;
mod group;
mod order;
mod page;
mod security;
mod source;
mod writer;

use db::{Dialect, Value};
use tables::{Model, Table};
use uuid::Uuid;

pub use found::Hits;
pub(crate) use writer::Writer;

use crate::{
    Error, Result,
    access::{Access, Verb},
    cursor::Cursor,
    physical,
    plan::Plan,
};

/// What a query is asked in.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The model that the query was checked against.
    pub model: &'a Model,
    /// Who asks.
    pub access: &'a Access,
    /// The number of the environment.
    pub number: i64,
    /// The engine.
    pub dialect: Dialect,
}

/// Which page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Paging {
    /// How many rows, 1 to [`crate::limits::PAGE`].
    pub size: u32,
    /// Behind this place.
    pub after: Option<Cursor>,
    /// Without these first rows; where there is no cursor: groups, distinct rows, numbered pages.
    pub skip: u64,
}

impl Paging {
    /// The first page of this size.
    pub const fn first(size: u32) -> Self {
        Self { size, after: None, skip: 0 }
    }
}

/// A statement and its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// The values of `$1`, `$2` …
    pub params: Vec<Value<'static>>,
}

/// A statement and what its answer is.
#[derive(Debug, Clone)]
pub struct Page {
    /// The statement.
    pub statement: Statement,
    /// What its cells are.
    pub plan: Plan,
}

/// Which of these rows the caller has a right on: a statement for their primary keys.
///
/// # Errors
/// [`Error::Denied`] when the caller has no such right on the table at all.
pub fn may(context: &Context<'_>, table: &Table, verb: Verb, rows: &[Uuid]) -> Result<Statement> {
    context.require(table, verb)?;
    let mut writer = Writer::new(context.dialect);
    writer.push("SELECT t0.");
    writer.name(&table.primary_id);
    writer.push(" FROM ");
    writer.table(context.number, &table.logical);
    writer.push(" AS t0 WHERE t0.");
    writer.name(&table.primary_id);
    writer.push(" ");
    writer.ids(rows.iter().copied());
    let mut conjunction = writer::Conjunction::further();
    security::guard(&mut writer, context, (table, "t0"), verb, &mut conjunction);
    Ok(writer.finish())
}

/// The rights of the caller on one row as the mask of `AccessRights`: a statement for one whole number. No row
/// when there is none of this key.
pub fn mask(context: &Context<'_>, table: &Table, row: Uuid) -> Statement {
    let mut writer = Writer::new(context.dialect);
    writer.push("SELECT 0");
    for verb in Verb::ALL {
        writer.push(" + CASE WHEN TRUE");
        let mut conjunction = writer::Conjunction::further();
        security::guard(&mut writer, context, (table, "t0"), verb, &mut conjunction);
        writer.push(" THEN ");
        writer.number(verb.mask());
        writer.push(" ELSE 0 END");
    }
    writer.push(" FROM ");
    writer.table(context.number, &table.logical);
    writer.push(" AS t0 WHERE t0.");
    writer.name(&table.primary_id);
    writer.push(" = ");
    writer.param(Value::Uuid(row));
    writer.finish()
}

/// The condition that the caller has a right on a row of the table, for `UPDATE` and `DELETE` statements:
/// columns stand behind the quoted name of the physical table. Further parameters are added to `params`.
///
/// # Errors
/// [`Error::Denied`] when the caller has no such right on the table at all.
pub fn condition(
    context: &Context<'_>,
    table: &Table,
    verb: Verb,
    params: &mut Vec<Value<'static>>,
) -> Result<String> {
    context.require(table, verb)?;
    let mut writer = Writer::with(context.dialect, std::mem::take(params));
    writer.push("TRUE");
    let alias = physical::table(context.number, &table.logical);
    let mut conjunction = writer::Conjunction::further();
    security::guard(&mut writer, context, (table, &alias), verb, &mut conjunction);
    let statement = writer.finish();
    *params = statement.params;
    Ok(statement.sql)
}

impl Context<'_> {
    /// That the caller has a right on some rows of the table.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn require(&self, table: &Table, verb: Verb) -> Result<()> {
        let allowed = if table.is_union() {
            let members = table.union_of.iter().filter_map(|member| self.model.table(member));
            members.into_iter().any(|member| security::may_reach(self, member, verb))
        } else {
            security::may_reach(self, table, verb)
        };
        if allowed {
            return Ok(());
        }
        Err(Error::Denied { verb, table: table.logical.clone(), schema: table.schema.clone() })
    }
}
