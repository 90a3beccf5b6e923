//! SOSL: runs what `doubles_soql::sosl` reads.

use doubles_salesforce_schema::{Kind, Object};
use doubles_soql::sosl::{Search, Within, returning, selected};
use serde_json::Value;

use crate::{
    fault::Result,
    org::{Org, Row},
    query::{self, Ask},
    rights::Caller,
};

/// The most rows of an answer (SOSL reference, `LIMIT`).
const MAX_ROWS: usize = 2000;

/// What is found, object after object.
pub(crate) fn run(
    org: &mut Org,
    caller: &Caller,
    search: &Search,
    ask: Ask<'_>,
) -> Result<Vec<Value>> {
    let mut queries = search.returning.clone();
    if queries.is_empty() {
        let objects =
            org.schema.objects().filter(|object| object.searchable && caller.on(object).read);
        queries =
            objects.map(|object| returning(object.name, 0, vec![selected("Id", 0)])).collect();
    }
    let most = search.limit.unwrap_or(MAX_ROWS).min(MAX_ROWS);
    let mut found = Vec::new();
    for query in queries {
        let matches = |object: &Object, row: &Row| {
            search.terms.hold(&texts(caller, object, row, search.within))
        };
        found.extend(query::search(org, caller, query, ask, &matches)?);
    }
    found.truncate(most);
    Ok(found)
}

/// The texts of a row that are searched.
fn texts(caller: &Caller, object: &Object, row: &Row, within: Within) -> Vec<String> {
    let fields = object.fields.iter().filter(|field| caller.sees(object, field));
    let wanted = fields.filter(|field| match within {
        Within::All => field.kind.is_text(),
        Within::Name => field.is_name,
        Within::Email => field.kind == Kind::Email,
        Within::Phone => field.kind == Kind::Phone,
    });
    let values = wanted.filter_map(|field| row.get(&field.name).and_then(Value::as_str));
    values.map(str::to_lowercase).collect()
}
