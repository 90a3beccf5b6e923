//! Icons: names of PNG files in the package, of the sizes asked for.

use serde_json::Value;

use crate::{
    finding::{Findings, Level, Place, Rule, Severity},
    image::Picture,
    package::{Package, plain},
    schema,
};

/// The icons of a manifest: member, size, and the size that versions before 1.5 asked for.
const ICONS: [(&str, u32, u32); 3] =
    [("color", 192, 96), ("outline", 32, 20), ("color32x32", 32, 32)];

/// What the manifest alone tells.
pub(super) fn names(findings: &mut Findings, document: &Value, severity: Severity) {
    let name = |member: &str| document.pointer(&format!("/icons/{member}")).and_then(Value::as_str);
    for (member, _, _) in ICONS {
        if let Some(name) = name(member).filter(|name| is_address(name)) {
            let place = Place::manifest(format!("/icons/{member}"));
            findings.error(Rule::IconAddress, place, name);
        }
    }
    if let (Some(color), Some(outline)) = (name("color"), name("outline"))
        && plain(color) == plain(outline)
    {
        findings.add(severity, Rule::IconSameFile, Place::manifest("/icons/outline"), outline);
    }
}

fn is_address(name: &str) -> bool {
    name.contains("://") || name.starts_with("//") || name.starts_with("data:")
}

/// What the files tell.
pub(super) fn check(findings: &mut Findings, package: &Package, level: Level, version: &str) {
    let strict = level.severity();
    let mut outline_bytes = None;
    for (member, side, old_side) in ICONS {
        let pointer = format!("/icons/{member}");
        let Some(name) = package.document().pointer(&pointer).and_then(Value::as_str) else {
            continue;
        };
        if is_address(name) {
            continue;
        }
        let Some(bytes) = package.file(name) else {
            findings.error(Rule::IconMissing, Place::manifest(pointer), name);
            continue;
        };
        let place = || Place::entry(plain(name));
        let picture = match Picture::read(bytes) {
            Ok(picture) => picture,
            Err((rule, detail)) => {
                findings.error(rule, place(), detail);
                continue;
            }
        };
        if (picture.width, picture.height) != (side, side) {
            let old = level == Level::Load
                && schema::number(version) < (1, 5)
                && (picture.width, picture.height) == (old_side, old_side);
            let severity = if old { Severity::Warning } else { Severity::Error };
            let detail = format!("{} × {}, not {side} × {side}", picture.width, picture.height);
            findings.add(severity, Rule::IconSize, place(), detail);
        }
        if picture.is_animated {
            findings.add(strict, Rule::IconAnimated, place(), String::new());
        }
        if picture.trailing > 0 {
            let detail = format!("{} bytes", picture.trailing);
            findings.add(strict, Rule::IconTrailing, place(), detail);
        }
        if member == "outline" {
            outline_bytes = Some(bytes);
            if let Some(detail) = picture.off_outline() {
                findings.add(strict, Rule::IconColours, place(), detail);
            }
        }
    }
    same_picture(findings, package, outline_bytes, strict);
}

/// Two names for the same bytes are the same icon.
fn same_picture(
    findings: &mut Findings,
    package: &Package,
    outline: Option<&[u8]>,
    severity: Severity,
) {
    let manifest = package.manifest();
    let names = (plain(&manifest.color_icon), plain(&manifest.outline_icon));
    if names.0 != names.1 && outline.is_some() && package.file(names.0) == outline {
        findings.add(severity, Rule::IconSameFile, Place::entry(names.1), names.0);
    }
}
