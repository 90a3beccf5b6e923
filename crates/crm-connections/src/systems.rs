//! CRMs as administrators handle them, and the secrets of their applications.

use kernel::{EnvironmentId, Scope, Secret};
use oauth::{Application, ClientAuthentication, ConnectionValues, OAuthSettings};
use seal::Context;
use serde_json::{Value as Json, json};
use url::Url;
use uuid::Uuid;

use crate::{
    CrmConnections, CrmSystem, Error, NewSystem, Result, SystemKind,
    service::{Audited, may_manage},
    store,
    system::Checked,
};

impl CrmConnections {
    /// The CRMs of the tenant, by name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn systems(&self, scope: &Scope) -> Result<Vec<CrmSystem>> {
        may_manage(scope)?;
        Ok(self.0.db.read_one(scope, store::systems).await?)
    }

    /// One CRM.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SystemNotFound`], [`Error::Store`].
    pub async fn system(&self, scope: &Scope, id: Uuid) -> Result<CrmSystem> {
        may_manage(scope)?;
        self.known_system(scope, id).await
    }

    /// Sets a CRM up.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`], [`Error::NameTaken`], [`Error::TooMany`], [`Error::Seal`],
    /// [`Error::Store`].
    pub async fn create_system(&self, scope: &Scope, new: NewSystem) -> Result<CrmSystem> {
        may_manage(scope)?;
        let checked = new.check(&self.0.networks)?;
        self.check_environment(scope, checked.environment).await?;
        let (id, now): (Uuid, _) = (self.0.ids.fresh(), self.0.clock.now());
        let sealed = self.sealed(scope, id, checked.client_secret.as_ref())?;
        let made = made(checked, id, now, sealed.is_some());
        let (row, limit) = (made.clone(), i64::from(self.0.settings.max_systems));
        let outcome = self
            .0
            .db
            .write(scope, move |tx| {
                let there = store::systems(tx)?.len();
                if i64::try_from(there).unwrap_or(i64::MAX) >= limit {
                    return Err(Error::TooMany { limit });
                }
                store::insert_system(tx, &row, sealed.as_deref())?;
                let (subject, after) = (("crm_system", id), Some(view(&row)));
                let action = "crm_system.create";
                Audited { action, subject, before: None, after, at: now }.write(tx)
            })
            .await;
        taken(outcome)?;
        Ok(made)
    }

    /// Puts other values in the place of a CRM's; its kind stays, and so does its secret unless another is given.
    ///
    /// Where another address or another application is named, everybody has to sign in anew.
    ///
    /// # Errors
    /// As [`CrmConnections::create_system`]; [`Error::SystemNotFound`].
    pub async fn update_system(
        &self,
        scope: &Scope,
        id: Uuid,
        new: NewSystem,
    ) -> Result<CrmSystem> {
        may_manage(scope)?;
        let before = self.known_system(scope, id).await?;
        let checked = NewSystem { kind: Some(before.kind), ..new }.check(&self.0.networks)?;
        self.check_environment(scope, checked.environment).await?;
        let now = self.0.clock.now();
        let sealed = self.sealed(scope, id, checked.client_secret.as_ref())?;
        let kept = made(checked, id, now, before.has_secret || sealed.is_some());
        let outcome = self
            .0
            .db
            .write(scope, move |tx| {
                let before = store::system(tx, id)?.ok_or(Error::SystemNotFound)?;
                // Whoever could move the address could otherwise send a kept secret to a host of theirs.
                let moved = before.address != kept.address || before.authority != kept.authority;
                if moved && before.has_secret && sealed.is_none() {
                    let (code, detail) = ("crm_system.secret_again", "type the secret again");
                    return Err(Error::invalid("/client_secret", code, detail));
                }
                store::update_system(tx, &kept)?;
                if let Some(sealed) = &sealed {
                    store::seal_system(tx, id, sealed)?;
                }
                if moved || before.client_id != kept.client_id || before.directory != kept.directory
                {
                    store::disable(tx, (id, None), "crm_connection.system_changed", now)?;
                }
                let (subject, action) = (("crm_system", id), "crm_system.update");
                let (before, after) = (Some(view(&before)), Some(view(&kept)));
                Audited { action, subject, before, after, at: now }.write(tx)?;
                store::system(tx, id)?.ok_or(Error::SystemNotFound)
            })
            .await;
        taken(outcome)
    }

    /// Takes a CRM away, and every connection to it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SystemNotFound`], [`Error::Store`].
    pub async fn delete_system(&self, scope: &Scope, id: Uuid) -> Result<()> {
        may_manage(scope)?;
        let now = self.0.clock.now();
        self.0
            .db
            .write(scope, move |tx| {
                let before = store::system(tx, id)?.ok_or(Error::SystemNotFound)?;
                store::delete_system(tx, id)?;
                let (subject, before) = (("crm_system", id), Some(view(&before)));
                let action = "crm_system.delete";
                Audited { action, subject, before, after: None, at: now }.write(tx)
            })
            .await
    }

    pub(crate) async fn known_system(&self, scope: &Scope, id: Uuid) -> Result<CrmSystem> {
        let found = self.0.db.read_one(scope, move |tx| store::system(tx, id)).await?;
        found.ok_or(Error::SystemNotFound)
    }

    async fn check_environment(&self, scope: &Scope, id: Option<EnvironmentId>) -> Result<()> {
        let Some(id) = id else { return Ok(()) };
        let (pointer, detail) = ("/environment_id", "one with the sales tables");
        match self.0.identity.environment(scope, id).await {
            Ok(found) if found.crm_enabled => Ok(()),
            Ok(_) => Err(Error::invalid(pointer, "crm_system.sales_tables_missing", detail)),
            Err(identity::Error::Unknown(_)) => {
                Err(Error::invalid(pointer, "crm_system.environment_missing", "no such one"))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn sealed(
        &self,
        scope: &Scope,
        id: Uuid,
        secret: Option<&Secret<String>>,
    ) -> Result<Option<Vec<u8>>> {
        let place = Context::new(COLUMN, scope.tenant(), id);
        let seal =
            |secret: &Secret<String>| self.0.sealer.seal(&place, secret.expose().trim().as_bytes());
        Ok(secret.map(seal).transpose()?)
    }

    /// The application as which people sign in to a CRM.
    pub(crate) async fn application(
        &self,
        scope: &Scope,
        system: &CrmSystem,
    ) -> Result<Application> {
        let id = system.id;
        let sealed = self.0.db.read_one(scope, move |tx| store::system_sealed(tx, id)).await?;
        let place = Context::new(COLUMN, scope.tenant(), id);
        let secret = match sealed {
            Some(sealed) => {
                let plain = self.0.sealer.open(&place, &sealed)?;
                let text = std::str::from_utf8(plain.expose());
                Some(Secret::new(text.map_err(|_odd| seal::Error::Damaged)?.to_owned()))
            }
            None => None,
        };
        let missing = || oauth::Error::Missing { setting: "address" };
        let address = system.address.as_ref().ok_or_else(missing)?;
        let own = |name: &str, value: String| (name.to_owned(), value);
        let at = |path: &str| -> Result<String> {
            let reason = "the address of the CRM is none";
            let url = address.join(path).map_err(|_odd| oauth::Error::Settings { reason })?;
            Ok(url.into())
        };
        let mut settings = OAuthSettings {
            client_id: system.client_id.clone(),
            client_secret: secret,
            authentication: ClientAuthentication::Form,
            ..OAuthSettings::default()
        };
        if system.kind == SystemKind::Salesforce {
            "oauth2".clone_into(&mut settings.identity_provider);
            settings.scopes = vec!["api".to_owned(), "refresh_token".to_owned()];
            let token = at("services/oauth2/token")?;
            settings.custom = vec![
                own("authorizationUrl", at("services/oauth2/authorize")?),
                own("tokenUrl", token.clone()),
                own("refreshUrl", token),
            ];
        } else {
            "aad".clone_into(&mut settings.identity_provider);
            let authority = system.authority.as_ref().map(Url::as_str).unwrap_or_default();
            settings.custom = vec![
                own("loginUri", authority.trim_end_matches('/').to_owned()),
                own("tenantId", system.directory.clone().unwrap_or_default()),
                own("resourceUri", format!("{}/", address.origin().ascii_serialization())),
            ];
        }
        Ok(Application::resolve(&settings, &ConnectionValues::default())?)
    }
}

fn made(checked: Checked, id: Uuid, now: jiff::Timestamp, has_secret: bool) -> CrmSystem {
    CrmSystem {
        id,
        name: checked.name,
        kind: checked.kind,
        environment: checked.environment,
        address: checked.address,
        authority: checked.authority,
        directory: checked.directory,
        application: checked.application,
        client_id: checked.client_id,
        has_secret,
        enabled: checked.enabled,
        changes: 0,
        created_at: now,
        updated_at: now,
    }
}

fn view(system: &CrmSystem) -> Json {
    json!({
        "name": system.name, "kind": system.kind.as_str(), "environment": system.environment,
        "address": system.address, "authority": system.authority, "directory": system.directory,
        "application": system.application.map(crate::Application::as_str),
        "client_id": system.client_id, "has_secret": system.has_secret, "enabled": system.enabled,
    })
}

/// A broken unique index says that the name is taken.
fn taken<T>(outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::Store(e) if e.is_unique() => Error::NameTaken,
        other => other,
    })
}

/// The sealed column.
const COLUMN: &str = "crm_systems.sealed";
