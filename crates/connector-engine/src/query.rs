//! Query parameters in the order they will be sent, decoded until they are.

use crate::{
    encode,
    headers::{Exists, Source},
};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    name: String,
    value: String,
    source: Source,
    /// As it was written, for parameters that nobody changed.
    written: Option<String>,
}

/// An ordered list of query parameters; names compare exactly and may repeat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<Pair>,
}

impl Query {
    /// Reads the text after a question mark. What nobody changes goes out as it was written.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.add(&encode::decode(name), &encode::decode(value), Source::Operation);
            if let Some(last) = query.pairs.last_mut() {
                last.written = Some(encode::literal_query(pair));
            }
        }
        query
    }

    /// The first value of a parameter: exactly that name, else ignoring case.
    pub fn value(&self, name: &str) -> Option<&str> {
        let exact = self.pairs.iter().find(|pair| pair.name == name);
        let found =
            exact.or_else(|| self.pairs.iter().find(|pair| pair.name.eq_ignore_ascii_case(name)));
        found.map(|pair| &*pair.value)
    }

    /// Whether a parameter of exactly that name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.pairs.iter().any(|pair| pair.name == name)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|pair| (&*pair.name, &*pair.value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Adds a parameter behind the others.
    pub fn add(&mut self, name: &str, value: &str, source: Source) {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.pairs.push(Pair { name, value, source, written: None });
    }

    /// Takes every parameter of that name away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.pairs.retain(|pair| pair.name != name);
    }

    /// Sets a parameter: the first of that name keeps its place, further ones go.
    pub fn set(&mut self, name: &str, value: &str, source: Source) {
        self.put(name, value, source, Exists::Override);
    }

    /// Sets, keeps or adds a parameter.
    pub fn put(&mut self, name: &str, value: &str, source: Source, exists: Exists) {
        let Some(at) = self.pairs.iter().position(|pair| pair.name == name) else {
            return self.add(name, value, source);
        };
        match exists {
            Exists::Skip => {}
            Exists::Append => self.add(name, value, source),
            Exists::Override => {
                if let Some(pair) = self.pairs.get_mut(at) {
                    value.clone_into(&mut pair.value);
                    pair.written = None;
                    pair.source = source.after(pair.source);
                }
                let mut seen = false;
                self.pairs.retain(|pair| pair.name != name || !std::mem::replace(&mut seen, true));
            }
        }
    }

    /// Adds what another query holds; parameters that both have take the other's value.
    pub fn merge(&mut self, other: &Self) {
        let mut added = Self::default();
        for pair in &other.pairs {
            if self.contains(&pair.name) {
                self.set(&pair.name, &pair.value, pair.source);
            } else {
                added.pairs.push(pair.clone());
            }
        }
        self.pairs.extend(added.pairs);
    }

    /// Whether a parameter of this name came from the connection or a look-up.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.pairs.iter().any(|pair| pair.name == name && pair.source.is_secret())
    }

    /// Only what this source put there.
    pub(crate) fn only(&self, source: Source) -> Self {
        Self { pairs: self.pairs.iter().filter(|pair| pair.source == source).cloned().collect() }
    }

    /// The text for the address, with its question mark; nothing when there are no parameters.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for pair in &self.pairs {
            text.push(if text.is_empty() { '?' } else { '&' });
            if let Some(written) = &pair.written {
                text.push_str(written);
                continue;
            }
            text.push_str(&encode::query_name(&pair.name));
            text.push('=');
            text.push_str(&encode::component(&pair.value));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_parameter_keeps_its_place_and_its_repetitions_go() {
        let mut query = Query::parse("a=1&b=2&a=3");
        query.set("a", "x y", Source::Policy);
        assert_eq!(query.render(), "?a=x%20y&b=2");
    }

    #[test]
    fn appending_adds_a_second_parameter_of_that_name() {
        let mut query = Query::parse("a=1&b=2");
        query.put("a", "3", Source::Policy, Exists::Append);
        query.put("b", "9", Source::Policy, Exists::Skip);
        assert_eq!(query.render(), "?a=1&b=2&a=3");
    }

    #[test]
    fn merged_parameters_win_and_new_ones_follow() {
        let mut query = Query::parse("a=1&%24top=5");
        query.merge(&Query::parse("c=1&c=2&a=9"));
        assert_eq!(query.render(), "?a=9&%24top=5&c=1&c=2");
    }
}
