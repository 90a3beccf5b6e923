//! The model of an environment: what every environment begins with, and what is different in this one.

use std::{collections::HashMap, sync::Arc};

use db::{Error, Result, Tx};
use kernel::EnvironmentId;
use tables::{
    Choice, Model, Relationship, Table, View,
    baseline::{Baseline, Set},
    define::{Definition, DefinitionKind, rebased},
};
use uuid::Uuid;

use crate::registry::Registered;

/// The model of an environment as it stands.
///
/// # Errors
/// Any of [`db::Error`]; [`Error::Inconsistent`] when a definition cannot be read.
pub fn model(tx: &Tx<'_>, registered: &Registered) -> Result<Model> {
    const SQL: &str = "SELECT kind, id, definition FROM record_definitions \
                       WHERE tenant_id = $1 AND environment_id = $2 ORDER BY kind, id";
    let base = Baseline::of(&sets(registered));
    let rows = tx.all(SQL, &[tx.tenant().into(), registered.environment.into()])?;
    if rows.is_empty() {
        return Ok(base.model(registered.model_version));
    }
    let mut kept = Kept::default();
    for row in &rows {
        let kind: DefinitionKind = row.parsed(0, DefinitionKind::named)?;
        let id: Uuid = row.get(1)?;
        let definition = match row.get::<Option<String>>(2)? {
            Some(text) => Some(Definition::from_json(kind, &text).map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a stored definition cannot be read"
                );
                Error::Inconsistent { column: 2, expected: "a definition" }
            })?),
            None => None,
        };
        kept.put(kind, id, definition);
    }
    // columns of a newer program come to tables that were changed here before
    for table in &base.tables {
        if let Some(Some(kept)) = kept.tables.get_mut(&table.id)
            && let Some(grown) = rebased(kept, table)
        {
            *kept = Arc::new(grown);
        }
    }
    Ok(Model::new(
        registered.model_version,
        overlaid(&base.tables, kept.tables, |table| table.id),
        overlaid(&base.relationships, kept.relationships, Relationship::id),
        overlaid(&base.choices, kept.choices, |choice| choice.id),
        overlaid(&base.views, kept.views, |view| view.id),
    ))
}

/// Definitions that differ, by their identifiers; none where one was taken away.
#[derive(Default)]
struct Kept {
    tables: HashMap<Uuid, Option<Arc<Table>>>,
    relationships: HashMap<Uuid, Option<Arc<Relationship>>>,
    choices: HashMap<Uuid, Option<Arc<Choice>>>,
    views: HashMap<Uuid, Option<Arc<View>>>,
}

impl Kept {
    fn put(&mut self, kind: DefinitionKind, id: Uuid, definition: Option<Definition>) {
        match definition {
            Some(Definition::Table(table)) => drop(self.tables.insert(id, Some(table))),
            Some(Definition::Relationship(one)) => drop(self.relationships.insert(id, Some(one))),
            Some(Definition::Choice(choice)) => drop(self.choices.insert(id, Some(choice))),
            Some(Definition::View(view)) => drop(self.views.insert(id, Some(view))),
            None => match kind {
                DefinitionKind::Table => drop(self.tables.insert(id, None)),
                DefinitionKind::Relationship => drop(self.relationships.insert(id, None)),
                DefinitionKind::Choice => drop(self.choices.insert(id, None)),
                DefinitionKind::View => drop(self.views.insert(id, None)),
            },
        }
    }
}

/// What there was, with what differs in its place, and what is new behind it.
fn overlaid<T>(
    base: &[Arc<T>],
    mut kept: HashMap<Uuid, Option<Arc<T>>>,
    id: impl Fn(&T) -> Uuid,
) -> Vec<Arc<T>> {
    let mut all = Vec::with_capacity(base.len() + kept.len());
    for one in base {
        match kept.remove(&id(one)) {
            None => all.push(Arc::clone(one)),
            Some(other) => all.extend(other),
        }
    }
    let mut new: Vec<Arc<T>> = kept.into_values().flatten().collect();
    kernel::sort_by_key(&mut new, |one| id(one));
    all.extend(new);
    all
}

/// The sets of tables that an environment has begun, in their order.
pub fn sets(registered: &Registered) -> Vec<Set> {
    Set::ALL.into_iter().filter(|set| registered.sets.of(set.name()) > 0).collect()
}

/// Stores what a change of definitions saved, and remembers what it removed.
///
/// # Errors
/// Any of [`db::Error`].
pub fn save(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    saved: &[Definition],
    removed: &[(DefinitionKind, Uuid)],
) -> Result<()> {
    const SQL: &str = "INSERT INTO record_definitions (tenant_id, environment_id, kind, id, definition) \
                       VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, environment_id, kind, id) \
                       DO UPDATE SET definition = excluded.definition";
    let kept =
        saved.iter().map(|one| (one.kind(), one.id(), db::Value::Json(one.to_json().into())));
    let gone = removed.iter().map(|(kind, id)| (*kind, *id, db::Value::Null));
    for (kind, id, definition) in kept.chain(gone) {
        let params =
            [tx.tenant().into(), environment.into(), kind.name().into(), id.into(), definition];
        tx.execute(SQL, &params)?;
    }
    Ok(())
}
