//! What there is to say about versions: findings, breaking changes, certification.

use connector_rules::{
    Circumstances, Level, judge,
    submission::{self, File, Material},
};
use db::Tx;
use kernel::{ApiConnectorId, FieldError, Permission, Scope};
use openapi::{Finding, Severity};
use serde_json::json;

use crate::{
    Connectors, Error, Result,
    cache::CONNECTORS,
    catalogue::{Audited, Download, known},
    definition::Compiled,
    model::{Connector, Files},
    store, text,
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
        refuse_errors(&found)?;
        self.set_certified(scope, id, Some(number)).await
    }

    /// The archive that a version is handed in with for certification, with a solution that shows the connector at
    /// work: a plain one is made unless `flow` is given. The current version unless a number is given.
    ///
    /// # Errors
    /// As [`Connectors::certify`].
    pub async fn submission(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
        flow: Option<Vec<u8>>,
    ) -> Result<Download> {
        let name = text::file_name(&self.connector(scope, id).await?.name);
        let files = self.files(scope, id, number).await?;
        let work = move || {
            let compiled = Compiled::of(&files, 0)?;
            refuse_errors(&judged(&compiled, &files, Level::Certification))?;
            let Some(readme) = &files.readme else {
                let field = FieldError::new("", "api_connector.rule_broken", "package readme.md");
                return Err(Error::NotCertifiable { fields: vec![field] });
            };
            let material = Material {
                package: compiled.package(),
                definition: &files.definition,
                properties: &files.properties,
                icon: files.icon.as_deref(),
                script: files.script.as_deref(),
                readme,
                flow: flow.as_deref(),
            };
            let bytes = submission::build(&material, app_packages::bundle);
            refuse_errors(&submission::check(&bytes, open))?;
            Ok(Download { file_name: format!("{name}-submission.zip"), bytes })
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::Interrupted)?
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

/// Names what keeps a version from certification.
fn refuse_errors(found: &[Finding]) -> Result<()> {
    let errors = found.iter().filter(|finding| finding.severity == Severity::Error);
    let fields: Vec<FieldError> = errors
        .take(MAX_FIELDS)
        .map(|finding| {
            let detail = format!("{} {}", finding.part.code(), finding.code.as_str());
            FieldError::new(finding.pointer.clone(), "api_connector.rule_broken", detail)
        })
        .collect();
    if fields.is_empty() { Ok(()) } else { Err(Error::NotCertifiable { fields }) }
}

fn open(bytes: &[u8]) -> std::result::Result<Vec<File>, String> {
    app_packages::open(bytes).map_err(|found| {
        let first = found.first().map(|it| format!("{} {}", it.rule.code(), it.detail));
        first.unwrap_or_default().trim().to_owned()
    })
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
