//! Connectors that every tenant has without making them: those through which sellers reach their CRM. They have no
//! package here; data policies sort them into groups like all others.

use kernel::{ApiConnectorId, EnvironmentId, Scope};
use url::Url;
use uuid::Uuid;

use crate::{
    Connectors, Error, Result,
    calls::{CallEntry, Via},
    policies::forbidden,
    policy::{Ground, Subject},
};

/// A connector that every tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prebuilt {
    /// A Salesforce organisation as a seller's CRM.
    Salesforce,
    /// A Dataverse environment of Dynamics 365 as a seller's CRM.
    Dataverse,
}

impl Prebuilt {
    /// Every one of them, by name.
    pub const ALL: [Self; 2] = [Self::Dataverse, Self::Salesforce];

    /// The identifier, in every tenant the same.
    pub fn id(self) -> ApiConnectorId {
        let number: u128 = match self {
            Self::Salesforce => 0x5a1e_5f0c_e000_8000_8000_0000_0000_0001,
            Self::Dataverse => 0xda7a_0e25_e000_8000_8000_0000_0000_0002,
        };
        Uuid::from_u128(number).into()
    }

    /// The one with this identifier.
    pub fn of(id: ApiConnectorId) -> Option<Self> {
        Self::ALL.into_iter().find(|prebuilt| prebuilt.id() == id)
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "Salesforce",
            Self::Dataverse => "Microsoft Dataverse",
        }
    }

    /// The platform's own name of it, such as `shared_salesforce`.
    pub const fn api(self) -> &'static str {
        match self {
            Self::Salesforce => "shared_salesforce",
            Self::Dataverse => "shared_commondataserviceforapps",
        }
    }

    /// The address by which patterns of policies know it where no system is at hand.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Salesforce => "https://login.salesforce.com/",
            Self::Dataverse => "https://crm.dynamics.com/",
        }
    }
}

/// What is to be done through a prebuilt connector.
#[derive(Debug, Clone, Copy)]
pub struct PrebuiltUse<'a> {
    /// Which one.
    pub connector: Prebuilt,
    /// The address that it leads to.
    pub address: &'a Url,
    /// What is called; nothing where somebody signs in.
    pub operation: Option<&'a str>,
}

impl Connectors {
    /// Whether data policies let a prebuilt connector be used in all of these environments; a refusal is kept where
    /// refused connections and calls are, see [`Connectors::refusals`].
    ///
    /// # Errors
    /// [`Error::PolicyViolation`], which names the policy to administrators only, [`Error::Store`].
    pub async fn check_prebuilt(
        &self,
        scope: &Scope,
        used: PrebuiltUse<'_>,
        environments: &[EnvironmentId],
    ) -> Result<()> {
        let policies = self.policies(scope).await?;
        let id = used.connector.id();
        let subject = Subject { connector: id, address: used.address.as_str() };
        let refused = environments.iter().find_map(|environment| {
            let whole = policies.judge(*environment, subject, used.operation);
            let found = whole.or_else(|| policies.judge_address(*environment, id, used.address))?;
            Some((*environment, found))
        });
        let Some((environment, violation)) = refused else { return Ok(()) };
        self.log.put(CallEntry {
            scope: scope.clone(),
            id: self.ids.fresh(),
            at: self.clock.now(),
            connector: id,
            environment,
            version: 0,
            operation: used.operation.unwrap_or_default().to_owned(),
            connection: None,
            via: if used.operation.is_some() { Via::Crm } else { Via::Connection },
            subject: None,
            actor: scope.actor(),
            request: scope.request(),
            outcome: "data_policy.violation".into(),
            status: None,
            duration_us: 0,
            sent_bytes: 0,
            received_bytes: 0,
            refused: Some((violation.policy, violation.ground)),
        });
        Err(forbidden(scope, &violation))
    }

    /// The policy that forbids a prebuilt connector in one of these environments, by its name; nothing is kept.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn prebuilt_forbidden_by(
        &self,
        scope: &Scope,
        (connector, address): (Prebuilt, &Url),
        environments: &[EnvironmentId],
    ) -> Result<Option<(String, Ground, EnvironmentId)>> {
        let policies = self.policies(scope).await?;
        let id = connector.id();
        let subject = Subject { connector: id, address: address.as_str() };
        Ok(environments.iter().find_map(|environment| {
            let whole = policies.judge(*environment, subject, None);
            let found = whole.or_else(|| policies.judge_address(*environment, id, address))?;
            Some((found.name, found.ground, *environment))
        }))
    }
}

impl Error {
    /// Whether a data policy said no.
    pub const fn is_policy_violation(&self) -> bool {
        matches!(self, Self::PolicyViolation { .. })
    }
}
