//! Stands in for the room of apps until it has these.
#![allow(
    missing_docs,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::pedantic,
    dead_code
)]
use kernel::*;
use url::Url;
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("storing failed")]
    Store(#[from] db::Error),
}
impl Coded for Error {
    fn code(&self) -> Code {
        Code::INTERNAL
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Installed,
    Uploaded,
    Offered,
}
#[derive(Debug, Clone)]
pub struct TeamConnector {
    pub app: AppId,
    pub source: Source,
    pub connector_id: String,
    pub configuration_url: Option<Url>,
    pub valid_domains: Vec<String>,
    pub name: String,
    pub short_description: String,
    pub color_icon: Option<String>,
    pub outline_icon: Option<String>,
}
pub fn connectors_of_team(tx: &db::Tx<'_>, _team: TeamId) -> db::Result<Vec<TeamConnector>> {
    let all = crate::registration::store::page(tx, None, uuid::Uuid::nil().into(), 100)?;
    Ok(all
        .into_iter()
        .map(|connector| TeamConnector {
            app: connector.id.uuid().into(),
            source: Source::Uploaded,
            connector_id: connector.id.to_string(),
            configuration_url: None,
            valid_domains: Vec::new(),
            name: connector.name,
            short_description: connector.details.short_description,
            color_icon: None,
            outline_icon: None,
        })
        .collect())
}
#[derive(Debug, Default)]
pub struct Apps;
impl Apps {
    pub async fn upload(&self, _s: &Scope, _t: TeamId, _p: Vec<u8>) -> Result<AppId, Error> {
        Err(db::Error::Closed.into())
    }
}
