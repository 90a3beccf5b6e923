//! Notices of Graph: what comes is hostile input, and only wakes a look at the team that it is about.
//!
//! A notice counts when it shows what its subscription was given in confidence; nothing else in it is believed or kept.
//! Duplicates and any order are fine: what waits to be looked at waits once.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time;
use kernel::TenantId;
use serde::Deserialize;

use super::{
    MicrosoftTeams,
    sign_in::hash,
    spoken::{TRANSCRIPTS, TRANSCRIPTS_TOLD},
    store,
    watch::TEAMS_TOLD,
};
use crate::{Error, Result};

/// The largest post of notices that is read. Ours: a notice without resource data has about 700 bytes.
pub const MAX_NOTICE_BYTES: usize = 256 * 1024;
/// The most notices of one post that are looked at.
const MOST: usize = 500;
/// The most subscriptions that one post is about.
const SUBSCRIPTIONS: usize = 100;
/// Posts that are taken in at once.
pub(crate) const DOORS: usize = 32;

/// What became of a post of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// Notices that counted.
    pub taken: usize,
    /// Notices of nobody's, or without what was given in confidence.
    pub ignored: usize,
}

/// A post, as far as it is read.
#[derive(Debug, Deserialize)]
struct Post {
    #[serde(default)]
    value: Vec<Notice>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    #[serde(default)]
    subscription_id: Option<String>,
    #[serde(default)]
    client_state: Option<String>,
    #[serde(default)]
    lifecycle_event: Option<String>,
}

/// What a notice asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Look,
    Renew,
    Anew,
}

impl Wish {
    fn of(event: Option<&str>) -> Self {
        match event {
            Some("reauthorizationRequired") => Self::Renew,
            Some("subscriptionRemoved") => Self::Anew,
            // `missed`, and changes
            _ => Self::Look,
        }
    }
}

impl MicrosoftTeams {
    /// Takes notices in that came for a tenant, whoever sent them.
    ///
    /// # Errors
    /// [`Error::Notices`] for what is no post of notices, [`Error::Crowded`], [`Error::Store`].
    pub async fn notified(&self, tenant: TenantId, body: &[u8]) -> Result<Heard> {
        let _door = self.doors.try_acquire().map_err(|_full| Error::Crowded)?;
        let is_object = body.trim_ascii_start().first() == Some(&b'{');
        if body.len() > MAX_NOTICE_BYTES || !is_object {
            return Err(Error::Notices);
        }
        let post: Post = serde_json::from_slice(body).map_err(|_odd| Error::Notices)?;
        let all = post.value.len();
        // each subscription once for each wish, with what was shown for it
        let mut shown: BTreeMap<(String, Wish), Vec<[u8; 32]>> = BTreeMap::new();
        for notice in post.value.into_iter().take(MOST) {
            let (Some(id), Some(state)) = (notice.subscription_id, notice.client_state) else {
                continue;
            };
            if id.len() > MAX_ID || state.len() > MAX_STATE {
                continue;
            }
            let key = (id, Wish::of(notice.lifecycle_event.as_deref()));
            if shown.len() >= SUBSCRIPTIONS && !shown.contains_key(&key) {
                continue;
            }
            shown.entry(key).or_default().push(hash(state.as_bytes()));
        }
        if shown.is_empty() {
            return Ok(Heard { taken: 0, ignored: all });
        }
        let (scope, now) = (self.root(tenant), self.parts.clock.now());
        let read = move |tx: &db::Tx<'_>| -> db::Result<Vec<(String, String, Wish, usize)>> {
            let mut found = Vec::new();
            for ((id, wish), states) in &shown {
                let Some((team, kind, Some(own))) = store::by_subscription(tx, id)? else {
                    continue;
                };
                let is_right = |state: &&[u8; 32]| {
                    constant_time::verify_slices_are_equal(*state, &own).is_ok()
                };
                let right = states.iter().filter(is_right).count();
                if right > 0 {
                    found.push((team, kind, *wish, right));
                }
            }
            Ok(found)
        };
        let found = self.parts.db.read(&scope, read).await?;
        let taken = found.iter().map(|one| one.3).sum();
        if !found.is_empty() {
            let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
                for (team, kind, wish, _) in &found {
                    match wish {
                        Wish::Look => store::wake(tx, team, kind, now).map(drop)?,
                        Wish::Renew => store::renew(tx, (team, kind), false, now).map(drop)?,
                        Wish::Anew => {
                            store::renew(tx, (team, kind), true, now)?;
                            // what happened meanwhile was told to nobody
                            store::wake(tx, team, kind, now)?;
                        }
                    }
                }
                let is_spoken = |one: &(String, String, Wish, usize)| one.1 == TRANSCRIPTS;
                if found.iter().any(is_spoken) {
                    tx.notify(TRANSCRIPTS_TOLD, tenant.into(), 0);
                }
                if !found.iter().all(is_spoken) {
                    tx.notify(TEAMS_TOLD, tenant.into(), 0);
                }
                Ok(())
            };
            self.parts.db.write(&scope, write).await?;
        }
        Ok(Heard { taken, ignored: all.saturating_sub(taken) })
    }
}

/// Identifiers of subscriptions have 36 characters.
const MAX_ID: usize = 64;
/// Documented: at most 128 characters.
const MAX_STATE: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_read_as_far_as_they_concern_us() {
        let text = r#"{"value":[{"subscriptionId":"a","clientState":"b","changeType":"updated",
            "resourceData":{"id":[1,{"x":null}]},"tenantId":7},{"lifecycleEvent":"missed"}],
            "validationTokens":["x"]}"#;
        let post: Post = serde_json::from_str(text).unwrap();
        assert_eq!(post.value.len(), 2);
        for odd in
            ["", "null", "{\"value\":{}}", "{\"value\":[1]}", "{\"value\":[{\"clientState\":7}]}"]
        {
            assert!(serde_json::from_str::<Post>(odd).is_err(), "{odd}");
        }
        let deep = format!("{{\"value\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(serde_json::from_str::<Post>(&deep).is_err());
    }

    #[test]
    fn what_a_notice_of_its_life_asks_for() {
        assert_eq!(Wish::of(None), Wish::Look);
        assert_eq!(Wish::of(Some("missed")), Wish::Look);
        assert_eq!(Wish::of(Some("reauthorizationRequired")), Wish::Renew);
        assert_eq!(Wish::of(Some("subscriptionRemoved")), Wish::Anew);
    }
}
