//! `EntityMetadata`.

use serde_json::{Value, json};
use tables::{
    ColumnKind, Model, Ownership, Table,
    baseline::{privilege_id, privilege_name, ruled_by, verbs_of},
    names,
};

use super::{
    document::{Document, TABLE},
    label::label,
};

/// A table without its columns, keys and relationships.
pub fn table(model: &Model, table: &Table, language: u16) -> Value {
    let open = !table.intersect && !table.is_union();
    let image = table.columns().iter().find(|one| matches!(one.kind, ColumnKind::Image { .. }));
    let ownership = match table.ownership {
        Ownership::User => "UserOwned",
        Ownership::Organisation => "OrganizationOwned",
        Ownership::BusinessUnit => "BusinessOwned",
        Ownership::None => "None",
    };
    let mut document = Document::new(&TABLE);
    document.texts(&[
        ("EntitySetName", &table.set),
        ("LogicalCollectionName", &table.set),
        ("LogicalName", &table.logical),
        ("OwnershipType", ownership),
        ("PrimaryIdAttribute", &table.primary_id),
        ("SchemaName", &table.schema),
    ]);
    document.flags(&[
        ("ChangeTrackingEnabled", table.change_tracking),
        ("HasActivities", table.activities),
        ("HasNotes", table.notes),
        ("IsActivity", table.activity),
        (
            "IsActivityParty",
            matches!(table.logical.as_str(), "account" | "contact" | "lead" | "systemuser"),
        ),
        ("IsChildEntity", table.privileges_of.is_some() && !table.activity),
        ("IsCustomEntity", table.custom),
        ("IsEnabledForCharts", open),
        ("IsImportable", open),
        ("IsIntersect", table.intersect),
        ("IsLogicalEntity", table.is_union()),
        ("IsManaged", !table.custom),
        ("IsOptimisticConcurrencyEnabled", open),
        ("IsPrivate", table.private),
        ("IsStateModelAware", table.state().is_some()),
        ("IsValidForAdvancedFind", !table.private),
    ]);
    document.locked(&[
        ("CanBeInManyToMany", open),
        ("CanBePrimaryEntityInRelationship", open),
        ("CanBeRelatedEntityInRelationship", open),
        ("CanChangeTrackingBeEnabled", open),
        ("CanCreateAttributes", open),
        ("CanCreateCharts", open),
        ("CanCreateForms", open),
        ("CanCreateViews", open),
        ("IsAuditEnabled", table.audited),
        ("IsCustomizable", open),
        ("IsRenameable", open),
    ]);
    let values = [
        ("MetadataId", json!(table.id)),
        ("ActivityTypeMask", json!(i32::from(table.activity))),
        ("CollectionSchemaName", json!(names::plural(&table.schema))),
        ("Description", label(&table.description, language)),
        ("DisplayCollectionName", label(&table.plural, language)),
        ("DisplayName", label(&table.labels, language)),
        ("ObjectTypeCode", json!(table.code)),
        ("PrimaryImageAttribute", json!(image.map(|column| column.logical.as_str()))),
        ("PrimaryNameAttribute", json!(table.primary_name)),
        ("ReportViewName", json!(format!("Filtered{}", table.schema))),
        ("Privileges", privileges(model, table)),
    ];
    document.values(values);
    document.finish()
}

/// What one may be allowed to do with the rows (`SecurityPrivilegeMetadata`).
fn privileges(model: &Model, table: &Table) -> Value {
    let ruling = ruled_by(model, table);
    let depths = matches!(ruling.ownership, Ownership::User | Ownership::BusinessUnit);
    verbs_of(ruling)
        .iter()
        .map(|verb| {
            let name = privilege_name(model, ruling, *verb);
            json!({
                "CanBeBasic": depths,
                "CanBeDeep": depths,
                "CanBeEntityReference": false,
                "CanBeGlobal": true,
                "CanBeLocal": depths,
                "CanBeParentEntityReference": false,
                "CanBeRecordFilter": false,
                "Name": name,
                "PrivilegeId": privilege_id(&name),
                "PrivilegeType": verb.name(),
            })
        })
        .collect()
}
