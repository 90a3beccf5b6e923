//! A column: a new one of some type, the definition of one, its end.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use serde::Deserialize;
use tables::{
    Column, ColumnKind, Labels, Options, Required, Table,
    define::{Change, NewColumn, Place as At, seen},
};
use web_frame::{App, Field, Frame, Html, Visit, answer};

use crate::{
    choices::editor,
    kinds::{self, Named, TYPES, type_of, usual},
    parts::{Dialog, Form, Page, Sent, labels_of, seen_by, ticked, value},
    place::{Place, no_such},
    relations,
    table::href,
    table_form::{named, prefix, text_fields},
    wrong::{Wrong, answered},
};

/// The type of a new column.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default, rename = "type")]
    kind: String,
}

/// The types, to choose one.
#[derive(Debug, Template)]
#[template(path = "types.html")]
struct Types {
    frame: Frame,
    types: Vec<(String, &'static str, String, String)>,
}

fn field_of(at: &At) -> Option<&'static str> {
    Some(match at.property {
        "SchemaName" | "AttributeType" => "schema",
        "DisplayName" => "label-en",
        "Description" => "description-en",
        "MaxLength" | "MaxValue" | "MaxSizeInKB" => "max",
        "MinValue" => "min",
        "Precision" => "precision",
        "DefaultFormValue" => "default",
        "GlobalOptionSet" => "shared",
        "OptionSet" | "Options" => "entries",
        "AutoNumberFormat" => "auto",
        "DateTimeBehavior" => "behaviour",
        "IsSecured" => "secured",
        "ReferencedEntity" => "target",
        _ => return None,
    })
}

const REQUIRED: [(&str, Required); 3] = [
    ("never", Required::Never),
    ("recommended", Required::Recommended),
    ("application", Required::Application),
];

/// The fields that every column has.
fn common(place: &Place, kind: &str, sent: &Sent) -> Vec<Named> {
    let words = REQUIRED.map(|(word, _)| (word, place.say(&format!("required-{word}"))));
    let required = Field::select("required", place.say("required"), words);
    let required = required.value(value(sent, "required"));
    let mut fields = vec![("required".to_owned(), required)];
    let mut check = |name: &str| {
        let field = Field::check(name, place.say(&format!("column-{name}")), ticked(sent, name));
        let field = field.hint(place.say(&format!("column-{name}-hint")));
        fields.push((name.to_owned(), field));
    };
    if matches!(kind, "text" | "memo" | "autonumber") {
        check("searched");
    }
    check("audited");
    check("secured");
    fields
}

/// What the fields of a column hold.
fn texts_of(column: &NewColumn) -> Sent {
    let mut sent = kinds::texts(column);
    let word = REQUIRED.iter().find(|(_, required)| *required == column.required);
    let on = |on: bool| if on { "on" } else { "" }.to_owned();
    sent.insert("required".to_owned(), word.map_or("application", |(word, _)| word).to_owned());
    sent.insert("searched".to_owned(), on(column.searched));
    sent.insert("audited".to_owned(), on(column.audited));
    sent.insert("secured".to_owned(), on(column.secured));
    sent
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let Some(kind) = usual(&asking.kind) else {
        let types = TYPES.map(|(name, icon)| {
            let to = href(&place, table, &format!("/columns/new?type={name}"));
            let what = place.say(&format!("type-{name}-what"));
            (to, icon, place.say(&format!("type-{name}")), what)
        });
        let types = Types { frame: place.frame.clone(), types: types.into_iter().collect() };
        let page =
            framed(&place, table, place.say("column-new")).intro(place.say("column-new-what"));
        return Ok(answer::page(&page.block(Html::of(&types))));
    };
    let column = NewColumn::new(String::new(), kind, Labels::none());
    let prefix = prefix(&place).await?;
    let mut sent = texts_of(&column);
    sent.insert("type".to_owned(), asking.kind.clone());
    let new = New { table, kind: &asking.kind, prefix: &prefix };
    Ok(answer::page(&new.page(&place, &sent, &Wrong::default())))
}

/// A page of a column.
fn framed(place: &Place, table: &Table, title: String) -> Page {
    Page::new(place, "tables", title)
        .under(place.href("/tables"), place.say("part-tables"))
        .under(href(place, table, ""), place.plural(table))
}

/// A column that is to be made.
struct New<'a> {
    table: &'a Table,
    kind: &'a str,
    prefix: &'a str,
}

impl New<'_> {
    fn page(&self, place: &Place, sent: &Sent, wrong: &Wrong) -> Page {
        let Self { table, kind, prefix } = self;
        let none = Labels::none();
        let labels = labels_of(sent, "label", &none);
        let mut first = text_fields(place, ("label", "label"), &labels, true);
        let words = labels_of(sent, "description", &none);
        first.extend(text_fields(place, ("description", "description"), &words, false));
        let hint = place.say1("schema-name-hint", "prefix", &format!("{prefix}_"));
        let schema = Field::text("schema", place.say("schema-name")).value(value(sent, "schema"));
        first.push(("schema".to_owned(), schema.max(50).hint(hint)));
        let mut form = Form::new(place, href(place, table, "/columns/new"))
            .wrong(wrong.whole.clone())
            .group(String::new(), wrong.mark(first));
        form.hidden.push(("type".to_owned(), (*kind).to_owned()));
        let mut own = kinds::fields(place, (kind, sent), None);
        if *kind == "lookup" {
            own = relations::target_fields(place, sent);
        }
        if !own.is_empty() {
            form = form.group(place.say(&format!("type-{kind}")), wrong.mark(own));
        }
        if matches!(*kind, "choice" | "choices") {
            let at = wrong.at.get("entries").cloned();
            let came_back = wrong.whole.is_some().then_some(sent);
            form = form.html(place.say("entries-own"), editor(place, &[], (came_back, at)));
        }
        form = form.group(place.say("options"), wrong.mark(common(place, kind, sent)));
        form.button = place.say("create");
        form.cancel = Some(href(place, table, ""));
        let title = place.say1("column-new-of", "type", &place.say(&format!("type-{kind}")));
        framed(place, table, title)
            .intro(place.say(&format!("type-{kind}-what")))
            .block(Html::of(&form))
    }

    /// What is to be changed in the definitions.
    fn change(&self, place: &Place, sent: &Sent, kind: ColumnKind) -> Result<Change, Wrong> {
        let none = Labels::none();
        let schema = named(value(sent, "schema"), value(sent, "label-en"), self.prefix);
        let kind = kinds::read(place, kind, sent).map_err(|wrong| Wrong::fields(place, wrong))?;
        let mut column = NewColumn::new(schema, kind, labels_of(sent, "label", &none));
        common_of(&mut column, sent);
        column.description = labels_of(sent, "description", &none);
        if self.kind == "autonumber" {
            let form = value(sent, "auto");
            if form.is_empty() {
                return Err(Wrong::at(place, "auto", place.say("wrong-missing")));
            }
            column.auto_number = Some(form.to_owned());
        }
        let table = self.table.logical.clone();
        match self.kind {
            "lookup" => relations::lookup(place, self, (sent, column)),
            "customer" => Ok(Change::AddCustomer {
                relationships: ["account", "contact"]
                    .map(|target| relations::to_one(self, target, &column, sent))
                    .into_iter()
                    .collect(),
            }),
            _ => Ok(Change::AddColumn { table, column }),
        }
    }
}

impl relations::Origin for New<'_> {
    fn table(&self) -> &Table {
        self.table
    }

    fn prefix(&self) -> &str {
        self.prefix
    }
}

fn common_of(column: &mut NewColumn, sent: &Sent) {
    let said = value(sent, "required");
    if let Some((_, required)) = REQUIRED.iter().find(|(word, _)| *word == said) {
        column.required = *required;
    }
    column.searched = ticked(sent, "searched");
    column.audited = ticked(sent, "audited");
    column.secured = ticked(sent, "secured");
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
    let prefix = prefix(&place).await?;
    let asked = value(&sent, "type");
    let kind = usual(asked).ok_or_else(|| no_such("type", asked))?;
    let new = New { table, kind: asked, prefix: &prefix };
    let wrong = match new.change(&place, &sent, kind) {
        Ok(change) => place.define(change, None, &field_of).await?,
        Err(wrong) => Some(wrong),
    };
    let page = |wrong: &Wrong| new.page(&place, &sent, wrong);
    let to = href(&place, table, "");
    Ok(answered(&context, wrong, (&to, "web-tables.column-made"), &page))
}

fn lookup<'t>(table: &'t Table, logical: &str) -> Result<&'t Column, Problem> {
    table.column(logical).ok_or_else(|| no_such("column", logical))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table, column)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let column = lookup(table, &column)?;
    Ok(answer::page(&shown(&place, (table, column), None, &Wrong::default())))
}

fn shown(
    place: &Place,
    (table, column): (&Table, &Column),
    sent: Option<&Sent>,
    wrong: &Wrong,
) -> Page {
    let kind = type_of(&column.kind, column.auto_number.is_some());
    let standing = texts_of(&NewColumn::of(column));
    let held = sent.unwrap_or(&standing);
    let labels = |name: &str, labels: &Labels| match sent {
        Some(sent) => labels_of(sent, name, labels),
        None => labels.clone(),
    };
    let mut first = text_fields(place, ("label", "label"), &labels("label", &column.labels), true);
    let words = labels("description", &column.description);
    first.extend(text_fields(place, ("description", "description"), &words, false));
    let to = href(place, table, &format!("/columns/{}", column.logical));
    let mut form = Form::new(place, to.clone())
        .seen(seen::of_column(column))
        .wrong(wrong.whole.clone())
        .group(String::new(), wrong.mark(first));
    let own = kinds::fields(place, (kind, held), Some(&column.kind));
    if !own.is_empty() {
        form = form.group(place.say(&format!("type-{kind}")), wrong.mark(own));
    }
    if let Some(Options::Local(entries)) = options(&column.kind) {
        let at = wrong.at.get("entries").cloned();
        form = form.html(place.say("entries"), editor(place, entries, (sent, at)));
    }
    form = form.group(place.say("options"), wrong.mark(common(place, kind, held)));
    form.cancel = Some(href(place, table, ""));
    // what the system makes itself is only shown
    form.disabled = column.of.is_some() || table.is_union();
    let title = place.label(&column.labels, &column.logical);
    let words = kinds::words_of(&column.kind, column.auto_number.is_some());
    let mut what = format!("{} · {}", place.say(&words), column.logical);
    if column.computed.is_some() {
        what = format!("{what} · {}", place.say("computed-what"));
    }
    let mut page = framed(place, table, title.clone()).intro(what);
    if column.custom && table.primary_name.as_deref() != Some(&column.logical) {
        let delete =
            Dialog::delete(place, &title, format!("{to}/delete")).seen(seen::of_column(column));
        let delete = delete.what(place.say("column-delete-what"));
        page = page.asking(("delete", place.say("delete")), &delete);
    }
    page.block(Html::of(&form))
}

const fn options(kind: &ColumnKind) -> Option<&Options> {
    match kind {
        ColumnKind::Choice { options, .. } | ColumnKind::Choices { options } => Some(options),
        _ => None,
    }
}

pub(crate) async fn update(
    State(app): State<App>,
    Path((environment, table, column)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let column = lookup(table, &column)?;
    let mut to = NewColumn::of(column);
    let wrong = match kinds::read(&place, to.kind.clone(), &sent) {
        Ok(kind) => {
            to.kind = kind;
            to.labels = labels_of(&sent, "label", &column.labels);
            to.description = labels_of(&sent, "description", &column.description);
            common_of(&mut to, &sent);
            if to.auto_number.is_some() {
                to.auto_number = Some(value(&sent, "auto").to_owned());
            }
            let change = Change::UpdateColumn {
                table: table.logical.clone(),
                column: column.logical.clone(),
                to,
                merge_labels: false,
            };
            place.define(change, seen_by(&sent), &field_of).await?
        }
        Err(mistakes) => Some(Wrong::fields(&place, mistakes)),
    };
    let page = |wrong: &Wrong| shown(&place, (table, column), Some(&sent), wrong);
    Ok(answered(&context, wrong, (&href(&place, table, ""), "saved"), &page))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table, column)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let column = lookup(table, &column)?;
    let (of, logical) = (table.logical.clone(), column.logical.clone());
    let change = Change::DeleteColumn { table: of, column: logical };
    let wrong = place.define(change, seen_by(&sent), &|_| None).await?;
    let page = |wrong: &Wrong| shown(&place, (table, column), None, wrong);
    Ok(answered(&context, wrong, (&href(&place, table, ""), "web-tables.deleted"), &page))
}
