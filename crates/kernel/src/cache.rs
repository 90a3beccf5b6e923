//! A bounded cache in memory.
//!
//! A thin face of `moka`: what that library compiles for every pair of types is large, and so it is compiled once here,
//! for names and values of one type.

use std::{any::Any, borrow::Borrow, fmt, marker::PhantomData, sync::Arc, time::Duration};

use uuid::Uuid;

use crate::Id;

/// Values by key, of which those that are asked for least give way. Threads share it, and so do its clones.
pub struct Cache<K, V> {
    kept: Kept,
    types: PhantomData<fn(K) -> V>,
}

type Held = Arc<dyn Any + Send + Sync>;

/// How long a value stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// Until it gives way.
    Unlimited,
    /// So long after it was put in.
    For(Duration),
    /// So long after it was last asked for.
    Idle(Duration),
}

impl<K: Key, V: Clone + Send + Sync + 'static> Cache<K, V> {
    /// An empty cache of at most so many values.
    pub fn new(most: u64, stay: Stay) -> Self {
        Self { kept: Kept::new(most, stay), types: PhantomData }
    }

    /// The value of a key.
    pub fn get<Q: Key + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.kept.get(&Name::of(key)).as_deref().and_then(value)
    }

    /// The value of a key, made when there is none: once, however many ask at the same time.
    pub fn get_with(&self, key: &K, make: impl Fn() -> V) -> V {
        let held = self.kept.get_with(Name::of(key), &|| Arc::new(make()));
        value(held.as_ref()).unwrap_or_else(make)
    }

    /// Whether there is a value; asking does not make it stay longer.
    pub fn contains_key<Q: Key + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.kept.contains_key(&Name::of(key))
    }

    /// Puts a value in, in place of another.
    pub fn insert<Q: Key + ?Sized>(&self, key: &Q, value: V)
    where
        K: Borrow<Q>,
    {
        self.kept.insert(Name::of(key), Arc::new(value));
    }

    /// Takes a value out.
    pub fn invalidate<Q: Key + ?Sized>(&self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.kept.invalidate(&Name::of(key));
    }

    /// Takes everything out.
    pub fn invalidate_all(&self) {
        self.kept.invalidate_all();
    }

    /// Takes out what is so; looks at every value.
    pub fn invalidate_where(&self, is_so: impl Fn(&V) -> bool) {
        self.kept.invalidate_where(&|held| held.downcast_ref::<V>().is_some_and(&is_so));
    }
}

/// The library, for the one pair of types that it is compiled for.
#[derive(Clone)]
struct Kept(moka::sync::Cache<Name, Held>);

impl Kept {
    fn new(most: u64, stay: Stay) -> Self {
        let kept = moka::sync::Cache::builder().max_capacity(most);
        let kept = match stay {
            Stay::Unlimited => kept,
            Stay::For(time) => kept.time_to_live(time),
            Stay::Idle(time) => kept.time_to_idle(time),
        };
        Self(kept.build())
    }

    fn get(&self, name: &Name) -> Option<Held> {
        self.0.get(name)
    }

    fn get_with(&self, name: Name, make: &dyn Fn() -> Held) -> Held {
        self.0.get_with(name, make)
    }

    fn contains_key(&self, name: &Name) -> bool {
        self.0.contains_key(name)
    }

    fn insert(&self, name: Name, held: Held) {
        self.0.insert(name, held);
    }

    fn invalidate(&self, name: &Name) {
        self.0.invalidate(name);
    }

    fn invalidate_all(&self) {
        self.0.invalidate_all();
    }

    fn invalidate_where(&self, is_so: &dyn Fn(&Held) -> bool) {
        for (name, held) in &self.0 {
            if is_so(&held) {
                self.0.invalidate(name.as_ref());
            }
        }
    }

    fn entry_count(&self) -> u64 {
        self.0.entry_count()
    }
}

/// What is held, as what it was put in.
fn value<V: Clone + 'static>(held: &(dyn Any + Send + Sync)) -> Option<V> {
    held.downcast_ref::<V>().cloned()
}

/// The same cache, seen from another place.
impl<K, V> Clone for Cache<K, V> {
    fn clone(&self) -> Self {
        Self { kept: self.kept.clone(), types: PhantomData }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("entries", &self.kept.entry_count()).finish()
    }
}

/// What values are kept by. Different keys write different bytes.
pub trait Key {
    /// Writes all that tells this key from others; what has no fixed length says its length.
    fn write(&self, name: &mut Name);
}

/// The bytes of a key; short ones need no memory of their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    short: [u8; SHORT],
    length: usize,
    long: Vec<u8>,
}

/// Three identifiers, or a hash and an identifier.
const SHORT: usize = 48;

impl Name {
    fn of<Q: Key + ?Sized>(key: &Q) -> Self {
        let mut name = Self { short: [0; SHORT], length: 0, long: Vec::new() };
        key.write(&mut name);
        name
    }

    /// Adds bytes of a fixed number.
    pub fn push(&mut self, bytes: &[u8]) {
        let end = self.length.saturating_add(bytes.len());
        match self.short.get_mut(self.length..end) {
            Some(room) if self.long.is_empty() => {
                room.copy_from_slice(bytes);
                self.length = end;
            }
            _ => self.long.extend_from_slice(bytes),
        }
    }

    /// Adds bytes of any number.
    pub fn push_text(&mut self, bytes: &[u8]) {
        self.push(&bytes.len().to_le_bytes());
        self.push(bytes);
    }
}

impl<T: Id> Key for T {
    fn write(&self, name: &mut Name) {
        let id: Uuid = (*self).into();
        name.push(id.as_bytes());
    }
}

impl Key for Uuid {
    fn write(&self, name: &mut Name) {
        name.push(self.as_bytes());
    }
}

impl Key for str {
    fn write(&self, name: &mut Name) {
        name.push_text(self.as_bytes());
    }
}

impl Key for String {
    fn write(&self, name: &mut Name) {
        self.as_str().write(name);
    }
}

impl Key for i64 {
    fn write(&self, name: &mut Name) {
        name.push(&self.to_le_bytes());
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn write(&self, name: &mut Name) {
        self.0.write(name);
        self.1.write(name);
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn write(&self, name: &mut Name) {
        self.0.write(name);
        self.1.write(name);
        self.2.write(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ids, TenantId, UserId};

    #[test]
    fn a_value_is_found_by_its_own_key_alone() {
        let ids = Ids::seeded(1);
        let (tenant, one, other): (TenantId, UserId, UserId) =
            (ids.fresh(), ids.fresh(), ids.fresh());
        let cache: Cache<(TenantId, UserId), String> =
            Cache::new(100, Stay::For(Duration::from_mins(1)));
        cache.insert(&(tenant, one), "one".to_owned());
        assert_eq!(cache.get(&(tenant, one)), Some("one".to_owned()));
        assert_eq!(cache.get(&(tenant, other)), None);
        cache.insert(&(tenant, one), "two".to_owned());
        assert_eq!(cache.get(&(tenant, one)), Some("two".to_owned()));
        cache.invalidate(&(tenant, one));
        assert!(!cache.contains_key(&(tenant, one)));
    }

    #[test]
    fn texts_are_told_apart_wherever_one_ends_and_however_long_they_are() {
        let cache: Cache<(String, String), usize> = Cache::new(1_000, Stay::Unlimited);
        let long = "x".repeat(200);
        let keys = [
            ("ab".to_owned(), "c".to_owned()),
            ("a".to_owned(), "bc".to_owned()),
            (String::new(), "abc".to_owned()),
            (long.clone(), "a".to_owned()),
            (long.clone(), "b".to_owned()),
            ("a".to_owned(), long.clone()),
            (format!("{long}y"), String::new()),
            (long, "y".to_owned()),
        ];
        for (at, key) in keys.iter().enumerate() {
            cache.insert(key, at);
        }
        for (at, key) in keys.iter().enumerate() {
            assert_eq!(cache.get(key), Some(at), "{key:?}");
        }
    }

    #[test]
    fn some_or_all_are_taken_out() {
        let cache: Cache<i64, i64> = Cache::new(100, Stay::Idle(Duration::from_mins(1)));
        for number in 0..10_i64 {
            cache.insert(&number, number);
        }
        cache.invalidate_where(|number| number % 2 == 0);
        assert_eq!((cache.get(&4), cache.get(&5)), (None, Some(5)));
        cache.invalidate_all();
        assert_eq!(cache.get(&5), None);
        assert_eq!(cache.get_with(&5, || 7), 7);
        assert_eq!(cache.get_with(&5, || 8), 7);
    }
}
