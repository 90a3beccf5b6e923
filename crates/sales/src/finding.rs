//! What is found when a connector is held against the contract.

use openapi::Severity;

use crate::Point;

/// A rule, V1 to V14 of the contract, each case of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// No operation is found by its description.
    V1None,
    /// A description is nearly that of a point.
    V1Near,
    /// A description is found after normalising only.
    V2Inexact,
    /// An operation is found by its identifier, as of old.
    V3Identifier,
    /// The method is another one.
    V4Method,
    /// Two inputs of an operation have the same description.
    V5Twice,
    /// An optional input is found by its name alone.
    V6Name,
    /// An optional input is never sent, because nobody knows what it is.
    V6Unsent,
    /// An optional input is never sent, because its type is another one.
    V6Type,
    /// A required input is missing.
    V7Missing,
    /// A required input has another type.
    V7Type,
    /// There is a required input that no surface knows.
    V8Beyond,
    /// An input that surfaces do not always know is required.
    V8Optional,
    /// The name is reserved.
    V9Reserved,
    /// The answer has no list called `value`.
    V10Value,
    /// The items lack a required output.
    V10Missing,
    /// A required output is found by its name alone.
    V10Name,
    /// Two operations are for one point.
    V11Twice,
    /// The sign-in is not OAuth 2.0 with Microsoft Entra ID.
    V12Security,
    /// The definition is not Swagger 2.0.
    V13Specification,
    /// The definition is too large.
    V13Size,
    /// There are too many operations.
    V13Operations,
    /// Two operations have one identifier.
    V13Identifier,
    /// What the action says of an operation hides it from its surface.
    V14Hidden,
    /// The action always sends the same value for an input that surfaces give.
    V14Fixed,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 25] = [
        Self::V1None,
        Self::V1Near,
        Self::V2Inexact,
        Self::V3Identifier,
        Self::V4Method,
        Self::V5Twice,
        Self::V6Name,
        Self::V6Unsent,
        Self::V6Type,
        Self::V7Missing,
        Self::V7Type,
        Self::V8Beyond,
        Self::V8Optional,
        Self::V9Reserved,
        Self::V10Value,
        Self::V10Missing,
        Self::V10Name,
        Self::V11Twice,
        Self::V12Security,
        Self::V13Specification,
        Self::V13Size,
        Self::V13Operations,
        Self::V13Identifier,
        Self::V14Hidden,
        Self::V14Fixed,
    ];

    /// The stable name: the check of the contract and the case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::V1None => "v1.none",
            Self::V1Near => "v1.near",
            Self::V2Inexact => "v2.inexact",
            Self::V3Identifier => "v3.identifier",
            Self::V4Method => "v4.method",
            Self::V5Twice => "v5.twice",
            Self::V6Name => "v6.name",
            Self::V6Unsent => "v6.unsent",
            Self::V6Type => "v6.type",
            Self::V7Missing => "v7.missing",
            Self::V7Type => "v7.type",
            Self::V8Beyond => "v8.beyond",
            Self::V8Optional => "v8.optional",
            Self::V9Reserved => "v9.reserved",
            Self::V10Value => "v10.value",
            Self::V10Missing => "v10.missing",
            Self::V10Name => "v10.name",
            Self::V11Twice => "v11.twice",
            Self::V12Security => "v12.security",
            Self::V13Specification => "v13.specification",
            Self::V13Size => "v13.size",
            Self::V13Operations => "v13.operations",
            Self::V13Identifier => "v13.identifier",
            Self::V14Hidden => "v14.hidden",
            Self::V14Fixed => "v14.fixed",
        }
    }

    /// The check of the contract, such as `V7`.
    pub fn check(self) -> String {
        self.code().split('.').next().unwrap_or_default().to_ascii_uppercase()
    }

    /// How much it matters: an error keeps the surface from calling the operation.
    pub const fn severity(self) -> Severity {
        match self {
            Self::V4Method
            | Self::V7Missing
            | Self::V7Type
            | Self::V8Beyond
            | Self::V9Reserved
            | Self::V10Value
            | Self::V10Missing
            | Self::V13Identifier => Severity::Error,
            Self::V1None
            | Self::V1Near
            | Self::V3Identifier
            | Self::V5Twice
            | Self::V6Type
            | Self::V8Optional
            | Self::V11Twice
            | Self::V12Security
            | Self::V13Specification
            | Self::V13Size
            | Self::V13Operations
            | Self::V14Hidden
            | Self::V14Fixed => Severity::Warning,
            Self::V2Inexact | Self::V6Name | Self::V6Unsent | Self::V10Name => Severity::Info,
        }
    }

    /// The key of the text for people in `sales.ftl`.
    pub fn text_key(self) -> String {
        format!("sales.rule-{}", self.code().replace('.', "-"))
    }

    /// The key of the text that says what to do.
    pub fn remedy_key(self) -> String {
        format!("{}-remedy", self.text_key())
    }
}

/// In what something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The definition of the connector.
    Definition,
    /// Its properties file.
    Properties,
    /// The action.
    Action,
}

impl Part {
    /// The name in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Properties => "properties",
            Self::Action => "action",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// In what.
    pub part: Part,
    /// RFC 6901 pointer into it.
    pub pointer: String,
    /// The operation, where it is about one.
    pub operation: Option<String>,
    /// The point, where it is about one.
    pub point: Option<Point>,
    /// What the texts name: placeholder and value.
    pub args: Vec<(&'static str, String)>,
}

impl Finding {
    pub(crate) fn new(rule: Rule, pointer: impl Into<String>) -> Self {
        Self {
            rule,
            part: Part::Definition,
            pointer: pointer.into(),
            operation: None,
            point: None,
            args: Vec::new(),
        }
    }

    pub(crate) fn of(mut self, operation: &str, point: Option<Point>) -> Self {
        self.operation = Some(short(operation));
        self.point = point;
        self
    }

    pub(crate) const fn in_part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.args.push((name, short(value)));
        self
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// What a maker wrote, as far as a finding repeats it.
fn short(value: &str) -> String {
    let mut out: String = value.chars().filter(|c| !c.is_control()).take(MAX_ARGUMENT).collect();
    if value.chars().nth(MAX_ARGUMENT).is_some() {
        out.push('…');
    }
    out
}

/// Characters of an argument; the strings of the contract fit.
const MAX_ARGUMENT: usize = 300;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_check_of_the_contract_has_a_rule() {
        let checks: BTreeSet<String> = Rule::ALL.into_iter().map(Rule::check).collect();
        let wanted: BTreeSet<String> = (1..=14).map(|number| format!("V{number}")).collect();
        assert_eq!(checks, wanted);
    }
}
