//! Cards that become mails: HTML with a plain text beside it.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use cards::Block;
use db::{Db, Tx};
use event_log::Place as At;
use identity::SystemScopes;
use jiff::SignedDuration;
use kernel::{Clock, Permission, Scope, TenantId};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use workspace::{Letter, Workspace, mail::as_html, markdown};

use crate::{
    CARD_POSTED, Error, Meta, Place, Result,
    store::{self, mails, mails::CardMail},
};

/// What the service is made of.
#[derive(Debug)]
pub struct MailParts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Scopes for its work.
    pub scopes: SystemScopes,
    /// Mailboxes, and the way out.
    pub workspace: Arc<Workspace>,
}

/// Makes mails of cards whose webhooks post into a mailbox or an inbox. One is made at start.
pub struct CardMails {
    parts: MailParts,
}

impl fmt::Debug for CardMails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardMails").finish_non_exhaustive()
    }
}

impl CardMails {
    /// The service; [`CardMails::run`] does its work.
    pub const fn new(parts: MailParts) -> Self {
        Self { parts }
    }

    /// Makes mails of cards as they come, until `stop`; once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.parts.db.listen();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let tenants: Vec<TenantId> = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = tick.tick() => self.every_tenant().await,
                notices = listener.next() => match notices {
                    None => self.every_tenant().await,
                    Some(notices) => notices
                        .iter()
                        .filter(|notice| notice.topic == mails::MAILS)
                        .map(|notice| notice.tenant)
                        .collect(),
                },
            };
            for tenant in tenants {
                let scope = self.parts.scopes.scope(tenant, JOB);
                if let Err(error) = self.send(&scope).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(tenant.id = %tenant, error, "card.mails_failed");
                }
            }
        }
    }

    async fn every_tenant(&self) -> Vec<TenantId> {
        let known = self.parts.scopes.tenants().await;
        known
            .map(|tenants| tenants.into_iter().map(|tenant| tenant.id).collect())
            .unwrap_or_default()
    }

    /// Makes mails of the cards that wait; how many were tried. One that fails waits longer each time
    /// and is given up in the end.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn send(&self, scope: &Scope) -> Result<usize> {
        scope.require(Permission::System)?;
        let mut tried = 0;
        loop {
            let now = self.parts.clock.now();
            let claim = move |tx: &Tx<'_>| mails::claim_mails(tx, now, CLAIM);
            let some: Vec<CardMail> = self.parts.db.write(scope, claim).await?;
            if some.is_empty() {
                return Ok(tried);
            }
            for mail in some {
                tried += 1;
                let outcome = self.send_card(scope, mail).await;
                let wait = match outcome {
                    Ok(()) => None,
                    Err(error) => {
                        let wait = pause(mail.attempts);
                        let given_up = wait.is_none();
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(
                            webhook.id = %mail.hook, webhook.event = %mail.id,
                            attempt = mail.attempts, given_up, error,
                            "card.mail_failed"
                        );
                        wait
                    }
                };
                let due = wait.map(|wait| self.parts.clock.now() + wait);
                let settle = move |tx: &Tx<'_>| match due {
                    Some(due) => mails::put_off_mail(tx, &mail, due),
                    None => mails::forget_mail(tx, mail.id),
                };
                self.parts.db.write(scope, settle).await?;
            }
        }
    }

    async fn send_card(&self, scope: &Scope, mail: CardMail) -> Result<()> {
        let now = self.parts.clock.now();
        let read = move |tx: &Tx<'_>| {
            let at = At { stream: mail.hook.uuid(), position: mail.position };
            let event = event_log::find(tx, CARD_POSTED, at)?;
            Ok::<_, Error>(event.zip(store::lookup(tx, mail.hook, now)?))
        };
        let Some((event, stored)) = self.parts.db.read(scope, read).await? else {
            // The retention took it, and nobody waits for it any more.
            return Ok(());
        };
        let meta: Meta = serde_json::from_str(&event.meta).unwrap_or_default();
        let body = event.body.unwrap_or_default();
        let Ok(post) = cards::parse(&body, meta.content_type.as_deref()) else { return Ok(()) };
        let text = cards::plain_text(&post);
        let webhook = stored.webhook;
        let letter = Letter {
            id: mail.id.uuid().into(),
            subject: subject(post.summary(), &text, &webhook.name),
            html: html(&cards::fallback(&post)),
            text,
            sender: webhook.name,
        };
        match webhook.place {
            Place::Mailbox(team) => {
                Ok(self.parts.workspace.put_letter(scope, team, letter).await?)
            }
            Place::Inbox(user) => {
                let find = move |tx: &Tx<'_>| identity::users::people(tx, &[user]);
                let found = self.parts.db.read_one(scope, find).await?;
                let address = found.into_iter().next().and_then(|person| person.address);
                let address = address.ok_or(Error::UnknownOwner { user })?;
                Ok(self.parts.workspace.send_letter(scope, (user, address), letter).await?)
            }
            // It was turned into something else since.
            Place::Channel(_) => Ok(()),
        }
    }
}

fn subject(summary: Option<&str>, text: &str, name: &str) -> String {
    let line = summary.map(cards::without_marks);
    let line = line.or_else(|| text.lines().next().map(str::to_owned)).unwrap_or_default();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(SUBJECT_CHARS).collect();
    if line.is_empty() { name.to_owned() } else { line }
}

/// A card as a mail shows it. Pictures are named and linked, not loaded: a mail that loads something
/// tells who reads it.
fn html(blocks: &[Block]) -> String {
    let mut html = String::from("<!doctype html>\n<html><body dir=\"auto\">\n");
    write_blocks(&mut html, blocks, DEPTH);
    html.push_str("</body></html>\n");
    html
}

fn write_blocks(html: &mut String, blocks: &[Block], depth: usize) {
    for block in blocks {
        // Writing to a String does not fail.
        let _ = match block {
            Block::Title(text) => {
                writeln!(html, "<h2>{}</h2>", as_html(&cards::without_marks(text)))
            }
            Block::Text(text) => write!(html, "{}", markdown::to_html(text)),
            Block::Literal(text) => writeln!(html, "<p>{}</p>", as_html(text)),
            Block::Facts(facts) => {
                html.push_str("<table>\n");
                for (name, value) in facts {
                    let (name, value) = (markdown::to_html(name), markdown::to_html(value));
                    let _ =
                        writeln!(html, "<tr><th align=\"left\">{name}</th><td>{value}</td></tr>");
                }
                writeln!(html, "</table>")
            }
            Block::Image { url, alt } if url.starts_with("http") => {
                let alt = if alt.is_empty() { url } else { alt };
                write_link(html, alt, url)
            }
            Block::Image { alt, .. } => writeln!(html, "<p>{}</p>", as_html(alt)),
            Block::Link { title, url } => write_link(html, title, url),
            Block::Group(inside) => {
                if depth > 0 {
                    write_blocks(html, inside, depth - 1);
                }
                Ok(())
            }
        };
    }
}

fn write_link(html: &mut String, title: &str, url: &str) -> fmt::Result {
    writeln!(html, "<p><a href=\"{}\">{}</a></p>", as_html(url), as_html(title))
}

/// How long a card waits after a try; `None` gives up, after about a day.
const fn pause(attempts: i64) -> Option<SignedDuration> {
    match attempts {
        ..=2 => Some(SignedDuration::from_mins(1)),
        3..=5 => Some(SignedDuration::from_mins(15)),
        6..=9 => Some(SignedDuration::from_hours(6)),
        _ => None,
    }
}

/// The job's name in the audit.
const JOB: &str = "card-mails";
/// How often mails are tried again.
const TICK: Duration = Duration::from_secs(30);
/// Cards that one node takes at once.
const CLAIM: i64 = 20;
/// Our own choice: mail programs show less.
const SUBJECT_CHARS: usize = 200;
/// Deeper than any card that `cards` lets through.
const DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_in_a_mail_runs_nothing_and_loads_nothing() {
        let body = r#"{"title":"<script>alert(1)</script>","text":"**bold** <img src=x onerror=y>",
            "sections":[{"facts":[{"name":"A&B","value":"[x](javascript:alert(2))"}],
            "images":[{"image":"https://img.example.org/a.png","title":"\"><script>"}]}],
            "potentialAction":[{"@type":"OpenUri","name":"Open","targets":
            [{"os":"default","uri":"https://example.org/?a=1&b=\"2\""}]}]}"#;
        let post = cards::parse(body.as_bytes(), None).unwrap();
        let html = html(&cards::fallback(&post));
        assert!(html.contains("<strong>bold</strong>"), "{html}");
        assert!(html.contains("href=\"https://example.org/"), "{html}");
        for bad in ["<script", "<img", "href=\"javascript", "onerror=y>"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn the_subject_is_the_summary_else_the_first_line_else_the_name() {
        assert_eq!(subject(Some("**Build**\npassed"), "text", "n"), "Build passed");
        assert_eq!(subject(None, "first\nsecond", "n"), "first");
        assert_eq!(subject(None, "", "n"), "n");
    }

    #[test]
    fn tries_end() {
        assert!((1..100).filter_map(pause).count() < 12);
    }
}
