//! What a view shows, as a query and its columns: for callers that have no list of their own.

use queries::{
    Caller, Condition, Moment, Query,
    query::{Order, OrderBy},
};
use records::Session;
use tables::{Table, View, ViewKind};
use uuid::Uuid;

use crate::{Error, Result};

/// What is asked of a table; nothing for the view that opens first.
#[derive(Debug, Default, Clone)]
pub struct Asked {
    /// The view.
    pub view: Option<Uuid>,
    /// Columns instead of those of the view.
    pub columns: Vec<String>,
    /// Words that the name or another searched column holds.
    pub words: String,
    /// The column that sorts, `-` before it for the other way round.
    pub sort: String,
}

/// A query and the columns that it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The rows.
    pub query: Query,
    /// The columns.
    pub columns: Vec<String>,
    /// The name of the view, or of the table.
    pub title: String,
}

impl Shown {
    /// What a view shows to somebody at a moment.
    ///
    /// # Errors
    /// [`Error::View`] when there is no such view, [`Error::Records`] when it cannot be read.
    pub fn of(
        session: &Session,
        table: &str,
        asked: &Asked,
        (moment, language): (&Moment, u16),
    ) -> Result<Self> {
        let model = session.model();
        let found = model.table(table).ok_or_else(|| records::Error::TableUnknown {
            table: table.chars().take(100).collect(),
        })?;
        let views = model.views_of(&found.logical);
        let public = |view: &&View| view.kind == ViewKind::Public;
        let mut views = views.into_iter().map(AsRef::as_ref).filter(public);
        let view = if let Some(id) = asked.view {
            Some(views.find(|view| view.id == id).ok_or(Error::View)?)
        } else {
            let all: Vec<&View> = views.collect();
            all.iter().find(|view| view.default).or_else(|| all.first()).copied()
        };
        let caller = Caller { access: session.access(), moment, names: true };
        let (mut query, mut columns, title) = match view {
            Some(view) if asked.columns.is_empty() => {
                let fetch = fetchxml::fetch::parse(&view.fetch).map_err(|_broken| Error::View)?;
                let fetched = queries::from_fetch(model, &fetch, &caller)?;
                let columns = view.columns.iter().map(|column| column.name.clone()).collect();
                (fetched.query, columns, view.labels.text(language).to_owned())
            }
            _ => {
                let columns =
                    if asked.columns.is_empty() { stand_in(found) } else { asked.columns.clone() };
                let query = Query::of(found).select(columns.iter().map(String::as_str))?;
                (query, columns, found.plural.text(language).to_owned())
            }
        };
        let words = asked.words.trim();
        if !words.is_empty() {
            let texts = found.columns().iter().filter(|column| {
                column.searched || Some(&column.logical) == found.primary_name.as_ref()
            });
            let fields = texts.filter_map(|column| query.field(&column.logical).ok());
            let like = |field| Condition::Like(field, format!("%{words}%"));
            let any = Condition::Any(fields.map(like).collect());
            query = query.and(any);
        }
        let (sort, descending) = match asked.sort.strip_prefix('-') {
            Some(column) => (column, true),
            None => (&*asked.sort, false),
        };
        if let Ok(field) = query.field(sort) {
            query.order = vec![Order { by: OrderBy::Field(field), descending }];
        }
        columns.dedup();
        Ok(Self { query, columns, title })
    }
}

/// The columns of a table without a view.
fn stand_in(table: &Table) -> Vec<String> {
    let wanted = [table.primary_name.as_deref(), Some("ownerid"), Some("createdon")];
    let known = wanted.into_iter().flatten().filter(|name| table.column(name).is_some());
    known.map(ToOwned::to_owned).collect()
}
