//! Subscriptions to transcripts: Graph tells when one of a person's meetings was transcribed. Kept, renewed and made anew
//! as those to teams are ([`super::watch`]); resource data is not asked for, so that nothing of what was said comes with
//! a notice. What a notice does is that this person's meetings are looked at. Where none can be had, or one is lost,
//! meetings are looked at by themselves.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel::{Permission, Scope};

use super::{MicrosoftTeams, store, store::Watched, watch::A_TURN};
use crate::Result;

/// The topic that says that somebody's meeting was transcribed; the stream is the tenant.
pub const TRANSCRIPTS_TOLD: &str = "linking.transcripts_told";
/// What a watch of transcripts is called; it is of a person of the directory instead of a team.
pub(super) const TRANSCRIPTS: &str = "transcripts";

/// What is known of a person's transcripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The person, by the directory's identifier.
    pub user: String,
    /// Until when something was told.
    pub until: Option<Timestamp>,
    /// Whether something would be told now.
    pub hears: bool,
}

impl MicrosoftTeams {
    /// Sees to the subscriptions to transcripts of these people of the directory, a few at a time; whether there is more
    /// to do at once. Others are given up. For the hub's own jobs; several nodes may be at it.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Seal`], [`crate::Error::Store`].
    pub async fn tend_transcripts(&self, scope: &Scope, users: &BTreeSet<String>) -> Result<bool> {
        scope.require(Permission::System)?;
        let Some(kept) = self.in_use(scope).await? else { return Ok(false) };
        let graph = self.graph(scope, &kept)?;
        let now = self.parts.clock.now();
        let wanted = users.clone();
        let begin = move |tx: &db::Tx<'_>| -> db::Result<Vec<Watched>> {
            let there = store::watches(tx)?;
            let is_there = |user: &&String| there.iter().any(|row| row.team == **user);
            let fresh: Vec<&String> = wanted.iter().filter(|user| !is_there(user)).collect();
            for user in &fresh {
                store::begin_watch(tx, user, TRANSCRIPTS, now)?;
            }
            if fresh.is_empty() { Ok(there) } else { store::watches(tx) }
        };
        let rows = self.parts.db.write(scope, begin).await?;
        let mut calls = 0;
        for row in rows.into_iter().filter(|row| row.kind == TRANSCRIPTS) {
            let is_wanted = users.contains(&row.team);
            if is_wanted && row.next_at > now {
                continue;
            }
            if calls >= A_TURN {
                return Ok(true);
            }
            calls += 1;
            if !is_wanted {
                super::watch::end(&graph, &row).await;
                let user = row.team.clone();
                self.parts.db.write(scope, move |tx| store::end_watch(tx, &user)).await?;
                continue;
            }
            // of several nodes one subscribes
            let mine = (row.team.clone(), row.next_at, now + super::watch::TAKEN);
            let take = move |tx: &db::Tx<'_>| {
                store::take_watch(tx, (&mine.0, TRANSCRIPTS), (mine.1, mine.2))
            };
            if self.parts.db.write(scope, take).await?
                && !self.subscribe(scope, &graph, row).await?
            {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// What is known of people's transcripts; for the hub's own jobs.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn transcripts_told(&self, scope: &Scope) -> Result<Vec<Spoken>> {
        scope.require(Permission::System)?;
        let now = self.parts.clock.now();
        let rows = self.parts.db.read_one(scope, store::watches).await?;
        let rows = rows.into_iter().filter(|row| row.kind == TRANSCRIPTS);
        Ok(rows
            .map(|row| Spoken { hears: row.hears(now), until: row.woken_at, user: row.team })
            .collect())
    }

    /// Says that a person's meetings were looked at.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn transcripts_looked(&self, scope: &Scope, spoken: Spoken) -> Result<()> {
        scope.require(Permission::System)?;
        let now = self.parts.clock.now();
        let write = move |tx: &db::Tx<'_>| store::looked(tx, &spoken.user, spoken.until, now);
        self.parts.db.write(scope, write).await?;
        Ok(())
    }
}
