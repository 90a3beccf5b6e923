//! Other definitions of what is there.

use std::sync::Arc;

use super::{
    DefinitionError, DefinitionKind, Needs, NewChoice, NewColumn, Place, Problem, Step,
    TableUpdate, check, draft::Draft,
};
use crate::{
    Cascade, Choice, ChoiceOption, Column, ColumnKind, Labels, Options, Relationship, Required,
    limits,
};

/// New texts, with those languages of the old that they lack if asked for.
fn merged(old: &Labels, new: Labels, merge: bool) -> Labels {
    if !merge {
        return new;
    }
    let mut labels = old.clone();
    labels.merge(&new);
    labels
}

fn merged_options(old: &[ChoiceOption], new: &mut [ChoiceOption], merge: bool) {
    for option in new {
        if let Some(before) = old.iter().find(|before| before.value == option.value) {
            let labels = std::mem::take(&mut option.labels);
            option.labels = merged(&before.labels, labels, merge);
        }
    }
}

impl Draft<'_> {
    pub(super) fn update_table(&mut self, update: TableUpdate) -> Result<(), DefinitionError> {
        let table = self.table(&update.table)?;
        let place = |property| Place::new(&update.table, "", property);
        let merge = update.merge_labels;
        let text = |old: &Labels, new: Option<Labels>| {
            new.map_or_else(|| old.clone(), |new| merged(old, new, merge))
        };
        let labels = text(&table.labels, update.labels);
        let plural = text(&table.plural, update.plural);
        let description = text(&table.description, update.description);
        check::labels(&place("DisplayName"), &labels, true, limits::LABEL)?;
        check::labels(&place("DisplayCollectionName"), &plural, true, limits::LABEL)?;
        check::labels(&place("Description"), &description, false, limits::DESCRIPTION)?;
        for (had, wanted, property) in [
            (table.notes, update.notes, "HasNotes"),
            (table.activities, update.activities, "HasActivities"),
        ] {
            if had && wanted == Some(false) {
                return Err(place(property).fail(Problem::Unsupported));
            }
        }
        self.edit(&update.table, |table| {
            table.labels = labels;
            table.plural = plural;
            table.description = description;
            table.change_tracking = update.change_tracking.unwrap_or(table.change_tracking);
            table.audited = update.audited.unwrap_or(table.audited);
        })?;
        if !table.notes && update.notes == Some(true) {
            self.attach_notes(&update.table)?;
        }
        if !table.activities && update.activities == Some(true) {
            self.attach_activities(&update.table)?;
        }
        Ok(())
    }

    pub(super) fn update_column(
        &mut self,
        table: &str,
        column: &str,
        to: NewColumn,
        merge: bool,
    ) -> Result<(), DefinitionError> {
        let standing = self.open_table(table)?;
        let before = Draft::column(&standing, column)?;
        let place = |property| Place::new(table, column, property);
        if to.schema.to_ascii_lowercase() != before.logical {
            return Err(place("SchemaName").fail(Problem::KindChanged));
        }
        let mut after = before.clone();
        after.labels = merged(&before.labels, to.labels, merge);
        after.description = merged(&before.description, to.description, merge);
        after.kind = kind(&before, to.kind, merge)
            .map_err(|problem| place("AttributeType").fail(problem))?;
        after.secured = to.secured;
        after.audited = to.audited;
        after.searched = to.searched;
        after.auto_number = to.auto_number;
        if before.required != Required::System && to.required != Required::System {
            after.required = to.required;
        }
        if is_made_elsewhere(&after.kind) {
            check::labels(&place("DisplayName"), &after.labels, true, limits::LABEL)?;
            check::labels(&place("Description"), &after.description, false, limits::DESCRIPTION)?;
        } else {
            let whole = NewColumn::of(&after);
            self.check(|parts| check::column(parts, table, &whole))?;
        }
        if after.secured && !before.custom && before.required == Required::System {
            return Err(place("IsSecured").fail(Problem::System));
        }
        let after_id = after.id;
        let changed = after.clone();
        let standing = self.edit(table, |table| {
            table.change_columns(|columns| {
                if let Some(one) = columns.iter_mut().find(|one| one.id == after_id) {
                    *one = changed;
                }
            });
        })?;
        for key in standing.keys.iter().filter(|key| key.columns.iter().any(|one| one == column)) {
            let mut bytes = 0;
            for name in &key.columns {
                let part = standing.column(name).and_then(check::key_bytes);
                bytes += part.ok_or_else(|| {
                    let by = Needs::Key { key: key.logical.clone(), table: table.to_owned() };
                    place("IsSecured").fail(Problem::InUse { by: vec![by] })
                })?;
            }
            if key.columns.len() > 1 && bytes > limits::KEY_BYTES {
                let max = limits::KEY_BYTES;
                return Err(place("MaxLength").fail(Problem::KeyTooLong { bytes, max }));
            }
        }
        if after.kind != before.kind {
            self.steps.push(Step::AlterColumn {
                table: standing,
                before: Box::new(before),
                after: Box::new(after),
            });
        }
        Ok(())
    }

    pub(super) fn update_relationship(
        &mut self,
        schema: &str,
        cascade: Cascade,
        hierarchical: Option<bool>,
    ) -> Result<(), DefinitionError> {
        let place = Place::new("", schema, "");
        let standing = self
            .relationships
            .iter_mut()
            .find(|one| one.schema() == schema)
            .ok_or_else(|| place.clone().fail(Problem::Missing))?;
        let Relationship::OneToMany(one) = Arc::make_mut(standing) else { return Ok(()) };
        one.cascade = cascade;
        if let Some(hierarchical) = hierarchical {
            if hierarchical && one.referenced != one.referencing {
                return Err(Place::new("", schema, "IsHierarchical").fail(Problem::Unsupported));
            }
            one.hierarchical = hierarchical;
        }
        let id = one.id;
        self.touch(DefinitionKind::Relationship, id);
        Ok(())
    }

    pub(super) fn update_choice(
        &mut self,
        to: NewChoice,
        merge: bool,
    ) -> Result<(), DefinitionError> {
        let name = to.name.to_ascii_lowercase();
        let place = |property| Place::new("", &name, property);
        check::labels(&place("DisplayName"), &to.labels, true, limits::LABEL)?;
        check::labels(&place("Description"), &to.description, false, limits::DESCRIPTION)?;
        check::options(&place("Options"), &to.options)?;
        for (table, column) in self.users_of_choice(&name) {
            if let ColumnKind::Choice { default: Some(default), .. } = column.kind
                && !to.options.iter().any(|option| option.value == default)
            {
                let by = Needs::Default { table, column: column.logical };
                return Err(place("Options").fail(Problem::InUse { by: vec![by] }));
            }
        }
        let standing = self
            .choices
            .iter_mut()
            .find(|choice| choice.name == name)
            .ok_or_else(|| place("").fail(Problem::Missing))?;
        let mut options = to.options;
        merged_options(&standing.options, &mut options, merge);
        let changed = Choice {
            labels: merged(&standing.labels, to.labels, merge),
            description: merged(&standing.description, to.description, merge),
            options,
            ..Choice::clone(standing)
        };
        let id = changed.id;
        *standing = Arc::new(changed);
        self.touch(DefinitionKind::Choice, id);
        Ok(())
    }
}

/// Kinds whose columns are made with a table or a relationship, not one by one.
const fn is_made_elsewhere(kind: &ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Key
            | ColumnKind::Lookup { .. }
            | ColumnKind::Customer
            | ColumnKind::Owner
            | ColumnKind::Version
            | ColumnKind::State { .. }
            | ColumnKind::Status { .. }
    )
}

/// The new kind of a column: the same kind with other limits, more on columns of one's own.
fn kind(before: &Column, mut to: ColumnKind, merge: bool) -> Result<ColumnKind, Problem> {
    if !check::same_kind(&before.kind, &to) {
        return Err(Problem::KindChanged);
    }
    match (&before.kind, &mut to) {
        (
            ColumnKind::Choice { options: Options::Local(old), .. },
            ColumnKind::Choice { options: Options::Local(new), .. },
        )
        | (
            ColumnKind::Choices { options: Options::Local(old) },
            ColumnKind::Choices { options: Options::Local(new) },
        ) => merged_options(old, new, merge),
        (
            ColumnKind::Boolean { yes, no, .. },
            ColumnKind::Boolean { yes: new_yes, no: new_no, .. },
        ) => {
            *new_yes = merged(yes, std::mem::take(new_yes), merge);
            *new_no = merged(no, std::mem::take(new_no), merge);
        }
        // states are the system's; only their texts may be others
        (ColumnKind::State { options: old }, ColumnKind::State { options: new }) => {
            let same = old.len() == new.len()
                && old.iter().zip(new.iter()).all(|(old, new)| old.value == new.value);
            if !same {
                return Err(Problem::System);
            }
        }
        // a status may be added to a state that there is
        (ColumnKind::Status { options: old }, ColumnKind::Status { options: new }) => {
            let kept = old
                .iter()
                .all(|old| new.iter().any(|new| new.value == old.value && new.state == old.state));
            if !kept || new.iter().any(|new| !old.iter().any(|old| old.state == new.state)) {
                return Err(Problem::System);
            }
        }
        (ColumnKind::Text { max: old, .. }, ColumnKind::Text { max: new, .. })
        | (ColumnKind::Memo { max: old, .. }, ColumnKind::Memo { max: new, .. })
            if !before.custom && *new < *old =>
        {
            return Err(Problem::System);
        }
        _ => {}
    }
    Ok(to)
}
