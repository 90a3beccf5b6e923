//! `UserRecordAccess`: what a user may do with rows; worked out, and stored nowhere.

use doubles_soql::{Condition, Expression, Items, Literal, Operator, Query, Select};
use serde_json::{Map, Value, json};

use super::Found;
use crate::{
    fault::{Fault, Result},
    org::Org,
    rights::Caller,
};

/// The name of what looks like an object.
const NAME: &str = "UserRecordAccess";
/// Rows that may be asked for at once.
const MAX_ROWS: usize = 200;

/// Whether a query is about it.
pub(super) fn is_asked(query: &Query) -> bool {
    query.from.field().eq_ignore_ascii_case(NAME)
}

/// Answers a query that names a user and rows.
pub(super) fn answer(org: &Org, caller: &Caller, query: &Query) -> Result<Found> {
    let (mut users, mut rows) = (Vec::new(), Vec::new());
    if let Some(condition) = &query.condition {
        read(condition, &mut users, &mut rows)?;
    }
    let (Some(user), false) = (users.first(), rows.is_empty() || rows.len() > MAX_ROWS) else {
        return Err(said("a filter on UserId and on at most 200 RecordIds is required"));
    };
    let whom = if *user == caller.user { Some(caller.clone()) } else { Caller::of(org, user) };
    let found: Result<Vec<Value>> =
        rows.iter().map(|id| row(org, whom.as_ref(), id, &query.select)).collect();
    let rows = found?;
    Ok(Found { total: rows.len(), rows })
}

fn said(message: &str) -> Fault {
    Fault::new("MALFORMED_QUERY", message)
}

/// `UserId = '…' AND RecordId IN ('…')`.
fn read(condition: &Condition, users: &mut Vec<String>, rows: &mut Vec<String>) -> Result<()> {
    let id = |literal: &Literal| match literal {
        Literal::Text(text) => {
            doubles_salesforce_schema::id::full(text).ok_or_else(|| said("an id is expected"))
        }
        _ => Err(said("an id is expected")),
    };
    match condition {
        Condition::All(all) => all.iter().try_for_each(|one| read(one, users, rows)),
        Condition::Compare {
            left: Expression::Field(path),
            operator: Operator::Equal,
            right,
            ..
        } => {
            match path.field().to_ascii_lowercase().as_str() {
                "userid" => users.push(id(right)?),
                "recordid" => rows.push(id(right)?),
                _ => return Err(said("only UserId and RecordId are filtered by")),
            }
            Ok(())
        }
        Condition::In {
            left: Expression::Field(path),
            inside: true,
            items: Items::List(list),
            ..
        } if path.field().eq_ignore_ascii_case("RecordId") => {
            for item in list {
                rows.push(id(item)?);
            }
            Ok(())
        }
        _ => Err(said("only UserId and RecordId are filtered by")),
    }
}

fn row(org: &Org, whom: Option<&Caller>, id: &str, select: &[Select]) -> Result<Value> {
    let object = org.schema.of_id(id);
    let there = object.and_then(|object| Some((object, org.living(object.name, id)?)));
    let seen = whom.zip(there).filter(|(whom, (object, row))| whom.sees_row(org, object, row));
    let [read, edit, delete] = match seen {
        None => [false; 3],
        Some((whom, (object, row))) => {
            [true, whom.edits_row(org, object, row), whom.deletes_row(object, row)]
        }
    };
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({ "type": NAME }));
    for column in select {
        let Select::Value { expression: Expression::Field(path), .. } = column else {
            return Err(said("only fields are selected"));
        };
        let value = match path.field().to_ascii_lowercase().as_str() {
            "recordid" => json!(id),
            "hasreadaccess" => json!(read),
            "haseditaccess" => json!(edit),
            // Who may delete it has full access: they give it away and share it too.
            "hasdeleteaccess" | "hastransferaccess" | "hasallaccess" => json!(delete),
            _ => {
                return Err(Fault::new(
                    "INVALID_FIELD",
                    format!("No such column '{}'", path.text()),
                ));
            }
        };
        record.insert(path.field().to_owned(), value);
    }
    Ok(Value::Object(record))
}
