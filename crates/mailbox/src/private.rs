//! What a seller writes down about a record for nobody else (sales reference §5.1). It is kept here, never in the CRM,
//! where administrators would read it; it goes with the person's data.

use crm::RecordRef;
use db::Tx;
use jiff::Timestamp;
use kernel::Scope;

use crate::{Error, Mailbox, Result, service::person, store};

/// What a seller wrote down about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateNote {
    /// The text.
    pub text: String,
    /// When it was written.
    pub written_at: Timestamp,
}

impl Mailbox {
    /// What the caller wrote down about a record that the CRM shows them; nobody else gets it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Crm`] where the record is not there for
    /// the caller, [`Error::Store`].
    pub async fn private_note(
        &self,
        scope: &Scope,
        record: &RecordRef,
    ) -> Result<Option<PrivateNote>> {
        let user = person(scope)?;
        let (system, at) = self.seen(scope, record).await?;
        let read = move |tx: &Tx<'_>| store::private_note(tx, (user, system), &at);
        Ok(self.db.read_one(scope, read).await?)
    }

    /// Writes it down; nothing removes it.
    ///
    /// # Errors
    /// As [`Mailbox::private_note`]; [`Error::Invalid`] for a longer text, [`Error::Full`].
    pub async fn write_private_note(
        &self,
        scope: &Scope,
        record: &RecordRef,
        text: &str,
    ) -> Result<Option<PrivateNote>> {
        let user = person(scope)?;
        let text = text.trim().replace('\0', "");
        if text.chars().count() > MOST_SIGNS {
            let detail = "at most 4,000 signs";
            return Err(Error::field("/text", "seller_mail.note_long", detail));
        }
        let (system, at) = self.seen(scope, record).await?;
        let now = self.clock.now();
        let note = (!text.is_empty()).then_some(PrivateNote { text, written_at: now });
        let new = note.clone();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            let Some(new) = &new else {
                store::drop_private_note(tx, (user, system), &at)?;
                return Ok(());
            };
            let known = store::private_note(tx, (user, system), &at)?.is_some();
            if !known && store::private_notes(tx, user)? >= MOST_NOTES {
                let most = u64::try_from(MOST_NOTES).unwrap_or_default();
                return Err(Error::Full { of: "private notes", most });
            }
            store::put_private_note(tx, (user, system), &at, new)?;
            Ok(())
        };
        self.db.write(scope, write).await?;
        Ok(note)
    }

    /// A record that the CRM shows the caller, with the CRM it is in.
    async fn seen(&self, scope: &Scope, record: &RecordRef) -> Result<(uuid::Uuid, RecordRef)> {
        let records = self.crm.records(scope).await?;
        let table = records.crm().describe(&record.table).await?;
        let at = RecordRef::new(&table.name, &record.id.0);
        let at = records.crm().read(&at, &[]).await?.at;
        Ok((records.system().id, at))
    }
}

/// Signs of a note, and notes of a person; our own choice.
const MOST_SIGNS: usize = 4_000;
const MOST_NOTES: i64 = 10_000;
