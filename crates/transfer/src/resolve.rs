//! Which rows are meant: by lookups, by keys. Asked with the rights of the person who imports, many at once.

use std::collections::{HashMap, HashSet};

use queries::{Condition, Paging, Query, Verb};
use records::Session;
use tables::{Column, ColumnKind, RowRef, Table, Value};
use uuid::Uuid;

use crate::{
    Result, RowProblem,
    convert::{Draft, Finding},
};

/// What a text of a lookup means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    One(RowRef),
    Several,
}

/// Rows that lookups have meant, kept for the next step.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    /// By the tables that a column refers to, and the text in small letters.
    known: HashMap<(String, String), Found>,
}

impl Lookups {
    /// Puts rows in the place of what lookups say; a draft with a lookup that means none has a finding.
    pub(crate) async fn resolve(
        &mut self,
        session: &Session,
        table: &Table,
        drafts: &mut [Draft],
    ) -> Result<()> {
        let mut wanted: HashMap<String, HashSet<String>> = HashMap::new();
        for (column, text) in drafts.iter().flat_map(|draft| &draft.lookups) {
            let Some(column) = table.column(column) else { continue };
            let key = (targets(column), text.to_lowercase());
            if !self.known.contains_key(&key) {
                wanted.entry(key.0).or_default().insert(key.1);
            }
        }
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
        for (targets, texts) in wanted {
            let mut texts: Vec<String> = texts.into_iter().collect();
            kernel::sort(&mut texts);
            for texts in texts.chunks(AT_ONCE) {
                for (text, found) in self.ask(session, &targets, texts).await? {
                    self.known.insert((targets.clone(), text), found);
                }
            }
        }
        for draft in drafts {
            for (name, text) in std::mem::take(&mut draft.lookups) {
                let Some(column) = table.column(&name) else { continue };
                match self.known.get(&(targets(column), text.to_lowercase())) {
                    Some(Found::One(row)) => draft.values.push((name, Value::Row(*row))),
                    Some(Found::Several) => {
                        draft.fault(column, RowProblem::LookupAmbiguous, &text);
                    }
                    None => draft.fault(column, RowProblem::LookupMissing, &text),
                }
            }
        }
        Ok(())
    }

    /// Forgets rows of a table, because there may be more of them by now.
    pub(crate) fn forget(&mut self, table: &str) {
        self.known.retain(|(targets, _), _| !targets.split(',').any(|one| one == table));
    }

    async fn ask(
        &self,
        session: &Session,
        targets: &str,
        texts: &[String],
    ) -> Result<HashMap<String, Found>> {
        let mut all: HashMap<String, Found> = HashMap::new();
        for name in targets.split(',') {
            let Some(table) = session.model().table(name) else { continue };
            if session.access().reach(table, Verb::Read) == &queries::Reach::Nothing {
                continue;
            }
            let names = named_by(table);
            let mut query = Query::of(table).select(names.iter().copied())?;
            let mut any = Vec::new();
            for name in &names {
                let values = texts.iter().map(|text| db::Value::Text(text.clone().into()));
                any.push(Condition::In(query.field(name)?, values.collect()));
            }
            let ids: Vec<Uuid> =
                texts.iter().filter_map(|text| Uuid::try_parse(text).ok()).collect();
            if !ids.is_empty() {
                let values = ids.iter().map(|id| db::Value::Uuid(*id)).collect();
                any.push(Condition::In(query.field(&table.primary_id)?, values));
            }
            query = query.and(Condition::Any(any));
            let mut paging = Paging::first(PAGE);
            for _ in 0..MOST_PAGES {
                let rows = session.query(&query, &paging).await?;
                let shown = &rows.plan.shown;
                for row in &rows.rows {
                    let Some(id) = shown.key.map(|key| row.get::<Uuid>(key)).transpose()? else {
                        continue;
                    };
                    let found = RowRef { code: table.code, id };
                    let mut says = vec![id.to_string()];
                    for property in &shown.properties {
                        if let Value::Text(text) = property.value(row)? {
                            says.push(text.to_lowercase());
                        }
                    }
                    kernel::sort(&mut says);
                    says.dedup();
                    for text in says {
                        all.entry(text)
                            .and_modify(|known| {
                                if *known != Found::One(found) {
                                    *known = Found::Several;
                                }
                            })
                            .or_insert(Found::One(found));
                    }
                }
                match rows.next.filter(|_| rows.more) {
                    Some(next) => paging.after = Some(next),
                    None => break,
                }
            }
        }
        // an identifier may be written in several ways
        for text in texts {
            if let Ok(id) = Uuid::try_parse(text)
                && let Some(found) = all.get(&id.to_string()).copied()
            {
                all.insert(text.clone(), found);
            }
        }
        all.retain(|text, _| texts.contains(text));
        Ok(all)
    }
}

/// The tables that a column refers to.
fn targets(column: &Column) -> String {
    column.kind.targets().join(",")
}

/// The columns that name a row: its name, keys of one text, and what people call it by in some tables.
fn named_by(table: &Table) -> Vec<&str> {
    let mut names: Vec<&str> = table.primary_name.as_deref().into_iter().collect();
    let also: &[&str] = match &*table.logical {
        "systemuser" => &["internalemailaddress", "domainname"],
        "transactioncurrency" => &["isocurrencycode"],
        _ => &[],
    };
    let keys = table.keys.iter().filter_map(|key| match key.columns.as_slice() {
        [one] => Some(one.as_str()),
        _ => None,
    });
    for name in also.iter().copied().chain(keys) {
        let is_text = table.column(name).is_some_and(|column| {
            matches!(column.kind, ColumnKind::Text { .. }) && column.for_read
        });
        if is_text && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The rows that drafts mean by the values of the columns that tell them apart; a draft for which it cannot be told has
/// a finding.
pub(crate) async fn matches(
    session: &Session,
    table: &Table,
    matching: &[String],
    drafts: &mut [Draft],
) -> Result<Vec<Option<Uuid>>> {
    let mut all = vec![None; drafts.len()];
    let Some(found) = session.model().table(&table.logical) else { return Ok(all) };
    let query = Query::of(found).select(matching.iter().map(String::as_str))?;
    let mut any = Vec::new();
    let mut wanted: Vec<Option<String>> = Vec::with_capacity(drafts.len());
    for draft in drafts.iter() {
        let values = matching.iter().map(|name| value_of(draft, name));
        let values: Option<Vec<&Value>> = values.collect();
        let Some(values) = values.filter(|values| !values.iter().any(|value| value.is_null()))
        else {
            wanted.push(None);
            continue;
        };
        wanted.push(Some(key_of(values.iter().copied())));
        let mut one = Vec::new();
        for (name, value) in matching.iter().zip(values) {
            let field = query.field(name)?;
            let column = table.column(name);
            let stored = column.and_then(|column| queries::physical::to_db(column, value));
            let Some((stored, _)) = stored else { continue };
            one.push(Condition::Compare(field, queries::query::Comparison::Equal, stored));
        }
        any.push(Condition::All(one));
    }
    if any.is_empty() {
        return Ok(all);
    }
    let query = query.and(Condition::Any(any));
    let mut known: HashMap<String, Option<Uuid>> = HashMap::new();
    let mut paging = Paging::first(PAGE);
    for _ in 0..MOST_PAGES {
        let rows = session.query(&query, &paging).await?;
        let shown = &rows.plan.shown;
        for row in &rows.rows {
            let Some(id) = shown.key.map(|key| row.get::<Uuid>(key)).transpose()? else {
                continue;
            };
            let mut values = Vec::new();
            for name in matching {
                let property = shown.properties.iter().find(|property| {
                    property.column().is_some_and(|column| column.logical == *name)
                });
                values.push(match property {
                    Some(property) => property.value(row)?,
                    None => Value::Null,
                });
            }
            known.entry(key_of(values.iter())).and_modify(|one| *one = None).or_insert(Some(id));
        }
        match rows.next.filter(|_| rows.more) {
            Some(next) => paging.after = Some(next),
            None => break,
        }
    }
    for ((draft, key), place) in drafts.iter_mut().zip(wanted).zip(&mut all) {
        match key.and_then(|key| known.get(&key).copied()) {
            Some(Some(id)) => *place = Some(id),
            Some(None) => {
                let detail = matching.join(", ");
                let finding = Finding::new(draft.number, "", RowProblem::RowAmbiguous, &detail);
                draft.findings.push(finding);
            }
            None => {}
        }
    }
    Ok(all)
}

/// The value of a column of a draft.
pub(crate) fn value_of<'d>(draft: &'d Draft, column: &str) -> Option<&'d Value> {
    draft.values.iter().find(|(name, _)| name == column).map(|(_, value)| value)
}

/// Values as one text; texts whatever their case.
pub(crate) fn key_of<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    let mut key = Vec::new();
    for value in values {
        match value {
            Value::Text(text) => key.extend_from_slice(text.to_lowercase().as_bytes()),
            Value::Row(row) => key.extend_from_slice(row.id.to_string().as_bytes()),
            other => other.write_json(&mut key),
        }
        key.push(0);
    }
    String::from_utf8_lossy(&key).into_owned()
}

/// Texts of one question.
const AT_ONCE: usize = 200;
/// Rows of one answer.
const PAGE: u32 = 1000;
/// Answers to one question: names that thousands of rows share are ambiguous anyway.
const MOST_PAGES: usize = 5;
/// Lookups that are kept.
const MOST_KNOWN: usize = 50_000;
