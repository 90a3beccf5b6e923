//! Mail out: written to disk first, then handed to the relay, again and again until it takes it.

use std::{io, time::Duration};

use bytes::Bytes;
use db::Tx;
use event_log::Subject;
use jiff::{SignedDuration, Timestamp};
use kernel::{FieldError, MailId, Permission, Scope, TeamId};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    address::Envelope,
    transport::smtp::{authentication::Credentials, extension::ClientId},
};
use serde_json::json;

use super::{
    Direction, MAILS_TOPIC, Mail, MailState,
    compose::{Head, addresses, compose},
    find, member, read, readable, store,
};
use crate::{
    Error, MailSettings, RelaySecurity, Result, Workspace,
    service::{change, changed},
};

/// A mail to send from a team's mailbox.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Addresses, with or without names.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The text; its Markdown becomes the HTML of the mail.
    pub text: String,
    /// The mail of the same mailbox that it answers.
    pub in_reply_to: Option<MailId>,
}

impl Workspace {
    /// Queues a mail from a team's mailbox; it is on disk when this returns, and sent soon after.
    ///
    /// # Errors
    /// [`Error::MailOff`], [`Error::TeamNotFound`], [`Error::NotTeamMember`], [`Error::RoleNeeded`],
    /// [`Error::TeamArchived`], [`Error::MailNotFound`] for the one it answers, [`Error::Invalid`],
    /// [`Error::MailTooLarge`], [`Error::Files`].
    pub async fn send_mail(&self, scope: &Scope, team: TeamId, new: NewMail) -> Result<Mail> {
        scope.require(Permission::MessageWrite)?;
        if self.settings.mail.relay_host.is_none() {
            return Err(Error::MailOff);
        }
        let answered = new.in_reply_to;
        let check = move |tx: &Tx<'_>| {
            let access = readable(tx, team)?;
            member(&access)?;
            let answered = answered.map(|id| find(tx, id).map(|(mail, _)| mail)).transpose()?;
            match answered {
                Some(mail) if mail.team != team => Err(Error::MailNotFound { mail: mail.id }),
                answered => Ok((access.team, answered)),
            }
        };
        let (of_team, answered) = self.db.read(scope, check).await?;
        let (id, now): (MailId, _) = (self.ids.fresh(), self.clock.now());
        let message_id = format!("{id}@{}", self.settings.mail.domain);
        let head = Head {
            from: (of_team.name.clone(), self.mail_address(&of_team)),
            message_id: message_id.clone(),
            answers: answered.map(|mail| mail.message_id).filter(|id| !id.is_empty()),
            at: now,
        };
        let raw = compose(&head, &new)?;
        let limit_bytes = self.settings.mail.max_mail_bytes;
        let mut incoming = self.files.begin(scope.tenant(), limit_bytes).await?;
        if !incoming.write(&Bytes::from(raw.clone())).await? {
            return Err(Error::MailTooLarge { limit_bytes });
        }
        let kept = incoming.keep().await?;
        let summary = read::summary(raw).await;
        let mail = Mail {
            id,
            team,
            position: 0,
            direction: Direction::Out,
            state: MailState::Queued,
            sender: summary.sender,
            recipients: addresses(&new.to)?.iter().map(|to| to.email.to_string()).collect(),
            subject: summary.subject,
            preview: summary.preview,
            attachments: 0,
            message_id,
            size: i64::try_from(kept.size).unwrap_or(i64::MAX),
            created_at: now,
            created_by: scope.user(),
            attempts: 0,
            failure: None,
            sha256: kept.sha256,
        };
        let queue = move |tx: &Tx<'_>| {
            member(&readable(tx, team)?)?;
            let position = event_log::draw(tx, MAILS_TOPIC, team.uuid())?;
            let mail = Mail { position, ..mail.clone() };
            store::insert(tx, &mail, Some(now))?;
            let sent = change("mail.send", Subject::new("mail", mail.id), now);
            let after = json!({"team": team, "recipients": mail.recipients});
            event_log::audit(tx, &changed(sent, None, Some(after)))?;
            Ok(mail)
        };
        let answer = self.db.write(scope, queue).await;
        drop(kept);
        answer
    }

    /// Hands mails that are due to the relay; how many were tried. For the worker.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`], [`Error::Files`]; what was not settled is tried again.
    pub async fn flush_mail(&self, scope: &Scope) -> Result<usize> {
        scope.require(Permission::System)?;
        let Some(relay) = relay(&self.settings.mail)? else { return Ok(0) };
        let mut tried = 0;
        loop {
            let now = self.clock.now();
            let claim = move |tx: &Tx<'_>| store::claim(tx, now, now + LEASE, CLAIM);
            let mails: Vec<Mail> = self.db.write(scope, claim).await?;
            if mails.is_empty() {
                return Ok(tried);
            }
            for mail in mails {
                tried += 1;
                self.attempt(scope, &relay, mail).await?;
            }
        }
    }

    async fn attempt(&self, scope: &Scope, relay: &Relay, mail: Mail) -> Result<()> {
        let limit = u64::try_from(mail.size).unwrap_or(0);
        let raw = match self.files.read_all(scope.tenant(), mail.sha256, limit).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let end = (MailState::Failed, None, "its content is gone");
                return self.settle(scope, &mail, end).await;
            }
            other => other?,
        };
        let outcome = match envelope(&mail, &self.settings.mail.domain) {
            Some(envelope) => relay.send_raw(&envelope, &raw).await,
            None => {
                return self.settle(scope, &mail, (MailState::Failed, None, "no envelope")).await;
            }
        };
        let end = match outcome {
            Ok(_) => (MailState::Sent, None, ""),
            Err(error) => {
                let said = error.to_string();
                let wait = if error.is_permanent() { None } else { wait(mail.attempts) };
                let state = if wait.is_some() { MailState::Queued } else { MailState::Failed };
                let due = wait.map(|wait| self.clock.now() + wait);
                tracing::warn!(
                    mail.id = %mail.id,
                    attempt = mail.attempts,
                    state = state.as_str(),
                    error = said,
                    "mail not taken by the relay"
                );
                return self.settle(scope, &mail, (state, due, &said)).await;
            }
        };
        self.settle(scope, &mail, end).await
    }

    async fn settle(
        &self,
        scope: &Scope,
        mail: &Mail,
        (state, due, failure): (MailState, Option<Timestamp>, &str),
    ) -> Result<()> {
        let id = mail.id;
        let failure: Option<String> =
            (!failure.is_empty()).then(|| failure.chars().take(MAX_FAILURE_CHARS).collect());
        let settle = move |tx: &Tx<'_>| store::settle(tx, id, state, (due, failure.as_deref()));
        Ok(self.db.write(scope, settle).await?)
    }
}

fn envelope(mail: &Mail, domain: &str) -> Option<Envelope> {
    let to: Option<Vec<Address>> = mail.recipients.iter().map(|to| to.parse().ok()).collect();
    // The address between the brackets of the sender; the domain is ours.
    let from = mail.sender.rsplit('<').next()?.trim_end_matches('>');
    let from: Address = from.parse().ok()?;
    (from.domain() == domain).then_some(())?;
    Envelope::new(Some(from), to?).ok()
}

type Relay = AsyncSmtpTransport<Tokio1Executor>;

fn relay(settings: &MailSettings) -> Result<Option<Relay>> {
    let Some(host) = &settings.relay_host else { return Ok(None) };
    let wrong = |_source| {
        let detail = "the host name of the relay is not valid";
        Error::invalid(FieldError::new("/relay_host", "mail.relay", detail))
    };
    let mut builder = match settings.relay_security {
        RelaySecurity::None => Relay::builder_dangerous(host),
        RelaySecurity::StartTls => Relay::starttls_relay(host).map_err(wrong)?,
        RelaySecurity::Tls => Relay::relay(host).map_err(wrong)?,
    };
    if let (Some(user), Some(password)) = (&settings.relay_user, &settings.relay_password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
    }
    let builder = builder
        .port(settings.relay_port)
        .timeout(Some(TIMEOUT))
        .hello_name(ClientId::Domain(settings.domain.clone()));
    Ok(Some(builder.build()))
}

/// How long to wait after an attempt; `None` gives up, after about three days (RFC 5321 §4.5.4.1 asks
/// for four to five days at most and half an hour at least after some attempts).
fn wait(attempts: i64) -> Option<SignedDuration> {
    let minutes = match attempts {
        ..=1 => 1,
        2 => 5,
        3 => 30,
        4 => 2 * 60,
        5..=8 => 6 * 60,
        9..=11 => 12 * 60,
        _ => return None,
    };
    Some(SignedDuration::from_mins(minutes))
}

/// How long a claimed mail is left alone: longer than any attempt takes.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// How many mails are claimed at once; all of them are tried within the lease.
const CLAIM: i64 = 10;
/// How long one step of the talk with the relay may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Enough to understand a refusal.
const MAX_FAILURE_CHARS: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = (1..).map_while(wait).collect();
        assert!(waits.is_sorted());
        let total: i64 = waits.iter().map(SignedDuration::as_hours).sum();
        assert!((24..=120).contains(&total), "{total} hours");
    }
}
