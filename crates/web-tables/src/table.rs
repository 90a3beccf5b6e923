//! One table: its columns, relationships, keys and views.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use tables::{Relationship, Required, Table, View, ViewKind};
use web_frame::{App, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    kinds::words_of,
    parts::Page,
    place::Place,
    tables_list::owned,
};

/// The tabs of a table.
const TABS: [&str; 5] = ["columns", "relationships", "keys", "views", "properties"];

/// The address of something of a table.
pub(crate) fn href(place: &Place, table: &Table, rest: &str) -> String {
    place.href(&format!("/tables/{}{rest}", table.logical))
}

/// A page of a table with its tabs.
pub(crate) fn framed(place: &Place, table: &Table, here: &str) -> Page {
    let mut page = Page::new(place, "tables", place.plural(table))
        .under(place.href("/tables"), place.say("part-tables"))
        .intro(table.description.text(place.language).to_owned());
    page.tabs = TABS
        .into_iter()
        .map(|tab| {
            let rest = if tab == "columns" { String::new() } else { format!("/{tab}") };
            (href(place, table, &rest), place.say(&format!("tab-{tab}")), tab == here)
        })
        .collect();
    if !table.private && table.primary_name.is_some() {
        let rows = RowsLink {
            icon: place.frame.icon("briefcase"),
            href: place.records(&format!("/{}", table.logical)),
            name: place.say("see-rows"),
        };
        page.actions.push(Html::of(&rows));
    }
    if table.custom && here == "properties" {
        let gone = RowsLink {
            icon: place.frame.icon("delete"),
            href: href(place, table, "/delete"),
            name: place.say("delete"),
        };
        page.actions.push(Html::of(&gone));
    }
    page
}

#[derive(Debug, Template)]
#[template(
    source = r#"<a class="button" href="{{ href }}">{{ icon }}{{ name }}</a>"#,
    ext = "html"
)]
struct RowsLink {
    icon: Html,
    href: String,
    name: String,
}

#[derive(Debug, Template)]
#[template(
    source = r#"<dl class="facts">{% for (name, text) in facts %}<dt>{{ name }}</dt><dd><code>{{ text }}</code></dd>{% endfor %}</dl>"#,
    ext = "html"
)]
struct Facts {
    facts: Vec<(String, String)>,
}

/// The names by which programs know a table.
pub(crate) fn facts(place: &Place, table: &Table) -> Html {
    let facts = [
        ("schema-name", table.schema.clone()),
        ("logical-name", table.logical.clone()),
        ("set-name", table.set.clone()),
        ("ownership", owned(place, table)),
        ("type-code", table.code.to_string()),
    ];
    let facts = facts.into_iter().map(|(key, text)| (place.say(key), text)).collect();
    Html::of(&Facts { facts })
}

#[derive(Debug, Template)]
#[template(
    source = r#"<section class="stack snug"><p>{{ title }}</p><ul class="bullets">{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul></section>"#,
    ext = "html"
)]
struct List {
    title: String,
    lines: Vec<String>,
}

/// A list of sentences.
pub(crate) fn list(title: &str, lines: Vec<String>) -> Html {
    Html::of(&List { title: title.to_owned(), lines })
}

pub(crate) async fn columns(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let mut grid = Grid::new(&place, "columns", &["column", "type", "schema-name", "required"])
        .filter(place.say("columns-filter"));
    let is_name = |logical: &str| table.primary_name.as_deref() == Some(logical);
    let mut columns: Vec<_> = table.columns().iter().filter(|one| one.of.is_none()).collect();
    kernel::sort_by_key(&mut columns, |one| {
        let label = place.label(&one.labels, &one.logical).to_lowercase();
        (!is_name(&one.logical), !one.custom, label)
    });
    for column in columns {
        let label = place.label(&column.labels, &column.logical);
        let mut cell =
            Cell::link(label, href(&place, table, &format!("/columns/{}", column.logical)));
        if is_name(&column.logical) {
            cell = cell.badge(place.say("primary-column"), "");
        }
        if column.custom && !table.custom {
            cell = cell.badge(place.say("custom"), "brand");
        }
        if column.secured {
            cell = cell.badge(place.say("secured"), "warning");
        }
        if column.searched {
            cell = cell.badge(place.say("searched"), "");
        }
        if column.computed.is_some() {
            cell = cell.badge(place.say("computed"), "");
        }
        let kind = words_of(&column.kind, column.auto_number.is_some());
        let targets: Vec<String> = column
            .kind
            .targets()
            .into_iter()
            .filter_map(|target| place.session.model().table(target))
            .take(4)
            .map(|target| place.singular(target))
            .collect();
        let required = match column.required {
            Required::Never => String::new(),
            Required::Recommended => place.say("required-recommended"),
            Required::Application => place.say("required-application"),
            Required::System => place.say("required-system"),
        };
        grid.line(vec![
            cell,
            Cell::text(place.say(&kind)).sub(targets.join(", ")),
            Cell::code(&column.schema),
            Cell::text(required),
        ]);
    }
    let mut page = framed(&place, table, "columns");
    if !table.is_union() {
        page = page.primary(href(&place, table, "/columns/new"), place.say("column-new"));
    }
    Ok(answer::page(&page.block(grid.html(nothing(&place, "stack", "columns")))))
}

pub(crate) async fn relationships(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let model = place.session.model();
    let mut grid = Grid::new(
        &place,
        "relationships",
        &["relationship", "other-table", "schema-name", "when-deleted"],
    )
    .filter(place.say("relationships-filter"));
    let mut lines = Vec::new();
    let name = |logical: &str| {
        model.table(logical).map_or_else(|| logical.to_owned(), |other| place.plural(other))
    };
    for relationship in model.relationships() {
        let to = href(&place, table, &format!("/relationships/{}", relationship.schema()));
        let mut line = |kind: &str, other: &str, through: String, deleted: String| {
            let mut cell =
                Cell::link(place.say(&format!("relation-{kind}")), to.clone()).sub(through);
            if relationship.custom() {
                cell = cell.badge(place.say("custom"), "brand");
            }
            let cells = vec![
                cell,
                Cell::text(name(other)),
                Cell::code(relationship.schema()),
                Cell::text(deleted),
            ];
            lines.push(((!relationship.custom(), kind.to_owned(), name(other)), cells));
        };
        match relationship.as_ref() {
            Relationship::OneToMany(one) => {
                let deleted =
                    place.say(&format!("cascade-{}", crate::relations::word(one.cascade.delete)));
                if one.referencing == table.logical {
                    line(
                        "many-to-one",
                        &one.referenced,
                        one.referencing_column.clone(),
                        deleted.clone(),
                    );
                }
                if one.referenced == table.logical {
                    let through = format!("{}.{}", one.referencing, one.referencing_column);
                    line("one-to-many", &one.referencing, through, deleted);
                }
            }
            Relationship::ManyToMany(many) => {
                if many.first.table == table.logical {
                    line("many-to-many", &many.second.table, many.intersect.clone(), String::new());
                } else if many.second.table == table.logical {
                    line("many-to-many", &many.first.table, many.intersect.clone(), String::new());
                }
            }
        }
    }
    kernel::sort_by(&mut lines, |one, other| one.0.cmp(&other.0));
    for (_, cells) in lines {
        grid.line(cells);
    }
    let mut page = framed(&place, table, "relationships");
    if !table.is_union() {
        page =
            page.primary(href(&place, table, "/relationships/new"), place.say("relationship-new"));
    }
    Ok(answer::page(&page.block(grid.html(nothing(&place, "link", "relationships")))))
}

pub(crate) async fn keys(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let list = crate::relations::keys(&place, table);
    let page = framed(&place, table, "keys")
        .primary(href(&place, table, "/keys/new"), place.say("key-new"))
        .block(list);
    Ok(answer::page(&page))
}

pub(crate) async fn views(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let table = place.table(&table)?;
    let mut grid = Grid::new(&place, "views", &["view", "view-kind", "columns"]);
    let mut views: Vec<&View> =
        place.session.model().views_of(&table.logical).map(AsRef::as_ref).collect();
    kernel::sort_by_key(&mut views, |view| (view.kind.code(), !view.default));
    for view in views {
        let label = place.label(&view.labels, "—");
        let mut cell = Cell::link(label, href(&place, table, &format!("/views/{}", view.id)));
        if view.default && view.kind == ViewKind::Public {
            cell = cell.badge(place.say("view-default"), "good");
        }
        if view.custom && !table.custom {
            cell = cell.badge(place.say("custom"), "brand");
        }
        let columns = view.columns.iter().map(|column| match table.column(&column.name) {
            Some(own) => place.label(&own.labels, &column.name),
            None => column.name.clone(),
        });
        grid.line(vec![
            cell,
            Cell::text(place.say(&format!("view-kind-{}", view.kind.code()))),
            Cell::text(columns.collect::<Vec<_>>().join(", ")),
        ]);
    }
    let page = framed(&place, table, "views")
        .primary(href(&place, table, "/views/new"), place.say("view-new"))
        .block(grid.html(nothing(&place, "panel", "views")));
    Ok(answer::page(&page))
}
