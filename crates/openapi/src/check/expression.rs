//! The calls inside a policy text (connector-format §6): only as much of the expression language as
//! it takes to see that a name is wrong. Running expressions is another language's part.

/// One `@function(…)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call<'x> {
    /// The name as written.
    pub(super) function: &'x str,
    /// What stands between the parentheses.
    arguments: &'x str,
}

/// Functions that exist, in lower case.
const FUNCTIONS: [&str; 8] = [
    "connectionparameters",
    "headers",
    "header",
    "queryparameters",
    "body",
    "item",
    "triggerbody",
    "environmentvariables",
];

/// Every call in a text, in its order.
pub(super) fn calls(text: &str) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('@') {
        rest = after;
        let after = after.strip_prefix('{').unwrap_or(after);
        let letters = |c: char| !c.is_ascii_alphabetic();
        let (function, after) = after.split_at(after.find(letters).unwrap_or(after.len()));
        let Some(after) = after.strip_prefix('(').filter(|_| !function.is_empty()) else {
            continue;
        };
        let arguments = after.split_once(')').map_or(after, |(arguments, _)| arguments);
        calls.push(Call { function, arguments });
    }
    calls
}

impl<'x> Call<'x> {
    pub(super) fn is_known(&self) -> bool {
        FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(self.function))
    }

    /// The connection parameter that has to exist, because the call brings no default.
    pub(super) fn required_connection_parameter(&self) -> Option<&'x str> {
        if !self.function.eq_ignore_ascii_case("connectionParameters") {
            return None;
        }
        let mut quoted = self.arguments.split(['\'', '"', '‘', '’', '“', '”']).skip(1).step_by(2);
        let name = quoted.next()?;
        quoted.next().is_none().then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions(text: &str) -> Vec<&str> {
        calls(text).into_iter().map(|call| call.function).collect()
    }

    #[test]
    fn calls_are_found_anywhere_in_a_text() {
        assert_eq!(
            functions("https://@connectionParameters('a').x.@{headers('b')}/{@body().c}"),
            ["connectionParameters", "headers", "body"]
        );
        assert_eq!(functions("someone@example.com (not a call), @ , @(x)"), [""; 0]);
    }

    #[test]
    fn only_a_parameter_without_default_has_to_exist() {
        let name = |text| calls(text).first().and_then(Call::required_connection_parameter);
        assert_eq!(name("@connectionParameters('token:host')"), Some("token:host"));
        assert_eq!(name("@ConnectionParameters( 'host' , 'eu' )"), None);
        assert_eq!(name("@connectionParameters('host','')"), None);
        assert_eq!(name("@headers('host')"), None);
    }
}
