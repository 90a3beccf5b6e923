//! Entries come in: typed, out of calendar files, or from the organisation's calendar.

use calendar_files::Event;
use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::Timestamp;
use kernel::{Scope, UserId};
use mailbox::Address;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Kept, Meeting, Meetings, NewMeeting, Origin, Part, Person, Result,
    service::{cut, organises, person},
    store,
};

/// An entry, wherever it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) uid: String,
    pub(crate) subject: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    /// Whoever organises it; the caller where nobody is named.
    pub(crate) organiser: Option<(String, String)>,
    /// Names, addresses.
    pub(crate) people: Vec<(String, String, Part)>,
    pub(crate) join_url: Option<String>,
    pub(crate) is_recurring: bool,
    pub(crate) is_cancelled: bool,
    pub(crate) remote_user: Option<String>,
}

/// Who brings entries.
struct Caller {
    user: UserId,
    name: String,
    address: String,
    domains: Vec<String>,
}

impl Meetings {
    /// Keeps an entry that the caller types; the caller organises it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`], [`Error::Full`], [`Error::Store`].
    pub async fn create(&self, scope: &Scope, new: NewMeeting) -> Result<Meeting> {
        let user = person(scope)?;
        let subject = new.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.is_empty() || subject.chars().count() > calendar_files::MAX_TEXT {
            return Err(Error::field("/subject", "meeting.subject", "1 to 400 signs"));
        }
        if new.ends_at < new.starts_at || new.ends_at.duration_since(new.starts_at) > LONGEST {
            let detail = "behind the beginning, at most 48 hours";
            return Err(Error::field("/ends_at", "meeting.ends_at", detail));
        }
        if new.people.len() > calendar_files::MAX_PEOPLE {
            return Err(Error::field("/people", "meeting.people", "at most 500 people"));
        }
        let mut people = Vec::new();
        for line in &new.people {
            let (name, address) = match line.split_once('<') {
                Some((name, rest)) => (name.trim(), rest.split('>').next().unwrap_or_default()),
                None => ("", line.trim()),
            };
            let known = Address::new(Some(name), address);
            let Some(known) = known else {
                let detail = "an address, or a name with one: Ben King <ben@fabrikam.example>";
                return Err(Error::field("/people", "meeting.address", detail));
            };
            people.push((known.name.unwrap_or_default(), known.address, Part::Required));
        }
        let uid: Uuid = self.ids.fresh();
        let entry = Entry {
            uid: uid.to_string(),
            subject,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            organiser: None,
            people,
            join_url: None,
            is_recurring: false,
            is_cancelled: false,
            remote_user: None,
        };
        let kept = self.keep(scope, vec![entry], Origin::Typed).await?;
        let id = kept.meetings.first().copied().ok_or(Error::NoMeeting)?;
        let read = move |tx: &Tx<'_>| store::lookup(tx, user, id);
        self.db.read_one(scope, read).await?.ok_or(Error::NotFound { meeting: id })
    }

    /// Keeps the entries of a calendar file in which the caller takes part. Private entries are never stored.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Calendar`], [`Error::NoMeeting`], [`Error::Full`],
    /// [`Error::Store`].
    pub async fn bring_calendar(&self, scope: &Scope, file: Vec<u8>) -> Result<Kept> {
        person(scope)?;
        let work = tokio::task::spawn_blocking(move || calendar_files::parse(&file));
        let events = work.await.map_err(|_gone| Error::GivenUp)?.map_err(Error::Calendar)?;
        let (mut private, mut left_out) = (0, 0);
        let mut entries = Vec::new();
        for event in events {
            if event.is_private {
                private += 1;
            } else if event.is_all_day {
                left_out += 1;
            } else {
                entries.push(Entry::of(event));
            }
        }
        let mut kept = self.keep(scope, entries, Origin::File).await?;
        kept.private += private;
        kept.left_out += left_out;
        if kept.meetings.is_empty() { Err(Error::NoMeeting) } else { Ok(kept) }
    }

    /// Keeps entries, a few in each transaction.
    pub(crate) async fn keep(
        &self,
        scope: &Scope,
        entries: Vec<Entry>,
        origin: Origin,
    ) -> Result<Kept> {
        let user = person(scope)?;
        let root = self.scopes.scope(scope.tenant(), JOB);
        let found = self.identity.people(&root, &[user]).await?.into_iter().next();
        let domains = self.mailbox.internal_domains(scope).await?;
        let known = found.map(|own| (own.display_name, own.address.unwrap_or_default()));
        let (name, address) = known.unwrap_or_default();
        // whoever has no address is told by the account
        let address = if address.is_empty() {
            format!("{user}@account.invalid")
        } else {
            address.to_lowercase()
        };
        let mut kept = Kept::default();
        for some in entries.chunks(A_WRITE) {
            let caller = Caller {
                user,
                name: name.clone(),
                address: address.clone(),
                domains: domains.clone(),
            };
            let some: Vec<(Uuid, Entry)> =
                some.iter().map(|entry| (self.ids.fresh(), entry.clone())).collect();
            let (now, most) = (self.clock.now(), i64::from(self.settings.max_meetings));
            let write = move |tx: &Tx<'_>| -> Result<Kept> {
                let mut left = most - store::kept_by(tx, user)?;
                let mut kept = Kept::default();
                for (id, entry) in &some {
                    match one(tx, &caller, (*id, entry, origin), (now, left > 0))? {
                        None => kept.left_out += 1,
                        Some((id, again)) => {
                            kept.meetings.push(id);
                            kept.again += usize::from(again);
                            left -= i64::from(!again);
                        }
                    }
                }
                let new = kept.meetings.len() - kept.again;
                if new > 0 {
                    let change = Change {
                        action: "meeting.keep",
                        subject: Subject::new("user", user),
                        before: None,
                        after: Some(json!({ "origin": origin.as_str(), "meetings": new })),
                        at: now,
                    };
                    audit(tx, &change)?;
                }
                Ok(kept)
            };
            let more = self.db.write(scope, write).await?;
            kept.meetings.extend(more.meetings);
            kept.again += more.again;
            kept.left_out += more.left_out;
        }
        Ok(kept)
    }
}

/// Keeps one entry; nothing where the caller takes no part in it.
fn one(
    tx: &Tx<'_>,
    caller: &Caller,
    (id, entry, origin): (Uuid, &Entry, Origin),
    (now, room): (Timestamp, bool),
) -> Result<Option<(Uuid, bool)>> {
    let people = people(tx, caller, (entry, origin))?;
    if !people.iter().any(|one| one.user == Some(caller.user)) {
        return Ok(None);
    }
    let known = if entry.uid.is_empty() {
        None
    } else {
        store::by_uid(tx, caller.user, (&entry.uid, entry.starts_at))?
    };
    // each day of a series is a meeting of its own
    let known = known.filter(|known| {
        known.starts_at == entry.starts_at || !(known.is_recurring || entry.is_recurring)
    });
    if known.is_none() && !room {
        return Err(Error::Full { most: store::kept_by(tx, caller.user)?.unsigned_abs() });
    }
    let organiser = people.first().map(|one| one.address.clone()).unwrap_or_default();
    let again = known.is_some();
    let is_mine = known
        .as_ref()
        .is_none_or(|known| known.kept_by == caller.user || organises(known, &people, caller.user));
    let mut meeting = known.unwrap_or(Meeting {
        id,
        kept_by: caller.user,
        origin,
        uid: entry.uid.clone(),
        subject: String::new(),
        starts_at: entry.starts_at,
        ends_at: entry.ends_at,
        organiser,
        join_url: None,
        is_recurring: false,
        is_cancelled: false,
        app_at: None,
        app_alone: false,
        remote_user: None,
        absence: None,
        looked_at: None,
        has_transcript: false,
        has_recap: false,
    });
    // what others brought changes by its own calendar alone
    if is_mine {
        meeting.subject = cut(&entry.subject, calendar_files::MAX_TEXT);
        meeting.starts_at = entry.starts_at;
        meeting.ends_at = entry.ends_at.max(entry.starts_at);
        meeting.join_url.clone_from(&entry.join_url);
        meeting.is_recurring = entry.is_recurring;
        meeting.is_cancelled = entry.is_cancelled;
        if people.iter().any(|one| one.is_external) && meeting.app_at.is_none() {
            meeting.app_at = Some(now);
            meeting.app_alone = true;
            meeting.absence = None;
        }
    }
    let organises_it = organises(&meeting, &people, caller.user);
    if entry.remote_user.is_some() && (organises_it || meeting.remote_user.is_none()) {
        meeting.remote_user.clone_from(&entry.remote_user);
    }
    store::put(tx, &meeting, now)?;
    if is_mine {
        store::put_people(tx, meeting.id, &people)?;
    }
    Ok(Some((meeting.id, again)))
}

/// Who is at an entry, whoever organises it first; each once, named by their account where they have one.
fn people(
    tx: &Tx<'_>,
    caller: &Caller,
    (entry, origin): (&Entry, Origin),
) -> db::Result<Vec<Person>> {
    let own = (caller.name.clone(), caller.address.clone());
    let organiser = entry.organiser.clone().unwrap_or_else(|| own.clone());
    let first = std::iter::once((organiser.0, organiser.1, Part::Organiser));
    let mut out: Vec<Person> = Vec::new();
    for (name, address, part) in first.chain(entry.people.iter().cloned()) {
        if out.iter().any(|known| known.address == address)
            || out.len() > calendar_files::MAX_PEOPLE
        {
            continue;
        }
        let is_own = address == caller.address;
        let user = if is_own { Some(caller.user) } else { identity::users::named(tx, &address)? };
        // one account has one place, whichever of its addresses were invited
        let user = user.filter(|user| !out.iter().any(|known| known.user == Some(*user)));
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let is_external = user.is_none() && !is_own && !mailbox::is_inside(domain, &caller.domains);
        let name = cut(&name.replace('\0', ""), 200);
        out.push(Person { address, name, user, part, is_external });
    }
    // an entry of one's own calendar is one's own, whatever address it names one by
    if origin == Origin::Graph && !out.iter().any(|one| one.user == Some(caller.user)) {
        let (name, address) = own;
        out.retain(|one| one.address != address);
        let user = Some(caller.user);
        out.push(Person { address, name, user, part: Part::Required, is_external: false });
    }
    Ok(out)
}

impl Entry {
    fn of(event: Event) -> Self {
        let part = |part| match part {
            calendar_files::Part::Organiser => Part::Organiser,
            calendar_files::Part::Required => Part::Required,
            calendar_files::Part::Optional => Part::Optional,
        };
        Self {
            uid: event.uid,
            subject: event.summary,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            organiser: event.organiser.map(|one| (one.name, one.address)),
            people: event
                .people
                .into_iter()
                .map(|one| (one.name, one.address, part(one.part)))
                .collect(),
            join_url: event.join_url,
            is_recurring: event.is_recurring,
            is_cancelled: event.is_cancelled,
            remote_user: None,
        }
    }
}

pub(crate) const JOB: &str = "meetings";
/// Entries of one transaction; each has its people to look up.
const A_WRITE: usize = 10;
/// The longest meeting that somebody types.
const LONGEST: jiff::SignedDuration = jiff::SignedDuration::from_hours(48);
