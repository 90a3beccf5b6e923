//! The tenant of Microsoft 365: who administers it, what is licensed, how the add-in came there (§1.1).

use super::of_everybody;
use crate::{
    check::{Check, Class, For, Source, Step, Verdict, Who, Why},
    evidence::{Kind, powershell_switches},
    facts::{Directory, Facts, Reading},
};

const INTEGRATED: &str = "https://admin.microsoft.com/Adminportal/Home#/Settings/IntegratedApps";
const AGENTS: &str = "https://admin.microsoft.com/Adminportal/Home#/copilot/agents";

pub(super) const CHECKS: &[Check] = &[
    Check::of("M365-01", Class::Blocks, For::Both, Step::Prerequisites, Who::TenantAdministrator)
        .by(&[Source::Graph, Source::Liaison], installs_as_administrator)
        .at("/admin/users"),
    Check::of("M365-02", Class::Blocks, For::Both, Step::Prerequisites, Who::SalesAdministrator)
        .by(&[Source::Liaison], sellers_are_licensed)
        .at("/admin/licences"),
    Check::of("M365-03", Class::Blocks, For::Both, Step::Prerequisites, Who::TenantAdministrator)
        .by(&[Source::Graph], has_suite)
        .at("https://admin.microsoft.com/Adminportal/Home#/licenses"),
    Check::of("M365-04", Class::Blocks, For::Both, Step::Outlook, Who::TenantAdministrator)
        .labels(&[
            ("Agents > All agents", "Agents > Tous les agents"),
            ("Settings > Integrated apps", "Paramètres > Applications intégrées"),
            ("Deploy", "Déployer"),
            ("Accept permissions", "Accepter les autorisations"),
            ("Finish deployment", "Terminer le déploiement"),
        ])
        .at(INTEGRATED),
    Check::of("M365-05", Class::Warning, For::Both, Step::Outlook, Who::TenantAdministrator)
        .labels(&[
            ("Admin-managed", "Géré par l’administrateur"),
            ("My add-ins", "Mes compléments"),
        ])
        .at(INTEGRATED),
    Check::of("M365-06", Class::Warning, For::Both, Step::Outlook, Who::TenantAdministrator)
        .at("/admin/deployment/troubleshooting?q=24"),
    Check::of("M365-07", Class::Blocks, For::Both, Step::Outlook, Who::TenantAdministrator)
        .by(&[Source::Evidence(Kind::MailboxPolicy)], attachments_open)
        .labels(&[
            ("WacViewingOnPublicComputersEnabled", "WacViewingOnPublicComputersEnabled"),
            ("WacViewingOnPrivateComputersEnabled", "WacViewingOnPrivateComputersEnabled"),
            (
                "DirectFileAccessOnPublicComputersEnabled",
                "DirectFileAccessOnPublicComputersEnabled",
            ),
            (
                "DirectFileAccessOnPrivateComputersEnabled",
                "DirectFileAccessOnPrivateComputersEnabled",
            ),
        ])
        .at("https://admin.exchange.microsoft.com/#/owamailboxpolicy"),
    Check::of("M365-08", Class::Feature, For::Both, Step::Chat, Who::TenantAdministrator)
        .labels(&[("User access", "Accès utilisateur"), ("All users", "Tous les utilisateurs")])
        .at(AGENTS),
    Check::of("M365-09", Class::Feature, For::Both, Step::Chat, Who::TenantAdministrator)
        .at(AGENTS),
    Check::of("M365-10", Class::Warning, For::Both, Step::Outlook, Who::TenantAdministrator)
        .labels(&[("Merge both versions", "Fusionner les deux versions")])
        .at(INTEGRATED),
    Check::of("M365-11", Class::Blocks, For::Both, Step::Outlook, Who::TenantAdministrator)
        .labels(&[("Update", "Mettre à jour")])
        .at(INTEGRATED),
    Check::of("M365-12", Class::Warning, For::Both, Step::Outlook, Who::TenantAdministrator)
        .at("https://config.office.com/officeSettings"),
    Check::of("M365-13", Class::Blocks, For::Both, Step::Prerequisites, Who::TenantAdministrator)
        .by(&[Source::Graph], nobody_is_a_guest),
    Check::of(
        "M365-14",
        Class::Blocks,
        For::Salesforce,
        Step::Prerequisites,
        Who::TenantAdministrator,
    )
    .by(&[Source::Graph, Source::Liaison], somebody_administers)
    .at("/admin/users"),
];

/// What a role of the directory is called there.
const GLOBAL: &[&str] = &["Global Administrator", "Company Administrator"];
const PLATFORM: &[&str] = &["Power Platform Administrator"];

/// The members of roles, by Graph.
pub(super) fn members<'f>(facts: &'f Facts, names: &[&str]) -> Option<Vec<&'f str>> {
    let Reading::Read(directory) = &facts.graph else { return None };
    let roles = directory.roles.as_ref()?.iter();
    let wanted = roles.filter(|(role, _)| names.iter().any(|name| name.eq_ignore_ascii_case(role)));
    Some(wanted.flat_map(|(_, members)| members.iter().map(String::as_str)).collect())
}

fn installs_as_administrator(facts: &Facts) -> Verdict {
    let own = &facts.own;
    match members(facts, GLOBAL) {
        Some(members) if !own.caller_address.is_empty() => {
            let is = members.iter().any(|one| one.eq_ignore_ascii_case(&own.caller_address));
            Verdict::when(is, Source::Graph, facts.now).saw(own.caller_address.clone())
        }
        _ => Verdict::when(own.caller_administers, Source::Liaison, facts.now),
    }
}

fn sellers_are_licensed(facts: &Facts) -> Verdict {
    let sellers = &facts.own.sellers;
    if sellers.is_empty() {
        return Verdict::unknown(Why::NoSellers);
    }
    let without = sellers.iter().filter(|one| !one.licensed).map(|one| one.name.clone());
    let looked = sellers.iter().map(|one| one.address.as_str());
    of_everybody(facts, Source::Liaison, looked, without.collect())
}

/// `skuPartNumber` of the published suites: Microsoft 365 E3, E5, Business Standard and Premium, Office 365 E1, E3, E5.
const SUITES: &[&str] = &[
    "SPE_E3",
    "SPE_E5",
    "O365_BUSINESS_PREMIUM",
    "SPB",
    "STANDARDPACK",
    "ENTERPRISEPACK",
    "ENTERPRISEPREMIUM",
];

fn is_suite(product: &str) -> bool {
    let product = product.to_ascii_uppercase();
    let without_teams = product.contains("NO_TEAMS") || product.contains("W/O_TEAMS");
    let tier = ["E1", "E3", "E5", "M3", "M5", "BUSINESS_STANDARD", "BUSINESS_PREMIUM"];
    SUITES.iter().any(|suite| product == *suite || product.starts_with(&format!("{suite}_")))
        || (without_teams && tier.iter().any(|tier| product.contains(tier)))
}

fn has_suite(facts: &Facts) -> Verdict {
    let directory = match &facts.graph {
        Reading::Read(directory) => directory,
        Reading::Absent => return Verdict::unknown(Why::NotRead),
        Reading::Refused(_) => return Verdict::unknown(Why::Refused),
    };
    let Some(products) = &directory.products else { return Verdict::unknown(Why::Refused) };
    let lacking =
        directory.licences.iter().filter(|(_, held)| !held.iter().any(|one| is_suite(one)));
    let lacking: Vec<_> = lacking.map(|(address, _)| address.clone()).collect();
    if !products.iter().any(|one| is_suite(one)) {
        let told = if lacking.is_empty() { products.clone() } else { lacking };
        return Verdict::when(false, Source::Graph, facts.now).saw_all(told);
    }
    let looked = directory.licences.iter().map(|(address, _)| address.as_str());
    let verdict = of_everybody(facts, Source::Graph, looked, lacking);
    if verdict.holds == Some(true) { verdict.saw_all(products.clone()) } else { verdict }
}

/// All four switches of the policy that counts for who has no other. Who has another one is in no file: one that closes
/// something leaves it open whether sellers have it.
fn attachments_open(facts: &Facts) -> Verdict {
    let Some((policies, at)) = &facts.handed.mailboxes else {
        return Verdict::unknown(Why::NotRead);
    };
    let source = Source::Evidence(Kind::MailboxPolicy);
    // the only one there is is the one that counts, and where none says that it does, any may
    let only = policies.len() == 1 || !policies.iter().any(|policy| policy.is_default);
    let mut closed = Vec::new();
    let mut unset = Vec::new();
    for policy in policies {
        for (name, switch) in powershell_switches().iter().zip(policy.switches) {
            match switch {
                Some(true) => {}
                Some(false) if policy.is_default || only => {
                    closed.push(format!("{}: {name} = False", policy.name));
                }
                Some(false) => unset.push(format!("{}: {name} = False", policy.name)),
                None => unset.push(format!("{}: {name}", policy.name)),
            }
        }
    }
    if !closed.is_empty() {
        Verdict::when(false, source, *at).saw_all(closed)
    } else if !unset.is_empty() || policies.is_empty() {
        Verdict::unset(source, *at).saw_all(unset)
    } else {
        Verdict::when(true, source, *at).saw_all(policies.iter().map(|one| one.name.clone()))
    }
}

fn somebody_administers(facts: &Facts) -> Verdict {
    let both: Vec<_> = GLOBAL.iter().chain(PLATFORM).copied().collect();
    if let Some(members) = members(facts, &both) {
        let verdict = Verdict::when(!members.is_empty(), Source::Graph, facts.now);
        return verdict.saw_all(members);
    }
    let own = facts.own.global_administrators.iter().chain(&facts.own.platform_administrators);
    let own: Vec<_> = own.cloned().collect();
    Verdict::when(!own.is_empty(), Source::Liaison, facts.now).saw_all(own)
}

/// A seller who is a guest is told; that the cloud is the commercial one, and mail and CRM are online, somebody has to say.
fn nobody_is_a_guest(facts: &Facts) -> Verdict {
    let all = match told(facts, |directory| directory.guests.as_ref()) {
        Ok(all) => all,
        Err(verdict) => return verdict,
    };
    let guests: Vec<_> = all.iter().filter(|(_, is)| *is).map(|(who, _)| who.clone()).collect();
    if guests.is_empty() {
        return Verdict::unset(Source::Graph, facts.now).saw("userType = Member");
    }
    Verdict::when(false, Source::Graph, facts.now).saw_all(guests)
}

/// What Graph said of each seller.
fn told<'f, T>(
    facts: &'f Facts,
    list: impl Fn(&'f Directory) -> Option<&'f Vec<T>>,
) -> Result<&'f [T], Verdict> {
    let directory = match &facts.graph {
        Reading::Read(directory) => directory,
        Reading::Absent => return Err(Verdict::unknown(Why::NotRead)),
        Reading::Refused(why) => return Err(Verdict::unknown(Why::Refused).saw(why.clone())),
    };
    match list(directory) {
        None => Err(Verdict::unknown(Why::Refused)),
        Some(all) if all.is_empty() => Err(Verdict::unknown(Why::NoSellers)),
        Some(all) => Ok(all),
    }
}

/// `userPurpose` of each mailbox (Graph, mailboxSettings): `user`, or `linked` to one elsewhere.
pub(super) fn mailboxes_are_peoples(facts: &Facts) -> Verdict {
    let all = match told(facts, |directory| directory.mailboxes.as_ref()) {
        Ok(all) => all,
        Err(verdict) => return verdict,
    };
    let is_own = |purpose: &str| matches!(purpose, "user" | "linked");
    let others = all.iter().filter(|(_, purpose)| !is_own(purpose));
    let others: Vec<_> = others.map(|(who, purpose)| format!("{who}: {purpose}")).collect();
    of_everybody(facts, Source::Graph, all.iter().map(|(who, _)| who.as_str()), others)
}
