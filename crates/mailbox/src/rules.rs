//! What administrators of sales set for mails of the tenant, whichever CRM is used; what becomes of mails in a CRM is set
//! for each in `sales-settings`.

use event_log::{Change, Subject, audit};
use kernel::{Permission, Scope};
use serde_json::json;

use crate::{Error, Mailbox, Result, store};

/// What administrators of sales set for mails of the tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Domains whose people are colleagues: they are matched with no contacts. That of the reader's own address is
    /// among them by itself.
    pub internal_domains: Vec<String>,
    /// Fields of contacts that hold addresses; those that the CRM comes with unless given.
    pub contact_fields: Vec<String>,
    /// How often they were changed.
    pub changes: i64,
}

impl Mailbox {
    /// What holds for mails of the tenant.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn rules(&self, scope: &Scope) -> Result<Rules> {
        if !scope.may(Permission::SalesManage) {
            scope.require(Permission::ConnectionUse)?;
        }
        Ok(self.db.read_one(scope, store::rules).await?.unwrap_or_default())
    }

    /// Sets what holds; for administrators of sales.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
    pub async fn set_rules(&self, scope: &Scope, rules: Rules) -> Result<Rules> {
        scope.require(Permission::SalesManage)?;
        let rules = checked(rules)?;
        let now = self.clock.now();
        let (scope_of, new) = (scope.tenant(), rules.clone());
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            let before = store::rules(tx)?.unwrap_or_default();
            store::set_rules(tx, &new, now)?;
            let change = Change {
                action: "seller_mail.rules",
                subject: Subject::new("tenant", scope_of),
                before: Some(told(&before)),
                after: Some(told(&new)),
                at: now,
            };
            audit(tx, &change)
        };
        self.db.write(scope, write).await?;
        self.rules(scope).await
    }
}

fn told(rules: &Rules) -> serde_json::Value {
    json!({
        "internalDomains": rules.internal_domains, "contactFields": rules.contact_fields,
    })
}

/// Domains in lower case, each once; names of fields as CRMs spell them.
fn checked(rules: Rules) -> Result<Rules> {
    let Rules { internal_domains, contact_fields, .. } = rules;
    let mut domains: Vec<String> = Vec::new();
    for given in internal_domains {
        let given = given.trim().trim_start_matches('@').to_lowercase();
        let is_one = given.contains('.')
            && given.len() <= 253
            && given.split('.').all(|label| !label.is_empty())
            && given.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'));
        if !is_one {
            let detail = "a domain such as contoso.example";
            return Err(Error::field("/internal_domains", "seller_mail.domain", detail));
        }
        if !domains.contains(&given) {
            domains.push(given);
        }
    }
    let mut fields: Vec<String> = Vec::new();
    for given in contact_fields {
        let given = given.trim().to_owned();
        let is_one = !given.is_empty()
            && given.len() <= 100
            && given.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_one {
            let detail = "the name of a field of contacts in the CRM";
            return Err(Error::field("/contact_fields", "seller_mail.field", detail));
        }
        if !fields.contains(&given) {
            fields.push(given);
        }
    }
    if domains.len() > MAX_DOMAINS || fields.len() > MAX_FIELDS {
        let detail = "at most 200 domains and 10 fields";
        return Err(Error::field("/internal_domains", "seller_mail.too_many", detail));
    }
    Ok(Rules { internal_domains: domains, contact_fields: fields, ..rules })
}

const MAX_DOMAINS: usize = 200;
const MAX_FIELDS: usize = 10;
