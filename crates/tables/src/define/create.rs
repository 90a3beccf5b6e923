//! New tables, columns, keys, choices and views.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    CreatedKind, DefinitionError, DefinitionKind, NewChoice, NewColumn, NewTable, Place, Problem,
    Step, check, draft::Draft,
};
use crate::{
    AlternateKey, Choice, Column, ColumnKind, ENGLISH, Labels, OneToMany, Ownership, Relationship,
    Required, Table, View, limits, names, standard,
};

impl Draft<'_> {
    pub(super) fn create_table(&mut self, new: NewTable) -> Result<(), DefinitionError> {
        let logical = new.schema.to_ascii_lowercase();
        let place = |property| Place::new(&logical, "", property);
        check::name(&place("SchemaName"), &new.schema, false)?;
        if self.find(&logical).is_some() {
            return Err(place("SchemaName").fail(Problem::Exists));
        }
        if self.tables.len() >= limits::TABLES {
            return Err(place("").fail(Problem::TooMany { max: limits::TABLES }));
        }
        check::labels(&place("DisplayName"), &new.labels, true, limits::LABEL)?;
        check::labels(&place("DisplayCollectionName"), &new.plural, true, limits::LABEL)?;
        check::labels(&place("Description"), &new.description, false, limits::DESCRIPTION)?;
        if !matches!(new.ownership, Ownership::User | Ownership::Organisation) {
            return Err(place("OwnershipType").fail(Problem::Unsupported));
        }
        let set = match &new.set {
            Some(set) => {
                check::name(&place("EntitySetName"), set, true)?;
                set.to_ascii_lowercase()
            }
            None => names::plural(&logical),
        };
        let taken = self.tables.iter().any(|table| table.set == set);
        let mut table = Table::new(self.id(), &new.schema, new.ownership, self.free_code());
        // two singulars may have one plural
        table.set = if taken && new.set.is_none() { format!("{set}set") } else { set };
        if self.tables.iter().any(|other| other.set == table.set) {
            return Err(place("EntitySetName").fail(Problem::Exists));
        }
        table.labels = new.labels;
        table.plural = new.plural;
        table.description = new.description;
        table.custom = true;
        table.change_tracking = new.change_tracking;
        table.audited = new.audited;
        if !matches!(new.primary_name.kind, ColumnKind::Text { .. }) {
            return Err(place("PrimaryNameAttribute").fail(Problem::Kind));
        }
        table.primary_name = Some(new.primary_name.schema.to_ascii_lowercase());
        let mut related = Vec::new();
        let draw = &mut |_: &str| self.id();
        let mut draw = draw as &mut dyn FnMut(&str) -> Uuid;
        let mut key = standard::key(&table, &mut draw);
        key.custom = true;
        standard::push(&mut table, key);
        standard::add_system(&mut table, &mut related, &mut draw);
        standard::add_ownership(&mut table, &mut related, &mut draw);
        standard::add_states(&mut table, standard::usual_states(), &mut draw);
        for column in std::iter::once(new.primary_name).chain(new.columns) {
            self.check_column(&table, &column)?;
            let id = self.id();
            standard::push(&mut table, made(id, column));
        }
        let draw = &mut |_: &str| self.id();
        let mut draw = draw as &mut dyn FnMut(&str) -> Uuid;
        standard::add_currency(&mut table, &mut related, &mut draw);
        standard::add_file_names(&mut table, &mut draw);
        standard::add_image_companions(&mut table, &mut draw);
        let created = table.id;
        let table = Arc::new(table);
        self.tables.push(Arc::clone(&table));
        self.touch(DefinitionKind::Table, created);
        self.made(CreatedKind::Table, created, &logical, None);
        for one in related {
            self.relate_system(&logical, one)?;
        }
        self.steps.push(Step::CreateTable(Arc::clone(&table)));
        let draw = &mut |_: &str| self.id();
        let mut draw = draw as &mut dyn FnMut(&str) -> Uuid;
        let shown = vec!["createdon".to_owned()];
        for mut view in standard::views(&table, &shown, None, &mut draw) {
            // the texts of a table that has no French ones stay English
            if table.plural.exactly(crate::FRENCH).is_none() {
                view.labels = Labels::english(view.labels.text(ENGLISH));
            }
            self.touch(DefinitionKind::View, view.id);
            self.views.push(Arc::new(view));
        }
        if new.notes {
            self.attach_notes(&logical)?;
        }
        if new.activities {
            self.attach_activities(&logical)?;
        }
        Ok(())
    }

    /// A relationship of the system; its table may be of a set that this environment lacks.
    fn relate_system(&mut self, table: &str, one: OneToMany) -> Result<(), DefinitionError> {
        if self.find(&one.referenced).is_none() {
            return Ok(());
        }
        if self.relationship_exists(&one.schema) {
            return Err(Place::new(table, &one.schema, "SchemaName").fail(Problem::Exists));
        }
        self.push_relationship(Relationship::OneToMany(one));
        Ok(())
    }

    fn free_code(&self) -> i32 {
        // numbers of the baseline reach a little over the first: begin well above
        let first = limits::FIRST_CUSTOM_CODE + 500;
        self.tables.iter().map(|table| table.code + 1).max().unwrap_or(first).max(first)
    }

    /// A column for a table that has none of this name.
    fn check_column(&self, table: &Table, column: &NewColumn) -> Result<(), DefinitionError> {
        let logical = column.schema.to_ascii_lowercase();
        let place = |property| Place::new(&table.logical, &logical, property);
        check::name(&place("SchemaName"), &column.schema, false)?;
        if table.column(&logical).is_some() {
            return Err(place("SchemaName").fail(Problem::Exists));
        }
        if table.columns().len() >= limits::COLUMNS {
            return Err(place("").fail(Problem::TooMany { max: limits::COLUMNS }));
        }
        self.check(|parts| check::column(parts, &table.logical, column))
    }

    pub(super) fn add_column(
        &mut self,
        table: &str,
        column: NewColumn,
    ) -> Result<(), DefinitionError> {
        let standing = self.open_table(table)?;
        self.check_column(&standing, &column)?;
        let id = self.id();
        let companions = matches!(
            column.kind,
            ColumnKind::Money { .. } | ColumnKind::File { .. } | ColumnKind::Image { .. }
        );
        let column = made(id, column);
        self.made(CreatedKind::Column, id, &column.logical, Some(table));
        self.push_column(table, column)?;
        if companions {
            self.complete(table)?;
        }
        Ok(())
    }

    /// Puts in a column that was checked.
    pub(super) fn push_column(
        &mut self,
        table: &str,
        column: Column,
    ) -> Result<(), DefinitionError> {
        let logical = column.logical.clone();
        let table = self.edit(table, |table| standard::push(table, column))?;
        self.steps.push(Step::AddColumn { table, column: logical });
        Ok(())
    }

    /// Currency, exchange rate, amounts in the base currency and names of files, where they are lacking.
    fn complete(&mut self, table: &str) -> Result<(), DefinitionError> {
        let standing = self.table(table)?;
        let before = standing.columns().len();
        let mut whole = Table::clone(&standing);
        let mut related = Vec::new();
        let draw = &mut |_: &str| self.id();
        let mut draw = draw as &mut dyn FnMut(&str) -> Uuid;
        standard::add_currency(&mut whole, &mut related, &mut draw);
        standard::add_file_names(&mut whole, &mut draw);
        standard::add_image_companions(&mut whole, &mut draw);
        let added: Vec<Column> = whole.columns().iter().skip(before).cloned().collect();
        for column in added {
            self.push_column(table, column)?;
        }
        for one in related {
            self.relate_system(table, one)?;
        }
        Ok(())
    }

    pub(super) fn add_key(
        &mut self,
        table: &str,
        schema: String,
        labels: Labels,
        columns: Vec<String>,
    ) -> Result<(), DefinitionError> {
        let standing = self.open_table(table)?;
        let logical = schema.to_ascii_lowercase();
        let place = |property| Place::new(table, &logical, property);
        check::name(&place("SchemaName"), &schema, true)?;
        check::labels(&place("DisplayName"), &labels, false, limits::LABEL)?;
        if standing.key(&logical).is_some() {
            return Err(place("SchemaName").fail(Problem::Exists));
        }
        check::key(&standing, &logical, &columns)?;
        let id = self.id();
        let labels = if labels.is_empty() { Labels::english(schema.clone()) } else { labels };
        let key = AlternateKey { id, logical: logical.clone(), schema, labels, columns };
        self.made(CreatedKind::Key, id, &logical, Some(table));
        let added = key.clone();
        let table = self.edit(table, |table| table.keys.push(added))?;
        self.steps.push(Step::AddKey { table, key });
        Ok(())
    }

    pub(super) fn create_choice(&mut self, new: NewChoice) -> Result<(), DefinitionError> {
        let name = new.name.to_ascii_lowercase();
        let place = |property| Place::new("", &name, property);
        check::name(&place("Name"), &new.name, true)?;
        if self.choices.iter().any(|choice| choice.name == name) {
            return Err(place("Name").fail(Problem::Exists));
        }
        if self.choices.len() >= limits::TABLES {
            return Err(place("").fail(Problem::TooMany { max: limits::TABLES }));
        }
        check::labels(&place("DisplayName"), &new.labels, true, limits::LABEL)?;
        check::labels(&place("Description"), &new.description, false, limits::DESCRIPTION)?;
        check::options(&place("Options"), &new.options)?;
        let id = self.id();
        self.made(CreatedKind::Choice, id, &name, None);
        self.touch(DefinitionKind::Choice, id);
        self.choices.push(Arc::new(Choice {
            id,
            name,
            labels: new.labels,
            description: new.description,
            custom: true,
            options: new.options,
        }));
        Ok(())
    }

    pub(super) fn save_view(&mut self, mut view: View) -> Result<(), DefinitionError> {
        let model = crate::Model::new(0, self.tables.clone(), Vec::new(), Vec::new(), Vec::new());
        check::view(&model, &view)?;
        let at = self.views.iter().position(|one| one.id == view.id);
        if view.default {
            self.unset_default(&view);
        }
        self.touch(DefinitionKind::View, view.id);
        if let Some(standing) = at.and_then(|at| self.views.get_mut(at)) {
            view.custom = standing.custom;
            if standing.table != view.table {
                let place = Place::new(&view.table, view.labels.text(ENGLISH), "ReturnedTypeCode");
                return Err(place.fail(Problem::KindChanged));
            }
            *standing = Arc::new(view);
        } else {
            view.custom = true;
            self.made(CreatedKind::View, view.id, view.labels.text(ENGLISH), Some(&view.table));
            self.views.push(Arc::new(view));
        }
        Ok(())
    }

    /// One view of a kind opens first: the others no longer do.
    fn unset_default(&mut self, first: &View) {
        let mut touched = Vec::new();
        for other in &mut self.views {
            if other.table == first.table
                && other.kind == first.kind
                && other.default
                && other.id != first.id
            {
                Arc::make_mut(other).default = false;
                touched.push(other.id);
            }
        }
        for id in touched {
            self.touch(DefinitionKind::View, id);
        }
    }
}

/// The column that someone wants, made.
pub(super) fn made(id: Uuid, new: NewColumn) -> Column {
    let mut column = standard::column(id, &new.schema, new.kind, new.labels);
    column.required = match new.required {
        // the store promises a value for its own columns only
        Required::System => Required::Application,
        required => required,
    };
    column.description = new.description;
    column.custom = true;
    column.secured = new.secured;
    column.audited = new.audited;
    column.searched = new.searched;
    column.auto_number = new.auto_number;
    column
}
