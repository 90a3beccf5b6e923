//! Microsoft Graph, as the application of the hub: roles, products, licences, the catalogue of apps.

use std::error::Error as _;

use ::graph::{Caller, Error as GraphError, Graph};
use kernel::Scope;
use serde_json::Value as Json;

use crate::{
    Deployment,
    facts::{Directory, Reading, Seller},
};

/// Sellers whose licences are looked up one by one. Ours.
const LOOKED_AT: usize = 100;

impl Deployment {
    pub(super) async fn graph(
        &self,
        root: &Scope,
        sellers: &[Seller],
        app: Option<&String>,
    ) -> Reading<Directory> {
        let Some(graph) = (self.0.graph)(root.tenant()).await else { return Reading::Absent };
        match directory(&graph, sellers, app).await {
            Ok(found) => Reading::Read(found),
            Err(error) => Reading::Refused(said(&error)),
        }
    }
}

/// Roles, products and apps each have a permission of their own: what is forbidden is left out, what fails ends it.
async fn directory(
    graph: &Graph,
    sellers: &[Seller],
    app: Option<&String>,
) -> Result<Directory, GraphError> {
    let mut found = Directory::default();
    if let Some(rows) = allowed(all(graph, "directoryRoles").await)? {
        let (mut roles, mut told) = (Vec::new(), true);
        for row in rows {
            let Some(id) = text(&row, "id").filter(|id| is_plain(id)) else { continue };
            let path = format!("directoryRoles/{id}/members?$select=userPrincipalName,mail");
            // of a role whose members cannot be seen nobody knows that it has none
            let Some(members) = allowed(all(graph, &path).await)? else {
                told = false;
                break;
            };
            let addresses = members.iter().flat_map(|one| {
                [text(one, "userPrincipalName"), text(one, "mail")].into_iter().flatten()
            });
            roles.push((text(&row, "displayName").unwrap_or_default(), addresses.collect()));
        }
        found.roles = told.then_some(roles);
    }
    if let Some(rows) = allowed(all(graph, "subscribedSkus").await)? {
        let named = rows.iter().filter_map(|row| text(row, "skuPartNumber"));
        found.products = Some(named.collect());
        for seller in sellers.iter().filter(|one| is_plain(&one.address)).take(LOOKED_AT) {
            let path = format!("users/{}/licenseDetails", seller.address);
            match allowed(all(graph, &path).await) {
                Ok(Some(held)) => {
                    let held = held.iter().filter_map(|row| text(row, "skuPartNumber"));
                    found.licences.push((seller.address.clone(), held.collect()));
                }
                // who is not in the directory has no licence there
                Err(GraphError::NotFound { .. }) => {
                    found.licences.push((seller.address.clone(), Vec::new()));
                }
                // what everybody holds is asked for, or nothing is said of it
                Ok(None) => {
                    found.products = None;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
    }
    found.guests = of_each(graph, sellers, ("?$select=userType", "userType"))
        .await?
        .map(|all| all.into_iter().map(|(who, kind)| (who, kind == "Guest")).collect());
    let purpose = ("/mailboxSettings?$select=userPurpose", "userPurpose");
    found.mailboxes = of_each(graph, sellers, purpose).await?;
    if let Some(app) = app {
        let path = format!("appCatalogs/teamsApps?$filter=externalId eq '{app}'");
        let rows = allowed(all(graph, &path).await)?;
        found.app = rows.as_ref().map(|rows| !rows.is_empty());
        let ids = rows.iter().flatten().filter_map(|row| text(row, "id"));
        found.catalogued = ids.map(|id| id.to_ascii_lowercase()).collect();
    }
    Ok(found)
}

/// One word of each seller who is there; nothing where one of them may not be read.
async fn of_each(
    graph: &Graph,
    sellers: &[Seller],
    (rest, name): (&str, &str),
) -> Result<Option<Vec<(String, String)>>, GraphError> {
    let mut found = Vec::new();
    for seller in sellers.iter().filter(|one| is_plain(&one.address)).take(LOOKED_AT) {
        let path = format!("users/{}{rest}", seller.address);
        match graph.get(Caller::Application, &path).await {
            Ok(row) => found.extend(text(&row, name).map(|word| (seller.address.clone(), word))),
            Err(GraphError::NotFound { .. }) => {}
            Err(GraphError::Forbidden { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(found))
}

async fn all(graph: &Graph, path: &str) -> Result<Vec<Json>, GraphError> {
    graph.all(Caller::Application, path, 1000).await
}

/// What a permission is missing for is not known; anything else that goes wrong is told.
fn allowed(outcome: Result<Vec<Json>, GraphError>) -> Result<Option<Vec<Json>>, GraphError> {
    match outcome {
        Ok(rows) => Ok(Some(rows)),
        Err(GraphError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn text(row: &Json, name: &str) -> Option<String> {
    row.get(name).and_then(Json::as_str).map(str::to_owned)
}

/// What may stand in a path as it is.
fn is_plain(text: &str) -> bool {
    let fits =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+' | '\'');
    !text.is_empty() && text.chars().all(fits)
}

fn said(error: &GraphError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
