//! Identifiers of mails: where their folder was numbered, and their number in it.

use mail_sources::{Error, MailId, Result};

/// A mail in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// `UIDVALIDITY`: another one means that all numbers are new (RFC 3501 §2.3.1.1).
    pub(crate) validity: u32,
    /// The number.
    pub(crate) uid: u32,
}

impl Place {
    pub(crate) fn id(self) -> MailId {
        MailId(format!("{}.{}", self.validity, self.uid))
    }

    /// Reads `validity.uid`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (validity, uid) = text.split_once('.')?;
        Some(Self { validity: validity.parse().ok()?, uid: uid.parse().ok()? })
    }

    /// The same in a folder that is numbered so.
    pub(crate) fn within(text: &str, validity: u32, otherwise: Error) -> Result<u32> {
        match Self::read(text) {
            Some(place) if place.validity == validity => Ok(place.uid),
            Some(_) => Err(Error::Changed),
            None => Err(otherwise),
        }
    }
}
