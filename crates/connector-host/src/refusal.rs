//! What is not let through, said in one short page of both languages.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

/// Why a request is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No connector has this name.
    NoSuchName,
    /// Names that contradict each other.
    Names,
    /// Neither ticket nor pass.
    NoPass,
    /// The connector is no longer registered.
    Gone,
    /// The address is on none of the connector's domains.
    Domain,
    /// Another site asks in the person's name.
    ForeignSite,
    /// The method is not forwarded.
    Method,
    /// A worker would outlive the dialog.
    Worker,
    /// The request is too large.
    RequestTooLarge,
    /// The request did not arrive in time.
    Slow,
    /// The answer is too large.
    AnswerTooLarge,
    /// The page's host did not answer in time.
    Late,
    /// The page's host cannot be reached from here.
    Unreachable,
    /// Too many at once.
    Busy,
}

impl Refusal {
    const fn status(self) -> StatusCode {
        match self {
            Self::NoSuchName | Self::Gone => StatusCode::NOT_FOUND,
            Self::Names => StatusCode::BAD_REQUEST,
            Self::NoPass | Self::Domain | Self::ForeignSite | Self::Worker => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::AnswerTooLarge | Self::Unreachable => StatusCode::BAD_GATEWAY,
            Self::Late => StatusCode::GATEWAY_TIMEOUT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// English and French: the reader's language is not known on these origins.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::NoSuchName => (
                "There is no connector at this address.",
                "Il n’y a pas de connecteur à cette adresse.",
            ),
            Self::Names => ("The request names two hosts.", "La requête nomme deux hôtes."),
            Self::NoPass => (
                "This page is shown inside the hub only, while a connector is set up. Open it from the connectors of a channel.",
                "Cette page s’affiche uniquement dans le hub, pendant la configuration d’un connecteur. Ouvrez-la depuis les connecteurs d’un canal.",
            ),
            Self::Gone => {
                ("This connector is no longer registered.", "Ce connecteur n’est plus enregistré.")
            }
            Self::Domain => (
                "This address is not on the connector’s valid domains.",
                "Cette adresse ne fait pas partie des domaines valides du connecteur.",
            ),
            Self::ForeignSite => ("Another site asked for this.", "Un autre site l’a demandé."),
            Self::Method => ("This method is not forwarded.", "Cette méthode n’est pas transmise."),
            Self::Worker => (
                "Service workers are not registered here.",
                "Les service workers ne s’enregistrent pas ici.",
            ),
            Self::RequestTooLarge => (
                "The request is too large to be forwarded.",
                "La requête est trop volumineuse pour être transmise.",
            ),
            Self::Slow => {
                ("The request did not arrive in time.", "La requête n’est pas arrivée à temps.")
            }
            Self::AnswerTooLarge => (
                "The connector’s page answered with too much.",
                "La réponse de la page du connecteur est trop volumineuse.",
            ),
            Self::Late => (
                "The connector’s page did not answer in time.",
                "La page du connecteur n’a pas répondu à temps.",
            ),
            Self::Unreachable => (
                "The connector’s page cannot be reached from the hub.",
                "Le hub ne peut pas joindre la page du connecteur.",
            ),
            Self::Busy => (
                "The hub is busy; try again in a moment.",
                "Le hub est occupé\u{202f}; réessayez dans un instant.",
            ),
        }
    }
}

/// A refusal whose page runs a script of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scripted(Refusal, &'static str);

impl Refusal {
    pub(crate) const fn with_script(self, src: &'static str) -> Scripted {
        Scripted(self, src)
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        Self::from(Scripted(refusal, ""))
    }
}

impl From<Scripted> for Response {
    fn from(Scripted(refusal, src): Scripted) -> Self {
        let script = if src.is_empty() {
            String::new()
        } else {
            format!("<script type=\"module\" src=\"{src}\"></script>")
        };
        let (english, french) = refusal.text();
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>Liaison</title><p>{english}</p><p lang=\"fr\">{french}</p>{script}</html>"
        );
        let mut response = (refusal.status(), axum::response::Html(html)).into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; base-uri 'none'; form-action 'none'",
            ),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if refusal == Refusal::Method {
            headers.insert(header::ALLOW, HeaderValue::from_static(METHODS));
        }
        response
    }
}

/// What is forwarded.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
