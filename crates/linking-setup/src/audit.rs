//! What administrators change, for the audit.

use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::{Error, Result};

/// A change that is written with what it was and what it is.
pub(crate) struct Audited {
    pub(crate) action: &'static str,
    pub(crate) subject: (&'static str, String),
}

impl Audited {
    pub(crate) fn write(
        self,
        tx: &Tx<'_>,
        (before, after): (Json, Json),
        at: Timestamp,
    ) -> Result<()> {
        let subject = Subject::new(self.subject.0, self.subject.1);
        let (before, after) = (Some(before), Some(after));
        audit(tx, &Change { action: self.action, subject, before, after, at }).map_err(Error::Store)
    }
}
