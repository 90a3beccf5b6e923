//! New relationships.

use std::sync::Arc;

use super::{
    CreatedKind, DefinitionError, DefinitionKind, NewManyToMany, NewOneToMany, Place, Problem,
    Step, check, create, draft::Draft,
};
use crate::{
    AlternateKey, Cascade, CascadeAction, Column, ColumnKind, End, Labels, ManyToMany, OneToMany,
    Ownership, Relationship, Table, limits, standard,
};

impl Draft<'_> {
    pub(super) fn add_one_to_many(&mut self, new: NewOneToMany) -> Result<(), DefinitionError> {
        let table = self.open_table(&new.referencing)?;
        let logical = new.lookup.schema.to_ascii_lowercase();
        let target = self.target(&new)?;
        match table.column(&logical) {
            // one more table for a lookup that is there
            Some(column) if column.custom => {
                let column = column.clone();
                let ColumnKind::Lookup { targets } = &column.kind else {
                    let place = Place::new(&table.logical, &logical, "SchemaName");
                    return Err(place.fail(Problem::Exists));
                };
                if targets.contains(&new.referenced) || targets.len() >= limits::TARGETS {
                    let place = Place::new(&table.logical, &logical, "Targets");
                    return Err(place.fail(Problem::Exists));
                }
                self.add_target(&table, &column, &new.referenced)?;
            }
            Some(_) => {
                let place = Place::new(&table.logical, &logical, "SchemaName");
                return Err(place.fail(Problem::Exists));
            }
            None => {
                let targets = vec![new.referenced.clone()];
                self.add_lookup(&table, &new, ColumnKind::Lookup { targets })?;
            }
        }
        self.add_end(new, &target)
    }

    pub(super) fn add_polymorphic(
        &mut self,
        relationships: Vec<NewOneToMany>,
    ) -> Result<(), DefinitionError> {
        let targets = relationships.iter().map(|one| one.referenced.clone()).collect();
        self.add_together(relationships, ColumnKind::Lookup { targets })
    }

    pub(super) fn add_customer(
        &mut self,
        relationships: Vec<NewOneToMany>,
    ) -> Result<(), DefinitionError> {
        let mut targets: Vec<&str> =
            relationships.iter().map(|one| one.referenced.as_str()).collect();
        targets.sort_unstable();
        if targets != ["account", "contact"] {
            let place = Place::new("", "", "OneToManyRelationships");
            return Err(place.fail(Problem::Unsupported));
        }
        self.add_together(relationships, ColumnKind::Customer)
    }

    fn add_together(
        &mut self,
        relationships: Vec<NewOneToMany>,
        kind: ColumnKind,
    ) -> Result<(), DefinitionError> {
        let place = |property| Place::new("", "", property);
        let first = relationships
            .first()
            .ok_or_else(|| place("OneToManyRelationships").fail(Problem::Missing))?;
        if relationships.len() > limits::TARGETS {
            return Err(
                place("OneToManyRelationships").fail(Problem::TooMany { max: limits::TARGETS })
            );
        }
        let table = self.open_table(&first.referencing)?;
        let logical = first.lookup.schema.to_ascii_lowercase();
        if table.column(&logical).is_some() {
            return Err(Place::new(&table.logical, &logical, "SchemaName").fail(Problem::Exists));
        }
        for (at, one) in relationships.iter().enumerate() {
            if one.referencing != table.logical {
                return Err(place("ReferencingEntity").fail(Problem::Unsupported));
            }
            if relationships.iter().take(at).any(|other| other.referenced == one.referenced) {
                return Err(place("ReferencedEntity").fail(Problem::Exists));
            }
        }
        self.add_lookup(&table, first, kind)?;
        for mut one in relationships {
            let target = self.target(&one)?;
            // the names of a lookup to several tables tell which
            let usual = format!("{}_{}", one.lookup.schema, one.referenced);
            one.referencing_navigation.get_or_insert(usual);
            self.add_end(one, &target)?;
        }
        Ok(())
    }

    /// The table that the lookup will refer to, after the checks of names.
    fn target(&self, new: &NewOneToMany) -> Result<Arc<Table>, DefinitionError> {
        let place = Place::new(&new.referencing, &new.schema, "SchemaName");
        check::name(&place, &new.schema, true)?;
        let target = self.table(&new.referenced)?;
        if target.is_union() || target.intersect {
            return Err(Place::new(&new.referenced, "", "ReferencedEntity").fail(Problem::System));
        }
        Ok(target)
    }

    fn add_lookup(
        &mut self,
        table: &Table,
        new: &NewOneToMany,
        kind: ColumnKind,
    ) -> Result<(), DefinitionError> {
        let lookup = &new.lookup;
        let logical = lookup.schema.to_ascii_lowercase();
        let place = |property| Place::new(&table.logical, &logical, property);
        check::name(&place("SchemaName"), &lookup.schema, false)?;
        check::labels(&place("DisplayName"), &lookup.labels, true, limits::LABEL)?;
        check::labels(&place("Description"), &lookup.description, false, limits::DESCRIPTION)?;
        if table.columns().len() >= limits::COLUMNS {
            return Err(place("").fail(Problem::TooMany { max: limits::COLUMNS }));
        }
        let id = self.id();
        let mut lookup = lookup.clone();
        lookup.kind = kind;
        self.made(CreatedKind::Column, id, &logical, Some(&table.logical));
        self.push_column(&table.logical, create::made(id, lookup))
    }

    /// The relationship itself, its column being there.
    fn add_end(&mut self, new: NewOneToMany, target: &Table) -> Result<(), DefinitionError> {
        let place = |property| Place::new(&new.referencing, &new.schema, property);
        if self.relationship_exists(&new.schema) {
            return Err(place("SchemaName").fail(Problem::Exists));
        }
        let standing = self.table(&new.referencing)?;
        let column = new.lookup.schema.to_ascii_lowercase();
        let first = self.relationships.iter().any(|one| {
            matches!(&**one, Relationship::OneToMany(one)
                if one.referencing == new.referencing && one.referencing_column == column)
        });
        let single = new.referencing_navigation.unwrap_or_else(|| {
            let schema =
                standing.column(&column).map_or(&new.lookup.schema, |column| &column.schema);
            if first { format!("{schema}_{}", new.referenced) } else { schema.clone() }
        });
        let many = new.referenced_navigation.unwrap_or_else(|| new.schema.clone());
        for (table, name, property) in [
            (&new.referencing, &single, "ReferencingEntityNavigationPropertyName"),
            (&new.referenced, &many, "ReferencedEntityNavigationPropertyName"),
        ] {
            // a navigation property may have the name of its own lookup, and of no other column
            let clash = self.find(table).and_then(|found| found.column(name));
            let own = table == &new.referencing && *name == column;
            if self.navigation_exists(table, name) || clash.is_some() && !own {
                return Err(Place::new(table, name, property).fail(Problem::Exists));
            }
            if name.is_empty()
                || name.len() > 200
                || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            {
                let problem = Problem::Name(crate::names::NameProblem::Characters);
                return Err(Place::new(table, name, property).fail(problem));
            }
        }
        cascade(new.cascade).map_err(|problem| place("CascadeConfiguration").fail(problem))?;
        if new.hierarchical && new.referenced != new.referencing {
            return Err(place("IsHierarchical").fail(Problem::Unsupported));
        }
        let id = self.id();
        self.made(CreatedKind::Relationship, id, &new.schema, None);
        self.push_relationship(Relationship::OneToMany(OneToMany {
            id,
            schema: new.schema,
            referenced: new.referenced,
            referenced_column: target.primary_id.clone(),
            referencing: new.referencing,
            referencing_column: column,
            referencing_navigation: single,
            referenced_navigation: many,
            cascade: new.cascade,
            hierarchical: new.hierarchical,
            custom: true,
        }));
        Ok(())
    }

    /// One more table for a lookup.
    fn add_target(
        &mut self,
        table: &Table,
        column: &Column,
        target: &str,
    ) -> Result<(), DefinitionError> {
        let mut after = column.clone();
        if let ColumnKind::Lookup { targets } = &mut after.kind {
            targets.push(target.to_owned());
        }
        let changed = after.clone();
        let standing = self.edit(&table.logical, |table| {
            table.change_columns(|columns| {
                if let Some(one) = columns.iter_mut().find(|one| one.id == changed.id) {
                    *one = changed;
                }
            });
        })?;
        self.steps.push(Step::AlterColumn {
            table: standing,
            before: Box::new(column.clone()),
            after: Box::new(after),
        });
        Ok(())
    }

    pub(super) fn add_many_to_many(&mut self, new: NewManyToMany) -> Result<(), DefinitionError> {
        let place = |property| Place::new("", &new.schema, property);
        check::name(&place("SchemaName"), &new.schema, false)?;
        if self.relationship_exists(&new.schema) {
            return Err(place("SchemaName").fail(Problem::Exists));
        }
        let intersect = new.intersect.clone().unwrap_or_else(|| new.schema.clone());
        check::name(&place("IntersectEntityName"), &intersect, false)?;
        let logical = intersect.to_ascii_lowercase();
        if self.find(&logical).is_some() {
            return Err(place("IntersectEntityName").fail(Problem::Exists));
        }
        let (first, second) = (self.open_table(&new.first)?, self.open_table(&new.second)?);
        let itself = first.logical == second.logical;
        let end = |table: &Table, navigation: &Option<String>, suffix: &str| End {
            table: table.logical.clone(),
            column: if itself {
                format!("{}{suffix}", table.primary_id)
            } else if table.activity {
                format!("{}id", table.logical)
            } else {
                table.primary_id.clone()
            },
            navigation: navigation.clone().unwrap_or_else(|| {
                if itself { format!("{}_{suffix}", new.schema) } else { new.schema.clone() }
            }),
        };
        let ends = [
            end(&first, &new.first_navigation, "one"),
            end(&second, &new.second_navigation, "two"),
        ];
        for end in &ends {
            let clash = self.find(&end.table).and_then(|found| found.column(&end.navigation));
            if self.navigation_exists(&end.table, &end.navigation) || clash.is_some() {
                let place = Place::new(&end.table, &end.navigation, "NavigationPropertyName");
                return Err(place.fail(Problem::Exists));
            }
        }
        let [first_end, second_end] = &ends;
        if itself && first_end.navigation == second_end.navigation {
            return Err(place("Entity2NavigationPropertyName").fail(Problem::Exists));
        }
        let mut table = Table::new(self.id(), &intersect, Ownership::None, self.next_code());
        table.set = format!("{logical}set");
        table.labels = Labels::english(intersect.clone());
        table.plural = table.labels.clone();
        table.intersect = true;
        table.private = true;
        table.custom = true;
        let draw = &mut |_: &str| self.id();
        let mut key = standard::key(&table, draw);
        key.custom = true;
        standard::push(&mut table, key);
        for end in &ends {
            let labels = Labels::english(end.column.clone());
            let mut column = standard::column(self.id(), &end.column, ColumnKind::Guid, labels);
            column.custom = true;
            standard::push(&mut table, column);
        }
        table.keys.push(AlternateKey {
            id: self.id(),
            logical: "pair".to_owned(),
            schema: "pair".to_owned(),
            labels: Labels::english("pair"),
            columns: ends.iter().map(|end| end.column.clone()).collect(),
        });
        let table = Arc::new(table);
        self.touch(DefinitionKind::Table, table.id);
        self.tables.push(Arc::clone(&table));
        self.steps.push(Step::CreateTable(table));
        let id = self.id();
        self.made(CreatedKind::Relationship, id, &new.schema, None);
        let [first, second] = ends;
        self.push_relationship(Relationship::ManyToMany(ManyToMany {
            id,
            schema: new.schema,
            intersect: logical,
            first,
            second,
            custom: true,
        }));
        Ok(())
    }

    fn next_code(&self) -> i32 {
        let first = limits::FIRST_CUSTOM_CODE + 500;
        self.tables.iter().map(|table| table.code + 1).max().unwrap_or(first).max(first)
    }

    /// Notes may be attached to the rows of this table.
    pub(super) fn attach_notes(&mut self, table: &str) -> Result<(), DefinitionError> {
        self.attach(table, ("annotation", "objectid"), "Annotations", Cascade::PARENTAL)?;
        self.edit(table, |table| table.notes = true).map(|_table| ())
    }

    /// Document locations may be about the rows of this table.
    pub(super) fn attach_documents(&mut self, table: &str) -> Result<(), DefinitionError> {
        let about = ("sharepointdocumentlocation", "regardingobjectid");
        let place = || Place::new(table, "", "IsDocumentManagementEnabled");
        let standing = self.table(about.0)?;
        let is_target = |column: &Column| column.kind.targets().contains(&table);
        if standing.column(about.1).is_some_and(is_target) {
            return Err(place().fail(Problem::Exists));
        }
        let targets = standing.column(about.1).map_or(0, |column| column.kind.targets().len());
        if targets >= limits::TARGETS {
            return Err(place().fail(Problem::TooMany { max: limits::TARGETS }));
        }
        self.attach(table, about, "SharePointDocumentLocations", Cascade::REFERENTIAL)
    }

    /// Activities may be about the rows of this table.
    pub(super) fn attach_activities(&mut self, table: &str) -> Result<(), DefinitionError> {
        let activities: Vec<String> =
            self.tables.iter().filter(|one| one.activity).map(|one| one.logical.clone()).collect();
        for activity in activities {
            let many = match activity.as_str() {
                "activitypointer" => "ActivityPointers".to_owned(),
                "phonecall" => "PhoneCalls".to_owned(),
                other => {
                    let plural = crate::names::plural(other);
                    let mut letters = plural.chars();
                    letters.next().map_or_else(String::new, |first| {
                        first.to_uppercase().chain(letters).collect()
                    })
                }
            };
            self.attach(table, (&activity, "regardingobjectid"), &many, Cascade::PARENTAL)?;
        }
        self.edit(table, |table| table.activities = true).map(|_table| ())
    }

    fn attach(
        &mut self,
        table: &str,
        (from, column): (&str, &str),
        many: &str,
        cascade: Cascade,
    ) -> Result<(), DefinitionError> {
        let target = self.open_table(table)?;
        let Some(standing) = self.find(from).map(Arc::clone) else {
            return Err(Place::new(from, "", "").fail(Problem::Missing));
        };
        let column = Draft::column(&standing, column)?;
        let schema = format!("{table}_{many}");
        if self.relationship_exists(&schema) {
            return Err(Place::new(table, &schema, "SchemaName").fail(Problem::Exists));
        }
        if standing.is_union() {
            // no rows of its own: nothing to do but to say it
            let (id, table) = (column.id, table.to_owned());
            self.edit(from, |from| {
                from.change_columns(|columns| {
                    if let Some(one) = columns.iter_mut().find(|one| one.id == id)
                        && let ColumnKind::Lookup { targets } = &mut one.kind
                    {
                        targets.push(table);
                    }
                });
            })?;
        } else {
            self.add_target(&standing, &column, table)?;
        }
        let navigation = if standing.activity && !standing.is_union() {
            format!("{}_{table}_{from}", column.logical)
        } else {
            format!("{}_{table}", column.logical)
        };
        let id = self.id();
        self.push_relationship(Relationship::OneToMany(OneToMany {
            id,
            schema: schema.clone(),
            referenced: table.to_owned(),
            referenced_column: target.primary_id.clone(),
            referencing: from.to_owned(),
            referencing_column: column.logical,
            referencing_navigation: navigation,
            referenced_navigation: schema,
            cascade,
            hierarchical: false,
            custom: true,
        }));
        Ok(())
    }
}

/// Whether the rules fit together: unlinking and refusing are for deletion alone.
fn cascade(rules: Cascade) -> Result<(), Problem> {
    let others = [rules.assign, rules.merge, rules.reparent, rules.share, rules.unshare];
    let misplaced = others
        .iter()
        .any(|rule| matches!(rule, CascadeAction::RemoveLink | CascadeAction::Restrict));
    let deletion = matches!(rules.delete, CascadeAction::Active | CascadeAction::UserOwned);
    if misplaced || deletion { Err(Problem::Unsupported) } else { Ok(()) }
}
