//! Tables and alternate keys.

use serde_json::Value;
use tables::{
    ColumnKind, Labels, Model, Ownership, Table, TextFormat,
    define::{Change, NewColumn, NewTable, TableUpdate},
};

use super::{Problem, ReadError, body::Body, column};

/// A new table (`EntityMetadata`, posted to `EntityDefinitions`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn table(model: &Model, body: &Value) -> Result<Change, ReadError> {
    new(model, &Body::new(body)).map(Change::CreateTable)
}

/// New tables (`CreateEntities`, with `ComplexEntityMetadata`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn tables(model: &Model, body: &Value) -> Result<Vec<Change>, ReadError> {
    let body = Body::new(body);
    body.need("Entities")?;
    body.list("Entities")?.iter().map(|one| new(model, one).map(Change::CreateTable)).collect()
}

fn new(model: &Model, body: &Body<'_>) -> Result<NewTable, ReadError> {
    let schema = body.need_text("SchemaName")?.to_owned();
    let ownership = match body.get("OwnershipType") {
        None => Ownership::User,
        Some(word) => match word.text()? {
            "UserOwned" => Ownership::User,
            "OrganizationOwned" => Ownership::Organisation,
            _ => return Err(word.fail(Problem::UnknownWord)),
        },
    };
    if body.flag("IsActivity")? == Some(true) {
        let place = body.need("IsActivity")?;
        return Err(place.fail(Problem::UnknownType));
    }
    let named = body.get_text("PrimaryNameAttribute")?.map(str::to_ascii_lowercase);
    let mut primary = None;
    let mut columns = Vec::new();
    for attribute in body.list("Attributes")? {
        let made = column::new(model, &attribute)?;
        let is_name = attribute.flag("IsPrimaryName")? == Some(true)
            || named.as_ref() == Some(&made.schema.to_ascii_lowercase());
        if is_name && primary.is_none() {
            primary = Some(made);
        } else {
            columns.push(made);
        }
    }
    let primary_name = primary.unwrap_or_else(|| {
        let prefix = schema.split_once('_').map_or("new", |(prefix, _)| prefix);
        let kind = ColumnKind::Text { max: 100, format: TextFormat::Text };
        NewColumn::new(format!("{prefix}_Name"), kind, Labels::both("Name", "Nom"))
    });
    let labels = body
        .labels("DisplayName")?
        .filter(|labels| !labels.is_empty())
        .unwrap_or_else(|| Labels::english(schema.clone()));
    let plural = body
        .labels("DisplayCollectionName")?
        .filter(|labels| !labels.is_empty())
        .unwrap_or_else(|| labels.clone());
    let set = match body.get_text("EntitySetName")? {
        Some(set) => Some(set),
        None => body.get_text("LogicalCollectionName")?,
    };
    Ok(NewTable {
        set: set.filter(|set| !set.is_empty()).map(str::to_owned),
        plural,
        labels,
        description: body.labels("Description")?.unwrap_or_default(),
        ownership,
        primary_name,
        columns,
        notes: body.flag("HasNotes")?.unwrap_or_default(),
        activities: body.flag("HasActivities")?.unwrap_or_default(),
        // our own choice: searches look into tables whose changes are tracked
        change_tracking: body.flag("ChangeTrackingEnabled")?.unwrap_or(true),
        audited: body.flag("IsAuditEnabled")?.unwrap_or_default(),
        schema,
    })
}

/// Another definition of a table; what is left out stays.
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn table_update(table: &Table, body: &Value, merge_labels: bool) -> Result<Change, ReadError> {
    let body = Body::new(body);
    let given = |labels: Option<Labels>| labels.filter(|labels| !labels.is_empty());
    // a switch that says what is so already asks for nothing
    let other = |wanted: Option<bool>, is: bool| wanted.filter(|wanted| *wanted != is);
    Ok(Change::UpdateTable(TableUpdate {
        table: table.logical.clone(),
        labels: given(body.labels("DisplayName")?),
        plural: given(body.labels("DisplayCollectionName")?),
        description: body.labels("Description")?,
        notes: other(body.flag("HasNotes")?, table.notes),
        activities: other(body.flag("HasActivities")?, table.activities),
        change_tracking: body.flag("ChangeTrackingEnabled")?,
        audited: body.flag("IsAuditEnabled")?,
        merge_labels,
    }))
}

/// A new alternate key (`EntityKeyMetadata`).
///
/// # Errors
/// [`ReadError`] with the place in the body.
pub fn key(table: &Table, body: &Value) -> Result<Change, ReadError> {
    let body = Body::new(body);
    body.need("KeyAttributes")?;
    let columns: Result<Vec<String>, ReadError> = body
        .list("KeyAttributes")?
        .iter()
        .map(|one| one.text().map(str::to_ascii_lowercase))
        .collect();
    Ok(Change::AddKey {
        table: table.logical.clone(),
        schema: body.need_text("SchemaName")?.to_owned(),
        labels: body.labels("DisplayName")?.unwrap_or_default(),
        columns: columns?,
    })
}
