//! Privileges of roles and of users.

use records::Reference;

use crate::{call::Call, fault::Fault, reply::Reply};

/// `RetrieveUserPrivileges`.
pub(crate) async fn of_user(_call: &Call<'_>, _user: &Reference) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Privileges are not shown yet."))
}

/// `RetrieveRolePrivilegesRole`.
pub(crate) async fn of_role(_call: &Call<'_>, _role: &Reference) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Privileges are not shown yet."))
}

/// `AddPrivilegesRole` and `ReplacePrivilegesRole`.
pub(crate) async fn change(_call: &Call<'_>, _role: &Reference, _replace: bool) -> Result<Reply, Fault> {
    Err(Fault::not_implemented("Privileges are not changed yet."))
}
