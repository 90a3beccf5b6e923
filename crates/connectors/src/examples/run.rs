//! Running examples: the same call once more, and what differs.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use kernel::{ApiConnectorId, Coded as _, ExampleId, FieldError, Permission, Scope};

use super::{Difference, Example, Last};
use crate::{
    Answer, Call, Connectors, Error, Result, Via,
    catalogue::known,
    model::{Connector, Version},
    store,
};

/// How a run of an example went.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The example.
    pub example: ExampleId,
    /// Its name.
    pub name: String,
    /// Its operation.
    pub operation: String,
    /// The version that ran.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// What is not as expected; nothing when it passed.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether everything was as expected.
    pub const fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl Connectors {
    /// Runs one example against a version; against the current one unless a number is given.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::ExampleNotFound`], [`Error::VersionNotFound`],
    /// [`Error::Store`]. A call that fails is no error but a difference.
    pub async fn run_example(
        &self,
        scope: &Scope,
        (id, example): (ApiConnectorId, ExampleId),
        version: Option<i64>,
    ) -> Result<Report> {
        scope.require(Permission::ConnectorManage)?;
        let example = self.example(scope, id, example).await?;
        let version = self.version_to_run(scope, id, version).await?.number;
        let report = Box::pin(self.once_more(scope, &example, version)).await;
        self.note(scope, id, std::slice::from_ref(&report)).await?;
        Ok(report)
    }

    /// Runs all examples of a connector one after the other, by name, against a version; against the current one
    /// unless a number is given. What does not fit into the time for all of them is reported as not run.
    ///
    /// # Errors
    /// As [`Connectors::run_example`].
    pub async fn run_examples(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        version: Option<i64>,
    ) -> Result<Vec<Report>> {
        scope.require(Permission::ConnectorManage)?;
        let examples = self.examples(scope, id).await?;
        let version = self.version_to_run(scope, id, version).await?.number;
        let begun = Instant::now();
        let mut reports = Vec::with_capacity(examples.len());
        for example in &examples {
            reports.push(if begun.elapsed() < ALL {
                Box::pin(self.once_more(scope, example, version)).await
            } else {
                let difference = Difference::new("", "example.not_run", "", "");
                self.report(example, version, (None, vec![difference]))
            });
        }
        self.note(scope, id, &reports).await?;
        Ok(reports)
    }

    /// Makes a version the current one if all examples of the connector pass against it.
    ///
    /// # Errors
    /// As [`Connectors::use_version`] and [`Connectors::run_examples`]; [`Error::ExamplesFailed`] with those that did
    /// not pass.
    pub async fn use_tested_version(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: i64,
    ) -> Result<Connector> {
        let reports = Box::pin(self.run_examples(scope, id, Some(number))).await?;
        let failed = reports.iter().filter(|report| !report.passed());
        let field = |report: &Report| {
            let codes = report.differences.iter().take(5);
            let codes: Vec<String> =
                codes.map(|it| format!("{} {}", it.code, it.pointer)).collect();
            let detail = format!("{}: {}", report.name, codes.join(", "));
            let name = report.name.replace('~', "~0").replace('/', "~1");
            FieldError::new(format!("/examples/{name}"), "example.differs", detail)
        };
        let fields: Vec<FieldError> = failed.map(field).collect();
        if !fields.is_empty() {
            return Err(Error::ExamplesFailed { fields });
        }
        self.use_version(scope, id, number).await
    }

    async fn once_more(&self, scope: &Scope, example: &Example, version: i64) -> Report {
        let call = Call {
            inputs: example.inputs.clone(),
            connection: example.connection,
            version: Some(version),
            via: Via::Test,
            subject: Some(example.id.uuid()),
            deadline: Some(ONE),
            ..Call::new(example.connector, example.operation.clone())
        };
        let begun = Instant::now();
        let outcome = Box::pin(self.try_operation(scope, call)).await;
        let duration = begun.elapsed();
        let found = match &outcome {
            Ok(answer) => (Some(answer), example.expected.compare(answer)),
            Err(error) => (None, failure(error)),
        };
        Report { duration, ..self.report(example, version, found) }
    }

    fn report(
        &self,
        example: &Example,
        version: i64,
        (answer, differences): (Option<&Answer>, Vec<Difference>),
    ) -> Report {
        Report {
            example: example.id,
            name: example.name.clone(),
            operation: example.operation.clone(),
            version,
            at: self.clock.now(),
            status: answer.map(|answer| answer.status),
            duration: Duration::ZERO,
            differences,
        }
    }

    async fn version_to_run(
        &self,
        scope: &Scope,
        id: ApiConnectorId,
        number: Option<i64>,
    ) -> Result<Version> {
        self.db
            .read(scope, move |tx| {
                let connector = known(tx, id)?;
                let Some(number) = number else { return Ok(connector.version) };
                store::versions::lookup(tx, id, number)?
                    .ok_or(Error::VersionNotFound { connector: id, number })
            })
            .await
    }

    /// Writes down how runs went.
    async fn note(&self, scope: &Scope, id: ApiConnectorId, reports: &[Report]) -> Result<()> {
        let last: Vec<(ExampleId, Last)> = reports
            .iter()
            .filter(|report| report.differences.iter().all(|it| it.code != "example.not_run"))
            .map(|report| {
                let last = Last {
                    at: report.at,
                    version: report.version,
                    passed: report.passed(),
                    status: report.status.map(i64::from),
                    differences: report.differences.clone(),
                };
                (report.example, last)
            })
            .collect();
        self.db
            .write(scope, move |tx| {
                for (example, last) in &last {
                    store::examples::note(tx, (id, *example), last)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// A call that gave no answer, as differences.
fn failure(error: &Error) -> Vec<Difference> {
    let code = error.code().name();
    let mut all: Vec<Difference> = error
        .fields()
        .iter()
        .map(|field| Difference::new(&field.pointer, "example.failed", "", field.code))
        .collect();
    if all.is_empty() {
        all.push(Difference::new("", "example.failed", "", code));
    }
    all
}

/// How long one example may take.
const ONE: Duration = Duration::from_secs(20);
/// How long all examples of one run may take together; the one under way is finished.
const ALL: Duration = Duration::from_mins(2);
