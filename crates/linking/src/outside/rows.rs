//! The rows of a link whose record is in a CRM elsewhere.
//!
//! Dynamics 365 keeps its links in its own environment: the row `msdyn_teamscollaboration` and the document location are
//! written there through its Web API **as the seller**, with keys that are made of the link's, so that a write whose
//! answer was lost is found again. Salesforce has no place for links: the product's row
//! `msdyn_collabspaceteamassociation` stands in the environment `msdyn_viva`. It holds keys and names of the workspace
//! and nothing of the record.

use crm::{Comparison, Crm, Filter, Query, RecordRef, Table, Value, Values};
use crm_connections::SystemKind;
use kernel::Scope;
use records::{Condition, Delete, Entry, Operation, Reference, RowKey, Update};
use serde_json::json;
use uuid::Uuid;

use super::Found;
use crate::{
    Error, Link, Linking, Problem, Step, Subject,
    keeping::cut,
    model::key_of,
    rows::{self, Chain},
    saga::{Halt, Turn},
    subject::{LINKS, LOCATIONS, SITES},
};

/// The table of spaces in `msdyn_viva`.
const SPACES: &str = "msdyn_collabspaceteamassociation";
/// Its key.
const SPACE: &str = "msdyn_collabspaceteamassociationid";
/// What the choice `msdyn_crmtype` calls Salesforce.
const SALESFORCE: i64 = 1;

/// Codes of tables that every environment of Dynamics 365 has (Dataverse table reference, `ObjectTypeCode`); the port does
/// not tell those of others, and the column may be empty.
const CODES: [(&str, i64); 14] = [
    ("account", 1),
    ("contact", 2),
    ("opportunity", 3),
    ("lead", 4),
    ("incident", 112),
    ("product", 1024),
    ("savedquery", 1039),
    ("quote", 1084),
    ("salesorder", 1088),
    ("invoice", 1090),
    ("email", 4202),
    ("task", 4212),
    ("userquery", 4230),
    ("campaign", 4400),
];

/// Writes the rows.
pub(crate) async fn write(turn: &mut Turn<'_>) -> Result<(), Halt> {
    let found = turn.linking.found(&turn.scope, &turn.job.link.subject).await?;
    if turn.job.link.subject_name.is_empty() {
        turn.job.link.subject_name.clone_from(&found.name);
    }
    match found.system.kind {
        SystemKind::Dataverse => dynamics(turn, &found).await,
        _ => space(turn, &found).await,
    }
}

/// The rows in an environment of Dynamics 365.
async fn dynamics(turn: &mut Turn<'_>, found: &Found) -> Result<(), Halt> {
    let chain = Chain::of(&turn.job);
    let location = match &chain {
        Some(chain) => Some(location(turn, found, chain).await?),
        None => None,
    };
    let table = found.crm.describe(LINKS).await.map_err(no_links)?;
    let at = RecordRef::new(LINKS, turn.job.link.id.to_string());
    let values = own_row(turn, found, chain.as_ref());
    match found.crm.read(&at, &[]).await {
        Ok(_) => {
            let changed = fit(&table, values, false);
            found.crm.update(&at, &changed, None).await.map_err(no_links)?;
        }
        Err(crm::Error::NotFound | crm::Error::Deleted) => {
            make(&*found.crm, &table, (&at, values)).await.map_err(no_links)?;
        }
        Err(error) => return Err(no_links(error).into()),
    }
    turn.point("called")?;
    turn.job.work.has_row = true;
    turn.job.work.tab_only = false;
    turn.job.link.location = location;
    turn.on(Step::Row, None).await
}

/// Makes a row with a key of ours; one that is there already is the one of a call whose answer was lost.
async fn make(
    crm: &dyn Crm,
    table: &Table,
    (at, mut values): (&RecordRef, Vec<(&'static str, Value)>),
) -> Result<(), crm::Error> {
    let mut all = fit(table, std::mem::take(&mut values), true);
    all.insert(table.id_field.clone(), Value::Id(at.id.clone()));
    match crm.create(&table.name, &all).await {
        Err(crm::Error::Duplicate { .. }) if crm.read(at, &[]).await.is_ok() => Ok(()),
        other => other.map(drop),
    }
}

/// Those values that the seller may write there.
fn fit(table: &Table, values: Vec<(&'static str, Value)>, is_new: bool) -> Values {
    let fits = |(name, value)| {
        let field = table.field(name)?;
        let may = if is_new { field.createable } else { field.updateable };
        may.then(|| (field.name.clone(), value))
    };
    values.into_iter().filter_map(fits).collect()
}

fn no_links(error: crm::Error) -> Error {
    match error {
        crm::Error::NotAllowed | crm::Error::ObjectHidden { .. } => Error::MayNotLink,
        other => Error::Crm(other),
    }
}

/// Who may not make sites and locations is told so (E3).
fn no_location(error: crm::Error) -> Error {
    match error {
        crm::Error::NotAllowed | crm::Error::ObjectHidden { .. } => {
            Error::Unavailable(rows::location_refused())
        }
        other => Error::Crm(other),
    }
}

/// The row of the link itself.
fn own_row(turn: &Turn<'_>, found: &Found, chain: Option<&Chain>) -> Vec<(&'static str, Value)> {
    let link = &turn.job.link;
    let text = |text: &str, most: usize| Value::Text(cut(text, most));
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let (site, folder) = chain.map_or_else(
        || (turn.job.work.site.clone().unwrap_or_default(), String::new()),
        |chain| (chain.site.clone(), chain.relative()),
    );
    let (site, folder) = (or_dash(site), or_dash(folder));
    let content = turn.linking.base.join(&format!("linked/{}", link.id));
    let content = content.map(|page| page.to_string()).unwrap_or_default();
    let guid = |id: &str| Value::Id(crm::RecordId(id.to_owned()));
    let tenant = turn.linking.workspaces.tenant(&turn.scope).to_string();
    let mut all = vec![
        ("msdyn_teamname", text(&link.team_name, 300)),
        ("msdyn_teamsiteurl", text(&site, 300)),
        ("msdyn_channelname", text(&link.channel_name, 300)),
        ("msdyn_channeltype", text(rows::kind_name(link.channel_kind), 10)),
        ("msdyn_channelfolderrelativeurl", text(&folder, 300)),
        ("msdyn_pipedentityid", text(&link.id.to_string(), 800)),
        ("msdyn_contenturl", text(&content, 4000)),
        ("regardingobjectid", guid(&found.at.id.0)),
        ("regardingobjecttypename", text(link.subject.own_table(), 200)),
        ("msdyn_teamid", text(&link.team.0, 100)),
        ("msdyn_channelid", text(&link.channel.id, 100)),
        ("msdyn_tenantid", guid(&tenant)),
    ];
    let own = link.subject.own_table();
    if let Some((_, code)) = CODES.iter().find(|(table, _)| *table == own) {
        all.push(("regardingobjecttypecode", Value::Whole(*code)));
    }
    if let Some(address) = &link.address {
        all.push(("msdyn_weburl", text(address.as_str(), 4000)));
    }
    if link.team.0.parse::<Uuid>().is_ok() {
        all.push(("msdyn_groupid", guid(&link.team.0)));
    }
    all
}

/// The location of the channel's folder, below its library and its site; what the seller finds is used again.
async fn location(turn: &Turn<'_>, found: &Found, chain: &Chain) -> Result<Uuid, Halt> {
    let crm = &*found.crm;
    let sites = crm.describe(SITES).await.map_err(no_location)?;
    let locations = crm.describe(LOCATIONS).await.map_err(no_location)?;
    // a location can be about rows of tables with document management alone (E4)
    let about = locations.field("regardingobjectid");
    if let Some(crm::FieldKind::Row(targets)) = about.map(|field| &field.kind)
        && !targets.contains(&found.at.table)
    {
        return Err(Halt::Failed(Error::Unavailable(Problem::new("link.not_connected"))));
    }
    let text = |text: &str, most: usize| Value::Text(cut(text, most));
    let teams = || Value::Choice("3".to_owned());
    let below = |at: &RecordRef| Value::Row(at.clone());

    let site = if let Some(site) = known(crm, SITES, ("absoluteurl", &chain.site), None).await? {
        site
    } else {
        let at = RecordRef::new(SITES, key_of("site", &chain.site).to_string());
        let values = vec![
            ("name", text(&turn.job.link.team_name, 160)),
            ("absoluteurl", text(&chain.site, 2000)),
            ("servicetype", teams()),
        ];
        make(crm, &sites, (&at, values)).await.map_err(no_location)?;
        turn.point("called")?;
        at
    };
    let of = ("relativeurl", chain.library.as_str());
    let library = if let Some(library) = known(crm, LOCATIONS, of, Some(&site)).await? {
        library
    } else {
        let id = key_of("library", &format!("{} {}", site.id, chain.library));
        let at = RecordRef::new(LOCATIONS, id.to_string());
        let values = vec![
            ("name", text(&chain.library, 160)),
            ("relativeurl", text(&chain.library, 255)),
            ("parentsiteorlocation", below(&site)),
            ("servicetype", teams()),
        ];
        make(crm, &locations, (&at, values)).await.map_err(no_location)?;
        turn.point("called")?;
        at
    };
    let link = &turn.job.link;
    let id = key_of("location", &format!("of {}", link.id));
    let at = RecordRef::new(LOCATIONS, id.to_string());
    if let Err(crm::Error::NotFound | crm::Error::Deleted) = crm.read(&at, &[]).await {
        let name = format!("{} - {}", link.channel_name, link.team_name);
        let mut values = vec![
            ("name", text(&name, 160)),
            ("relativeurl", text(&chain.folder, 255)),
            ("parentsiteorlocation", below(&library)),
            ("servicetype", teams()),
        ];
        if about.is_some() {
            values.push(("regardingobjectid", below(&found.at)));
        }
        make(crm, &locations, (&at, values)).await.map_err(no_location)?;
        turn.point("called")?;
    }
    Ok(id)
}

/// A site or location that the seller sees.
async fn known(
    crm: &dyn Crm,
    table: &str,
    (column, is): (&str, &str),
    below: Option<&RecordRef>,
) -> Result<Option<RecordRef>, Halt> {
    let same = |column: &str, value| Filter::compare(column, Comparison::Equal, value);
    let mut all = vec![
        same(column, Value::Text(is.to_owned())),
        same("statecode", Value::Choice("0".to_owned())),
    ];
    if let Some(parent) = below {
        all.push(same("parentsiteorlocation", Value::Row(parent.clone())));
    }
    let query = Query::of(table, &[]).filter(Filter::All(all)).size(1);
    let page = crm.query(&query).await.map_err(no_location)?;
    Ok(page.records.into_iter().next().map(|record| record.at))
}

/// The row in `msdyn_viva`, and with it in one transaction that it is written.
///
/// The environment is the product's own and holds nothing of the CRM: the row is the product's to write, once the CRM
/// itself has said that the seller may link the record. Sellers need no role there (our own choice: the published roles
/// of that environment are for its tables of chat).
async fn space(turn: &mut Turn<'_>, found: &Found) -> Result<(), Halt> {
    let viva = turn.linking.crms()?.viva(&turn.root).await?;
    let viva = viva.ok_or(crm_connections::Error::NothingProvisioned)?;
    let session = turn.linking.session(&turn.root, viva).await?;
    let entry = space_row(&turn.job.link, found);
    let key = turn.job.link.id.uuid();
    let operation = if turn.job.work.has_row {
        let condition = Condition::Present;
        Operation::Update(Update { key: RowKey::Id(key), entry, condition })
    } else {
        Operation::Create(entry.with(SPACE, tables::Value::Guid(key)))
    };
    let before = turn.job.clone();
    turn.job.work.has_row = true;
    turn.job.work.tab_only = false;
    turn.job.link.step = Step::Row;
    turn.job.tries = 0;
    turn.job.link.changed_at = turn.now();
    match rows::with_step(turn, &session, vec![operation]).await {
        Ok(()) => turn.point("stored"),
        Err(failed) => {
            turn.job = before;
            Err(failed.into_halt())
        }
    }
}

fn space_row(link: &Link, found: &Found) -> Entry {
    let text = |text: &str, most: usize| tables::Value::Text(cut(text, most));
    let address = link.address.as_ref().map(url::Url::as_str).unwrap_or_default();
    let kind = rows::kind_name(link.channel_kind);
    // list views are rows of an object of their own
    let kind_there = if found.view.is_some() { "ListView" } else { &found.at.table };
    let channel = json!({ "Id": link.channel.id, "Name": link.channel_name, "WebUrl": address, "MembershipType": kind });
    let data = json!({ "PrimaryChannel": channel }).to_string();
    Entry::of(SPACES)
        .with("msdyn_name", text(&link.team_name, 300))
        .with("msdyn_crmrecordid", text(&found.at.id.0, 100))
        .with("msdyn_crmrecordtype", text(kind_there, 100))
        .with("msdyn_crmtype", tables::Value::Whole(SALESFORCE))
        .with("msdyn_teamid", text(&link.team.0, 100))
        .with("msdyn_teamweburl", text(address, 4000))
        .with("msdyn_data", tables::Value::Text(data))
        .with("msdyn_dataversion", text("1.0", 20))
}

/// Takes the rows of a link away.
pub(crate) async fn remove(turn: &mut Turn<'_>) -> Result<(), Halt> {
    let Some(system) = turn.job.link.subject.system() else { return Err(Error::Unknown.into()) };
    if !turn.job.work.has_row && turn.job.link.location.is_none() {
        return turn.on(Step::RowRemoved, None).await;
    }
    match turn.linking.is_dynamics(&turn.root, system).await {
        Ok(true) => remove_there(turn, system).await,
        Ok(false) => remove_space(turn).await,
        // the tenant has the CRM no more, and nobody can sign in to it
        Err(Error::Unknown) => left(turn).await,
        Err(error) => Err(error.into()),
    }
}

/// The rows in Dynamics 365: deleted as who undoes the link, or as its owner where the hub itself does.
async fn remove_there(turn: &mut Turn<'_>, system: Uuid) -> Result<(), Halt> {
    let owner = if turn.job.work.system {
        let owner = turn.job.link.created_by;
        turn.linking.scopes.person(turn.root.tenant(), owner).await?
    } else {
        Some(turn.scope.clone())
    };
    let Some(scope) = owner else { return left(turn).await };
    match delete_there(turn, (&scope, system)).await {
        Err(Halt::Stuck(_)) if turn.job.work.system => left(turn).await,
        Err(other) => Err(other),
        Ok(()) => {
            turn.point("called")?;
            turn.job.work.has_row = false;
            turn.job.link.location = None;
            turn.on(Step::RowRemoved, None).await
        }
    }
}

async fn delete_there(turn: &Turn<'_>, (scope, system): (&Scope, Uuid)) -> Result<(), Halt> {
    let (_, crm) = turn.linking.at_crm(scope, system).await?;
    if turn.job.work.has_row {
        let row = RecordRef::new(LINKS, turn.job.link.id.to_string());
        match crm.delete(&row, None).await {
            Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => {}
            Err(error @ (crm::Error::NotAllowed | crm::Error::ObjectHidden { .. })) => {
                tracing::debug!(code = %error, "linking.row_kept");
                return Err(Error::MayNotUnlink.into());
            }
            Err(error) => return Err(Error::Crm(error).into()),
        }
        turn.point("called")?;
    }
    if let Some(location) = turn.job.link.location {
        let row = RecordRef::new(LOCATIONS, location.to_string());
        match crm.delete(&row, None).await {
            // one that is not theirs to delete stays, as a location that was there before would
            Ok(())
            | Err(
                crm::Error::NotFound
                | crm::Error::Deleted
                | crm::Error::NotAllowed
                | crm::Error::ObjectHidden { .. },
            ) => {}
            Err(error) => return Err(Error::Crm(error).into()),
        }
    }
    Ok(())
}

/// The rows stay behind: nobody's sign-in reaches them. The link ends all the same, and its history says so.
async fn left(turn: &mut Turn<'_>) -> Result<(), Halt> {
    turn.job.work.has_row = false;
    turn.job.link.location = None;
    turn.job.link.problem = Some(Problem::new("link.row_left"));
    turn.on(Step::RowRemoved, Some("link.row_left")).await
}

/// The row in `msdyn_viva`: deleted as it was written.
async fn remove_space(turn: &mut Turn<'_>) -> Result<(), Halt> {
    let viva = turn.linking.crms()?.viva(&turn.root).await?;
    let Some(viva) = viva else { return left(turn).await };
    let session = turn.linking.session(&turn.root, viva).await?;
    let row = Reference::id(SPACES, turn.job.link.id.uuid());
    let delete = Operation::Delete(Delete { row, condition: Condition::None });
    let before = turn.job.clone();
    turn.job.work.has_row = false;
    turn.job.link.location = None;
    turn.job.link.step = Step::RowRemoved;
    turn.job.tries = 0;
    turn.job.link.changed_at = turn.now();
    turn.point("called")?;
    match rows::with_step(turn, &session, vec![delete]).await {
        Ok(()) => turn.point("stored"),
        Err(rows::NotWritten::Refused(failure))
            if matches!(failure.error, records::Error::RowMissing { .. }) =>
        {
            turn.on(Step::RowRemoved, None).await
        }
        Err(failed) => {
            turn.job = before;
            Err(failed.into_halt())
        }
    }
}

/// Gives the rows of a link the names of now, as far as its owner's sign-in reaches them.
pub(crate) async fn rename(linking: &Linking, scope: &Scope, link: &Link) -> Result<(), Error> {
    let Some(system) = link.subject.system() else { return Ok(()) };
    let owner = linking.scopes.person(scope.tenant(), link.created_by).await?;
    let Some(owner) = owner else { return Ok(()) };
    let (known, crm) = linking.at_crm(&owner, system).await?;
    if known.kind != SystemKind::Dataverse {
        return Ok(());
    }
    let table = crm.describe(LINKS).await.map_err(no_links)?;
    let values = vec![
        ("msdyn_teamname", Value::Text(cut(&link.team_name, 300))),
        ("msdyn_channelname", Value::Text(cut(&link.channel_name, 300))),
    ];
    let at = RecordRef::new(LINKS, link.id.to_string());
    match crm.update(&at, &fit(&table, values, false), None).await {
        Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => Ok(()),
        Err(error) => Err(no_links(error)),
    }
}

/// Ties the rows of a link to the record that its own was merged into, as the link's owner.
pub(crate) async fn repoint(
    linking: &Linking,
    scope: &Scope,
    (link, to): (&Link, &Subject),
) -> Result<(), Error> {
    let Some(system) = link.subject.system() else { return Ok(()) };
    if !linking.is_dynamics(scope, system).await? {
        let Some(viva) = linking.crms()?.viva(scope).await? else { return Ok(()) };
        let session = linking.session(scope, viva).await?;
        let entry = Entry::of(SPACES).with("msdyn_crmrecordid", tables::Value::Text(to.key()));
        let (key, condition) = (RowKey::Id(link.id.uuid()), Condition::Present);
        let update = Operation::Update(Update { key, entry, condition });
        return match session.one(update).await {
            Ok(_) | Err(records::Error::RowMissing { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        };
    }
    let owner = linking.scopes.person(scope.tenant(), link.created_by).await?;
    let Some(owner) = owner else { return Ok(()) };
    let (_, crm) = linking.at_crm(&owner, system).await?;
    let id = Value::Id(crm::RecordId(to.key()));
    let record = Value::Row(RecordRef::new(to.table(), to.key()));
    let location = link.location.map(|location| (LOCATIONS, location, record));
    for (table, row, value) in std::iter::once((LINKS, link.id.uuid(), id)).chain(location) {
        let described = crm.describe(table).await.map_err(no_links)?;
        let changed = fit(&described, vec![("regardingobjectid", value)], false);
        match crm.update(&RecordRef::new(table, row.to_string()), &changed, None).await {
            Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => {}
            Err(error) => return Err(no_links(error)),
        }
    }
    Ok(())
}
