//! The snapshot of one environment's metadata, with its indices.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use crate::{Choice, ChoiceOption, Column, ColumnKind, Options, Relationship, Table, View};

/// The metadata of one environment at one version; a copy shares what it holds.
#[derive(Clone, Debug, Default)]
pub struct Model {
    version: i64,
    parts: Arc<Parts>,
}

/// What a model holds, whatever its version.
#[derive(Debug, Default)]
struct Parts {
    tables: Vec<Arc<Table>>,
    relationships: Vec<Arc<Relationship>>,
    choices: Vec<Arc<Choice>>,
    views: Vec<Arc<View>>,
    by_logical: HashMap<String, usize>,
    by_set: HashMap<String, usize>,
    by_code: HashMap<i32, usize>,
    by_id: HashMap<Uuid, usize>,
    by_schema: HashMap<String, usize>,
    navigations: HashMap<String, Vec<Navigation>>,
    views_of: HashMap<String, Vec<usize>>,
}

/// A navigation property: one end of a relationship, seen from a table.
#[derive(Clone, Debug)]
pub struct Navigation {
    /// The name, with its case.
    pub name: String,
    /// The relationship.
    pub relationship: Arc<Relationship>,
    /// Which end of it this is.
    pub side: Side,
    /// The table at the other end; for the owner of a row `owner`, which shows users and teams.
    pub target: String,
}

/// From which end a navigation property looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From the lookup to the one row.
    Referencing,
    /// From the one row to its many.
    Referenced,
    /// From the first end of a many-to-many relationship.
    First,
    /// From the second end of a many-to-many relationship.
    Second,
}

impl Navigation {
    /// Whether it leads to any number of rows.
    pub fn collection(&self) -> bool {
        self.side != Side::Referencing
    }
}

impl Model {
    /// Builds the snapshot and its indices; the definitions are trusted (see the checks for changes).
    pub fn new(
        version: i64,
        tables: Vec<Arc<Table>>,
        relationships: Vec<Arc<Relationship>>,
        choices: Vec<Arc<Choice>>,
        views: Vec<Arc<View>>,
    ) -> Self {
        let mut parts = Parts { tables, relationships, choices, views, ..Parts::default() };
        for (at, table) in parts.tables.iter().enumerate() {
            parts.by_logical.insert(table.logical.clone(), at);
            parts.by_set.insert(table.set.clone(), at);
            parts.by_code.insert(table.code, at);
            parts.by_id.insert(table.id, at);
        }
        for (at, relationship) in parts.relationships.iter().enumerate() {
            parts.by_schema.insert(relationship.schema().to_owned(), at);
        }
        for relationship in &parts.relationships {
            for (table, navigation) in ends(relationship) {
                parts.navigations.entry(table).or_default().push(navigation);
            }
        }
        for navigations in parts.navigations.values_mut() {
            navigations.sort_by(|a, b| a.name.cmp(&b.name));
        }
        for (at, view) in parts.views.iter().enumerate() {
            parts.views_of.entry(view.table.clone()).or_default().push(at);
        }
        Self { version, parts: Arc::new(parts) }
    }

    /// The same metadata under another version.
    pub(crate) fn at(&self, version: i64) -> Self {
        Self { version, parts: Arc::clone(&self.parts) }
    }

    /// The number that grows with every change of metadata.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Every table.
    pub fn tables(&self) -> &[Arc<Table>] {
        &self.parts.tables
    }

    /// Every relationship.
    pub fn relationships(&self) -> &[Arc<Relationship>] {
        &self.parts.relationships
    }

    /// Every global choice.
    pub fn choices(&self) -> &[Arc<Choice>] {
        &self.parts.choices
    }

    /// Every view.
    pub fn views(&self) -> &[Arc<View>] {
        &self.parts.views
    }

    /// A table by its logical name.
    pub fn table(&self, logical: &str) -> Option<&Arc<Table>> {
        self.parts.by_logical.get(logical).and_then(|at| self.parts.tables.get(*at))
    }

    /// A table by its entity set name.
    pub fn table_by_set(&self, set: &str) -> Option<&Arc<Table>> {
        self.parts.by_set.get(set).and_then(|at| self.parts.tables.get(*at))
    }

    /// A table by its type code.
    pub fn table_by_code(&self, code: i32) -> Option<&Arc<Table>> {
        self.parts.by_code.get(&code).and_then(|at| self.parts.tables.get(*at))
    }

    /// A table by its metadata id.
    pub fn table_by_id(&self, id: Uuid) -> Option<&Arc<Table>> {
        self.parts.by_id.get(&id).and_then(|at| self.parts.tables.get(*at))
    }

    /// A relationship by its schema name.
    pub fn relationship(&self, schema: &str) -> Option<&Arc<Relationship>> {
        self.parts.by_schema.get(schema).and_then(|at| self.parts.relationships.get(*at))
    }

    /// A relationship by its metadata id.
    pub fn relationship_by_id(&self, id: Uuid) -> Option<&Arc<Relationship>> {
        self.parts.relationships.iter().find(|relationship| relationship.id() == id)
    }

    /// A global choice by its name.
    pub fn choice(&self, name: &str) -> Option<&Arc<Choice>> {
        self.parts.choices.iter().find(|choice| choice.name == name)
    }

    /// A global choice by its metadata id.
    pub fn choice_by_id(&self, id: Uuid) -> Option<&Arc<Choice>> {
        self.parts.choices.iter().find(|choice| choice.id == id)
    }

    /// A view by its id.
    pub fn view(&self, id: Uuid) -> Option<&Arc<View>> {
        self.parts.views.iter().find(|view| view.id == id)
    }

    /// The views of a table.
    pub fn views_of(&self, table: &str) -> impl Iterator<Item = &Arc<View>> {
        self.parts
            .views_of
            .get(table)
            .into_iter()
            .flatten()
            .filter_map(|at| self.parts.views.get(*at))
    }

    /// A navigation property of a table by its name, case and all.
    pub fn navigation(&self, table: &str, name: &str) -> Option<&Navigation> {
        let navigations = self.navigations(table);
        let at = navigations.binary_search_by(|one| one.name.as_str().cmp(name)).ok()?;
        navigations.get(at)
    }

    /// Every navigation property of a table, by name.
    pub fn navigations(&self, table: &str) -> &[Navigation] {
        self.parts.navigations.get(table).map(Vec::as_slice).unwrap_or_default()
    }

    /// The single navigation properties of a lookup column, one for each of its tables.
    pub fn navigations_of_column<'m>(
        &'m self,
        table: &'m str,
        column: &'m str,
    ) -> impl Iterator<Item = &'m Navigation> {
        self.navigations(table).iter().filter(move |navigation| {
            navigation.side == Side::Referencing
                && matches!(&*navigation.relationship,
                    Relationship::OneToMany(one) if one.referencing_column == column)
        })
    }

    /// The entries of a choice column, local or global; empty for other kinds and for states.
    pub fn options<'m>(&'m self, column: &'m Column) -> &'m [ChoiceOption] {
        match &column.kind {
            ColumnKind::Choice { options, .. } | ColumnKind::Choices { options } => match options {
                Options::Local(options) => options,
                Options::Global(name) => {
                    self.choice(name).map(|choice| choice.options.as_slice()).unwrap_or_default()
                }
            },
            _ => &[],
        }
    }
}

fn ends(relationship: &Arc<Relationship>) -> [(String, Navigation); 2] {
    let end = |table: &str, name: &str, side: Side, target: &str| {
        (
            table.to_owned(),
            Navigation {
                name: name.to_owned(),
                relationship: Arc::clone(relationship),
                side,
                target: target.to_owned(),
            },
        )
    };
    match &**relationship {
        Relationship::OneToMany(one) => [
            end(&one.referencing, &one.referencing_navigation, Side::Referencing, &one.referenced),
            end(&one.referenced, &one.referenced_navigation, Side::Referenced, &one.referencing),
        ],
        Relationship::ManyToMany(many) => [
            end(&many.first.table, &many.first.navigation, Side::First, &many.second.table),
            end(&many.second.table, &many.second.navigation, Side::Second, &many.first.table),
        ],
    }
}
