//! Making, listing, changing and removing webhooks.

use db::Tx;
use event_log::{Change, Subject};
use identity::credentials::{self, CredentialKind, NewCredential, SecretHash};
use jiff::{SignedDuration, Timestamp};
use kernel::{Cursor, Factor, Limit, Page, Permission, Permissions, Scope, Secret, WebhookId};
use seal::Context;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{ChannelConnectors, rights::wakes};
use crate::{
    Addresses, Error, Hour, Icon, Listed, NewWebhook, Place, Rate, Result, State, Totals, Webhook,
    WebhookChange,
    access::{Reach, may_set_up, owner_of_new, require_person},
    address::Paths,
    icon, store,
    store::{AddressRow, Of},
};

/// How long a removed webhook can be taken back: longer than a toast stands, for who works without a script; our own
/// choice.
pub(crate) const UNDO_TIME: SignedDuration = SignedDuration::from_mins(10);

impl ChannelConnectors {
    /// Makes a webhook in a channel and answers its addresses.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SwitchedOff`], [`Error::OwnersOnly`], [`Error::Workspace`],
    /// [`Error::UnknownOwner`], [`Error::Invalid`], [`Error::AddressTaken`], [`Error::Store`].
    pub async fn create(
        &self,
        scope: &Scope,
        channel: kernel::ChannelId,
        new: NewWebhook,
    ) -> Result<(Webhook, Addresses)> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let name = checked_name(&new.name)?;
        let icon = new.icon.map(checked_icon).transpose()?;
        self.check_limits(scope, new.rate, new.max_body_bytes)?;
        check_end(new.expires_at, now)?;
        let owner = owner_of_new(scope, new.owner)?;
        let home = self
            .db
            .read(scope, move |tx| {
                let access = workspace::access::channel(tx, channel)?;
                may_set_up(tx, &access)?;
                Ok::<_, Error>(access)
            })
            .await?;
        let webhook = Webhook {
            id: self.ids.fresh(),
            team: home.team.id,
            channel,
            place: Place::Channel(channel),
            configured: None,
            name,
            icon: icon.as_ref().map(|icon| icon.kind),
            owner,
            second_owner: new.second_owner,
            state: State::Enabled,
            rate: new.rate,
            max_body_bytes: new.max_body_bytes,
            busy: new.busy,
            created_at: now,
            updated_at: now,
            expires_at: new.expires_at,
            overlap_until: None,
            totals: Totals::default(),
        };
        let prepared = self.prepare(scope, webhook, new.adopt.as_deref())?;
        let (made, addresses) = (prepared.webhook().clone(), prepared.addresses().clone());
        let outcome = self
            .db
            .write(scope, move |tx| {
                // Again, because the switches and the channel may have changed.
                may_set_up(tx, &workspace::access::channel(tx, channel)?)?;
                let webhook = prepared.webhook();
                require_person(tx, webhook.owner)?;
                webhook.second_owner.map_or(Ok(()), |second| require_person(tx, second))?;
                prepared.insert(tx, icon.as_ref(), "webhook.create")
            })
            .await;
        outcome.map_err(address_taken)?;
        Ok((made, addresses))
    }

    /// A webhook.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Removed`], [`Error::Store`].
    pub async fn lookup(&self, scope: &Scope, hook: WebhookId) -> Result<Webhook> {
        scope.require(Permission::MessageRead)?;
        let now = self.clock.now();
        let read = move |tx: &Tx<'_>| Self::reached(tx, hook, Reach::See, now);
        Ok(self.db.read(scope, read).await?.webhook)
    }

    /// Webhooks in the order in which they were made.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`], [`Error::Cursor`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        listed: Listed,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Webhook>> {
        scope.require(Permission::MessageRead)?;
        let after: WebhookId = match after {
            Some(cursor) => cursor.parse()?,
            None => Uuid::nil().into(),
        };
        let all = scope.may(Permission::WebhookManageAll);
        let own = scope.user();
        let of = match listed {
            Listed::Channel(channel) => Of::Channel(channel),
            Listed::Mine => Of::Owner(own.unwrap_or_else(|| Uuid::nil().into())),
            Listed::Owner(user) if all || own == Some(user) => Of::Owner(user),
            Listed::All if all => Of::Everyone,
            Listed::Owner(_) | Listed::All => {
                return Err(kernel::Denied { permission: Permission::WebhookManageAll }.into());
            }
        };
        let now = self.clock.now();
        let rows = self
            .db
            .read(scope, move |tx| {
                match of {
                    Of::Channel(channel) if all => {
                        workspace::access::channel(tx, channel)?;
                    }
                    Of::Channel(channel) => {
                        workspace::access::readable(tx, channel)?;
                    }
                    _ => {}
                }
                Ok::<_, Error>(store::list(tx, of, after, limit.probe(), now)?)
            })
            .await?;
        Ok(Page::cut(rows, limit, |webhook| Cursor::new(&webhook.id.to_string())))
    }

    /// Changes a webhook; what is changed acts at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::UnknownOwner`],
    /// [`Error::Invalid`], [`Error::Store`].
    pub async fn update(
        &self,
        scope: &Scope,
        hook: WebhookId,
        change: WebhookChange,
    ) -> Result<Webhook> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let name = change.name.as_deref().map(checked_name).transpose()?;
        let icon = change.icon.map(|icon| icon.map(checked_icon).transpose()).transpose()?;
        let rate = change.rate.unwrap_or_default();
        self.check_limits(scope, rate, change.max_body_bytes.flatten())?;
        check_end(change.expires_at.flatten(), now)?;
        self.change(scope, hook, "webhook.update", move |tx, webhook| {
            if let Some(name) = &name {
                webhook.name.clone_from(name);
            }
            if let Some(icon) = &icon {
                webhook.icon = icon.as_ref().map(|icon| icon.kind);
                store::set_icon(tx, hook, icon.as_ref())?;
            }
            if let Some(second) = change.second_owner {
                second.map_or(Ok(()), |second| require_person(tx, second))?;
                webhook.second_owner = second;
            }
            webhook.rate = change.rate.unwrap_or(webhook.rate);
            webhook.busy = change.busy.unwrap_or(webhook.busy);
            webhook.max_body_bytes = change.max_body_bytes.unwrap_or(webhook.max_body_bytes);
            if let Some(end) = change.expires_at {
                webhook.expires_at = end;
                if webhook.state == State::Expired {
                    webhook.state = State::Enabled;
                }
            }
            Ok(())
        })
        .await
    }

    /// Lets a webhook take posts, or not; the address stays. A suspended one stays suspended until its app is back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Suspended`],
    /// [`Error::SwitchedOff`], [`Error::Store`].
    pub async fn set_enabled(
        &self,
        scope: &Scope,
        hook: WebhookId,
        enabled: bool,
    ) -> Result<Webhook> {
        scope.require(Permission::WebhookManage)?;
        let action = if enabled { "webhook.enable" } else { "webhook.disable" };
        self.change(scope, hook, action, move |_tx, webhook| {
            // neither way: from disabled the next step would lead round the suspension
            if webhook.state == State::Suspended {
                return Err(Error::Suspended { hook });
            }
            webhook.state = if enabled { State::Enabled } else { State::Disabled };
            Ok(())
        })
        .await
    }

    /// Removes a webhook; its address answers 410 from now on. Messages stay. It can be taken back for
    /// ten minutes, unless a connector's configuration went with it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Store`].
    pub async fn delete(&self, scope: &Scope, hook: WebhookId) -> Result<()> {
        scope.require(Permission::WebhookManage)?;
        let on_removal = self.on_removal;
        self.change(scope, hook, "webhook.delete", move |tx, webhook| {
            if webhook.configured.is_none() {
                store::set_was(tx, hook, webhook.state)?;
            }
            webhook.state = State::Removed;
            Ok(on_removal(tx, hook)?)
        })
        .await
        .map(drop)
    }

    /// Takes a removal back: the same addresses, the same state as before.
    ///
    /// # Errors
    /// [`Error::Removed`] when ten minutes is over or a connector's configuration went with it,
    /// [`Error::SwitchedOff`], [`Error::Denied`], [`Error::Unknown`], [`Error::NotOwner`], [`Error::Store`].
    pub async fn restore(&self, scope: &Scope, hook: WebhookId) -> Result<Webhook> {
        scope.require(Permission::WebhookManage)?;
        let now = self.clock.now();
        let restore = move |tx: &Tx<'_>| {
            let before = match Self::found(tx, hook, now)? {
                (_, reach) if reach < Reach::Manage => return Err(Error::NotOwner),
                (stored, _) if !stored.removed => return Ok(stored.webhook),
                (stored, _) => stored.webhook,
            };
            let state = match store::removal(tx, hook)? {
                Some(_) if before.configured.is_some() => return Err(Error::Removed { hook }),
                Some((at, state)) if now.duration_since(at) <= UNDO_TIME => state,
                _ => return Err(Error::Removed { hook }),
            };
            let after = Webhook { state, updated_at: now, ..before.clone() };
            if wakes(&before, &after)
                && let Some(switch) = store::switches(tx, after.team)?.off_in(after.place)
            {
                return Err(Error::SwitchedOff { switch });
            }
            store::update(tx, &after, now)?;
            let documents = (Some(document(&before)), Some(document(&after)));
            audit(tx, "webhook.restore", hook, documents, now)?;
            Ok(after)
        };
        let webhook = self.db.write(scope, restore).await?;
        self.hooks.forget(scope.tenant(), hook);
        Ok(webhook)
    }

    /// The icon of a webhook, for whoever sees its messages.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn icon(&self, scope: &Scope, hook: WebhookId) -> Result<Option<Icon>> {
        scope.require(Permission::MessageRead)?;
        let now = self.clock.now();
        let read = move |tx: &Tx<'_>| match Self::reached(tx, hook, Reach::See, now) {
            // Messages of a removed one are still there.
            Ok(_) | Err(Error::Removed { .. }) => Ok(store::icon(tx, hook)?),
            Err(error) => Err(error),
        };
        self.db.read(scope, read).await
    }

    /// The last 24 hours, oldest first, each with its counts.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn hours(&self, scope: &Scope, hook: WebhookId) -> Result<Vec<Hour>> {
        scope.require(Permission::MessageRead)?;
        self.flush().await;
        let now = self.clock.now();
        let first = store::hour(now) - 23;
        let known = self
            .db
            .read(scope, move |tx| {
                Self::reached(tx, hook, Reach::See, now)?;
                Ok::<_, Error>(store::hours(tx, hook, first)?)
            })
            .await?;
        let hour = |number: i64| {
            let from = Timestamp::from_second(number.saturating_mul(3_600)).unwrap_or(now);
            let counted = known.iter().find(|hour| hour.from == from).copied();
            counted.unwrap_or(Hour { from, accepted: 0, refused: 0, throttled: 0 })
        };
        Ok((first..first + 24).map(hour).collect())
    }

    /// One change of a webhook: rights, rule, row, audit, and the caches of every node.
    pub(super) async fn change(
        &self,
        scope: &Scope,
        hook: WebhookId,
        action: &'static str,
        change: impl Fn(&Tx<'_>, &mut Webhook) -> Result<()> + Send + 'static,
    ) -> Result<Webhook> {
        let now = self.clock.now();
        let webhook = self
            .db
            .write(scope, move |tx| {
                let before = Self::reached(tx, hook, Reach::Manage, now)?.webhook;
                let mut after = Webhook { updated_at: now, ..before.clone() };
                change(tx, &mut after)?;
                if wakes(&before, &after)
                    && let Some(switch) = store::switches(tx, after.team)?.off_in(after.place)
                {
                    return Err(Error::SwitchedOff { switch });
                }
                store::update(tx, &after, now)?;
                let documents = (Some(document(&before)), Some(document(&after)));
                audit(tx, action, hook, documents, now)?;
                Ok(after)
            })
            .await?;
        self.hooks.forget(scope.tenant(), hook);
        Ok(webhook)
    }

    fn check_limits(&self, scope: &Scope, rate: Rate, max_body_bytes: Option<u32>) -> Result<()> {
        rate.check()?;
        if rate == Rate::Unlimited {
            scope.require(Permission::WebhookManageAll)?;
        }
        let ceiling = self.settings.max_body_bytes_ceiling;
        match max_body_bytes {
            Some(bytes) if bytes == 0 || bytes > ceiling => Err(Error::invalid(
                "/max_body_bytes",
                "webhook.limit_out_of_range",
                format!("from 1 to {ceiling} bytes"),
            )),
            _ => Ok(()),
        }
    }

    /// Prepares the addresses of a generation, ready for the transaction.
    pub(crate) fn issue(
        &self,
        scope: &Scope,
        webhook: &Webhook,
        paths: &Paths,
        generation: i64,
    ) -> Result<Issue> {
        let now = self.clock.now();
        let both = format!("{}\n{}", paths.connector.expose(), paths.workflow.expose());
        let context = Context::new(SEALED, scope.tenant(), webhook.id.uuid());
        let sealed = self.sealer.seal(&context, both.as_bytes())?;
        let malformed = |_malformed| Error::invalid("/adopt", "webhook.adopt_malformed", "");
        let (connector, workflow) = paths.secrets().map_err(malformed)?;
        let credential = |kind, secret: &Secret<String>| NewCredential {
            id: self.ids.fresh(),
            kind,
            secret: SecretHash::of(secret.expose().as_bytes()),
            subject: credentials::Subject::Webhook(webhook.id),
            permissions: Permissions::of(&[Permission::CardPost]),
            label: webhook.name.clone(),
            factor: Factor::None,
            created_at: now,
            expires_at: None,
        };
        let connector = credential(CredentialKind::IncomingWebhook, &connector);
        let workflow = credential(CredentialKind::Workflow, &workflow);
        let row = AddressRow {
            generation,
            connector: connector.id,
            workflow: workflow.id,
            sealed,
            created_at: now,
            retires_at: None,
        };
        Ok(Issue { hook: webhook.id, row, connector, workflow })
    }

    /// Opens the addresses of a generation.
    pub(crate) fn open(
        &self,
        scope: &Scope,
        hook: WebhookId,
        row: &AddressRow,
    ) -> Result<Addresses> {
        let context = Context::new(SEALED, scope.tenant(), hook.uuid());
        let both = self.sealer.open(&context, &row.sealed)?;
        let wrong = db::Error::Inconsistent { column: 3, expected: "two addresses" };
        let both = str::from_utf8(both.expose()).ok().and_then(|both| both.split_once('\n'));
        let (connector, workflow) = both.ok_or(wrong)?;
        Ok(Addresses {
            generation: row.generation,
            connector: Secret::new(connector.to_owned()),
            workflow: Secret::new(workflow.to_owned()),
            created_at: row.created_at,
            retires_at: row.retires_at,
        })
    }
}

/// A generation of addresses, to be written.
#[derive(Debug)]
pub(crate) struct Issue {
    hook: WebhookId,
    row: AddressRow,
    connector: NewCredential,
    workflow: NewCredential,
}

impl Issue {
    pub(crate) fn addresses(&self, paths: &Paths) -> Addresses {
        Addresses {
            generation: self.row.generation,
            connector: paths.connector.clone(),
            workflow: paths.workflow.clone(),
            created_at: self.row.created_at,
            retires_at: None,
        }
    }

    pub(crate) fn register(&self, tx: &Tx<'_>) -> Result<()> {
        credentials::register(tx, &self.connector)?;
        credentials::register(tx, &self.workflow)?;
        Ok(store::insert_address(tx, self.hook, &self.row)?)
    }
}

pub(super) fn address_taken(error: Error) -> Error {
    match error {
        Error::Store(broken) if broken.is_unique() => Error::AddressTaken,
        other => other,
    }
}

/// Writes a change of a webhook to the audit.
pub(crate) fn audit(
    tx: &Tx<'_>,
    action: &'static str,
    hook: WebhookId,
    (before, after): (Option<Json>, Option<Json>),
    at: Timestamp,
) -> Result<()> {
    let subject = Subject::new("webhook", hook);
    Ok(event_log::audit(tx, &Change { action, subject, before, after, at })?)
}

/// A webhook as the audit shows it: no address, no picture.
pub(crate) fn document(webhook: &Webhook) -> Json {
    json!({
        "name": webhook.name,
        (format!("{}_id", webhook.place.kind())): webhook.place.uuid(),
        "connector_id": webhook.configured.map(|of| of.connector),
        "owner_id": webhook.owner,
        "second_owner_id": webhook.second_owner,
        "state": webhook.state,
        "rate": webhook.rate,
        "busy": webhook.busy,
        "max_body_bytes": webhook.max_body_bytes,
        "icon": webhook.icon.map(crate::IconKind::media_type),
        "expires_at": webhook.expires_at,
    })
}

pub(crate) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let fault = |code, detail| Err(Error::invalid("/name", code, detail));
    match name.chars().count() {
        0 => fault("webhook.name_missing", "a webhook has a name"),
        1..=NAME_CHARS if name.chars().any(char::is_control) => {
            fault("webhook.name_invalid", "a name has no control characters")
        }
        1..=NAME_CHARS => Ok(name.to_owned()),
        _ => fault("webhook.name_too_long", "a name has at most 80 characters"),
    }
}

fn checked_icon(bytes: Vec<u8>) -> Result<Icon> {
    Ok(Icon { kind: icon::check(&bytes)?, bytes })
}

fn check_end(end: Option<Timestamp>, now: Timestamp) -> Result<()> {
    match end {
        Some(end) if end <= now => {
            Err(Error::invalid("/expires_at", "webhook.expiry_past", "the end lies in the past"))
        }
        _ => Ok(()),
    }
}

/// Our own choice.
const NAME_CHARS: usize = 80;

/// Where sealed addresses live.
const SEALED: &str = "webhook_addresses.sealed";
