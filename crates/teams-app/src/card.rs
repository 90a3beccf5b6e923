//! Cards of records. What is posted holds no word of the record; each reader's own card is made when they look, and the
//! client asks for it by itself (Universal Actions: `refresh` with an `Action.Execute`, without `userIds` for everybody in
//! the conversation).
//!
//! Texts of a CRM stand in text runs, which know no Markdown.

use i18n::Texts;
use kernel::{ChannelId, Language, Permission, Scope};
use serde_json::{Value as Json, json};

use crate::{Error, Hit, Result, Seen, Shared, TeamsApp, View, service::person};

/// What the cards ask the bot for.
pub const VERB: &str = "liaison.record";

fn say(language: Language, name: &str) -> String {
    Texts::global().text(language.tag(), &format!("teams-app.{name}"), &[])
}

/// The record that a card shares; nothing for other cards.
pub fn shared_in(card: &Json) -> Option<Shared> {
    let action = card.get("refresh")?.get("action")?;
    if action.get("verb")?.as_str()? != VERB {
        return None;
    }
    in_data(action.get("data")?)
}

/// The record that the data of an action names.
pub(crate) fn in_data(data: &Json) -> Option<Shared> {
    let text = |name: &str| data.get(name).and_then(Json::as_str);
    Shared::parse(text("system")?, text("table")?, text("record")?)
}

pub(crate) fn execute(language: Language, name: &str, at: &Shared) -> Json {
    json!({
        "type": "Action.Execute", "verb": VERB, "title": say(language, name),
        "data": {
            "system": at.system.to_string(), "table": at.record.table, "record": at.record.id.0,
        },
    })
}

/// A line of text that is not read as Markdown.
pub(crate) fn line(text: &str, look: &Json) -> Json {
    let mut run = json!({ "type": "TextRun", "text": text });
    if let (Some(run), Some(look)) = (run.as_object_mut(), look.as_object()) {
        run.extend(look.clone());
    }
    json!({ "type": "RichTextBlock", "spacing": "Small", "inlines": [run] })
}

impl TeamsApp {
    /// The card that is posted: where the record is, and nothing of what is in it.
    pub fn neutral(&self, language: Language, at: &Shared) -> Json {
        self.bare(language, at, ("record", "record-what"))
    }

    /// A card with two sentences and the link.
    fn bare(&self, language: Language, at: &Shared, (title, what): (&str, &str)) -> Json {
        self.plain(language, at, (&say(language, title), &say(language, what)))
    }

    fn plain(&self, language: Language, at: &Shared, (title, what): (&str, &str)) -> Json {
        json!({
            "type": "AdaptiveCard",
            "$schema": SCHEMA,
            "version": "1.4",
            "lang": language.tag(),
            "fallbackText": title,
            "refresh": { "action": execute(language, "refresh", at) },
            "body": [
                line(title, &json!({ "weight": "Bolder", "size": "Medium" })),
                line(what, &json!({ "isSubtle": true })),
            ],
            "actions": [
                execute(language, "show", at),
                { "type": "Action.OpenUrl", "title": say(language, "open"), "url": self.at(&at.path()) },
            ],
        })
    }

    /// The card of one reader.
    pub(crate) fn card_of(&self, language: Language, at: &Shared, seen: &Seen) -> Json {
        match seen {
            Seen::View(view) => self.full(language, view),
            Seen::Hidden => self.bare(language, at, ("hidden", "hidden-what")),
            Seen::Barred(code) => {
                let t = Texts::global().speak(language.tag());
                let mut card = self.plain(language, at, (&t.code(code), &t.code_detail(code)));
                if let Some(actions) = card.get_mut("actions").and_then(Json::as_array_mut) {
                    let (title, url) = (say(language, "my-crm"), self.at("/teams/home"));
                    let open = json!({ "type": "Action.OpenUrl", "title": title, "url": url });
                    actions.insert(0, open);
                }
                card
            }
        }
    }

    fn full(&self, language: Language, view: &View) -> Json {
        let mut body = vec![
            line(&view.name, &json!({ "weight": "Bolder", "size": "Large" })),
            line(&format!("{} · {}", view.table, view.system), &json!({ "isSubtle": true })),
        ];
        body.extend(view.fields.iter().map(|(label, text)| {
            let between = if language == Language::Fr { "\u{a0}: " } else { ": " };
            json!({ "type": "RichTextBlock", "spacing": "Small", "inlines": [
                { "type": "TextRun", "text": format!("{label}{between}"), "isSubtle": true },
                { "type": "TextRun", "text": text },
            ] })
        }));
        let url = view.address.clone().unwrap_or_else(|| self.at(&view.at.path()));
        let name = [("name", view.system.as_str().into())];
        let open = Texts::global().text(language.tag(), "teams-app.open-in", &name);
        json!({
            "type": "AdaptiveCard",
            "$schema": SCHEMA,
            "version": "1.4",
            "lang": language.tag(),
            "fallbackText": view.name,
            "refresh": { "action": execute(language, "refresh", &view.at) },
            "body": body,
            "actions": [
                { "type": "Action.OpenUrl", "title": open, "url": url },
                execute(language, "refresh", &view.at),
            ],
        })
    }

    /// What a person who searches sees of a record in the list, beside the card that would be posted.
    pub(crate) fn attachment(&self, language: Language, hit: &Hit) -> Json {
        let subtitle = if hit.subtitle.is_empty() {
            hit.table.clone()
        } else {
            format!("{} · {}", hit.table, hit.subtitle)
        };
        json!({
            "contentType": ADAPTIVE,
            "content": self.neutral(language, &hit.at),
            "preview": {
                "contentType": "application/vnd.microsoft.card.thumbnail",
                "content": { "title": escaped(&hit.name), "text": escaped(&subtitle) },
            },
        })
    }

    /// Posts a record into a channel of the hub as a card that each reader sees as the CRM lets them. The record has to be
    /// one that the person sees.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NoRecord`], [`Error::Crm`], [`Error::Workspace`],
    /// [`Error::Store`].
    pub async fn share(
        &self,
        scope: &Scope,
        channel: ChannelId,
        at: &Shared,
    ) -> Result<workspace::Item> {
        scope.require(Permission::MessageWrite)?;
        person(scope)?;
        let view = self.view(scope, at).await?.view().ok_or(Error::NoRecord)?;
        let card = self.neutral(scope.language(), &view.at);
        let posted = self.0.workspace.post_card(scope, channel, &card).await?;
        self.used(scope, &view.at).await?;
        Ok(posted)
    }
}

/// Previews are shown as simple HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) const ADAPTIVE: &str = "application/vnd.microsoft.card.adaptive";
const SCHEMA: &str = "http://adaptivecards.io/schemas/adaptive-card.json";
