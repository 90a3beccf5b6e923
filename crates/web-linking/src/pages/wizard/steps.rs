//! The three steps as they are drawn.

use web_frame::{Field, Html, html::query_value};
use workspace_port::{
    Channel, ChannelId, ChannelKind, Error, Place, Role, Team, TeamId, Visibility,
};

use super::{
    Candidate, ChannelStep, Chosen, GENERAL, Going, MembersStep, NEW, Offer, TeamStep, people,
};

type Drawn = Result<Html, Error>;

impl Going<'_> {
    fn action(&self) -> String {
        format!("{}/collaborate/new", self.place.base)
    }

    /// The address of a step with all that was chosen.
    fn step(&self, step: &str) -> String {
        let mut address = format!("{}?step={step}", self.action());
        for (name, value) in self.kept(&[]) {
            address.extend(["&", name, "=", &query_value(&value)]);
        }
        address
    }

    /// What a form carries along; without what it asks for itself.
    fn kept(&self, asked: &[&str]) -> Vec<(&'static str, String)> {
        let Chosen { team, team_name, privacy, label, channel, channel_name, channel_kind, .. } =
            &self.chosen;
        let all = [
            ("team", team),
            ("team_name", team_name),
            ("privacy", privacy),
            ("label", label),
            ("channel", channel),
            ("channel_name", channel_name),
            ("channel_kind", channel_kind),
        ];
        let all =
            all.into_iter().filter(|(name, value)| !asked.contains(name) && !value.is_empty());
        let mut kept: Vec<_> = all.map(|(name, value)| (name, value.clone())).collect();
        if let Some(key) = self.chosen.key {
            kept.push(("key", key.to_string()));
        }
        kept.extend(self.chosen.also.iter().map(|person| ("also", person.clone())));
        kept
    }

    /// What is wrong with a field.
    fn at(&self, field: &str) -> Option<String> {
        self.wrong.as_ref().filter(|(name, _)| *name == field).map(|(_, what)| what.clone())
    }

    /// A field with what is wrong with it.
    fn checked(&self, name: &'static str, field: Field) -> Field {
        match self.at(name) {
            Some(wrong) => field.error(wrong),
            None => field,
        }
    }

    /// What is wrong with the choice of a team.
    pub(crate) fn after_team(&self) -> Option<(&'static str, String)> {
        let chosen = &self.chosen;
        if chosen.team.is_empty() {
            return Some(("team", self.frame.say("collaborate.wrong-team")));
        }
        let nameless = chosen.makes_team() && chosen.team_name.trim().is_empty();
        nameless.then(|| ("team_name", self.frame.say("collaborate.wrong-name")))
    }

    fn after_channel(&self) -> Option<(&'static str, String)> {
        let chosen = &self.chosen;
        if chosen.channel.is_empty() {
            return Some(("channel", self.frame.say("collaborate.wrong-channel")));
        }
        let nameless = chosen.makes_channel() && chosen.channel_name.trim().is_empty();
        nameless.then(|| ("channel_name", self.frame.say("collaborate.wrong-name")))
    }

    /// The second or the last step; which, and how it looks.
    pub(crate) async fn rest(&mut self, asked: &str) -> Result<(usize, Html), Error> {
        if asked == "members" {
            match self.after_channel() {
                None => return Ok((2, self.members().await?)),
                wrong @ Some(_) => self.wrong = wrong,
            }
        }
        Ok((1, self.channel().await?))
    }

    pub(crate) async fn team(&self) -> Drawn {
        let (frame, chosen) = (self.frame, &self.chosen);
        let mut teams = self.seat.teams().await?;
        teams.sort_by_key(|team| team.name.to_lowercase());
        let new = chosen.makes_team() || (chosen.team.is_empty() && teams.is_empty());
        let teams = teams.into_iter().map(|team| self.team_choice(team)).collect();
        let proposed = &self.found.team_name;
        let name = if chosen.team_name.is_empty() { proposed } else { &chosen.team_name };
        let field = Field::text("team_name", frame.say("collaborate.team-name"));
        let label = self.found.labels.then(|| self.label()).flatten();
        Ok(Html::of(&TeamStep {
            frame,
            action: self.action(),
            kept: self.kept(&["team", "team_name", "privacy", "label"]),
            teams,
            new,
            name: self.checked("team_name", field.value(name).max(MOST)),
            private: chosen.privacy != "public",
            label,
            wrong: self.at("team"),
            cancel: format!("{}/collaborate", self.place.base),
        }))
    }

    /// The field of the sensitivity label: one of the organisation's, or any words where none are written down.
    fn label(&self) -> Option<Field> {
        let (frame, chosen) = (self.frame, &self.chosen);
        let title = frame.say("collaborate.label");
        let Some(labels) = &self.labels else {
            let field = Field::text("label", title).value(&chosen.label);
            return Some(field.hint(frame.say("collaborate.label-hint")).max(MOST));
        };
        if labels.is_empty() {
            return None;
        }
        let mut options = vec![(String::new(), frame.say("collaborate.label-none"))];
        options.extend(labels.iter().map(|one| (one.id.clone(), one.name.clone())));
        // who has chosen a new team has chosen its label too
        let usual = labels.iter().find(|one| one.is_default && !chosen.makes_team());
        let value = usual.map_or(chosen.label.as_str(), |one| one.id.as_str());
        Some(self.checked("label", Field::select("label", title, options).value(value)))
    }

    /// A label as people read it.
    fn label_name(&self) -> String {
        let known = self.labels.iter().flatten().find(|one| one.id == self.chosen.label);
        known.map_or_else(|| self.chosen.label.clone(), |one| one.name.clone())
    }

    fn team_choice(&self, team: Team) -> Offer {
        let closed = team.is_archived == Some(true);
        let private = team.visibility == Some(Visibility::Private);
        Offer {
            on: self.chosen.team == team.id.0 && !closed,
            value: team.id.0,
            name: team.name,
            what: team.description,
            icon: if private { "lock" } else { "team" },
            closed: closed.then(|| self.frame.say("collaborate.team-archived")),
        }
    }

    async fn channel(&self) -> Drawn {
        let (frame, chosen) = (self.frame, &self.chosen);
        let (team, channels, may_private) = if chosen.makes_team() {
            let general = Offer {
                value: GENERAL.to_owned(),
                name: frame.say("collaborate.general"),
                what: frame.say("collaborate.general-what"),
                icon: "channel",
                on: chosen.channel == GENERAL || chosen.channel.is_empty(),
                closed: None,
            };
            (chosen.team_name.clone(), vec![general], true)
        } else {
            let id = TeamId(chosen.team.clone());
            let team = self.seat.team(&id).await?;
            let channels = self.seat.channels(&id).await?;
            let channels = channels.into_iter().map(|channel| self.channel_choice(channel));
            (team.name, channels.collect(), self.owns(&id).await)
        };
        let proposed = &self.found.channel_name;
        let name = if chosen.channel_name.is_empty() { proposed } else { &chosen.channel_name };
        let field = Field::text("channel_name", frame.say("collaborate.channel-name"));
        Ok(Html::of(&ChannelStep {
            frame,
            action: self.action(),
            kept: self.kept(&["channel", "channel_name", "channel_kind"]),
            team,
            new: chosen.makes_channel(),
            channels,
            name: self.checked("channel_name", field.value(name).max(CHANNEL_MOST)),
            private: chosen.channel_kind == "private" && may_private,
            may_private,
            wrong: self.at("channel"),
            back: self.step("team"),
        }))
    }

    fn channel_choice(&self, channel: Channel) -> Offer {
        let linked = self.found.links.iter().any(|one| one.link.channel == channel.id);
        let closed = if linked {
            Some(self.frame.say("collaborate.already"))
        } else {
            channel.is_archived.then(|| self.frame.say("collaborate.channel-archived"))
        };
        Offer {
            on: self.chosen.channel == channel.id.id && closed.is_none(),
            value: channel.id.id,
            name: channel.name,
            what: channel.description,
            icon: if channel.kind == ChannelKind::Standard { "channel" } else { "lock" },
            closed,
        }
    }

    /// Whether the reader is an owner of a team.
    async fn owns(&self, team: &TeamId) -> bool {
        let members = self.seat.members(&Place::Team(team.clone())).await.unwrap_or_default();
        members
            .iter()
            .any(|member| member.role == Role::Owner && self.me.contains(&member.person.0))
    }

    async fn members(&self) -> Drawn {
        let (frame, chosen) = (self.frame, &self.chosen);
        let id = TeamId(chosen.team.clone());
        let new_team = chosen.makes_team();
        let team =
            if new_team { chosen.team_name.clone() } else { self.seat.team(&id).await?.name };
        let channel = match &*chosen.channel {
            NEW => chosen.channel_name.clone(),
            GENERAL if new_team => frame.say("collaborate.general"),
            known => {
                let known = ChannelId { team: id.clone(), id: known.to_owned() };
                self.seat.channel(&known).await?.name
            }
        };
        let nobody = if !self.place.is_record() {
            Some(frame.say("collaborate.members-view"))
        } else if !new_team && !self.owns(&id).await {
            Some(frame.say("collaborate.members-owner"))
        } else {
            None
        };
        let find = Field::text("find", frame.say("collaborate.find"))
            .suggest("/collaborate/people?of=find")
            .hint(frame.say("collaborate.find-hint"))
            .value(&chosen.find);
        let people: Vec<Candidate> =
            if nobody.is_some() { Vec::new() } else { people::candidates(self).await };
        let privacy = new_team.then(|| {
            let word = if chosen.privacy == "public" { "public-team" } else { "private-team" };
            frame.say(&format!("collaborate.{word}"))
        });
        Ok(Html::of(&MembersStep {
            frame,
            action: self.action(),
            kept: self.kept(&[]),
            team,
            new_team,
            privacy,
            label: self.label_name(),
            channel,
            new_channel: chosen.makes_channel(),
            name: self.place.name.clone(),
            is_record: self.place.is_record(),
            nobody,
            people,
            missing: self.found.missing.clone(),
            owner_only: self.found.owner_only,
            find: self.checked("find", find),
            back_team: self.step("team"),
            back_channel: self.step("channel"),
        }))
    }
}

/// Letters of the name of a team.
const MOST: usize = 120;

/// Letters of the name of a channel (record-to-channel limits, our reading: 50).
const CHANNEL_MOST: usize = 50;
