//! What sellers may do in Salesforce with what the forms hold: fields, objects, records, and where they work.
//!
//! Object Reference: `FieldPermissions`, `ObjectPermissions`, `UserRecordAccess`, the permission of Lightning Experience and
//! the preference of the user.

use std::collections::{BTreeMap, BTreeSet};

use crm::{Crm, Direction, Error as CrmError, Filter, Query, RecordRef, Value};
use sales_settings::Forms;

use super::{AT_ONCE, all, is_on, shown, text, to};
use crate::{
    catalogue::absent,
    facts::{Colleague, Described, Editable, Rights},
};

/// Records of one type that are tried, and people who try them. Ours: each pair of both is one question.
const RECORDS: u32 = 10;
const PEOPLE: usize = 20;
/// What somebody works in (`User`), and what lets them (`PermissionSet`).
const PREFERS: &str = "UserPreferencesLightningExperiencePreferred";
const MAY: &str = "PermissionsLightningExperienceUser";

/// The forms that hold, and those that were published.
pub(super) struct Shown<'f> {
    pub(super) forms: &'f Forms,
    pub(super) published: Option<&'f Forms>,
    pub(super) described: Option<&'f Described>,
}

pub(super) async fn rights(
    crm: &dyn Crm,
    users: &[Colleague],
    of: &Shown<'_>,
) -> Result<Rights, CrmError> {
    // whose permission sets cannot be seen may have a right by one of them
    let seen = users.iter().all(|one| one.sets.is_some());
    let mut found = Rights { classic: classic(crm, users, seen).await?, ..Rights::default() };
    if seen {
        found.fields = fields(crm, users, of).await?;
        found.types = types(crm, users, of.forms).await?;
    }
    found.records = records(crm, users, of).await?;
    Ok(found)
}

fn sets_of(users: &[Colleague]) -> Vec<&str> {
    let held: BTreeSet<_> = users.iter().flat_map(|one| &one.held).map(String::as_str).collect();
    held.into_iter().collect()
}

/// Which of the permission sets have a switch on, by what the row is about.
async fn given(
    crm: &dyn Crm,
    (table, about, switch): (&str, &str, &str),
    sets: &[&str],
    names: &[String],
) -> Result<Option<BTreeMap<String, BTreeSet<String>>>, CrmError> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sets in sets.chunks(AT_ONCE) {
        for names in names.chunks(AT_ONCE) {
            let parents = sets.iter().map(|set| Value::Row(RecordRef::new("PermissionSet", *set)));
            let names = names.iter().cloned().map(Value::Choice);
            let filter = Filter::All(vec![
                Filter::OneOf("ParentId".to_owned(), parents.collect()),
                Filter::OneOf(about.to_owned(), names.collect()),
            ]);
            let query = Query::of(table, &["ParentId", about, switch]).filter(filter).size(200);
            let Some(rows) = all(crm, query).await? else { return Ok(None) };
            for row in &rows {
                let (Some(name), Some(set)) = (text(row, about), to(row, "ParentId")) else {
                    continue;
                };
                let sets = found.entry(name).or_default();
                if is_on(row, switch) {
                    sets.insert(set);
                }
            }
        }
    }
    Ok(Some(found))
}

/// A field that no permission set of a seller tells of is seen by all, unless another permission set tells of it.
async fn fields(
    crm: &dyn Crm,
    users: &[Colleague],
    of: &Shown<'_>,
) -> Result<Option<Vec<String>>, CrmError> {
    let Some(forms) = of.published else { return Ok(Some(Vec::new())) };
    let Some(described) = of.described else { return Ok(None) };
    let mut bad = absent(Some(forms), described);
    let mut names = BTreeSet::new();
    for one in &forms.types {
        let Some(table) = described.of(&one.table) else { continue };
        let on_form = one.fields.iter().map(|field| &field.name).chain(&one.keys);
        let known = on_form.filter_map(|name| table.field(name));
        names.extend(known.map(|field| format!("{}.{}", table.name, field.name)));
    }
    let names: Vec<String> = names.into_iter().collect();
    let asked = ("FieldPermissions", "Field", "PermissionsRead");
    let Some(read) = given(crm, asked, &sets_of(users), &names).await? else { return Ok(None) };
    for name in &names {
        let Some(sets) = read.get(name) else {
            let own = Filter::OneOf("Field".to_owned(), vec![Value::Choice(name.clone())]);
            let query = Query::of("FieldPermissions", &["Field"]).filter(own).size(1);
            let Some(page) = shown(crm.query(&query).await)? else { return Ok(None) };
            if !page.records.is_empty() {
                bad.push(format!("{name}: {}", everybody(users)));
            }
            continue;
        };
        let without = users.iter().filter(|one| !one.held.iter().any(|set| sets.contains(set)));
        bad.extend(without.map(|one| format!("{name}: {}", one.address)));
    }
    Ok(Some(bad))
}

fn everybody(users: &[Colleague]) -> String {
    users.iter().map(|one| one.address.as_str()).collect::<Vec<_>>().join(", ")
}

async fn types(
    crm: &dyn Crm,
    users: &[Colleague],
    forms: &Forms,
) -> Result<Option<Vec<String>>, CrmError> {
    let names: Vec<String> =
        forms.types.iter().filter(|one| one.edit).map(|one| one.table.clone()).collect();
    let asked = ("ObjectPermissions", "SobjectType", "PermissionsEdit");
    let Some(edit) = given(crm, asked, &sets_of(users), &names).await? else { return Ok(None) };
    let mut bad = Vec::new();
    for name in &names {
        let may = |one: &&Colleague| {
            edit.get(name).is_some_and(|sets| one.held.iter().any(|set| sets.contains(set)))
        };
        let without = users.iter().filter(|one| !may(one));
        bad.extend(without.map(|one| format!("{name}: {}", one.address)));
    }
    Ok(Some(bad))
}

/// The latest records of a type, and the latest that are somebody's own.
async fn latest(
    crm: &dyn Crm,
    table: &str,
    owner: Option<&RecordRef>,
) -> Result<Option<Vec<RecordRef>>, CrmError> {
    let mut query = Query::of(table, &["LastModifiedDate"])
        .order_by("LastModifiedDate", Direction::Descending)
        .size(RECORDS);
    if let Some(owner) = owner {
        let own = Filter::OneOf("OwnerId".to_owned(), vec![Value::Row(owner.clone())]);
        query = query.filter(own);
    }
    let page = shown(crm.query(&query).await)?;
    Ok(page.map(|page| page.records.into_iter().map(|row| row.at).collect()))
}

async fn records(
    crm: &dyn Crm,
    users: &[Colleague],
    of: &Shown<'_>,
) -> Result<Option<Vec<Editable>>, CrmError> {
    let Some(described) = of.described else { return Ok(None) };
    let mut found = Vec::new();
    for one in of.forms.types.iter().filter(|one| one.edit) {
        let Some(table) = described.of(&one.table) else { continue };
        let Some(any) = latest(crm, &table.name, None).await? else { return Ok(None) };
        for person in users.iter().take(PEOPLE) {
            let Some(user) = &person.user else { return Ok(None) };
            let own = match table.field("OwnerId") {
                Some(_) => latest(crm, &table.name, Some(user)).await?,
                None => Some(Vec::new()),
            };
            let Some(own) = own else { return Ok(None) };
            let (tried, theirs) = (crm.edits(user, &any).await, crm.edits(user, &own).await);
            let (Some(Some(tried)), Some(Some(theirs))) = (shown(tried)?, shown(theirs)?) else {
                return Ok(None);
            };
            found.push(Editable {
                who: person.address.clone(),
                table: table.name.clone(),
                may: tried.iter().filter(|may| **may).count(),
                of: tried.len(),
                own_locked: theirs.iter().filter(|may| !**may).count(),
            });
        }
    }
    Ok(Some(found))
}

async fn classic(
    crm: &dyn Crm,
    users: &[Colleague],
    seen: bool,
) -> Result<Option<Vec<String>>, CrmError> {
    if !seen {
        return Ok(None);
    }
    let Some(sets) = all(crm, Query::of("PermissionSet", &[MAY]).size(200)).await? else {
        return Ok(None);
    };
    let may: BTreeSet<&str> =
        sets.iter().filter(|set| is_on(set, MAY)).map(|set| set.at.id.0.as_str()).collect();
    let mut bad = Vec::new();
    for some in users.chunks(AT_ONCE) {
        let wanted = some.iter().map(|one| Value::from(one.address.as_str())).collect();
        let query = Query::of("User", &["Email", PREFERS])
            .filter(Filter::OneOf("Email".to_owned(), wanted))
            .size(200);
        let Some(rows) = all(crm, query).await? else { return Ok(None) };
        for one in some {
            let Some(row) = rows.iter().find(|row| Some(&row.at) == one.user.as_ref()) else {
                return Ok(None);
            };
            if !one.held.iter().any(|set| may.contains(set.as_str())) {
                bad.push(format!("{}: LightningExperienceUser = false", one.address));
            } else if !is_on(row, PREFERS) {
                bad.push(format!("{}: LightningExperiencePreferred = false", one.address));
            }
        }
    }
    Ok(Some(bad))
}
