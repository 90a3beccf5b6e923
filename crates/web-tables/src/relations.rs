//! Relationships and keys of a table.

use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use serde::Deserialize;
use tables::{
    Cascade, CascadeAction, ColumnKind, Labels, OneToMany, Relationship, Required, Table,
    define::{Change, NewColumn, NewManyToMany, NewOneToMany, Place as At, seen},
    names::MAX_LONG_NAME,
};
use web_frame::{App, Field, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    kinds::Named,
    parts::{Dialog, Form, Note, Page, Sent, labels_of, seen_by, ticked, value},
    place::{Place, no_such},
    table::href,
    table_form::{named, prefix, text_fields},
    wrong::{Wrong, answered},
};

/// What a new relationship begins at.
pub(crate) trait Origin {
    /// The table that gets the lookup.
    fn table(&self) -> &Table;
    /// The prefix of new names.
    fn prefix(&self) -> &str;
}

/// A table that gets a lookup.
struct Begin<'a> {
    table: &'a Table,
    prefix: &'a str,
}

impl Origin for Begin<'_> {
    fn table(&self) -> &Table {
        self.table
    }

    fn prefix(&self) -> &str {
        self.prefix
    }
}

const ACTIONS: [(&str, CascadeAction); 6] = [
    ("none", CascadeAction::NoCascade),
    ("all", CascadeAction::Cascade),
    ("active", CascadeAction::Active),
    ("owned", CascadeAction::UserOwned),
    ("unlink", CascadeAction::RemoveLink),
    ("restrict", CascadeAction::Restrict),
];

/// The word of an action.
pub(crate) fn word(action: CascadeAction) -> &'static str {
    ACTIONS.iter().find(|(_, one)| *one == action).map_or("none", |(word, _)| word)
}

/// What a rule may be.
fn words_of(rule: &str) -> &'static [&'static str] {
    match rule {
        "on-delete" => &["unlink", "restrict", "all"],
        "on-merge" => &["none", "all"],
        _ => &["none", "all", "active", "owned"],
    }
}

/// The rules, and where they stand in a [`Cascade`].
fn rules(cascade: Cascade) -> [(&'static str, CascadeAction); 6] {
    [
        ("on-delete", cascade.delete),
        ("on-assign", cascade.assign),
        ("on-share", cascade.share),
        ("on-unshare", cascade.unshare),
        ("on-reparent", cascade.reparent),
        ("on-merge", cascade.merge),
    ]
}

fn cascade_fields(place: &Place, cascade: Cascade) -> Vec<Named> {
    let field = |(rule, action): (&str, CascadeAction)| {
        let words = words_of(rule).iter();
        let words = words.map(|word| (*word, place.say(&format!("cascade-{word}"))));
        let field = Field::select(rule, place.say(rule), words).value(word(action));
        (rule.to_owned(), field.hint(place.say(&format!("{rule}-hint"))))
    };
    rules(cascade).into_iter().map(field).collect()
}

/// The rules that a form sent; what it does not say stays.
fn cascade_of(sent: &Sent, standing: Cascade) -> Cascade {
    let action = |rule: &str, standing: CascadeAction| {
        let said = value(sent, rule);
        let known = words_of(rule).contains(&said);
        let found = ACTIONS.iter().find(|(word, _)| known && *word == said);
        found.map_or(standing, |(_, action)| *action)
    };
    Cascade {
        delete: action("on-delete", standing.delete),
        assign: action("on-assign", standing.assign),
        share: action("on-share", standing.share),
        unshare: action("on-unshare", standing.unshare),
        reparent: action("on-reparent", standing.reparent),
        merge: action("on-merge", standing.merge),
    }
}

/// The tables that a lookup may refer to.
fn tables(place: &Place) -> Vec<(String, String)> {
    let open = |table: &&std::sync::Arc<Table>| {
        !table.intersect && !table.is_union() && table.primary_name.is_some()
    };
    let all = place.session.model().tables().iter().filter(open);
    let mut all: Vec<_> = all.map(|table| (table.logical.clone(), place.plural(table))).collect();
    kernel::sort_by_key(&mut all, |(_, name)| name.to_lowercase());
    all.insert(0, (String::new(), "—".to_owned()));
    all
}

/// Which tables a new lookup refers to, and what happens then.
pub(crate) fn target_fields(place: &Place, sent: &Sent) -> Vec<Named> {
    let tables = tables(place);
    let mut fields = Vec::new();
    for (name, label) in
        [("target", "target"), ("target-2", "target-more"), ("target-3", "target-more")]
    {
        let field = Field::select(name, place.say(label), tables.clone()).value(value(sent, name));
        let field = if name == "target" { field.required() } else { field };
        fields.push((name.to_owned(), field));
    }
    let words = words_of("on-delete").iter();
    let words = words.map(|word| (*word, place.say(&format!("cascade-{word}"))));
    let field = Field::select("on-delete", place.say("on-delete"), words);
    fields.push((
        "on-delete".to_owned(),
        field.value(value(sent, "on-delete")).hint(place.say("on-delete-hint")),
    ));
    fields
}

/// The relationship of a new lookup with one table.
pub(crate) fn to_one(
    from: &dyn Origin,
    target: &str,
    column: &NewColumn,
    sent: &Sent,
) -> NewOneToMany {
    let many = &from.table().logical;
    let short = column.schema.split_once('_').map_or(&*column.schema, |(_, rest)| rest);
    let schema = format!("{}_{target}_{many}_{short}", from.prefix());
    NewOneToMany {
        schema: schema.chars().take(MAX_LONG_NAME).collect(),
        referenced: target.to_owned(),
        referencing: many.clone(),
        lookup: column.clone(),
        referencing_navigation: None,
        referenced_navigation: None,
        cascade: cascade_of(sent, Cascade::REFERENTIAL),
        hierarchical: false,
    }
}

/// What makes a lookup with the tables that a form names.
pub(crate) fn lookup(
    place: &Place,
    from: &dyn Origin,
    (sent, column): (&Sent, NewColumn),
) -> Result<Change, Wrong> {
    let mut targets: Vec<&str> =
        ["target", "target-2", "target-3"].iter().map(|name| value(sent, name)).collect();
    targets.retain(|target| !target.is_empty());
    targets.dedup();
    let mut all: Vec<NewOneToMany> =
        targets.iter().map(|target| to_one(from, target, &column, sent)).collect();
    match (all.len(), all.pop()) {
        (_, None) => Err(Wrong::at(place, "target", place.say("wrong-missing"))),
        (1, Some(only)) => Ok(Change::AddOneToMany(only)),
        (_, Some(last)) => {
            all.push(last);
            Ok(Change::AddPolymorphic { relationships: all })
        }
    }
}

fn field_of(at: &At) -> Option<&'static str> {
    Some(match at.property {
        "SchemaName" | "IntersectEntityName" => "schema",
        "DisplayName" => "label-en",
        "ReferencedEntity" | "ReferencingEntity" | "Entity2LogicalName" => "other",
        "CascadeConfiguration" => "on-delete",
        "IsHierarchical" => "hierarchical",
        "KeyAttributes" => "column-1",
        _ => return None,
    })
}

/// The kind of a new relationship.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    kind: String,
}

const KINDS: [&str; 3] = ["many-to-one", "one-to-many", "many-to-many"];

fn framed(place: &Place, table: &Table, (title, part): (String, &str)) -> Page {
    Page::new(place, "tables", title)
        .under(place.href("/tables"), place.say("part-tables"))
        .under(href(place, table, ""), place.plural(table))
        .under(href(place, table, &format!("/{part}")), place.say(&format!("tab-{part}")))
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let prefix = prefix(&place).await?;
    let kind = KINDS.into_iter().find(|kind| *kind == asking.kind).unwrap_or("many-to-one");
    let sent = Sent::from([("kind".to_owned(), kind.to_owned())]);
    Ok(answer::page(&new(&place, table, (&sent, &Wrong::default()), &prefix)))
}

fn new(place: &Place, table: &Table, (sent, wrong): (&Sent, &Wrong), prefix: &str) -> Page {
    let kind = KINDS.into_iter().find(|kind| *kind == value(sent, "kind")).unwrap_or("many-to-one");
    let other = Field::select("other", place.say("other-table"), tables(place));
    let other = other.value(value(sent, "other")).required();
    let mut fields = vec![("other".to_owned(), other)];
    let schema =
        Field::text("schema", place.say("schema-name")).value(value(sent, "schema")).max(100);
    let hint = place.say1("schema-name-hint", "prefix", &format!("{prefix}_"));
    let to = href(place, table, "/relationships/new");
    let mut form = Form::new(place, to.clone()).wrong(wrong.whole.clone());
    form.hidden.push(("kind".to_owned(), kind.to_owned()));
    if kind == "many-to-many" {
        fields.push(("schema".to_owned(), schema.hint(hint)));
        form = form.group(String::new(), wrong.mark(fields));
    } else {
        let labels = labels_of(sent, "label", &Labels::none());
        fields.extend(text_fields(place, ("label", "lookup-label"), &labels, true));
        fields.push(("schema".to_owned(), schema.hint(hint)));
        let required =
            Field::check("required", place.say("lookup-required"), ticked(sent, "required"));
        fields.push(("required".to_owned(), required));
        form = form.group(String::new(), wrong.mark(fields)).group(
            place.say("cascade"),
            wrong.mark(cascade_fields(place, cascade_of(sent, Cascade::REFERENTIAL))),
        );
    }
    form.button = place.say("create");
    form.cancel = Some(href(place, table, "/relationships"));
    let mut page = framed(place, table, (place.say("relationship-new"), "relationships"))
        .intro(place.say1(&format!("relation-{kind}-what"), "table", &place.singular(table)));
    page.tabs = KINDS
        .into_iter()
        .map(|one| (format!("{to}?kind={one}"), place.say(&format!("relation-{one}")), one == kind))
        .collect();
    page.block(Html::of(&form))
}

/// What a form makes.
fn asked(place: &Place, table: &Table, sent: &Sent, prefix: &str) -> Result<Change, Wrong> {
    let other = value(sent, "other");
    let missing = || Wrong::at(place, "other", place.say("wrong-missing"));
    let other = place.session.model().table(other).ok_or_else(missing)?;
    if value(sent, "kind") == "many-to-many" {
        let typed = value(sent, "schema");
        let schema = if typed.is_empty() {
            format!("{prefix}_{}_{}", table.logical, other.logical)
        } else {
            named(typed, "", prefix)
        };
        return Ok(Change::AddManyToMany(NewManyToMany {
            schema,
            intersect: None,
            first: table.logical.clone(),
            second: other.logical.clone(),
            first_navigation: None,
            second_navigation: None,
        }));
    }
    let (one, many) = if value(sent, "kind") == "one-to-many" {
        (table, other.as_ref())
    } else {
        (other.as_ref(), table)
    };
    let none = Labels::none();
    let schema = named(value(sent, "schema"), value(sent, "label-en"), prefix);
    let kind = ColumnKind::Lookup { targets: vec![one.logical.clone()] };
    let mut column = NewColumn::new(schema, kind, labels_of(sent, "label", &none));
    if ticked(sent, "required") {
        column.required = Required::Application;
    }
    let begin = Begin { table: many, prefix };
    Ok(Change::AddOneToMany(to_one(&begin, &one.logical, &column, sent)))
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
    let wrong = match asked(&place, table, &sent, &prefix) {
        Ok(change) => place.define(change, None, &field_of).await?,
        Err(wrong) => Some(wrong),
    };
    let page = |wrong: &Wrong| new(&place, table, (&sent, wrong), &prefix);
    let to = href(&place, table, "/relationships");
    Ok(answered(&context, wrong, (&to, "web-tables.made"), &page))
}

fn found<'p>(place: &'p Place, table: &Table, schema: &str) -> Result<&'p Relationship, Problem> {
    let of = |relationship: &Relationship| match relationship {
        Relationship::OneToMany(one) => {
            [&one.referenced, &one.referencing].contains(&&table.logical)
        }
        Relationship::ManyToMany(many) => {
            [&many.first.table, &many.second.table].contains(&&table.logical)
        }
    };
    let found = place.session.model().relationship(schema).map(AsRef::as_ref);
    found.filter(|one| of(one)).ok_or_else(|| no_such("relationship", schema))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table, relationship)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let relationship = found(&place, table, &relationship)?;
    Ok(answer::page(&shown(&place, (table, relationship), &Wrong::default())))
}

fn shown(place: &Place, (table, relationship): (&Table, &Relationship), wrong: &Wrong) -> Page {
    let schema = relationship.schema();
    let to = href(place, table, &format!("/relationships/{schema}"));
    let name = |logical: &str| {
        let model = place.session.model();
        model.table(logical).map_or_else(|| logical.to_owned(), |table| place.plural(table))
    };
    let what = match relationship {
        Relationship::OneToMany(one) => {
            format!(
                "{} → {} · {}",
                name(&one.referencing),
                name(&one.referenced),
                one.referencing_column
            )
        }
        Relationship::ManyToMany(many) => {
            format!(
                "{} ↔ {} · {}",
                name(&many.first.table),
                name(&many.second.table),
                many.intersect
            )
        }
    };
    let mut page = framed(place, table, (schema.to_owned(), "relationships")).intro(what);
    if relationship.custom() {
        let delete = Dialog::delete(place, schema, format!("{to}/delete"))
            .seen(seen::of_relationship(relationship));
        let key = match relationship {
            Relationship::OneToMany(_) => "relationship-delete-lookup",
            Relationship::ManyToMany(_) => "relationship-delete-links",
        };
        page = page.asking(("delete", place.say("delete")), &delete.what(place.say(key)));
    }
    let mut form = Form::new(place, to).wrong(wrong.whole.clone());
    match relationship {
        Relationship::OneToMany(one) => {
            let mut fields = cascade_fields(place, one.cascade);
            if one.referenced == one.referencing {
                let field =
                    Field::check("hierarchical", place.say("hierarchical"), one.hierarchical);
                fields
                    .push(("hierarchical".to_owned(), field.hint(place.say("hierarchical-hint"))));
            }
            form = form.seen(seen::of_relationship(relationship));
            form = form.group(place.say("cascade"), wrong.mark(fields));
            form.cancel = Some(href(place, table, "/relationships"));
            page.block(Html::of(&form))
        }
        Relationship::ManyToMany(_) => {
            if wrong.whole.is_some() {
                form.disabled = true;
                page = page.block(Html::of(&form));
            }
            let (title, what) =
                (place.say("relationship-fixed"), place.say("relationship-fixed-what"));
            page.block(Note::html(place, ("", "info"), title, what))
        }
    }
}

pub(crate) async fn update(
    State(app): State<App>,
    Path((environment, table, relationship)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let relationship = found(&place, table, &relationship)?;
    let to = href(&place, table, "/relationships");
    let Relationship::OneToMany(OneToMany { cascade, referenced, referencing, .. }) = relationship
    else {
        return Ok(answer::back_with(&context, &to, "web-tables.nothing"));
    };
    let itself = referenced == referencing;
    let change = Change::UpdateRelationship {
        schema: relationship.schema().to_owned(),
        cascade: cascade_of(&sent, *cascade),
        hierarchical: itself.then(|| ticked(&sent, "hierarchical")),
    };
    let wrong = place.define(change, seen_by(&sent), &field_of).await?;
    let page = |wrong: &Wrong| shown(&place, (table, relationship), wrong);
    Ok(answered(&context, wrong, (&to, "saved"), &page))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table, relationship)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let relationship = found(&place, table, &relationship)?;
    let change = Change::DeleteRelationship { schema: relationship.schema().to_owned() };
    let wrong = place.define(change, seen_by(&sent), &|_| None).await?;
    let page = |wrong: &Wrong| shown(&place, (table, relationship), wrong);
    let to = href(&place, table, "/relationships");
    Ok(answered(&context, wrong, (&to, "web-tables.deleted"), &page))
}

/// The alternate keys of a table.
pub(crate) fn keys(place: &Place, table: &Table) -> Html {
    let mut grid = Grid::new(place, "keys", &["key", "columns", "schema-name", "state"]);
    for key in &table.keys {
        let columns = key.columns.iter().map(|name| match table.column(name) {
            Some(column) => place.label(&column.labels, name),
            None => name.clone(),
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let to = href(place, table, &format!("/keys/new?key={}", key.logical));
        grid.line(vec![
            Cell::link(place.label(&key.labels, &key.schema), to),
            Cell::text(columns),
            Cell::code(&key.schema),
            // an index is made with its key, or the key is not made
            Cell::default().badge(place.say("key-active"), "good"),
        ]);
    }
    grid.html(nothing(place, "key", "keys"))
}

/// Which key is looked at; none makes one.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Key {
    #[serde(default)]
    key: String,
}

/// How many columns a form offers.
const COLUMNS: usize = 4;

pub(crate) async fn blank_key(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Key>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    if let Some(key) = table.key(&asking.key) {
        let title = place.label(&key.labels, &key.schema);
        let to = href(&place, table, &format!("/keys/{}/delete", key.logical));
        let delete = Dialog::delete(&place, &title, to)
            .what(place.say("key-delete-what"))
            .seen(seen::of_key(key));
        let page = framed(&place, table, (title, "keys"))
            .intro(key.columns.join(", "))
            .asking(("delete", place.say("delete")), &delete);
        return Ok(answer::page(&page));
    }
    let prefix = prefix(&place).await?;
    Ok(answer::page(&new_key(&place, table, (&Sent::new(), &Wrong::default()), &prefix)))
}

fn new_key(place: &Place, table: &Table, (sent, wrong): (&Sent, &Wrong), prefix: &str) -> Page {
    let labels = labels_of(sent, "label", &Labels::none());
    let mut fields = text_fields(place, ("label", "label"), &labels, true);
    let hint = place.say1("schema-name-hint", "prefix", &format!("{prefix}_"));
    let schema = Field::text("schema", place.say("schema-name")).value(value(sent, "schema"));
    fields.push(("schema".to_owned(), schema.max(100).hint(hint)));
    let fits = |kind: &ColumnKind| {
        matches!(
            kind,
            ColumnKind::Text { .. }
                | ColumnKind::Whole { .. }
                | ColumnKind::Choice { .. }
                | ColumnKind::Decimal { .. }
                | ColumnKind::DateTime { .. }
                | ColumnKind::Lookup { .. }
                | ColumnKind::Guid
        )
    };
    let columns = table.columns().iter().filter(|one| fits(&one.kind) && !one.secured);
    let mut options: Vec<(String, String)> =
        columns.map(|one| (one.logical.clone(), place.label(&one.labels, &one.logical))).collect();
    kernel::sort_by_key(&mut options, |(_, label)| label.to_lowercase());
    options.insert(0, (String::new(), "—".to_owned()));
    let picks = (1..=COLUMNS).map(|at| {
        let name = format!("column-{at}");
        let label = place.count("key-column", at);
        let field = Field::select(&name, label, options.clone()).value(value(sent, &name));
        (name, if at == 1 { field.required() } else { field })
    });
    let mut form = Form::new(place, href(place, table, "/keys/new"))
        .wrong(wrong.whole.clone())
        .group(String::new(), wrong.mark(fields))
        .group(place.say("columns"), wrong.mark(picks.collect()));
    form.button = place.say("create");
    form.cancel = Some(href(place, table, "/keys"));
    framed(place, table, (place.say("key-new"), "keys"))
        .intro(place.say("keys-none-what"))
        .block(Html::of(&form))
}

pub(crate) async fn create_key(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let prefix = prefix(&place).await?;
    let columns = (1..=COLUMNS).map(|at| value(&sent, &format!("column-{at}")).to_owned());
    let change = Change::AddKey {
        table: table.logical.clone(),
        schema: named(value(&sent, "schema"), value(&sent, "label-en"), &prefix),
        labels: labels_of(&sent, "label", &Labels::none()),
        columns: columns.filter(|column| !column.is_empty()).collect(),
    };
    let wrong = place.define(change, None, &field_of).await?;
    let page = |wrong: &Wrong| new_key(&place, table, (&sent, wrong), &prefix);
    Ok(answered(&context, wrong, (&href(&place, table, "/keys"), "web-tables.made"), &page))
}

pub(crate) async fn delete_key(
    State(app): State<App>,
    Path((environment, table, key)): Path<(EnvironmentId, String, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let change = Change::DeleteKey { table: table.logical.clone(), key };
    let wrong = place.define(change, seen_by(&sent), &|_| None).await?;
    let page = |wrong: &Wrong| {
        let told = wrong.whole.clone().unwrap_or_default();
        let note = Note::html(&place, ("bad", "error"), told.0, told.1);
        framed(&place, table, (place.say("keys"), "keys")).block(note).block(keys(&place, table))
    };
    Ok(answered(&context, wrong, (&href(&place, table, "/keys"), "web-tables.deleted"), &page))
}
