//! What administrators of sales set for meetings.

use askama::Template;
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::{Coded as _, FieldError, Permission};
use meetings::Rules;
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, administration, answer};

use crate::Room;

/// The form.
#[derive(Debug, Template)]
#[template(path = "form.html")]
pub(crate) struct Page {
    frame: Frame,
    what: String,
    action: String,
    fields: Vec<Field>,
    button: String,
    back: String,
}

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    competitors: String,
    products: String,
    keywords: String,
    fetch: Option<String>,
    keep_days: String,
    prepare_minutes: String,
    digest: Option<String>,
    digest_hour: String,
}

pub(crate) async fn page(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::SalesManage).map_err(Problem::denied)?;
    let rules = room.rules(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, &rules, &[])))
}

impl Page {
    pub(crate) fn new(frame: Frame, rules: &Rules, errors: &[FieldError]) -> Self {
        let say = |key: &str| frame.say(&format!("web-meetings.{key}"));
        let area = |name: &str, key: &str, words: &[String]| {
            Field::area(name, say(key)).value(words.join("\n"))
        };
        let fields = vec![
            area("competitors", "competitors", &rules.competitors).hint(say("terms-what")),
            area("products", "products", &rules.products),
            area("keywords", "keywords", &rules.keywords),
            Field::check("fetch", say("fetch"), rules.fetch),
            Field::input("number", "keep_days", say("keep-days"))
                .value(rules.keep_days.to_string())
                .hint(say("keep-days-what")),
            Field::input("number", "prepare_minutes", say("prepare-minutes"))
                .value(rules.prepare_minutes.to_string())
                .hint(say("prepare-minutes-what")),
            Field::check("digest", say("digest"), rules.digest),
            Field::input("number", "digest_hour", say("digest-hour"))
                .value(rules.digest_hour.to_string())
                .hint(say("digest-hour-what")),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        Self {
            what: say("rules-what"),
            action: "/admin/meetings".to_owned(),
            button: frame.say("save"),
            back: "/meetings".to_owned(),
            fields,
            frame: {
                let title = say("rules");
                administration::at(frame, "meetings", title)
            },
        }
    }
}

pub(crate) async fn set(
    State(_app): State<App>,
    Extension(room): Room,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let lines = |text: &str| -> Vec<String> {
        let all = text.lines().map(str::trim).filter(|line| !line.is_empty());
        all.map(str::to_owned).collect()
    };
    let rules = Rules {
        competitors: lines(&typed.competitors),
        products: lines(&typed.products),
        keywords: lines(&typed.keywords),
        fetch: typed.fetch.is_some(),
        keep_days: typed.keep_days.trim().parse().unwrap_or_default(),
        // what is no number is none that fits
        prepare_minutes: typed.prepare_minutes.trim().parse().unwrap_or(-1),
        digest: typed.digest.is_some(),
        digest_hour: typed.digest_hour.trim().parse().unwrap_or(-1),
        changes: 0,
    };
    match room.set_rules(&visit.scope, rules.clone()).await {
        Ok(_set) => {
            Ok(answer::back_with(&visit.context, "/admin/meetings", "web-meetings.rules-set"))
        }
        Err(error @ meetings::Error::Invalid { .. }) => {
            let page = Page::new(visit.frame, &rules, error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}
