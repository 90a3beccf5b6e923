//! Writing to the audit in one line, and reading it: pages and exports.

use std::fmt;

use db::Tx;
use event_log::{AuditEntry, AuditFilter, Subject};
use jiff::Timestamp;
use kernel::{Cursor, Limit, Page, Permission, Scope};
use serde_json::Value as Json;

use crate::{Error, Identity, Result};

mod export;

pub use export::{Chunk, Format};

/// A change on its way into the audit.
#[derive(Debug)]
pub(crate) struct Change {
    action: &'static str,
    subject: Subject,
    before: Option<Json>,
    after: Option<Json>,
}

impl Change {
    pub(crate) fn new(action: &'static str, kind: &'static str, id: impl fmt::Display) -> Self {
        Self { action, subject: Subject::new(kind, id), before: None, after: None }
    }

    pub(crate) fn before(mut self, what: &Json) -> Self {
        self.before = Some(what.clone());
        self
    }

    pub(crate) fn after(mut self, what: &Json) -> Self {
        self.after = Some(what.clone());
        self
    }

    pub(crate) fn write(self, tx: &Tx<'_>, at: Timestamp) -> db::Result<()> {
        let Self { action, subject, before, after } = self;
        event_log::audit(tx, &event_log::Change { action, subject, before, after, at })
    }
}

impl Identity {
    /// A page of the audit, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn audit(
        &self,
        scope: &Scope,
        filter: AuditFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<AuditEntry>> {
        scope.require(Permission::AuditRead)?;
        let before: Option<i64> = after.map(Cursor::parse).transpose()?;
        let rows = self
            .db
            .read_one(scope, move |tx| event_log::audit_page(tx, &filter, before, limit.probe()))
            .await?;
        Ok(Page::cut(rows, limit, |row| Cursor::new(&row.position.to_string())))
    }

    /// A part of an export, newest first: the bytes to send, and where the next part starts. The first part
    /// is itself audited.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn export_audit(
        &self,
        scope: &Scope,
        filter: AuditFilter,
        format: Format,
        after: Option<&Cursor>,
    ) -> Result<Chunk> {
        scope.require(Permission::AuditRead)?;
        if after.is_none() {
            let now = self.clock.now();
            let what = serde_json::json!({
                "format": format.as_str(), "actor": filter.actor, "action": filter.action,
                "subject": filter.subject, "from": filter.from, "to": filter.to,
            });
            self.db
                .write(scope, move |tx| {
                    let change = Change::new("audit.export", "tenant", tx.tenant());
                    Ok::<_, Error>(change.after(&what).write(tx, now)?)
                })
                .await?;
        }
        let limit = Limit::new(Limit::MAX).unwrap_or_default();
        let page = self.audit(scope, filter, limit, after).await?;
        Ok(export::render(&page, format, after.is_none()))
    }
}
