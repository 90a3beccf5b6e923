//! One record: its head, its form, what stands beside it, what belongs to it; and a new one.

mod beside;
pub(crate) mod inside;
mod save;

use std::cmp::Ordering;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use queries::Verb;
use serde::Deserialize;
use tables::{ColumnKind, Table, Value};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use self::beside::{Beside, beside};
pub(crate) use self::save::{create, delete, save, write};
use crate::{
    actions::{self, Action},
    channels::Offered,
    files,
    form::{Form, Mistakes, Sent},
    found::Found,
    history, lookup,
    place::{Place, may},
    related, sharing,
    shown::Cell,
    timeline,
};

/// Which part of a record is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    /// The tab: nothing, `related`, `history`, `access`.
    pub(crate) tab: String,
    /// Which related rows: `table.column`.
    pub(crate) of: String,
    /// Where a part of the history or of the timeline begins.
    pub(crate) before: String,
    /// Which kind of entry the timeline shows.
    pub(crate) kind: String,
    /// Whose rights are asked for.
    pub(crate) who: String,
    /// For a new record: the lookup that is filled in already …
    pub(crate) by: String,
}

/// A stage of a process: its name, and whether it is behind, here or ahead.
#[derive(Debug)]
struct Stage {
    name: String,
    /// What the column holds in it.
    value: i32,
    class: &'static str,
}

/// The record, or a new one.
#[derive(Debug, Template)]
#[template(path = "record.html")]
struct Record {
    frame: Frame,
    /// What kind of record it is.
    kind: String,
    icon: &'static str,
    picture: Option<String>,
    state: Option<(String, &'static str)>,
    facts: Vec<(String, Cell)>,
    stages: Vec<Stage>,
    /// Whether the reader moves it to another stage.
    moves: bool,
    tabs: Vec<(String, String, bool)>,
    sections: Html,
    version: String,
    action: String,
    back: String,
    /// What is wrong with the whole: a headline and what to do.
    wrong: Option<(String, String)>,
    /// What others have changed meanwhile.
    meanwhile: Vec<history::Entry>,
    may_write: bool,
    actions: Vec<Action>,
    delete: Option<String>,
    beside: Vec<Beside>,
    files: Option<Html>,
    /// A few of the rows that refer to it.
    related: Option<Html>,
    timeline: Option<Html>,
    /// Another tab than the first.
    other: Option<Html>,
    /// The address of Collaborate.
    collaborate: Option<String>,
    /// Where the conversation comes from that stands beside the form.
    talk: Option<String>,
}

/// What was typed and what is wrong with it.
pub(crate) struct Typed {
    pub(crate) values: Sent,
    pub(crate) mistakes: Mistakes,
    pub(crate) wrong: Option<(String, String)>,
    pub(crate) meanwhile: Vec<history::Entry>,
}

impl Typed {
    /// Nothing was typed: the form holds what the record does.
    fn nothing(found: &Found) -> Self {
        let (mistakes, meanwhile) = (Mistakes::new(), Vec::new());
        Self { values: found.values.clone(), mistakes, wrong: None, meanwhile }
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    Query(part): Query<Part>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, record).await?;
    form.currency.clone_from(&found.currency);
    let offered = Offered::on(&app, &visit.scope, &form, found.id).await?;
    let page = Record::of(&form, &found, Typed::nothing(&found), &part).await?.with(offered);
    Ok(answer::page(&page))
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(part): Query<Part>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Create)?;
    let form = Form::new(&place, &visit.frame, table, true);
    let mut values = form.blank();
    // made from the list of another record: the lookup is filled in
    if let (Some(column), Ok(id)) = (table.column(&part.by), part.of.parse::<Uuid>()) {
        for target in column.kind.targets() {
            let Some(of) = place.session.model().table(target) else { continue };
            if let Some(name) = lookup::row_name(&place, of, id).await {
                values.insert(column.logical.clone(), name);
                values.insert(format!("{}--row", column.logical), format!("{target}:{id}"));
                break;
            }
        }
    }
    let typed = Typed { values, mistakes: Mistakes::new(), wrong: None, meanwhile: Vec::new() };
    Ok(answer::page(&Record::new(&form, &typed)))
}

impl Record {
    fn new(form: &Form<'_>, typed: &Typed) -> Self {
        let (place, table) = (form.place, form.table);
        let kind = place.singular(table);
        let title = form.frame.say1("web-records.new-of", "kind", kind.as_str());
        let back = place.href(&format!("/{}", table.logical));
        Self {
            frame: place.at(form.frame.clone(), &table.logical, title).back_to(&back),
            kind,
            icon: crate::place::icon(table),
            picture: None,
            state: None,
            facts: Vec::new(),
            stages: Vec::new(),
            moves: false,
            tabs: Vec::new(),
            sections: form.html((&typed.values, &typed.mistakes), true, "h2"),
            version: String::new(),
            action: format!("{back}/new"),
            back,
            wrong: typed.wrong.clone(),
            meanwhile: Vec::new(),
            may_write: true,
            actions: Vec::new(),
            delete: None,
            beside: Vec::new(),
            files: None,
            related: None,
            timeline: None,
            other: None,
            collaborate: None,
            talk: None,
        }
    }

    /// The same with what it offers of channels.
    fn with(mut self, offered: Offered) -> Self {
        self.tabs.extend(offered.tabs);
        self.collaborate = offered.collaborate;
        self.talk = offered.talk;
        self
    }

    async fn of(
        form: &Form<'_>,
        found: &Found,
        typed: Typed,
        part: &Part,
    ) -> Result<Self, Problem> {
        let (place, table, frame) = (form.place, form.table, form.frame);
        let list = place.href(&format!("/{}", table.logical));
        let address = format!("{list}/{}", found.id);
        let at = (found.id, &*address);
        let before = part.before.parse().ok();
        let other = match &*part.tab {
            "related" => Some(related::tab(form, at, &part.of).await?),
            "history" => Some(history::tab(form, at, before).await?),
            "access" => Some(sharing::tab(form, found, &part.who).await?),
            _ => None,
        };
        let first = other.is_none();
        let related = if first { related::beside(form, at).await? } else { None };
        let timeline = if first { timeline::panel(form, found, part).await? } else { None };
        let may_write = may(&place.session, table, Verb::Write);
        let may_delete = may(&place.session, table, Verb::Delete);
        let sections = if first {
            form.html((&typed.values, &typed.mistakes), may_write, "h2")
        } else {
            Html::default()
        };
        let picture =
            files::picture(table, found).map(|column| format!("{address}/files/{column}"));
        Ok(Self {
            kind: place.singular(table),
            icon: crate::place::icon(table),
            picture,
            state: state(form, found),
            facts: facts(form, found),
            stages: stages(form, found),
            moves: may_write && found.is_open(table),
            tabs: tabs(form, &address, &part.tab),
            sections,
            version: found.version.to_string(),
            delete: may_delete.then(|| format!("{address}/delete")),
            actions: if may_write { actions::of(form, found) } else { Vec::new() },
            beside: if first { beside(form, found) } else { Vec::new() },
            files: if first { files::panel(form, found, &address).await } else { None },
            frame: place.at(frame.clone(), &table.logical, found.title(form)).back_to(&list),
            action: address,
            back: list,
            wrong: typed.wrong,
            meanwhile: typed.meanwhile,
            may_write,
            related,
            timeline,
            other,
            collaborate: None,
            talk: None,
        })
    }
}

fn tabs(form: &Form<'_>, address: &str, here: &str) -> Vec<(String, String, bool)> {
    let owned = form.table.ownership == tables::Ownership::User;
    let all = [
        ("", "tab-summary", true),
        ("related", "related", true),
        ("history", "tab-history", form.table.audited),
        ("access", "tab-access", owned),
    ];
    let known = all.iter().any(|(tab, _, shown)| *shown && *tab == here);
    let here = if known { here } else { "" };
    let tab = |(tab, key, _): (&str, &str, bool)| {
        let href = if tab.is_empty() { address.to_owned() } else { format!("{address}?tab={tab}") };
        (href, form.frame.say(&format!("web-records.{key}")), tab == here)
    };
    all.into_iter().filter(|(_, _, shown)| *shown).map(tab).collect()
}

/// The state with its reason, and how it looks.
fn state(form: &Form<'_>, found: &Found) -> Option<(String, &'static str)> {
    let state = form.table.state()?;
    let reason = form.table.status().map(|status| found.cell(form, &status.logical).text);
    let text = found.cell(form, &state.logical).text;
    let text = match reason {
        Some(reason) if reason != text && !reason.is_empty() => format!("{text} · {reason}"),
        _ => text,
    };
    let class = match (&*form.table.logical, found.value(&state.logical)) {
        (_, Value::Whole(0)) => "brand",
        (
            "opportunity" | "lead" | "incident" | "task" | "phonecall" | "appointment" | "email",
            Value::Whole(1),
        ) => "good",
        ("opportunity", Value::Whole(2)) => "bad",
        _ => "",
    };
    (!text.is_empty()).then_some((text, class))
}

/// What stands in the head: what people look for first.
fn facts(form: &Form<'_>, found: &Found) -> Vec<(String, Cell)> {
    let wanted: &[&str] = match &*form.table.logical {
        "opportunity" => &["estimatedclosedate", "estimatedvalue", "customerid", "ownerid"],
        "account" => &["telephone1", "revenue", "primarycontactid", "ownerid"],
        "contact" => &["parentcustomerid", "emailaddress1", "mobilephone", "ownerid"],
        "lead" => &["companyname", "leadqualitycode", "leadsourcecode", "ownerid"],
        "incident" => &["ticketnumber", "prioritycode", "customerid", "ownerid"],
        "quote" | "salesorder" | "invoice" => &["totalamount", "customerid", "ownerid"],
        "task" | "phonecall" | "appointment" | "email" => {
            &["regardingobjectid", "scheduledend", "prioritycode", "ownerid"]
        }
        _ => &["createdon", "ownerid"],
    };
    let mut facts = Vec::new();
    for name in wanted {
        let Some(column) = form.table.column(name) else { continue };
        let cell = found.cell(form, name);
        if !cell.text.is_empty() {
            facts.push((form.place.label(column), cell));
        }
    }
    facts
}

/// The stages of a sale.
fn stages(form: &Form<'_>, found: &Found) -> Vec<Stage> {
    let Some(column) = form.table.column("salesstage") else { return Vec::new() };
    if !matches!(column.kind, ColumnKind::Choice { .. }) {
        return Vec::new();
    }
    let Value::Whole(now) = found.value("salesstage") else { return Vec::new() };
    let options = form.place.session.model().options(column);
    let here = options.iter().position(|option| i64::from(option.value) == now);
    let Some(here) = here else { return Vec::new() };
    let stage = |(at, option): (usize, &tables::ChoiceOption)| Stage {
        name: option.labels.text(form.place.language).to_owned(),
        value: option.value,
        class: match at.cmp(&here) {
            Ordering::Less => "done",
            Ordering::Equal => "here",
            Ordering::Greater => "",
        },
    };
    options.iter().enumerate().map(stage).collect()
}

/// The address of a record.
pub(crate) fn address(place: &Place, table: &Table, id: Uuid) -> String {
    place.href(&format!("/{}/{id}", table.logical))
}
