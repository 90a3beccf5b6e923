//! What Collaborate needs to know of a record of a CRM elsewhere, and who is proposed as a member.

use crm::Part;
use kernel::Scope;
use workspace_port::Workspace;

use super::Found;
use crate::{
    Collaborate, Error, Linking, Recommended, Result, Subject, Why, collaborate::Need, names,
    saga::problem,
};

impl Linking {
    /// As [`Linking::collaborate`], of a record of a CRM elsewhere.
    pub(crate) async fn collaborate_outside(
        &self,
        scope: &Scope,
        of: &Subject,
    ) -> Result<Collaborate> {
        let found = self.found(scope, of).await?;
        let of = found.subject();
        let (level, mut why_not) = self.level(scope, &of).await?;
        if why_not.is_none() {
            why_not = self.not_linked_because(&found).await?.map(|error| problem(&error));
        }
        let (links, place) = self.connected(scope, &of).await?;
        let place = match place {
            Ok(place) => Some(place),
            Err(error) => {
                why_not = why_not.or_else(|| Some(problem(&Error::Workspace(error))));
                None
            }
        };
        let name = names::legal(&found.name, &self.settings);
        let mut answer = Collaborate {
            subject_name: found.name.clone(),
            level,
            may_link: why_not.is_none(),
            why_not,
            labels: false,
            links,
            team_name: name.clone(),
            channel_name: name,
            members: Vec::new(),
            missing: Vec::new(),
            owner_only: false,
        };
        let members = self.in_the_way(scope, &of, Need::Members).await?.is_none();
        // nobody is recommended for a view
        let members = members && found.view.is_none();
        if let (true, true, Some(place)) = (answer.may_link, members, place) {
            self.propose(scope, (&found, &*place), &mut answer).await?;
        }
        Ok(answer)
    }

    /// Proposes who works on the record, by the CRM's own teams and shares; people are matched by mail address, the only
    /// thing that CRM and workspace both know of them (our own choice).
    async fn propose(
        &self,
        scope: &Scope,
        (found, place): (&Found, &dyn Workspace),
        into: &mut Collaborate,
    ) -> Result<()> {
        let all = match found.crm.colleagues(&found.at).await {
            Ok(all) => all,
            // who works on it is not told: nobody is proposed, and the link can be made all the same
            Err(crm::Error::NotAllowed | crm::Error::FieldHidden { .. }) => {
                into.owner_only = true;
                return Ok(());
            }
            Err(error) => return Err(super::hidden(error)),
        };
        into.owner_only = !all.told;
        let me = self.me(scope).await?;
        for one in all.people.into_iter().take(self.settings.members_at_once) {
            let person = match &one.mail {
                Some(mail) => place.person(mail).await.ok(),
                None => None,
            };
            let Some(person) = person else {
                into.missing.push(one.name);
                continue;
            };
            if Some(&person.id) == me.as_ref()
                || into.members.iter().any(|it| it.person == person.id)
            {
                continue;
            }
            let why = match one.part {
                Part::Owner => Why::Owner,
                Part::Shared => Why::Shared,
                Part::Team(role) => Why::Team(role),
            };
            let (person, name, mail) = (person.id, one.name, one.mail);
            into.members.push(Recommended { person, name, mail, why });
        }
        Ok(())
    }
}
