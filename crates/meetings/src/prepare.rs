//! What a seller looks over before a meeting (sales reference §5.7): who comes, which record it is about, what happened
//! there lately, and what was left open the last time.

use std::sync::Arc;

use crm::{Comparison, Crm, Direction, Filter, Query, RecordRef, Value};
use crm_connections::SystemKind;
use db::Tx;
use jiff::Timestamp;
use kernel::{Coded as _, Scope};
use mailbox::{Address, Matched};
use uuid::Uuid;

use crate::{
    Action, Meeting, Meetings, Opened, Result, Shown,
    service::{cut, person},
    store,
    work::shown,
};

/// Something that happened with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What kind, as the CRM calls it.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// What a seller looks over before a meeting.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preparation {
    /// People from outside, with who they are in the caller's CRM.
    pub people: Vec<mailbox::Person>,
    /// The record: that of the meeting, else the latest open opportunity of somebody who comes, else their account.
    pub record: Option<Shown>,
    /// Whether the meeting is connected to it; else it is suggested.
    pub is_connected: bool,
    /// What happened with it lately.
    pub activities: Vec<Activity>,
    /// The last meeting with these people or about this record.
    pub last: Option<Meeting>,
    /// What was left open there: actions that nobody made a task of.
    pub open_actions: Vec<Action>,
    /// Why the CRM says nothing, by code.
    pub trouble: Option<&'static str>,
}

impl Meetings {
    /// What the caller looks over before a meeting. A CRM that does not answer takes nothing from the rest.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Store`].
    pub async fn prepare(&self, scope: &Scope, opened: &Opened) -> Result<Preparation> {
        let user = person(scope)?;
        let has = self.features(scope).await?;
        let (id, starts_at) = (opened.meeting.id, opened.meeting.starts_at);
        let read = move |tx: &Tx<'_>| -> db::Result<_> {
            let earlier = store::before(tx, user, (id, starts_at), EARLIER)?;
            let with_recap = earlier.iter().find(|one| one.has_recap).map(|one| one.id);
            let recap = match with_recap.filter(|_| has.recap && has.actions) {
                Some(id) => store::recap(tx, id)?.map(|recap| (id, recap)),
                None => None,
            };
            let made = match &recap {
                Some((id, _)) => store::work::made(tx, *id)?,
                None => Vec::new(),
            };
            Ok((earlier.into_iter().next(), recap, made))
        };
        let (last, recap, made) = self.db.read(scope, read).await?;
        let is_open = |action: &Action| {
            let what = format!("task:{}", action.said.key());
            !made.iter().any(|one| one.what == what && one.done)
        };
        let actions = recap.into_iter().flat_map(|(_, recap)| recap.actions.unwrap_or_default());
        let mut out = Preparation {
            last,
            open_actions: actions.filter(is_open).take(OPEN).collect(),
            ..Preparation::default()
        };
        if let Err(error) = self.ask(scope, opened, &mut out).await {
            out.trouble = Some(error.code().name());
        }
        Ok(out)
    }

    async fn ask(&self, scope: &Scope, opened: &Opened, out: &mut Preparation) -> Result<()> {
        let outside = opened.people.iter().filter(|one| one.is_external);
        let to: Vec<Address> = outside
            .filter_map(|one| Address::new(Some(one.name.as_str()), &one.address))
            .take(MOST)
            .collect();
        let message = mailbox::Message { to, ..mailbox::Message::default() };
        if !message.to.is_empty() {
            out.people = Box::pin(self.mailbox.people(scope, &message)).await?.people;
        }
        let seat = self.seat(scope, opened.connected.as_ref()).await?;
        let at = match &opened.connected {
            Some(connected) => {
                out.is_connected = true;
                Some(RecordRef::new(&connected.table, &connected.id))
            }
            None => self.suggested(scope, &out.people).await?,
        };
        let Some(at) = at else { return Ok(()) };
        out.record = shown(&seat, &at).await.ok();
        if out.record.is_some() {
            out.activities = activities(&seat.crm, seat.system.kind, &at).await;
        }
        Ok(())
    }

    /// The latest open opportunity of somebody who comes, else their account.
    async fn suggested(
        &self,
        scope: &Scope,
        people: &[mailbox::Person],
    ) -> Result<Option<RecordRef>> {
        let mut account = None;
        for one in people {
            let Matched::One(contact) = &one.matched else { continue };
            let found = self.mailbox.opportunities(scope, contact).await?;
            if let Some(first) = found.into_iter().next() {
                return Ok(Some(first.at));
            }
            account = account.or_else(|| contact.account.as_ref().map(|one| one.at.clone()));
        }
        Ok(account)
    }

    /// The meeting that a page of preparation is about, opened.
    ///
    /// # Errors
    /// As [`Meetings::open`] and [`Meetings::prepare`].
    pub async fn prepared(&self, scope: &Scope, id: Uuid) -> Result<(Opened, Preparation)> {
        let opened = self.open(scope, id).await?;
        let prepared = Box::pin(self.prepare(scope, &opened)).await?;
        Ok((opened, prepared))
    }
}

/// What happened with a record lately; nothing where the CRM does not say.
async fn activities(crm: &Arc<dyn Crm>, kind: SystemKind, at: &RecordRef) -> Vec<Activity> {
    let (tables, subject, about, when): (&[&str], _, _, _) = match kind {
        SystemKind::Salesforce => (&["Task", "Event"], "Subject", "WhatId", "CreatedDate"),
        _ => (&["activitypointer"], "subject", "regardingobjectid", "createdon"),
    };
    let mut out = Vec::new();
    for table in tables {
        let Ok(known) = crm.describe(table).await else { continue };
        let fields: Vec<&str> = [subject, when, "activitytypecode"]
            .into_iter()
            .filter(|name| known.field(name).is_some())
            .collect();
        let of = Filter::compare(about, Comparison::Equal, Value::Row(at.clone()));
        let query = Query::of(&known.name, &fields)
            .filter(of)
            .order_by(when, Direction::Descending)
            .size(ACTIVITIES);
        let Ok(page) = crm.query(&query).await else { continue };
        out.extend(page.records.into_iter().map(|record| {
            let text = |name: &str| match record.values.get(name) {
                Some(Value::Text(text) | Value::Choice(text)) => Some(cut(text, 300)),
                _ => None,
            };
            Activity {
                kind: record
                    .texts
                    .get("activitytypecode")
                    .cloned()
                    .unwrap_or_else(|| known.label.clone()),
                subject: text(subject).unwrap_or_default(),
                at: match record.values.get(when) {
                    Some(Value::Instant(at)) => Some(*at),
                    _ => None,
                },
            }
        }));
    }
    kernel::sort_by_key(&mut out, |one| std::cmp::Reverse(one.at));
    out.truncate(usize::try_from(ACTIVITIES).unwrap_or_default());
    out
}

/// Activities, earlier meetings, open actions and people that a card shows.
const ACTIVITIES: u32 = 10;
const EARLIER: i64 = 20;
const OPEN: usize = 10;
const MOST: usize = 30;
