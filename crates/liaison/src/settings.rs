//! The settings of the whole hub: one TOML file, then the environment, then flags.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use figment::{
    Figment, Profile, Provider,
    providers::{Env, Format as _, Serialized, Toml},
    value::{Dict, Map},
};
use kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    demo::upstream,
    exit::{Exit, Failure, Result},
};

/// The settings of the hub.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// The folder of the database, the files, the sealing key and the instance lock.
    pub(crate) data: PathBuf,
    /// The address to listen on. Loopback only, unless told otherwise.
    #[schemars(with = "String")]
    pub(crate) listen: SocketAddr,
    /// Where the data are.
    pub(crate) database: DatabaseSettings,
    /// HTTPS on the same address.
    pub(crate) tls: TlsSettings,
    /// What the log looks like.
    pub(crate) log: LogSettings,
    /// HTTP: proxies, public address, sizes.
    pub(crate) http: edge::Settings,
    /// Limits of connections.
    pub(crate) server: server::Settings,
    /// Signing in.
    pub(crate) identity: identity::Settings,
    /// Teams, channels, messages, files, mail.
    pub(crate) workspace: workspace::Settings,
    /// Incoming webhooks.
    pub(crate) webhooks: channel_connectors::Settings,
    /// How connectors' own pages are shown.
    pub(crate) connector_host: connector_registry::hosting::Settings,
    /// How posts become messages.
    pub(crate) delivery: delivery::Settings,
    /// Where channels and webhooks forward to.
    pub(crate) targets: targets::Settings,
    /// Connectors to APIs, and calls through them.
    pub(crate) connectors: connectors::Settings,
    /// The sales surfaces.
    pub(crate) sales: sales::Settings,
    /// The Model Context Protocol, for agents.
    pub(crate) mcp: mcp::Settings,
    /// Records of environments.
    pub(crate) records: records::Settings,
    /// The life of environments.
    pub(crate) environments: environments::Settings,
    /// Files of rows in and out.
    pub(crate) transfer: transfer::Settings,
    /// Links between records and channels.
    pub(crate) linking: linking::Settings,
    /// CRMs of sellers.
    pub(crate) crm: crm_connections::Settings,
    /// Mails of sellers.
    pub(crate) mailbox: mailbox::Settings,
    /// Meetings of sellers.
    pub(crate) meetings: meetings::Settings,
    /// The Dataverse Web API.
    pub(crate) dataverse: dataverse::Settings,
    /// App packages in catalogue and teams.
    pub(crate) apps: apps::Settings,
    /// Outgoing requests.
    pub(crate) egress: egress::Settings,
    /// The file of the sealing key; `seal.key` in the data folder unless set.
    pub(crate) seal_key_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            database: DatabaseSettings::default(),
            tls: TlsSettings::default(),
            log: LogSettings::default(),
            http: edge::Settings::default(),
            server: server::Settings::default(),
            identity: identity::Settings::default(),
            workspace: workspace::Settings::default(),
            webhooks: channel_connectors::Settings::default(),
            connector_host: connector_registry::hosting::Settings::default(),
            delivery: delivery::Settings::default(),
            targets: targets::Settings::default(),
            connectors: connectors::Settings::default(),
            sales: sales::Settings::default(),
            mcp: mcp::Settings::default(),
            records: records::Settings::default(),
            environments: environments::Settings::default(),
            transfer: transfer::Settings::default(),
            linking: linking::Settings::default(),
            crm: crm_connections::Settings::default(),
            mailbox: mailbox::Settings::default(),
            meetings: meetings::Settings::default(),
            dataverse: dataverse::Settings::default(),
            apps: apps::Settings::default(),
            egress: egress::Settings::default(),
            seal_key_file: None,
        }
    }
}

/// Where the data are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DatabaseSettings {
    /// Address of a PostgreSQL database; without one, SQLite in the data folder. Also read from `DATABASE_URL`.
    #[serde(skip_serializing)]
    #[schemars(with = "Option<String>")]
    pub(crate) url: Option<Secret<String>>,
    /// A file that holds the address.
    pub(crate) url_file: Option<PathBuf>,
    /// Connections to PostgreSQL.
    pub(crate) connections: Option<usize>,
}

/// HTTPS on the same address.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TlsSettings {
    /// The certificate chain in PEM form, the hub's own certificate first.
    pub(crate) cert: Option<PathBuf>,
    /// Its private key in PEM form.
    pub(crate) key: Option<PathBuf>,
}

/// What the log looks like.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSettings {
    /// `text` for people, `json` for machines, `auto`: text on a terminal.
    pub(crate) format: LogFormat,
    /// What is logged, such as `info` or `warn,liaison_edge=debug`.
    pub(crate) filter: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: LogFormat::Auto,
            filter: "info,hyper=error,h2=error,rustls=error".to_owned(),
        }
    }
}

/// How lines of the log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Flags that stand above the file and the environment.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Flags {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) database: Map<&'static str, String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) tls: Map<&'static str, PathBuf>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) http: Map<&'static str, String>,
}

/// What was read, and from where.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) settings: Settings,
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
}

impl Settings {
    /// Reads everything. Without `config`, the file `liaison.toml` in the data folder is read when it is there.
    pub(crate) fn load(config: Option<&Path>, flags: &Flags) -> Result<Loaded> {
        Self::load_with(config, flags, environment())
    }

    fn load_with(
        config: Option<&Path>,
        flags: &Flags,
        environment: impl Provider,
    ) -> Result<Loaded> {
        let above = Figment::new().merge(environment).merge(Flagged(flags));
        let file = config.map(Path::to_owned).or_else(|| {
            let data = above.extract_inner::<PathBuf>("data");
            let default = data.unwrap_or_else(|_unset| Self::default().data).join(FILE);
            default.exists().then_some(default)
        });
        let mut figment = Figment::new();
        if let Some(path) = &file {
            let text = fs::read_to_string(path).map_err(|error| {
                Failure::new(Exit::Config, format!("{}: {error}", path.display()))
            })?;
            // Read once here, so that a mistake in the form names its line.
            if let Err(error) = text.parse::<toml::Table>() {
                return Err(Failure::new(Exit::Config, format!("{}: {error}", path.display())));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        let mut settings: Self =
            figment.merge(above).extract().map_err(|error| describe(&error))?;
        upstream::add_to(&mut settings);
        settings.check(file.as_deref())?;
        Ok(Loaded { settings, file })
    }

    /// Refuses pairs that cannot work.
    fn check(&self, file: Option<&Path>) -> Result {
        let place = file.map(|path| format!("{}: ", path.display())).unwrap_or_default();
        let wrong = |text: &str| Err(Failure::new(Exit::Config, format!("{place}{text}")));
        if self.tls.cert.is_some() != self.tls.key.is_some() {
            return wrong("tls.cert and tls.key belong together: give both or none");
        }
        if self.database.url.is_some() && self.database.url_file.is_some() {
            return wrong("database.url and database.url_file exclude each other: give one");
        }
        let mail = &self.workspace.mail;
        if mail.relay_password.is_some() && mail.relay_password_file.is_some() {
            return wrong(
                "workspace.mail.relay_password and workspace.mail.relay_password_file exclude each other: give one",
            );
        }
        if mail.require_tls && self.tls.cert.is_none() {
            return wrong("workspace.mail.require_tls needs tls.cert and tls.key");
        }
        if let Some(url) = &self.http.public_url {
            let parsed = url.parse::<url::Url>().ok();
            let parsed = parsed.filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            let Some(parsed) = parsed else {
                return wrong(
                    "http.public_url: an address such as https://hub.example.org is expected",
                );
            };
            // links of pages, packages and connectors begin at the root of the host
            let root = parsed.path() == "/" && parsed.query().is_none();
            let alone = parsed.fragment().is_none() && parsed.username().is_empty();
            if !root || !alone || parsed.password().is_some() {
                return wrong(
                    "http.public_url: scheme, host and port alone are expected, such as https://hub.example.org:8443; \
                     the hub has a host of its own and no path on somebody else's",
                );
            }
        }
        if self.webhooks.max_body_bytes > self.webhooks.max_body_bytes_ceiling {
            return wrong("webhooks.max_body_bytes is above webhooks.max_body_bytes_ceiling");
        }
        Ok(())
    }

    /// What is allowed but unwise; said at the start.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let open = !self.listen.ip().is_loopback();
        if open && self.tls.cert.is_none() && self.http.trusted_proxies.is_empty() {
            warnings.push(format!(
                "listening on {} without TLS and without trusted proxies: people cannot sign in from other \
                 machines; set tls.cert and tls.key, or http.trusted_proxies for a proxy that ends TLS",
                self.listen
            ));
        }
        if self.http.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            warnings.push(
                "http.trusted_proxies trusts everyone: callers can claim any address".to_owned(),
            );
        }
        warnings
    }

    /// The address of the PostgreSQL database, if one is set.
    pub(crate) fn database_url(&self) -> Result<Option<Secret<String>>> {
        match &self.database.url_file {
            Some(path) => secret_file(path).map(Some),
            None => Ok(self.database.url.clone()),
        }
    }

    /// The settings of the workspace, with the secret that stands in a file of its own.
    pub(crate) fn workspace(&self) -> Result<workspace::Settings> {
        let mut workspace = self.workspace.clone();
        if let Some(path) = &workspace.mail.relay_password_file {
            workspace.mail.relay_password = Some(secret_file(path)?);
        }
        Ok(workspace)
    }

    /// The file of the sealing key.
    pub(crate) fn seal_key(&self) -> PathBuf {
        self.seal_key_file.clone().unwrap_or_else(|| self.data.join("seal.key"))
    }

    /// Everything that is in force, as TOML; secrets are masked.
    pub(crate) fn shown(&self) -> Result<String> {
        let mut table = toml::Table::try_from(self).map_err(|error| Failure::plain(&error))?;
        let mut mask = |path: &[&str], key: &str, set: bool| {
            let section = path.iter().try_fold(&mut table, |table, name| {
                table.get_mut(*name).and_then(toml::Value::as_table_mut)
            });
            if set && let Some(section) = section {
                section.insert(key.to_owned(), toml::Value::String("***".to_owned()));
            }
        };
        mask(&["database"], "url", self.database.url.is_some());
        let password = self.workspace.mail.relay_password.is_some();
        mask(&["workspace", "mail"], "relay_password", password);
        toml::to_string_pretty(&table).map_err(|error| Failure::plain(&error))
    }
}

/// The JSON schema of the settings file. A release prints what `make docs` wrote, and carries nothing that could make it.
pub(crate) fn schema() -> serde_json::Value {
    if cfg!(debug_assertions) {
        schemars::schema_for!(Settings).to_value()
    } else {
        written_schema()
    }
}

fn written_schema() -> serde_json::Value {
    const WRITTEN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/settings.schema.json.gz"));
    let text = edge::unpacked(WRITTEN).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// `LIAISON__SECTION__KEY`, and the customary `DATABASE_URL` below it.
fn environment() -> Figment {
    let customary = Env::raw().only(&["DATABASE_URL"]).map(|_| "database.url".into()).split(".");
    Figment::new().merge(customary).merge(Env::prefixed("LIAISON__").split("__"))
}

struct Flagged<'a>(&'a Flags);

impl Provider for Flagged<'_> {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named("the command line")
            .interpolater(|_profile, keys| format!("--{}", keys.join("-").replace('_', "-")))
    }

    fn data(&self) -> figment::error::Result<Map<Profile, Dict>> {
        Serialized::defaults(self.0).data()
    }
}

/// One line for each mistake: where it stands, which setting, what is wrong.
fn describe(error: &figment::Error) -> Failure {
    let mut text = String::new();
    for one in error.clone() {
        let place = match &one.metadata {
            Some(data) => match &data.source {
                Some(figment::Source::File(path)) => path.display().to_string(),
                _ => data.name.to_string(),
            },
            None => "settings".to_owned(),
        };
        let path = one.path.join(".");
        let path = if path.is_empty() { String::new() } else { format!("{path}: ") };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&[place.as_str(), ": ", &path, &reason(&one.kind)].concat());
    }
    Failure::new(Exit::Config, text)
}

/// The reason without the value: it may be a secret.
fn reason(kind: &figment::error::Kind) -> String {
    use figment::error::Kind;
    match kind {
        Kind::InvalidType(found, expected) => {
            format!("{expected} is expected, {} was found", type_of(found))
        }
        Kind::UnknownField(name, known) => {
            format!("there is no setting {name:?} here; known are {}", known.join(", "))
        }
        other => other.to_string(),
    }
}

const fn type_of(found: &figment::error::Actual) -> &'static str {
    use figment::error::Actual;
    match found {
        Actual::Bool(_) => "true or false",
        Actual::Unsigned(_) | Actual::Signed(_) => "a whole number",
        Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) => "a text",
        Actual::Bytes(_) => "bytes",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

/// Reads a secret from a file of its own.
fn secret_file(path: &Path) -> Result<Secret<String>> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))?;
    let text = Secret::new(text);
    let bare = text.expose().trim();
    if bare.is_empty() {
        return Err(Failure::new(Exit::Config, format!("{} is empty", path.display())));
    }
    Ok(Secret::new(bare.to_owned()))
}

/// The settings file that is read from the data folder when no other is named.
pub(crate) const FILE: &str = "liaison.toml";

#[cfg(test)]
impl Settings {
    /// The defaults on a folder, whatever room the disk of whoever runs the tests has left.
    pub(crate) fn of_test(data: &Path) -> Self {
        let mut settings = Self { data: data.to_owned(), ..Self::default() };
        settings.webhooks.min_free_percent = 0;
        settings
    }
}

#[cfg(test)]
mod tests;
