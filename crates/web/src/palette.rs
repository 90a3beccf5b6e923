//! Search over records, pages, teams, channels, webhooks, settings and actions: Ctrl K, and a page of its own without
//! script.

use askama::Template;
use axum::{Router, extract::State, response::Response};
use channel_connectors::{Listed, Webhook};
use edge::{Problem, Query, get};
use kernel::{Limit, Permission};
use serde::Deserialize;
use web_frame::{App, Asked, Frame, Html, Section, Visit, administration, answer};
use web_records::inside::find::{self as found, Choice};
use workspace::Branch;

use super::channel::branches;

/// Hits of a group that are shown; our own choice.
const MOST: usize = 8;

/// Records that stand first before words are typed; our own choice.
const FEW: usize = 5;

/// Environments whose records are looked through, those of sales first; our own choice.
const ENVIRONMENTS: usize = 3;

/// The address of the palette.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/palette", get(palette))
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "palette.html")]
pub(crate) struct Palette {
    frame: Frame,
    query: String,
    groups: Vec<Group>,
}

/// The results alone.
#[derive(Debug, Template)]
#[template(path = "results.html")]
struct Results<'a> {
    frame: &'a Frame,
    groups: Vec<Group>,
}

/// Hits of one kind.
#[derive(Debug)]
struct Group {
    title: String,
    hits: Vec<Hit>,
}

/// Something to go to.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) href: String,
    pub(crate) icon: &'static str,
    pub(crate) label: String,
    pub(crate) beside: String,
}

#[derive(Debug, Deserialize)]
struct Asking {
    #[serde(default)]
    q: String,
}

async fn palette(
    State(app): State<App>,
    visit: Visit,
    Query(asking): Query<Asking>,
) -> Result<Response, Problem> {
    let branches = branches(&app, &visit).await?;
    let mine = Mine {
        webhooks: webhooks(&app, &visit).await,
        records: records(&app, &visit, &asking.q).await.unwrap_or_default(),
    };
    let groups = find(&visit.frame, &branches, mine, &asking.q);
    if visit.asked != Asked::Page {
        return Ok(answer::part(Html::of(&Results { frame: &visit.frame, groups })));
    }
    let title = visit.frame.say("palette-title");
    let frame = visit.frame.at(Section::Nowhere, title).back_to("/");
    Ok(answer::page(&Palette { frame, query: asking.q, groups }))
}

/// The webhooks of the reader; a failure there hides nothing else.
async fn webhooks(app: &App, visit: &Visit) -> Vec<Hit> {
    let limit = Limit::new(Limit::MAX).unwrap_or_default();
    let mine = app.connectors.list(&visit.scope, Listed::Mine, limit, None).await;
    let hit = |hook: Webhook| Hit {
        href: format!("/webhooks/{}", hook.id),
        icon: "plug",
        label: hook.name,
        beside: String::new(),
    };
    mine.map(|page| page.items.into_iter().map(hit).collect()).unwrap_or_default()
}

/// What was read for the reader alone.
#[derive(Debug, Default)]
struct Mine {
    webhooks: Vec<Hit>,
    records: Records,
}

/// Records that hold the words, or those that were changed last; and what may be made.
#[derive(Debug, Default)]
struct Records {
    hits: Vec<Hit>,
    makes: Vec<Hit>,
}

/// The records of the environments that the reader works in; a failure there hides nothing else.
async fn records(app: &App, visit: &Visit, words: &str) -> Result<Records, Problem> {
    let mut all = Records::default();
    let places = found::environments(app, visit).await?;
    let several = places.len() > 1;
    for (at, Choice { value, name, .. }) in places.into_iter().take(ENVIRONMENTS).enumerate() {
        let Ok(environment) = value.parse() else { continue };
        if at == 0 {
            let makes = found::makes(app, visit, environment).await?;
            all.makes.extend(makes.into_iter().map(|one| Hit {
                href: one.value,
                icon: "add",
                label: visit.frame.say1("palette-make", "kind", one.name.as_str()),
                beside: String::new(),
            }));
        }
        let hits = found::records(app, visit, (environment, ""), words).await?;
        all.hits.extend(hits.into_iter().map(|hit| Hit {
            href: format!("/records/{value}/{}/{}", hit.table, hit.id),
            icon: hit.icon,
            label: hit.name,
            beside: if several { format!("{} · {name}", hit.kind) } else { hit.kind },
        }));
    }
    Ok(all)
}

fn find(frame: &Frame, branches: &[Branch], mine: Mine, query: &str) -> Vec<Group> {
    let hit = |href: &str, icon, label: String| Hit {
        href: href.to_owned(),
        icon,
        label,
        beside: String::new(),
    };
    let may = |right| frame.may(right);
    let mut pages: Vec<Hit> =
        frame.rail().into_iter().map(|entry| hit(entry.href, entry.icon, entry.label)).collect();
    pages.push(hit("/profile", "person", frame.say("my-account")));
    let mut actions = Vec::new();
    if may(Permission::TeamCreate) {
        actions.push(hit("/teams/new", "add", frame.say("action-new-team")));
    }
    if may(Permission::WebhookManage) {
        actions.push(hit("/webhooks/new", "plug", frame.say("action-new-webhook")));
    }
    if may(Permission::ConnectionUse) {
        pages.push(hit("/apis", "api", frame.say("web-connectors.apis")));
        pages.push(hit("/connections", "link", frame.say("connections.title")));
        pages.push(hit("/meetings", "clock", frame.say("web-meetings.title")));
        pages.push(hit("/crm", "briefcase", frame.say("web-crm.title")));
        actions.push(hit("/connections/new", "link", frame.say("connections.new")));
    }
    actions.extend(mine.records.makes);
    let settings =
        administration::areas(frame).into_iter().map(|area| hit(&area.href, area.icon, area.name));
    let mut teams: Vec<Hit> = Vec::new();
    let mut channels = Vec::new();
    for branch in branches {
        let (team, channel) = (&branch.access.team, &branch.access.channel);
        let href = format!("/teams/{}", team.id);
        if teams.last().is_none_or(|last| last.href != href) {
            teams.push(hit(&href, "team", team.name.clone()));
        }
        let href = format!("/channels/{}", channel.id);
        channels
            .push(Hit { beside: team.name.clone(), ..hit(&href, "channel", channel.name.clone()) });
    }
    let own = [
        ("palette-actions", actions),
        ("palette-channels", channels),
        ("palette-teams", teams),
        ("palette-webhooks", mine.webhooks),
        ("palette-pages", pages),
        ("palette-settings", settings.collect()),
    ];
    let own = own.into_iter().map(|(key, mut hits)| {
        hits.retain(|hit| fits(hit, query));
        (key, hits)
    });
    // the store has found the records; before words are typed only a few of them stand first
    let most = if query.trim().is_empty() { FEW } else { MOST };
    let mut records = mine.records.hits;
    records.truncate(most);
    let first = if query.trim().is_empty() { "palette-recent" } else { "palette-records" };
    [(first, records)]
        .into_iter()
        .chain(own)
        .filter_map(|(key, mut hits)| {
            hits.truncate(MOST);
            (!hits.is_empty()).then(|| Group { title: frame.say(key), hits })
        })
        .collect()
}

/// Whether every word of the query stands in the label or beside it, whatever case and accents.
fn fits(hit: &Hit, query: &str) -> bool {
    let text = fold(&format!("{} {}", hit.label, hit.beside));
    fold(query).split_whitespace().all(|word| text.contains(word))
}

/// Lower case without the accents of French.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            other => other,
        })
        .collect()
}

/// What it looks like.
#[cfg(test)]
pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Palette)> {
    let page = |query: &str| Palette {
        frame: frame.clone().at(Section::Nowhere, frame.say("palette-title")),
        query: query.to_owned(),
        groups: find(frame, &[], Mine::default(), query),
    };
    vec![("all", page("")), ("nothing", page("zebra"))]
}

#[cfg(test)]
mod tests {
    use kernel::Language;
    use web_proof::frame;

    use super::*;

    #[test]
    fn words_are_found_whatever_their_case_and_accents() {
        let hit = Hit {
            href: String::new(),
            icon: "team",
            label: "Équipe Réseau".to_owned(),
            beside: "Exploitation".to_owned(),
        };
        assert!(fits(&hit, "reseau EQUI"));
        assert!(fits(&hit, "exploit reseau"));
        assert!(fits(&hit, ""));
        assert!(!fits(&hit, "reseau vente"));
    }

    #[test]
    fn nothing_is_offered_that_would_be_refused() {
        let mut frame = frame(Language::En);
        frame.permissions = kernel::Permissions::NONE;
        let hits: Vec<String> = find(&frame, &[], Mine::default(), "")
            .into_iter()
            .flat_map(|group| group.hits)
            .map(|hit| hit.href)
            .collect();
        assert_eq!(hits, ["/activity", "/teams", "/records", "/profile"]);
    }
}
