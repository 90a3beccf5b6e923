//! What the bot says, as cards. Texts of a CRM stand in text runs, which know no markup.

use i18n::Texts;
use kernel::{Language, Scope};
use serde_json::{Value as Json, json};

use crate::{
    Found, Result, TeamsApp, Telling,
    card::{execute, line},
};

fn say(language: Language, name: &str) -> String {
    Texts::global().text(language.tag(), &format!("teams-app.chat-{name}"), &[])
}

fn with(language: Language, name: &str, argument: (&str, &str)) -> String {
    let args = [(argument.0, argument.1.into())];
    Texts::global().text(language.tag(), &format!("teams-app.chat-{name}"), &args)
}

fn card(language: Language, summary: &str, (body, actions): (Vec<Json>, Vec<Json>)) -> Telling {
    let card = json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "lang": language.tag(),
        "fallbackText": summary,
        "body": body,
        "actions": actions,
    });
    Telling { summary: summary.to_owned(), card }
}

fn bold(text: &str) -> Json {
    line(text, &json!({ "weight": "Bolder", "size": "Medium" }))
}

fn quiet(text: &str) -> Json {
    line(text, &json!({ "isSubtle": true }))
}

/// A button that types a word for the person.
fn typing(title: &str, word: &str) -> Json {
    let data = json!({ "msteams": { "type": "imBack", "value": word } });
    json!({ "type": "Action.Submit", "title": title, "data": data })
}

fn open(title: &str, url: &str) -> Json {
    json!({ "type": "Action.OpenUrl", "title": title, "url": url })
}

impl TeamsApp {
    /// What somebody is told whom the hub does not know: how to sign in, and nothing else.
    pub(super) fn stranger(&self, language: Language) -> Json {
        let text = say(language, "stranger");
        let title = Texts::global().text(language.tag(), "teams-app.sign-in", &[]);
        let button = json!({ "type": "signin", "title": title, "value": self.door() });
        json!({
            "type": "message",
            "summary": text,
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.signin",
                "content": { "text": text, "buttons": [button] },
            }],
        })
    }

    /// What can be asked for.
    pub(super) fn help(&self, language: Language, greets: bool) -> Telling {
        let title = say(language, if greets { "welcome" } else { "help" });
        let mut body = vec![bold(&title)];
        if greets {
            body.push(line(&say(language, "welcome-what"), &json!({})));
        }
        for what in ["help-words", "help-meetings", "help-crm", "help-reminders", "help-share"] {
            body.push(line(&format!("• {}", say(language, what)), &json!({})));
        }
        let meetings = say(language, "meetings");
        let actions = vec![
            typing(&meetings, &meetings),
            typing(&say(language, "crm"), "CRM"),
            open(&say(language, "tab"), &self.at("/teams/home")),
        ];
        card(language, &title, (body, actions))
    }

    /// Where the person chooses what comes before meetings.
    pub(super) fn reminders(&self, language: Language) -> Telling {
        let text = say(language, "reminders-what");
        let to = open(&say(language, "reminders"), &self.at("/meetings/reminders"));
        card(language, &text, (vec![line(&text, &json!({}))], vec![to]))
    }

    pub(super) fn no_meetings(&self, language: Language) -> Telling {
        let text = say(language, "no-meetings");
        let to = open(&say(language, "all-meetings"), &self.at("/meetings"));
        card(language, &text, (vec![line(&text, &json!({}))], vec![to]))
    }

    /// What stands in the way, and where the person does something about it.
    pub(super) fn trouble(&self, language: Language, code: &str) -> Telling {
        let t = Texts::global().speak(language.tag());
        let (title, detail) = (t.code(code), t.code_detail(code));
        let own = Texts::global().text(language.tag(), "teams-app.my-crm", &[]);
        let body = vec![bold(&title), line(&detail, &json!({}))];
        card(language, &title, (body, vec![open(&own, &self.at("/teams/home"))]))
    }

    /// The person's CRMs: which one is used, which are signed in to; where they are changed.
    pub(super) async fn own_crms(&self, scope: &Scope, language: Language) -> Result<Telling> {
        let title = say(language, "crm");
        let mut body = vec![bold(&title)];
        let all = self.0.crm.mine(scope).await?;
        for one in all.iter().take(MOST) {
            let state = if one.chosen { "crm-chosen" } else { "crm-other" };
            body.push(line(&with(language, state, ("name", &one.system.name)), &json!({})));
        }
        body.push(quiet(&say(language, if all.is_empty() { "crm-none" } else { "crm-change" })));
        let own = Texts::global().text(language.tag(), "teams-app.my-crm", &[]);
        Ok(card(language, &title, (body, vec![open(&own, &self.at("/teams/home"))])))
    }

    /// What was found: of one record what its card shows, else a list.
    pub(super) async fn results(
        &self,
        scope: &Scope,
        words: &str,
        found: &Found,
    ) -> Result<Telling> {
        let language = scope.language();
        let short: String = words.chars().take(60).collect();
        if let [hit] = found.hits.as_slice()
            && let Some(view) = self.view(scope, &hit.at).await?.view()
        {
            self.used(scope, &view.at).await?;
            let summary = view.name.clone();
            let card = self.card_of(language, &hit.at, &crate::Seen::View(Box::new(view)));
            return Ok(Telling { summary, card });
        }
        if found.hits.is_empty() {
            let title = with(language, "nothing", ("words", &short));
            let body = vec![line(&title, &json!({})), quiet(&say(language, "nothing-what"))];
            return Ok(card(
                language,
                &title,
                (body, vec![typing(&say(language, "help"), "help")]),
            ));
        }
        let title = with(language, "found", ("words", &short));
        let mut body = vec![bold(&title)];
        for hit in &found.hits {
            let more = match hit.subtitle.as_str() {
                "" => hit.table.clone(),
                more => format!("{} · {more}", hit.table),
            };
            let show = execute(language, "show", &hit.at);
            body.push(json!({
                "type": "Container", "separator": true, "spacing": "Medium",
                "items": [
                    line(&hit.name, &json!({ "weight": "Bolder" })),
                    quiet(&more.chars().take(200).collect::<String>()),
                    { "type": "ActionSet", "actions": [show] },
                ],
            }));
        }
        body.push(quiet(&say(language, "found-what")));
        Ok(card(language, &title, (body, Vec::new())))
    }
}

/// CRMs that are named.
const MOST: usize = 8;
