//! The properties of one object of an Outlook message.

use std::io::{Cursor, Read as _};

use cfb::CompoundFile;

use crate::{
    Error, Result, charset,
    limits::{MAX_FILE_BYTES, MAX_TEXT_CHARS},
};

use super::tag;

/// An open message.
pub(super) type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// The properties of one object. Those of fixed length are here, the others in streams of their own.
#[derive(Debug)]
pub(super) struct Properties {
    storage: String,
    /// Identifier, type and value.
    fixed: Vec<(u16, u16, u64)>,
    code_page: Option<String>,
}

impl Properties {
    /// Reads those of the object in `storage`, whose path ends in a slash, behind a head of so many bytes.
    pub(super) fn read(file: &mut File<'_>, storage: &str, head: usize) -> Result<Self> {
        let bytes = stream(file, &format!("{storage}__properties_version1.0"), MOST_PROPERTIES)?;
        let bytes = bytes.unwrap_or_default();
        let entries = bytes.get(head..).unwrap_or_default().as_chunks::<16>().0;
        let mut fixed = Vec::with_capacity(entries.len());
        for [k0, k1, i0, i1, _, _, _, _, value @ ..] in entries {
            let kind = u16::from_le_bytes([*k0, *k1]);
            fixed.push((u16::from_le_bytes([*i0, *i1]), kind, u64::from_le_bytes(*value)));
        }
        let mut own = Self { storage: storage.to_owned(), fixed, code_page: None };
        let page =
            own.number(tag::MESSAGE_CODE_PAGE).or_else(|| own.number(tag::INTERNET_CODE_PAGE));
        own.code_page = page.and_then(charset::of_code_page);
        Ok(own)
    }

    fn of(&self, id: u16) -> Option<(u16, u64)> {
        self.fixed.iter().find(|(known, ..)| *known == id).map(|&(_, kind, value)| (kind, value))
    }

    /// A whole number.
    pub(super) fn number(&self, id: u16) -> Option<u32> {
        let (kind, value) = self.of(id)?;
        (kind == LONG).then_some(u32::try_from(value & 0xFFFF_FFFF).unwrap_or_default())
    }

    /// An instant, in ticks.
    pub(super) fn time(&self, id: u16) -> Option<u64> {
        let (kind, value) = self.of(id)?;
        (kind == TIME).then_some(value)
    }

    /// A text; nothing when it is empty.
    pub(super) fn text(&self, file: &mut File<'_>, id: u16) -> Option<String> {
        let wide = stream(file, &self.path(id, UNICODE), MAX_TEXT_CHARS * 4).ok().flatten();
        let text = if let Some(bytes) = wide {
            let units: Vec<u16> =
                bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16_lossy(&units)
        } else {
            let bytes = stream(file, &self.path(id, STRING), MAX_TEXT_CHARS * 4).ok().flatten()?;
            let page = self.code_page.as_deref().unwrap_or("windows-1252");
            charset::decode(&bytes, Some(page)).0
        };
        let text = text.trim_end_matches('\0');
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    /// Bytes of at most so many.
    ///
    /// # Errors
    /// [`Error::AttachmentsTooLarge`]
    pub(super) fn binary(
        &self,
        file: &mut File<'_>,
        id: u16,
        most: usize,
    ) -> Result<Option<Vec<u8>>> {
        stream(file, &self.path(id, BINARY), most)
    }

    /// The text of a message that is attached to this object.
    pub(super) fn inner_text(&self, file: &mut File<'_>) -> Result<Option<String>> {
        let storage = format!("{}__substg1.0_3701000D/", self.storage);
        if !file.is_storage(storage.trim_end_matches('/')) {
            return Ok(None);
        }
        let inner = Self::read(file, &storage, HEAD_OF_EMBEDDED)?;
        let subject = inner.text(file, tag::SUBJECT).unwrap_or_default();
        let body = inner.text(file, tag::BODY).unwrap_or_default();
        Ok(Some(format!("{subject}\n\n{body}")))
    }

    fn path(&self, id: u16, kind: u16) -> String {
        format!("{}__substg1.0_{id:04X}{kind:04X}", self.storage)
    }
}

/// A stream, where it is there.
fn stream(file: &mut File<'_>, path: &str, most: usize) -> Result<Option<Vec<u8>>> {
    if !file.is_stream(path) {
        return Ok(None);
    }
    let damaged = |_error| Error::Damaged { what: "a property" };
    let stream = file.open_stream(path).map_err(damaged)?;
    let most = most.min(MAX_FILE_BYTES);
    if usize::try_from(stream.len()).unwrap_or(usize::MAX) > most {
        return Err(Error::AttachmentsTooLarge { most });
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    stream.take(limit).read_to_end(&mut bytes).map_err(damaged)?;
    Ok(Some(bytes))
}

/// Types of properties ([MS-OXCDATA] 2.11.1).
const LONG: u16 = 0x0003;
const STRING: u16 = 0x001E;
const UNICODE: u16 = 0x001F;
const TIME: u16 = 0x0040;
const BINARY: u16 = 0x0102;
/// Bytes before the properties of a message inside another ([MS-OXMSG] 2.4.1.2).
const HEAD_OF_EMBEDDED: usize = 24;
/// Bytes of the properties of one object; our own choice.
const MOST_PROPERTIES: usize = 256 * 1024;
