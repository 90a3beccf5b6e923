//! `composite/tree`: rows with their children, all or none.

use doubles_salesforce_schema::Object;
use serde_json::{Value, json};

use super::{MAX_ROWS, invalid, too_many};
use crate::{
    fault::{Fault, Result},
    org::Org,
    rest::{Call, Reply},
    rights::Caller,
    write::{self, object},
};

const MAX_DEPTH: usize = 5;

/// A row still to be made, under the row that it belongs to.
struct Node {
    object: Object,
    body: write::Body,
    /// The field that leads to the parent, and where the parent stands in the list.
    parent: Option<(String, usize)>,
    depth: usize,
}

pub(super) fn tree(org: &mut Org, caller: &Caller, call: &Call, name: &str) -> Result<Reply> {
    let root = object(org, caller, name)?;
    let body = call.json()?;
    let list = body.get("records").and_then(Value::as_array);
    let list = list.ok_or_else(|| invalid("records is required"))?;
    let mut nodes = Vec::new();
    for record in list {
        let body = write::members(record)?;
        nodes.push(Node { object: root.clone(), body, parent: None, depth: 1 });
    }
    unfold(org, &mut nodes)?;
    let mark = org.mark();
    let mut made: Vec<String> = Vec::new();
    let mut results = Vec::new();
    for node in &mut nodes {
        let attributes = node.body.remove("attributes");
        let reference =
            attributes.as_ref().and_then(|a| a.get("referenceId")).and_then(Value::as_str);
        let reference = reference.unwrap_or_default().to_owned();
        if let Some((field, at)) = &node.parent {
            let parent = made.get(*at).cloned().unwrap_or_default();
            node.body.insert(field.clone(), parent.into());
        }
        match write::create(org, caller, &node.object, &node.body) {
            Ok(id) => {
                results.push(json!({ "referenceId": reference, "id": id }));
                made.push(id);
            }
            Err(fault) => {
                org.take_back(mark);
                let failed = json!({ "referenceId": reference, "errors": [fault.of_record()] });
                return Ok(Reply::json(400, json!({ "hasErrors": true, "results": [failed] })));
            }
        }
    }
    Ok(Reply::json(201, json!({ "hasErrors": false, "results": results })))
}

/// Puts the children after their parents, level by level.
fn unfold(org: &Org, nodes: &mut Vec<Node>) -> Result<()> {
    let mut references: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(node) = nodes.get_mut(at) {
        let reference = node.body.get("attributes").and_then(|a| a.get("referenceId"));
        let reference = reference.and_then(Value::as_str);
        let reference = reference
            .ok_or_else(|| invalid("Include a reference ID for each record in the request."))?;
        if references.iter().any(|own| own == reference) {
            return Err(Fault::new(
                "INVALID_INPUT",
                format!("Duplicate ReferenceId provided in the request: {reference}"),
            ));
        }
        references.push(reference.to_owned());
        let (parent, depth) = (node.object.clone(), node.depth);
        let inner: Vec<String> = node
            .body
            .iter()
            .filter(|(_, value)| value.get("records").is_some())
            .map(|(name, _)| name.clone())
            .collect();
        let inner: Vec<(String, Value)> = inner
            .into_iter()
            .filter_map(|name| node.body.remove(&name).map(|v| (name, v)))
            .collect();
        for (name, value) in inner {
            if depth == MAX_DEPTH {
                return Err(too_many("levels of a tree", MAX_DEPTH));
            }
            let (object, field) = org.schema.child(parent.name, &name).ok_or_else(|| {
                Fault::new(
                    "INVALID_FIELD",
                    format!("No such column '{name}' on sobject of type {}", parent.name),
                )
            })?;
            let (object, field) = (object.clone(), field.name.clone());
            for record in value.get("records").and_then(Value::as_array).into_iter().flatten() {
                let body = write::members(record)?;
                let parent = Some((field.clone(), at));
                nodes.push(Node { object: object.clone(), body, parent, depth: depth + 1 });
            }
        }
        if nodes.len() > MAX_ROWS {
            return Err(too_many("records", MAX_ROWS));
        }
        at += 1;
    }
    Ok(())
}
