//! Dates as people say them: relative up to a week, then the short local form.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::{Arg, Texts, number};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// From this many days on, the date itself is said.
const WEEK: i64 = 7;

/// Kibi steps of file sizes; people's tools say KB and mean these.
const STEP: u64 = 1024;

impl Texts {
    /// How long ago, or in how long, up to a week; then the short local date of `zone`.
    ///
    /// Days are the calendar's: at nine in the morning, ten in the evening before is yesterday.
    pub fn relative(
        &self,
        language: impl AsRef<str>,
        at: Timestamp,
        now: Timestamp,
        zone: &TimeZone,
    ) -> String {
        let language = language.as_ref();
        let (here, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
        let seconds = now.as_second() - at.as_second();
        let days = days_between(here.date(), today.date());
        let say = |key: &str, count: i64| self.text(language, key, &[("count", count.into())]);
        match seconds {
            // a clock that is a little ahead is no news
            _ if seconds.abs() < MINUTE => self.text(language, "i18n.now", &[]),
            MINUTE..HOUR => say("i18n.minutes-ago", seconds / MINUTE),
            HOUR..DAY if days == 0 => say("i18n.hours-ago", seconds / HOUR),
            _ if seconds <= -MINUTE && seconds > -HOUR => say("i18n.in-minutes", -seconds / MINUTE),
            _ if seconds <= -HOUR && days == 0 => say("i18n.in-hours", -seconds / HOUR),
            _ if days == 1 => self.at_time(language, "i18n.yesterday-at", &here),
            _ if days == -1 => self.at_time(language, "i18n.tomorrow-at", &here),
            _ if (2..WEEK).contains(&days) => say("i18n.days-ago", days),
            _ if (2..WEEK).contains(&-days) => say("i18n.in-days", -days),
            _ => self.short_date(language, here.date(), today.date()),
        }
    }

    /// The exact moment, for hovers and logs: weekday, date, time and the zone's abbreviation.
    pub fn exact(&self, language: impl AsRef<str>, at: Timestamp, zone: &TimeZone) -> String {
        let language = language.as_ref();
        let here = at.to_zoned(zone.clone());
        let args = [
            ("day", self.long_date(language, here.date()).into()),
            ("time", here.strftime("%H:%M:%S").to_string().into()),
            ("zone", here.strftime("%Z").to_string().into()),
        ];
        self.text(language, "i18n.exact", &args)
    }

    /// The time of day, to the minute.
    pub fn time(&self, _language: impl AsRef<str>, at: Timestamp, zone: &TimeZone) -> String {
        clock(&at.to_zoned(zone.clone()))
    }

    /// A day as a separator in a list: today, yesterday, else the long date.
    pub fn day(&self, language: impl AsRef<str>, day: Date, today: Date) -> String {
        let language = language.as_ref();
        match days_between(day, today) {
            0 => self.text(language, "i18n.today", &[]),
            1 => self.text(language, "i18n.yesterday", &[]),
            _ => self.long_date(language, day),
        }
    }

    /// A number grouped as the language does.
    pub fn number<'v>(&self, language: impl AsRef<str>, value: impl Into<Arg<'v>>) -> String {
        self.text(language, "i18n.number", &[("number", value.into())])
    }

    /// A size in the unit that reads best, with one decimal above bytes.
    pub fn bytes(&self, language: impl AsRef<str>, bytes: u64) -> String {
        let (mut unit, mut size) = (1_u64, 0_usize);
        while size + 1 < SIZES.len() && bytes / unit >= STEP {
            unit *= STEP;
            size += 1;
        }
        let key = SIZES.get(size).copied().unwrap_or("i18n.size-b");
        let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
        let plain =
            if size == 0 || tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") };
        let language = language.as_ref();
        let marks =
            if self.speak(language).tag() == "fr" { number::FRENCH } else { number::ENGLISH };
        self.text(language, key, &[("number", number::group(&plain, marks).into())])
    }

    fn at_time(&self, language: &str, key: &str, here: &Zoned) -> String {
        self.text(language, key, &[("time", clock(here).into())])
    }

    /// `3 Mar`, with the year where it is another one.
    fn short_date(&self, language: &str, day: Date, today: Date) -> String {
        let month = self.text(language, &format!("i18n.month-short-{}", day.month()), &[]);
        let mut args: Vec<(&str, Arg<'_>)> =
            vec![("day", day.day().into()), ("month", month.into())];
        if day.year() == today.year() {
            return self.text(language, "i18n.date-this-year", &args);
        }
        args.push(("year", day.year().to_string().into()));
        self.text(language, "i18n.date", &args)
    }

    fn long_date(&self, language: &str, day: Date) -> String {
        let weekday = day.weekday().to_monday_one_offset();
        let args = [
            ("weekday", self.text(language, &format!("i18n.weekday-{weekday}"), &[]).into()),
            ("day", day.day().into()),
            ("month", self.text(language, &format!("i18n.month-{}", day.month()), &[]).into()),
            ("year", day.year().to_string().into()),
        ];
        self.text(language, "i18n.long-date", &args)
    }
}

const SIZES: [&str; 5] =
    ["i18n.size-b", "i18n.size-kb", "i18n.size-mb", "i18n.size-gb", "i18n.size-tb"];

fn clock(here: &Zoned) -> String {
    here.strftime("%H:%M").to_string()
}

/// Whole calendar days from `day` to `today`; negative when `day` is to come.
fn days_between(day: Date, today: Date) -> i64 {
    day.until(today).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn paris() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone")
    }

    #[test]
    fn a_moment_is_relative_up_to_a_week() {
        let texts = Texts::global();
        let now = at("2026-03-11T10:00:00Z");
        for (then, english, french) in [
            ("2026-03-11T09:59:30Z", "just now", "à l’instant"),
            ("2026-03-11T10:00:20Z", "just now", "à l’instant"),
            ("2026-03-11T09:58:59Z", "1 minute ago", "il y a 1 minute"),
            ("2026-03-11T09:15:00Z", "45 minutes ago", "il y a 45 minutes"),
            ("2026-03-11T08:00:00Z", "2 hours ago", "il y a 2 heures"),
            ("2026-03-10T22:30:00Z", "yesterday at 23:30", "hier à 23:30"),
            ("2026-03-09T10:00:00Z", "2 days ago", "il y a 2 jours"),
            ("2026-03-05T10:00:00Z", "6 days ago", "il y a 6 jours"),
            ("2026-03-04T10:00:00Z", "4 Mar", "4 mars"),
            ("2025-03-04T10:00:00Z", "4 Mar 2025", "4 mars 2025"),
            ("2026-03-11T10:05:00Z", "in 5 minutes", "dans 5 minutes"),
            ("2026-03-11T13:00:00Z", "in 3 hours", "dans 3 heures"),
            ("2026-03-12T13:00:00Z", "tomorrow at 14:00", "demain à 14:00"),
            ("2026-03-14T13:00:00Z", "in 3 days", "dans 3 jours"),
            ("2026-08-01T13:00:00Z", "1 Aug", "1er août"),
        ] {
            assert_eq!(texts.relative("en", at(then), now, &paris()), english, "{then}");
            assert_eq!(texts.relative("fr", at(then), now, &paris()), french, "{then}");
        }
    }

    #[test]
    fn a_day_is_the_calendars_of_the_zone() {
        let texts = Texts::global();
        // half past eleven at night in UTC is the next day in Paris
        let (then, now) = (at("2026-03-10T23:30:00Z"), at("2026-03-11T22:50:00Z"));
        assert_eq!(texts.relative("en", then, now, &TimeZone::UTC), "yesterday at 23:30");
        assert_eq!(texts.relative("en", then, now, &paris()), "23 hours ago");
    }

    #[test]
    fn the_exact_moment_names_the_zone() {
        let texts = Texts::global();
        let then = at("2026-07-01T12:04:05Z");
        assert_eq!(texts.exact("en", then, &paris()), "Wednesday 1 July 2026, 14:04:05 CEST");
        assert_eq!(texts.exact("fr", then, &paris()), "mercredi 1er juillet 2026 à 14:04:05 CEST");
    }

    #[test]
    fn a_separator_says_today_and_yesterday() {
        let texts = Texts::global();
        let today = Date::constant(2026, 3, 11);
        assert_eq!(texts.day("fr", today, today), "Aujourd’hui");
        assert_eq!(texts.day("en", Date::constant(2026, 3, 10), today), "Yesterday");
        assert_eq!(texts.day("en", Date::constant(2026, 3, 2), today), "Monday 2 March 2026");
    }

    #[test]
    fn sizes_read_in_their_best_unit() {
        let texts = Texts::global();
        for (bytes, english, french) in [
            (0, "0 B", "0\u{a0}o"),
            (1023, "1,023 B", "1\u{202f}023\u{a0}o"),
            (1536, "1.5 KB", "1,5\u{a0}Ko"),
            (10 * 1024 * 1024, "10 MB", "10\u{a0}Mo"),
            (u64::MAX, "16,777,215.9 TB", "16\u{202f}777\u{202f}215,9\u{a0}To"),
        ] {
            assert_eq!(texts.bytes("en", bytes), english);
            assert_eq!(texts.bytes("fr", bytes), french);
        }
    }
}
