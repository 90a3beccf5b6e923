//! Objects: members in the order of the text, found quickly when there are many.

use std::borrow::Cow;

use super::Node;

/// One member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The name.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Node<'a>,
}

/// A JSON object: every name once, in the order of the text.
///
/// Small objects are searched from the front; larger ones carry the positions of their members
/// sorted by name, so a hostile text cannot make look-ups slow.
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    entries: Box<[Entry<'a>]>,
    sorted: Option<Box<Sorted>>,
}

/// Positions in the order of the names.
#[derive(Debug, Clone)]
struct Sorted(Box<[u32]>);

/// Objects with more members than this carry [`Sorted`] positions. Measured: below it a walk wins.
const SMALL: usize = 16;

impl<'a> Object<'a> {
    /// An object of these members. Of members with the same name the last value counts, in the place
    /// of the first; `repeated` hears each such name.
    pub(crate) fn collect(
        mut entries: Vec<Entry<'a>>,
        mut repeated: impl FnMut(&Cow<'a, str>),
    ) -> Self {
        if entries.len() <= SMALL {
            let mut at = 1;
            while at < entries.len() {
                if let Some(first) = earlier(&entries, at) {
                    let late = entries.remove(at);
                    repeated(&late.key);
                    if let Some(entry) = entries.get_mut(first) {
                        entry.value = late.value;
                    }
                } else {
                    at += 1;
                }
            }
            return Self { entries: entries.into_boxed_slice(), sorted: None };
        }
        let mut sorted = sort(&entries);
        let twice = sorted.windows(2).any(|pair| match *pair {
            [left, right] => key_at(&entries, left) == key_at(&entries, right),
            _ => false,
        });
        if twice {
            entries = without_repeats(entries, &sorted, &mut repeated);
            sorted = sort(&entries);
        }
        let sorted = (entries.len() > SMALL).then(|| Box::new(Sorted(sorted.into_boxed_slice())));
        Self { entries: entries.into_boxed_slice(), sorted }
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a member that is text.
    pub fn str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// Name and value of a member.
    pub fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.get(self.position(key)?)
    }

    /// The place of a member in the order of the text.
    pub fn position(&self, key: &str) -> Option<usize> {
        let Some(Sorted(sorted)) = self.sorted.as_deref() else {
            return self.entries.iter().position(|entry| entry.key == key);
        };
        let found = sorted.binary_search_by(|at| key_at(&self.entries, *at).cmp(key)).ok()?;
        sorted.get(found).map(|at| *at as usize)
    }

    /// The member at a place in the order of the text.
    pub fn at(&self, position: usize) -> Option<&Entry<'a>> {
        self.entries.get(position)
    }

    /// The first member whose name is this one in any letter case; an exact match goes first.
    pub fn get_ignoring_case(&self, key: &str) -> Option<&Node<'a>> {
        self.get(key).or_else(|| {
            let same = |entry: &&Entry<'a>| entry.key.eq_ignore_ascii_case(key);
            self.entries.iter().find(same).map(|entry| &entry.value)
        })
    }

    /// Whether there is such a member.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Names and values in the order of the text.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Node<'a>)> + ExactSizeIterator {
        self.entries.iter().map(|entry| (entry.key.as_ref(), &entry.value))
    }

    /// The members in the order of the text.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Node<'a>)> {
        self.entries.iter_mut().map(|entry| (entry.key.as_ref(), &mut entry.value))
    }

    pub(crate) fn into_entries(self) -> Vec<Entry<'a>> {
        self.entries.into_vec()
    }
}

/// Two objects are equal when their members are, in any order: order carries no meaning in JSON.
impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.iter().all(|(key, value)| other.get(key).is_some_and(|found| found == value))
    }
}

fn key_at<'e>(entries: &'e [Entry<'_>], at: u32) -> &'e str {
    entries.get(at as usize).map_or("", |entry| entry.key.as_ref())
}

fn earlier(entries: &[Entry<'_>], at: usize) -> Option<usize> {
    let key = &entries.get(at)?.key;
    entries.iter().take(at).position(|entry| entry.key == *key)
}

/// Positions by name; equal names stay in the order of the text.
fn sort(entries: &[Entry<'_>]) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..).take(entries.len()).collect();
    sorted.sort_by(|left, right| key_at(entries, *left).cmp(key_at(entries, *right)));
    sorted
}

fn without_repeats<'a>(
    entries: Vec<Entry<'a>>,
    sorted: &[u32],
    repeated: &mut impl FnMut(&Cow<'a, str>),
) -> Vec<Entry<'a>> {
    let mut slots: Vec<Option<Entry<'a>>> = entries.into_iter().map(Some).collect();
    let mut first: Option<u32> = None;
    for &at in sorted {
        let key_of = |at: u32| slots.get(at as usize).and_then(Option::as_ref);
        let same = first.filter(|first| {
            key_of(*first).zip(key_of(at)).is_some_and(|(first, late)| first.key == late.key)
        });
        let Some(same) = same else {
            first = Some(at);
            continue;
        };
        let Some(late) = slots.get_mut(at as usize).and_then(Option::take) else { continue };
        repeated(&late.key);
        if let Some(Some(entry)) = slots.get_mut(same as usize) {
            entry.value = late.value;
        }
    }
    slots.into_iter().flatten().collect()
}
