//! What was typed into a form, kept as it was typed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{
    Found,
    limits::{MAX_ASKED, MAX_ITEMS, MAX_KEPT_FILE, MAX_POSTED},
    pointer::{find, find_mut, put},
};

/// What was typed. Below it lies a base of inputs that are known already: from an example, from JSON, from the form
/// that was shown before. A form changes what it shows of it and leaves the rest.
///
/// Posted names: `v/…` a value, `n/…` how many elements a list has, `l/…` look-ups that were asked for, `t/…` the way
/// into a tree as JSON, `base` the base as JSON, `raw` all inputs as JSON instead of fields. The rest of a name is
/// the pointer of the field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Typed {
    base: Map<String, Value>,
    texts: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
    asked: BTreeSet<String>,
    trails: BTreeMap<String, Vec<Value>>,
    raw: Option<String>,
}

/// A button of a form that changes the form itself. On the wire it is a word, a colon and a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// One more element of this list.
    Add(String),
    /// This element goes.
    Remove(String),
    /// What this field has to choose from is asked for.
    Load(String),
    /// What lies below the thing that is chosen in this field, in a tree.
    Open(String),
    /// One level up in the tree of this field.
    Up(String),
    /// All inputs as JSON.
    Raw,
    /// Fields again.
    Fields,
}

impl Act {
    /// Whether it asks other operations for something.
    pub const fn is_asking(&self) -> bool {
        matches!(self, Self::Load(_) | Self::Open(_) | Self::Up(_))
    }

    /// The act of a button's value.
    pub fn read(value: &str) -> Option<Self> {
        let (word, pointer) = value.split_once(':').unwrap_or((value, ""));
        let pointer = || (pointer.starts_with('/')).then(|| pointer.to_owned());
        match word {
            "add" => pointer().map(Self::Add),
            "remove" => pointer().map(Self::Remove),
            "load" => pointer().map(Self::Load),
            "open" => pointer().map(Self::Open),
            "up" => pointer().map(Self::Up),
            "raw" => Some(Self::Raw),
            "fields" => Some(Self::Fields),
            _ => None,
        }
    }
}

impl Typed {
    /// Nothing typed over inputs that are known.
    pub fn over(inputs: Map<String, Value>) -> Self {
        Self { base: inputs, ..Self::default() }
    }

    /// What a form posted; names that are none of ours are left.
    pub fn posted<N: AsRef<str>>(pairs: impl IntoIterator<Item = (N, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs.into_iter().take(MAX_POSTED) {
            typed.take(name.as_ref(), value);
        }
        typed
    }

    fn take(&mut self, name: &str, value: String) {
        match name {
            "base" => {
                if let Ok(Value::Object(base)) = serde_json::from_str(&value) {
                    self.base = base;
                }
            }
            "raw" => self.raw = Some(value),
            _ => {
                let Some((word, pointer)) = name.split_at_checked(1) else { return };
                if !pointer.starts_with('/') {
                    return;
                }
                let pointer = pointer.to_owned();
                match word {
                    "v" => {
                        // browsers send line ends of two characters (HTML, form submission)
                        self.texts.insert(pointer, value.replace("\r\n", "\n"));
                    }
                    "n" => {
                        let count = value.parse().unwrap_or(0);
                        self.counts.insert(pointer, MAX_ITEMS.min(count));
                    }
                    "l" if self.asked.len() < MAX_ASKED => {
                        self.asked.insert(pointer);
                    }
                    "t" => {
                        if let Ok(Value::Array(trail)) = serde_json::from_str(&value) {
                            self.trails.insert(pointer, trail);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Puts a file where its field is.
    pub fn attach(&mut self, pointer: &str, (name, kind): (&str, &str), base64: &str) {
        let file = serde_json::json!({ "filename": name, "content_type": kind, "base64": base64 });
        self.texts.remove(pointer);
        put(&mut self.base, pointer, file);
    }

    /// The base, for the form that is shown next; large files are left out and have to be chosen again.
    pub fn base_text(&self) -> String {
        let mut base = self.base.clone();
        base.values_mut().for_each(|value| lighten(value, 0));
        Value::Object(base).to_string()
    }

    /// The base itself.
    pub fn base(&self) -> &Map<String, Value> {
        &self.base
    }

    /// All inputs as they were typed as JSON, where that is how the form stands.
    pub fn raw(&self) -> Option<&str> {
        self.raw.as_deref()
    }

    /// Shows all inputs as JSON.
    pub fn to_raw(&mut self, inputs: &Map<String, Value>) {
        let pretty = serde_json::to_string_pretty(inputs).unwrap_or_default();
        *self = Self { asked: std::mem::take(&mut self.asked), ..Self::over(inputs.clone()) };
        self.raw = Some(pretty);
    }

    /// Takes what was typed as JSON as the base of fields.
    ///
    /// # Errors
    /// The line and column where it is no JSON object; the text stays.
    pub fn to_fields(&mut self) -> Result<(), (usize, usize)> {
        let inputs = self.parsed()?;
        if let Some(inputs) = inputs {
            *self = Self { asked: std::mem::take(&mut self.asked), ..Self::over(inputs) };
        }
        Ok(())
    }

    /// The inputs that were typed as JSON; nothing where fields are shown.
    ///
    /// # Errors
    /// The line and column where it is no JSON object.
    pub fn parsed(&self) -> Result<Option<Map<String, Value>>, (usize, usize)> {
        let Some(raw) = &self.raw else { return Ok(None) };
        if raw.trim().is_empty() {
            return Ok(Some(Map::new()));
        }
        match serde_json::from_str::<Value>(raw) {
            Ok(Value::Object(inputs)) => Ok(Some(inputs)),
            Ok(_) => Err((1, 1)),
            Err(error) => Err((error.line(), error.column())),
        }
    }

    /// What was typed at a pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.texts.get(pointer).map(String::as_str)
    }

    /// What is known at a pointer.
    pub fn known(&self, pointer: &str) -> Option<&Value> {
        find(&self.base, pointer).filter(|value| !value.is_null())
    }

    /// How many elements a list has.
    pub fn count(&self, pointer: &str) -> usize {
        self.counts
            .get(pointer)
            .copied()
            .unwrap_or_else(|| self.known(pointer).and_then(Value::as_array).map_or(0, Vec::len))
    }

    /// The look-ups that were asked for, outer ones first.
    pub fn asked(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(String::as_str)
    }

    /// Asks for a look-up.
    pub fn ask(&mut self, pointer: &str) {
        if self.asked.len() < MAX_ASKED {
            self.asked.insert(pointer.to_owned());
        }
    }

    /// The elements that were opened in a tree.
    pub fn trail(&self, pointer: &str) -> &[Value] {
        self.trails.get(pointer).map_or(&[], Vec::as_slice)
    }

    /// The ways into trees, each as JSON.
    pub fn trails(&self) -> impl Iterator<Item = (&str, String)> {
        let filled = self.trails.iter().filter(|(_, trail)| !trail.is_empty());
        filled.map(|(pointer, trail)| (pointer.as_str(), Value::Array(trail.clone()).to_string()))
    }

    /// Goes one level down in a tree, to what lies below an element.
    pub fn open(&mut self, pointer: &str, element: Value) {
        let trail = self.trails.entry(pointer.to_owned()).or_default();
        if trail.len() < crate::MAX_DEPTH {
            trail.push(element);
        }
    }

    /// Goes one level up.
    pub fn up(&mut self, pointer: &str) {
        if let Some(trail) = self.trails.get_mut(pointer) {
            trail.pop();
        }
    }

    /// Does what a button of the form asks for; the line and column where JSON cannot be read. `inputs` are those that
    /// the form holds, for the box that shows all of them.
    ///
    /// # Errors
    /// The line and the column at which what was typed stops being JSON.
    pub fn follow(
        &mut self,
        act: Act,
        found: &Found,
        inputs: impl FnOnce(&Self) -> Option<Map<String, Value>>,
    ) -> Result<(), (usize, usize)> {
        match act {
            Act::Add(list) => self.add(&list),
            Act::Remove(element) => self.remove(&element),
            Act::Load(pointer) => self.ask(&pointer),
            Act::Open(pointer) => {
                let value = self.text(&pointer).unwrap_or_default();
                if let Some(choice) = found.choice(&pointer, value) {
                    let level = json!({ "title": choice.title, "element": choice.element });
                    self.open(&pointer, level);
                }
            }
            Act::Up(pointer) => self.up(&pointer),
            Act::Raw => {
                if let Some(inputs) = inputs(self) {
                    self.to_raw(&inputs);
                }
            }
            Act::Fields => return self.to_fields(),
        }
        Ok(())
    }

    /// One more element of a list.
    pub fn add(&mut self, list: &str) {
        let count = self.count(list).saturating_add(1).min(MAX_ITEMS);
        self.counts.insert(list.to_owned(), count);
    }

    /// An element goes; those after it move up.
    pub fn remove(&mut self, element: &str) {
        let Some((list, index)) = element.rsplit_once('/') else { return };
        let Ok(gone) = index.parse::<usize>() else { return };
        let count = self.count(list);
        if gone >= count {
            return;
        }
        if let Some(items) = find_mut(&mut self.base, list).and_then(Value::as_array_mut)
            && gone < items.len()
        {
            items.remove(gone);
        }
        self.texts = moved(&self.texts, list, gone);
        self.counts = moved(&self.counts, list, gone);
        self.trails = moved(&self.trails, list, gone);
        let asked = self.asked.iter().map(|pointer| (pointer.clone(), ())).collect();
        self.asked = moved(&asked, list, gone).into_keys().collect();
        self.counts.insert(list.to_owned(), count.saturating_sub(1));
    }
}

/// What lies in elements of a list, after one of them is gone.
fn moved<V: Clone>(all: &BTreeMap<String, V>, list: &str, gone: usize) -> BTreeMap<String, V> {
    let rename = |pointer: &String| -> Option<String> {
        let inside = pointer.strip_prefix(list).and_then(|rest| rest.strip_prefix('/'));
        let Some(inside) = inside else { return Some(pointer.clone()) };
        let (index, rest) = inside.split_once('/').map_or((inside, None), |(i, r)| (i, Some(r)));
        let Ok(index) = index.parse::<usize>() else { return Some(pointer.clone()) };
        let index = match index.cmp(&gone) {
            std::cmp::Ordering::Less => index,
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => index - 1,
        };
        Some(match rest {
            Some(rest) => format!("{list}/{index}/{rest}"),
            None => format!("{list}/{index}"),
        })
    };
    all.iter().filter_map(|(pointer, value)| Some((rename(pointer)?, value.clone()))).collect()
}

/// Takes large files out.
fn lighten(value: &mut Value, depth: usize) {
    if depth > 64 {
        return;
    }
    let is_large = |file: &Value| file.as_str().is_some_and(|text| text.len() > MAX_KEPT_FILE);
    if value.get("base64").is_some_and(is_large) {
        *value = Value::Null;
        return;
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(|it| lighten(it, depth + 1)),
        Value::Array(items) => items.iter_mut().for_each(|it| lighten(it, depth + 1)),
        _ => {}
    }
}
