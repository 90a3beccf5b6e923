//! What is done with many rows at once: asked for first, then one change of all or none.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use queries::{Condition as Rows, Paging, Verb};
use records::{
    Condition, Delete, Entry, Merge, Operation, Principal, Reference, RowKey, Update, may_merge,
};
use tables::{ColumnKind, Ownership, RowRef, Table, Value};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer, parts};

use crate::{
    actions,
    asking::Asking,
    form::{Form, Mistakes, Sent},
    place::{Place, may},
    sharing,
};

/// Rows of one change (our own choice: a page of a list, and some more).
const MOST: usize = 200;

/// What is offered for the rows of a table.
pub(crate) fn offered(place: &Place, frame: &Frame, table: &Table) -> Vec<(&'static str, String)> {
    let owned = table.ownership == Ownership::User;
    let status = matches!(table.status().map(|it| &it.kind), Some(ColumnKind::Status { .. }));
    let all = [
        ("assign", owned && may(&place.session, table, Verb::Assign)),
        ("status", status && may(&place.session, table, Verb::Write)),
        ("share", owned && may(&place.session, table, Verb::Share)),
        ("merge", may_merge(table) && may(&place.session, table, Verb::Write)),
        ("delete", may(&place.session, table, Verb::Delete)),
    ];
    let all = all.into_iter().filter(|(_, open)| *open);
    all.map(|(name, _)| (name, frame.say(&format!("web-records.bulk-{name}")))).collect()
}

/// Asks whether it is meant.
#[derive(Debug, Template)]
#[template(path = "bulk.html")]
struct Sure {
    frame: Frame,
    what: String,
    action: String,
    back: String,
    verb: &'static str,
    state: String,
    rows: Vec<(String, String)>,
    inputs: Vec<Html>,
    button: String,
    danger: bool,
    wrong: Option<(String, String)>,
}

pub(crate) async fn act(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let state = sent.get("state").cloned().unwrap_or_default();
    let asking: Asking = serde_html_form::from_str(&state).unwrap_or_default();
    let back = asking.href(&place, table);
    let ids = sent.keys().filter_map(|name| name.strip_prefix("row-")?.parse::<Uuid>().ok());
    let ids: Vec<Uuid> = ids.take(MOST).collect();
    let wanted = sent.get("do").map(String::as_str).unwrap_or_default();
    let offered = offered(&place, &visit.frame, table);
    let verb = offered.iter().map(|(name, _)| *name).find(|name| *name == wanted);
    let (Some(verb), false) = (verb, ids.is_empty()) else {
        return Ok(answer::back_with(&visit.context, &back, "web-records.nothing"));
    };
    let form = Form::new(&place, &visit.frame, table, false);
    let mut wrong = None;
    if sent.contains_key("sure") {
        match run(&form, verb, &ids, &sent).await? {
            None => return Ok(answer::back_with(&visit.context, &back, "web-records.bulk-done")),
            Some(why) => wrong = Some(why),
        }
    }
    let status =
        if wrong.is_some() { http::StatusCode::UNPROCESSABLE_ENTITY } else { http::StatusCode::OK };
    let rows = named(&form, &ids).await?;
    let frame = &visit.frame;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let page = Sure {
        what: frame.say(&format!("web-records.bulk-{verb}-what")),
        action: place.href(&format!("/{}/bulk", table.logical)),
        verb,
        state,
        inputs: inputs(&form, verb, &rows),
        rows,
        button: frame.say(&format!("web-records.bulk-{verb}")),
        danger: verb == "delete",
        wrong,
        frame: place
            .at(
                frame.clone(),
                &table.logical,
                frame.say1(&format!("web-records.bulk-{verb}-title"), "count", count),
            )
            .back_to(&back),
        back,
    };
    Ok(answer::page_with(status, &page))
}

/// What is asked for besides.
fn inputs(form: &Form<'_>, verb: &str, rows: &[(String, String)]) -> Vec<Html> {
    let (held, mistakes) = (Sent::new(), Mistakes::new());
    let owner = form.table.column("ownerid").map(|column| form.input(column, &held, &mistakes));
    match verb {
        "assign" => owner.into_iter().collect(),
        "share" => {
            let mut all = vec![sharing::person(form)];
            all.push(sharing::ticks(form.frame));
            all
        }
        "status" => {
            let kind = form.table.status().map(|status| &status.kind);
            let Some(ColumnKind::Status { options }) = kind else { return Vec::new() };
            let language = form.place.language;
            let options = options
                .iter()
                .map(|option| (option.value.to_string(), option.labels.text(language).to_owned()));
            vec![Field::select("status", form.frame.say("web-records.reason"), options).html()]
        }
        "merge" => {
            let label = form.frame.say("web-records.merge-keep");
            vec![Field::select("keep", label, rows.iter().cloned()).html()]
        }
        _ => Vec::new(),
    }
}

/// The names of rows, as far as the reader may see them.
async fn named(form: &Form<'_>, ids: &[Uuid]) -> Result<Vec<(String, String)>, Problem> {
    let (place, table) = (form.place, form.table);
    let Some(of) = place.session.model().table(&table.logical) else { return Ok(Vec::new()) };
    let name = table.primary_name.as_deref().unwrap_or(&table.primary_id);
    let broken = records::Error::from;
    let query = queries::Query::of(of).select([name]).map_err(broken)?;
    let key = query.field(&table.primary_id).map_err(broken)?;
    let ids = ids.iter().map(|id| db::Value::Uuid(*id)).collect();
    let query = query.and(Rows::In(key, ids));
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    let found = place.session.query(&query, &Paging::first(most)).await?;
    let mut all = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let Some(cell) = found.plan.shown.key else { continue };
        let id: Uuid = row.get(cell).map_err(records::Error::from)?;
        let mut shown = found.plan.shown.properties.iter();
        let text = shown.find_map(|property| match property.value(row) {
            Ok(Value::Text(text)) => Some(text),
            _ => None,
        });
        let text = text.unwrap_or_else(|| form.frame.say("web-records.nameless"));
        all.push((id.to_string(), text));
    }
    Ok(all)
}

/// Does it; why it could not be done, where people can do something about it.
async fn run(
    form: &Form<'_>,
    verb: &str,
    ids: &[Uuid],
    sent: &Sent,
) -> Result<Option<(String, String)>, Problem> {
    let (place, table, frame) = (form.place, form.table, form.frame);
    let nobody = || {
        let (title, what) = ("web-records.wrong", "web-records.wrong-nobody");
        Some((frame.say(title), frame.say(what)))
    };
    let update = |id: &Uuid, values: &[(String, Value)]| {
        let entry = Entry { values: values.to_vec(), ..Entry::of(&table.logical) };
        Operation::Update(Update { key: RowKey::Id(*id), entry, condition: Condition::Present })
    };
    let operations: Vec<Operation> = match verb {
        "assign" => {
            let Some(owner) = actions::owner(place, table, sent).await? else {
                return Ok(nobody());
            };
            let values = vec![("ownerid".to_owned(), owner)];
            ids.iter().map(|id| update(id, &values)).collect()
        }
        "status" => {
            let status = sent.get("status").and_then(|text| text.parse().ok());
            let values = status.and_then(|status| actions::states(table, status));
            let Some(values) = values else { return Ok(nobody()) };
            ids.iter().map(|id| update(id, &values)).collect()
        }
        "share" => {
            let Some(Value::Row(RowRef { code, id })) = actions::owner(place, table, sent).await?
            else {
                return Ok(nobody());
            };
            let principal = principal(place, code, id);
            let mask = sharing::mask(sent);
            for row in ids {
                let row = Reference::id(&table.logical, *row);
                if let Err(error) = place.session.grant(&row, principal, mask).await {
                    return Ok(Some(parts::told(frame, &error)));
                }
            }
            return Ok(None);
        }
        "merge" => {
            let kept = sent.get("keep").and_then(|id| id.parse::<Uuid>().ok());
            let pair = match ids {
                [one, other] if kept == Some(*one) => Some((*one, *other)),
                [other, one] if kept == Some(*one) => Some((*one, *other)),
                _ => None,
            };
            let Some((target, subordinate)) = pair else {
                let (title, what) = ("web-records.wrong", "web-records.merge-two");
                return Ok(Some((frame.say(title), frame.say(what))));
            };
            vec![Operation::Merge(Merge {
                target: RowKey::Id(target),
                subordinate: RowKey::Id(subordinate),
                content: Entry::of(&table.logical),
                check_parents: false,
            })]
        }
        _ => {
            let delete = |id: &Uuid| {
                let row = Reference::id(&table.logical, *id);
                Operation::Delete(Delete { row, condition: Condition::Present })
            };
            ids.iter().map(delete).collect()
        }
    };
    match place.session.run(operations).await {
        Ok(_) => Ok(None),
        Err(failure) => Ok(Some(parts::told(frame, &failure.error))),
    }
}

/// Who stands behind a reference to an owner.
pub(crate) fn principal(place: &Place, code: i32, id: Uuid) -> Principal {
    let team = place.session.model().table("team").is_some_and(|team| team.code == code);
    if team { Principal::Team(id) } else { Principal::User(id) }
}
