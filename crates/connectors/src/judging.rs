//! What there is to say about versions: findings, breaking changes, certification.

use connector_rules::{Circumstances, Level, judge};
use db::Tx;
use kernel::{ApiConnectorId, FieldError, Permission, Scope};
use openapi::{Finding, Severity};
use serde_json::json;

use crate::{
    Connectors, Error, Result,
    cache::CONNECTORS,
    catalogue::{Audited, known},
    definition::Compiled,
    model::{Connector, Files},
    store,
};

impl Connectors {
    /// Everything that there is to say about a version; about the current one unless a number is given. With
    /// `certification`, as strictly as one that is handed in for certification.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Store`].
    pub async fn findings(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
        certification: bool,
    ) -> Result<Vec<Finding>> {
        let files = self.files(scope, id, number).await?;
        let level = if certification { Level::Certification } else { Level::Draft };
        let work = move || {
            let compiled = Compiled::of(&files, 0)?;
            Ok(judged(&compiled, &files, level))
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)?
    }

    /// The changes between two versions that break callers, or may surprise them; the new one is the current one
    /// unless a number is given.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::Store`].
    pub async fn changes(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        (old, new): (i64, Option<i64>),
    ) -> Result<Vec<Finding>> {
        scope.require(Permission::ConnectorManage)?;
        let before = self.compiled_version(scope, id, old).await?;
        let new = match new {
            Some(new) => new,
            None => self.connector(scope, id).await?.version.number,
        };
        let after = self.compiled_version(scope, id, new).await?;
        let work = move || connector_rules::compare::compare(before.package(), after.package());
        tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)
    }

    /// Marks a version as certified, if nothing speaks against it; the current one unless a number is given.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::VersionNotFound`], [`Error::NotCertifiable`] with what has to
    /// be mended, [`Error::Store`].
    pub async fn certify(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<Connector> {
        scope.require(Permission::ConnectorManage)?;
        scope.require(Permission::ActionManage)?;
        let number = match number {
            Some(number) => number,
            None => self.connector(scope, id).await?.version.number,
        };
        let found = Box::pin(self.findings(scope, id, Some(number), true)).await?;
        let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
        let fields: Vec<FieldError> = errors
            .take(MAX_FIELDS)
            .map(|finding| {
                let detail = format!("{} {}", finding.part.code(), finding.code.as_str());
                FieldError::new(finding.pointer.clone(), "api_connector.rule_broken", detail)
            })
            .collect();
        if !fields.is_empty() {
            return Err(Error::NotCertifiable { fields });
        }
        self.set_certified(scope, id, Some(number)).await
    }

    /// Takes the mark of certification back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
    pub async fn uncertify(&self, scope: &Scope, id: ApiConnectorId) -> Result<Connector> {
        scope.require(Permission::ConnectorManage)?;
        scope.require(Permission::ActionManage)?;
        self.set_certified(scope, id, None).await
    }

    async fn set_certified(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<Connector> {
        let now = self.clock.now();
        self.db
            .write(scope, move |tx: &Tx<'_>| {
                let before = known(tx, id)?;
                if let Some(number) = number {
                    store::versions::lookup(tx, id, number)?
                        .ok_or(Error::VersionNotFound { connector: id, number })?;
                }
                let after = Connector { certified: number, updated_at: now, ..before.clone() };
                store::update(tx, &after)?;
                tx.notify(CONNECTORS, id.uuid(), 0);
                let change = Audited::new("api_connector.certify", id, now);
                let change = change.before(json!({ "certified": before.certified }));
                change.after(json!({ "certified": number })).write(tx)?;
                Ok(after)
            })
            .await
    }
}

/// Everything that there is to say about files that were read.
pub(crate) fn judged(compiled: &Compiled, files: &Files, level: Level) -> Vec<Finding> {
    let names: Vec<String> = files.named().iter().map(|(name, _)| (*name).to_owned()).collect();
    let circumstances = Circumstances { files: Some(&names), level, ..Circumstances::default() };
    judge(compiled.package(), circumstances)
}

/// Errors and warnings among findings.
pub(crate) fn counted(findings: &[Finding]) -> (i64, i64) {
    let count = |severity| {
        let of = findings.iter().filter(|finding| finding.severity == severity);
        i64::try_from(of.count()).unwrap_or(i64::MAX)
    };
    (count(Severity::Error), count(Severity::Warning))
}

/// What a refusal names at most.
const MAX_FIELDS: usize = 100;
