//! A recap in the channel of the record that the meeting is connected to.
//!
//! A channel has readers who were not at the meeting. So the card says that there is a recap and leads to it, where
//! everybody sees what they may; sentences stand in it only when whoever posts it says so, having read who reads them.

use crm_connections::SystemKind;
use db::Tx;
use event_log::{Change, Subject as Told, audit};
use kernel::{Language, Scope};
use linking::{State, Subject};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{Error, Meetings, Opened, Recap, Result, service::person, store::work, work::recap};

/// A channel to which a record is linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The link.
    pub link: Uuid,
    /// Team and channel, as people read them.
    pub name: String,
    /// When the recap was posted there.
    pub posted_at: Option<jiff::Timestamp>,
}

impl Meetings {
    /// The channels to which the record of a meeting is linked, as far as the caller may know.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Linking`].
    pub async fn channels(&self, scope: &Scope, opened: &Opened) -> Result<Vec<Channel>> {
        Ok(self.links(scope, opened).await?.into_iter().map(|(channel, _)| channel).collect())
    }

    async fn links(
        &self,
        scope: &Scope,
        opened: &Opened,
    ) -> Result<Vec<(Channel, workspace_port::ChannelId)>> {
        person(scope)?;
        let Some(connected) = &opened.connected else { return Ok(Vec::new()) };
        let (system, _) = self.crm.at(scope, connected.system).await?;
        let subject = match (system.kind, system.environment, connected.id.parse()) {
            (SystemKind::Embedded, Some(environment), Ok(record)) => {
                Subject::record(environment, &connected.table, record)
            }
            (SystemKind::Embedded, ..) => return Ok(Vec::new()),
            _ => Subject::crm(system.id, &connected.table, &connected.id),
        };
        let links = match self.linking.links_of(scope, &subject).await {
            Err(linking::Error::Unknown | linking::Error::Denied(_)) => return Ok(Vec::new()),
            other => other?,
        };
        let live = |link: &linking::Link| {
            !link.channel.id.is_empty()
                && matches!(link.state, State::Connected | State::TabOnly | State::StaleName)
        };
        let one = |link: linking::Link| {
            let posted = opened.posts.iter().find(|post| post.link == link.id.uuid());
            let channel = Channel {
                link: link.id.uuid(),
                name: format!("{} / {}", link.team_name, link.channel_name),
                posted_at: posted.map(|post| post.at),
            };
            (channel, link.channel)
        };
        Ok(links.into_iter().filter(live).map(one).collect())
    }

    /// Posts the recap of a meeting to a linked channel, as the caller; once to each.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::NoRecap`], [`Error::NoChannel`],
    /// [`Error::PostedAlready`], [`Error::Workspace`], [`Error::Linking`], [`Error::Store`].
    pub async fn post(
        &self,
        scope: &Scope,
        id: Uuid,
        (link, with_sentences): (Uuid, bool),
    ) -> Result<()> {
        let user = person(scope)?;
        let opened = self.open(scope, id).await?;
        let card = self.card(scope.language(), &opened, with_sentences)?;
        let links = self.links(scope, &opened).await?;
        let (_, channel) =
            links.into_iter().find(|(one, _)| one.link == link).ok_or(Error::NoChannel)?;
        let place = self.workspaces.of(scope).await?;
        let now = self.clock.now();
        let claim = move |tx: &Tx<'_>| work::claim_post(tx, (id, link), (user, now));
        if !self.db.write(scope, claim).await? {
            return Err(Error::PostedAlready);
        }
        let message = match place.post_card(&channel, &card).await {
            Ok(message) => message,
            Err(error) => {
                self.db.write(scope, move |tx| work::drop_post(tx, (id, link))).await?;
                return Err(error.into());
            }
        };
        let finish = move |tx: &Tx<'_>| -> db::Result<()> {
            work::posted(tx, (id, link), &message.0)?;
            let change = Change {
                action: "meeting.post",
                subject: Told::new("meeting", id),
                before: None,
                after: Some(json!({ "link": link, "sentences": with_sentences })),
                at: now,
            };
            audit(tx, &change)
        };
        Ok(self.db.write(scope, finish).await?)
    }

    /// The card that would be posted.
    ///
    /// # Errors
    /// [`Error::NoRecap`].
    pub fn card(&self, language: Language, opened: &Opened, with_sentences: bool) -> Result<Json> {
        let recap = recap(opened)?;
        let texts = i18n::Texts::global();
        let say = |key: &str| texts.text(language, &format!("meetings.{key}"), &[]);
        let count = |key: &str, count: usize| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            texts.text(language, &format!("meetings.{key}"), &[("count", count.into())])
        };
        let meeting = &opened.meeting;
        let title = texts.text(
            language,
            "meetings.card-title",
            &[("subject", meeting.subject.as_str().into())],
        );
        let actions = recap.actions.as_deref().unwrap_or_default();
        let questions: usize = recap.questions.iter().map(|asked| asked.questions.len()).sum();
        let counts =
            [count("card-actions", actions.len()), count("card-questions", questions)].join(" · ");
        // the card is shown in each reader's own zone
        let day = meeting.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut body = vec![
            json!({ "type": "TextBlock", "size": "Medium", "weight": "Bolder", "text": plain(&title), "wrap": true }),
            json!({ "type": "TextBlock", "isSubtle": true, "text": format!("{{{{DATE({day},COMPACT)}}}} {{{{TIME({day})}}}}"), "wrap": true }),
            json!({ "type": "TextBlock", "text": counts, "wrap": true }),
        ];
        if with_sentences {
            body.extend(sentences(recap, &say));
        } else {
            let text = say("card-who");
            body.push(json!({ "type": "TextBlock", "isSubtle": true, "text": text, "wrap": true }));
        }
        let open = say("card-open");
        Ok(json!({
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.4",
            "body": body,
            "actions": [{ "type": "Action.OpenUrl", "title": open, "url": self.page(meeting.id) }],
        }))
    }
}

/// Summary and actions, as many as a message has room for.
fn sentences(recap: &Recap, say: &dyn Fn(&str) -> String) -> Vec<Json> {
    let head = |text: String| json!({ "type": "TextBlock", "weight": "Bolder", "text": text, "wrap": true });
    let line = |text: String| json!({ "type": "TextBlock", "text": format!("- {}", plain(&text)), "wrap": true });
    let mut out = vec![head(say("card-summary"))];
    let short = |text: &str| crate::service::cut(text, 400);
    out.extend(recap.summary.iter().take(SENTENCES).map(|said| line(short(&said.text))));
    let actions = recap.actions.as_deref().unwrap_or_default();
    if !actions.is_empty() {
        out.push(head(say("card-to-do")));
    }
    for action in actions.iter().take(SENTENCES) {
        let mut text = short(&action.said.text);
        if let Some(owner) = &action.owner {
            text = format!("{owner} – {text}");
        }
        if let Some(due) = action.due {
            text = format!("{text} ({due})");
        }
        out.push(line(text));
    }
    out
}

/// A text without what cards read as markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '*' | '_' | '[' | ']' | '`' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            // a function of cards, such as a date
            '{' | '}' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Sentences of each kind on a card.
const SENTENCES: usize = 8;
