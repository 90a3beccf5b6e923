//! The people in a mail, matched with contacts of the seller's CRM by address (sales reference §5.1).

use std::sync::Arc;

use crm::{Comparison, Crm, Filter, Query, Record, RecordRef, Table, Value};
use kernel::Scope;
use mail_messages::{Address, Message};
use sales_settings::RecordType;

use crate::{
    Error, Kind, Mailbox, Result,
    names::{self, Names},
    service::{cut, person},
    store,
};

/// What the CRM knows of the people in a mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Everybody in the mail, colleagues last.
    pub people: Vec<Person>,
    /// Whether the seller may make contacts.
    pub can_create: bool,
    /// What contacts are called.
    pub contact_label: String,
    /// What the seller may make of people who are not known, and where.
    pub kinds: Vec<Kind>,
}

/// Somebody in a mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Name and address.
    pub address: Address,
    /// Who that is in the CRM.
    pub matched: Matched,
}

/// Who somebody is in the CRM.
#[derive(Debug, Clone, PartialEq)]
pub enum Matched {
    /// A colleague: the CRM is not asked.
    Colleague,
    /// Nobody that the seller may see.
    Nobody,
    /// One contact; with others beside it, the one that the seller chose.
    One(Contact),
    /// Several, of which the seller has to choose.
    Several(Vec<Contact>),
}

/// A contact as the CRM shows it to the seller.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Which.
    pub at: RecordRef,
    /// The name.
    pub name: String,
    /// What else is known, by the CRM's own words.
    pub facts: Vec<(String, String)>,
    /// The account, with its name where the CRM tells it.
    pub account: Option<Related>,
    /// How many others have the address.
    pub others: usize,
}

impl Contact {
    /// Whether it is a lead: somebody who is no contact yet.
    pub fn is_lead(&self) -> bool {
        self.at.table.eq_ignore_ascii_case("lead")
    }
}

/// A record beside a contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// Which.
    pub at: RecordRef,
    /// What it is called.
    pub name: String,
    /// What else is shown of it.
    pub facts: Vec<(String, String)>,
}

/// A seller's CRM with what it calls things.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) crm: Arc<dyn Crm>,
    pub(crate) names: &'static Names,
    pub(crate) contact: Arc<Table>,
    /// What administrators published of contacts.
    form: Option<RecordType>,
    /// Whether administrators published a form for leads.
    pub(crate) has_leads: bool,
}

impl Mailbox {
    /// The people in a mail, and who they are in the caller's CRM: one question for all of them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`] where there is no CRM, [`Error::Crm`],
    /// [`Error::Store`].
    pub async fn people(&self, scope: &Scope, message: &Message) -> Result<Seen> {
        let user = person(scope)?;
        let spoken = self.spoken(scope).await?;
        let rules = self.rules(scope).await?;
        let domains = self.inside(scope, rules.internal_domains.clone()).await?;
        let read = move |tx: &db::Tx<'_>| store::choices(tx, user);
        let choices = self.db.read_one(scope, read).await?;
        let everybody: Vec<&Address> = message.people().into_iter().take(MAX_PEOPLE).collect();
        let (inside, outside): (Vec<&Address>, Vec<&Address>) =
            everybody.into_iter().partition(|person| is_inside(person.domain(), &domains));
        let fields = spoken.email_fields(&rules.contact_fields);
        let found = spoken.with_addresses(&fields, &outside).await?;
        let mut people = Vec::new();
        for one in outside {
            let contacts: Vec<Contact> = found
                .iter()
                .filter(|record| has_address(record, &fields, &one.address))
                .map(|record| spoken.contact_of(record))
                .collect();
            let chosen = choices.iter().find(|(address, ..)| *address == one.address);
            people.push(Person { address: one.clone(), matched: matched(contacts, chosen) });
        }
        let unknown = people.iter().filter(|person| person.matched == Matched::Nobody);
        let unknown: Vec<&Address> = unknown.map(|person| &person.address).collect();
        for (address, lead) in spoken.leads(&unknown).await? {
            let person = people.iter_mut().find(|person| person.address.address == address);
            if let Some(person) = person {
                person.matched = Matched::One(lead);
            }
        }
        let colleague =
            |person: &Address| Person { address: person.clone(), matched: Matched::Colleague };
        people.extend(inside.into_iter().map(colleague));
        let kinds = self.kinds(scope, &spoken).await?;
        let can_create = kinds.iter().any(|kind| kind.here);
        Ok(Seen { people, can_create, contact_label: spoken.contact.label.clone(), kinds })
    }

    /// Every contact that has an address, as the CRM shows them to the caller: to choose another than before.
    ///
    /// # Errors
    /// As [`Mailbox::people`]; [`Error::Invalid`] for what is no address.
    pub async fn candidates(&self, scope: &Scope, address: &str) -> Result<Vec<Contact>> {
        person(scope)?;
        let address = Address::new(None, address)
            .ok_or_else(|| Error::field("/address", "seller_mail.address", "an address of mail"))?;
        let rules = self.rules(scope).await?;
        let spoken = self.spoken(scope).await?;
        let fields = spoken.email_fields(&rules.contact_fields);
        let found = spoken.with_addresses(&fields, &[&address]).await?;
        let own = found.iter().filter(|record| has_address(record, &fields, &address.address));
        Ok(own.map(|record| spoken.contact_of(record)).collect())
    }

    /// Says which of several contacts an address means, for the caller alone.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Crm`] when the seller may not see the contact,
    /// [`Error::Store`].
    pub async fn choose(&self, scope: &Scope, address: &str, record: RecordRef) -> Result<()> {
        let user = person(scope)?;
        let address = mail_messages::normalised(address)
            .ok_or_else(|| Error::field("/address", "seller_mail.address", "an address of mail"))?;
        let spoken = self.spoken(scope).await?;
        let record = RecordRef::new(spoken.names.contact, record.id.0);
        // whoever may not see it cannot mean it
        spoken.crm.read(&record, &[spoken.names.full_name.to_owned()]).await?;
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| {
            store::choose(tx, user, (&address, &record.table, &record.id.0), now)
        };
        self.db.write(scope, write).await?;
        Ok(())
    }

    /// Open opportunities of a contact's account and of the contact, as the CRM shows them to the caller.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Crm`], [`Error::Connection`].
    pub async fn opportunities(&self, scope: &Scope, contact: &Contact) -> Result<Vec<Related>> {
        person(scope)?;
        let spoken = self.spoken(scope).await?;
        spoken.opportunities(contact).await
    }

    /// Domains whose people are colleagues of the caller: those that were set, and that of the caller's own address.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn internal_domains(&self, scope: &Scope) -> Result<Vec<String>> {
        let rules = self.rules(scope).await?;
        self.inside(scope, rules.internal_domains).await
    }

    async fn inside(&self, scope: &Scope, mut domains: Vec<String>) -> Result<Vec<String>> {
        domains.extend(self.own_domain(scope).await?);
        Ok(domains)
    }

    pub(crate) async fn spoken(&self, scope: &Scope) -> Result<Spoken> {
        let records = self.crm.records(scope).await?;
        let crm = records.seat();
        let (names, contact) = names::of(&*crm).await?;
        let form = records.form(&contact.name).cloned();
        let has_leads = records.form(names.lead).is_some();
        Ok(Spoken { crm, names, contact, form, has_leads })
    }

    /// The domain of the caller's own address.
    async fn own_domain(&self, scope: &Scope) -> Result<Option<String>> {
        let Some(user) = scope.user() else { return Ok(None) };
        let found = match self.identity.people(scope, &[user]).await {
            Ok(found) => found,
            Err(identity::Error::Denied(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let address = found.into_iter().next().and_then(|person| person.address);
        let domain = address.as_deref().map(mail_messages::domain_of).map(str::to_lowercase);
        // people with an address at a provider for everybody are no colleagues of everybody
        Ok(domain.filter(|domain| !domain.is_empty() && !FOR_EVERYBODY.contains(&domain.as_str())))
    }
}

impl Spoken {
    /// What a card shows beside the name: the key fields that administrators published, else what people look at first.
    fn facts(&self) -> Vec<String> {
        let Names { job_title, phone, mobile, .. } = self.names;
        let keys = self.form.as_ref().map(|form| form.keys.as_slice()).unwrap_or_default();
        let usual = [*job_title, *phone, *mobile].map(str::to_owned);
        let wanted = if keys.is_empty() { usual.as_slice() } else { keys };
        let field = |name: &String| self.contact.field(name).map(|field| field.name.clone());
        wanted.iter().filter_map(field).collect()
    }

    /// Fields with addresses that the seller sees: those that were set, else those of the CRM.
    fn email_fields(&self, set: &[String]) -> Vec<String> {
        let usual: Vec<String> = self.names.emails.iter().map(|&name| name.to_owned()).collect();
        let wanted = if set.is_empty() { usual.clone() } else { set.to_vec() };
        let seen = |wanted: Vec<String>| -> Vec<String> {
            let field = |name: &String| self.contact.field(name).map(|field| field.name.clone());
            wanted.iter().filter_map(field).collect()
        };
        let found = seen(wanted);
        // what was set for another kind of CRM says nothing here
        if found.is_empty() { seen(usual) } else { found }
    }

    async fn with_addresses(&self, fields: &[String], people: &[&Address]) -> Result<Vec<Record>> {
        let mut all: Vec<Record> = Vec::new();
        if fields.is_empty() || people.is_empty() {
            return Ok(all);
        }
        let mut wanted = self.shown();
        wanted.extend(fields.iter().cloned());
        wanted.sort();
        wanted.dedup();
        for some in people.chunks(ADDRESSES_AT_ONCE) {
            let values: Vec<Value> =
                some.iter().map(|person| Value::Text(person.address.clone())).collect();
            let of = |field: &String| Filter::OneOf(field.clone(), values.clone());
            let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let query = Query::of(&self.contact.name, &names)
                .filter(Filter::Any(fields.iter().map(of).collect()))
                .size(crm::MAX_PAGE);
            all.extend(self.crm.query(&query).await?.records);
        }
        Ok(all)
    }

    /// Fields of a contact that a card shows, as far as the seller sees them.
    fn shown(&self) -> Vec<String> {
        let Names { full_name, account, .. } = self.names;
        let known = |name: &&str| self.contact.field(name).map(|field| field.name.clone());
        let mut all: Vec<String> = [*full_name, *account].iter().filter_map(known).collect();
        all.extend(self.facts());
        all
    }

    fn contact_of(&self, record: &Record) -> Contact {
        let Names { full_name, account, .. } = self.names;
        let facts = self.facts();
        let facts = facts.iter().filter_map(|name| {
            let label = self.contact.field(name)?.label.clone();
            Some((label, text_of(record, name)?))
        });
        let related = match record.values.get(*account) {
            Some(Value::Row(at)) if !at.id.0.is_empty() => Some(Related {
                at: at.clone(),
                name: record.texts.get(*account).cloned().unwrap_or_default(),
                facts: Vec::new(),
            }),
            _ => None,
        };
        Contact {
            at: record.at.clone(),
            name: text_of(record, full_name).unwrap_or_else(|| record.at.id.to_string()),
            facts: facts.collect(),
            account: related,
            others: 0,
        }
    }

    async fn opportunities(&self, contact: &Contact) -> Result<Vec<Related>> {
        // opportunities are of accounts and contacts
        if contact.is_lead() {
            return Ok(Vec::new());
        }
        let table = match self.crm.describe(self.names.opportunity).await {
            Ok(table) => table,
            Err(crm::Error::ObjectHidden { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let seen = |name: &&&str| table.field(name).is_some();
        let shown: Vec<&str> = self.names.opportunity_shown.iter().filter(seen).copied().collect();
        let mut of = Vec::new();
        for name in self.names.opportunity_of.iter().filter(seen) {
            let mut is = |at: &RecordRef| {
                let at = Value::Row(at.clone());
                of.push(Filter::compare(*name, Comparison::Equal, at));
            };
            if let Some(account) = contact.account.as_ref().filter(|_| !name.contains("contact")) {
                is(&account.at);
            }
            if name.contains("contact") {
                is(&contact.at);
            }
        }
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = vec![Filter::Any(of)];
        let (field, open) = &self.names.opportunity_open;
        if table.field(field).is_some() {
            all.push(Filter::compare(*field, Comparison::Equal, open.value()));
        }
        let query = Query::of(&table.name, &shown).filter(Filter::All(all)).size(10);
        let found = self.crm.query(&query).await?;
        let one = |record: &Record| {
            let facts = shown.iter().skip(1).filter_map(|name| {
                Some((table.field(name)?.label.clone(), text_of(record, name)?))
            });
            let name = shown.first().and_then(|name| text_of(record, name));
            Related {
                at: record.at.clone(),
                name: name.unwrap_or_else(|| record.at.id.to_string()),
                facts: facts.collect(),
            }
        };
        Ok(found.records.iter().map(one).collect())
    }
}

fn matched(mut contacts: Vec<Contact>, chosen: Option<&(String, String, String)>) -> Matched {
    let others = contacts.len().saturating_sub(1);
    let at = chosen.and_then(|(_, _, id)| {
        contacts.iter().position(|contact| contact.at.id.0.eq_ignore_ascii_case(id))
    });
    match (at, contacts.len()) {
        (_, 0) => Matched::Nobody,
        (Some(at), _) => Matched::One(Contact { others, ..contacts.swap_remove(at) }),
        (None, 1) => Matched::One(contacts.swap_remove(0)),
        (None, _) => Matched::Several(contacts),
    }
}

pub(crate) fn has_address(record: &Record, fields: &[String], address: &str) -> bool {
    fields.iter().any(|field| match record.values.get(field) {
        Some(Value::Text(text)) => {
            mail_messages::normalised(text).is_some_and(|own| own == address)
        }
        _ => false,
    })
}

/// What people read of a field; nothing when it is empty.
pub(crate) fn text_of(record: &Record, field: &str) -> Option<String> {
    if let Some(text) = record.texts.get(field).filter(|text| !text.is_empty()) {
        return Some(cut(text, 300));
    }
    let text = match record.values.get(field)? {
        Value::Text(text) | Value::Choice(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Instant(at) => at.to_string(),
        _ => return None,
    };
    (!text.trim().is_empty()).then(|| cut(&text, 300))
}

/// Whether a domain is one of the tenant's, or below one.
pub fn is_inside(domain: &str, domains: &[String]) -> bool {
    domains.iter().any(|own| {
        domain == own || domain.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.'))
    })
}

/// People of a mail that are looked at; our own choice.
const MAX_PEOPLE: usize = 50;
/// Addresses in one question: Salesforce takes addresses of 4,000 characters in one clause.
const ADDRESSES_AT_ONCE: usize = 25;
/// Providers of mail for everybody.
const FOR_EVERYBODY: &[&str] = &[
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "gmx.net",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "wanadoo.fr",
    "sfr.fr",
    "proton.me",
    "aol.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_and_those_below_it_are_inside() {
        let own = ["contoso.example".to_owned()];
        assert!(is_inside("contoso.example", &own));
        assert!(is_inside("mail.contoso.example", &own));
        assert!(!is_inside("notcontoso.example", &own));
        assert!(!is_inside("contoso.example.evil", &own));
    }
}
