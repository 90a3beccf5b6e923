//! The port itself.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::{
    Channel, ChannelChange, ChannelId, File, FileId, FileVersion, Member, NewChannel, NewFile,
    NewTab, NewTeam, Person, PersonId, Place, Result, Role, Tab, TabId, Team, TeamChange, TeamId,
    place::identifiers,
};

/// Rows that a list gives at most; Teams has at most 1,000 channels in a team, and a person is in at most 1,000 teams.
pub const MOST: usize = 1_000;

/// What a call gives.
pub type Answer<'a, T> = BoxFuture<'a, Result<T>>;

identifiers! {
    /// A message in its channel, as the workspace names it.
    MessageId,
    /// Something that the workspace is still making; kept before it is asked for, it survives a crash.
    Pending,
}

/// What a workspace can do that others cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub struct Capabilities {
    /// Deleted channels can be brought back.
    pub restores_channels: bool,
    /// The order of tabs can be changed.
    pub orders_tabs: bool,
    /// Jobs may post messages; where not, only people can.
    pub jobs_post: bool,
    /// Single channels can be archived, not whole teams alone.
    pub archives_channels: bool,
}

/// What came of making something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creation {
    /// It is there.
    Done(TeamId),
    /// It is being made: ask [`Workspace::creation`] until it is there.
    Pending(Pending),
}

/// One person at one workspace, or the workspace's own jobs.
///
/// What the caller may not know of does not exist. A call that makes something is not repeated by an adapter unless it
/// is certain that nothing was made.
pub trait Workspace: Send + Sync + fmt::Debug {
    /// What this workspace can do.
    fn capabilities(&self) -> Capabilities;

    /// The teams that the caller is in, at most [`MOST`].
    ///
    /// [`crate::Error::Unlicensed`] when the person has no licence for the workspace.
    fn teams(&self) -> Answer<'_, Vec<Team>>;

    /// One team.
    ///
    /// [`crate::Error::NotFound`].
    fn team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Team>;

    /// Makes a team whose owner is the caller.
    ///
    /// [`crate::Error::NotAllowed`], [`crate::Error::NameTaken`], [`crate::Error::Invalid`].
    fn create_team<'a>(&'a self, new: &'a NewTeam) -> Answer<'a, Creation>;

    /// Gives a team a sensitivity label; the one that it has already is a success. Whoever does not know whether a
    /// creation came so far may ask again.
    ///
    /// [`crate::Error::NotAllowed`], [`crate::Error::Invalid`] for a label that there is not,
    /// [`crate::Error::Unsupported`] where teams have none.
    fn label_team<'a>(&'a self, team: &'a TeamId, label: &'a str) -> Answer<'a, ()> {
        let _ = (team, label);
        Box::pin(std::future::ready(Err(crate::Error::Unsupported)))
    }

    /// How far a creation is.
    ///
    /// [`crate::Error::NotFound`] when nothing is being made of that name, [`crate::Error::Failed`] when it came to
    /// nothing.
    fn creation<'a>(&'a self, pending: &'a Pending) -> Answer<'a, Creation>;

    /// Renames or describes a team.
    ///
    /// [`crate::Error::NotAllowed`] for who is no owner, [`crate::Error::Archived`].
    fn change_team<'a>(&'a self, team: &'a TeamId, to: &'a TeamChange) -> Answer<'a, ()>;

    /// Makes a team read-only, or opens it again. It may take a while to show.
    ///
    /// As [`Workspace::change_team`].
    fn archive_team<'a>(&'a self, team: &'a TeamId, archived: bool) -> Answer<'a, ()>;

    /// Deletes a team with all that is in it; it can be restored for a while.
    ///
    /// As [`Workspace::change_team`].
    fn delete_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()>;

    /// Brings a deleted team back.
    ///
    /// [`crate::Error::NotFound`] also when its time is over.
    fn restore_team<'a>(&'a self, team: &'a TeamId) -> Answer<'a, ()>;

    /// Members of a team or a private channel, at most [`MOST`].
    ///
    /// [`crate::Error::NotFound`], [`crate::Error::NotAllowed`].
    fn members<'a>(&'a self, place: &'a Place) -> Answer<'a, Vec<Member>>;

    /// Adds a person, or gives a member another role; what is so already is a success.
    ///
    /// [`crate::Error::NotAllowed`], [`crate::Error::NoSuchPerson`], [`crate::Error::LastOwner`].
    fn put_member<'a>(
        &'a self,
        place: &'a Place,
        person: &'a PersonId,
        role: Role,
    ) -> Answer<'a, ()>;

    /// Takes a person out; who is not in it is a success.
    ///
    /// [`crate::Error::NotAllowed`], [`crate::Error::LastOwner`].
    fn remove_member<'a>(&'a self, place: &'a Place, person: &'a PersonId) -> Answer<'a, ()>;

    /// A person by mail address.
    ///
    /// [`crate::Error::NoSuchPerson`].
    fn person<'a>(&'a self, mail: &'a str) -> Answer<'a, Person>;

    /// The channels of a team that the caller may know of, the general one first.
    ///
    /// [`crate::Error::NotFound`], [`crate::Error::NotAllowed`].
    fn channels<'a>(&'a self, team: &'a TeamId) -> Answer<'a, Vec<Channel>>;

    /// One channel.
    ///
    /// [`crate::Error::NotFound`].
    fn channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Channel>;

    /// Makes a channel.
    ///
    /// [`crate::Error::NameTaken`], [`crate::Error::Invalid`], [`crate::Error::NotAllowed`],
    /// [`crate::Error::Archived`].
    fn create_channel<'a>(&'a self, team: &'a TeamId, new: &'a NewChannel)
    -> Answer<'a, ChannelId>;

    /// Renames or describes a channel.
    ///
    /// As [`Workspace::create_channel`]; the name of the general one stays ([`crate::Error::Invalid`]).
    fn change_channel<'a>(
        &'a self,
        channel: &'a ChannelId,
        to: &'a ChannelChange,
    ) -> Answer<'a, ()>;

    /// Makes a channel read-only, or opens it again.
    ///
    /// [`crate::Error::Unsupported`] without [`Capabilities::archives_channels`].
    fn archive_channel<'a>(&'a self, channel: &'a ChannelId, archived: bool) -> Answer<'a, ()>;

    /// Deletes a channel.
    ///
    /// [`crate::Error::NotAllowed`]; the general one stays ([`crate::Error::Invalid`]).
    fn delete_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()>;

    /// Brings a deleted channel back.
    ///
    /// [`crate::Error::Unsupported`] without [`Capabilities::restores_channels`].
    fn restore_channel<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, ()>;

    /// Our tabs in a channel, in their order.
    ///
    /// [`crate::Error::NotFound`].
    fn tabs<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, Vec<Tab>>;

    /// Puts a tab into a channel. Where one of the same entity is there, that one is changed and given: calling twice
    /// makes one.
    ///
    /// [`crate::Error::NotAllowed`], [`crate::Error::Archived`], [`crate::Error::Invalid`].
    fn put_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a NewTab) -> Answer<'a, Tab>;

    /// Renames a tab.
    ///
    /// [`crate::Error::NotFound`], [`crate::Error::NotAllowed`].
    fn rename_tab<'a>(
        &'a self,
        channel: &'a ChannelId,
        tab: &'a TabId,
        name: &'a str,
    ) -> Answer<'a, ()>;

    /// Puts the tabs into this order; those that are not named follow.
    ///
    /// [`crate::Error::Unsupported`] without [`Capabilities::orders_tabs`].
    fn order_tabs<'a>(&'a self, channel: &'a ChannelId, tabs: &'a [TabId]) -> Answer<'a, ()>;

    /// Takes a tab out; one that is gone is a success.
    ///
    /// [`crate::Error::NotAllowed`].
    fn remove_tab<'a>(&'a self, channel: &'a ChannelId, tab: &'a TabId) -> Answer<'a, ()>;

    /// The folder with the files of a channel.
    ///
    /// [`crate::Error::NotYet`] while the workspace is still making it.
    fn library<'a>(&'a self, channel: &'a ChannelId) -> Answer<'a, File>;

    /// What is in a folder: folders first, then by name, at most [`MOST`].
    ///
    /// [`crate::Error::NotFound`].
    fn files<'a>(&'a self, folder: &'a FileId) -> Answer<'a, Vec<File>>;

    /// One file or folder.
    ///
    /// [`crate::Error::NotFound`].
    fn file<'a>(&'a self, file: &'a FileId) -> Answer<'a, File>;

    /// Makes a folder.
    ///
    /// [`crate::Error::NameTaken`], [`crate::Error::NotAllowed`].
    fn create_folder<'a>(&'a self, folder: &'a FileId, name: &'a str) -> Answer<'a, File>;

    /// Brings a file.
    ///
    /// [`crate::Error::NameTaken`], [`crate::Error::TooLarge`], [`crate::Error::NotAllowed`],
    /// [`crate::Error::Locked`].
    fn upload<'a>(&'a self, new: &'a NewFile) -> Answer<'a, File>;

    /// What is in a file.
    ///
    /// [`crate::Error::NotFound`], [`crate::Error::TooLarge`] beyond [`crate::MAX_UPLOAD`].
    fn download<'a>(&'a self, file: &'a FileId) -> Answer<'a, Bytes>;

    /// Renames a file or folder. With a version, only while it is at it.
    ///
    /// [`crate::Error::Changed`], [`crate::Error::NameTaken`], [`crate::Error::Locked`].
    fn rename_file<'a>(
        &'a self,
        file: &'a FileId,
        name: &'a str,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, File>;

    /// Deletes a file or folder. With a version, only while it is at it.
    ///
    /// As [`Workspace::rename_file`].
    fn delete_file<'a>(
        &'a self,
        file: &'a FileId,
        expected: Option<&'a FileVersion>,
    ) -> Answer<'a, ()>;

    /// Posts an Adaptive Card to a channel.
    ///
    /// [`crate::Error::PersonNeeded`] for jobs without [`Capabilities::jobs_post`].
    fn post_card<'a>(&'a self, channel: &'a ChannelId, card: &'a Value) -> Answer<'a, MessageId>;

    /// The message among the latest of a channel whose card holds this text: so that who does not know whether a card
    /// arrived can look before it is posted again.
    ///
    /// [`crate::Error::NotFound`] for a channel that is gone, [`crate::Error::Unsupported`] where messages cannot be
    /// read.
    fn find_card<'a>(
        &'a self,
        channel: &'a ChannelId,
        marker: &'a str,
    ) -> Answer<'a, Option<MessageId>> {
        let _ = (channel, marker);
        Box::pin(std::future::ready(Err(crate::Error::Unsupported)))
    }
}
