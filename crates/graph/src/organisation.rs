//! Where an organisation is, and who we are there.

use kernel::{Secret, TenantId};
use oauth::{Application, Certificate, ClientAuthentication, ConnectionValues, OAuthSettings};
use url::Url;
use uuid::Uuid;

/// An organisation's Graph and directory, with the application that is registered there.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Our tenant.
    pub tenant: TenantId,
    /// What its tokens are kept for.
    pub connection: Uuid,
    /// The root of Graph with the version, such as `https://graph.microsoft.com/v1.0`.
    pub root: Url,
    /// The directory, without the tenant, such as `https://login.microsoftonline.com`.
    pub login: Url,
    /// The tenant's identifier or domain there.
    pub directory: String,
    /// The name of Graph in scopes, such as `https://graph.microsoft.com`.
    pub resource: String,
    /// The application's identifier.
    pub client_id: String,
    /// Its secret; or a private key with its certificate, both PEM.
    pub client_secret: Secret<String>,
}

impl Organisation {
    /// The application as it asks for tokens of its own.
    ///
    /// # Errors
    /// [`oauth::Error`] names the setting that cannot be used.
    pub(crate) fn itself(&self) -> Result<Application, oauth::Error> {
        let token = format!("{}/{}/oauth2/v2.0/token", self.login(), self.directory);
        let settings = OAuthSettings {
            identity_provider: "oauth2".to_owned(),
            scopes: vec![format!("{}/.default", self.resource)],
            custom: vec![
                ("authorizationUrl".to_owned(), token.clone()),
                ("tokenUrl".to_owned(), token),
                ("grantType".to_owned(), "client_credentials".to_owned()),
            ],
            ..self.proof()?
        };
        Application::resolve(&settings, &ConnectionValues::default())
    }

    /// The application as people sign in to it, for these delegated permissions and a token that renews itself.
    ///
    /// # Errors
    /// [`oauth::Error`] names the setting that cannot be used.
    pub fn sign_in(&self, scopes: &[&str]) -> Result<Application, oauth::Error> {
        let at = |end: &str| format!("{}/{}/oauth2/v2.0/{end}", self.login(), self.directory);
        let mut wanted = vec!["openid".to_owned(), "profile".to_owned()];
        wanted.push("offline_access".to_owned());
        wanted.extend(scopes.iter().map(|scope| format!("{}/{scope}", self.resource)));
        let settings = OAuthSettings {
            identity_provider: "oauth2".to_owned(),
            scopes: wanted,
            custom: vec![
                ("authorizationUrl".to_owned(), at("authorize")),
                ("tokenUrl".to_owned(), at("token")),
            ],
            ..self.proof()?
        };
        Application::resolve(&settings, &ConnectionValues::default())
    }

    /// Where an administrator of the directory agrees for everybody: `…/v2.0/adminconsent` (documented by the identity
    /// platform). `state` comes back with the browser.
    pub fn admin_consent(&self, scopes: &[&str], back: &Url, state: &str) -> Option<Url> {
        let text = format!("{}/{}/v2.0/adminconsent", self.login(), self.directory);
        let mut url = Url::parse(&text).ok()?;
        let scopes: Vec<String> =
            scopes.iter().map(|scope| format!("{}/{scope}", self.resource)).collect();
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("redirect_uri", back.as_str())
            .append_pair("state", state);
        Some(url)
    }

    /// The application as it asks on behalf of a person.
    ///
    /// # Errors
    /// [`oauth::Error`] names the setting that cannot be used.
    pub(crate) fn on_behalf(&self) -> Result<Application, oauth::Error> {
        let settings = OAuthSettings {
            identity_provider: "aad".to_owned(),
            custom: vec![
                ("loginUri".to_owned(), self.login().to_owned()),
                ("tenantId".to_owned(), self.directory.clone()),
                ("resourceUri".to_owned(), self.resource.clone()),
                ("enableOnbehalfOfLogin".to_owned(), "True".to_owned()),
            ],
            resource_id: Some(self.resource.clone()),
            on_behalf_of_supported: true,
            ..self.proof()?
        };
        Application::resolve(&settings, &ConnectionValues::default())
    }

    fn proof(&self) -> Result<OAuthSettings, oauth::Error> {
        let own =
            OAuthSettings { client_id: Some(self.client_id.clone()), ..OAuthSettings::default() };
        let secret = &self.client_secret;
        if !Certificate::is_bundle(secret.expose()) {
            return Ok(OAuthSettings { client_secret: Some(secret.clone()), ..own });
        }
        let certificate = Certificate::from_pem(secret, secret.expose())?;
        let authentication = ClientAuthentication::Certificate(Box::new(certificate));
        Ok(OAuthSettings { authentication, ..own })
    }

    fn login(&self) -> &str {
        self.login.as_str().trim_end_matches('/')
    }
}
