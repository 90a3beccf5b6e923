//! What administrators of sales set for meetings of the tenant.

use event_log::{Change, Subject, audit};
use kernel::{Permission, Scope};
use serde_json::json;

use crate::{Error, Meetings, Result, store};

/// What administrators of sales set for meetings of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Names of competitors that recaps look for.
    pub competitors: Vec<String>,
    /// Names of own products.
    pub products: Vec<String>,
    /// Other words that recaps look for.
    pub keywords: Vec<String>,
    /// Whether transcripts are fetched from Microsoft Graph.
    pub fetch: bool,
    /// For how many days transcripts and recaps are kept after the meeting.
    pub keep_days: i64,
    /// How many minutes before a meeting the card of it is sent; none for 0.
    pub prepare_minutes: i64,
    /// Whether a day's meetings are sent in the morning.
    pub digest: bool,
    /// At which hour of the reader's day.
    pub digest_hour: i64,
    /// How often they were changed.
    pub changes: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            competitors: Vec::new(),
            products: Vec::new(),
            keywords: Vec::new(),
            fetch: true,
            keep_days: KEEP_DAYS,
            prepare_minutes: PREPARE_MINUTES,
            digest: true,
            digest_hour: DIGEST_HOUR,
            changes: 0,
        }
    }
}

impl Meetings {
    /// What holds for meetings of the tenant.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn rules(&self, scope: &Scope) -> Result<Rules> {
        if !scope.may(Permission::SalesManage) && !scope.may(Permission::System) {
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
        let (tenant, new) = (scope.tenant(), rules);
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            let before = store::rules(tx)?.unwrap_or_default();
            store::set_rules(tx, &new, now)?;
            let change = Change {
                action: "meeting.rules",
                subject: Subject::new("tenant", tenant),
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
        "competitors": rules.competitors, "products": rules.products, "keywords": rules.keywords,
        "fetch": rules.fetch, "keepDays": rules.keep_days,
        "prepareMinutes": rules.prepare_minutes, "digest": rules.digest, "digestHour": rules.digest_hour,
    })
}

fn checked(rules: Rules) -> Result<Rules> {
    let lists = [&rules.competitors, &rules.products, &rules.keywords];
    let pointers = ["/competitors", "/products", "/keywords"];
    for (list, pointer) in lists.into_iter().zip(pointers) {
        let is_odd = |word: &String| word.chars().count() > 100 || word.contains(char::is_control);
        if list.len() > insights::tracked::MAX_TERMS || list.iter().any(is_odd) {
            let detail = "at most 200 terms of 100 signs, one a line";
            return Err(Error::field(pointer, "meeting.terms", detail));
        }
    }
    if !(1..=3_650).contains(&rules.keep_days) {
        return Err(Error::field("/keep_days", "meeting.keep_days", "1 to 3,650 days"));
    }
    if rules.prepare_minutes != 0 && !(10..=1_440).contains(&rules.prepare_minutes) {
        let detail = "10 to 1,440 minutes, or 0 for none";
        return Err(Error::field("/prepare_minutes", "meeting.prepare_minutes", detail));
    }
    if !(0..=23).contains(&rules.digest_hour) {
        return Err(Error::field("/digest_hour", "meeting.digest_hour", "0 to 23"));
    }
    let clean = |words: Vec<String>| -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for word in words {
            let word = word.trim().to_owned();
            if !word.is_empty() && !out.contains(&word) {
                out.push(word);
            }
        }
        out
    };
    Ok(Rules {
        competitors: clean(rules.competitors),
        products: clean(rules.products),
        keywords: clean(rules.keywords),
        ..rules
    })
}

/// Insights of meetings are kept for 90 days (sales reference §3.4).
const KEEP_DAYS: i64 = 90;
/// The card comes an hour before (sales reference §5.7); when the day's meetings come is our own choice.
const PREPARE_MINUTES: i64 = 60;
const DIGEST_HOUR: i64 = 7;
