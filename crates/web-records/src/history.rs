//! What became of a record, and by whom.

use askama::Template;
use edge::Problem;
use tables::{Column, Value, format};
use uuid::Uuid;
use web_frame::{Frame, Html};

use crate::{form::Form, lookup, place::Place, shown::plain};

/// One change.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) position: i64,
    pub(crate) who: String,
    pub(crate) at: Html,
    /// `create`, `update`, `delete`.
    pub(crate) action: String,
    /// Column, before, after.
    pub(crate) changes: Vec<(String, String, String)>,
}

/// The tab.
#[derive(Debug, Template)]
#[template(path = "history.html")]
struct History<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    audited: bool,
    more: Option<String>,
}

/// The tab of what became of a record; `before` is where an earlier page ended.
pub(crate) async fn tab(
    form: &Form<'_>,
    (id, address): (Uuid, &str),
    before: Option<i64>,
) -> Result<Html, Problem> {
    let entries = entries(form, id, before).await?;
    let more = entries.last().filter(|_| entries.len() >= FULL);
    let more = more.map(|last| format!("{address}?tab=history&before={}", last.position));
    let audited = form.table.audited;
    Ok(Html::of(&History { frame: form.frame, entries, audited, more }))
}

/// The changes of a record, newest first.
pub(crate) async fn entries(
    form: &Form<'_>,
    id: Uuid,
    before: Option<i64>,
) -> Result<Vec<Entry>, Problem> {
    let (place, frame, table) = (form.place, form.frame, form.table);
    let found = place.session.history(&table.logical, id, before).await?;
    let people = place.session.model().table("systemuser");
    let mut names: Vec<(Uuid, String)> = Vec::new();
    let mut entries = Vec::with_capacity(found.len());
    for one in found {
        let known = names.iter().find(|(user, _)| *user == one.user).map(|(_, name)| name.clone());
        let who = match (known, people) {
            (Some(name), _) => name,
            (None, Some(people)) => {
                let name = lookup::row_name(place, people, one.user).await;
                let name = name.unwrap_or_else(|| frame.say("web-records.somebody"));
                names.push((one.user, name.clone()));
                name
            }
            (None, None) => String::new(),
        };
        let mut changes = Vec::new();
        for (name, both) in one.changes.as_object().into_iter().flatten() {
            let Some(column) = table.column(name).filter(|column| told(place, form, column)) else {
                continue;
            };
            let side = |at: usize| both.get(at).unwrap_or(&serde_json::Value::Null);
            let before = words(form, column, side(0)).await;
            let after = words(form, column, side(1)).await;
            changes.push((place.label(column), before, after));
        }
        entries.push(Entry {
            position: one.position,
            who,
            at: frame.moment(&one.at),
            action: one.action,
            changes,
        });
    }
    Ok(entries)
}

/// Whether a change of a column is worth a line.
fn told(place: &Place, form: &Form<'_>, column: &Column) -> bool {
    column.of.is_none()
        && place.session.access().reads(form.table, column)
        && !crate::filter::SILENT.contains(&&*column.logical)
        && !column.logical.ends_with("_base")
        && column.logical != form.table.primary_id
}

/// A value of the history as people read it.
async fn words(form: &Form<'_>, column: &Column, json: &serde_json::Value) -> String {
    let (place, frame) = (form.place, form.frame);
    if json.is_null() {
        return "—".to_owned();
    }
    if column.kind.is_reference() {
        let id = json.as_str().and_then(|text| text.parse::<Uuid>().ok());
        let name = match id {
            Some(id) => lookup::name_of(place, column, id).await,
            None => None,
        };
        return name.unwrap_or_else(|| frame.say("web-records.no-name"));
    }
    if matches!(column.kind, tables::ColumnKind::Image { .. } | tables::ColumnKind::File { .. }) {
        return frame.say("web-records.a-file");
    }
    let model = place.session.model();
    let Ok(value) = Value::parse(model, form.table, column, json) else { return json.to_string() };
    let locale = format::Locale { language: place.language, zone: &frame.zone, currency: None };
    let text = format::display(model, column, &value, &locale).unwrap_or_else(|| plain(&value));
    text.chars().take(300).collect()
}

/// How many entries the store gives at once.
const FULL: usize = 100;
