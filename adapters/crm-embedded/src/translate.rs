//! The port's queries as those of `queries`.

use std::sync::Arc;

use crm::{Comparison, Direction, Error, Filter, Query, Result, Value};
use queries::{
    Access, Condition, Field,
    physical::to_db,
    query::{Comparison as Stands, Order, OrderBy},
};
use tables::{ColumnKind, Model, Table};

use crate::{cells, describe::visible, refusal};

/// What names mean to a seller.
pub(crate) struct Names<'a> {
    pub(crate) model: &'a Model,
    pub(crate) access: &'a Access,
    pub(crate) table: &'a Arc<Table>,
}

/// Conditions inside conditions (as deep as the vendors go).
const MAX_DEPTH: usize = 20;

impl Names<'_> {
    /// A query with these fields.
    pub(crate) fn shape(&self, fields: &[String]) -> Result<queries::Query> {
        let odd: Vec<String> =
            fields.iter().filter(|name| self.column(name).is_err()).cloned().collect();
        if !odd.is_empty() {
            return Err(Error::FieldHidden { object: self.table.logical.clone(), fields: odd });
        }
        let query = queries::Query { names: true, ..queries::Query::of(self.table) };
        query.select(fields.iter().map(String::as_str)).map_err(refusal::query)
    }

    pub(crate) fn query(&self, query: &Query) -> Result<queries::Query> {
        let mut out = self.shape(&query.fields)?;
        if let Some(filter) = &query.filter {
            out = out.and(self.condition(filter, MAX_DEPTH)?);
        }
        for (name, direction) in &query.order {
            let by = OrderBy::Field(self.field(name)?);
            out.order.push(Order { by, descending: *direction == Direction::Descending });
        }
        Ok(out)
    }

    /// Records that hold every word, in one of the columns that searches look into.
    pub(crate) fn search(&self, words: &str) -> Result<Option<queries::Query>> {
        let columns = self.table.columns().iter().filter(|column| {
            let named = self.table.primary_name.as_deref() == Some(&*column.logical);
            let text = matches!(column.kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. });
            text && (named || column.searched) && visible(self.access, self.table, column)
        });
        let fields: Vec<Field> =
            columns.map(|column| self.field(&column.logical)).collect::<Result<_>>()?;
        let words: Vec<&str> = words.split_whitespace().take(MAX_DEPTH).collect();
        if fields.is_empty() || words.is_empty() || words.iter().any(|word| word.contains('\0')) {
            return Ok(None);
        }
        let holds = |word: &&str| {
            Condition::Any(
                fields.iter().map(|&field| Condition::Like(field, format!("%{word}%"))).collect(),
            )
        };
        let all = Condition::All(words.iter().map(holds).collect());
        Ok(Some(queries::Query::of(self.table).and(all)))
    }

    pub(crate) fn column(&self, name: &str) -> Result<&tables::Column> {
        let column = self.table.column(name);
        let column = column.filter(|column| visible(self.access, self.table, column));
        column.ok_or_else(|| refusal::hidden(&self.table.logical, name))
    }

    fn field(&self, name: &str) -> Result<Field> {
        self.column(name)?;
        queries::Query::of(self.table).field(name).map_err(refusal::query)
    }

    fn condition(&self, filter: &Filter, depth: usize) -> Result<Condition> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(refusal::query("conditions are nested too deep"));
        };
        let each = |filters: &[Filter]| -> Result<Vec<Condition>> {
            filters.iter().map(|filter| self.condition(filter, depth)).collect()
        };
        Ok(match filter {
            Filter::All(all) => Condition::All(each(all)?),
            Filter::Any(any) => Condition::Any(each(any)?),
            Filter::Empty(name) => Condition::Null(self.field(name)?),
            Filter::StartsWith(name, text) => self.like(name, ("", text))?,
            Filter::Contains(name, text) => self.like(name, ("%", text))?,
            Filter::OneOf(name, values) => {
                let field = self.field(name)?;
                let stored = values.iter().map(|value| self.stored(name, value));
                Condition::In(field, stored.collect::<Result<_>>()?)
            }
            Filter::Compare(name, comparison, Value::Null) => match comparison {
                Comparison::Equal => Condition::Null(self.field(name)?),
                Comparison::NotEqual => Condition::Null(self.field(name)?).negated(),
                _ => Condition::never(),
            },
            Filter::Compare(name, comparison, value) => {
                let (field, value) = (self.field(name)?, self.stored(name, value)?);
                let so = |stands| Condition::Compare(field, stands, value);
                match comparison {
                    Comparison::Equal => so(Stands::Equal),
                    Comparison::NotEqual => so(Stands::Equal).negated(),
                    Comparison::Less => so(Stands::Less),
                    Comparison::LessOrEqual => so(Stands::LessOrEqual),
                    Comparison::Greater => so(Stands::Greater),
                    Comparison::GreaterOrEqual => so(Stands::GreaterOrEqual),
                }
            }
        })
    }

    fn like(&self, name: &str, (before, text): (&str, &str)) -> Result<Condition> {
        let kind = &self.column(name)?.kind;
        if !matches!(kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. }) {
            return Err(refusal::query(format!("{name} is no text")));
        }
        if text.contains('\0') {
            return Ok(Condition::never());
        }
        Ok(Condition::Like(self.field(name)?, format!("{before}{text}%")))
    }

    /// A value as it is stored in a column.
    fn stored(&self, name: &str, value: &Value) -> Result<db::Value<'static>> {
        let column = self.column(name)?;
        let unfit = |why: String| {
            refusal::query(format!("{name} is compared with what it cannot hold: {why}"))
        };
        let several = matches!(column.kind, ColumnKind::Choices { .. });
        if several || matches!(value, Value::Choices(_)) {
            return Err(unfit("choices of several entries are not compared".to_owned()));
        }
        let cell = cells::cell(self.model, (self.table, column), value);
        let cell = cell.map_err(|error| unfit(error.to_string()))?;
        match to_db(column, &cell) {
            Some((value, _)) => Ok(value),
            None => Err(unfit("another kind of value".to_owned())),
        }
    }
}
