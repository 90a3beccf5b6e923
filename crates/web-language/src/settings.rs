//! The settings, and what endpoints were asked.

use std::collections::BTreeMap;

use askama::Template;
use axum::{Extension, response::Response};
use edge::{Form, Problem};
use http::StatusCode;
use kernel::{Coded as _, FieldError, Secret};
use language_features::{
    Availability, Config, Error, Feature, LanguageFeatures, NewConfig, Redact, Switch, Usage,
    Worker,
};
use web_frame::{Field, Frame, Html, Visit, administration, answer};

/// What was typed: names and values, as the form sends them.
type Typed = BTreeMap<String, String>;

/// The page.
#[derive(Debug, Template)]
#[template(path = "settings.html")]
pub(crate) struct Page {
    frame: Frame,
    features: Vec<(String, Field, Field)>,
    fields: Vec<Field>,
    redact: Vec<Field>,
    consent: Field,
    /// When the notice was agreed to.
    consented: Option<Html>,
    changes: i64,
    usage: Vec<Usage>,
    wrong: Vec<String>,
}

pub(crate) async fn page(
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
) -> Result<Response, Problem> {
    let config = language.config(&visit.scope).await?;
    let usage = language.usage(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, &typed(&config), &config, usage)))
}

pub(crate) async fn save(
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Form(form): Form<Typed>,
) -> Result<Response, Problem> {
    match Box::pin(language.update_config(&visit.scope, read(&form))).await {
        Ok(_) => Ok(answer::back_with(&visit.context, "/admin/language", "saved")),
        Err(error @ Error::Invalid { .. }) => {
            let config = language.config(&visit.scope).await?;
            let usage = language.usage(&visit.scope).await?;
            let page = Page::new(visit.frame, &form, &config, usage).with(error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

/// The settings as the form holds them.
pub(crate) fn typed(config: &Config) -> Typed {
    let mut out = Typed::new();
    for switch in &config.switches {
        let name = switch.feature.as_str();
        out.insert(name.to_owned(), switch.availability.as_str().to_owned());
        out.insert(format!("{name}_by"), switch.worker.as_str().to_owned());
    }
    for kind in &config.redact {
        out.insert(kind.as_str().to_owned(), "on".to_owned());
    }
    let endpoint = config.endpoint.clone().map(String::from).unwrap_or_default();
    for (name, value) in [
        ("endpoint", endpoint),
        ("model", config.model.clone()),
        ("location", config.location.clone()),
        ("daily_tokens", config.daily_tokens.to_string()),
        ("timeout_ms", config.timeout_ms.to_string()),
    ] {
        out.insert(name.to_owned(), value);
    }
    out
}

fn read(form: &Typed) -> NewConfig {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let switch = |feature: &Feature| {
        Some(Switch {
            feature: *feature,
            availability: Availability::parse(&text(feature.as_str()))?,
            worker: Worker::parse(&text(&format!("{}_by", feature.as_str())))?,
        })
    };
    let key = text("key");
    let remove = text("remove_key") == "on";
    NewConfig {
        switches: Feature::ALL.iter().filter_map(switch).collect(),
        endpoint: text("endpoint"),
        model: text("model"),
        location: text("location"),
        key: (remove || !key.trim().is_empty()).then(|| Secret::new(key)),
        redact: Redact::ALL
            .iter()
            .copied()
            .filter(|kind| form.contains_key(kind.as_str()))
            .collect(),
        // what is no number is none that is possible
        daily_tokens: text("daily_tokens").trim().parse().unwrap_or_default(),
        timeout_ms: text("timeout_ms").trim().parse().unwrap_or_default(),
        consent: text("consent") == "on",
        changes: text("changes").parse().ok(),
    }
}

impl Page {
    pub(crate) fn new(frame: Frame, typed: &Typed, config: &Config, usage: Vec<Usage>) -> Self {
        let say = |key: &str| frame.say(&format!("web-language.{}", key.replace('_', "-")));
        let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let features = Feature::ALL
            .iter()
            .map(|feature| {
                let (name, by) = (feature.as_str(), format!("{}_by", feature.as_str()));
                let there = Availability::ALL.iter().map(|one| (one.as_str(), say(one.as_str())));
                let work = Worker::ALL.iter().map(|one| (one.as_str(), say(one.as_str())));
                (
                    say(name),
                    Field::select(name, say("availability"), there).value(text(name)),
                    Field::select(&by, say("worker"), work).value(text(&by)),
                )
            })
            .collect();
        let hinted = |name: &str| {
            Field::text(name, say(name)).value(text(name)).hint(say(&format!("{name}-hint")))
        };
        let number = |name: &str| {
            Field::input("number", name, say(name))
                .value(text(name))
                .hint(say(&format!("{name}-hint")))
        };
        let key = if config.has_key { "key-kept" } else { "key-hint" };
        let mut fields = vec![
            Field::text("endpoint", say("endpoint-address"))
                .value(text("endpoint"))
                .hint(say("endpoint-hint"))
                .placeholder("https://"),
            hinted("model"),
            hinted("location"),
            Field::input("password", "key", say("key")).hint(say(key)).autocomplete("off"),
            number("daily_tokens"),
            number("timeout_ms"),
        ];
        if config.has_key {
            fields.push(Field::check("remove_key", say("remove-key"), text("remove_key") == "on"));
        }
        let kind = |kind: &Redact| {
            Field::check(kind.as_str(), say(kind.as_str()), typed.contains_key(kind.as_str()))
        };
        Self {
            features,
            fields,
            redact: Redact::ALL.iter().map(kind).collect(),
            consent: Field::check("consent", say("consent"), text("consent") == "on"),
            consented: config.consented_at.map(|at| frame.moment(&at)),
            changes: config.changes,
            usage,
            wrong: Vec::new(),
            frame: {
                let title = frame.say("web-language.title");
                administration::at(frame, "language", title)
            },
        }
    }

    #[expect(clippy::unused_self, reason = "the template calls it as a method")]
    fn key(&self, row: &Usage) -> &'static str {
        match row.feature {
            Feature::Thread => "web-language.thread-summary",
            Feature::Meeting => "web-language.meeting-summary",
            Feature::Actions => "web-language.actions",
            Feature::Updates => "web-language.suggested-updates",
            Feature::Draft => "web-language.reply-draft",
        }
    }

    /// The same with what is wrong, at its field and above the form.
    fn with(mut self, errors: &[FieldError]) -> Self {
        let t = self.frame.t;
        self.fields = self.fields.into_iter().map(|field| field.checked(errors, t)).collect();
        self.consent = self.consent.checked(errors, t);
        self.wrong = errors.iter().map(|error| t.code(error.code)).collect();
        self
    }
}
