//! Texts of a definition in the languages it has them in.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap as _};

/// The language code of English (United States), the base language.
pub const ENGLISH: u16 = 1033;
/// The language code of French (France).
pub const FRENCH: u16 = 1036;

/// One text in several languages, by language code; never two texts for one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<(u16, String)>);

impl Labels {
    /// No text at all.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// A text in English alone.
    pub fn english(text: impl Into<String>) -> Self {
        Self(vec![(ENGLISH, text.into())])
    }

    /// A text in English and French.
    pub fn both(english: impl Into<String>, french: impl Into<String>) -> Self {
        Self(vec![(ENGLISH, english.into()), (FRENCH, french.into())])
    }

    /// Sets the text of a language; an empty text removes it.
    pub fn set(&mut self, language: u16, text: impl Into<String>) {
        let text = text.into();
        self.0.retain(|(code, _)| *code != language);
        if !text.is_empty() {
            self.0.push((language, text));
            self.0.sort_by_key(|(code, _)| *code);
        }
    }

    /// The text in exactly this language.
    pub fn exactly(&self, language: u16) -> Option<&str> {
        self.0.iter().find(|(code, _)| *code == language).map(|(_, text)| text.as_str())
    }

    /// The text for a reader of this language: in it, else in English, else in whatever there is.
    pub fn text(&self, language: u16) -> &str {
        self.exactly(language)
            .or_else(|| self.exactly(ENGLISH))
            .or_else(|| self.0.first().map(|(_, text)| text.as_str()))
            .unwrap_or_default()
    }

    /// Every language and its text, by language code.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u16, &str)> {
        self.0.iter().map(|(code, text)| (*code, text.as_str()))
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the texts of `newer`, and keeps those languages that it lacks (`MSCRM.MergeLabels`).
    pub fn merge(&mut self, newer: &Self) {
        for (language, text) in newer.iter() {
            self.set(language, text);
        }
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (code, text) in &self.0 {
            match *code {
                ENGLISH => map.serialize_entry("en", text)?,
                FRENCH => map.serialize_entry("fr", text)?,
                other => map.serialize_entry(&other, text)?,
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, String>::deserialize(deserializer)?;
        let mut labels = Self::none();
        for (key, text) in map {
            let code = match key.as_str() {
                "en" => ENGLISH,
                "fr" => FRENCH,
                other => other.parse().map_err(|_error| {
                    serde::de::Error::custom("a label's key is en, fr or a language code")
                })?,
            };
            labels.set(code, text);
        }
        Ok(labels)
    }
}
