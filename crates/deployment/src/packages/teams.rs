//! The app of Teams: the personal tab, the panel beside a meeting, and where a bot is set up the message extension.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Place, common, say};

/// The bot behind the app.
pub(super) struct Behind {
    /// Its application.
    pub(super) application: Uuid,
    /// Hosts whose addresses unfold.
    pub(super) hosts: Vec<String>,
    /// Whether people can talk with it.
    pub(super) speaks: bool,
}

/// What people can type to it, as the list shows it.
const SAID: [&str; 4] = ["help", "meetings", "crm", "reminders"];

/// The manifest; with the bot's application id and the hosts whose addresses unfold, where there is a bot.
pub(super) fn manifest(place: &Place, bot: Option<&Behind>) -> Json {
    let mut manifest = common(place, place.teams, "teams");
    let Some(members) = manifest.as_object_mut() else { return manifest };
    members.insert("staticTabs".to_owned(), tabs(place));
    members.insert("permissions".to_owned(), json!(["identity", "messageTeamMembers"]));
    if let Some(bot) = bot {
        members.insert(
            "composeExtensions".to_owned(),
            json!([extension(place, bot.application, &bot.hosts)]),
        );
        if bot.speaks {
            members.insert("bots".to_owned(), json!([talking(bot.application)]));
        }
    }
    manifest
}

/// The tab of a person, and the same app beside a meeting: a tab of the chat that the side panel shows (1.17 knows static
/// tabs of chats).
fn tabs(place: &Place) -> Json {
    json!([
        {
            "entityId": "home", "name": say("en", "tab"), "scopes": ["personal"],
            "contentUrl": place.at("/teams/home?host=teams"), "websiteUrl": place.at("/teams/home"),
        },
        {
            "entityId": "panel", "name": say("en", "panel"), "scopes": ["groupChat"],
            "context": ["meetingSidePanel", "meetingDetailsTab", "meetingChatTab"],
            "contentUrl": place.at("/teams/panel?host=teams"),
            "websiteUrl": place.at("/teams/home"),
        },
        { "entityId": "about", "scopes": ["personal"] },
    ])
}

fn extension(place: &Place, bot: Uuid, hosts: &[String]) -> Json {
    let own = place.host.split(':').next().unwrap_or_default().to_owned();
    let mut domains = vec![own];
    // the schema takes as many as there are; Teams asks the bot for each
    domains.extend(hosts.iter().take(MAX_HOSTS).filter(|host| **host != place.host).cloned());
    json!({
        "botId": bot.to_string(),
        "composeExtensionType": "botBased",
        "canUpdateConfiguration": true,
        "commands": [{
            "id": "search",
            "type": "query",
            "context": ["compose", "commandBox"],
            "title": say("en", "search"),
            "description": say("en", "search-what"),
            "initialRun": true,
            "parameters": [{
                "name": "search",
                "title": say("en", "words"),
                "description": say("en", "words-what"),
                "inputType": "text",
            }],
        }],
        "messageHandlers": [{ "type": "link", "value": { "domains": domains } }],
    })
}

/// The bot in a chat of its own. In teams and group chats everybody would read what one person may see; there records are
/// shared as cards by the message extension.
fn talking(bot: Uuid) -> Json {
    let command = |name: &&str| {
        let (title, what) = (format!("say-{name}"), format!("say-{name}-what"));
        json!({ "title": say("en", &title), "description": say("en", &what) })
    };
    let commands: Vec<Json> = SAID.iter().map(command).collect();
    json!({
        "botId": bot.to_string(),
        "scopes": ["personal"],
        "supportsFiles": false,
        "isNotificationOnly": false,
        "commandLists": [{ "scopes": ["personal"], "commands": commands }],
    })
}

/// The French texts of what this app has beyond every other.
pub(super) fn french(texts: &mut Map<String, Json>, manifest: &Json) {
    let mut put = |place: &str, name: &str| {
        texts.insert(place.to_owned(), say("fr", name).into());
    };
    put("staticTabs[0].name", "tab");
    put("staticTabs[1].name", "panel");
    if manifest.get("composeExtensions").is_some() {
        put("composeExtensions[0].commands[0].title", "search");
        put("composeExtensions[0].commands[0].description", "search-what");
        put("composeExtensions[0].commands[0].parameters[0].title", "words");
        put("composeExtensions[0].commands[0].parameters[0].description", "words-what");
    }
    if manifest.get("bots").is_some() {
        for (place, name) in SAID.iter().enumerate() {
            let at = format!("bots[0].commandLists[0].commands[{place}]");
            put(&format!("{at}.title"), &format!("say-{name}"));
            put(&format!("{at}.description"), &format!("say-{name}-what"));
        }
    }
}

/// Ours.
const MAX_HOSTS: usize = 20;
