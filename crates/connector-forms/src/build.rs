//! From an operation to its form.

use std::{borrow::Cow, ptr};

use connector_engine::expression::to_text;
use jiff::{Timestamp, civil, tz::TimeZone};
use openapi::{
    Argument, Extensions, Location, Node, Object, Operation, Package, Parameter, Schema, Visibility,
};
use serde_json::Value;

use crate::{
    field::{Control, Entry, Field, Form, Kind, Lookup, Seeking, State, Text},
    found::{Found, Looked},
    limits::{MAX_DEPTH, MAX_FIELDS, MAX_HINT, MAX_ITEMS, MAX_LABEL, MAX_OPTIONS, MAX_PLACEHOLDER},
    pointer::escape,
    typed::Typed,
};

/// What a form is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sketch<'f> {
    /// The package.
    pub package: &'f Package<'f>,
    /// The operation.
    pub operation: &'f Operation<'f>,
    /// What other operations gave.
    pub found: &'f Found,
    /// The reader's time zone.
    pub zone: &'f TimeZone,
}

impl Form {
    /// The form of an operation, filled with what was typed.
    pub fn of(sketch: Sketch<'_>, typed: &Typed) -> Self {
        let mut builder = Builder { sketch, typed, count: 0, above: Vec::new(), is_cut: false };
        let parameters = sketch.operation.parameters.iter();
        let mut fields: Vec<_> = parameters.filter_map(|it| builder.parameter(it)).collect();
        in_order(&mut fields);
        Self {
            fields: fields.into_iter().map(|(_, field)| field).collect(),
            is_cut: builder.is_cut,
        }
    }
}

struct Builder<'f> {
    sketch: Sketch<'f>,
    typed: &'f Typed,
    count: usize,
    /// The schemas that the present place lies in, to notice one that contains itself.
    above: Vec<*const Object<'f>>,
    is_cut: bool,
}

/// A place on its way to becoming a field.
struct Place<'f> {
    pointer: String,
    name: Cow<'f, str>,
    schema: Schema<'f>,
    near: Extensions<'f>,
    required: bool,
    description: Option<&'f str>,
    default: Option<&'f Node<'f>>,
    is_file: bool,
}

/// The important ones first, then the rest as declared.
fn in_order(fields: &mut [(bool, Field)]) {
    fields.sort_by_key(|(important, field)| (field.advanced, !(*important || field.required)));
}

impl<'f> Builder<'f> {
    fn parameter(&mut self, parameter: &'f Parameter<'f>) -> Option<(bool, Field)> {
        let near = parameter.extensions();
        let is_settled = !parameter.required || parameter.default().is_some();
        if (near.is_internal() && is_settled) || near.is_notification_url() {
            return None;
        }
        let is_body = parameter.location == Location::Body;
        let name = if is_body { "body" } else { parameter.name };
        Some(self.field(Place {
            pointer: format!("/{}", escape(name)),
            name: Cow::Borrowed(parameter.name),
            schema: parameter.schema,
            near,
            required: parameter.required,
            description: parameter.description(),
            default: parameter.default(),
            is_file: parameter.is_file(),
        }))
    }

    fn property(
        &mut self,
        above: &str,
        (name, schema): (&'f str, Schema<'f>),
        required: bool,
    ) -> Option<(bool, Field)> {
        let near = schema.extensions();
        let is_settled = !required || schema.default().is_some();
        if (near.is_internal() && is_settled) || schema.read_only() || near.is_notification_url() {
            return None;
        }
        Some(self.field(Place {
            pointer: format!("{above}/{}", escape(name)),
            name: Cow::Borrowed(name),
            schema,
            near,
            required,
            description: schema.description(),
            default: schema.default(),
            is_file: schema.is_binary(),
        }))
    }

    fn field(&mut self, mut place: Place<'f>) -> (bool, Field) {
        self.count += 1;
        let own = place.schema.extensions();
        let lookup = self.lookup(&place, own);
        let found = self.sketch.found;
        if let Some(schema) = found.schema(&place.pointer) {
            place.schema = schema;
        }
        let (kind, control) = self.control(&place, lookup.as_ref());
        let value = self.value(&place.pointer, kind, &control);
        let control = fitting(control, &value);
        let summary = place.near.summary().or(own.summary()).or(place.schema.title());
        let summary = summary.map(str::trim).filter(|text| !text.is_empty());
        let visibility = match place.near.visibility() {
            Visibility::Normal => own.visibility(),
            other => other,
        };
        let field = Field {
            label: cut(summary.unwrap_or(&place.name), MAX_LABEL),
            hint: cut(place.description.unwrap_or_default().trim(), MAX_HINT),
            placeholder: placeholder(&place, own),
            required: place.required,
            advanced: visibility == Visibility::Advanced && !place.required,
            name: place.name.into_owned(),
            pointer: place.pointer,
            kind,
            control,
            value,
            problem: None,
            lookup,
        };
        (visibility == Visibility::Important, field)
    }

    fn control(&mut self, place: &Place<'f>, lookup: Option<&Lookup>) -> (Kind, Control) {
        let schema = place.schema;
        if place.is_file || schema.is("file") {
            return (Kind::File, Control::File);
        }
        let word = schema.kind().unwrap_or_default();
        let is_object = word == "object" || (word.is_empty() && has_properties(schema));
        let nested = is_object || word == "array";
        let kind = match word {
            "integer" => Kind::Whole,
            "number" => Kind::Number,
            "boolean" => Kind::Truth,
            "string" if schema.format() == Some("date-time") => Kind::Instant,
            "string" => Kind::Text,
            _ if is_object => Kind::Group,
            "array" => Kind::List,
            _ => Kind::Any,
        };
        if !nested && let Some(options) = self.options(place, lookup) {
            return (kind, Control::Choice(options));
        }
        match kind {
            Kind::Truth => (kind, Control::Choice(vec![plain("true"), plain("false")])),
            Kind::Whole | Kind::Number => (kind, Control::Line(Text::Number)),
            Kind::Group => self.group(place),
            Kind::List => self.list(place),
            Kind::Any => {
                let is_open = place.pointer.rfind('/') == Some(0) && place.pointer != "/body";
                (kind, if is_open { Control::Line(Text::Plain) } else { Control::Area })
            }
            _ => (kind, text(schema)),
        }
    }

    /// What is declared to choose from, or was found.
    fn options(&self, place: &Place<'f>, lookup: Option<&Lookup>) -> Option<Vec<Entry>> {
        if lookup.is_some() {
            let Some(Looked::Choices { choices, .. }) = self.sketch.found.at(&place.pointer) else {
                return None;
            };
            let entry = |choice: &connector_engine::dynamic::Choice| Entry {
                value: to_text(&choice.value).into_owned(),
                title: cut(&choice.title, MAX_LABEL),
                is_parent: choice.is_parent == Some(true),
            };
            return Some(choices.iter().take(MAX_OPTIONS).map(entry).collect());
        }
        let own = place.schema.extensions();
        let mut titled = place.near.enum_values();
        titled.extend(own.enum_values());
        let values = place.schema.enum_values();
        if !values.is_empty() {
            let entry = |value: &'f Node<'f>| {
                let text = said(value);
                let title = titled.iter().find(|it| said(it.value) == text).and_then(|it| it.title);
                let title = cut(title.unwrap_or(&text), MAX_LABEL);
                Entry { value: text, title, is_parent: false }
            };
            let values = values.iter().filter(|value| !value.is_null()).take(MAX_OPTIONS);
            return Some(values.map(entry).collect());
        }
        let mut fixed = place.near.editor_options();
        fixed.extend(own.editor_options());
        let entry = |it: &openapi::Titled<'_>| {
            let value = said(it.value);
            let title = cut(it.title.unwrap_or(&value), MAX_LABEL);
            Entry { value, title, is_parent: false }
        };
        let mut fixed: Vec<Entry> = fixed.iter().take(MAX_OPTIONS).map(entry).collect();
        fixed.dedup();
        (!fixed.is_empty()).then_some(fixed)
    }

    fn group(&mut self, place: &Place<'f>) -> (Kind, Control) {
        let properties = place.schema.all_properties();
        if properties.is_empty() || !self.enter(place.schema) {
            return (Kind::Json, Control::Json);
        }
        let mut fields = Vec::new();
        let mut hidden = 0_usize;
        for (name, schema) in properties {
            if self.count >= MAX_FIELDS {
                self.is_cut = true;
                hidden += 1;
                break;
            }
            let required = place.schema.requires_anywhere(name);
            fields.extend(self.property(&place.pointer, (name, schema), required));
        }
        self.above.pop();
        if fields.is_empty() || hidden > 0 {
            return (Kind::Json, Control::Json);
        }
        in_order(&mut fields);
        (Kind::Group, Control::Group(fields.into_iter().map(|(_, field)| field).collect()))
    }

    fn list(&mut self, place: &Place<'f>) -> (Kind, Control) {
        let count = self.typed.count(&place.pointer);
        let Some(schema) = place.schema.items() else { return (Kind::Json, Control::Json) };
        if count > MAX_ITEMS || !self.enter(place.schema) {
            return (Kind::Json, Control::Json);
        }
        let mut items = Vec::new();
        for index in 0..count {
            if self.count >= MAX_FIELDS {
                self.is_cut = true;
                self.above.pop();
                return (Kind::Json, Control::Json);
            }
            let (_, field) = self.field(Place {
                pointer: format!("{}/{index}", place.pointer),
                name: Cow::Owned((index + 1).to_string()),
                schema,
                near: schema.extensions(),
                required: false,
                description: None,
                default: None,
                is_file: schema.is_binary(),
            });
            items.push(field);
        }
        self.above.pop();
        (Kind::List, Control::List { items, is_full: count >= MAX_ITEMS })
    }

    /// Goes into a schema, unless it is too deep or contains itself.
    fn enter(&mut self, schema: Schema<'f>) -> bool {
        let address = ptr::from_ref(schema.object());
        if self.above.len() >= MAX_DEPTH || self.above.contains(&address) {
            self.is_cut |= self.above.len() >= MAX_DEPTH;
            return false;
        }
        self.above.push(address);
        true
    }

    fn lookup(&self, place: &Place<'f>, own: Extensions<'f>) -> Option<Lookup> {
        let seek = |extensions: Extensions<'f>| seeking(extensions);
        let (seeking, arguments) = seek(place.near).or_else(|| seek(own))?;
        let mut fed_by: Vec<String> = Vec::new();
        for argument in arguments {
            let pointer = match argument {
                Argument::Parameter(name) => self.named(name),
                Argument::Reference(path) => self.referenced(path),
                Argument::Literal(_) | Argument::Selected(_) => continue,
            };
            if !fed_by.contains(&pointer) {
                fed_by.push(pointer);
            }
        }
        let state = match self.sketch.found.at(&place.pointer) {
            None => State::Idle,
            Some(Looked::Missing(names)) => State::Missing(names.clone()),
            Some(Looked::Failed(why)) => State::Failed(why.clone()),
            Some(Looked::Choices { trail, .. }) => State::Done(trail.clone()),
            Some(Looked::Schema(_)) => State::Done(Vec::new()),
        };
        Some(Lookup { seeking, fed_by, state })
    }

    fn named(&self, name: &str) -> String {
        let own = self.sketch.operation.parameter(name);
        match own.filter(|it| it.location != Location::Body) {
            Some(_) => format!("/{}", escape(name)),
            None => format!("/body/{}", escape(name)),
        }
    }

    fn referenced(&self, path: &str) -> String {
        let path = path.trim_matches('/');
        if self.sketch.operation.parameter(path).is_some_and(|it| it.location != Location::Body) {
            return format!("/{}", escape(path));
        }
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let is_body = self.sketch.operation.body().is_some_and(|body| body.name == first);
        let first = if is_body { "body" } else { first };
        if rest.is_empty() { format!("/{first}") } else { format!("/{first}/{rest}") }
    }

    /// The text that a field shows.
    fn value(&self, pointer: &str, kind: Kind, control: &Control) -> String {
        if matches!(control, Control::Group(_) | Control::List { .. }) {
            return String::new();
        }
        if let Some(text) = self.typed.text(pointer) {
            return text.to_owned();
        }
        let Some(known) = self.typed.known(pointer) else { return String::new() };
        match (kind, known) {
            (Kind::File, file) => {
                let name = file.get("filename").and_then(Value::as_str);
                let name = name.or_else(|| file.get("base64").map(|_| "file"));
                name.map_or_else(|| to_text(file).into_owned(), str::to_owned)
            }
            (Kind::Json, value) => serde_json::to_string_pretty(value).unwrap_or_default(),
            (_, value @ (Value::Object(_) | Value::Array(_))) => {
                serde_json::to_string_pretty(value).unwrap_or_default()
            }
            (Kind::Instant, value) => local(&to_text(value), self.sketch.zone),
            (_, value) => to_text(value).into_owned(),
        }
    }
}

/// A control that can show what is there: a date that is none is a text all the same.
fn fitting(control: Control, value: &str) -> Control {
    let fits = |is: bool, text: Text| if is { text } else { Text::Plain };
    match control {
        Control::Line(Text::Date) if !value.is_empty() => Control::Line(fits(
            value.len() == 10 && value.parse::<civil::Date>().is_ok(),
            Text::Date,
        )),
        Control::Line(Text::DateTime) if !value.is_empty() => {
            let is =
                value.parse::<civil::DateTime>().is_ok() && value.parse::<Timestamp>().is_err();
            Control::Line(fits(is, Text::DateTime))
        }
        Control::Line(Text::Number) if !value.is_empty() => {
            Control::Line(fits(value.trim().parse::<f64>().is_ok(), Text::Number))
        }
        Control::Choice(mut entries) => {
            // What was given stays, whatever there is to choose from.
            if !value.is_empty() && !entries.iter().any(|it| it.value == value) {
                let title = cut(value, MAX_LABEL);
                let value = value.to_owned();
                entries.insert(0, Entry { value, title, is_parent: false });
            }
            Control::Choice(entries)
        }
        other => other,
    }
}

/// An instant as the reader's clock shows it; what is none stays.
fn local(text: &str, zone: &TimeZone) -> String {
    match text.trim().parse::<Timestamp>() {
        Ok(at) => at.to_zoned(zone.clone()).datetime().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        Err(_) => text.to_owned(),
    }
}

fn text(schema: Schema<'_>) -> Control {
    let line = |text| Control::Line(text);
    match schema.format().unwrap_or_default() {
        "date" => line(Text::Date),
        "date-time" => line(Text::DateTime),
        "email" => line(Text::Mail),
        "uri" | "url" => line(Text::Address),
        "password" => line(Text::Secret),
        "html" | "multiline" | "byte" => Control::Area,
        _ => {
            let longest = schema.object().get("maxLength").and_then(Node::as_i64);
            if longest.is_some_and(|most| most > 255) {
                return Control::Area;
            }
            line(Text::Plain)
        }
    }
}

fn seeking<'f>(extensions: Extensions<'f>) -> Option<(Seeking, Vec<Argument<'f>>)> {
    let plain = |all: Vec<(&'f str, Argument<'f>)>| all.into_iter().map(|(_, it)| it).collect();
    if let Some(newer) = extensions.dynamic_properties() {
        return Some((Seeking::Fields, plain(newer.arguments)));
    }
    if let Some(older) = extensions.dynamic_schema() {
        return Some((Seeking::Fields, plain(older.arguments)));
    }
    if let Some(list) = extensions.dynamic_list() {
        return Some((Seeking::Choices, plain(list.arguments)));
    }
    if let Some(open) = extensions.dynamic_tree().and_then(|tree| tree.open) {
        return Some((Seeking::Tree, plain(open.arguments)));
    }
    let values = extensions.dynamic_values()?;
    match values.source {
        openapi::DynamicSource::Operation(_) => Some((Seeking::Choices, plain(values.arguments))),
        openapi::DynamicSource::Capability(_) => Some((Seeking::Tree, Vec::new())),
        openapi::DynamicSource::BuiltIn(_) => None,
    }
}

fn has_properties(schema: Schema<'_>) -> bool {
    schema.properties().len() > 0 || schema.all_of().next().is_some()
}

fn plain(value: &str) -> Entry {
    Entry { value: value.to_owned(), title: value.to_owned(), is_parent: false }
}

fn placeholder(place: &Place<'_>, own: Extensions<'_>) -> String {
    let example = || place.schema.object().get("example");
    let node = place.default.or_else(|| place.near.test_value());
    let node = node.or_else(|| own.test_value()).or_else(example);
    let shown = node.filter(|node| node.as_list().is_none() && node.as_object().is_none());
    shown.map(|node| cut(&said(node), MAX_PLACEHOLDER)).unwrap_or_default()
}

/// A constant as text.
fn said(node: &Node<'_>) -> String {
    match node {
        Node::Text(text) => text.clone().into_owned(),
        Node::Null => String::new(),
        other => other.to_json(),
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
