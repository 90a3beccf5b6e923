//! What the address of a list holds: everything that it takes to show the same list to somebody else.

use serde::Deserialize;
use tables::Table;
use uuid::Uuid;
use web_frame::html;

use crate::{filter::Filter, place::Place};

/// What is asked of a list; a wrong value is as if it were not there.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asking {
    /// The view, of the environment or of the reader.
    pub(crate) view: String,
    /// Words that the name or another searched column holds.
    pub(crate) q: String,
    /// The columns that sort, with commas between, `-` before one for the other way round.
    pub(crate) sort: String,
    /// Where the page begins.
    pub(crate) after: String,
    /// Only rows whose lookup of this name …
    pub(crate) by: String,
    /// … refers to this row.
    pub(crate) of: String,
    /// The columns, with commas between; nothing for those of the view.
    pub(crate) cols: String,
    /// The chart: `kind.column.part.function.column`; `on` for the one that fits, `off` for none.
    pub(crate) chart: String,
    /// What filters: `column.operator.value`.
    pub(crate) f: Vec<String>,
    /// Which panel is open: `filter`, `columns`.
    pub(crate) panel: String,
    /// A filter in the making: its column, operator and value.
    pub(crate) fc: String,
    pub(crate) fo: String,
    pub(crate) fv: String,
    /// A chart in the making: its kind, what makes groups, and what is measured.
    pub(crate) ck: String,
    pub(crate) cg: String,
    pub(crate) cm: String,
}

/// Filters in one address (our own choice).
pub(crate) const MOST_FILTERS: usize = 20;

/// Columns in one list (our own choice).
pub(crate) const MOST_COLUMNS: usize = 30;

impl Asking {
    /// The filters on columns that the table has.
    pub(crate) fn filters(&self, table: &Table) -> Vec<Filter> {
        let all = self.f.iter().take(MOST_FILTERS);
        all.filter_map(|text| Filter::parse(table, text)).collect()
    }

    /// The columns that sort.
    pub(crate) fn sorts(&self) -> Vec<(&str, bool)> {
        let all = self.sort.split(',').filter(|text| !text.is_empty()).take(5);
        all.map(|text| match text.strip_prefix('-') {
            Some(column) => (column, true),
            None => (text, false),
        })
        .collect()
    }

    /// The columns that were chosen.
    pub(crate) fn columns(&self) -> Vec<String> {
        let all = self.cols.split(',').filter(|text| !text.is_empty());
        all.take(MOST_COLUMNS).map(ToOwned::to_owned).collect()
    }

    /// The address of the same list with something else; it begins at its first page.
    pub(crate) fn with(
        &self,
        place: &Place,
        table: &Table,
        change: impl FnOnce(&mut Self),
    ) -> String {
        let mut asking = Self {
            after: String::new(),
            fc: String::new(),
            fo: String::new(),
            fv: String::new(),
            ck: String::new(),
            cg: String::new(),
            cm: String::new(),
            ..self.clone()
        };
        change(&mut asking);
        asking.href(place, table)
    }

    /// The address of this list.
    pub(crate) fn href(&self, place: &Place, table: &Table) -> String {
        let query = self.query();
        let address = place.href(&format!("/{}", table.logical));
        if query.is_empty() { address } else { format!("{address}?{query}") }
    }

    /// What stands behind the question mark.
    pub(crate) fn query(&self) -> String {
        let mut query = String::new();
        for (name, value) in self.fields() {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.push_str(&html::query_value(value));
        }
        query
    }

    /// What is not empty, as fields of forms hold it.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let one = [
            ("view", &*self.view),
            ("q", self.q.trim()),
            ("sort", &*self.sort),
            ("by", &*self.by),
            ("of", &*self.of),
            ("cols", &*self.cols),
            ("chart", &*self.chart),
            ("panel", &*self.panel),
            ("fc", &*self.fc),
            ("after", &*self.after),
        ];
        let filters = self.f.iter().take(MOST_FILTERS).map(|filter| ("f", &**filter));
        one.into_iter().chain(filters).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same as hidden fields of a form, but for some.
    pub(crate) fn kept(&self, without: &[&str]) -> Vec<(String, String)> {
        let all = self.fields().into_iter();
        let all = all.filter(|(name, _)| *name != "after" && !without.contains(name));
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The row that a lookup of all rows refers to.
    pub(crate) fn parent(&self) -> Option<(&str, Uuid)> {
        let of = self.of.parse().ok()?;
        (!self.by.is_empty()).then_some((&*self.by, of))
    }
}
