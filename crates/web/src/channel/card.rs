//! Buttons of cards: what they do for the reader, and their forms for pages without script.

use std::{collections::HashMap, fmt::Write as _};

use card_actions::{Ability, Refreshing, View};
use cards::press::{self, Asked, AskedKind, Button, ButtonKind};
use edge::Problem;
use jiff::{SignedDuration, Timestamp};
use kernel::{ChannelId, MessageId, WebhookId};
use serde_json::Value as Json;
use web_frame::{App, Frame, Visit, html::escape};
use workspace::{CardContent, Content, Item, Sender};

/// What the buttons of the cards on a page do for its reader.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buttons {
    pub(crate) of: HashMap<WebhookId, Ability>,
    /// Buttons of cards that came before no longer act.
    pub(crate) since: Option<Timestamp>,
    /// Cards that refresh.
    pub(crate) refreshing: HashMap<MessageId, Refreshing>,
}

/// What a shell tells the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pressing {
    /// Where presses go.
    Act {
        /// The address.
        to: String,
        /// Which version of the card is shown.
        version: i64,
        /// Why buttons that hand over answers do nothing, if they do not.
        silent: Option<String>,
        /// Which card of the reader's own is shown.
        view: Option<String>,
    },
    /// Why nothing happens.
    Rest(String),
}

/// How the card in a shell is refreshed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renewal {
    /// Where that is asked for.
    pub(crate) to: String,
    /// Which version of everybody's card is shown, or stood in for.
    pub(crate) version: i64,
    /// Whether it may be asked for.
    pub(crate) may: bool,
    /// Whether showing the card asks.
    pub(crate) by_itself: bool,
    /// The reader's own card: which, and since when.
    pub(crate) view: Option<(String, Timestamp)>,
}

impl Buttons {
    /// Asks for the webhooks whose cards among these have buttons.
    pub(crate) async fn of_items<'i>(
        app: &App,
        visit: &Visit,
        channel: ChannelId,
        items: impl Iterator<Item = &'i Item>,
    ) -> Result<Self, Problem> {
        let (mut hooks, mut refreshing) = (Vec::new(), Vec::new());
        for item in items {
            let (Sender::Webhook { id, .. }, Content::Card(card)) = (&item.sender, &item.content)
            else {
                continue;
            };
            let refreshes = press::refresh(&card.card).is_some();
            if refreshes {
                refreshing.push((item.id, card.as_ref()));
            }
            if refreshes || has_buttons(&card.card) {
                hooks.push(*id);
            }
        }
        let refreshing = app.actions.refreshing(&visit.scope, &refreshing).await?;
        kernel::sort(&mut hooks);
        hooks.dedup();
        let of = if hooks.is_empty() {
            HashMap::new()
        } else {
            app.actions.abilities(&visit.scope, channel, hooks).await?
        };
        let days = i64::from(app.actions.settings().max_age_days);
        let since = app.clock.now().checked_sub(SignedDuration::from_hours(24 * days)).ok();
        Ok(Self { of, since, refreshing })
    }

    /// The card that the reader has of their own in place of everybody's, as long as its buttons act.
    pub(crate) fn own(&self, item: &Item) -> Option<&View> {
        let Sender::Webhook { id, .. } = &item.sender else { return None };
        let acts = matches!(self.of.get(id), Some(Ability::Act { answers: true }));
        let acts = acts && self.since.is_none_or(|since| item.created_at >= since);
        let refreshing = self.refreshing.get(&item.id).filter(|_| acts)?;
        refreshing.view.as_ref()
    }

    /// How the card is refreshed; nothing where it is not.
    pub(crate) fn renewal(&self, item: &Item, (address, version): (&str, i64)) -> Option<Renewal> {
        let Sender::Webhook { id, .. } = &item.sender else { return None };
        let acts = matches!(self.of.get(id), Some(Ability::Act { answers: true }));
        let acts = acts && self.since.is_none_or(|since| item.created_at >= since);
        let Refreshing { view, may, by_itself } = self.refreshing.get(&item.id).filter(|_| acts)?;
        Some(Renewal {
            to: format!("{address}/refresh"),
            version,
            may: *may,
            by_itself: *by_itself,
            view: view.as_ref().map(|view| (view.id.to_string(), view.made_at)),
        })
    }

    /// What the shell of a card tells; nothing where it has no buttons.
    pub(crate) fn pressing(
        &self,
        frame: &Frame,
        (item, address): (&Item, &str),
        card: &CardContent,
    ) -> Option<Pressing> {
        let Sender::Webhook { id: hook, .. } = &item.sender else { return None };
        let (own, at) = (self.own(item), item.created_at);
        if !has_buttons(own.map_or(&card.card, |own| &own.card)) {
            return None;
        }
        if self.since.is_some_and(|since| at < since) {
            return Some(Pressing::Rest(frame.t.code("action.too_old")));
        }
        Some(match self.of.get(hook) {
            Some(Ability::Act { answers }) => Pressing::Act {
                to: format!("{address}/actions"),
                version: card.changes.version,
                silent: (!answers).then(|| frame.say("actions.no-answers")),
                view: own.map(|own| own.id.to_string()),
            },
            Some(Ability::Rest(code)) => Pressing::Rest(frame.t.code(code.name())),
            None => Pressing::Rest(frame.say("card-inert")),
        })
    }
}

fn has_buttons(card: &Json) -> bool {
    !press::buttons(card).is_empty()
}

impl Renewal {
    /// The attributes that the script reads.
    pub(crate) fn attributes(&self) -> String {
        let mut out =
            format!(r#" data-refresh="{}" data-seen="{}""#, escape(&self.to), self.version);
        if let Some((view, _)) = &self.view {
            let _ = write!(out, r#" data-own="{}""#, escape(view));
        }
        if self.by_itself {
            out.push_str(" data-refresh-shown");
        }
        out
    }
}

impl Pressing {
    /// The attributes that the script reads.
    pub(crate) fn attributes(&self) -> String {
        match self {
            Self::Act { to, version, silent, view } => {
                let mut out = format!(r#" data-press="{}" data-version="{version}""#, escape(to));
                if let Some(view) = view {
                    let _ = write!(out, r#" data-view="{}""#, escape(view));
                }
                if let Some(silent) = silent {
                    let _ = write!(out, r#" data-silent="{}""#, escape(silent));
                }
                out
            }
            Self::Rest(why) => format!(r#" data-rests="{}""#, escape(why)),
        }
    }

    /// The buttons as forms, for reading without script.
    pub(crate) fn forms(&self, frame: &Frame, card: &Json) -> String {
        let mut html = String::new();
        match self {
            Self::Act { to, version, silent, view } => {
                let mut hidden =
                    format!(r#"<input type="hidden" name="version" value="{version}">"#);
                if let Some(view) = view {
                    let view = escape(view);
                    let _ = write!(hidden, r#"<input type="hidden" name="view" value="{view}">"#);
                }
                for button in press::buttons(card) {
                    let posts = matches!(button.kind, ButtonKind::HttpPost(_));
                    if posts || silent.is_none() {
                        form(&mut html, frame, (to, &hidden), &button);
                    }
                }
                if let Some(silent) = silent
                    && html.is_empty()
                {
                    note(&mut html, frame, silent);
                }
            }
            Self::Rest(why) => note(&mut html, frame, why),
        }
        html
    }
}

fn note(html: &mut String, frame: &Frame, words: &str) {
    let (icon, words) = (frame.icon("info"), escape(words));
    let _ = write!(html, r#"<p class="card-note">{icon}{words}</p>"#);
}

fn form(html: &mut String, frame: &Frame, (to, hidden): (&str, &str), button: &Button<'_>) {
    let (to, title) = (escape(to), escape(button.title));
    let pointer = escape(&button.pointer);
    if !button.asked.is_empty() {
        let _ = write!(html, r#"<details class="card-form"><summary>{title}</summary>"#);
    }
    let csrf = frame.csrf_field();
    let _ = write!(
        html,
        r#"<form method="post" action="{to}" class="stack snug">{csrf}<input type="hidden" name="action" value="{pointer}">{hidden}"#
    );
    for asked in &button.asked {
        control(html, frame, asked);
    }
    let _ = write!(html, r#"<div><button class="button small">{title}</button></div></form>"#);
    if !button.asked.is_empty() {
        html.push_str("</details>");
    }
}

/// One question as a native control, inside its label.
fn control(html: &mut String, frame: &Frame, asked: &Asked<'_>) {
    let label = escape(asked.label);
    let mut common = format!(r#" name="in.{}""#, escape(asked.id));
    if asked.is_required {
        common.push_str(" required");
    }
    let value = asked.value.as_deref().unwrap_or_default();
    let shown = escape(value);
    if let AskedKind::Toggle { on, .. } = &asked.kind {
        let checked = if value == *on { " checked" } else { "" };
        let on = escape(on);
        let _ = write!(
            html,
            r#"<label class="check"><input type="checkbox"{common} value="{on}"{checked}> {label}</label>"#
        );
        return;
    }
    let _ = write!(html, r#"<div class="field"><label><span class="label">{label}</span>"#);
    let limit = |name: &str, text: Option<String>| {
        text.map(|text| format!(r#" {name}="{}""#, escape(&text))).unwrap_or_default()
    };
    let between = |min: Option<String>, max: Option<String>| {
        format!("{}{}", limit("min", min), limit("max", max))
    };
    let _ = match &asked.kind {
        AskedKind::Text { is_multiline: true, max_length, .. } => {
            let most = limit("maxlength", max_length.map(|most| most.to_string()));
            write!(html, "<textarea rows=\"3\"{common}{most}>{shown}</textarea>")
        }
        AskedKind::Text { max_length, .. } => {
            let most = limit("maxlength", max_length.map(|most| most.to_string()));
            write!(html, r#"<input type="text"{common}{most} value="{shown}">"#)
        }
        AskedKind::Number { min, max } => {
            let range = between(min.map(|it| it.to_string()), max.map(|it| it.to_string()));
            write!(html, r#"<input type="number" step="any"{common}{range} value="{shown}">"#)
        }
        AskedKind::Date { min, max } => {
            let range = between(min.map(str::to_owned), max.map(str::to_owned));
            write!(html, r#"<input type="date"{common}{range} value="{shown}">"#)
        }
        AskedKind::Time { min, max } => {
            let range = between(min.map(str::to_owned), max.map(str::to_owned));
            write!(html, r#"<input type="time"{common}{range} value="{shown}">"#)
        }
        AskedKind::Choice { choices, is_multi_select, .. } => {
            let multiple = if *is_multi_select { " multiple" } else { "" };
            let _ = write!(html, "<select{common}{multiple}>");
            if !is_multi_select {
                let choose = escape(&frame.say("actions.choose"));
                let _ = write!(html, r#"<option value="">{choose}</option>"#);
            }
            for (title, own) in choices {
                let chosen = if value.split(',').any(|it| it == *own) { " selected" } else { "" };
                let (title, own) = (escape(title), escape(own));
                let _ = write!(html, r#"<option value="{own}"{chosen}>{title}</option>"#);
            }
            write!(html, "</select>")
        }
        AskedKind::Toggle { .. } => Ok(()),
    };
    html.push_str("</label></div>");
}
