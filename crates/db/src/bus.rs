//! Wake-ups: what a committed write tells to whoever listens.
//!
//! A notice says only that something is there; losing one costs latency, never a message, because every
//! listener also sweeps.

use std::{borrow::Cow, sync::Arc};

use kernel::TenantId;
use tokio::sync::broadcast;
use uuid::Uuid;

/// Something was committed on a stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// The tenant.
    pub tenant: TenantId,
    /// The kind of thing, such as `card.posted`.
    pub topic: Cow<'static, str>,
    /// The stream, such as a webhook's or a channel's identifier.
    pub stream: Uuid,
    /// The highest position that the commit wrote on the stream.
    pub position: i64,
}

/// The notices of one commit, or of several that were coalesced; none says that a sweep is due.
pub type Notices = Arc<[Notice]>;

/// The sending half, held by the facade and its driver.
#[derive(Debug, Clone)]
pub(crate) struct Bus(broadcast::Sender<Notices>);

impl Bus {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    pub(crate) fn publish(&self, notices: Notices) {
        // Nobody listening is no failure: notices are hints.
        drop(self.0.send(notices));
    }

    pub(crate) fn listen(&self) -> Listener {
        Listener(self.0.subscribe())
    }
}

/// Receives notices from the moment it was made.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Notices>);

impl Listener {
    /// Waits for the next notices. `None` says that some were lost and a sweep is due.
    ///
    /// Cancel safe. Waits for ever once the facade is gone.
    pub async fn next(&mut self) -> Option<Notices> {
        match self.0.recv().await {
            // A driver that lost sight of other nodes publishes an empty list.
            Ok(notices) if notices.is_empty() => None,
            Ok(notices) => Some(notices),
            Err(broadcast::error::RecvError::Lagged(_)) => None,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }

    /// What has arrived and was not taken yet; never waits. For caches, which look before they answer.
    pub fn arrived(&mut self) -> Option<Arrived> {
        match self.0.try_recv() {
            Ok(notices) if notices.is_empty() => Some(Arrived::Gap),
            Ok(notices) => Some(Arrived::Notices(notices)),
            Err(broadcast::error::TryRecvError::Lagged(_)) => Some(Arrived::Gap),
            Err(broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed) => {
                None
            }
        }
    }
}

/// What a listener had for a cache.
#[derive(Debug)]
pub enum Arrived {
    /// The notices of one commit, or of several.
    Notices(Notices),
    /// Some were lost: whatever was kept may be wrong.
    Gap,
}

/// Merges the notices of one commit, so that each stream keeps its highest position; for drivers.
pub fn merge(notices: Vec<Notice>) -> Option<Notices> {
    (!notices.is_empty()).then(|| Arc::from(coalesce(notices)))
}

fn coalesce(mut notices: Vec<Notice>) -> Vec<Notice> {
    if notices.len() > 1 {
        notices.sort_unstable_by(|a, b| {
            (a.tenant, a.stream, &a.topic, b.position)
                .cmp(&(b.tenant, b.stream, &b.topic, a.position))
        });
        notices.dedup_by(|a, b| a.tenant == b.tenant && a.stream == b.stream && a.topic == b.topic);
    }
    notices
}

/// How many commits a slow listener may lag behind before it is told to sweep.
const BACKLOG: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Ids;

    fn notice(tenant: TenantId, stream: Uuid, position: i64) -> Notice {
        Notice { tenant, topic: "card.posted".into(), stream, position }
    }

    #[test]
    fn one_notice_a_stream_survives_with_the_highest_position() {
        let ids = Ids::seeded(1);
        let (tenant, a, b) = (ids.fresh(), ids.fresh::<Uuid>(), ids.fresh::<Uuid>());
        let all = vec![
            notice(tenant, a, 1),
            notice(tenant, b, 9),
            notice(tenant, a, 3),
            notice(tenant, a, 2),
        ];
        assert_eq!(coalesce(all), vec![notice(tenant, a, 3), notice(tenant, b, 9)]);
    }

    #[test]
    fn what_has_arrived_is_taken_without_waiting() {
        let ids = Ids::seeded(2);
        let bus = Bus::new();
        let mut listener = bus.listen();
        assert!(listener.arrived().is_none());
        bus.publish(Arc::from(vec![notice(ids.fresh(), ids.fresh(), 1)]));
        bus.publish(Arc::from(Vec::new()));
        assert!(matches!(listener.arrived(), Some(Arrived::Notices(all)) if all.len() == 1));
        assert!(matches!(listener.arrived(), Some(Arrived::Gap)));
        assert!(listener.arrived().is_none());
    }

    #[tokio::test]
    async fn an_empty_list_is_a_call_to_sweep() {
        let bus = Bus::new();
        let mut listener = bus.listen();
        bus.publish(Arc::from(Vec::new()));
        assert_eq!(listener.next().await, None);
    }

    #[tokio::test]
    async fn a_slow_listener_is_told_to_sweep() {
        let ids = Ids::seeded(1);
        let bus = Bus::new();
        let mut listener = bus.listen();
        for position in 0..2000 {
            bus.publish(Arc::from(vec![notice(ids.fresh(), ids.fresh(), position)]));
        }
        assert_eq!(listener.next().await, None);
        assert!(listener.next().await.is_some());
    }
}
