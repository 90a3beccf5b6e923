//! Rows by address: keys in parentheses, references to rows.

use odata::tree::{
    expr::{Arguments, Segment},
    options::QueryOptions,
    resource::Resource,
};
use records::{Reference, RowKey};
use tables::{Model, Table};
use uuid::Uuid;

use crate::{call::Made, fault::Fault, literal, root::Root, syntax};

/// The key in the parentheses behind a set.
pub(crate) fn key(
    model: &Model,
    table: &Table,
    arguments: &Arguments,
    options: &QueryOptions,
) -> Result<RowKey, Fault> {
    match arguments {
        Arguments::Value(value) => {
            let value = literal::value(value, options)?;
            let id = value.as_str().and_then(guid);
            id.map(RowKey::Id).ok_or_else(|| {
                Fault::malformed(format!(
                    "'{}' is not a key of '{}': a GUID is expected.",
                    value, table.logical
                ))
            })
        }
        Arguments::Named(named) => {
            if let [(name, value)] = named.as_slice()
                && *name == table.primary_id
            {
                let value = literal::value(value, options)?;
                let id = value.as_str().and_then(guid);
                return id.map(RowKey::Id).ok_or_else(|| {
                    Fault::malformed(format!(
                        "'{value}' is not a key of '{}': a GUID is expected.",
                        table.logical
                    ))
                });
            }
            if named.is_empty() {
                return Err(Fault::malformed("The key in the parentheses is missing."));
            }
            let mut values = Vec::with_capacity(named.len());
            for (name, value) in named {
                let logical = name
                    .strip_prefix('_')
                    .and_then(|name| name.strip_suffix("_value"))
                    .unwrap_or(name);
                let column = table.column(logical).ok_or_else(|| {
                    Fault::malformed(format!(
                        "Bad Request - Error in query syntax: '{name}' is no column of '{}'.",
                        table.logical
                    ))
                })?;
                let json = literal::value(value, options)?;
                let cell = if column.kind.is_reference() {
                    let id = json.as_str().and_then(guid);
                    let id = id.ok_or_else(|| Fault::malformed(format!("'{json}' is no GUID.")))?;
                    tables::Value::Guid(id)
                } else {
                    tables::Value::parse(model, table, column, &json)
                        .map_err(|error| Fault::value(&table.set, &error))?
                };
                values.push((logical.to_owned(), cell));
            }
            let columns: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
            if table.key_of(&columns).is_none() {
                return Err(Fault::malformed(format!(
                    "The specified key properties are not the properties of any alternate key of the entity '{}'.",
                    table.logical
                )));
            }
            Ok(RowKey::Alternate(values))
        }
    }
}

/// The row that an address names: `/accounts(guid)`, an absolute address, an alternate key, `$1` of the change set.
pub(crate) fn reference(
    model: &Model,
    root: &Root,
    set: &[Made],
    address: &str,
) -> Result<Reference, Fault> {
    let relative = root.relative(address.trim());
    // What clients send most, without a parser.
    if let Some((name, rest)) = relative.split_once('(')
        && let Some(id) = rest.strip_suffix(')').and_then(guid)
        && let Some(table) = model.table_by_set(name)
    {
        return Ok(Reference { table: table.logical.clone(), key: RowKey::Id(id) });
    }
    let resource =
        odata::parse::resource(relative).map_err(|error| syntax::fault(&error, relative))?;
    let Resource::Path(segments) = resource else { return Err(no_row(address)) };
    match segments.as_slice() {
        [Segment::ContentId(id)] => content(set, id),
        [Segment::Call(name, arguments)] => {
            let table = model.table_by_set(name).ok_or_else(|| Fault::segment(name))?;
            let found = key(model, table, arguments, &QueryOptions::default())?;
            Ok(Reference { table: table.logical.clone(), key: found })
        }
        _ => Err(no_row(address)),
    }
}

/// The row of an earlier request of the change set.
pub(crate) fn content(set: &[Made], id: &str) -> Result<Reference, Fault> {
    let place =
        set.iter().position(|made| made.content_id.as_deref() == Some(id)).ok_or_else(|| {
            Fault::malformed(format!(
                "Content-ID Reference: '${id}' does not exist in the batch context."
            ))
        })?;
    let table = set.get(place).map(|made| made.table.clone()).unwrap_or_default();
    Ok(Reference { table, key: RowKey::Result(place) })
}

fn no_row(address: &str) -> Fault {
    let address: String = address.chars().take(200).collect();
    Fault::malformed(format!(
        "'{address}' is not the address of a row: a set with a key in parentheses is expected."
    ))
}

/// A GUID with hyphens, in braces or not.
pub(crate) fn guid(text: &str) -> Option<Uuid> {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok()
}

/// The key in words, for messages.
pub(crate) fn words(key: &RowKey) -> String {
    match key {
        RowKey::Id(id) => format!("Id = {id}"),
        RowKey::Alternate(values) => {
            let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
            format!("Key = {}", names.join(","))
        }
        RowKey::Result(_) => "Content-ID".to_owned(),
    }
}
