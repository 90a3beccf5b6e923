//! Ways into a JSON value: `@body().a.b[0]['odd name']`.

use serde_json::Value;

/// The value that a path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The body of the request or response being transformed.
    Body,
    /// The element of the collection being walked.
    Item,
    /// The last answer of a polling trigger.
    TriggerBody,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A property.
    Name(String),
    /// An element, counted from zero.
    Index(usize),
}

/// Steps from a root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    steps: Vec<Step>,
}

/// A root and the way from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it starts.
    pub root: Root,
    /// The way.
    pub path: Path,
}

/// How far a property name goes after a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Letters, digits, `_` and `$`: the call stands in the middle of a text.
    Narrow,
    /// Anything up to the next dot, bracket or closing brace.
    Wide,
}

pub(super) fn root(name: &str) -> Option<Root> {
    match name.to_ascii_lowercase().as_str() {
        "body" => Some(Root::Body),
        "item" => Some(Root::Item),
        "triggerbody" => Some(Root::TriggerBody),
        _ => None,
    }
}

/// The path at the front of a text, and what follows it.
pub(super) fn suffix(text: &str, names: Names) -> (Path, &str) {
    let mut path = Path::default();
    let mut rest = text;
    while let Some((step, behind)) = step(rest, names) {
        path.steps.push(step);
        rest = behind;
    }
    (path, rest)
}

fn step(text: &str, names: Names) -> Option<(Step, &str)> {
    let text = text.strip_prefix('?').filter(|rest| rest.starts_with(['.', '['])).unwrap_or(text);
    if let Some(rest) = text.strip_prefix('.') {
        let ends = |c: char| match names {
            Names::Narrow => !c.is_alphanumeric() && c != '_' && c != '$',
            Names::Wide => matches!(c, '.' | '[' | '}' | '{'),
        };
        let (name, rest) = rest.split_at_checked(rest.find(ends).unwrap_or(rest.len()))?;
        let name = if names == Names::Wide { name.trim() } else { name };
        return (!name.is_empty()).then(|| (Step::Name(name.to_owned()), rest));
    }
    let inside = text.strip_prefix('[')?.trim_start();
    if let Some(quote) = inside.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let (name, rest) = inside.get(1..)?.split_once(quote)?;
        let rest = rest.trim_start().strip_prefix(']')?;
        return Some((Step::Name(name.to_owned()), rest));
    }
    let (index, rest) = inside.split_once(']')?;
    Some((Step::Index(index.trim().parse().ok()?), rest))
}

impl Step {
    /// The property or element of a value.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Name(name) => value.as_object()?.get(name),
            Self::Index(index) => value.as_array()?.get(*index),
        }
    }
}

impl Path {
    /// A path of one property.
    pub fn property(name: &str) -> Self {
        Self { steps: vec![Step::Name(name.to_owned())] }
    }

    /// The text of a sub path: a property name, `['odd name']`, or several of them. Nothing for the
    /// empty text and the word `null`.
    pub fn parse_sub(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("null") {
            return None;
        }
        let dotted =
            if text.starts_with(['[', '.']) { text.to_owned() } else { format!(".{text}") };
        let (path, rest) = suffix(&dotted, Names::Wide);
        // a name with a bracket or an at sign in the middle is a name all the same
        let odd = !rest.is_empty() || path.steps.is_empty() || text.starts_with('@');
        Some(if odd { Self::property(text) } else { path })
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the path stays where it is.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// This path and then another.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        Self { steps: self.steps.iter().chain(&other.steps).cloned().collect() }
    }

    /// All steps but the last, and the last.
    pub fn split_last(&self) -> Option<(Self, &Step)> {
        let (last, front) = self.steps.split_last()?;
        Some((Self { steps: front.to_vec() }, last))
    }

    /// The value at the end of the path; nothing when a step misses. A null is found only at the end.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(value, |value, step| step.of(value))
    }

    /// The same, to change it.
    pub fn find_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.as_object_mut()?.get_mut(name),
            Step::Index(index) => value.as_array_mut()?.get_mut(*index),
        })
    }

    /// Puts a value at the end of the path; objects on the way are made where nothing is. `false`
    /// when something else stands in the way.
    pub fn put(&self, value: &mut Value, new: Value) -> bool {
        let mut at = value;
        for step in &self.steps {
            let next = match step {
                Step::Name(name) => {
                    if at.is_null() {
                        *at = Value::Object(serde_json::Map::new());
                    }
                    at.as_object_mut()
                        .map(|object| object.entry(name.clone()).or_insert(Value::Null))
                }
                Step::Index(index) => at.as_array_mut().and_then(|items| items.get_mut(*index)),
            };
            match next {
                Some(next) => at = next,
                None => return false,
            }
        }
        *at = new;
        true
    }

    /// Takes the value at the end of the path away.
    pub fn take(&self, value: &mut Value) -> Option<Value> {
        let (front, last) = self.split_last()?;
        let parent = front.find_mut(value)?;
        match last {
            Step::Name(name) => parent.as_object_mut()?.shift_remove(name),
            Step::Index(index) => {
                let items = parent.as_array_mut()?;
                (*index < items.len()).then(|| items.remove(*index))
            }
        }
    }
}

impl Place {
    /// The text of a parent path: `@body()`, `@body().a['b']`, `@item().x`; some write `body()`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("@{").and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let text = text.strip_prefix('@').unwrap_or(text);
        let (name, rest) = text.split_once('(')?;
        let root = root(name.trim())?;
        let (path, rest) = suffix(rest.trim_start().strip_prefix(')')?, Names::Wide);
        rest.trim().is_empty().then_some(Self { root, path })
    }
}
