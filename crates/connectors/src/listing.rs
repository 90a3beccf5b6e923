//! The list of connectors as makers look at it: searched, by kind, page by page, with the last call of each.

use jiff::Timestamp;
use kernel::{Cursor, EnvironmentId, Limit, Page, Permission, Scope};

use crate::{Connectors, Error, Result, catalogue::known_environment, model::Connector, store};

/// Which connectors are asked for.
#[derive(Debug, Clone, Default)]
pub struct ConnectorFilter {
    /// What name, title or host contain, whatever the case; empty lets everything through.
    pub text: String,
    /// Of one kind.
    pub kind: Option<ConnectorKind>,
}

/// Kinds of connectors that a list tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectorKind {
    /// One version is certified.
    Certified,
    /// None is.
    Custom,
    /// Its maker says that it is not finished.
    Preview,
}

impl ConnectorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Custom, Self::Certified, Self::Preview];

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certified => "certified",
            Self::Custom => "custom",
            Self::Preview => "preview",
        }
    }
}

/// A connector in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The connector.
    pub connector: Connector,
    /// Its last call, for makers; none while the log of calls goes back.
    pub last: Option<LastCall>,
}

/// How the last call of a connector went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCall {
    /// When it began.
    pub at: Timestamp,
    /// `done`, or the code of the failure.
    pub outcome: String,
    /// The status of the API's answer.
    pub status: Option<i64>,
}

impl LastCall {
    /// Whether the API did what it was asked for.
    pub fn is_good(&self) -> bool {
        self.outcome == "done" && self.status.is_none_or(|status| status < 400)
    }
}

impl Connectors {
    /// A page of the connectors of an environment, by name. Only makers are told of calls.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::EnvironmentNotFound`], [`Error::Invalid`] for a cursor of another list,
    /// [`Error::Store`].
    pub async fn find(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        filter: ConnectorFilter,
        (limit, after): (Limit, Option<&Cursor>),
    ) -> Result<Page<Listed>> {
        scope.require(Permission::ConnectionUse)?;
        let wrong = |_source| Error::invalid("/after", "cursor.invalid", "of another list");
        let after = after.map(Cursor::key).transpose().map_err(wrong)?.unwrap_or_default();
        let calls = scope.may(Permission::ConnectorManage);
        let rows = self
            .db
            .read(scope, move |tx| {
                known_environment(tx, environment)?;
                let found =
                    store::listing::find(tx, (environment, &filter), &after, limit.probe())?;
                let mut rows = Vec::with_capacity(found.len());
                for connector in found {
                    let last = if calls { store::listing::last(tx, connector.id)? } else { None };
                    rows.push(Listed { connector, last });
                }
                Ok::<_, Error>(rows)
            })
            .await?;
        let key = |row: &Listed| Cursor::new(&store::fold(&row.connector.name));
        Ok(Page::cut(rows, limit, key))
    }
}
