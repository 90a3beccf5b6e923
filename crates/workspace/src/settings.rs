//! What an operator may set.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the workspace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Characters that a person's message may have.
    pub max_message_chars: u32,
    /// Days that messages are kept.
    pub message_retention_days: u32,
    /// Days that deleted teams, channels, files and mails can be restored.
    pub deleted_retention_days: u32,
    /// Days that mails of group mailboxes are kept.
    pub mail_retention_days: u32,
    /// Versions that a file keeps.
    pub max_file_versions: u32,
    /// Bytes that one file may have.
    pub max_file_bytes: u64,
    /// Bytes that all files of a tenant may have together.
    pub file_quota_bytes: u64,
    /// Endings of file names that are refused, in lower case and without the dot.
    pub refused_file_endings: Vec<String>,
    /// Group mailboxes.
    pub mail: MailSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_message_chars: 16_000,
            message_retention_days: 1095,
            deleted_retention_days: 30,
            mail_retention_days: 365,
            max_file_versions: 100,
            max_file_bytes: 100 << 20,
            file_quota_bytes: 20 << 30,
            refused_file_endings: REFUSED.iter().map(|&ending| ending.to_owned()).collect(),
            mail: MailSettings::default(),
        }
    }
}

/// Settings of the group mailboxes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// What stands behind the `@` of every team's address.
    pub domain: String,
    /// Where mail is received over SMTP; nowhere unless set.
    #[schemars(with = "Option<String>")]
    pub listen: Option<SocketAddr>,
    /// Whether a sender must begin TLS (STARTTLS, RFC 3207) before it writes. It is offered whenever the hub
    /// has a certificate.
    pub require_tls: bool,
    /// Addresses and networks that mail is taken from, such as the organisation's own mail servers. Empty: from
    /// anywhere.
    #[schemars(with = "Vec<String>")]
    pub accept_networks: Vec<IpNet>,
    /// Senders whose mail is taken: addresses (`ci@example.org`), domains (`@example.org`), and `<>` for notices
    /// of mail that could not be delivered. Both the envelope and the head of the mail must name one. Empty: anyone.
    /// Nothing of it is proven: SPF and DKIM are for the mail server in front.
    pub accept_senders: Vec<String>,
    /// Host name of the relay that takes outgoing mail; none is sent unless set.
    pub relay_host: Option<String>,
    /// Port of the relay.
    pub relay_port: u16,
    /// How the way to the relay is protected.
    pub relay_security: RelaySecurity,
    /// Name to sign in to the relay with.
    pub relay_user: Option<String>,
    /// Password to sign in to the relay with.
    #[serde(skip_serializing)]
    #[schemars(with = "Option<String>")]
    pub relay_password: Option<Secret<String>>,
    /// A file that holds this password.
    pub relay_password_file: Option<PathBuf>,
    /// Bytes that one mail may have, in and out.
    pub max_mail_bytes: u64,
    /// Connections that the receiver serves at a time.
    pub max_connections: u32,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            domain: "localhost".to_owned(),
            listen: None,
            require_tls: false,
            accept_networks: Vec::new(),
            accept_senders: Vec::new(),
            relay_host: None,
            relay_port: 587,
            relay_security: RelaySecurity::StartTls,
            relay_user: None,
            relay_password: None,
            relay_password_file: None,
            max_mail_bytes: 25 << 20,
            max_connections: 32,
        }
    }
}

/// How the way to the mail relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelaySecurity {
    /// Not at all; for a relay on the same machine.
    None,
    /// STARTTLS (RFC 3207), required.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// Programs and scripts that the usual desktop runs on a double click; our own choice.
const REFUSED: &[&str] = &[
    "appref-ms",
    "bat",
    "chm",
    "cmd",
    "com",
    "cpl",
    "dll",
    "exe",
    "hta",
    "inf",
    "jar",
    "js",
    "jse",
    "lnk",
    "msc",
    "msi",
    "msix",
    "msp",
    "pif",
    "ps1",
    "reg",
    "scf",
    "scr",
    "sct",
    "url",
    "vb",
    "vbe",
    "vbs",
    "ws",
    "wsc",
    "wsf",
    "wsh",
];
