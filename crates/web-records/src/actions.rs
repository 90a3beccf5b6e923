//! What people do with a record beside filling in its form: close a sale, qualify a lead, resolve a case, hand it over.

use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use queries::Verb;
use records::{Condition, Entry, Operation, Qualify, RowKey, Update};
use tables::{ColumnKind, StatusOption, Table, Value};
use uuid::Uuid;
use web_frame::{App, Field, Html, Visit, answer};

use crate::{
    form::{Form, Mistakes, Sent},
    found::Found,
    lookup::{self, Unclear},
    place::{Place, may},
    record,
};

/// One action: a button that opens a small form.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) id: &'static str,
    pub(crate) label: String,
    pub(crate) icon: &'static str,
    pub(crate) primary: bool,
    pub(crate) what: String,
    pub(crate) address: String,
    pub(crate) inputs: Vec<Html>,
}

/// The actions on a record as it is.
pub(crate) fn of(form: &Form<'_>, found: &Found) -> Vec<Action> {
    let (table, frame) = (form.table, form.frame);
    let address = record::address(form.place, table, found.id);
    let mut all = Vec::new();
    let mut add = |id: &'static str, icon, primary, inputs: Vec<Html>| {
        let place = match id {
            "qualify" => "qualify",
            "assign" => "assign",
            _ => "status",
        };
        all.push(Action {
            id,
            label: frame.say(&format!("web-records.do-{id}")),
            icon,
            primary,
            what: frame.say(&format!("web-records.do-{id}-what")),
            address: format!("{address}/{place}"),
            inputs: inputs.iter().map(|input| apart(input, id)).collect(),
        });
    };
    let open = found.is_open(table);
    let reasons = |state: i32| reason(form, |option| option.state == state);
    match (&*table.logical, open) {
        ("opportunity", true) => {
            let mut inputs = vec![reasons(1)];
            let no_mistakes = Mistakes::new();
            let mut held = Sent::new();
            let today = frame.now.to_zoned(frame.zone.clone()).date().to_string();
            held.insert("actualclosedate".to_owned(), today);
            let value = found.values.get("estimatedvalue").cloned().unwrap_or_default();
            held.insert("actualvalue".to_owned(), value);
            for name in CLOSING {
                if let Some(column) = table.column(name) {
                    inputs.push(form.input(column, &held, &no_mistakes));
                }
            }
            add("win", "check-circle", true, inputs);
            add("lose", "dismiss", false, vec![reasons(2)]);
        }
        ("lead", true) => {
            let tick = |name: &str| {
                let label = frame.say(&format!("web-records.make-{name}"));
                Field::check(name, label, true).html()
            };
            let made = ["account", "contact", "opportunity"].into_iter();
            let made = made.filter(|name| {
                let table = form.place.session.model().table(name);
                table.is_some_and(|table| may(&form.place.session, table, Verb::Create))
            });
            add("qualify", "check-circle", true, made.map(tick).collect());
            add("disqualify", "dismiss", false, vec![reasons(2)]);
        }
        ("incident", true) => {
            add("resolve", "check-circle", true, vec![reasons(1)]);
        }
        ("task" | "phonecall" | "appointment" | "email", true) => {
            add("complete", "check-circle", true, vec![reasons(1)]);
        }
        ("opportunity" | "lead" | "incident", false) => {
            add("reopen", "replay", false, vec![reasons(0)]);
        }
        _ => {}
    }
    if let Some(ColumnKind::Status { options }) = table.status().map(|status| &status.kind)
        && options.len() > 1
    {
        add("status", "rotate", false, vec![reason(form, |_| true)]);
    }
    if table.ownership == tables::Ownership::User
        && may(&form.place.session, table, Verb::Assign)
        && let Some(owner) = table.column("ownerid")
    {
        let (held, mistakes) = (Sent::new(), Mistakes::new());
        add("assign", "person", false, vec![form.input(owner, &held, &mistakes)]);
    }
    all
}

/// A field with identifiers of its own: the same field stands in several small forms of a page.
fn apart(input: &Html, id: &str) -> Html {
    let mut markup = input.as_str().to_owned();
    for begin in ["id=\"", "for=\"", "list=\""] {
        for kind in ["f-", "l-"] {
            markup = markup.replace(&format!("{begin}{kind}"), &format!("{begin}{kind}{id}-"));
        }
    }
    Html::trusted(markup)
}

/// The reasons for a state as a field.
fn reason(form: &Form<'_>, fits: impl Fn(&StatusOption) -> bool) -> Html {
    let Some(ColumnKind::Status { options }) = form.table.status().map(|status| &status.kind)
    else {
        return Html::default();
    };
    let language = form.place.language;
    let options = options.iter().filter(|option| fits(option));
    let options =
        options.map(|option| (option.value.to_string(), option.labels.text(language).to_owned()));
    Field::select("status", form.frame.say("web-records.reason"), options).html()
}

/// What the form of a closed sale asks for besides.
const CLOSING: [&str; 2] = ["actualvalue", "actualclosedate"];

/// The state and reason of a reason, as values of an entry.
pub(crate) fn states(table: &Table, status: i64) -> Option<Vec<(String, Value)>> {
    let (state, reason) = (table.state()?, table.status()?);
    let ColumnKind::Status { options } = &reason.kind else { return None };
    let option = options.iter().find(|option| i64::from(option.value) == status)?;
    Some(vec![
        (state.logical.clone(), Value::Whole(i64::from(option.state))),
        (reason.logical.clone(), Value::Whole(status)),
    ])
}

/// Gives a record another state.
pub(crate) async fn status(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let status = sent.get("status").and_then(|text| text.parse().ok());
    let mut entry = Entry::of(&table.logical);
    entry.values = status.and_then(|status| states(table, status)).unwrap_or_default();
    let mut form = Form::new(&place, &visit.frame, table, false);
    for name in CLOSING {
        form.only = Some(name);
        // what cannot be read is left as it is: the record shows it, and it can be mended there
        if let Ok(values) = form.read(&sent, &Sent::new()).await? {
            entry.values.extend(values);
        }
    }
    let back = back(&place, table, record, &sent);
    if entry.values.is_empty() {
        return Ok(answer::back_with(&visit.context, &back, "web-records.nothing"));
    }
    let key = RowKey::Id(record);
    let update = Update { key, entry, condition: Condition::Present };
    place.session.run(vec![Operation::Update(update)]).await.map_err(|failure| failure.error)?;
    Ok(answer::back_with(&visit.context, &back, "saved"))
}

/// Where a form leads back to: a page of our own, else the record.
pub(crate) fn back(place: &Place, table: &Table, record: Uuid, sent: &Sent) -> String {
    let asked = sent.get("back").filter(|to| web_frame::is_own(to));
    asked.cloned().unwrap_or_else(|| record::address(place, table, record))
}

/// Gives a record to somebody else.
pub(crate) async fn assign(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Assign)?;
    let to = record::address(&place, table, record);
    let Some(owner) = owner(&place, table, &sent).await? else {
        return Ok(answer::back_with(&visit.context, &to, "web-records.nobody"));
    };
    let entry = Entry::of(&table.logical).with("ownerid", owner);
    let update = Update { key: RowKey::Id(record), entry, condition: Condition::Present };
    place.session.run(vec![Operation::Update(update)]).await.map_err(|failure| failure.error)?;
    // who gives a record away may not see it any more
    let form = Form::new(&place, &visit.frame, table, false);
    let seen = Found::of(&place, &form, record).await.is_ok();
    let to = if seen { to } else { place.href(&format!("/{}", table.logical)) };
    Ok(answer::back_with(&visit.context, &to, "web-records.assigned"))
}

/// The person or team that a form names as owner.
pub(crate) async fn owner(
    place: &Place,
    table: &Table,
    sent: &Sent,
) -> Result<Option<Value>, Problem> {
    let Some(column) = table.column("ownerid") else { return Ok(None) };
    let held = |name: &str| sent.get(name).map(String::as_str).unwrap_or_default();
    match lookup::resolve(place, column, (held("ownerid"), held("ownerid--row"))).await {
        Ok(value @ Value::Row(_)) => Ok(Some(value)),
        Err(Unclear::Broken(problem)) => Err(problem),
        _ => Ok(None),
    }
}

/// Makes of a lead an account, a contact and a sale, as one change.
pub(crate) async fn qualify(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, record).await?;
    if table.logical != "lead" || !found.is_open(table) {
        let to = record::address(&place, table, record);
        return Ok(answer::back_with(&visit.context, &to, "web-records.nothing"));
    }
    let wanted = Qualify {
        account: sent.contains_key("account"),
        contact: sent.contains_key("contact"),
        opportunity: sent.contains_key("opportunity"),
        ..Qualify::default()
    };
    let made = place.session.qualify(record, &wanted).await?;
    let to = match made.iter().find(|one| one.table == "opportunity") {
        Some(sale) => place.href(&format!("/opportunity/{}", sale.id)),
        None => record::address(&place, table, record),
    };
    Ok(answer::back_with(&visit.context, &to, "web-records.qualified"))
}
