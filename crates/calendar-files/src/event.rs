//! Events out of lines.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    Error, MAX_BYTES, MAX_EVENTS, MAX_PEOPLE, MAX_TEXT,
    lines::{Line, unfolded},
    time,
};

/// An entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "things that each may be so or not")]
pub struct Event {
    /// What tells it from others, for all who have it; empty where the file says nothing.
    pub uid: String,
    /// What it is about, on one line.
    pub summary: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends; never before it begins.
    pub ends_at: Timestamp,
    /// Who organises it; an entry without others has nobody.
    pub organiser: Option<Person>,
    /// Who is invited, each once.
    pub people: Vec<Person>,
    /// Where people join it, when a program of meetings wrote the address.
    pub join_url: Option<String>,
    /// Whether it goes over whole days.
    pub is_all_day: bool,
    /// Whether it was called off.
    pub is_cancelled: bool,
    /// Whether only its owner is to see it (`CLASS`).
    pub is_private: bool,
    /// Whether it is one of a series, or the series itself.
    pub is_recurring: bool,
}

/// Somebody at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are called; empty where the file says nothing.
    pub name: String,
    /// The address, in lower case.
    pub address: String,
    /// What they are to it.
    pub part: Part,
}

/// What somebody is to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Organises it.
    Organiser,
    /// Is wanted there.
    Required,
    /// May come.
    Optional,
}

/// Reads the events of a calendar, in the order of the file.
///
/// # Errors
/// [`Error`] with the line where there is one.
pub fn parse(bytes: &[u8]) -> Result<Vec<Event>, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge { most: MAX_BYTES });
    }
    let text = str::from_utf8(bytes).map_err(|_odd| Error::Encoding)?;
    let lines = unfolded(text.trim_start_matches('\u{feff}'));
    let is_begin = |line: &Line| line.name == "BEGIN" && same(&line.value, "VCALENDAR");
    if !lines.first().is_some_and(is_begin) {
        return Err(Error::NotACalendar);
    }
    let zones = zones(&lines);
    let cancelled = lines.iter().any(|line| line.name == "METHOD" && same(&line.value, "CANCEL"));
    let mut out = Vec::new();
    let mut open: Vec<&Line> = Vec::new();
    let mut draft: Option<Draft> = None;
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => {
                open.push(line);
                if same(&line.value, "VEVENT") && draft.is_none() {
                    draft = Some(Draft { is_cancelled: cancelled, ..Draft::default() });
                }
            }
            "END" => {
                let begun = open.pop().filter(|begun| same(&begun.value, line.value.trim()));
                if begun.is_none() {
                    return Err(Error::Unbalanced { line: line.number });
                }
                if same(&line.value, "VEVENT")
                    && let Some(event) = draft.take().and_then(Draft::done)
                {
                    if out.len() >= MAX_EVENTS {
                        return Err(Error::TooMany { most: MAX_EVENTS });
                    }
                    out.push(event);
                }
            }
            // an alarm within an event has properties of the same names
            _ if open.last().is_some_and(|begun| same(&begun.value, "VEVENT")) => {
                if let Some(draft) = &mut draft {
                    draft.read(line, &zones);
                }
            }
            _ => {}
        }
    }
    if let Some(left) = open.last() {
        return Err(Error::Unbalanced { line: left.number });
    }
    if out.is_empty() { Err(Error::Empty) } else { Ok(out) }
}

/// The offsets that the file gives zones of its own. Daylight saving of a zone that nobody else knows is left out.
fn zones(lines: &[Line]) -> Vec<(String, TimeZone)> {
    let mut out: Vec<(String, TimeZone)> = Vec::new();
    let (mut name, mut standard) = (String::new(), false);
    for line in lines {
        match line.name.as_str() {
            "TZID" => line.value.trim().clone_into(&mut name),
            "BEGIN" => standard = same(&line.value, "STANDARD"),
            "TZOFFSETTO" if standard && out.len() < 100 => {
                if let Some(zone) = time::offset(line) {
                    out.push((name.clone(), zone));
                }
            }
            _ => {}
        }
    }
    out
}

/// An event as far as it was read.
#[derive(Default)]
struct Draft {
    uid: String,
    summary: String,
    start: Option<(Timestamp, bool)>,
    end: Option<Timestamp>,
    length: Option<SignedDuration>,
    organiser: Option<Person>,
    people: Vec<Person>,
    join_url: Option<String>,
    is_cancelled: bool,
    is_private: bool,
    is_recurring: bool,
}

impl Draft {
    fn read(&mut self, line: &Line, zones: &[(String, TimeZone)]) {
        match line.name.as_str() {
            "UID" => self.uid = one_line(&line.text()),
            "SUMMARY" => self.summary = one_line(&line.text()),
            "DTSTART" => self.start = time::moment(line, zones),
            "DTEND" => self.end = time::moment(line, zones).map(|(at, _)| at),
            "DURATION" => self.length = time::duration(&line.value),
            "ORGANIZER" => self.organiser = person(line, Part::Organiser),
            "ATTENDEE" => self.invite(line),
            "STATUS" => self.is_cancelled |= same(&line.value, "CANCELLED"),
            "CLASS" => self.is_private |= !same(&line.value, "PUBLIC"),
            "RRULE" | "RECURRENCE-ID" | "RDATE" => self.is_recurring = true,
            "X-MICROSOFT-SKYPETEAMSMEETINGURL" | "X-GOOGLE-CONFERENCE" => {
                self.join_url = Some(line.text()).filter(|url| is_join(url));
            }
            "DESCRIPTION" | "LOCATION" | "URL" if self.join_url.is_none() => {
                let text = line.text();
                let mut words = text.split(|c: char| c.is_whitespace() || "<>\"".contains(c));
                self.join_url = words.find(|word| is_join(word)).map(str::to_owned);
            }
            _ => {}
        }
    }

    fn invite(&mut self, line: &Line) {
        // rooms and projectors are invited too
        if line.param("CUTYPE").is_some_and(|kind| same(kind, "ROOM") || same(kind, "RESOURCE")) {
            return;
        }
        let is_optional = line
            .param("ROLE")
            .is_some_and(|role| same(role, "OPT-PARTICIPANT") || same(role, "NON-PARTICIPANT"));
        let part = if is_optional { Part::Optional } else { Part::Required };
        let Some(person) = person(line, part) else { return };
        let is_there = self.people.iter().any(|known| known.address == person.address);
        if !is_there && self.people.len() < MAX_PEOPLE {
            self.people.push(person);
        }
    }

    fn done(self) -> Option<Event> {
        let (starts_at, is_all_day) = self.start?;
        let usual = if is_all_day { SignedDuration::from_hours(24) } else { SignedDuration::ZERO };
        let length = self.length.unwrap_or(usual);
        let ends_at = self.end.or_else(|| starts_at.checked_add(length).ok()).unwrap_or(starts_at);
        let organiser = self.organiser;
        let is_other = |person: &Person| {
            organiser.as_ref().is_none_or(|organiser| organiser.address != person.address)
        };
        Some(Event {
            uid: self.uid,
            summary: self.summary,
            starts_at,
            ends_at: ends_at.max(starts_at),
            people: self.people.into_iter().filter(is_other).collect(),
            organiser,
            join_url: self.join_url,
            is_all_day,
            is_cancelled: self.is_cancelled,
            is_private: self.is_private,
            is_recurring: self.is_recurring,
        })
    }
}

/// Somebody of a line such as `ATTENDEE;CN=Ben:mailto:ben@fabrikam.example`.
fn person(line: &Line, part: Part) -> Option<Person> {
    let value = line.value.trim();
    let bare = match value.get(..7) {
        Some(head) if head.eq_ignore_ascii_case("mailto:") => value.get(7..)?,
        _ => line.param("EMAIL").unwrap_or(value),
    };
    let address = bare.trim().to_lowercase();
    let (name, domain) = address.rsplit_once('@')?;
    let is_one = !name.is_empty()
        && !domain.is_empty()
        && address.len() <= 254
        && !address.contains(|c: char| c.is_whitespace() || c.is_control());
    let called = one_line(line.param("CN").unwrap_or_default());
    let called = if called.eq_ignore_ascii_case(&address) { String::new() } else { called };
    is_one.then_some(Person { name: called, address, part })
}

/// Addresses by which people join meetings of Teams.
fn is_join(url: &str) -> bool {
    url.len() <= 2_000
        && ["https://teams.microsoft.com/", "https://teams.live.com/", "https://meet.google.com/"]
            .iter()
            .any(|start| url.starts_with(start))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let joined = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    joined.chars().take(MAX_TEXT).collect()
}

fn same(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other)
}
