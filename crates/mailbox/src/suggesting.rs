//! What a mail suggests for an opportunity, held against what the opportunity says, and written when the seller accepts.

use crm::{Field, FieldKind, Record, RecordRef, Value, Values, Version};
use event_log::{Change, Subject, audit};
use jiff::civil::Date;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Mailbox, Opened, Result,
    currency::{Purse, Worth},
    people::text_of,
    service::{cut, person},
    store,
};

/// A value that a mail suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggested {
    /// What it may be worth, in hundredths, and the currency that the mail says.
    Amount(i64, Option<&'static str>),
    /// When it may close.
    CloseDate(Date),
    /// A stage that the words sound like: `qualify`, `develop`, `propose`, `close` or `lost`.
    Stage(&'static str),
}

/// A field of an opportunity, and what a mail suggests for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Which of the suggestions, from 0.
    pub suggestion: usize,
    /// The field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// What it says now.
    pub now: Option<String>,
    /// What it would say, as a form sends it.
    pub value: String,
    /// Whether the seller may write it: a stage that the CRM calls otherwise is a hint alone.
    pub can_accept: bool,
    /// What form the field has.
    pub form: Form,
    /// What is to be known of its currency.
    pub money: Option<Money>,
}

/// What form a field has in which a suggestion is looked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number.
    Number,
    /// A day.
    Day,
    /// An entry of a choice or a text: taken as it is.
    Word,
}

/// What is to be known of the currency of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Money {
    /// It is in this currency, which is the record's.
    Same(String),
    /// The mail says this in another currency; it was converted at the CRM's rate.
    Converted(String),
    /// The mail says this; the CRM does not say in which currency its amounts are.
    Unknown(String),
    /// The mail says this, the record is in this currency, and the CRM has no rate between them: it is not written.
    NoRate(String, String),
}

/// What a mail suggests for an opportunity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposals {
    /// The opportunity.
    pub at: RecordRef,
    /// What it is called.
    pub name: String,
    /// What it is at.
    pub version: Option<String>,
    /// Field by field; what says so already and what was rejected is left out.
    pub fields: Vec<Proposal>,
    /// What was accepted in this thread before: what the field is called, and what was written.
    pub done: Vec<(String, String)>,
}

/// What a seller accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The opportunity.
    pub opportunity: String,
    /// The field.
    pub field: String,
    /// What was suggested, as [`Proposal::value`] has it.
    pub suggested: String,
    /// What is to be written, in the same form: the seller may have changed it.
    pub value: String,
    /// What the opportunity was at when it was shown.
    pub version: Option<String>,
}

/// What a seller decided before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) thread: String,
    pub(crate) record: String,
    pub(crate) field: String,
    pub(crate) suggested: String,
    pub(crate) written: String,
    pub(crate) accepted: bool,
}

impl Mailbox {
    /// Holds suggestions of a mail against an opportunity, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn proposals(
        &self,
        scope: &Scope,
        opened: &Opened,
        opportunity: &str,
        suggested: &[Suggested],
    ) -> Result<Proposals> {
        let user = person(scope)?;
        let spoken = self.spoken(scope).await?;
        let names = spoken.names;
        let records = self.crm.records(scope).await?;
        let shown = records.open(names.opportunity, opportunity).await?;
        let record = &shown.record;
        let (thread, id) = (thread_of(opened), record.at.id.0.clone());
        let read = move |tx: &db::Tx<'_>| store::decisions(tx, user, (&thread, &id));
        let decided = self.db.read_one(scope, read).await?;
        let has_amount = suggested.iter().any(|one| matches!(one, Suggested::Amount(_, Some(_))));
        let purse = if has_amount { spoken.purse(record).await? } else { Purse::default() };
        let mut fields = Vec::new();
        for (at, one) in suggested.iter().enumerate() {
            let place = match one {
                Suggested::Amount(..) => 1,
                Suggested::CloseDate(_) => 2,
                Suggested::Stage(_) => 3,
            };
            let name = names.opportunity_shown.get(place);
            let field = name.and_then(|name| shown.table.field(name));
            if let Some(field) = field {
                fields.extend(proposal(at, (*one, &purse), field, record));
            }
        }
        let is_new = |one: &Proposal| {
            !decided.iter().any(|known| known.field == one.field && known.suggested == one.value)
        };
        fields.retain(is_new);
        let done = decided.into_iter().filter(|one| one.accepted).map(|one| {
            let label = shown.table.field(&one.field).map(|field| field.label.clone());
            (label.unwrap_or(one.field), one.written)
        });
        let name = names.opportunity_shown.first().and_then(|name| text_of(record, name));
        Ok(Proposals {
            done: done.collect(),
            at: record.at.clone(),
            name: name.unwrap_or_else(|| record.at.id.to_string()),
            version: record.version.clone().map(|version| version.0),
            fields,
        })
    }

    /// Writes what the caller accepted of a mail, with the caller's rights, while the opportunity is what was shown.
    /// Remembered is what was suggested and what was written.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Invalid`] for a field that is not
    /// suggested or a value that does not fit it, [`Error::Connection`] with a finding where the field may not be
    /// written any more, [`Error::Crm`] with [`crm::Error::Changed`] where somebody changed it meanwhile,
    /// [`Error::Store`].
    pub async fn accept(&self, scope: &Scope, mail: Uuid, accepted: Accepted) -> Result<()> {
        let user = person(scope)?;
        let opened = self.open(scope, mail).await?;
        let names = self.spoken(scope).await?.names;
        let records = self.crm.records(scope).await?;
        let (table, _) = records.table(names.opportunity).await?;
        let Accepted { opportunity, field, suggested, value, version } = accepted;
        let offered = names.opportunity_shown.iter().skip(1).any(|name| *name == field);
        let kind = table.field(&field).filter(|_| offered).map(|field| &field.kind);
        let Some(typed) = kind.and_then(|kind| typed(&value, kind)) else {
            let detail = "a value that the field takes";
            return Err(Error::field("/value", "seller_mail.value", detail));
        };
        let at = RecordRef::new(&table.name, opportunity);
        let mut values = Values::new();
        values.insert(field.clone(), typed);
        records.change(&at, &values, version.map(Version).as_ref()).await?;
        let now = self.clock.now();
        let is_as_suggested = suggested == value;
        let told = Change {
            action: "seller_mail.accept",
            subject: Subject::new("seller_mail", mail),
            before: None,
            after: Some(json!({
                "table": at.table, "id": at.id.0, "field": field, "as_suggested": is_as_suggested,
            })),
            at: now,
        };
        let (thread, record) = (thread_of(&opened), at.id.0);
        let (suggested, written) = (cut(&suggested, MAX_VALUE), cut(&value, MAX_VALUE));
        let made = Decision { thread, record, field, suggested, written, accepted: true };
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::decide(tx, user, &made, now)?;
            audit(tx, &told)
        };
        self.db.write(scope, write).await?;
        Ok(())
    }

    /// Remembers that the caller does not want what a thread suggests for a field: it is suggested no more there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Store`].
    pub async fn reject(&self, scope: &Scope, mail: Uuid, rejected: Accepted) -> Result<()> {
        let user = person(scope)?;
        let opened = self.open(scope, mail).await?;
        let Accepted { opportunity, field, suggested, .. } = rejected;
        let made = Decision {
            thread: thread_of(&opened),
            record: cut(&opportunity, MAX_VALUE),
            field: cut(&field, MAX_VALUE),
            suggested: cut(&suggested, MAX_VALUE),
            written: String::new(),
            accepted: false,
        };
        let now = self.clock.now();
        self.db.write(scope, move |tx: &db::Tx<'_>| store::decide(tx, user, &made, now)).await?;
        Ok(())
    }
}

/// What tells the thread of a mail from others: the message that it began with.
fn thread_of(opened: &Opened) -> String {
    let message = &opened.message;
    let first = message.references.first().or(message.in_reply_to.as_ref());
    let first = first.or(message.message_id.as_ref()).filter(|id| !id.is_empty());
    first.map_or_else(|| opened.mail.id.to_string(), |id| cut(id, MAX_VALUE))
}

fn proposal(
    at: usize,
    (one, purse): (Suggested, &Purse),
    field: &Field,
    record: &Record,
) -> Option<Proposal> {
    let now = text_of(record, &field.name);
    let mut money = None;
    let (value, form, fits) = match one {
        Suggested::Amount(cents, said) => {
            let told = || format!("{} {}", amount(cents), said.unwrap_or_default());
            let own = || purse.own().unwrap_or_default().to_owned();
            let (cents, fits, about) = match purse.worth(cents, said) {
                Worth::Same => (cents, true, said.map(|_| Money::Same(own()))),
                Worth::Converted(other) => (other, true, Some(Money::Converted(told()))),
                Worth::Unknown => (cents, true, Some(Money::Unknown(told()))),
                Worth::NoRate(own) => (cents, false, Some(Money::NoRate(told(), own))),
            };
            money = about;
            let value = amount(cents);
            let fits = fits && typed(&value, &field.kind).is_some();
            (value, Form::Number, fits)
        }
        Suggested::CloseDate(day) => {
            (day.to_string(), Form::Day, typed(&day.to_string(), &field.kind).is_some())
        }
        Suggested::Stage(word) => match stage(word, &field.kind) {
            Some(value) => (value, Form::Word, true),
            None => (word.to_owned(), Form::Word, false),
        },
    };
    let is_other_money = matches!(money, Some(Money::NoRate(..)));
    let same = !is_other_money
        && record
            .values
            .get(&field.name)
            .is_some_and(|known| typed(&value, &field.kind).is_some_and(|wanted| wanted == *known));
    (!same).then(|| Proposal {
        suggestion: at,
        field: field.name.clone(),
        label: field.label.clone(),
        now,
        value,
        can_accept: fits && field.updateable,
        form,
        money,
    })
}

/// Hundredths as a number with a point.
fn amount(cents: i64) -> String {
    let (whole, rest) = (cents / 100, cents.unsigned_abs() % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}

/// Signs of what is kept of a decision; our own choice.
const MAX_VALUE: usize = 400;

/// The entry of a choice whose label holds the word for a stage. No words win or lose a sale: that is for people.
fn stage(word: &str, kind: &FieldKind) -> Option<String> {
    let FieldKind::Choice(entries) = kind else { return None };
    let root = match word {
        "qualify" => "qualif",
        "develop" => "develop",
        "propose" => "propos",
        "close" => "negotiat",
        _ => return None,
    };
    let found = entries.iter().find(|entry| entry.label.to_lowercase().contains(root));
    found.map(|entry| entry.value.clone())
}

/// A value of a form as the field holds it.
fn typed(value: &str, kind: &FieldKind) -> Option<Value> {
    match kind {
        FieldKind::Money | FieldKind::Number => {
            let number: f64 = value.parse().ok()?;
            number.is_finite().then_some(Value::Number(number))
        }
        FieldKind::Date => value.parse().ok().map(Value::Date),
        FieldKind::Choice(_) => Some(Value::Choice(value.to_owned())),
        _ => None,
    }
}
