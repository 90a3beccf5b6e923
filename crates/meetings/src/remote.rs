//! The organisation's calendar and transcripts, over Microsoft Graph.
//!
//! What is documented: the paths, that applications read transcripts of those people only whom an access policy opens to
//! them, and that a recap is made only of meetings that had the app. The hub reads with what was granted to its
//! application (`Calendars.Read`, `OnlineMeetings.Read.All`, `OnlineMeetingTranscript.Read.All`), and for a person only
//! the calendar of the account with which that person signed in to the organisation; both are our own choice, so that a
//! transcript is fetched while nobody looks.

use std::{fmt, sync::Arc};

use db::Tx;
use futures_util::future::BoxFuture;
use graph::{Caller, Error as Refused, Graph};
use jiff::{SignedDuration, Timestamp};
use kernel::{Scope, TenantId};
use linking_setup::MicrosoftTeams;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Absence, Error, Kept, Meeting, Meetings, Origin, Part, Result,
    keep::{Entry, JOB},
    service::{cut, unheard},
    speech, store,
};

/// The organisation's Graph, and who the caller is there.
#[derive(Debug, Clone)]
pub struct At {
    /// The client.
    pub graph: Graph,
    /// The directory's identifier of the caller; nothing where the caller did not sign in there.
    pub user: Option<String>,
}

/// The organisation at Graph, asked for whoever calls.
type GraphOf = Box<dyn Fn(Scope) -> BoxFuture<'static, Option<At>> + Send + Sync>;
/// Whether the organisation's policy lets meetings be transcribed; nothing where nobody knows.
type PolicyOf = Box<dyn Fn(TenantId) -> BoxFuture<'static, Option<bool>> + Send + Sync>;

/// What tells of transcripts; nothing where no Teams is.
type NoticesOf = Box<dyn Fn() -> Option<Arc<MicrosoftTeams>> + Send + Sync>;

/// The organisation's calendar and its policies, as whoever builds the hub has them.
pub struct Outside {
    /// Microsoft Graph.
    pub graph: GraphOf,
    /// The transcription policy.
    pub transcription: PolicyOf,
    /// Notices of transcripts.
    pub notices: NoticesOf,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Outside {
    /// None at all: nothing is read, and nobody knows the policy.
    pub fn none() -> Self {
        Self {
            graph: Box::new(|_scope| Box::pin(std::future::ready(None))),
            transcription: Box::new(|_tenant| Box::pin(std::future::ready(None))),
            notices: Box::new(|| None),
        }
    }
}

impl Meetings {
    /// Reads the caller's calendar of the organisation, a week back and two ahead.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::CalendarNotConnected`], [`Error::Graph`], [`Error::Store`].
    pub async fn read_calendar(&self, scope: &Scope) -> Result<Kept> {
        crate::service::person(scope)?;
        let at = (self.outside.graph)(scope.clone()).await.ok_or(Error::CalendarNotConnected)?;
        let user = at.user.ok_or(Error::CalendarNotConnected)?;
        let now = self.clock.now();
        let (from, to) = (now - BACK, now + AHEAD);
        let path = format!(
            "/users/{}/calendarView?startDateTime={}&endDateTime={}&$top=100&$orderby=start/dateTime",
            word(&user),
            from.strftime("%Y-%m-%dT%H:%M:%SZ"),
            to.strftime("%Y-%m-%dT%H:%M:%SZ"),
        );
        let rows = at.graph.all(Caller::Application, &path, MAX_EVENTS).await?;
        let mut entries = Vec::new();
        let (mut private, mut left_out) = (0, 0);
        for row in &rows {
            match entry(row, &user) {
                Read::Private => private += 1,
                Read::LeftOut => left_out += 1,
                Read::Entry(entry) => entries.push(*entry),
            }
        }
        let mut kept = self.keep(scope, entries, Origin::Graph).await?;
        kept.private += private;
        kept.left_out += left_out;
        Ok(kept)
    }

    /// Looks for the transcript of a meeting now, and makes the recap where there is one; why there is none is kept with
    /// the meeting and told.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Graph`], [`Error::Store`].
    pub async fn fetch(&self, scope: &Scope, id: Uuid) -> Result<Option<Absence>> {
        let meeting = self.seen(scope, id).await?;
        if meeting.has_transcript {
            return Ok(None);
        }
        let found = self.look(scope.tenant(), meeting).await?;
        if found.is_none() {
            match self.make_recap(scope, id).await {
                Ok(()) | Err(Error::NoRecap(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Looks for the transcript of a meeting as the room's own work, and keeps what was found.
    pub(crate) async fn look(&self, tenant: TenantId, meeting: Meeting) -> Result<Option<Absence>> {
        let root = self.scopes.scope(tenant, JOB);
        let id = meeting.id;
        let found = match self.fetched(&root, &meeting).await {
            Ok(file) => match speech::read(file).await {
                Ok(read) => {
                    let may = move |tx: &Tx<'_>| {
                        store::any(tx, id)?.ok_or(Error::NotFound { meeting: id })
                    };
                    self.keep_speech(&root, (id, None), (read, Origin::Graph), may).await?;
                    return Ok(None);
                }
                Err(Error::Transcript(_)) => Absence::Unreadable,
                Err(error) => return Err(error),
            },
            Err(Error::NoRecap(absence)) => absence,
            Err(Error::Graph(Refused::Forbidden { .. })) => Absence::NoAccess,
            // a meeting of others, or one that is gone
            Err(Error::Graph(Refused::NotFound { .. })) => Absence::NoTranscript,
            Err(error) => return Err(error),
        };
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            if let Some(mut meeting) = store::any(tx, id)? {
                (meeting.absence, meeting.looked_at) = (Some(found), Some(now));
                store::put(tx, &meeting, now)?;
            }
            Ok(())
        };
        self.db.write(&root, write).await?;
        Ok(Some(found))
    }

    /// The transcript of a meeting, as Graph has it; [`Error::NoRecap`] says why there is none.
    async fn fetched(&self, root: &Scope, meeting: &Meeting) -> Result<Vec<u8>> {
        let none = |absence| Err(Error::NoRecap(absence));
        if meeting.is_cancelled {
            return none(Absence::Cancelled);
        }
        // it had the app, or it has no recap (sales reference §5.7)
        let Some(app_at) = meeting.app_at else { return none(Absence::NoApp) };
        if app_at > meeting.ends_at {
            return none(Absence::AppLate);
        }
        if !self.rules(root).await?.fetch {
            return none(Absence::FetchOff);
        }
        if (self.outside.transcription)(root.tenant()).await == Some(false) {
            return none(Absence::Policy);
        }
        let (Some(user), Some(join)) = (&meeting.remote_user, &meeting.join_url) else {
            return none(Absence::NotConnected);
        };
        let Some(at) = (self.outside.graph)(root.clone()).await else {
            return none(Absence::NotConnected);
        };
        let graph = at.graph;
        let user = word(user);
        let filter = format!("JoinWebUrl eq '{}'", join.replace('\'', "''"));
        let path = format!("/users/{user}/onlineMeetings?$filter={}", word(&filter));
        let found = graph.all(Caller::Application, &path, 2).await?;
        let Some(online) = found.first().and_then(|row| row.get("id")).and_then(Json::as_str)
        else {
            return none(Absence::NoTranscript);
        };
        let base = format!("/users/{user}/onlineMeetings/{}/transcripts", word(online));
        let all = graph.all(Caller::Application, &base, MAX_TRANSCRIPTS).await?;
        // the days of a series are one meeting there: what was said on this one
        let (from, to) = (meeting.starts_at - EARLY, meeting.ends_at + LATE);
        let own = |row: &&Json| {
            let made = row.get("createdDateTime").and_then(Json::as_str);
            let made = made.and_then(|text| text.parse::<Timestamp>().ok());
            made.is_some_and(|made| from <= made && made <= to)
        };
        let own: Vec<&Json> = all.iter().filter(own).collect();
        let transcript = match own.as_slice() {
            [] => return none(unheard(&Meeting { absence: None, ..meeting.clone() })),
            [one] => one.get("id").and_then(Json::as_str).unwrap_or_default(),
            _ => return none(Absence::Several),
        };
        let path = format!("{base}/{}/content?$format=text/vtt", word(transcript));
        Ok(graph.text(Caller::Application, &path, "text/vtt").await?.to_vec())
    }
}

/// What a row of a calendar is to us.
enum Read {
    Private,
    LeftOut,
    Entry(Box<Entry>),
}

fn entry(row: &Json, user: &str) -> Read {
    let text = |name: &str| row.get(name).and_then(Json::as_str).unwrap_or_default();
    let flag = |name: &str| row.get(name).and_then(Json::as_bool).unwrap_or_default();
    if !matches!(text("sensitivity"), "" | "normal") {
        return Read::Private;
    }
    let (Some(starts_at), Some(ends_at)) = (moment(row.get("start")), moment(row.get("end")))
    else {
        return Read::LeftOut;
    };
    if flag("isAllDay") {
        return Read::LeftOut;
    }
    let person = |of: &Json| -> Option<(String, String)> {
        let known = of.get("emailAddress")?;
        let word = |name: &str| known.get(name).and_then(Json::as_str).unwrap_or_default();
        let address = mailbox::Address::new(Some(word("name")), word("address"))?;
        Some((address.name.unwrap_or_default(), address.address))
    };
    let attendees = row.get("attendees").and_then(Json::as_array);
    let people = attendees.into_iter().flatten().filter_map(|of| {
        let part = match of.get("type").and_then(Json::as_str) {
            Some("resource") => return None,
            Some("optional") => Part::Optional,
            _ => Part::Required,
        };
        person(of).map(|(name, address)| (name, address, part))
    });
    let join = row.get("onlineMeeting").and_then(|of| of.get("joinUrl")).and_then(Json::as_str);
    let subject: Vec<&str> = text("subject").split_whitespace().collect();
    Read::Entry(Box::new(Entry {
        uid: cut(text("iCalUId"), 400),
        subject: subject.join(" "),
        starts_at,
        ends_at,
        organiser: row.get("organizer").and_then(person),
        people: people.take(calendar_files::MAX_PEOPLE).collect(),
        join_url: join.filter(|url| url.len() <= 2_000).map(str::to_owned),
        is_recurring: !matches!(text("type"), "" | "singleInstance"),
        is_cancelled: flag("isCancelled"),
        remote_user: Some(user.to_owned()),
    }))
}

/// A time with its zone; without a header that asks for another it is UTC.
fn moment(of: Option<&Json>) -> Option<Timestamp> {
    let text = of?.get("dateTime")?.as_str()?;
    let local: jiff::civil::DateTime = text.trim_end_matches('Z').parse().ok()?;
    local.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A text as a piece of an address.
fn word(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// How far back and ahead a calendar is read.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long before its beginning and after its end the transcript of a meeting is made.
const EARLY: SignedDuration = SignedDuration::from_hours(1);
const LATE: SignedDuration = SignedDuration::from_hours(12);
/// Rows of a calendar and of a list of transcripts that are read.
const MAX_EVENTS: usize = 500;
const MAX_TRANSCRIPTS: usize = 200;
