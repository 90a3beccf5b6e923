//! What must be so before records are linked: everything is judged, and all of it is told at once.

use queries::Verb;
use records::Session;

use crate::{Consent, DeviceRule, Kind, TableSetting, switches::Switches};

/// The one code that the published feature has for its prerequisites.
pub const CODE: &str = "800503ca";

/// A condition and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which, as `RL-01`.
    pub id: &'static str,
    /// The code of the published feature when it is not met, where it has one.
    pub code: Option<&'static str>,
    /// Whether it is met.
    pub state: Met,
    /// Where it is cured.
    pub place: Place,
    /// What it is about: names of rows and tables, at most a few.
    pub about: Vec<String>,
}

/// Whether a condition is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Met {
    /// It is.
    Met,
    /// It is not.
    Unmet,
    /// Nobody here can tell.
    Unknown,
}

impl Met {
    const fn when(met: bool) -> Self {
        if met { Self::Met } else { Self::Unmet }
    }

    /// As texts name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::Unknown => "unknown",
        }
    }
}

/// The setting that cures a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The switch of `OneDrive`, beside the switches of linking.
    OneDrive,
    /// The rows of `SharePoint` sites.
    Sites,
    /// The rows of document locations.
    Locations,
    /// The row of the organisation.
    Organization,
    /// The policy on devices, beside the switches of linking.
    Devices,
    /// The settings of tables, beside the switches of linking.
    Tables,
    /// The consent.
    Consent,
    /// Apps of the workspace.
    Apps,
    /// How people sign in.
    SignIn,
    /// The environment itself.
    Environment,
    /// The security roles of the environment.
    Roles,
    /// Teams of the workspace.
    Teams,
    /// The reader's own browser.
    Browser,
}

/// What the conditions are judged by.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) switches: &'a Switches,
    pub(crate) consent: &'a Consent,
    pub(crate) devices: DeviceRule,
    pub(crate) tables: &'a [TableSetting],
    pub(crate) kind: Kind,
    /// Active sites, and locations with an address of their own: how many there are, and some of their names.
    pub(crate) sites: (i64, Vec<String>),
    pub(crate) locations: (i64, Vec<String>),
    /// Whether the sales tables are there.
    pub(crate) has_app: bool,
    /// Whether the reader may make rows of sites and locations.
    pub(crate) may_make_rows: bool,
    /// Whether the reader may make teams.
    pub(crate) may_make_teams: bool,
}

/// Names of what stands in the way that are told; the number is told anyway.
pub(crate) const TOLD: usize = 5;

/// Judges all of them.
pub(crate) fn judge(facts: &Facts<'_>) -> Vec<Condition> {
    let s = facts.switches.share_point;
    let own = facts.kind == Kind::Embedded;
    // what another workspace decides cannot be seen from here
    let there = if own { Met::Met } else { Met::Unknown };
    let without: Vec<String> = facts
        .tables
        .iter()
        .filter(|table| table.links && !table.documents)
        .take(TOLD)
        .map(|table| table.table.clone())
        .collect();
    let condition = |id, state, place| Condition { id, code: None, state, place, about: vec![] };
    let coded = |id, state, place, about: &[String]| Condition {
        code: Some(CODE),
        about: about.to_vec(),
        ..condition(id, state, place)
    };
    let consent = Condition {
        about: facts.consent.missing().into_iter().map(ToOwned::to_owned).collect(),
        ..condition("RL-07", Met::when(facts.consent.holds()), Place::Consent)
    };
    vec![
        coded("RL-01", Met::when(s || !facts.switches.one_drive), Place::OneDrive, &[]),
        coded("RL-02", Met::when(s || facts.sites.0 == 0), Place::Sites, &facts.sites.1),
        coded(
            "RL-03",
            Met::when(s || facts.locations.0 == 0),
            Place::Locations,
            &facts.locations.1,
        ),
        condition("RL-04", Met::when(!facts.switches.on_premises), Place::Organization),
        condition("RL-05", Met::when(facts.devices == DeviceRule::Full), Place::Devices),
        Condition {
            state: Met::when(without.is_empty()),
            about: without,
            ..condition("RL-06", Met::Met, Place::Tables)
        },
        consent,
        condition("RL-08", there, Place::Apps),
        condition("RL-09", there, Place::SignIn),
        condition("RL-10", Met::when(facts.has_app), Place::Environment),
        condition("RL-11", Met::when(facts.may_make_rows), Place::Roles),
        condition(
            "RL-12",
            if own { Met::when(facts.may_make_teams) } else { Met::Unknown },
            Place::Teams,
        ),
        // the consent is a page, and opens no window
        condition("RL-13", Met::Met, Place::Browser),
        condition("RL-14", there, Place::Teams),
        condition("RL-15", there, Place::Browser),
    ]
}

/// Those that are not met without which linking is not turned on.
pub(crate) fn in_the_way(conditions: &[Condition]) -> Vec<&'static str> {
    conditions
        .iter()
        .filter(|one| one.state == Met::Unmet)
        .map(|one| one.id)
        .filter(|id| matches!(*id, "RL-01" | "RL-02" | "RL-03" | "RL-04" | "RL-10"))
        .collect()
}

/// Whether somebody may make rows of sites and locations: the six rights on both tables.
pub(crate) fn may_make_rows(session: &Session) -> bool {
    let verbs = [Verb::Create, Verb::Read, Verb::Write, Verb::Append, Verb::AppendTo, Verb::Delete];
    ["sharepointsite", "sharepointdocumentlocation"].iter().all(|name| {
        session.model().table(name).is_some_and(|table| {
            verbs
                .iter()
                .all(|verb| *session.access().reach(table, *verb) != queries::Reach::Nothing)
        })
    })
}
