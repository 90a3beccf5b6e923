//! What partners know of an opportunity, beside a mail: each is asked by itself, so that one that hangs keeps nobody
//! waiting but itself, and that for five seconds.

use crm::RecordRef;
use kernel::{ActionId, Scope};
use sales::{Input, Point, Request, Surface};

use crate::{Mailbox, Result, service::person};

/// A partner that can be asked about opportunities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The action behind it.
    pub action: ActionId,
    /// What the action is called.
    pub name: String,
}

impl Mailbox {
    /// Who can be asked about an opportunity.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Sales`].
    pub async fn partners(&self, scope: &Scope) -> Result<Vec<Partner>> {
        person(scope)?;
        let found = match self.sales.partners(scope, Point::OpportunityInsights, None).await {
            // without an environment of sales, or without the right, there is nobody to ask
            Err(
                sales::Error::CrmNeeded { .. }
                | sales::Error::EnvironmentNeeded { .. }
                | sales::Error::Denied(_),
            ) => Vec::new(),
            other => other?,
        };
        let partner = |(action, name)| Partner { action, name };
        Ok(found.into_iter().map(partner).collect())
    }

    /// What one partner says of a record.
    ///
    /// # Errors
    /// As [`Mailbox::partners`].
    pub async fn ask(
        &self,
        scope: &Scope,
        partner: ActionId,
        record: &RecordRef,
    ) -> Result<Surface> {
        person(scope)?;
        let kind = if record.table == "Opportunity" { "Salesforce" } else { "Dynamics365" };
        let input = Input {
            record_type: Some(record.table.to_lowercase()),
            record_id: Some(record.id.0.clone()),
            crm_type: Some(kind.to_owned()),
            top: Some(5),
            skip: Some(0),
            ..Input::default()
        };
        let point = Point::OpportunityInsights;
        let request = Request { point, environment: None, input, action: Some(partner) };
        Ok(Box::pin(self.sales.show(scope, request)).await?)
    }
}
