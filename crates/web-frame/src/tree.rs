//! The tree of teams and channels in the pane.

use askama::Template;
use kernel::{ChannelId, Permission, TeamId};
use workspace::{Branch, ChannelKind};

use crate::{Frame, Html};

/// The pane.
#[derive(Debug, Template)]
#[template(path = "tree.html")]
pub struct Tree<'a> {
    /// The frame of the page.
    pub frame: &'a Frame,
    /// The teams.
    pub teams: Vec<Team>,
}

/// A team of the tree.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a view: each is one mark in the tree")]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Whether only members see it.
    pub private: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether its channels are shown.
    pub open: bool,
    /// Whether the reader is there.
    pub here: bool,
    /// Its channels.
    pub channels: Vec<Leaf>,
}

/// A channel of the tree.
#[derive(Debug)]
pub struct Leaf {
    /// The channel.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Whether only members see it.
    pub private: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether the reader is there.
    pub here: bool,
    /// Messages that the reader has not seen.
    pub unread: i64,
}

/// Where in the tree the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Here {
    /// On a page of no team.
    Nowhere,
    /// On the page of a team.
    Team(TeamId),
    /// In a channel.
    Channel(ChannelId),
}

/// Few teams are shown open, many closed but for the one where the reader is.
const OPEN_UP_TO: usize = 6;

/// Teams with their channels; `branches` come by team.
pub fn teams(branches: &[Branch], here: Here) -> Vec<Team> {
    let mut teams: Vec<Team> = Vec::new();
    for branch in branches {
        let (channel, team) = (&branch.access.channel, &branch.access.team);
        if teams.last().is_none_or(|last| last.id != team.id) {
            teams.push(Team {
                id: team.id,
                name: team.name.clone(),
                private: team.visibility == workspace::Visibility::Private,
                archived: team.archived_at.is_some(),
                open: false,
                here: here == Here::Team(team.id),
                channels: Vec::new(),
            });
        }
        let Some(team) = teams.last_mut() else { continue };
        let is_here = here == Here::Channel(channel.id);
        team.open |= is_here || team.here;
        team.channels.push(Leaf {
            id: channel.id,
            name: channel.name.clone(),
            private: channel.kind == ChannelKind::Private,
            archived: channel.archived_at.is_some(),
            here: is_here,
            unread: if is_here { 0 } else { branch.unread.count },
        });
    }
    if teams.len() <= OPEN_UP_TO {
        for team in &mut teams {
            team.open |= !team.archived;
        }
    }
    teams
}

/// The pane as HTML.
pub fn pane(frame: &Frame, branches: &[Branch], here: Here) -> Html {
    Html::of(&Tree { frame, teams: teams(branches, here) })
}
