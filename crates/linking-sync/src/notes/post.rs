//! Posting what waits: one card at a time for each link, in order, never twice, never lost.
//!
//! The card is stored before it is sent. Whoever finds a stored card does not know whether it arrived: it is looked for
//! in the channel by its marker, and posted when it is not there.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use i18n::Texts;
use jiff::Timestamp;
use kernel::{Coded as _, Language, Scope, UserId};
use linking::{Link, State};
use linking_setup::Feature;
use queries::Query;
use records::{RowKey, Session};
use tables::Value;
use uuid::Uuid;
use workspace_port::{Error as Refusal, Workspace};

use super::{
    Post,
    card::{Draft, card, marker},
    change::{Shown, Told},
};
use crate::{
    Error, LinkingSync, Result, Trouble,
    store::{
        self,
        notes::{self as kept, Card, Kept, Waiting},
    },
    view::cell,
};

/// Seconds until what only a person can cure is tried again.
const HOUR: i64 = 3600;
/// Seconds until what is over by itself is tried again, doubled each time.
const AGAIN: i64 = 10;

/// What became of a card.
enum Sent {
    /// It is in the channel.
    Posted(String),
    /// Not now: nothing was posted. The code of why, if a person has to do something.
    Later(Option<String>, i64),
    /// Never: it is given up.
    Never(String),
}

impl LinkingSync {
    /// Posts what is due. How many cards that were.
    pub(crate) async fn post_due(&self, root: &Scope) -> Result<usize> {
        let now = self.now();
        let due = self.parts.db.read_one(root, move |tx| kept::due(tx, now)).await?;
        let mut posted = 0;
        for rules in due {
            // a post may take long: nobody else must take this one for left behind
            if !self.hold(root).await? {
                break;
            }
            match self.post(root, &rules).await {
                Ok(done) => posted += usize::from(done),
                Err(error) => {
                    {
                        let shown: &dyn std::error::Error = &error;
                        tracing::warn!(error = shown, link.id = %rules.link, "linking_sync.post_failed");
                    }
                    let at = self.later(wait(rules.tries));
                    let link = rules.link;
                    let write = move |tx: &Tx<'_>| kept::put_off(tx, link, None, Some(at));
                    self.parts.db.write(root, write).await?;
                }
            }
        }
        Ok(posted)
    }

    /// Posts what waits of a link that ends, whatever hour it is; what cannot be posted is given up with it.
    pub(crate) async fn flush(&self, root: &Scope, link: &Link) -> Result<()> {
        let id = link.id;
        let rules = self.parts.db.read_one(root, move |tx| kept::of_link(tx, id)).await?;
        match rules {
            Some(rules) => self.post(root, &rules).await.map(drop),
            None => Ok(()),
        }
    }

    async fn post(&self, root: &Scope, rules: &Kept) -> Result<bool> {
        let id = rules.link;
        let Some(link) = self.known(root, id).await? else { return Ok(false) };
        let put_off = async |problem: Option<String>, seconds: i64| {
            let at = self.later(seconds);
            let write = move |tx: &Tx<'_>| kept::put_off(tx, id, problem.as_deref(), Some(at));
            self.parts.db.write(root, write).await
        };
        if link.state != State::Connected && link.state != State::StaleName {
            // archived or gone for a while: it goes on when the channel is back
            put_off(Some(format!("link.{}", link.state.as_str())), HOUR).await?;
            return Ok(false);
        }
        if !self.may(root, &link, Feature::Notes).await? {
            put_off(Some("linking.second_consent_missing".to_owned()), HOUR).await?;
            return Ok(false);
        }
        let tenant = root.tenant();
        let Some(person) = self.parts.scopes.person(tenant, rules.poster).await? else {
            self.find_poster(root, &link).await?;
            put_off(Some("workspace.person_needed".to_owned()), HOUR).await?;
            return Ok(false);
        };
        let place = match self.parts.workspaces.of(&person).await {
            Ok(place) => place,
            Err(error) => {
                let (code, seconds) = judged(&error, rules.tries);
                put_off(code, seconds).await?;
                return Ok(false);
            }
        };
        let kept_card = self.parts.db.read_one(root, move |tx| kept::card(tx, id)).await?;
        let (card, sent) = if let Some(card) = kept_card {
            let found = place.find_card(&link.channel, &marker(card.batch)).await;
            match found {
                Ok(Some(message)) => (card, Sent::Posted(message.0)),
                Ok(None) => {
                    let sent = self.send((root, &*place), &link, &card, rules.tries).await;
                    (card, sent)
                }
                // nobody can tell: told twice is worse than told by the history alone
                Err(Refusal::Unsupported) => {
                    (card, Sent::Never("workspace.unsupported".to_owned()))
                }
                Err(error) => {
                    let (code, seconds) = judged(&error, rules.tries);
                    put_off(code, seconds).await?;
                    return Ok(false);
                }
            }
        } else {
            let waiting = self.parts.db.read_one(root, move |tx| kept::waiting(tx, id)).await?;
            let Some(last) = waiting.last().map(|one| one.position) else {
                let write = move |tx: &Tx<'_>| kept::put_off(tx, id, None, None);
                self.parts.db.write(root, write).await?;
                return Ok(false);
            };
            let made = self.make(root, (&person, rules), (&link, &waiting)).await?;
            let Some(body) = made else {
                let gone = Sent::Never("link.record_not_readable".to_owned());
                let none = Card {
                    batch: Uuid::nil(),
                    last,
                    more: rules.more,
                    card: serde_json::Value::Null,
                };
                return self.settle(root, rules, (&none, waiting.len()), gone).await;
            };
            let card = Card { card: body.1, batch: body.0, last, more: rules.more };
            let (now, copy) = (self.now(), card.clone());
            let write = move |tx: &Tx<'_>| kept::sending(tx, id, &copy, now);
            self.fault("note_made")?;
            self.parts.db.write(root, write).await?;
            self.fault("note_kept")?;
            let sent = self.send((root, &*place), &link, &card, rules.tries).await;
            self.fault("note_sent")?;
            (card, sent)
        };
        if matches!(&sent, Sent::Later(Some(_), _)) {
            self.find_poster(root, &link).await?;
        }
        let waiting = self.parts.db.read_one(root, move |tx| kept::waiting(tx, id)).await?;
        let count = waiting.iter().filter(|one| one.position <= card.last).count();
        self.settle(root, rules, (&card, count), sent).await
    }

    async fn send(
        &self,
        (root, place): (&Scope, &dyn Workspace),
        link: &Link,
        card: &Card,
        tries: i64,
    ) -> Sent {
        match place.post_card(&link.channel, &card.card).await {
            Ok(message) => Sent::Posted(message.0),
            Err(Refusal::Invalid { .. } | Refusal::TooLarge) => {
                Sent::Never("workspace.refused".to_owned())
            }
            Err(error) => {
                self.refused(root, &error).await;
                let (code, seconds) = judged(&error, tries);
                Sent::Later(code, seconds)
            }
        }
    }

    /// Writes down what became of a card.
    async fn settle(
        &self,
        root: &Scope,
        rules: &Kept,
        (card, count): (&Card, usize),
        sent: Sent,
    ) -> Result<bool> {
        let (id, now) = (rules.link, self.now());
        let (message, problem) = match sent {
            Sent::Posted(message) => (Some(message), None),
            Sent::Never(problem) => (None, Some(problem)),
            Sent::Later(problem, seconds) => {
                let at = self.later(seconds);
                let write = move |tx: &Tx<'_>| kept::put_off(tx, id, problem.as_deref(), Some(at));
                self.parts.db.write(root, write).await?;
                return Ok(false);
            }
        };
        let is_posted = message.is_some();
        let changes = u64::try_from(count).unwrap_or(0) + u64::try_from(card.more).unwrap_or(0);
        let post = Post { id: self.parts.ids.fresh(), changes, message, problem, at: now };
        let (last, more, next) = (card.last, card.more, rules.rules.due(now));
        let write = move |tx: &Tx<'_>| {
            let subject = id.to_string();
            store::mended(tx, (Trouble::PosterLeft, &subject), now)?;
            kept::settled(tx, (id, last, more), &post, Some(next))
        };
        self.parts.db.write(root, write).await?;
        Ok(is_posted)
    }

    async fn find_poster(&self, root: &Scope, link: &Link) -> Result<()> {
        let finding = self.about_link(link, Trouble::PosterLeft);
        let find = move |tx: &Tx<'_>| store::find(tx, &finding).map(drop);
        Ok(self.parts.db.write(root, find).await?)
    }

    /// The card of what waits, with what its poster may read; none when the poster may not read the record.
    async fn make(
        &self,
        root: &Scope,
        (person, rules): (&Scope, &Kept),
        (link, waiting): (&Link, &[Waiting]),
    ) -> Result<Option<(Uuid, serde_json::Value)>> {
        let session = if link.subject.system().is_some() {
            None
        } else {
            match self.session(person, rules.environment).await {
                Ok(session) => Some(session),
                Err(Error::Records(records::Error::NoEnvironment { .. })) => return Ok(None),
                Err(error) => return Err(error),
            }
        };
        let deleted = waiting.iter().any(|one| one.told.event == super::change::Event::Deleted);
        let record = match &session {
            Some(session) => name_of(session, &rules.table, rules.record).await?,
            None => self.name_outside(person, link).await?,
        };
        if record.is_none() && !deleted {
            return Ok(None);
        }
        let mut changes: Vec<(Timestamp, Told)> =
            waiting.iter().map(|one| (one.at, one.told.clone())).collect();
        if record.is_none() {
            // nobody can be asked any more who may read it: that it is gone, and nothing else
            for (_, told) in &mut changes {
                told.cells.clear();
            }
        }
        let name = record.unwrap_or_else(|| link.subject_name.clone());
        let names = match &session {
            Some(session) => self.names(root, session, &changes).await?,
            None => BTreeMap::new(),
        };
        let tenants = self.parts.scopes.tenants().await?;
        let language = tenants.iter().find(|one| one.id == root.tenant());
        let language = language.map_or(Language::En, |tenant| tenant.language);
        let batch: Uuid = self.parts.ids.fresh();
        let page = format!("linked/{}", link.id);
        let address = self.parts.base.join(&page).ok().map(String::from);
        let zone = rules.rules.zone();
        let draft = Draft {
            texts: Texts::global().speak(language),
            zone: &zone,
            marker: marker(batch),
            record: &name,
            address: address.as_deref(),
            names: &names,
            more: u64::try_from(rules.more).unwrap_or(0),
        };
        Ok(Some((batch, card(&draft, &changes))))
    }

    /// Names of who changed something, and of the rows that the poster may read.
    pub(super) async fn names(
        &self,
        root: &Scope,
        session: &Session,
        changes: &[(Timestamp, Told)],
    ) -> Result<BTreeMap<Uuid, String>> {
        let mut names = BTreeMap::new();
        let people: BTreeSet<UserId> = changes.iter().map(|(_, told)| told.person()).collect();
        let people: Vec<UserId> = people.into_iter().collect();
        for person in self.parts.identity.people(root, &people).await? {
            names.insert(person.id.uuid(), person.display_name);
        }
        let cells = changes.iter().flat_map(|(_, told)| &told.cells);
        let rows: BTreeSet<(&str, Uuid)> = cells
            .flat_map(|cell| [&cell.was, &cell.is])
            .filter_map(|shown| match shown {
                Shown::Row(table, id) => Some((table.as_str(), *id)),
                _ => None,
            })
            .collect();
        for (table, id) in rows {
            if let Some(name) = name_of(session, table, id).await? {
                names.insert(id, name);
            }
        }
        Ok(names)
    }
}

/// The name of a row that the session's person may read.
pub(super) async fn name_of(session: &Session, table: &str, id: Uuid) -> Result<Option<String>> {
    let Some(model) = session.model().table(table) else { return Ok(None) };
    let Some(name) = model.primary_name.as_deref() else { return Ok(None) };
    let query = Query::of(model).select([name])?;
    let rows = match session.read(table, &RowKey::Id(id), &query).await {
        Ok(rows) => rows,
        Err(records::Error::Privilege { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let found = rows.as_ref().map(|rows| cell(rows, name)).transpose()?;
    Ok(found.map(|value| if let Value::Text(text) = value { text } else { String::new() }))
}

/// What a refusal means: the code of what a person has to do, and after how many seconds to try again.
fn judged(error: &Refusal, tries: i64) -> (Option<String>, i64) {
    match error {
        Refusal::Busy { retry_after } => {
            (None, i64::try_from(retry_after.as_secs()).unwrap_or(HOUR).max(1))
        }
        Refusal::NotYet | Refusal::Unavailable | Refusal::Failed | Refusal::Answer { .. } => {
            (None, wait(tries))
        }
        other => (Some(other.code().name().to_owned()), HOUR),
    }
}

fn wait(tries: i64) -> i64 {
    (AGAIN << tries.clamp(0, 9)).min(HOUR)
}
