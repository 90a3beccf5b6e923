//! Rows of the tables of rights, as these pages need them: a few columns, by name.

use queries::{
    Condition, Cursor, Paging, Query,
    query::{Comparison, Order, OrderBy},
};
use records::{RowKey, Session};
use tables::Value;
use uuid::Uuid;

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) version: i64,
    cells: Vec<(String, Value, Option<String>)>,
}

impl Row {
    fn cell(&self, column: &str) -> Option<&(String, Value, Option<String>)> {
        self.cells.iter().find(|(name, ..)| name == column)
    }

    /// A text; nothing where it is empty.
    pub(crate) fn text(&self, column: &str) -> &str {
        match self.cell(column) {
            Some((_, Value::Text(text), _)) => text,
            _ => "",
        }
    }

    /// Whether a yes/no column says yes.
    pub(crate) fn flag(&self, column: &str) -> bool {
        matches!(self.cell(column), Some((_, Value::Boolean(true), _)))
    }

    /// A whole number or an entry of a choice.
    pub(crate) fn number(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Some((_, Value::Whole(number), _)) => Some(*number),
            _ => None,
        }
    }

    /// What a column of identifiers or a lookup refers to.
    pub(crate) fn id_of(&self, column: &str) -> Option<Uuid> {
        match self.cell(column) {
            Some((_, Value::Row(row), _)) => Some(row.id),
            Some((_, Value::Guid(id), _)) => Some(*id),
            _ => None,
        }
    }

    /// The name of the row that a lookup refers to.
    pub(crate) fn name_of(&self, column: &str) -> &str {
        self.cell(column).and_then(|(_, _, name)| name.as_deref()).unwrap_or_default()
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    table: &'a str,
    columns: &'a [&'a str],
    behind: Option<(&'a str, &'a str, Uuid)>,
    refers: Option<(&'a str, Uuid)>,
    words: Option<(&'a [&'a str], &'a str)>,
    after: Option<Cursor>,
    most: u32,
}

/// How many rows one list holds at most without pages.
pub(crate) const MANY: u32 = 1000;

impl<'a> Ask<'a> {
    /// Columns of a table; the first sorts.
    pub(crate) const fn of(table: &'a str, columns: &'a [&'a str]) -> Self {
        Self { table, columns, behind: None, refers: None, words: None, after: None, most: MANY }
    }

    /// Only the rows behind a navigation property of one row of another table.
    pub(crate) const fn behind(mut self, of: &'a str, navigation: &'a str, id: Uuid) -> Self {
        self.behind = Some((of, navigation, id));
        self
    }

    /// Only the rows whose lookup or identifier is this one.
    pub(crate) const fn refers(mut self, column: &'a str, id: Uuid) -> Self {
        self.refers = Some((column, id));
        self
    }

    /// Only rows that hold words in one of these columns.
    pub(crate) fn words(mut self, columns: &'a [&'a str], words: &'a str) -> Self {
        self.words = Some((columns, words.trim())).filter(|(_, words)| !words.is_empty());
        self
    }

    /// One page.
    pub(crate) fn page(mut self, size: u32, after: &str) -> Self {
        self.most = size;
        self.after = Cursor::decode(after).ok().filter(|_| !after.is_empty());
        self
    }

    fn query(&self, session: &Session) -> Result<Query, records::Error> {
        let model = session.model();
        let unknown = |name: &str| records::Error::TableUnknown { table: name.to_owned() };
        let table = model.table(self.table).ok_or_else(|| unknown(self.table))?;
        let mut query = Query::of(table).select(self.columns.iter().copied())?;
        query.names = true;
        if let Some(first) = self.columns.first() {
            let by = OrderBy::Field(query.field(first)?);
            query.order = vec![Order { by, descending: false }];
        }
        if let Some((column, id)) = self.refers {
            let field = query.field(column)?;
            let is = Condition::Compare(field, Comparison::Equal, db::Value::Uuid(id));
            query = query.and(is);
        }
        if let Some((columns, words)) = self.words {
            let pattern = format!("%{words}%");
            let fields = columns.iter().filter_map(|column| query.field(column).ok());
            let any = fields.map(|field| Condition::Like(field, pattern.clone())).collect();
            query = query.and(Condition::Any(any));
        }
        if let Some((of, navigation, id)) = self.behind {
            let of = model.table(of).ok_or_else(|| unknown(of))?;
            query = query.behind(model, of, (navigation, id))?;
        }
        Ok(query)
    }

    /// The rows, and where the next page begins.
    pub(crate) async fn rows(
        self,
        session: &Session,
    ) -> Result<(Vec<Row>, Option<String>), records::Error> {
        let query = self.query(session)?;
        let paging = Paging { after: self.after.clone(), ..Paging::first(self.most) };
        let found = session.query(&query, &paging).await?;
        let rows = read(&found)?;
        Ok((rows, found.next.filter(|_| found.more).map(|next| next.encode())))
    }

    /// The rows.
    pub(crate) async fn all(self, session: &Session) -> Result<Vec<Row>, records::Error> {
        Ok(self.rows(session).await?.0)
    }

    /// One row by its key.
    pub(crate) async fn one(self, session: &Session, id: Uuid) -> Result<Row, records::Error> {
        let query = self.query(session)?;
        let found = session.read(self.table, &RowKey::Id(id), &query).await?;
        let rows = found.as_ref().map(read).transpose()?.unwrap_or_default();
        rows.into_iter().next().ok_or_else(|| records::Error::RowMissing {
            table: self.table.to_owned(),
            key: id.to_string(),
        })
    }
}

fn read(found: &records::Rows) -> Result<Vec<Row>, records::Error> {
    let shown = &found.plan.shown;
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let mut cells = Vec::with_capacity(shown.properties.len());
        for property in &shown.properties {
            let Some(column) = property.column() else { continue };
            let name = match property.name_cell {
                Some(cell) => row.get::<Option<String>>(cell)?,
                None => None,
            };
            cells.push((column.logical.clone(), property.value(row)?, name));
        }
        let id = match shown.key {
            Some(cell) => row.get(cell)?,
            None => Uuid::nil(),
        };
        let version = match shown.version {
            Some(cell) => row.get::<Option<i64>>(cell)?.unwrap_or_default(),
            None => 0,
        };
        rows.push(Row { id, version, cells });
    }
    Ok(rows)
}

/// A reference to a row as a value.
pub(crate) fn refer(session: &Session, table: &str, id: Option<Uuid>) -> Value {
    match (id, session.model().table(table)) {
        (Some(id), Some(table)) => Value::Row(tables::RowRef { code: table.code, id }),
        _ => Value::Null,
    }
}
