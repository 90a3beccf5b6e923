//! Steps that take a link back.

use workspace_port::{Error as Away, Result as Answer};

use super::{Halt, Turn};
use crate::{Files, State, Step, TabAfter, store};

/// What is gone is as good as taken away.
fn gone(answer: Answer<()>) -> Result<(), Away> {
    match answer {
        Err(Away::NotFound) => Ok(()),
        other => other,
    }
}

impl Turn<'_> {
    pub(super) async fn take_tab(&mut self) -> Result<(), Halt> {
        let removes = self.job.work.undo.is_none_or(|undo| undo.tab == TabAfter::Remove);
        if removes {
            self.remove_tab().await?;
        }
        self.on(Step::TabRemoved, None).await
    }

    /// Takes out the tab, also one that was put and not stored.
    async fn remove_tab(&mut self) -> Result<(), Halt> {
        let channel = self.job.link.channel.clone();
        if channel.id.is_empty() {
            return Ok(());
        }
        let mut tab = self.job.link.tab.clone();
        if tab.is_none() {
            let entity = self.job.link.id.to_string();
            let tabs = self.call(self.place.tabs(&channel)).await.unwrap_or_default();
            tab = tabs.into_iter().find(|tab| tab.entity == entity).map(|tab| tab.id);
        }
        if let Some(tab) = tab {
            gone(self.call(self.place.remove_tab(&channel, &tab)).await)?;
            self.point("called")?;
            self.job.link.tab = None;
        }
        Ok(())
    }

    /// Deletes what is in the folder of the channel, unless another link shows it too.
    pub(super) async fn take_files(&mut self) -> Result<(), Halt> {
        let deletes = self.job.work.undo.is_some_and(|undo| undo.files == Files::Delete);
        if deletes
            && let Some(folder) = self.job.link.library.clone()
            && !self.is_shared().await?
        {
            let files = match self.call(self.place.files(&folder)).await {
                Err(Away::NotFound) => Vec::new(),
                other => other?,
            };
            for file in files {
                gone(self.call(self.place.delete_file(&file.id, None)).await)?;
                self.point("called")?;
            }
        }
        self.on(Step::FilesRemoved, None).await
    }

    async fn is_shared(&self) -> Result<bool, Halt> {
        let (id, kind) = (self.job.link.id, self.job.link.workspace);
        let channel = self.job.link.channel.clone();
        let find =
            // itself, and one more
            move |tx: &db::Tx<'_>| store::in_place(tx, kind, (&channel.team, Some(&channel.id)), 2);
        let there = self.linking.db.read_one(&self.scope, find).await?;
        Ok(there.iter().any(|other| other.link.id != id))
    }

    /// Takes back what was made for a link that cannot be.
    pub(super) async fn undo(&mut self) -> Result<(), Halt> {
        self.remove_tab().await?;
        if self.job.work.asked_at.is_some() && self.job.link.team.0.is_empty() {
            self.find_made_team().await?;
        }
        let link = &self.job.link;
        let (team, channel) = (link.team.clone(), link.channel.clone());
        if self.job.work.made_team && !team.0.is_empty() {
            gone(self.call(self.place.delete_team(&team)).await)?;
            self.point("called")?;
        } else if self.job.work.made_channel && !channel.id.is_empty() {
            gone(self.call(self.place.delete_channel(&channel)).await)?;
            self.point("called")?;
        }
        self.on(Step::RowRemoved, None).await
    }

    pub(super) async fn ended(&mut self) -> Result<(), Halt> {
        self.job.due = None;
        self.job.link.state = State::Unlinked;
        self.on(Step::Unlinked, Some("link.unlinked")).await
    }
}
