//! The tools that one caller may use, written out once and read many times.

use bytes::Bytes;
use kernel::ActionId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::loads::Noted;

/// An argument that a client repeats in a header of its request (`x-mcp-header`, 2026-07-28).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrored {
    /// The names that lead to the argument, from the root of the arguments.
    pub path: Vec<String>,
    /// The end of the header's name, after `Mcp-Param-`.
    pub header: String,
}

/// What a model reads of one operation of an enabled action.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Stable and unique among the tools of a tenant: `[A-Za-z0-9_.-]`, at most [`MAX_NAME`] characters.
    pub name: String,
    /// What people read.
    pub title: Option<String>,
    /// What a model reads.
    pub description: Option<String>,
    /// A JSON Schema of type `object`.
    pub input: Value,
    /// A JSON Schema of type `object`, where the answer is known.
    pub output: Option<Value>,
    /// Hints on what a call does (`ToolAnnotations`).
    pub annotations: Option<Annotations>,
}

/// Hints on what a call does, named as the protocol names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the protocol has four of them")]
pub struct Annotations {
    /// Changes nothing.
    pub read_only_hint: bool,
    /// May take away or overwrite.
    pub destructive_hint: bool,
    /// Doing it twice is doing it once.
    pub idempotent_hint: bool,
    /// Reaches systems outside.
    pub open_world_hint: bool,
}

impl Tool {
    /// The tool as the protocol writes it.
    pub fn definition(&self) -> Value {
        let mut tool = json!({ "name": self.name });
        let mut set = |key: &str, value: Option<Value>| {
            if let (Some(object), Some(value)) = (tool.as_object_mut(), value) {
                object.insert(key.to_owned(), value);
            }
        };
        set("title", self.title.clone().map(Value::from));
        set("description", self.description.clone().map(Value::from));
        set("inputSchema", Some(self.input.clone()));
        set("outputSchema", self.output.clone());
        set("annotations", self.annotations.and_then(|hints| serde_json::to_value(hints).ok()));
        tool
    }
}

/// A tool of a catalogue.
#[derive(Debug, Clone)]
pub struct Entry {
    name: String,
    /// Where the definition stands in the text of all.
    at: (usize, usize),
    mirrored: Vec<Mirrored>,
    /// Name, title and description in lower case, for the search.
    words: [String; 3],
}

impl Entry {
    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments that clients repeat in headers.
    pub fn mirrored(&self) -> &[Mirrored] {
        &self.mirrored
    }
}

/// The tools that one caller may use, in the order of their names; made once for all who may use the same.
#[derive(Debug)]
pub struct Catalogue {
    /// All definitions, with a comma between two.
    text: Bytes,
    entries: Vec<Entry>,
    /// The actions that the tools belong to.
    actions: Vec<ActionId>,
    noted: Noted,
}

/// Some definitions, one after the other with commas between them, as they go into a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The definitions; shared with the catalogue, not copied.
    pub text: Bytes,
    /// How many there are.
    pub count: usize,
    /// The name of the last one, when there are more behind it.
    pub next: Option<String>,
}

impl Catalogue {
    /// Writes the tools out. Of two with one name the first one stands.
    pub fn new(mut tools: Vec<Tool>) -> Self {
        tools.sort_by(|a, b| a.name.cmp(&b.name));
        tools.dedup_by(|later, first| later.name == first.name);
        let mut text = Vec::new();
        let mut entries = Vec::with_capacity(tools.len());
        for tool in tools {
            if !text.is_empty() {
                text.push(b',');
            }
            let from = text.len();
            // a tree of JSON can always be written
            drop(serde_json::to_writer(&mut text, &tool.definition()));
            let mut mirrored = Vec::new();
            find_mirrored(&tool.input, &mut Vec::new(), &mut mirrored);
            let words = [
                tool.name.to_lowercase(),
                tool.title.unwrap_or_default().to_lowercase(),
                tool.description.unwrap_or_default().to_lowercase(),
            ];
            entries.push(Entry { name: tool.name, at: (from, text.len()), mirrored, words });
        }
        Self { text: text.into(), entries, actions: Vec::new(), noted: Noted::default() }
    }

    /// The same with more tools among them. Of two with one name the one that was there stands.
    #[must_use]
    pub fn joined(&self, tools: Vec<Tool>) -> Self {
        let more = Self::new(tools);
        let mut text = Vec::with_capacity(self.text.len() + more.text.len() + 1);
        let mut entries = Vec::with_capacity(self.len() + more.len());
        let (mut ours, mut theirs) =
            (self.entries.iter().peekable(), more.entries.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(one), Some(other)) if one.name == other.name => {
                    theirs.next();
                    continue;
                }
                (Some(one), Some(other)) if one.name > other.name => theirs.next().zip(Some(&more)),
                (None, _) => theirs.next().zip(Some(&more)),
                _ => ours.next().zip(Some(self)),
            };
            let Some((entry, from)) = next else { break };
            if !text.is_empty() {
                text.push(b',');
            }
            let at = text.len();
            text.extend_from_slice(&from.definition(entry));
            entries.push(Entry { at: (at, text.len()), ..entry.clone() });
        }
        Self { text: text.into(), entries, actions: self.actions.clone(), noted: Noted::default() }
    }

    /// The same with the actions that the tools belong to.
    pub(crate) fn of(self, actions: Vec<ActionId>) -> Self {
        Self { actions, ..self }
    }

    pub(crate) fn actions(&self) -> &[ActionId] {
        &self.actions
    }

    pub(crate) fn noted(&self) -> &Noted {
        &self.noted
    }

    /// How many tools there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether another catalogue holds the same tools.
    pub fn same_as(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// A tool by its name.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(at)
    }

    /// The definition of one tool.
    pub fn definition(&self, entry: &Entry) -> Bytes {
        self.cut(entry.at.0, entry.at.1)
    }

    /// At most `limit` tools whose names come after `after`.
    pub fn page(&self, after: Option<&str>, limit: usize) -> Slice {
        let from =
            after.map_or(0, |name| self.entries.partition_point(|e| e.name.as_str() <= name));
        let rest = self.entries.get(from..).unwrap_or_default();
        let taken = rest.get(..limit.min(rest.len())).unwrap_or_default();
        let next =
            if taken.len() < rest.len() { taken.last().map(|e| e.name.clone()) } else { None };
        let (Some(first), Some(last)) = (taken.first(), taken.last()) else {
            return Slice { text: Bytes::new(), count: 0, next: None };
        };
        Slice { text: self.cut(first.at.0, last.at.1), count: taken.len(), next }
    }

    /// The tools that fit a few words best, the best one first: what is in the name counts most, then the
    /// title, then the description; a tool with none of the words is not there.
    pub fn search(&self, query: &str, limit: usize) -> Vec<&Entry> {
        let query = query.to_lowercase();
        let words: Vec<&str> = query
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MAX_WORDS)
            .collect();
        let mut found: Vec<(usize, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| Some((score(&entry.words, &words)?, entry)))
            .collect();
        // stable: among equals the order of the names stays
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().take(limit).map(|(_, entry)| entry).collect()
    }

    fn cut(&self, from: usize, to: usize) -> Bytes {
        if from <= to && to <= self.text.len() { self.text.slice(from..to) } else { Bytes::new() }
    }
}

fn score(texts: &[String; 3], words: &[&str]) -> Option<usize> {
    let [name, title, description] = texts;
    let of = |word: &&str| {
        let hit = |text: &str, weight| if text.contains(*word) { weight } else { 0 };
        hit(name, 4) + hit(title, 3) + hit(description, 1)
    };
    let score: usize = words.iter().map(of).sum();
    (score > 0).then_some(score)
}

/// Properties of a schema with `x-mcp-header`; only those of objects in objects can be named by a path.
fn find_mirrored(schema: &Value, path: &mut Vec<String>, found: &mut Vec<Mirrored>) {
    if path.len() > MAX_DEPTH {
        return;
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    for (name, property) in properties {
        path.push(name.clone());
        if let Some(header) = property.get("x-mcp-header").and_then(Value::as_str) {
            found.push(Mirrored { path: path.clone(), header: header.to_owned() });
        }
        find_mirrored(property, path, found);
        path.pop();
    }
}

/// Most characters of a tool's name; our own choice within the 128 of the protocol, for clients that allow
/// 64.
pub const MAX_NAME: usize = 64;

/// Most words of a search that count; our own choice.
const MAX_WORDS: usize = 16;

/// How deep an argument may stand that is repeated in a header; our own choice.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, title: &str, description: &str) -> Tool {
        Tool {
            name: name.to_owned(),
            title: Some(title.to_owned()),
            description: Some(description.to_owned()),
            input: json!({"type": "object"}),
            output: None,
            annotations: None,
        }
    }

    fn three() -> Catalogue {
        Catalogue::new(vec![
            tool("orders_list", "List orders", "What a customer ordered"),
            tool("invoices_list", "List invoices", "What a customer owes"),
            tool("customers_find", "Find customers", "By name"),
        ])
    }

    fn names(slice: &Slice) -> Vec<String> {
        let list: Vec<Value> =
            serde_json::from_str(&format!("[{}]", String::from_utf8_lossy(&slice.text))).unwrap();
        list.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn pages_follow_each_other_in_the_order_of_names() {
        let catalogue = three();
        let first = catalogue.page(None, 2);
        assert_eq!(names(&first), ["customers_find", "invoices_list"]);
        let second = catalogue.page(first.next.as_deref(), 2);
        assert_eq!((names(&second), second.next), (vec!["orders_list".to_owned()], None));
        assert_eq!(catalogue.page(Some("zzz"), 2).count, 0);
    }

    #[test]
    fn a_page_goes_on_where_a_tool_that_is_gone_stood() {
        assert_eq!(names(&three().page(Some("d"), 9)), ["invoices_list", "orders_list"]);
    }

    #[test]
    fn names_weigh_more_than_descriptions() {
        let catalogue = three();
        let found: Vec<&str> =
            catalogue.search("Orders, customer?", 9).iter().map(|e| e.name()).collect();
        assert_eq!(found, ["orders_list", "customers_find", "invoices_list"]);
        assert!(catalogue.search("parcel", 9).is_empty() && catalogue.search("", 9).is_empty());
        assert_eq!(catalogue.search("list", 1).len(), 1);
    }

    #[test]
    fn of_two_tools_with_one_name_one_is_there() {
        let catalogue = Catalogue::new(vec![tool("a", "1", ""), tool("a", "2", "")]);
        assert_eq!(catalogue.len(), 1);
        assert!(catalogue.find("a").is_some() && catalogue.find("b").is_none());
    }

    #[test]
    fn joined_tools_stand_in_the_order_of_names() {
        let more =
            vec![tool("links_add", "", ""), tool("orders_list", "another", ""), tool("a", "", "")];
        let joined = three().joined(more);
        let all = joined.page(None, 9);
        let order = ["a", "customers_find", "invoices_list", "links_add", "orders_list"];
        assert_eq!(names(&all), order);
        let kept = joined.definition(joined.find("orders_list").unwrap());
        assert!(String::from_utf8_lossy(&kept).contains("List orders"));
    }

    #[test]
    fn arguments_that_are_repeated_in_headers_are_found_where_they_stand() {
        let mut with = tool("a", "", "");
        with.input = json!({"type": "object", "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "place": {"type": "object", "properties": {"town": {"x-mcp-header": "Town"}}},
        }});
        let catalogue = Catalogue::new(vec![with]);
        let mirrored = catalogue.find("a").unwrap().mirrored();
        assert_eq!(mirrored[0], Mirrored { path: vec!["region".into()], header: "Region".into() });
        assert_eq!(mirrored[1].path, ["place", "town"]);
    }
}
