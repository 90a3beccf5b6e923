//! What a change replaces, as a number: whoever has seen another than the one that stands has seen something else.

use serde::Serialize;

use super::Change;
use crate::{AlternateKey, Choice, Column, Model, Relationship, Table, View};

impl Change {
    /// The number of the definition that the change replaces or takes away; none where it makes a new one, or where
    /// there is none of this name.
    pub fn replaces(&self, model: &Model) -> Option<i64> {
        match self {
            Self::UpdateTable(update) => model.table(&update.table).map(|table| of_table(table)),
            Self::DeleteTable { table } => model.table(table).map(|table| of_table(table)),
            Self::UpdateColumn { table, column, .. } | Self::DeleteColumn { table, column } => {
                model.table(table)?.column(column).map(of_column)
            }
            Self::DeleteKey { table, key } => {
                let keys = &model.table(table)?.keys;
                keys.iter().find(|one| one.logical == *key).map(number)
            }
            Self::UpdateRelationship { schema, .. } | Self::DeleteRelationship { schema } => {
                model.relationship(schema).map(|one| of_relationship(one))
            }
            Self::UpdateChoice { to, .. } => model.choice(&to.name).map(|one| of_choice(one)),
            Self::DeleteChoice { name } => model.choice(name).map(|one| of_choice(one)),
            Self::SaveView(view) => model.view(view.id).map(|one| of_view(one)),
            Self::DeleteView { id } => model.view(*id).map(|one| of_view(one)),
            Self::CreateTable(_)
            | Self::AddColumn { .. }
            | Self::AddKey { .. }
            | Self::AddOneToMany(_)
            | Self::AddPolymorphic { .. }
            | Self::AddCustomer { .. }
            | Self::AddManyToMany(_)
            | Self::AttachDocuments { .. }
            | Self::CreateChoice(_) => None,
        }
    }
}

/// The number of a table's own definition: its columns and keys have numbers of their own.
pub fn of_table(table: &Table) -> i64 {
    let mut json = serde_json::to_value(table).unwrap_or_default();
    if let Some(members) = json.as_object_mut() {
        members.remove("columns");
        members.remove("keys");
    }
    number(&json)
}

/// The number of a column's definition.
pub fn of_column(column: &Column) -> i64 {
    number(column)
}

/// The number of a relationship's definition.
pub fn of_relationship(relationship: &Relationship) -> i64 {
    number(relationship)
}

/// The number of a choice's definition.
pub fn of_choice(choice: &Choice) -> i64 {
    number(choice)
}

/// The number of an alternate key's definition.
pub fn of_key(key: &AlternateKey) -> i64 {
    number(key)
}

/// The number of a view's definition.
pub fn of_view(view: &View) -> i64 {
    number(view)
}

/// FNV-1a of what is written of a definition, without its sign.
fn number(definition: &impl Serialize) -> i64 {
    let written = serde_json::to_vec(definition).unwrap_or_default();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in written {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash >> 1).cast_signed()
}
