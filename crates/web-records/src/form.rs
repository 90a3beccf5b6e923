//! The form of a table: which columns people fill in, in which sections, and what they sent.

use std::collections::BTreeMap;

use edge::Problem;
use jiff::civil::DateTime;
use tables::{
    Column, ColumnKind, DateBehaviour, DateFormat, Problem as Wrong, Required, Table, TextFormat,
    Value, ValueError,
};
use web_frame::{
    Field, Frame, Html,
    parts::record::{Choices, Lookup, Section, Sections},
};

use crate::{
    filter::SILENT,
    lookup::{self, Unclear},
    place::Place,
    shown::{is_number, plain},
};

/// What a form sends: values by logical name; for a lookup also `name--row`, which is `table:id`.
pub(crate) type Sent = BTreeMap<String, String>;

/// A form on a table.
pub(crate) struct Form<'a> {
    pub(crate) place: &'a Place,
    pub(crate) frame: &'a Frame,
    pub(crate) table: &'a Table,
    /// Whether a row is made; else one is changed.
    pub(crate) new: bool,
    /// Only this column.
    pub(crate) only: Option<&'a str>,
    /// The sign of the currency that amounts are in.
    pub(crate) currency: String,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mistake {
    pub(crate) sentence: String,
    /// The rows that a name could mean: `table:id` and what people read.
    pub(crate) several: Vec<(String, String)>,
}

/// What is wrong, by column.
pub(crate) type Mistakes = BTreeMap<String, Mistake>;

/// A mistake that is said in one sentence.
pub(crate) fn mistake(sentence: String) -> Mistake {
    Mistake { sentence, several: Vec::new() }
}

/// The headings of a form, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Main,
    Contact,
    Address,
    Amounts,
    Dates,
    Texts,
    Others,
    Preferences,
}

impl Group {
    const ALL: [Self; 8] = [
        Self::Main,
        Self::Contact,
        Self::Address,
        Self::Amounts,
        Self::Dates,
        Self::Texts,
        Self::Others,
        Self::Preferences,
    ];

    const fn key(self) -> &'static str {
        match self {
            Self::Main => "general",
            Self::Contact => "section-contact",
            Self::Address => "section-address",
            Self::Amounts => "section-amounts",
            Self::Dates => "section-dates",
            Self::Texts => "section-texts",
            Self::Others => "section-others",
            Self::Preferences => "section-preferences",
        }
    }

    fn of(column: &Column) -> Self {
        let name = &column.logical;
        let place = ["address1_", "address2_", "address3_", "billto_", "shipto_"];
        match &column.kind {
            _ if place.iter().any(|begin| name.starts_with(begin)) => Self::Address,
            ColumnKind::Text {
                format: TextFormat::Email | TextFormat::Phone | TextFormat::Url,
                ..
            } => Self::Contact,
            ColumnKind::Boolean { .. } => Self::Preferences,
            _ if name.starts_with("donot") || name.starts_with("preferred") => Self::Preferences,
            ColumnKind::Memo { .. } => Self::Texts,
            ColumnKind::DateTime { .. } => Self::Dates,
            kind if is_number(kind) => Self::Amounts,
            _ => Self::Others,
        }
    }
}

impl<'a> Form<'a> {
    /// A form on one column or all.
    pub(crate) fn new(place: &'a Place, frame: &'a Frame, table: &'a Table, new: bool) -> Self {
        Self { place, frame, table, new, only: None, currency: String::new() }
    }

    /// The columns that people fill in, the name first.
    pub(crate) fn columns(&self) -> Vec<&'a Column> {
        let session = &self.place.session;
        let fits = |column: &&Column| {
            let access = session.access();
            let writable = if self.new {
                column.for_create && access.creates(self.table, column)
            } else {
                column.for_update && access.writes(self.table, column)
            };
            writable
                && self.only.is_none_or(|only| only == column.logical)
                && column.of.is_none()
                && column.computed.is_none()
                && !SILENT.contains(&&*column.logical)
                && !UNASKED.contains(&&*column.logical)
                && is_typed(&column.kind)
        };
        let mut all: Vec<&Column> = self.table.columns().iter().filter(fits).collect();
        let is_name = |column: &Column| Some(&column.logical) == self.table.primary_name.as_ref();
        kernel::sort_by_key(&mut all, |column| (!is_name(column), !insists(column)));
        all
    }

    /// The fields with what they hold, under headings of this level; `values` are texts as [`Form::text`] gives them.
    pub(crate) fn html(
        &self,
        (values, mistakes): (&Sent, &Mistakes),
        may_write: bool,
        heading: &'static str,
    ) -> Html {
        let sections = self.sections(values, mistakes);
        Html::of(&Sections { sections: &sections, may_write, heading })
    }

    fn sections(&self, values: &Sent, mistakes: &Mistakes) -> Vec<Section> {
        let model = self.place.session.model();
        let mut first: Vec<&str> = Vec::new();
        for view in model.views_of(&self.table.logical) {
            if view.default {
                first.extend(view.columns.iter().map(|column| column.name.as_str()));
            }
        }
        let main = |column: &Column| {
            insists(column)
                || column.required == Required::Recommended
                || first.contains(&&*column.logical)
                || MAIN.contains(&&*column.logical)
        };
        let mut groups: BTreeMap<usize, (bool, Vec<Html>)> = BTreeMap::new();
        let mut columns = self.columns();
        let name = |column: &Column| Some(&column.logical) == self.table.primary_name.as_ref();
        // as the view shows them; what is long comes last
        kernel::sort_by_key(&mut columns, |column| {
            let long = matches!(column.kind, ColumnKind::Memo { .. });
            let at = |list: &[&str]| list.iter().position(|one| *one == column.logical);
            let at = at(&first).or_else(|| at(&MAIN).map(|at| at + 50)).unwrap_or(100);
            (!name(column), long, !insists(column), at)
        });
        for column in columns {
            let group = if main(column) { Group::Main } else { Group::of(column) };
            let at = Group::ALL.iter().position(|one| *one == group).unwrap_or_default();
            let filled = values.get(&column.logical).is_some_and(|text| !text.is_empty())
                && group != Group::Preferences
                && group != Group::Others;
            let wrong = mistakes.contains_key(&column.logical);
            let (open, inputs) = groups.entry(at).or_default();
            // a table made here has no main columns but its name: nothing of it hides
            *open |= filled || wrong || self.table.custom;
            inputs.push(self.input(column, values, mistakes));
        }
        let section = |(at, (open, inputs)): (usize, (bool, Vec<Html>))| {
            let group = Group::ALL.get(at).copied().unwrap_or(Group::Others);
            let title = self.frame.say(&format!("web-records.{}", group.key()));
            Section { title, open, main: group == Group::Main, inputs }
        };
        groups.into_iter().map(section).collect()
    }

    /// One field with what it holds.
    pub(crate) fn input(&self, column: &Column, values: &Sent, mistakes: &Mistakes) -> Html {
        let name = &column.logical;
        let held = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
        let value = held(name);
        let wrong = mistakes.get(name);
        let mut label = self.place.label(column);
        if matches!(column.kind, ColumnKind::Money { .. }) && !self.currency.is_empty() {
            label = format!("{label} ({})", self.currency);
        }
        if column.kind.is_reference() {
            let key = format!("{name}--row");
            let kinds: Vec<String> = column
                .kind
                .targets()
                .into_iter()
                .filter_map(|table| self.place.session.model().table(table))
                .map(|table| self.place.singular(table))
                .collect();
            let hint = if kinds.len() > 1 { kinds.join(", ") } else { String::new() };
            return Html::of(&Lookup {
                frame: self.frame,
                name,
                label,
                value,
                key: held(&key),
                suggest: self
                    .place
                    .href(&format!("/lookup?table={}&column={name}", self.table.logical)),
                required: insists(column),
                error: wrong.map(|wrong| wrong.sentence.as_str()),
                several: wrong.map(|wrong| wrong.several.as_slice()).unwrap_or_default(),
                hint,
            });
        }
        if matches!(column.kind, ColumnKind::Choices { .. }) {
            let on: Vec<&str> = value.split(',').collect();
            let options = options(self.place, column).into_iter();
            let options = options.map(|(value, label)| {
                let on = on.contains(&&*value);
                (value, label, on)
            });
            let options = options.collect();
            let error = wrong.map(|wrong| wrong.sentence.as_str());
            return Html::of(&Choices { name, label, options, error });
        }
        let field = self.field(column, &label).value(value);
        match wrong {
            Some(wrong) => field.error(&wrong.sentence).html(),
            None => field.html(),
        }
    }

    fn field(&self, column: &Column, label: &str) -> Field {
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
            ColumnKind::Boolean { .. } => Field::select(name, label, options(self.place, column)),
            ColumnKind::Choice { .. } => {
                let empty = (String::new(), "—".to_owned());
                let options = options(self.place, column);
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
                self.number(&number.rescaled(*precision).unwrap_or(*number).to_string())
            }
            (kind, value) if is_number(kind) => self.number(&plain(value)),
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

    /// A number with the decimal sign that people type.
    fn number(&self, plain: &str) -> String {
        let comma = self.place.language == tables::FRENCH;
        if comma { plain.replace('.', ",") } else { plain.to_owned() }
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
    ///
    /// # Errors
    /// The inner ones are mistakes of who typed; the outer ones are not.
    pub(crate) async fn read(
        &self,
        sent: &Sent,
        before: &Sent,
    ) -> Result<Result<Vec<(String, Value)>, Mistakes>, Problem> {
        let mut values = Vec::new();
        let mut mistakes = Mistakes::new();
        for column in self.columns() {
            let name = &column.logical;
            let ticked = self.ticked(column, sent);
            let Some(text) = ticked.as_ref().or_else(|| sent.get(name)) else { continue };
            // browsers send line ends of their own
            let text = text.replace("\r\n", "\n");
            let text = text.trim();
            let row = format!("{name}--row");
            let key = sent.get(&row).map(String::as_str).unwrap_or_default();
            let same_row = key.is_empty() || before.get(&row).is_some_and(|was| was == key);
            if before.get(name).is_some_and(|was| was.trim() == text)
                && (!column.kind.is_reference() || same_row)
            {
                continue;
            }
            let missing = || mistake(self.frame.say("web-records.wrong-missing"));
            if text.is_empty() && insists(column) {
                mistakes.insert(name.clone(), missing());
                continue;
            }
            if column.kind.is_reference() {
                match lookup::resolve(self.place, column, (text, key)).await {
                    Ok(value) => values.push((name.clone(), value)),
                    Err(Unclear::Broken(problem)) => return Err(problem),
                    Err(Unclear::Nobody) => {
                        let sentence = self.frame.say("web-records.wrong-nobody");
                        mistakes.insert(name.clone(), mistake(sentence));
                    }
                    Err(Unclear::Several(hits)) => {
                        let sentence = self.frame.say("web-records.wrong-several");
                        let several = hits
                            .iter()
                            .map(|hit| (hit.key(), format!("{} ({})", hit.name, hit.kind)))
                            .collect();
                        mistakes.insert(name.clone(), Mistake { sentence, several });
                    }
                }
                continue;
            }
            match self.value(column, text) {
                Ok(value) => values.push((name.clone(), value)),
                Err(wrong) => {
                    mistakes.insert(name.clone(), mistake(self.sentence(&wrong)));
                }
            }
        }
        Ok(if mistakes.is_empty() { Ok(values) } else { Err(mistakes) })
    }

    /// The entries of several choices that were ticked, as one text.
    fn ticked(&self, column: &Column, sent: &Sent) -> Option<String> {
        if !matches!(column.kind, ColumnKind::Choices { .. }) {
            return None;
        }
        sent.get(&format!("{}--sent", column.logical))?;
        let options = options(self.place, column).into_iter();
        let on = options
            .map(|(value, _)| value)
            .filter(|value| sent.contains_key(&format!("{}--{value}", column.logical)));
        Some(on.collect::<Vec<_>>().join(","))
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
            missing.map(|column| (column.logical.clone(), mistake(sentence.clone()))).collect();
        if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
    }

    fn value(&self, column: &Column, text: &str) -> Result<Value, ValueError> {
        // a day of the reader begins where the reader is
        if let ColumnKind::DateTime {
            format: DateFormat::DateOnly,
            behaviour: DateBehaviour::UserLocal,
        } = &column.kind
            && let Ok(day) = text.parse::<jiff::civil::Date>()
            && let Ok(at) = day.to_zoned(self.frame.zone.clone())
        {
            return self.parse(column, &at.timestamp().to_string());
        }
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
        if is_number(&column.kind) {
            return self.parse(column, &bare_number(text, self.place.language));
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
            Wrong::WrongType { expected, .. } => self.frame.say(match *expected {
                "Edm.Int32" | "Edm.Int64" => "web-records.wrong-whole",
                "Edm.Decimal" | "Edm.Double" => "web-records.wrong-number",
                _ => "web-records.wrong-type",
            }),
            Wrong::NotSettable => self.frame.say("web-records.wrong-type"),
        }
    }
}

/// The entries that a value is one of: what forms send, and what people read.
pub(crate) fn options(place: &Place, column: &Column) -> Vec<(String, String)> {
    let language = place.language;
    let entry =
        |value: i32, labels: &tables::Labels| (value.to_string(), labels.text(language).to_owned());
    match &column.kind {
        ColumnKind::Boolean { yes, no, .. } => vec![
            ("true".to_owned(), yes.text(language).to_owned()),
            ("false".to_owned(), no.text(language).to_owned()),
        ],
        ColumnKind::State { options } => {
            options.iter().map(|option| entry(option.value, &option.labels)).collect()
        }
        ColumnKind::Status { options } => {
            options.iter().map(|option| entry(option.value, &option.labels)).collect()
        }
        ColumnKind::Choice { .. } | ColumnKind::Choices { .. } => {
            let options = place.session.model().options(column).iter();
            options.map(|option| entry(option.value, &option.labels)).collect()
        }
        _ => Vec::new(),
    }
}

/// A number as people of a language type it, without what stands between its digits.
fn bare_number(text: &str, language: u16) -> String {
    let blank = |c: &char| !matches!(c, ' ' | '\u{a0}' | '\u{202f}');
    let text: String = text.chars().filter(blank).collect();
    if language == tables::FRENCH {
        text.replace(',', ".")
    } else if text.rsplit_once(',').is_some_and(|(_, rest)| rest.len() >= 3) {
        text.replace(',', "")
    } else {
        text
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
            | ColumnKind::Choices { .. }
            | ColumnKind::Lookup { .. }
            | ColumnKind::Customer
    )
}

/// Whether forms insist on a value.
const fn insists(column: &Column) -> bool {
    matches!(column.required, Required::Application | Required::System)
}

fn is_day(format: DateFormat, behaviour: DateBehaviour) -> bool {
    format == DateFormat::DateOnly || behaviour == DateBehaviour::DateOnly
}

/// Columns that are filled in elsewhere: by actions, by pickers of files, by whoever sends.
const UNASKED: [&str; 9] = [
    "documentbody",
    "isdocument",
    "filesize",
    "mimetype",
    "address1_addressid",
    "stageid",
    "langid",
    "stepid",
    "entityimageid",
];

/// Columns that stand at the top, whatever the view shows.
const MAIN: [&str; 12] = [
    "telephone1",
    "mobilephone",
    "emailaddress1",
    "websiteurl",
    "jobtitle",
    "parentcustomerid",
    "customerid",
    "estimatedvalue",
    "estimatedclosedate",
    "closeprobability",
    "salesstage",
    "description",
];
