//! Whether a statement is made of the builder's words alone.

/// Every word that the builder writes.
const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IS",
    "NULL",
    "TRUE",
    "FALSE",
    "AS",
    "JOIN",
    "LEFT",
    "CROSS",
    "LATERAL",
    "ON",
    "ORDER",
    "BY",
    "ASC",
    "DESC",
    "NULLS",
    "FIRST",
    "LAST",
    "LIMIT",
    "OFFSET",
    "IN",
    "ANY",
    "ARRAY",
    "EXISTS",
    "UNION",
    "ALL",
    "WITH",
    "RECURSIVE",
    "MATERIALIZED",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "COUNT",
    "SUM",
    "AVG",
    "MIN",
    "MAX",
    "DISTINCT",
    "GROUP",
    "OVER",
    "LIKE",
    "ESCAPE",
    "EXTRACT",
    "DAY",
    "WEEK",
    "MONTH",
    "YEAR",
    "AT",
    "TIME",
    "ZONE",
    "ORDINALITY",
    "TEXT",
    "BIGINT",
    "DOUBLE",
    "PRECISION",
    "BOOLEAN",
    "BLOB",
    "UUID",
    "TIMESTAMPTZ",
    "plain",
    "unhex",
    "json_each",
    "unnest",
    "strftime",
    "value",
    "key",
    "place",
    "id",
    "next",
    "row_id",
    "principal_id",
    "table_code",
    "mask",
    "x",
    "p",
    "k",
    "j",
    "h",
    "h0",
    "h1",
    "e",
    "m",
    "n",
    "s",
    "l",
];

/// Every text in quotes that the builder writes.
const QUOTED: &[&str] = &["\\", "%d", "%V", "%m", "%Y", "unixepoch", "UTC"];

/// What stands in a statement and is none of the builder's words, markers, numbers and names of the model.
pub(crate) fn stranger(sql: &str, named: impl Fn(&str) -> bool) -> Option<String> {
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let behind = rest.get(1..).unwrap_or_default();
        let length = match first {
            '"' | '\'' => behind.find(first).map_or(rest.len(), |end| end + 2),
            '$' => 1 + digits(behind),
            '0'..='9' => digits(rest),
            c if c.is_ascii_alphabetic() || c == '_' => {
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len())
            }
            _ => first.len_utf8(),
        };
        let token = rest.get(..length).unwrap_or_default();
        let inner = token.get(1..).and_then(|inner| inner.strip_suffix(first));
        let fine = match first {
            '"' => inner.is_some_and(&named),
            '\'' => inner.is_some_and(|inner| QUOTED.contains(&inner)),
            '$' => length > 1,
            '0'..='9' => true,
            c if c.is_ascii_alphabetic() || c == '_' => WORDS.contains(&token) || numbered(token),
            ' ' | ',' | '.' | '(' | ')' | '[' | ']' | '=' | '<' | '>' | '*' | '/' | '+' | '-'
            | '&' => true,
            _ => false,
        };
        // No comment ever begins.
        if !fine || rest.starts_with("--") || rest.starts_with("/*") {
            return Some(token.to_owned());
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    None
}

fn digits(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

/// `t0`, `c12`, `i3`.
fn numbered(token: &str) -> bool {
    let rest = token.strip_prefix(['t', 'c', 'i']);
    rest.is_some_and(|rest| !rest.is_empty() && digits(rest) == rest.len())
}
