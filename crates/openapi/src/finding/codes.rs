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
}
