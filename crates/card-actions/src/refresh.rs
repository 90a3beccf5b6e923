//! Cards that refresh (Universal Actions): each reader has a card of their own, which the sender makes when asked.
//!
//! The sender is asked with the `Action.Execute` of the card's `refresh`: by itself, as soon as the card is shown
//! to somebody whom `userIds` names, or because a person wants it. What it answers is shown to that person alone,
//! in place of the card that everybody has, until that card is replaced. The refresh of the card that is shown
//! counts: an own card without one is final.

use std::{collections::HashMap, sync::Arc};

use cards::press::{self, REFRESH_ACTION, Refresh};
use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{ActionRunId, ChannelId, MessageId, Permission, Scope, UserId};
use serde_json::Value as Json;
use workspace::CardContent;

use crate::{
    CardActions, Cause, Error, Refusal, Result, Run,
    begin::{Begun, Wanted},
    service::card_of,
    store::{self, views},
};

/// A card as its sender made it for one reader.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The run that made it: it names this card, and no other.
    pub id: ActionRunId,
    /// The version of everybody's card that it stands in for.
    pub version: i64,
    /// The Adaptive Card.
    pub card: Json,
    /// When it was made.
    pub made_at: Timestamp,
}

/// What came of asking for a refresh.
#[derive(Debug, Clone, PartialEq)]
pub struct Refreshed {
    /// What the sender did; nothing where it was not asked: the card is fresh, or does not refresh by itself.
    pub run: Option<Run>,
    /// The card that is shown to the person now, where it is not everybody's.
    pub view: Option<View>,
}

/// Who wants a card anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ask {
    /// Which version of the card the person saw; unless said, the latest.
    pub version: Option<i64>,
    /// Nobody asked, the card is just shown.
    pub is_shown: bool,
}

/// How a card that is on a page refreshes.
#[derive(Debug, Clone, PartialEq)]
pub struct Refreshing {
    /// The reader's own card.
    pub view: Option<View>,
    /// Whether the card that is shown has a refresh.
    pub may: bool,
    /// Whether it refreshes by itself for this reader.
    pub by_itself: bool,
}

impl CardActions {
    /// Refreshes a card for the person that acts.
    ///
    /// A card that is just shown asks its sender at most once a minute for each person and version, and not before
    /// `expires`; the answer then says what is there.
    ///
    /// # Errors
    /// As [`CardActions::press`]; [`Refusal::NoButton`] for a card without a refresh.
    pub async fn refresh(
        &self,
        scope: &Scope,
        channel: ChannelId,
        message: MessageId,
        ask: Ask,
    ) -> Result<Refreshed> {
        scope.require(Permission::MessageWrite)?;
        let user = scope.user().ok_or(workspace::Error::PersonNeeded)?;
        let item = self.workspace.message(scope, message).await?;
        if item.channel != channel {
            return Err(workspace::Error::MessageNotFound { message }.into());
        }
        let (hook, card) = card_of(&item)?;
        let version = card.changes.version;
        if ask.version.is_some_and(|seen| seen != version) {
            return Err(Refusal::Changed.into());
        }
        let now = self.clock.now();
        let since = now - EVERY;
        let look = move |tx: &Tx<'_>| {
            let own = views::lookup(tx, message, user)?.filter(|own| own.version == version);
            let names = names_of(tx, user)?;
            let fresh = store::is_refreshed(tx, (message, user), (version, since))?;
            Ok::<_, db::Error>((own, names, fresh))
        };
        let (own, names, fresh) = self.db.read(scope, look).await?;
        let shown = own.as_ref().map_or(&card.card, |own| &own.card);
        let found = press::refresh(shown);
        let holds = |found: &Refresh<'_>| {
            let until = found.expires.and_then(|it| it.parse::<Timestamp>().ok());
            own.is_some() && until.is_some_and(|until| until > now)
        };
        let resting = |found: &Refresh<'_>| fresh || !listed(found, &names) || holds(found);
        if ask.is_shown && found.as_ref().is_none_or(resting) {
            return Ok(Refreshed { run: None, view: own });
        }
        let found = found.ok_or(Refusal::NoButton)?;
        let turn = Arc::clone(&self.shown_at_once).try_acquire_owned().ok();
        if ask.is_shown && turn.is_none() {
            return Ok(Refreshed { run: None, view: own });
        }
        let known = self.may_act(scope, (user, hook), &item).await?;
        let wanted = Wanted {
            cause: if ask.is_shown { Cause::Shown } else { Cause::Refresh },
            pointer: REFRESH_ACTION,
            title: found.title,
            kind: found.kind,
            answers: Vec::new(),
            zone: None,
        };
        let begun = match self.start(scope, (user, hook), (&item, card), (known, wanted)).await {
            Ok(begun) => Begun { turn: turn.filter(|_| ask.is_shown), ..begun },
            // another page of the same person is at it, or the person looks at very many
            Err(Error::Refused(Refusal::Running | Refusal::TooMany { .. })) if ask.is_shown => {
                return Ok(Refreshed { run: None, view: own });
            }
            Err(error) => return Err(error),
        };
        let run = self.perform(scope, begun).await?;
        let look = move |tx: &Tx<'_>| views::lookup(tx, message, user);
        let view = self.db.read(scope, look).await?.filter(|own| own.version == version);
        Ok(Refreshed { run: Some(run), view })
    }

    /// How cards on a page refresh for the reader: those that do, or that the reader has a card of their own of.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn refreshing(
        &self,
        scope: &Scope,
        cards: &[(MessageId, &CardContent)],
    ) -> Result<HashMap<MessageId, Refreshing>> {
        scope.require(Permission::MessageRead)?;
        let with: Vec<(MessageId, &CardContent)> = cards
            .iter()
            .filter(|(_, card)| press::refresh(&card.card).is_some())
            .copied()
            .collect();
        let (Some(user), false) = (scope.user(), with.is_empty()) else {
            return Ok(HashMap::new());
        };
        let wanted: Vec<(MessageId, i64)> =
            with.iter().map(|(message, card)| (*message, card.changes.version)).collect();
        let look = move |tx: &Tx<'_>| {
            let mut own = HashMap::new();
            for (message, version) in &wanted {
                let view = views::lookup(tx, *message, user)?;
                own.extend(view.filter(|own| own.version == *version).map(|own| (*message, own)));
            }
            Ok::<_, db::Error>((own, names_of(tx, user)?))
        };
        let (mut own, names) = self.db.read(scope, look).await?;
        let one = |(message, card): (MessageId, &CardContent)| {
            let view = own.remove(&message);
            let found = press::refresh(view.as_ref().map_or(&card.card, |own| &own.card));
            let by_itself = found.as_ref().is_some_and(|found| listed(found, &names));
            let may = found.is_some();
            (message, Refreshing { view, may, by_itself })
        };
        Ok(with.into_iter().map(one).collect())
    }

    /// The person's own card that a press names.
    pub(crate) async fn view_of(
        &self,
        scope: &Scope,
        (message, user): (MessageId, UserId),
        (id, version): (ActionRunId, i64),
    ) -> Result<View> {
        let look = move |tx: &Tx<'_>| views::lookup(tx, message, user);
        let view = self.db.read::<_, db::Error, _>(scope, look).await?;
        let same = view.filter(|own| own.id == id && own.version == version);
        same.ok_or_else(|| Refusal::Changed.into())
    }
}

/// What senders may call a person: the identifier, and the mail address.
fn names_of(tx: &Tx<'_>, user: UserId) -> db::Result<Vec<String>> {
    let person = identity::users::people(tx, &[user])?.pop();
    let address = person.and_then(|person| person.address);
    Ok([user.to_string()].into_iter().chain(address).collect())
}

/// Whether the card refreshes by itself for who has these names.
fn listed(refresh: &Refresh<'_>, names: &[String]) -> bool {
    let plain = |user: &str| user.strip_prefix(DIRECTORY).unwrap_or(user).to_lowercase();
    let mut users = refresh.users.iter().map(|user| plain(user));
    users.any(|user| names.iter().any(|name| name.to_lowercase() == user))
}

/// What stands before the identifier of a directory's user where bots of the platform name one.
const DIRECTORY: &str = "8:orgid:";

/// A card that is shown asks its sender not more often: our own choice.
const EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Cards that one node refreshes by themselves at once: presses never wait for them. Our own choice.
pub(crate) const SHOWN_AT_ONCE: usize = 16;
