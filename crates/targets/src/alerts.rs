//! Telling a target's owner that it keeps failing, and that it recovered.

use delivery::outside::Outcome;
use i18n::Texts;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Language, Scope};

use crate::{Result, render::Letter, send::Envelope, service::Targets, store::Stored};

/// What the owner hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alert {
    /// It has failed for a while.
    Failing,
    /// The place wants nothing any more.
    Gone,
    /// It takes messages again.
    Recovered,
}

impl Alert {
    /// The stable word; also the key of its texts.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Recovered => "recovered",
        }
    }
}

impl Targets {
    /// Mails the owner, where the hub sends mail and the owner has an address.
    pub(crate) async fn tell(&self, scope: &Scope, stored: &Stored, alert: Alert) {
        tracing::warn!(
            target.id = %stored.id,
            target.kind = stored.kind.as_str(),
            alert = alert.as_str(),
            "target.alert"
        );
        if let Err(error) = self.mail_owner(scope, stored, alert).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(target.id = %stored.id, error, "target.alert_failed");
        }
    }

    async fn mail_owner(&self, scope: &Scope, stored: &Stored, alert: Alert) -> Result<()> {
        let (Some(relay), Some(owner)) = (self.sender.relay(), stored.owner) else { return Ok(()) };
        let user = self.identity.user(scope, owner).await?;
        let Some(address) = user.addresses.first() else { return Ok(()) };
        let now = self.clock.now();
        let zone = TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC);
        let language = user.language.unwrap_or(Language::En);
        let letter = self.letter(stored, alert, (language, &zone));
        let envelope = Envelope {
            name: "Liaison".to_owned(),
            from: relay.own_address(),
            to: vec![address.clone()],
        };
        let id = format!("{}.{}.{}", stored.id, alert.as_str(), now.as_second());
        let report = relay.mail(&envelope, &letter, (&id, now)).await;
        if report.outcome != Outcome::Taken {
            tracing::warn!(target.id = %stored.id, detail = report.detail, "target.alert_not_taken");
        }
        Ok(())
    }

    fn letter(
        &self,
        stored: &Stored,
        alert: Alert,
        (language, zone): (Language, &TimeZone),
    ) -> Letter {
        let t = Texts::global().speak(language);
        let since = stored.course.failing_since.unwrap_or(Timestamp::UNIX_EPOCH);
        let key = |part: &str| format!("targets.alert-{}-{part}", alert.as_str());
        let link = format!("{}/targets/{}", self.base_url, stored.id);
        let subject = t.with1(&key("subject"), "name", stored.name.as_str());
        let body =
            t.with2(&key("body"), ("name", stored.name.as_str()), ("since", t.exact(since, zone)));
        let html = format!(
            "<p>{}</p><p><a href=\"{link}\">{link}</a></p>",
            body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
        );
        Letter { subject, text: format!("{body}\n\n{link}\n"), html }
    }
}
