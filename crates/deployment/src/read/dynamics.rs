//! Dynamics 365, or the hub's own environment, as the administrator who asks.

use std::sync::Arc;

use crm::{Crm, Error as CrmError, Filter, Query, Record, Value};
use crm_connections::SystemKind;
use kernel::{Coded as _, Scope};

use super::{
    customise::described,
    salesforce::{AT_ONCE, LOOKED_AT, all, refused, shown, text},
};
use crate::{
    Deployment,
    facts::{Dynamics, Mailbox, Own, Reading, Seller},
};

impl Deployment {
    /// The CRM that who asks has chosen, if it is of this kind; what stands in the way as its code.
    pub(super) async fn elsewhere(
        &self,
        scope: &Scope,
        kind: SystemKind,
    ) -> Result<Option<Arc<dyn Crm>>, String> {
        if scope.user().is_none() {
            return Ok(None);
        }
        let code = |error: crm_connections::Error| error.code().name().to_owned();
        match self.0.crm.chosen(scope).await {
            Ok(system) if system.kind == kind => {}
            Ok(_) | Err(crm_connections::Error::Needed) => return Ok(None),
            Err(error) => return Err(code(error)),
        }
        self.0.crm.of(scope).await.map(Some).map_err(code)
    }

    pub(super) async fn dynamics(&self, scope: &Scope, own: &Own) -> Reading<Dynamics> {
        let found = match self.elsewhere(scope, SystemKind::Dataverse).await {
            Ok(None) => self.elsewhere(scope, SystemKind::Embedded).await,
            other => other,
        };
        match found {
            Ok(None) => Reading::Absent,
            Ok(Some(crm)) => {
                let mut found = match state(crm.as_ref(), &own.sellers).await {
                    Ok(found) => found,
                    Err(error) => return Reading::Refused(refused(&error)),
                };
                if let Some((id, forms, _)) = self.chosen_forms(scope, own).await {
                    found.described = described(crm.as_ref(), id, &forms).await.ok();
                }
                Reading::Read(found)
            }
            Err(code) => Reading::Refused(code),
        }
    }
}

/// Fields of a mailbox (`mailbox` of Dataverse).
const MAILBOX: [&str; 11] = [
    "name",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
    "actdeliverymethod",
    "emailrouteraccessapproval",
    "incomingemailstatus",
    "outgoingemailstatus",
    "actstatus",
    "emailserverprofile",
    "statecode",
    "emailaddress",
];

async fn state(crm: &dyn Crm, sellers: &[Seller]) -> Result<Dynamics, CrmError> {
    let mut found = Dynamics::default();
    let known: Vec<_> =
        sellers.iter().filter(|one| !one.address.is_empty()).take(LOOKED_AT).collect();
    found.asked = known.iter().map(|one| one.address.clone()).collect();
    if !known.is_empty() {
        let (mut boxes, mut people, mut tracks) =
            (Some(Vec::new()), Some(Vec::new()), Some(Vec::new()));
        for some in known.chunks(AT_ONCE) {
            let wanted: Vec<_> = some.iter().map(|one| Value::from(one.address.as_str())).collect();
            let of = |field: &str| Filter::OneOf(field.to_owned(), wanted.clone());
            let query = Query::of("mailbox", &MAILBOX).filter(of("emailaddress")).size(200);
            boxes = joined(boxes, all(crm, query).await?);
            let fields = ["internalemailaddress", "isdisabled", "fullname"];
            let query =
                Query::of("systemuser", &fields).filter(of("internalemailaddress")).size(200);
            let rows = all(crm, query).await?;
            let ids: Vec<_> = rows.iter().flatten().map(|row| Value::Row(row.at.clone())).collect();
            people = joined(people, rows);
            if !ids.is_empty() {
                let fields = ["systemuserid", "incomingemailfilteringmethod"];
                let own = Filter::OneOf("systemuserid".to_owned(), ids);
                let query = Query::of("usersettings", &fields).filter(own).size(200);
                tracks = joined(tracks, all(crm, query).await?);
            }
        }
        found.mailboxes = boxes.map(|rows| rows.iter().map(mailbox).collect());
        if let Some(people) = people {
            let each = people.iter().map(|row| {
                let enabled = row.values.get("isdisabled") == Some(&Value::Boolean(false));
                (text(row, "internalemailaddress").unwrap_or_default(), enabled)
            });
            found.users = Some(each.collect());
            found.tracking =
                tracks.map(|rows| rows.iter().filter_map(|row| tracking(row, &people)).collect());
            found.roles = roles(crm, &people).await?;
        }
    }
    found.search = switch(crm, "isexternalsearchindexenabled").await?;
    found.attachments = switch(crm, "isappointmentattachmentsyncenabled").await?;
    Ok(found)
}

/// Rows of one question behind those of the others; nothing where one of them cannot be seen.
fn joined(before: Option<Vec<Record>>, more: Option<Vec<Record>>) -> Option<Vec<Record>> {
    let mut before = before?;
    before.extend(more?);
    Some(before)
}

/// A switch of the organisation (`organization` of Dataverse). Each is asked for alone: who does not have one has the
/// others.
async fn switch(crm: &dyn Crm, name: &str) -> Result<Option<bool>, CrmError> {
    let query = Query::of("organization", &[name]).size(1);
    let page = shown(crm.query(&query).await)?;
    let value =
        page.and_then(|page| page.records.first().and_then(|row| row.values.get(name).cloned()));
    Ok(match value {
        Some(Value::Boolean(on)) => Some(on),
        _ => None,
    })
}

/// Pairs of a table that joins two others; nothing where it cannot be seen.
async fn pairs(
    crm: &dyn Crm,
    (table, first, second): (&str, &str, &str),
    filter: Option<Filter>,
) -> Result<Option<Vec<(String, String)>>, CrmError> {
    let mut query = Query::of(table, &[first, second]).size(200);
    if let Some(filter) = filter {
        query = query.filter(filter);
    }
    let id = |row: &Record, name: &str| match row.values.get(name)? {
        Value::Id(id) => Some(id.0.clone()),
        Value::Row(row) => Some(row.id.0.clone()),
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let Some(rows) = all(crm, query).await? else { return Ok(None) };
    Ok(Some(rows.iter().filter_map(|row| Some((id(row, first)?, id(row, second)?))).collect()))
}

/// The roles of sellers, their own and those of their teams (`systemuserroles`, `teamroles`).
async fn roles(
    crm: &dyn Crm,
    people: &[Record],
) -> Result<Option<Vec<(String, Vec<String>, bool)>>, CrmError> {
    // each business unit has every role once more
    let Some(names) = all(crm, Query::of("role", &["name"]).size(200)).await? else {
        return Ok(None);
    };
    let name = |id: &String| {
        let found = names.iter().find(|row| row.at.id.0.eq_ignore_ascii_case(id));
        found.and_then(|row| text(row, "name"))
    };
    let (mut own, mut membership) = (Vec::new(), Some(Vec::new()));
    for some in people.chunks(AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|row| Value::Id(row.at.id.clone())).collect();
        let of = || Some(Filter::OneOf("systemuserid".to_owned(), ids.clone()));
        let found = pairs(crm, ("systemuserroles", "systemuserid", "roleid"), of()).await?;
        let Some(found) = found else { return Ok(None) };
        own.extend(found);
        let found = pairs(crm, ("teammembership", "systemuserid", "teamid"), of()).await?;
        membership = membership.zip(found).map(|(mut before, more)| {
            before.extend(more);
            before
        });
    }
    let teams = pairs(crm, ("teamroles", "teamid", "roleid"), None).await?;
    let whole = membership.is_some() && teams.is_some();
    let (membership, teams) = (membership.unwrap_or_default(), teams.unwrap_or_default());
    let of_person = |row: &Record| {
        let is = |id: &String| id.eq_ignore_ascii_case(&row.at.id.0);
        let direct = own.iter().filter(|(who, _)| is(who)).map(|(_, role)| role);
        let through = membership.iter().filter(|(who, _)| is(who)).flat_map(|(_, team)| {
            let of_team = teams.iter().filter(move |(one, _)| one.eq_ignore_ascii_case(team));
            of_team.map(|(_, role)| role)
        });
        let address = text(row, "internalemailaddress")?;
        Some((address, direct.chain(through).filter_map(name).collect(), whole))
    };
    Ok(Some(people.iter().filter_map(of_person).collect()))
}

fn number(row: &Record, name: &str) -> Option<i64> {
    match row.values.get(name)? {
        Value::Whole(number) => Some(*number),
        Value::Choice(text) => text.parse().ok(),
        _ => None,
    }
}

/// Delivery methods: 2 is server-side synchronisation for mail, 1 for appointments. Approval: 1 is approved. Status: 0 not
/// run, 1 success, 2 failure. State: 0 is active. (`mailbox` of Dataverse.)
fn mailbox(row: &Record) -> Mailbox {
    let is = |name: &str, wanted: i64| number(row, name) == Some(wanted);
    let tested =
        ["incomingemailstatus", "outgoingemailstatus", "actstatus"].iter().all(|name| is(name, 1));
    let failing =
        ["incomingemailstatus", "outgoingemailstatus", "actstatus"].iter().any(|name| is(name, 2));
    let approved = is("emailrouteraccessapproval", 1);
    Mailbox {
        name: text(row, "emailaddress").or_else(|| text(row, "name")).unwrap_or_default(),
        synchronised: is("incomingemaildeliverymethod", 2)
            && is("outgoingemaildeliverymethod", 2)
            && is("actdeliverymethod", 1)
            && approved
            && tested,
        has_profile: !matches!(row.values.get("emailserverprofile"), None | Some(Value::Null)),
        active: is("statecode", 0),
        failing,
    }
}

/// Whose it is, by the address, and how.
fn tracking(row: &Record, people: &[Record]) -> Option<(String, i64)> {
    let method = number(row, "incomingemailfilteringmethod")?;
    let id = match row.values.get("systemuserid") {
        Some(Value::Id(id)) => id.0.as_str(),
        Some(Value::Row(row)) => row.id.0.as_str(),
        Some(Value::Text(text)) => text.as_str(),
        _ => row.at.id.0.as_str(),
    };
    let person = people.iter().find(|one| one.at.id.0.eq_ignore_ascii_case(id));
    let who = person.and_then(|one| text(one, "internalemailaddress"));
    let who = who.or_else(|| row.texts.get("systemuserid").cloned());
    Some((who.unwrap_or_else(|| id.to_owned()), method))
}
