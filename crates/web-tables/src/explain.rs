//! Why somebody may do something with a table or a row, or why not.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use records::{Principal, Reference};
use serde::Deserialize;
use tables::{
    Table,
    baseline::{Verb, privilege_id, privilege_name, ruled_by, verbs_of},
};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer};

use crate::{
    parts::{Note, Page},
    people::{person_href, roles_of},
    place::Place,
    roles::described,
    rows::{Ask, Row},
};

/// What is asked about.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    table: String,
    #[serde(default)]
    row: String,
}

/// A role that somebody has, and by which way.
struct Way {
    role: Row,
    /// The team that gives it.
    team: Option<Row>,
    levels: [u8; 8],
}

/// One line of the explanation of a table.
#[derive(Debug)]
struct Line {
    name: String,
    href: String,
    way: String,
    levels: Vec<Option<u8>>,
}

/// What holds for one row.
#[derive(Debug)]
struct Verdict {
    verb: String,
    may: bool,
    why: String,
}

#[derive(Debug, Template)]
#[template(path = "why.html")]
struct Why {
    frame: Frame,
    action: String,
    table: Field,
    row: Field,
    asked: bool,
    verbs: Vec<String>,
    levels: Vec<String>,
    lines: Vec<Line>,
    whole: Vec<Option<u8>>,
    of: String,
    ruled: Option<String>,
    verdicts: Vec<Verdict>,
    facts: Vec<(String, String)>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, person)): Path<(EnvironmentId, Uuid)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let columns = ["fullname", "isdisabled", "businessunitid", "internalemailaddress"];
    let who = Ask::of("systemuser", &columns).one(&place.session, person).await?;
    let model = place.session.model();
    let mut options: Vec<(String, String)> = model
        .tables()
        .iter()
        .filter(|table| !table.intersect && table.primary_name.is_some())
        .map(|table| (table.logical.clone(), place.plural(table)))
        .collect();
    kernel::sort_by_key(&mut options, |(_, name)| name.to_lowercase());
    options.insert(0, (String::new(), "—".to_owned()));
    let to = format!("{}/why", person_href(&place, person));
    let row = Field::text("row", place.say("why-row")).value(asking.row.trim());
    let mut why = Why {
        frame: place.frame.clone(),
        action: to.clone(),
        table: Field::select("table", place.say("table"), options).value(&asking.table),
        row: row.hint(place.say("why-row-hint")).max(200),
        asked: false,
        verbs: (0..8).map(|at| place.say(&format!("verb-{at}"))).collect(),
        levels: (0..5).map(|at| place.say(&format!("depth-{at}"))).collect(),
        lines: Vec::new(),
        whole: Vec::new(),
        of: String::new(),
        ruled: None,
        verdicts: Vec::new(),
        facts: Vec::new(),
    };
    let mut page = Page::new(&place, "people", who.text("fullname"))
        .under(place.href("/people"), place.say("part-people"))
        .intro(who.text("internalemailaddress").to_owned());
    page.tabs = vec![
        (person_href(&place, person), place.say("person-rights"), false),
        (to, place.say("why"), true),
    ];
    if who.flag("isdisabled") {
        let (title, what) = (place.say("why-disabled"), place.say("person-disabled-hint"));
        page = page.block(Note::html(&place, ("bad", "error"), title, what));
    }
    if let Some(table) = model.table(&asking.table).filter(|table| !table.intersect) {
        why.asked = true;
        why.of = place.plural(table);
        let ruling = ruled_by(model, table);
        if ruling.logical != table.logical {
            why.ruled = Some(place.plural(ruling));
        }
        let ways = ways(&place, &who, ruling).await?;
        let verbs = verbs_of(ruling);
        let mut whole = [0_u8; 8];
        for way in &ways {
            for (all, one) in whole.iter_mut().zip(way.levels) {
                *all = (*all).max(one);
            }
        }
        let shown = |levels: [u8; 8]| -> Vec<Option<u8>> {
            let all = Verb::ALL.into_iter().zip(levels);
            all.map(|(verb, level)| verbs.contains(&verb).then_some(level)).collect()
        };
        why.whole = shown(whole);
        why.lines = ways
            .iter()
            .map(|way| Line {
                name: described(&place, &way.role).0,
                href: place.href(&format!("/roles/{}?kind=assigned", way.role.id)),
                way: match &way.team {
                    Some(team) => place.say1("why-team", "team", team.text("name")),
                    None => place.say("why-own"),
                },
                levels: shown(way.levels),
            })
            .collect();
        if let Some(id) = row_of(&asking.row) {
            match of_row(&place, (table, id), (&who, whole)).await {
                Ok((facts, verdicts)) => (why.facts, why.verdicts) = (facts, verdicts),
                Err(records::Error::RowMissing { .. }) => {
                    why.row = why.row.error(place.say("why-no-row"));
                }
                Err(error) => return Err(error.into()),
            }
        } else if !asking.row.trim().is_empty() {
            why.row = why.row.error(place.say("why-bad-row"));
        }
    }
    Ok(answer::page(&page.block(Html::of(&why))))
}

/// The identifier of a row, or the last one in an address that was pasted.
fn row_of(text: &str) -> Option<Uuid> {
    text.trim().split(['/', '(', ')', '?', '#']).rev().find_map(|part| part.parse().ok())
}

/// The roles of a person with what each gives on a table.
async fn ways(place: &Place, who: &Row, table: &Table) -> Result<Vec<Way>, records::Error> {
    let mut held: Vec<(Row, Option<Row>)> =
        roles_of(place, "systemuser", who.id).await?.into_iter().map(|role| (role, None)).collect();
    let teams = Ask::of("team", &["name", "businessunitid"]);
    let teams = teams.behind("systemuser", "teammembership_association", who.id);
    for team in teams.all(&place.session).await? {
        for role in roles_of(place, "team", team.id).await? {
            held.push((role, Some(team.clone())));
        }
    }
    let model = place.session.model();
    let mut ways = Vec::with_capacity(held.len());
    for (role, team) in held {
        let privileges = place.session.role_privileges(role.id).await?;
        let level = |verb: Verb| {
            let id = privilege_id(&privilege_name(model, table, verb));
            let one = privileges.iter().find(|one| one.privilege == id);
            one.map_or(0, |one| u8::try_from(one.depth.code() + 1).unwrap_or(0))
        };
        ways.push(Way { levels: Verb::ALL.map(level), role, team });
    }
    Ok(ways)
}

type Explained = (Vec<(String, String)>, Vec<Verdict>);

/// What holds for one row: whose it is, with whom it is shared, and each right with its reason.
async fn of_row(
    place: &Place,
    (table, id): (&Table, Uuid),
    (who, levels): (&Row, [u8; 8]),
) -> Result<Explained, records::Error> {
    let target = Reference::id(&table.logical, id);
    let mask = place.session.principal_access(Principal::User(who.id), &target).await?;
    let columns: Vec<&str> = ["ownerid", "owningbusinessunit", "businessunitid"]
        .into_iter()
        .chain(table.primary_name.as_deref())
        .filter(|name| table.column(name).is_some())
        .collect();
    let row = Ask::of(&table.logical, &columns).one(&place.session, id).await?;
    let mut facts = Vec::new();
    let mut fact = |key: &str, text: &str| {
        if !text.is_empty() {
            facts.push((place.say(key), text.to_owned()));
        }
    };
    fact("why-record", row.text(table.primary_name.as_deref().unwrap_or_default()));
    fact("owner", row.name_of("ownerid"));
    fact("unit-of-row", row.name_of("owningbusinessunit"));
    fact("unit-of-person", who.name_of("businessunitid"));
    let owner = row.id_of("ownerid");
    let shares = match table.ownership {
        tables::Ownership::User if !table.is_union() => {
            place.session.shared_principals(&target).await?
        }
        _ => Vec::new(),
    };
    let teams = Ask::of("team", &["name"]);
    let teams = teams.behind("systemuser", "teammembership_association", who.id);
    let teams = teams.all(&place.session).await?;
    let mine = |id: Uuid| id == who.id || teams.iter().any(|team| team.id == id);
    let given: i64 = shares
        .iter()
        .filter(|(principal, _)| mine(principal.id()))
        .fold(0, |mask, (_, rights)| mask | rights);
    if given != 0 {
        fact("why-shared", &rights_of(place, given));
    }
    let verdicts = Verb::ALL
        .into_iter()
        .zip(levels)
        .enumerate()
        .filter(|(_, (verb, _))| *verb != Verb::Create)
        .map(|(at, (verb, level))| {
            let bit = i64::from(verb.mask());
            let may = mask & bit != 0;
            let key = match (may, level) {
                (false, 0) => "why-no-privilege",
                (false, _) => "why-out-of-reach",
                (true, 4) => "why-everything",
                (true, _) if owner.is_some_and(mine) => "why-owner",
                (true, _) if given & bit != 0 => "why-share",
                (true, 2 | 3) => "why-unit",
                (true, _) => "why-otherwise",
            };
            Verdict { verb: place.say(&format!("verb-{at}")), may, why: place.say(key) }
        })
        .collect();
    Ok((facts, verdicts))
}

fn rights_of(place: &Place, mask: i64) -> String {
    let held = Verb::ALL.into_iter().enumerate();
    let held = held.filter(|(_, verb)| mask & i64::from(verb.mask()) != 0);
    let words: Vec<String> = held.map(|(at, _)| place.say(&format!("verb-{at}"))).collect();
    words.join(", ")
}

impl Why {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as the template's macro passes it")]
    fn verb(&self, at: &usize) -> &str {
        self.verbs.get(*at).map_or("", String::as_str)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as the template's macro passes it")]
    fn level(&self, level: &u8) -> &str {
        self.levels.get(usize::from(*level)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_named_by_its_identifier_or_by_an_address() {
        let id = "0192d5b8-7f1c-7c3a-9f6e-1c2d3e4f5a6b";
        for text in [
            id.to_owned(),
            format!(" {id} "),
            format!("https://hub.example/records/{}/account/{id}", Uuid::nil()),
            format!("/environments/Sales/api/data/v9.2/accounts({id})?$select=name"),
        ] {
            assert_eq!(row_of(&text), id.parse().ok(), "{text}");
        }
        assert_eq!(row_of("Contoso"), None);
    }
}
