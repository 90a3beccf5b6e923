//! Searching among many tools, as a tool.
//!
//! A client that cannot hold some hundred tools in its context asks for `/mcp?tools=search`: its list then has
//! one tool, which finds others by a few words. What was found can be called by its name like any tool. The
//! search stands in every list that does not fit on one page as well.

use ::actions::{Annotations, Catalogue, Tool};
use serde_json::{Map, Value, json};

use crate::tools::Outcome;

/// The name of the tool that searches.
pub(crate) const NAME: &str = "search_tools";

/// The tool that searches.
pub(crate) fn tool() -> Tool {
    Tool {
        name: NAME.to_owned(),
        title: Some("Search tools".to_owned()),
        description: Some(
            "Finds tools by a few words on what should be done. Each result has the name to call and the \
             schema of its arguments."
                .to_owned(),
        ),
        input: json!({
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": "A few words, such as: open orders of a customer"},
                "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            },
            "required": ["query"],
            "additionalProperties": false,
        }),
        output: Some(json!({
            "type": "object",
            "properties": {"tools": {"type": "array", "items": {"type": "object"}}},
            "required": ["tools"],
        })),
        annotations: Some(Annotations {
            read_only_hint: true,
            destructive_hint: false,
            idempotent_hint: true,
            open_world_hint: false,
        }),
    }
}

/// Searches.
pub(crate) fn run(catalogue: &Catalogue, arguments: &Map<String, Value>) -> Outcome {
    let Some(query) = arguments.get("query").and_then(Value::as_str) else {
        return Outcome::failure("query: a few words are needed");
    };
    let limit = match arguments.get("limit") {
        None | Some(Value::Null) => USUAL,
        Some(limit) => match limit.as_u64() {
            Some(limit) if (1..=MOST).contains(&limit) => limit,
            _ => {
                return Outcome::failure(format!(
                    "limit: a whole number from 1 to {MOST} is needed"
                ));
            }
        },
    };
    let found = catalogue.search(query, usize::try_from(limit).unwrap_or(1));
    let mut text = br#"{"tools":["#.to_vec();
    for (index, entry) in found.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&catalogue.definition(entry));
    }
    text.extend_from_slice(b"]}");
    let mut outcome = Outcome::text(String::from_utf8_lossy(&text).into_owned());
    outcome.structured = Some(text.into());
    outcome
}

const USUAL: u64 = 8;
const MOST: u64 = 50;
