//! May this person press this button now, and what is sent then.

use cards::press::{self, Answers, ButtonKind, Fault, FaultKind};
use channel_connectors::{State, access, hooks};
use connector_registry::{Details, details_of};
use db::Tx;
use event_log::{Change, Subject};
use jiff::{SignedDuration, Timestamp};
use kernel::{FieldError, Scope, UserId, WebhookId};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use workspace::{CardContent, Item};

use crate::{
    Ability, CardActions, Cause, Error, Outcome, Press, Refusal, Result, Run, Sent,
    request::{self, Draft, Setting},
    run::clean,
    store,
};

/// A run that waits for its target.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) run: Run,
    pub(crate) draft: Draft,
    /// Where the target may be; empty is anywhere.
    pub(crate) domains: Vec<String>,
    /// Largest card that may replace this one.
    pub(crate) max_card_bytes: usize,
    /// Its place among what is asked for by itself.
    pub(crate) turn: Option<OwnedSemaphorePermit>,
}

/// What was found out in the first look.
pub(crate) struct Known {
    team: kernel::TeamId,
    name: String,
    max_card_bytes: Option<u32>,
    registered: Option<Details>,
}

impl Known {
    pub(crate) fn ability(&self) -> Ability {
        let answers = self.registered.as_ref().is_some_and(|it| it.action_url.is_some());
        Ability::Act { answers }
    }
}

/// What is asked of whom: a button with its answers, or a refresh.
pub(crate) struct Wanted<'c> {
    pub(crate) cause: Cause,
    /// The place in the card.
    pub(crate) pointer: &'c str,
    pub(crate) title: &'c str,
    pub(crate) kind: ButtonKind<'c>,
    pub(crate) answers: Answers,
    pub(crate) zone: Option<&'c str>,
}

impl CardActions {
    /// Finds the button, judges the answers, and keeps that the run began.
    pub(crate) async fn begin(
        &self,
        scope: &Scope,
        (user, hook): (UserId, WebhookId),
        (item, card): (&Item, &CardContent),
        press: Press,
    ) -> Result<Begun> {
        let known = self.may_act(scope, (user, hook), item).await?;
        let version = card.changes.version;
        if press.version.is_some_and(|seen| seen != version) {
            return Err(Refusal::Changed.into());
        }
        let own = match press.view {
            Some(view) => Some(self.view_of(scope, (item.id, user), (view, version)).await?),
            None => None,
        };
        let shown = own.as_ref().map_or(&card.card, |own| &own.card);
        let button = press::find(shown, &press.action).ok_or(Refusal::NoButton)?;
        // requests that stay on the server belong to the post alone
        if own.is_some() && matches!(button.kind, ButtonKind::HttpPost(_)) {
            return Err(Refusal::NoButton.into());
        }
        let wanted = Wanted {
            cause: Cause::Press,
            pointer: &button.pointer,
            title: button.title,
            kind: button.kind,
            answers: press::check(&button.asked, &press.inputs).map_err(invalid)?,
            zone: press.time_zone.as_deref(),
        };
        self.start(scope, (user, hook), (item, card), (known, wanted)).await
    }

    /// Whether the person may act on the card at all.
    pub(crate) async fn may_act(
        &self,
        scope: &Scope,
        (user, hook): (UserId, WebhookId),
        item: &Item,
    ) -> Result<Known> {
        let (now, days) = (self.clock.now(), self.settings.max_age_days);
        if now - SignedDuration::from_hours(24 * i64::from(days)) > item.created_at {
            return Err(Refusal::TooOld { days }.into());
        }
        let channel = item.channel;
        let look = move |tx: &Tx<'_>| may(tx, (channel, hook, user), now);
        self.db.read(scope, look).await
    }

    /// Makes the request, and keeps that the run began.
    pub(crate) async fn start(
        &self,
        scope: &Scope,
        (user, hook): (UserId, WebhookId),
        (item, card): (&Item, &CardContent),
        (known, wanted): (Known, Wanted<'_>),
    ) -> Result<Begun> {
        let (now, channel) = (self.clock.now(), item.channel);
        let registered = known.registered.unwrap_or_default();
        let Wanted { cause, pointer, title, kind, answers, zone } = wanted;
        let run = self.fresh();
        let draft = match &kind {
            ButtonKind::HttpPost(id) => {
                let (body, kind) = card.shown();
                let post = cards::parse(body, kind).map_err(|_stricter| Refusal::NoButton)?;
                let wanted = post.http_press(id).ok_or(Refusal::NoButton)?;
                request::http_post(&wanted, &answers, zone, item.id)
            }
            kind => {
                let endpoint = registered.action_url.as_ref().ok_or(Refusal::NoEndpoint)?;
                let place = [
                    scope.tenant().to_string(),
                    known.team.to_string(),
                    channel.to_string(),
                    hook.to_string(),
                ];
                let person = (user.to_string(), known.name.clone());
                let setting = Setting { run, cause, at: now, message: item.id, place, person };
                request::activity(kind, &answers, endpoint, &setting)
            }
        };
        let run = Run {
            id: run,
            webhook: hook,
            channel,
            message: item.id,
            entry: card.entry,
            user,
            name: known.name,
            action: clean(pointer, 500),
            kind: draft.kind,
            cause,
            seen: card.changes.version,
            title: clean(title, 200),
            started_at: now,
            finished_at: None,
            outcome: Outcome::Running,
            http_status: None,
            said: None,
            request: Sent::default(),
            answer: None,
            version: None,
        };
        self.keep(scope, &run).await?;
        let max_card_bytes = usize::try_from(known.max_card_bytes.unwrap_or(MAX_CARD_BYTES));
        Ok(Begun {
            run,
            draft,
            domains: registered.action_domains,
            max_card_bytes: max_card_bytes.unwrap_or(usize::MAX),
            turn: None,
        })
    }

    /// Writes that the run began, unless the person asks too often.
    async fn keep(&self, scope: &Scope, run: &Run) -> Result<()> {
        let (kept, now) = (run.clone(), run.started_at);
        let by_itself = run.cause == Cause::Shown;
        let limit = if by_itself {
            self.settings.refreshes_a_minute
        } else {
            self.settings.presses_a_minute
        };
        let busy = self.settings.timeout() * 2;
        let since = now - SignedDuration::try_from(busy).unwrap_or(SignedDuration::from_mins(1));
        let place = (run.channel, run.webhook, run.user);
        self.db
            .write(scope, move |tx| {
                may(tx, place, now)?;
                let of = (kept.message, kept.user);
                if store::is_running(tx, of, &kept.action, since)? {
                    return Err(Refusal::Running.into());
                }
                let minute = now - SignedDuration::from_mins(1);
                let asked = store::asked(tx, kept.user, (by_itself, minute))?;
                if asked >= i64::from(limit) {
                    return Err(Refusal::TooMany { limit }.into());
                }
                store::insert(tx, &kept)?;
                if by_itself {
                    // nobody did anything: there is nothing for the audit
                    store::forget_shown(tx, of, minute)?;
                } else {
                    event_log::audit(tx, &pressed_by(&kept))?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// The audit says who pressed which button of what; what was sent is in the delivery log.
fn pressed_by(run: &Run) -> Change {
    Change {
        action: "card.press",
        subject: Subject::new("message", run.message),
        before: None,
        after: Some(json!({
            "run": run.id, "webhook": run.webhook, "entry": format!("a{}", run.entry),
            "kind": run.kind.as_str(), "title": run.title, "cause": run.cause.as_str(),
        })),
        at: run.started_at,
    }
}

/// Whether buttons of the webhook's cards work for the actor in the channel.
pub(crate) fn may(
    tx: &Tx<'_>,
    (channel, hook, user): (kernel::ChannelId, WebhookId, UserId),
    now: Timestamp,
) -> Result<Known> {
    let access = workspace::access::writable(tx, channel)?;
    let team = access.team.id;
    let switches = access::switches(tx, Some(team))?;
    if let Some(switch) = switches.off() {
        return Err(channel_connectors::Error::SwitchedOff { switch }.into());
    }
    if !switches.buttons() {
        return Err(Refusal::SwitchedOff.into());
    }
    let webhook = hooks::lookup(tx, hook, now)?.ok_or(Refusal::WebhookOff)?;
    if webhook.state != State::Enabled {
        return Err(Refusal::WebhookOff.into());
    }
    let registered = match webhook.configured {
        Some(of) => details_of(tx, of.connector)?,
        None => None,
    };
    if registered.as_ref().is_some_and(|it| !it.actionable) {
        return Err(Refusal::NotActionable.into());
    }
    let name = identity::users::people(tx, &[user])?.pop().map(|person| person.display_name);
    let max_card_bytes = webhook.max_body_bytes;
    Ok(Known { team, name: name.unwrap_or_default(), max_card_bytes, registered })
}

fn invalid(faults: Vec<Fault>) -> Refusal {
    let field = |fault: Fault| {
        let code = match fault.kind {
            FaultKind::Missing => "answer.missing",
            FaultKind::TooLong => "answer.too_long",
            FaultKind::Pattern => "answer.pattern",
            FaultKind::NotANumber => "answer.not_a_number",
            FaultKind::NotADate => "answer.not_a_date",
            FaultKind::NotATime => "answer.not_a_time",
            FaultKind::OutOfRange => "answer.out_of_range",
            FaultKind::NotAChoice => "answer.not_a_choice",
            FaultKind::WrongType => "answer.wrong_type",
        };
        let pointer = format!("/inputs/{}", fault.id.replace('~', "~0").replace('/', "~1"));
        FieldError::new(pointer, code, fault.message.unwrap_or_else(|| code.to_owned()))
    };
    Refusal::Invalid { fields: faults.into_iter().map(field).collect() }
}

/// Largest card, for a webhook without a limit of its own: the published limit of posts.
const MAX_CARD_BYTES: u32 = 28_672;
