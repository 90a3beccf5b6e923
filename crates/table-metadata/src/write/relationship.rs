//! Relationships and alternate keys.

use serde_json::{Value, json};
use tables::{AlternateKey, Cascade, CascadeAction, Model, Relationship, Table};

use super::{
    document::{Document, MANY_TO_MANY, ONE_TO_MANY},
    label::{label, managed},
};

/// Which relationships of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those whose "one" it is.
    OneToMany,
    /// Those whose "many" it is: its lookups.
    ManyToOne,
    /// The many-to-many ones.
    ManyToMany,
}

/// The relationships of a table.
pub fn relationships(model: &Model, table: &str, which: Which) -> Vec<Value> {
    model
        .relationships()
        .iter()
        .filter(|one| match (which, &***one) {
            (Which::OneToMany, Relationship::OneToMany(one)) => one.referenced == table,
            (Which::ManyToOne, Relationship::OneToMany(one)) => one.referencing == table,
            (Which::ManyToMany, Relationship::ManyToMany(many)) => {
                many.first.table == table || many.second.table == table
            }
            _ => false,
        })
        .map(|one| relationship(one))
        .collect()
}

/// A relationship.
pub fn relationship(relationship: &Relationship) -> Value {
    match relationship {
        Relationship::OneToMany(one) => {
            let mut document = Document::new(&ONE_TO_MANY);
            document.texts(&[
                ("SchemaName", &one.schema),
                ("ReferencedAttribute", &one.referenced_column),
                ("ReferencedEntity", &one.referenced),
                ("ReferencingAttribute", &one.referencing_column),
                ("ReferencingEntity", &one.referencing),
                ("ReferencedEntityNavigationPropertyName", &one.referenced_navigation),
                ("ReferencingEntityNavigationPropertyName", &one.referencing_navigation),
            ]);
            document.flags(&[
                ("IsCustomRelationship", one.custom),
                ("IsManaged", !one.custom),
                ("IsHierarchical", one.hierarchical),
            ]);
            document.locked(&[("IsCustomizable", one.custom)]);
            document.values([
                ("MetadataId", json!(one.id)),
                ("CascadeConfiguration", cascade(one.cascade)),
            ]);
            document.finish()
        }
        Relationship::ManyToMany(many) => {
            let mut document = Document::new(&MANY_TO_MANY);
            document.texts(&[
                ("SchemaName", &many.schema),
                ("Entity1LogicalName", &many.first.table),
                ("Entity2LogicalName", &many.second.table),
                ("IntersectEntityName", &many.intersect),
                ("Entity1IntersectAttribute", &many.first.column),
                ("Entity2IntersectAttribute", &many.second.column),
                ("Entity1NavigationPropertyName", &many.first.navigation),
                ("Entity2NavigationPropertyName", &many.second.navigation),
            ]);
            document.flags(&[("IsCustomRelationship", many.custom), ("IsManaged", !many.custom)]);
            document.locked(&[("IsCustomizable", many.custom)]);
            document.values([("MetadataId", json!(many.id))]);
            document.finish()
        }
    }
}

fn cascade(cascade: Cascade) -> Value {
    json!({
        "Assign": action(cascade.assign),
        "Delete": action(cascade.delete),
        "Archive": "NoCascade",
        "Merge": action(cascade.merge),
        "Reparent": action(cascade.reparent),
        "Share": action(cascade.share),
        "Unshare": action(cascade.unshare),
        "RollupView": "NoCascade",
    })
}

const fn action(action: CascadeAction) -> &'static str {
    match action {
        CascadeAction::NoCascade => "NoCascade",
        CascadeAction::Cascade => "Cascade",
        CascadeAction::Active => "Active",
        CascadeAction::UserOwned => "UserOwned",
        CascadeAction::RemoveLink => "RemoveLink",
        CascadeAction::Restrict => "Restrict",
    }
}

/// Every alternate key of a table.
pub fn keys(table: &Table, language: u16) -> Vec<Value> {
    table.keys.iter().map(|one| key(table, one, language)).collect()
}

/// An alternate key (`EntityKeyMetadata`).
pub fn key(table: &Table, key: &AlternateKey, language: u16) -> Value {
    json!({
        "MetadataId": key.id,
        "HasChanged": null,
        "DisplayName": label(&key.labels, language),
        "LogicalName": key.logical,
        "SchemaName": key.schema,
        "EntityLogicalName": table.logical,
        "KeyAttributes": key.columns,
        "IsCustomizable": managed(true, false, "iscustomizable"),
        "IsManaged": !table.custom && !key.schema.contains('_'),
        "IntroducedVersion": "1.0",
        "EntityKeyIndexStatus": "Active",
        "IsSynchronous": true,
        "IsExportKey": false,
        "AsyncJob": null,
    })
}
