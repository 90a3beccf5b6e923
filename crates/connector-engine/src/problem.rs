//! Why no request is sent, or why an answer is none.

use std::fmt;

/// What is wrong, as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The definition has no operation of this id.
    OperationUnknown,
    /// A script that cannot run here handles the operation.
    OperationScripted,
    /// A policy template that nobody knows governs the operation.
    PolicyUnknown,
    /// A policy lacks a parameter or holds one that makes no sense.
    PolicyInvalid,
    /// A required value was not given and has no default.
    InputMissing,
    /// A value is of another kind than declared.
    InputKind,
    /// A value holds characters that may not stand there, such as line ends in a header.
    InputCharacters,
    /// A value would lead out of its place in the path.
    InputPath,
    /// A value is larger than the limits allow.
    InputTooLarge,
    /// The connection lacks a parameter that the address or a policy needs.
    ConnectionParameter,
    /// The connection names a set of parameters that the connector does not have.
    ConnectionSet,
    /// An expression uses a function that nobody knows.
    ExpressionUnknown,
    /// An expression reads a header or query parameter that is not there.
    ExpressionMissing,
    /// A property on the way of an expression is missing or null.
    ExpressionNull,
    /// The address that the policies and the connection yield is none.
    AddressInvalid,
    /// A value of the connection would change the host that it is only a part of.
    AddressEscaped,
    /// A look-up that a policy makes failed or found nothing.
    LookupFailed,
    /// There are more exchanges than the limits allow.
    ExchangesTooMany,
}

impl Reason {
    /// Every reason, for those who list or translate them.
    pub const ALL: [Self; 18] = [
        Self::OperationUnknown,
        Self::OperationScripted,
        Self::PolicyUnknown,
        Self::PolicyInvalid,
        Self::InputMissing,
        Self::InputKind,
        Self::InputCharacters,
        Self::InputPath,
        Self::InputTooLarge,
        Self::ConnectionParameter,
        Self::ConnectionSet,
        Self::ExpressionUnknown,
        Self::ExpressionMissing,
        Self::ExpressionNull,
        Self::AddressInvalid,
        Self::AddressEscaped,
        Self::LookupFailed,
        Self::ExchangesTooMany,
    ];

    /// The code that callers compare.
    pub fn code(self) -> &'static str {
        match self {
            Self::OperationUnknown => "operation.unknown",
            Self::OperationScripted => "operation.scripted",
            Self::PolicyUnknown => "operation.policy_unknown",
            Self::PolicyInvalid => "operation.policy_invalid",
            Self::InputMissing => "input.missing",
            Self::InputKind => "input.kind",
            Self::InputCharacters => "input.characters",
            Self::InputPath => "input.path",
            Self::InputTooLarge => "input.too_large",
            Self::ConnectionParameter => "connection.parameter_missing",
            Self::ConnectionSet => "connection.set_unknown",
            Self::ExpressionUnknown => "expression.unknown",
            Self::ExpressionMissing => "expression.missing",
            Self::ExpressionNull => "expression.null",
            Self::AddressInvalid => "address.invalid",
            Self::AddressEscaped => "address.escaped",
            Self::LookupFailed => "lookup.failed",
            Self::ExchangesTooMany => "exchanges.too_many",
        }
    }

    /// The key of the text for people, in `connector-engine.ftl`; its argument is `subject`.
    pub fn text_key(self) -> String {
        format!("connector-engine.{}", self.code().replace(['.', '_'], "-"))
    }
}

/// A reason with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub reason: Reason,
    /// JSON pointer into the inputs (`/body/name`), the connection's parameters or the definition.
    pub pointer: String,
    /// The parameter, policy, function or operation concerned; never a value.
    pub subject: String,
}

impl Problem {
    pub(crate) fn new(reason: Reason, subject: impl Into<String>) -> Self {
        Self { reason, pointer: String::new(), subject: subject.into() }
    }

    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.reason.code(), self.subject)?;
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

pub(crate) type Result<T, E = Problem> = std::result::Result<T, E>;

/// One more step of a JSON pointer (RFC 6901 §3).
pub(crate) fn below(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}
