//! Views of a table: columns, order and filter by a form, or the FetchXML as text.

mod said;
mod simple;

use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use fetchxml::fetch;
use kernel::EnvironmentId;
use queries::{Caller, Moment};
use serde::Deserialize;
use tables::{
    Labels, Table, View, ViewColumn, ViewKind,
    define::{Change, Place as At, seen},
    names::stable_id,
};
use uuid::Uuid;
use web_frame::{App, Field, Html, Visit, answer};

use self::simple::Simple;
use crate::{
    parts::{Dialog, Form, Note, Page, Sent, labels_of, seen_by, ticked, value},
    place::{Place, no_such},
    table::href,
    table_form::text_fields,
    wrong::{Wrong, answered},
};

/// How the query is shown.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    /// `text` or a form.
    #[serde(default, rename = "as")]
    shown: String,
}

fn field_of(at: &At) -> Option<&'static str> {
    Some(match at.property {
        "Name" => "label-en",
        "FetchXml" => "fetch",
        "LayoutXml" => "column-1",
        _ => return None,
    })
}

fn lookup<'p>(place: &'p Place, table: &Table, id: Uuid) -> Result<&'p View, Problem> {
    let found = place.session.model().view(id).map(AsRef::as_ref);
    let found = found.filter(|view| view.table == table.logical);
    found.ok_or_else(|| no_such("view", &id.to_string()))
}

/// A view of a table that is not there yet.
fn fresh(place: &Place, table: &Table) -> View {
    let name = table.primary_name.clone().unwrap_or_else(|| table.primary_id.clone());
    let columns = vec![ViewColumn { name, width: 300 }];
    let simple = Simple::default();
    View {
        id: stable_id(&format!("view/{}/{}", table.logical, place.frame.request)),
        table: table.logical.clone(),
        labels: Labels::none(),
        kind: ViewKind::Public,
        default: false,
        fetch: simple.fetch(table, &columns).to_string(),
        columns,
        custom: true,
    }
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let view = fresh(&place, table);
    let editing = Editing { place: &place, table, view: &view, new: true };
    Ok(answer::page(&editing.page((None, asking.shown == "text"), &Wrong::default())))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table, view)): Path<(EnvironmentId, String, Uuid)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let view = lookup(&place, table, view)?;
    let editing = Editing { place: &place, table, view, new: false };
    Ok(answer::page(&editing.page((None, asking.shown == "text"), &Wrong::default())))
}

pub(crate) async fn create(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let view = fresh(&place, table);
    let editing = Editing { place: &place, table, view: &view, new: true };
    let page = |wrong: &Wrong| editing.page((Some(&sent), value(&sent, "as") == "text"), wrong);
    let (wrong, to) = (editing.save(&sent).await?, href(&place, table, "/views"));
    Ok(answered(&context, wrong, (&to, "web-tables.made"), &page))
}

pub(crate) async fn update(
    State(app): State<App>,
    Path((environment, table, view)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let view = lookup(&place, table, view)?;
    let editing = Editing { place: &place, table, view, new: false };
    let page = |wrong: &Wrong| editing.page((Some(&sent), value(&sent, "as") == "text"), wrong);
    let (wrong, to) = (editing.save(&sent).await?, href(&place, table, "/views"));
    Ok(answered(&context, wrong, (&to, "saved"), &page))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table, view)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let view = lookup(&place, table, view)?;
    let wrong = place.define(Change::DeleteView { id: view.id }, seen_by(&sent), &|_| None).await?;
    let editing = Editing { place: &place, table, view, new: false };
    let page = |wrong: &Wrong| editing.page((None, false), wrong);
    let to = href(&place, table, "/views");
    Ok(answered(&context, wrong, (&to, "web-tables.deleted"), &page))
}

/// A view that is edited.
struct Editing<'a> {
    place: &'a Place,
    table: &'a Table,
    view: &'a View,
    new: bool,
}

impl Editing<'_> {
    fn to(&self) -> String {
        let rest =
            if self.new { "/views/new".to_owned() } else { format!("/views/{}", self.view.id) };
        href(self.place, self.table, &rest)
    }

    fn page(&self, (sent, text): (Option<&Sent>, bool), wrong: &Wrong) -> Page {
        let (place, table, view) = (self.place, self.table, self.view);
        let known = fetch::parse(&view.fetch).ok();
        let simple = known.as_ref().and_then(|fetch| Simple::of(fetch, table));
        let text = text || simple.is_none();
        let labels = match sent {
            Some(sent) => labels_of(sent, "label", &view.labels),
            None => view.labels.clone(),
        };
        let mut first = text_fields(place, ("label", "name"), &labels, true);
        if view.kind == ViewKind::Public {
            let on = sent.map_or(view.default, |sent| ticked(sent, "default"));
            let field = Field::check("default", place.say("view-default-set"), on);
            first.push(("default".to_owned(), field));
        }
        let mut form = Form::new(place, self.to())
            .wrong(wrong.whole.clone())
            .group(String::new(), wrong.mark(first));
        if !self.new {
            form = form.seen(seen::of_view(view));
        }
        form.hidden.push(("as".to_owned(), if text { "text" } else { "form" }.to_owned()));
        if text {
            let held = sent.map_or(&*view.fetch, |sent| value(sent, "fetch"));
            let field = Field::area("fetch", "FetchXML")
                .value(simple::indented(held))
                .hint(place.say("fetch-hint"));
            form = form.group(place.say("query"), wrong.mark(vec![("fetch".to_owned(), field)]));
        } else {
            let simple = match sent {
                Some(sent) => Simple::sent(sent),
                None => simple.unwrap_or_default(),
            };
            let columns = match sent {
                Some(sent) => simple::columns_of(sent, &[]),
                None => view.columns.clone(),
            };
            for (key, fields) in simple.groups(place, table, &columns) {
                form = form.group(place.say(key), wrong.mark(fields));
            }
        }
        form.button = place.say(if self.new { "create" } else { "save" });
        form.cancel = Some(href(place, table, "/views"));
        let title = if self.new { place.say("view-new") } else { place.label(&view.labels, "—") };
        let mut page = Page::new(place, "tables", title.clone())
            .under(place.href("/tables"), place.say("part-tables"))
            .under(href(place, table, ""), place.plural(table))
            .under(href(place, table, "/views"), place.say("tab-views"))
            .intro(place.say(&format!("view-kind-{}", view.kind.code())));
        let to = self.to();
        page.tabs = vec![
            (to.clone(), place.say("view-form"), !text),
            (format!("{to}?as=text"), "FetchXML".to_owned(), text),
        ];
        if !self.new && view.custom {
            let delete =
                Dialog::delete(place, &title, format!("{to}/delete")).seen(seen::of_view(view));
            page = page.asking(("delete", place.say("delete")), &delete);
        }
        if known.is_some_and(|fetch| Simple::of(&fetch, table).is_none()) {
            let (title, what) = (place.say("view-text-only"), place.say("view-text-only-what"));
            page = page.block(Note::html(place, ("", "info"), title, what));
        }
        page.block(Html::of(&form))
    }

    /// Keeps what a form sent; what is wrong with it.
    async fn save(&self, sent: &Sent) -> Result<Option<Wrong>, Problem> {
        let (place, table) = (self.place, self.table);
        let mut view = self.view.clone();
        view.labels = labels_of(sent, "label", &view.labels);
        let read = if value(sent, "as") == "text" {
            self.written(value(sent, "fetch"), &mut view)
        } else {
            view.columns = simple::columns_of(sent, &self.view.columns);
            if view.columns.is_empty() {
                return Ok(Some(Wrong::at(place, "column-1", place.say("wrong-missing"))));
            }
            let fetch = Simple::sent(sent).fetch(table, &view.columns);
            view.fetch = fetch.to_string();
            self.fits(&fetch, &view).map_err(|sentence| Wrong::at(place, "f1-value", sentence))
        };
        if let Err(wrong) = read {
            return Ok(Some(wrong));
        }
        if view.kind == ViewKind::Public {
            view.default = ticked(sent, "default");
        }
        place.define(Change::SaveView(view), seen_by(sent), &field_of).await
    }

    /// Takes FetchXML as text.
    fn written(&self, text: &str, view: &mut View) -> Result<(), Wrong> {
        let place = self.place;
        let fetch = fetch::parse(text).map_err(|error| {
            let (line, column) = simple::place_of(text, error.at);
            let args = [
                ("line", line.into()),
                ("column", column.into()),
                ("problem", said::text(place, &error.problem).into()),
            ];
            Wrong::at(place, "fetch", place.frame.say_with("web-tables.fetch-wrong", &args))
        })?;
        if fetch.entity.name != self.table.logical {
            let sentence = place.say1("fetch-table", "table", &self.table.logical);
            return Err(Wrong::at(place, "fetch", sentence));
        }
        self.fits(&fetch, view).map_err(|sentence| Wrong::at(place, "fetch", sentence))?;
        text.clone_into(&mut view.fetch);
        let columns = simple::shown(&fetch, self.table, &self.view.columns);
        if !columns.is_empty() {
            view.columns = columns;
        }
        Ok(())
    }

    /// Whether a query can be run on the table.
    fn fits(&self, fetch: &fetch::Fetch, view: &View) -> Result<(), String> {
        if view.kind == ViewKind::QuickFind {
            return Ok(());
        }
        let moment = Moment::utc(self.place.frame.now);
        let session = &self.place.session;
        let caller = Caller { access: session.access(), moment: &moment, names: true };
        let read = queries::from_fetch(session.model(), fetch, &caller);
        read.map(drop)
            .map_err(|error| said::query(self.place, &error))
            .map_err(|said| self.place.say1("fetch-refused", "problem", &said))
    }
}
