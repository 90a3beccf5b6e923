//! People are reminded of their meetings in the chat with the bot, or by mail (sales reference §5.7): a card in good time before one, and the day's
//! meetings in the morning, each in the reader's language and time zone, with what the reader may see.
//!
//! Published: the card comes once, one hour before, for meetings with somebody from outside and at most 29 colleagues,
//! that are no series, not private, not a whole day and not called off; the list has the next five meetings. Our own
//! choices: both come by mail where the person has no chat with the bot or wants mail, people say for themselves whether and when nothing comes, and what falls into their quiet
//! hours comes when these are over, unless the meeting began.

mod chat;
mod letter;

use db::Tx;
use event_log::{Change, Subject, audit};
use identity::users::{User, UserState};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{Language, Permission, Scope, UserId};
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Meetings, Result, Rules, service::person, store::remind};

/// Where reminders come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    /// In the chat with the bot in Teams; by mail for whoever has none.
    #[default]
    Teams,
    /// By mail.
    Mail,
    /// Both.
    Both,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Teams, Self::Mail, Self::Both];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Teams => "teams",
            Self::Mail => "mail",
            Self::Both => "both",
        }
    }

    /// The way of a word that somebody sent.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn read(text: &str) -> Result<Self> {
        let wrong = || Error::field("/way", "meeting.way", "`teams`, `mail` or `both`");
        Self::parse(text).ok_or_else(wrong)
    }

    /// The way of a word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// What a person decided of what they are reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders {
    /// Whether a card comes before a meeting.
    pub cards: bool,
    /// Whether the day's meetings come in the morning.
    pub digest: bool,
    /// From which minute of the person's day nothing comes.
    pub quiet_from: i64,
    /// Until which; the same minute for no quiet hours.
    pub quiet_to: i64,
    /// Where it comes.
    pub way: Way,
}

impl Default for Reminders {
    fn default() -> Self {
        let (quiet_from, quiet_to) = (20 * 60, 6 * 60);
        Self { cards: true, digest: true, quiet_from, quiet_to, way: Way::Teams }
    }
}

impl Reminders {
    /// Whether nothing is to come at a minute of the day.
    pub(crate) fn is_quiet(self, minute: i64) -> bool {
        let (from, to) = (self.quiet_from, self.quiet_to);
        if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}

/// Somebody who is reminded, as far as letters need it.
struct Reader {
    scope: Scope,
    user: UserId,
    address: Option<String>,
    language: Language,
    zone: TimeZone,
    own: Reminders,
}

impl Reader {
    fn minute(&self, now: Timestamp) -> i64 {
        let here = now.to_zoned(self.zone.clone());
        i64::from(here.hour()) * 60 + i64::from(here.minute())
    }
}

impl Meetings {
    /// What the caller is reminded of, and whether anything can come at all: by mail, or in a chat with the bot.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn reminders(&self, scope: &Scope) -> Result<(Reminders, bool)> {
        let user = person(scope)?;
        let kept = self.db.read_one(scope, move |tx| remind::reminders(tx, user)).await?;
        let comes = self.has_mail() || answered(self.teams.has_chat(scope).await)?;
        Ok((kept.unwrap_or_default(), comes))
    }

    /// Sets what the caller is reminded of.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Invalid`], [`Error::Store`].
    pub async fn set_reminders(&self, scope: &Scope, new: Reminders) -> Result<Reminders> {
        let user = person(scope)?;
        for (pointer, minute) in [("/quiet_from", new.quiet_from), ("/quiet_to", new.quiet_to)] {
            if !(0..24 * 60).contains(&minute) {
                return Err(Error::field(pointer, "meeting.quiet", "a time of the day, as 20:00"));
            }
        }
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let before = remind::reminders(tx, user)?.unwrap_or_default();
            remind::set_reminders(tx, user, (&new, now))?;
            let told = |one: Reminders| {
                json!({
                    "cards": one.cards, "digest": one.digest, "quietFrom": one.quiet_from,
                    "quietTo": one.quiet_to, "way": one.way.as_str(),
                })
            };
            let change = Change {
                action: "meeting.reminders",
                subject: Subject::new("user", user),
                before: Some(told(before)),
                after: Some(told(new)),
                at: now,
            };
            audit(tx, &change)
        };
        self.db.write(scope, write).await?;
        Ok(new)
    }

    fn has_mail(&self) -> bool {
        self.workspace.settings().mail.relay_host.is_some()
    }

    /// Sends what is due now; how many letters that were. For the hub's own work.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub(crate) async fn remind(
        &self,
        root: &Scope,
        (rules, tenant): (&Rules, (&str, Language)),
    ) -> Result<usize> {
        root.require(Permission::System)?;
        if !self.has_mail() && !answered(self.teams.speaks(root).await)? {
            return Ok(0);
        }
        let now = self.clock.now();
        self.db.write(root, move |tx| remind::forget_sent(tx, now - KNOWN)).await?;
        let mut sent = 0;
        if rules.prepare_minutes > 0 {
            let until = now + SignedDuration::from_mins(rules.prepare_minutes);
            let read = move |tx: &Tx<'_>| remind::cards_due(tx, (now, until), (INSIDE, A_ROUND));
            for (meeting, user) in self.db.read_one(root, read).await? {
                match Box::pin(self.send_card(root, (user, meeting), tenant)).await {
                    Ok(done) => sent += usize::from(done),
                    Err(error) => failed(&error),
                }
            }
        }
        if !rules.digest {
            return Ok(sent);
        }
        let mut after = UserId::from(Uuid::nil());
        loop {
            let at = (now, now + DAY, now - SINCE);
            let read = move |tx: &Tx<'_>| remind::digests_due(tx, at, (after, A_ROUND));
            let users = self.db.read_one(root, read).await?;
            let Some(last) = users.last() else { break };
            after = *last;
            for user in users {
                match Box::pin(self.send_digest(root, (user, rules.digest_hour), tenant)).await {
                    Ok(done) => sent += usize::from(done),
                    Err(error) => failed(&error),
                }
            }
        }
        Ok(sent)
    }

    async fn send_card(
        &self,
        root: &Scope,
        (user, meeting): (UserId, Uuid),
        tenant: (&str, Language),
    ) -> Result<bool> {
        let now = self.clock.now();
        let Some(reader) = self.reader(root, user, tenant.1).await? else { return Ok(false) };
        if !reader.own.cards || reader.own.is_quiet(reader.minute(now)) {
            return Ok(false);
        }
        let (opened, prepared) = self.prepared(&reader.scope, meeting).await?;
        let written = letter::card(&reader, (&opened, &prepared), &self.base);
        let what = format!("card:{meeting}");
        self.send(root, (&reader, &what, Some(meeting)), (written, tenant.0)).await
    }

    async fn send_digest(
        &self,
        root: &Scope,
        (user, hour): (UserId, i64),
        tenant: (&str, Language),
    ) -> Result<bool> {
        let now = self.clock.now();
        let Some(reader) = self.reader(root, user, tenant.1).await? else { return Ok(false) };
        let (minute, own) = (reader.minute(now), reader.own);
        let is_time = (hour * 60..(hour + LATE) * 60).contains(&minute);
        if !own.digest || !is_time || own.is_quiet(minute) {
            return Ok(false);
        }
        let read = move |tx: &Tx<'_>| remind::coming(tx, user, (now, NEXT));
        let coming = self.db.read_one(root, read).await?;
        let today = now.to_zoned(reader.zone.clone()).date();
        let is_today = |at: Timestamp| at.to_zoned(reader.zone.clone()).date() == today;
        if !coming.first().is_some_and(|one| is_today(one.starts_at)) {
            return Ok(false);
        }
        let written = letter::digest(&reader, &coming, (today, &self.base));
        let what = format!("digest:{today}");
        self.send(root, (&reader, &what, None), (written, tenant.0)).await
    }

    /// Sends something once: its name is written before, so that whoever comes after a crash sends the same letter. What the
    /// bot says has no name there: it is said before that is certain to be the first time, and never twice.
    async fn send(
        &self,
        root: &Scope,
        (reader, what, meeting): (&Reader, &str, Option<Uuid>),
        (written, sender): (letter::Written, &str),
    ) -> Result<bool> {
        let (user, now, fresh) = (reader.user, self.clock.now(), self.ids.fresh());
        let name = what.to_owned();
        let begin =
            move |tx: &Tx<'_>| remind::begin_letter(tx, (user, &name, meeting), (fresh, now));
        let Some((id, told)) = self.db.write(root, begin).await? else { return Ok(false) };
        let in_chat = match reader.own.way {
            Way::Mail => false,
            _ if told => true,
            _ => self.say(root, (reader, what), &written).await?,
        };
        let to = reader.address.clone().filter(|_| self.has_mail());
        let by_mail = to.filter(|_| !in_chat || reader.own.way == Way::Both);
        if !in_chat && by_mail.is_none() {
            return Ok(false);
        }
        if let Some(to) = by_mail {
            let letter = workspace::mail::Letter {
                id: id.into(),
                sender: sender.to_owned(),
                subject: written.subject,
                text: written.text,
                html: written.html,
            };
            self.workspace.send_letter(root, (user, to), letter).await.map_err(Error::Letter)?;
        }
        let name = what.to_owned();
        self.db.write(root, move |tx| remind::letter_sent(tx, (user, &name), now)).await?;
        Ok(true)
    }

    /// Has the bot say it; false where it does not talk with the person.
    async fn say(
        &self,
        root: &Scope,
        (reader, what): (&Reader, &str),
        written: &letter::Written,
    ) -> Result<bool> {
        let user = reader.user;
        let mark = async |told: bool| {
            let name = what.to_owned();
            let write = move |tx: &Tx<'_>| remind::mark_told(tx, (user, &name), told);
            self.db.write::<_, db::Error, _>(root, write).await
        };
        if !mark(true).await? {
            // somebody else says it this moment
            return Ok(true);
        }
        let said = self.teams.tell(root, user, &written.telling()).await;
        match said {
            Ok(true) => Ok(true),
            Ok(false) => {
                mark(false).await?;
                Ok(false)
            }
            Err(error) => {
                mark(false).await?;
                tracing::warn!(error = &error as &dyn std::error::Error, "the bot cannot remind");
                // the next round tries again; who has an address gets a letter meanwhile
                Ok(false)
            }
        }
    }

    /// Somebody who may have meetings here.
    async fn reader(
        &self,
        root: &Scope,
        user: UserId,
        language: Language,
    ) -> Result<Option<Reader>> {
        let Some(scope) = self.scopes.person(root.tenant(), user).await? else { return Ok(None) };
        if !scope.may(Permission::ConnectionUse) {
            return Ok(None);
        }
        let known: User = self.identity.user(root, user).await?;
        if known.state != UserState::Active {
            return Ok(None);
        }
        let address = known.addresses.into_iter().next();
        let own = self.db.read_one(root, move |tx| remind::reminders(tx, user)).await?;
        Ok(Some(Reader {
            scope,
            user,
            address,
            language: known.language.unwrap_or(language),
            zone: TimeZone::get(&known.time_zone).unwrap_or(TimeZone::UTC),
            own: own.unwrap_or_default(),
        }))
    }
}

/// What the bot's room says; who may not ask it has no chat.
fn answered(told: teams_app::Result<bool>) -> Result<bool> {
    match told {
        Err(teams_app::Error::Store(error)) => Err(error.into()),
        told => Ok(told.unwrap_or_default()),
    }
}

fn failed(error: &Error) {
    let error: &(dyn std::error::Error + 'static) = error;
    tracing::warn!(error, "somebody could not be reminded of a meeting");
}

/// Colleagues beyond whom a meeting is none to prepare, meetings of a list (both published).
const INSIDE: i64 = 29;
const NEXT: i64 = 5;
/// People of one step, how far ahead a day is sought, how long after its hour a list is still sent, and for how long what
/// was sent is known; our own choices.
const A_ROUND: i64 = 200;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const SINCE: SignedDuration = SignedDuration::from_hours(16);
const LATE: i64 = 4;
const KNOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = Reminders::default();
        assert!(night.is_quiet(23 * 60) && night.is_quiet(0) && night.is_quiet(6 * 60 - 1));
        assert!(!night.is_quiet(6 * 60) && !night.is_quiet(20 * 60 - 1));
        let noon = Reminders { quiet_from: 12 * 60, quiet_to: 13 * 60, ..night };
        assert!(noon.is_quiet(12 * 60 + 30) && !noon.is_quiet(13 * 60) && !noon.is_quiet(0));
        let never = Reminders { quiet_from: 60, quiet_to: 60, ..night };
        assert!(!never.is_quiet(60) && !never.is_quiet(0));
    }
}
