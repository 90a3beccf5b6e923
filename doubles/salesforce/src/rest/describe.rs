//! What objects and fields are, for whoever asks.

use doubles_salesforce_schema::{Field, Kind, Object};
use jiff::fmt::rfc2822;
use serde_json::{Value, json};

use super::{Call, Reply, layouts::MASTER};
use crate::{org::Org, rights::Caller};

/// When the objects were last changed: never, since they were made.
const CHANGED: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

/// `sobjects`
pub(super) fn all(org: &Org, caller: &Caller, call: &Call) -> Reply {
    if is_known(call) {
        return Reply::empty(304);
    }
    let objects = org.schema.objects().filter(|object| caller.on(object).read);
    let objects: Vec<Value> = objects.map(|object| brief(caller, object, call)).collect();
    let body = json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects });
    Reply::json(200, body).with("Last-Modified", CHANGED)
}

/// Whether the caller has heard of it since the last change.
fn is_known(call: &Call) -> bool {
    let since = call.header("if-modified-since").and_then(|at| rfc2822::parse(at).ok());
    let changed = rfc2822::parse(CHANGED).ok();
    since.zip(changed).is_some_and(|(since, changed)| since >= changed)
}

/// What is said of an object in a list.
pub(super) fn brief(caller: &Caller, object: &Object, call: &Call) -> Value {
    let rights = caller.on(object);
    let name = object.name;
    let url = call.url(&format!("sobjects/{name}"));
    json!({
        "activateable": false,
        "createable": rights.create,
        "custom": name.ends_with("__c"),
        "customSetting": false,
        "deepCloneable": false,
        "deletable": rights.delete,
        "deprecatedAndHidden": false,
        "feedEnabled": false,
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": object.prefix,
        "label": object.label,
        "labelPlural": object.plural,
        // shares and memberships have no pages of their own
        "layoutable": !object.name.ends_with("Share") && object.name != "GroupMember",
        "mergeable": matches!(name, "Account" | "Contact" | "Lead"),
        "mruEnabled": true,
        "name": name,
        "queryable": rights.read,
        "replicateable": true,
        "retrieveable": rights.read,
        "searchable": object.searchable,
        "triggerable": true,
        "undeletable": rights.delete,
        "updateable": rights.edit,
        "urls": {
            "rowTemplate": format!("{url}/{{ID}}"),
            "describe": format!("{url}/describe"),
            "layouts": format!("{url}/describe/layouts"),
            "compactLayouts": format!("{url}/describe/compactLayouts"),
            "approvalLayouts": format!("{url}/describe/approvalLayouts"),
            "listviews": format!("{url}/listviews"),
            "quickActions": format!("{url}/quickActions"),
            "uiNewRecord": format!("{}/{}/e", call.base, object.prefix),
            "uiDetailTemplate": format!("{}/{{ID}}", call.base),
            "uiEditTemplate": format!("{}/{{ID}}/e", call.base),
            "sobject": url,
        },
    })
}

/// `sobjects/{X}/describe`
pub(super) fn answer(org: &Org, caller: &Caller, object: &Object, call: &Call) -> Reply {
    if is_known(call) {
        return Reply::empty(304);
    }
    let mut body = brief(caller, object, call);
    let sees = |field: &&Field| caller.sees(object, field);
    let fields: Vec<Value> =
        object.fields.iter().filter(sees).map(|f| field(caller, object, f)).collect();
    let children: Vec<Value> = org
        .schema
        .children(object.name)
        .filter(|(child, field)| caller.on(child).read && caller.sees(child, field))
        .map(|(child, field)| {
            json!({
                "cascadeDelete": field.cascade,
                "childSObject": child.name,
                "deprecatedAndHidden": false,
                "field": field.name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": field.children,
                "restrictedDelete": false,
            })
        })
        .collect();
    let master = json!({
        "active": true,
        "available": true,
        "defaultRecordTypeMapping": true,
        "developerName": "Master",
        "master": true,
        "name": "Master",
        "recordTypeId": MASTER,
        "urls": { "layout": call.url(&format!("sobjects/{}/describe/layouts/{MASTER}", object.name)) },
    });
    if let Some(members) = body.as_object_mut() {
        members.insert("fields".to_owned(), fields.into());
        members.insert("childRelationships".to_owned(), children.into());
        members.insert("recordTypeInfos".to_owned(), json!([master]));
        members.insert("actionOverrides".to_owned(), json!([]));
        members.insert("namedLayoutInfos".to_owned(), json!([]));
        members.insert(
            "supportedScopes".to_owned(),
            json!([
                { "label": format!("All {}", object.plural), "name": "everything" },
                { "label": format!("My {}", object.plural), "name": "mine" },
            ]),
        );
    }
    Reply::json(200, body).with("Last-Modified", CHANGED)
}

fn field(caller: &Caller, object: &Object, field: &Field) -> Value {
    let may = caller.changes(object, field);
    let rights = caller.on(object);
    shaped(field, (may, rights), field.kind == (Kind::Picklist { restricted: true }))
}

fn shaped(
    field: &Field,
    (may, rights): (bool, crate::rights::ObjectRights),
    strict: bool,
) -> Value {
    let values: Vec<Value> = field
        .values
        .iter()
        .map(|&value| {
            let default = field.default == Some(value);
            json!({ "active": true, "defaultValue": default, "label": value, "validFor": null, "value": value })
        })
        .collect();
    let plain = field.filterable && !field.is_long();
    let multi = field.kind == Kind::MultiPicklist;
    json!({
        "aggregatable": plain,
        "autoNumber": false,
        "byteLength": field.length * 3,
        "calculated": false,
        "calculatedFormula": null,
        "caseSensitive": false,
        "compoundFieldName": null,
        "controllerName": null,
        "createable": field.create && may && rights.create,
        "custom": field.is_custom(),
        "defaultValue": field.default.filter(|_| field.kind == Kind::Boolean).map(|text| text == "true"),
        "defaultedOnCreate": field.defaulted,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": if field.kind == Kind::Int { field.precision } else { 0 },
        "encrypted": false,
        "externalId": field.external,
        "extraTypeInfo": null,
        "filterable": plain,
        "groupable": plain && !multi && !matches!(field.kind, Kind::DateTime | Kind::Double | Kind::Currency | Kind::Percent),
        "htmlFormatted": false,
        "idLookup": field.external || field.kind == Kind::Id || (field.is_name && field.create),
        "inlineHelpText": null,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.is_name,
        "namePointing": field.to.len() > 1,
        "nillable": !field.required && field.kind != Kind::Id,
        "permissionable": field.create && !field.required,
        "picklistValues": values,
        "polymorphicForeignKey": field.to.len() > 1,
        "precision": if field.kind == Kind::Int { 0 } else { field.precision },
        "referenceTo": field.to,
        "relationshipName": field.relationship,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "restrictedPicklist": strict,
        "scale": field.scale,
        "soapType": field.kind.soap(),
        "sortable": plain && !multi,
        "type": field.kind.name(),
        "unique": field.unique,
        "updateable": field.update && may && rights.edit,
        "writeRequiresMasterRead": false,
    })
}
