//! Links whose record is in a CRM elsewhere.
//!
//! The hub has no identity of its own there: each link is looked at with the sign-in of the person who made it, its changes
//! with the sign-in of the person who posts them. A CRM counts the calls of each person, so that the looks are few: where
//! it tells what happens to its tables (`outside/follow.rs`), a link is looked at when its record changed and once a day;
//! else now and then. Who has a record shared is told by no feed: where members follow, links are looked at every hour.

mod circle;
mod follow;

use std::collections::BTreeMap;

use crm::{FieldKind, Value};
use db::Tx;
use kernel::{Coded as _, Scope};
use linking::{Link, Looked, Moved, State, keeping};
use linking_setup::Feature;

use crate::{
    LinkingSync, Result,
    life::{Record, Seen},
    notes::{
        NoteRules,
        card::{Draft, card, marker},
        change::{Cell, Event, Shown, Told},
        in_order,
    },
    store::{
        self, looks,
        notes::{self as kept, Kept},
    },
};

/// Seconds between two looks at a link whose changes are told in its channel (our own choice).
const TOLD: i64 = 15 * 60;
/// The same where nobody waits for them, and where members follow.
const UNTOLD: i64 = 60 * 60;
/// The same where the CRM tells of changes.
const FOLLOWED: i64 = 24 * 60 * 60;
/// Characters of one value on a card.
const LONGEST: usize = 200;

impl LinkingSync {
    /// Looks at one link after something happened to it, or after a while. After how many seconds to look again; nothing
    /// when it is over.
    pub(crate) async fn look_outside(&self, root: &Scope, link: &Link) -> Result<Option<i64>> {
        let id = link.id;
        let rules = self.parts.db.read_one(root, move |tx| kept::of_link(tx, id)).await?;
        let rules = rules.filter(|kept| kept.rules.is_on());
        let mut again = if rules.is_some() { TOLD } else { UNTOLD };
        match self.parts.linking.look(root, link).await? {
            Looked::There { name } => {
                let record = Record::There { name, active: true };
                self.clear(root, link).await?;
                self.act(root, link, (&record, &Seen::Silent)).await?;
                let followed = self.join_feed(root, link).await?;
                if link.subject.is_view() {
                    // its rows are looked at by whoever opens it: the name alone can change
                    return Ok(Some(FOLLOWED));
                }
                match (self.keep_members_outside(root, link).await?, followed) {
                    (true, true) => again = UNTOLD,
                    (true, false) => again = again.min(UNTOLD),
                    (false, true) => again = FOLLOWED,
                    (false, false) => {}
                }
                if let Some(rules) = rules {
                    self.tell_changes(root, link, rules).await?;
                }
            }
            Looked::Merged(into) => {
                let moved = self.parts.linking.moved_there(root, id, &into).await?;
                let to = linking::Subject::crm(
                    link.subject.environment().uuid(),
                    link.subject.table(),
                    &into,
                );
                let write = move |tx: &Tx<'_>| match moved {
                    Moved::Moved => kept::moved(tx, id, to.id()),
                    Moved::Merged => store::tidy(tx, id),
                };
                self.parts.db.write(root, write).await?;
                return Ok((moved == Moved::Moved).then_some(0));
            }
            Looked::Gone => {
                if let Some(rules) = rules.filter(|kept| kept.rules.closed) {
                    let told = told(Event::Deleted, Vec::new());
                    self.keep_told(root, rules, (told, None)).await?;
                }
                self.end(root, link).await?;
                return Ok(None);
            }
            Looked::Unseen(problem) => {
                // the link stays as it is, and says why nobody knows what became of its record
                let now = self.now();
                let write = move |tx: &Tx<'_>| {
                    if rules.is_some() {
                        kept::put_off(tx, id, Some(&problem.code), None)?;
                    }
                    keeping::note_problem(tx, id, Some(problem.clone()), now).map(drop)
                };
                self.parts.db.write(root, write).await?;
            }
        }
        Ok(Some(again))
    }

    /// The record is seen again: what kept it from being seen is over.
    async fn clear(&self, root: &Scope, link: &Link) -> Result<()> {
        let unseen = link.problem.as_ref().is_some_and(|problem| {
            let code = problem.code.as_str();
            code == "link.record_unseen" || code == "link.person_gone" || code.starts_with("crm")
        });
        if !unseen || link.state != State::Connected {
            return Ok(());
        }
        let (id, now) = (link.id, self.now());
        let write = move |tx: &Tx<'_>| keeping::note_problem(tx, id, None, now).map(drop);
        Ok(self.parts.db.write(root, write).await?)
    }

    /// Holds what the record shows against what it showed before, as the one who posts, and keeps the difference until
    /// it is told. Where that sign-in is over nothing is told, and the rules say why.
    async fn tell_changes(&self, root: &Scope, link: &Link, kept: Kept) -> Result<()> {
        if !self.may(root, link, Feature::Notes).await? {
            return Ok(());
        }
        let id = link.id;
        let stopped = |problem: &'static str| async move {
            let write = move |tx: &Tx<'_>| kept::put_off(tx, id, Some(problem), None);
            self.parts.db.write(root, write).await
        };
        let poster = self.parts.scopes.person(root.tenant(), kept.poster).await?;
        let Some(poster) = poster else {
            return Ok(stopped("workspace.person_needed").await?);
        };
        let fields = &kept.rules.columns;
        let there = match self.parts.linking.read_there(&poster, &link.subject, fields).await {
            Ok(there) => there,
            Err(linking::Error::Unknown | linking::Error::Denied(_)) => {
                return Ok(stopped("link.record_not_readable").await?);
            }
            Err(error @ (linking::Error::Crm(_) | linking::Error::Crms(_))) => {
                return Ok(stopped(error.code().name()).await?);
            }
            Err(error) => return Err(error.into()),
        };
        let now_held: BTreeMap<String, String> = fields
            .iter()
            .filter_map(|name| Some((name.clone(), shown(&there.record, name)?)))
            .collect();
        let before = self.parts.db.read_one(root, move |tx| looks::held(tx, id)).await?;
        let mut cells = Vec::new();
        if let Some(before) = &before {
            for (name, is) in &now_held {
                // a column that was chosen meanwhile has nothing to be held against
                let Some(was) = before.get(name).filter(|was| *was != is) else { continue };
                let label =
                    there.table.field(name).map_or_else(|| name.clone(), |one| one.label.clone());
                let text = |text: &str| {
                    if text.is_empty() { Shown::None } else { Shown::Text(text.to_owned()) }
                };
                cells.push(Cell {
                    column: name.clone(),
                    label: (label.clone(), label),
                    was: text(was),
                    is: text(is),
                });
            }
        }
        if cells.is_empty() && before.as_ref() == Some(&now_held) && kept.problem.is_none() {
            return Ok(());
        }
        let told = told(Event::Updated, cells);
        self.keep_told(root, kept, (told, Some(now_held))).await
    }

    /// Keeps what is to be told, and in the same transaction what it was held against.
    async fn keep_told(
        &self,
        root: &Scope,
        kept: Kept,
        (told, held): (Told, Option<BTreeMap<String, String>>),
    ) -> Result<()> {
        let now = self.now();
        let most = self.limits().waiting_notes;
        let write = move |tx: &Tx<'_>| -> db::Result<()> {
            let id = kept.link;
            if let Some(held) = &held {
                looks::hold(tx, id, held, now)?;
            }
            if kept.problem.is_some() {
                let waits = !kept::waiting(tx, id)?.is_empty();
                kept::put_off(tx, id, None, waits.then_some(now))?;
            }
            let tells = kept.rules.tells(told.event)
                && (told.event != Event::Updated || !told.cells.is_empty());
            if tells {
                kept::append(tx, id, (&told, most), (now, kept.rules.due(now)))?;
            }
            Ok(())
        };
        Ok(self.parts.db.write(root, write).await?)
    }

    /// The columns of a record that can be told: what is a value that people read.
    pub(crate) async fn columns_outside(&self, scope: &Scope, link: &Link) -> Result<Vec<String>> {
        let there = self.parts.linking.read_there(scope, &link.subject, &[]).await?;
        let told = there.table.fields.iter().filter(|field| can_be_told(&field.kind));
        Ok(told.map(|field| field.name.clone()).collect())
    }

    /// Rules that can hold for a record of a CRM elsewhere, and whether the caller may decide them: who may change it.
    pub(crate) async fn checked_outside(
        &self,
        scope: &Scope,
        (link, rules): (&Link, NoteRules),
    ) -> Result<NoteRules> {
        if !self.parts.linking.may_change(scope, &link.subject).await? {
            return Err(linking::Error::ReadOnly.into());
        }
        let known = self.columns_outside(scope, link).await?;
        let wrong = |name: &&String| !known.contains(name);
        let wrong: Vec<String> = rules.columns.iter().filter(wrong).cloned().collect();
        if wrong.is_empty() { Ok(rules) } else { Err(crate::Error::Columns { columns: wrong }) }
    }

    /// As [`LinkingSync::note_preview`], of a record of a CRM elsewhere.
    pub(crate) async fn preview_outside(
        &self,
        scope: &Scope,
        link: &Link,
        rules: NoteRules,
    ) -> Result<Option<serde_json::Value>> {
        let rules = self.checked_outside(scope, (link, in_order(rules, "UTC")?)).await?;
        if !rules.is_on() {
            return Ok(None);
        }
        let there = self.parts.linking.read_there(scope, &link.subject, &rules.columns).await?;
        let name = self.name_outside(scope, link).await?.ok_or(crate::Error::Unknown)?;
        let mut changes = Vec::new();
        if rules.updated {
            let cells = rules.columns.iter().filter_map(|column| {
                let label = there.table.field(column)?.label.clone();
                let is = shown(&there.record, column).filter(|text| !text.is_empty());
                let is = is.map_or(Shown::None, Shown::Text);
                let (column, label) = (column.clone(), (label.clone(), label));
                Some(Cell { column, label, was: Shown::None, is })
            });
            changes.push(told(Event::Updated, cells.collect()));
        }
        if rules.closed {
            changes.push(told(Event::Deleted, Vec::new()));
        }
        let now = self.now();
        let changes: Vec<_> = changes.into_iter().map(|told| (now, told)).collect();
        let tenants = self.parts.scopes.tenants().await?;
        let tenant = tenants.iter().find(|one| one.id == scope.tenant());
        let language = tenant.map_or(kernel::Language::En, |tenant| tenant.language);
        let address = self.parts.base.join(&format!("linked/{}", link.id)).ok().map(String::from);
        let (zone, names) = (rules.zone(), BTreeMap::new());
        let draft = Draft {
            texts: i18n::Texts::global().speak(language),
            zone: &zone,
            marker: marker(link.id.uuid()),
            record: &name,
            address: address.as_deref(),
            names: &names,
            more: 0,
        };
        Ok(Some(card(&draft, &changes)))
    }

    /// The name of a record as the one who posts reads it; nothing where they may not.
    pub(crate) async fn name_outside(&self, poster: &Scope, link: &Link) -> Result<Option<String>> {
        match self.parts.linking.shown(poster, &link.subject).await {
            Ok(shown) => Ok(Some(shown.name)),
            Err(linking::Error::Unknown | linking::Error::Denied(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The CRM does not say who changed it: nobody is named.
fn told(event: Event, cells: Vec<Cell>) -> Told {
    Told { event, by: uuid::Uuid::nil(), kind: None, cells }
}

const fn can_be_told(kind: &FieldKind) -> bool {
    !matches!(kind, FieldKind::Id | FieldKind::Other(_))
}

/// What people read of a field.
fn shown(record: &crm::Record, name: &str) -> Option<String> {
    let value = record.values.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    let (own, value) = value?;
    let text = match (record.texts.get(own), value) {
        (Some(text), _) | (None, Value::Text(text) | Value::Choice(text)) => text.clone(),
        (None, Value::Null | Value::Row(_) | Value::Id(_)) => String::new(),
        (None, Value::Whole(number)) => number.to_string(),
        (None, Value::Number(number)) => number.to_string(),
        (None, Value::Boolean(yes)) => (if *yes { "✓" } else { "✗" }).to_owned(),
        (None, Value::Date(day)) => day.to_string(),
        (None, Value::Instant(at)) => at.to_string(),
        (None, Value::Choices(all)) => all.join(", "),
    };
    Some(text.chars().take(LONGEST).collect())
}
