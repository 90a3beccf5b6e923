//! What becomes of a link when its record, its channel or its people change: the rule alone.

use linking::State;
use serde::{Deserialize, Serialize};

/// What was seen of the team and channel of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Both are there.
    There {
        /// The name of the team.
        team: String,
        /// The name of the channel.
        channel: String,
        /// Whether one of them is only read.
        archived: bool,
    },
    /// One of them is gone.
    Gone,
    /// The workspace does not let us look.
    Closed,
    /// The workspace does not answer.
    Silent,
}

/// What was seen of the record of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// It is there.
    There {
        /// Its name.
        name: String,
        /// Whether it is active.
        active: bool,
    },
    /// It was merged into another.
    Merged {
        /// Into which.
        into: uuid::Uuid,
    },
    /// It is gone.
    Gone,
}

/// What a link is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It has these names now; `None` leaves one.
    Rename {
        /// Of the team.
        team: Option<String>,
        /// Of the channel.
        channel: Option<String>,
        /// Of the record.
        subject: Option<String>,
    },
    /// It is in another state.
    Turn(State),
    /// It goes to the record that its own was merged into.
    Move(uuid::Uuid),
    /// It is undone: the tab goes, the files stay.
    End,
    /// Somebody has to look at it.
    Find(Trouble),
    /// What was found is no more.
    Mended(Trouble),
}

/// What somebody has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The team or channel is deleted; it may be restored for a while.
    ChannelGone,
    /// The workspace refuses to show the channel.
    NoAccess,
    /// The tab is gone; deleting it does not unlink.
    TabGone,
    /// A row of `msdyn_teamscollaboration` that no link stands behind, as in a copied environment.
    RowWithoutLink,
    /// The place has no owner who may still sign in.
    OwnerLeft,
    /// Who posts the notes of a link may not any more.
    PosterLeft,
    /// The place is full.
    Full,
}

impl Trouble {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::ChannelGone,
        Self::NoAccess,
        Self::TabGone,
        Self::RowWithoutLink,
        Self::OwnerLeft,
        Self::PosterLeft,
        Self::Full,
    ];

    /// As it is stored; also the end of the key of its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChannelGone => "channel_gone",
            Self::NoAccess => "no_access",
            Self::TabGone => "tab_gone",
            Self::RowWithoutLink => "row_without_link",
            Self::OwnerLeft => "owner_left",
            Self::PosterLeft => "poster_left",
            Self::Full => "full",
        }
    }

    /// The end of the key of its text.
    pub fn key(self) -> String {
        self.as_str().replace('_', "-")
    }

    /// The one of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether the hub can mend it when an administrator says so.
    pub const fn can_be_mended(self) -> bool {
        matches!(self, Self::ChannelGone | Self::TabGone | Self::RowWithoutLink | Self::OwnerLeft)
    }
}

/// What a link knows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<'a> {
    /// Its state.
    pub state: State,
    /// The name of the team.
    pub team: &'a str,
    /// The name of the channel.
    pub channel: &'a str,
    /// The name of the record.
    pub subject: &'a str,
}

/// What a link is to become after what was seen, in this order. Links that are being made or undone, or are over, stay
/// as they are: whoever makes or undoes them looks for itself.
pub fn judge(known: &Known<'_>, record: &Record, place: &Seen) -> Vec<Act> {
    if matches!(known.state, State::Pending | State::Unlinking | State::Unlinked) {
        return Vec::new();
    }
    let mut acts = Vec::new();
    let subject = match record {
        Record::Gone => return vec![Act::End],
        Record::Merged { into } => return vec![Act::Move(*into)],
        Record::There { name, .. } => differs(known.subject, name),
    };
    let (mut team, mut channel) = (None, None);
    let mut to = known.state;
    match place {
        Seen::There { team: team_now, channel: channel_now, archived } => {
            (team, channel) = (differs(known.team, team_now), differs(known.channel, channel_now));
            to = match (archived, known.state) {
                (true, _) => State::Archived,
                (false, State::TabOnly) => State::TabOnly,
                (false, _) => State::Connected,
            };
            acts.extend([Act::Mended(Trouble::ChannelGone), Act::Mended(Trouble::NoAccess)]);
        }
        Seen::Gone => {
            to = State::Gone;
            acts.push(Act::Find(Trouble::ChannelGone));
        }
        Seen::Closed => acts.push(Act::Find(Trouble::NoAccess)),
        Seen::Silent => {}
    }
    if team.is_some() || channel.is_some() || subject.is_some() {
        acts.push(Act::Rename { team, channel, subject });
    }
    if to != known.state {
        acts.push(Act::Turn(to));
    }
    acts
}

fn differs(known: &str, now: &str) -> Option<String> {
    (!now.is_empty() && known != now).then(|| now.to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KNOWN: Known<'_> = Known {
        state: State::Connected,
        team: "Contoso",
        channel: "Coffee",
        subject: "Coffee machines",
    };

    fn record() -> Record {
        Record::There { name: "Coffee machines".to_owned(), active: true }
    }

    fn place(team: &str, channel: &str, archived: bool) -> Seen {
        Seen::There { team: team.to_owned(), channel: channel.to_owned(), archived }
    }

    fn turned(acts: &[Act]) -> Vec<State> {
        let state = |act: &Act| if let Act::Turn(state) = act { Some(*state) } else { None };
        acts.iter().filter_map(state).collect()
    }

    #[test]
    fn nothing_happens_where_nothing_changed() {
        let acts = judge(&KNOWN, &record(), &place("Contoso", "Coffee", false));
        assert!(acts.iter().all(|act| matches!(act, Act::Mended(_))), "{acts:?}");
        assert_eq!(judge(&KNOWN, &record(), &Seen::Silent), [], "silence says nothing");
    }

    #[test]
    fn names_follow_on_every_side() {
        let named = Record::There { name: "Tea".to_owned(), active: true };
        let acts = judge(&KNOWN, &named, &place("Fabrikam", "Tea room", false));
        let (team, channel) = (Some("Fabrikam".to_owned()), Some("Tea room".to_owned()));
        assert!(acts.contains(&Act::Rename { team, channel, subject: Some("Tea".to_owned()) }));
        assert_eq!(turned(&acts), []);
    }

    #[test]
    fn archived_deleted_and_restored_places_turn_the_link_and_back() {
        let archived = judge(&KNOWN, &record(), &place("Contoso", "Coffee", true));
        assert_eq!(turned(&archived), [State::Archived]);
        let gone = judge(&KNOWN, &record(), &Seen::Gone);
        assert_eq!(turned(&gone), [State::Gone]);
        assert!(gone.contains(&Act::Find(Trouble::ChannelGone)));
        for state in [State::Archived, State::Gone, State::StaleName] {
            let known = Known { state, ..KNOWN };
            let back = judge(&known, &record(), &place("Contoso", "Coffee", false));
            assert_eq!(turned(&back), [State::Connected], "{state:?}");
        }
        let known = Known { state: State::TabOnly, ..KNOWN };
        let same = judge(&known, &record(), &place("Contoso", "Coffee", false));
        assert_eq!(turned(&same), [], "a tab alone does not become a whole link by itself");
    }

    #[test]
    fn a_closed_door_is_told_and_changes_nothing() {
        assert_eq!(judge(&KNOWN, &record(), &Seen::Closed), [Act::Find(Trouble::NoAccess)]);
    }

    #[test]
    fn a_record_that_is_gone_or_merged_takes_the_link_along() {
        let there = place("Contoso", "Coffee", false);
        assert_eq!(judge(&KNOWN, &Record::Gone, &there), [Act::End]);
        let into = Uuid::from_u128(7);
        assert_eq!(judge(&KNOWN, &Record::Merged { into }, &there), [Act::Move(into)]);
        let closed = Record::There { name: "Coffee machines".to_owned(), active: false };
        assert_eq!(turned(&judge(&KNOWN, &closed, &there)), [], "a closed record keeps its links");
    }

    #[test]
    fn links_on_their_way_are_left_to_who_makes_or_undoes_them() {
        for state in [State::Pending, State::Unlinking, State::Unlinked] {
            let known = Known { state, ..KNOWN };
            assert_eq!(judge(&known, &Record::Gone, &Seen::Gone), []);
        }
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::parse(trouble.as_str()), Some(trouble));
        }
    }
}
