//! RFC 6901 pointers: where something stands in a text.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
};

/// A place on the way down a tree, kept on the stack and written out only when somebody asks.
///
/// ```
/// use liaison_openapi::Place;
///
/// let paths = Place::ROOT.member("paths");
/// let path = paths.member("/pets/{id}");
/// assert_eq!(path.member("parameters").item(2).to_string(), "/paths/~1pets~1{id}/parameters/2");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    above: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    /// A pointer that is written already; also the empty one.
    Written(&'p str),
    Member(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    /// The whole text.
    pub const ROOT: Place<'static> = Place { above: None, step: Step::Written("") };

    /// The place that this pointer names.
    pub fn new(pointer: &'p str) -> Self {
        Self { above: None, step: Step::Written(pointer) }
    }

    /// The member of an object that stands here.
    pub fn member<'n>(&'n self, key: &'n str) -> Place<'n> {
        Place { above: Some(self), step: Step::Member(key) }
    }

    /// The element of an array that stands here.
    pub fn item(&self, index: usize) -> Place<'_> {
        Place { above: Some(self), step: Step::Item(index) }
    }
}

impl Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            Display::fmt(above, out)?;
        }
        match self.step {
            Step::Written(pointer) => out.write_str(pointer),
            Step::Item(index) => write!(out, "/{index}"),
            Step::Member(key) => {
                out.write_char('/')?;
                out.write_str(&escape(key))
            }
        }
    }
}

/// A name as a segment of a pointer: `~` and `/` escaped.
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        Cow::Owned(key.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(key)
    }
}

/// The name that a segment of a pointer stands for.
pub fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The names of a pointer from the root down; nothing when it is no pointer.
pub fn segments(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let rest = if pointer.is_empty() { None } else { Some(pointer.strip_prefix('/')?) };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(unescape))
}

/// The index that a segment names: digits without a leading zero.
pub(crate) fn index(segment: &str) -> Option<usize> {
    let plain = segment.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = segment == "0" || !segment.starts_with('0');
    (plain && canonical).then(|| segment.parse().ok())?
}
