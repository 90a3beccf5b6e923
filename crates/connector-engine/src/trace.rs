//! What each policy changed, for makers who look on.

use serde_json::Value;

use crate::{
    draft::{Body, Draft},
    headers::Headers,
    limits::MAX_DEPTH,
    message::Mask,
};

/// What one policy did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Which, among the policies that govern the operation, in their order.
    pub policy: usize,
    /// Whether it acted on the request; on the answer otherwise.
    pub is_before: bool,
    /// What it changed; empty where it had nothing to do.
    pub changes: Vec<Changed>,
    /// Whether it changed more than is told.
    pub is_cut: bool,
}

/// A part of a request or an answer before and after a policy; secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Of what.
    pub part: Part,
    /// The name of the header or parameter, the JSON pointer into the body.
    pub name: String,
    /// What it was; none where it was not there.
    pub before: Option<String>,
    /// What it is; none where it was taken away.
    pub after: Option<String>,
}

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The method.
    Method,
    /// The address without its query.
    Address,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A place in the body.
    Body,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 5] = [Self::Method, Self::Address, Self::Query, Self::Header, Self::Body];

    /// The name that callers compare.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Address => "address",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// What a policy for requests did.
pub(crate) fn of_request(policy: usize, (before, after): (&Draft, &Draft), mask: &Mask) -> Applied {
    let mut list = List::new(mask);
    list.text(Part::Method, "", (Some(&before.method), Some(&after.method)));
    let places = (place(before), place(after));
    list.text(Part::Address, "", (places.0.as_deref(), places.1.as_deref()));
    let query = |draft: &Draft| {
        let mut whole = draft.base.query.clone();
        whole.merge(&draft.query);
        let mut all = Named::default();
        for (name, value) in whole.iter() {
            all.add(name, value, whole.is_secret(name));
        }
        all
    };
    list.named(Part::Query, (query(before), query(after)));
    list.named(Part::Header, (headers(&before.headers), headers(&after.headers)));
    list.json((json(&before.body), json(&after.body)));
    list.told(policy, true)
}

/// The headers of an answer, and its body where that is JSON.
pub(crate) type Answered<'a> = (&'a Headers, Option<&'a Value>);

/// What a policy for answers did.
pub(crate) fn of_answer(
    policy: usize,
    (before, after): (Answered<'_>, Answered<'_>),
    mask: &Mask,
) -> Applied {
    let mut list = List::new(mask);
    list.named(Part::Header, (headers(before.0), headers(after.0)));
    list.json((before.1, after.1));
    list.told(policy, false)
}

fn place(draft: &Draft) -> Option<String> {
    draft.base_problem.is_none().then(|| draft.place())
}

fn headers(all: &Headers) -> Named {
    let mut named = Named::default();
    for (name, value) in all.iter() {
        named.add(name, value, all.is_credential(name));
    }
    named
}

const fn json(body: &Body) -> Option<&Value> {
    match body {
        Body::Json(value) => Some(value),
        Body::Absent | Body::Bytes(_) => None,
    }
}

/// Values by name, those of one name joined.
#[derive(Debug, Default)]
struct Named(Vec<(String, String, bool)>);

impl Named {
    fn add(&mut self, name: &str, value: &str, is_secret: bool) {
        if let Some((_, known, secret)) = self.0.iter_mut().find(|(known, ..)| is(known, name)) {
            known.push_str(", ");
            known.push_str(value);
            *secret |= is_secret;
        } else {
            self.0.push((name.to_owned(), value.to_owned(), is_secret));
        }
    }

    fn find(&self, name: &str) -> Option<&(String, String, bool)> {
        self.0.iter().find(|(known, ..)| is(known, name))
    }
}

/// Names of headers have no case; parameters that differ in it alone are told as one.
fn is(known: &str, name: &str) -> bool {
    known.eq_ignore_ascii_case(name)
}

struct List<'m> {
    mask: &'m Mask,
    changes: Vec<Changed>,
    is_cut: bool,
}

impl<'m> List<'m> {
    const fn new(mask: &'m Mask) -> Self {
        Self { mask, changes: Vec::new(), is_cut: false }
    }

    fn told(self, policy: usize, is_before: bool) -> Applied {
        Applied { policy, is_before, changes: self.changes, is_cut: self.is_cut }
    }

    fn text(&mut self, part: Part, name: &str, (before, after): (Option<&str>, Option<&str>)) {
        if before == after {
            return;
        }
        if self.changes.len() == MOST {
            self.is_cut = true;
            return;
        }
        // masked first, then cut: half a secret would pass the mask
        let shown = |text: &str| self.mask.text(text).chars().take(LONGEST).collect();
        let (before, after): (Option<String>, Option<String>) =
            (before.map(shown), after.map(shown));
        self.changes.push(Changed { part, name: self.mask.text(name), before, after });
    }

    fn named(&mut self, part: Part, (before, after): (Named, Named)) {
        for (name, value, secret) in &before.0 {
            match after.find(name) {
                Some((_, new, hidden)) if new != value => {
                    let hide = |text| if *secret || *hidden { HIDDEN } else { text };
                    // two secrets look alike, and yet one took the place of the other
                    let values = (hide(value.as_str()), hide(new.as_str()));
                    self.secret_or(part, name, (Some(values.0), Some(values.1)));
                }
                Some(_) => {}
                None => {
                    let value = if *secret { HIDDEN } else { value.as_str() };
                    self.text(part, name, (Some(value), None));
                }
            }
        }
        for (name, value, secret) in &after.0 {
            if before.find(name).is_none() {
                let value = if *secret { HIDDEN } else { value.as_str() };
                self.text(part, name, (None, Some(value)));
            }
        }
    }

    fn secret_or(&mut self, part: Part, name: &str, values: (Option<&str>, Option<&str>)) {
        if values.0 != values.1 {
            self.text(part, name, values);
        } else if self.changes.len() < MOST {
            let hidden = Some(HIDDEN.to_owned());
            let name = self.mask.text(name);
            self.changes.push(Changed { part, name, before: hidden.clone(), after: hidden });
        } else {
            self.is_cut = true;
        }
    }

    fn json(&mut self, (before, after): (Option<&Value>, Option<&Value>)) {
        match (before, after) {
            (Some(before), Some(after)) => self.differ("", (before, after), MAX_DEPTH),
            (None, None) => {}
            (before, after) => self.value("", (before, after)),
        }
    }

    fn value(&mut self, pointer: &str, (before, after): (Option<&Value>, Option<&Value>)) {
        let (before, after) = (before.map(Value::to_string), after.map(Value::to_string));
        self.text(Part::Body, pointer, (before.as_deref(), after.as_deref()));
    }

    /// The smallest places at which two values differ.
    fn differ(&mut self, pointer: &str, (before, after): (&Value, &Value), depth: usize) {
        if before == after || self.is_cut {
            return;
        }
        match (before, after) {
            (Value::Object(old), Value::Object(new)) if depth > 0 => {
                let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
                for (name, value) in gone {
                    self.value(&below(pointer, name), (Some(value), None));
                }
                for (name, value) in new {
                    let pointer = below(pointer, name);
                    match old.get(name) {
                        Some(old) => self.differ(&pointer, (old, value), depth - 1),
                        None => self.value(&pointer, (None, Some(value))),
                    }
                }
            }
            (Value::Array(old), Value::Array(new)) if depth > 0 && old.len() == new.len() => {
                for (index, pair) in old.iter().zip(new).enumerate() {
                    self.differ(&format!("{pointer}/{index}"), pair, depth - 1);
                }
            }
            _ => self.value(pointer, (Some(before), Some(after))),
        }
    }
}

fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// What stands for a secret.
const HIDDEN: &str = "***";
/// Changes of one policy that are told; our own choice.
const MOST: usize = 50;
/// Characters of a value that are shown; our own choice.
const LONGEST: usize = 500;
