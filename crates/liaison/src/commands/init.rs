//! `init`, `migrate`, and the link for the first administrator.

use kernel::Language;
use url::Url;

use crate::{
    cli::{Init, Place},
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    out,
    settings::{self, Settings},
    storage,
};

/// Prepares a data folder.
pub(crate) fn run(place: &Place, init: &Init) -> Result {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    storage::prepare_folder(&settings.data)?;
    let lock = Lock::take(&settings.data)?;
    let file = settings.data.join(settings::FILE);
    if !file.exists() {
        storage::write_private(&file, TEMPLATE.as_bytes())?;
        out::say(format!("wrote {}", file.display()));
    }
    let link = super::runtime()?.block_on(async {
        let hub = Hub::open(&settings, public_url(&settings)?).await?;
        let link = first_link(&hub, &init.organisation, init.language.language()).await;
        hub.close().await;
        link
    })?;
    drop(lock);
    out::say(format!("the data folder {} is ready", settings.data.display()));
    match link {
        Some(link) => out::say(format!(
            "start the hub (liaison serve), then create the first administrator with this link; it works once:\n\n  {link}"
        )),
        None => out::say("there is an administrator already"),
    }
    Ok(())
}

/// Brings the database up to date.
pub(crate) fn migrate(place: &Place) -> Result {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    storage::prepare_folder(&settings.data)?;
    let lock = Lock::take(&settings.data)?;
    let (db, _engine) = storage::open(&settings)?;
    db.close();
    drop(lock);
    out::say("the database is up to date");
    Ok(())
}

/// A link that makes the first administrator; nothing when there is one.
pub(crate) async fn first_link(
    hub: &Hub,
    organisation: &str,
    language: Language,
) -> Result<Option<String>> {
    let tenant = hub.scopes.ensure_first_tenant(organisation, language).await?;
    if !hub.identity.needs_first_run(tenant.id).await? {
        return Ok(None);
    }
    let scope = hub.scopes.scope(tenant.id, "first-run");
    let Some(link) = hub.identity.first_run_link(&scope).await? else { return Ok(None) };
    let base = hub.public_url.as_str().trim_end_matches('/');
    Ok(Some(format!("{base}/first-run?link={}", link.secret.expose())))
}

/// The address that links show before a listener exists.
pub(crate) fn public_url(settings: &Settings) -> Result<Url> {
    let scheme = if settings.tls.cert.is_some() { "https" } else { "http" };
    let listener = format!("{scheme}://{}", settings.listen);
    let text = settings.http.public_url.as_deref().unwrap_or(&listener);
    text.parse().map_err(|error: url::ParseError| Failure::of(Exit::Config, &error))
}

/// What stands in a new settings file.
const TEMPLATE: &str = "# Settings of Liaison. `liaison config schema` describes every one of them,\n\
    # `liaison config show` prints what is in force, `liaison config check` finds mistakes.\n\
    # The environment (LIAISON__SECTION__KEY) and flags stand above this file.\n\n\
    # listen = \"127.0.0.1:8080\"\n\n\
    # [http]\n\
    # public_url = \"https://hub.example.org\"\n\
    # trusted_proxies = [\"10.0.0.0/8\"]\n\n\
    # [tls]\n\
    # cert = \"/etc/liaison/cert.pem\"\n\
    # key = \"/etc/liaison/key.pem\"\n\n\
    # [database]\n\
    # url_file = \"/etc/liaison/database-url\"\n";
