//! The request of a button.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bytes::Bytes;
use cards::press::{Answers, ButtonKind, Escape, fill, fill_query};
use egress::Networks;
use http::{HeaderMap, HeaderValue, header};
use jiff::{Timestamp, civil, tz::TimeZone};
use kernel::{ActionRunId, MessageId};
use serde_json::{Map, Value as Json, json};
use url::{Host, Url};

use crate::{Cause, RunKind, headers};

/// A request that waits for its token.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: RunKind,
    /// As the sender wrote it, filled in; not yet checked.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    /// Whether the token goes into `Action-Authorization`.
    pub(crate) aside: bool,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
    pub(crate) correlation: String,
}

/// Who presses what where, for requests to a connector's own endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) run: ActionRunId,
    pub(crate) cause: Cause,
    pub(crate) at: Timestamp,
    pub(crate) message: MessageId,
    /// Tenant, team, channel and webhook.
    pub(crate) place: [String; 4],
    /// Who: the identifier and the name.
    pub(crate) person: (String, String),
}

/// The request of an `HttpPOST`: answers go into its body and into the query of its target.
pub(crate) fn http_post(
    press: &cards::HttpPress<'_, '_>,
    answers: &Answers,
    zone: Option<&str>,
    message: MessageId,
) -> Draft {
    let named = named(&press.fields, answers, zone);
    let known: Vec<&str> = press.fields.iter().map(|field| field.name).collect();
    let post = press.post;
    let content_type = post.body_content_type.trim().to_owned();
    let body = fill(&post.body, &known, &named, Escape::of(&content_type));
    let fields = post.headers.iter().map(|field| (field.name.as_ref(), field.value.as_ref()));
    let (headers, aside) = headers::of_card(fields);
    Draft {
        kind: RunKind::HttpPost,
        target: fill_query(post.target.trim(), &known, &named),
        headers,
        aside,
        content_type,
        body: body.into(),
        correlation: press.correlation_id.map_or_else(|| message.to_string(), str::to_owned),
    }
}

/// Answers under the names of the sender: a date with a time is one answer there (RFC 3339).
fn named(fields: &[cards::PressField<'_>], answers: &Answers, zone: Option<&str>) -> Answers {
    let answer = |id: &str| answers.iter().find(|(own, _)| own == id).map(|(_, text)| text.clone());
    let one = |field: &cards::PressField<'_>| {
        let text = answer(&field.id)?;
        let text = match &field.time {
            Some(time) => instant(&text, answer(time).as_deref().unwrap_or("00:00"), zone),
            None => text,
        };
        Some((field.name.to_owned(), text))
    };
    fields.iter().filter_map(one).collect()
}

/// `YYYY-MM-DD` and `HH:MM` of a time zone as RFC 3339 with its offset; UTC where the zone is not known.
fn instant(day: &str, time: &str, zone: Option<&str>) -> String {
    let utc = || format!("{day}T{time}:00Z");
    let Ok(local) = format!("{day}T{time}:00").parse::<civil::DateTime>() else { return utc() };
    let zone = zone.filter(|zone| zone.len() < 64).and_then(|zone| TimeZone::get(zone).ok());
    let Some(zoned) = zone.and_then(|zone| local.to_zoned(zone).ok()) else { return utc() };
    let seconds = zoned.offset().seconds();
    if seconds == 0 {
        return utc();
    }
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    let shown = zoned.datetime();
    format!(
        "{}T{}:00{sign}{:02}:{:02}",
        shown.date(),
        hhmm(shown.time()),
        minutes / 60,
        minutes % 60
    )
}

fn hhmm(time: civil::Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The request of `Action.Submit` and `Action.Execute`: an activity as bots of the platform get it, a
/// `message` with a value for the one, an `adaptiveCard/action` invoke for the other. What is not
/// documented for connectors is our own choice.
pub(crate) fn activity(
    kind: &ButtonKind<'_>,
    answers: &Answers,
    endpoint: &Url,
    setting: &Setting,
) -> Draft {
    let [tenant, team, channel, webhook] = &setting.place;
    let (id, name) = &setting.person;
    let (form, value, kind) = match kind {
        ButtonKind::Execute { verb, id, data } => {
            let action = json!({
                "type": "Action.Execute", "id": id, "verb": verb, "data": merged(*data, answers),
            });
            let value = json!({ "action": action, "trigger": setting.cause.trigger() });
            ("invoke", value, RunKind::Execute)
        }
        ButtonKind::Submit(data) => ("message", merged(*data, answers), RunKind::Submit),
        ButtonKind::HttpPost(_) => ("message", Json::Null, RunKind::HttpPost),
    };
    let name_of_invoke = (kind == RunKind::Execute).then_some("adaptiveCard/action");
    let activity = json!({
        "type": form,
        "name": name_of_invoke,
        "value": value,
        "id": setting.run,
        "timestamp": setting.at.to_string(),
        "channelId": "liaison",
        "from": { "id": id, "aadObjectId": id, "name": name },
        "recipient": { "id": webhook },
        "conversation": { "id": channel, "conversationType": "channel", "isGroup": true, "tenantId": tenant },
        "channelData": {
            "tenant": { "id": tenant }, "team": { "id": team }, "channel": { "id": channel },
        },
        "replyToId": setting.message,
    });
    Draft {
        kind,
        target: endpoint.as_str().to_owned(),
        headers: HeaderMap::new(),
        aside: false,
        content_type: "application/json; charset=utf-8".to_owned(),
        body: activity.to_string().into(),
        correlation: setting.message.to_string(),
    }
}

/// The data of a button with the answers over it; a text as data stays alone (SDK).
fn merged(data: Option<&Json>, answers: &Answers) -> Json {
    let mut merged = match data {
        None => Map::new(),
        Some(Json::Object(data)) => data.clone(),
        Some(other) => return other.clone(),
    };
    merged.extend(answers.iter().map(|(id, text)| (id.clone(), Json::from(text.as_str()))));
    Json::Object(merged)
}

/// Where a target leads, if it may be called: `https`, and plain `http` only to an address that the
/// operator opened; one of the domains, where there are any. The guarded client looks at the address again.
pub(crate) fn target(text: &str, domains: &[String], networks: &Networks) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let opened = match url.host()? {
        Host::Ipv4(address) => networks.is_opened(IpAddr::V4(address)),
        Host::Ipv6(address) => networks.is_opened(IpAddr::V6(address)),
        Host::Domain(name) if is_local(name) => {
            networks.is_opened(IpAddr::V4(Ipv4Addr::LOCALHOST))
                || networks.is_opened(IpAddr::V6(Ipv6Addr::LOCALHOST))
        }
        Host::Domain(name) if !is_name(name) => return None,
        Host::Domain(_) => false,
    };
    let local = matches!(url.host(), Some(Host::Domain(name)) if is_local(name));
    let allowed = match url.scheme() {
        "https" => opened || !local,
        "http" => opened,
        _ => false,
    };
    let named = domains.is_empty() || connector_registry::is_valid_domain(domains, &url);
    let plain = url.username().is_empty() && url.password().is_none();
    (allowed && named && plain).then_some(url)
}

/// A name of letters, digits, dots and dashes: what is left of a template is none.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

impl Draft {
    /// Whom the token is for: the base address of the target.
    pub(crate) fn audience(url: &Url) -> String {
        url.origin().ascii_serialization()
    }

    /// The header fields with the token in its place.
    pub(crate) fn fields(&self, run: ActionRunId, token: &str) -> Option<HeaderMap> {
        let mut headers = self.headers.clone();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
        bearer.set_sensitive(true);
        let place = if self.aside { "action-authorization" } else { "authorization" };
        headers.insert(header::HeaderName::from_static(place), bearer);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&self.content_type).ok()?);
        headers.insert("action-request-id", HeaderValue::from_str(&run.to_string()).ok()?);
        if let Ok(correlation) = HeaderValue::from_str(&self.correlation) {
            headers.insert("card-correlation-id", correlation);
        }
        Some(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_https_and_never_this_machine() {
        let closed = Networks::new(&egress::Settings::default());
        let may = |text: &str| target(text, &[], &closed).is_some();
        assert!(may("https://api.contoso.example/path?q=1"));
        for text in [
            "http://api.contoso.example/",
            "https://localhost/",
            "https://LOCALHOST./x",
            "https://a.localhost/",
            "http://127.0.0.1/",
            "https://user:secret@api.contoso.example/",
            "ftp://api.contoso.example/",
            "javascript:alert(1)",
            "https://{{host.value}}/",
            "//api.contoso.example/",
            "",
        ] {
            assert!(!may(text), "{text}");
        }
        let opened = Networks::new(&egress::Settings {
            allowed_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..egress::Settings::default()
        });
        for text in ["http://127.0.0.1:8080/", "https://localhost/", "http://localhost:1/"] {
            assert!(target(text, &[], &opened).is_some(), "{text}");
        }
        assert!(target("http://api.contoso.example/", &[], &opened).is_none());
    }

    #[test]
    fn a_connector_calls_its_own_domains_alone() {
        let closed = Networks::new(&egress::Settings::default());
        let domains = vec!["api.contoso.example".to_owned()];
        assert!(target("https://api.contoso.example/x", &domains, &closed).is_some());
        assert!(target("https://api.contoso.example.evil.example/", &domains, &closed).is_none());
    }

    #[test]
    fn a_date_with_a_time_is_told_with_the_offset_of_its_zone() {
        assert_eq!(instant("2026-07-01", "09:30", None), "2026-07-01T09:30:00Z");
        assert_eq!(instant("2026-07-01", "09:30", Some("Nowhere/City")), "2026-07-01T09:30:00Z");
        assert_eq!(
            instant("2026-07-01", "09:30", Some("Europe/Paris")),
            "2026-07-01T09:30:00+02:00"
        );
        assert_eq!(
            instant("2026-01-01", "09:30", Some("America/St_Johns")),
            "2026-01-01T09:30:00-03:30"
        );
    }
}
