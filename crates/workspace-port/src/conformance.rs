//! What every adapter must pass.
//!
//! An adapter's tests make a [`Bench`] with a workspace that has nothing but people, and hand the making of it to
//! [`run`]; the checks of teams, members, channels, tabs, files and cards each get a fresh one.

mod cards;
mod channels;
mod files;
mod members;
mod tabs;
mod teams;

use std::{any::Any, fmt};

use futures_util::future::BoxFuture;

use crate::{
    Channel, ChannelId, ChannelKind, Creation, Error, NewChannel, NewTeam, PersonId, Place, Result,
    Role, TeamId, Visibility, Workspace,
};

/// A workspace to be checked, with people of one organisation.
pub struct Bench {
    /// May make teams, and owns what the checks make.
    pub owner: Box<dyn Workspace>,
    /// Becomes a member of what the owner makes.
    pub member: Box<dyn Workspace>,
    /// Is in nothing.
    pub stranger: Box<dyn Workspace>,
    /// The workspace's own jobs.
    pub jobs: Box<dyn Workspace>,
    /// Who the owner is.
    pub owner_is: PersonId,
    /// Who the member is.
    pub member_is: PersonId,
    /// The member's mail address.
    pub member_mail: String,
    /// Nobody, written as this workspace writes people.
    pub nobody: PersonId,
    /// Lets a little time pass.
    pub wait: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
    /// Whatever has to live as long.
    pub house: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").field("owner", &self.owner).finish_non_exhaustive()
    }
}

/// Runs every check.
///
/// # Panics
/// When a check fails.
pub async fn run(make: impl AsyncFn() -> Bench) {
    let bench = make().await;
    teams::a_team_is_made_and_is_among_those_of_its_owner(&bench).await;
    teams::who_is_in_no_team_knows_none(&bench).await;
    teams::its_owner_changes_a_team_and_nobody_else(&bench).await;
    teams::an_archived_team_is_read_and_not_changed(&bench).await;
    teams::a_deleted_team_comes_back(&bench).await;
    let bench = make().await;
    members::a_person_is_found_by_mail(&bench).await;
    members::members_come_and_go_and_twice_is_once(&bench).await;
    members::a_team_keeps_an_owner(&bench).await;
    members::nobody_becomes_no_member(&bench).await;
    let bench = make().await;
    channels::channels_are_listed_with_the_general_one_first(&bench).await;
    channels::a_channel_is_made_renamed_and_deleted(&bench).await;
    channels::a_name_is_taken_once_and_must_be_one(&bench).await;
    channels::the_general_channel_stays(&bench).await;
    channels::a_private_channel_is_its_members_own(&bench).await;
    let bench = make().await;
    tabs::a_tab_is_put_once_however_often(&bench).await;
    tabs::a_tab_is_renamed_and_taken_out(&bench).await;
    tabs::tabs_have_an_order_where_the_workspace_has_one(&bench).await;
    tabs::who_is_not_in_the_team_sees_no_tabs(&bench).await;
    let bench = make().await;
    files::a_file_is_brought_read_renamed_and_deleted(&bench).await;
    files::a_name_that_is_taken_is_refused_replaced_or_made_anew(&bench).await;
    files::a_file_at_another_version_stays_as_it_is(&bench).await;
    files::a_large_file_arrives_whole(&bench).await;
    files::who_is_not_in_the_team_has_no_files(&bench).await;
    let bench = make().await;
    cards::a_person_posts_a_card(&bench).await;
    cards::jobs_post_where_the_workspace_lets_them(&bench).await;
}

/// How often something is asked for that a workspace is still making.
const TRIES: u32 = 100;

/// What a call gave that must not fail.
#[expect(clippy::panic, reason = "a check that fails is a test that fails")]
fn good<T>(what: &str, result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Why a call failed that must fail.
#[expect(clippy::panic, reason = "a check that fails is a test that fails")]
fn bad<T>(what: &str, result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("{what}: it was not refused"),
        Err(error) => error,
    }
}

/// The call was refused in this way.
macro_rules! refused {
    ($what:expr, $result:expr, $($kind:pat_param)|+) => {{
        let error = $crate::conformance::bad($what, $result);
        assert!(matches!(error, $($kind)|+), "{}: {error:?}", $what);
    }};
}
use refused;

impl Bench {
    /// Asks again while what was just made is not there yet.
    async fn settled<T>(&self, what: &str, ask: impl AsyncFn() -> Result<T>) -> T {
        for _ in 1..TRIES {
            match ask().await {
                Err(Error::NotYet | Error::NotFound | Error::Busy { .. }) => (self.wait)().await,
                other => return good(what, other),
            }
        }
        good(what, ask().await)
    }

    /// Asks again until it is so.
    async fn until(&self, what: &str, ask: impl AsyncFn() -> bool) {
        for _ in 0..TRIES {
            if ask().await {
                return;
            }
            (self.wait)().await;
        }
        assert!(ask().await, "{what}");
    }

    /// A private team of the owner's, with the member in it.
    async fn team(&self, name: &str) -> TeamId {
        let new = NewTeam {
            name: name.to_owned(),
            description: "Of a check".to_owned(),
            visibility: Visibility::Private,
            label: None,
        };
        let mut creation = good("making a team", self.owner.create_team(&new).await);
        let team = loop {
            match creation {
                Creation::Done(team) => break team,
                Creation::Pending(pending) => {
                    (self.wait)().await;
                    creation = good("the creation", self.owner.creation(&pending).await);
                }
            }
        };
        self.settled("the new team", async || self.owner.team(&team).await).await;
        let place = Place::Team(team.clone());
        let added = async || self.owner.put_member(&place, &self.member_is, Role::Member).await;
        self.settled("the member", added).await;
        team
    }

    /// A standard channel of a team.
    async fn channel(&self, team: &TeamId, name: &str) -> ChannelId {
        let new = NewChannel {
            name: name.to_owned(),
            description: String::new(),
            kind: ChannelKind::Standard,
        };
        good("making a channel", self.owner.create_channel(team, &new).await)
    }

    /// The channels of a team by name.
    async fn named(&self, who: &dyn Workspace, team: &TeamId) -> Vec<Channel> {
        good("channels", who.channels(team).await)
    }
}
