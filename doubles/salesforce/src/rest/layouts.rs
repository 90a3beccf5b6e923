//! Layouts of an object: one for all, of the fields that the caller sees.

use doubles_salesforce_schema::{Field, Kind, Object};
use serde_json::{Value, json};

use super::{Call, Reply};
use crate::{
    fault::{Fault, Result},
    org::Org,
    rights::Caller,
    write::object,
};

/// The one record type that every object has.
pub(super) const MASTER: &str = "012000000000000AAA";
/// Fields of a compact layout (the service's own bound).
const COMPACT: usize = 10;

/// `sobjects/{X}/describe/{layouts|compactLayouts|approvalLayouts}[/…]`
pub(super) fn answer(
    org: &Org,
    caller: &Caller,
    call: &Call,
    (name, what): (&str, &[&str]),
) -> Result<Reply> {
    let object = object(org, caller, name)?;
    let of_type = |key: &str| {
        let key = doubles_salesforce_schema::id::full(key);
        key.filter(|key| key == MASTER).map(drop).ok_or_else(Fault::not_found)
    };
    let body = match what {
        ["layouts"] => json!({
            "layouts": [layout(caller, &object)],
            "recordTypeMappings": [{
                "active": true, "available": true, "defaultRecordTypeMapping": true,
                "developerName": "Master", "layoutId": layout_id(&object), "master": true,
                "name": "Master", "picklistsForRecordType": [], "recordTypeId": MASTER,
                "urls": { "layout": call.url(&format!("sobjects/{}/describe/layouts/{MASTER}", object.name)) },
            }],
            "recordTypeSelectorRequired": [false],
        }),
        ["layouts", key] => {
            of_type(key)?;
            layout(caller, &object)
        }
        ["compactLayouts"] => json!({
            "compactLayouts": [compact(caller, &object)],
            "defaultCompactLayoutId": null,
            "recordTypeCompactLayoutMappings": [{
                "available": true, "compactLayoutId": null, "compactLayoutName": "SYSTEM",
                "recordTypeId": MASTER, "recordTypeName": "Master",
                "urls": { "compactLayout": call.url(&format!("sobjects/{}/describe/compactLayouts/{MASTER}", object.name)) },
            }],
            "urls": { "primary": call.url(&format!("sobjects/{}/describe/compactLayouts/primary", object.name)) },
        }),
        ["compactLayouts", "primary"] => compact(caller, &object),
        ["compactLayouts", key] => {
            of_type(key)?;
            compact(caller, &object)
        }
        ["approvalLayouts"] => json!({ "approvalLayouts": [] }),
        _ => return Err(Fault::not_found()),
    };
    Ok(Reply::json(200, body))
}

/// The objects that a call names.
fn named(org: &Org, caller: &Caller, call: &Call) -> Result<Vec<Object>> {
    let missing = || Fault::new("MISSING_ARGUMENT", "q must be specified");
    let names = call.parameter("q").ok_or_else(missing)?;
    names.split(',').map(|name| object(org, caller, name.trim())).collect()
}

/// `compactLayouts?q=Account,Contact`
pub(super) fn compact_of(org: &Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let objects = named(org, caller, call)?;
    let one = |object: &Object| (object.name.to_owned(), compact(caller, object));
    Ok(Reply::json(200, Value::Object(objects.iter().map(one).collect())))
}

/// `search/layout?q=Account,Contact`: the columns of what a search finds.
pub(super) fn of_search(org: &Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let one = |object: &Object| {
        let shown = object.fields.iter().filter(|field| {
            caller.sees(object, field) && (field.is_name || field.kind == Kind::Phone)
        });
        let columns: Vec<Value> = shown
            .map(|field| {
                let name = format!("{}.{}", object.name, field.name);
                json!({ "field": name, "format": null, "label": field.label, "name": field.name })
            })
            .collect();
        json!({ "errorMsg": null, "label": "Search Results", "limitRows": 25, "objectType": object.name, "searchColumns": columns })
    };
    Ok(Reply::json(200, named(org, caller, call)?.iter().map(one).collect()))
}

/// An id of its own for each object, made of its prefix.
fn layout_id(object: &Object) -> String {
    let whole = format!("00h000000000{}", object.prefix);
    doubles_salesforce_schema::id::full(&whole).unwrap_or(whole)
}

fn item(caller: &Caller, object: &Object, field: &Field) -> Value {
    let may = caller.changes(object, field);
    let rights = caller.on(object);
    let component = json!({
        "apiName": field.name, "components": [], "displayLines": 1,
        "fieldType": field.kind.name(), "tabOrder": 0, "type": "Field", "value": field.name,
    });
    json!({
        "editableForNew": field.create && may && rights.create,
        "editableForUpdate": field.update && may && rights.edit,
        "label": field.label,
        "layoutComponents": [component],
        "placeholder": false,
        "required": field.required && field.create,
    })
}

fn shown<'a>(caller: &'a Caller, object: &'a Object) -> impl Iterator<Item = &'a Field> {
    let open = |field: &&Field| !matches!(field.kind, Kind::Id | Kind::Base64 | Kind::Address);
    object.fields.iter().filter(move |field| caller.sees(object, field)).filter(open)
}

fn layout(caller: &Caller, object: &Object) -> Value {
    let system = |field: &&Field| !field.create && !field.update && !field.is_name;
    let section = |heading: String, edit: bool, of: Vec<&Field>| {
        let rows: Vec<Value> = of
            .chunks(2)
            .map(|pair| {
                let items: Vec<Value> =
                    pair.iter().map(|field| item(caller, object, field)).collect();
                json!({ "layoutItems": items, "numItems": items.len() })
            })
            .collect();
        json!({
            "collapsed": false, "columns": 2, "heading": heading, "layoutRows": rows,
            "layoutSectionId": null, "parentLayoutId": layout_id(object), "rows": rows.len(),
            "tabOrder": "LeftToRight", "useCollapsibleSection": false, "useHeading": true,
            "edit": edit,
        })
    };
    let own: Vec<&Field> = shown(caller, object).filter(|field| !system(field)).collect();
    let rest: Vec<&Field> = shown(caller, object).filter(system).collect();
    let detail = [
        section(format!("{} Information", object.label), false, own.clone()),
        section("System Information".to_owned(), false, rest),
    ];
    let edit = [section(format!("{} Information", object.label), true, own)];
    json!({
        "buttonLayoutSection": { "detailButtons": [] },
        "detailLayoutSections": detail,
        "editLayoutSections": edit,
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "id": layout_id(object),
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": [] },
        "relatedContent": null,
        "relatedLists": [],
        "saveOptions": [],
    })
}

fn compact(caller: &Caller, object: &Object) -> Value {
    let fields = shown(caller, object).filter(|field| field.create || field.is_name).take(COMPACT);
    let items: Vec<Value> = fields.map(|field| item(caller, object, field)).collect();
    json!({
        "actions": [], "fieldItems": items, "id": null, "imageItems": [],
        "label": "System Default", "name": "SYSTEM", "objectType": object.name,
    })
}
