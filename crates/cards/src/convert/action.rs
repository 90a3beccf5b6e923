//! Buttons and inputs of a MessageCard.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Writer, element, post_id, sets};
use crate::{
    limits::ACTIONS_IN_A_SET,
    message_card::{Action, ActionCard, Choice, Input, InputKind, OpenUri},
};

impl Writer<'_> {
    pub(super) fn actions(&mut self, actions: &[Action<'_>]) -> Vec<Value> {
        actions.iter().filter_map(|action| self.action(action)).collect()
    }

    fn action(&mut self, action: &Action<'_>) -> Option<Value> {
        match action {
            Action::OpenUri(open) => open_uri(open),
            Action::HttpPost(post) => {
                self.posts += 1;
                let data = json!({ "liaisonAction": post_id(self.posts) });
                let title = if post.name.trim().is_empty() { "…" } else { post.name.as_ref() };
                let execute = json!({
                    "type": "Action.Execute", "title": title, "verb": "liaison.httpPost", "data": data,
                });
                let style = [("style", Value::from("positive"))];
                Some(element::with(execute, if post.is_primary { &style } else { &[] }))
            }
            Action::Card(card) => Some(self.show_card(card)),
        }
    }

    fn show_card(&mut self, card: &ActionCard<'_>) -> Value {
        let mut body: Vec<Value> = card.inputs.iter().flat_map(|input| self.input(input)).collect();
        let mut actions = self.actions(&card.actions);
        if actions.len() > ACTIONS_IN_A_SET {
            body.extend(sets(&std::mem::take(&mut actions)));
        }
        let title = if card.name.trim().is_empty() { "…" } else { card.name.as_ref() };
        let inner = json!({ "type": "AdaptiveCard", "body": body });
        let inner = if actions.is_empty() {
            inner
        } else {
            element::with(inner, &[("actions", Value::Array(actions))])
        };
        json!({ "type": "Action.ShowCard", "title": title, "card": inner })
    }

    fn input(&mut self, input: &Input<'_>) -> Vec<Value> {
        let id = self.id(input.id.as_deref().unwrap_or(NO_ID));
        let value = input.value.as_deref();
        match &input.kind {
            InputKind::Text { is_multiline, max_length } => {
                let mut members = self.common("Input.Text", &id, input);
                if let Some(value) = value {
                    members.push(("value", value.into()));
                }
                if *is_multiline {
                    members.push(("isMultiline", true.into()));
                }
                if let Some(length) = max_length {
                    members.push(("maxLength", (*length).into()));
                }
                vec![element::with(json!({}), &members)]
            }
            InputKind::Date { includes_time } => self.date(&id, input, *includes_time),
            InputKind::Choice { choices, is_multi_select, is_expanded } => {
                // as Teams: one of several folds, several of several stand open
                let expanded = is_expanded.unwrap_or(*is_multi_select);
                let mut members = self.common("Input.ChoiceSet", &id, input);
                if let Some(value) = value {
                    members.push(("value", value.into()));
                }
                members.push(("isMultiSelect", (*is_multi_select).into()));
                members.push(("style", if expanded { "expanded" } else { "compact" }.into()));
                let choices: Vec<Value> = choices.iter().map(choice).collect();
                members.push(("choices", Value::Array(choices)));
                members.push(("wrap", true.into()));
                vec![element::with(json!({}), &members)]
            }
        }
    }

    /// A date, and a time with an id of its own.
    fn date(&mut self, id: &str, input: &Input<'_>, includes_time: bool) -> Vec<Value> {
        let (day, time) = input.value.as_deref().map_or((None, None), |value| {
            let (day, time) = value.split_once(['T', ' ']).unwrap_or((value, ""));
            (is_day(day).then_some(day), time.get(..5).filter(|time| is_time(time)))
        });
        let mut members = self.common("Input.Date", id, input);
        if let Some(day) = day {
            members.push(("value", day.into()));
        }
        let mut inputs = vec![element::with(json!({}), &members)];
        if includes_time {
            let id = self.id(&format!("{id}-time"));
            let mut members = self.common("Input.Time", &id, input);
            members.retain(|(name, _)| *name != "label");
            members.push(("label", input.title.as_deref().unwrap_or(&id).into()));
            if let Some(time) = time {
                members.push(("value", time.into()));
            }
            inputs.push(element::with(json!({}), &members));
        }
        inputs
    }

    fn common(
        &self,
        kind: &'static str,
        id: &str,
        input: &Input<'_>,
    ) -> Vec<(&'static str, Value)> {
        let mut members = vec![("type", Value::from(kind)), ("id", id.into())];
        members.push(("label", input.title.as_deref().unwrap_or(id).into()));
        if input.is_required {
            members.push(("isRequired", true.into()));
            members.push(("errorMessage", self.words.required.into()));
        }
        members
    }

    /// An id that no other input of the post has: ids of a card are unique, show cards included.
    fn id(&mut self, wanted: &str) -> String {
        unique(&mut self.ids, wanted)
    }
}

/// `wanted`, or the first of `wanted-2`, `wanted-3` … that is free.
pub(super) fn unique(ids: &mut HashSet<String>, wanted: &str) -> String {
    let mut id = wanted.to_owned();
    let mut number = 2_usize;
    while !ids.insert(id.clone()) {
        id = format!("{wanted}-{number}");
        number += 1;
    }
    id
}

/// The ids that a question has in the card: of its answer, and of the time of a date with one.
pub(super) fn ids_of(input: &Input<'_>, ids: &mut HashSet<String>) -> (String, Option<String>) {
    let id = unique(ids, input.id.as_deref().unwrap_or(NO_ID));
    let time = matches!(input.kind, InputKind::Date { includes_time: true })
        .then(|| unique(ids, &format!("{id}-time")));
    (id, time)
}

/// The id of a question that has none.
pub(super) const NO_ID: &str = "input";

/// The `default` target first, else the first of the web.
fn open_uri(open: &OpenUri<'_>) -> Option<Value> {
    let is_default = |os: &str| os.eq_ignore_ascii_case("default");
    let (default, others): (Vec<_>, Vec<_>) =
        open.targets.iter().partition(|target| is_default(&target.os));
    default.into_iter().chain(others).find_map(|target| element::open_url(&open.name, &target.uri))
}

fn choice(choice: &Choice<'_>) -> Value {
    json!({ "title": choice.display, "value": choice.value })
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn is_time(text: &str) -> bool {
    text.len() == 5
        && text.bytes().enumerate().all(|(index, byte)| match index {
            2 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
}
