//! The grants: how an application comes by tokens.

use std::{fmt, sync::Arc};

use aws_lc_rs::{constant_time, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use egress::Client;
use http::HeaderValue;
use kernel::{Clock, Coded as _, Ids, Secret};
use url::Url;

use crate::{
    Application, ClientAuthentication, Error, Proof, TokenSet,
    application::{Delegation, Endpoint, Flow, Grant, web_address},
    error::Words,
    sign_in::basic,
    template::{Place, encode},
    wire::{self, Post},
};

/// The client of every application; cheap to clone. It keeps nothing: see [`crate::Tokens`].
#[derive(Clone)]
pub struct Flows {
    http: Client,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

impl fmt::Debug for Flows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flows").finish_non_exhaustive()
    }
}

/// What a sign-in at an application asks for beside its settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// The address of the person, to fill in the provider's form.
    pub login_hint: Option<&'a str>,
    /// `claims` of an [`Error::Interaction`].
    pub claims: Option<&'a str>,
}

/// What a browser brought back (RFC 6749 §4.1.2).
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// `state`.
    pub state: String,
    /// `code`.
    pub code: Option<Secret<String>>,
    /// `error`.
    pub error: Option<String>,
    /// `error_description`.
    pub description: Option<String>,
    /// `iss` (RFC 9207).
    pub issuer: Option<String>,
}

/// A token exchange (RFC 8693 §2.1).
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// The caller's own token.
    pub subject_token: &'a Secret<String>,
    /// What it is; an access token where nothing is said.
    pub subject_token_type: Option<&'a str>,
    /// `audience`: the logical name of the target.
    pub audience: Option<&'a str>,
    /// `resource`: the address of the target.
    pub resource: Option<&'a str>,
    /// `scope`.
    pub scope: Option<&'a str>,
}

impl Flows {
    /// Flows over the guarded client.
    pub fn new(http: Client, clock: Arc<dyn Clock>, ids: Ids) -> Self {
        Self { http, clock, ids }
    }

    /// Three values that nobody can guess, to be remembered until the browser comes back.
    pub fn draw(&self) -> Proof {
        Proof::draw(&self.ids)
    }

    /// The address that the browser is sent to.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Placeholder`], [`Error::Settings`].
    pub fn begin(
        &self,
        application: &Application,
        redirect_uri: &Url,
        wishes: Wishes<'_>,
        proof: &Proof,
    ) -> Result<Url, Error> {
        let flow: Flow<'_> =
            &[("state", proof.state.expose()), ("redirecturl", redirect_uri.as_str())];
        let endpoint = &application.authorize;
        let url = application.address(endpoint, flow)?;
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if endpoint.query.is_none() {
            pairs.push(("client_id", application.client_id()?));
            pairs.push(("response_type", "code".to_owned()));
            pairs.push(("redirect_uri", redirect_uri.to_string()));
            if let Some(resource) = &application.resource {
                pairs.push(("resource", resource.clone()));
            }
            if let Some(scopes) = application.scopes()? {
                pairs.push(("scope", scopes.expose().clone()));
            }
            pairs.push(("state", proof.state.expose().clone()));
            pairs.extend(endpoint.extra.iter().map(|(n, v)| (*n, (*v).to_owned())));
        }
        if application.pkce {
            let hashed = digest::digest(&digest::SHA256, proof.verifier.expose().as_bytes());
            pairs.push(("code_challenge", URL_SAFE_NO_PAD.encode(hashed)));
            pairs.push(("code_challenge_method", "S256".to_owned()));
        }
        let wishes = [("login_hint", wishes.login_hint), ("claims", wishes.claims)];
        for (name, value) in wishes {
            pairs.extend(value.map(|v| (name, v.to_owned())));
        }
        // Some addresses are routes of a page, behind a `#`: appended as the platform does, at the end.
        let mut text = String::from(url);
        for (name, value) in &pairs {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(name);
            text.push('=');
            encode(value, &mut text);
        }
        web_address(&text)
    }

    /// Redeems the code that the browser brought back.
    ///
    /// The caller has taken `proof` away from where it was remembered, so that no second answer finds it.
    ///
    /// # Errors
    /// [`Error::State`], [`Error::Issuer`], [`Error::Declined`] and the refusals of the token endpoint.
    pub async fn redeem(
        &self,
        application: &Application,
        redirect_uri: &Url,
        callback: &Callback,
        proof: &Proof,
    ) -> Result<TokenSet, Error> {
        let (said, kept) = (callback.state.as_bytes(), proof.state.expose().as_bytes());
        if constant_time::verify_slices_are_equal(said, kept).is_err() {
            return Err(Error::State);
        }
        // RFC 9207 §2.4: also when the answer is an error.
        if let Some(expected) = &application.issuer
            && callback.issuer.as_ref() != Some(expected)
        {
            return Err(Error::Issuer);
        }
        let Some(code) = callback.code.as_ref().filter(|_| callback.error.is_none()) else {
            return Err(declined(callback));
        };
        let flow: Flow<'_> = &[
            ("code", code.expose()),
            ("redirecturl", redirect_uri.as_str()),
            ("codeverifier", proof.verifier.expose()),
        ];
        let mut form = Form::new("authorization_code");
        form.add("code", code.expose());
        form.add("redirect_uri", redirect_uri.as_str());
        if application.pkce {
            form.add("code_verifier", proof.verifier.expose());
        }
        form.add_some("resource", application.resource.as_deref());
        let secrets = [code, &proof.verifier];
        self.ask(application, &application.token, Asked { flow, form, secrets: &secrets }).await
    }

    /// New tokens for a refresh token (RFC 6749 §6). The answer always carries a refresh token: the new one
    /// where the provider rotates, else the one that was sent.
    ///
    /// # Errors
    /// [`Error::Ended`] when it is over, and the refusals of the token endpoint.
    pub async fn refresh(
        &self,
        application: &Application,
        refresh_token: &Secret<String>,
        redirect_uri: &Url,
    ) -> Result<TokenSet, Error> {
        let flow: Flow<'_> =
            &[("refreshtoken", refresh_token.expose()), ("redirecturl", redirect_uri.as_str())];
        let mut form = Form::new("refresh_token");
        form.add("refresh_token", refresh_token.expose());
        form.add_some("resource", application.resource.as_deref());
        let asked = Asked { flow, form, secrets: &[refresh_token] };
        let mut tokens = self.ask(application, &application.refresh, asked).await?;
        if tokens.refresh_token.is_none() {
            tokens.refresh_token = Some(refresh_token.clone());
        }
        Ok(tokens)
    }

    /// A token for the application itself (RFC 6749 §4.4).
    ///
    /// # Errors
    /// The refusals of the token endpoint.
    pub async fn client_credentials(&self, application: &Application) -> Result<TokenSet, Error> {
        let mut form = Form::new("client_credentials");
        form.add_some("resource", application.resource.as_deref());
        if application.resource.is_none()
            && let Some(scopes) = application.scopes()?
        {
            form.add("scope", scopes.expose());
        }
        let asked = Asked { flow: &[], form, secrets: &[] };
        self.ask(application, &application.token, asked).await
    }

    /// A token for the application's audience on behalf of the person whose token `assertion` is; it has to be
    /// for this application (Microsoft Entra ID's on-behalf-of flow; RFC 7523 §2.1).
    ///
    /// # Errors
    /// [`Error::Consent`], [`Error::Interaction`], [`Error::Assertion`], [`Error::Ended`] and the other refusals.
    pub async fn on_behalf_of(
        &self,
        application: &Application,
        assertion: &Secret<String>,
    ) -> Result<TokenSet, Error> {
        let (delegation, endpoint) = application.delegated(assertion.expose())?;
        let mut form = Form::new("urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.add("assertion", assertion.expose());
        form.add("requested_token_use", "on_behalf_of");
        form.add("scope", &format!("{}/.default", delegation.resource));
        self.ask(application, &endpoint, Asked { flow: &[], form, secrets: &[assertion] }).await
    }

    /// A token for another audience in exchange for the caller's own (RFC 8693).
    ///
    /// # Errors
    /// As [`Flows::on_behalf_of`].
    pub async fn exchange(
        &self,
        application: &Application,
        exchange: Exchange<'_>,
    ) -> Result<TokenSet, Error> {
        let mut form = Form::new("urn:ietf:params:oauth:grant-type:token-exchange");
        form.add("subject_token", exchange.subject_token.expose());
        form.add("subject_token_type", exchange.subject_token_type.unwrap_or(ACCESS_TOKEN));
        form.add("requested_token_type", ACCESS_TOKEN);
        form.add_some("audience", exchange.audience);
        form.add_some("resource", exchange.resource);
        form.add_some("scope", exchange.scope);
        // The package's forms are for its own grant.
        let endpoint = Endpoint { body: None, ..application.token.clone() };
        let secrets = [exchange.subject_token];
        self.ask(application, &endpoint, Asked { flow: &[], form, secrets: &secrets }).await
    }

    async fn ask(
        &self,
        application: &Application,
        endpoint: &Endpoint,
        asked: Asked<'_>,
    ) -> Result<TokenSet, Error> {
        let grant = asked.form.grant;
        let result = self.send(application, endpoint, asked).await;
        match &result {
            Ok(_) => tracing::debug!(oauth.grant = grant, "oauth.granted"),
            Err(error) => {
                let words = error.words();
                tracing::debug!(
                    oauth.grant = grant,
                    error.code = error.code().name(),
                    provider.error = words.map(|w| w.error.as_str()),
                    provider.number = words.and_then(|w| w.number),
                    "oauth.refused"
                );
            }
        }
        result
    }

    async fn send(
        &self,
        application: &Application,
        endpoint: &Endpoint,
        asked: Asked<'_>,
    ) -> Result<TokenSet, Error> {
        let Asked { flow, mut form, secrets } = asked;
        application.guard(endpoint, flow)?;
        let url = application.address(endpoint, flow)?;
        let mut secrets: Vec<_> = secrets.iter().map(|s| (*s).clone()).collect();
        secrets.extend(application.secrets());
        let mut authorization = None;
        let body = if let Some(template) = &endpoint.body {
            application.filled(template, Place::Form, flow)?
        } else {
            authorization = self.prove(application, &url, &mut form)?;
            form.finish()
        };
        let post = Post { url, body, authorization, secrets };
        let members = wire::post(&self.http, &post).await?;
        TokenSet::read(&members, self.clock.now())
    }

    /// Adds who we are to the form, or answers the header that says so.
    fn prove(
        &self,
        application: &Application,
        url: &Url,
        form: &mut Form,
    ) -> Result<Option<HeaderValue>, Error> {
        let client_id = application.client_id()?;
        match (&application.authentication, application.secret()?) {
            (ClientAuthentication::Certificate(certificate), _) => {
                let now = self.clock.now();
                let proof = certificate.assertion(&client_id, url.as_str(), now, &self.ids)?;
                form.add("client_id", &client_id);
                form.add("client_assertion_type", JWT_ASSERTION);
                form.add("client_assertion", proof.expose());
                Ok(None)
            }
            (ClientAuthentication::Header, Some(secret)) => {
                basic(&client_id, secret.expose()).map(Some)
            }
            (_, secret) => {
                form.add("client_id", &client_id);
                form.add_some("client_secret", secret.as_ref().map(|s| s.expose().as_str()));
                Ok(None)
            }
        }
    }
}

/// What a browser that brought no code says.
fn declined(callback: &Callback) -> Error {
    let secrets: Vec<_> = callback.code.iter().cloned().collect();
    let plain = |text: &str, most| wire::plain(text, most, &secrets);
    let error = callback.error.as_deref().unwrap_or("no code");
    let words = Words {
        error: plain(error, 100),
        description: callback.description.as_deref().map(|d| plain(d, 400)),
        number: None,
    };
    match error {
        "access_denied" => Error::Declined,
        "consent_required" => Error::Consent(words),
        "interaction_required" | "login_required" | "account_selection_required" => {
            Error::Interaction { words, claims: None }
        }
        "temporarily_unavailable" | "server_error" => Error::Busy { retry_after: None },
        "unauthorized_client" => Error::Client(words),
        _ => Error::Refused(words),
    }
}

/// What is asked of a token endpoint.
struct Asked<'a> {
    flow: Flow<'a>,
    form: Form,
    secrets: &'a [&'a Secret<String>],
}

/// A form that is being written.
struct Form {
    grant: &'static str,
    text: String,
}

impl Form {
    fn new(grant: &'static str) -> Self {
        let mut form = Self { grant, text: String::with_capacity(512) };
        form.add("grant_type", grant);
        form
    }

    fn add(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(name);
        self.text.push('=');
        encode(value, &mut self.text);
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }

    fn finish(self) -> Secret<String> {
        Secret::new(self.text)
    }
}

impl Delegation {
    /// Where the exchange takes place. Only a tenant of its own can exchange: where the settings leave it open, it is
    /// the caller's, as the directory wrote it into the token that it will check.
    fn address(&self, assertion: &str) -> String {
        let Self { login, tenant, .. } = self;
        let is_open = ["common", "organizations"].iter().any(|w| tenant.eq_ignore_ascii_case(w));
        let own = if is_open { tenant_of(assertion) } else { None };
        let tenant = own.as_deref().unwrap_or(tenant);
        format!("{login}/{tenant}/oauth2/v2.0/token")
    }
}

/// `tid` of a token, unchecked; a GUID or nothing.
fn tenant_of(token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let tid = claims.get("tid")?.as_str()?;
    let is_guid = tid.len() == 36 && tid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_guid.then(|| tid.to_owned())
}

impl Application {
    /// Where a caller's own token would be exchanged. Only its origin is certain before there is one: the rest may
    /// hold the tenant that the token names.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Placeholder`], [`Error::Settings`].
    pub fn exchange_address(&self) -> Result<Url, Error> {
        let (_, endpoint) = self.delegated("")?;
        self.address(&endpoint, &[])
    }

    fn delegated(&self, assertion: &str) -> Result<(&Delegation, Endpoint), Error> {
        let delegation = self
            .delegation
            .as_ref()
            .ok_or(Error::Missing { setting: "AzureActiveDirectoryResourceId" })?;
        let endpoint = Endpoint {
            setting: "loginUri",
            url: delegation.address(assertion),
            ..Endpoint::default()
        };
        Ok((delegation, endpoint))
    }

    /// Whether a person has to sign in before there is a first token.
    pub fn needs_person(&self) -> bool {
        self.grant == Grant::AuthorizationCode && self.silent_audience().is_none()
    }
}

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
