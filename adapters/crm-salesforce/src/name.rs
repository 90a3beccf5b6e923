//! Names and ids that may stand in an address or a query.

use std::fmt;

/// The longest name of an object or a field, with its suffix.
const MAX_NAME: usize = 80;
/// A field and at most five parents before it.
const MAX_PATH: usize = 6;

/// The name of an object or of a field: letters, digits, underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiName(String);

impl ApiName {
    /// A name; `None` for anything that is none.
    pub fn parse(text: &str) -> Option<Self> {
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (first && rest && text.len() <= MAX_NAME).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field, or a field of a parent: `Account.Owner.Name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath(Vec<ApiName>);

impl FieldPath {
    /// A path; `None` when a part is no name or there are too many.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Option<Vec<ApiName>> = text.split('.').map(ApiName::parse).collect();
        parts.filter(|parts| parts.len() <= MAX_PATH).map(Self)
    }

    /// The field, when it is one of the object itself.
    pub fn own(&self) -> Option<&ApiName> {
        match self.0.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }
}

impl From<ApiName> for FieldPath {
    fn from(name: ApiName) -> Self {
        Self(vec![name])
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            f.write_str(part.as_str())?;
        }
        Ok(())
    }
}

/// The id of a record, with its 18 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(String);

/// What a value of 0 to 31 is in the checksum of an id.
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

impl RecordId {
    /// An id of 15 characters, or of 18 whose checksum is right.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let (body, given) = match text.len() {
            15 => (text, None),
            18 => text.split_at_checked(15).map(|(body, sum)| (body, Some(sum)))?,
            _ => return None,
        };
        let letter = |block: &[u8]| {
            let upper = block.iter().enumerate().filter(|(_, b)| b.is_ascii_uppercase());
            let value = upper.fold(0_usize, |sum, (at, _)| sum | (1 << at));
            CHECKSUM.get(value).copied().map_or('A', char::from)
        };
        let sum: String = body.as_bytes().chunks(5).map(letter).collect();
        given.is_none_or(|given| given == sum).then(|| Self(format!("{body}{sum}")))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_names() {
        for good in ["Account", "External_Id__c", "a1"] {
            assert!(ApiName::parse(good).is_some(), "{good}");
        }
        for wrong in ["", "1a", "_a", "A B", "Name'", "é", "a.b", &"a".repeat(81)] {
            assert!(ApiName::parse(wrong).is_none(), "{wrong}");
        }
        assert!(FieldPath::parse("Account.Owner.Name").is_some());
        assert!(FieldPath::parse("a.b.c.d.e.f.g").is_none());
        assert!(FieldPath::parse("a..b").is_none());
    }

    #[test]
    fn ids_have_their_checksum() {
        assert_eq!(RecordId::parse("001A0000006Vm9r").unwrap().as_str(), "001A0000006Vm9rIAC");
        assert_eq!(RecordId::parse("001A0000006Vm9rIAC").unwrap().as_str(), "001A0000006Vm9rIAC");
        for wrong in ["001A0000006Vm9rIAA", "", "001", "001A0000006Vm9'", "001A0000006Vm9rIACX"] {
            assert!(RecordId::parse(wrong).is_none(), "{wrong}");
        }
    }
}
