//! The two halves of a sign-in.

use std::{fmt, sync::Arc, time::Duration};

use aws_lc_rs::digest;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use egress::{Client, Request};
use http::HeaderValue;
use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use kernel::{Cache, Clock, Ids, Secret, Stay};
use serde_json::{Map, Value as Json};
use url::{Url, form_urlencoded};

use crate::{
    Callback, Discovery, Error, TokenSet,
    access::FAILURE,
    keys::Keys,
    token::{self, Expected},
    wire::{self, Post},
};

/// A provider as an administrator set it up.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The issuer's address, such as `https://login.example/tenant/v2.0`.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<Secret<String>>,
    /// What is asked for beside `openid`, such as `profile email`.
    pub scopes: Vec<String>,
}

/// What a sign-in is held against when the browser comes back; remember it, sealed.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Comes back as `state`: finds this sign-in again and ties it to the browser.
    pub state: Secret<String>,
    /// Has to be in the id token.
    pub nonce: Secret<String>,
    /// PKCE's secret: 43 to 128 letters, digits, `-` and `_` (RFC 7636 §4.1).
    pub verifier: Secret<String>,
}

impl Proof {
    /// Three values that nobody can guess.
    pub fn draw(ids: &Ids) -> Self {
        let random = || Secret::new(URL_SAFE_NO_PAD.encode(ids.secret_bytes::<32>()));
        Self { state: random(), nonce: random(), verifier: random() }
    }
}

/// Who signed in, as the provider proved it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The issuer of the token, without placeholder.
    pub issuer: String,
    /// The issuer's name for the person; unique and never reused there.
    pub subject: String,
    /// Every claim of the id token.
    pub all: Map<String, Json>,
}

impl Claims {
    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Json::as_str)
    }

    /// A claim that is a list of texts, or a text alone.
    pub fn list(&self, name: &str) -> Vec<&str> {
        match self.all.get(name) {
            Some(Json::String(one)) => vec![one],
            Some(Json::Array(many)) => many.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Who came back from a provider, and with what.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// Who it is.
    pub claims: Claims,
    /// Tokens, for who keeps them.
    pub tokens: Option<TokenSet>,
}

/// The client of every provider; cheap to clone.
#[derive(Clone)]
pub struct Oidc {
    http: Client,
    clock: Arc<dyn Clock>,
    documents: Cache<String, Arc<Discovery>>,
    keys: Keys,
    failures: Failures,
}

/// Issuers that could not be asked a moment ago.
pub(crate) type Failures = Cache<String, ()>;

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc").finish_non_exhaustive()
    }
}

impl Oidc {
    /// A client over the guarded HTTP client.
    pub fn new(http: Client, clock: Arc<dyn Clock>) -> Self {
        let documents = Cache::new(64, Stay::For(FRESH));
        let failures = Cache::new(64, Stay::For(FAILURE));
        Self { http, clock, documents, keys: Keys::new(), failures }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn failures(&self) -> &Failures {
        &self.failures
    }

    /// The published key of a name.
    pub(crate) async fn signing_key(
        &self,
        discovery: &Discovery,
        kid: Option<&str>,
    ) -> Result<Jwk, Error> {
        self.keys.find(&self.http, &discovery.jwks_uri, kid, self.clock.now()).await
    }

    /// The provider's endpoints, from the cache or from its discovery document.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::Document`], [`Error::Settings`].
    pub async fn discover(&self, issuer: &str) -> Result<Arc<Discovery>, Error> {
        if let Some(known) = self.documents.get(issuer) {
            return Ok(known);
        }
        let mut request = Request::get(Discovery::address(issuer)?);
        request.max_bytes = Some(MAX_DOCUMENT_BYTES);
        let answer = self.http.fetch(request).await?;
        if !answer.status.is_success() {
            let reason = "the provider did not answer with success";
            return Err(Error::Document { document: "discovery document", reason });
        }
        let discovery = Arc::new(Discovery::read(issuer, &answer.body)?);
        self.documents.insert(issuer, Arc::clone(&discovery));
        Ok(discovery)
    }

    /// The address that the browser is sent to, to come back to `redirect_uri`. `hint` is an address that the
    /// person typed.
    ///
    /// # Errors
    /// As [`Oidc::discover`].
    pub async fn begin(
        &self,
        provider: &Provider,
        redirect_uri: &Url,
        hint: Option<&str>,
        proof: &Proof,
    ) -> Result<Url, Error> {
        let discovery = self.discover(&provider.issuer).await?;
        let Proof { state, nonce, verifier } = proof;
        let hashed = digest::digest(&digest::SHA256, verifier.expose().as_bytes());
        let mut url = discovery.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("scope", &scope(provider))
            .append_pair("state", state.expose())
            .append_pair("nonce", nonce.expose())
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(hashed))
            .append_pair("code_challenge_method", "S256");
        if let Some(hint) = hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        Ok(url)
    }

    /// Redeems the code that the browser brought back and checks the id token.
    ///
    /// The caller has compared `state` with what it remembered.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn finish(
        &self,
        provider: &Provider,
        redirect_uri: &Url,
        callback: &Callback,
        proof: &Proof,
    ) -> Result<Arrived, Error> {
        let Proof { nonce, verifier, .. } = proof;
        let discovery = self.discover(&provider.issuer).await?;
        let is_its_own = |iss: &String| discovery.issuer.answers(iss);
        if discovery.names_itself && !callback.issuer.as_ref().is_some_and(is_its_own) {
            return Err(Error::Issuer);
        }
        let code = callback.code.as_ref().ok_or(Error::State)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", verifier.expose()),
        ];
        let answer = self.redeem(provider, &discovery, &form).await.map_err(plainly)?;
        let id_token = answer.get("id_token").and_then(Json::as_str);
        let Some(id_token) = id_token else {
            return Err(Error::Token { reason: "the provider sent none" });
        };
        let now = self.clock.now();
        let header = token::header(id_token)?;
        let key = self.signing_key(&discovery, header.kid.as_deref()).await?;
        let expected = Expected {
            issuer: &discovery.issuer,
            client_id: &provider.client_id,
            nonce: nonce.expose(),
            access_token: answer.get("access_token").and_then(Json::as_str),
            now,
        };
        let all = token::check(id_token, &header, &key, &expected)?;
        let text = |name: &str| all.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let claims = Claims { issuer: text("iss"), subject: text("sub"), all };
        Ok(Arrived { claims, tokens: TokenSet::read(&answer, now).ok() })
    }

    /// A person's own token for `scope`, such as `api://connector/.default`, for what was kept of their sign-in. The
    /// answer always carries a refresh token.
    ///
    /// # Errors
    /// [`Error::Ended`] when they have to sign in again, and the other refusals of the token endpoint.
    pub async fn refresh(
        &self,
        provider: &Provider,
        refresh_token: &Secret<String>,
        scope: &str,
    ) -> Result<TokenSet, Error> {
        let discovery = self.discover(&provider.issuer).await?;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
            ("scope", scope),
        ];
        let answer = self.redeem(provider, &discovery, &form).await?;
        let mut tokens = TokenSet::read(&answer, self.clock.now())?;
        if tokens.refresh_token.is_none() {
            tokens.refresh_token = Some(refresh_token.clone());
        }
        Ok(tokens)
    }

    async fn redeem(
        &self,
        provider: &Provider,
        discovery: &Discovery,
        form: &[(&str, &str)],
    ) -> Result<Map<String, Json>, Error> {
        let mut fields = form.to_vec();
        let mut authorization = None;
        match &provider.client_secret {
            Some(secret) if discovery.secret_in_body => {
                fields.push(("client_id", &provider.client_id));
                fields.push(("client_secret", secret.expose()));
            }
            Some(secret) => authorization = Some(basic(&provider.client_id, secret.expose())?),
            None => fields.push(("client_id", &provider.client_id)),
        }
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let sent = form.iter().filter(|(name, _)| SECRET_FIELDS.contains(name));
        let secrets = sent
            .map(|(_, value)| Secret::new((*value).to_owned()))
            .chain(provider.client_secret.clone())
            .collect();
        let url = discovery.token_endpoint.clone();
        wire::post(&self.http, &Post { url, body: Secret::new(body), authorization, secrets }).await
    }
}

/// At a sign-in, one refusal is like another: the person begins again.
fn plainly(error: Error) -> Error {
    match error.words() {
        Some(words) => {
            Error::Provider { error: words.error.clone(), description: words.description.clone() }
        }
        None => error,
    }
}

/// `openid` first, each once.
fn scope(provider: &Provider) -> String {
    let others = provider.scopes.iter().map(String::as_str).filter(|s| *s != "openid");
    std::iter::once("openid").chain(others).collect::<Vec<_>>().join(" ")
}

/// RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
pub(crate) fn basic(id: &str, secret: &str) -> Result<HeaderValue, Error> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = STANDARD.encode(format!("{}:{}", encode(id), encode(secret)));
    let mut value = HeaderValue::try_from(format!("Basic {pair}"))
        .map_err(|_source| Error::Settings { reason: "the client secret cannot be sent" })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Fields of a form that must not come back in a provider's words.
const SECRET_FIELDS: [&str; 3] = ["code", "code_verifier", "refresh_token"];
/// How long a discovery document is used without looking again.
const FRESH: Duration = Duration::from_hours(1);
/// The largest document that is read.
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
