//! What a record looks like to the hub: its name, its state, who may see it and why.

use std::collections::BTreeMap;

use kernel::{EnvironmentId, Scope, UserId};
use linking::{Link, Subject};
use queries::{Condition, Paging, Query, Verb as Right, query::Comparison};
use records::{Principal, Reference, RowKey, Rows, Session};
use tables::Value;
use uuid::Uuid;

use crate::{LinkingSync, Result, life::Record, members::plan::Reason};

/// Who may see a record, each with the first reason, and the teams that they are in for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Circle {
    pub(crate) people: BTreeMap<UserId, Reason>,
    pub(crate) teams: Vec<Uuid>,
    pub(crate) owner: Option<UserId>,
    /// More people than are looked at.
    pub(crate) cut: bool,
    /// How many are.
    most: usize,
}

impl Circle {
    /// Nobody, of at most so many.
    pub(crate) fn of(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    pub(crate) fn add(&mut self, user: Uuid, why: Reason) {
        if self.people.len() < self.most {
            self.people.entry(user.into()).or_insert(why);
        } else {
            self.cut = true;
        }
    }
}

/// The value of a column of the first row of an answer.
pub(crate) fn cell(rows: &Rows, column: &str) -> Result<Value> {
    let Some(row) = rows.rows.first() else { return Ok(Value::Null) };
    let shown = &rows.plan.shown.properties;
    let property =
        shown.iter().find(|one| one.column().is_some_and(|found| found.logical == column));
    Ok(property.map_or(Ok(Value::Null), |property| property.value(row))?)
}

impl LinkingSync {
    /// The record of a link as it is now; with who may see it where that is asked for. Views have neither.
    pub(crate) async fn record(
        &self,
        root: &Scope,
        link: &Link,
        with_people: bool,
    ) -> Result<(Record, Circle)> {
        let Subject::Record { environment, table, record } = &link.subject else {
            return Ok((self.view(root, link).await?, Circle::default()));
        };
        let session = self.session(root, *environment).await?;
        let Some(model) = session.model().table(table) else {
            return Ok((Record::Gone, Circle::default()));
        };
        let name = model.primary_name.clone();
        let wanted = ["ownerid", "statecode", "merged", "masterid"];
        let columns = wanted.into_iter().chain(name.as_deref());
        let columns: Vec<&str> = columns.filter(|name| model.column(name).is_some()).collect();
        let query = Query::of(model).select(columns)?;
        let Some(rows) = session.read(table, &RowKey::Id(*record), &query).await? else {
            return Ok((Record::Gone, Circle::default()));
        };
        if cell(&rows, "merged")? == Value::Boolean(true)
            && let Value::Row(into) = cell(&rows, "masterid")?
        {
            return Ok((Record::Merged { into: into.id }, Circle::default()));
        }
        let name = match name.as_deref().map(|name| cell(&rows, name)).transpose()? {
            Some(Value::Text(name)) => name,
            _ => String::new(),
        };
        let active = !matches!(cell(&rows, "statecode")?, Value::Whole(state) if state != 0);
        let seen = Record::There { name, active };
        if !with_people {
            return Ok((seen, Circle::default()));
        }
        let owner = match cell(&rows, "ownerid")? {
            Value::Row(row) => Some(row),
            _ => None,
        };
        let owner = owner.map(|row| {
            let team = session.model().table("team").is_some_and(|team| team.code == row.code);
            if team { Principal::Team(row.id) } else { Principal::User(row.id) }
        });
        let target = Reference::id(table.as_str(), *record);
        let circle = circle(&session, &target, (owner, self.limits().people_per_record)).await?;
        Ok((seen, circle))
    }

    async fn view(&self, root: &Scope, link: &Link) -> Result<Record> {
        let table = link.subject.own_table();
        let session = self.session(root, link.subject.environment()).await?;
        let there = || Record::There { name: link.subject_name.clone(), active: true };
        // views of everybody are definitions, not rows that a query finds
        if session.model().view(link.subject.id()).is_some() {
            return Ok(there());
        }
        let Some(model) = session.model().table(table) else { return Ok(Record::Gone) };
        let query = Query::of(model).select(["name"])?;
        let rows = session.read(table, &RowKey::Id(link.subject.id()), &query).await?;
        Ok(match rows.as_ref().map(|rows| cell(rows, "name")).transpose()? {
            Some(Value::Text(name)) => Record::There { name, active: true },
            Some(_) => there(),
            None => Record::Gone,
        })
    }

    pub(crate) async fn session(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Session> {
        Ok(self.parts.records.session_in(scope, environment).await?)
    }

    /// Whether somebody may read the record of a link, and may sign in at all.
    pub(crate) async fn reads(&self, root: &Scope, link: &Link, user: UserId) -> Result<bool> {
        if self.parts.scopes.person(root.tenant(), user).await?.is_none() {
            return Ok(false);
        }
        let session = self.session(root, link.subject.environment()).await?;
        let target = Reference::id(link.subject.table(), link.subject.id());
        Ok(may_read(&session, &target, user.uuid()).await)
    }
}

/// Whether somebody may read a row; who is not known in the environment may not.
async fn may_read(session: &Session, target: &Reference, user: Uuid) -> bool {
    let mask = session.principal_access(Principal::User(user), target).await;
    mask.is_ok_and(|mask| mask & Right::Read.mask() != 0)
}

/// Who owns a record or has it shared, teams taken apart, and may read it.
async fn circle(
    session: &Session,
    target: &Reference,
    (owner, most): (Option<Principal>, usize),
) -> Result<Circle> {
    let mut circle = Circle { most, ..Circle::default() };
    match owner {
        Some(Principal::User(user)) => {
            circle.owner = Some(user.into());
            circle.add(user, Reason::Owner);
        }
        Some(Principal::Team(team)) => {
            circle.teams.push(team);
            for user in members(session, team, most).await? {
                circle.add(user, Reason::OwningTeam);
            }
        }
        None => {}
    }
    for (principal, mask) in session.shared_principals(target).await? {
        if mask & Right::Read.mask() == 0 {
            continue;
        }
        match principal {
            Principal::User(user) => circle.add(user, Reason::Shared),
            Principal::Team(team) => {
                circle.teams.push(team);
                for user in members(session, team, most).await? {
                    circle.add(user, Reason::SharedTeam);
                }
            }
        }
    }
    circle.teams.sort_unstable();
    circle.teams.dedup();
    let mut without = Vec::new();
    for user in circle.people.keys() {
        if !may_read(session, target, user.uuid()).await {
            without.push(*user);
        }
    }
    for user in without {
        circle.people.remove(&user);
    }
    Ok(circle)
}

/// The members of a team of the environment.
async fn members(session: &Session, team: Uuid, most: usize) -> Result<Vec<Uuid>> {
    let Some(table) = session.model().table("teammembership") else { return Ok(Vec::new()) };
    let query = Query::of(table).select(["systemuserid"])?;
    let field = query.field("teamid")?;
    let query = query.and(Condition::Compare(field, Comparison::Equal, db::Value::Uuid(team)));
    let size = u32::try_from(most).unwrap_or(u32::MAX);
    let rows = session.query(&query, &Paging::first(size)).await?;
    let mut people = Vec::with_capacity(rows.rows.len());
    for row in &rows.rows {
        for property in &rows.plan.shown.properties {
            let is_it = property.column().is_some_and(|column| column.logical == "systemuserid");
            if let (true, Value::Guid(user)) = (is_it, property.value(row)?) {
                people.push(user);
            }
        }
    }
    Ok(people)
}
