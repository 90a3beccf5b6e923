//! Who may do what with a record: its owner, those it is shared with, and what anybody may.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use queries::Verb;
use records::{Principal, Reference};
use tables::{RowRef, Value};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer, parts};

use crate::{
    actions,
    bulk::principal,
    form::{Form, Mistakes, Sent},
    found::Found,
    lookup,
    place::{Place, may},
    record,
};

/// The rights that can be given.
const GIVEN: [Verb; 7] = [
    Verb::Read,
    Verb::Write,
    Verb::Append,
    Verb::AppendTo,
    Verb::Assign,
    Verb::Share,
    Verb::Delete,
];

/// Somebody that a record is shared with.
#[derive(Debug)]
struct Share {
    name: String,
    /// How its picture is cut.
    shape: &'static str,
    rights: Vec<String>,
    key: String,
}

/// The rights as boxes to tick.
#[derive(Debug, Template)]
#[template(path = "rights.html")]
struct Rights<'a> {
    frame: &'a Frame,
    rights: Vec<(&'static str, String, bool)>,
}

/// The tab.
#[derive(Debug, Template)]
#[template(path = "access.html")]
struct Access<'a> {
    frame: &'a Frame,
    owner: crate::shown::Cell,
    shares: Vec<Share>,
    may_share: bool,
    person: Html,
    ticks: Html,
    action: String,
    /// Whose rights were asked for, and which they are.
    asked: Option<(String, Vec<String>)>,
    who: String,
    suggest: String,
    wrong: bool,
}

/// The name of a right.
fn right(frame: &Frame, verb: Verb) -> String {
    frame.say(&format!("web-records.right-{}", verb.name().to_lowercase()))
}

/// The rights of a mask in words.
fn rights(frame: &Frame, mask: i64) -> Vec<String> {
    let given = GIVEN.into_iter().filter(|verb| mask & verb.mask() != 0);
    given.map(|verb| right(frame, verb)).collect()
}

/// The rights as boxes to tick: reading is ticked.
pub(crate) fn ticks(frame: &Frame) -> Html {
    let rights = GIVEN.into_iter();
    let rights = rights.map(|verb| (verb.name(), right(frame, verb), verb == Verb::Read));
    Html::of(&Rights { frame, rights: rights.collect() })
}

/// The rights that were ticked.
pub(crate) fn mask(sent: &Sent) -> i64 {
    let ticked = GIVEN.into_iter();
    let ticked = ticked.filter(|verb| sent.contains_key(&format!("right-{}", verb.name())));
    ticked.map(Verb::mask).sum()
}

/// The field for a person or a team.
pub(crate) fn person(form: &Form<'_>) -> Html {
    let (held, mistakes) = (Sent::new(), Mistakes::new());
    let Some(owner) = form.table.column("ownerid") else { return Html::default() };
    let mut owner = owner.clone();
    let word = form.frame.say("web-records.person-or-team");
    owner.labels = tables::Labels::both(word.clone(), word);
    form.input(&owner, &held, &mistakes)
}

/// The tab of who may do what.
pub(crate) async fn tab(form: &Form<'_>, found: &Found, who: &str) -> Result<Html, Problem> {
    let (place, table, frame) = (form.place, form.table, form.frame);
    let row = Reference::id(&table.logical, found.id);
    let mut shares = Vec::new();
    for (to, mask) in place.session.shared_principals(&row).await? {
        let of = place.session.model().table(to.table());
        let name = match of {
            Some(of) => lookup::row_name(place, of, to.id()).await,
            None => None,
        };
        shares.push(Share {
            name: name.unwrap_or_else(|| frame.say("web-records.somebody")),
            shape: if matches!(to, Principal::Team(_)) { "square" } else { "" },
            rights: rights(frame, mask),
            key: format!("{}:{}", to.table(), to.id()),
        });
    }
    let mut asked = None;
    let who = who.trim();
    if let Some(owner) = table.column("ownerid").filter(|_| !who.is_empty())
        && let Ok(Value::Row(RowRef { code, id })) = lookup::resolve(place, owner, (who, "")).await
    {
        let mask = place.session.principal_access(principal(place, code, id), &row).await?;
        asked = Some((who.to_owned(), rights(frame, mask)));
    }
    Ok(Html::of(&Access {
        frame,
        owner: found.cell(form, "ownerid"),
        shares,
        may_share: may(&place.session, table, Verb::Share),
        person: person(form),
        ticks: ticks(frame),
        action: record::address(place, table, found.id),
        wrong: !who.is_empty() && asked.is_none(),
        asked,
        who: who.to_owned(),
        suggest: place.href(&format!("/lookup?table={}&column=ownerid", table.logical)),
    }))
}

/// Shares a record, or shares it otherwise.
pub(crate) async fn share(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Share)?;
    let to = format!("{}?tab=access", record::address(&place, table, record));
    let Some(Value::Row(RowRef { code, id })) = actions::owner(&place, table, &sent).await? else {
        return Ok(answer::back_with(&visit.context, &to, "web-records.nobody"));
    };
    let row = Reference::id(&table.logical, record);
    let mask = mask(&sent);
    place.session.modify_access(&row, principal(&place, code, id), mask).await?;
    Ok(answer::back_with(&visit.context, &to, "web-records.shared"))
}

/// Takes a share back.
pub(crate) async fn revoke(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Share)?;
    let to = format!("{}?tab=access", record::address(&place, table, record));
    let from = sent.get("from").map(String::as_str).and_then(parts::filled);
    let from = from.as_deref().and_then(|from| from.split_once(':'));
    let from = from.and_then(|(table, id)| Some((table, id.parse::<Uuid>().ok()?)));
    let from = match from {
        Some(("team", id)) => Principal::Team(id),
        Some(("systemuser", id)) => Principal::User(id),
        _ => return Ok(answer::back_with(&visit.context, &to, "web-records.nothing")),
    };
    place.session.revoke(&Reference::id(&table.logical, record), from).await?;
    Ok(answer::back_with(&visit.context, &to, "web-records.revoked"))
}
