//! What surfaces and operations have agreed on: points, inputs, outputs, and the strings that matching goes by.

mod table;

use openapi::Method;

pub(crate) use table::FORMS;
pub use table::VERSION;

/// A surface of the product that calls actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// The summary of an email.
    EmailSummary,
    /// The summary of a CRM record, also while a meeting is prepared.
    RecordSummary,
    /// The records that belong to a CRM record.
    RecordDetails,
    /// Insights about an opportunity, formerly key sales info.
    OpportunityInsights,
    /// Files and pages for an email that is being written.
    EmailDraft,
}

impl Point {
    /// Every point.
    pub const ALL: [Self; 5] = [
        Self::EmailSummary,
        Self::RecordSummary,
        Self::RecordDetails,
        Self::OpportunityInsights,
        Self::EmailDraft,
    ];

    /// The name in the database, in addresses and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailSummary => "email_summary",
            Self::RecordSummary => "record_summary",
            Self::RecordDetails => "record_details",
            Self::OpportunityInsights => "opportunity_insights",
            Self::EmailDraft => "email_draft",
        }
    }

    /// A point by its name; dashes may stand for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| {
            point.as_str() == text || point.as_str().replace('_', "-").as_str() == text
        })
    }

    /// How many items are asked for unless somebody says otherwise; our own choice within what published connectors
    /// answer.
    pub const fn usual_top(self) -> u32 {
        match self {
            Self::EmailSummary | Self::RecordSummary | Self::OpportunityInsights => 5,
            Self::RecordDetails => 10,
            Self::EmailDraft => 3,
        }
    }

    /// How many connectors are asked at most. Five for the details of a record (contract); the others are our own
    /// choice.
    pub const fn most_sources(self) -> usize {
        match self {
            Self::RecordDetails => 5,
            Self::EmailSummary
            | Self::RecordSummary
            | Self::OpportunityInsights
            | Self::EmailDraft => 20,
        }
    }

    /// Whether it is about an email.
    pub const fn is_about_mail(self) -> bool {
        matches!(self, Self::EmailSummary | Self::EmailDraft)
    }

    /// The forms of operations that it calls, newer before older.
    pub(crate) fn forms(self) -> impl Iterator<Item = &'static Form> {
        FORMS.iter().filter(move |form| form.point == self)
    }

    /// The API description of its operations, as it is published.
    pub fn description(self) -> &'static str {
        self.forms().next().map_or("", |form| form.description)
    }
}

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `string`
    Text,
    /// `string`, `date-time`
    Instant,
    /// `integer`
    Integer,
    /// `object` with fields of its own.
    Object,
    /// `array` of objects.
    List,
    /// `array` of strings.
    Texts,
    /// `object` whose values are strings.
    Pairs,
}

impl Kind {
    /// The Swagger type.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Text | Self::Instant => "string",
            Self::Integer => "integer",
            Self::Object | Self::Pairs => "object",
            Self::List | Self::Texts => "array",
        }
    }

    /// Whether a schema of that type takes it; a schema that says nothing takes everything.
    pub(crate) fn fits(self, kind: Option<&str>) -> bool {
        kind.is_none_or(|kind| kind == self.word() || (self == Self::Integer && kind == "number"))
    }
}

/// An input or an output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) description: &'static str,
    /// The fields of what it holds.
    pub(crate) inside: &'static [Self],
    /// The most characters of it.
    pub(crate) most: Option<usize>,
}

impl Field {
    const fn required(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: true, description, inside: &[], most: None }
    }

    const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, description, inside: &[], most: None }
    }

    const fn holding(self, inside: &'static [Self]) -> Self {
        Self { inside, ..self }
    }

    const fn at_most(self, most: usize) -> Self {
        Self { most: Some(most), ..self }
    }
}

/// One form of the operation of a point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) point: Point,
    pub(crate) version: u8,
    pub(crate) method: Method,
    pub(crate) description: &'static str,
    /// Identifiers of the time before descriptions were compared.
    pub(crate) ids: &'static [&'static str],
    pub(crate) inputs: &'static [Field],
    pub(crate) outputs: &'static [Field],
}

/// A definition to begin with: the five operations with every string of the contract. Host, paths and publisher are
/// the maker's to replace.
pub const STARTER: &str = include_str!("contract/starter.swagger.json");

/// The properties file that goes with the starter, for connections that come into being without a sign-in.
pub const STARTER_PROPERTIES: &str = include_str!("contract/starter.properties.json");

/// A text as texts are compared: lower case, without punctuation, blanks collapsed (V2).
pub(crate) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn strings_are_unique_within_an_operation() {
        for form in FORMS {
            for fields in [form.inputs, form.outputs] {
                let all: BTreeSet<String> =
                    fields.iter().map(|field| normal(field.description)).collect();
                assert_eq!(all.len(), fields.len(), "{:?} {}", form.point, form.version);
            }
        }
    }

    #[test]
    fn texts_are_compared_without_case_punctuation_and_blanks() {
        assert_eq!(normal("  It’s  the CRM-Record, indeed. "), "it s the crm record indeed");
        assert_eq!(normal("…"), "");
    }

    #[test]
    fn points_have_the_names_of_their_addresses() {
        for point in Point::ALL {
            assert_eq!(Point::parse(point.as_str()), Some(point));
            assert_eq!(Point::parse(&point.as_str().replace('_', "-")), Some(point));
            assert!(!point.description().is_empty());
        }
        assert_eq!(Point::parse("chat"), None);
    }
}
