//! The tree of teams and channels in the pane.

use askama::Template;
use kernel::{ChannelId, Permission, TeamId};
use workspace::{Branch, ChannelKind};

use crate::{Frame, Html};

/// The pane.
#[derive(Debug, Template)]
#[template(path = "tree.html")]
pub(crate) struct Tree<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) teams: Vec<Team>,
}

/// A team of the tree.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a view: each is one mark in the tree")]
pub(crate) struct Team {
    pub(crate) id: TeamId,
    pub(crate) name: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) open: bool,
    pub(crate) here: bool,
    pub(crate) channels: Vec<Leaf>,
}

/// A channel of the tree.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) here: bool,
    pub(crate) unread: i64,
}

/// Where in the tree the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
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
pub(crate) fn teams(branches: &[Branch], here: Here) -> Vec<Team> {
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
pub(crate) fn pane(frame: &Frame, branches: &[Branch], here: Here) -> Html {
    Html::of(&Tree { frame, teams: teams(branches, here) })
}
