//! The service.

use std::{collections::HashMap, fmt, sync::Arc};

use channel_connectors::{
    ActionSettings, EntryId,
    access::{self, Reach},
};
use db::Db;
use egress::{Client, Networks};
use identity::{Identity, SystemScopes};
use kernel::{
    ActionRunId, ChannelId, Clock, Code, Coded as _, Denied, Ids, MessageId, Permission, Scope,
    WebhookId,
};
use tokio::sync::Semaphore;
use workspace::{CardContent, Content, Item, Workspace};

use crate::{
    Error, Press, Refusal, Result, Run, begin, refresh::SHOWN_AT_ONCE, store, worker::Queue,
};

/// What the service is made of.
#[derive(Debug)]
pub struct ActionParts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Signs the tokens that receivers verify.
    pub identity: Arc<Identity>,
    /// Where the cards are.
    pub workspace: Arc<Workspace>,
    /// The only way out.
    pub client: Client,
    /// Which addresses the operator opened.
    pub networks: Networks,
    /// Settings of this service.
    pub settings: ActionSettings,
}

/// Buttons of cards that act. One is made at start and shared.
pub struct CardActions {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) client: Client,
    pub(crate) networks: Networks,
    pub(crate) settings: ActionSettings,
    pub(crate) queue: Queue,
    pub(crate) shown_at_once: Arc<Semaphore>,
}

impl fmt::Debug for CardActions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardActions").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl CardActions {
    /// The service; [`CardActions::run`] lets presses outlive the request that made them.
    pub fn new(parts: ActionParts) -> Self {
        let ActionParts { db, clock, ids, scopes, identity, workspace, client, networks, settings } =
            parts;
        Self {
            db,
            clock,
            ids,
            scopes,
            identity,
            workspace,
            client,
            networks,
            settings,
            queue: Queue::new(),
            shown_at_once: Arc::new(Semaphore::new(SHOWN_AT_ONCE)),
        }
    }

    /// What the operator set.
    pub const fn settings(&self) -> &ActionSettings {
        &self.settings
    }

    /// Presses a button of a card for the person that acts, and waits for what comes of it.
    ///
    /// The answer is a finished run, also of a failure: [`Run::outcome`]. Request and answer of it are for
    /// the owners of the webhook; who pressed is told `outcome`, `http_status` and `said`.
    ///
    /// # Errors
    /// [`Error::Refused`] with a [`Refusal`] when nothing was sent; [`Error::Webhooks`] when connectors are
    /// switched off;
    /// [`Error::Workspace`] when the message is not there, the channel is archived or no person acts;
    /// [`Error::Denied`], [`Error::Identity`], [`Error::Store`].
    pub async fn press(
        &self,
        scope: &Scope,
        channel: ChannelId,
        message: MessageId,
        press: Press,
    ) -> Result<Run> {
        scope.require(Permission::MessageWrite)?;
        let user = scope.user().ok_or(workspace::Error::PersonNeeded)?;
        let item = self.workspace.message(scope, message).await?;
        if item.channel != channel {
            return Err(workspace::Error::MessageNotFound { message }.into());
        }
        let (hook, card) = card_of(&item)?;
        let begun = self.begin(scope, (user, hook), (&item, card), press).await?;
        self.perform(scope, begun).await
    }

    /// What came of the buttons of one post, newest first; for owners of the webhook and administrators.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Webhooks`], [`Error::Store`].
    pub async fn runs(&self, scope: &Scope, hook: WebhookId, entry: EntryId) -> Result<Vec<Run>> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let EntryId::Accepted(position) = entry else { return Ok(Vec::new()) };
        self.db
            .read(scope, move |tx| {
                match access::reached(tx, hook, Reach::Own, now) {
                    Ok(_) | Err(channel_connectors::Error::Removed { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
                Ok(store::of_entry(tx, hook, position, LISTED)?)
            })
            .await
    }

    /// What the buttons of some webhooks' cards do for the actor in a channel.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn abilities(
        &self,
        scope: &Scope,
        channel: ChannelId,
        hooks: Vec<WebhookId>,
    ) -> Result<HashMap<WebhookId, Ability>> {
        scope.require(Permission::MessageRead)?;
        let now = self.clock.now();
        let Some(user) = scope.user().filter(|_| scope.may(Permission::MessageWrite)) else {
            let code = Error::from(Denied { permission: Permission::MessageWrite }).code();
            return Ok(hooks.into_iter().map(|hook| (hook, Ability::Rest(code))).collect());
        };
        self.db
            .read(scope, move |tx| {
                let one = |hook: &WebhookId| match begin::may(tx, (channel, *hook, user), now) {
                    Ok(known) => Ok((*hook, known.ability())),
                    Err(Error::Store(error)) => Err(Error::Store(error)),
                    Err(error) => Ok((*hook, Ability::Rest(error.code()))),
                };
                hooks.iter().map(one).collect()
            })
            .await
    }

    pub(crate) fn fresh(&self) -> ActionRunId {
        self.ids.fresh()
    }
}

/// What the buttons of a webhook's cards do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// They act.
    Act {
        /// Also those that hand answers to the connector's own address.
        answers: bool,
    },
    /// They do nothing, for this reason.
    Rest(Code),
}

/// The webhook and the card of a message.
pub(crate) fn card_of(item: &Item) -> Result<(WebhookId, &CardContent)> {
    match (&item.sender, &item.content) {
        (workspace::Sender::Webhook { id, .. }, Content::Card(card)) => Ok((*id, card)),
        _ => Err(Refusal::NoButton.into()),
    }
}

/// Runs of one post that are listed: our own choice.
const LISTED: i64 = 100;
