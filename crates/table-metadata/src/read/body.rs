//! Looking into a body, with the place of everything.

use serde_json::Value;
use tables::{ENGLISH, Fixed, Labels};

use super::{Problem, ReadError};

/// A value in a body and its place.
#[derive(Clone, Debug)]
pub(super) struct Body<'b> {
    pub(super) value: &'b Value,
    place: String,
}

impl<'b> Body<'b> {
    pub(super) fn new(value: &'b Value) -> Self {
        Self { value, place: String::new() }
    }

    pub(super) fn fail(&self, problem: Problem) -> ReadError {
        let place = if self.place.is_empty() { "/" } else { &self.place };
        ReadError { place: place.to_owned(), problem }
    }

    /// A property that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Self { value, place: format!("{}/{name}", self.place) })
    }

    pub(super) fn need(&self, name: &str) -> Result<Self, ReadError> {
        self.get(name).ok_or_else(|| ReadError {
            place: format!("{}/{name}", self.place),
            problem: Problem::Missing,
        })
    }

    /// The elements of an array that may be absent.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Self>, ReadError> {
        let Some(list) = self.get(name) else { return Ok(Vec::new()) };
        let values = list.value.as_array().ok_or_else(|| list.fail(Problem::WrongType))?;
        Ok(values
            .iter()
            .enumerate()
            .map(|(at, value)| Self { value, place: format!("{}/{at}", list.place) })
            .collect())
    }

    pub(super) fn text(&self) -> Result<&'b str, ReadError> {
        self.value.as_str().ok_or_else(|| self.fail(Problem::WrongType))
    }

    pub(super) fn get_text(&self, name: &str) -> Result<Option<&'b str>, ReadError> {
        self.get(name).map(|body| body.text()).transpose()
    }

    pub(super) fn need_text(&self, name: &str) -> Result<&'b str, ReadError> {
        self.need(name)?.text()
    }

    /// A boolean, bare or as the `Value` of a managed property.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, ReadError> {
        let Some(body) = self.get(name) else { return Ok(None) };
        let body = body.get("Value").unwrap_or(body);
        body.value.as_bool().map(Some).ok_or_else(|| body.fail(Problem::WrongType))
    }

    /// A word, bare or as the `Value` of an object.
    pub(super) fn word(&self, name: &str) -> Result<Option<Self>, ReadError> {
        let Some(body) = self.get(name) else { return Ok(None) };
        let body = body.get("Value").unwrap_or(body);
        body.text()?;
        Ok(Some(body))
    }

    /// A whole number.
    pub(super) fn whole<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, ReadError> {
        let Some(body) = self.get(name) else { return Ok(None) };
        let number = match body.value {
            Value::Number(number) => number.as_i64().or_else(|| {
                // clients of typed languages write 100.0
                let parsed = Fixed::parse(&number.to_string(), 0)?;
                parsed.exact.then_some(parsed.value.units)
            }),
            _ => return Err(body.fail(Problem::WrongType)),
        };
        let number = number.ok_or_else(|| body.fail(Problem::OutOfRange))?;
        T::try_from(number).map(Some).map_err(|_too_large| body.fail(Problem::OutOfRange))
    }

    pub(super) fn double(&self, name: &str) -> Result<Option<f64>, ReadError> {
        let Some(body) = self.get(name) else { return Ok(None) };
        body.value.as_f64().map(Some).ok_or_else(|| body.fail(Problem::WrongType))
    }

    /// A decimal limit in units of `10^-scale`, drawn into the range that the store holds.
    pub(super) fn fixed(
        &self,
        name: &str,
        scale: u8,
        widest: i64,
    ) -> Result<Option<i64>, ReadError> {
        let Some(body) = self.get(name) else { return Ok(None) };
        let Value::Number(number) = body.value else { return Err(body.fail(Problem::WrongType)) };
        let units = match Fixed::parse(&number.to_string(), scale) {
            Some(parsed) => parsed.value.units,
            None if number.as_f64().is_some_and(f64::is_sign_negative) => -widest,
            None => widest,
        };
        Ok(Some(units.clamp(-widest, widest)))
    }

    /// A label that may be absent.
    pub(super) fn labels(&self, name: &str) -> Result<Option<Labels>, ReadError> {
        let Some(label) = self.get(name) else { return Ok(None) };
        let mut labels = Labels::none();
        for text in label.list("LocalizedLabels")? {
            if let Some(language) = text.whole::<u16>("LanguageCode")? {
                labels.set(language, text.get_text("Label")?.unwrap_or_default());
            }
        }
        if labels.is_empty()
            && let Some(mine) = label.get("UserLocalizedLabel")
        {
            let language = mine.whole::<u16>("LanguageCode")?.unwrap_or(ENGLISH);
            labels.set(language, mine.get_text("Label")?.unwrap_or_default());
        }
        Ok(Some(labels))
    }

    /// The type of the document, without namespace and `Complex`: `StringAttributeMetadata`.
    pub(super) fn kind(&self) -> Result<Option<&'b str>, ReadError> {
        let Some(name) = self.get_text("@odata.type")? else { return Ok(None) };
        let name = name.rsplit('.').next().unwrap_or(name).trim_start_matches('#');
        Ok(Some(name.strip_prefix("Complex").unwrap_or(name)))
    }
}
