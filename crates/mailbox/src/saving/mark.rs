//! A mail that is in the CRM is marked in the seller's own mailbox (sales reference §5.2), where administrators have it so.
//!
//! The mark helps to see what is saved; whether it could be put there decides nothing.

use crm_connections::{Error as Crm, SystemKind};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use i18n::Texts;
use kernel::{Coded as _, Permission, Scope};
use mail_sources::{Error as Away, Mark};

use crate::{
    Error, Mailbox, Opened, Result,
    service::{cut, person},
    sources::{self, PATIENCE, Stored},
};

impl Mailbox {
    /// What the caller signs in to the directory for, beside who they are: reading mails, and marking them where the CRM
    /// that they use has it so.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`] with what hinders reading the settings of the CRM.
    pub async fn graph_scopes(&self, scope: &Scope) -> Result<&'static [&'static str]> {
        scope.require(Permission::ConnectionUse)?;
        let marks = match self.crm.settings(scope).await {
            Ok(settings) => settings.saving.mails && settings.saving.mark_mails,
            // without a CRM nothing is saved; what else stands in the way is told
            Err(
                Crm::Needed
                | Crm::SystemNotFound
                | Crm::TurnedOff
                | Crm::NotYours
                | Crm::Lost
                | Crm::Disabled,
            ) => false,
            Err(other) => return Err(other.into()),
        };
        Ok(if marks { &["Mail.ReadWrite", "MailboxSettings.ReadWrite"] } else { &["Mail.Read"] })
    }

    /// The mark that saved mails get, and whether this one is to have it; nothing where administrators want none, or the
    /// mail has no identifier.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Store`].
    pub async fn mark_of(&self, scope: &Scope, opened: &Opened) -> Result<Option<(String, bool)>> {
        person(scope)?;
        let save = opened.save.as_ref().filter(|save| save.done);
        if let Some(save) = save.filter(|save| !save.mark.is_empty()) {
            return Ok(Some((save.mark.clone(), true)));
        }
        let saving = self.crm.settings(scope).await?.saving;
        if !saving.mails || !saving.mark_mails {
            return Ok(None);
        }
        // what was saved before marks were wanted gets one too
        Ok(Some((self.mark_name(scope).await?, save.is_some())))
    }

    /// What the mark is called, in the organisation's language: the same for everybody of the organisation, because colleagues share mailboxes and rules.
    pub(super) async fn mark_name(&self, scope: &Scope) -> Result<String> {
        let system = self.crm.chosen(scope).await?;
        let tenant = self.identity.tenant(scope).await?;
        let texts = Texts::global().speak(tenant.language);
        let name = match system.kind {
            SystemKind::Salesforce => return Ok(texts.text("mailbox.mark-salesforce")),
            SystemKind::Dataverse => "Dynamics 365",
            SystemKind::Embedded => system.name.as_str(),
        };
        // Outlook separates categories by commas and semicolons
        let name: String = name.chars().filter(|c| !matches!(c, ',' | ';')).collect();
        Ok(cut(&texts.with1("mailbox.mark-tracked", "name", name.as_str()), MAX_NAME))
    }

    /// Marks a mail, or takes the mark away, in every mailbox that the caller has connected; how many mails it was. What a
    /// mailbox does not permit or does not answer in time stays as it is.
    pub(super) async fn mark(
        &self,
        scope: &Scope,
        message_id: &str,
        (name, on): (&str, bool),
    ) -> i64 {
        let Some(user) = scope.user() else { return 0 };
        let read = move |tx: &db::Tx<'_>| sources::all(tx, user);
        let sources = match self.db.read(scope, read).await {
            Ok(sources) => sources,
            Err(error) => return untold(&error.into()),
        };
        let mark = Mark { name: name.to_owned(), on };
        let mut asked = FuturesUnordered::new();
        for stored in sources.iter().filter(|stored| stored.source.enabled) {
            let work = self.mark_in(scope, stored, (message_id, &mark));
            asked.push(tokio::time::timeout(PATIENCE, work));
        }
        let mut marked = 0;
        while let Some(outcome) = asked.next().await {
            marked += match outcome.unwrap_or(Err(Away::Slow.into())) {
                Ok(count) => count,
                Err(error) => untold(&error),
            };
        }
        marked
    }

    async fn mark_in(
        &self,
        scope: &Scope,
        stored: &Stored,
        (message_id, mark): (&str, &Mark),
    ) -> Result<i64> {
        let mailbox = self.opened(scope, stored).await?;
        let mut marked = 0;
        for folder in &stored.source.folders {
            match mailbox.mark(&folder.id, message_id, mark).await {
                Ok(count) => marked += i64::try_from(count).unwrap_or_default(),
                // one that its owner removed in the meantime
                Err(Away::NoFolder) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(marked)
    }
}

fn untold(error: &Error) -> i64 {
    tracing::info!(code = error.code().name(), "a mail is not marked in its mailbox");
    0
}

/// Characters of a category (Graph, outlookCategory).
const MAX_NAME: usize = 255;
