//! Applications at identity providers: the identifier and the secret that a maker registered there for a connector,
//! by the parameter that they are for. Secrets are sealed.

use kernel::{ApiConnectorId, Permission, Scope, Secret, TenantId};
use seal::Context;
use serde_json::{Map, Value, json};

use crate::{
    Connectors, Error, Result,
    cache::CONNECTORS,
    catalogue::{Audited, known},
    store,
};

/// An application that a maker registered for a connector at an identity provider.
#[derive(Debug, Clone, Default)]
pub struct Application {
    /// The connection parameter with the sign-in, such as `token`.
    pub parameter: String,
    /// The identifier; the one in the package unless given.
    pub client_id: Option<String>,
    /// The secret; never shown.
    pub client_secret: Option<Secret<String>>,
}

impl Connectors {
    /// What was registered for a connector, without the secrets: each parameter with its identifier and whether
    /// there is a secret.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn list_applications(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
    ) -> Result<Vec<(String, Option<String>, bool)>> {
        scope.require(Permission::ConnectorManage)?;
        let all = self.sealed_applications(scope, id).await?;
        let shown = |a: Application| (a.parameter, a.client_id, a.client_secret.is_some());
        Ok(all.into_iter().map(shown).collect())
    }

    /// Registers an application for a connector, instead of the one that was there for its parameter. Without an
    /// identifier and a secret it is taken away.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Store`].
    pub async fn set_application(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        application: Application,
    ) -> Result<()> {
        scope.require(Permission::ConnectorManage)?;
        let compiled = self.compiled(scope, id).await?;
        let signs_in = |name: &str| {
            let properties = &compiled.package().properties;
            let sets = properties.parameter_sets();
            let mut all = properties.connection_parameters();
            all.extend(sets.into_iter().flat_map(|set| set.parameters));
            all.iter().any(|parameter| parameter.name == name && parameter.oauth().is_some())
        };
        if !signs_in(&application.parameter) {
            let detail = "a connection parameter with a sign-in";
            return Err(Error::invalid("/parameter", "connection.parameter_unknown", detail));
        }
        let mut all = self.sealed_applications(scope, id).await?;
        let old = all.iter().position(|known| known.parameter == application.parameter);
        let kept = old.and_then(|at| all.get(at).cloned());
        all.retain(|known| known.parameter != application.parameter);
        let what = json!({
            "parameter": application.parameter, "client_id": application.client_id,
            "client_secret": application.client_secret.as_ref().map(|_| "***"),
        });
        // An identifier alone keeps the secret that was there.
        let secret = application.client_secret.or_else(|| {
            kept.filter(|_| application.client_id.is_some()).and_then(|k| k.client_secret)
        });
        if application.client_id.is_some() || secret.is_some() {
            all.push(Application { client_secret: secret, ..application });
        }
        let sealed = self.seal_applications(scope.tenant(), id, &all)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                known(tx, id)?;
                store::set_sealed(tx, id, sealed.as_deref(), now)?;
                tx.notify(CONNECTORS, id.uuid(), 0);
                let change = Audited::new("api_connector.application", id, now);
                Ok(change.after(what.clone()).write(tx)?)
            })
            .await
    }

    pub(crate) async fn sealed_applications(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
    ) -> Result<Vec<Application>> {
        let read = move |tx: &db::Tx<'_>| {
            known(tx, id)?;
            Ok::<_, Error>(store::sealed(tx, id)?)
        };
        let sealed = self.db.read(scope, read).await?;
        self.applications(scope.tenant(), id, sealed.as_deref())
    }

    /// Opens what [`Self::seal_applications`] sealed.
    pub(crate) fn applications(
        &self,
        tenant: TenantId,
        id: ApiConnectorId,
        sealed: Option<&[u8]>,
    ) -> Result<Vec<Application>> {
        let Some(sealed) = sealed else { return Ok(Vec::new()) };
        let opened = self.sealer.open(&Context::new(COLUMN, tenant, id.uuid()), sealed)?;
        let json: Map<String, Value> = serde_json::from_slice(opened.expose()).unwrap_or_default();
        let text = |value: &Value, key| value.get(key)?.as_str().map(str::to_owned);
        Ok(json
            .into_iter()
            .map(|(parameter, value)| Application {
                parameter,
                client_id: text(&value, "client_id"),
                client_secret: text(&value, "client_secret").map(Secret::new),
            })
            .collect())
    }

    pub(crate) fn seal_applications(
        &self,
        tenant: TenantId,
        id: ApiConnectorId,
        all: &[Application],
    ) -> Result<Option<Vec<u8>>> {
        if all.is_empty() {
            return Ok(None);
        }
        let json: Map<String, Value> = all
            .iter()
            .map(|application| {
                let secret = application.client_secret.as_ref().map(|s| s.expose().clone());
                let value = json!({ "client_id": application.client_id, "client_secret": secret });
                (application.parameter.clone(), value)
            })
            .collect();
        let plain = Secret::new(Value::Object(json).to_string().into_bytes());
        let context = Context::new(COLUMN, tenant, id.uuid());
        Ok(Some(self.sealer.seal(&context, plain.expose())?))
    }
}

/// The applications with the secrets that came with a package.
pub(crate) fn with_secrets(
    mut all: Vec<Application>,
    secrets: &[(String, Secret<String>)],
) -> Vec<Application> {
    for (parameter, secret) in secrets {
        let secret = Some(secret.clone());
        match all.iter_mut().find(|known| known.parameter == *parameter) {
            Some(known) => known.client_secret = secret,
            None => all.push(Application {
                parameter: parameter.clone(),
                client_id: None,
                client_secret: secret,
            }),
        }
    }
    all
}

/// The sealed column.
const COLUMN: &str = "api_connectors.sealed";
