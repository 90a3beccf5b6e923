//! What is open to somebody beside a record: the same questions wherever the record is.

use kernel::{Permission, Scope};
use linking_setup::{Answer, Feature, Kind};

use crate::{Error, LinkId, Linking, Result, State, Subject};

impl Linking {
    /// Whether the caller may do these things with a record or view. The rights on it are another matter.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such environment or CRM for the caller, [`Error::Setup`],
    /// [`Error::Store`].
    pub async fn answers<const N: usize>(
        &self,
        scope: &Scope,
        of: &Subject,
        features: [Feature; N],
    ) -> Result<[Answer; N]> {
        if let Some(system) = of.system() {
            let which = (system, self.is_dynamics(scope, system).await?);
            return self.setup.answers_crm(scope, which, features).await.map_err(Error::Setup);
        }
        let table = (!of.table().is_empty()).then(|| of.table());
        match self.setup.answers(scope, of.environment(), (table, features)).await {
            Err(linking_setup::Error::Records(records::Error::NoEnvironment { .. })) => {
                Err(Error::Unknown)
            }
            other => other.map_err(Error::Setup),
        }
    }

    /// The first link of a record whose channel is the hub's own and the caller's to read: what stands beside its form.
    ///
    /// # Errors
    /// As [`Linking::links_of`], [`Error::Workspace`].
    pub async fn spoken(&self, scope: &Scope, of: &Subject) -> Result<Option<LinkId>> {
        scope.require(Permission::RecordRead)?;
        if self.workspaces.kind(scope) != Kind::Embedded {
            return Ok(None);
        }
        let mut links = self.live(scope, of).await?;
        links.retain(|link| {
            let alive = matches!(
                link.state,
                State::Connected | State::StaleName | State::Archived | State::TabOnly
            );
            alive && link.workspace == Kind::Embedded && !link.channel.id.is_empty()
        });
        // a CRM elsewhere counts what it is asked: most records have no link
        if !links.is_empty() {
            self.seen(scope, of).await?;
        }
        let mut place = None;
        for link in links {
            let seat = match &place {
                Some(seat) => seat,
                None => place.insert(self.workspaces.of(scope).await?),
            };
            if seat.channel(&link.channel).await.is_ok() {
                return Ok(Some(link.id));
            }
        }
        Ok(None)
    }
}
