//! The coming meetings, for whoever asks the bot for them: what to know before the next, and what comes after it.

use db::Tx;
use kernel::Scope;
use teams_app::Telling;

use super::{NEXT, letter};
use crate::{Meetings, Result, keep::JOB, service::person, store::remind};

impl Meetings {
    /// What the caller looks over before the next meeting, and those after it; nothing where none is coming.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::NotFound`], [`crate::Error::Language`],
    /// [`crate::Error::Store`].
    pub async fn for_chat(&self, scope: &Scope) -> Result<Vec<Telling>> {
        let user = person(scope)?;
        let (root, now) = (self.scopes.scope(scope.tenant(), JOB), self.clock.now());
        let Some(reader) = self.reader(&root, user, scope.language()).await? else {
            return Ok(Vec::new());
        };
        let read = move |tx: &Tx<'_>| remind::coming(tx, user, (now, NEXT));
        let coming = self.db.read_one(scope, read).await?;
        let Some((first, rest)) = coming.split_first() else { return Ok(Vec::new()) };
        let (opened, prepared) = Box::pin(self.prepared(scope, first.id)).await?;
        let mut all = vec![letter::card(&reader, (&opened, &prepared), &self.base).telling()];
        if !rest.is_empty() {
            let today = now.to_zoned(reader.zone.clone()).date();
            all.push(letter::digest(&reader, rest, (today, &self.base)).telling());
        }
        Ok(all)
    }
}
