//! Why a call did not give what was asked for, by what can be done about it.

use std::time::Duration;

use kernel::{Code, Coded, FieldError, Kind};

use crate::RecordRef;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The seller may not use the CRM's interface: in Salesforce, the profile and permission sets lack "API Enabled".
    /// Trying again changes nothing.
    #[error("the seller may not use the interface of the organisation")]
    ApiDisabled,
    /// The session is over; the seller's sign-in gives another, or has to be made again.
    #[error("the session is over")]
    SessionEnded,
    /// The sign-in has no scope for data.
    #[error("the sign-in does not cover this data")]
    Scope,
    /// The calls of the day are used up, or what is left is kept for people.
    #[error("no calls are left for this work")]
    LimitReached {
        /// When to ask again.
        retry_after: Duration,
    },
    /// Fields that do not exist for this seller: field-level security, or they were never there.
    #[error("fields of {object} are hidden from the seller: {}", .fields.join(", "))]
    FieldHidden {
        /// The object.
        object: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// An object that does not exist for this seller.
    #[error("{object} is hidden from the seller")]
    ObjectHidden {
        /// The object.
        object: String,
    },
    /// No such record, or none that the seller may know of.
    #[error("no such record")]
    NotFound,
    /// The record was deleted.
    #[error("the record was deleted")]
    Deleted,
    /// More than one record has the external id.
    #[error("{count} records have the external id")]
    Ambiguous {
        /// How many.
        count: usize,
    },
    /// The seller may see it and not do this.
    #[error("the seller may not do this")]
    NotAllowed,
    /// Somebody else holds the record, or an approval locks it.
    #[error("the record is held by somebody else")]
    Locked,
    /// The record is at another version than was expected.
    #[error("the record has changed meanwhile")]
    Changed,
    /// Another record has a value that must be unique, or a duplicate rule says so.
    #[error("the record is a duplicate")]
    Duplicate {
        /// Those that are there already, as far as the CRM tells and the seller may see them.
        twins: Vec<Twin>,
        /// The same as findings, for whoever shows those.
        findings: Vec<FieldError>,
    },
    /// The record is refused; the codes and words are the organisation's own.
    #[error("the record is refused: {code}")]
    Refused {
        /// `REQUIRED_FIELD_MISSING`, …
        code: String,
        /// What is wrong, by field where the organisation says so.
        findings: Vec<FieldError>,
    },
    /// What cannot be asked so.
    #[error("the query cannot be run: {reason}")]
    Query {
        /// Why.
        reason: String,
    },
    /// The place in the changes is older than what the CRM remembers.
    #[error("the changes since then are forgotten")]
    Expired,
    /// The organisation does not answer now.
    #[error("the organisation does not answer now")]
    Unavailable,
    /// The organisation serves no version of the interface that we speak.
    #[error("the organisation serves no version between {oldest} and {newest}")]
    Version {
        /// The oldest we speak.
        oldest: u16,
        /// The newest we speak.
        newest: u16,
    },
    /// The answer is not what it should be.
    #[error("the answer is wrong: {reason}")]
    Answer {
        /// What is wrong.
        reason: &'static str,
    },
    /// The call did not come through.
    #[error("the call did not come through")]
    Outbound(#[from] egress::Error),
    /// What was to be written was sent and not answered: it may be there.
    #[error("nobody knows whether it was written")]
    OutcomeUnknown(#[source] egress::Error),
    /// What an adapter passes on with a code of its own.
    #[error("{0}")]
    Other(Box<dyn Coded + Send + Sync>),
}

/// A record that another one is taken for a duplicate of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Which one.
    pub at: RecordRef,
    /// What people call it; empty where the CRM does not say.
    pub name: String,
}

/// Twins that are kept of one refusal (our own bound).
pub const MAX_TWINS: usize = 20;

impl Error {
    /// A duplicate of these; more than [`MAX_TWINS`] are not kept.
    pub fn duplicate(mut twins: Vec<Twin>) -> Self {
        twins.truncate(MAX_TWINS);
        let finding = |twin: &Twin| {
            let Twin { at: RecordRef { table, id }, name } = twin;
            let said = format!("{table} {id}: {name}");
            // no sentence belongs to this code: its own words, which name the record, are shown
            FieldError::new("", "crm.twin", said.trim_end_matches([' ', ':']))
        };
        let findings = twins.iter().map(finding).collect();
        Self::Duplicate { twins, findings }
    }

    /// A call that did not come through; one that `writes` may have come through all the same, unless it was never sent.
    pub fn lost(error: egress::Error, writes: bool) -> Self {
        let was_sent = match &error {
            egress::Error::Timeout => true,
            egress::Error::Exchange(source) => !source.is_connect(),
            _ => false,
        };
        if writes && was_sent { Self::OutcomeUnknown(error) } else { Self::Outbound(error) }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::ApiDisabled => Code::new("crm.api_disabled", Kind::Forbidden),
            Self::SessionEnded => Code::new("crm.session_ended", Kind::Unauthenticated),
            Self::Scope => Code::new("crm.scope_missing", Kind::Forbidden),
            Self::LimitReached { .. } => Code::new("crm.limit_reached", Kind::Throttled),
            Self::FieldHidden { .. } => Code::new("crm.field_hidden", Kind::Forbidden),
            Self::ObjectHidden { .. } => Code::new("crm.object_hidden", Kind::NotFound),
            Self::NotFound => Code::new("crm.record_not_found", Kind::NotFound),
            Self::Deleted => Code::new("crm.record_deleted", Kind::Gone),
            Self::Ambiguous { .. } => Code::new("crm.record_ambiguous", Kind::Conflict),
            Self::NotAllowed => Code::new("crm.not_allowed", Kind::Forbidden),
            Self::Locked => Code::new("crm.record_locked", Kind::Conflict),
            Self::Duplicate { .. } => Code::new("crm.record_duplicate", Kind::Conflict),
            Self::Refused { .. } => Code::new("crm.record_refused", Kind::Invalid),
            Self::Unavailable => Code::new("crm.unavailable", Kind::Unavailable),
            Self::Version { .. } => Code::new("crm.version_unknown", Kind::Upstream),
            Self::Answer { .. } => Code::new("crm.answer_wrong", Kind::Upstream),
            Self::Changed => Code::new("crm.record_changed", Kind::Conflict),
            Self::Query { .. } => Code::new("crm.query_refused", Kind::Invalid),
            Self::Expired => Code::new("crm.changes_expired", Kind::Gone),
            Self::OutcomeUnknown(_) => Code::new("crm.outcome_unknown", Kind::Upstream),
            // a seller is told of the CRM, not of the hub's network
            Self::Outbound(egress::Error::Timeout | egress::Error::Exchange(_)) => {
                Code::new("crm.silent", Kind::Upstream)
            }
            Self::Outbound(error) => error.code(),
            Self::Other(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Refused { findings, .. } | Self::Duplicate { findings, .. } => findings,
            Self::Other(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::LimitReached { retry_after } => Some(*retry_after),
            Self::Outbound(error) => error.retry_after(),
            Self::Other(error) => error.retry_after(),
            _ => None,
        }
    }
}
