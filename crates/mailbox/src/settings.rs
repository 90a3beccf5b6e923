//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Mails of sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For how many days a mail is kept.
    pub keep_days: u32,
    /// Mails that one person may keep.
    pub max_mails: u32,
    /// Megabytes of one mail, at most 72.
    pub max_mail_mb: u32,
    /// Megabytes of all mails of one person.
    pub max_person_mb: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { keep_days: 365, max_mails: 20_000, max_mail_mb: 72, max_person_mb: 5_120 }
    }
}
