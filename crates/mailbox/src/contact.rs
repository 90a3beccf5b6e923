//! A contact of somebody in a mail: proposed from what the mail says, made when the seller confirms.

use crm::{RecordRef, Value, Values};
use kernel::Scope;
use mail_messages::{Message, normalised, signature, thread};

use crate::{
    Error, Mailbox, Result,
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

    /// Makes a contact in the caller's CRM, and remembers that the address means it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`], [`Error::Connection`], [`Error::Crm`] with what
    /// the CRM says: a duplicate, a field that it asks for; [`Error::Store`].
    pub async fn create_contact(&self, scope: &Scope, new: NewContact) -> Result<RecordRef> {
        let user = person(scope)?;
        let Some(email) = normalised(&new.email) else {
            return Err(Error::field("/email", "seller_mail.address", "an address of mail"));
        };
        if new.last_name.trim().is_empty() {
            let detail = "CRMs ask for a family name";
            return Err(Error::field("/last_name", "seller_mail.name_needed", detail));
        }
        let spoken = self.spoken(scope).await?;
        if !spoken.may_create().await? {
            return Err(crm::Error::NotAllowed.into());
        }
        let names = spoken.names;
        let first_email = names.emails.first().copied().unwrap_or_default();
        let given = [
            (names.first_name, new.first_name.as_str()),
            (names.last_name, new.last_name.as_str()),
            (names.job_title, new.job_title.as_str()),
            (names.phone, new.phone.as_str()),
            (names.mobile, new.mobile.as_str()),
            (first_email, email.as_str()),
        ];
        let mut values = Values::new();
        for (name, text) in given {
            let text = text.trim();
            let field = spoken.contact.field(name).filter(|field| field.createable);
            if let Some(field) = field.filter(|_| !text.is_empty()) {
                values.insert(field.name.clone(), Value::Text(cut(text, 250)));
            }
        }
        let made = spoken.crm.create(&spoken.contact.name, &values).await?;
        let (now, at) = (self.clock.now(), made.clone());
        let write =
            move |tx: &db::Tx<'_>| store::choose(tx, user, (&email, &at.table, &at.id.0), now);
        self.db.write(scope, write).await?;
        Ok(made)
    }
}
