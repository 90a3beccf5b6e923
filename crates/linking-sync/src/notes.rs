//! Changes of a record, told in the channel as cards.
//!
//! What is told is never more than what somebody who may write the record chose for everybody in the channel: the
//! columns of the rules and none besides, no secured column, names of other rows only as far as the one who posts may
//! read them. Who posts is who last saved the rules: cards are a person's, and a person who may not read the record any
//! more, or not post there, posts nothing.

pub mod card;
pub mod change;
mod post;
mod preview;
pub mod rules;

use db::Tx;
use event_log::{Change, Subject as Audited};
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use linking::{Link, LinkId, Subject};
use linking_setup::{Feature, Obstacle};
use queries::Verb as Right;
use records::{Principal, Reference, Session};
use serde_json::json;
use uuid::Uuid;

pub use rules::{Digest, NoteRules, Quiet};

use crate::{
    Error, LinkingSync, Result,
    store::notes::{self as kept, Kept},
};

/// A card that was posted, or given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The identifier; later ones are greater.
    pub id: Uuid,
    /// How many changes it told.
    pub changes: u64,
    /// The message, where one was posted.
    pub message: Option<String>,
    /// The code of why none was.
    pub problem: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What is posted of a link, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The rules; none are set where they are the default ones.
    pub rules: NoteRules,
    /// Who posts.
    pub poster: Option<UserId>,
    /// The code of why nothing is posted now.
    pub problem: Option<String>,
    /// How many changes wait.
    pub waiting: u64,
    /// What was posted, newest first.
    pub posts: Vec<Post>,
    /// Columns that can be chosen.
    pub columns: Vec<String>,
    /// What stands in the way of posting, for everybody.
    pub obstacle: Option<Obstacle>,
}

impl LinkingSync {
    /// What is posted of a link.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub async fn notes(&self, scope: &Scope, link: LinkId) -> Result<Noted> {
        let link = self.link(scope, link).await?;
        let id = link.id;
        let columns = if link.subject.system().is_some() {
            self.columns_outside(scope, &link).await?
        } else {
            let environment = link.subject.environment();
            let session = self.parts.records.session_in(scope, environment).await?;
            let table = session.model().table(link.subject.table());
            table.map_or_else(Vec::new, |table| {
                let told = table.columns().iter().filter(|column| change::is_told(column));
                told.map(|column| column.logical.clone()).collect()
            })
        };
        let obstacle = self.obstacle(scope, &link).await?;
        let read = move |tx: &Tx<'_>| -> db::Result<_> {
            Ok((kept::of_link(tx, id)?, kept::waiting(tx, id)?.len(), kept::posts(tx, id, 50)?))
        };
        let (found, waiting, posts) = self.parts.db.read(scope, read).await?;
        let more = found.as_ref().map_or(0, |kept| u64::try_from(kept.more).unwrap_or(0));
        let waiting = u64::try_from(waiting).unwrap_or(u64::MAX).saturating_add(more);
        let (rules, poster, problem) = match found {
            Some(kept) => (kept.rules, Some(kept.poster), kept.problem),
            None => (NoteRules::default(), None, None),
        };
        Ok(Noted { rules, poster, problem, waiting, posts, columns, obstacle })
    }

    /// Decides what is posted of a link: whoever may write the record, and posts from then on. What waits is posted
    /// under the new rules' name, not lost.
    ///
    /// # Errors
    /// [`Error::Unknown`]; [`Error::Setup`] without the second consent; [`Error::Linking`] for who may only read the
    /// record; [`Error::ViewNotes`] for views; [`Error::Columns`], [`Error::Hours`], [`Error::Zone`].
    pub async fn set_notes(&self, scope: &Scope, link: LinkId, rules: NoteRules) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        let link = self.link(scope, link).await?;
        let poster = scope.user().ok_or(linking::Error::PersonNeeded)?;
        if link.subject.is_view() {
            return Err(Error::ViewNotes);
        }
        let (environment, table) = (link.subject.environment(), link.subject.table().to_owned());
        let record = link.subject.id();
        if !Self::can_be_told(&link) {
            return Err(linking::Error::State { state: link.state.as_str() }.into());
        }
        if rules.is_on()
            && let Some(obstacle) = self.obstacle(scope, &link).await?
        {
            return Err(linking_setup::Error::Closed(obstacle).into());
        }
        let rules = if let Subject::Crm { .. } = link.subject {
            self.checked_outside(scope, (&link, in_order(rules, "UTC")?)).await?
        } else {
            let session = self.parts.records.session_in(scope, environment).await?;
            let me = Principal::User(session.user());
            let mask = session.principal_access(me, &Reference::id(table.as_str(), record)).await?;
            if mask & Right::Write.mask() == 0 {
                return Err(linking::Error::ReadOnly.into());
            }
            checked(&session, &table, rules)?
        };
        let now = self.now();
        let kept = Kept {
            link: link.id,
            environment,
            table,
            record,
            rules,
            poster,
            problem: None,
            more: 0,
            tries: 0,
        };
        let write = move |tx: &Tx<'_>| {
            kept::set(tx, &kept, now)?;
            tx.notify(NOTED, tx.tenant().uuid(), 0);
            event_log::audit(
                tx,
                &Change {
                    action: "link.notes",
                    subject: Audited::new("link", kept.link),
                    before: None,
                    after: Some(
                        json!({ "columns": kept.rules.columns, "closed": kept.rules.closed,
                        "created": kept.rules.created, "updated": kept.rules.updated }),
                    ),
                    at: now,
                },
            )
        };
        // before the rules hold: a change of the next moment is heard
        self.note(scope.tenant());
        Ok(self.parts.db.write(scope, write).await?)
    }
}

impl LinkingSync {
    /// What stands in the way of posting changes of the record of a link.
    pub(crate) async fn obstacle(&self, scope: &Scope, link: &Link) -> Result<Option<Obstacle>> {
        let answer = if let Some(system) = link.subject.system() {
            let dynamics = self.parts.linking.is_of_dynamics(scope, &link.subject).await?;
            self.parts.setup.may_crm(scope, (system, dynamics), Feature::Notes).await?
        } else {
            let (environment, table) = (link.subject.environment(), link.subject.table());
            self.parts.setup.may(scope, environment, Some(table), Feature::Notes).await?
        };
        Ok(answer.obstacle())
    }
}

/// Rules that can hold for records of a table: columns named once, hours of a zone that there is.
fn checked(session: &Session, table: &str, rules: NoteRules) -> Result<NoteRules> {
    let rules = in_order(rules, session.zone().iana_name().unwrap_or("UTC"))?;
    let model = session.model().table(table).ok_or(Error::Unknown)?;
    let can = |name: &&String| !model.column(name).is_some_and(change::is_told);
    let wrong: Vec<String> = rules.columns.iter().filter(can).cloned().collect();
    if wrong.is_empty() { Ok(rules) } else { Err(Error::Columns { columns: wrong }) }
}

/// Rules that make sense by themselves; a zone where none is named.
pub(crate) fn in_order(mut rules: NoteRules, zone: &str) -> Result<NoteRules> {
    if rules.zone.is_empty() {
        zone.clone_into(&mut rules.zone);
    }
    match rules.wrong() {
        None => {}
        Some(rules::Wrong::Hours) => return Err(Error::Hours),
        Some(rules::Wrong::Zone) => return Err(Error::Zone),
        Some(rules::Wrong::Columns) => return Err(Error::Columns { columns: Vec::new() }),
    }
    rules.columns.sort_unstable();
    rules.columns.dedup();
    Ok(rules)
}

/// Notices with this topic say that a tenant has rules for notes.
pub(crate) const NOTED: &str = "linking.noted";
