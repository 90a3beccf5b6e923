//! Forms and fields of a CRM: which record types, and what of each.

use std::collections::BTreeMap;

use askama::Template;
use axum::{Extension, response::Response};
use crm::{Table, ViewRef};
use edge::{Form, Path, Problem};
use http::StatusCode;
use kernel::{Coded as _, FieldError, Kind};
use sales_settings::{Error, FormField, Forms, Kept, Place, RecordType, Relation, addable};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{Field, Frame, Visit, administration, answer};

use crate::{Rooms, system::tabs, typed::Typed};

#[derive(Debug, Deserialize)]
pub(crate) struct At {
    crm_system: Uuid,
    #[serde(default)]
    crm_table: String,
}

/// The record types.
#[derive(Debug, Template)]
#[template(path = "forms.html")]
pub(crate) struct List {
    frame: Frame,
    tabs: Vec<(String, String, bool)>,
    base: String,
    /// Each type: table, number of fields, whether it is edited and made here, and its relation.
    types: Vec<Type>,
    /// Whether any of them is seen through a view, and where views are read again.
    viewed: bool,
    refresh: String,
    /// What may be added, where there is room.
    table: Option<Field>,
    relation: Field,
    changes: i64,
    wrong: Vec<String>,
}

#[derive(Debug)]
struct Type {
    href: String,
    table: String,
    fields: usize,
    edit: bool,
    create: bool,
    related: String,
    view: String,
}

/// One record type.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct Page {
    frame: Frame,
    base: String,
    switches: Vec<Field>,
    keys: Vec<Field>,
    rows: Vec<Row>,
    /// Views that may be chosen; nothing for a type that has none.
    views: Option<Field>,
    /// The view that fields and order came from: its name and what it filters by.
    view: Option<(String, String)>,
    changes: i64,
    wrong: Vec<String>,
}

/// A field of the CRM on the page.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four things that each may be so or not")]
struct Row {
    name: String,
    label: String,
    place: String,
    required: bool,
    editable: bool,
    /// Whether the CRM asks for it anyway, and whether it lets anybody change it.
    asked: bool,
    open: bool,
}

pub(crate) async fn list(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    let place = rooms.settings.administered(&visit.scope, at.crm_system).await?;
    let kept = rooms.settings.forms(&visit.scope, at.crm_system).await?;
    let choices = choices(&place, &kept.value).await?;
    Ok(answer::page(&List::new(visit.frame, at.crm_system, &kept, (choices, &[]))))
}

/// Tables that may be added, and relations to earlier types: what a form sends and what people read.
type Choices = (Vec<(String, String)>, Vec<(String, String)>);

async fn choices(place: &Place, forms: &Forms) -> Result<Choices, Problem> {
    let tables = place.crm.tables().await?;
    let free = tables.iter().filter(|table| forms.of(&table.name).is_none());
    let free: Vec<(String, String)> =
        free.map(|table| (table.name.clone(), table.plural.clone())).collect();
    let mut relations = Vec::new();
    for one in &forms.types {
        let known = tables.iter().find(|table| table.name == one.table);
        let label = known.map_or(&one.table, |table| &table.label);
        relations.push((one.table.clone(), label.clone()));
    }
    Ok((free, relations))
}

pub(crate) async fn add(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let place = rooms.settings.administered(&visit.scope, at.crm_system).await?;
    let kept = rooms.settings.forms(&visit.scope, at.crm_system).await?;
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (table, to) = (text("table"), text("relation"));
    let mut forms = kept.value.clone();
    let related = relation(&place, &table, &to).await?;
    forms.types.push(RecordType {
        table: table.clone(),
        related,
        create_in_crm: true,
        ..RecordType::default()
    });
    let changes = text("changes").parse().ok();
    match rooms.settings.publish(&visit.scope, at.crm_system, forms, changes).await {
        Ok(_) => {
            let to = format!("/admin/sales-settings/{}/forms/{table}", at.crm_system);
            Ok(answer::back_with(&visit.context, &to, "web-settings.published"))
        }
        Err(error @ Error::Invalid { .. }) => {
            let choices = choices(&place, &kept.value).await?;
            let page = List::new(visit.frame, at.crm_system, &kept, (choices, error.fields()));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// The lookup between a table and an earlier type, of whichever it is.
async fn relation(place: &Place, table: &str, to: &str) -> Result<Option<Relation>, Problem> {
    let lookup = |holder: &Table, to: &str| {
        let leads = |field: &&crm::Field| match &field.kind {
            crm::FieldKind::Row(tables) => tables.iter().any(|name| name.eq_ignore_ascii_case(to)),
            _ => false,
        };
        holder.fields.iter().find(leads).map(|field| field.name.clone())
    };
    let described = async |name: &str| match place.crm.describe(name).await {
        Ok(table) => Ok(Some(table)),
        Err(crm::Error::ObjectHidden { .. }) => Ok(None),
        Err(error) => Err(Problem::from(error)),
    };
    let own = described(table).await?.and_then(|own| lookup(&own, to));
    if let Some(field) = own {
        return Ok(Some(Relation { to: to.to_owned(), field, theirs: false }));
    }
    let theirs = described(to).await?.and_then(|other| lookup(&other, table));
    Ok(theirs.map(|field| Relation { to: to.to_owned(), field, theirs: true }))
}

pub(crate) async fn page(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
) -> Result<Response, Problem> {
    let place = rooms.settings.administered(&visit.scope, at.crm_system).await?;
    let kept = rooms.settings.forms(&visit.scope, at.crm_system).await?;
    let form = known(&kept.value, &at)?;
    let table = place.crm.describe(&form.table).await?;
    let views = views(&rooms, &visit, (&at, form)).await?;
    let about = (form, &*table, views);
    let page = Page::new(visit.frame, at.crm_system, about, (kept.changes, &[]));
    Ok(answer::page(&page))
}

/// Views by what the form sends: whose it is and which.
async fn views(
    rooms: &Rooms,
    visit: &Visit,
    (at, form): (&At, &RecordType),
) -> Result<Vec<(String, String)>, Problem> {
    if form.table.eq_ignore_ascii_case("contact") {
        return Ok(Vec::new());
    }
    let all = rooms.settings.views(&visit.scope, at.crm_system, &form.table).await?;
    Ok(all.into_iter().map(|view| (sent(&view.at.id.0, view.at.personal), view.name)).collect())
}

fn sent(id: &str, personal: bool) -> String {
    format!("{}:{id}", if personal { "personal" } else { "public" })
}

/// Has a type take fields and order from another view, or from none.
pub(crate) async fn view(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let chosen = form.get("view").and_then(|text| text.split_once(':'));
    let view = chosen.map(|(whose, id)| ViewRef::new(&at.crm_table, id, whose == "personal"));
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    let about = (at.crm_table.as_str(), view);
    rooms.settings.set_view(&visit.scope, at.crm_system, about, changes).await?;
    let to = format!("/admin/sales-settings/{}/forms/{}", at.crm_system, at.crm_table);
    Ok(answer::back_with(&visit.context, &to, "web-settings.published"))
}

/// Reads views again: of one type, or of all.
pub(crate) async fn refresh(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let one = Some(at.crm_table.as_str()).filter(|table| !table.is_empty());
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    rooms.settings.refresh_views(&visit.scope, at.crm_system, one, changes).await?;
    let list = format!("/admin/sales-settings/{}/forms", at.crm_system);
    let to = one.map_or_else(|| list.clone(), |table| format!("{list}/{table}"));
    Ok(answer::back_with(&visit.context, &to, "web-settings.refreshed"))
}

fn known<'a>(forms: &'a Forms, at: &At) -> Result<&'a RecordType, Problem> {
    let nothing = || Problem::new("route.unknown", Kind::NotFound, "there is no such type");
    forms.of(&at.crm_table).ok_or_else(nothing)
}

pub(crate) async fn save(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    let place = rooms.settings.administered(&visit.scope, at.crm_system).await?;
    let kept = rooms.settings.forms(&visit.scope, at.crm_system).await?;
    let before = known(&kept.value, &at)?;
    let new = typed(before, &form);
    let mut forms = kept.value.clone();
    for one in &mut forms.types {
        if one.table == new.table {
            *one = new.clone();
        }
    }
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    match rooms.settings.publish(&visit.scope, at.crm_system, forms, changes).await {
        Ok(_) => {
            let to = format!("/admin/sales-settings/{}/forms", at.crm_system);
            Ok(answer::back_with(&visit.context, &to, "web-settings.published"))
        }
        Err(error @ Error::Invalid { .. }) => {
            let table = place.crm.describe(&new.table).await?;
            let views = views(&rooms, &visit, (&at, &new)).await?;
            let about = (&new, &*table, views);
            let page = Page::new(visit.frame, at.crm_system, about, (kept.changes, error.fields()));
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a type away, and every type that is related through it.
pub(crate) async fn remove(
    Extension(rooms): Extension<Rooms>,
    visit: Visit,
    Path(at): Path<At>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let kept = rooms.settings.forms(&visit.scope, at.crm_system).await?;
    let gone = known(&kept.value, &at)?.table.clone();
    let mut out = vec![gone];
    let mut forms = kept.value.clone();
    forms.types.retain(|one| {
        let through = one.related.as_ref().is_some_and(|relation| out.contains(&relation.to));
        let goes = out.contains(&one.table) || through;
        if goes {
            out.push(one.table.clone());
        }
        !goes
    });
    let changes = form.get("changes").and_then(|text| text.parse().ok());
    rooms.settings.publish(&visit.scope, at.crm_system, forms, changes).await?;
    let to = format!("/admin/sales-settings/{}/forms", at.crm_system);
    Ok(answer::back_with(&visit.context, &to, "web-settings.published"))
}

/// What was typed of a type: fields with a number, in the order of their numbers.
fn typed(before: &RecordType, form: &Typed) -> RecordType {
    let on = |name: &str| form.get(name).is_some_and(|text| text == "on");
    let text = |name: &str| form.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut fields: Vec<(u32, FormField)> = form
        .iter()
        .filter_map(|(key, value)| {
            let name = key.strip_prefix("place--")?;
            let place = value.trim().parse().ok()?;
            let required = on(&format!("required--{name}"));
            let editable = on(&format!("editable--{name}"));
            Some((place, FormField { name: name.to_owned(), required, editable }))
        })
        .collect();
    fields.sort_by_key(|(place, _)| *place);
    let keys = [text("key1"), text("key2")].into_iter().filter(|key| !key.is_empty()).collect();
    RecordType {
        fields: fields.into_iter().map(|(_, field)| field).collect(),
        keys,
        edit: on("edit"),
        create_here: on("create_here"),
        create_in_crm: on("create_in_crm"),
        ..before.clone()
    }
}

impl List {
    pub(crate) fn new(
        frame: Frame,
        system: Uuid,
        kept: &Kept<Forms>,
        ((tables, relations), errors): (Choices, &[FieldError]),
    ) -> Self {
        let title = frame.say("web-settings.page-forms");
        let frame =
            administration::at(frame, "sales-settings", title).back_to("/admin/sales-settings");
        let base = format!("/admin/sales-settings/{system}/forms");
        let called = |name: &str| {
            let known = relations.iter().find(|(own, _)| own == name);
            known.map_or_else(|| name.to_owned(), |(_, label)| label.clone())
        };
        let related = |one: &RecordType| match &one.related {
            Some(relation) => format!("{} ({})", called(&relation.to), relation.field),
            None => String::new(),
        };
        let types = kept.value.types.iter().map(|one| Type {
            href: format!("{base}/{}", one.table),
            table: called(&one.table),
            fields: one.fields.len(),
            edit: one.edit,
            create: one.create_here,
            related: related(one),
            view: one.view.as_ref().map(|view| view.name.clone()).unwrap_or_default(),
        });
        let types = types.collect();
        let table = Field::select("table", frame.say("web-settings.table"), tables);
        let relation = Field::select("relation", frame.say("web-settings.related"), relations);
        Self {
            tabs: tabs(&frame, system, None),
            types,
            viewed: kept.value.types.iter().any(|one| one.view.is_some()),
            refresh: format!("/admin/sales-settings/{system}/refresh"),
            table: (kept.value.types.len() < 10).then_some(table),
            relation,
            changes: kept.changes,
            wrong: said(&frame, errors),
            base,
            frame,
        }
    }
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        system: Uuid,
        (form, table, views): (&RecordType, &Table, Vec<(String, String)>),
        (changes, errors): (i64, &[FieldError]),
    ) -> Self {
        let list = format!("/admin/sales-settings/{system}/forms");
        let frame =
            administration::at(frame, "sales-settings", table.label.clone()).back_to(list.clone());
        let say = |key: &str| frame.say(&format!("web-settings.{key}"));
        let mut rows: Vec<Row> = Vec::new();
        let row = |field: &crm::Field, place: String, own: Option<&FormField>| Row {
            name: field.name.clone(),
            label: field.label.clone(),
            place,
            required: own.is_some_and(|own| own.required),
            editable: own.is_none_or(|own| own.editable),
            asked: field.required,
            open: field.updateable || field.createable,
        };
        for (at, own) in form.fields.iter().enumerate() {
            if let Some(field) = table.field(&own.name) {
                rows.push(row(field, ((at + 1) * 10).to_string(), Some(own)));
            }
        }
        let rest = table.fields.iter().filter(|field| {
            addable(field, &table.id_field)
                && !form.fields.iter().any(|own| own.name.eq_ignore_ascii_case(&field.name))
        });
        rows.extend(rest.map(|field| row(field, String::new(), None)));
        let key = |at: usize| {
            let nothing = [(String::new(), say("none"))];
            let each = table.fields.iter().filter(|field| addable(field, &table.id_field));
            let options = each.map(|field| (field.name.clone(), field.label.clone()));
            let value = form.keys.get(at).cloned().unwrap_or_default();
            let name = format!("key{}", at + 1);
            Field::select(&name, say(&name), nothing.into_iter().chain(options)).value(value)
        };
        let own = form.view.as_ref();
        let shown = (!views.is_empty() || own.is_some()).then(|| {
            let nothing = [(String::new(), say("view-none"))];
            let value = own.map(|own| sent(&own.id, own.personal)).unwrap_or_default();
            let options = nothing.into_iter().chain(views);
            Field::select("view", say("view"), options).value(value).hint(say("view-what"))
        });
        Self {
            views: shown,
            view: own.map(|own| (own.name.clone(), own.filter.clone())),
            switches: vec![
                Field::check("edit", say("edit-here"), form.edit),
                Field::check("create_here", say("create-here"), form.create_here),
                Field::check("create_in_crm", say("create-in-crm"), form.create_in_crm),
            ],
            keys: vec![key(0), key(1)],
            rows,
            changes,
            wrong: said(&frame, errors),
            base: format!("{list}/{}", form.table),
            frame,
        }
    }
}

fn said(frame: &Frame, errors: &[FieldError]) -> Vec<String> {
    errors.iter().map(|error| format!("{} ({})", frame.t.code(error.code), error.detail)).collect()
}
