//! Headers in the order they will be sent.

/// Who put a part of the request there: credentials never leave the connector's own origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Declared by the operation.
    Operation,
    /// The authentication, or a policy that writes a connection parameter.
    Credential,
    /// A look-up: it may be a key as well, but goes into the one request alone.
    Found,
    /// A policy.
    Policy,
}

impl Source {
    /// Whether nobody may see it, and no other origin gets it.
    pub(crate) fn is_secret(self) -> bool {
        matches!(self, Self::Credential | Self::Found)
    }

    /// Who put a part there that this source changed: what is made of a secret stays one.
    pub(crate) fn after(self, before: Self) -> Self {
        match (before, self) {
            (Self::Credential, _) | (_, Self::Credential) => Self::Credential,
            (Self::Found, _) => Self::Found,
            (_, now) => now,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    value: String,
    source: Source,
}

/// An ordered list of headers; names compare ignoring case and keep their spelling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    entries: Vec<Entry>,
}

/// What a policy does when the header or query parameter is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exists {
    /// Replaces it.
    #[default]
    Override,
    /// Keeps it.
    Skip,
    /// Adds to it.
    Append,
}

impl Headers {
    /// The value of a header; several of one name are joined by commas when they are set, so there
    /// is at most one.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
            .map(|entry| &*entry.value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| (&*entry.name, &*entry.value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sets a header; one that is there keeps its place.
    pub fn set(&mut self, name: &str, value: &str, source: Source) {
        self.put(name, value, source, Exists::Override);
    }

    /// Sets, keeps or adds to a header.
    pub fn put(&mut self, name: &str, value: &str, source: Source, exists: Exists) {
        let found = self.entries.iter_mut().find(|entry| entry.name.eq_ignore_ascii_case(name));
        match (found, exists) {
            (None, _) => {
                self.entries.push(Entry { name: name.to_owned(), value: value.to_owned(), source });
            }
            (Some(_), Exists::Skip) => {}
            (Some(entry), Exists::Override) => {
                // what replaces a credential may be made of it
                let source = source.after(entry.source);
                *entry = Entry { name: name.to_owned(), value: value.to_owned(), source };
            }
            (Some(entry), Exists::Append) => {
                if !entry.value.is_empty() && !value.is_empty() {
                    entry.value.push_str(", ");
                }
                entry.value.push_str(value);
                if source.is_secret() {
                    entry.source = source.after(entry.source);
                }
            }
        }
    }

    /// Adds to the one `Cookie` header (RFC 6265 §5.4).
    pub(crate) fn add_cookie(&mut self, pair: &str, source: Source) {
        let cookies = match self.value("Cookie") {
            Some(others) => format!("{others}; {pair}"),
            None => pair.to_owned(),
        };
        self.set("Cookie", &cookies, source);
    }

    /// Keeps the headers with such names.
    pub(crate) fn retain_names(&mut self, keep: impl Fn(&str) -> bool) {
        self.entries.retain(|entry| keep(&entry.name));
    }

    /// Takes a header away.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|entry| !entry.name.eq_ignore_ascii_case(name));
    }

    /// Whether a header carries a credential.
    pub fn is_credential(&self, name: &str) -> bool {
        let secret = |entry: &Entry| entry.source.is_secret();
        self.entries.iter().any(|entry| secret(entry) && entry.name.eq_ignore_ascii_case(name))
    }

    /// Only the headers that this source put there.
    pub(crate) fn only(&self, source: Source) -> Self {
        let entries = self.entries.iter().filter(|entry| entry.source == source).cloned().collect();
        Self { entries }
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            headers.put(&name.into(), &value.into(), Source::Operation, Exists::Append);
        }
        headers
    }
}

/// Whether a name may stand before the colon (RFC 9110 §5.6.2: a token).
pub(crate) fn is_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

/// Whether a value may stand after it: no line ends, no NUL, no other control characters but tabs.
pub(crate) fn is_value(value: &str) -> bool {
    !value.chars().any(|c| c.is_ascii_control() && c != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_ignoring_case_and_a_replaced_header_keeps_its_place() {
        let mut headers: Headers = [("accept", "a"), ("X", "1")].into_iter().collect();
        headers.set("Accept", "b", Source::Policy);
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("Accept", "b"), ("X", "1")]);
    }

    #[test]
    fn what_replaces_a_credential_is_one() {
        let mut headers = Headers::default();
        headers.set("Authorization", "key", Source::Credential);
        headers.set("Authorization", "Bearer key", Source::Policy);
        assert!(headers.is_credential("authorization"));
        assert_eq!(headers.only(Source::Credential).len(), 1);
    }

    #[test]
    fn a_line_end_is_in_no_value_and_a_blank_in_no_name() {
        assert!(!is_value("a\r\nX: b") && !is_value("a\0") && is_value("a\tb é"));
        assert!(!is_name("a b") && !is_name("") && is_name("$$version"));
    }
}
