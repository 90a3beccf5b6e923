//! Fields of forms: label, control, hint and what is wrong with it, tied together for screen readers.

use askama::{Template, filters::HtmlSafe};
use i18n::Translator;
use kernel::FieldError;

use crate::Html;

/// One field of a form; templates write it with `{{ field }}`.
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    value: String,
    hint: Option<String>,
    error: Option<String>,
    required: bool,
    placeholder: String,
    autocomplete: String,
    max: Option<usize>,
    options: Vec<Choice>,
    autofocus: bool,
    /// Where what could be meant is asked for while somebody types.
    suggest: String,
}

/// Which control a field shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    Area,
    Select,
    Check,
}

/// One choice of a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Field {
    fn new(kind: Kind, name: &str, label: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            label: label.into(),
            kind,
            value: String::new(),
            hint: None,
            error: None,
            required: false,
            placeholder: String::new(),
            autocomplete: String::new(),
            max: None,
            options: Vec::new(),
            autofocus: false,
            suggest: String::new(),
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: impl Into<String>) -> Self {
        Self::new(Kind::Input("text"), name, label)
    }

    /// One line of another kind: `email`, `password`, `number`, `url`, `date`, `file` …
    pub fn input(kind: &'static str, name: &str, label: impl Into<String>) -> Self {
        Self::new(Kind::Input(kind), name, label)
    }

    /// Several lines.
    pub fn area(name: &str, label: impl Into<String>) -> Self {
        Self::new(Kind::Area, name, label)
    }

    /// One of a list; the pairs are value and label.
    pub fn select<V: Into<String>, L: Into<String>>(
        name: &str,
        label: impl Into<String>,
        options: impl IntoIterator<Item = (V, L)>,
    ) -> Self {
        let options = options
            .into_iter()
            .map(|(value, label)| Choice { value: value.into(), label: label.into() })
            .collect();
        Self { options, ..Self::new(Kind::Select, name, label) }
    }

    /// A box to tick; it sends `on`.
    pub fn check(name: &str, label: impl Into<String>, ticked: bool) -> Self {
        let value = if ticked { "on" } else { "" };
        Self::new(Kind::Check, name, label).value(value)
    }

    /// The same with the value that was typed or stored.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same with a sentence below.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a mark that it must be filled.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same with an example inside.
    #[must_use]
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = text.into();
        self
    }

    /// The same with a hint for the browser's memory (HTML `autocomplete`).
    #[must_use]
    pub fn autocomplete(mut self, token: &str) -> Self {
        token.clone_into(&mut self.autocomplete);
        self
    }

    /// The same with what could be meant, asked for at an address with a query while somebody types. The page loads
    /// `records.js` for it; without script it is a field like any other.
    #[must_use]
    pub fn suggest(mut self, address: &str) -> Self {
        address.clone_into(&mut self.suggest);
        self.autocomplete("off")
    }

    /// The same with a largest number of characters.
    #[must_use]
    pub const fn max(mut self, characters: usize) -> Self {
        self.max = Some(characters);
        self
    }

    /// The same with the caret in it when the page opens.
    #[must_use]
    pub const fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    /// The same with what is wrong, in words.
    #[must_use]
    pub fn error(mut self, sentence: impl Into<String>) -> Self {
        self.error = Some(sentence.into());
        self
    }

    /// The same with the finding that points at it (`/name`), if there is one.
    #[must_use]
    pub fn checked(mut self, errors: &[FieldError], t: Translator<'_>) -> Self {
        let mine = |error: &&FieldError| error.pointer.trim_start_matches('/') == self.name;
        if let Some(error) = errors.iter().find(mine) {
            self.error = Some(t.rule(error.code, error.limit));
        }
        self
    }

    fn described_by(&self) -> String {
        match (&self.error, &self.hint) {
            (Some(_), _) => format!("{}-problem", self.name),
            (None, Some(_)) => format!("{}-hint", self.name),
            (None, None) => String::new(),
        }
    }

    fn input_kind(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Input(kind) => Some(kind),
            _ => None,
        }
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn sprite(&self) -> String {
        crate::assets::href("sprite.svg")
    }

    /// The field as HTML.
    pub fn html(&self) -> Html {
        Html::of(self)
    }
}

/// `{{ field }}` writes the markup as it stands.
impl HtmlSafe for Field {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_with_a_problem_says_so_to_everybody() {
        let html = Field::text("name", "Name").value("<x>").required().error("Taken").html();
        assert!(html.as_str().contains(r#"aria-invalid="true""#), "{html}");
        assert!(html.as_str().contains(r#"aria-describedby="name-problem""#), "{html}");
        assert!(!html.as_str().contains("<x>"), "{html}");
    }
}
