//! Mail, through the relay that the operator set.

use std::time::{Duration, SystemTime};

use delivery::outside::Outcome;
use jiff::Timestamp;
use kernel::FieldError;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    address::Envelope as Route,
    message::{Mailbox, MultiPart},
    transport::smtp::{authentication::Credentials, extension::ClientId},
};
use workspace::{MailSettings, RelaySecurity};

use super::{Consignment, Envelope, KEPT_CHARS, Report};
use crate::{Error, Result, render::Letter};

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// The way to the relay.
#[derive(Debug)]
pub(crate) struct Relay {
    transport: Transport,
    domain: String,
}

impl Relay {
    /// The way that the settings name; none when they name none.
    pub(crate) fn new(settings: &MailSettings, timeout: Duration) -> Result<Option<Self>> {
        let Some(host) = &settings.relay_host else { return Ok(None) };
        let wrong = |_source| {
            let detail = "the host name of the relay is not valid";
            Error::invalid(FieldError::new("/relay_host", "mail.relay", detail))
        };
        let mut builder = match settings.relay_security {
            RelaySecurity::None => Transport::builder_dangerous(host),
            RelaySecurity::StartTls => Transport::starttls_relay(host).map_err(wrong)?,
            RelaySecurity::Tls => Transport::relay(host).map_err(wrong)?,
        };
        if let (Some(user), Some(password)) = (&settings.relay_user, &settings.relay_password) {
            builder =
                builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        let transport = builder
            .port(settings.relay_port)
            .timeout(Some(timeout))
            .hello_name(ClientId::Domain(settings.domain.clone()))
            .build();
        Ok(Some(Self { transport, domain: settings.domain.clone() }))
    }

    /// The hub's own address, for what it says itself.
    pub(crate) fn own_address(&self) -> String {
        format!("liaison@{}", self.domain)
    }

    /// One attempt: all recipients of a mail in one transaction.
    pub(super) async fn send(
        &self,
        what: &Consignment<'_>,
        envelope: &Envelope,
        letter: &Letter,
    ) -> Report {
        if envelope.to.is_empty() {
            return refused("target.no_recipients", "nobody would get this mail");
        }
        let id = format!("{}.{}", what.message.simple(), short(&envelope.to));
        self.mail(envelope, letter, (&id, what.now)).await
    }

    /// Hands one mail over. `id` makes its `Message-ID`: the same at every attempt, so that mailboxes can tell.
    pub(crate) async fn mail(
        &self,
        envelope: &Envelope,
        letter: &Letter,
        (id, now): (&str, Timestamp),
    ) -> Report {
        let (route, raw) = match self.compose(envelope, letter, (id, now)) {
            Ok(composed) => composed,
            Err(detail) => return refused("target.mail_malformed", detail),
        };
        match self.transport.send_raw(&route, &raw).await {
            Ok(answer) => Report {
                outcome: Outcome::Taken,
                status: Some(250),
                code: "",
                answer: answer
                    .message()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .chars()
                    .take(KEPT_CHARS)
                    .collect(),
                ..Report::failed("", "")
            },
            Err(error) => {
                let status = error.status().map(u16::from);
                let detail: String = error.to_string().chars().take(500).collect();
                if error.is_permanent() {
                    Report { status, ..refused("target.refused", &detail) }
                } else {
                    Report { status, ..Report::failed("target.failed", detail) }
                }
            }
        }
    }

    fn compose(
        &self,
        envelope: &Envelope,
        letter: &Letter,
        (id, now): (&str, Timestamp),
    ) -> Result<(Route, Vec<u8>), &'static str> {
        let from: Address = envelope.from.parse().map_err(|_source| "the sender's address")?;
        let to: Vec<Address> = envelope.to.iter().filter_map(|one| one.parse().ok()).collect();
        let name: String =
            envelope.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let own = Mailbox::new(Some(name), from.clone());
        // Recipients stand in the envelope alone: nobody sees who else gets it.
        let message = Message::builder()
            .from(own.clone())
            .to(own)
            .subject(letter.subject.clone())
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|_source| "the mail cannot be written")?;
        let route = Route::new(Some(from), to).map_err(|_source| "no recipient")?;
        Ok((route, message.formatted()))
    }
}

fn refused(code: &'static str, detail: &str) -> Report {
    Report { outcome: Outcome::Refused, ..Report::failed(code, detail) }
}

/// Tells two lists of recipients apart.
fn short(list: &[String]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    list.hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
