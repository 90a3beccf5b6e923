//! The texts in one language, as pages hold them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Arg, Texts};

/// The texts in one language. `Copy`, so that every page's struct can hold one.
#[derive(Debug, Clone, Copy)]
pub struct Translator<'a> {
    texts: &'a Texts,
    tag: &'static str,
}

impl<'a> Translator<'a> {
    pub(crate) const fn new(texts: &'a Texts, tag: &'static str) -> Self {
        Self { texts, tag }
    }

    /// `en` or `fr`, for the `lang` attribute.
    pub const fn tag(&self) -> &'static str {
        self.tag
    }

    /// A sentence without placeholders.
    pub fn text(&self, name: impl AsRef<str>) -> String {
        self.texts.text(self.tag, name.as_ref(), &[])
    }

    /// A sentence with one placeholder.
    pub fn with1<'v>(&self, name: &str, key: &str, value: impl Into<Arg<'v>>) -> String {
        self.texts.text(self.tag, name, &[(key, value.into())])
    }

    /// A sentence with two placeholders.
    pub fn with2<'v, 'w>(
        &self,
        name: &str,
        first: (&str, impl Into<Arg<'v>>),
        second: (&str, impl Into<Arg<'w>>),
    ) -> String {
        self.texts.text(self.tag, name, &[(first.0, first.1.into()), (second.0, second.1.into())])
    }

    /// A sentence with any number of placeholders.
    pub fn with(&self, name: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.texts.text(self.tag, name, args)
    }

    /// The title of an error code, or the code itself.
    pub fn code(&self, code: &str) -> String {
        self.texts.text_or_code(self.tag, code)
    }

    /// The title of the code of a rule that an input broke, or the code itself.
    pub fn rule(&self, code: &str, limit: Option<i64>) -> String {
        self.texts.title_of_rule(self.tag, code, limit).unwrap_or_else(|| code.to_owned())
    }

    /// What to do about an error code; empty where nothing is written.
    pub fn code_detail(&self, code: &str) -> String {
        self.texts.detail_of_code(self.tag, code, &[]).unwrap_or_default()
    }

    /// See [`Texts::number`].
    pub fn number<'v>(&self, number: impl Into<Arg<'v>>) -> String {
        self.texts.number(self.tag, number)
    }

    /// See [`Texts::bytes`].
    pub fn bytes(&self, bytes: u64) -> String {
        self.texts.bytes(self.tag, bytes)
    }

    /// See [`Texts::relative`].
    pub fn relative(&self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        self.texts.relative(self.tag, at, now, zone)
    }

    /// See [`Texts::exact`].
    pub fn exact(&self, at: Timestamp, zone: &TimeZone) -> String {
        self.texts.exact(self.tag, at, zone)
    }

    /// See [`Texts::time`].
    pub fn time(&self, at: Timestamp, zone: &TimeZone) -> String {
        self.texts.time(self.tag, at, zone)
    }

    /// See [`Texts::day`].
    pub fn day(&self, day: Date, today: Date) -> String {
        self.texts.day(self.tag, day, today)
    }
}
