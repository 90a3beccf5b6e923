//! What partners know of a record or a mail: each is asked by itself, so that one that hangs keeps nobody waiting but
//! itself, and that for five seconds.

use crm::RecordRef;
use crm_connections::SystemKind;
use jiff::Timestamp;
use kernel::{ActionId, Scope};
use sales::{Email, Entity, Input, Point, Request, Surface};

use crate::{
    Address, Error, Mailbox, Opened, Result,
    service::{cut, person},
};

/// A partner that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The action behind it.
    pub action: ActionId,
    /// What the action is called.
    pub name: String,
    /// What it is asked for.
    pub point: Point,
}

/// What a partner is asked about.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// A record of the caller's CRM.
    Record(&'a RecordRef),
    /// A mail with the records that it is about, and what the seller wants of a draft.
    Mail(&'a Opened, &'a [RecordRef], Option<&'a str>),
}

impl Mailbox {
    /// Who can be asked for these, in their order.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Sales`].
    pub async fn partners(&self, scope: &Scope, points: &[Point]) -> Result<Vec<Partner>> {
        person(scope)?;
        let mut all = Vec::new();
        if !self.crm.known(scope).await?.settings.partners {
            return Ok(all);
        }
        for &point in points {
            let found = match self.sales.partners(scope, point, None).await {
                // without an environment of sales, or without the right, there is nobody to ask
                Err(
                    sales::Error::CrmNeeded { .. }
                    | sales::Error::EnvironmentNeeded { .. }
                    | sales::Error::Denied(_),
                ) => return Ok(all),
                other => other?,
            };
            all.extend(found.into_iter().map(|(action, name)| Partner { action, name, point }));
        }
        Ok(all)
    }

    /// What one partner says.
    ///
    /// # Errors
    /// As [`Mailbox::partners`]; [`crate::Error::Connection`] where there is no CRM.
    pub async fn ask(
        &self,
        scope: &Scope,
        (point, partner): (Point, ActionId),
        asked: Asked<'_>,
    ) -> Result<Surface> {
        person(scope)?;
        if !self.crm.known(scope).await?.settings.partners {
            return Err(Error::PartnersOff);
        }
        let records = self.crm.records(scope).await?;
        let system = records.system();
        let kind = match system.kind {
            SystemKind::Salesforce => "Salesforce",
            _ => "Dynamics365",
        };
        let mut input = Input {
            crm_type: Some(kind.to_owned()),
            crm_org_url: system.address.as_ref().map(ToString::to_string),
            top: Some(ITEMS),
            skip: Some(0),
            ..Input::default()
        };
        match asked {
            Asked::Record(record) => {
                input.record_type = Some(record.table.to_lowercase());
                input.record_id = Some(record.id.0.clone());
            }
            Asked::Mail(opened, related, wish) => {
                input.resource_data = Some(letter(opened));
                input.related_entities = related
                    .iter()
                    .map(|record| Entity {
                        entity_id: record.id.0.clone(),
                        entity_type: record.table.to_lowercase(),
                        ..Entity::default()
                    })
                    .collect();
                input.input_prompt = wish.filter(|wish| !wish.is_empty()).map(|it| cut(it, 2_000));
            }
        }
        let request = Request { point, environment: None, input, action: Some(partner) };
        Ok(Box::pin(self.sales.show(scope, request)).await?)
    }
}

/// A mail as partners get it (sales extensions, §1.4).
fn letter(opened: &Opened) -> Email {
    let message = &opened.message;
    let list = |all: &[Address]| all.iter().take(50).map(|one| one.address.clone()).collect();
    let sent: Timestamp = opened.mail.sent_at;
    Email {
        plaintext_body: Some(cut(&message.text, MAX_TEXT)),
        subject: Some(opened.mail.subject.clone()),
        from: message.from.as_ref().map(|from| from.address.clone()),
        to: list(&message.to),
        cc: list(&message.cc),
        bcc: list(&message.bcc),
        sent_date_time: Some(sent.to_string()),
        message_id: message.message_id.clone(),
        conversation_id: message.references.first().cloned().or(message.message_id.clone()),
        ..Email::default()
    }
}

/// Items of one partner; our own choice.
const ITEMS: u32 = 5;
/// Signs of a mail that partners get; our own choice.
const MAX_TEXT: usize = 20_000;
