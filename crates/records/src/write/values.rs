//! What an entry says about a row: values and links, checked against the definitions.

use std::sync::Arc;

use tables::{
    Column, ColumnKind, Model, Navigation, Problem, Relationship, RowRef, Side, Table, Value,
    ValueError,
};

use super::Work;
use crate::{
    Error, Result,
    operation::{Entry, LinkTo},
};

/// The cells of a row in the making, and which of them the caller gave.
pub(crate) struct Cells {
    pub(super) values: Vec<Value>,
    pub(super) given: Vec<bool>,
}

impl Cells {
    pub(crate) fn of(values: Vec<Value>) -> Self {
        let given = vec![false; values.len()];
        Self { values, given }
    }

    pub(super) fn get(&self, table: &Table, column: &str) -> &Value {
        table.position(column).and_then(|at| self.values.get(at)).unwrap_or(&Value::Null)
    }

    /// Sets a column, where the table has it.
    pub(crate) fn set(&mut self, table: &Table, column: &str, value: Value) {
        if let Some(cell) = table.position(column).and_then(|at| self.values.get_mut(at)) {
            *cell = value;
        }
    }

    pub(super) fn is_given(&self, table: &Table, column: &str) -> bool {
        table.position(column).and_then(|at| self.given.get(at)).copied().unwrap_or_default()
    }

    fn give(&mut self, at: usize, value: Value) {
        if let (Some(cell), Some(given)) = (self.values.get_mut(at), self.given.get_mut(at)) {
            *cell = value;
            *given = true;
        }
    }
}

/// A collection of an entry: it waits until the row is there.
pub(super) struct Waiting<'e> {
    pub(super) navigation: &'e str,
    pub(super) to: &'e LinkTo,
}

impl Work<'_> {
    /// Puts the values and single links of an entry into cells; what waits for the row comes back.
    pub(super) fn apply<'e>(
        &mut self,
        table: &Arc<Table>,
        entry: &'e Entry,
        cells: &mut Cells,
        is_new: bool,
    ) -> Result<Vec<Waiting<'e>>> {
        for (name, value) in &entry.values {
            let unknown =
                || Error::ColumnUnknown { table: table.logical.clone(), column: name.clone() };
            let at = table.position(name).ok_or_else(unknown)?;
            let column = table.columns().get(at).ok_or_else(unknown)?;
            if self.takes(table, column, is_new)? {
                cells.give(at, fitting(table, column, value)?);
            }
        }
        let mut waiting = Vec::new();
        for link in &entry.links {
            let unknown = || Error::NavigationUnknown {
                table: table.logical.clone(),
                navigation: link.navigation.clone(),
            };
            let model = &self.session.snapshot.model;
            let found = model.navigation(&table.logical, &link.navigation).ok_or_else(unknown)?;
            if found.side != Side::Referencing {
                waiting.push(Waiting { navigation: &link.navigation, to: &link.to });
                continue;
            }
            let Relationship::OneToMany(one) = &*found.relationship else {
                return Err(unknown());
            };
            let at = table.position(&one.referencing_column).ok_or_else(unknown)?;
            let column = table.columns().get(at).ok_or_else(unknown)?;
            if !self.takes(table, column, is_new)? {
                continue;
            }
            let value = match &link.to {
                LinkTo::Clear => Value::Null,
                LinkTo::Row(reference) => {
                    let (at, id) = self.resolve(reference)?;
                    leads_to(model, (table, found), &at.logical)?;
                    Value::Row(RowRef { code: at.code, id })
                }
                LinkTo::New(entry) => {
                    let made = self.deeper(|work| work.create(entry, None, None))?;
                    let code = self.table(&made.table)?.code;
                    Value::Row(RowRef { code, id: made.id })
                }
                LinkTo::Rows(_) | LinkTo::NewMany(_) => return Err(unknown()),
            };
            cells.give(at, value);
        }
        Ok(waiting)
    }

    /// Whether a value of the caller counts: what the store keeps itself is passed over, as the platform does; what
    /// is secured against the caller is refused.
    fn takes(&self, table: &Table, column: &Column, is_new: bool) -> Result<bool> {
        let open = if is_new { column.for_create } else { column.for_update };
        if column.logical == table.primary_id
            || column.computed.is_some()
            || !open
            || matches!(column.kind, ColumnKind::Version | ColumnKind::File { .. })
        {
            return Ok(false);
        }
        let access = self.session.access();
        let granted =
            if is_new { access.creates(table, column) } else { access.writes(table, column) };
        if !granted {
            return Err(Error::ColumnSecured {
                table: table.logical.clone(),
                column: column.logical.clone(),
            });
        }
        Ok(true)
    }
}

/// Insists that a navigation property leads to a table: one of several that a column knows, where each has a property
/// of its own.
pub(super) fn leads_to(
    model: &Model,
    (table, navigation): (&Table, &Navigation),
    found: &str,
) -> Result<()> {
    let target = &navigation.target;
    let among = |target: &Arc<Table>| target.union_of.iter().any(|one| one == found);
    if target == found || model.table(target).is_some_and(among) {
        return Ok(());
    }
    Err(Error::WrongTable {
        table: table.logical.clone(),
        navigation: navigation.name.clone(),
        expected: target.clone(),
        found: found.to_owned(),
    })
}

/// The value, when it is of the column's kind.
fn fitting(table: &Table, column: &Column, value: &Value) -> Result<Value> {
    if let (Some(scale), Value::Fixed(fixed)) = (scale(&column.kind), value)
        && let Some(fixed) = fixed.rescaled(scale)
    {
        return Ok(Value::Fixed(fixed));
    }
    if queries::physical::to_db(column, value).is_none() {
        let mut found = Vec::new();
        value.write_json(&mut found);
        let found = String::from_utf8_lossy(&found).chars().take(100).collect();
        let problem = Problem::WrongType { expected: "a value of the column's type", found };
        return Err(ValueError::new(table, column, problem).into());
    }
    // the one engine has no text with this character
    if let Value::Text(text) = value
        && text.contains('\0')
    {
        let found = text.chars().take(100).collect();
        let problem = Problem::WrongType { expected: "Edm.String without U+0000", found };
        return Err(ValueError::new(table, column, problem).into());
    }
    Ok(match value {
        Value::Text(text) if text.is_empty() => Value::Null,
        other => other.clone(),
    })
}

const fn scale(kind: &ColumnKind) -> Option<u8> {
    match kind {
        ColumnKind::Decimal { precision, .. } => Some(*precision),
        ColumnKind::Money { .. } => Some(tables::MONEY_SCALE),
        _ => None,
    }
}
