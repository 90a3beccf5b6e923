//! Forms, language features and their groups (§1.3, §1.5): what the hub itself keeps, held against what the CRM has.

use crm::Table;
use language_features::Availability;
use sales_settings::{Forms, RecordType};

use crate::{
    check::{Source, Verdict, Why},
    facts::{CrmOf, Described, Facts, Reading},
};

/// A verdict on every CRM of the guide's kind: what is wrong at each, behind its name.
fn at_each(facts: &Facts, wrong: impl Fn(&CrmOf) -> Vec<String>) -> Verdict {
    if facts.own.crms.is_empty() {
        return Verdict::unknown(Why::NotRead);
    }
    let mut bad = Vec::new();
    for crm in &facts.own.crms {
        bad.extend(wrong(crm).into_iter().map(|one| format!("{}: {one}", crm.name)));
    }
    Verdict::when(bad.is_empty(), Source::Liaison, facts.now).saw_all(bad)
}

/// Accounts and opportunities are called alike everywhere, but for the case.
fn has(forms: &Forms, table: &str) -> bool {
    forms.of(table).is_some()
}

fn described(facts: &Facts) -> Option<&Described> {
    match (&facts.salesforce, &facts.dynamics) {
        (Reading::Read(found), _) => found.described.as_ref(),
        (_, Reading::Read(found)) => found.described.as_ref(),
        _ => None,
    }
}

/// Contacts are there; where records are made here, the form asks for whatever the CRM does not go on without.
pub(super) fn forms_are_whole(facts: &Facts) -> Verdict {
    let described = described(facts);
    let mut unseen = Vec::new();
    for crm in &facts.own.crms {
        // neither seen is a type that the CRM did not describe: what it requires nobody knows
        let own = described.filter(|found| found.system == crm.id);
        let seen = |one: &RecordType| own.is_some_and(|found| found.of(&one.table).is_some());
        let made = |one: &&RecordType| one.create_here && !one.fields.is_empty() && !seen(one);
        let types = crm.forms.iter().flat_map(|forms| &forms.types).filter(made);
        unseen.extend(types.map(|one| format!("{}: {}", crm.name, one.table)));
    }
    let verdict = at_each(facts, |crm| {
        let forms = crm.shown();
        let mut bad = Vec::new();
        if !has(&forms, "contact") {
            bad.push("contact = -".to_owned());
        }
        let own = described.filter(|found| found.system == crm.id && crm.forms.is_some());
        for one in forms.types.iter().filter(|one| one.create_here) {
            let table = own.and_then(|found| found.of(&one.table));
            bad.extend(table.into_iter().flat_map(|table| left_out(one, table)));
        }
        bad
    });
    if verdict.holds == Some(true) && !unseen.is_empty() {
        return Verdict::unset(Source::Liaison, facts.now).saw_all(unseen);
    }
    verdict
}

/// Fields that the CRM does not go on without and that the form leaves out.
fn left_out(form: &RecordType, table: &Table) -> Vec<String> {
    if form.fields.is_empty() {
        return Vec::new();
    }
    let is_there =
        |name: &str| form.fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
    let missing = table.fields.iter().filter(|field| field.required && field.createable);
    let missing = missing.filter(|field| !is_there(&field.name));
    missing.map(|field| format!("{}.{} = required", table.name, field.name)).collect()
}

pub(super) fn spaces_have_records(facts: &Facts) -> Verdict {
    at_each(facts, |crm| {
        let forms = crm.shown();
        let is_there = has(&forms, "account") || has(&forms, "opportunity");
        Vec::from_iter((!is_there).then(|| "account = -, opportunity = -".to_owned()))
    })
}

pub(super) fn contacts_are_made(facts: &Facts) -> Verdict {
    at_each(facts, |crm| {
        let forms = crm.shown();
        let contact = forms.of("contact");
        let is_made = contact.is_some_and(|one| one.create_here || one.create_in_crm);
        Vec::from_iter((!is_made).then(|| {
            let on = |on: bool| if on { "on" } else { "off" };
            let (here, there) =
                contact.map_or((false, false), |one| (one.create_here, one.create_in_crm));
            format!("contact: create_here = {}, create_in_crm = {}", on(here), on(there))
        }))
    })
}

/// Whatever the forms name is described to who asks.
pub(super) fn fields_are_there(facts: &Facts) -> Verdict {
    let found = match &facts.dynamics {
        Reading::Read(found) => found,
        Reading::Absent => return Verdict::unknown(Why::NotRead),
        Reading::Refused(why) => return Verdict::unknown(Why::Refused).saw(why.clone()),
    };
    let Some(described) = &found.described else { return Verdict::unknown(Why::Refused) };
    let crm = facts.own.crms.iter().find(|crm| crm.id == described.system);
    let Some(crm) = crm else { return Verdict::unknown(Why::NotRead) };
    let bad = absent(crm.forms.as_ref(), described);
    Verdict::when(bad.is_empty(), Source::Dynamics, facts.now).saw_all(bad)
}

/// What forms name and the CRM does not have; where nobody published forms, nothing is named.
pub(crate) fn absent(forms: Option<&Forms>, described: &Described) -> Vec<String> {
    let mut bad = Vec::new();
    for one in forms.iter().flat_map(|forms| &forms.types) {
        let Some(table) = described.of(&one.table) else {
            bad.push(format!("{} = -", one.table));
            continue;
        };
        let named = one.fields.iter().map(|field| &field.name).chain(&one.keys);
        let mut missing: Vec<_> = named.filter(|name| table.field(name).is_none()).collect();
        kernel::sort(&mut missing);
        missing.dedup();
        bad.extend(missing.into_iter().map(|name| format!("{}.{name} = -", one.table)));
    }
    bad
}

/// Text leaves the hub only for an endpoint, and for that somebody agreed to the notice.
pub(super) fn leaving_is_agreed(facts: &Facts) -> Verdict {
    let Some(languages) = &facts.own.languages else { return Verdict::unknown(Why::Unset) };
    let config = &languages.config;
    if !config.sends() {
        let verdict = Verdict::when(true, Source::Liaison, facts.now);
        return verdict.saw("endpoint = -");
    }
    let endpoint = config.endpoint.as_ref().map_or("-", |url| url.as_str());
    let verdict = Verdict::when(config.consented_at.is_some(), Source::Liaison, facts.now);
    let verdict = verdict.saw(format!("endpoint = {endpoint}"));
    match config.consented_at {
        Some(at) => verdict.saw(format!("{at}; {}", config.location)),
        None => verdict,
    }
}

/// On for the tenant, at every CRM, for every seller; one feature at least. Not told while some sellers were not looked at.
pub(super) fn features_are_on(facts: &Facts) -> Verdict {
    let Some(languages) = &facts.own.languages else { return Verdict::unknown(Why::Unset) };
    let mut bad = Vec::new();
    if !languages.on {
        bad.push("tenant = off".to_owned());
    }
    let off = |availability: Availability| availability == Availability::Off;
    if languages.config.switches.iter().all(|switch| off(switch.availability)) {
        bad.extend(
            languages.config.switches.iter().map(|one| format!("{} = off", one.feature.as_str())),
        );
    }
    for crm in &facts.own.crms {
        if !crm.speaks {
            bad.push(format!("{} = off", crm.name));
        }
        bad.extend(crm.kept_out.iter().map(|who| format!("{}: {who}", crm.name)));
    }
    let unlooked: Vec<_> = facts.own.crms.iter().filter(|crm| crm.unlooked > 0).collect();
    if bad.is_empty() && !unlooked.is_empty() {
        let told = unlooked.into_iter().map(|crm| format!("{}: {} = ?", crm.name, crm.unlooked));
        return Verdict::unset(Source::Liaison, facts.now).saw_all(told);
    }
    Verdict::when(bad.is_empty(), Source::Liaison, facts.now).saw_all(bad)
}
