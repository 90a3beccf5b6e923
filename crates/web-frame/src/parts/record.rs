//! What forms of records are made of, whoever keeps the records: sections, and the fields that HTML has no control for.

use askama::Template;

use crate::{Frame, Html};

/// Fields under one heading.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// Whether it is opened at once.
    pub open: bool,
    /// Whether it is the first, which is never closed.
    pub main: bool,
    /// The fields.
    pub inputs: Vec<Html>,
}

/// The sections of a form, one after the other.
#[derive(Debug, Template)]
#[template(path = "parts/record_sections.html")]
pub struct Sections<'a> {
    /// The sections.
    pub sections: &'a [Section],
    /// Whether the reader may change anything.
    pub may_write: bool,
    /// The level of the headings: `h2` on a page of its own, `h3` inside another.
    pub heading: &'static str,
}

/// The field of a lookup: a name that is found while it is typed, and the record behind it.
#[derive(Debug, Template)]
#[template(path = "parts/lookup.html")]
pub struct Lookup<'a> {
    /// The frame.
    pub frame: &'a Frame,
    /// What the form sends the name as; the record itself is `name--row`.
    pub name: &'a str,
    /// What people read.
    pub label: String,
    /// The name that was typed or is stored.
    pub value: &'a str,
    /// The record behind it.
    pub key: &'a str,
    /// The address that finds records, with a `?` in it; the words are `q`.
    pub suggest: String,
    /// Whether it must be filled.
    pub required: bool,
    /// What is wrong.
    pub error: Option<&'a str>,
    /// The records that the name could mean: key and what people read.
    pub several: &'a [(String, String)],
    /// A sentence below.
    pub hint: String,
}

/// The field of several choices; it sends `name--sent`, and `name--value` for each that is ticked.
#[derive(Debug, Template)]
#[template(path = "parts/choices.html")]
pub struct Choices<'a> {
    /// The name.
    pub name: &'a str,
    /// What people read.
    pub label: String,
    /// Value, label, and whether it is ticked.
    pub options: Vec<(String, String, bool)>,
    /// What is wrong.
    pub error: Option<&'a str>,
}
