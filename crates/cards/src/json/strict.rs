//! JSON as RFC 8259 has it, read by `serde_json` into the borrowed tree within our bounds.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::{Json, Object, without_nul};
use crate::{
    limits::{MAX_DEPTH, MAX_VALUES},
    refusal::{Reason, Refusal},
};

/// Why reading stopped.
pub(super) enum Fault {
    /// Beyond a bound: no other reader may try.
    Bounds(Refusal),
    /// Not JSON.
    Syntax,
}

pub(super) fn read(text: &str) -> Result<Json<'_>, Fault> {
    let budget = Budget { values: Cell::new(0), exceeded: Cell::new(None) };
    let mut reader = serde_json::Deserializer::from_str(text);
    let json = Seed { depth: 0, budget: &budget }.deserialize(&mut reader);
    let json = json.and_then(|json| reader.end().map(|()| json));
    match (json, budget.exceeded.get()) {
        (Ok(json), _) => Ok(json),
        (Err(_), Some(reason)) => Err(Fault::Bounds(Refusal::bad(reason))),
        // the lenient reader names the place
        (Err(_), None) => Err(Fault::Syntax),
    }
}

struct Budget {
    values: Cell<usize>,
    exceeded: Cell<Option<Reason>>,
}

#[derive(Clone, Copy)]
struct Seed<'c> {
    depth: usize,
    budget: &'c Budget,
}

impl<'c> Seed<'c> {
    /// The seed of what stands inside, unless that is too deep.
    fn inside<E: serde::de::Error>(self) -> Result<Seed<'c>, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return Err(self.exceeded(Reason::TooDeep));
        }
        Ok(Self { depth, ..self })
    }

    fn exceeded<E: serde::de::Error>(self, reason: Reason) -> E {
        self.budget.exceeded.set(Some(reason));
        E::custom("beyond the bounds")
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        let values = self.budget.values.get() + 1;
        self.budget.values.set(values);
        if values > MAX_VALUES {
            return Err(self.exceeded(Reason::TooManyValues));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Json<'de>, E> {
        Number::from_f64(number).map(Json::Number).ok_or_else(|| E::custom("no finite number"))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(without_nul(text).into_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json<'de>, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json<'de>, A::Error> {
        let inside = self.inside()?;
        let mut members = Vec::new();
        while let Some(member) = object.next_entry_seed(Name, inside)? {
            members.push(member);
        }
        Ok(Json::Object(Object(members)))
    }
}

/// The name of a member.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(without_nul(name).into_owned()))
    }
}
