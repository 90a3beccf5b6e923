//! How sales, cases, quotes and orders end: what is noted with it, whoever ends them and whichever way.
//!
//! A row that goes from open to one of the states below gets its day and its amount where nobody gave them, and an
//! activity that says so: the one that was made for it in the same run (`WinOpportunity` and its like bring one along),
//! else one that the store makes. A sale that is opened again loses both.

use std::sync::Arc;

use jiff::tz::TimeZone;
use record_tables::rows;
use tables::{ColumnKind, DateBehaviour, ENGLISH, Table, Value};
use uuid::Uuid;

use super::{Work, check::Loaded, values::Cells};
use crate::{Error, Result, operation::Entry};

/// A table whose rows end, and the activity that is written with it.
#[derive(Debug)]
pub(crate) struct Closing {
    /// The table.
    pub(crate) table: &'static str,
    /// The table of the activity.
    pub(crate) activity: &'static str,
    /// Its lookup to the row.
    pub(crate) lookup: &'static str,
    /// The states that are an end.
    states: &'static [i64],
    /// The columns of the row that take the day, each with the states that set it.
    days: &'static [(&'static str, &'static [i64])],
    /// The columns of the row that an end fills and opening again empties: the amount, and where it comes from when
    /// the sale is won.
    amount: Option<(&'static str, &'static str)>,
    /// The columns that an activity which is made here copies from the row.
    copied: &'static [(&'static str, &'static str)],
}

/// All of them. Cancelling a case is no resolution, as on the platform.
pub(crate) static CLOSINGS: [Closing; 4] = [
    Closing {
        table: "opportunity",
        activity: "opportunityclose",
        lookup: "opportunityid",
        states: &[WON, LOST],
        days: &[("actualclosedate", &[WON, LOST])],
        amount: Some(("actualvalue", "estimatedvalue")),
        copied: &[
            ("actualrevenue", "actualvalue"),
            ("transactioncurrencyid", "transactioncurrencyid"),
        ],
    },
    Closing {
        table: "incident",
        activity: "incidentresolution",
        lookup: "incidentid",
        states: &[1],
        days: &[],
        amount: None,
        copied: &[],
    },
    Closing {
        table: "quote",
        activity: "quoteclose",
        lookup: "quoteid",
        states: &[2, 3],
        days: &[("closedon", &[2, 3])],
        amount: None,
        copied: &[("quotenumber", "quotenumber")],
    },
    Closing {
        table: "salesorder",
        activity: "orderclose",
        lookup: "salesorderid",
        states: &[2, 3],
        days: &[("datefulfilled", &[3])],
        amount: None,
        copied: &[("ordernumber", "ordernumber")],
    },
];

/// What an activity of the same run says about the end of a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    revenue: Value,
    end: Value,
}

impl Closing {
    /// Of a table whose rows end.
    pub(crate) fn of(table: &str) -> Option<&'static Self> {
        CLOSINGS.iter().find(|one| one.table == table)
    }

    fn of_activity(table: &Table) -> Option<&'static Self> {
        // every other table is passed over without a look at names
        if !table.activity {
            return None;
        }
        CLOSINGS.iter().find(|one| one.activity == table.logical)
    }
}

impl Work<'_> {
    /// Remembers what a new activity says about the end of a row.
    pub(super) fn hear(&mut self, table: &Table, cells: &mut Cells) {
        let Some(closing) = Closing::of_activity(table) else { return };
        let row = cells.get(table, closing.lookup).clone();
        let Value::Row(about) = row else { return };
        if cells.get(table, "regardingobjectid").is_null() {
            cells.set(table, "regardingobjectid", row);
        }
        let told = Told {
            revenue: cells.get(table, "actualrevenue").clone(),
            end: cells.get(table, "actualend").clone(),
        };
        self.told.insert(about.id, told);
    }

    /// Fills in what a row lacks that ends, and empties what one had that is opened again; whether an activity is to
    /// be written. `before` is none for a new row.
    pub(super) fn settle_end(
        &self,
        table: &Table,
        before: Option<&Loaded>,
        after: &mut Cells,
    ) -> Result<Option<&'static Closing>> {
        let Some(closing) = Closing::of(&table.logical) else { return Ok(None) };
        let Some(state) = table.state().map(|state| &*state.logical) else { return Ok(None) };
        let whole = |value: &Value| if let Value::Whole(n) = value { *n } else { 0 };
        let was = before.map_or(0, |row| whole(row.value(table, state)));
        let now = whole(after.get(table, state));
        let (ended, ends) = (closing.states.contains(&was), closing.states.contains(&now));
        let told = before.and_then(|row| self.told.get(&row.id));
        if ended && told.is_some() {
            return Err(Error::Refused {
                code: "0x80040265",
                message: format!("The {}{}", table.labels.text(ENGLISH), crate::error::CLOSED),
            });
        }
        if !ends {
            if ended {
                let days = closing.days.iter().map(|(column, _)| *column);
                for column in days.chain(closing.amount.map(|(column, _)| column)) {
                    if !after.is_given(table, column) {
                        after.set(table, column, Value::Null);
                    }
                }
            }
            return Ok(None);
        }
        if was == now {
            return Ok(None);
        }
        let end = match told.map(|told| &told.end) {
            Some(Value::Instant(end)) => *end,
            _ => self.now(),
        };
        for (column, states) in closing.days {
            if states.contains(&now) && after.get(table, column).is_null() {
                let day = self.day(table, column, end);
                after.set(table, column, day);
            }
        }
        if let Some((amount, from)) = closing.amount
            && after.get(table, amount).is_null()
        {
            let value = match told.map(|told| &told.revenue) {
                Some(revenue) if !revenue.is_null() => revenue.clone(),
                _ if now == WON => after.get(table, from).clone(),
                _ => Value::Null,
            };
            after.set(table, amount, value);
        }
        Ok(Some(closing).filter(|_| before.is_some() && told.is_none()))
    }

    /// The caller's day of an instant, as a column holds days.
    fn day(&self, table: &Table, column: &str, at: jiff::Timestamp) -> Value {
        let day = at.to_zoned(self.session.zone().clone()).date();
        match table.column(column).map(|column| &column.kind) {
            Some(ColumnKind::DateTime { behaviour: DateBehaviour::DateOnly, .. }) => {
                Value::Date(day)
            }
            Some(_) => day
                .to_zoned(TimeZone::UTC)
                .map_or(Value::Null, |midnight| Value::Instant(midnight.timestamp())),
            None => Value::Null,
        }
    }

    /// Writes the activity about a row that has ended. Nobody asked for it, so it needs no right of its own.
    pub(super) fn write_end(
        &mut self,
        closing: &'static Closing,
        (of, id): (&Arc<Table>, Uuid),
        row: &Cells,
    ) -> Result<()> {
        // an environment that has not been looked into since the table came lacks it
        let Ok(table) = self.table(closing.activity) else { return Ok(()) };
        let language = self.session.language();
        let about = Value::Row(tables::RowRef { code: of.code, id });
        let name = of.primary_name.as_ref().map(|name| row.get(of, name).clone());
        let mut subject = table.labels.text(language).to_owned();
        if let Some(Value::Text(name)) = name {
            subject.push_str(" - ");
            subject.push_str(&name);
        }
        let most = SUBJECT;
        let mut cells = Cells::of(vec![Value::Null; table.columns().len()]);
        let subject = subject.chars().take(most).collect();
        cells.set(&table, "subject", Value::Text(subject));
        cells.set(&table, closing.lookup, about.clone());
        cells.set(&table, "regardingobjectid", about);
        cells.set(&table, "actualend", Value::Instant(self.now()));
        for (to, from) in closing.copied {
            cells.set(&table, to, row.get(of, from).clone());
        }
        if let Value::Row(owner) = row.get(of, "ownerid") {
            cells.set(&table, "ownerid", Value::Row(*owner));
        }
        let id = self.derived();
        let version = self.fill(&table, id, &mut cells)?;
        done(&table, &mut cells);
        self.ask_before(&table, id, (None, Some(&cells.values)))?;
        self.made.insert(id);
        let sql = self.snapshot().insert(&table);
        self.tx.execute(&sql, &rows::parameters(&table, &cells.values))?;
        self.remember(&table, id, version, ("create", None, Some(&cells.values)))
    }
}

/// Says of an activity that it is completed.
fn done(table: &Table, cells: &mut Cells) {
    for (column, value) in completed(table) {
        cells.set(table, &column, value);
    }
}

/// State and status of an activity that is completed.
fn completed(table: &Table) -> Vec<(String, Value)> {
    let (Some(state), Some(status)) = (table.state(), table.status()) else { return Vec::new() };
    let ColumnKind::State { options } = &state.kind else { return Vec::new() };
    let Some(option) = options.iter().find(|option| option.value == COMPLETED) else {
        return Vec::new();
    };
    vec![
        (state.logical.clone(), Value::Whole(option.value.into())),
        (status.logical.clone(), Value::Whole(option.default_status.into())),
    ]
}

/// The same for an entry that says nothing about it.
pub(crate) fn complete(table: &Table, entry: &mut Entry) {
    for (column, value) in completed(table) {
        if entry.values.iter().all(|(name, _)| *name != column) {
            entry.values.push((column, value));
        }
    }
}

/// States of an opportunity.
const WON: i64 = 1;
const LOST: i64 = 2;
/// The state of an activity that is over.
const COMPLETED: i32 = 1;
/// The longest subject of an activity.
const SUBJECT: usize = 400;
