//! What people type into the form of a target.

use kernel::FieldError;
use serde::Deserialize;
use targets::{Details, Format, Kind, Recipients, Target};
use web_frame::{Field, Frame, parts::filled};

use super::said;

/// The form as it was sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    headers: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    addresses: String,
    #[serde(default)]
    pub(super) per_minute: String,
}

impl Typed {
    /// What a target holds already; its address is not shown again.
    pub(super) fn of(target: &Target) -> Self {
        Self {
            kind: target.kind.as_str().to_owned(),
            name: target.name.clone(),
            per_minute: target.per_minute.map(|rate| rate.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Messages a minute; none is the kind's own pace.
    pub(super) fn rate(&self) -> Result<Option<u32>, FieldError> {
        let wrong = |_source| {
            FieldError::new("/per_minute", "target.rate_invalid", "a number of messages a minute")
        };
        filled(&self.per_minute).map(|text| text.parse::<u32>().map_err(wrong)).transpose()
    }

    /// Whether anything of the address was typed.
    pub(super) fn has_address(&self) -> bool {
        [&self.url, &self.to, &self.headers].into_iter().any(|text| filled(text).is_some())
    }

    pub(super) fn details(&self) -> Result<Details, FieldError> {
        let mut headers = Vec::new();
        for line in self.headers.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some((name, value)) = line.split_once(':') else {
                let detail = "one header a line: Name: value";
                return Err(FieldError::new("/headers", "target.header_refused", detail));
            };
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let list = || {
            let words = self.addresses.split([',', ';', '\n', ' ']);
            words.map(str::trim).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
        };
        let recipients = match self.to.as_str() {
            "members" => Some(Recipients::Members),
            "addresses" => Some(Recipients::Addresses(list())),
            _ => None,
        };
        Ok(Details {
            url: filled(&self.url),
            headers,
            format: self.format.parse().unwrap_or(Format::Event),
            secret: None,
            recipients,
        })
    }
}

/// The fields of a new target.
pub(super) fn fields(
    frame: &Frame,
    kind: Kind,
    typed: &Typed,
    errors: &[FieldError],
) -> Vec<Field> {
    let mut fields = vec![
        Field::text("name", frame.say("targets.name"))
            .value(&typed.name)
            .required()
            .max(80)
            .placeholder(frame.say("targets.name-placeholder"))
            .autofocus(),
    ];
    fields.extend(address(frame, kind, typed, true));
    fields.push(rate(frame, typed));
    fields.into_iter().map(|field| field.checked(&own(errors), frame.t)).collect()
}

/// The fields of a target that is there.
pub(super) fn settings(
    frame: &Frame,
    kind: Kind,
    typed: &Typed,
    errors: &[FieldError],
) -> Vec<Field> {
    let mut fields = vec![
        Field::text("name", frame.say("targets.name")).value(&typed.name).required().max(80),
        rate(frame, typed),
    ];
    fields.extend(address(frame, kind, typed, false));
    fields.into_iter().map(|field| field.checked(&own(errors), frame.t)).collect()
}

fn rate(frame: &Frame, typed: &Typed) -> Field {
    Field::input("number", "per_minute", frame.say("targets.per-minute"))
        .value(&typed.per_minute)
        .hint(frame.say("targets.per-minute-hint"))
}

fn address(frame: &Frame, kind: Kind, typed: &Typed, new: bool) -> Vec<Field> {
    if kind == Kind::Mail {
        let words = ["members", "addresses"];
        let mut choices: Vec<(&str, String)> =
            words.map(|word| (word, said(frame, "to", word))).to_vec();
        if !new {
            choices.insert(0, ("", frame.say("targets.to-keep")));
        }
        let to = if typed.to.is_empty() && new { "members" } else { &typed.to };
        return vec![
            Field::select("to", frame.say("targets.to"), choices).value(to),
            Field::area("addresses", frame.say("targets.addresses"))
                .value(&typed.addresses)
                .hint(frame.say("targets.addresses-hint")),
        ];
    }
    let hint = if new { "targets.url-hint" } else { "targets.url-keep" };
    let url = Field::input("url", "url", frame.say("targets.url"))
        .value(&typed.url)
        .hint(frame.say(hint))
        .autocomplete("off");
    let mut fields = vec![if new { url.required() } else { url }];
    if kind == Kind::Http {
        let formats = ["event", "as_received"].map(|word| (word, said(frame, "format", word)));
        fields.push(
            Field::select("format", frame.say("targets.format"), formats).value(&typed.format),
        );
        fields.push(
            Field::area("headers", frame.say("targets.headers"))
                .value(&typed.headers)
                .hint(frame.say("targets.headers-hint")),
        );
    }
    fields
}

/// The errors with the names of the form's fields.
fn own(errors: &[FieldError]) -> Vec<FieldError> {
    let named = |error: &FieldError| {
        let pointer = match error.pointer.split('/').nth(1) {
            Some("recipients") => "/addresses".into(),
            Some("headers") => "/headers".into(),
            _ => error.pointer.clone(),
        };
        FieldError { pointer, ..error.clone() }
    };
    errors.iter().map(named).collect()
}
