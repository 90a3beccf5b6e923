//! Salesforce: who may use its interfaces, how the application is set up, what is saved (§1.4).

use super::of_everybody;
use crate::{
    check::{Check, Class, For, Source, Step, Verdict, Who, Why},
    evidence::{Application, Kind},
    facts::{Colleague, Editable, Facts, Organisation, Reading},
};

const LIVE: &[Source] = &[Source::Salesforce];
const PACKAGE: &[Source] = &[Source::Evidence(Kind::SalesforcePackage)];
const BOTH: &[Source] = &[Source::Salesforce, Source::Evidence(Kind::SalesforcePackage)];
/// Below the organisation's own address.
const APPS: &str = "salesforce:lightning/setup/ConnectedApplication/home";
const USAGE: &str = "salesforce:lightning/setup/ConnectedAppsUsage/home";
const PROFILES: &str = "salesforce:lightning/setup/EnhancedProfiles/home";

pub(super) const CHECKS: &[Check] = &[
    of("SF-01", Class::Blocks, Step::Roles)
        .by(LIVE, edition)
        .at("salesforce:lightning/setup/CompanyProfileInfo/home"),
    of("SF-02", Class::Blocks, Step::Roles)
        .by(BOTH, may_use_interfaces)
        .labels(&[
            ("Profiles", "Profils"),
            ("Administrative Permissions", "Autorisations d’administration"),
            ("API Enabled", "API activée"),
            ("Save", "Enregistrer"),
        ])
        .at(PROFILES),
    of("SF-03", Class::Blocks, Step::ConnectedApp)
        .by(BOTH, application_is_there)
        .labels(&[
            (
                "Setup > Platform Tools > Apps > Connected Apps > Managed Connected Apps",
                "Configuration > Outils de la plate-forme > Applications > Applications connectées > Applications connectées gérées",
            ),
            ("Connected Apps OAuth Usage", "Utilisation d’applications connectées OAuth"),
            ("Install", "Installer"),
            ("Microsoft Power Platform", "Microsoft Power Platform"),
        ])
        .at(APPS),
    of("SF-04", Class::Blocks, Step::ConnectedApp)
        .by(LIVE, application_is_open)
        .labels(&[
            ("Connected Apps OAuth Usage", "Utilisation d’applications connectées OAuth"),
            ("Unblock", "Débloquer"),
        ])
        .at(USAGE),
    of("SF-05", Class::Blocks, Step::ConnectedApp)
        .by(BOTH, permitted_users)
        .labels(&[
            ("Permitted Users", "Utilisateurs autorisés"),
            (
                "Admin approved users are pre-authorized",
                "Les utilisateurs approuvés par l’administrateur sont pré-autorisés",
            ),
            ("All users may self-authorize", "Tous les utilisateurs peuvent s’auto-autoriser"),
        ])
        .at(APPS),
    of("SF-06", Class::Blocks, Step::ConnectedApp)
        .by(BOTH, sellers_are_granted)
        .labels(&[("Profiles", "Profils"), ("Permission Sets", "Ensembles d’autorisations")])
        .at(APPS),
    of("SF-07", Class::Blocks, Step::ConnectedApp)
        .by(BOTH, ip_relaxation)
        .labels(&[
            ("IP Relaxation", "Relaxation IP"),
            ("Relax IP restrictions", "Relaxer les restrictions IP"),
        ])
        .at(APPS),
    of("SF-08", Class::Blocks, Step::ConnectedApp)
        .by(BOTH, refresh_tokens)
        .labels(&[
            ("Refresh Token Policy", "Stratégie de jeton d’actualisation"),
            (
                "Refresh token is valid until revoked",
                "Le jeton d’actualisation est valide jusqu’à sa révocation",
            ),
        ])
        .at(APPS),
    of("SF-09", Class::Warning, Step::ConnectedApp)
        .by(BOTH, session_timeout)
        .labels(&[
            ("Session Policies", "Politiques de session"),
            ("Timeout Value", "Valeur du délai d’expiration"),
            ("None", "Aucune"),
        ])
        .at(APPS),
    of("SF-10", Class::Warning, Step::ConnectedApp)
        .by(BOTH, assurance)
        .labels(&[("High Assurance session required", "Session à haute assurance requise")])
        .at(APPS),
    of("SF-11", Class::Blocks, Step::FirstSignIn)
        .by(&[Source::Liaison], my_domain)
        .labels(&[("My Domain", "Mon domaine")])
        .at("/admin/crm"),
    of("SF-12", Class::Feature, Step::Customise)
        .by(BOTH, stores_mail)
        .labels(&[("Enhanced Email", "E-mail amélioré")])
        .at("salesforce:lightning/setup/EnhancedEmail/home"),
    of("SF-13", Class::Feature, Step::Customise)
        .by(PACKAGE, shares_activities)
        .labels(&[("Shared Activities", "Activités partagées")])
        .at("salesforce:lightning/setup/HomeActivitiesSetupPage/home"),
    of("SF-14", Class::Feature, Step::Customise)
        .by(LIVE, fields_are_seen)
        .labels(&[
            ("Set Field-Level Security", "Définir la sécurité au niveau du champ"),
            ("Visible", "Visible"),
            ("Remove field", "Supprimer le champ"),
            ("Allow editing", "Autoriser la modification"),
        ])
        .at("salesforce:lightning/setup/ObjectManager/home"),
    of("SF-15", Class::Feature, Step::Customise).by(LIVE, types_are_edited).at(PROFILES),
    of("SF-16", Class::Feature, Step::Customise)
        .by(LIVE, records_are_edited)
        .at("salesforce:lightning/setup/SecuritySharing/home"),
    of("SF-17", Class::Feature, Step::Customise)
        .by(LIVE, works_in_lightning)
        .labels(&[("Lightning Experience User", "Utilisateur de Lightning Experience")])
        .at(PROFILES),
    of("SF-18", Class::Feature, Step::Customise).labels(&[
        ("Connectors > Agent connections", "Connecteurs > Connexions de l’agent"),
        ("Turn on access", "Activer l’accès"),
        ("Save", "Enregistrer"),
        ("Connection details", "Détails de la connexion"),
        ("Reconnect", "Se reconnecter"),
    ]),
    of("SF-19", Class::Feature, Step::Customise)
        .by(LIVE, has_integration_licence)
        .labels(&[("User Licenses", "Licences utilisateur")])
        .at("salesforce:lightning/setup/CompanyProfileInfo/home"),
    of("SF-20", Class::Warning, Step::FirstSignIn)
        .by(&[Source::Liaison], one_organisation)
        .at("/admin/crm"),
    of("SF-21", Class::Feature, Step::Roles)
        .by(BOTH, somebody_customises)
        .labels(&[
            ("Modify All Data", "Modifier toutes les données"),
            ("Manage Data Integrations", "Gérer les intégrations de données"),
        ])
        .at(PROFILES),
    of("SF-22", Class::Warning, Step::Customise)
        .by(PACKAGE, notes_are_on_layouts)
        .labels(&[("Notes and Attachments", "Notes et pièces jointes")]),
];

const fn of(id: &'static str, class: Class, step: Step) -> Check {
    Check::of(id, class, For::Salesforce, step, Who::CrmAdministrator)
}

const READ: Source = Source::Evidence(Kind::SalesforcePackage);

/// What the organisation said, or why it did not.
fn live(facts: &Facts) -> Result<&Organisation, Verdict> {
    match &facts.salesforce {
        Reading::Read(organisation) => Ok(organisation),
        Reading::Absent => Err(Verdict::unknown(Why::NotRead)),
        Reading::Refused(why) => Err(Verdict::unknown(Why::Refused).saw(why.clone())),
    }
}

/// Our application in the package: by its consumer key, by its name, or the only one that there is, unless its key is
/// another's.
fn own_application(facts: &Facts) -> Option<(&Application, jiff::Timestamp)> {
    let (package, at) = facts.handed.package.as_ref()?;
    let all = &package.applications;
    let key = |one: &&Application| {
        one.consumer_key.as_ref().is_some_and(|key| facts.consumer_keys.contains(key))
    };
    let found = all
        .iter()
        .find(key)
        .or_else(|| all.iter().find(|one| is_ours(&one.name, one.label.as_ref())));
    let others = |one: &Application| one.consumer_key.is_some() && !facts.consumer_keys.is_empty();
    let found = found.or(match all.as_slice() {
        [one] if !others(one) => Some(one),
        _ => None,
    });
    Some((found?, *at))
}

fn is_called(one: &Application, name: &str) -> bool {
    one.name.to_lowercase().contains(name)
        || one.label.as_ref().is_some_and(|label| label.to_lowercase().contains(name))
}

/// The hub's own name, and those under which the published products stand there.
fn is_ours(name: &str, label: Option<&String>) -> bool {
    let known = ["liaison", "microsoft power platform", "m365 copilot sales"];
    let texts =
        [name.to_lowercase().replace('_', " "), label.cloned().unwrap_or_default().to_lowercase()];
    texts.iter().any(|text| known.iter().any(|known| text.contains(known)))
}

/// Our application as the organisation tells of it: by the hub's own name first.
fn live_application(facts: &Facts) -> Option<&Application> {
    let Reading::Read(organisation) = &facts.salesforce else { return None };
    let mut known = organisation.applications.iter();
    let own = known.clone().find(|one| is_called(one, "liaison"));
    own.or_else(|| known.find(|one| is_ours(&one.name, one.label.as_ref())))
}

/// A verdict on our application: as the organisation tells of it, where it does, else as it is in the package. The test
/// is told which, for what is not in a package is not set, and what the organisation leaves out it may not tell.
fn of_application(
    facts: &Facts,
    test: impl Fn(&Application, bool) -> (Option<bool>, String),
) -> Verdict {
    if let Some(found) = live_application(facts)
        && let (Some(holds), seen) = test(found, true)
    {
        let verdict = Verdict::when(holds, Source::Salesforce, facts.now);
        return verdict.saw(format!("{}: {seen}", found.name));
    }
    let Some((found, at)) = own_application(facts) else {
        return match (&facts.handed.package, &facts.salesforce) {
            (Some(_), _) => Verdict::unknown(Why::Unset),
            (None, Reading::Refused(why)) => Verdict::unknown(Why::Refused).saw(why.clone()),
            (None, Reading::Read(_)) => match live_application(facts) {
                Some(found) => {
                    Verdict::unset(Source::Salesforce, facts.now).saw(found.name.clone())
                }
                None => Verdict::unknown(Why::Refused),
            },
            (None, Reading::Absent) => Verdict::unknown(Why::NotRead),
        };
    };
    let (holds, seen) = test(found, false);
    let verdict = match holds {
        Some(holds) => Verdict::when(holds, READ, at),
        None => Verdict::unset(READ, at),
    };
    verdict.saw(format!("{}: {seen}", found.name))
}

/// Professional and above; those below have no interfaces.
fn edition(facts: &Facts) -> Verdict {
    let organisation = match live(facts) {
        Ok(organisation) => organisation,
        Err(verdict) => return verdict,
    };
    let Some(edition) = &organisation.edition else { return Verdict::unknown(Why::Refused) };
    let has = |words: &[&str]| words.iter().any(|word| edition.to_lowercase().contains(word));
    let good = ["professional", "enterprise", "unlimited", "performance", "developer"];
    let bad = ["group", "contact manager", "base", "team", "personal", "essentials", "starter"];
    let verdict = if has(&good) {
        Verdict::when(true, Source::Salesforce, facts.now)
    } else if has(&bad) {
        Verdict::when(false, Source::Salesforce, facts.now)
    } else {
        Verdict::unset(Source::Salesforce, facts.now)
    };
    verdict.saw(edition.clone())
}

fn may_use_interfaces(facts: &Facts) -> Verdict {
    match &facts.salesforce {
        Reading::Read(organisation) => {
            if let Some(users) = &organisation.users {
                if users.is_empty() {
                    return Verdict::unknown(Why::NoSellers);
                }
                let without = users.iter().filter(|one| !one.may);
                let without: Vec<_> =
                    without.map(|one| format!("{} ({})", one.address, one.profile)).collect();
                let looked = users.iter().map(|one| one.address.as_str());
                let verdict = of_everybody(facts, Source::Salesforce, looked, without);
                return if verdict.holds == Some(true) {
                    verdict.saw_all(users.iter().map(|one| one.address.clone()))
                } else {
                    verdict
                };
            }
        }
        // the organisation says it of who asks, in so many words
        Reading::Refused(code) if code.starts_with("crm.api_disabled") => {
            let verdict = Verdict::when(false, Source::Salesforce, facts.now);
            return verdict.saw(facts.own.caller_address.clone());
        }
        _ => {}
    }
    let Some((package, at)) = &facts.handed.package else { return Verdict::unknown(Why::NotRead) };
    let profiles: Vec<_> = package.grants.iter().filter(|one| one.profile).collect();
    let without: Vec<_> =
        profiles.iter().filter(|one| !one.api).map(|one| one.name.clone()).collect();
    let sets = package.grants.iter().any(|one| !one.profile && one.api);
    if profiles.is_empty() {
        Verdict::unset(READ, *at)
    } else if without.is_empty() {
        Verdict::when(true, READ, *at).saw_all(profiles.iter().map(|one| one.name.clone()))
    } else if without.len() == profiles.len() && !sets {
        Verdict::when(false, READ, *at).saw_all(without)
    } else {
        // which of them sellers have is not in the package
        Verdict::unset(READ, *at).saw_all(without)
    }
}

fn application_is_there(facts: &Facts) -> Verdict {
    if let Some((found, at)) = own_application(facts) {
        return Verdict::when(true, READ, at).saw(found.name.clone());
    }
    match &facts.salesforce {
        // whoever asks has signed in through it
        Reading::Read(_) => Verdict::when(true, Source::Salesforce, facts.now),
        Reading::Refused(code) => Verdict::unknown(Why::Refused).saw(code.clone()),
        Reading::Absent => Verdict::unknown(Why::NotRead),
    }
}

/// A row of the list of usage vanishes when it is unblocked, and comes back with the next sign-in: that it is not there
/// says nothing, and a sign-in that went through says all.
fn application_is_open(facts: &Facts) -> Verdict {
    match live(facts) {
        Ok(_) => Verdict::when(true, Source::Salesforce, facts.now),
        Err(verdict) => verdict,
    }
}

fn permitted_users(facts: &Facts) -> Verdict {
    of_application(facts, |one, _| match one.pre_authorized {
        Some(true) => (Some(true), "AdminApprovedPreAuthorized".to_owned()),
        Some(false) => (Some(true), "AllSelfAuthorized".to_owned()),
        None => (None, String::new()),
    })
}

/// Where only pre-authorised users may, every seller has one of the profiles or permission sets that are named.
fn sellers_are_granted(facts: &Facts) -> Verdict {
    let users = match &facts.salesforce {
        Reading::Read(organisation) => organisation.users.as_deref().unwrap_or_default(),
        _ => &[],
    };
    of_application(facts, |one, _| {
        let shown = one.granted_to.join(", ");
        let named = |name: &String| one.granted_to.contains(name);
        match one.pre_authorized {
            Some(false) => (Some(true), "AllSelfAuthorized".to_owned()),
            Some(true) if one.granted_to.is_empty() => (Some(false), "-".to_owned()),
            Some(true) if !users.is_empty() => {
                let is_granted =
                    |one: &&Colleague| named(&one.profile) || one.sets.iter().flatten().any(named);
                let without: Vec<_> = users.iter().filter(|one| !is_granted(one)).collect();
                let left = facts.own.unlooked(users.iter().map(|one| one.address.as_str()));
                if without.is_empty() && !left.is_empty() {
                    (None, left.join(", "))
                } else if without.is_empty() {
                    (Some(true), shown)
                } else if without.iter().all(|one| one.sets.is_some()) {
                    let who =
                        without.iter().map(|one| format!("{} ({})", one.address, one.profile));
                    (Some(false), who.collect::<Vec<_>>().join(", "))
                } else {
                    // who has another profile may have a permission set, which cannot be seen
                    (None, shown)
                }
            }
            _ => (None, shown),
        }
    })
}

/// A value of a list against the good one; `infinite` and `Infinite`, `BYPASS` and `Bypass` are the same.
fn is(value: Option<&String>, good: &str) -> (Option<bool>, String) {
    let holds = value.map(|word| word.eq_ignore_ascii_case(good));
    (holds, value.cloned().unwrap_or_default())
}

fn ip_relaxation(facts: &Facts) -> Verdict {
    of_application(facts, |one, _| is(one.ip.as_ref(), "bypass"))
}

fn refresh_tokens(facts: &Facts) -> Verdict {
    of_application(facts, |one, _| is(one.refresh.as_ref(), "infinite"))
}

fn session_timeout(facts: &Facts) -> Verdict {
    of_application(facts, |one, live| {
        if live && one.session_minutes.is_none() {
            return (None, String::new());
        }
        let value = one.session_minutes.as_deref().unwrap_or("0");
        (Some(matches!(value, "0" | "" | "None")), format!("{value} min"))
    })
}

fn assurance(facts: &Facts) -> Verdict {
    of_application(facts, |one, live| {
        if live && one.session_level.is_none() {
            return (None, String::new());
        }
        let value = one.session_level.as_deref().unwrap_or("STANDARD");
        (Some(!value.eq_ignore_ascii_case("high_assurance")), value.to_owned())
    })
}

/// `*.my.salesforce.com`: at the doors that all share, people of an organisation with its own domain are not let in.
fn my_domain(facts: &Facts) -> Verdict {
    let hosts = &facts.own.salesforce_hosts;
    if hosts.is_empty() {
        return Verdict::unknown(Why::Unset);
    }
    let holds = hosts
        .iter()
        .all(|host| host.strip_suffix(".my.salesforce.com").is_some_and(|name| !name.is_empty()));
    Verdict::when(holds, Source::Liaison, facts.now).saw_all(hosts.clone())
}

fn stores_mail(facts: &Facts) -> Verdict {
    if let Some((package, at)) = &facts.handed.package
        && let Some(on) = package.enhanced_email
    {
        return Verdict::when(on, READ, *at).saw(format!("enableEnhancedEmailEnabled = {on}"));
    }
    match live(facts) {
        Ok(Organisation { stores_mail: Some(may), .. }) => {
            Verdict::when(*may, Source::Salesforce, facts.now).saw("EmailMessage")
        }
        Ok(_) => Verdict::unknown(Why::Refused),
        Err(verdict) => verdict,
    }
}

fn shares_activities(facts: &Facts) -> Verdict {
    match &facts.handed.package {
        None => Verdict::unknown(Why::NotRead),
        Some((package, at)) => match package.shared_activities {
            Some(on) => Verdict::when(on, READ, *at),
            None => Verdict::unset(READ, *at),
        },
    }
}

/// One of them at least is free.
fn has_integration_licence(facts: &Facts) -> Verdict {
    match live(facts) {
        Ok(Organisation { integration: Some((all, used)), .. }) => {
            let verdict = Verdict::when(used < all, Source::Salesforce, facts.now);
            verdict.saw(format!("Salesforce Integration: {used}/{all}"))
        }
        Ok(_) => Verdict::unknown(Why::Refused),
        Err(verdict) => verdict,
    }
}

fn one_organisation(facts: &Facts) -> Verdict {
    let mut hosts = facts.own.salesforce_hosts.clone();
    kernel::sort(&mut hosts);
    hosts.dedup();
    if hosts.is_empty() {
        return Verdict::unknown(Why::Unset);
    }
    Verdict::when(hosts.len() == 1, Source::Liaison, facts.now).saw_all(hosts)
}

/// On a profile: a permission set is not enough.
fn somebody_customises(facts: &Facts) -> Verdict {
    if let Reading::Read(Organisation { customisers: Some(profiles), .. }) = &facts.salesforce {
        let verdict = Verdict::when(!profiles.is_empty(), Source::Salesforce, facts.now);
        return verdict.saw_all(profiles.clone());
    }
    let Some((package, at)) = &facts.handed.package else { return Verdict::unknown(Why::NotRead) };
    let profiles = package.grants.iter().filter(|one| one.profile);
    let good: Vec<_> =
        profiles.clone().filter(|one| one.customises).map(|one| one.name.clone()).collect();
    if !good.is_empty() {
        return Verdict::when(true, READ, *at).saw_all(good);
    }
    let on_set = package.grants.iter().filter(|one| !one.profile && one.customises);
    let on_set: Vec<_> = on_set.map(|one| one.name.clone()).collect();
    if !on_set.is_empty() {
        return Verdict::when(false, READ, *at).saw_all(on_set);
    }
    // profiles that are not in the package may have it
    Verdict::unset(READ, *at)
}

/// A verdict on each seller who is there.
fn of_sellers<'f, T>(
    facts: &'f Facts,
    told: impl Fn(&'f Organisation) -> Option<T>,
    judge: impl Fn(T) -> Verdict,
) -> Verdict {
    let organisation = match live(facts) {
        Ok(organisation) => organisation,
        Err(verdict) => return verdict,
    };
    if organisation.users.as_ref().is_some_and(Vec::is_empty) {
        return Verdict::unknown(Why::NoSellers);
    }
    told(organisation).map_or_else(|| Verdict::unknown(Why::Refused), judge)
}

/// Who was looked at.
fn found(facts: &Facts) -> impl Iterator<Item = &str> {
    let users = live(facts).ok().and_then(|found| found.users.as_deref()).unwrap_or_default();
    users.iter().map(|one| one.address.as_str())
}

fn none_of(facts: &Facts, bad: &[String]) -> Verdict {
    of_everybody(facts, Source::Salesforce, found(facts), bad.to_vec())
}

fn fields_are_seen(facts: &Facts) -> Verdict {
    of_sellers(facts, |found| found.rights.fields.as_ref(), |bad| none_of(facts, bad))
}

fn types_are_edited(facts: &Facts) -> Verdict {
    of_sellers(facts, |found| found.rights.types.as_ref(), |bad| none_of(facts, bad))
}

fn works_in_lightning(facts: &Facts) -> Verdict {
    of_sellers(facts, |found| found.rights.classic.as_ref(), |bad| none_of(facts, bad))
}

/// Who may not change what is their own cannot work; whether somebody should change what is another's, nobody can tell.
fn records_are_edited(facts: &Facts) -> Verdict {
    let judged = |all: &Vec<Editable>| {
        let locked = all.iter().filter(|one| one.own_locked > 0);
        let locked: Vec<_> =
            locked.map(|one| format!("{}: {} ({})", one.who, one.table, one.own_locked)).collect();
        if !locked.is_empty() {
            return Verdict::when(false, Source::Salesforce, facts.now).saw_all(locked);
        }
        let seen =
            all.iter().map(|one| format!("{}: {} {}/{}", one.who, one.table, one.may, one.of));
        if all.iter().any(|one| one.of > 0) && all.iter().all(|one| one.may == one.of) {
            let tried = all.iter().map(|one| one.who.as_str());
            let verdict = of_everybody(facts, Source::Salesforce, tried, Vec::new());
            return if verdict.holds == Some(true) { verdict.saw_all(seen) } else { verdict };
        }
        Verdict::unset(Source::Salesforce, facts.now).saw_all(seen)
    };
    of_sellers(facts, |found| found.rights.records.as_ref(), judged)
}

/// On every layout of accounts, contacts and opportunities that is in the package.
fn notes_are_on_layouts(facts: &Facts) -> Verdict {
    let Some((package, at)) = &facts.handed.package else { return Verdict::unknown(Why::NotRead) };
    if package.layouts.is_empty() {
        return Verdict::unset(READ, *at);
    }
    let without = package.layouts.iter().filter(|layout| !layout.notes);
    let without: Vec<_> = without.map(|layout| layout.name.clone()).collect();
    Verdict::when(without.is_empty(), READ, *at).saw_all(without)
}
