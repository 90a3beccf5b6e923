//! A model under change.

use std::{collections::BTreeSet, sync::Arc};

use uuid::Uuid;

use super::{
    Change, Changed, Created, CreatedKind, Definition, DefinitionError, DefinitionKind, Needs,
    Place, Problem, Step, check::Parts,
};
use crate::{Choice, Column, ColumnKind, Model, Options, Relationship, Table, View};

/// The parts of a model, and what has happened to them.
pub(super) struct Draft<'d> {
    version: i64,
    pub(super) tables: Vec<Arc<Table>>,
    pub(super) relationships: Vec<Arc<Relationship>>,
    pub(super) choices: Vec<Arc<Choice>>,
    pub(super) views: Vec<Arc<View>>,
    touched: BTreeSet<(DefinitionKind, Uuid)>,
    removed: Vec<(DefinitionKind, Uuid)>,
    pub(super) steps: Vec<Step>,
    created: Vec<Created>,
    draw: &'d mut dyn FnMut() -> Uuid,
}

impl<'d> Draft<'d> {
    pub(super) fn new(model: &Model, draw: &'d mut dyn FnMut() -> Uuid) -> Self {
        Self {
            version: model.version(),
            tables: model.tables().to_vec(),
            relationships: model.relationships().to_vec(),
            choices: model.choices().to_vec(),
            views: model.views().to_vec(),
            touched: BTreeSet::new(),
            removed: Vec::new(),
            steps: Vec::new(),
            created: Vec::new(),
            draw,
        }
    }

    pub(super) fn apply(&mut self, change: Change) -> Result<(), DefinitionError> {
        match change {
            Change::CreateTable(table) => self.create_table(table),
            Change::UpdateTable(update) => self.update_table(update),
            Change::DeleteTable { table } => self.delete_table(&table),
            Change::AddColumn { table, column } => self.add_column(&table, column),
            Change::UpdateColumn { table, column, to, merge_labels } => {
                self.update_column(&table, &column, to, merge_labels)
            }
            Change::DeleteColumn { table, column } => self.delete_column(&table, &column),
            Change::AddKey { table, schema, labels, columns } => {
                self.add_key(&table, schema, labels, columns)
            }
            Change::DeleteKey { table, key } => self.delete_key(&table, &key),
            Change::AddOneToMany(relationship) => self.add_one_to_many(relationship),
            Change::AddPolymorphic { relationships } => self.add_polymorphic(relationships),
            Change::AddCustomer { relationships } => self.add_customer(relationships),
            Change::AddManyToMany(relationship) => self.add_many_to_many(relationship),
            Change::UpdateRelationship { schema, cascade, hierarchical } => {
                self.update_relationship(&schema, cascade, hierarchical)
            }
            Change::DeleteRelationship { schema } => self.delete_relationship(&schema),
            Change::CreateChoice(choice) => self.create_choice(choice),
            Change::UpdateChoice { to, merge_labels } => self.update_choice(to, merge_labels),
            Change::DeleteChoice { name } => self.delete_choice(&name),
            Change::AttachDocuments { table } => self.attach_documents(&table),
            Change::SaveView(view) => self.save_view(view),
            Change::DeleteView { id } => self.delete_view(id),
        }
    }

    pub(super) fn finish(self) -> Changed {
        let mut saved = Vec::new();
        let wanted = |kind, id| self.touched.contains(&(kind, id));
        for table in self.tables.iter().filter(|one| wanted(DefinitionKind::Table, one.id)) {
            saved.push(Definition::Table(Arc::clone(table)));
        }
        for one in &self.relationships {
            if wanted(DefinitionKind::Relationship, one.id()) {
                saved.push(Definition::Relationship(Arc::clone(one)));
            }
        }
        for choice in self.choices.iter().filter(|one| wanted(DefinitionKind::Choice, one.id)) {
            saved.push(Definition::Choice(Arc::clone(choice)));
        }
        for view in self.views.iter().filter(|one| wanted(DefinitionKind::View, one.id)) {
            saved.push(Definition::View(Arc::clone(view)));
        }
        let model =
            Model::new(self.version + 1, self.tables, self.relationships, self.choices, self.views);
        Changed { model, saved, removed: self.removed, steps: self.steps, created: self.created }
    }

    pub(super) fn id(&mut self) -> Uuid {
        (self.draw)()
    }

    pub(super) fn touch(&mut self, kind: DefinitionKind, id: Uuid) {
        self.touched.insert((kind, id));
    }

    pub(super) fn gone(&mut self, kind: DefinitionKind, id: Uuid) {
        // what was made by the same list of changes is gone too, but nobody has kept it yet: telling
        // so twice does no harm
        self.touched.remove(&(kind, id));
        self.removed.push((kind, id));
    }

    pub(super) fn made(&mut self, kind: CreatedKind, id: Uuid, name: &str, table: Option<&str>) {
        self.created.push(Created {
            kind,
            id,
            name: name.to_owned(),
            table: table.map(str::to_owned),
        });
    }

    pub(super) fn find(&self, logical: &str) -> Option<&Arc<Table>> {
        self.tables.iter().find(|table| table.logical == logical)
    }

    /// A table that must be there.
    pub(super) fn table(&self, logical: &str) -> Result<Arc<Table>, DefinitionError> {
        self.find(logical)
            .map(Arc::clone)
            .ok_or_else(|| Place::new(logical, "", "").fail(Problem::Missing))
    }

    /// A table whose columns can be changed: one with rows of its own, and no intersect table.
    pub(super) fn open_table(&self, logical: &str) -> Result<Arc<Table>, DefinitionError> {
        let table = self.table(logical)?;
        if table.is_union() || table.intersect {
            return Err(Place::new(logical, "", "").fail(Problem::System));
        }
        Ok(table)
    }

    /// A column that must be there.
    pub(super) fn column(table: &Table, logical: &str) -> Result<Column, DefinitionError> {
        table
            .column(logical)
            .cloned()
            .ok_or_else(|| Place::new(&table.logical, logical, "").fail(Problem::Missing))
    }

    /// Changes a table in the draft and gives it back.
    pub(super) fn edit(
        &mut self,
        logical: &str,
        change: impl FnOnce(&mut Table),
    ) -> Result<Arc<Table>, DefinitionError> {
        let at = self
            .tables
            .iter_mut()
            .find(|table| table.logical == logical)
            .ok_or_else(|| Place::new(logical, "", "").fail(Problem::Missing))?;
        change(Arc::make_mut(at));
        let table = Arc::clone(at);
        self.touch(DefinitionKind::Table, table.id);
        Ok(table)
    }

    /// The entries of a shared choice.
    fn entries(&self, name: &str) -> Option<Vec<i32>> {
        let choice = self.choices.iter().find(|choice| choice.name == name)?;
        Some(choice.options.iter().map(|option| option.value).collect())
    }

    /// Checks with the shared choices of this draft.
    pub(super) fn check(
        &self,
        check: impl FnOnce(&Parts<'_>) -> Result<(), DefinitionError>,
    ) -> Result<(), DefinitionError> {
        let entries = |name: &str| self.entries(name);
        check(&Parts::new(&entries))
    }

    /// The columns that take their entries from a shared choice: `table.column`.
    pub(super) fn users_of_choice(&self, name: &str) -> Vec<(String, Column)> {
        let mut users = Vec::new();
        for table in &self.tables {
            for column in table.columns() {
                let (ColumnKind::Choice { options, .. } | ColumnKind::Choices { options }) =
                    &column.kind
                else {
                    continue;
                };
                if matches!(options, Options::Global(used) if used == name) {
                    users.push((table.logical.clone(), column.clone()));
                }
            }
        }
        users
    }

    /// The views that show a column or ask for it.
    pub(super) fn views_with(&self, table: &str, column: &str) -> Vec<Needs> {
        let quoted = [format!("\"{column}\""), format!("'{column}'")];
        let table_quoted = [format!("\"{table}\""), format!("'{table}'")];
        self.views
            .iter()
            .filter(|view| {
                view.columns.iter().any(|shown| view.table == table && shown.name == column)
                    || table_quoted.iter().any(|name| view.fetch.contains(name))
                        && quoted.iter().any(|name| view.fetch.contains(name))
            })
            .map(|view| Needs::View { labels: view.labels.clone(), table: view.table.clone() })
            .collect()
    }

    /// Whether any relationship has this schema name.
    pub(super) fn relationship_exists(&self, schema: &str) -> bool {
        self.relationships.iter().any(|one| one.schema().eq_ignore_ascii_case(schema))
    }

    /// Whether a table has a navigation property of this name.
    pub(super) fn navigation_exists(&self, table: &str, name: &str) -> bool {
        self.relationships.iter().any(|one| match &**one {
            Relationship::OneToMany(one) => {
                one.referencing == table && one.referencing_navigation == name
                    || one.referenced == table && one.referenced_navigation == name
            }
            Relationship::ManyToMany(many) => {
                many.first.table == table && many.first.navigation == name
                    || many.second.table == table && many.second.navigation == name
            }
        })
    }

    /// Adds a relationship whose names were checked.
    pub(super) fn push_relationship(&mut self, relationship: Relationship) {
        self.touch(DefinitionKind::Relationship, relationship.id());
        self.relationships.push(Arc::new(relationship));
    }
}
