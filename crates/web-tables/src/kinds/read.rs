//! What the fields of a column were filled with.

use std::str::FromStr;

use tables::{ColumnKind, Fixed, Labels, Options};

use super::{BEHAVIOUR, DATE, MEMO, TEXT, WHOLE};
use crate::{
    choices,
    parts::{Sent, labels_of, ticked, value},
    place::Place,
    wrong::Mistakes,
};

/// Reads fields and notes what is wrong with them.
struct Reader<'a> {
    place: &'a Place,
    sent: &'a Sent,
    mistakes: Mistakes,
}

impl Reader<'_> {
    fn wrong(&mut self, name: &str) {
        let sentence = self.place.say("wrong-number");
        self.mistakes.insert(name.to_owned(), sentence);
    }

    /// A number; what is empty stays what it was.
    fn number<T: FromStr + Copy>(&mut self, name: &str, standing: T) -> T {
        let text = plain(value(self.sent, name));
        if text.is_empty() {
            return standing;
        }
        text.parse().unwrap_or_else(|_odd| {
            self.wrong(name);
            standing
        })
    }

    /// A number with digits behind the point, in units of its scale.
    fn fixed(&mut self, name: &str, scale: u8, standing: i64) -> i64 {
        let text = plain(value(self.sent, name));
        if text.is_empty() {
            return standing;
        }
        if let Some(parsed) = Fixed::parse(&text, scale) {
            return parsed.value.units;
        }
        self.wrong(name);
        standing
    }

    fn word<T: Copy>(&self, all: &[(&str, T)], name: &str, standing: T) -> T {
        let said = value(self.sent, name);
        all.iter().find(|(word, _)| *word == said).map_or(standing, |(_, value)| *value)
    }

    fn options(&mut self, standing: &Options) -> Options {
        let shared = value(self.sent, "shared");
        if let Options::Global(_) = standing {
            return standing.clone();
        }
        if !shared.is_empty() {
            return Options::Global(shared.to_owned());
        }
        let known = match standing {
            Options::Local(entries) => entries.as_slice(),
            Options::Global(_) => &[],
        };
        match choices::read(self.place, self.sent, known) {
            Ok(entries) => Options::Local(entries),
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                standing.clone()
            }
        }
    }
}

/// A number as people type it: blanks between thousands, a comma for the point.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect()
}

/// The kind of a column as the form says; `kind` is what it is until then.
pub(crate) fn read(place: &Place, kind: ColumnKind, sent: &Sent) -> Result<ColumnKind, Mistakes> {
    let mut reader = Reader { place, sent, mistakes: Mistakes::new() };
    let read = match kind {
        ColumnKind::Text { max, format } => ColumnKind::Text {
            max: reader.number("max", max),
            format: reader.word(&TEXT, "format", format),
        },
        ColumnKind::Memo { max, format } => ColumnKind::Memo {
            max: reader.number("max", max),
            format: reader.word(&MEMO, "format", format),
        },
        ColumnKind::Whole { min, max, format } => ColumnKind::Whole {
            min: reader.number("min", min),
            max: reader.number("max", max),
            format: reader.word(&WHOLE, "format", format),
        },
        ColumnKind::Decimal { precision, min, max } => {
            let digits = reader.number("precision", precision).min(10);
            let range = tables::limits::decimal_range(digits);
            let scaled = |units| {
                let number = Fixed::new(units, precision);
                number.rescaled(digits).map_or(range, |number| number.units).clamp(-range, range)
            };
            ColumnKind::Decimal {
                precision: digits,
                min: reader.fixed("min", digits, scaled(min)),
                max: reader.fixed("max", digits, scaled(max)),
            }
        }
        ColumnKind::Double { precision, min, max } => ColumnKind::Double {
            precision: reader.number("precision", precision),
            min: reader.number("min", min),
            max: reader.number("max", max),
        },
        ColumnKind::Money { precision, min, max } => ColumnKind::Money {
            precision: reader.number("precision", precision),
            min: reader.fixed("min", tables::MONEY_SCALE, min),
            max: reader.fixed("max", tables::MONEY_SCALE, max),
        },
        ColumnKind::DateTime { format, behaviour } => ColumnKind::DateTime {
            format: reader.word(&DATE, "format", format),
            behaviour: reader.word(&BEHAVIOUR, "behaviour", behaviour),
        },
        ColumnKind::Boolean { yes, no, .. } => {
            let labels = |name: &str, standing: &Labels| labels_of(sent, name, standing);
            ColumnKind::Boolean {
                yes: labels("yes", &yes),
                no: labels("no", &no),
                default: ticked(sent, "default"),
            }
        }
        ColumnKind::Choice { options, .. } => {
            let said = value(sent, "default");
            let default = if said.is_empty() { None } else { Some(reader.number("default", 0)) };
            ColumnKind::Choice { options: reader.options(&options), default }
        }
        ColumnKind::Choices { options } => {
            ColumnKind::Choices { options: reader.options(&options) }
        }
        ColumnKind::File { max_kb } => ColumnKind::File { max_kb: reader.number("max", max_kb) },
        ColumnKind::Image { max_kb } => ColumnKind::Image { max_kb: reader.number("max", max_kb) },
        other => other,
    };
    if reader.mistakes.is_empty() { Ok(read) } else { Err(reader.mistakes) }
}
