//! What columns hold: the fields of each type, and what they were filled with.

mod read;

use tables::{
    ColumnKind, DateBehaviour, DateFormat, Fixed, MemoFormat, Options, TextFormat, WholeFormat,
    define::NewColumn, limits,
};
use web_frame::Field;

use crate::{
    choices,
    parts::{Sent, label_fields, labels_of, ticked, value},
    place::Place,
};

pub(crate) use read::read;

/// Every type that can be made, with its icon, in the order in which they are offered.
pub(crate) const TYPES: [(&str, &str); 17] = [
    ("text", "edit"),
    ("memo", "document"),
    ("autonumber", "channel"),
    ("whole", "channel"),
    ("decimal", "channel"),
    ("double", "channel"),
    ("big", "channel"),
    ("money", "certificate"),
    ("choice", "log"),
    ("choices", "check"),
    ("boolean", "check-circle"),
    ("date", "clock"),
    ("lookup", "link"),
    ("customer", "person"),
    ("file", "attach"),
    ("image", "image"),
    ("guid", "key"),
];

/// The type of a column in the words of these pages.
pub(crate) const fn type_of(kind: &ColumnKind, auto: bool) -> &'static str {
    match kind {
        ColumnKind::Text { .. } if auto => "autonumber",
        ColumnKind::Text { .. } => "text",
        ColumnKind::Memo { .. } => "memo",
        ColumnKind::Whole { .. } => "whole",
        ColumnKind::Big => "big",
        ColumnKind::Decimal { .. } => "decimal",
        ColumnKind::Double { .. } => "double",
        ColumnKind::Money { .. } => "money",
        ColumnKind::DateTime { .. } => "date",
        ColumnKind::Boolean { .. } => "boolean",
        ColumnKind::Choice { .. } => "choice",
        ColumnKind::Choices { .. } => "choices",
        ColumnKind::State { .. } => "state",
        ColumnKind::Status { .. } => "status",
        ColumnKind::Lookup { .. } => "lookup",
        ColumnKind::Customer => "customer",
        ColumnKind::Owner => "owner",
        ColumnKind::File { .. } => "file",
        ColumnKind::Image { .. } => "image",
        ColumnKind::Version => "version",
        ColumnKind::Key => "key",
        ColumnKind::Guid => "guid",
    }
}

/// What says of which type a column is: a day is no moment.
pub(crate) fn words_of(kind: &ColumnKind, auto: bool) -> String {
    match kind {
        ColumnKind::DateTime { format: DateFormat::DateOnly, .. } => "date-format-day".to_owned(),
        kind => format!("type-{}", type_of(kind, auto)),
    }
}

/// What a new column of a type is until somebody says otherwise.
pub(crate) fn usual(kind: &str) -> Option<ColumnKind> {
    let options = || Options::Local(Vec::new());
    Some(match kind {
        "text" | "autonumber" => ColumnKind::Text { max: 100, format: TextFormat::Text },
        "memo" => ColumnKind::Memo { max: 2000, format: MemoFormat::TextArea },
        "whole" => ColumnKind::Whole { min: i32::MIN, max: i32::MAX, format: WholeFormat::None },
        "decimal" => {
            let range = limits::decimal_range(2);
            ColumnKind::Decimal { precision: 2, min: -range, max: range }
        }
        "double" => ColumnKind::Double { precision: 2, min: -1e11, max: 1e11 },
        "big" => ColumnKind::Big,
        "money" => ColumnKind::Money { precision: 2, min: -limits::MONEY, max: limits::MONEY },
        "choice" => ColumnKind::Choice { options: options(), default: None },
        "choices" => ColumnKind::Choices { options: options() },
        "boolean" => ColumnKind::Boolean {
            yes: tables::Labels::both("Yes", "Oui"),
            no: tables::Labels::both("No", "Non"),
            default: false,
        },
        "date" => ColumnKind::DateTime {
            format: DateFormat::DateOnly,
            behaviour: DateBehaviour::UserLocal,
        },
        "lookup" => ColumnKind::Lookup { targets: Vec::new() },
        "customer" => ColumnKind::Customer,
        "file" => ColumnKind::File { max_kb: 32_768 },
        "image" => ColumnKind::Image { max_kb: 10_240 },
        "guid" => ColumnKind::Guid,
        _ => return None,
    })
}

/// Words of formats and their values.
const TEXT: [(&str, TextFormat); 8] = [
    ("text", TextFormat::Text),
    ("email", TextFormat::Email),
    ("url", TextFormat::Url),
    ("phone", TextFormat::Phone),
    ("area", TextFormat::TextArea),
    ("rich", TextFormat::RichText),
    ("json", TextFormat::Json),
    ("ticker", TextFormat::TickerSymbol),
];
const MEMO: [(&str, MemoFormat); 3] =
    [("area", MemoFormat::TextArea), ("rich", MemoFormat::RichText), ("json", MemoFormat::Json)];
const WHOLE: [(&str, WholeFormat); 5] = [
    ("number", WholeFormat::None),
    ("duration", WholeFormat::Duration),
    ("zone", WholeFormat::TimeZone),
    ("language", WholeFormat::Language),
    ("locale", WholeFormat::Locale),
];
const DATE: [(&str, DateFormat); 2] =
    [("day", DateFormat::DateOnly), ("moment", DateFormat::DateAndTime)];
const BEHAVIOUR: [(&str, DateBehaviour); 3] = [
    ("local", DateBehaviour::UserLocal),
    ("day", DateBehaviour::DateOnly),
    ("independent", DateBehaviour::TimeZoneIndependent),
];

fn word<T: PartialEq>(all: &[(&'static str, T)], of: &T) -> &'static str {
    all.iter().find(|(_, value)| value == of).map_or("", |(word, _)| word)
}

/// What the fields of a column hold.
pub(crate) fn texts(column: &NewColumn) -> Sent {
    let mut sent = Sent::new();
    let mut put = |name: &str, text: String| drop(sent.insert(name.to_owned(), text));
    match &column.kind {
        ColumnKind::Text { max, format } => {
            put("max", max.to_string());
            put("format", word(&TEXT, format).to_owned());
            put("auto", column.auto_number.clone().unwrap_or_default());
        }
        ColumnKind::Memo { max, format } => {
            put("max", max.to_string());
            put("format", word(&MEMO, format).to_owned());
        }
        ColumnKind::Whole { min, max, format } => {
            put("min", min.to_string());
            put("max", max.to_string());
            put("format", word(&WHOLE, format).to_owned());
        }
        ColumnKind::Decimal { precision, min, max } => {
            put("precision", precision.to_string());
            put("min", Fixed::new(*min, *precision).to_string());
            put("max", Fixed::new(*max, *precision).to_string());
        }
        ColumnKind::Double { precision, min, max } => {
            put("precision", precision.to_string());
            put("min", min.to_string());
            put("max", max.to_string());
        }
        ColumnKind::Money { precision, min, max } => {
            let text = |units: i64| {
                let amount = Fixed::new(units, tables::MONEY_SCALE);
                amount.rescaled(*precision).unwrap_or(amount).to_string()
            };
            put("precision", precision.to_string());
            put("min", text(*min));
            put("max", text(*max));
        }
        ColumnKind::DateTime { format, behaviour } => {
            put("format", word(&DATE, format).to_owned());
            put("behaviour", word(&BEHAVIOUR, behaviour).to_owned());
        }
        ColumnKind::Boolean { yes, no, default } => {
            for (name, labels) in [("yes", yes), ("no", no)] {
                for (tag, code) in [("en", tables::ENGLISH), ("fr", tables::FRENCH)] {
                    put(
                        &format!("{name}-{tag}"),
                        labels.exactly(code).unwrap_or_default().to_owned(),
                    );
                }
            }
            put("default", if *default { "on" } else { "" }.to_owned());
        }
        ColumnKind::Choice { options, default } => {
            put("default", default.map(|value| value.to_string()).unwrap_or_default());
            if let Options::Global(name) = options {
                put("shared", name.clone());
            }
        }
        ColumnKind::Choices { options: Options::Global(name) } => put("shared", name.clone()),
        ColumnKind::File { max_kb } | ColumnKind::Image { max_kb } => {
            put("max", max_kb.to_string());
        }
        _ => {}
    }
    sent
}

/// A field and its name.
pub(crate) type Named = (String, Field);

/// The fields of a type; `standing` is set where a column is there already.
pub(crate) fn fields(
    place: &Place,
    (kind, sent): (&str, &Sent),
    standing: Option<&ColumnKind>,
) -> Vec<Named> {
    let mut fields = Vec::new();
    let number = |name: &str, label: &str| {
        let field = Field::text(name, place.say(label)).value(value(sent, name));
        (name.to_owned(), field)
    };
    let select = |name: &str, label: &str, words: Vec<&str>| {
        let options = words
            .into_iter()
            .map(|word| (word.to_owned(), place.say(&format!("{kind}-{name}-{word}"))));
        let field = Field::select(name, place.say(label), options).value(value(sent, name));
        (name.to_owned(), field)
    };
    match kind {
        "text" => {
            fields.push(select("format", "format", TEXT.map(|(word, _)| word).to_vec()));
            fields.push(number("max", "max-length"));
        }
        "autonumber" => {
            let (name, field) = number("auto", "auto-form");
            fields.push((name, field.hint(place.say("auto-form-hint")).required()));
            fields.push(number("max", "max-length"));
        }
        "memo" => {
            fields.push(select("format", "format", MEMO.map(|(word, _)| word).to_vec()));
            fields.push(number("max", "max-length"));
        }
        "whole" => {
            fields.push(select("format", "format", WHOLE.map(|(word, _)| word).to_vec()));
            fields.extend([number("min", "least"), number("max", "greatest")]);
        }
        "decimal" | "double" | "money" => {
            let (name, field) = number("precision", "precision");
            let most = match kind {
                "decimal" => limits::DECIMAL_PRECISION,
                "double" => limits::DOUBLE_PRECISION,
                _ => limits::MONEY_PRECISION,
            };
            let hint = place.say1("precision-hint", "most", &most.to_string());
            fields.push((name, field.hint(hint)));
            fields.extend([number("min", "least"), number("max", "greatest")]);
        }
        "date" => {
            fields.push(select("format", "format", DATE.map(|(word, _)| word).to_vec()));
            let words: Vec<&str> = match standing {
                // only what is an instant may become something else
                Some(ColumnKind::DateTime { behaviour, .. })
                    if *behaviour != DateBehaviour::UserLocal =>
                {
                    vec![word(&BEHAVIOUR, behaviour)]
                }
                _ => BEHAVIOUR.map(|(word, _)| word).to_vec(),
            };
            let (name, field) = select("behaviour", "behaviour", words);
            fields.push((name, field.hint(place.say("behaviour-hint"))));
        }
        "boolean" => {
            for name in ["yes", "no"] {
                let labels = labels_of(sent, name, &tables::Labels::none());
                let label = place.say(&format!("boolean-{name}"));
                for (tag, field) in
                    ["en", "fr"].into_iter().zip(label_fields(place, name, &label, &labels))
                {
                    fields.push((format!("{name}-{tag}"), field));
                }
            }
            let field =
                Field::check("default", place.say("boolean-default"), ticked(sent, "default"));
            fields.push(("default".to_owned(), field));
        }
        "choice" | "choices" => fields.extend(choice_fields(place, (kind, sent), standing)),
        "file" | "image" => fields.push(number("max", "max-kb")),
        _ => {}
    }
    fields
}

/// Which shared choice a column takes its entries from, and the entry of new rows.
fn choice_fields(
    place: &Place,
    (kind, sent): (&str, &Sent),
    standing: Option<&ColumnKind>,
) -> Vec<Named> {
    let mut fields = Vec::new();
    if standing.is_none() {
        let own = (String::new(), place.say("choice-own"));
        let shared = choices::names(place);
        let field =
            Field::select("shared", place.say("choice-of"), std::iter::once(own).chain(shared));
        let field = field.value(value(sent, "shared")).hint(place.say("choice-of-hint"));
        fields.push(("shared".to_owned(), field));
    }
    if kind == "choice" {
        let field = match standing {
            Some(ColumnKind::Choice { options, .. }) => {
                let model = place.session.model();
                let entries = match options {
                    Options::Local(entries) => entries.as_slice(),
                    Options::Global(name) => {
                        model.choice(name).map_or(&[][..], |choice| choice.options.as_slice())
                    }
                };
                let none = (String::new(), "—".to_owned());
                let entries = entries.iter().map(|entry| {
                    (entry.value.to_string(), entry.labels.text(place.language).to_owned())
                });
                Field::select(
                    "default",
                    place.say("choice-default"),
                    std::iter::once(none).chain(entries),
                )
            }
            _ => Field::text("default", place.say("choice-default"))
                .hint(place.say("choice-default-hint")),
        };
        fields.push(("default".to_owned(), field.value(value(sent, "default"))));
    }
    fields
}
