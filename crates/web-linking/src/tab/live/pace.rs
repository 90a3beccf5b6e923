//! When to look again at what a CRM elsewhere shows.
//!
//! It tells nobody that something changed, and counts the calls of each person. What is written through this node is
//! looked at as soon as it is written; beside that looks get rarer while nothing changes, and the page closes its stream
//! while nobody sees it.

use std::{future::pending, time::Duration};

use crm_connections::Written;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::timeout,
};
use uuid::Uuid;

/// Until the first look (our own choice, as all of these).
const FIRST: Duration = Duration::from_secs(20);
/// Between two looks where nothing has changed for long.
const LONGEST: Duration = Duration::from_mins(5);
/// Many changes in a row are looked at once.
const PAUSE: Duration = Duration::from_secs(1);

/// When to look again.
pub(super) struct Pace {
    written: Receiver<Written>,
    system: Uuid,
    table: String,
    /// Looks in a row that found nothing new.
    quiet: u32,
}

impl Pace {
    pub(super) fn of(written: Receiver<Written>, (system, table): (Uuid, &str)) -> Self {
        Self { written, system, table: table.to_owned(), quiet: 0 }
    }

    /// Something was new: more may follow.
    pub(super) const fn busy(&mut self) {
        self.quiet = 0;
    }

    /// The CRM does not answer: it is asked as rarely as can be.
    pub(super) const fn failed(&mut self) {
        self.quiet = u32::MAX;
    }

    /// Waits until it is time; false when the hub ends.
    pub(super) async fn wait(&mut self) -> bool {
        match timeout(rest(self.quiet), touched(&mut self.written, (self.system, &self.table)))
            .await
        {
            Ok(false) => return false,
            Ok(true) => {
                self.busy();
                let _ = timeout(PAUSE, pending::<()>()).await;
                self.written = self.written.resubscribe();
            }
            Err(_late) => self.quiet = self.quiet.saturating_add(1),
        }
        true
    }
}

/// Until the next look after so many that found nothing new.
fn rest(quiet: u32) -> Duration {
    FIRST.saturating_mul(1_u32.checked_shl(quiet).unwrap_or(u32::MAX)).min(LONGEST)
}

/// Somebody wrote to the table, or so much was written that nobody knows; false when nobody will any more.
async fn touched(written: &mut Receiver<Written>, (system, table): (Uuid, &str)) -> bool {
    loop {
        match written.recv().await {
            Ok(one) if one.system == system && one.table.eq_ignore_ascii_case(table) => {
                return true;
            }
            Ok(_other) => {}
            Err(RecvError::Lagged(_)) => return true,
            Err(RecvError::Closed) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;

    #[test]
    fn looks_get_rarer_while_nothing_changes_and_never_stop() {
        let rests: Vec<_> = (0..6).map(|quiet| rest(quiet).as_secs()).collect();
        assert_eq!(rests, [20, 40, 80, 160, 300, 300]);
        assert_eq!(rest(u32::MAX), LONGEST, "nor does a CRM that is down");
        // an idle page of a whole working day costs its reader about a hundred looks
        let day: u64 = 8 * 60 * 60;
        let (mut at, mut looks) = (0, 0_u32);
        while at < day {
            at += rest(looks).as_secs();
            looks += 1;
        }
        assert!(looks <= 105, "{looks} looks");
    }

    #[tokio::test]
    async fn what_is_written_to_other_tables_and_other_crms_wakes_nobody() {
        let (tell, heard) = broadcast::channel(4);
        let system = Uuid::from_u128(1);
        let say = |system, table: &str| tell.send(Written { system, table: table.into() }).unwrap();
        let mut own = heard.resubscribe();
        say(system, "contact");
        say(Uuid::from_u128(2), "Opportunity");
        say(system, "opportunity");
        assert!(touched(&mut own, (system, "Opportunity")).await);
        assert!(own.is_empty(), "the third was it");
        // more than anybody keeps: it is looked at
        let mut own = heard.resubscribe();
        for _ in 0..9 {
            say(Uuid::from_u128(2), "contact");
        }
        assert!(touched(&mut own, (system, "Opportunity")).await);
        drop(tell);
        let mut own = heard.resubscribe();
        assert!(!touched(&mut own, (system, "Opportunity")).await, "the hub ends");
    }
}
