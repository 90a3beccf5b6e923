//! The codes of this language's findings: an interface, never renamed.

use super::Code;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: Code = Code($code);)+

        /// Every code.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    /// There are more findings than are kept.
    MORE_FINDINGS = "findings.more";

    /// A byte order mark stands before the text.
    BYTE_ORDER_MARK = "encoding.byte_order_mark";
    /// The bytes are not UTF-8.
    NOT_UTF_8 = "encoding.not_utf_8";
    /// A comma before a closing bracket.
    TRAILING_COMMA = "json.trailing_comma";
    /// A `//` or `/* */` comment.
    COMMENT = "json.comment";
    /// White space that JSON does not know.
    UNICODE_BLANK = "json.unicode_blank";
    /// A control character inside a string that is not escaped.
    CONTROL_CHARACTER = "json.control_character";
    /// Half a surrogate pair, read as U+FFFD.
    LONE_SURROGATE = "json.lone_surrogate";
    /// A name that stands twice in an object.
    REPEATED_NAME = "json.repeated_name";

    /// The text says neither `swagger` nor `openapi`.
    DIALECT_MISSING = "definition.dialect_missing";
    /// There is no operation.
    NO_OPERATIONS = "definition.no_operations";
    /// An operation without `operationId`.
    OPERATION_ID_MISSING = "operation.id_missing";
    /// The same `operationId` twice: the first counts.
    OPERATION_ID_REPEATED = "operation.id_repeated";
    /// A parameter that goes nowhere: its `in` is missing or unknown.
    PARAMETER_LOCATION = "parameter.location";
    /// A reference that leads nowhere.
    REFERENCE_MISSING = "reference.missing";
    /// A reference to another text, to be brought in by an import.
    REFERENCE_EXTERNAL = "reference.external";
    /// A reference to another text that the import could not bring in.
    REFERENCE_NOT_IMPORTED = "reference.not_imported";
    /// A chain of references that comes back to itself.
    REFERENCE_ENDLESS = "reference.endless";
    /// A name that looks like an extension and is none.
    EXTENSION_MISSPELLED = "extension.misspelled";
    /// Choices or a schema from an operation that does not exist.
    DYNAMIC_OPERATION_UNKNOWN = "dynamic.operation_unknown";

    /// A requirement names a scheme that nothing defines.
    SECURITY_UNDEFINED = "security.undefined";
    /// A scheme of an unknown type.
    SECURITY_KIND_UNKNOWN = "security.kind_unknown";
    /// A scheme whose value no connection parameter holds.
    SECURITY_WITHOUT_PARAMETER = "security.without_parameter";

    /// There are no properties beside the description.
    PROPERTIES_MISSING = "properties.missing";
    /// A name in the properties that means nothing there.
    PROPERTIES_STRAY = "properties.stray";
    /// A connection parameter of an unknown type.
    PARAMETER_KIND_UNKNOWN = "connection_parameter.kind_unknown";
    /// An identity provider that is not known: no connection can be made.
    IDENTITY_PROVIDER_UNKNOWN = "sign_in.provider_unknown";
    /// A setting of a sign-in that is still a placeholder.
    SIGN_IN_PLACEHOLDER = "sign_in.placeholder";

    /// A policy template that is not known: the operations it governs cannot run.
    POLICY_UNKNOWN = "policy.unknown";
    /// A policy without one of its parameters.
    POLICY_PARAMETER_MISSING = "policy.parameter_missing";
    /// A policy for an operation that does not exist.
    POLICY_OPERATION_UNKNOWN = "policy.operation_unknown";
    /// A policy that runs at no known time.
    POLICY_SECTION_UNKNOWN = "policy.section_unknown";
    /// An expression calls a function that does not exist.
    EXPRESSION_FUNCTION_UNKNOWN = "expression.function_unknown";
    /// An expression names a connection parameter that does not exist, without a default.
    EXPRESSION_PARAMETER_UNKNOWN = "expression.parameter_unknown";

    /// Operations run through a script and cannot run here.
    SCRIPTED = "operation.scripted";
    /// The script is said to cover an operation that does not exist.
    SCRIPT_OPERATION_UNKNOWN = "script.operation_unknown";
}
