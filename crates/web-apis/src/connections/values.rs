//! The form of a connection's values: one field for each parameter that its connector asks for.

use connectors::{ConnectionForm, Control, FormParameter};
use kernel::{FieldError, Secret};
use serde_json::{Value, json};
use web_frame::{Field, Frame};

/// What was typed, by the name of its field.
pub(super) type Pairs = Vec<(String, String)>;

/// The value of a plain field.
pub(super) fn typed<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

/// One value of the form.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) field: Field,
    /// The fields that it depends on, with what of theirs it is asked for with, for the script that shows and hides it.
    pub(super) when: Option<String>,
    /// Whether it is not asked for as the form stands.
    pub(super) is_off: bool,
}

/// Whether the sender only wants to see what is asked for with what was chosen.
pub(super) fn is_look(pairs: &Pairs) -> bool {
    typed(pairs, "do") == "look"
}

/// Whether something of the form depends on something else in it.
pub(super) fn is_conditional(fields: &[Given]) -> bool {
    fields.iter().any(|one| one.when.is_some())
}

/// The name of a parameter's field: the pointer under which findings speak of it.
fn field_name(parameter: &str) -> String {
    format!("values/{}", parameter.replace('~', "~0").replace('/', "~1"))
}

/// The fields of a form. `shown` are values that are there already; a secret that is `kept` stays when nothing is
/// typed.
pub(super) fn fields(
    frame: &Frame,
    form: &ConnectionForm,
    (shown, kept): (&Pairs, &[String]),
    errors: &[FieldError],
) -> Vec<Given> {
    let one = |(parameter, applies): (&FormParameter, bool)| {
        let value = typed(shown, &parameter.name);
        let is_kept = kept.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name));
        Given {
            field: field(frame, parameter, (value, is_kept)).checked(errors, frame.t),
            when: condition(form, parameter),
            is_off: !applies,
        }
    };
    form.parameters.iter().zip(form.applying(shown)).map(one).collect()
}

/// `[[field, [value, …]], …]`: what has to stand in other fields of the form.
fn condition(form: &ConnectionForm, parameter: &FormParameter) -> Option<String> {
    let of = |(other, with): &(String, Vec<String>)| {
        let is_it = |it: &&FormParameter| it.name.eq_ignore_ascii_case(other) && !it.secret;
        let other = form.parameters.iter().find(is_it)?;
        Some(json!([field_name(&other.name), with]))
    };
    let all: Vec<_> = parameter.depends.iter().filter_map(of).collect();
    (!all.is_empty()).then(|| Value::Array(all).to_string())
}

fn field(frame: &Frame, parameter: &FormParameter, (value, is_kept): (&str, bool)) -> Field {
    let name = field_name(&parameter.name);
    let label = parameter.label.clone();
    let must = parameter.required && !is_kept;
    let field = match &parameter.control {
        Control::Text => Field::text(&name, label).autocomplete("off"),
        Control::Masked => Field::input("password", &name, label).autocomplete("new-password"),
        Control::Lines => Field::area(&name, label).autocomplete("off"),
        Control::Number => Field::input("number", &name, label),
        Control::Flag => {
            let shown = if value.is_empty() {
                parameter.default.as_deref().unwrap_or_default()
            } else {
                value
            };
            let field = Field::check(&name, label, shown.eq_ignore_ascii_case("true"));
            return hinted(frame, field, parameter, is_kept);
        }
        Control::Choice(choices) => {
            let blank = (String::new(), frame.say("connections.choose"));
            let choices = choices.iter().cloned();
            Field::select(&name, label, std::iter::once(blank).chain(choices))
        }
    };
    let value = match &parameter.default {
        Some(default) if value.is_empty() => default,
        _ => value,
    };
    let field = if parameter.secret { field } else { field.value(value) };
    let field = if must { field.required() } else { field };
    hinted(frame, field, parameter, is_kept)
}

fn hinted(frame: &Frame, field: Field, parameter: &FormParameter, is_kept: bool) -> Field {
    let kept = is_kept.then(|| frame.say("connections.kept"));
    let hints = [kept, parameter.description.clone()];
    let hint = hints.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if hint.is_empty() { field } else { field.hint(hint) }
}

/// What was typed, by parameter. What stays empty is left out, except where `clears` says that something was there.
pub(super) fn values(
    form: &ConnectionForm,
    pairs: &Pairs,
    clears: impl Fn(&FormParameter) -> bool,
) -> Vec<(String, Secret<String>)> {
    let one = |parameter: &FormParameter| {
        let typed = typed(pairs, &field_name(&parameter.name));
        let value = match parameter.control {
            Control::Flag if typed == "on" => "true".to_owned(),
            Control::Flag => "false".to_owned(),
            // browsers send line ends of two characters, keys have one
            Control::Lines => typed.replace("\r\n", "\n"),
            _ => typed.to_owned(),
        };
        let counts = !value.is_empty() || clears(parameter);
        counts.then(|| (parameter.name.clone(), Secret::new(value)))
    };
    form.parameters.iter().filter_map(one).collect()
}

/// What was typed, by parameter, to be shown again; never a secret.
pub(super) fn shown_again(form: &ConnectionForm, pairs: &Pairs) -> Pairs {
    let open = form.parameters.iter().filter(|parameter| !parameter.secret);
    open.map(|parameter| {
        let value = typed(pairs, &field_name(&parameter.name));
        let value = match parameter.control {
            Control::Flag if value == "on" => "true",
            Control::Flag => "false",
            _ => value,
        };
        (parameter.name.clone(), value.to_owned())
    })
    .collect()
}
