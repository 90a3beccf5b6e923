//! Who may do what with a row: sharing, and what comes of it.

use records::Reference;

use crate::{call::Call, fault::Fault, reply::Reply};

/// `GrantAccess` and `ModifyAccess`.
pub(crate) async fn grant(_call: &Call<'_>, _modify: bool) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Rows are not shared yet."))
}

/// `RevokeAccess`.
pub(crate) async fn revoke(_call: &Call<'_>) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Rows are not shared yet."))
}

/// `RetrievePrincipalAccess`, bound to a user or a team.
pub(crate) async fn access(_call: &Call<'_>, _of: &Reference, _target: &Reference) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Rows are not shared yet."))
}

/// `RetrieveSharedPrincipalsAndAccess`.
pub(crate) async fn principals(_call: &Call<'_>, _target: &Reference) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Rows are not shared yet."))
}
