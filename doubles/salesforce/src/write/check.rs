//! What is checked before a row is written.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doubles_salesforce_schema::{Field, Kind, Object, id};
use doubles_soql::instant;
use serde_json::{Map, Value};

use super::Body;
use crate::{
    fault::{Fault, Result},
    org::{Org, Row, is_deleted, text},
    rights::Caller,
};

/// A field by its own name, and its new value.
pub(super) type Setting = (String, Value);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Create,
    Update,
}

/// What a body sets, each value in the form in which rows have it.
pub(super) fn body(
    org: &Org,
    caller: &Caller,
    object: &Object,
    body: &Body,
    purpose: Purpose,
) -> Result<Vec<Setting>> {
    let mut settings = Vec::new();
    for (name, value) in body {
        if name.eq_ignore_ascii_case("attributes") {
            continue;
        }
        if name.eq_ignore_ascii_case("Id") {
            return Err(Fault::new(
                "INVALID_FIELD",
                "The Id field should not be specified in the sobject data.",
            ));
        }
        if let Some(parent) = object.parent(name).filter(|_| value.is_object()) {
            let parent = allowed(caller, object, parent, purpose)?;
            settings.push((parent.name.clone(), by_reference(org, caller, parent, value)?));
            continue;
        }
        let field = object.field(name).filter(|field| caller.sees(object, field));
        let field = field.ok_or_else(|| no_column(name, object))?;
        let field = allowed(caller, object, field, purpose)?;
        settings.push((field.name.clone(), typed(org, caller, field, value)?));
    }
    Ok(settings)
}

fn no_column(name: &str, object: &Object) -> Fault {
    Fault::new(
        "INVALID_FIELD",
        format!("No such column '{name}' on sobject of type {}", object.name),
    )
}

fn allowed<'a>(
    caller: &Caller,
    object: &Object,
    field: &'a Field,
    purpose: Purpose,
) -> Result<&'a Field> {
    let may = match purpose {
        Purpose::Create => field.create,
        Purpose::Update => field.update,
    };
    if may && caller.changes(object, field) {
        return Ok(field);
    }
    Err(Fault::new(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        format!(
            "Unable to create/update fields: {}. Please check the security settings of this field \
             and verify that it is read/write for your profile or permission set.",
            field.name
        ),
    )
    .of(&[&field.name]))
}

/// `"Account": {"External_Id__c": "X"}` is the id of the account that has it.
fn by_reference(org: &Org, caller: &Caller, field: &Field, value: &Value) -> Result<Value> {
    let missing = |what: &str| Fault::new("INVALID_FIELD", what.to_owned()).of(&[&field.name]);
    let members = value.as_object().cloned().unwrap_or_default();
    let mut given = members.iter().filter(|(name, _)| *name != "attributes");
    let Some((name, value)) = given.next() else {
        return Err(missing("a parent needs one external id"));
    };
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for target in &field.to {
        let Some(object) = org.schema.object(target) else { continue };
        let Ok(found) = super::by_external_id(org, caller, object, name, &value) else { continue };
        return match found.as_slice() {
            [id] => Ok(id.as_str().into()),
            [] => Err(Fault::new(
                "INVALID_FIELD",
                format!(
                    "Foreign key external ID: {} not found for field {name} in entity {target}",
                    value.to_lowercase()
                ),
            )),
            _ => Err(Fault::new(
                "DUPLICATE_EXTERNAL_ID",
                format!("{name}: more than one record found for external id field"),
            )),
        };
    }
    Err(missing(&format!("{name} is no external ID or indexed field for {}", field.to.join(", "))))
}

fn parser(kind: &str, value: &Value) -> Fault {
    let token = match value {
        Value::Object(_) => "START_OBJECT",
        Value::Array(_) => "START_ARRAY",
        Value::Number(_) => "VALUE_NUMBER_INT",
        Value::Bool(true) => "VALUE_TRUE",
        Value::Bool(false) => "VALUE_FALSE",
        _ => "VALUE_STRING",
    };
    let said = format!("Cannot deserialize instance of {kind} from {token} value {value}");
    Fault::new("JSON_PARSER_ERROR", said)
}

/// A value in the form in which rows have it: numbers as numbers, instants in one zone, ids with 18 characters.
pub(super) fn typed(org: &Org, caller: &Caller, field: &Field, value: &Value) -> Result<Value> {
    if value.is_null() || value.as_str() == Some("") {
        // A switch cannot be nothing.
        return Ok(if field.kind == Kind::Boolean { false.into() } else { Value::Null });
    }
    let name = field.kind.name();
    match field.kind {
        Kind::Boolean => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => {
                Ok(true.into())
            }
            Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => {
                Ok(false.into())
            }
            _ => Err(parser(name, value)),
        },
        kind if kind.is_number() => number(field, value),
        Kind::Id | Kind::Reference => reference(org, caller, field, value),
        Kind::Date => {
            let text = value.as_str().ok_or_else(|| parser(name, value))?;
            let day = text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
            let exact = text.len() == 10 || instant::read(text).is_some();
            day.filter(|_| exact)
                .map(|day| day.to_string().into())
                .ok_or_else(|| parser(name, value))
        }
        Kind::DateTime => {
            let text = value.as_str().ok_or_else(|| parser(name, value))?;
            let midnight = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
            let instant = instant::read(text).or_else(|| {
                midnight?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
            });
            instant.map(|at| instant::write(at).into()).ok_or_else(|| parser(name, value))
        }
        Kind::Base64 => {
            let text = value.as_str().ok_or_else(|| parser(name, value))?;
            STANDARD.decode(text).map_err(|_wrong| parser(name, value))?;
            Ok(value.clone())
        }
        _ => words(field, value),
    }
}

fn number(field: &Field, value: &Value) -> Result<Value> {
    let wrong = || parser(field.kind.name(), value);
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite()).ok_or_else(wrong)?;
    let whole = i32::try_from(field.precision.saturating_sub(field.scale)).unwrap_or(18);
    if number.abs() >= 10_f64.powi(whole) {
        return Err(Fault::new(
            "NUMBER_OUTSIDE_VALID_RANGE",
            format!("{}: value outside of valid range on numeric field: {number}", field.label),
        )
        .of(&[&field.name]));
    }
    if field.kind != Kind::Int {
        let places = 10_f64.powi(i32::try_from(field.scale).unwrap_or(2));
        let number =
            if field.kind == Kind::Double { number } else { (number * places).round() / places };
        return serde_json::Number::from_f64(number).map(Value::Number).ok_or_else(wrong);
    }
    if number.fract() != 0.0 {
        return Err(wrong());
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked against eight digits above")]
    let integer = number.trunc() as i64;
    Ok(integer.into())
}

fn reference(org: &Org, caller: &Caller, field: &Field, value: &Value) -> Result<Value> {
    let given = value.as_str().unwrap_or_default();
    let malformed = || {
        Fault::new("MALFORMED_ID", format!("{}: id value of incorrect type: {given}", field.label))
            .of(&[&field.name])
    };
    let id = id::full(given).ok_or_else(malformed)?;
    let target = org.schema.of_id(&id).filter(|object| field.to.contains(&object.name));
    let target = target.ok_or_else(malformed)?;
    let there = org.living(target.name, &id).is_some_and(|row| caller.sees_row(org, target, row));
    if there {
        return Ok(id.into());
    }
    let (code, said) = if org.row(target.name, &id).is_some() {
        ("ENTITY_IS_DELETED", "entity is deleted".to_owned())
    } else {
        ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id".to_owned())
    };
    Err(Fault { status: 400, ..Fault::new(code, said).of(&[&field.name]) })
}

fn words(field: &Field, value: &Value) -> Result<Value> {
    let text = value.as_str().ok_or_else(|| parser("string", value))?;
    let text = text.trim();
    if field.kind == Kind::Email && !is_address(text) {
        return Err(Fault::new(
            "INVALID_EMAIL_ADDRESS",
            format!("{}: invalid email address: {text}", field.label),
        )
        .of(&[&field.name]));
    }
    if field.kind == (Kind::Picklist { restricted: true }) && !field.values.contains(&text) {
        return Err(Fault::new(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            format!("{}: bad value for restricted picklist field: {text}", field.label),
        )
        .of(&[&field.name]));
    }
    Ok(text.into())
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    plain(local)
        && plain(domain)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

/// A default as a value.
pub(super) fn default(field: &Field, text: &str) -> Value {
    if field.kind == Kind::Boolean { (text == "true").into() } else { text.into() }
}

/// Names every field that must have a value and has none.
pub(super) fn required(object: &Object, row: &Row) -> Result<()> {
    let missing: Vec<&str> = object
        .fields
        .iter()
        .filter(|field| field.required && field.create && !row.contains_key(&field.name))
        .map(|field| field.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let said = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(Fault::new("REQUIRED_FIELD_MISSING", said).of(&missing))
}

pub(super) fn lengths(object: &Object, row: &Row) -> Result<()> {
    for field in object.fields.iter().filter(|field| field.length > 0 && field.kind.is_text()) {
        let Some(text) = text(row, &field.name) else { continue };
        if text.chars().count() > field.length {
            let start: String = text.chars().take(255).collect();
            return Err(Fault::new(
                "STRING_TOO_LONG",
                format!(
                    "{}: data value too large: {start} (max length={})",
                    field.label, field.length
                ),
            )
            .of(&[&field.name]));
        }
    }
    Ok(())
}

/// A unique field, case ignored, is in no other living row.
pub(super) fn unique(
    org: &Org,
    object: &Object,
    row: &Row,
    own: Option<(&str, &Row)>,
) -> Result<()> {
    for field in object.fields.iter().filter(|field| field.unique) {
        let Some(value) = text(row, &field.name) else { continue };
        // what is there already is not looked at again
        if own.is_some_and(|(_, before)| text(before, &field.name) == Some(value)) {
            continue;
        }
        let own = own.map(|(id, _)| id);
        let value = value.to_lowercase();
        let same =
            |other: &Row| text(other, &field.name).is_some_and(|o| o.to_lowercase() == value);
        let mut others = org.rows(object.name).filter(|(id, _)| Some(id.as_str()) != own);
        if let Some((id, _)) = others.find(|(_, other)| !is_deleted(other) && same(other)) {
            return Err(Fault::new(
                "DUPLICATE_VALUE",
                format!(
                    "duplicate value found: {} duplicates value on record with id: {id}",
                    field.name
                ),
            )
            .of(&[&field.name]));
        }
    }
    Ok(())
}

/// Neither the row nor a parent of it is held by somebody else, and no approval locks it.
pub(super) fn free(org: &Org, object: &Object, row: &Row, own: Option<&str>) -> Result<()> {
    if let Some(id) = own.filter(|&id| org.locked.contains(id)) {
        let said = format!("the entity is locked for editing: {id}");
        return Err(Fault::new("ENTITY_IS_LOCKED", said));
    }
    let parents = object.fields.iter().filter(|field| field.cascade);
    let parents = parents.filter_map(|field| text(row, &field.name));
    match own.into_iter().chain(parents).find(|&id| org.held.contains(id)) {
        Some(id) => Err(Fault::new(
            "UNABLE_TO_LOCK_ROW",
            format!("unable to obtain exclusive access to this record or 1 records: {id}"),
        )),
        None => Ok(()),
    }
}

/// An object in JSON.
pub(crate) fn members(value: &Value) -> Result<Map<String, Value>> {
    value.as_object().cloned().ok_or_else(|| parser("object", value))
}
