//! The one question that everybody else asks: may this be done here.

use std::sync::Arc;

use kernel::{Code, EnvironmentId, Kind, Scope};

use crate::{
    Error, Library, LinkingSetup, Missing, Result, cache::Said, licences::JOB, store,
    table_settings::Kept,
};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// See the connected channels of a record, pin from the channel.
    Basic,
    /// Make links, teams and channels from the record.
    Enhanced,
    /// Make links from a view.
    ViewButton,
    /// Give new teams a sensitivity label.
    Labels,
    /// See the library of the channel beside the record.
    Documents,
    /// See the conversation of the channel beside the record.
    Conversation,
    /// Post changes of the record to the channel.
    Notes,
    /// Find recommended people in the workspace and add them when a link is made.
    AddMembers,
    /// Keep members in step with who may see the record.
    Sync,
}

/// Whether it may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It may.
    Open,
    /// It may not.
    Closed(Obstacle),
}

impl Answer {
    /// Whether it may be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }

    /// What stands in the way.
    pub const fn obstacle(self) -> Option<Obstacle> {
        match self {
            Self::Open => None,
            Self::Closed(obstacle) => Some(obstacle),
        }
    }
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The operator of the hub closed linking for everybody.
    OperatorOff,
    /// Linking is off in the environment.
    BasicOff,
    /// Linking is off for the CRM.
    CrmOff,
    /// Enhanced linking is off in the environment.
    EnhancedOff,
    /// Sensitivity labels are off in the environment.
    LabelsOff,
    /// Nobody agreed for the tenant.
    ConsentMissing,
    /// Nobody agreed for the tenant, so members cannot be found.
    UserSyncMissing,
    /// Nobody agreed to what goes on after linking.
    SecondConsentMissing,
    /// Records of the table are not linked.
    TableClosed,
    /// Records of the table have no documents.
    DocumentsOff,
    /// Devices that nobody manages do not see libraries.
    DeviceUnmanaged,
    /// The person has no licence for customer engagement.
    EngagementLicenceMissing,
    /// The person has no licence for Microsoft Teams.
    TeamsLicenceMissing,
    /// The person has neither.
    LicencesMissing,
}

impl Obstacle {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::OperatorOff,
        Self::BasicOff,
        Self::CrmOff,
        Self::EnhancedOff,
        Self::LabelsOff,
        Self::ConsentMissing,
        Self::UserSyncMissing,
        Self::SecondConsentMissing,
        Self::TableClosed,
        Self::DocumentsOff,
        Self::DeviceUnmanaged,
        Self::EngagementLicenceMissing,
        Self::TeamsLicenceMissing,
        Self::LicencesMissing,
    ];

    /// Its code; the words for people are `error-<code>` of `locales`.
    pub fn code(self) -> Code {
        let (name, kind) = match self {
            Self::OperatorOff => ("linking.operator_off", Kind::Conflict),
            Self::BasicOff => ("linking.basic_off", Kind::Conflict),
            Self::CrmOff => ("linking.crm_off", Kind::Conflict),
            Self::EnhancedOff => ("linking.enhanced_off", Kind::Conflict),
            Self::LabelsOff => ("linking.labels_off", Kind::Conflict),
            Self::ConsentMissing => ("linking.consent_missing", Kind::Forbidden),
            Self::UserSyncMissing => ("linking.user_sync_missing", Kind::Forbidden),
            Self::SecondConsentMissing => ("linking.second_consent_missing", Kind::Forbidden),
            Self::TableClosed => ("linking.table_closed", Kind::Conflict),
            Self::DocumentsOff => ("linking.documents_off", Kind::Conflict),
            Self::DeviceUnmanaged => ("linking.device_unmanaged", Kind::Forbidden),
            Self::EngagementLicenceMissing => {
                ("linking.engagement_licence_missing", Kind::Forbidden)
            }
            Self::TeamsLicenceMissing => ("linking.teams_licence_missing", Kind::Forbidden),
            Self::LicencesMissing => ("linking.licences_missing", Kind::Forbidden),
        };
        Code::new(name, kind)
    }

    /// The sentence for logs and clients of borrowed protocols.
    pub const fn text(self) -> &'static str {
        match self {
            Self::OperatorOff => "linking records to channels is off for the whole hub",
            Self::BasicOff => "linking records to channels is off in this environment",
            Self::CrmOff => "linking records of this CRM to channels is off",
            Self::EnhancedOff => "enhanced linking is off in this environment",
            Self::LabelsOff => "sensitivity labels are off in this environment",
            Self::ConsentMissing => "nobody agreed for the tenant",
            Self::UserSyncMissing => {
                "The admin has not consented to use user sync feature, you can add them manually"
            }
            Self::SecondConsentMissing => "nobody agreed to what goes on after linking",
            Self::TableClosed => "records of this table are not linked",
            Self::DocumentsOff => "records of this table have no documents",
            Self::DeviceUnmanaged => "devices that nobody manages do not see libraries",
            Self::EngagementLicenceMissing => "a licence for customer engagement is missing",
            Self::TeamsLicenceMissing => "a licence for Microsoft Teams is missing",
            Self::LicencesMissing => {
                "licences for customer engagement and for Microsoft Teams are missing"
            }
        }
    }
}

/// Everything that an answer stands on.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) said: Arc<Said>,
    /// The table that it is about, where it is about one.
    pub(crate) table: Option<Kept>,
    pub(crate) missing: Missing,
    pub(crate) library: Library,
}

/// The first thing in the way, from the environment down to the person.
pub(crate) fn judge(feature: Feature, standing: &Standing) -> Answer {
    use Feature as F;
    let Standing { said, table, missing, library } = standing;
    let Said { switches, consents: [first, second], own, .. } = &**said;
    let enhanced =
        matches!(feature, F::Enhanced | F::ViewButton | F::Labels | F::AddMembers | F::Sync);
    let closed = [
        (!switches.basic, Obstacle::BasicOff),
        (enhanced && !switches.enhanced, Obstacle::EnhancedOff),
        (feature == F::Labels && !own.labels, Obstacle::LabelsOff),
        (
            matches!(feature, F::AddMembers | F::Sync) && !(switches.user_sync && first.holds()),
            Obstacle::UserSyncMissing,
        ),
        (enhanced && !first.holds(), Obstacle::ConsentMissing),
        (
            matches!(feature, F::Conversation | F::Notes | F::Sync) && !second.holds(),
            Obstacle::SecondConsentMissing,
        ),
        (table.as_ref().is_some_and(|table| !table.links), Obstacle::TableClosed),
        (
            feature == F::Documents && table.as_ref().is_some_and(|table| !table.documents),
            Obstacle::DocumentsOff,
        ),
        (missing.engagement && missing.teams, Obstacle::LicencesMissing),
        (missing.engagement, Obstacle::EngagementLicenceMissing),
        (missing.teams, Obstacle::TeamsLicenceMissing),
        (feature == F::Documents && *library == Library::Closed, Obstacle::DeviceUnmanaged),
    ];
    let first = closed.into_iter().find(|(stands, _)| *stands);
    first.map_or(Answer::Open, |(_, obstacle)| Answer::Closed(obstacle))
}

impl LinkingSetup {
    /// Whether the caller may do this in an environment, with rows of a table where it is about one. The rights on the
    /// row itself are another matter.
    ///
    /// # Errors
    /// [`Error::Records`] when there is no such environment for the caller, [`Error::Identity`], [`Error::Store`].
    pub async fn may(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        table: Option<&str>,
        feature: Feature,
    ) -> Result<Answer> {
        let [answer] = self.answers(scope, environment, (table, [feature])).await?;
        Ok(answer)
    }

    /// The same as an error where it may not.
    ///
    /// # Errors
    /// [`Error::Closed`], and as [`LinkingSetup::may`].
    pub async fn require(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        table: Option<&str>,
        feature: Feature,
    ) -> Result<()> {
        match self.may(scope, environment, table, feature).await? {
            Answer::Open => Ok(()),
            Answer::Closed(obstacle) => Err(Error::Closed(obstacle)),
        }
    }

    /// The answers to several questions at once, for a page.
    ///
    /// # Errors
    /// As [`LinkingSetup::may`].
    pub async fn answers<const N: usize>(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        (table, features): (Option<&str>, [Feature; N]),
    ) -> Result<[Answer; N]> {
        let standing = self.standing(scope, environment, table).await?;
        if self.is_closed() {
            return Ok([Answer::Closed(Obstacle::OperatorOff); N]);
        }
        Ok(features.map(|feature| judge(feature, &standing)))
    }

    /// What the caller's device may do with libraries of channels.
    ///
    /// # Errors
    /// As [`LinkingSetup::may`].
    pub async fn library(&self, scope: &Scope, environment: EnvironmentId) -> Result<Library> {
        self.0.records.session_in(scope, environment).await?;
        Ok(self.said(scope, environment).await?.own.devices.library(scope))
    }

    async fn standing(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        table: Option<&str>,
    ) -> Result<Standing> {
        // whoever may not come in knows nothing of the environment
        self.0.records.session_in(scope, environment).await?;
        let said = self.said(scope, environment).await?;
        let missing = self.missing(scope).await?;
        let table = table.map(|name| said.table(name));
        let library = said.own.devices.library(scope);
        Ok(Standing { said, table, missing, library })
    }

    /// What an environment and its tenant say, for whoever may come in.
    async fn said(&self, scope: &Scope, environment: EnvironmentId) -> Result<Arc<Said>> {
        let (version, tenant) = (self.1.version(), scope.tenant());
        if let Some(known) = self.1.said(tenant, environment) {
            return Ok(known);
        }
        let switches = self.switches(scope, environment).await?;
        let root = self.0.scopes.scope(tenant, JOB);
        let read = move |tx: &db::Tx<'_>| {
            let (consents, own) = (store::consents(tx)?, store::own(tx, environment)?);
            Ok::<_, Error>((consents, own, store::tables(tx, environment)?))
        };
        let (consents, own, tables) = self.0.db.read(&root, read).await?;
        let said = Arc::new(Said { switches, consents, own, tables });
        self.1.keep_said((tenant, environment), &said, version);
        Ok(said)
    }
}
