//! The same question about records of CRMs elsewhere.
//!
//! An environment has its switches in its own row of `organization`; a CRM elsewhere has one here, off until somebody
//! who sets CRMs up turns it on (our own choice: in the product the seller app's "Collaboration spaces" is one setting
//! of the tenant, and nothing is published for Salesforce). Consents and licences are those of the tenant.

use db::Tx;
use kernel::{Permission, Scope};
use serde_json::json;
use uuid::Uuid;

use crate::{Answer, Error, Feature, LinkingSetup, Obstacle, Result, Which, audit::Audited, store};

impl LinkingSetup {
    /// Whether records of a CRM elsewhere are linked.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn links_crm(&self, scope: &Scope, system: Uuid) -> Result<bool> {
        Ok(self.0.db.read_one(scope, move |tx| is_on(tx, system)).await?)
    }

    /// Says whether records of a CRM elsewhere are linked; for who sets CRMs up. Links that are there stay.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn link_crm(&self, scope: &Scope, system: Uuid, links: bool) -> Result<()> {
        const SQL: &str = "INSERT INTO linking_crms (tenant_id, system_id, links, changed_by, \
                           changed_at) VALUES ($1, $2, $3, $4, $5) \
                           ON CONFLICT (tenant_id, system_id) \
                           DO UPDATE SET links = $3, changed_by = $4, changed_at = $5";
        if !scope.may(Permission::DataPolicyManage) {
            scope.require(Permission::SalesManage)?;
        }
        let (user, now) = (scope.user().map(kernel::UserId::uuid), self.0.clock.now());
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let before = is_on(tx, system)?;
            if before == links {
                return Ok(());
            }
            let params = [tx.tenant().into(), system.into(), links.into(), user.into(), now.into()];
            tx.execute(SQL, &params)?;
            let subject = ("crm_system", system.to_string());
            let change = (json!({ "links": before }), json!({ "links": links }));
            Audited { action: "linking.crm", subject }.write(tx, change, now)
        };
        self.0.db.write(scope, write).await
    }

    /// Whether the caller may do this with records of a CRM elsewhere. The rights on the record are the CRM's to say.
    ///
    /// A licence for customer engagement is asked of those alone whose CRM is Dynamics 365.
    ///
    /// # Errors
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn may_crm(
        &self,
        scope: &Scope,
        (system, is_dynamics): (Uuid, bool),
        feature: Feature,
    ) -> Result<Answer> {
        let [answer] = self.answers_crm(scope, (system, is_dynamics), [feature]).await?;
        Ok(answer)
    }

    /// The answers to several questions at once, for a page.
    ///
    /// # Errors
    /// As [`LinkingSetup::may_crm`].
    pub async fn answers_crm<const N: usize>(
        &self,
        scope: &Scope,
        (system, is_dynamics): (Uuid, bool),
        features: [Feature; N],
    ) -> Result<[Answer; N]> {
        if self.is_closed() {
            return Ok([Answer::Closed(Obstacle::OperatorOff); N]);
        }
        let missing = self.missing(scope).await?;
        let read = move |tx: &Tx<'_>| -> Result<_> {
            let consent = |which| Ok::<_, Error>(store::consent(tx, which)?.holds());
            Ok((is_on(tx, system)?, [consent(Which::First)?, consent(Which::Second)?]))
        };
        let (links, consents) = self.0.db.read(scope, read).await?;
        let missing = (is_dynamics && missing.engagement, missing.teams);
        Ok(features.map(|feature| judge(feature, (links, consents), missing)))
    }
}

/// The first thing in the way, from the CRM down to the person.
fn judge(
    feature: Feature,
    (links, [first, second]): (bool, [bool; 2]),
    (engagement, teams): (bool, bool),
) -> Answer {
    use Feature as F;
    let closed = [
        (!links, Obstacle::CrmOff),
        // labels belong to environments of the hub
        (feature == F::Labels, Obstacle::LabelsOff),
        (matches!(feature, F::AddMembers | F::Sync) && !first, Obstacle::UserSyncMissing),
        (matches!(feature, F::Enhanced | F::ViewButton) && !first, Obstacle::ConsentMissing),
        (
            matches!(feature, F::Conversation | F::Notes | F::Sync) && !second,
            Obstacle::SecondConsentMissing,
        ),
        (engagement && teams, Obstacle::LicencesMissing),
        (engagement, Obstacle::EngagementLicenceMissing),
        (teams, Obstacle::TeamsLicenceMissing),
    ];
    let wall = closed.into_iter().find(|(stands, _)| *stands);
    wall.map_or(Answer::Open, |(_, wall)| Answer::Closed(wall))
}

fn is_on(tx: &Tx<'_>, system: Uuid) -> db::Result<bool> {
    const SQL: &str = "SELECT links FROM linking_crms WHERE tenant_id = $1 AND system_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), system.into()])?;
    row.map_or(Ok(false), |row| row.get(0))
}
