//! The form of a table: which columns people fill in, and what they sent.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use tables::{
    Column, ColumnKind, DateBehaviour, DateFormat, Problem as Wrong, Required, Table, TextFormat,
    Value, ValueError,
};
use web_frame::{Field, Frame};

use crate::{place::Place, shown::plain};

/// What a form sends: values by logical name.
pub(crate) type Sent = BTreeMap<String, String>;

/// A form on a table.
pub(crate) struct Form<'a> {
    pub(crate) place: &'a Place,
    pub(crate) frame: &'a Frame,
    pub(crate) table: &'a Table,
    /// Whether a row is made; else one is changed.
    pub(crate) new: bool,
}

/// What is wrong with one field.
pub(crate) type Mistakes = BTreeMap<String, String>;

impl Form<'_> {
    /// The columns that people fill in, the name first.
    pub(crate) fn columns(&self) -> Vec<&Column> {
        let session = &self.place.session;
        let fits = |column: &&Column| {
            let writable = if self.new { column.for_create } else { column.for_update };
            writable
                && column.of.is_none()
                && column.computed.is_none()
                && !HIDDEN.contains(&&*column.logical)
                && session.access().writes(self.table, column)
                && is_typed(&column.kind)
        };
        let mut all: Vec<&Column> = self.table.columns().iter().filter(fits).collect();
        let is_name = |column: &Column| Some(&column.logical) == self.table.primary_name.as_ref();
        all.sort_by_key(|column| (!is_name(column), !insists(column)));
        all
    }

    /// The fields with what they hold; `values` are texts as [`Form::text`] gives them.
    pub(crate) fn fields(&self, values: &Sent, mistakes: &Mistakes) -> Vec<Field> {
        let field = |column: &Column| {
            let value = values.get(&column.logical).map(String::as_str).unwrap_or_default();
            let field = self.field(column).value(value);
            match mistakes.get(&column.logical) {
                Some(sentence) => field.error(sentence),
                None => field,
            }
        };
        self.columns().into_iter().map(field).collect()
    }

    fn field(&self, column: &Column) -> Field {
        let language = self.place.language;
        let label = column.labels.text(language);
        let label = if label.is_empty() { &column.logical } else { label };
        let name = &column.logical;
        let field = match &column.kind {
            ColumnKind::Text { max, format } => {
                let max = usize::try_from(*max).unwrap_or(usize::MAX);
                match format {
                    TextFormat::TextArea => Field::area(name, label),
                    TextFormat::Email => Field::input("email", name, label),
                    TextFormat::Phone => Field::input("tel", name, label),
                    _ => Field::text(name, label),
                }
                .max(max)
            }
            ColumnKind::Memo { max, .. } => {
                Field::area(name, label).max(usize::try_from(*max).unwrap_or(usize::MAX))
            }
            ColumnKind::Boolean { yes, no, .. } => {
                let options = [("true", yes.text(language)), ("false", no.text(language))];
                Field::select(name, label, options)
            }
            ColumnKind::Choice { .. } => {
                let options = self.place.session.model().options(column);
                let options = options.iter().map(|option| {
                    (option.value.to_string(), option.labels.text(language).to_owned())
                });
                let empty = (String::new(), "—".to_owned());
                Field::select(name, label, std::iter::once(empty).chain(options))
            }
            ColumnKind::DateTime { format, behaviour } if is_day(*format, *behaviour) => {
                Field::input("date", name, label)
            }
            ColumnKind::DateTime { .. } => Field::input("datetime-local", name, label),
            _ => Field::text(name, label),
        };
        if insists(column) { field.required() } else { field }
    }

    /// A value as its field holds it.
    pub(crate) fn text(&self, column: &Column, value: &Value) -> String {
        match (&column.kind, value) {
            (ColumnKind::Money { precision, .. }, Value::Fixed(number)) => {
                number.rescaled(*precision).unwrap_or(*number).to_string()
            }
            (ColumnKind::DateTime { format, behaviour }, Value::Instant(at)) => {
                let local = if *behaviour == DateBehaviour::UserLocal {
                    at.to_zoned(self.frame.zone.clone()).datetime()
                } else {
                    at.to_zoned(jiff::tz::TimeZone::UTC).datetime()
                };
                if *format == DateFormat::DateOnly {
                    local.date().to_string()
                } else {
                    local.strftime("%Y-%m-%dT%H:%M").to_string()
                }
            }
            _ => plain(value),
        }
    }

    /// The values of a new row, as its empty form shows them.
    pub(crate) fn blank(&self) -> Sent {
        let value = |column: &&Column| {
            let value = match &column.kind {
                ColumnKind::Boolean { default, .. } => default.to_string(),
                ColumnKind::Choice { default: Some(default), .. } => default.to_string(),
                _ => String::new(),
            };
            (column.logical.clone(), value)
        };
        self.columns().iter().map(value).collect()
    }

    /// The values that were sent and differ from `before`.
    pub(crate) fn read(
        &self,
        sent: &Sent,
        before: &Sent,
    ) -> Result<Vec<(String, Value)>, Mistakes> {
        let mut values = Vec::new();
        let mut mistakes = Mistakes::new();
        for column in self.columns() {
            let Some(text) = sent.get(&column.logical) else { continue };
            // browsers send line ends of their own
            let text = text.replace("\r\n", "\n");
            let text = text.trim();
            if before.get(&column.logical).is_some_and(|was| was.trim() == text) {
                continue;
            }
            if text.is_empty() && insists(column) {
                let sentence = self.frame.say("web-records.wrong-missing");
                mistakes.insert(column.logical.clone(), sentence);
                continue;
            }
            match self.value(column, text) {
                Ok(value) => values.push((column.logical.clone(), value)),
                Err(wrong) => {
                    mistakes.insert(column.logical.clone(), self.sentence(&wrong));
                }
            }
        }
        if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
    }

    /// The values of a new row, if none that forms insist on is missing.
    pub(crate) fn complete(
        &self,
        values: Vec<(String, Value)>,
    ) -> Result<Vec<(String, Value)>, Mistakes> {
        let given = |column: &Column| values.iter().any(|(name, _)| *name == column.logical);
        let missing = self.columns().into_iter().filter(|it| insists(it) && !given(it));
        let sentence = self.frame.say("web-records.wrong-missing");
        let mistakes: Mistakes =
            missing.map(|column| (column.logical.clone(), sentence.clone())).collect();
        if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
    }

    fn value(&self, column: &Column, text: &str) -> Result<Value, ValueError> {
        // a date and a time are typed without a zone: it is the reader's
        if let ColumnKind::DateTime { format, behaviour } = &column.kind
            && !is_day(*format, *behaviour)
            && let Ok(typed) = text.parse::<DateTime>()
        {
            let zone = match behaviour {
                DateBehaviour::UserLocal => self.frame.zone.clone(),
                _ => jiff::tz::TimeZone::UTC,
            };
            if let Ok(at) = typed.to_zoned(zone) {
                return self.parse(column, &at.timestamp().to_string());
            }
        }
        self.parse(column, text)
    }

    fn parse(&self, column: &Column, text: &str) -> Result<Value, ValueError> {
        Value::parse_text(self.place.session.model(), self.table, column, text)
    }

    /// What is wrong with a value, in words.
    pub(crate) fn sentence(&self, wrong: &ValueError) -> String {
        match &wrong.problem {
            Wrong::TooLong { max } => {
                let max = i64::try_from(*max).unwrap_or(i64::MAX);
                self.frame.say1("web-records.wrong-long", "max", max)
            }
            Wrong::OutOfRange(_) => self.frame.say("web-records.wrong-range"),
            Wrong::TooEarly => self.frame.say("web-records.wrong-early"),
            Wrong::NotAnEntry { .. } => self.frame.say("web-records.wrong-entry"),
            Wrong::WrongType { .. } | Wrong::NotSettable => {
                self.frame.say("web-records.wrong-type")
            }
        }
    }
}

/// Whether people type values of this kind into a field. Others are shown beside the form.
const fn is_typed(kind: &ColumnKind) -> bool {
    matches!(
        kind,
        ColumnKind::Text { .. }
            | ColumnKind::Memo { .. }
            | ColumnKind::Whole { .. }
            | ColumnKind::Big
            | ColumnKind::Decimal { .. }
            | ColumnKind::Double { .. }
            | ColumnKind::Money { .. }
            | ColumnKind::DateTime { .. }
            | ColumnKind::Boolean { .. }
            | ColumnKind::Choice { .. }
    )
}

/// Whether forms insist on a value.
const fn insists(column: &Column) -> bool {
    matches!(column.required, Required::Application | Required::System)
}

fn is_day(format: DateFormat, behaviour: DateBehaviour) -> bool {
    format == DateFormat::DateOnly || behaviour == DateBehaviour::DateOnly
}

/// Columns that programs write and people do not.
const HIDDEN: [&str; 6] = [
    "importsequencenumber",
    "overriddencreatedon",
    "timezoneruleversionnumber",
    "utcconversiontimezonecode",
    "traversedpath",
    "processid",
];
