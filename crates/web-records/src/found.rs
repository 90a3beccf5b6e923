//! One record as pages read it.

use edge::Problem;
use queries::Query;
use records::RowKey;
use tables::{Table, Value};
use uuid::Uuid;

use crate::{
    form::{Form, Sent},
    place::Place,
    shown::{Cell, Reader},
};

/// One record, read for its page.
pub(crate) struct Found {
    pub(crate) rows: records::Rows,
    pub(crate) currencies: records::Currencies,
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    pub(crate) name: String,
    /// What the fields of a form hold.
    pub(crate) values: Sent,
    /// The sign of its currency.
    pub(crate) currency: String,
}

impl Found {
    /// Reads a record; `form` says how its values are written.
    pub(crate) async fn of(place: &Place, form: &Form<'_>, id: Uuid) -> Result<Self, Problem> {
        let table = form.table;
        let missing =
            || records::Error::RowMissing { table: table.logical.clone(), key: id.to_string() };
        let of = place.session.model().table(&table.logical).ok_or_else(missing)?;
        let mut query = Query::of(of).select_all();
        query.names = true;
        let read = place.session.read(&table.logical, &RowKey::Id(id), &query).await?;
        let rows = read.ok_or_else(missing)?;
        let currencies = place.session.currencies().await?;
        let row = rows.rows.first().ok_or_else(missing)?;
        let broken = |error: db::Error| Problem::from(records::Error::from(error));
        let mut values = Sent::new();
        let (mut name, mut version) = (String::new(), 0);
        let mut currency = None;
        for property in &rows.plan.shown.properties {
            let Some(column) = property.column() else { continue };
            let value = property.value(row).map_err(broken)?;
            let mut text = form.text(column, &value);
            if let Value::Row(reference) = &value {
                let named = property.name_cell.map(|cell| row.get::<Option<String>>(cell));
                let named = named.transpose().map_err(broken)?.flatten();
                text = named.unwrap_or_else(|| form.frame.say("web-records.no-name"));
                if column.logical == "transactioncurrencyid" {
                    currency = Some(reference.id);
                }
                if let Some(table) = place.session.model().table_by_code(reference.code) {
                    let key = format!("{}:{}", table.logical, reference.id);
                    values.insert(format!("{}--row", column.logical), key);
                }
            }
            if Some(&column.logical) == table.primary_name.as_ref() {
                name.clone_from(&text);
            }
            values.insert(column.logical.clone(), text);
        }
        if let Some(cell) = rows.plan.shown.version {
            version = row.get::<Option<i64>>(cell).map_err(broken)?.unwrap_or_default();
        }
        let sign = currencies.of(currency).map(|it| it.symbol.to_owned()).unwrap_or_default();
        Ok(Self { rows, currencies, id, version, name, values, currency: sign })
    }

    /// What a column holds.
    pub(crate) fn value(&self, column: &str) -> Value {
        let Some(row) = self.rows.rows.first() else { return Value::Null };
        let mut all = self.rows.plan.shown.properties.iter();
        let property = all.find(|it| it.column().is_some_and(|it| it.logical == column));
        property.and_then(|it| it.value(row).ok()).unwrap_or_default()
    }

    /// What people read in a column.
    pub(crate) fn cell(&self, form: &Form<'_>, column: &str) -> Cell {
        let Some(row) = self.rows.rows.first() else { return Cell::default() };
        let reader = Reader::new(form.place, form.frame, &self.currencies, &self.rows);
        reader.cell(reader.property(column), row).unwrap_or_default()
    }

    /// Whether it is in the first of its states: open, active.
    pub(crate) fn is_open(&self, table: &Table) -> bool {
        match table.state() {
            Some(state) => self.value(&state.logical) == Value::Whole(0),
            None => true,
        }
    }

    /// Its name, or that it has none.
    pub(crate) fn title(&self, form: &Form<'_>) -> String {
        if self.name.is_empty() {
            form.frame.say("web-records.nameless")
        } else {
            self.name.clone()
        }
    }
}
