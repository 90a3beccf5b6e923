//! Dynamics 365 and what goes over all systems (§1.5).

use super::{customise, of_everybody};
use crate::{
    check::{Check, Class, For, Source, Step, Verdict, Who, Why},
    facts::{Dynamics, Facts, Mailbox, Reading},
};

const LIVE: &[Source] = &[Source::Dynamics];

pub(super) const CHECKS: &[Check] = &[
    of("D365-01", Class::Feature, Step::ServerSideSync).by(LIVE, synchronised).labels(&[
        ("Server-Side Synchronization", "Synchronisation côté serveur"),
        ("Turn on", "Activer"),
        ("Test & Enable Mailboxes", "Tester et activer les boîtes aux lettres"),
    ]),
    of("D365-02", Class::Feature, Step::ServerSideSync).by(LIVE, has_profile).labels(&[
        ("Server Profile", "Profil de serveur"),
        ("Microsoft Exchange Online", "Microsoft Exchange Online"),
        ("Activate", "Activer"),
    ]),
    of("D365-03", Class::Feature, Step::ServerSideSync)
        .by(LIVE, no_alerts)
        .labels(&[("Alerts", "Alertes")]),
    of("D365-04", Class::Feature, Step::ServerSideSync).by(LIVE, tracks_replies).labels(&[
        ("Personal Options > Email", "Options personnelles > E-mail"),
        ("No email messages", "Aucun message électronique"),
    ]),
    of("D365-05", Class::Blocks, Step::Roles)
        .by(LIVE, sellers_have_roles)
        .labels(&[
            ("Salesperson", "Vendeur"),
            ("Sales Manager", "Directeur commercial"),
            ("Sales Copilot User", "Sales Copilot User"),
        ])
        .at("/admin/environments"),
    of("D365-06", Class::Blocks, Step::Roles)
        .by(LIVE, sellers_are_enabled)
        .labels(&[("Access needed", "Accès nécessaire")])
        .at("/admin/environments"),
    of("D365-07", Class::Feature, Step::Customise)
        .by(LIVE, customise::fields_are_there)
        .labels(&[("Align missing fields", "Aligner les champs manquants")])
        .at("/admin/sales-settings"),
    of("D365-08", Class::Feature, Step::Customise)
        .of_vendor()
        .by(LIVE, can_be_searched)
        .labels(&[("Dataverse search", "Recherche Dataverse"), ("Quick Find", "Recherche rapide")]),
    of("D365-09", Class::Feature, Step::ServerSideSync)
        .labels(&[("Set Work Hours", "Définir les heures de travail")]),
    of("D365-10", Class::Feature, Step::ServerSideSync).by(LIVE, attachments_come).labels(&[
        ("Email Configuration Settings", "Paramètres de configuration de l’e-mail"),
        ("Synchronize appointment attachments", "Synchroniser les pièces jointes des rendez-vous"),
    ]),
    Check::of("ADM-01", Class::Warning, For::Both, Step::Customise, Who::SalesAdministrator),
    Check::of("ADM-02", Class::Feature, For::Both, Step::Customise, Who::SalesAdministrator)
        .by(&[Source::Liaison], customise::forms_are_whole)
        .labels(&[("Forms", "Formulaires")])
        .at("/admin/sales-settings"),
    Check::of("ADM-03", Class::Feature, For::Both, Step::Customise, Who::SalesAdministrator)
        .by(&[Source::Liaison], customise::spaces_have_records)
        .labels(&[("Collaborate in Teams", "Collaborer dans Teams")])
        .at("/admin/sales-settings"),
    Check::of("ADM-04", Class::Feature, For::Both, Step::Customise, Who::SalesAdministrator)
        .by(&[Source::Liaison], customise::contacts_are_made)
        .at("/admin/sales-settings")
        .labels(&[
            ("Create new records inside Sales", "Créer des enregistrements dans Sales"),
            (
                "Create new records by opening Dynamics 365 from a link",
                "Créer des enregistrements en ouvrant Dynamics 365 à partir d’un lien",
            ),
        ]),
];

const fn of(id: &'static str, class: Class, step: Step) -> Check {
    Check::of(id, class, For::Dynamics, step, Who::CrmAdministrator)
}

fn live(facts: &Facts) -> Result<&Dynamics, Verdict> {
    match &facts.dynamics {
        Reading::Read(found) => Ok(found),
        Reading::Absent => Err(Verdict::unknown(Why::NotRead)),
        Reading::Refused(why) => Err(Verdict::unknown(Why::Refused).saw(why.clone())),
    }
}

fn every_mailbox(facts: &Facts, good: fn(&Mailbox) -> bool) -> Verdict {
    let found = match live(facts) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(all) = &found.mailboxes else { return Verdict::unknown(Why::Refused) };
    if all.is_empty() {
        return Verdict::unknown(Why::NoSellers);
    }
    let bad: Vec<_> = all.iter().filter(|one| !good(one)).map(|one| one.name.clone()).collect();
    of_everybody(facts, Source::Dynamics, all.iter().map(|one| one.name.as_str()), bad)
}

fn synchronised(facts: &Facts) -> Verdict {
    every_mailbox(facts, |one| one.synchronised)
}

fn has_profile(facts: &Facts) -> Verdict {
    every_mailbox(facts, |one| one.has_profile && one.active)
}

fn no_alerts(facts: &Facts) -> Verdict {
    every_mailbox(facts, |one| !one.failing)
}

/// `incomingemailfilteringmethod` 4: no messages.
const NONE: i64 = 4;

fn tracks_replies(facts: &Facts) -> Verdict {
    let found = match live(facts) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(all) = &found.tracking else { return Verdict::unknown(Why::Refused) };
    if all.is_empty() {
        return Verdict::unknown(Why::NoSellers);
    }
    let bad = all.iter().filter(|(_, method)| *method == NONE);
    let bad: Vec<_> = bad.map(|(who, _)| who.clone()).collect();
    of_everybody(facts, Source::Dynamics, all.iter().map(|(who, _)| who.as_str()), bad)
}

/// The sellers who are there or were asked for: who was asked for and is not there has no account.
fn looked<'f>(facts: &'f Facts, found: &Dynamics, known: &[&str]) -> Vec<&'f str> {
    let sellers = facts.own.sellers.iter().map(|one| one.address.as_str());
    let is_there = |address: &&str| {
        let asked = found.asked.iter().map(String::as_str);
        known.iter().copied().chain(asked).any(|one| one.eq_ignore_ascii_case(address))
    };
    sellers.filter(|address| !address.is_empty()).filter(is_there).collect()
}

fn sellers_are_enabled(facts: &Facts) -> Verdict {
    let found = match live(facts) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(users) = &found.users else { return Verdict::unknown(Why::Refused) };
    if facts.own.sellers.is_empty() {
        return Verdict::unknown(Why::NoSellers);
    }
    let known: Vec<_> = users.iter().map(|(who, _)| who.as_str()).collect();
    let enabled = |address: &str| {
        users.iter().any(|(known, enabled)| *enabled && known.eq_ignore_ascii_case(address))
    };
    let sellers = looked(facts, found, &known);
    let bad = sellers.iter().filter(|one| !enabled(one)).map(|one| (*one).to_owned()).collect();
    of_everybody(facts, Source::Dynamics, sellers, bad)
}

/// Roles that make a seller; `Sales Copilot User` adds to a role and is none by itself.
const SELLS: [&str; 2] = ["Salesperson", "Sales Manager"];
const ADDS: [&str; 2] = ["Sales Copilot User", "Copilot for Sales User"];

fn sellers_have_roles(facts: &Facts) -> Verdict {
    let found = match live(facts) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let Some(all) = &found.roles else { return Verdict::unknown(Why::Refused) };
    if facts.own.sellers.is_empty() {
        return Verdict::unknown(Why::NoSellers);
    }
    let there: Vec<_> = all.iter().map(|(who, ..)| who.as_str()).collect();
    let sellers = looked(facts, found, &there);
    let (mut bad, mut unseen) = (Vec::new(), Vec::new());
    for address in &sellers {
        let known = all.iter().find(|(who, ..)| who.eq_ignore_ascii_case(address));
        let (held, whole) = known.map_or((&[][..], true), |(_, held, whole)| (held, *whole));
        let adds = held.iter().any(|role| ADDS.contains(&role.as_str()));
        let other = held.iter().any(|role| !ADDS.contains(&role.as_str()));
        if held.iter().any(|role| SELLS.contains(&role.as_str())) || (adds && other) {
            continue;
        }
        let told = match held {
            [] => (*address).to_owned(),
            _ => format!("{address}: {}", held.join(", ")),
        };
        // a team that cannot be seen may give it
        if whole { bad.push(told) } else { unseen.push(told) }
    }
    if bad.is_empty() && !unseen.is_empty() {
        return Verdict::unset(Source::Dynamics, facts.now).saw_all(unseen);
    }
    let verdict = of_everybody(facts, Source::Dynamics, sellers, bad);
    if verdict.holds == Some(true) {
        verdict.saw_all(all.iter().map(|(who, held, _)| format!("{who}: {}", held.join(", "))))
    } else {
        verdict
    }
}

/// The switch can be read; whether the views hold the key fields, somebody has to look.
fn can_be_searched(facts: &Facts) -> Verdict {
    match live(facts) {
        Ok(Dynamics { search: Some(false), .. }) => {
            Verdict::when(false, Source::Dynamics, facts.now)
                .saw("isexternalsearchindexenabled = false")
        }
        Ok(Dynamics { search: Some(true), .. }) => {
            Verdict::unset(Source::Dynamics, facts.now).saw("isexternalsearchindexenabled = true")
        }
        Ok(_) => Verdict::unknown(Why::Refused),
        Err(verdict) => verdict,
    }
}

fn attachments_come(facts: &Facts) -> Verdict {
    match live(facts) {
        Ok(Dynamics { attachments: Some(on), .. }) => {
            Verdict::when(*on, Source::Dynamics, facts.now)
                .saw(format!("isappointmentattachmentsyncenabled = {on}"))
        }
        Ok(_) => Verdict::unknown(Why::Refused),
        Err(verdict) => verdict,
    }
}
