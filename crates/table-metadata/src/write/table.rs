//! `EntityMetadata`.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use tables::{
    ColumnKind, Model, Ownership, Table, View,
    baseline::{privilege_id, privilege_name, ruled_by, verbs_of},
};

use super::label::{label, managed};

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
    let document = json!({
        "MetadataId": table.id,
        "HasChanged": null,
        "ActivityTypeMask": i32::from(table.activity),
        "AutoRouteToOwnerQueue": false,
        "CanBeInManyToMany": managed(open, false, "canbeinmanytomany"),
        "CanBePrimaryEntityInRelationship": managed(open, false, "canbeprimaryentityinrelationship"),
        "CanBeRelatedEntityInRelationship": managed(open, false, "canberelatedentityinrelationship"),
        "CanChangeHierarchicalRelationship":
            managed(true, false, "canchangehierarchicalrelationship"),
        "CanChangeTrackingBeEnabled": managed(open, false, "canchangetrackingbeenabled"),
        "CanCreateAttributes": managed(open, false, "cancreateattributes"),
        "CanCreateCharts": managed(open, false, "cancreatecharts"),
        "CanCreateForms": managed(open, false, "cancreateforms"),
        "CanCreateViews": managed(open, false, "cancreateviews"),
        "CanModifyAdditionalSettings": managed(true, true, "canmodifyadditionalsettings"),
        "CanTriggerWorkflow": false,
        "ChangeTrackingEnabled": table.change_tracking,
        "CollectionSchemaName": format!("{}s", table.schema),
        "DataProviderId": null,
        "DataSourceId": null,
        "DaysSinceRecordLastModified": 0,
        "Description": label(&table.description, language),
        "DisplayCollectionName": label(&table.plural, language),
        "DisplayName": label(&table.labels, language),
        "EnforceStateTransitions": false,
        "EntityColor": null,
        "EntityHelpUrl": null,
        "EntityHelpUrlEnabled": false,
        "EntitySetName": table.set,
        "ExternalCollectionName": null,
        "ExternalName": null,
        "HasActivities": table.activities,
        "HasEmailAddresses": false,
        "HasFeedback": false,
        "HasNotes": table.notes,
        "IntroducedVersion": "1.0",
        "IsAIRUpdated": false,
        "IsActivity": table.activity,
        "IsActivityParty": matches!(table.logical.as_str(), "account" | "contact" | "lead" | "systemuser"),
        "IsArchivalEnabled": false,
        "IsAuditEnabled": managed(table.audited, true, "canmodifyauditsettings"),
        "IsAvailableOffline": false,
        "IsBPFEntity": false,
        "IsBusinessProcessEnabled": false,
        "IsChildEntity": table.privileges_of.is_some() && !table.activity,
        "IsConnectionsEnabled": managed(false, false, "canmodifyconnectionsettings"),
        "IsCustomEntity": table.custom,
        "IsCustomizable": managed(open, false, "iscustomizable"),
        "IsDocumentManagementEnabled": false,
        "IsDocumentRecommendationsEnabled": false,
        "IsDuplicateDetectionEnabled": managed(false, true, "canmodifyduplicatedetectionsettings"),
        "IsEnabledForCharts": open,
        "IsEnabledForExternalChannels": false,
        "IsEnabledForTrace": false,
        "IsImportable": open,
        "IsInteractionCentricEnabled": false,
        "IsIntersect": table.intersect,
        "IsKnowledgeManagementEnabled": false,
        "IsLogicalEntity": table.is_union(),
        "IsMSTeamsIntegrationEnabled": false,
        "IsMailMergeEnabled": managed(false, true, "canmodifymailmergesettings"),
        "IsManaged": !table.custom,
        "IsMappable": managed(true, false, "ismappable"),
        "IsOfflineInMobileClient": managed(false, true, "canmodifymobileclientoffline"),
        "IsOneNoteIntegrationEnabled": false,
        "IsOptimisticConcurrencyEnabled": open,
        "IsPrivate": table.private,
        "IsQuickCreateEnabled": false,
        "IsReadOnlyInMobileClient": managed(false, true, "canmodifymobileclientreadonly"),
        "IsReadingPaneEnabled": true,
        "IsRenameable": managed(open, false, "isrenameable"),
        "IsRetentionEnabled": false,
        "IsSLAEnabled": false,
        "IsSolutionAware": false,
        "IsStateModelAware": table.state().is_some(),
        "IsValidForAdvancedFind": !table.private,
        "IsValidForQueue": managed(false, true, "canmodifyqueuesettings"),
        "IsVisibleInMobile": managed(true, true, "canmodifymobilevisibility"),
        "IsVisibleInMobileClient": managed(true, true, "canmodifymobileclientvisibility"),
        "LogicalCollectionName": table.set,
        "LogicalName": table.logical,
        "MobileOfflineFilters": null,
        "ObjectTypeCode": table.code,
        "OwnerId": null,
        "OwnerIdType": null,
        "OwningBusinessUnit": null,
        "OwnershipType": ownership,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryImageAttribute": image.map(|column| column.logical.as_str()),
        "PrimaryNameAttribute": table.primary_name,
        "RecurrenceBaseEntityLogicalName": null,
        "ReportViewName": format!("Filtered{}", table.schema),
        "SchemaName": table.schema,
        "SettingOf": null,
        "Settings": [],
        "SyncToExternalSearchIndex": false,
        "TableType": "Standard",
        "UsesBusinessDataLabelTable": false,
    });
    let mut document = match document {
        Value::Object(document) => document,
        _ => Map::new(),
    };
    document.insert("Privileges".to_owned(), privileges(model, table));
    Value::Object(document)
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

/// The layout of a view as `layoutxml`.
pub fn layout_xml(table: &Table, view: &View) -> String {
    let mut cells = String::new();
    for column in &view.columns {
        let _ = write!(cells, r#"<cell name="{}" width="{}"/>"#, column.name, column.width);
    }
    let jump = table.primary_name.as_deref().unwrap_or(&table.primary_id);
    format!(
        r#"<grid name="resultset" object="{}" jump="{jump}" select="1" icon="1" preview="1"><row name="result" id="{}">{cells}</row></grid>"#,
        table.code, table.primary_id
    )
}
