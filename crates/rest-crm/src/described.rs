//! Tables and fields as they go out.

use crm::{Choice, Field, FieldKind, Permissions, Table, TableName};
use serde::Serialize;
use utoipa::ToSchema;

/// A table of the CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmTable)]
pub(crate) struct TableItem {
    /// As the CRM calls it.
    #[schema(example = "Opportunity")]
    name: String,
    /// What people call one of its records.
    #[schema(example = "Opportunity")]
    label: String,
    /// What people call several.
    #[schema(example = "Opportunities")]
    plural: String,
}

impl From<TableName> for TableItem {
    fn from(table: TableName) -> Self {
        Self { name: table.name, label: table.label, plural: table.plural }
    }
}

/// A table of the CRM with its fields.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmTableDetail)]
pub(crate) struct TableDetail {
    /// As the CRM calls it.
    #[schema(example = "Opportunity")]
    name: String,
    /// What people call one of its records.
    #[schema(example = "Opportunity")]
    label: String,
    /// The field with the id.
    #[schema(example = "Id")]
    id_field: String,
    /// The field that names a record.
    #[schema(example = "Name")]
    name_field: Option<String>,
    /// Whether the caller may make records.
    may_create: bool,
    /// Whether the caller may change records, own ones at least.
    may_write: bool,
    /// Whether the caller may delete records, own ones at least.
    may_delete: bool,
    /// The fields that the caller may see.
    fields: Vec<FieldItem>,
}

impl TableDetail {
    pub(crate) fn of(table: &Table, may: Permissions) -> Self {
        Self {
            name: table.name.clone(),
            label: table.label.clone(),
            id_field: table.id_field.clone(),
            name_field: table.name_field.clone(),
            may_create: may.create,
            may_write: may.update,
            may_delete: may.delete,
            fields: table.fields.iter().map(FieldItem::of).collect(),
        }
    }
}

/// A field of a table of the CRM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmField)]
struct FieldItem {
    /// As the CRM calls it.
    #[schema(example = "StageName")]
    name: String,
    /// What people call it.
    #[schema(example = "Stage")]
    label: String,
    /// `id`, `text`, `whole`, `number`, `money`, `boolean`, `date`, `instant`, `choice`, `choices`, `row`, or `other` for
    /// what is not carried.
    #[schema(example = "choice")]
    kind: &'static str,
    /// Whether a record needs a value for it.
    required: bool,
    /// Whether the caller may set it at creation.
    createable: bool,
    /// Whether the caller may change it.
    updateable: bool,
    /// The longest text, in characters.
    max_length: Option<u64>,
    /// The entries of a choice.
    choices: Vec<ChoiceItem>,
    /// The tables that a lookup leads to.
    tables: Vec<String>,
}

/// An entry of a choice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmChoice)]
struct ChoiceItem {
    #[schema(example = "Closed Won")]
    value: String,
    #[schema(example = "Closed won")]
    label: String,
}

impl FieldItem {
    fn of(field: &Field) -> Self {
        let entries = |all: &[Choice]| {
            let one = |choice: &Choice| {
                let (value, label) = (choice.value.clone(), choice.label.clone());
                ChoiceItem { value, label }
            };
            all.iter().map(one).collect()
        };
        let (mut max_length, mut choices, mut tables) = (None, Vec::new(), Vec::new());
        let kind = match &field.kind {
            FieldKind::Id => "id",
            FieldKind::Text(max) => {
                max_length = *max;
                "text"
            }
            FieldKind::Whole => "whole",
            FieldKind::Number => "number",
            FieldKind::Money => "money",
            FieldKind::Boolean => "boolean",
            FieldKind::Date => "date",
            FieldKind::Instant => "instant",
            FieldKind::Choice(all) => {
                choices = entries(all);
                "choice"
            }
            FieldKind::Choices(all) => {
                choices = entries(all);
                "choices"
            }
            FieldKind::Row(to) => {
                tables.clone_from(to);
                "row"
            }
            FieldKind::Other(_) => "other",
        };
        Self {
            name: field.name.clone(),
            label: field.label.clone(),
            kind,
            required: field.required,
            createable: field.createable,
            updateable: field.updateable,
            max_length,
            choices,
            tables,
        }
    }
}
