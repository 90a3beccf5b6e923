//! What the bot proves itself with when it speaks by itself: kept sealed, and exchanged for tokens of its own directory
//! (Bot Framework, "Authenticate requests from your bot to the Bot Connector service", single-tenant).

use std::net::IpAddr;

use jiff::Timestamp;
use kernel::{FieldError, Scope, Secret, UserId};
use oauth::{
    Application, Certificate, ClientAuthentication, ConnectionValues, OAuthSettings, TokenKey,
};
use seal::Context;
use url::{Host, Url};
use uuid::Uuid;

use crate::{Bot, DEFAULT_ISSUER, Error, Result, TeamsApp, bot::may_manage, store};

/// Where tokens are had, by who signs for the connector: the public cloud and that of governments.
const LOGINS: [(&str, &str); 2] = [
    (DEFAULT_ISSUER, "https://login.microsoftonline.com/"),
    ("https://api.botframework.us", "https://login.microsoftonline.us/"),
];

/// A secret as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    pub(crate) login: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) set_by: Option<UserId>,
    pub(crate) set_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
}

/// What is wrong with a secret as it was typed.
pub(crate) fn problem(secret: &Secret<String>) -> Option<FieldError> {
    let text = secret.expose();
    if text.len() > MAX_SECRET {
        return Some(FieldError::new("/client_secret", "text.too_long", "it is too long"));
    }
    let broken = text.contains("-----BEGIN") && Certificate::from_pem(secret, text).is_err();
    let detail = "a private key and its certificate, both PEM";
    broken.then(|| FieldError::new("/client_secret", "teams_app.certificate", detail))
}

/// The day on which a secret ends, as it was typed: the directory stops taking it some time on that day, so it counts from
/// its beginning. Nothing where nobody said one.
pub(crate) fn end(typed: &str) -> std::result::Result<Option<Timestamp>, FieldError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let day = typed.parse::<jiff::civil::Date>().ok();
    let begins = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let fits = begins.filter(|day| (2000..=2200).contains(&day.year()));
    let detail = "a day such as 2027-05-31, or nothing";
    let wrong = || FieldError::new("/secret_expires_on", "teams_app.day", detail);
    Ok(Some(fits.ok_or_else(wrong)?.timestamp()))
}

impl TeamsApp {
    /// Where tokens are had: one of the published places, or an address that the operator opened.
    pub(crate) fn login_of(
        &self,
        typed: &str,
        issuer: &str,
        kept: Option<&Kept>,
    ) -> Result<String> {
        let usual = LOGINS.iter().find(|(of, _)| *of == issuer).map(|(_, at)| *at);
        let text = match (typed.trim(), kept) {
            ("", Some(kept)) => kept.login.as_str(),
            ("", None) => usual.unwrap_or_default(),
            (typed, _) => typed,
        };
        let url = Url::parse(text).ok().filter(|url| text.len() <= MAX_ADDRESS && is_plain(url));
        let fits = |url: &Url| {
            self.is_opened(url) || LOGINS.iter().any(|(_, at)| Url::parse(at).as_ref() == Ok(url))
        };
        url.filter(fits).map(String::from).ok_or_else(|| {
            let detail = "an address of Microsoft's, or one that the operator opened";
            let fields = vec![FieldError::new("/login_url", "teams_app.place", detail)];
            Error::Invalid { fields }
        })
    }

    /// An address that the operator of the hub opened: never a name, which somebody else could lead elsewhere.
    pub(crate) fn is_opened(&self, url: &Url) -> bool {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return false,
        };
        let (networks, port) = (&self.0.networks, url.port_or_known_default().unwrap_or_default());
        matches!(url.scheme(), "https" | "http")
            && (networks.is_opened(address) || networks.is_opened_endpoint(address, port))
    }

    pub(crate) fn sealed(
        &self,
        scope: &Scope,
        login: &str,
        secret: &Secret<String>,
    ) -> Result<Kept> {
        let id = self.0.ids.fresh();
        let place = Context::new(COLUMN, scope.tenant(), id);
        let sealed = self.0.sealer.seal(&place, secret.expose().trim().as_bytes())?;
        let (set_by, set_at) = (scope.user(), self.0.clock.now());
        Ok(Kept { id, login: login.to_owned(), sealed, set_by, set_at, expires_at: None })
    }

    /// Asks for a token anew, whatever was kept: whether the secret is good, and until when the token is.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoBot`], [`Error::NoSecret`], [`Error::Grant`], [`Error::Seal`], [`Error::Store`].
    pub async fn try_bot(&self, scope: &Scope) -> Result<Option<Timestamp>> {
        may_manage(scope)?;
        let root = self.0.scopes.scope(scope.tenant(), crate::people::JOB);
        let bot = self.0.db.read_one(&root, store::bot).await?.ok_or(Error::NoBot)?;
        self.0.granted.forget_connection(scope.tenant(), KEPT_FOR);
        let (key, _) = self.token(&root, &bot).await?;
        Ok(self.0.granted.peek(&key).await.and_then(|set| set.expires_at))
    }

    /// The bot's own token for the connector: the one that is kept, or a new one.
    pub(crate) async fn token(
        &self,
        root: &Scope,
        bot: &Bot,
    ) -> Result<(TokenKey, Secret<String>)> {
        let key = TokenKey {
            tenant: root.tenant(),
            user: None,
            connection: KEPT_FOR,
            audience: bot.issuer.clone(),
        };
        if let Some(kept) = self.0.granted.peek(&key).await {
            return Ok((key, kept.access_token.clone()));
        }
        let kept = self.0.db.read_one(root, store::secret).await?.ok_or(Error::NoSecret)?;
        let place = Context::new(COLUMN, root.tenant(), kept.id);
        let plain = self.0.sealer.open(&place, &kept.sealed)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
        let application = application(bot, &kept.login, &Secret::new(text.to_owned()));
        let exchange = async { self.0.flows.client_credentials(&application?).await };
        let set = self.0.granted.take(key.clone(), exchange).await.map_err(Error::Grant)?;
        Ok((key, set.access_token.clone()))
    }
}

/// The registration as it asks for tokens of its own.
fn application(
    bot: &Bot,
    login: &str,
    secret: &Secret<String>,
) -> Result<Application, oauth::Error> {
    let directory = bot.directory.ok_or(oauth::Error::Missing { setting: "tenantId" })?;
    let token = format!("{}/{directory}/oauth2/v2.0/token", login.trim_end_matches('/'));
    let mut settings = OAuthSettings {
        identity_provider: "oauth2".to_owned(),
        client_id: Some(bot.application.to_string()),
        scopes: vec![format!("{}/.default", bot.issuer)],
        custom: vec![
            ("authorizationUrl".to_owned(), token.clone()),
            ("tokenUrl".to_owned(), token),
            ("grantType".to_owned(), "client_credentials".to_owned()),
        ],
        ..OAuthSettings::default()
    };
    if Certificate::is_bundle(secret.expose()) {
        let certificate = Certificate::from_pem(secret, secret.expose())?;
        settings.authentication = ClientAuthentication::Certificate(Box::new(certificate));
    } else {
        settings.client_secret = Some(secret.clone());
    }
    Application::resolve(&settings, &ConnectionValues::default())
}

/// An address without anything but host, port and path.
pub(crate) fn is_plain(url: &Url) -> bool {
    url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// The sealed column.
const COLUMN: &str = "teams_bot_secrets.sealed";
/// What tokens are kept for: a tenant has one bot.
pub(crate) const KEPT_FOR: Uuid = Uuid::from_u128(0x7ea5_b070_0000_4000_8000_0000_0000_0001);
/// Longer than any key of 8,192 bits with its certificate.
const MAX_SECRET: usize = 16 * 1024;
/// Ours.
const MAX_ADDRESS: usize = 500;
