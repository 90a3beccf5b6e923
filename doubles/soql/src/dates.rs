//! Literals of time: `TODAY`, `LAST_N_DAYS:7` and what they mean on a day.

use jiff::{Span as Length, ToSpan as _, civil::Date};

/// A literal of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateLiteral {
    place: Place,
    unit: Unit,
    count: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The unit that is `count` units away.
    At,
    /// The `count` units before this one; of days up to now.
    Last,
    /// The `count` units after this one.
    Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// From a day to the day before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
    /// Whether it ends now instead of at the end of the last day.
    pub until_now: bool,
}

/// The furthest that counts may reach; beyond it there are no days.
const MAX_COUNT: i64 = 100_000;

impl DateLiteral {
    /// The literal of a name, with the count after the colon.
    pub fn parse(name: &str, count: Option<i64>) -> Option<Self> {
        let name = name.to_ascii_uppercase().replace("_FISCAL_", "_");
        let literal = |place, unit, count| Some(Self { place, unit, count });
        match (name.as_str(), count) {
            ("TODAY", None) => return literal(Place::At, Unit::Day, 0),
            ("YESTERDAY", None) => return literal(Place::At, Unit::Day, -1),
            ("TOMORROW", None) => return literal(Place::At, Unit::Day, 1),
            ("LAST_90_DAYS", None) => return literal(Place::Last, Unit::Day, 90),
            ("NEXT_90_DAYS", None) => return literal(Place::Next, Unit::Day, 90),
            _ => {}
        }
        let unit = |text: &str| {
            Some(match text.trim_end_matches('S') {
                "DAY" => Unit::Day,
                "WEEK" => Unit::Week,
                "MONTH" => Unit::Month,
                "QUARTER" => Unit::Quarter,
                "YEAR" => Unit::Year,
                _ => return None,
            })
        };
        if let Some(count) = count {
            let count = (0..=MAX_COUNT).contains(&count).then_some(count)?;
            if let Some(rest) = name.strip_prefix("LAST_N_") {
                return literal(Place::Last, unit(rest)?, count);
            }
            if let Some(rest) = name.strip_prefix("NEXT_N_") {
                return literal(Place::Next, unit(rest)?, count);
            }
            let rest = name.strip_prefix("N_")?.strip_suffix("_AGO")?;
            return literal(Place::At, unit(rest)?, -count);
        }
        let (place, rest) = name.split_once('_')?;
        let unit = unit(rest).filter(|&unit| unit != Unit::Day && !rest.ends_with('S'))?;
        match place {
            "THIS" => literal(Place::At, unit, 0),
            "LAST" => literal(Place::At, unit, -1),
            "NEXT" => literal(Place::At, unit, 1),
            _ => None,
        }
    }

    /// The days it means on a day; `None` when they are out of the calendar.
    pub fn span(&self, today: Date) -> Option<Span> {
        let start = self.unit.start(today)?;
        let step = |from: Date, count| from.checked_add(self.unit.length(count)?).ok();
        let (from, to) = match self.place {
            Place::At => (step(start, self.count)?, step(start, self.count + 1)?),
            // Days run up to now; longer units end where the current one begins.
            Place::Last if self.unit == Unit::Day => (step(start, -self.count)?, step(start, 1)?),
            Place::Last => (step(start, -self.count)?, start),
            Place::Next => (step(start, 1)?, step(start, self.count + 1)?),
        };
        let until_now = self.place == Place::Last && self.unit == Unit::Day;
        Some(Span { from, to, until_now })
    }
}

impl Unit {
    fn length(self, count: i64) -> Option<Length> {
        let none = Length::new();
        match self {
            Self::Day => none.try_days(count),
            Self::Week => none.try_weeks(count),
            Self::Month => none.try_months(count),
            Self::Quarter => none.try_months(count.checked_mul(3)?),
            Self::Year => none.try_years(count),
        }
        .ok()
    }

    /// The first day of the unit around a day; weeks begin on Sunday, as in an American organisation.
    fn start(self, day: Date) -> Option<Date> {
        let first = day.first_of_month();
        match self {
            Self::Day => Some(day),
            Self::Week => {
                day.checked_sub(i64::from(day.weekday().to_sunday_zero_offset()).days()).ok()
            }
            Self::Month => Some(first),
            Self::Quarter => first.checked_sub(i64::from((first.month() - 1) % 3).months()).ok(),
            Self::Year => Some(day.first_of_year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(name: &str, count: Option<i64>) -> (Date, Date) {
        // A Wednesday.
        let span = DateLiteral::parse(name, count).unwrap().span(date(2026, 5, 13)).unwrap();
        (span.from, span.to)
    }

    #[test]
    fn literals_mean_the_published_days() {
        assert_eq!(days("today", None), (date(2026, 5, 13), date(2026, 5, 14)));
        assert_eq!(days("YESTERDAY", None), (date(2026, 5, 12), date(2026, 5, 13)));
        assert_eq!(days("THIS_WEEK", None), (date(2026, 5, 10), date(2026, 5, 17)));
        assert_eq!(days("LAST_MONTH", None), (date(2026, 4, 1), date(2026, 5, 1)));
        assert_eq!(days("NEXT_QUARTER", None), (date(2026, 7, 1), date(2026, 10, 1)));
        assert_eq!(days("THIS_FISCAL_YEAR", None), (date(2026, 1, 1), date(2027, 1, 1)));
        assert_eq!(days("LAST_N_DAYS", Some(7)), (date(2026, 5, 6), date(2026, 5, 14)));
        assert_eq!(days("NEXT_N_DAYS", Some(2)), (date(2026, 5, 14), date(2026, 5, 16)));
        assert_eq!(days("N_DAYS_AGO", Some(3)), (date(2026, 5, 10), date(2026, 5, 11)));
        assert_eq!(days("LAST_N_MONTHS", Some(2)), (date(2026, 3, 1), date(2026, 5, 1)));
        assert_eq!(days("LAST_90_DAYS", None), (date(2026, 2, 12), date(2026, 5, 14)));
    }

    #[test]
    fn other_names_are_none_and_far_counts_have_no_days() {
        for (name, count) in [
            ("THIS_DAY", None),
            ("TODAY", Some(1)),
            ("LAST_N_DAYS", None),
            ("LAST_N_DAYS", Some(-1)),
            ("LAST_N_DAYS", Some(i64::MAX)),
            ("N_AGO", Some(1)),
            ("THIS_WEEKS", None),
        ] {
            assert_eq!(DateLiteral::parse(name, count), None, "{name}");
        }
        let far = DateLiteral::parse("NEXT_N_YEARS", Some(90_000)).unwrap();
        assert_eq!(far.span(date(2026, 5, 13)), None);
    }
}
