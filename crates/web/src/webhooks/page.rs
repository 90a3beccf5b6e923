//! One webhook: its address with ready lines, what it did today, its settings, its log.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use channel_connectors::{
    Addresses, Busy, Hour, LogEntry, LogFilter, Rate, SAMPLES, State as Condition, Verdict, Webhook,
};
use edge::{PageQuery, Path, Problem, Query};
use jiff::Timestamp;
use kernel::{Coded as _, FieldError, Kind, WebhookId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Html, Section, Visit, answer, parts::reason};

use super::Places;

/// The page of a webhook.
#[expect(clippy::struct_excessive_bools, reason = "each shows a part of its own")]
#[derive(Debug, Template)]
#[template(path = "webhook/page.html")]
pub(crate) struct Page {
    pub(super) frame: Frame,
    pub(super) id: WebhookId,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) channel: String,
    pub(super) state: &'static str,
    pub(super) enabled: bool,
    pub(super) removed: bool,
    /// The app of its connector is not here any more.
    pub(super) suspended: bool,
    /// It may be made a connector of the organisation.
    pub(super) adoptable: bool,
    pub(super) owner: String,
    pub(super) second: String,
    /// The newest address first; empty for whoever is no owner.
    pub(super) urls: Vec<Url>,
    pub(super) lines: Vec<Ready>,
    pub(super) figures: Vec<(String, String)>,
    pub(super) strip: Strip,
    pub(super) samples: Vec<(&'static str, String)>,
    pub(super) fields: Vec<Field>,
    pub(super) hand_over: Field,
    pub(super) log: Log,
}

/// An address of the webhook.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) connector: String,
    pub(super) masked: String,
    pub(super) workflow: String,
    pub(super) retires_at: Option<Timestamp>,
}

/// A line to paste into a tool.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// The last 24 hours as bars.
#[derive(Debug, Default)]
pub(super) struct Strip {
    bars: Vec<Bar>,
    accepted: i64,
    refused: i64,
    throttled: i64,
}

#[derive(Debug)]
struct Bar {
    x: usize,
    /// Heights of 40 in all: accepted, refused, throttled.
    parts: [i64; 3],
    title: String,
}

/// The rows of the log.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<String>,
    pub(super) verdict: String,
    pub(super) text: String,
}

/// A post of the log.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    pub(super) excerpt: String,
    pub(super) replayable: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    pub(super) verdict: String,
    #[serde(default)]
    pub(super) text: String,
}

pub(super) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Query(wanted): Query<Wanted>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let page = Page::read(&app, &visit, id, Asking { wanted, page, errors: &[] }).await?;
    Ok(answer::page(&page))
}

/// The icon that the webhook's messages show.
pub(super) async fn icon(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
) -> Result<Response, Problem> {
    let Some(icon) = app.connectors.icon(&visit.scope, id).await? else {
        return Err(Problem::new("webhook.no_icon", Kind::NotFound, "the webhook has no icon"));
    };
    let kind = HeaderValue::from_static(icon.kind.media_type());
    let keep = HeaderValue::from_static("private, max-age=300");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], icon.bytes).into_response())
}

/// What a page is asked for.
pub(super) struct Asking<'a> {
    pub(super) wanted: Wanted,
    pub(super) page: PageQuery,
    pub(super) errors: &'a [FieldError],
}

impl Page {
    pub(super) async fn read(
        app: &App,
        visit: &Visit,
        id: WebhookId,
        asking: Asking<'_>,
    ) -> Result<Self, Problem> {
        let (scope, connectors) = (&visit.scope, &app.connectors);
        let webhook = connectors.lookup(scope, id).await?;
        let hours = connectors.hours(scope, id).await?;
        // Whoever is no owner sees the webhook, not its address and not its log.
        let addresses = owners_only(connectors.addresses(scope, id).await)?.unwrap_or_default();
        let log = if addresses.is_empty() {
            Log::default()
        } else {
            Log::read(app, visit, id, &asking).await?
        };
        let places = Places::read(app, visit).await?;
        let people: Vec<_> =
            [Some(webhook.owner), webhook.second_owner].into_iter().flatten().collect();
        let people = app.identity.people(scope, &people).await?;
        let person = |id| people.iter().find(|p| p.id == id).map(|p| p.display_name.clone());
        let base = visit.context.base_url();
        let mut page = Self::of(&visit.frame, &webhook, &addresses, &base);
        page.place = places.name(webhook.channel);
        page.owner = person(webhook.owner).unwrap_or_default();
        page.second = webhook.second_owner.and_then(person).unwrap_or_default();
        page.strip = Strip::of(&page.frame, &hours);
        page.log = log;
        page.fields =
            page.fields.into_iter().map(|f| f.checked(asking.errors, page.frame.t)).collect();
        Ok(page)
    }

    fn of(frame: &Frame, webhook: &Webhook, addresses: &[Addresses], base: &str) -> Self {
        let urls: Vec<Url> = addresses.iter().map(|a| Url::of(a, base)).collect();
        let lines = urls.first().map(|url| ready_lines(&url.connector)).unwrap_or_default();
        let totals = &webhook.totals;
        let moment = |at: Option<Timestamp>| {
            at.map_or_else(|| frame.say("webhook-never"), |at| frame.exact(&at))
        };
        let figures = vec![
            (frame.say("webhook-accepted"), frame.t.number(totals.accepted)),
            (frame.say("webhook-refused"), frame.t.number(totals.refused)),
            (frame.say("webhook-throttled"), frame.t.number(totals.throttled)),
            (frame.say("webhook-last-used"), moment(totals.last_used_at)),
        ];
        let sample = |name: &'static str| (name, frame.say(&format!("webhook-sample-{name}")));
        Self {
            id: webhook.id,
            name: webhook.name.clone(),
            place: String::new(),
            channel: format!("/channels/{}", webhook.channel),
            state: webhook.state.as_str(),
            enabled: webhook.state == Condition::Enabled,
            removed: webhook.state == Condition::Removed,
            suspended: webhook.state == Condition::Suspended,
            adoptable: frame.may(kernel::Permission::ConnectorRegister)
                && webhook.configured.is_none()
                && matches!(webhook.place, channel_connectors::Place::Channel(_)),
            owner: String::new(),
            second: String::new(),
            urls,
            lines,
            figures,
            strip: Strip::default(),
            samples: SAMPLES.iter().map(|s| sample(s.name)).collect(),
            fields: fields(frame, webhook),
            hand_over: Field::text("to", frame.say("webhook-hand-over-to")).required(),
            log: Log::default(),
            frame: frame.clone().at(Section::Webhooks, webhook.name.clone()).back_to("/webhooks"),
        }
    }

    fn state_key(&self) -> String {
        format!("webhook-state-{}", self.state)
    }

    fn path(&self, rest: &str) -> String {
        format!("/webhooks/{}{rest}", self.id)
    }
}

fn owners_only<T>(
    outcome: Result<T, channel_connectors::Error>,
) -> Result<Option<T>, channel_connectors::Error> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().kind() == Kind::Forbidden => Ok(None),
        Err(error) => Err(error),
    }
}

fn fields(frame: &Frame, webhook: &Webhook) -> Vec<Field> {
    let rate = match webhook.rate {
        Rate::Standard => "standard",
        Rate::Microsoft => "microsoft",
        Rate::Unlimited => "unlimited",
        Rate::Custom { .. } => "custom",
    };
    let custom = match webhook.rate {
        Rate::Custom { per_second, per_hour } => (per_second.to_string(), per_hour.to_string()),
        _ => Default::default(),
    };
    let rates = ["standard", "microsoft", "custom", "unlimited"]
        .map(|word| (word, frame.say(&format!("webhook-rate-{word}"))));
    let busy = if webhook.busy == Busy::Unavailable { "503" } else { "429" };
    let answers = [("429", frame.say("webhook-busy-429")), ("503", frame.say("webhook-busy-503"))];
    let expires = webhook.expires_at.map(|at| frame.day_of(&at).to_string()).unwrap_or_default();
    vec![
        Field::text("name", frame.say("webhook-name")).value(&webhook.name).required().max(100),
        Field::text("second_owner", frame.say("webhook-second-owner"))
            .hint(frame.say("webhook-second-owner-hint")),
        Field::select("rate", frame.say("webhook-rate"), rates).value(rate),
        Field::input("number", "per_second", frame.say("webhook-per-second")).value(custom.0),
        Field::input("number", "per_hour", frame.say("webhook-per-hour")).value(custom.1),
        Field::select("busy", frame.say("webhook-busy"), answers).value(busy),
        Field::input("date", "expires_at", frame.say("webhook-expires")).value(expires),
    ]
}

impl Url {
    fn of(addresses: &Addresses, base: &str) -> Self {
        let connector = addresses.connector_url(base).expose().clone();
        Self {
            masked: format!("{base}/webhookb2/…"),
            workflow: addresses.workflow_url(base).expose().clone(),
            retires_at: addresses.retires_at,
            connector,
        }
    }
}

/// Lines for tools, with the real address.
fn ready_lines(url: &str) -> Vec<Ready> {
    let line = |id, name, text| Ready { id, name, text };
    vec![
        line(
            "curl",
            "curl",
            format!(
                "curl -H 'Content-Type: application/json' -d '{{\"text\": \"Hello\"}}' '{url}'"
            ),
        ),
        line(
            "alertmanager",
            "Alertmanager",
            format!(
                "receivers:\n  - name: liaison\n    msteams_configs:\n      - webhook_url: '{url}'"
            ),
        ),
        line("grafana", "Grafana", format!("contact point: Microsoft Teams\nURL: {url}")),
        line(
            "jenkins",
            "Jenkins",
            format!(
                "office365ConnectorSend webhookUrl: '{url}', message: 'Build ${{currentBuild.currentResult}}'"
            ),
        ),
        line(
            "gitlab",
            "GitLab",
            format!("Settings › Integrations › Microsoft Teams notifications\nWebhook: {url}"),
        ),
        line(
            "powershell",
            "PowerShell",
            format!(
                "Invoke-RestMethod -Method Post -ContentType 'application/json' -Body '{{\"text\": \"Hello\"}}' -Uri '{url}'"
            ),
        ),
    ]
}

impl Strip {
    fn of(frame: &Frame, hours: &[Hour]) -> Self {
        let total = |h: &Hour| h.accepted + h.refused + h.throttled;
        let most = hours.iter().map(total).max().unwrap_or(0).max(1);
        // A bar is 40 units high; what happened at all shows as one unit at least.
        let height = |n: i64| if n == 0 { 0 } else { (n * HEIGHT / most).max(1) };
        let bar = |(index, hour): (usize, &Hour)| Bar {
            x: index * 10,
            parts: [height(hour.accepted), height(hour.refused), height(hour.throttled)],
            title: format!("{}: {}", frame.exact(&hour.from), frame.t.number(total(hour))),
        };
        let sum = |part: fn(&Hour) -> i64| hours.iter().map(part).sum();
        Self {
            bars: hours.iter().enumerate().map(bar).collect(),
            accepted: sum(|h| h.accepted),
            refused: sum(|h| h.refused),
            throttled: sum(|h| h.throttled),
        }
    }

    /// The bars as a picture; the figures stand beside it as text.
    fn picture(&self) -> Html {
        use std::fmt::Write as _;
        let mut svg = String::from(
            r#"<svg class="strip" viewBox="0 0 240 40" preserveAspectRatio="none" aria-hidden="true">"#,
        );
        for bar in &self.bars {
            let mut top = HEIGHT;
            for (part, class) in bar.parts.iter().zip(["good", "bad", "warning"]) {
                top = (top - part).max(0);
                if *part > 0 {
                    let _ = write!(
                        svg,
                        r#"<rect class="{class}" x="{}" y="{top}" width="8" height="{part}"/>"#,
                        bar.x
                    );
                }
            }
            let title = web_frame::html::escape(&bar.title);
            let _ = write!(
                svg,
                r#"<rect class="hit" x="{}" y="0" width="10" height="40"><title>{title}</title></rect>"#,
                bar.x
            );
        }
        svg.push_str("</svg>");
        Html::trusted(svg)
    }

    fn is_empty(&self) -> bool {
        self.accepted + self.refused + self.throttled == 0
    }
}

const HEIGHT: i64 = 40;

impl Log {
    async fn read(
        app: &App,
        visit: &Visit,
        id: WebhookId,
        asking: &Asking<'_>,
    ) -> Result<Self, Problem> {
        let Wanted { verdict, text } = &asking.wanted;
        let filter = LogFilter {
            verdict: verdict.parse().ok(),
            text: (!text.is_empty()).then(|| text.clone()),
            ..LogFilter::default()
        };
        let after = asking.page.after.as_ref();
        let found = app.connectors.log(&visit.scope, id, filter, asking.page.limit, after).await?;
        let rows = found.items.iter().map(|entry| Row::of(&visit.frame, entry)).collect();
        let text = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        let next = found
            .next
            .map(|c| format!("/webhooks/{id}?verdict={verdict}&text={text}&after={c}#log"));
        let Wanted { verdict, text } = &asking.wanted;
        Ok(Self { rows, next, verdict: verdict.clone(), text: text.clone() })
    }

    /// The verdicts to filter by: word, name, whether chosen.
    fn verdicts(&self, frame: &Frame) -> Vec<(&'static str, String, bool)> {
        let one = |verdict: Verdict| {
            let word = verdict.as_str();
            (word, frame.say(&format!("webhook-verdict-{word}")), self.verdict == word)
        };
        Verdict::ALL.into_iter().map(one).collect()
    }
}

impl Row {
    pub(super) fn of(frame: &Frame, entry: &LogEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at,
            verdict: entry.verdict,
            reason: entry.code.as_deref().map(|code| reason(frame, code)).unwrap_or_default(),
            excerpt: entry.excerpt(140),
            replayable: entry.replayable,
        }
    }

    fn badge(&self) -> &'static str {
        match self.verdict {
            Verdict::Accepted | Verdict::Delivered => "good",
            Verdict::Undelivered | Verdict::Throttled => "warning",
            Verdict::Refused => "bad",
        }
    }

    fn verdict_key(&self) -> String {
        format!("webhook-verdict-{}", self.verdict.as_str())
    }
}

#[cfg(test)]
mod tests {
    use channel_connectors::Totals;
    use kernel::Secret;
    use uuid::Uuid;
    use web_proof::{frame, show};

    use super::*;

    fn samples(frame: &Frame) -> Vec<(&'static str, Page)> {
        let webhook = Webhook {
            id: Uuid::from_u128(7).into(),
            team: Uuid::from_u128(1).into(),
            channel: Uuid::from_u128(2).into(),
            name: "Build <server>".into(),
            icon: None,
            owner: Uuid::from_u128(3).into(),
            second_owner: None,
            state: Condition::Enabled,
            rate: Rate::Custom { per_second: 5, per_hour: 100 },
            max_body_bytes: None,
            busy: Busy::Unavailable,
            created_at: frame.now,
            updated_at: frame.now,
            expires_at: Some(frame.now),
            overlap_until: None,
            place: channel_connectors::Place::Channel(Uuid::nil().into()),
            configured: None,
            totals: Totals {
                accepted: 12_345,
                refused: 2,
                last_used_at: Some(frame.now),
                ..Totals::default()
            },
        };
        let addresses = Addresses {
            generation: 1,
            connector: Secret::new("/webhookb2/g@t/IncomingWebhook/h/o".into()),
            workflow: Secret::new("/workflows/w/triggers/manual/paths/invoke?sig=s".into()),
            created_at: frame.now,
            retires_at: None,
        };
        let base = "https://hub.example.org";
        let mut busy = Page::of(frame, &webhook, &[addresses], base);
        let hour =
            |n: i64| Hour { from: frame.now, accepted: n * 10, refused: n % 3, throttled: 0 };
        busy.strip = Strip::of(frame, &(0..24).map(hour).collect::<Vec<_>>());
        busy.log.rows = vec![Row {
            id: "r7".into(),
            at: frame.now,
            verdict: Verdict::Refused,
            reason: reason(frame, "card.nothing_to_show"),
            excerpt: "<script>alert(1)</script>".into(),
            replayable: true,
        }];
        let foreign = Page::of(frame, &webhook, &[], base);
        let removed = Page::of(frame, &Webhook { state: Condition::Removed, ..webhook }, &[], base);
        vec![("busy", busy), ("foreign", foreign), ("removed", removed)]
    }

    #[test]
    fn a_webhook_shows_its_address_to_owners_alone() {
        show("webhook", samples);
    }

    #[test]
    fn a_bar_shows_whatever_happened_at_all() {
        let frame = frame(kernel::Language::En);
        let hour = |accepted, refused| Hour { from: frame.now, accepted, refused, throttled: 0 };
        let strip = Strip::of(&frame, &[hour(100_000, 0), hour(0, 1), hour(0, 0)]);
        let parts: Vec<_> = strip.bars.iter().map(|bar| bar.parts).collect();
        assert_eq!(parts, [[40, 0, 0], [0, 1, 0], [0, 0, 0]]);
    }
}
