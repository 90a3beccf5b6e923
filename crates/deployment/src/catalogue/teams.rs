//! Teams: who administers it, which apps people have, what meetings record (§1.2).

use jiff::{SignedDuration, Timestamp};

use super::m365::members;
use crate::{
    check::{Check, Class, For, Source, Step, Verdict, Who, Why},
    evidence::{Assignment, ChannelsPolicy, Kind, MeetingPolicy, SetupPolicy},
    facts::{Facts, Reading},
};

const SETUP: &str = "https://admin.teams.microsoft.com/policies/app-setup";
const MEETINGS: &str = "https://admin.teams.microsoft.com/policies/meetings";
const FILES: &[Source] = &[Source::Evidence(Kind::SetupPolicy)];
const MEETING_FILES: &[Source] = &[Source::Evidence(Kind::MeetingPolicy)];
const CHANNEL_FILES: &[Source] =
    &[Source::Evidence(Kind::ChannelsPolicy), Source::Evidence(Kind::GroupAssignment)];
const TRANSCRIPTION: &[(&str, &str)] = &[
    ("Meetings", "Réunions"),
    ("Meeting policies", "Politiques de réunion"),
    ("Manage policies", "Gérer les politiques"),
    ("Global (Org-wide default)", "Global (par défaut à l’échelle de l’organisation)"),
    ("Recording & transcription", "Enregistrement et transcription"),
    ("Transcription", "Transcription"),
    ("Save", "Enregistrer"),
];

pub(super) const CHECKS: &[Check] = &[
    Check::of("TMS-01", Class::Blocks, For::Both, Step::Teams, Who::TenantAdministrator)
        .by(&[Source::Graph, Source::Liaison], somebody_administers)
        .at("/admin/users"),
    Check::of("TMS-02", Class::Blocks, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(&[Source::Graph, Source::Evidence(Kind::CatalogueApp)], is_in_the_catalogue)
        .labels(&[
            ("Teams apps > Manage apps", "Applications Teams > Gérer les applications"),
            ("Edit availability", "Modifier la disponibilité"),
            ("No one", "Personne"),
        ])
        .at("https://admin.teams.microsoft.com/policies/manage-apps"),
    Check::of("TMS-03", Class::Blocks, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(FILES, installs)
        .labels(&[
            (
                "Teams apps > Setup policies > Add",
                "Applications Teams > Stratégies de configuration > Ajouter",
            ),
            ("Installed apps", "Applications installées"),
            ("Add apps", "Ajouter des applications"),
        ])
        .at(SETUP),
    Check::of("TMS-04", Class::Warning, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(FILES, pins)
        .labels(&[
            ("Pinned apps > Add apps", "Applications épinglées > Ajouter des applications"),
            ("App bar", "Barre d’application"),
            ("Messaging extensions", "Extensions de messagerie"),
        ])
        .at(SETUP),
    Check::of("TMS-05", Class::Warning, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(FILES, people_pin)
        .labels(&[("User pinning", "Épinglage par l’utilisateur")])
        .at(SETUP),
    Check::of("TMS-06", Class::Blocks, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(
            &[Source::Evidence(Kind::GroupAssignment), Source::Evidence(Kind::SetupPolicy)],
            reaches_sellers,
        )
        .labels(&[
            ("Group policy assignment", "Attribution de stratégie de groupe"),
            ("Add", "Ajouter"),
            ("Apply", "Appliquer"),
        ])
        .at(SETUP),
    Check::of("TMS-07", Class::Feature, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(MEETING_FILES, transcribes)
        .labels(TRANSCRIPTION)
        .at(MEETINGS),
    Check::of("TMS-08", Class::Feature, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(
            &[Source::Evidence(Kind::MeetingPolicy), Source::Evidence(Kind::GroupAssignment)],
            transcribes_for_sellers,
        )
        .labels(TRANSCRIPTION)
        .at(MEETINGS),
    Check::of("TMS-09", Class::Feature, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(MEETING_FILES, records)
        .labels(&[("Meeting recording", "Enregistrement de réunion")])
        .at(MEETINGS),
    Check::of("TMS-10", Class::Warning, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(MEETING_FILES, records_by_itself)
        .labels(&[("AutoRecording", "AutoRecording")])
        .at(MEETINGS),
    Check::of("TMS-11", Class::Warning, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(MEETING_FILES, has_copilot)
        .labels(&[("Copilot", "Copilot")])
        .at(MEETINGS),
    Check::of("TMS-12", Class::Warning, For::Both, Step::Transcription, Who::TeamsAdministrator)
        .by(MEETING_FILES, reports_consent)
        .at(MEETINGS),
    Check::of("TMS-13", Class::Feature, For::Both, Step::Customise, Who::TeamsAdministrator)
        .by(CHANNEL_FILES, shares_channels)
        .labels(&[("Create shared channels", "Créer des canaux partagés")])
        .at("https://admin.teams.microsoft.com/policies/teams"),
    Check::of("TMS-14", Class::Feature, For::Both, Step::Customise, Who::TeamsAdministrator)
        .by(CHANNEL_FILES, makes_private_channels)
        .labels(&[
            ("Create private channels", "Créer des canaux privés"),
            (
                "Allow members to create private channels",
                "Autoriser les membres à créer des canaux privés",
            ),
        ])
        .at("https://admin.teams.microsoft.com/policies/teams"),
    // ours: without its secret the bot neither answers nor reminds, and a directory takes none for ever
    Check::of("BOT-01", Class::Feature, For::Both, Step::Teams, Who::TeamsAdministrator)
        .by(&[Source::Liaison], bot_has_its_secret)
        .labels(&[
            ("Certificates & secrets", "Certificats et secrets"),
            ("New client secret", "Nouveau secret client"),
        ])
        .at("/admin/deployment/teams"),
    Check::of(
        "TMS-15",
        Class::Blocks,
        For::Dynamics,
        Step::Prerequisites,
        Who::TenantAdministrator,
    )
    .of_vendor()
    .at("https://entra.microsoft.com/#view/Microsoft_AAD_ConditionalAccess"),
];

/// Days before its end on which a secret is to be replaced. Ours.
const NEAR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Set, and good for some time; when it ends nobody knows where nobody said it.
fn bot_has_its_secret(facts: &Facts) -> Verdict {
    let Some(bot) = &facts.own.bot else {
        return Verdict::unset(Source::Liaison, facts.now).saw("bot = -");
    };
    let Some(secret) = &bot.secret else {
        return Verdict::when(false, Source::Liaison, facts.now).saw("secret = -");
    };
    let set = format!("secret: {}", secret.set_at.strftime("%F"));
    let Some(end) = secret.expires_at else {
        return Verdict::unset(Source::Liaison, facts.now).saw(set).saw("expires = ?");
    };
    let holds = end.duration_since(facts.now) > NEAR;
    let verdict = Verdict::when(holds, Source::Liaison, facts.now);
    verdict.saw(set).saw(format!("expires = {}", end.strftime("%F")))
}

fn somebody_administers(facts: &Facts) -> Verdict {
    if let Some(members) = members(facts, &["Teams Administrator", "Teams Service Administrator"]) {
        let verdict = Verdict::when(!members.is_empty(), Source::Graph, facts.now);
        return verdict.saw_all(members);
    }
    let own = facts.own.teams_administrators.iter().chain(&facts.own.global_administrators);
    let own: Vec<_> = own.cloned().collect();
    Verdict::when(!own.is_empty(), Source::Liaison, facts.now).saw_all(own)
}

/// An app that is not in the catalogue cannot be allowed; whether one that is there is blocked, Graph does not say.
fn is_in_the_catalogue(facts: &Facts) -> Verdict {
    match &facts.graph {
        Reading::Read(directory) => match directory.app {
            Some(false) => {
                Verdict::when(false, Source::Graph, facts.now).saw_all(facts.apps.first().cloned())
            }
            Some(true) => {
                Verdict::unset(Source::Graph, facts.now).saw_all(facts.apps.first().cloned())
            }
            None => Verdict::unknown(Why::Refused),
        },
        Reading::Absent => handed_catalogue(facts).unwrap_or(Verdict::unknown(Why::NotRead)),
        Reading::Refused(_) => handed_catalogue(facts).unwrap_or(Verdict::unknown(Why::Refused)),
    }
}

/// The same by a list of apps that was handed in.
fn handed_catalogue(facts: &Facts) -> Option<Verdict> {
    let (_, at) = facts.handed.catalogue.as_ref()?;
    let source = Source::Evidence(Kind::CatalogueApp);
    let found: Vec<String> = facts.catalogued().into_iter().map(str::to_owned).collect();
    Some(if found.is_empty() {
        Verdict::when(false, source, *at).saw_all(facts.apps.first().cloned())
    } else {
        Verdict::unset(source, *at).saw_all(found)
    })
}

/// Whether a list of apps holds ours; nothing where the list is not in the file, or where it holds apps of which any may be
/// ours, because nobody told how the catalogue calls it.
fn holds(facts: &Facts, list: Option<&Vec<String>>) -> Option<bool> {
    let list = list?;
    let catalogued = facts.catalogued();
    let is_ours = |app: &String| {
        let mut ours = facts.apps.iter().map(String::as_str).chain(catalogued.iter().copied());
        ours.any(|ours| ours.eq_ignore_ascii_case(app))
    };
    if list.iter().any(is_ours) {
        return Some(true);
    }
    (list.is_empty() || !catalogued.is_empty()).then_some(false)
}

/// A verdict on policies of apps: one of those that count for sellers is enough, for whom each of them reaches is a check
/// of its own. Those of their groups count where both are known, else all.
fn some_policy(facts: &Facts, test: impl Fn(&SetupPolicy) -> Option<bool>) -> Verdict {
    let Some((policies, at)) = &facts.handed.setups else { return Verdict::unknown(Why::NotRead) };
    let (source, mut at) = (Source::Evidence(Kind::SetupPolicy), *at);
    // what the catalogue calls the app is told by a file with an age of its own
    if let Some((_, catalogued_at)) = &facts.handed.catalogue
        && !facts.catalogued().is_empty()
    {
        at = at.min(*catalogued_at);
    }
    let (mut counted, mut gone): (Vec<_>, Vec<String>) = (policies.iter().collect(), Vec::new());
    if let (Some(own), Some(assigned_at)) = wanted(facts, SETUP_TYPE) {
        at = at.min(assigned_at);
        let found = |name: &str| policies.iter().find(|one| one.name.eq_ignore_ascii_case(name));
        counted = own.iter().filter_map(|name| found(name)).collect();
        gone = own
            .iter()
            .filter(|name| found(name).is_none())
            .map(|name| (*name).to_owned())
            .collect();
    }
    let good: Vec<_> = counted.iter().filter(|policy| test(policy) == Some(true)).collect();
    if !good.is_empty() {
        return Verdict::when(true, source, at).saw_all(good.iter().map(|one| one.name.clone()));
    }
    let unset = !gone.is_empty() || counted.is_empty();
    let names = counted.iter().map(|one| one.name.clone()).chain(gone);
    if unset || counted.iter().any(|policy| test(policy).is_none()) {
        return Verdict::unset(source, at).saw_all(names);
    }
    Verdict::when(false, source, at).saw_all(names)
}

/// The policies of a type that the groups of sellers have, each once, and of when that is known; nothing where nobody said
/// which groups these are, or which policies groups have.
fn wanted<'f>(facts: &'f Facts, kind: &str) -> (Option<Vec<&'f str>>, Option<Timestamp>) {
    let Some((_, at)) = facts.handed.assignments.as_ref().filter(|(all, _)| tells(all, kind))
    else {
        return (None, None);
    };
    let own = seller_policies(facts, kind);
    if own.is_empty() {
        return (None, None);
    }
    let mut names: Vec<_> = own.into_iter().map(|(_, policy)| policy.unwrap_or("Global")).collect();
    kernel::sort(&mut names);
    names.dedup();
    (Some(names), Some(*at))
}

/// Whether a file of assignments tells of a type: the cmdlet is mostly asked for one, and then says nothing of the others.
fn tells(all: &[Assignment], kind: &str) -> bool {
    all.is_empty() || all.iter().any(|one| one.policy_type.eq_ignore_ascii_case(kind))
}

fn installs(facts: &Facts) -> Verdict {
    some_policy(facts, |policy| {
        let all = [policy.installed.as_ref(), policy.in_meetings.as_ref()];
        // the list of apps decides; that of meetings is beside it
        if holds(facts, all[0]) == Some(true) || holds(facts, all[1]) == Some(true) {
            return Some(true);
        }
        holds(facts, all[0])
    })
}

fn pins(facts: &Facts) -> Verdict {
    some_policy(facts, |policy| {
        let both = [holds(facts, policy.bar.as_ref()), holds(facts, policy.messages.as_ref())];
        if both.contains(&Some(true)) { Some(true) } else { both[0] }
    })
}

fn people_pin(facts: &Facts) -> Verdict {
    some_policy(facts, |policy| policy.user_pinning)
}

const SETUP_TYPE: &str = "TeamsAppSetupPolicy";
const MEETING_TYPE: &str = "TeamsMeetingPolicy";

/// The policy of a type that each group of sellers has: of the lowest rank, where there are several.
fn seller_policies<'f>(facts: &'f Facts, kind: &str) -> Vec<(&'f str, Option<&'f str>)> {
    let all = facts.handed.assignments.as_ref().map_or(&[][..], |(all, _)| all.as_slice());
    let of = |group: &str| {
        let own = all.iter().filter(|one| {
            one.policy_type.eq_ignore_ascii_case(kind) && one.group.eq_ignore_ascii_case(group)
        });
        own.min_by_key(|one| one.rank).map(|one| one.policy.as_str())
    };
    facts.seller_groups.iter().map(|group| (group.name.as_str(), of(&group.id))).collect()
}

fn reaches_sellers(facts: &Facts) -> Verdict {
    let (Some((policies, at)), Some((all, assigned_at))) =
        (&facts.handed.setups, &facts.handed.assignments)
    else {
        return Verdict::unknown(Why::NotRead);
    };
    let (source, mut at) = (Source::Evidence(Kind::GroupAssignment), (*at).min(*assigned_at));
    if let Some((_, catalogued_at)) = &facts.handed.catalogue {
        at = at.min(*catalogued_at);
    }
    if !tells(all, SETUP_TYPE) {
        return Verdict::unset(source, at).saw(format!("PolicyType {SETUP_TYPE} = -"));
    }
    let has = |name: &str| {
        let found = policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(name))?;
        holds(facts, found.installed.as_ref())
    };
    let groups = seller_policies(facts, SETUP_TYPE);
    if groups.is_empty() {
        // who sells is not said: only what is so for everybody is so for sellers
        let own = all.iter().filter(|one| one.policy_type.eq_ignore_ascii_case(SETUP_TYPE));
        let every: Vec<_> = own.map(|one| one.policy.as_str()).chain(["Global"]).collect();
        return if every.iter().all(|name| has(name) == Some(true)) {
            Verdict::when(true, source, at).saw_all(every)
        } else if every.iter().all(|name| has(name) == Some(false)) {
            Verdict::when(false, source, at).saw_all(every)
        } else {
            Verdict::unknown(Why::NoSellers)
        };
    }
    let mut bad = Vec::new();
    let mut unset = Vec::new();
    for (group, policy) in &groups {
        let policy = policy.unwrap_or("Global");
        match has(policy) {
            Some(true) => {}
            Some(false) => bad.push(format!("{group}: {policy}")),
            None => unset.push(format!("{group}: {policy}")),
        }
    }
    if !bad.is_empty() {
        Verdict::when(false, source, at).saw_all(bad)
    } else if !unset.is_empty() {
        Verdict::unset(source, at).saw_all(unset)
    } else {
        let names =
            groups.iter().map(|(group, policy)| format!("{group}: {}", policy.unwrap_or("Global")));
        Verdict::when(true, source, at).saw_all(names)
    }
}

/// What the policy of everybody else says; what is not set is not known to be on.
fn global(facts: &Facts, test: impl Fn(&MeetingPolicy) -> (Option<bool>, String)) -> Verdict {
    of_meetings(facts, (&["Global"], None), test)
}

/// What the policies say that sellers have; where that is not known, the policy of everybody else.
fn of_sellers(facts: &Facts, test: impl Fn(&MeetingPolicy) -> (Option<bool>, String)) -> Verdict {
    match wanted(facts, MEETING_TYPE) {
        (Some(names), at) => of_meetings(facts, (&names, at), test),
        (None, _) => global(facts, test),
    }
}

/// All of some policies: one that says no is told, else one that does not say.
fn of_meetings(
    facts: &Facts,
    (names, assigned_at): (&[&str], Option<Timestamp>),
    test: impl Fn(&MeetingPolicy) -> (Option<bool>, String),
) -> Verdict {
    let Some((policies, at)) = &facts.handed.meetings else {
        return Verdict::unknown(Why::NotRead);
    };
    let (source, at) =
        (Source::Evidence(Kind::MeetingPolicy), assigned_at.map_or(*at, |own| own.min(*at)));
    let (mut bad, mut unset, mut good) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let Some(policy) = policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(name))
        else {
            unset.push(format!("{name} = -"));
            continue;
        };
        let (holds, seen) = test(policy);
        let seen = format!("{}: {seen}", policy.name);
        match holds {
            Some(true) => good.push(seen),
            Some(false) => bad.push(seen),
            None => unset.push(seen),
        }
    }
    told((source, at), [bad, unset, good])
}

/// Fails for one that fails, is unknown for one that is unknown, and passes for all others.
fn told((source, at): (Source, Timestamp), [bad, unset, good]: [Vec<String>; 3]) -> Verdict {
    if !bad.is_empty() {
        Verdict::when(false, source, at).saw_all(bad)
    } else if !unset.is_empty() {
        Verdict::unset(source, at).saw_all(unset)
    } else {
        Verdict::when(true, source, at).saw_all(good)
    }
}

fn switch(name: &str, value: Option<bool>) -> (Option<bool>, String) {
    let shown = match value {
        Some(true) => "True",
        Some(false) => "False",
        None => "None",
    };
    (value, format!("{name} = {shown}"))
}

fn transcribes(facts: &Facts) -> Verdict {
    global(facts, |policy| switch("AllowTranscription", policy.transcription))
}

/// The policies that count for sellers and are not the one of everybody else: those of their groups, of all groups where
/// nobody says which are sellers'. A file with none of them was asked for one policy alone, for every organisation has
/// some from the beginning.
fn transcribes_for_sellers(facts: &Facts) -> Verdict {
    let Some((policies, at)) = &facts.handed.meetings else {
        return Verdict::unknown(Why::NotRead);
    };
    let source = Source::Evidence(Kind::MeetingPolicy);
    let own: Vec<_> = policies.iter().filter(|policy| !policy.is_global()).collect();
    let names = || own.iter().map(|one| one.name.clone());
    let handed = facts.handed.assignments.as_ref().filter(|(all, _)| tells(all, MEETING_TYPE));
    let Some((all, assigned_at)) = handed else {
        let on = |policy: &&MeetingPolicy| policy.transcription == Some(true);
        return if own.is_empty() {
            Verdict::unset(source, *at)
        } else if own.iter().all(on) {
            Verdict::when(true, source, *at).saw_all(names())
        } else if facts.handed.assignments.is_some() {
            Verdict::unset(source, *at).saw(format!("PolicyType {MEETING_TYPE} = -"))
        } else {
            Verdict::unknown(Why::NotRead).saw_all(names())
        };
    };
    let at = (*at).min(*assigned_at);
    let assigned: Vec<(&str, &str)> = if facts.seller_groups.is_empty() {
        let meeting = |one: &&Assignment| one.policy_type.eq_ignore_ascii_case(MEETING_TYPE);
        all.iter().filter(meeting).map(|one| (one.group.as_str(), one.policy.as_str())).collect()
    } else {
        let found = seller_policies(facts, MEETING_TYPE).into_iter();
        found.filter_map(|(group, policy)| Some((group, policy?))).collect()
    };
    let mut bad = Vec::new();
    let mut unset = Vec::new();
    let mut good = Vec::new();
    for (group, name) in assigned {
        let known = policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(name));
        match known.and_then(|policy| policy.transcription) {
            Some(true) => good.push(format!("{group}: {name}")),
            Some(false) => bad.push(format!("{group}: {name}: AllowTranscription = False")),
            None => unset.push(format!("{group}: {name}: AllowTranscription = None")),
        }
    }
    told((source, at), [bad, unset, good])
}

fn records(facts: &Facts) -> Verdict {
    of_sellers(facts, |policy| switch("AllowCloudRecording", policy.recording))
}

/// A word against those that are good; a number, as some exports write, says nothing.
fn named(name: &str, value: Option<&String>, good: &[&str]) -> (Option<bool>, String) {
    let known = value.filter(|word| word.parse::<i64>().is_err());
    let holds = known.map(|word| good.iter().any(|one| one.eq_ignore_ascii_case(word)));
    (holds, format!("{name} = {}", value.map_or("None", String::as_str)))
}

fn records_by_itself(facts: &Facts) -> Verdict {
    of_sellers(facts, |policy| named("AutoRecording", policy.auto_recording.as_ref(), &["Enabled"]))
}

fn has_copilot(facts: &Facts) -> Verdict {
    let good = ["Enabled", "EnabledWithTranscript", "EnabledWithTranscriptDefaultOn"];
    of_sellers(facts, |policy| named("Copilot", policy.copilot.as_ref(), &good))
}

/// Reported, not judged; what is not in the file is not reported.
fn reports_consent(facts: &Facts) -> Verdict {
    of_sellers(facts, |policy| {
        let seen = policy.consent.iter().map(|(name, value)| format!("{name} = {value}"));
        let seen = seen.collect::<Vec<_>>().join(", ");
        ((!seen.is_empty()).then_some(true), seen)
    })
}

const CHANNELS_TYPE: &str = "TeamsChannelsPolicy";

/// What the policy of every group of sellers says, and that of everybody else where no group was named.
fn of_channels(
    facts: &Facts,
    name: &str,
    test: impl Fn(&ChannelsPolicy) -> Option<bool>,
) -> Verdict {
    let Some((policies, at)) = &facts.handed.channels else {
        return Verdict::unknown(Why::NotRead);
    };
    let (source, at) = (Source::Evidence(Kind::ChannelsPolicy), *at);
    let own = wanted(facts, CHANNELS_TYPE);
    let at = own.1.map_or(at, |assigned_at| at.min(assigned_at));
    // who has which is in another file: without it, what all of them say counts, and the one of everybody alone says no
    let sure = own.0.is_some();
    let names = own.0.unwrap_or_else(|| {
        let others = policies.iter().map(|policy| policy.name.as_str());
        ["Global"].into_iter().chain(others.filter(|name| !is_global(name))).collect()
    });
    let told: Vec<_> = names
        .into_iter()
        .map(|one| {
            let found = policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(one));
            let on = found.and_then(&test).filter(|on| *on || sure || is_global(one));
            let seen = match found.and_then(&test) {
                Some(on) => format!("{one}: {name} = {on}"),
                None => format!("{one}: {name}"),
            };
            (on, seen)
        })
        .collect();
    let shown = |is: Option<bool>| {
        told.iter().filter(move |(on, _)| *on == is).map(|(_, seen)| seen.clone())
    };
    if told.iter().any(|(on, _)| *on == Some(false)) {
        Verdict::when(false, source, at).saw_all(shown(Some(false)))
    } else if told.iter().any(|(on, _)| on.is_none()) {
        Verdict::unset(source, at).saw_all(shown(None))
    } else {
        Verdict::when(true, source, at).saw_all(shown(Some(true)))
    }
}

fn is_global(name: &str) -> bool {
    name.eq_ignore_ascii_case("global")
}

fn shares_channels(facts: &Facts) -> Verdict {
    of_channels(facts, "AllowSharedChannelCreation", |policy| policy.shared)
}

/// That a team lets its members make them is said in the team: the policy alone forbids it for all.
fn makes_private_channels(facts: &Facts) -> Verdict {
    of_channels(facts, "AllowPrivateChannelCreation", |policy| policy.private)
}
