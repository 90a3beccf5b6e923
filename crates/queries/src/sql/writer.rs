//! Text and parameters.

use std::fmt::Write as _;

use db::{Dialect, Value};
use uuid::Uuid;

use super::Statement;
use crate::physical;

/// The text of a statement as it grows, and its parameters.
pub(crate) struct Writer {
    sql: String,
    params: Vec<Value<'static>>,
    pub(crate) dialect: Dialect,
}

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self::with(dialect, Vec::with_capacity(16))
    }

    /// Further parameters come behind these.
    pub(crate) fn with(dialect: Dialect, params: Vec<Value<'static>>) -> Self {
        Self { sql: String::with_capacity(2048), params, dialect }
    }

    pub(crate) fn finish(self) -> Statement {
        Statement { sql: self.sql, params: self.params }
    }

    /// Fixed words.
    pub(crate) fn push(&mut self, words: &str) {
        self.sql.push_str(words);
    }

    /// A name out of the model.
    pub(crate) fn name(&mut self, name: &str) {
        physical::quote(name, &mut self.sql);
    }

    /// The name of the column with the table code of a reference.
    pub(crate) fn type_name(&mut self, name: &str) {
        physical::quote(name, &mut self.sql);
        self.sql.pop();
        self.sql.push_str(":t\"");
    }

    /// A number out of the model or of the place in the statement.
    pub(crate) fn number(&mut self, number: i64) {
        // writing into a string cannot fail
        let _ = write!(self.sql, "{number}");
    }

    pub(crate) fn index(&mut self, prefix: &str, index: usize) {
        let _ = write!(self.sql, "{prefix}{index}");
    }

    /// The physical table.
    pub(crate) fn table(&mut self, number: i64, logical: &str) {
        let _ = write!(self.sql, "\"r{number}_");
        let start = self.sql.len();
        physical::quote(logical, &mut self.sql);
        self.sql.remove(start);
    }

    /// The table of shares.
    pub(crate) fn shares(&mut self, number: i64) {
        let _ = write!(self.sql, "\"s{number}_shares\"");
    }

    /// A marker for a value.
    pub(crate) fn param(&mut self, value: Value<'static>) {
        self.params.push(value);
        let _ = write!(self.sql, "${}", self.params.len());
    }

    /// `IN (…)` with ids. Few are markers, filled up to a power of two; many are one parameter: either way there
    /// are few different texts.
    pub(crate) fn ids(&mut self, ids: impl Iterator<Item = Uuid> + Clone) {
        let count = ids.clone().take(FEW + 1).count();
        if count <= FEW {
            self.push("IN (");
            self.padded(ids.map(Value::Uuid), "", "");
            self.push(")");
            return;
        }
        match self.dialect {
            Dialect::Sqlite => {
                self.push("IN (SELECT unhex(j.value) FROM json_each(");
                self.param(list(Dialect::Sqlite, ids));
                self.push(") AS j)");
            }
            Dialect::Postgres => {
                self.push("= ANY(CAST(CAST(");
                self.param(list(Dialect::Postgres, ids));
                self.push(" AS TEXT) AS UUID[]))");
            }
        }
    }

    /// Markers for values, as many as the next power of two: the last one is repeated.
    pub(crate) fn padded(
        &mut self,
        values: impl Iterator<Item = Value<'static>>,
        before: &str,
        after: &str,
    ) {
        let values: Vec<_> = values.collect();
        let Some(last) = values.last().cloned() else {
            self.push("NULL");
            return;
        };
        let fill = values.len().next_power_of_two() - values.len();
        let all = values.into_iter().chain(std::iter::repeat_n(last, fill));
        for (place, value) in all.enumerate() {
            if place > 0 {
                self.push(", ");
            }
            self.push(before);
            self.param(value);
            self.push(after);
        }
    }
}

/// Ids as one parameter.
pub(crate) fn list(dialect: Dialect, ids: impl Iterator<Item = Uuid>) -> Value<'static> {
    let mut text = String::from(match dialect {
        Dialect::Sqlite => "[",
        Dialect::Postgres => "{",
    });
    for (place, id) in ids.enumerate() {
        if place > 0 {
            text.push(',');
        }
        let _ = match dialect {
            Dialect::Sqlite => write!(text, "\"{}\"", id.simple()),
            Dialect::Postgres => write!(text, "{id}"),
        };
    }
    text.push(match dialect {
        Dialect::Sqlite => ']',
        Dialect::Postgres => '}',
    });
    Value::Text(text.into())
}

const FEW: usize = 8;

/// The words between conditions that are added one by one.
pub(crate) struct Conjunction {
    next: &'static str,
}

impl Conjunction {
    /// Before the first stands this word.
    pub(crate) const fn after(word: &'static str) -> Self {
        Self { next: word }
    }

    /// There is one already.
    pub(crate) const fn further() -> Self {
        Self { next: " AND " }
    }

    pub(crate) fn next(&mut self, writer: &mut Writer) {
        writer.push(self.next);
        self.next = " AND ";
    }

    /// As an alternative.
    pub(crate) fn next_or(&mut self, writer: &mut Writer) {
        writer.push(self.next);
        self.next = " OR ";
    }
}
