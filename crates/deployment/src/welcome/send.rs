//! Sending the message: to each in their own language, and once for each version.

use db::Tx;
use identity::users::{User, UserState};
use kernel::{Coded as _, Cursor, GroupId, Kind, Language, Limit, Scope, UserId};
use serde_json::json;
use workspace::mail::{Letter, MailState};

use super::{Sent, ToWelcome, Values, Welcome, Welcomed, service::standard, store};
use crate::{
    Deployment, Error, Result,
    service::{JOB, may_manage, named, note},
};

/// Letters of one turn. Ours: a request has to end.
const MOST_LETTERS: usize = 500;
/// People of all groups together. Ours.
const MOST_PEOPLE: usize = 20_000;
/// Groups of one turn. Ours.
const MAX_GROUPS: usize = 200;

/// What is the same for all.
struct Turn<'t> {
    welcomes: &'t [Welcome],
    hub: &'t str,
    sender: &'t str,
    tenant_language: Language,
    again: bool,
}

/// What came of one person.
enum Came {
    Sent,
    Had,
    NoAddress,
    Inactive,
    Failed,
}

impl Deployment {
    /// Sends the message to the people of groups. Who has this version of it in their language does not get it twice,
    /// unless that is asked for; who has no address, or cannot be reached now, is told.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] where there is no group, or an unknown one, [`Error::Workspace`] where mail is
    /// off, [`Error::Identity`], [`Error::Store`].
    pub async fn send_welcome(&self, scope: &Scope, to: ToWelcome) -> Result<Sent> {
        may_manage(scope)?;
        if self.0.workspace.settings().mail.relay_host.is_none() {
            return Err(workspace::Error::MailOff.into());
        }
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let again = to.again;
        let people = self.reached(scope, &root, to).await?;
        let welcomes = self.welcomes(scope).await?;
        let (hub, sender) = self.hub_and_sender(scope).await?;
        let tenants = self.0.scopes.tenants().await?;
        let own = tenants.iter().find(|one| one.id == scope.tenant());
        let turn = Turn {
            welcomes: &welcomes,
            hub: &hub,
            sender: &sender,
            tenant_language: own.map(|one| one.language).unwrap_or_default(),
            again,
        };
        let mut sent = Sent::default();
        for (index, user) in people.iter().enumerate() {
            if sent.sent.len() >= MOST_LETTERS {
                sent.left = people.len() - index;
                break;
            }
            let list = match Box::pin(self.welcome_one(scope, &root, *user, &turn)).await? {
                Came::Sent => &mut sent.sent,
                Came::Had => &mut sent.had,
                Came::NoAddress => &mut sent.no_address,
                Came::Inactive => &mut sent.inactive,
                Came::Failed => &mut sent.failed,
            };
            list.push(*user);
        }
        Ok(sent)
    }

    /// Everybody who was chosen, each once.
    async fn reached(&self, scope: &Scope, root: &Scope, to: ToWelcome) -> Result<Vec<UserId>> {
        if to.people.len() > MOST_LETTERS {
            let detail = format!("at most {MOST_LETTERS}");
            return Err(Error::invalid("/people", "deployment.welcome_person", detail));
        }
        for (index, user) in to.people.iter().enumerate() {
            self.0.identity.user(root, *user).await.map_err(|error| match error {
                identity::Error::Unknown(_) => {
                    let (place, detail) = (format!("/people/{index}"), "there is no such person");
                    Error::invalid(place, "deployment.welcome_person", detail)
                }
                other => other.into(),
            })?;
        }
        let said = to.licensed || !to.people.is_empty();
        let groups = if said && to.groups.is_empty() {
            Vec::new()
        } else {
            self.chosen(scope, to.groups).await?
        };
        let mut all = self.people_of(root, &groups).await?;
        all.extend(to.people);
        if to.licensed {
            all.extend(self.licensed(root).await?);
        }
        kernel::sort(&mut all);
        all.dedup();
        Ok(all)
    }

    /// The groups that were chosen, all of them known; else those that the settings name.
    async fn chosen(&self, scope: &Scope, groups: Vec<GroupId>) -> Result<Vec<GroupId>> {
        if groups.len() > MAX_GROUPS {
            let detail = format!("at most {MAX_GROUPS}");
            return Err(Error::invalid("/groups", "deployment.groups", detail));
        }
        let all = self.welcome_groups(scope).await?;
        for (index, id) in groups.iter().enumerate() {
            if !all.iter().any(|one| one.id == *id) {
                let (place, detail) = (format!("/groups/{index}"), "there is no such group");
                return Err(Error::invalid(place, "deployment.welcome_group", detail));
            }
        }
        if !groups.is_empty() {
            return Ok(groups);
        }
        let named: Vec<GroupId> = all.iter().filter(|one| one.is_named).map(|one| one.id).collect();
        if named.is_empty() {
            let detail = "no group was chosen, and the settings name none of this hub";
            return Err(Error::invalid("/groups", "deployment.welcome_group", detail));
        }
        Ok(named)
    }

    /// The people of groups, each once.
    async fn people_of(&self, root: &Scope, groups: &[GroupId]) -> Result<Vec<UserId>> {
        let most = Limit::new(Limit::MAX).unwrap_or_default();
        let mut all: Vec<UserId> = Vec::new();
        for group in groups {
            let mut after: Option<Cursor> = None;
            loop {
                let page = self.0.identity.members(root, *group, most, after.as_ref()).await?;
                all.extend(page.items.iter().map(|person| person.id));
                after = page.next;
                if after.is_none() || all.len() >= MOST_PEOPLE {
                    break;
                }
            }
        }
        kernel::sort(&mut all);
        all.dedup();
        Ok(all)
    }

    async fn welcome_one(
        &self,
        scope: &Scope,
        root: &Scope,
        user: UserId,
        turn: &Turn<'_>,
    ) -> Result<Came> {
        let person: User = match self.0.identity.user(root, user).await {
            Ok(person) => person,
            // whoever was deleted since is in no group any more
            Err(identity::Error::Unknown(_)) => return Ok(Came::Inactive),
            Err(error) => return Err(error.into()),
        };
        if person.state != UserState::Active {
            return Ok(Came::Inactive);
        }
        let language = person.language.unwrap_or(turn.tenant_language);
        let own = turn.welcomes.iter().find(|one| one.language == language).cloned();
        let welcome = own.unwrap_or_else(|| standard(language));
        let version = welcome.version;
        let had = move |tx: &Tx<'_>| store::letter(tx, user, (language, version));
        let before = self.0.db.read_one(scope, had).await?;
        // what the relay refused nobody has
        let refused = match before {
            Some(letter) if !turn.again => {
                let posted = self.0.workspace.letters(root, vec![letter.into()]).await?;
                posted.iter().any(|one| one.state == MailState::Failed)
            }
            _ => false,
        };
        let again = turn.again || refused;
        if !again && before.is_some() {
            return Ok(Came::Had);
        }
        let Some(address) = person.addresses.into_iter().next() else {
            return Ok(Came::NoAddress);
        };
        // the same letter for the same version: two who send at once, or a turn that broke off, send one mail
        let letter = if again {
            self.0.ids.fresh()
        } else {
            let tenant = scope.tenant().uuid();
            let tag = language.tag();
            named(&format!("liaison welcome {tenant} {} {tag} {version}", user.uuid()))
        };
        let name = person.display_name.as_str();
        let link = self.0.public_url.as_str();
        let values = Values { name, hub: turn.hub, link, sender: turn.sender };
        let written = welcome.template.write(&values);
        let mail = Letter {
            id: letter.into(),
            sender: turn.sender.to_owned(),
            subject: written.subject,
            text: written.text,
            html: written.html,
        };
        match self.0.workspace.send_letter(root, (user, address), mail).await {
            Ok(()) => {}
            Err(error) if matches!(error.code().kind(), Kind::Unavailable | Kind::Internal) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, user.id = %user, "deployment.welcome_failed");
                return Ok(Came::Failed);
            }
            Err(error @ workspace::Error::MailOff) => return Err(error.into()),
            // what stands there is no address
            Err(_refused) => return Ok(Came::NoAddress),
        }
        let (sent_by, sent_at) = (scope.user(), self.0.clock.now());
        let (state, failure) = (Some(MailState::Queued), None);
        let row = Welcomed { user, letter, language, version, sent_by, sent_at, state, failure };
        let write = move |tx: &Tx<'_>| {
            // somebody else sent it meanwhile: it is one letter, and theirs
            if !again && store::letter(tx, user, (language, version))?.is_some() {
                return Ok(Came::Had);
            }
            store::put_welcomed(tx, &row)?;
            let after = json!({
                "language": language.tag(), "version": version, "letter": row.letter,
                "again": again,
            });
            let id = user.to_string();
            let what = ("deployment.welcome_send", "user", id.as_str());
            note(tx, what, (None, Some(after)), row.sent_at)?;
            Ok(Came::Sent)
        };
        self.0.db.write::<_, Error, _>(scope, write).await
    }
}
