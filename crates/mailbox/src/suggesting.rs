//! What a mail suggests for an opportunity, held against what the opportunity says, and written when the seller accepts.

use crm::{Field, FieldKind, Record, RecordRef, Value, Values, Version};
use event_log::{Change, Subject, audit};
use jiff::civil::Date;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Mailbox, Result, people::text_of, service::person};

/// A value that a mail suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suggested {
    /// What it may be worth, in hundredths.
    Amount(i64),
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
    /// What it would say, as a form sends it and as people read it.
    pub value: String,
    /// Whether the seller may write it: a stage that the CRM calls otherwise is a hint alone.
    pub can_accept: bool,
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
    /// Field by field; what says so already is left out.
    pub fields: Vec<Proposal>,
}

/// What a seller accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The opportunity.
    pub opportunity: String,
    /// The field.
    pub field: String,
    /// The value, as [`Proposal::value`] has it.
    pub value: String,
    /// What the opportunity was at when it was shown.
    pub version: Option<String>,
}

impl Mailbox {
    /// Holds suggestions against an opportunity, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Crm`].
    pub async fn proposals(
        &self,
        scope: &Scope,
        opportunity: &str,
        suggested: &[Suggested],
    ) -> Result<Proposals> {
        person(scope)?;
        let names = self.spoken(scope).await?.names;
        let records = self.crm.records(scope).await?;
        let opened = records.open(names.opportunity, opportunity).await?;
        let record = &opened.record;
        let shown = names.opportunity_shown;
        let mut fields = Vec::new();
        for (at, one) in suggested.iter().enumerate() {
            let place = match one {
                Suggested::Amount(_) => 1,
                Suggested::CloseDate(_) => 2,
                Suggested::Stage(_) => 3,
            };
            let field = shown.get(place).and_then(|name| opened.table.field(name));
            if let Some(field) = field {
                fields.extend(proposal(at, *one, field, record));
            }
        }
        let name = shown.first().and_then(|name| text_of(record, name));
        Ok(Proposals {
            at: record.at.clone(),
            name: name.unwrap_or_else(|| record.at.id.to_string()),
            version: record.version.clone().map(|version| version.0),
            fields,
        })
    }

    /// Writes what the caller accepted of a mail, with the caller's rights, while the opportunity is what was shown.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Connection`], [`Error::Crm`] with
    /// [`crm::Error::Changed`] where somebody changed it meanwhile, [`Error::Store`].
    pub async fn accept(&self, scope: &Scope, mail: Uuid, accepted: Accepted) -> Result<()> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| crate::store::lookup(tx, user, mail);
        self.db.read_one(scope, read).await?.ok_or(Error::NotFound { mail })?;
        let names = self.spoken(scope).await?.names;
        let records = self.crm.records(scope).await?;
        let (table, _) = records.table(names.opportunity).await?;
        let Accepted { opportunity, field, value, version } = accepted;
        let offered = names.opportunity_shown.iter().skip(1).any(|name| *name == field);
        let kind = table.field(&field).filter(|_| offered).map(|field| &field.kind);
        let value = kind.and_then(|kind| typed(&value, kind)).ok_or(Error::NoTable)?;
        let at = RecordRef::new(&table.name, opportunity);
        let mut values = Values::new();
        values.insert(field.clone(), value);
        records.change(&at, &values, version.map(Version).as_ref()).await?;
        let told = Change {
            action: "seller_mail.accept",
            subject: Subject::new("seller_mail", mail),
            before: None,
            after: Some(json!({ "table": at.table, "id": at.id.0, "field": field })),
            at: self.clock.now(),
        };
        self.db.write(scope, move |tx: &db::Tx<'_>| audit(tx, &told)).await?;
        Ok(())
    }
}

fn proposal(at: usize, one: Suggested, field: &Field, record: &Record) -> Option<Proposal> {
    let now = text_of(record, &field.name);
    let (value, fits) = match one {
        Suggested::Amount(cents) => (amount(cents), typed(&amount(cents), &field.kind).is_some()),
        Suggested::CloseDate(day) => {
            (day.to_string(), typed(&day.to_string(), &field.kind).is_some())
        }
        Suggested::Stage(word) => match stage(word, &field.kind) {
            Some(value) => (value, true),
            None => (word.to_owned(), false),
        },
    };
    let same = record
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
    })
}

/// Hundredths as a number with a point.
fn amount(cents: i64) -> String {
    let (whole, rest) = (cents / 100, cents.unsigned_abs() % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") }
}

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
