//! People's data: which rooms have more than rows.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kernel::{Coded, Scope, UserId};
use mailbox::Mailbox;
use meetings::Meetings;
use privacy::{DataSet, File, Keeper, Told};

type Boxed = Box<dyn Coded + Send + Sync>;

/// Meetings: a meeting of several people stays for the others.
#[derive(Debug)]
struct OfMeetings(Arc<Meetings>);

impl Keeper for OfMeetings {
    fn name(&self) -> &'static str {
        "meetings"
    }

    fn files<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, Vec<File>> {
        Box::pin(async move {
            let all = self.0.export_of(scope, user).await.map_err(boxed)?;
            let bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
            Ok(vec![File { name: "meetings-with-speech.json".to_owned(), bytes }])
        })
    }

    fn forget<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, u64> {
        Box::pin(async move {
            let gone = self.0.forget(scope, user).await.map_err(boxed)?;
            Ok(u64::try_from(gone).unwrap_or_default())
        })
    }

    fn sweep<'a>(&'a self, scope: &'a Scope, set: DataSet, before: Timestamp) -> Told<'a, u64> {
        Box::pin(async move {
            // a time before everything takes nothing
            let never = before - SignedDuration::from_hours(24 * 36_500);
            let times = match set {
                DataSet::Transcripts => (before, never),
                DataSet::Meetings => (never, before),
                _ => return Ok(0),
            };
            let (spoken, gone) = self.0.sweep(scope, times).await.map_err(boxed)?;
            Ok(u64::try_from(spoken + gone).unwrap_or_default())
        })
    }
}

/// Mails: their files stand beside the rows.
#[derive(Debug)]
struct OfMails(Arc<Mailbox>);

impl Keeper for OfMails {
    fn name(&self) -> &'static str {
        "mails"
    }

    fn files<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, Vec<File>> {
        Box::pin(async move {
            let found = self.0.files_of(scope, user, MOST_BYTES).await.map_err(boxed)?;
            let each = found.into_iter().map(|(name, bytes)| File { name, bytes });
            Ok(each.collect())
        })
    }

    fn forget<'a>(&'a self, scope: &'a Scope, user: UserId) -> Told<'a, u64> {
        Box::pin(async move { self.0.forget_person(scope, user).await.map_err(boxed) })
    }

    fn sweep<'a>(&'a self, scope: &'a Scope, set: DataSet, before: Timestamp) -> Told<'a, u64> {
        Box::pin(async move {
            if set != DataSet::Mails {
                return Ok(0);
            }
            self.0.forget_before(scope, before).await.map_err(boxed)
        })
    }
}

/// The rooms with more than rows.
pub(super) fn keepers(mailbox: &Arc<Mailbox>, meetings: &Arc<Meetings>) -> Vec<Arc<dyn Keeper>> {
    vec![Arc::new(OfMails(Arc::clone(mailbox))), Arc::new(OfMeetings(Arc::clone(meetings)))]
}

fn boxed(error: impl Coded + Send + Sync + 'static) -> Boxed {
    Box::new(error)
}

/// Bytes of mails in one archive; what is beyond is fetched from the mailbox.
const MOST_BYTES: u64 = 256 << 20;
