//! What is posted of a link, and when: the rules alone.

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::change::Event;

/// Columns that are told of one link at most (our own choice: a card that people still read).
pub const MOST_COLUMNS: usize = 20;
/// How long a change waits for others, so that what is saved in one go is told on one card (our own choice).
pub const SETTLE: SignedDuration = SignedDuration::from_secs(20);
const DAY: i16 = 24 * 60;

/// What is posted to the channel of a link.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteRules {
    /// The columns whose changes are told. Nothing else of the record is shown, and never a secured column.
    pub columns: Vec<String>,
    /// Whether activities and notes that are added to the record are told, by their kind alone.
    pub created: bool,
    /// Whether changes of the columns are told.
    pub updated: bool,
    /// Whether it is told that the record is closed, opened again or deleted.
    pub closed: bool,
    /// When nothing is posted.
    pub quiet: Option<Quiet>,
    /// Whether changes are gathered.
    pub digest: Digest,
    /// The time zone of hours, a name of the time zone database; that of who sets them when empty.
    pub zone: String,
}

/// Hours of a day in which nothing is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// The first minute of the day that is quiet.
    pub from: i16,
    /// The first minute that is not quiet any more; before `from`, it is one of the next day.
    pub to: i16,
    /// Whether Saturdays and Sundays are quiet.
    #[serde(default)]
    pub weekend: bool,
}

/// Whether changes are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Digest {
    /// They are told as they come.
    #[default]
    None,
    /// Once an hour, at the full hour.
    Hourly,
    /// Once a day, at this minute of the day.
    Daily(i16),
}

/// What is wrong with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Too many columns.
    Columns,
    /// No time of a day, or hours without end.
    Hours,
    /// No time zone.
    Zone,
}

/// The minute of a day of a text such as `08:00`.
pub fn minute_of_day(text: &str) -> Option<i16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str, most: i16| {
        let digits =
            (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i16>().ok().filter(|number| digits && *number <= most)
    };
    Some(number(hour, 23)? * 60 + number(minute, 59)?)
}

/// A minute of a day as `08:00`.
pub fn time_of_day(minute: i16) -> String {
    format!("{:02}:{:02}", minute.div_euclid(60), minute.rem_euclid(60))
}

impl NoteRules {
    /// Whether anything is ever told.
    pub const fn is_on(&self) -> bool {
        self.created || (self.updated && !self.columns.is_empty()) || self.closed
    }

    /// Whether an event is told.
    pub const fn tells(&self, event: Event) -> bool {
        match event {
            Event::Added => self.created,
            Event::Updated => self.updated,
            Event::Closed | Event::Reopened | Event::Deleted => self.closed,
        }
    }

    /// What is wrong with them.
    pub fn wrong(&self) -> Option<Wrong> {
        let minute = |minute: i16| (0..DAY).contains(&minute);
        if self.columns.len() > MOST_COLUMNS {
            return Some(Wrong::Columns);
        }
        let hours = match self.quiet {
            Some(quiet) => minute(quiet.from) && minute(quiet.to) && quiet.from != quiet.to,
            None => true,
        };
        let digest = !matches!(self.digest, Digest::Daily(at) if !minute(at));
        if !(hours && digest) {
            return Some(Wrong::Hours);
        }
        let zone = self.zone.is_empty() || TimeZone::get(&self.zone).is_ok();
        (!zone).then_some(Wrong::Zone)
    }

    /// The time zone of its hours.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// When a change of `at` is told, if nothing else is in the way. Never before `at`.
    pub fn due(&self, at: Timestamp) -> Timestamp {
        let zone = self.zone();
        let due = match self.digest {
            Digest::None => at.checked_add(SETTLE).unwrap_or(at),
            Digest::Hourly => next_hour(at),
            Digest::Daily(minute) => next_daily(at, minute, &zone),
        };
        self.awake(due, &zone)
    }

    /// The first moment from `at` on that is not quiet.
    fn awake(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let Some(quiet) = self.quiet else { return at };
        let mut moment = at;
        // a night and a weekend, and once more where a clock is put forward in between
        for _ in 0..6 {
            match quiet.ends(moment, zone) {
                Some(later) if later > moment => moment = later,
                _ => break,
            }
        }
        moment
    }
}

impl Quiet {
    /// When the quiet that holds at a moment ends; `None` when it does not hold.
    fn ends(self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = at.to_zoned(zone.clone());
        let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
        let midnight = |days: i64| {
            let day = local.date().checked_add(jiff::Span::new().days(days)).ok()?;
            day.to_zoned(zone.clone()).ok()
        };
        if self.weekend && local.weekday().to_monday_zero_offset() >= 5 {
            return Some(midnight(1)?.timestamp());
        }
        let within = if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        };
        if !within {
            return None;
        }
        let days = i64::from(self.from > self.to && minute >= self.from);
        at_minute(&midnight(days)?, self.to)
    }
}

/// A minute of the day of a midnight.
fn at_minute(midnight: &jiff::Zoned, minute: i16) -> Option<Timestamp> {
    let (hour, rest) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let time = Time::new(hour, rest, 0, 0).ok()?;
    let there = midnight.date().to_datetime(time).to_zoned(midnight.time_zone().clone()).ok()?;
    Some(there.timestamp())
}

fn next_hour(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(3600) + 3600).unwrap_or(at)
}

fn next_daily(at: Timestamp, minute: i16, zone: &TimeZone) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    (0..3)
        .filter_map(|days| {
            let day = local.date().checked_add(jiff::Span::new().days(days)).ok()?;
            at_minute(&day.to_zoned(zone.clone()).ok()?, minute)
        })
        .find(|moment| *moment > at)
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn paris() -> NoteRules {
        NoteRules { zone: "Europe/Paris".to_owned(), ..NoteRules::default() }
    }

    #[test]
    fn a_change_waits_a_moment_for_others() {
        assert_eq!(paris().due(at("2026-06-02T10:00:00Z")), at("2026-06-02T10:00:20Z"));
    }

    #[test]
    fn quiet_hours_hold_a_change_until_they_end_also_over_midnight_and_weekends() {
        let night = Quiet { from: 18 * 60, to: 8 * 60, weekend: false };
        let rules = NoteRules { quiet: Some(night), ..paris() };
        // 21:00 in Paris: eight o'clock of the next day, 06:00 UTC in summer
        assert_eq!(rules.due(at("2026-06-02T19:00:00Z")), at("2026-06-03T06:00:00Z"));
        // 02:00 in Paris: of the same day
        assert_eq!(rules.due(at("2026-06-03T00:00:00Z")), at("2026-06-03T06:00:00Z"));
        assert_eq!(rules.due(at("2026-06-03T10:00:00Z")), at("2026-06-03T10:00:20Z"));
        // Friday evening, with quiet weekends: Monday at eight
        let quiet = Quiet { weekend: true, ..night };
        let rules = NoteRules { quiet: Some(quiet), ..paris() };
        assert_eq!(rules.due(at("2026-06-05T19:00:00Z")), at("2026-06-08T06:00:00Z"));
        let noon = Quiet { from: 12 * 60, to: 14 * 60, weekend: false };
        let rules = NoteRules { quiet: Some(noon), ..paris() };
        assert_eq!(rules.due(at("2026-06-02T10:30:00Z")), at("2026-06-02T12:00:00Z"));
    }

    #[test]
    fn quiet_hours_end_at_the_local_time_when_clocks_change() {
        let night = Quiet { from: 18 * 60, to: 8 * 60, weekend: false };
        let rules = NoteRules { quiet: Some(night), ..paris() };
        // in the night of 29 March 2026 clocks in Paris go forward
        assert_eq!(rules.due(at("2026-03-28T19:00:00Z")), at("2026-03-29T06:00:00Z"));
        // an end that this day does not have
        let gap = Quiet { from: 60, to: 150, weekend: false };
        let rules = NoteRules { quiet: Some(gap), ..paris() };
        assert!(rules.due(at("2026-03-29T00:30:00Z")) <= at("2026-03-29T01:30:20Z"));
    }

    #[test]
    fn a_digest_gathers_what_comes_until_its_hour() {
        let hourly = NoteRules { digest: Digest::Hourly, ..paris() };
        assert_eq!(hourly.due(at("2026-06-02T10:00:00Z")), at("2026-06-02T11:00:00Z"));
        assert_eq!(hourly.due(at("2026-06-02T10:59:59Z")), at("2026-06-02T11:00:00Z"));
        let daily = NoteRules { digest: Digest::Daily(9 * 60), ..paris() };
        assert_eq!(daily.due(at("2026-06-02T06:00:00Z")), at("2026-06-02T07:00:00Z"));
        assert_eq!(daily.due(at("2026-06-02T07:00:00Z")), at("2026-06-03T07:00:00Z"));
        let night = Quiet { from: 8 * 60, to: 10 * 60, weekend: false };
        let both = NoteRules { quiet: Some(night), ..daily };
        assert_eq!(both.due(at("2026-06-02T06:00:00Z")), at("2026-06-02T08:00:00Z"));
    }

    #[test]
    fn wrong_rules_are_refused() {
        assert_eq!(paris().wrong(), None);
        let many = (0..=MOST_COLUMNS).map(|n| n.to_string()).collect();
        assert_eq!(NoteRules { columns: many, ..paris() }.wrong(), Some(Wrong::Columns));
        let quiet = |from, to| Some(Quiet { from, to, weekend: false });
        for quiet in [quiet(0, 1440), quiet(-1, 5), quiet(7, 7)] {
            assert_eq!(NoteRules { quiet, ..paris() }.wrong(), Some(Wrong::Hours));
        }
        let digest = Digest::Daily(1440);
        assert_eq!(NoteRules { digest, ..paris() }.wrong(), Some(Wrong::Hours));
        let zone = "Mars/Olympus".to_owned();
        assert_eq!(NoteRules { zone, ..paris() }.wrong(), Some(Wrong::Zone));
    }

    #[test]
    fn what_is_not_chosen_is_not_told() {
        let rules = NoteRules { updated: true, ..paris() };
        assert!(!rules.is_on(), "without a column there is nothing to tell");
        let rules = NoteRules { columns: vec!["name".to_owned()], ..rules };
        assert!(rules.is_on() && rules.tells(Event::Updated));
        assert!(!rules.tells(Event::Closed) && !rules.tells(Event::Added));
    }
}
