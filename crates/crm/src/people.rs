//! Who works on a record, as the CRM's own teams and shares say it, and what becomes of records.

use crate::RecordId;

/// People that are told of one record at most.
pub const MAX_PEOPLE: usize = 200;
/// Records that [`crate::Crm::edits`] is asked about at once (Object Reference, `UserRecordAccess`).
pub const MAX_ASKED: usize = 200;

/// Somebody who works on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The user in the CRM.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// The mail address, by which they are found elsewhere.
    pub mail: Option<String>,
    /// Why they do.
    pub part: Part,
}

/// Why somebody works on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// They own it.
    Owner,
    /// It is shared with them.
    Shared,
    /// They are in its team: their role there, or the name of the team.
    Team(String),
}

/// Who works on a record, as far as the seller may see it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Colleagues {
    /// The people, the owner first, each once; at most [`MAX_PEOPLE`].
    pub people: Vec<Colleague>,
    /// Whether the CRM told of more than the owner: it does not where it has no teams, or hides them from the seller.
    pub told: bool,
}

impl Colleagues {
    /// Adds somebody who is not there yet.
    pub fn add(&mut self, one: Colleague) {
        if self.people.len() < MAX_PEOPLE && !self.people.iter().any(|known| known.id == one.id) {
            self.people.push(one);
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The CRM does not say: it is there, or it is hidden from the seller, or nothing is remembered of it.
    Untold,
    /// It was deleted.
    Deleted,
    /// It was merged into this one of the same table.
    Merged(RecordId),
}
