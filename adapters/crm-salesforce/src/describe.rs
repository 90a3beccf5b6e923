//! What objects look like to a seller.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    ApiName, Error, FieldPath, Result, Salesforce, Seller, Work,
    client::{Call, Failed, host},
    refusal,
};

/// An object as a seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a description says as many things")]
pub struct Object {
    /// Its name.
    pub name: ApiName,
    /// What people call it, in the seller's language.
    pub label: String,
    /// What its ids begin with.
    pub key_prefix: Option<String>,
    /// Whether the seller may create records.
    pub createable: bool,
    /// Whether the seller may change records.
    pub updateable: bool,
    /// Whether the seller may delete records.
    pub deletable: bool,
    /// Whether it is found by searches.
    pub searchable: bool,
    /// The fields that the seller may see.
    pub fields: Vec<Field>,
    /// The records that lead to records of this object: their object, the field, and what they are called together.
    pub children: Vec<[ApiName; 3]>,
}

/// The most objects that are believed of an organisation (its edition allows a few thousand).
const MAX_OBJECTS: usize = 5000;

/// A field as a seller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a description says as many things")]
pub struct Field {
    /// Its name.
    pub name: ApiName,
    /// What people call it.
    pub label: String,
    /// `string`, `picklist`, `reference`, …
    pub kind: String,
    /// The longest text, in characters; 0 where that means nothing.
    pub length: u64,
    /// Whether the seller may set it at creation.
    pub createable: bool,
    /// Whether the seller may change it.
    pub updateable: bool,
    /// Whether a record needs a value for it.
    pub required: bool,
    /// Whether records are found by it.
    pub external_id: bool,
    /// Whether it names a record.
    pub name_field: bool,
    /// The objects that a reference leads to.
    pub references: Vec<ApiName>,
    /// The name of the parent behind it.
    pub relationship: Option<ApiName>,
    /// The values of a picklist that are in use, with their labels.
    pub choices: Vec<(String, String)>,
}

impl Object {
    /// A field by its name, case ignored.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.as_str().eq_ignore_ascii_case(name))
    }

    /// The fields among these that are not there for the seller.
    pub fn hidden<'a>(&self, fields: impl IntoIterator<Item = &'a FieldPath>) -> Vec<ApiName> {
        let own = fields.into_iter().filter_map(FieldPath::own);
        own.filter(|name| self.field(name.as_str()).is_none()).cloned().collect()
    }
}

impl Salesforce {
    /// The objects that a seller may query and that have pages for people; kept for a while.
    ///
    /// # Errors
    /// As every call.
    pub(crate) async fn objects(&self, seller: &Seller) -> Result<Arc<Vec<crm::TableName>>> {
        let key = format!("{}\n{}", host(seller), seller.user);
        if let Some(known) = self.listed.get(&key) {
            return Ok(known);
        }
        let body = self.send(seller, Call::get(&["sobjects"], Work::Person)).await?;
        let all = body.get("sobjects").and_then(Value::as_array);
        let all = all.ok_or(Error::Answer { reason: "the list of objects cannot be read" })?;
        let all = Arc::new(all.iter().filter_map(listed).take(MAX_OBJECTS).collect::<Vec<_>>());
        self.listed.insert(&key, Arc::clone(&all));
        Ok(all)
    }

    /// What an object looks like to a seller; kept for a while.
    ///
    /// # Errors
    /// [`Error::ObjectHidden`] when it is not there for the seller.
    pub async fn describe(&self, seller: &Seller, object: &ApiName) -> Result<Arc<Object>> {
        let key = format!("{}\n{}\n{object}", host(seller), seller.user);
        if let Some(known) = self.described.get(&key) {
            return Ok(known);
        }
        let path = ["sobjects", object.as_str(), "describe"];
        let body = match self.send(seller, Call::get(&path, Work::Person)).await {
            Ok(body) => body,
            Err(failed) => return Err(hidden(failed, object)),
        };
        let read = read(&body).ok_or(Error::Answer { reason: "the description cannot be read" })?;
        let read = Arc::new(read);
        self.described.insert(&key, Arc::clone(&read));
        Ok(read)
    }

    /// Forgets what was described: after a change of rights, or when an answer does not fit it.
    pub fn forget_descriptions(&self) {
        self.described.invalidate_all();
        self.listed.invalidate_all();
    }
}

/// What does not exist is an object here, and no record.
fn hidden(failed: Failed, object: &ApiName) -> Error {
    match Error::from(failed) {
        Error::NotFound => Error::ObjectHidden { object: object.to_string() },
        other => other,
    }
}

/// An object of the global description, if people work with its records.
fn listed(value: &Value) -> Option<crm::TableName> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let on = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
    let open = on("queryable") && on("layoutable") && !on("customSetting");
    if !open || on("deprecatedAndHidden") {
        return None;
    }
    let name = ApiName::parse(text("name")?)?.to_string();
    let or = |member: &str, other: &str| text(member).unwrap_or(other).to_owned();
    let label = or("label", &name);
    Some(crm::TableName { plural: or("labelPlural", &label), label, name })
}

fn read(body: &Value) -> Option<Object> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let on = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
    let fields = body.get("fields").and_then(Value::as_array)?;
    let children = body.get("childRelationships").and_then(Value::as_array);
    let child = |value: &Value| {
        let name = |name| value.get(name).and_then(Value::as_str).and_then(ApiName::parse);
        Some([name("childSObject")?, name("field")?, name("relationshipName")?])
    };
    Some(Object {
        name: ApiName::parse(text("name")?)?,
        label: text("label").unwrap_or_default().to_owned(),
        key_prefix: text("keyPrefix").map(str::to_owned),
        createable: on("createable"),
        updateable: on("updateable"),
        deletable: on("deletable"),
        searchable: on("searchable"),
        fields: fields.iter().filter_map(field).collect(),
        children: children.into_iter().flatten().filter_map(child).collect(),
    })
}

fn field(value: &Value) -> Option<Field> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let on = |name: &str| value.get(name).and_then(Value::as_bool).unwrap_or(false);
    let list = |name: &str| value.get(name).and_then(Value::as_array).into_iter().flatten();
    let choice = |choice: &Value| {
        let text = |name: &str| choice.get(name).and_then(Value::as_str);
        let value = text("value")?.to_owned();
        let active = choice.get("active").and_then(Value::as_bool).unwrap_or(true);
        let label = text("label").unwrap_or(&value).to_owned();
        active.then_some((value, label))
    };
    let createable = on("createable");
    Some(Field {
        name: ApiName::parse(text("name")?)?,
        label: text("label").unwrap_or_default().to_owned(),
        kind: text("type")?.to_owned(),
        length: value.get("length").and_then(Value::as_u64).unwrap_or_default(),
        createable,
        updateable: on("updateable"),
        required: createable && !on("nillable") && !on("defaultedOnCreate"),
        external_id: on("externalId"),
        name_field: on("nameField"),
        references: list("referenceTo")
            .filter_map(Value::as_str)
            .filter_map(ApiName::parse)
            .collect(),
        relationship: text("relationshipName").and_then(ApiName::parse),
        choices: list("picklistValues").filter_map(choice).collect(),
    })
}

impl Salesforce {
    /// Why a query or a write was refused, with the fields that the seller may not see named: the organisation says
    /// of a hidden field that it does not exist.
    pub(crate) async fn explain(
        &self,
        seller: &Seller,
        (object, fields): (&ApiName, &[FieldPath]),
        failed: Failed,
    ) -> Error {
        let code = match &failed {
            Failed::Refused(_, entries) => entries.first().map(|entry| entry.code.clone()),
            Failed::Several(_) | Failed::Other(_) => None,
        };
        match code.as_deref() {
            Some(refusal::VALUE | refusal::FOUND) => {
                let Failed::Refused(_, entries) = &failed else { return failed.into() };
                Box::pin(self.named(seller, refusal::duplicate(entries, Some(object)))).await
            }
            Some("INVALID_TYPE") => Error::ObjectHidden { object: object.to_string() },
            Some("INVALID_FIELD" | "INVALID_FIELD_FOR_INSERT_UPDATE") => {
                // Rights may have changed since the description was made.
                self.forget_descriptions();
                let hidden = match self.describe(seller, object).await {
                    Ok(described) => described.hidden(fields),
                    Err(error @ Error::ObjectHidden { .. }) => return error,
                    Err(_other) => Vec::new(),
                };
                if hidden.is_empty() {
                    return failed.into();
                }
                let fields = hidden.iter().map(ToString::to_string).collect();
                Error::FieldHidden { object: object.to_string(), fields }
            }
            _ => failed.into(),
        }
    }
}

/// The error of one row among many.
pub(crate) fn row_error(entry: &Value) -> Error {
    let errors = entry.get("errors").cloned().unwrap_or_default();
    refusal::error(http::StatusCode::BAD_REQUEST, &refusal::entries(&errors))
}
