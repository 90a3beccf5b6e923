//! One request, or one part of a batch, on its way to an answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use odata::{
    Reading,
    tree::{options::QueryOptions, resource::Resource},
};
use records::{Currencies, Session};
use serde_json::Value;
use tables::Model;

use crate::{
    app::Inner, conditions::Condition, fault::Fault, prefer::Preferences, root::Root, syntax,
};

/// What was asked, read so far as it can be without the store.
pub(crate) struct Call<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) root: &'a Root,
    pub(crate) session: &'a Session,
    pub(crate) language: kernel::Language,
    pub(crate) method: Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) preferences: Preferences,
    pub(crate) condition: Condition,
    pub(crate) resource: Resource,
    pub(crate) options: QueryOptions,
    /// The address behind the root, as it came.
    pub(crate) address: &'a str,
    pub(crate) body: Bytes,
    /// The requests of the change set that this one stands in.
    pub(crate) set: &'a [Made],
    /// Definitions as requests before it in its change set will make them.
    pub(crate) model: Option<Arc<Model>>,
}

/// What a request of a change set makes or touches.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) content_id: Option<String>,
    pub(crate) table: String,
}

/// What a call is made of.
pub(crate) struct Parts<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) root: &'a Root,
    pub(crate) session: &'a Session,
    pub(crate) language: kernel::Language,
    pub(crate) method: Method,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) preferences: Preferences,
    pub(crate) address: &'a str,
    pub(crate) body: Bytes,
    pub(crate) set: &'a [Made],
}

impl<'a> Call<'a> {
    /// Reads the address and the conditions.
    pub(crate) fn read(parts: Parts<'a>) -> Result<Self, Fault> {
        let Parts {
            inner,
            root,
            session,
            language,
            method,
            headers,
            preferences,
            address,
            body,
            set,
        } = parts;
        let url = odata::parse::url(address, Reading::FORM)
            .map_err(|error| syntax::fault(&error, address))?;
        if url.options.skip.is_some() {
            return Err(Fault::unsupported("The query parameter $skip is not supported."));
        }
        if url.options.search.is_some() {
            return Err(Fault::unsupported("The query parameter $search is not supported."));
        }
        let condition = Condition::of(headers)?;
        Ok(Self {
            inner,
            root,
            session,
            language,
            method,
            headers,
            preferences,
            condition,
            resource: url.resource,
            options: url.options,
            address,
            body,
            set,
            model: None,
        })
    }

    pub(crate) fn model(&self) -> &Model {
        self.model.as_ref().unwrap_or_else(|| self.session.model())
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<serde_json::Map<String, Value>, Fault> {
        if let Some(kind) = self.headers.get(http::header::CONTENT_TYPE) {
            let kind =
                kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
            if !kind.is_empty()
                && !kind.eq_ignore_ascii_case("application/json")
                && !kind.eq_ignore_ascii_case("text/json")
            {
                return Err(Fault::new(
                    http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "0x80060888",
                    format!("The content type '{kind}' is not supported: send application/json."),
                ));
            }
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Fault::payload(
                "",
                "Microsoft.OData.ODataException: A JSON object is expected.",
            )),
            Err(error) => {
                Err(Fault::payload("", &format!("Microsoft.OData.ODataException: {error}")))
            }
        }
    }

    /// The currencies of the environment, where display texts are asked for at all.
    pub(crate) async fn currencies(&self) -> Result<Currencies, Fault> {
        if self.preferences.annotations.formatted() {
            Ok(self.session.currencies().await?)
        } else {
            Ok(Currencies::default())
        }
    }

    /// A header of a call as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
