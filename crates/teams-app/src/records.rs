//! Records of a person's CRMs, always with the person's own rights: found, seen, recognised by their address.

use std::collections::HashMap;

use crm::{
    Comparison, Direction, Field, FieldKind, Filter, Query, Record, RecordId, RecordRef, Table,
    Value,
};
use crm_connections::{
    Overview, SystemKind,
    records::{SellersRecords, name_of},
};
use i18n::{Texts, Translator};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Coded as _, Kind, Permission, Scope};
use url::Url;
use uuid::Uuid;

use crate::{Narrow, Result, TeamsApp, service::person, store};

/// A record, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The CRM.
    pub system: Uuid,
    /// The record there.
    pub record: RecordRef,
}

impl Shared {
    /// A record as cards and addresses name it; nothing for what no CRM calls its records.
    pub fn parse(system: &str, table: &str, id: &str) -> Option<Self> {
        let plain = |text: &str| {
            let letter = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
            (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(letter)
        };
        let system = Uuid::try_parse(system).ok()?;
        (plain(table) && plain(id)).then(|| Self { system, record: RecordRef::new(table, id) })
    }

    /// The page of the hub that shows it to whoever may see it.
    pub fn path(&self) -> String {
        format!("/teams/records/{}/{}/{}", self.system, self.record.table, self.record.id)
    }
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which one.
    pub at: Shared,
    /// What people call it.
    pub name: String,
    /// What people call its table.
    pub table: String,
    /// What tells it from others of the same name.
    pub subtitle: String,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The records.
    pub hits: Vec<Hit>,
    /// The tables that were searched: name and what people call several.
    pub tables: Vec<(String, String)>,
    /// What people call the CRM.
    pub system: String,
    /// Whether these are records used lately, nothing having been asked for.
    pub recent: bool,
}

/// A record as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which one.
    pub at: Shared,
    /// What people call the CRM.
    pub system: String,
    /// What people call its table.
    pub table: String,
    /// What people call it.
    pub name: String,
    /// What its fields are called and hold; none that hold nothing.
    pub fields: Vec<(String, String)>,
    /// Where the CRM itself shows it.
    pub address: Option<String>,
}

/// What a person gets of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// What the CRM shows them.
    View(Box<View>),
    /// Nothing: there is none, or not for them; the two look alike.
    Hidden,
    /// Something stands in the way that they can do something about, by its code.
    Barred(&'static str),
}

impl Seen {
    /// The record, where the person sees it.
    pub fn view(self) -> Option<View> {
        match self {
            Self::View(view) => Some(*view),
            Self::Hidden | Self::Barred(_) => None,
        }
    }
}

/// A note on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its title.
    pub title: String,
    /// The text, without markup.
    pub text: String,
    /// When it was written.
    pub at: Option<Timestamp>,
}

/// The tables that are searched, as Dynamics 365 and Salesforce call them (the record types of sellers).
pub fn tables_of_sellers(name: &str) -> bool {
    ["account", "contact", "opportunity", "lead"].iter().any(|own| own.eq_ignore_ascii_case(name))
}

impl TeamsApp {
    /// Records that hold some words, in the CRM that the person uses; without words those that they used lately.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Crm`], [`crate::Error::Store`].
    pub async fn search(
        &self,
        scope: &Scope,
        asked: (&str, &str),
        page: (usize, usize),
    ) -> Result<Found> {
        Box::pin(self.search_narrowed(scope, asked, Narrow::default(), page)).await
    }

    /// The same, narrowed to those that are active or the person's own.
    ///
    /// # Errors
    /// As [`TeamsApp::search`].
    pub async fn search_narrowed(
        &self,
        scope: &Scope,
        (words, table): (&str, &str),
        narrow: Narrow,
        (skip, count): (usize, usize),
    ) -> Result<Found> {
        scope.require(Permission::ConnectionUse)?;
        let user = person(scope)?;
        let records = self.0.crm.records(scope).await?;
        let system = records.system().id;
        let tables = records.tables().await?;
        let tables: Vec<(String, String)> = tables
            .into_iter()
            .filter(|one| records.is_searched(&one.name))
            .map(|one| (one.name, one.plural))
            .collect();
        let asked = tables.iter().map(|(name, _)| name.clone());
        let asked: Vec<String> =
            asked.filter(|name| table.is_empty() || name.eq_ignore_ascii_case(table)).collect();
        let words: String = words.trim().chars().filter(|c| !c.is_control()).take(100).collect();
        let recent = words.is_empty();
        let mut refs: Vec<RecordRef> = if recent {
            let read = move |tx: &db::Tx<'_>| store::recent(tx, user, system);
            let lately: Vec<Shared> = self.0.db.read_one(scope, read).await?;
            lately.into_iter().map(|one| one.record).collect()
        } else if asked.is_empty() {
            Vec::new()
        } else {
            records.crm().search(&words, &asked).await?
        };
        refs.retain(|one| asked.iter().any(|name| name.eq_ignore_ascii_case(&one.table)));
        let me = if narrow.mine { Some(self.0.crm.own_user(scope).await?) } else { None };
        let refs = narrow.of(&records, (refs, me)).await?;
        let page: Vec<RecordRef> = refs.into_iter().skip(skip).take(count.clamp(1, MOST)).collect();
        let hits = Box::pin(self.hits(scope, &records, page)).await?;
        Ok(Found { hits, tables, system: records.system().name.clone(), recent })
    }

    /// Reads records in the order given; those that are not there for the person are left out.
    async fn hits(
        &self,
        scope: &Scope,
        records: &SellersRecords,
        page: Vec<RecordRef>,
    ) -> Result<Vec<Hit>> {
        let (t, zone) = self.reader(scope).await;
        let mut by_table: HashMap<String, Vec<RecordId>> = HashMap::new();
        for one in &page {
            by_table.entry(one.table.clone()).or_default().push(one.id.clone());
        }
        let mut made: HashMap<RecordRef, Hit> = HashMap::new();
        for (name, ids) in by_table {
            let table = match records.crm().describe(&name).await {
                Ok(table) => table,
                Err(crm::Error::ObjectHidden { .. }) => continue,
                Err(error) => return Err(error.into()),
            };
            let fields = records.titles(&table);
            let found = records.crm().read_many(&name, &ids, &fields).await?;
            for record in found.into_iter().flatten() {
                let rest = texts(&table, &record, &fields, (&t, &zone));
                let subtitle: Vec<String> = rest.into_iter().map(|(_, text)| text).collect();
                let hit = Hit {
                    at: Shared { system: records.system().id, record: record.at.clone() },
                    name: named(&table, &record),
                    table: table.label.clone(),
                    subtitle: subtitle.join(" · "),
                };
                made.insert(RecordRef::new(&name, &record.at.id.0), hit);
            }
        }
        Ok(page.iter().filter_map(|one| made.remove(one)).collect())
    }

    /// A record as the person sees it.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Crm`], [`crate::Error::Store`].
    pub async fn view(&self, scope: &Scope, at: &Shared) -> Result<Seen> {
        scope.require(Permission::ConnectionUse)?;
        person(scope)?;
        let records = match self.0.crm.records_at(scope, at.system).await {
            Ok(found) => found,
            Err(crm_connections::Error::SystemNotFound) => return Ok(Seen::Hidden),
            Err(error) => return Err(error.into()),
        };
        let (system, crm) = (records.system(), records.crm());
        let table = match crm.describe(&at.record.table).await {
            Ok(table) => table,
            Err(error) => return kept_from(error),
        };
        let fields = records.shown(&table);
        let record = RecordRef::new(&table.name, &at.record.id.0);
        let record = match crm.read(&record, &fields).await {
            Ok(record) => record,
            Err(error) => return kept_from(error),
        };
        let (t, zone) = self.reader(scope).await;
        let (name, label) = (named(&table, &record), table.label.clone());
        let fields = texts(&table, &record, &fields, (&t, &zone));
        let called = system.name.clone();
        let address = records
            .address(&record.at)
            .map(|path| if path.starts_with('/') { self.at(&path) } else { path });
        let at = Shared { system: at.system, record: record.at };
        let view = View { at, system: called, table: label, name, fields, address };
        Ok(Seen::View(Box::new(view)))
    }

    /// Notes that the person may read of a record, the latest first; none where the CRM keeps none.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Crm`].
    pub async fn notes(&self, scope: &Scope, at: &Shared) -> Result<Vec<Note>> {
        scope.require(Permission::ConnectionUse)?;
        let (system, crm) = self.0.crm.at(scope, at.system).await?;
        // Dynamics 365: annotation; Salesforce: Note (Notes and Attachments)
        let (table, [title, text, made, lead]) = match system.kind {
            SystemKind::Salesforce => ("Note", ["Title", "Body", "CreatedDate", "ParentId"]),
            _ => ("annotation", ["subject", "notetext", "createdon", "objectid"]),
        };
        let described = match crm.describe(table).await {
            Ok(described) => described,
            Err(crm::Error::ObjectHidden { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let leads = described.field(lead).is_some_and(|field| match &field.kind {
            FieldKind::Row(tables) => {
                tables.iter().any(|one| one.eq_ignore_ascii_case(&at.record.table))
            }
            _ => false,
        });
        if !leads || [title, text, made].iter().any(|name| described.field(name).is_none()) {
            return Ok(Vec::new());
        }
        let query = Query::of(&described.name, &[title, text, made])
            .filter(Filter::compare(lead, Comparison::Equal, Value::Row(at.record.clone())))
            .order_by(made, Direction::Descending)
            .size(NOTES);
        let page = crm.query(&query).await?;
        let plain = |record: &Record, name: &str| match record.values.get(name) {
            Some(Value::Text(text)) => clipped(&without_tags(text)),
            _ => String::new(),
        };
        let note = |record: Record| Note {
            title: plain(&record, title),
            text: plain(&record, text),
            at: match record.values.get(made) {
                Some(Value::Instant(at)) => Some(*at),
                _ => None,
            },
        };
        Ok(page.records.into_iter().map(note).collect())
    }

    /// The record that an address leads to: a page of the hub, or of a CRM that the person may use.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Crm`].
    pub async fn at_address(&self, scope: &Scope, address: &str) -> Result<Option<Shared>> {
        scope.require(Permission::ConnectionUse)?;
        let Some(url) = Some(address).filter(|text| text.len() <= MAX_ADDRESS) else {
            return Ok(None);
        };
        let Ok(url) = Url::parse(url) else { return Ok(None) };
        let all = self.0.crm.mine(scope).await?;
        let own = url.origin() == self.0.public_url.origin();
        Ok(all.iter().find_map(|one| if own { of_hub(one, &url) } else { elsewhere(one, &url) }))
    }

    /// Notes that the person used a record.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Store`].
    pub async fn used(&self, scope: &Scope, at: &Shared) -> Result<()> {
        scope.require(Permission::ConnectionUse)?;
        let (user, at, now) = (person(scope)?, at.clone(), self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| store::use_record(tx, user, &at, now);
        self.0.db.write::<_, db::Error, _>(scope, write).await?;
        Ok(())
    }

    /// The texts and the time zone of who reads.
    async fn reader(&self, scope: &Scope) -> (Translator<'static>, TimeZone) {
        let t = Texts::global().speak(scope.language().tag());
        let user = match scope.user() {
            Some(id) => self.0.identity.user(scope, id).await.ok(),
            None => None,
        };
        let zone = user.and_then(|user| TimeZone::get(&user.time_zone).ok());
        (t, zone.unwrap_or(TimeZone::UTC))
    }
}

/// What keeps a person from a record: that it is not for them, or something that they can do something about.
fn kept_from(error: crm::Error) -> Result<Seen> {
    let code = error.code();
    match error {
        crm::Error::NotFound
        | crm::Error::Deleted
        | crm::Error::NotAllowed
        | crm::Error::ObjectHidden { .. } => Ok(Seen::Hidden),
        _ if code.kind() == Kind::Internal => Err(error.into()),
        _ => Ok(Seen::Barred(code.name())),
    }
}

fn named(table: &Table, record: &Record) -> String {
    let name = clipped(name_of(table, record));
    if name.is_empty() { record.at.id.0.clone() } else { name }
}

/// What fields are called and hold, without the name and without empty ones.
fn texts(
    table: &Table,
    record: &Record,
    fields: &[String],
    reader: (&Translator<'static>, &TimeZone),
) -> Vec<(String, String)> {
    let shown = fields.iter().filter(|name| table.name_field.as_ref() != Some(*name));
    let one = |name: &String| {
        let field = table.field(name)?;
        let text = clipped(&text(field, record, reader));
        (!text.is_empty()).then(|| (field.label.clone(), text))
    };
    shown.filter_map(one).collect()
}

/// What people read in a field.
fn text(field: &Field, record: &Record, (t, zone): (&Translator<'static>, &TimeZone)) -> String {
    let told = record.texts.get(&field.name).filter(|text| !text.is_empty());
    let label = |value: &String| match &field.kind {
        FieldKind::Choice(entries) | FieldKind::Choices(entries) => {
            let known = entries.iter().find(|entry| entry.value == *value);
            known.map_or_else(|| value.clone(), |entry| entry.label.clone())
        }
        _ => value.clone(),
    };
    let french = t.tag() == "fr";
    match (record.values.get(&field.name).unwrap_or(&Value::Null), told) {
        // without a name the reader may not see the other record
        (Value::Null | Value::Id(_), _) | (Value::Row(_), None) => String::new(),
        (Value::Instant(at), _) => t.exact(*at, zone),
        (Value::Date(day), _) => {
            day.strftime(if french { "%d/%m/%Y" } else { "%-m/%-d/%Y" }).to_string()
        }
        (Value::Boolean(is), _) => t.text(if *is { "teams-app.yes" } else { "teams-app.no" }),
        (Value::Text(text), _) => text.clone(),
        (_, Some(told)) => told.clone(),
        (Value::Whole(number), None) => t.number(*number),
        (Value::Number(number), None) => t.number(*number),
        (Value::Choice(value), None) => label(value),
        (Value::Choices(values), None) => values.iter().map(label).collect::<Vec<_>>().join("; "),
    }
}

fn clipped(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= MAX_TEXT {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MAX_TEXT - 1).collect();
    short.push('…');
    short
}

/// The words of a text that may be HTML: notes of CRMs are.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            _ if inside => {}
            other => out.push(other),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words
        .join(" ")
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// A page of the hub: `/crm/records/…` of the CRM in use, `/records/…` of an environment, `/teams/records/…` of any.
fn of_hub(one: &Overview, url: &Url) -> Option<Shared> {
    let parts: Vec<&str> = url.path_segments()?.collect();
    let id = one.system.id.to_string();
    match parts.as_slice() {
        ["crm", "records", table, record] if one.chosen => Shared::parse(&id, table, record),
        ["records", environment, table, record] => {
            let own = one.system.environment.map(|own| own.to_string());
            (own.as_deref() == Some(*environment)).then(|| Shared::parse(&id, table, record))?
        }
        ["teams", "records", system, table, record] if *system == id => {
            Shared::parse(&id, table, record)
        }
        _ => None,
    }
}

/// A page of a CRM elsewhere.
fn elsewhere(one: &Overview, url: &Url) -> Option<Shared> {
    let instance = one.connection.as_ref().and_then(|own| own.instance.as_ref());
    let places = instance.into_iter().chain(one.system.address.as_ref());
    let host = url.host_str()?;
    let is_there = places.filter_map(Url::host_str).any(|own| {
        own.eq_ignore_ascii_case(host)
            // contoso.my.salesforce.com shows its records at contoso.lightning.force.com
            || own.split_once('.').zip(host.split_once('.')).is_some_and(|(own, host)| {
                own.0 == host.0 && host.1 == "lightning.force.com" && own.1.ends_with("salesforce.com")
            })
    });
    if !is_there {
        return None;
    }
    let id = one.system.id.to_string();
    match one.system.kind {
        SystemKind::Dataverse => {
            let of = |name: &str| {
                let mut pairs = url.query_pairs();
                pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
            };
            let record = of("id")?;
            Shared::parse(&id, &of("etn")?, record.trim_matches(['{', '}']))
        }
        SystemKind::Salesforce => {
            let mut parts = url.path_segments()?;
            let start = parts.by_ref().find(|part| *part == "r");
            Shared::parse(&id, start.and_then(|_| parts.next())?, parts.next()?)
        }
        SystemKind::Embedded => None,
    }
}

/// Records that one answer holds at most: what Teams asks for.
pub(crate) const MOST: usize = 25;
/// Notes that a panel shows.
const NOTES: u32 = 3;
/// Characters of a field on a card. Ours.
const MAX_TEXT: usize = 300;
/// Ours.
const MAX_ADDRESS: usize = 4096;
/// No CRM names a table or a record longer.
const MAX_NAME: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_without_its_markup() {
        let note = "<p>Call <b>Ada</b> &amp; Bob</p><script>x</script>";
        assert_eq!(without_tags(note), "Call Ada & Bob x");
        assert_eq!(without_tags("a < b"), "a");
        assert_eq!(clipped(&"é".repeat(400)).chars().count(), MAX_TEXT);
    }

    #[test]
    fn what_no_crm_calls_a_record_is_none() {
        let system = "11111111-2222-4333-8444-555555555555";
        assert!(Shared::parse(system, "Account", "001xx000003DGb1AAG").is_some());
        for (table, id) in
            [("a b", "1"), ("", "1"), ("a", ""), ("a/b", "1"), ("a", "é"), ("a", "..")]
        {
            assert_eq!(Shared::parse(system, table, id), None, "{table} {id}");
        }
        assert_eq!(Shared::parse("no", "Account", "1"), None);
        assert_eq!(Shared::parse(system, &"a".repeat(129), "1"), None);
    }
}
