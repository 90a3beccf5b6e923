//! Owners, and handing webhooks over.

use db::Tx;
use kernel::{Permission, Scope, UserId, WebhookId};

use super::{
    ChannelConnectors,
    manage::{audit, document},
    rights::owns,
};
use crate::{
    Error, Result, Webhook,
    access::require_person,
    store::{self, Of},
};

impl ChannelConnectors {
    /// Gives a webhook to another owner; the address stays. A new owner who was second owner leaves that
    /// place empty.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::UnknownOwner`],
    /// [`Error::Store`].
    pub async fn hand_over(&self, scope: &Scope, hook: WebhookId, to: UserId) -> Result<Webhook> {
        scope.require(Permission::WebhookManage)?;
        self.change(scope, hook, "webhook.hand_over", move |tx, webhook| {
            require_person(tx, to)?;
            take_over(webhook, webhook.owner, to);
            Ok(())
        })
        .await
    }

    /// Gives every webhook of a person who leaves to another one, also where the person is second owner;
    /// how many there were. Administrators only, or the person who leaves.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Identity`] when nobody is called `from`, [`Error::UnknownOwner`] for `to`,
    /// [`Error::Store`].
    pub async fn hand_over_all(&self, scope: &Scope, from: UserId, to: UserId) -> Result<u64> {
        scope.require(Permission::WebhookManage)?;
        if scope.user() != Some(from) {
            scope.require(Permission::WebhookManageAll)?;
        }
        let known = move |tx: &Tx<'_>| identity::users::people(tx, &[from]);
        if self.db.read_one(scope, known).await?.is_empty() {
            return Err(identity::Error::Unknown(identity::Thing::User).into());
        }
        let now = self.clock.now();
        let mut count = 0;
        loop {
            let step = move |tx: &Tx<'_>| {
                require_person(tx, to)?;
                let nil = uuid::Uuid::nil().into();
                let some = store::list(tx, Of::Held(from), nil, SLICE, now)?;
                for before in &some {
                    let mut after = Webhook { updated_at: now, ..before.clone() };
                    take_over(&mut after, from, to);
                    store::update(tx, &after, now)?;
                    let documents = (Some(document(before)), Some(document(&after)));
                    audit(tx, "webhook.hand_over", before.id, documents, now)?;
                }
                Ok::<_, Error>(some.len() as u64)
            };
            let moved = if from == to { 0 } else { self.db.write(scope, step).await? };
            if moved == 0 {
                return Ok(count);
            }
            count += moved;
        }
    }
}

fn take_over(webhook: &mut Webhook, from: UserId, to: UserId) {
    if webhook.owner == from {
        webhook.owner = to;
    }
    if webhook.second_owner == Some(from) || webhook.second_owner == Some(webhook.owner) {
        webhook.second_owner = (!owns(webhook, to)).then_some(to);
    }
}

/// How many webhooks one transaction hands over.
const SLICE: i64 = 50;
