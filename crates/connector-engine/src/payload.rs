//! Bodies: JSON, raw text and bytes, forms; and the media types that go with them.

mod multipart;

use base64::{Engine as _, engine::general_purpose};
use openapi::{Operation, Parameter};
use serde_json::Value;

use crate::{
    draft::Body,
    encode,
    expression::to_text,
    message::is_json,
    problem::{Problem, Reason, Result, below},
    render,
};

/// A body and its media type.
#[derive(Debug, PartialEq)]
pub(crate) struct Payload {
    pub(crate) body: Body,
    pub(crate) content_type: String,
    /// The media type is ours alone: it carries the boundary.
    pub(crate) fixed: bool,
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";

/// The payload of an input that is the body as a whole.
///
/// # Errors
/// [`Reason::InputKind`] for a file whose content is no base64.
pub(crate) fn whole(
    value: Value,
    parameter: &Parameter<'_>,
    operation: &Operation<'_>,
) -> Result<Payload> {
    let consumes = concrete(&operation.consumes);
    let schema = parameter.schema;
    let binary = schema.is_binary();
    let json_wanted = consumes.is_empty() || consumes.iter().any(|media| is_json(media));
    let text = schema.is("string") && !json_wanted;
    if !binary && !text {
        return Ok(Payload {
            body: Body::Json(value),
            content_type: match consumes.as_slice() {
                [only] => (*only).to_owned(),
                _ if json_wanted => JSON.to_owned(),
                several => several.first().map_or(JSON, |first| first).to_owned(),
            },
            fixed: false,
        });
    }
    let file = File::of(&value, "/body")?;
    let declared = match consumes.as_slice() {
        [only] => Some(*only),
        several => several.iter().find(|media| binary != is_text(media)).copied(),
    };
    let content_type = declared.map(str::to_owned).or(file.content_type);
    let fallback = if binary { BYTES } else { "text/plain" };
    Ok(Payload {
        body: Body::Bytes(file.bytes),
        content_type: content_type.unwrap_or_else(|| fallback.to_owned()),
        fixed: false,
    })
}

/// The payload of form fields; nothing when no field has a value.
///
/// # Errors
/// [`Reason::InputKind`] for a file whose content is no base64.
pub(crate) fn form(
    fields: &[(&Parameter<'_>, Value)],
    operation: &Operation<'_>,
) -> Result<Option<Payload>> {
    if fields.is_empty() {
        return Ok(None);
    }
    if operation.is_multipart() {
        return multipart::payload(fields).map(Some);
    }
    let pairs = fields.iter().flat_map(|(parameter, value)| render::pairs(value, parameter));
    let encoded: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", encode::form(&name), encode::form(&value)))
        .collect();
    let declared = operation.consumes.iter().find(|media| {
        media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(FORM))
    });
    Ok(Some(Payload {
        body: Body::Bytes(encoded.join("&").into_bytes()),
        content_type: declared.copied().unwrap_or(FORM).to_owned(),
        fixed: false,
    }))
}

/// Media types that can be sent; `*/*` and the like only say that anything is taken.
fn concrete<'t>(declared: &[&'t str]) -> Vec<&'t str> {
    declared.iter().copied().filter(|media| !media.contains('*') && media.contains('/')).collect()
}

fn is_text(media: &str) -> bool {
    openapi::MediaType(media).is_text()
}

/// A file as callers give one.
struct File {
    name: Option<String>,
    content_type: Option<String>,
    bytes: Vec<u8>,
}

impl File {
    /// `{"filename", "content_type", "base64"}`, the platform's own `{"$content-type", "$content"}`,
    /// or text as its bytes.
    fn of(value: &Value, pointer: &str) -> Result<Self> {
        let field = |names: [&str; 2]| {
            names.iter().find_map(|name| value.get(*name)).and_then(Value::as_str)
        };
        let Some(content) = field(["base64", "$content"]) else {
            let bytes = to_text(value).into_owned().into_bytes();
            return Ok(Self { name: None, content_type: None, bytes });
        };
        let lenient = general_purpose::GeneralPurpose::new(
            &base64::alphabet::STANDARD,
            general_purpose::GeneralPurposeConfig::new()
                .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
        );
        let subject = pointer.rsplit('/').next().unwrap_or_default();
        let wrong = |_error| Problem::new(Reason::InputKind, subject).at(below(pointer, "base64"));
        let bytes = lenient.decode(content.trim()).map_err(wrong)?;
        Ok(Self {
            name: field(["filename", "$filename"]).map(str::to_owned),
            content_type: field(["content_type", "$content-type"]).map(str::to_owned),
            bytes,
        })
    }
}
