//! Taking definitions away.

use std::sync::Arc;

use uuid::Uuid;

use super::{DefinitionError, DefinitionKind, Needs, Place, Problem, Step, draft::Draft};
use crate::{Column, ColumnKind, ENGLISH, Relationship, Table};

impl Draft<'_> {
    pub(super) fn delete_table(&mut self, logical: &str) -> Result<(), DefinitionError> {
        let table = self.open_table(logical)?;
        let place = || Place::new(logical, "", "");
        if !table.custom {
            return Err(place().fail(Problem::System));
        }
        let mut by = Vec::new();
        for one in &self.relationships {
            let Relationship::OneToMany(one) = &**one else { continue };
            if one.referenced != logical || one.referencing == logical {
                continue;
            }
            // the lookup in the other table goes too, unless something there needs it
            let Some(other) = self.find(&one.referencing) else { continue };
            let alone = other.column(&one.referencing_column).is_some_and(|column| {
                matches!(&column.kind, ColumnKind::Lookup { targets } if targets.len() == 1)
            });
            if alone {
                by.extend(self.users_of_column(other, &one.referencing_column));
            }
        }
        let named = [format!("\"{logical}\""), format!("'{logical}'")];
        by.extend(
            self.views
                .iter()
                .filter(|view| {
                    view.table != logical && named.iter().any(|name| view.fetch.contains(name))
                })
                .map(|view| Needs::View { labels: view.labels.clone(), table: view.table.clone() }),
        );
        if !by.is_empty() {
            return Err(place().fail(Problem::InUse { by }));
        }
        let ends: Vec<Arc<Relationship>> = self
            .relationships
            .iter()
            .filter(|one| match &***one {
                Relationship::OneToMany(one) => {
                    one.referenced == logical || one.referencing == logical
                }
                Relationship::ManyToMany(many) => {
                    many.first.table == logical || many.second.table == logical
                }
            })
            .map(Arc::clone)
            .collect();
        for relationship in ends {
            self.drop_relationship(&relationship, Some(logical))?;
        }
        let views: Vec<Uuid> =
            self.views.iter().filter(|view| view.table == logical).map(|view| view.id).collect();
        for id in views {
            self.drop_view(id);
        }
        self.drop_table(logical);
        Ok(())
    }

    fn drop_table(&mut self, logical: &str) {
        let Some(at) = self.tables.iter().position(|table| table.logical == logical) else {
            return;
        };
        let table = self.tables.remove(at);
        self.gone(DefinitionKind::Table, table.id);
        self.steps.push(Step::DropTable(table));
    }

    /// What needs a column: keys and views.
    fn users_of_column(&self, table: &Table, column: &str) -> Vec<Needs> {
        let mut by: Vec<Needs> = table
            .keys
            .iter()
            .filter(|key| key.columns.iter().any(|one| one == column))
            .map(|key| Needs::Key { key: key.logical.clone(), table: table.logical.clone() })
            .collect();
        by.extend(self.views_with(&table.logical, column));
        by
    }

    pub(super) fn delete_column(
        &mut self,
        table: &str,
        logical: &str,
    ) -> Result<(), DefinitionError> {
        let standing = self.open_table(table)?;
        let column = Draft::column(&standing, logical)?;
        let place = || Place::new(table, logical, "");
        if !column.custom
            || column.computed.is_some()
            || column.of.is_some()
            || matches!(column.kind, ColumnKind::Key)
            || standing.primary_name.as_deref() == Some(logical)
        {
            return Err(place().fail(Problem::System));
        }
        let by = self.users_of_column(&standing, logical);
        if !by.is_empty() {
            return Err(place().fail(Problem::InUse { by }));
        }
        let ends: Vec<Arc<Relationship>> = self
            .relationships
            .iter()
            .filter(|one| {
                matches!(&***one, Relationship::OneToMany(one)
                    if one.referencing == table && one.referencing_column == logical)
            })
            .map(Arc::clone)
            .collect();
        for relationship in ends {
            self.forget_relationship(&relationship);
        }
        // an amount takes the one in the base currency along, a file its name
        for companion in standing.columns() {
            if companion.of.as_deref() == Some(logical) {
                self.drop_column(table, companion)?;
            }
        }
        self.drop_column(table, &column)
    }

    fn drop_column(&mut self, table: &str, column: &Column) -> Result<(), DefinitionError> {
        let id = column.id;
        let table = self.edit(table, |table| {
            table.change_columns(|columns| columns.retain(|one| one.id != id));
        })?;
        self.steps.push(Step::DropColumn { table, column: Box::new(column.clone()) });
        Ok(())
    }

    pub(super) fn delete_key(&mut self, table: &str, logical: &str) -> Result<(), DefinitionError> {
        let standing = self.open_table(table)?;
        let key = standing
            .key(logical)
            .cloned()
            .ok_or_else(|| Place::new(table, logical, "").fail(Problem::Missing))?;
        if !key.schema.contains('_') || crate::names::check(&key.schema, 100).is_err() {
            return Err(Place::new(table, logical, "").fail(Problem::System));
        }
        let id = key.id;
        let table = self.edit(table, |table| table.keys.retain(|one| one.id != id))?;
        self.steps.push(Step::DropKey { table, key });
        Ok(())
    }

    pub(super) fn delete_relationship(&mut self, schema: &str) -> Result<(), DefinitionError> {
        let place = || Place::new("", schema, "");
        let relationship = self
            .relationships
            .iter()
            .find(|one| one.schema() == schema)
            .map(Arc::clone)
            .ok_or_else(|| place().fail(Problem::Missing))?;
        if !relationship.custom() {
            return Err(place().fail(Problem::System));
        }
        if let Relationship::OneToMany(one) = &*relationship {
            let standing = self.table(&one.referencing)?;
            let column = Draft::column(&standing, &one.referencing_column)?;
            let alone = column.kind.targets().len() == 1;
            if !alone && !matches!(column.kind, ColumnKind::Lookup { .. })
                || alone && !column.custom
            {
                return Err(place().fail(Problem::System));
            }
            if alone {
                let by = self.users_of_column(&standing, &column.logical);
                if !by.is_empty() {
                    return Err(place().fail(Problem::InUse { by }));
                }
            }
        }
        self.drop_relationship(&relationship, None)
    }

    /// A relationship goes, and its column or intersect table with it, unless the column's table is
    /// going as a whole.
    fn drop_relationship(
        &mut self,
        relationship: &Arc<Relationship>,
        going: Option<&str>,
    ) -> Result<(), DefinitionError> {
        self.forget_relationship(relationship);
        match &**relationship {
            Relationship::ManyToMany(many) => self.drop_table(&many.intersect),
            Relationship::OneToMany(one) if going == Some(one.referencing.as_str()) => {}
            Relationship::OneToMany(one) => {
                let standing = self.table(&one.referencing)?;
                let Some(column) = standing.column(&one.referencing_column).cloned() else {
                    return Ok(());
                };
                match &column.kind {
                    ColumnKind::Lookup { targets } if targets.len() > 1 => {
                        self.drop_target(&standing, &column, &one.referenced)?;
                    }
                    ColumnKind::Lookup { .. } => self.drop_column(&one.referencing, &column)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn drop_target(
        &mut self,
        table: &Table,
        column: &Column,
        target: &str,
    ) -> Result<(), DefinitionError> {
        let mut after = column.clone();
        if let ColumnKind::Lookup { targets } = &mut after.kind {
            targets.retain(|one| one != target);
        }
        let changed = after.clone();
        let standing = self.edit(&table.logical, |table| {
            table.change_columns(|columns| {
                if let Some(one) = columns.iter_mut().find(|one| one.id == changed.id) {
                    *one = changed;
                }
            });
        })?;
        if !standing.is_union() {
            self.steps.push(Step::AlterColumn {
                table: standing,
                before: Box::new(column.clone()),
                after: Box::new(after),
            });
        }
        Ok(())
    }

    fn forget_relationship(&mut self, relationship: &Arc<Relationship>) {
        let id = relationship.id();
        self.relationships.retain(|one| one.id() != id);
        self.gone(DefinitionKind::Relationship, id);
    }

    pub(super) fn delete_choice(&mut self, name: &str) -> Result<(), DefinitionError> {
        let place = || Place::new("", name, "");
        let choice = self
            .choices
            .iter()
            .find(|choice| choice.name == name)
            .map(Arc::clone)
            .ok_or_else(|| place().fail(Problem::Missing))?;
        if !choice.custom {
            return Err(place().fail(Problem::System));
        }
        let by: Vec<Needs> = self
            .users_of_choice(name)
            .into_iter()
            .map(|(table, column)| Needs::Column { table, column: column.logical })
            .collect();
        if !by.is_empty() {
            return Err(place().fail(Problem::InUse { by }));
        }
        self.choices.retain(|one| one.id != choice.id);
        self.gone(DefinitionKind::Choice, choice.id);
        Ok(())
    }

    pub(super) fn delete_view(&mut self, id: Uuid) -> Result<(), DefinitionError> {
        let view = self
            .views
            .iter()
            .find(|view| view.id == id)
            .map(Arc::clone)
            .ok_or_else(|| Place::new("", &id.to_string(), "").fail(Problem::Missing))?;
        if !view.custom || view.default {
            return Err(
                Place::new(&view.table, view.labels.text(ENGLISH), "").fail(Problem::System)
            );
        }
        self.drop_view(id);
        Ok(())
    }

    fn drop_view(&mut self, id: Uuid) {
        self.views.retain(|view| view.id != id);
        self.gone(DefinitionKind::View, id);
    }
}
