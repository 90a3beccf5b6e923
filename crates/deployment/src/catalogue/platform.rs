//! Environments and data policies (§1.3): the hub is the platform, so most of it is the hub's own state.

use identity::environments::EnvironmentKind;

use super::customise;
use crate::{
    check::{Check, Class, For, Source, Step, Verdict, Who, Why},
    evidence::Kind,
    facts::Facts,
};

const OWN: &[Source] = &[Source::Liaison];
const POLICIES: &[Source] = &[Source::Liaison, Source::Evidence(Kind::DataPolicy)];
const MOVE: &[(&str, &str)] = &[
    (
        "Policies > Data policies > Edit policy > Prebuilt connectors",
        "Stratégies > Stratégies de données > Modifier la stratégie > Connecteurs prédéfinis",
    ),
    ("Salesforce", "Salesforce"),
    ("Business", "Professionnel"),
    ("Non-business", "Non professionnel"),
    ("Update policy", "Mettre à jour la stratégie"),
];

pub(super) const CHECKS: &[Check] = &[
    Check::of("PP-01", Class::Blocks, For::Both, Step::Prerequisites, Who::PlatformAdministrator)
        .by(OWN, has_default)
        .at("/admin/environments"),
    Check::of("PP-02", Class::Blocks, For::Salesforce, Step::FirstSignIn, Who::Seller)
        .by(OWN, is_provisioned)
        .labels(&[("Sign in to your CRM", "Se connecter à votre CRM")])
        .at("/crm"),
    Check::of(
        "PP-03",
        Class::Blocks,
        For::Salesforce,
        Step::FirstSignIn,
        Who::PlatformAdministrator,
    )
    .by(OWN, is_untouched)
    .at("/admin/audit"),
    Check::of(
        "PP-04",
        Class::Blocks,
        For::Salesforce,
        Step::DataPolicy,
        Who::PlatformAdministrator,
    )
    .by(POLICIES, allowed_in_viva)
    .labels(MOVE)
    .at("/admin/data-policies"),
    Check::of(
        "PP-05",
        Class::Blocks,
        For::Salesforce,
        Step::DataPolicy,
        Who::PlatformAdministrator,
    )
    .by(POLICIES, allowed_in_default)
    .labels(MOVE)
    .at("/admin/data-policies"),
    Check::of(
        "PP-06",
        Class::Blocks,
        For::Salesforce,
        Step::DataPolicy,
        Who::PlatformAdministrator,
    )
    .by(OWN, nothing_refused)
    .at("/admin/data-policies/violations"),
    Check::of(
        "PP-07",
        Class::Warning,
        For::Salesforce,
        Step::FirstSignIn,
        Who::PlatformAdministrator,
    )
    .by(OWN, trials)
    .labels(&[
        ("Trial environment assignments", "Attributions d’environnements d’évaluation"),
        ("Everyone", "Tout le monde"),
    ])
    .at("/admin/environments"),
    Check::of(
        "PP-08",
        Class::Warning,
        For::Salesforce,
        Step::FirstSignIn,
        Who::PlatformAdministrator,
    )
    .by(OWN, is_reviewed)
    .labels(&[("System Administrator", "Administrateur système")])
    .at("/admin/crm/review"),
    Check::of("PP-09", Class::Feature, For::Both, Step::Customise, Who::PlatformAdministrator)
        .by(OWN, is_production)
        .labels(&[("Convert to production", "Convertir en production"), ("Continue", "Continuer")])
        .at("/admin/environments"),
    Check::of("PP-10", Class::Blocks, For::Dynamics, Step::Roles, Who::PlatformAdministrator)
        .by(OWN, lets_people_in)
        .labels(&[("Administration mode", "Mode d’administration")])
        .at("/admin/environments"),
    Check::of("PP-11", Class::Feature, For::Both, Step::Chat, Who::SalesAdministrator)
        .by(OWN, chat_is_there)
        .labels(&[("Sales Chat", "Conversation sur les ventes")]),
    Check::of("PP-12", Class::Feature, For::Both, Step::Customise, Who::TenantAdministrator)
        .by(OWN, customise::leaving_is_agreed)
        .at("/admin/language")
        .labels(&[(
            "Allow moving data outside boundaries",
            "Autoriser le déplacement des données en dehors des limites",
        )]),
    Check::of("PP-13", Class::Feature, For::Both, Step::Customise, Who::TenantAdministrator)
        .by(OWN, customise::features_are_on)
        .at("/admin/language")
        .labels(&[("Copilot AI", "Copilot AI")]),
    Check::of("PP-14", Class::Warning, For::Both, Step::Customise, Who::PlatformAdministrator)
        .by(OWN, has_room)
        .at("/admin/environments"),
];

fn has_default(facts: &Facts) -> Verdict {
    let found = &facts.own.default_environment;
    let verdict = Verdict::when(found.is_some(), Source::Liaison, facts.now);
    verdict.saw_all(found.iter().map(|(_, name)| name.clone()))
}

fn is_provisioned(facts: &Facts) -> Verdict {
    let Some(viva) = &facts.own.viva else {
        return Verdict::when(false, Source::Liaison, facts.now);
    };
    let fits = matches!(viva.kind, EnvironmentKind::Trial | EnvironmentKind::Production);
    Verdict::when(fits, Source::Liaison, facts.now)
        .saw(format!("msdyn_viva: {}", viva.kind.as_str()))
}

fn is_untouched(facts: &Facts) -> Verdict {
    let Some(viva) = &facts.own.viva else { return Verdict::unknown(Why::Unset) };
    let verdict = Verdict::when(viva.touched.is_empty(), Source::Liaison, facts.now);
    verdict.saw_all(viva.touched.clone())
}

/// By the hub's own policies, and by those that were handed in: each may close what the other leaves open.
fn allowed(facts: &Facts, own: Option<&String>, names: &[&str], by_name: bool) -> Verdict {
    if let Some(policy) = own {
        return Verdict::when(false, Source::Liaison, facts.now).saw(policy.clone());
    }
    let Some((policies, at)) = &facts.handed.policies else {
        return Verdict::when(true, Source::Liaison, facts.now);
    };
    let source = Source::Evidence(Kind::DataPolicy);
    let covering = |wanted: Option<bool>| {
        policies.iter().filter(move |policy| policy.covers(names, by_name) == wanted)
    };
    let here: Vec<_> = covering(Some(true)).collect();
    let blocking: Vec<_> = here.iter().filter(|policy| policy.allows() == Some(false)).collect();
    if !blocking.is_empty() {
        let shown =
            blocking.iter().map(|policy| format!("{}: shared_salesforce = Blocked", policy.name));
        return Verdict::when(false, source, *at).saw_all(shown);
    }
    let names = here.iter().map(|policy| policy.name.clone());
    if here.iter().any(|policy| policy.allows().is_none()) {
        return Verdict::unset(source, *at).saw_all(names);
    }
    // one that names environments by identifiers alone may be about this one
    let perhaps: Vec<_> = covering(None).filter(|policy| policy.allows() != Some(true)).collect();
    if !perhaps.is_empty() {
        let told = perhaps
            .iter()
            .map(|policy| format!("{}: {} ?", policy.name, policy.environments.join(", ")));
        return Verdict::unset(source, *at).saw_all(told);
    }
    Verdict::when(true, source, *at).saw_all(names)
}

fn allowed_in_viva(facts: &Facts) -> Verdict {
    let id = facts.own.viva.as_ref().map(|viva| viva.id.to_string());
    let names: Vec<&str> = ["msdyn_viva"].into_iter().chain(id.as_deref()).collect();
    let [_, viva] = &facts.own.blocked;
    // before the first sign-in what counts for everybody counts for what will be made
    let wide = facts.own.blocked[0].as_ref().filter(|_| facts.own.viva.is_none());
    // what it is called elsewhere is known, by which identifier is not
    allowed(facts, viva.as_ref().or(wide), &names, true)
}

fn allowed_in_default(facts: &Facts) -> Verdict {
    let found = facts.own.default_environment.as_ref();
    let id = found.map(|(id, _)| id.to_string()).unwrap_or_default();
    let platform = format!("Default-{id}");
    let name = found.map_or("default", |(_, name)| name.as_str());
    let listed = facts.handed.policies.iter().flat_map(|(all, _)| all);
    let listed = listed.flat_map(|policy| &policy.environments).map(String::as_str);
    // the platform names its default environment so, whatever the tenant
    let theirs = listed.filter(|name| name.to_ascii_lowercase().starts_with("default-"));
    let names: Vec<&str> =
        [id.as_str(), platform.as_str(), name, "default"].into_iter().chain(theirs).collect();
    allowed(facts, facts.own.blocked[0].as_ref(), &names, false)
}

fn nothing_refused(facts: &Facts) -> Verdict {
    let all = &facts.own.violations;
    Verdict::when(all.is_empty(), Source::Liaison, facts.now).saw_all(all.clone())
}

/// Reported: the guide says that the setting is passed by, an older article that it must be for everybody.
fn trials(facts: &Facts) -> Verdict {
    let everyone = facts.own.trials == "everyone";
    let there = facts.own.viva.is_some();
    Verdict::when(everyone || there, Source::Liaison, facts.now).saw(facts.own.trials)
}

fn is_reviewed(facts: &Facts) -> Verdict {
    match facts.own.viva.as_ref().map(|viva| viva.review_due) {
        Some(Some(due)) => Verdict::when(!due, Source::Liaison, facts.now),
        _ => Verdict::unknown(Why::Unset),
    }
}

fn is_production(facts: &Facts) -> Verdict {
    match &facts.own.viva {
        Some(viva) => {
            let is = viva.kind == EnvironmentKind::Production;
            Verdict::when(is, Source::Liaison, facts.now).saw(viva.kind.as_str())
        }
        None => Verdict::unknown(Why::Unset),
    }
}

fn lets_people_in(facts: &Facts) -> Verdict {
    if facts.own.crm_environments == 0 {
        return Verdict::unknown(Why::Unset);
    }
    let shut = &facts.own.administration;
    Verdict::when(shut.is_empty(), Source::Liaison, facts.now).saw_all(shut.clone())
}

/// `FeatureName` starts with `SalesChatConfig`.
fn chat_is_there(facts: &Facts) -> Verdict {
    let features = facts.own.viva.as_ref().and_then(|viva| viva.features.as_ref());
    let Some(features) = features else { return Verdict::unknown(Why::Unset) };
    let own = features.iter().filter(|name| name.starts_with("SalesChatConfig"));
    let own: Vec<_> = own.cloned().collect();
    Verdict::when(!own.is_empty(), Source::Liaison, facts.now).saw_all(own)
}

/// Three megabytes of database and of log for each licence.
const PER_LICENCE: i64 = 3 << 20;

fn has_room(facts: &Facts) -> Verdict {
    let licensed = facts.own.sellers.iter().filter(|one| one.licensed).count();
    let Ok(licensed) = i64::try_from(licensed) else { return Verdict::unknown(Why::Unset) };
    if licensed == 0 {
        return Verdict::unknown(Why::NoSellers);
    }
    let (database, log) = facts.own.capacity;
    // reported: the hub has the room of its disk, the published figures are what a licence grants elsewhere
    Verdict::when(true, Source::Liaison, facts.now)
        .saw(format!("database {} MB, log {} MB", database >> 20, log >> 20))
        .saw(format!(
            "+{} MB, +{} MB",
            (licensed * PER_LICENCE) >> 20,
            (licensed * PER_LICENCE) >> 20
        ))
}
