//! Steps that find or make the team and the channel.

use db::Tx;
use linking_setup::Kind;
use workspace_port::{
    Channel, ChannelChange, ChannelKind, Creation, Error as Away, NewChannel, NewTeam, TeamChange,
    TeamId,
};

use super::{Halt, Turn};
use crate::{ChannelChoice, Error, LinkId, Step, TeamChoice, begin::at_channel, store};

impl Turn<'_> {
    /// By which what this link has made is found again.
    fn mark(&self) -> String {
        format!("Liaison link {}", self.job.link.id)
    }

    fn description(&self) -> String {
        format!("{} · {}", self.about(), self.mark())
    }

    /// What people read of it once nobody has to find it again.
    fn about(&self) -> String {
        self.job.link.subject_name.chars().take(200).collect()
    }

    /// Takes the mark out of what was made, once the link stands. A link with a mark is a link: who may not change the
    /// description any more leaves it.
    pub(super) async fn unmark(&mut self) -> Result<(), Halt> {
        let description = Some(self.about());
        let done = if self.job.work.marked_channel {
            let (to, channel) =
                (ChannelChange { name: None, description }, self.job.link.channel.clone());
            self.call(self.place.change_channel(&channel, &to)).await
        } else {
            self.unmark_team(description).await
        };
        if let Err(
            error @ (Away::Busy { .. } | Away::Unavailable | Away::NotYet | Away::Answer { .. }),
        ) = done
            && self.job.tries < PATIENCE
        {
            return Err(error.into());
        }
        self.point("unmarked")?;
        if self.job.work.marked_channel {
            self.job.work.marked_channel = false;
        } else {
            self.job.work.marked_team = false;
        }
        self.store(None).await
    }

    /// The team, and what took its description over from it: some workspaces describe the general channel so.
    async fn unmark_team(&self, description: Option<String>) -> Result<(), Away> {
        let team = self.job.link.team.clone();
        let to = TeamChange { name: None, description: description.clone() };
        self.call(self.place.change_team(&team, &to)).await?;
        let (mark, to) = (self.mark(), ChannelChange { name: None, description });
        for channel in self.call(self.place.channels(&team)).await? {
            if channel.description.contains(&mark) {
                self.call(self.place.change_channel(&channel.id, &to)).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn team(&mut self) -> Result<(), Halt> {
        let plan = self.job.work.plan.clone().ok_or(Error::Unknown)?;
        match plan.team {
            TeamChoice::Existing(team) => self.found(team).await,
            TeamChoice::New { name, private, sensitivity } => {
                if self.job.link.step == Step::Decided {
                    self.job.work.asked_at = Some(self.now());
                    self.on(Step::TeamAsked, None).await?;
                    self.fresh = true;
                }
                self.new_team(name, private, sensitivity).await
            }
        }
    }

    async fn found(&mut self, id: TeamId) -> Result<(), Halt> {
        let team = self.call(self.place.team(&id)).await?;
        let link = &mut self.job.link;
        link.team_name = team.name;
        link.channel.team = id.clone();
        link.team = id;
        self.job.work.site = team.address.map(|address| address.to_string());
        self.on(Step::TeamReady, None).await
    }

    async fn new_team(
        &mut self,
        name: String,
        private: bool,
        label: Option<String>,
    ) -> Result<(), Halt> {
        if let Some(pending) = self.job.work.pending.clone() {
            let pending = workspace_port::Pending(pending);
            return match self.call(self.place.creation(&pending)).await {
                Ok(Creation::Done(team)) => self.made(team).await,
                Ok(Creation::Pending(pending)) => {
                    self.job.work.pending = Some(pending.0);
                    Err(Halt::Later(2, None))
                }
                Err(Away::NotFound) => {
                    // what it was called is forgotten there: it is there, or it never came to be
                    self.job.work.pending = None;
                    self.store(None).await
                }
                Err(error) => Err(error.into()),
            };
        }
        if !self.fresh {
            let mark = self.mark();
            let teams = self.call(self.place.teams()).await?;
            if let Some(team) = teams.into_iter().find(|team| team.description.contains(&mark)) {
                // whether it came to its label before the crash is not known
                if let Some(label) = &label {
                    self.call(self.place.label_team(&team.id, label)).await?;
                }
                return self.made(team.id).await;
            }
            let asked = self.job.work.asked_at.unwrap_or(self.job.link.created_at);
            let waited = self.now().duration_since(asked).as_secs();
            if self.job.link.workspace == Kind::Graph && waited < SHOWS {
                return Err(Halt::Later(10, None));
            }
        }
        let visibility = TeamChoice::visibility(private);
        let new = NewTeam {
            name: name.trim().to_owned(),
            description: self.description(),
            visibility,
            label,
        };
        self.fresh = false;
        let creation = self.call(self.place.create_team(&new)).await?;
        self.point("called")?;
        match creation {
            Creation::Done(team) => self.made(team).await,
            Creation::Pending(pending) => {
                self.job.work.pending = Some(pending.0);
                self.store(None).await
            }
        }
    }

    /// A team that was made and not stored.
    pub(super) async fn find_made_team(&mut self) -> Result<(), Halt> {
        let mark = self.mark();
        let teams = self.call(self.place.teams()).await?;
        if let Some(team) = teams.into_iter().find(|team| team.description.contains(&mark)) {
            self.job.work.made_team = true;
            self.job.link.channel.team = team.id.clone();
            self.job.link.team = team.id;
        }
        Ok(())
    }

    async fn made(&mut self, team: TeamId) -> Result<(), Halt> {
        self.job.work.made_team = true;
        self.job.work.marked_team = true;
        self.job.work.pending = None;
        match self.call(self.place.team(&team)).await {
            Ok(found) => {
                self.job.link.team_name = found.name;
                self.job.work.site = found.address.map(|address| address.to_string());
            }
            // it was made a moment ago
            Err(Away::NotFound | Away::NotYet) => {}
            Err(error) => return Err(error.into()),
        }
        self.job.link.channel.team = team.clone();
        self.job.link.team = team;
        self.on(Step::TeamReady, Some("link.team_made")).await
    }

    pub(super) async fn channel(&mut self) -> Result<(), Halt> {
        let plan = self.job.work.plan.clone().ok_or(Error::Unknown)?;
        let team = self.job.link.team.clone();
        let (name, private) = match plan.channel {
            ChannelChoice::Existing(channel) => {
                let found = self.call(self.place.channel(&channel)).await?;
                if found.is_archived {
                    return Err(Away::Archived.into());
                }
                return self.settle(found).await;
            }
            ChannelChoice::General => (None, false),
            ChannelChoice::New { name, private } => (Some(name.trim().to_owned()), private),
        };
        let channels = match self.call(self.place.channels(&team)).await {
            // it was made a moment ago
            Err(Away::NotFound) if self.job.work.made_team => return Err(Away::NotYet.into()),
            other => other?,
        };
        let Some(name) = name else {
            let general = channels.into_iter().find(|one| one.is_general);
            return match general {
                Some(general) => self.settle(general).await,
                None => Err(Away::NotYet.into()),
            };
        };
        let (mark, lower) = (self.mark(), name.to_lowercase());
        if let Some(same) = channels.iter().find(|one| one.name.to_lowercase() == lower) {
            if !same.description.contains(&mark) {
                return Err(Error::ChannelNameTaken.into());
            }
            (self.job.work.made_channel, self.job.work.marked_channel) = (true, true);
            return self.settle(same.clone()).await;
        }
        let settings = &self.linking.settings;
        let kind = if private { ChannelKind::Private } else { ChannelKind::Standard };
        let private_ones = channels.iter().filter(|one| one.kind == ChannelKind::Private).count();
        let full = [
            (channels.len(), settings.channels_per_team),
            (if private { private_ones } else { 0 }, settings.private_channels_per_team),
        ];
        if let Some((_, most)) = full.into_iter().find(|(there, most)| there >= most) {
            return Err(Error::ChannelLimit { most }.into());
        }
        let new = NewChannel { name, description: self.description(), kind };
        let made = self.call(self.place.create_channel(&team, &new)).await;
        let id = made.map_err(|error| match error {
            Away::NameTaken => Error::ChannelNameTaken,
            other => other.into(),
        })?;
        self.point("called")?;
        (self.job.work.made_channel, self.job.work.marked_channel) = (true, true);
        let channel = match self.call(self.place.channel(&id)).await {
            Ok(channel) => channel,
            Err(Away::NotFound | Away::NotYet) => Channel {
                id,
                name: new.name,
                description: new.description,
                kind,
                is_general: false,
                is_archived: false,
                address: None,
            },
            Err(error) => return Err(error.into()),
        };
        self.settle(channel).await
    }

    /// The channel is there: from now on its identifier keeps the link from being made twice.
    async fn settle(&mut self, channel: Channel) -> Result<(), Halt> {
        let link = &mut self.job.link;
        link.channel_name = channel.name;
        link.channel_kind = channel.kind;
        link.address = channel.address;
        let place = at_channel(&channel.id);
        link.channel = channel.id;
        if place != self.job.place {
            let (subject, id) = (link.subject.clone(), link.id);
            let there = place.clone();
            let twin = move |tx: &Tx<'_>| store::at_place(tx, &subject, &there);
            let twin = self.linking.db.read_one(&self.scope, twin).await?;
            if let Some(twin) = twin.filter(|twin| twin.link.id != id) {
                return Err(Halt::Twin(LinkId(twin.link.id.uuid())));
            }
            self.job.place = place;
        }
        let event = self.job.work.made_channel.then_some("link.channel_made");
        self.on(Step::ChannelReady, event).await
    }
}

/// Tries to take a mark out before it stays.
const PATIENCE: i64 = 5;
/// Seconds after which a team that was made shows in lists, and so is not there when it does not.
const SHOWS: i64 = 120;
