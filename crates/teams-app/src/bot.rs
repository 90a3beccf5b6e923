//! The bot through which Teams asks the message extension and with which people chat, as an administrator registered it.

use jiff::Timestamp;
use kernel::{FieldError, Permission, Scope, Secret, UserId};
use serde_json::{Value as Json, json};
use url::Url;
use uuid::Uuid;

use crate::{
    Error, Result, TeamsApp,
    secret::{self, Kept},
    service::note,
    store,
};

/// Who signs the tokens of the Bot Connector in the public cloud (Bot Framework, connector to bot).
pub const DEFAULT_ISSUER: &str = "https://api.botframework.com";
/// Where its keys are published.
pub const DEFAULT_METADATA: &str =
    "https://login.botframework.com/v1/.well-known/openidconfiguration";
/// The same of the clouds of governments.
const KNOWN: [(&str, &str); 2] = [
    (DEFAULT_ISSUER, DEFAULT_METADATA),
    (
        "https://api.botframework.us",
        "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    ),
];

/// The bot of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// Its application id.
    pub application: Uuid,
    /// The directory whose people may ask; any, where none is named.
    pub directory: Option<Uuid>,
    /// Who signs the tokens of its connector.
    pub issuer: String,
    /// Where the keys are published.
    pub metadata: String,
    /// What it speaks with by itself; a bot without one answers only what it is asked.
    pub secret: Option<SecretInfo>,
    /// Who set it up.
    pub changed_by: Option<UserId>,
    /// When.
    pub changed_at: Timestamp,
}

/// What is known of the secret of a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretInfo {
    /// Where tokens are had with it.
    pub login: String,
    /// Since when.
    pub set_at: Timestamp,
    /// Until when it is good, where somebody said so.
    pub expires_at: Option<Timestamp>,
}

/// A bot as somebody typed it.
#[derive(Debug, Clone, Default)]
pub struct NewBot {
    /// Its application id.
    pub application: String,
    /// The directory whose people may ask; empty for any.
    pub directory: String,
    /// Who signs the tokens; empty for the public cloud.
    pub issuer: String,
    /// Where the keys are; empty for the place that belongs to the issuer.
    pub metadata: String,
    /// The client secret of its registration, or a private key with its certificate, both PEM; what is kept stays where
    /// there is none.
    pub secret: Option<Secret<String>>,
    /// Where tokens are had with it; empty for what is kept, else for the place that belongs to the issuer.
    pub login: String,
    /// The day on which it ends, as the directory shows it beside the secret; of a kept secret nothing changes where nobody
    /// says one, and empty forgets what was said.
    pub expires_on: Option<String>,
}

impl Bot {
    fn is_of_a_published_cloud(&self) -> bool {
        KNOWN.contains(&(self.issuer.as_str(), self.metadata.as_str()))
    }

    fn view(&self) -> Json {
        json!({
            "application_id": self.application, "directory_id": self.directory,
            "issuer": self.issuer, "metadata_url": self.metadata,
            "login_url": self.secret.as_ref().map(|one| &one.login),
            "secret_set_at": self.secret.as_ref().map(|one| one.set_at),
            "secret_expires_at": self.secret.as_ref().and_then(|one| one.expires_at),
        })
    }
}

impl NewBot {
    /// Every mistake at once. What the secret has to do with the rest is checked where what is kept is known.
    fn check(&self, by: Option<UserId>, at: Timestamp) -> Result<Bot> {
        let mut fields = Vec::new();
        let guid = |text: &str| Uuid::try_parse(text.trim()).ok().filter(|id| !id.is_nil());
        let application = guid(&self.application).unwrap_or_default();
        if application.is_nil() {
            let detail = "a GUID, as the registration of the bot shows it";
            fields.push(FieldError::new("/application_id", "teams_app.guid", detail));
        }
        let directory = guid(&self.directory);
        if directory.is_none() && !self.directory.trim().is_empty() {
            let detail = "a GUID, or nothing";
            fields.push(FieldError::new("/directory_id", "teams_app.guid", detail));
        } else if directory.is_none() && self.has_secret() {
            let detail = "a bot that speaks belongs to one directory";
            fields.push(FieldError::new("/directory_id", "teams_app.guid", detail));
        }
        let issuer = match self.issuer.trim() {
            "" => DEFAULT_ISSUER.to_owned(),
            typed => typed.to_owned(),
        };
        let known = KNOWN.iter().find(|(name, _)| *name == issuer).map(|(_, at)| (*at).to_owned());
        let metadata = match self.metadata.trim() {
            "" => known.unwrap_or_default(),
            typed => typed.to_owned(),
        };
        for (pointer, text) in [("/issuer", &issuer), ("/metadata_url", &metadata)] {
            let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_ADDRESS);
            let web = url.filter(|url| matches!(url.scheme(), "https" | "http"));
            if web.is_none_or(|url| url.query().is_some() || url.password().is_some()) {
                let detail = "an address with https";
                fields.push(FieldError::new(pointer, "teams_app.address", detail));
            }
        }
        if let Some(problem) = self.secret.as_ref().and_then(secret::problem) {
            fields.push(problem);
        }
        if let Err(problem) = secret::end(self.expires_on.as_deref().unwrap_or_default()) {
            fields.push(problem);
        }
        if fields.is_empty() {
            let (changed_by, changed_at, secret) = (by, at, None);
            Ok(Bot { application, directory, issuer, metadata, secret, changed_by, changed_at })
        } else {
            Err(Error::Invalid { fields })
        }
    }

    fn has_secret(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| !secret.expose().trim().is_empty())
    }
}

impl TeamsApp {
    /// The bot of the tenant; none before somebody set it up.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn bot(&self, scope: &Scope) -> Result<Option<Bot>> {
        may_manage(scope)?;
        Ok(self.0.db.read_one(scope, store::bot).await?)
    }

    /// Sets the bot up, or takes it away with `None`. Whoever signs for a bot says who is asking: so only those who
    /// decide on sign-in providers name a signer that is not one of the published clouds'.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Seal`], [`Error::Store`].
    pub async fn set_bot(&self, scope: &Scope, new: Option<NewBot>) -> Result<Option<Bot>> {
        may_manage(scope)?;
        let now = self.0.clock.now();
        let mut fresh: Option<Kept> = None;
        let mut ends: Option<Option<Timestamp>> = None;
        let mut bot = None;
        if let Some(new) = new {
            let mut checked = new.check(scope.user(), now)?;
            let kept = self.0.db.read_one(scope, store::secret).await?;
            if new.has_secret() || kept.is_some() {
                let login = self.login_of(&new.login, &checked.issuer, kept.as_ref())?;
                let said = secret::end(new.expires_on.as_deref().unwrap_or_default());
                let said = said.unwrap_or_default();
                ends = new.expires_on.is_some().then_some(said);
                if let Some(secret) = new.secret.as_ref().filter(|_| new.has_secret()) {
                    // when the one before ended says nothing of this one
                    let sealed = self.sealed(scope, &login, secret)?;
                    fresh = Some(Kept { expires_at: said, ..sealed });
                }
                let kept = kept.filter(|_| fresh.is_none());
                checked.secret = Some(SecretInfo {
                    login,
                    set_at: kept.as_ref().map_or(now, |kept| kept.set_at),
                    expires_at: ends.unwrap_or_else(|| kept.and_then(|kept| kept.expires_at)),
                });
            }
            bot = Some(checked);
        }
        if bot.as_ref().is_some_and(|bot| !bot.is_of_a_published_cloud()) {
            scope.require(Permission::SettingsManage)?;
        }
        let kept = bot.clone();
        self.0
            .db
            .write(scope, move |tx| {
                let before = store::bot(tx)?;
                if let Some(bot) = &kept {
                    if fresh.is_none() {
                        stays_with(before.as_ref(), bot)?;
                    }
                    store::put_bot(tx, bot)?;
                    if let Some(fresh) = &fresh {
                        store::put_secret(tx, fresh)?;
                    } else if let Some(ends) = ends {
                        store::put_secret_end(tx, ends)?;
                    }
                    store::forget_chats_but(tx, &bot.application.to_string())?;
                } else {
                    store::delete_bot(tx)?;
                    store::delete_secret(tx)?;
                    store::forget_chats_but(tx, "")?;
                }
                if before.is_none() && kept.is_none() {
                    return Ok(());
                }
                let subject = ("teams_bot", tx.tenant().uuid());
                let action = if kept.is_some() { "teams_bot.set" } else { "teams_bot.delete" };
                let after = kept.as_ref().map(Bot::view);
                note(tx, (action, subject), (before.as_ref().map(Bot::view), after), now)
            })
            .await?;
        self.0.granted.forget_connection(scope.tenant(), secret::KEPT_FOR);
        Ok(bot)
    }
}

/// Whoever could move the address, or name another registration, could otherwise have a kept secret sent elsewhere.
fn stays_with(before: Option<&Bot>, bot: &Bot) -> Result<()> {
    let Some((before, known)) = before.and_then(|old| Some((old, old.secret.as_ref()?))) else {
        return Ok(());
    };
    let same = bot.secret.as_ref().is_some_and(|new| new.login == known.login)
        && before.application == bot.application
        && before.directory == bot.directory
        && before.issuer == bot.issuer;
    if same {
        return Ok(());
    }
    let detail = "the registration is another one: type its secret";
    let fields = vec![FieldError::new("/client_secret", "teams_app.secret_again", detail)];
    Err(Error::Invalid { fields })
}

/// Who rolls the app out: administrators of sales, of apps, of the tenant.
pub(crate) fn may_manage(scope: &Scope) -> Result<()> {
    if !scope.may(Permission::SalesManage) && !scope.may(Permission::SettingsManage) {
        scope.require(Permission::AppManage)?;
    }
    Ok(())
}

/// Ours.
const MAX_ADDRESS: usize = 500;
