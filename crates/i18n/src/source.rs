//! Where the Fluent files come from.

/// A file: language tag, room, content.
pub(crate) type File = (String, String, String);

/// The files that the binary carries.
#[cfg(embedded_locales)]
pub(crate) fn files() -> Vec<File> {
    use std::io::Read as _;

    const FILES: &[(&str, &str, usize)] = include!(concat!(env!("OUT_DIR"), "/locales.rs"));
    const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/locales.gz"));
    let mut texts = String::new();
    if let Err(error) = flate2::read::GzDecoder::new(PACKED).read_to_string(&mut texts) {
        tracing::error!(%error, "the texts cannot be unpacked");
    }
    let mut rest = texts.as_str();
    let mut files = Vec::with_capacity(FILES.len());
    for (language, room, length) in FILES {
        let (text, after) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        files.push(((*language).to_owned(), (*room).to_owned(), text.to_owned()));
        rest = after;
    }
    files
}

/// The files of the source tree; a development build rebuilds nothing when a sentence changes.
#[cfg(not(embedded_locales))]
pub(crate) fn files() -> Vec<File> {
    use std::{fs, path::Path};

    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../locales"));
    let mut files = Vec::new();
    for language in ["en", "fr"] {
        let Ok(entries) = fs::read_dir(folder.join(language)) else {
            tracing::error!(language, "the folder of texts cannot be read");
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let room = path.file_stem().and_then(|stem| stem.to_str());
            if path.extension().is_some_and(|extension| extension == "ftl")
                && let (Some(room), Ok(text)) = (room, fs::read_to_string(&path))
            {
                files.push((language.to_owned(), room.to_owned(), text));
            }
        }
    }
    files
}
