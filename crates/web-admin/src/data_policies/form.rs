//! What the form of a policy holds, and the policy that it means.

use connectors::{
    NewPolicy,
    policy::{
        ConnectorRule, DataPolicy, EndpointRule, EndpointRules, Group, Reach, Rules, Verdict,
    },
};
use jiff::Timestamp;
use kernel::{ApiConnectorId, DataPolicyId, EnvironmentId, FieldError};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{Frame, parts::filled};

/// The fields as they come; lists of one name stand side by side.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) name: String,
    reach: String,
    environment: Vec<String>,
    default_group: String,
    connector: Vec<String>,
    group: Vec<String>,
    pattern: Vec<String>,
    pattern_group: Vec<String>,
    address: Vec<String>,
    address_verdict: Vec<String>,
    /// `try` or `save`.
    act: String,
}

/// Lines of a pattern and what counts for it, in their order.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) name: &'static str,
    pub(super) choice: &'static str,
    pub(super) label: String,
    pub(super) choice_label: String,
    pub(super) placeholder: &'static str,
    pub(super) options: Vec<(&'static str, String)>,
    pub(super) lines: Vec<(String, String, Option<String>)>,
}

/// Lines that stand empty below the others, for new ones.
const SPARE: usize = 2;

impl Typed {
    pub(super) fn blank() -> Self {
        Self {
            reach: Reach::All.as_str().to_owned(),
            default_group: Group::default().as_str().to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn of(policy: &DataPolicy) -> Self {
        let rules = &policy.rules;
        let named = rules.connectors.iter().filter_map(|rule| Some((rule.connector?, rule.group)));
        let (connector, group) =
            named.map(|(id, group)| (id.to_string(), group.as_str().to_owned())).unzip();
        let patterns =
            rules.connectors.iter().filter_map(|rule| Some((rule.pattern.clone()?, rule.group)));
        let (pattern, pattern_group) =
            patterns.map(|(pattern, group)| (pattern, group.as_str().to_owned())).unzip();
        let general = rules.endpoints.iter().filter(|of| of.connector.is_none());
        let (address, address_verdict) = general
            .flat_map(|of| &of.rules)
            .map(|rule| (rule.pattern.clone(), word(rule.verdict).to_owned()))
            .unzip();
        Self {
            name: policy.name.clone(),
            reach: policy.reach.as_str().to_owned(),
            environment: policy.reach.environments().iter().map(ToString::to_string).collect(),
            default_group: rules.default_group.as_str().to_owned(),
            connector,
            group,
            pattern,
            pattern_group,
            address,
            address_verdict,
            act: String::new(),
        }
    }

    /// Whether only a dry run is wanted.
    pub(super) fn is_try(&self) -> bool {
        self.act == "try"
    }

    /// Whether addresses of connectors matter.
    pub(super) fn has_patterns(&self) -> bool {
        self.pattern.iter().any(|pattern| filled(pattern).is_some())
    }

    /// The policy that is meant; rules that this form does not show are those of `stored`.
    pub(super) fn policy(&self, stored: Option<&DataPolicy>) -> NewPolicy {
        let named = self.named().into_iter().map(|(id, group)| ConnectorRule {
            connector: Some(id),
            pattern: None,
            group,
        });
        let patterns = pairs(&self.pattern, &self.pattern_group);
        let patterns = patterns.into_iter().map(|(pattern, group)| ConnectorRule {
            connector: None,
            pattern: Some(pattern),
            group: group.parse().unwrap_or_default(),
        });
        let general = EndpointRules { connector: None, rules: self.address_rules() };
        let kept = stored.map(|policy| policy.rules.clone()).unwrap_or_default();
        let mut endpoints = vec![general];
        endpoints.retain(|of| !of.rules.is_empty());
        endpoints.extend(kept.endpoints.into_iter().filter(|of| of.connector.is_some()));
        NewPolicy {
            name: self.name.clone(),
            reach: self.reach(),
            rules: Rules {
                default_group: self.default_group.parse().unwrap_or_default(),
                connectors: named.chain(patterns).collect(),
                operations: kept.operations,
                endpoints,
            },
        }
    }

    /// The same as if it stood already, for the page.
    pub(super) fn draft(&self, stored: Option<&DataPolicy>) -> DataPolicy {
        let NewPolicy { name, reach, rules } = self.policy(stored);
        DataPolicy {
            id: stored.map_or_else(|| DataPolicyId::from(Uuid::nil()), |policy| policy.id),
            name,
            reach,
            rules,
            created_by: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn reach(&self) -> Reach {
        let ids: Vec<EnvironmentId> =
            self.environment.iter().filter_map(|id| id.parse().ok()).collect();
        Reach::of(&self.reach, ids).unwrap_or(Reach::All)
    }

    fn named(&self) -> Vec<(ApiConnectorId, Group)> {
        let pair = |(id, group): (&String, &String)| Some((id.parse().ok()?, group.parse().ok()?));
        self.connector.iter().zip(&self.group).filter_map(pair).collect()
    }

    fn address_rules(&self) -> Vec<EndpointRule> {
        address_rules(&self.address, &self.address_verdict)
    }

    pub(super) fn pattern_lines(&self, frame: &Frame, errors: &[FieldError]) -> Lines {
        let first = self.named().len();
        let groups = [Group::Business, Group::NonBusiness, Group::Blocked];
        Lines {
            name: "pattern",
            choice: "pattern_group",
            label: frame.say("governance.pattern"),
            choice_label: frame.say("governance.group"),
            placeholder: "https://*.contoso.com*",
            options: groups.map(|group| (group.as_str(), super::group_name(frame, group))).into(),
            lines: marked(pairs(&self.pattern, &self.pattern_group), |at| {
                said(frame, errors, &format!("/rules/connectors/{}/pattern", first + at))
            }),
        }
    }

    pub(super) fn address_lines(&self, frame: &Frame, errors: &[FieldError]) -> Lines {
        address_lines(frame, (&self.address, &self.address_verdict), |at| {
            said(frame, errors, &format!("/rules/endpoints/0/rules/{at}/pattern"))
        })
    }
}

/// Rules for addresses as lines of a form.
pub(super) fn address_lines(
    frame: &Frame,
    (patterns, verdicts): (&[String], &[String]),
    error: impl Fn(usize) -> Option<String>,
) -> Lines {
    let options = [Verdict::Block, Verdict::Allow].map(|verdict| {
        (word(verdict), frame.say(&format!("governance.verdict-{}", word(verdict))))
    });
    Lines {
        name: "address",
        choice: "address_verdict",
        label: frame.say("governance.address"),
        choice_label: frame.say("governance.verdict"),
        placeholder: "api.contoso.com/v2/*",
        options: options.into(),
        lines: marked(pairs(patterns, verdicts), error),
    }
}

/// What the lines mean.
pub(super) fn address_rules(patterns: &[String], verdicts: &[String]) -> Vec<EndpointRule> {
    let rule = |(pattern, verdict): (String, String)| EndpointRule {
        pattern,
        verdict: verdict_of(&verdict).unwrap_or(Verdict::Block),
    };
    pairs(patterns, verdicts).into_iter().map(rule).collect()
}

/// The sentence about what stands at a place.
pub(super) fn said(frame: &Frame, errors: &[FieldError], pointer: &str) -> Option<String> {
    let error = errors.iter().find(|error| error.pointer == pointer)?;
    Some(frame.t.rule(error.code, error.limit))
}

fn marked(
    lines: Vec<(String, String)>,
    error: impl Fn(usize) -> Option<String>,
) -> Vec<(String, String, Option<String>)> {
    let spare = std::iter::repeat_n((String::new(), String::new(), None), SPARE);
    let lines = lines.into_iter().enumerate();
    lines.map(|(at, (text, choice))| (text, choice, error(at))).chain(spare).collect()
}

/// The lines that are filled in.
fn pairs(texts: &[String], choices: &[String]) -> Vec<(String, String)> {
    let pair = |(text, choice): (&String, &String)| Some((filled(text)?, choice.clone()));
    texts.iter().zip(choices).filter_map(pair).collect()
}

/// The word of a verdict in forms.
pub(super) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "allow",
        Verdict::Block => "block",
    }
}

/// The verdict of a word; none for anything else.
pub(super) fn verdict_of(word: &str) -> Option<Verdict> {
    match word {
        "allow" => Some(Verdict::Allow),
        "block" => Some(Verdict::Block),
        _ => None,
    }
}
