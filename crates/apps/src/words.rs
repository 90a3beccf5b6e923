//! Findings and dependents in words, in the language of whoever asks.

use app_packages::{Finding, Severity};
use kernel::{FieldError, Language, SetupPolicyId, TeamId};

use crate::Dependents;

/// The errors among findings as fields of a problem: the place, the rule, and what to do.
pub(crate) fn fields(findings: &[Finding], language: Language) -> Vec<FieldError> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| field(finding, language)).collect()
}

fn field(finding: &Finding, language: Language) -> FieldError {
    let say = i18n::Texts::global().speak(language);
    let key = format!("packages.package-{}", finding.rule.code().replace(['.', '_'], "-"));
    let title = say.text(&key);
    let remedy = say.text(format!("{key}-remedy"));
    let detail = if finding.detail.is_empty() {
        format!("{title}. {remedy}")
    } else {
        format!("{title} ({}). {remedy}", finding.detail)
    };
    FieldError::new(finding.place.to_string(), finding.rule.code(), detail)
}

/// What depends on an app, one field each, with its name.
pub(crate) fn dependents(dependents: &Dependents, language: Language) -> Vec<FieldError> {
    let say = i18n::Texts::global().speak(language);
    let named = |key: &str, name: &str| say.with1(key, "name", name);
    let team = |(id, name): &(TeamId, String)| {
        let detail = named("apps.depends-team", name);
        FieldError::new(format!("/teams/{id}"), "app.team_depends", detail)
    };
    let policy = |(id, name): &(SetupPolicyId, String)| {
        let detail = named("apps.depends-policy", name);
        FieldError::new(format!("/setup-policies/{id}"), "app.policy_depends", detail)
    };
    let offered = dependents
        .is_offered
        .then(|| FieldError::new("/offered", "app.offer_depends", say.text("apps.depends-offer")));
    let teams = dependents.teams.iter().map(team);
    teams.chain(dependents.policies.iter().map(policy)).chain(offered).collect()
}
