//! Data policies: which connectors may be used together, and which operations and addresses may be called.
//!
//! Every policy that reaches an environment applies there, and the strictest answer counts: a policy for some
//! environments cannot open what one for the whole organisation closes. When several forbid the same thing, the
//! policy for the whole organisation is named. Evaluation is a plain function over rules.

use std::str::FromStr;

use jiff::Timestamp;
use kernel::{ApiConnectorId, DataPolicyId, EnvironmentId, UserId};
use serde::{Deserialize, Serialize};
use url::Url;

/// A group of connectors. Those of `business` and those of `non_business` are not used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// For data of the business.
    Business,
    /// For other data; where connectors are unless a policy says otherwise.
    #[default]
    NonBusiness,
    /// Not to be used.
    Blocked,
}

impl Group {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::NonBusiness => "non_business",
            Self::Blocked => "blocked",
        }
    }
}

/// What a rule says of an operation or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be called.
    #[default]
    Allow,
    /// It may not.
    Block,
}

/// Which group a connector, or every connector with such an address, is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorRule {
    /// One connector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<ApiConnectorId>,
    /// Connectors whose address fits, such as `https://*.contoso.com*`; the first that fits counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The group.
    pub group: Group,
}

/// What may be called of one connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationRules {
    /// The connector.
    pub connector: ApiConnectorId,
    /// What counts for operations without a rule, new ones too.
    #[serde(default)]
    pub default: Verdict,
    /// Operations by their operationId.
    #[serde(default)]
    pub rules: Vec<OperationRule>,
}

/// What counts for one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationRule {
    /// The operationId.
    pub operation: String,
    /// What counts.
    pub verdict: Verdict,
}

/// Which addresses may be called, by one connector or by all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointRules {
    /// The connector; all of them unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<ApiConnectorId>,
    /// In order; the first that fits counts. An address that none fits may be called.
    pub rules: Vec<EndpointRule>,
}

/// What counts for addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointRule {
    /// A host, a host with a path, or a whole address; `*` stands for any text.
    pub pattern: String,
    /// What counts.
    pub verdict: Verdict,
}

/// Everything that a policy says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Where connectors are that no rule names.
    pub default_group: Group,
    /// Groups of connectors.
    pub connectors: Vec<ConnectorRule>,
    /// Rules for operations.
    pub operations: Vec<OperationRules>,
    /// Rules for addresses.
    pub endpoints: Vec<EndpointRules>,
}

/// Where a policy applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// In every environment.
    All,
    /// In these.
    Only(Vec<EnvironmentId>),
    /// In every other one.
    Except(Vec<EnvironmentId>),
}

impl Reach {
    /// The name in the interface and in the database.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Only(_) => "only",
            Self::Except(_) => "except",
        }
    }

    /// The environments that are named.
    pub fn environments(&self) -> &[EnvironmentId] {
        match self {
            Self::All => &[],
            Self::Only(list) | Self::Except(list) => list,
        }
    }

    /// A reach by its name.
    pub fn of(name: &str, environments: Vec<EnvironmentId>) -> Option<Self> {
        match name {
            "all" => Some(Self::All),
            "only" => Some(Self::Only(environments)),
            "except" => Some(Self::Except(environments)),
            _ => None,
        }
    }

    /// Whether the environment is reached.
    pub fn covers(&self, environment: EnvironmentId) -> bool {
        match self {
            Self::All => true,
            Self::Only(list) => list.contains(&environment),
            Self::Except(list) => !list.contains(&environment),
        }
    }

    /// Whether it is meant for the whole organisation.
    const fn is_wide(&self) -> bool {
        !matches!(self, Self::Only(_))
    }
}

/// A data policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPolicy {
    /// The identifier.
    pub id: DataPolicyId,
    /// The name; no two policies of a tenant have the same, whatever the case.
    pub name: String,
    /// Where it applies.
    pub reach: Reach,
    /// What it says.
    pub rules: Rules,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A connector as policies look at it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The connector.
    pub connector: ApiConnectorId,
    /// The address in its definition.
    pub address: &'a str,
}

/// Why a policy forbids something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The connector is blocked.
    Connector,
    /// The operation is.
    Operation,
    /// The address is.
    Endpoint,
    /// Connectors of different groups would be used together.
    Mixed,
}

impl Ground {
    /// The code of the finding.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connector => "data_policy.connector_blocked",
            Self::Operation => "data_policy.operation_blocked",
            Self::Endpoint => "data_policy.endpoint_blocked",
            Self::Mixed => "data_policy.groups_mixed",
        }
    }

    pub(crate) fn read(code: &str) -> Option<Self> {
        [Self::Connector, Self::Operation, Self::Endpoint, Self::Mixed]
            .into_iter()
            .find(|ground| ground.code() == code)
    }
}

/// What a policy forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The policy.
    pub policy: DataPolicyId,
    /// Its name.
    pub name: String,
    /// Why.
    pub ground: Ground,
}

impl DataPolicy {
    /// The group of a connector.
    pub fn group_of(&self, subject: Subject<'_>) -> Group {
        let named = |rule: &&ConnectorRule| rule.connector == Some(subject.connector);
        let fits = |rule: &&ConnectorRule| {
            rule.pattern.as_deref().is_some_and(|pattern| glob(pattern, subject.address))
        };
        let rules = &self.rules.connectors;
        let rule = rules.iter().find(named).or_else(|| rules.iter().find(fits));
        rule.map_or(self.rules.default_group, |rule| rule.group)
    }

    /// The pattern that decides over connectors with this address that no rule names.
    pub fn pattern_of(&self, address: &str) -> Option<&str> {
        let patterns = self.rules.connectors.iter().filter_map(|rule| rule.pattern.as_deref());
        patterns.into_iter().find(|pattern| glob(pattern, address))
    }

    fn blocks_operation(&self, connector: ApiConnectorId, operation: &str) -> bool {
        self.rules.operations.iter().filter(|rules| rules.connector == connector).any(|rules| {
            let rule = rules.rules.iter().find(|rule| rule.operation == operation);
            rule.map_or(rules.default, |rule| rule.verdict) == Verdict::Block
        })
    }

    fn blocks_endpoint(&self, connector: ApiConnectorId, url: &Url) -> bool {
        let reaches = |rules: &&EndpointRules| rules.connector.is_none_or(|id| id == connector);
        self.rules.endpoints.iter().filter(reaches).any(|rules| {
            let first = rules.rules.iter().find(|rule| fits_url(&rule.pattern, url));
            first.is_some_and(|rule| rule.verdict == Verdict::Block)
        })
    }

    fn violation(&self, ground: Ground) -> Violation {
        Violation { policy: self.id, name: self.name.clone(), ground }
    }
}

/// Every policy of a tenant, in the order in which they are asked.
#[derive(Debug, Clone, Default)]
pub struct Policies(Vec<DataPolicy>);

impl Policies {
    /// The policies; those for the whole organisation are asked first.
    pub fn new(mut all: Vec<DataPolicy>) -> Self {
        kernel::sort_by_key(&mut all, |policy| {
            (!policy.reach.is_wide(), policy.created_at, policy.id)
        });
        Self(all)
    }

    fn of(&self, environment: EnvironmentId) -> impl Iterator<Item = &DataPolicy> {
        self.0.iter().filter(move |policy| policy.reach.covers(environment))
    }

    /// Whether there is none for the environment, so that nothing has to be asked.
    pub fn is_free(&self, environment: EnvironmentId) -> bool {
        self.of(environment).next().is_none()
    }

    /// What forbids a connector, or one of its operations.
    pub fn judge(
        &self,
        environment: EnvironmentId,
        subject: Subject<'_>,
        operation: Option<&str>,
    ) -> Option<Violation> {
        self.of(environment).find_map(|policy| {
            if policy.group_of(subject) == Group::Blocked {
                return Some(policy.violation(Ground::Connector));
            }
            let operation = operation?;
            policy
                .blocks_operation(subject.connector, operation)
                .then(|| policy.violation(Ground::Operation))
        })
    }

    /// What forbids a connector to call an address.
    pub fn judge_address(
        &self,
        environment: EnvironmentId,
        connector: ApiConnectorId,
        url: &Url,
    ) -> Option<Violation> {
        let mut all = self.of(environment);
        let policy = all.find(|policy| policy.blocks_endpoint(connector, url))?;
        Some(policy.violation(Ground::Endpoint))
    }

    /// What forbids several connectors to be used together, as in one action.
    pub fn judge_together(
        &self,
        environment: EnvironmentId,
        subjects: &[Subject<'_>],
    ) -> Option<Violation> {
        self.of(environment).find_map(|policy| {
            let mut groups = subjects.iter().map(|subject| policy.group_of(*subject));
            let first = groups.next()?;
            if subjects.iter().any(|subject| policy.group_of(*subject) == Group::Blocked) {
                return Some(policy.violation(Ground::Connector));
            }
            groups.any(|group| group != first).then(|| policy.violation(Ground::Mixed))
        })
    }
}

/// Whether an address fits a pattern: with a scheme against the whole of it, else from the host on.
fn fits_url(pattern: &str, url: &Url) -> bool {
    let whole = url.as_str();
    let whole = whole.split(['?', '#']).next().unwrap_or(whole);
    let plain = pattern.trim().trim_end_matches('/');
    if plain.contains("://") {
        return glob(plain, whole) || glob(&format!("{plain}/*"), whole);
    }
    let rest = whole.split_once("://").map_or(whole, |(_, rest)| rest);
    if plain.contains('/') {
        return glob(plain, rest) || glob(&format!("{plain}/*"), rest);
    }
    // A host alone; its port only counts where the pattern names one.
    let authority = rest.split('/').next().unwrap_or(rest);
    glob(plain, authority) || url.host_str().is_some_and(|host| glob(plain, host))
}

/// Whether `text` fits `pattern`, in which `*` stands for any text; without regard to case.
///
/// Goes back at most to the last star, so its work is bounded by the product of both lengths, and patterns have
/// at most [`MAX_PATTERN`] characters.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let lower = |text: &str| text.trim().to_lowercase().chars().collect::<Vec<_>>();
    let (pattern, text) = (lower(pattern), lower(text));
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(c) if text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                p = after;
                t = from + 1;
            }
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

impl FromStr for Group {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Business, Self::NonBusiness, Self::Blocked];
        all.into_iter().find(|group| group.as_str() == text).ok_or(())
    }
}

/// Characters of a pattern; our own choice.
pub const MAX_PATTERN: usize = 300;
/// Rules of one kind in one policy; our own choice.
pub const MAX_RULES: usize = 2_000;

#[cfg(test)]
mod tests;
