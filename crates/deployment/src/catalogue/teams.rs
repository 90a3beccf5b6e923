//! Teams: who administers it, which apps people have, what meetings record (§1.2).

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

/// The policies of apps that count for sellers: those of their groups where both are known, else all.
fn counted<'f>(facts: &'f Facts, policies: &'f [SetupPolicy]) -> Vec<&'f SetupPolicy> {
    let own = seller_policies(facts, SETUP_TYPE);
    let named = |policy: &&SetupPolicy| {
        own.iter().any(|(_, name)| match name {
            Some(name) => name.eq_ignore_ascii_case(&policy.name),
            None => policy.is_global(),
        })
    };
    let found: Vec<_> = policies.iter().filter(named).collect();
    if found.is_empty() { policies.iter().collect() } else { found }
}

/// A verdict on policies of apps: one of them is enough, for which of them people have is a check of its own.
fn some_policy(facts: &Facts, test: impl Fn(&SetupPolicy) -> Option<bool>) -> Verdict {
    let Some((policies, at)) = &facts.handed.setups else { return Verdict::unknown(Why::NotRead) };
    let source = Source::Evidence(Kind::SetupPolicy);
    let counted = counted(facts, policies);
    let good: Vec<_> = counted.iter().filter(|policy| test(policy) == Some(true)).collect();
    if !good.is_empty() {
        return Verdict::when(true, source, *at).saw_all(good.iter().map(|one| one.name.clone()));
    }
    let names = counted.iter().map(|one| one.name.clone());
    if counted.is_empty() || counted.iter().any(|policy| test(policy).is_none()) {
        return Verdict::unset(source, *at).saw_all(names);
    }
    Verdict::when(false, source, *at).saw_all(names)
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
    let (source, at) = (Source::Evidence(Kind::GroupAssignment), (*at).min(*assigned_at));
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
    let Some((policies, at)) = &facts.handed.meetings else {
        return Verdict::unknown(Why::NotRead);
    };
    let source = Source::Evidence(Kind::MeetingPolicy);
    let Some(policy) = policies.iter().find(|policy| policy.is_global()) else {
        return Verdict::unset(source, *at);
    };
    let (holds, seen) = test(policy);
    let verdict = match holds {
        Some(holds) => Verdict::when(holds, source, *at),
        None => Verdict::unset(source, *at),
    };
    verdict.saw(seen)
}

fn switch(name: &str, value: Option<bool>) -> (Option<bool>, String) {
    let shown = match value {
        Some(true) => "True",
        Some(false) => "False",
        None => "None",
    };
    (value, format!("Global: {name} = {shown}"))
}

fn transcribes(facts: &Facts) -> Verdict {
    global(facts, |policy| switch("AllowTranscription", policy.transcription))
}

/// The policies that count for sellers and are not the one of everybody else: those of their groups, of all groups where
/// nobody says which are sellers'.
fn transcribes_for_sellers(facts: &Facts) -> Verdict {
    let Some((policies, at)) = &facts.handed.meetings else {
        return Verdict::unknown(Why::NotRead);
    };
    let source = Source::Evidence(Kind::MeetingPolicy);
    let own: Vec<_> = policies.iter().filter(|policy| !policy.is_global()).collect();
    if own.iter().all(|policy| policy.transcription == Some(true)) {
        let names = own.iter().map(|one| one.name.clone());
        return Verdict::when(true, source, *at).saw_all(names);
    }
    let Some((all, assigned_at)) = &facts.handed.assignments else {
        let names = own.iter().map(|one| one.name.clone());
        return Verdict::unknown(Why::NotRead).saw_all(names);
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
    if !bad.is_empty() {
        Verdict::when(false, source, at).saw_all(bad)
    } else if !unset.is_empty() {
        Verdict::unset(source, at).saw_all(unset)
    } else {
        Verdict::when(true, source, at).saw_all(good)
    }
}

fn records(facts: &Facts) -> Verdict {
    global(facts, |policy| switch("AllowCloudRecording", policy.recording))
}

/// A word against those that are good; a number, as some exports write, says nothing.
fn named(name: &str, value: Option<&String>, good: &[&str]) -> (Option<bool>, String) {
    let known = value.filter(|word| word.parse::<i64>().is_err());
    let holds = known.map(|word| good.iter().any(|one| one.eq_ignore_ascii_case(word)));
    (holds, format!("Global: {name} = {}", value.map_or("None", String::as_str)))
}

fn records_by_itself(facts: &Facts) -> Verdict {
    global(facts, |policy| named("AutoRecording", policy.auto_recording.as_ref(), &["Enabled"]))
}

fn has_copilot(facts: &Facts) -> Verdict {
    let good = ["Enabled", "EnabledWithTranscript", "EnabledWithTranscriptDefaultOn"];
    global(facts, |policy| named("Copilot", policy.copilot.as_ref(), &good))
}

/// Reported, not judged.
fn reports_consent(facts: &Facts) -> Verdict {
    let Some((policies, at)) = &facts.handed.meetings else {
        return Verdict::unknown(Why::NotRead);
    };
    let source = Source::Evidence(Kind::MeetingPolicy);
    let Some(policy) = policies.iter().find(|policy| policy.is_global()) else {
        return Verdict::unset(source, *at);
    };
    let seen = policy.consent.iter().map(|(name, value)| format!("Global: {name} = {value}"));
    Verdict::when(true, source, *at).saw_all(seen)
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
    let (source, mut at) = (Source::Evidence(Kind::ChannelsPolicy), *at);
    let mut wanted = vec!["Global"];
    // whose groups have which policy is in another file; without it only that of everybody is known
    if let Some((_, assigned_at)) = &facts.handed.assignments {
        let own = seller_policies(facts, CHANNELS_TYPE);
        if !own.is_empty() {
            wanted = own.iter().map(|(_, policy)| policy.unwrap_or("Global")).collect();
            at = at.min(*assigned_at);
        }
    }
    kernel::sort(&mut wanted);
    wanted.dedup();
    let told: Vec<_> = wanted
        .into_iter()
        .map(|one| {
            let found = policies.iter().find(|policy| policy.name.eq_ignore_ascii_case(one));
            (one, found.and_then(&test))
        })
        .collect();
    let shown = |is: Option<bool>| {
        let own = told.iter().filter(move |(_, on)| *on == is);
        own.map(|(policy, on)| match on {
            Some(on) => format!("{policy}: {name} = {on}"),
            None => format!("{policy}: {name}"),
        })
        .collect::<Vec<_>>()
    };
    if told.iter().any(|(_, on)| *on == Some(false)) {
        Verdict::when(false, source, at).saw_all(shown(Some(false)))
    } else if told.iter().any(|(_, on)| on.is_none()) {
        Verdict::unset(source, at).saw_all(shown(None))
    } else {
        Verdict::when(true, source, at).saw_all(shown(Some(true)))
    }
}

fn shares_channels(facts: &Facts) -> Verdict {
    of_channels(facts, "AllowSharedChannelCreation", |policy| policy.shared)
}

/// That a team lets its members make them is said in the team: the policy alone forbids it for all.
fn makes_private_channels(facts: &Facts) -> Verdict {
    of_channels(facts, "AllowPrivateChannelCreation", |policy| policy.private)
}
