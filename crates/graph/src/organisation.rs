//! Where an organisation is, and who we are there.

use kernel::{Secret, TenantId};
use oauth::{Application, ConnectionValues, OAuthSettings};
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
    /// Its secret.
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
            ..self.proof()
        };
        Application::resolve(&settings, &ConnectionValues::default())
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
            ..self.proof()
        };
        Application::resolve(&settings, &ConnectionValues::default())
    }

    fn proof(&self) -> OAuthSettings {
        OAuthSettings {
            client_id: Some(self.client_id.clone()),
            client_secret: Some(self.client_secret.clone()),
            ..OAuthSettings::default()
        }
    }

    fn login(&self) -> &str {
        self.login.as_str().trim_end_matches('/')
    }
}
