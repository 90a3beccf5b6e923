//! Reading, writing and trying the message.

use db::Tx;
use kernel::{Cursor, Language, Limit, Scope};
use serde_json::{Value as Json, json};
use workspace::mail::MailState;

use super::{Template, Values, Welcome, WelcomeGroup, Welcomed, Written, store};
use crate::{
    Deployment, Error, Result,
    service::{JOB, may_look, may_manage, note},
};

/// Groups that are shown. Ours.
const MAX_GROUPS: usize = 1000;

impl Deployment {
    /// What the message says in each language.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn welcomes(&self, scope: &Scope) -> Result<Vec<Welcome>> {
        may_look(scope)?;
        let read =
            |tx: &Tx<'_>| Language::ALL.map(|one| store::welcome(tx, one)).into_iter().collect();
        let found: Vec<Option<Welcome>> = self.0.db.read_one(scope, read).await?;
        let each = Language::ALL.into_iter().zip(found);
        Ok(each.map(|(language, kept)| kept.unwrap_or_else(|| standard(language))).collect())
    }

    /// Writes the message anew in a language, as another version; what says the same stays the version that it is.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] with the place of a name that is not known, [`Error::Store`].
    pub async fn set_welcome(
        &self,
        scope: &Scope,
        language: Language,
        new: Template,
    ) -> Result<Welcome> {
        may_manage(scope)?;
        let template = new.check()?;
        let (by, now) = (scope.user(), self.0.clock.now());
        let write = move |tx: &Tx<'_>| {
            let before = store::welcome(tx, language)?.unwrap_or_else(|| standard(language));
            if before.template == template {
                return Ok(before);
            }
            let version = before.version.saturating_add(1);
            let template = template.clone();
            let row =
                Welcome { language, version, template, changed_by: by, changed_at: Some(now) };
            store::put_welcome(tx, &row)?;
            let what = ("deployment.welcome_set", "deployment_welcome", language.tag());
            note(tx, what, (Some(view(&before)), Some(view(&row))), now)?;
            Ok(row)
        };
        self.0.db.write::<_, Error, _>(scope, write).await
    }

    /// The message as who asks would get it: what was kept, or what is being written.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Identity`], [`Error::Store`].
    pub async fn preview_welcome(
        &self,
        scope: &Scope,
        language: Language,
        typed: Option<Template>,
    ) -> Result<Written> {
        may_look(scope)?;
        let template = if let Some(typed) = typed {
            typed.check()?
        } else {
            let all = self.welcomes(scope).await?;
            let own = all.into_iter().find(|one| one.language == language);
            own.unwrap_or_else(|| standard(language)).template
        };
        let (hub, sender) = self.hub_and_sender(scope).await?;
        let link = self.0.public_url.as_str();
        Ok(template.write(&Values { name: &sender, hub: &hub, link, sender: &sender }))
    }

    /// The groups that can be welcomed, those of sellers first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn welcome_groups(&self, scope: &Scope) -> Result<Vec<WelcomeGroup>> {
        may_look(scope)?;
        let named = self.settings(scope).await?.seller_groups;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let most = Limit::new(Limit::MAX).unwrap_or_default();
        let (mut sellers, mut others) = (Vec::new(), Vec::new());
        let mut after: Option<Cursor> = None;
        loop {
            let page = self.0.identity.groups(&root, most, after.as_ref()).await?;
            for group in page.items {
                let id = group.id.to_string();
                let same = |name: &str| name.to_lowercase() == group.name.to_lowercase();
                let is_named = named.iter().any(|one| one.id == id || same(&one.name));
                let (name, members) = (group.name, group.members);
                let one = WelcomeGroup { id: group.id, name, members, is_named };
                if is_named { sellers.push(one) } else { others.push(one) }
            }
            after = page.next;
            if after.is_none() || sellers.len() + others.len() >= MAX_GROUPS {
                break;
            }
        }
        sellers.append(&mut others);
        Ok(sellers)
    }

    /// To whom the message was sent, the latest first, and how far each mail came.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`], [`Error::Store`].
    pub async fn welcomed(&self, scope: &Scope) -> Result<Vec<Welcomed>> {
        may_look(scope)?;
        let mut all = self.0.db.read_one(scope, store::welcomed).await?;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let letters = all.iter().map(|one| one.letter.into()).collect();
        let posted = self.0.workspace.letters(&root, letters).await?;
        for one in &mut all {
            let found = posted.iter().find(|posted| posted.id == one.letter.into());
            one.state = found.map(|posted| posted.state);
            // what went in the end says nothing of earlier tries
            let failure = found.and_then(|posted| posted.failure.clone());
            one.failure = failure.filter(|_| one.state != Some(MailState::Sent));
        }
        Ok(all)
    }

    /// How many people hold a licence, alone or through a group.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`].
    pub async fn licensed_people(&self, scope: &Scope) -> Result<usize> {
        may_look(scope)?;
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let mut all = self.licensed(&root).await?;
        kernel::sort(&mut all);
        all.dedup();
        Ok(all.len())
    }

    /// Whether mail can be sent at all.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub fn sends_mail(&self, scope: &Scope) -> Result<bool> {
        may_look(scope)?;
        Ok(self.0.workspace.settings().mail.relay_host.is_some())
    }

    /// The name of the tenant, and of who sends.
    pub(super) async fn hub_and_sender(&self, scope: &Scope) -> Result<(String, String)> {
        let tenants = self.0.scopes.tenants().await?;
        let hub = tenants.into_iter().find(|one| one.id == scope.tenant());
        let hub = hub.map(|tenant| tenant.name).unwrap_or_default();
        let Some(user) = scope.user() else { return Ok((hub.clone(), hub)) };
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        Ok((hub, self.0.identity.user(&root, user).await?.display_name))
    }
}

pub(super) fn standard(language: Language) -> Welcome {
    let template = Template::standard(language);
    Welcome { language, version: 0, template, changed_by: None, changed_at: None }
}

fn view(one: &Welcome) -> Json {
    json!({
        "version": one.version, "subject": one.template.subject, "body": one.template.body,
    })
}
