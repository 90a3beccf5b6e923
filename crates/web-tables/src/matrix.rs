//! What a security role lets its holders do, as a matrix of tables and privileges.

mod change;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{RoleChange, RolePrivilege};
use serde::Deserialize;
use tables::{
    Table,
    baseline::{Baseline, Set},
};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer, html, parts};

use self::change::{Levels, MISCELLANEOUS, Step, depth_of};
use crate::{
    parts::{Dialog, Page, Sent, value},
    place::Place,
    roles::described,
    rows::{Ask, Row},
};

/// Which rows are shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    q: String,
    /// `assigned`, `standard`, `custom` or all.
    #[serde(default)]
    kind: String,
}

/// A cell: the level, and whether levels between none and all exist; none where there is no such privilege.
type Cell = Option<(u8, bool)>;

#[derive(Debug)]
struct Line {
    key: String,
    name: String,
    custom: bool,
    assigned: bool,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Switch {
    name: &'static str,
    label: String,
    what: String,
    on: bool,
}

/// The matrix.
#[derive(Debug, Template)]
#[template(path = "matrix.html")]
struct Matrix {
    frame: Frame,
    action: String,
    seen: u64,
    asking: Asking,
    verbs: Vec<(String, String)>,
    /// The names of the levels, and what they mean.
    levels: Vec<(String, String)>,
    lines: Vec<Line>,
    switches: Vec<Switch>,
    wrong: Option<(String, String)>,
    fixed: bool,
}

/// What is about to change, before it does.
#[derive(Debug, Template)]
#[template(path = "review.html")]
struct Review {
    frame: Frame,
    action: String,
    back: String,
    hidden: Vec<(String, String)>,
    held: String,
    own: bool,
    given: usize,
    taken: usize,
    steps: Vec<Shown>,
}

/// A change as people read it.
#[derive(Debug)]
struct Shown {
    table: String,
    verb: String,
    before: (u8, String),
    after: (u8, String),
    risky: bool,
}

/// A role with what is in it.
struct Role {
    row: Row,
    held: Vec<RolePrivilege>,
}

impl Role {
    async fn of(place: &Place, id: Uuid) -> Result<Self, Problem> {
        let columns = ["name", "description", "businessunitid"];
        let row = Ask::of("role", &columns).one(&place.session, id).await?;
        let held = place.session.role_privileges(id).await?;
        Ok(Self { row, held })
    }

    /// The role that may do everything, which nobody changes.
    fn is_fixed(&self) -> bool {
        let shipped = &Baseline::of(&[Set::Core]).roles;
        shipped.iter().any(|role| role.all && role.id == self.row.id)
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, role)): Path<(EnvironmentId, Uuid)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let role = Role::of(&place, role).await?;
    let levels = Levels::of(place.session.model(), &role.held);
    let page = shown(&place, &role, (&levels, &levels), &asking, None);
    Ok(answer::page(&page.await?))
}

/// Keeps the matrix as one change; what is dangerous is shown first.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, id)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let role = Role::of(&place, id).await?;
    let model = place.session.model();
    let before = Levels::of(model, &role.held);
    let after = before.sent(model, &sent);
    let steps = before.steps(model, &after);
    let asking = Asking { q: value(&sent, "q").to_owned(), kind: value(&sent, "kind").to_owned() };
    let mut to = place.href(&format!("/roles/{id}"));
    if !asking.kind.is_empty() {
        to = format!("{to}?kind={}", html::query_value(&asking.kind));
    }
    if steps.is_empty() {
        return Ok(answer::back_with(&context, &to, "web-tables.nothing"));
    }
    let seen: Option<u64> = value(&sent, "seen").parse().ok();
    let current = records::fingerprint(&role.held);
    if seen.is_some_and(|seen| seen != current) {
        let wrong = (place.say("role-changed"), place.say("role-changed-what"));
        let page = shown(&place, &role, (&before, &after), &asking, Some(wrong)).await?;
        return Ok(answer::page_with(StatusCode::CONFLICT, &page));
    }
    if value(&sent, "confirmed").is_empty() && steps.iter().any(|step| step.risky(model)) {
        return Ok(answer::page(&review(&place, &role, (&steps, current), &asking).await?));
    }
    let (give, take): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| step.after > 0);
    let change = RoleChange {
        add: give.iter().filter_map(|step| Some((step.privilege, depth_of(step.after)?))).collect(),
        remove: take.iter().map(|step| step.privilege).collect(),
        seen: Some(current),
    };
    match place.session.change_privileges(id, change).await {
        Ok(()) => Ok(answer::back_with(&context, &to, "web-tables.role-saved")),
        Err(
            error @ (records::Error::Refused { .. }
            | records::Error::Escalation
            | records::Error::VersionMismatch),
        ) => {
            let wrong = parts::told(&place.frame, &error);
            let page = shown(&place, &role, (&before, &after), &asking, Some(wrong)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// How many people and teams hold a role, and whether the reader is among them.
async fn holders(place: &Place, role: Uuid) -> Result<(Vec<Row>, Vec<Row>), Problem> {
    let people = Ask::of("systemuser", &["fullname"]);
    let people = people.behind("role", "systemuserroles_association", role);
    let teams = Ask::of("team", &["name"]).behind("role", "teamroles_association", role);
    Ok((people.all(&place.session).await?, teams.all(&place.session).await?))
}

async fn review(
    place: &Place,
    role: &Role,
    (steps, seen): (&[Step], u64),
    asking: &Asking,
) -> Result<Review, Problem> {
    let (people, teams) = holders(place, role.row.id).await?;
    let model = place.session.model();
    let level = |level: u8| (level, place.say(&format!("depth-{level}")));
    let one = |step: &Step| Shown {
        table: match step.table.as_deref().and_then(|name| model.table(name)) {
            Some(table) => place.plural(table),
            None => place.say("privileges-other"),
        },
        verb: match step.verb {
            Some(at) => place.say(&format!("verb-{at}")),
            None => place.say(&key(&step.name)),
        },
        before: level(step.before),
        after: level(step.after),
        risky: step.risky(model),
    };
    let mut hidden: Vec<(String, String)> =
        steps.iter().map(|step| (step.field(), step.sent())).collect();
    hidden.push(("seen".to_owned(), seen.to_string()));
    hidden.push(("confirmed".to_owned(), "yes".to_owned()));
    hidden.push(("q".to_owned(), asking.q.clone()));
    hidden.push(("kind".to_owned(), asking.kind.clone()));
    let title = place.say1("review-of", "name", &described(place, &role.row).0);
    let to = place.href(&format!("/roles/{}", role.row.id));
    let own = people.iter().any(|row| row.id == place.session.user());
    let held = place.frame.say_with(
        "web-tables.role-held",
        &[
            ("people", i64::try_from(people.len()).unwrap_or(i64::MAX).into()),
            ("teams", i64::try_from(teams.len()).unwrap_or(i64::MAX).into()),
        ],
    );
    let taken = steps.iter().filter(|step| step.after < step.before).count();
    Ok(Review {
        frame: place.at("roles", title).back_to(&to),
        action: to.clone(),
        back: to,
        hidden,
        held,
        own,
        given: steps.len() - taken,
        taken,
        steps: steps.iter().map(one).collect(),
    })
}

/// The page of a role: `stored` is what is in it, `levels` what the form shows.
async fn shown(
    place: &Place,
    role: &Role,
    (stored, levels): (&Levels, &Levels),
    asking: &Asking,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let name = role.row.text("name");
    let href = place.href(&format!("/roles/{}", role.row.id));
    let (people, teams) = holders(place, role.row.id).await?;
    let held = place.frame.say_with(
        "web-tables.role-held",
        &[
            ("people", i64::try_from(people.len()).unwrap_or(i64::MAX).into()),
            ("teams", i64::try_from(teams.len()).unwrap_or(i64::MAX).into()),
        ],
    );
    let matrix = Matrix {
        frame: place.frame.clone(),
        action: href.clone(),
        seen: records::fingerprint(&role.held),
        asking: asking.clone(),
        verbs: (0..8)
            .map(|at| (place.say(&format!("verb-{at}")), place.say(&format!("verb-{at}-what"))))
            .collect(),
        levels: (0..5)
            .map(|at| (place.say(&format!("depth-{at}")), place.say(&format!("depth-{at}-what"))))
            .collect(),
        lines: lines(place, stored, levels, asking),
        switches: MISCELLANEOUS
            .iter()
            .map(|name| Switch {
                name,
                label: place.say(&key(name)),
                what: place.say(&format!("{}-what", key(name))),
                on: levels.has(name),
            })
            .collect(),
        wrong,
        fixed: role.is_fixed(),
    };
    let (title, what, _) = described(place, &role.row);
    let intro = format!("{what} {held}").trim().to_owned();
    let mut page = Page::new(place, "roles", title)
        .under(place.href("/roles"), place.say("part-roles"))
        .intro(intro);
    page.script = Some("matrix.js");
    let copied = place.say1("copy-of", "name", name);
    let copy = Dialog {
        frame: place.frame.clone(),
        id: "copy",
        title: place.say1("role-copy-of", "name", name),
        action: format!("{href}/copy"),
        button: place.say("copy"),
        danger: false,
        what: place.say("role-copy-what"),
        lines: Vec::new(),
        fields: vec![Field::text("name", place.say("name")).value(copied).required().max(100)],
        seen: None,
    };
    page = page.asking(("copy", place.say("copy")), &copy);
    if !role.is_fixed() {
        let rename = Dialog {
            id: "settings",
            title: place.say("role-settings"),
            action: format!("{href}/settings"),
            button: place.say("save"),
            what: String::new(),
            fields: vec![
                Field::text("name", place.say("name")).value(name).required().max(100),
                Field::area("description", place.say("description"))
                    .value(role.row.text("description"))
                    .max(2000),
            ],
            ..copy
        };
        page = page.asking(("edit", place.say("rename")), &rename);
        let delete = Dialog::delete(place, name, format!("{href}/delete"));
        let delete = Dialog { lines: vec![held], ..delete }.what(place.say("role-delete-what"));
        page = page.asking(("delete", place.say("delete")), &delete);
    }
    Ok(page.block(Html::of(&matrix)))
}

fn lines(place: &Place, stored: &Levels, levels: &Levels, asking: &Asking) -> Vec<Line> {
    let words = asking.q.trim().to_lowercase();
    let model = place.session.model();
    let of = |table: &Table| Line {
        key: table.logical.clone(),
        name: place.plural(table),
        custom: table.custom,
        assigned: stored.any(model, table) || levels.any(model, table),
        cells: levels.cells(model, table),
    };
    let fits = |line: &Line| {
        let kind = match &*asking.kind {
            "assigned" => line.assigned,
            "standard" => !line.custom,
            "custom" => line.custom,
            _ => true,
        };
        kind && (words.is_empty()
            || line.name.to_lowercase().contains(&words)
            || line.key.contains(&words))
    };
    let mut lines: Vec<Line> = change::ruled(model).map(of).filter(fits).collect();
    kernel::sort_by_key(&mut lines, |line| line.name.to_lowercase());
    lines
}

impl Matrix {
    fn verb(&self, at: usize) -> &str {
        self.verbs.get(at).map_or("", |(name, _)| name)
    }
}

/// The text of a filter.
fn kind_key(kind: &str) -> &'static str {
    match kind {
        "assigned" => "web-tables.kind-assigned",
        "standard" => "web-tables.kind-standard",
        "custom" => "web-tables.kind-custom",
        _ => "web-tables.kind-all",
    }
}

/// The text that names a privilege which is no table's: `prvBulkDelete` is `privilege-bulk-delete`.
fn key(name: &str) -> String {
    let mut key = "privilege".to_owned();
    for c in name.strip_prefix("prv").unwrap_or(name).chars() {
        if c.is_ascii_uppercase() {
            key.push('-');
        }
        key.push(c.to_ascii_lowercase());
    }
    key
}
