//! Views: those of the environment, those that a person keeps, and how a person likes to see them.
//!
//! What a person keeps are rows of `userquery`, as the platform has it: they move with the environment, and its rights
//! rule them. A row of the type [`LAYOUT`] is no view of its own; it says how its owner sees another one.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use edge::{Form, Path, Problem};
use fetchxml::{
    fetch::{self, Attribute, Entity, Fetch, Filter as Filters, Operator, Order},
    layout,
};
use kernel::EnvironmentId;
use queries::{Condition, Paging, Verb, query::Comparison};
use records::{Delete, Entry, Operation, Reference, RowKey, Update};
use tables::{Labels, Table, Value, View, ViewColumn, ViewKind};
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer};

use crate::{
    asking::Asking,
    files,
    filter::Filter,
    form::Sent,
    place::{Place, may},
};

/// `querytype` of a personal view.
const PERSONAL: i64 = 0;

/// `querytype` of how its owner sees another view (our own choice; the platform uses none of this size).
const LAYOUT: i64 = 1 << 20;

/// Personal views that are listed (our own choice).
const MOST: u32 = 200;

/// A row of `userquery`.
#[derive(Debug, Clone)]
struct Kept {
    id: Uuid,
    name: String,
    kind: i64,
    fetch: String,
    layout: String,
    /// For a view its chart, for a layout the view and its state.
    more: String,
}

/// The views of a table that somebody can choose from.
pub(crate) struct Views {
    system: Vec<Arc<View>>,
    kept: Vec<Kept>,
}

/// The view that is shown.
pub(crate) struct Chosen {
    pub(crate) id: Option<Uuid>,
    pub(crate) name: String,
    /// Whether the reader keeps it.
    pub(crate) personal: bool,
    /// What it asks for.
    pub(crate) fetch: Fetch,
    /// What it shows, in order.
    pub(crate) columns: Vec<String>,
}

impl Views {
    /// All views of a table.
    pub(crate) async fn of(place: &Place, table: &Table) -> Result<Self, Problem> {
        let all = place.session.model().views_of(&table.logical);
        let system = all.into_iter().filter(|view| view.kind == ViewKind::Public);
        let system = system.map(Arc::clone).collect();
        Ok(Self { system, kept: kept(place, table, None).await? })
    }

    /// Takes in a view of somebody else, if it is shared with the reader.
    pub(crate) async fn take_in(
        &mut self,
        place: &Place,
        table: &Table,
        view: Uuid,
    ) -> Result<(), Problem> {
        let known = self.system.iter().any(|one| one.id == view)
            || self.kept.iter().any(|one| one.id == view);
        if !known {
            self.kept.extend(kept(place, table, Some(view)).await?);
        }
        Ok(())
    }

    /// Identifier, name, and whether the reader keeps it.
    pub(crate) fn list(&self, place: &Place) -> Vec<(String, String, bool)> {
        let system = self.system.iter();
        let system = system
            .map(|view| (view.id.to_string(), view.labels.text(place.language).to_owned(), false));
        let own = self.kept.iter().filter(|one| one.kind == PERSONAL);
        system.chain(own.map(|one| (one.id.to_string(), one.name.clone(), true))).collect()
    }

    /// The view that was asked for, else the one that opens first.
    pub(crate) fn choose(&self, place: &Place, table: &Table, asked: &str) -> Chosen {
        let asked = asked.parse::<Uuid>().ok();
        let own = self.kept.iter().find(|one| one.kind == PERSONAL && Some(one.id) == asked);
        if let Some(own) = own
            && let Ok(fetch) = fetch::parse(&own.fetch)
        {
            let mut columns = layout::cells(&own.layout);
            columns.truncate(crate::asking::MOST_COLUMNS);
            let columns = if columns.is_empty() { own_columns(&fetch.entity) } else { columns };
            let (id, name) = (Some(own.id), own.name.clone());
            return Chosen { id, name, personal: true, fetch, columns };
        }
        let found = self.system.iter().find(|view| Some(view.id) == asked);
        let found = found.or_else(|| self.system.iter().find(|view| view.default));
        if let Some(view) = found.or_else(|| self.system.first())
            && let Ok(fetch) = fetch::parse(&view.fetch)
        {
            return Chosen {
                id: Some(view.id),
                name: view.labels.text(place.language).to_owned(),
                personal: false,
                fetch,
                columns: view.columns.iter().map(|column| column.name.clone()).collect(),
            };
        }
        let columns = stand_in(table);
        let entity = Entity { name: table.logical.clone(), ..Entity::default() };
        let fetch = Fetch { entity, ..Fetch::default() };
        Chosen { id: None, name: place.plural(table), personal: false, fetch, columns }
    }

    /// Puts in how the reader likes to see a view, where the address says nothing else.
    pub(crate) fn remember(&self, view: &Chosen, asking: &mut Asking) {
        if let Some(own) = self.kept.iter().find(|one| view.personal && Some(one.id) == view.id)
            && asking.chart.is_empty()
        {
            asking.chart.clone_from(&own.more);
        }
        let Some(layout) = self.layout(view.id) else { return };
        let mut parts = layout.more.splitn(3, '|').skip(1);
        let (cols, chart) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if asking.cols.is_empty() {
            cols.clone_into(&mut asking.cols);
        }
        if asking.chart.is_empty() {
            chart.clone_into(&mut asking.chart);
        }
    }

    /// Whether the reader sees a view in a way of their own.
    pub(crate) fn is_changed(&self, view: &Chosen) -> bool {
        self.layout(view.id).is_some()
    }

    fn layout(&self, view: Option<Uuid>) -> Option<&Kept> {
        let begins = format!("{}|", view.map(|id| id.to_string()).unwrap_or_default());
        self.kept.iter().find(|one| one.kind == LAYOUT && one.more.starts_with(&begins))
    }
}

impl Chosen {
    /// What is asked for: the view, with the columns, filters, words and order of the address.
    pub(crate) fn fetch(&self, table: &Table, asking: &Asking, shown: &[String]) -> Fetch {
        let mut fetch = self.fetch.clone();
        let entity = &mut fetch.entity;
        entity.all_attributes = false;
        let mut wanted: Vec<&str> = shown.iter().map(String::as_str).collect();
        wanted.extend(table.primary_name.as_deref());
        // amounts are shown in the currency of their row
        wanted.extend(table.column("transactioncurrencyid").map(|_| "transactioncurrencyid"));
        wanted.extend(table.state().map(|state| state.logical.as_str()));
        let since = files::since(table).map(|(_, since)| since);
        wanted.extend(since.as_deref());
        wanted.retain(|name| table.column(name).is_some_and(|column| column.for_read));
        kernel::sort(&mut wanted);
        wanted.dedup();
        let attribute = |name: &str| Attribute { name: name.to_owned(), ..Attribute::default() };
        entity.attributes = wanted.into_iter().map(attribute).collect();
        let mut conditions: Vec<fetch::Condition> =
            asking.filters(table).iter().filter_map(Filter::condition).collect();
        if let Some((by, of)) = asking.parent() {
            conditions.push(equal(by, &of.to_string()));
        }
        if !conditions.is_empty() {
            entity.filters.push(Filters { conditions, ..Filters::default() });
        }
        let words = asking.q.trim();
        if !words.is_empty() {
            let is_name =
                |column: &tables::Column| Some(&column.logical) == table.primary_name.as_ref();
            let searched =
                table.columns().iter().filter(|it| it.for_read && (it.searched || is_name(it)));
            let conditions = searched.map(|column| fetch::Condition {
                operator: Operator::Like,
                values: vec![format!("%{words}%")],
                ..equal(&column.logical, "")
            });
            let conditions = conditions.collect();
            entity.filters.push(Filters { or: true, conditions, ..Filters::default() });
        }
        let sorts = asking.sorts();
        let known = sorts.iter().filter(|(column, _)| table.column(column).is_some());
        let orders: Vec<Order> = known
            .map(|(column, descending)| Order {
                attribute: Some((*column).to_owned()),
                descending: *descending,
                ..Order::default()
            })
            .collect();
        if !orders.is_empty() {
            entity.orders = orders;
        }
        fetch.total_record_count = true;
        fetch
    }
}

fn equal(column: &str, value: &str) -> fetch::Condition {
    fetch::Condition {
        attribute: column.to_owned(),
        operator: Operator::Eq,
        values: vec![value.to_owned()],
        value_of: None,
        entity_name: None,
    }
}

/// The columns of a table without a view.
fn stand_in(table: &Table) -> Vec<String> {
    let wanted = [table.primary_name.as_deref(), Some("ownerid"), Some("createdon")];
    let known = wanted.into_iter().flatten().filter(|name| table.column(name).is_some());
    known.map(ToOwned::to_owned).collect()
}

fn own_columns(entity: &Entity) -> Vec<String> {
    entity.attributes.iter().map(|attribute| attribute.name.clone()).collect()
}

/// What the reader keeps of a table, or the one of anybody that the reader may see.
async fn kept(place: &Place, table: &Table, only: Option<Uuid>) -> Result<Vec<Kept>, Problem> {
    let Some(of) = place.session.model().table("userquery").filter(|it| place.reads(it)) else {
        return Ok(Vec::new());
    };
    let broken = records::Error::from;
    let names = ["name", "querytype", "fetchxml", "layoutxml", "columnsetxml"];
    let query = queries::Query::of(of).select(names).map_err(broken)?;
    let field = |name: &str| query.field(name).map_err(broken);
    let of_table = Condition::Compare(
        field("returnedtypecode")?,
        Comparison::Equal,
        db::Value::from(table.logical.clone()),
    );
    let (column, id) = match only {
        Some(view) => ("userqueryid", view),
        None => ("ownerid", place.session.user()),
    };
    let own = Condition::Compare(field(column)?, Comparison::Equal, db::Value::Uuid(id));
    let query = query.clone().and(of_table).and(own);
    let found = place.session.query(&query, &Paging::first(MOST)).await?;
    let mut all = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let mut one = Kept {
            id: Uuid::nil(),
            name: String::new(),
            kind: PERSONAL,
            fetch: String::new(),
            layout: String::new(),
            more: String::new(),
        };
        if let Some(key) = found.plan.shown.key {
            one.id = row.get(key).map_err(records::Error::from)?;
        }
        for property in &found.plan.shown.properties {
            let name = property.column().map(|column| column.logical.as_str());
            match (name, property.value(row).map_err(records::Error::from)?) {
                (Some("name"), Value::Text(text)) => one.name = text,
                (Some("fetchxml"), Value::Text(text)) => one.fetch = text,
                (Some("layoutxml"), Value::Text(text)) => one.layout = text,
                (Some("columnsetxml"), Value::Text(text)) => one.more = text,
                (Some("querytype"), Value::Whole(kind)) => one.kind = kind,
                _ => {}
            }
        }
        all.push(one);
    }
    kernel::sort_by_key(&mut all, |one| one.name.to_lowercase());
    Ok(all)
}

/// Whether the reader may keep views at all.
pub(crate) fn may_keep(place: &Place) -> bool {
    let table = place.session.model().table("userquery");
    table.is_some_and(|table| may(&place.session, table, Verb::Create))
}

/// The columns that are shown: those of the address, else those of the view; the name is always the first.
pub(crate) fn shown(table: &Table, view: &Chosen, asking: &Asking) -> Vec<String> {
    let chosen = asking.columns();
    let known = |name: &String| {
        name.contains('.') || table.column(name).is_some_and(|column| column.for_read)
    };
    let mut columns: Vec<String> = chosen.into_iter().filter(known).collect();
    if columns.is_empty() {
        columns.clone_from(&view.columns);
    }
    if let Some(name) = table.primary_name.as_deref() {
        columns.retain(|column| column != name);
        columns.insert(0, name.to_owned());
    }
    columns
}

/// The state of a list as forms send it: `state` is the query of its address.
fn state(sent: &Sent) -> Asking {
    let text = sent.get("state").map(String::as_str).unwrap_or_default();
    serde_html_form::from_str(text).unwrap_or_default()
}

/// Keeps a list as a view of one's own.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let mut asking = state(&sent);
    let views = Views::of(&place, table).await?;
    let view = views.choose(&place, table, &asking.view);
    views.remember(&view, &mut asking);
    let columns = shown(table, &view, &asking);
    let mut fetch = view.fetch(table, &asking, &columns);
    fetch.total_record_count = false;
    let name = sent.get("name").map(|name| name.trim()).unwrap_or_default();
    let name: String = if name.is_empty() { view.name.clone() } else { name.to_owned() };
    let layout = View {
        id: Uuid::nil(),
        table: table.logical.clone(),
        labels: Labels::none(),
        kind: ViewKind::Public,
        default: false,
        fetch: String::new(),
        columns: columns.into_iter().map(|name| ViewColumn { name, width: 150 }).collect(),
        custom: true,
    };
    let mut entry = Entry::of("userquery")
        .text("name", name.chars().take(200).collect::<String>())
        .text("fetchxml", fetch.to_string())
        .text("layoutxml", layout.layout_xml(table))
        .text("columnsetxml", asking.chart.clone());
    let own = sent.contains_key("over").then_some(view.id).flatten().filter(|_| view.personal);
    let operation = if let Some(id) = own {
        let (key, condition) = (RowKey::Id(id), records::Condition::Present);
        Operation::Update(Update { key, entry, condition })
    } else {
        entry = entry
            .text("returnedtypecode", table.logical.clone())
            .with("querytype", Value::Whole(PERSONAL));
        Operation::Create(entry)
    };
    let made = place.session.run(vec![operation]).await.map_err(|failure| failure.error)?;
    let id = made.first().map(|made| made.id.to_string()).unwrap_or_default();
    let to = Asking { view: id, ..Asking::default() }.href(&place, table);
    Ok(answer::back_with(&visit.context, &to, "web-records.view-saved"))
}

/// Throws a view of one's own away.
pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table, view)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    Form(_): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let row = Reference::id("userquery", view);
    let delete = Operation::Delete(Delete { row, condition: records::Condition::Present });
    place.session.run(vec![delete]).await.map_err(|failure| failure.error)?;
    let to = Asking::default().href(&place, table);
    Ok(answer::back_with(&visit.context, &to, "web-records.view-deleted"))
}

/// Changes which columns a person sees in a view, and keeps it where the person may.
pub(crate) async fn columns(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let mut asking = state(&sent);
    let views = Views::of(&place, table).await?;
    let view = views.choose(&place, table, &asking.view);
    views.remember(&view, &mut asking);
    let mut columns = shown(table, &view, &asking);
    let wanted = sent.get("do").map(String::as_str).unwrap_or_default();
    let (verb, name) = wanted.split_once(':').unwrap_or((wanted, ""));
    let named = sent.get("column").map(String::as_str).unwrap_or_default();
    match verb {
        "add" if table.column(named).is_some() && !columns.iter().any(|it| it == named) => {
            columns.push(named.to_owned());
        }
        "remove" => columns.retain(|column| column != name),
        "left" | "right" => {
            if let Some(at) = columns.iter().position(|column| column == name) {
                let to = if verb == "left" { at.saturating_sub(1) } else { at + 1 };
                // the name stays where it is
                if at > 0 && to > 0 && to < columns.len() {
                    columns.swap(at, to);
                }
            }
        }
        "reset" => columns.clear(),
        _ => {}
    }
    asking.cols = columns.join(",");
    if verb == "reset" {
        asking.chart.clear();
    }
    let is_kept = keep(&place, table, (&views, &view), &asking).await?;
    let to = asking.with(&place, table, |asking| {
        if is_kept {
            asking.cols.clear();
        }
        "columns".clone_into(&mut asking.panel);
    });
    Ok(answer::back_with(&visit.context, &to, "saved"))
}

/// Keeps how a person sees a view; whether that could be done.
async fn keep(
    place: &Place,
    table: &Table,
    (views, view): (&Views, &Chosen),
    asking: &Asking,
) -> Result<bool, Problem> {
    if !may_keep(place) {
        return Ok(false);
    }
    let known = views.layout(view.id).map(|one| one.id);
    let id = view.id.map(|id| id.to_string()).unwrap_or_default();
    let entry = Entry::of("userquery")
        .text("name", view.name.chars().take(200).collect::<String>())
        .text("columnsetxml", format!("{id}|{}|{}", asking.cols, asking.chart));
    let condition = records::Condition::Present;
    let operation = match (known, asking.cols.is_empty() && asking.chart.is_empty()) {
        (Some(known), true) => {
            Operation::Delete(Delete { row: Reference::id("userquery", known), condition })
        }
        (Some(known), false) => {
            Operation::Update(Update { key: RowKey::Id(known), entry, condition })
        }
        (None, true) => return Ok(true),
        (None, false) => Operation::Create(
            entry
                .text("returnedtypecode", table.logical.clone())
                .with("querytype", Value::Whole(LAYOUT)),
        ),
    };
    place.session.run(vec![operation]).await.map_err(|failure| failure.error)?;
    Ok(true)
}

/// Keeps the chart of a view for the reader.
pub(crate) async fn chart(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let mut asking = state(&sent);
    let views = Views::of(&place, table).await?;
    let view = views.choose(&place, table, &asking.view);
    views.remember(&view, &mut asking);
    keep(&place, table, (&views, &view), &asking).await?;
    let to = asking.with(&place, table, |_| {});
    Ok(answer::back_with(&visit.context, &to, "saved"))
}

/// What asks for the rows: the query of a fetch, for the reader and where the reader is.
pub(crate) fn query(
    place: &Place,
    frame: &Frame,
    fetch: &Fetch,
) -> Result<queries::Query, Problem> {
    let (model, access) = (place.session.model(), place.session.access());
    let moment = queries::Moment { zone: frame.zone.clone(), ..queries::Moment::utc(frame.now) };
    let caller = queries::Caller { access, moment: &moment, names: true };
    let fetched = queries::from_fetch(model, fetch, &caller).map_err(records::Error::from)?;
    Ok(fetched.query)
}
