//! A contact of somebody in a mail: proposed from what the mail says, made when the seller confirms.

use crm::{FieldKind, RecordRef, Value, Values};
use kernel::Scope;
use mail_messages::{Message, normalised, signature, thread};

use crate::{
    Error, Mailbox, Result,
    people::Spoken,
    service::{cut, person},
    store,
};

/// A contact as it would be made, for the seller to look over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewContact {
    /// The given name.
    pub first_name: String,
    /// The family name, which CRMs ask for.
    pub last_name: String,
    /// What they do.
    pub job_title: String,
    /// The telephone at work.
    pub phone: String,
    /// The mobile telephone.
    pub mobile: String,
    /// The address.
    pub email: String,
}

/// What a mail says of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposed {
    /// What a contact would be made of.
    pub contact: NewContact,
    /// For whom they work, as the signature says.
    pub company: Option<String>,
    /// Whether anything came from a signature.
    pub from_signature: bool,
}

impl Mailbox {
    /// What the mail says of one of its people: the name beside the address, and of the sender the signature.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`] when nobody in the mail has the address.
    pub fn propose(&self, scope: &Scope, message: &Message, address: &str) -> Result<Proposed> {
        person(scope)?;
        let wanted = normalised(address);
        let people = message.people();
        let person = people.into_iter().find(|person| Some(&person.address) == wanted.as_ref());
        let Some(person) = person else {
            let detail = "nobody in the mail has this address";
            return Err(Error::field("/address", "seller_mail.nobody", detail));
        };
        let (given, family) = person.parted();
        let mut contact = NewContact {
            first_name: given.unwrap_or_default(),
            last_name: family.unwrap_or_default(),
            email: person.address.clone(),
            ..NewContact::default()
        };
        let is_sender = message.from.as_ref().is_some_and(|from| from.address == person.address);
        // what is quoted was written by others: only the newest piece is the sender's
        let found =
            is_sender.then(|| signature::find(&thread::newest(&message.text), Some(person)));
        let Some(found) = found.flatten().filter(signature::Signature::says_something) else {
            return Ok(Proposed { contact, company: None, from_signature: false });
        };
        let take = |field: &mut String, found: Option<String>| {
            if let Some(found) = found {
                *field = found;
            }
        };
        if contact.last_name.is_empty() {
            take(&mut contact.first_name, found.given_name);
            take(&mut contact.last_name, found.family_name);
        }
        take(&mut contact.job_title, found.job_title);
        take(&mut contact.phone, found.phone);
        take(&mut contact.mobile, found.mobile);
        Ok(Proposed { contact, company: found.company, from_signature: true })
    }

    /// What a new record of somebody in a mail is filled in with: what [`Mailbox::propose`] finds, in the fields of the
    /// table that the caller may set.
    ///
    /// # Errors
    /// As [`Mailbox::propose`]; [`Error::Connection`], [`Error::Crm`]; [`Error::Invalid`] for a table whose records nobody
    /// in a mail becomes.
    pub async fn prefill(
        &self,
        scope: &Scope,
        message: &Message,
        (address, table): (&str, &str),
    ) -> Result<Prefilled> {
        let Proposed { contact, company, from_signature } =
            self.propose(scope, message, address)?;
        let spoken = self.spoken(scope).await?;
        let names = spoken.names;
        let is_lead = spoken.is_lead(table)?;
        let records = self.crm.records(scope).await?;
        let wanted = if is_lead { names.lead } else { names.contact };
        let (table, _) = records.table(wanted).await?;
        let subject = if is_lead { message.subject.as_str() } else { "" };
        let at_work = if is_lead { company.as_deref().unwrap_or_default() } else { "" };
        let [_, _, company_field, _] = names.lead_shown;
        let given = [
            (names.first_name, contact.first_name.as_str()),
            (names.last_name, contact.last_name.as_str()),
            (names.job_title, contact.job_title.as_str()),
            (names.phone, contact.phone.as_str()),
            (names.mobile, contact.mobile.as_str()),
            (names.emails.first().copied().unwrap_or_default(), contact.email.as_str()),
            (company_field, at_work),
            // what Dynamics 365 calls the topic
            ("subject", subject),
        ];
        let mut values = Values::new();
        for (name, text) in given {
            let text = text.trim();
            let field = table.field(name).filter(|field| field.createable);
            if let Some(field) = field.filter(|_| !text.is_empty()) {
                let most = match field.kind {
                    FieldKind::Text(Some(most)) => usize::try_from(most).unwrap_or(MOST_SIGNS),
                    FieldKind::Text(None) => MOST_SIGNS,
                    _ => continue,
                };
                values.insert(field.name.clone(), Value::Text(cut(text, most.min(MOST_SIGNS))));
            }
        }
        Ok(Prefilled { table: table.name.clone(), values, company, from_signature })
    }

    /// Makes a contact or a lead of somebody in a mail in the caller's CRM, through the form that administrators
    /// published, and remembers that the address means the contact.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`], [`Error::Connection`] with what the CRM says: a
    /// duplicate, a field that it asks for; [`Error::Store`].
    pub async fn create_person(
        &self,
        scope: &Scope,
        address: &str,
        (table, values): (&str, &Values),
    ) -> Result<RecordRef> {
        let user = person(scope)?;
        let Some(email) = normalised(address) else {
            return Err(Error::field("/address", "seller_mail.address", "an address of mail"));
        };
        let spoken = self.spoken(scope).await?;
        let is_lead = spoken.is_lead(table)?;
        let records = self.crm.records(scope).await?;
        let wanted = if is_lead { spoken.names.lead } else { spoken.names.contact };
        let (table, may) = records.table(wanted).await?;
        if !may.create {
            return Err(crm::Error::NotAllowed.into());
        }
        let made = records.create(&table.name, values).await?;
        if !is_lead {
            let (now, at) = (self.clock.now(), made.clone());
            let write =
                move |tx: &db::Tx<'_>| store::choose(tx, user, (&email, &at.table, &at.id.0), now);
            self.db.write(scope, write).await?;
        }
        Ok(made)
    }

    /// What the seller may make of people who are not known.
    pub(crate) async fn kinds(&self, scope: &Scope, spoken: &Spoken) -> Result<Vec<Kind>> {
        let records = self.crm.records(scope).await?;
        let mut kinds = Vec::new();
        let names = spoken.names;
        let wanted = [Some(names.contact), Some(names.lead).filter(|_| spoken.has_leads)];
        for name in wanted.into_iter().flatten() {
            let (table, may) = match records.table(name).await {
                Ok(found) => found,
                Err(crm_connections::Error::Crm(crm::Error::ObjectHidden { .. })) => continue,
                Err(error) => return Err(error.into()),
            };
            let elsewhere = records.made_in_crm(&table).await?;
            if may.create || elsewhere.is_some() {
                let (table, label) = (table.name.clone(), table.label.clone());
                kinds.push(Kind { table, label, here: may.create, elsewhere });
            }
        }
        Ok(kinds)
    }
}

/// What somebody in a mail may become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The table: of contacts, or of leads where administrators published a form for them.
    pub table: String,
    /// What people call one.
    pub label: String,
    /// Whether it is made here.
    pub here: bool,
    /// Where the CRM itself makes one, where administrators lead there.
    pub elsewhere: Option<String>,
}

/// A new record before it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefilled {
    /// The table.
    pub table: String,
    /// What the mail says, by the CRM's fields.
    pub values: Values,
    /// For whom they work, as the signature says.
    pub company: Option<String>,
    /// Whether anything came from a signature.
    pub from_signature: bool,
}

impl Spoken {
    /// Whether a table is that of leads; the empty one is that of contacts.
    fn is_lead(&self, table: &str) -> Result<bool> {
        let is = |own: &str| own.eq_ignore_ascii_case(table);
        if self.has_leads && is(self.names.lead) {
            return Ok(true);
        }
        if table.is_empty() || is(self.names.contact) {
            return Ok(false);
        }
        let detail = "the table of contacts, or of leads where they have a form";
        Err(Error::field("/table", "seller_mail.kind", detail))
    }
}

/// Signs of a field that is filled in from a mail.
const MOST_SIGNS: usize = 250;
