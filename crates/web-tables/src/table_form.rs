//! A new table, the properties of one, its end.

use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use http::StatusCode;
use kernel::EnvironmentId;
use tables::{
    ColumnKind, Labels, Ownership, Required, Table, TextFormat,
    define::{Change, NewColumn, NewTable, Place as At, Problem as Why, TableUpdate, seen},
};
use uuid::Uuid;
use web_frame::{App, Field, Html, Visit, answer};

use crate::{
    kinds::Named,
    parts::{Form, Note, Page, Sent, label_fields, labels_of, seen_by, ticked, value},
    place::Place,
    rows::Ask,
    table,
    wrong::{Mistakes, Wrong, answered, in_use, told},
};

/// The prefix of the environment's publisher.
pub(crate) async fn prefix(place: &Place) -> Result<String, Problem> {
    let columns = ["customizationprefix"];
    let Some(_) = place.session.model().table("publisher") else { return Ok("new".to_owned()) };
    let rows = Ask::of("publisher", &columns).all(&place.session).await?;
    let known = rows.iter().map(|row| row.text("customizationprefix")).find(|it| !it.is_empty());
    Ok(known.unwrap_or("new").to_owned())
}

/// A schema name as somebody typed it, with the prefix where it has none; made of the label where it is empty.
pub(crate) fn named(typed: &str, label: &str, prefix: &str) -> String {
    if typed.contains('_') {
        return typed.to_owned();
    }
    if !typed.is_empty() {
        return format!("{prefix}_{typed}");
    }
    let words = label.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect();
    format!("{prefix}_{}", joined.chars().take(40).collect::<String>())
}

fn field_of(at: &At) -> Option<&'static str> {
    let of_column = !at.name.is_empty();
    Some(match at.property {
        "SchemaName" if of_column => "primary-schema",
        "DisplayName" if of_column => "primary-en",
        "MaxLength" => "primary-max",
        "AutoNumberFormat" => "primary-auto",
        "SchemaName" | "EntitySetName" => "schema",
        "DisplayName" => "label-en",
        "DisplayCollectionName" => "plural-en",
        "Description" => "description-en",
        "OwnershipType" => "ownership",
        "HasNotes" => "notes",
        "HasActivities" => "activities",
        _ => return None,
    })
}

/// The fields of texts in both languages with their names.
pub(crate) fn text_fields(
    place: &Place,
    (name, label): (&str, &str),
    labels: &Labels,
    insist: bool,
) -> Vec<Named> {
    let fields = label_fields(place, name, &place.say(label), labels);
    let all = ["en", "fr"].into_iter().zip(fields);
    let all = all.map(|(tag, field)| {
        let field = if insist && tag == "en" { field.required() } else { field };
        (format!("{name}-{tag}"), field)
    });
    all.collect()
}

/// What the page of a table's properties holds.
struct Texts {
    labels: Labels,
    plural: Labels,
    description: Labels,
}

impl Texts {
    fn of(table: &Table) -> Self {
        let (labels, plural) = (table.labels.clone(), table.plural.clone());
        Self { labels, plural, description: table.description.clone() }
    }

    fn none() -> Self {
        let none = Labels::none;
        Self { labels: none(), plural: none(), description: none() }
    }

    fn sent(&self, sent: &Sent) -> Self {
        Self {
            labels: labels_of(sent, "label", &self.labels),
            plural: labels_of(sent, "plural", &self.plural),
            description: labels_of(sent, "description", &self.description),
        }
    }

    fn fields(&self, place: &Place) -> Vec<Named> {
        let mut fields = text_fields(place, ("label", "label"), &self.labels, true);
        fields.extend(text_fields(place, ("plural", "plural"), &self.plural, false));
        fields.extend(text_fields(place, ("description", "description"), &self.description, false));
        fields
    }
}

/// The switches of a table.
fn switches(place: &Place, on: [bool; 4], fixed: bool) -> Vec<Named> {
    let names = ["audited", "tracked", "notes", "activities"];
    let all = names.into_iter().zip(on);
    all.map(|(name, on)| {
        let field = Field::check(name, place.say(&format!("table-{name}")), on);
        let mut hint = place.say(&format!("table-{name}-hint"));
        if fixed && on && matches!(name, "notes" | "activities") {
            hint = place.say("table-stays");
        }
        (name.to_owned(), field.hint(hint))
    })
    .collect()
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let prefix = prefix(&place).await?;
    let sent = Sent::from([("audited".to_owned(), "on".to_owned())]);
    Ok(answer::page(&new(&place, &sent, &Wrong::default(), &prefix)))
}

fn new(place: &Place, sent: &Sent, wrong: &Wrong, prefix: &str) -> Page {
    let texts = Texts::none().sent(sent);
    let mut fields = texts.fields(place);
    let hint = place.say1("schema-name-hint", "prefix", &format!("{prefix}_"));
    let schema = Field::text("schema", place.say("schema-name")).value(value(sent, "schema"));
    fields.push(("schema".to_owned(), schema.max(50).hint(hint)));
    let owners =
        ["user", "organisation"].map(|kind| (kind.to_owned(), place.say(&format!("owned-{kind}"))));
    let ownership = Field::select("ownership", place.say("ownership"), owners);
    let ownership = ownership.value(value(sent, "ownership")).hint(place.say("ownership-hint"));
    fields.push(("ownership".to_owned(), ownership));
    let primary = labels_of(sent, "primary", &Labels::none());
    let mut primary = text_fields(place, ("primary", "label"), &primary, false);
    let field =
        |name: &str, label: &str| Field::text(name, place.say(label)).value(value(sent, name));
    primary.push((
        "primary-schema".to_owned(),
        field("primary-schema", "schema-name").max(50).placeholder(format!("{prefix}_Name")),
    ));
    let max = Field::input("number", "primary-max", place.say("max-length"));
    let max = max.value(value(sent, "primary-max")).placeholder("100");
    let hint = place.say1("max-length-hint", "max", &MAX_NAME.to_string());
    primary.push(("primary-max".to_owned(), max.hint(hint)));
    primary.push((
        "primary-auto".to_owned(),
        field("primary-auto", "auto-form")
            .placeholder("VISIT-{SEQNUM:5}")
            .hint(place.say("primary-auto-hint")),
    ));
    let on = ["audited", "tracked", "notes", "activities"].map(|name| ticked(sent, name));
    let mut form = Form::new(place, place.href("/tables/new"))
        .wrong(wrong.whole.clone())
        .group(place.say("table-itself"), wrong.mark(fields))
        .group(place.say("primary-column"), wrong.mark(primary))
        .group(place.say("options"), wrong.mark(switches(place, on, false)));
    form.button = place.say("create");
    form.cancel = Some(place.href("/tables"));
    Page::new(place, "tables", place.say("table-new"))
        .under(place.href("/tables"), place.say("part-tables"))
        .intro(place.say("table-new-what"))
        .block(Html::of(&form))
}

/// What is wrong with a form before its table is tried: all of it at once, each at its field.
fn mistakes(place: &Place, sent: &Sent) -> Mistakes {
    let mut all = Mistakes::new();
    if value(sent, "label-en").is_empty() && value(sent, "label-fr").is_empty() {
        all.insert("label-en".to_owned(), place.say("wrong-missing"));
    }
    let max = value(sent, "primary-max");
    if !max.is_empty() && !max.parse().is_ok_and(|max: u32| (1..=MAX_NAME).contains(&max)) {
        let args = [("min", 1.into()), ("max", MAX_NAME.into())];
        let sentence = place.frame.say_with("web-tables.problem-limit", &args);
        all.insert("primary-max".to_owned(), sentence);
    }
    all
}

/// Characters of the longest name (Dataverse: 4,000 of a text).
const MAX_NAME: u32 = 4000;

/// The table that a form describes.
fn asked(sent: &Sent, prefix: &str) -> NewTable {
    let none = Labels::none();
    let labels = labels_of(sent, "label", &none);
    let mut plural = labels_of(sent, "plural", &none);
    for (language, text) in labels.iter() {
        if plural.exactly(language).is_none() {
            plural.set(language, tables::names::plural(text));
        }
    }
    let mut texts = labels_of(sent, "primary", &none);
    if texts.is_empty() {
        texts = Labels::both("Name", "Nom");
    }
    let max = value(sent, "primary-max").parse().unwrap_or(100);
    let kind = ColumnKind::Text { max, format: TextFormat::Text };
    let schema = named(value(sent, "primary-schema"), "Name", prefix);
    let mut primary = NewColumn::new(schema, kind, texts);
    primary.required = Required::Application;
    primary.searched = true;
    let auto = value(sent, "primary-auto");
    if !auto.is_empty() {
        primary.auto_number = Some(auto.to_owned());
        primary.required = Required::Never;
    }
    NewTable {
        schema: named(value(sent, "schema"), value(sent, "label-en"), prefix),
        set: None,
        plural,
        description: labels_of(sent, "description", &none),
        labels,
        ownership: match value(sent, "ownership") {
            "organisation" => Ownership::Organisation,
            _ => Ownership::User,
        },
        primary_name: primary,
        columns: Vec::new(),
        notes: ticked(sent, "notes"),
        activities: ticked(sent, "activities"),
        change_tracking: ticked(sent, "tracked"),
        audited: ticked(sent, "audited"),
    }
}

pub(crate) async fn create(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let prefix = prefix(&place).await?;
    let table = asked(&sent, &prefix);
    let logical = table.schema.to_ascii_lowercase();
    let mistakes = mistakes(&place, &sent);
    let wrong = if mistakes.is_empty() {
        place.define(Change::CreateTable(table), None, &field_of).await?
    } else {
        Some(Wrong::fields(&place, mistakes))
    };
    let page = |wrong: &Wrong| new(&place, &sent, wrong, &prefix);
    let to = place.href(&format!("/tables/{logical}"));
    Ok(answered(&context, wrong, (&to, "web-tables.table-made"), &page))
}

pub(crate) async fn properties(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    Ok(answer::page(&shown(&place, table, None, &Wrong::default())))
}

fn shown(place: &Place, table: &Table, sent: Option<&Sent>, wrong: &Wrong) -> Page {
    let texts = Texts::of(table);
    let texts = sent.map_or_else(|| Texts::of(table), |sent| texts.sent(sent));
    let on = match sent {
        Some(sent) => ["audited", "tracked", "notes", "activities"].map(|name| ticked(sent, name)),
        None => [table.audited, table.change_tracking, table.notes, table.activities],
    };
    let to = place.href(&format!("/tables/{}/properties", table.logical));
    let form = Form::new(place, to)
        .seen(seen::of_table(table))
        .wrong(wrong.whole.clone())
        .group(place.say("table-itself"), wrong.mark(texts.fields(place)))
        .group(place.say("options"), wrong.mark(switches(place, on, true)));
    let facts = table::facts(place, table);
    table::framed(place, table, "properties").block(facts).block(Html::of(&form))
}

pub(crate) async fn update(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let texts = Texts::of(table).sent(&sent);
    // what cannot be taken back stays without being asked for
    let stays = |had: bool, name: &str| Some(had || ticked(&sent, name));
    let change = Change::UpdateTable(TableUpdate {
        table: table.logical.clone(),
        labels: Some(texts.labels),
        plural: Some(texts.plural),
        description: Some(texts.description),
        notes: stays(table.notes, "notes"),
        activities: stays(table.activities, "activities"),
        change_tracking: Some(ticked(&sent, "tracked")),
        audited: Some(ticked(&sent, "audited")),
        merge_labels: false,
    });
    let wrong = place.define(change, seen_by(&sent), &field_of).await?;
    let page = |wrong: &Wrong| shown(&place, table, Some(&sent), wrong);
    let to = place.href(&format!("/tables/{}/properties", table.logical));
    Ok(answered(&context, wrong, (&to, "saved"), &page))
}

/// What goes with a table, or what is in the way.
pub(crate) async fn ask(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    Ok(answer::page(&asking(&place, table, None).await?))
}

async fn asking(
    place: &Place,
    table: &Table,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let name = place.plural(table);
    let to = place.href(&format!("/tables/{}", table.logical));
    let mut page = Page::new(place, "tables", place.say1("delete-sure", "name", &name))
        .under(place.href("/tables"), place.say("part-tables"))
        .under(to.clone(), name);
    if let Some((title, what)) = wrong {
        page = page.block(Note::html(place, ("bad", "error"), title, what));
    }
    let model = place.session.model();
    let change = Change::DeleteTable { table: table.logical.clone() };
    // tried on the definitions alone: what it would take along, or what is in the way
    let mut numbers = 0_u128;
    let mut draw = || {
        numbers += 1;
        Uuid::from_u128(numbers)
    };
    let mut form = Form::new(place, format!("{to}/delete"));
    form = form.seen(seen::of_table(table));
    form.button = place.say("delete");
    form.danger = true;
    form.cancel = Some(to);
    match model.change(vec![change], &mut draw) {
        Err(error) => {
            let what = match &error.problem {
                Why::InUse { by } => in_use(place, by),
                _ => place.say("problem-system"),
            };
            Ok(page.block(Note::html(place, ("bad", "lock"), place.say("table-kept"), what)))
        }
        Ok(changed) => {
            let rows = place.session.total(&table.logical).await?;
            let mut lines = vec![place.frame.say1("web-tables.goes-rows", "count", rows)];
            let names = |all: Vec<String>, key: &str, lines: &mut Vec<String>| {
                if !all.is_empty() {
                    lines.push(place.say1(key, "names", &all.join(", ")));
                }
            };
            let gone = |id: &Uuid| changed.removed.iter().any(|(_, removed)| removed == id);
            let columns = changed.saved.iter().filter_map(|saved| match saved {
                tables::define::Definition::Table(after) => {
                    let before = model.table(&after.logical)?;
                    let lost = before
                        .columns()
                        .iter()
                        .filter(|column| after.column(&column.logical).is_none());
                    let lost: Vec<String> = lost
                        .map(|column| format!("{}.{}", after.logical, column.logical))
                        .collect();
                    Some(lost)
                }
                _ => None,
            });
            names(columns.flatten().collect(), "goes-columns", &mut lines);
            let relationships = model.relationships().iter().filter(|one| gone(&one.id()));
            let relationships = relationships.map(|one| one.schema().to_owned()).collect();
            names(relationships, "goes-relationships", &mut lines);
            let views = model.views().iter().filter(|view| gone(&view.id));
            let views = views.map(|view| view.labels.text(place.language).to_owned()).collect();
            names(views, "goes-views", &mut lines);
            let list = table::list(&place.say("goes"), lines);
            Ok(page.block(list).block(Html::of(&form)))
        }
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let change = Change::DeleteTable { table: table.logical.clone() };
    match place.session.define_seen(vec![change], seen_by(&sent)).await {
        Ok(_) => Ok(answer::back_with(&context, &place.href("/tables"), "web-tables.deleted")),
        Err(error) => {
            let told = told(&place, error)?;
            let page = asking(&place, table, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_what_people_read_and_begins_with_the_prefix() {
        assert_eq!(named("", "Service visit", "new"), "new_ServiceVisit");
        assert_eq!(named("Visit", "x", "cr1"), "cr1_Visit");
        assert_eq!(named("abc_Visit", "x", "new"), "abc_Visit");
        assert_eq!(named("", "Étape n° 3", "new"), "new_TapeN3");
    }
}
