//! One request over the guarded client: redirects hop by hop, pauses that the API asks for, the exact bytes for
//! those who may see them.

use std::time::{Duration, Instant};

use connector_engine::{Headers, Request, Response, Source};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::{ApiConnectorId, EnvironmentId, Scope};
use url::Url;

use super::Told;
use crate::{Connectors, Error, Result, policies::forbidden, policy::Policies};

/// An exchange as a maker sees it; secrets are masked.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The status of the answer; none where none came.
    pub status: Option<u16>,
    /// The headers of the answer.
    pub answer_headers: Vec<(String, String)>,
    /// How long it took.
    pub duration: Duration,
}

/// What all exchanges of one call share.
#[derive(Debug)]
pub(super) struct Road<'a> {
    /// The policies, where there are some for the environment.
    pub(super) policies: Option<&'a Policies>,
    pub(super) environment: EnvironmentId,
    pub(super) connector: ApiConnectorId,
    pub(super) scope: &'a Scope,
    pub(super) begun: Instant,
    pub(super) limit: Duration,
    /// Whether nothing is repeated after a pause.
    pub(super) once: bool,
    /// Whether the body of the next answer of success is left to the caller.
    pub(super) stream: bool,
    /// That body.
    pub(super) rest: Option<egress::Rest>,
}

impl Road<'_> {
    /// What is left of the deadline.
    fn left(&self) -> Result<Duration> {
        let left = self.limit.saturating_sub(self.begun.elapsed());
        if left.is_zero() { Err(self.late()) } else { Ok(left) }
    }

    fn late(&self) -> Error {
        late(self.limit)
    }
}

/// No answer came in the time there was.
pub(super) fn late(limit: Duration) -> Error {
    Error::Late { limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
}

impl Connectors {
    /// Sends one request and reads the answer, whatever its status.
    pub(super) async fn send(
        &self,
        road: &mut Road<'_>,
        request: &Request,
        (machine, told): (&connector_engine::Call<'_>, &mut Told),
    ) -> Result<Response> {
        let begun = Instant::now();
        if let Some(trace) = &mut told.trace {
            let masked = request.masked(&machine.secrets());
            // Before it is sent: who looks on wants to see also what was never answered.
            trace.exchanges.push(Exchange {
                method: masked.method,
                url: masked.url,
                headers: list(&masked.headers),
                body: masked.body,
                status: None,
                answer_headers: Vec::new(),
                duration: Duration::ZERO,
            });
        }
        let outcome = Box::pin(self.follow(road, request, told)).await;
        let outcome = outcome.map(|(response, rest)| {
            road.rest = rest;
            response
        });
        if let Some(exchange) = told.trace.as_mut().and_then(|trace| trace.exchanges.last_mut()) {
            exchange.duration = begun.elapsed();
            if let Ok(response) = &outcome {
                exchange.status = Some(response.status);
                exchange.answer_headers = list(&response.headers);
            }
        }
        outcome
    }

    /// Sends a request that belongs to no call, such as the end of a subscription.
    pub(crate) async fn send_alone(
        &self,
        scope: &Scope,
        live: &super::Live,
        (trigger, request): (&crate::triggers::Trigger, &Request),
    ) -> Result<Response> {
        let policies = self.policies(scope).await?;
        let road = Road {
            policies: Some(&*policies),
            environment: live.environment,
            connector: trigger.connector,
            scope,
            begun: Instant::now(),
            limit: self.settings.call_timeout(),
            once: false,
            stream: false,
            rest: None,
        };
        let (response, _) = Box::pin(self.follow(&road, request, &mut Told::default())).await?;
        Ok(response)
    }

    async fn follow(
        &self,
        road: &Road<'_>,
        request: &Request,
        told: &mut Told,
    ) -> Result<(Response, Option<egress::Rest>)> {
        let mut outgoing = outgoing(request)?;
        let mut pauses = 0;
        let mut hops = 0;
        loop {
            if let Some(policies) = road.policies
                && let Some(violation) =
                    policies.judge_address(road.environment, road.connector, &outgoing.url)
            {
                told.refused = Some((violation.policy, violation.ground));
                return Err(forbidden(road.scope, &violation));
            }
            outgoing.timeout = Some(road.left()?);
            told.is_out = true;
            told.sent = told.sent.saturating_add(length(outgoing.body.len()));
            let answer = match self.client.open(outgoing.clone()).await {
                Ok(answer) => answer,
                // The time that was left was the time allowed.
                Err(egress::Error::Timeout) if road.left().is_err() => return Err(road.late()),
                Err(error) => return Err(error.into()),
            };
            told.status = Some(answer.status.as_u16());
            if let Some(wait) = pause(&answer).filter(|_| pauses < MAX_PAUSES && !road.once)
                && road.left()? > wait
            {
                pauses += 1;
                tokio::time::sleep(wait).await;
                continue;
            }
            if hops < MAX_HOPS
                && let Some(target) = redirect(&outgoing, &answer)?
            {
                hops += 1;
                if target.origin() != outgoing.url.origin() {
                    // Credentials stay with the connector's own address.
                    let kept = |name: &HeaderName| !is_credential(request, name);
                    let all = std::mem::take(&mut outgoing.headers);
                    outgoing.headers = all
                        .iter()
                        .filter(|(name, _)| kept(name))
                        .map(|(name, value)| (name.clone(), value.clone()))
                        .collect();
                }
                outgoing.url = target;
                continue;
            }
            let head = (answer.status, &answer.headers);
            if road.stream && answer.status.is_success() {
                let announced = answer.rest.announced().and_then(|all| i64::try_from(all).ok());
                told.received = told.received.saturating_add(announced.unwrap_or(0));
                return Ok((incoming(head, Vec::new()), Some(answer.rest)));
            }
            let body = match answer.rest.whole(self.settings.max_answer_bytes, road.left()?).await {
                Ok(body) => body,
                Err(egress::Error::Timeout) if road.left().is_err() => return Err(road.late()),
                Err(error) => return Err(error.into()),
            };
            told.received = told.received.saturating_add(length(body.len()));
            return Ok((incoming(head, body.into()), None));
        }
    }
}

fn outgoing(request: &Request) -> Result<egress::Request> {
    let wrong = |detail: &'static str| Error::invalid("", "address.invalid", detail);
    let url = Url::parse(&request.url).map_err(|_source| wrong("not an address"))?;
    let method =
        Method::from_bytes(request.method.as_bytes()).map_err(|_source| wrong("not a method"))?;
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for (name, value) in request.headers.iter() {
        let field =
            || Error::invalid(format!("/{name}"), "input.characters", "not the text of a header");
        let text = HeaderValue::from_str(value).map_err(|_source| field())?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_source| field())?;
        // Ours to say: the client writes them.
        if !matches!(name, header::HOST | header::CONTENT_LENGTH | header::TRANSFER_ENCODING) {
            headers.append(name, text);
        }
    }
    Ok(egress::Request {
        method,
        url,
        headers,
        body: request.body.clone().into(),
        follow: false,
        max_bytes: None,
        timeout: None,
    })
}

fn incoming((status, all): (StatusCode, &HeaderMap), body: Vec<u8>) -> Response {
    let mut headers = Headers::default();
    for (name, value) in all {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers.put(name.as_str(), &value, Source::Operation, connector_engine::Exists::Append);
    }
    Response { status: status.as_u16(), headers, body }
}

/// The wait that an API asks for which did not do what was asked (RFC 9110 §10.2.3, RFC 6585 §4); a date is left to
/// the caller.
fn pause(answer: &egress::Opening) -> Option<Duration> {
    let asked =
        matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let value = answer.headers.get(header::RETRY_AFTER).filter(|_| asked)?;
    let seconds: u64 = value.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= MAX_PAUSE)
}

/// Where a redirect of something that only reads leads to.
fn redirect(request: &egress::Request, answer: &egress::Opening) -> Result<Option<Url>> {
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    let is = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    if !reads || !is {
        return Ok(None);
    }
    let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let Some(location) = location else { return Ok(None) };
    let refused = |reason| Error::Outbound(egress::Error::Refused { reason });
    let target =
        request.url.join(location).map_err(|_source| refused("a redirect leads nowhere"))?;
    if request.url.scheme() == "https" && target.scheme() != "https" {
        return Err(refused("a redirect leads from https to http"));
    }
    Ok(Some(target))
}

fn is_credential(request: &Request, name: &HeaderName) -> bool {
    matches!(*name, header::AUTHORIZATION | header::COOKIE | header::PROXY_AUTHORIZATION)
        || request.headers.is_credential(name.as_str())
}

fn list(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Redirects that are followed; as the guarded client does.
const MAX_HOPS: usize = 5;
/// How often one request is repeated after a pause.
const MAX_PAUSES: usize = 2;
/// The longest pause that a call sits out; our own choice.
const MAX_PAUSE: Duration = Duration::from_secs(10);
