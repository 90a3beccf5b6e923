//! `multipart/form-data` (RFC 7578).

use openapi::Parameter;
use serde_json::Value;

use super::{BYTES, File, Payload};
use crate::{
    draft::Body,
    headers,
    problem::{Problem, Reason, Result, below},
    render,
};

struct Part {
    head: String,
    content: Vec<u8>,
}

/// The parts in the order of the definition. The boundary follows from the content, so that the same
/// inputs give the same bytes, and stands nowhere in it.
pub(super) fn payload(fields: &[(&Parameter<'_>, Value)]) -> Result<Payload> {
    let mut parts = Vec::new();
    for (parameter, value) in fields {
        let name = quoted(parameter.name);
        if parameter.is_file() || value.get("base64").is_some_and(Value::is_string) {
            let files = match value {
                Value::Array(files) => files.as_slice(),
                single => std::slice::from_ref(single),
            };
            for file in files {
                parts.push(file_part(&name, file, parameter)?);
            }
        } else {
            for (name, text) in render::pairs(value, parameter) {
                let head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(&name));
                parts.push(Part { head, content: text.into_bytes() });
            }
        }
    }
    let boundary = boundary(&parts);
    let mut body = Vec::new();
    for part in &parts {
        body.extend_from_slice(format!("--{boundary}\r\n{}\r\n\r\n", part.head).as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Payload {
        body: Body::Bytes(body),
        content_type: format!("multipart/form-data; boundary={boundary}"),
        fixed: true,
    })
}

fn file_part(name: &str, value: &Value, parameter: &Parameter<'_>) -> Result<Part> {
    let pointer = below("", parameter.name);
    let file = File::of(value, &pointer)?;
    let file_name = quoted(file.name.as_deref().unwrap_or(parameter.name));
    let kind = file.content_type.as_deref().map_or(BYTES, str::trim);
    if !headers::is_value(kind) {
        let problem = Problem::new(Reason::InputCharacters, parameter.name);
        return Err(problem.at(below(&pointer, "content_type")));
    }
    let head = format!(
        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
         Content-Type: {kind}"
    );
    Ok(Part { head, content: file.bytes })
}

/// A name between quotes, as browsers write it (HTML, multipart/form-data encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").replace('\0', "%00")
}

fn boundary(parts: &[Part]) -> String {
    // FNV-1a over everything that is sent
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for part in parts {
        mix(part.head.as_bytes());
        mix(&part.content);
    }
    loop {
        let boundary = format!("liaison-{hash:016x}");
        let needle = boundary.as_bytes();
        let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        if !parts.iter().any(|part| holds(&part.content) || holds(part.head.as_bytes())) {
            return boundary;
        }
        hash = hash.wrapping_add(1);
    }
}
