//! Choices that columns share, and the entries of a choice.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use tables::{
    Choice, ChoiceOption, ENGLISH, FRENCH, Labels, Options,
    define::{Change, NewChoice, Place as At, seen},
};
use web_frame::{App, Field, Frame, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::{Dialog, Form, Page, Sent, label_fields, labels_of, seen_by, value},
    place::Place,
    table_form::{named, prefix},
    wrong::{Mistakes, Wrong, answered},
};

/// How many entries a form holds at most (our own choice).
const MOST: usize = 250;
/// How many empty lines stand at the end.
const BLANK: usize = 4;
/// Where the values of a maker's entries begin.
const FIRST: i32 = 100_000_000;

/// One line of the editor.
#[derive(Debug, Default, Clone)]
struct Line {
    value: String,
    english: String,
    french: String,
    colour: String,
    order: String,
}

impl Line {
    fn of(at: usize, option: &ChoiceOption) -> Self {
        Self {
            value: option.value.to_string(),
            english: option.labels.exactly(ENGLISH).unwrap_or_default().to_owned(),
            french: option.labels.exactly(FRENCH).unwrap_or_default().to_owned(),
            colour: option.colour.clone().unwrap_or_default(),
            order: ((at + 1) * 10).to_string(),
        }
    }

    fn sent(sent: &Sent, at: usize) -> Self {
        let field = |name: &str| value(sent, &format!("e{at}-{name}")).to_owned();
        Self {
            value: field("value"),
            english: field("en"),
            french: field("fr"),
            colour: field("colour"),
            order: field("order"),
        }
    }

    fn is_empty(&self) -> bool {
        self.english.is_empty() && self.french.is_empty()
    }

    fn is_colour(&self) -> bool {
        let digits = self.colour.strip_prefix('#').unwrap_or_default();
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
    }
}

/// The entries of a choice, one line each.
#[derive(Debug, Template)]
#[template(path = "entries.html")]
struct Editor {
    frame: Frame,
    lines: Vec<Line>,
    wrong: Option<String>,
}

/// The editor of entries; `sent` is what came back with mistakes.
pub(crate) fn editor(
    place: &Place,
    standing: &[ChoiceOption],
    (sent, wrong): (Option<&Sent>, Option<String>),
) -> Html {
    let mut lines: Vec<Line> = match sent {
        Some(sent) => lines_of(sent),
        None => standing.iter().enumerate().map(|(at, option)| Line::of(at, option)).collect(),
    };
    lines.extend(std::iter::repeat_n(Line::default(), BLANK));
    Html::of(&Editor { frame: place.frame.clone(), lines, wrong })
}

fn lines_of(sent: &Sent) -> Vec<Line> {
    (0..MOST).map(|at| Line::sent(sent, at)).filter(|line| !line.is_empty()).collect()
}

/// The entries that a form sent, in the order that it gives; an entry without a text is gone.
pub(crate) fn read(
    place: &Place,
    sent: &Sent,
    standing: &[ChoiceOption],
) -> Result<Vec<ChoiceOption>, Mistakes> {
    let mut lines = lines_of(sent);
    // new lines come last unless they say otherwise
    kernel::sort_by_key(&mut lines, |line| line.order.parse::<i64>().unwrap_or(i64::MAX));
    let mut next = FIRST;
    let mut options = Vec::with_capacity(lines.len());
    let taken: Vec<i32> = lines.iter().filter_map(|line| line.value.parse().ok()).collect();
    for line in &lines {
        let wrong = |key: &str| Mistakes::from([("entries".to_owned(), place.say(key))]);
        let value = if line.value.is_empty() {
            while taken.contains(&next) {
                next += 1;
            }
            next += 1;
            next - 1
        } else {
            line.value.parse::<i32>().map_err(|_odd| wrong("wrong-entry-value"))?
        };
        if !line.colour.is_empty() && !line.is_colour() {
            return Err(wrong("wrong-entry-colour"));
        }
        let known = standing.iter().find(|option| option.value == value);
        let mut labels = known.map_or_else(Labels::none, |option| option.labels.clone());
        labels.set(ENGLISH, &*line.english);
        labels.set(FRENCH, &*line.french);
        let colour = Some(line.colour.clone()).filter(|colour| !colour.is_empty());
        options.push(ChoiceOption { value, labels, colour });
    }
    Ok(options)
}

/// The shared choices by name and text.
pub(crate) fn names(place: &Place) -> Vec<(String, String)> {
    let of = |choice: &std::sync::Arc<Choice>| {
        (choice.name.clone(), place.label(&choice.labels, &choice.name))
    };
    let mut all: Vec<(String, String)> = place.session.model().choices().iter().map(of).collect();
    kernel::sort_by_key(&mut all, |(_, label)| label.to_lowercase());
    all
}

/// The columns that take their entries from a shared choice.
fn users<'m>(place: &'m Place, name: &str) -> Vec<(&'m str, &'m str)> {
    let mut all = Vec::new();
    for table in place.session.model().tables() {
        for column in table.columns() {
            let (tables::ColumnKind::Choice { options, .. }
            | tables::ColumnKind::Choices { options }) = &column.kind
            else {
                continue;
            };
            if matches!(options, Options::Global(shared) if shared == name) {
                all.push((table.logical.as_str(), column.logical.as_str()));
            }
        }
    }
    all
}

fn href(place: &Place, name: &str) -> String {
    place.href(&format!("/choices/{name}"))
}

pub(crate) async fn list(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let mut grid = Grid::new(&place, "choices", &["name", "entries", "schema-name", "used-by"])
        .filter(place.say("choices-filter"));
    let mut choices: Vec<_> = place.session.model().choices().to_vec();
    kernel::sort_by_key(&mut choices, |one| {
        (!one.custom, place.label(&one.labels, &one.name).to_lowercase())
    });
    for choice in &choices {
        let label = place.label(&choice.labels, &choice.name);
        let mut cell = Cell::link(label, href(&place, &choice.name));
        if choice.custom {
            cell = cell.badge(place.say("custom"), "brand");
        }
        let entries: Vec<&str> =
            choice.options.iter().take(4).map(|one| one.labels.text(place.language)).collect();
        let more = if choice.options.len() > 4 { " …" } else { "" };
        let count = i64::try_from(choice.options.len()).unwrap_or(i64::MAX);
        let used = i64::try_from(users(&place, &choice.name).len()).unwrap_or(i64::MAX);
        grid.line(vec![
            cell,
            Cell::text(place.frame.t.number(count)).sub(format!("{}{more}", entries.join(", "))),
            Cell::code(&choice.name),
            Cell::text(place.frame.t.number(used)),
        ]);
    }
    let page = Page::new(&place, "choices", place.say("part-choices"))
        .intro(place.say("part-choices-what"))
        .primary(place.href("/choices/new"), place.say("choice-new"))
        .block(grid.html(nothing(&place, "log", "choices")));
    Ok(answer::page(&page))
}

fn field_of(at: &At) -> Option<&'static str> {
    Some(match at.property {
        "Name" | "SchemaName" => "name",
        "DisplayName" => "label-en",
        "Description" => "description-en",
        "Options" => "entries",
        _ => return None,
    })
}

/// The page of a choice, or of a new one.
fn shown(
    place: &Place,
    choice: Option<&Choice>,
    (sent, wrong): (Option<&Sent>, &Wrong),
    prefix: &str,
) -> Page {
    let none = Labels::none();
    let labels = |name: &str, standing: &Labels| match sent {
        Some(sent) => labels_of(sent, name, standing),
        None => standing.clone(),
    };
    let text = labels("label", choice.map_or(&none, |choice| &choice.labels));
    let words = labels("description", choice.map_or(&none, |choice| &choice.description));
    let mut fields = Vec::new();
    let pairs = ["en", "fr"].into_iter();
    for (tag, field) in pairs.clone().zip(label_fields(place, "label", &place.say("label"), &text))
    {
        fields.push((format!("label-{tag}"), field));
    }
    let description = place.say("description");
    for (tag, field) in pairs.zip(label_fields(place, "description", &description, &words)) {
        fields.push((format!("description-{tag}"), field));
    }
    if choice.is_none() {
        let name = sent.map(|sent| value(sent, "name")).unwrap_or_default();
        let field = Field::text("name", place.say("schema-name")).value(name).max(100);
        let hint = place.say1("schema-name-hint", "prefix", &format!("{prefix}_"));
        fields.push(("name".to_owned(), field.hint(hint)));
    }
    let standing = choice.map_or(&[][..], |choice| choice.options.as_slice());
    let entries = editor(place, standing, (sent, wrong.at.get("entries").cloned()));
    let to = choice.map_or_else(|| place.href("/choices/new"), |one| href(place, &one.name));
    let mut form = Form::new(place, to.clone())
        .wrong(wrong.whole.clone())
        .group(String::new(), wrong.mark(fields))
        .html(place.say("entries"), entries);
    form.cancel = Some(place.href("/choices"));
    let title = if let Some(choice) = choice {
        form = form.seen(seen::of_choice(choice));
        place.label(&choice.labels, &choice.name)
    } else {
        form.button = place.say("create");
        place.say("choice-new")
    };
    let mut page =
        Page::new(place, "choices", title).under(place.href("/choices"), place.say("part-choices"));
    if let Some(choice) = choice {
        page = page.intro(choice.name.clone());
        if choice.custom {
            let title = place.label(&choice.labels, &choice.name);
            let mut delete =
                Dialog::delete(place, &title, format!("{to}/delete")).seen(seen::of_choice(choice));
            let users = users(place, &choice.name);
            if !users.is_empty() {
                delete.what = place.say("choice-used");
                delete.lines =
                    users.iter().map(|(table, column)| format!("{table}.{column}")).collect();
            }
            page = page.asking(("delete", place.say("delete")), &delete);
        }
    }
    page.block(Html::of(&form))
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let prefix = prefix(&place).await?;
    Ok(answer::page(&shown(&place, None, (None, &Wrong::default()), &prefix)))
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
    let (none, mut to) = (Labels::none(), String::new());
    let wrong = match read(&place, &sent, &[]) {
        Ok(options) => {
            let name = named(value(&sent, "name"), value(&sent, "label-en"), &prefix);
            let new = NewChoice {
                name: name.to_ascii_lowercase(),
                labels: labels_of(&sent, "label", &none),
                description: labels_of(&sent, "description", &none),
                options,
            };
            to = href(&place, &new.name);
            place.define(Change::CreateChoice(new), None, &field_of).await?
        }
        Err(mistakes) => Some(Wrong::fields(&place, mistakes)),
    };
    let page = |wrong: &Wrong| shown(&place, None, (Some(&sent), wrong), &prefix);
    Ok(answered(&context, wrong, (&to, "web-tables.made"), &page))
}

fn lookup<'m>(place: &'m Place, name: &str) -> Result<&'m Choice, Problem> {
    let found = place.session.model().choice(name).map(AsRef::as_ref);
    found.ok_or_else(|| crate::place::no_such("choice", name))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, choice)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let choice = lookup(&place, &choice)?;
    Ok(answer::page(&shown(&place, Some(choice), (None, &Wrong::default()), "")))
}

pub(crate) async fn update(
    State(app): State<App>,
    Path((environment, choice)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let choice = lookup(&place, &choice)?;
    let wrong = match read(&place, &sent, &choice.options) {
        Ok(options) => {
            let to = NewChoice {
                name: choice.name.clone(),
                labels: labels_of(&sent, "label", &choice.labels),
                description: labels_of(&sent, "description", &choice.description),
                options,
            };
            let change = Change::UpdateChoice { to, merge_labels: false };
            place.define(change, seen_by(&sent), &field_of).await?
        }
        Err(mistakes) => Some(Wrong::fields(&place, mistakes)),
    };
    let page = |wrong: &Wrong| shown(&place, Some(choice), (Some(&sent), wrong), "");
    Ok(answered(&context, wrong, (&href(&place, &choice.name), "saved"), &page))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, choice)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let choice = lookup(&place, &choice)?;
    let change = Change::DeleteChoice { name: choice.name.clone() };
    let wrong = place.define(change, seen_by(&sent), &|_| None).await?;
    let page = |wrong: &Wrong| shown(&place, Some(choice), (None, wrong), "");
    Ok(answered(&context, wrong, (&place.href("/choices"), "web-tables.deleted"), &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_colour() {
        let is = |colour: &str| Line { colour: colour.to_owned(), ..Line::default() }.is_colour();
        assert!(is("#0067b8") && is("#fff"));
        for odd in ["", "#", "red", "#12345", "#gggggg", "#fff\" onload=\"x"] {
            assert!(!is(odd), "{odd}");
        }
    }
}
