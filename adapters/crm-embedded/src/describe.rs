//! What tables look like to a seller.

use crm::{Choice, Field, FieldKind, Table, TableName};
use queries::Access;
use tables::{Column, ColumnKind, DateBehaviour, Model, Required, Table as Definition};

/// A table, with labels in a language (an LCID).
pub(crate) fn table(model: &Model, access: &Access, of: &Definition, language: u16) -> Table {
    let seen = of.columns().iter().filter(|column| visible(access, of, column));
    let label = of.labels.text(language);
    Table {
        name: of.logical.clone(),
        label: if label.is_empty() { of.logical.clone() } else { label.to_owned() },
        id_field: of.primary_id.clone(),
        name_field: of.primary_name.clone(),
        fields: seen.map(|column| field(model, access, (of, column), language)).collect(),
    }
}

/// Whether people open a table as such.
pub(crate) fn is_open(table: &Definition) -> bool {
    !table.intersect && !table.private && table.primary_name.is_some() && !table.is_union()
}

/// What people call a table, in a language (an LCID).
pub(crate) fn name(of: &Definition, language: u16) -> TableName {
    let or = |text: &str, other: &str| {
        if text.is_empty() { other.to_owned() } else { text.to_owned() }
    };
    let label = or(of.labels.text(language), &of.logical);
    TableName { name: of.logical.clone(), plural: or(of.plural.text(language), &label), label }
}

/// Whether a seller may know of a column.
pub(crate) fn visible(access: &Access, table: &Definition, column: &Column) -> bool {
    column.for_read && access.reads(table, column)
}

/// Whether a seller may ever write a column.
pub(crate) fn writable(access: &Access, table: &Definition, column: &Column, new: bool) -> bool {
    let open = if new {
        column.for_create && access.creates(table, column)
    } else {
        column.for_update && access.writes(table, column)
    };
    open && column.computed.is_none()
}

pub(crate) fn field(
    model: &Model,
    access: &Access,
    (table, column): (&Definition, &Column),
    language: u16,
) -> Field {
    let label = column.labels.text(language);
    let createable = writable(access, table, column, true);
    let needed = matches!(column.required, Required::Application | Required::System);
    // The system fills these in by itself.
    let given = matches!(
        column.kind,
        ColumnKind::Key | ColumnKind::Owner | ColumnKind::State { .. } | ColumnKind::Status { .. }
    );
    Field {
        name: column.logical.clone(),
        label: if label.is_empty() { column.logical.clone() } else { label.to_owned() },
        kind: kind(model, column, language),
        required: createable && needed && !given,
        createable,
        updateable: writable(access, table, column, false),
    }
}

fn kind(model: &Model, column: &Column, language: u16) -> FieldKind {
    let entry = |value: i32, labels: &tables::Labels| Choice {
        value: value.to_string(),
        label: labels.text(language).to_owned(),
    };
    let options =
        || model.options(column).iter().map(|one| entry(one.value, &one.labels)).collect();
    match &column.kind {
        ColumnKind::Key | ColumnKind::Guid => FieldKind::Id,
        ColumnKind::Text { max, .. } | ColumnKind::Memo { max, .. } => {
            FieldKind::Text(Some(u64::from(*max)))
        }
        ColumnKind::Whole { .. } | ColumnKind::Big | ColumnKind::Version => FieldKind::Whole,
        ColumnKind::Decimal { .. } | ColumnKind::Double { .. } => FieldKind::Number,
        ColumnKind::Money { .. } => FieldKind::Money,
        ColumnKind::Boolean { .. } => FieldKind::Boolean,
        ColumnKind::DateTime { behaviour: DateBehaviour::DateOnly, .. } => FieldKind::Date,
        ColumnKind::DateTime { .. } => FieldKind::Instant,
        ColumnKind::Choice { .. } => FieldKind::Choice(options()),
        ColumnKind::Choices { .. } => FieldKind::Choices(options()),
        ColumnKind::State { options } => {
            FieldKind::Choice(options.iter().map(|one| entry(one.value, &one.labels)).collect())
        }
        ColumnKind::Status { options } => {
            FieldKind::Choice(options.iter().map(|one| entry(one.value, &one.labels)).collect())
        }
        ColumnKind::Lookup { .. } | ColumnKind::Customer | ColumnKind::Owner => {
            FieldKind::Row(column.kind.targets().into_iter().map(str::to_owned).collect())
        }
        ColumnKind::File { .. } => FieldKind::Other("file".to_owned()),
        ColumnKind::Image { .. } => FieldKind::Other("image".to_owned()),
    }
}
