//! What administrators of sales set for the CRMs, and what these have of it.

use std::sync::Arc;

use crm::Table;
use language_features::Config;
use sales_settings::{Forms, Vendor};
use uuid::Uuid;

/// A CRM of the guide's kind, with what holds at it.
#[derive(Debug, Clone)]
pub(crate) struct CrmOf {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) vendor: Vendor,
    /// The forms that were published; nothing where nobody did.
    pub(crate) forms: Option<Forms>,
    /// Whether language features are on at it.
    pub(crate) speaks: bool,
    /// Sellers whom the groups of its settings keep from them.
    pub(crate) kept_out: Vec<String>,
    /// Sellers whose groups nobody looked up, because there are too many.
    pub(crate) unlooked: usize,
}

impl CrmOf {
    /// Its forms, or those that it begins with.
    pub(crate) fn shown(&self) -> Forms {
        self.forms.clone().unwrap_or_else(|| Forms::defaults(self.vendor))
    }
}

/// The language features of the tenant.
#[derive(Debug, Clone)]
pub(crate) struct Languages {
    pub(crate) config: Config,
    /// Whether the tenant has them at all.
    pub(crate) on: bool,
}

/// The record types of the forms of the CRM that who asks has chosen, as it describes them to them.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub(crate) system: Uuid,
    /// By name; nothing where there is no such type.
    pub(crate) types: Vec<(String, Option<Arc<Table>>)>,
}

impl Described {
    pub(crate) fn of(&self, table: &str) -> Option<&Arc<Table>> {
        let found = self.types.iter().find(|(name, _)| name.eq_ignore_ascii_case(table));
        found.and_then(|(_, table)| table.as_ref())
    }
}

/// What sellers may do in Salesforce with what the forms hold. Each is nothing where it cannot be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rights {
    /// Fields that are not there, and those that somebody does not see.
    pub(crate) fields: Option<Vec<String>>,
    /// Record types that are edited here and that somebody may not change.
    pub(crate) types: Option<Vec<String>>,
    /// Of each seller and each type that is edited here: how many of the latest records they may change.
    pub(crate) records: Option<Vec<Editable>>,
    /// Who does not work in Lightning Experience.
    pub(crate) classic: Option<Vec<String>>,
}

/// How many records of a type somebody may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editable {
    pub(crate) who: String,
    pub(crate) table: String,
    pub(crate) may: usize,
    pub(crate) of: usize,
    /// Of their own latest ones, how many they may not.
    pub(crate) own_locked: usize,
}
