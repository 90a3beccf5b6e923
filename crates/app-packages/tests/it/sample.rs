//! A package that is right on every level, to break.

use app_packages::{plain_icons, write};
use serde_json::{Value, json};

/// The files of a package, in order.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

pub(crate) const ID: &str = "6f1d5a52-7c0e-4d7f-9f59-0d7b5a1f6c01";

/// A manifest with something of everything that rules look at.
pub(crate) fn manifest() -> Value {
    json!({
        "$schema": app_packages::schema_address("1.23"),
        "manifestVersion": "1.23",
        "version": "1.2.3",
        "id": ID,
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{ "languageTag": "fr", "file": "fr.json" }]
        },
        "developer": {
            "name": "Contoso",
            "websiteUrl": "https://contoso.example",
            "privacyUrl": "https://contoso.example/privacy",
            "termsOfUseUrl": "https://contoso.example/terms"
        },
        "name": { "short": "Tasks", "full": "Tasks of Contoso" },
        "description": { "short": "Tasks in channels", "full": "Says what happens to tasks." },
        "icons": { "color": "color.png", "outline": "outline.png" },
        "accentColor": "#0F6CBD",
        "connectors": [{
            "connectorId": ID,
            "scopes": ["team"],
            "configurationUrl": "https://tasks.contoso.example/configure"
        }],
        "configurableTabs": [{
            "configurationUrl": "https://tasks.contoso.example/tab", "scopes": ["team"]
        }],
        "staticTabs": [
            { "entityId": "home", "name": "Home", "contentUrl": "https://tasks.contoso.example/", "scopes": ["personal"] },
            { "entityId": "more", "name": "More", "contentUrl": "https://a.apps.contoso.example/", "scopes": ["personal"] }
        ],
        "composeExtensions": [{ "botId": ID, "commands": [
            { "id": "find", "title": "Find", "type": "query", "parameters": [{ "name": "q", "title": "Words" }] },
            { "id": "make", "title": "Make", "type": "action", "parameters": [{ "name": "q", "title": "Words" }] }
        ] }],
        "permissions": ["identity"],
        "validDomains": ["tasks.contoso.example", "*.apps.contoso.example"],
        "webApplicationInfo": { "id": ID, "resource": format!("api://tasks.contoso.example/{ID}") }
    })
}

/// The texts in French.
pub(crate) fn french() -> Value {
    json!({
        "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.23/MicrosoftTeams.Localization.schema.json",
        "name.short": "Tâches",
        "name.full": "Tâches de Contoso",
        "description.short": "Les tâches dans les canaux",
        "description.full": "Dit ce qui arrive aux tâches."
    })
}

/// Everything but the manifest.
pub(crate) fn files() -> Files {
    let (color, outline) = plain_icons([15, 108, 189]);
    vec![
        ("color.png".to_owned(), color),
        ("fr.json".to_owned(), french().to_string().into_bytes()),
        ("outline.png".to_owned(), outline),
    ]
}

/// The archive of both.
pub(crate) fn pack(manifest: &Value, files: &Files) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    write(manifest, &files).expect("files that can be written")
}

/// Any archive, by a foreign program's library.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::{Cursor, Write as _};
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A picture of one colour.
pub(crate) fn png(width: u32, height: u32, pixel: [u8; 4]) -> Vec<u8> {
    picture(width, height, |_, _| pixel)
}

/// A picture.
pub(crate) fn picture(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    let at = |index: u32| pixel(index % width, index / width);
    let pixels: Vec<u8> = (0..width * height).flat_map(at).collect();
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    out
}
