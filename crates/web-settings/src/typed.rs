//! Settings as a form holds them, and back.

use std::collections::BTreeMap;

use identity::Group;
use kernel::FieldError;
use sales_settings::{Entry, Kind};
use serde_json::{Map, Value as Json};
use web_frame::{Field, Frame};

/// What was typed: names and values, as the form sends them.
pub(crate) type Typed = BTreeMap<String, String>;

/// A setting on a page: one field, or the groups that may be ticked.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) legend: Option<String>,
    pub(crate) fields: Vec<Field>,
}

/// The fields of some settings.
pub(crate) fn fields(
    frame: &Frame,
    entries: &[Entry],
    (values, groups): (&Json, &[Group]),
    errors: &[FieldError],
) -> Vec<Shown> {
    entries.iter().map(|entry| field(frame, entry, (values, groups), errors)).collect()
}

fn field(
    frame: &Frame,
    entry: &Entry,
    (values, groups): (&Json, &[Group]),
    errors: &[FieldError],
) -> Shown {
    let name = entry.name();
    let label = frame.say(&format!("web-settings.{name}"));
    let value = values.pointer(entry.pointer).cloned().unwrap_or_default();
    let text = || value.as_str().unwrap_or_default().to_owned();
    let wrong = errors.iter().find(|error| error.pointer == entry.pointer);
    let one = |field: Field| {
        let own =
            wrong.map(|error| FieldError { pointer: format!("/{name}").into(), ..error.clone() });
        let field = field.checked(own.as_slice(), frame.t);
        Shown { legend: None, fields: vec![field] }
    };
    match entry.kind {
        Kind::Switch => one(Field::check(&name, label, value == Json::Bool(true))),
        Kind::Choice(words) => {
            let options =
                words.iter().map(|word| (*word, frame.say(&format!("web-settings.word-{word}"))));
            one(Field::select(&name, label, options).value(text()))
        }
        Kind::Text(_) => one(Field::text(&name, label).value(text())),
        Kind::Words(..) => {
            let lines: Vec<&str> =
                value.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            let hint = frame.say("web-settings.one-a-line");
            one(Field::area(&name, label).value(lines.join("\n")).hint(hint))
        }
        Kind::Pairs(_, [first, second]) => {
            let own = |pair: &Json, key: &str| {
                pair.get(key).and_then(Json::as_str).unwrap_or_default().replace(['\r', '\n'], " ")
            };
            let lines: Vec<String> = value
                .as_array()
                .into_iter()
                .flatten()
                .map(|pair| format!("{}: {}", own(pair, first), own(pair, second)))
                .collect();
            let hint = frame.say("web-settings.pair-a-line");
            one(Field::area(&name, label).value(lines.join("\n")).hint(hint))
        }
        Kind::Groups => {
            let ticked: Vec<&str> =
                value.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
            let each = groups.iter().map(|group| {
                let id = group.id.to_string();
                let on = ticked.contains(&id.as_str());
                Field::check(&format!("{name}--{id}"), group.name.clone(), on)
            });
            Shown { legend: Some(label), fields: each.collect() }
        }
    }
}

/// What a form says of some settings, as a patch. Groups that the form did not show stay.
pub(crate) fn read(entries: &[Entry], form: &Typed) -> Map<String, Json> {
    let mut patch = Json::Object(Map::new());
    for entry in entries {
        put(&mut patch, entry.pointer, value(entry, form));
    }
    match patch {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

fn value(entry: &Entry, form: &Typed) -> Json {
    let name = entry.name();
    let text = form.get(&name).map(String::as_str).unwrap_or_default();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    match entry.kind {
        Kind::Switch => Json::Bool(text == "on"),
        Kind::Choice(_) | Kind::Text(_) => text.into(),
        Kind::Words(..) => lines().collect(),
        Kind::Pairs(_, [first, second]) => {
            let pair = |line: &str| {
                let (name, said) = line.split_once(':').unwrap_or((line, ""));
                serde_json::json!({ first: name.trim(), second: said.trim() })
            };
            lines().map(pair).collect()
        }
        Kind::Groups => {
            let prefix = format!("{name}--");
            form.keys().filter_map(|key| key.strip_prefix(&prefix)).collect()
        }
    }
}

/// Sets a value at a pointer whose way is made.
fn put(at: &mut Json, pointer: &str, value: Json) {
    let mut place = at;
    let parts = pointer.trim_start_matches('/').split('/');
    for part in parts {
        let Json::Object(map) = place else { return };
        place = map.entry(part).or_insert_with(|| Json::Object(Map::new()));
    }
    *place = value;
}
