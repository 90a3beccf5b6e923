//! Rows that come as JSON.

use std::sync::Arc;

use records::{Entry, Link, LinkTo, Reference, RowKey};
use serde_json::{Map, Value};
use tables::{ColumnKind, Model, Table};

use crate::{call::Made, fault::Fault, keys, root::Root};

/// Reads rows of a request.
pub(crate) struct Reader<'a> {
    pub(crate) model: &'a Model,
    pub(crate) root: &'a Root,
    /// The requests of the change set.
    pub(crate) set: &'a [Made],
}

impl Reader<'_> {
    /// A row of a table, with the rows that come along with it.
    pub(crate) fn entry(
        &self,
        table: &Arc<Table>,
        object: Map<String, Value>,
    ) -> Result<Entry, Fault> {
        self.nested(table, object, &mut Budget { rows: ROWS, depth: DEPTH })
    }

    fn nested(
        &self,
        table: &Arc<Table>,
        object: Map<String, Value>,
        budget: &mut Budget,
    ) -> Result<Entry, Fault> {
        budget.rows = budget.rows.checked_sub(1).ok_or_else(too_many)?;
        budget.depth = budget.depth.checked_sub(1).ok_or_else(too_many)?;
        let mut entry = Entry {
            table: table.logical.clone(),
            values: Vec::with_capacity(object.len()),
            links: Vec::new(),
        };
        for (name, value) in object {
            if let Some((property, term)) = name.split_once('@') {
                if property.is_empty() && matches!(term, "odata.type" | "type") {
                    fits(table, &value)?;
                }
                if term == "odata.bind" {
                    entry.links.push(self.bound(table, property, &value)?);
                }
                continue;
            }
            self.property(table, &mut entry, (&name, value), budget)?;
        }
        budget.depth += 1;
        Ok(entry)
    }

    fn property(
        &self,
        table: &Arc<Table>,
        entry: &mut Entry,
        (name, value): (&str, Value),
        budget: &mut Budget,
    ) -> Result<(), Fault> {
        if let Some(column) = table.column(name).filter(|column| !column.kind.is_reference()) {
            // what the store makes itself may come back as it was read
            if column.computed.is_some() || matches!(column.kind, ColumnKind::Version) {
                return Ok(());
            }
            let cell = tables::Value::parse(self.model, table, column, &value)
                .map_err(|error| Fault::value(&table.set, &error))?;
            entry.values.push((column.logical.clone(), cell));
            return Ok(());
        }
        if let Some(navigation) = self.model.navigation(&table.logical, name) {
            let target = self.model.table(&navigation.target);
            let to = match (value, target) {
                (Value::Null, _) if !navigation.collection() => LinkTo::Clear,
                (Value::Object(object), Some(target)) if !navigation.collection() => {
                    let target = self.typed(target, &object);
                    LinkTo::New(Box::new(self.nested(&target, object, budget)?))
                }
                (Value::Array(items), Some(target)) if navigation.collection() => {
                    let mut rows = Vec::with_capacity(items.len().min(ROWS));
                    for item in items {
                        let Value::Object(object) = item else { return Err(shape(table, name)) };
                        rows.push(self.nested(target, object, budget)?);
                    }
                    LinkTo::NewMany(rows)
                }
                _ => return Err(shape(table, name)),
            };
            entry.links.push(Link { navigation: name.to_owned(), to });
            return Ok(());
        }
        let lookup = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
        if lookup.is_some_and(|name| table.column(name).is_some()) {
            return Err(Fault::unsupported(
                "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.",
            ));
        }
        // `new_file_name` and its like are read only
        Err(undeclared(table, name))
    }

    /// What `@odata.bind` binds.
    fn bound(&self, table: &Arc<Table>, property: &str, value: &Value) -> Result<Link, Fault> {
        let navigation = self
            .model
            .navigation(&table.logical, property)
            .ok_or_else(|| undeclared(table, property))?;
        let to = match value {
            Value::Null if !navigation.collection() => LinkTo::Clear,
            Value::String(address) if !navigation.collection() => {
                let reference = self.reference(address)?;
                let (target, found) = (&navigation.target, &reference.table);
                let among = |union: &Arc<Table>| union.union_of.contains(found);
                // what an earlier request of the change set makes is looked at once it is there
                let later = matches!(reference.key, RowKey::Result(_));
                if !later && target != found && !self.model.table(target).is_some_and(among) {
                    return Err(astray(table, property, (target, found)));
                }
                LinkTo::Row(reference)
            }
            Value::Array(addresses) if navigation.collection() => {
                let mut rows = Vec::with_capacity(addresses.len().min(ROWS));
                for address in addresses.iter().take(ROWS + 1) {
                    let address = address.as_str().ok_or_else(|| shape(table, property))?;
                    rows.push(self.reference(address)?);
                }
                if rows.len() > ROWS {
                    return Err(too_many());
                }
                LinkTo::Rows(rows)
            }
            _ => return Err(shape(table, property)),
        };
        Ok(Link { navigation: property.to_owned(), to })
    }

    pub(crate) fn reference(&self, address: &str) -> Result<Reference, Fault> {
        keys::reference(self.model, self.root, self.set, address)
    }

    /// The table that `@odata.type` names, where a property leads to rows of several.
    fn typed(&self, target: &Arc<Table>, object: &Map<String, Value>) -> Arc<Table> {
        let named = object.get("@odata.type").and_then(Value::as_str).map(type_name);
        let named = named.and_then(|name| self.model.table(name));
        let named = named.filter(|table| target.union_of.contains(&table.logical));
        Arc::clone(named.unwrap_or(target))
    }
}

/// How much may still come.
struct Budget {
    rows: usize,
    depth: usize,
}

/// `#Microsoft.Dynamics.CRM.account` → `account`.
pub(crate) fn type_name(text: &str) -> &str {
    let text = text.strip_prefix('#').unwrap_or(text);
    text.strip_prefix("Microsoft.Dynamics.CRM.")
        .or_else(|| text.strip_prefix("mscrm."))
        .unwrap_or(text)
}

/// The fault of a property that the table does not have, in this case of its letters.
pub(crate) fn undeclared(table: &Table, name: &str) -> Fault {
    let name: String = name.chars().take(200).collect();
    Fault::payload(
        &table.set,
        &format!(
            "Microsoft.OData.ODataException: An undeclared property '{name}' which only has property annotations in the payload but no property \
             value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as \
             properties without values."
        ),
    )
}

/// Insists that a row that says of which type it is is of the table's: what the OData library says.
fn fits(table: &Table, named: &Value) -> Result<(), Fault> {
    let named = named.as_str().map_or("", type_name);
    if named == table.logical || table.union_of.iter().any(|one| one == named) {
        return Ok(());
    }
    let named: String = named.chars().take(200).collect();
    Err(Fault::payload(
        &table.set,
        &format!(
            "Microsoft.OData.ODataException: A resource with type 'Microsoft.Dynamics.CRM.{named}' was found, but it is not assignable to the \
             expected type 'Microsoft.Dynamics.CRM.{}'.",
            table.logical
        ),
    ))
}

fn shape(table: &Table, name: &str) -> Fault {
    Fault::payload(
        &table.set,
        &format!(
            "Microsoft.OData.ODataException: The value of the navigation property '{name}' is neither a row nor a list of rows as the property needs it."
        ),
    )
}

/// The fault of a reference to a row of a table that the property does not lead to; the sentence is our own.
fn astray(table: &Table, name: &str, (target, found): (&str, &str)) -> Fault {
    Fault::payload(
        &table.set,
        &format!(
            "Microsoft.OData.ODataException: The navigation property '{name}' on type 'Microsoft.Dynamics.CRM.{}' leads to \
             'Microsoft.Dynamics.CRM.{target}' and cannot be bound to a row of type 'Microsoft.Dynamics.CRM.{found}'.",
            table.logical
        ),
    )
}

fn too_many() -> Fault {
    Fault::argument(format!(
        "More than {ROWS} rows, or more than {DEPTH} levels, in one row are not created."
    ))
}

/// Rows that one row may bring along; our own choice.
const ROWS: usize = 1000;

/// Levels of rows in rows; our own choice.
const DEPTH: usize = 8;
