//! Who may see a record of a CRM elsewhere, as people of the tenant: matched by mail address, which is the only thing that
//! both know of them (our own choice).

use crm::{Colleagues, Part};
use kernel::{Scope, UserId};
use linking::Link;

use crate::{
    LinkingSync, Result,
    members::plan::{Mode, Policy, Reason},
    view::Circle,
};

/// What the CRM says of who may see a record.
pub(crate) struct Said {
    pub(crate) circle: Circle,
    /// Whether it says more than the owner: who is not named may well see the record where it does not.
    pub(crate) whole: bool,
}

impl Said {
    /// What may be done on these grounds: nobody is removed where the CRM keeps silent.
    pub(crate) const fn allows(&self, policy: Policy) -> Policy {
        match policy.mode {
            Mode::AddAndRemove if !self.whole => Policy { mode: Mode::Add, ..policy },
            _ => policy,
        }
    }
}

impl LinkingSync {
    /// Who may see the record of a link; nothing where the sign-in of who made it is not there to ask.
    pub(crate) async fn circle_outside(&self, root: &Scope, link: &Link) -> Result<Option<Said>> {
        let told = match self.parts.linking.colleagues_there(root, link).await {
            Ok(told) => told,
            // what became of the record is said by the look at it
            Err(linking::Error::Unknown | linking::Error::Crms(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(Colleagues { people, told: whole }) = told else { return Ok(None) };
        let mut circle = Circle::of(self.limits().people_per_record);
        for one in people {
            let Some(mail) = one.mail.as_deref() else { continue };
            let Some(user) = self.of_mail(root, mail).await? else { continue };
            if one.part == Part::Owner {
                circle.owner = Some(user);
            }
            let why = match one.part {
                Part::Owner => Reason::Owner,
                Part::Shared => Reason::Shared,
                Part::Team(_) => Reason::SharedTeam,
            };
            circle.add(user.uuid(), why);
        }
        Ok(Some(Said { circle, whole }))
    }

    /// The person of the tenant with a mail address who may sign in.
    async fn of_mail(&self, root: &Scope, mail: &str) -> Result<Option<UserId>> {
        let found = self.parts.identity.find_user_by_name(root, mail).await?;
        // a user name may read like an address that is another's
        let found = found.filter(|user| {
            user.addresses.iter().any(|own| own.to_lowercase() == mail.to_lowercase())
        });
        let Some(user) = found else { return Ok(None) };
        let person = self.parts.scopes.person(root.tenant(), user.id).await?;
        Ok(person.map(|_| user.id))
    }

    /// Whether somebody may still read the record of a link. Where nobody can tell, nobody is sent away.
    pub(crate) async fn reads_outside(
        &self,
        root: &Scope,
        link: &Link,
        user: UserId,
    ) -> Result<bool> {
        if self.parts.scopes.person(root.tenant(), user).await?.is_none() {
            return Ok(false);
        }
        let known = match self.parts.identity.user(root, user).await {
            Ok(known) => known,
            Err(identity::Error::Unknown(_)) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        match self.parts.linking.reads_there(root, link, &known.addresses).await {
            Ok(told) => Ok(told.unwrap_or(true)),
            Err(linking::Error::Unknown | linking::Error::Crms(_)) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }
}
