//! Choices and schemas that another operation gives (connector-format §8).
//!
//! A place of a form asks a [`Question`]: an operation and its inputs, taken from what was filled in
//! so far. Whoever calls that operation, with the same connection, hands the answer back and gets
//! choices or a schema.

mod arguments;
mod picker;

use openapi::{
    DynamicList, DynamicProperties, DynamicSchema, DynamicSource, DynamicValues, Extensions,
    Operation, Package, TreeLevel,
};
use serde_json::{Map, Value};

use crate::expression::{Context, Missing, Template, to_text};

/// A call that has to be made before a form can go on.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The operation to call.
    pub operation_id: String,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// What the operation requires and nobody filled in yet: show nothing, and ask for these first.
    pub missing: Vec<String>,
    reading: Reading,
}

/// How an answer is read. Paths are JSON pointers without their first slash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Reading {
    items: Option<String>,
    value: Option<String>,
    title: Option<String>,
    full_title: Option<String>,
    is_parent: Option<String>,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What goes into the input.
    pub value: Value,
    /// What people read.
    pub title: String,
    /// The title with its way from the top, in trees.
    pub full_title: Option<String>,
    /// Whether there is something below it, in trees.
    pub is_parent: Option<bool>,
    /// The element of the answer, which the next level of a tree asks with.
    pub element: Value,
}

/// Where a form stands: the operation, and what was filled in.
#[derive(Debug, Clone, Copy)]
pub struct Form<'f> {
    /// The package.
    pub package: &'f Package<'f>,
    /// The operation that the form is for.
    pub operation: &'f Operation<'f>,
    /// What was filled in so far, as for [`crate::Call::new`].
    pub inputs: &'f Map<String, Value>,
}

/// What a parameter or property asks for its choices. The newer extension goes before the older one;
/// a tree asks its first level.
pub fn choices(form: Form<'_>, extensions: Extensions<'_>) -> Option<Question> {
    if let Some(list) = extensions.dynamic_list() {
        return Some(of_list(form, &list));
    }
    if let Some(tree) = extensions.dynamic_tree()
        && let Some(open) = &tree.open
    {
        return Some(level(form, open, None));
    }
    let values = extensions.dynamic_values()?;
    match values.source {
        DynamicSource::Operation(id) => Some(of_values(form, id, &values)),
        DynamicSource::Capability(name) => picker::open(form, name, &values),
        // the platform's own, such as its directory of people
        DynamicSource::BuiltIn(_) => None,
    }
}

/// What the next level of a tree asks, below an element that was chosen.
pub fn below(form: Form<'_>, extensions: Extensions<'_>, chosen: &Choice) -> Option<Question> {
    if let Some(tree) = extensions.dynamic_tree() {
        return Some(level(form, tree.browse.as_ref()?, Some(&chosen.element)));
    }
    let values = extensions.dynamic_values()?;
    match values.source {
        DynamicSource::Capability(name) => picker::browse(form, name, &values, &chosen.element),
        DynamicSource::Operation(_) | DynamicSource::BuiltIn(_) => None,
    }
}

/// What a place asks for its schema.
pub fn schema(form: Form<'_>, extensions: Extensions<'_>) -> Option<Question> {
    let (id, arguments, path) = if let Some(newer) = extensions.dynamic_properties() {
        let DynamicProperties { operation_id, arguments, value_path } = newer;
        (operation_id, arguments, value_path)
    } else {
        let DynamicSchema { operation_id, arguments, value_path } = extensions.dynamic_schema()?;
        (operation_id, arguments, value_path)
    };
    let reading = Reading { value: path.map(str::to_owned), ..Reading::default() };
    Some(arguments::question(form, id, &arguments, (None, reading)))
}

fn of_list(form: Form<'_>, list: &DynamicList<'_>) -> Question {
    let reading = Reading {
        items: list.items_path.map(str::to_owned),
        value: list.value_path.map(str::to_owned),
        title: list.title_path.map(str::to_owned),
        ..Reading::default()
    };
    arguments::question(form, list.operation_id, &list.arguments, (None, reading))
}

fn of_values(form: Form<'_>, id: &str, values: &DynamicValues<'_>) -> Question {
    let reading = Reading {
        items: values.collection.map(str::to_owned),
        value: values.value_path.map(str::to_owned),
        title: values.title_path.map(str::to_owned),
        ..Reading::default()
    };
    arguments::question(form, id, &values.arguments, (None, reading))
}

fn level(form: Form<'_>, level: &TreeLevel<'_>, chosen: Option<&Value>) -> Question {
    let reading = Reading {
        items: level.items_path.map(str::to_owned),
        value: level.value_path.map(str::to_owned),
        title: level.title_path.map(str::to_owned),
        full_title: level.full_title_path.map(str::to_owned),
        is_parent: level.is_parent.map(str::to_owned),
    };
    arguments::question(form, level.operation_id, &level.arguments, (chosen, reading))
}

impl Question {
    /// The choices in an answer; elements without a value are left out.
    pub fn choices(&self, answer: &Value) -> Vec<Choice> {
        let items = match find(answer, self.reading.items.as_deref()) {
            Some(Value::Array(items)) => items.as_slice(),
            // one that has no path may still hold its list in the only place there is
            Some(Value::Object(object)) if self.reading.items.is_none() => {
                object.values().find_map(Value::as_array).map(Vec::as_slice).unwrap_or_default()
            }
            _ => &[],
        };
        items.iter().filter_map(|item| self.choice(item)).collect()
    }

    fn choice(&self, item: &Value) -> Option<Choice> {
        let value = find(item, self.reading.value.as_deref()).filter(|value| !value.is_null())?;
        let title = |path: &Option<String>| {
            let found = path.as_deref().and_then(|path| find(item, Some(path)));
            found.map(|title| to_text(title).into_owned()).filter(|title| !title.is_empty())
        };
        Some(Choice {
            value: value.clone(),
            title: title(&self.reading.title).unwrap_or_else(|| to_text(value).into_owned()),
            full_title: title(&self.reading.full_title),
            is_parent: self.reading.is_parent.as_deref().and_then(|text| is_true(text, item)),
            element: item.clone(),
        })
    }

    /// The schema in an answer; nothing when there is none: any JSON fits then.
    pub fn schema(&self, answer: &Value) -> Option<Value> {
        let found = find(answer, self.reading.value.as_deref())?.as_object()?;
        let odd_type = found.get("type").is_some_and(|it| !it.is_string() && !it.is_array());
        let whole = ["type", "properties", "items", "allOf", "$ref"];
        if !odd_type && whole.iter().any(|key| is_schema_word(key, found)) {
            return Some(Value::Object(found.clone()));
        }
        // the path, or the answer, may be the properties themselves
        let mut schema = Map::new();
        schema.insert("type".to_owned(), Value::from("object"));
        schema.insert("properties".to_owned(), Value::Object(found.clone()));
        Some(Value::Object(schema))
    }
}

/// Whether a key is a word of schemas and not the name of a property.
fn is_schema_word(key: &str, object: &Map<String, Value>) -> bool {
    match (key, object.get(key)) {
        ("type" | "$ref", Some(value)) => value.is_string() || value.is_array(),
        ("allOf", Some(value)) => value.is_array(),
        ("properties", Some(Value::Object(properties))) => {
            properties.values().all(Value::is_object)
        }
        ("items", Some(value)) => value.is_object() && !object.contains_key("properties"),
        _ => false,
    }
}

/// The value of a path string: a JSON pointer without its first slash; nothing said is the value
/// itself.
fn find<'v>(value: &'v Value, path: Option<&str>) -> Option<&'v Value> {
    let path = path.map(|path| path.trim_matches('/')).unwrap_or_default();
    if path.is_empty() {
        return Some(value);
    }
    value.pointer(&format!("/{path}")).or_else(|| value.get(path))
}

/// A condition about an element: a constant, a path, or a call that reads the element.
fn is_true(text: &str, item: &Value) -> Option<bool> {
    let text = text.trim();
    let read = if text.contains('@') {
        let context = Context { item: Some(item), body: Some(item), ..Context::default() };
        Template::parse(text).plain(&context, Missing::Empty).ok()?
    } else if let Some(found) = find(item, Some(text)) {
        to_text(found).into_owned()
    } else {
        text.to_owned()
    };
    match read.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" | "" => Some(false),
        _ => None,
    }
}
