//! Path and query, with problems where axum would answer plain text.

use axum::extract::{FromRequestParts, Path as AxumPath};
use http::request::Parts;
use kernel::{FieldError, Kind};
use serde::de::DeserializeOwned;

use crate::{Problem, body::invalid};

/// The parameters of the path. What is not an identifier is nothing that exists: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// The parameters of the query.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(value)) => Ok(Self(value)),
            Err(error) => Err(Problem::new("route.unknown", Kind::NotFound, error.body_text())),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_html_form::from_str(query)
            .map(Self)
            .map_err(|error| invalid(vec![FieldError::new("", "field.invalid", error.to_string())]))
    }
}
