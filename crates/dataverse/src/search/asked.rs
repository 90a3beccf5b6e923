//! The body of a request to the search service, in both versions. Names of members are read whatever their case.

use serde_json::{Map, Value};

use super::{ENTITY_FACET, Operation};
use crate::fault::Fault;

/// What is searched for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
    pub(crate) filter: Option<String>,
    pub(crate) all: bool,
    pub(crate) count: bool,
    pub(crate) facets: bool,
    pub(crate) skip: u64,
    pub(crate) most: u32,
}

/// A table of a search.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entity {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) filter: Option<String>,
}

impl Entity {
    /// A table with nothing else said.
    pub(crate) fn of(name: &str) -> Self {
        Self { name: name.to_lowercase(), ..Self::default() }
    }

    fn read(value: Value) -> Result<Self, Fault> {
        match value {
            Value::String(name) => Ok(Self::of(&name)),
            Value::Object(object) => {
                let mut object = lower(object);
                let name = text(&mut object, "name")?.ok_or_else(|| wrong("entities"))?;
                let columns = list(&mut object, "selectcolumns")?.into_iter();
                let column = |value: Value| match value {
                    Value::String(name) => Ok(name.to_lowercase()),
                    _ => Err(wrong("selectcolumns")),
                };
                let columns = columns.map(column).collect::<Result<_, _>>()?;
                Ok(Self {
                    name: name.to_lowercase(),
                    columns,
                    filter: text(&mut object, "filter")?,
                })
            }
            _ => Err(wrong("entities")),
        }
    }
}

impl Asked {
    /// Reads a body.
    pub(crate) fn read(body: Map<String, Value>, operation: Operation) -> Result<Self, Fault> {
        let mut body = lower(body);
        let search = text(&mut body, "search")?.unwrap_or_default();
        let least = if operation == Operation::Suggest { LEAST } else { 1 };
        if !(least..=LONGEST).contains(&search.trim().chars().count()) {
            return Err(Fault::argument(format!(
                "The parameter 'search' must have between {least} and {LONGEST} characters."
            )));
        }
        let entities = list(&mut body, "entities")?;
        if entities.len() > ENTITIES {
            return Err(Fault::argument(format!("At most {ENTITIES} entities can be searched.")));
        }
        let entities = entities.into_iter().map(Entity::read).collect::<Result<_, _>>()?;
        let mut options = match body.remove("options") {
            Some(Value::String(text)) if !text.trim().is_empty() => {
                lower(serde_json::from_str(&text).map_err(|_odd| wrong("options"))?)
            }
            Some(Value::Object(options)) => lower(options),
            _ => Map::new(),
        };
        let mode = text(&mut body, "searchmode")?.or(text(&mut options, "searchmode")?);
        let all = match mode.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None | Some("any" | "") => false,
            Some("all") => true,
            Some(_) => return Err(wrong("searchmode")),
        };
        let count = ["count", "returntotalrecordcount"];
        let count = count.iter().any(|name| body.get(*name) == Some(&Value::Bool(true)));
        let mut facets = false;
        for facet in list(&mut body, "facets")? {
            let name = facet.as_str().and_then(|facet| facet.split(',').next());
            match name.map(str::trim) {
                Some(ENTITY_FACET) => facets = true,
                _ => {
                    return Err(Fault::unsupported(format!(
                        "Facets are given of {ENTITY_FACET} only."
                    )));
                }
            }
        }
        for order in list(&mut body, "orderby")? {
            let name = order.as_str().and_then(|order| order.split_whitespace().next());
            if !matches!(name, Some("@search.score") | None) {
                return Err(Fault::unsupported("Results are ordered by @search.score desc only."));
            }
        }
        let (usual, most) = match operation {
            Operation::Query => (50, 100),
            Operation::Suggest => (5, 100),
            Operation::Autocomplete => (10, 10),
        };
        let most = number(&body, "top")?.map_or(usual, |top| top.min(most));
        let skip = number(&body, "skip")?.unwrap_or_default();
        if skip > SKIP {
            return Err(Fault::argument(format!("The parameter 'skip' must be at most {SKIP}.")));
        }
        Ok(Self {
            text: search,
            entities,
            filter: text(&mut body, "filter")?,
            all,
            count,
            facets,
            skip,
            most: u32::try_from(most).unwrap_or(100),
        })
    }
}

fn lower(object: Map<String, Value>) -> Map<String, Value> {
    object.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect()
}

fn text(object: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match object.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Some(_) => Err(wrong(name)),
    }
}

/// A list, or one written as a text.
fn list(object: &mut Map<String, Value>, name: &str) -> Result<Vec<Value>, Fault> {
    match object.remove(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(all)) => Ok(all),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Vec::new()),
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|_odd| wrong(name)),
        Some(_) => Err(wrong(name)),
    }
}

fn number(object: &Map<String, Value>, name: &str) -> Result<Option<u64>, Fault> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| wrong(name)),
    }
}

fn wrong(name: &str) -> Fault {
    Fault::argument(format!("The parameter '{name}' is not valid."))
}

/// Characters of a suggestion's text at least (Dataverse search).
const LEAST: usize = 3;
/// Characters of a text at most (Dataverse search).
const LONGEST: usize = 100;
/// Tables of a search; our own choice.
const ENTITIES: usize = 50;
/// Results that may be left out; our own choice.
const SKIP: u64 = 10_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value) -> Result<Asked, Fault> {
        Asked::read(body.as_object().cloned().unwrap_or_default(), Operation::Query)
    }

    #[test]
    fn both_versions_say_the_same() {
        let one = read(&json!({ "search": "maria", "entities": ["Contact"], "searchMode": "all",
            "returnTotalRecordCount": true, "orderby": ["@search.score desc"], "top": 7 }));
        let two = read(&json!({ "search": "maria", "count": true, "top": 7,
            "entities": "[{\"name\":\"contact\",\"selectColumns\":[\"FullName\"],\"filter\":\"statecode eq 0\"}]",
            "options": "{\"querytype\":\"lucene\",\"searchmode\":\"all\"}" }));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(
            (one.entities[0].name.as_str(), one.all, one.count, one.most),
            ("contact", true, true, 7)
        );
        assert_eq!(
            (two.entities[0].name.as_str(), two.all, two.count, two.most),
            ("contact", true, true, 7)
        );
        assert_eq!(two.entities[0].columns, ["fullname"]);
        assert_eq!(two.entities[0].filter.as_deref(), Some("statecode eq 0"));
    }

    #[test]
    fn what_is_not_answered_is_refused() {
        for body in [
            json!({}),
            json!({ "search": "" }),
            json!({ "search": "x".repeat(101) }),
            json!({ "search": 7 }),
            json!({ "search": "x", "entities": [7] }),
            json!({ "search": "x", "entities": "{" }),
            json!({ "search": "x", "top": -1 }),
            json!({ "search": "x", "skip": 10_001 }),
            json!({ "search": "x", "searchmode": "some" }),
            json!({ "search": "x", "facets": ["account.revenue"] }),
            json!({ "search": "x", "orderby": ["name"] }),
            json!({ "search": "x", "options": "[" }),
        ] {
            assert!(read(&body).is_err(), "{body}");
        }
    }
}
