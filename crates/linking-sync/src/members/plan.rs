//! What is to be done about the members of one place: the rule alone.

use std::collections::{BTreeMap, BTreeSet};

use kernel::UserId;
use serde::{Deserialize, Serialize};
use workspace_port::{PersonId, Role};

/// How members follow the access to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nobody is added or removed.
    #[default]
    Off,
    /// Who is given access is added; nobody is removed.
    Add,
    /// Who is given access is added, who loses it is removed.
    AddAndRemove,
}

impl Mode {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Off, Self::Add, Self::AddAndRemove];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Add => "add",
            Self::AddAndRemove => "add_and_remove",
        }
    }

    /// The mode of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What an administrator decided about the members of an environment's links, or of one link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Policy {
    /// How members follow.
    pub mode: Mode,
    /// Whether guests without access are removed too. Guests are never added.
    pub guests: bool,
    /// Whether members are removed too whom somebody added by hand.
    pub others: bool,
}

/// Why somebody is to be in a place, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Owns the record.
    Owner,
    /// Is in the team that owns the record.
    OwningTeam,
    /// Has the record shared.
    Shared,
    /// Is in a team that the record is shared with.
    SharedTeam,
    /// May still read the record, by a role.
    Reads,
    /// May read no record any more that is linked here.
    AccessLost,
    /// Owns the place; owners stay.
    PlaceOwner,
    /// Belongs to another organisation.
    Guest,
    /// Was added by hand.
    ByHand,
    /// The place has as many members as it may have.
    Full,
    /// The workspace does not know the person.
    Unknown,
}

impl Reason {
    const ALL: [Self; 11] = [
        Self::Owner,
        Self::OwningTeam,
        Self::Shared,
        Self::SharedTeam,
        Self::Reads,
        Self::AccessLost,
        Self::PlaceOwner,
        Self::Guest,
        Self::ByHand,
        Self::Full,
        Self::Unknown,
    ];

    /// As it is stored; also the end of the key of its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::OwningTeam => "owning_team",
            Self::Shared => "shared",
            Self::SharedTeam => "shared_team",
            Self::Reads => "reads",
            Self::AccessLost => "access_lost",
            Self::PlaceOwner => "place_owner",
            Self::Guest => "guest",
            Self::ByHand => "by_hand",
            Self::Full => "full",
            Self::Unknown => "unknown",
        }
    }

    /// The end of the key of its text.
    pub fn key(self) -> String {
        self.as_str().replace('_', "-")
    }

    /// The reason of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Somebody who may see a record that is linked to the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitled {
    /// The person.
    pub user: UserId,
    /// The person at the workspace, where it knows one.
    pub person: Option<PersonId>,
    /// Why.
    pub why: Reason,
    /// Whether the workspace has the person as a guest.
    pub is_guest: bool,
}

/// Somebody who is in the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person at the workspace.
    pub person: PersonId,
    /// The name to show.
    pub name: String,
    /// The place of the person.
    pub role: Role,
    /// Whether it was this room that added the person.
    pub ours: bool,
}

/// What becomes of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Is added.
    Add,
    /// Is removed.
    Remove,
    /// Stays although without access.
    Keep,
    /// Is not added although with access.
    Leave,
}

impl Verb {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Keep => "keep",
            Self::Leave => "leave",
        }
    }

    /// The verb of a stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Add, Self::Remove, Self::Keep, Self::Leave]
            .into_iter()
            .find(|one| one.as_str() == text)
    }
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub verb: Verb,
    /// The person of the tenant, where known.
    pub user: Option<UserId>,
    /// The person at the workspace, where known.
    pub person: Option<PersonId>,
    /// Why.
    pub why: Reason,
}

/// What is to be done so that `members` follow `entitled`, at most `most` of them in the end.
///
/// `entitled` are all who may see any record that is linked to the place; each is named once, with the first reason.
/// Additions come first, so that nobody is without a place in between. Owners are never removed, guests never added.
pub fn plan(entitled: &[Entitled], members: &[Member], policy: Policy, most: usize) -> Vec<Step> {
    if policy.mode == Mode::Off {
        return Vec::new();
    }
    let present: BTreeMap<&PersonId, &Member> =
        members.iter().map(|member| (&member.person, member)).collect();
    let (mut steps, mut seen) = (Vec::new(), BTreeSet::new());
    let mut room = most.saturating_sub(members.len());
    for one in entitled {
        if !seen.insert(one.user) {
            continue;
        }
        let step = |verb, why| Step { verb, user: Some(one.user), person: one.person.clone(), why };
        let Some(person) = &one.person else {
            steps.push(step(Verb::Leave, Reason::Unknown));
            continue;
        };
        if present.contains_key(person) || one.why == Reason::Reads {
            continue;
        }
        if one.is_guest {
            steps.push(step(Verb::Leave, Reason::Guest));
        } else if room == 0 {
            steps.push(step(Verb::Leave, Reason::Full));
        } else {
            room -= 1;
            steps.push(step(Verb::Add, one.why));
        }
    }
    if policy.mode == Mode::AddAndRemove {
        let stay: BTreeSet<&PersonId> =
            entitled.iter().filter_map(|one| one.person.as_ref()).collect();
        let without = members.iter().filter(|member| !stay.contains(&member.person));
        steps.extend(without.map(|member| {
            let (verb, why) = match member.role {
                Role::Owner => (Verb::Keep, Reason::PlaceOwner),
                Role::Guest if !policy.guests => (Verb::Keep, Reason::Guest),
                Role::Guest => (Verb::Remove, Reason::AccessLost),
                Role::Member if member.ours || policy.others => (Verb::Remove, Reason::AccessLost),
                Role::Member => (Verb::Keep, Reason::ByHand),
            };
            Step { verb, user: None, person: Some(member.person.clone()), why }
        }));
    }
    steps
}

#[cfg(test)]
mod tests {
    use kernel::Ids;

    use super::*;

    const BOTH: Policy = Policy { mode: Mode::AddAndRemove, guests: false, others: false };
    const ADD: Policy = Policy { mode: Mode::Add, ..BOTH };

    fn entitled(ids: &Ids, name: &str, why: Reason) -> Entitled {
        let person = Some(PersonId(name.to_owned()));
        Entitled { user: ids.fresh(), person, why, is_guest: false }
    }

    fn member(name: &str, role: Role, ours: bool) -> Member {
        Member { person: PersonId(name.to_owned()), name: name.to_owned(), role, ours }
    }

    fn told(steps: &[Step]) -> Vec<(Verb, &str, Reason)> {
        let name = |step: &'_ Step| -> &'static str {
            let name = step.person.as_ref().map_or("?", |person| person.0.as_str());
            ["olga", "sam", "gast", "mara", "ada", "?"]
                .into_iter()
                .find(|one| *one == name)
                .unwrap()
        };
        steps.iter().map(|step| (step.verb, name(step), step.why)).collect()
    }

    #[test]
    fn who_owns_a_record_or_has_it_shared_is_added_and_nobody_twice() {
        let ids = Ids::seeded(1);
        let olga = entitled(&ids, "olga", Reason::Owner);
        let again = Entitled { why: Reason::Shared, ..olga.clone() };
        let all = [olga, again, entitled(&ids, "sam", Reason::SharedTeam)];
        let steps = plan(&all, &[member("mara", Role::Owner, false)], ADD, 25_000);
        let add = |name, why| (Verb::Add, name, why);
        assert_eq!(told(&steps), [add("olga", Reason::Owner), add("sam", Reason::SharedTeam)]);
        assert_eq!(plan(&all, &[], Policy::default(), 25_000), [], "off is off");
    }

    #[test]
    fn who_is_there_is_left_alone_whatever_the_role() {
        let ids = Ids::seeded(2);
        let all = [entitled(&ids, "olga", Reason::Owner), entitled(&ids, "sam", Reason::Shared)];
        let there = [member("olga", Role::Owner, false), member("sam", Role::Guest, false)];
        assert_eq!(plan(&all, &there, BOTH, 25_000), [], "nobody loses a role by being added");
    }

    #[test]
    fn who_lost_access_goes_and_owners_never() {
        let there = [
            member("ada", Role::Owner, true),
            member("sam", Role::Member, true),
            member("mara", Role::Member, false),
        ];
        let steps = plan(&[], &there, BOTH, 25_000);
        assert_eq!(
            told(&steps),
            [
                (Verb::Keep, "ada", Reason::PlaceOwner),
                (Verb::Remove, "sam", Reason::AccessLost),
                (Verb::Keep, "mara", Reason::ByHand),
            ]
        );
        assert_eq!(plan(&[], &there, ADD, 25_000), [], "adding alone removes nobody");
        let steps = plan(&[], &there, Policy { others: true, ..BOTH }, 25_000);
        assert_eq!(told(&steps).last(), Some(&(Verb::Remove, "mara", Reason::AccessLost)));
    }

    #[test]
    fn who_may_still_read_stays_and_is_not_added_for_that_alone() {
        let ids = Ids::seeded(3);
        let reads = [entitled(&ids, "sam", Reason::Reads)];
        assert_eq!(plan(&reads, &[member("sam", Role::Member, true)], BOTH, 25_000), []);
        assert_eq!(plan(&reads, &[], BOTH, 25_000), [], "the whole company would come");
    }

    #[test]
    fn guests_are_never_added_and_removed_only_where_it_is_configured() {
        let ids = Ids::seeded(4);
        let guest = Entitled { is_guest: true, ..entitled(&ids, "gast", Reason::Shared) };
        let steps = plan(&[guest], &[], BOTH, 25_000);
        assert_eq!(told(&steps), [(Verb::Leave, "gast", Reason::Guest)]);
        let there = [member("gast", Role::Guest, false)];
        assert_eq!(told(&plan(&[], &there, BOTH, 9)), [(Verb::Keep, "gast", Reason::Guest)]);
        let steps = plan(&[], &there, Policy { guests: true, ..BOTH }, 9);
        assert_eq!(told(&steps), [(Verb::Remove, "gast", Reason::AccessLost)]);
    }

    #[test]
    fn a_full_place_is_told_and_not_silently_cut() {
        let ids = Ids::seeded(5);
        let all = [entitled(&ids, "olga", Reason::Owner), entitled(&ids, "sam", Reason::Shared)];
        let steps = plan(&all, &[member("mara", Role::Owner, false)], ADD, 2);
        assert_eq!(
            told(&steps),
            [(Verb::Add, "olga", Reason::Owner), (Verb::Leave, "sam", Reason::Full)]
        );
        let unknown = Entitled { person: None, ..entitled(&ids, "x", Reason::Shared) };
        assert_eq!(told(&plan(&[unknown], &[], ADD, 2)), [(Verb::Leave, "?", Reason::Unknown)]);
    }

    #[test]
    fn stored_words_are_read_as_they_are_written() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
        for mode in [Mode::Off, Mode::Add, Mode::AddAndRemove] {
            assert_eq!(Mode::parse(mode.as_str()), Some(mode));
        }
        for verb in [Verb::Add, Verb::Remove, Verb::Keep, Verb::Leave] {
            assert_eq!(Verb::parse(verb.as_str()), Some(verb));
        }
        assert_eq!((Reason::parse("x"), Mode::parse("x"), Verb::parse("x")), (None, None, None));
    }
}
