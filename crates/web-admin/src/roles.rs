//! What each role may do.

use askama::Template;
use axum::response::Response;
use edge::Problem;
use identity::Role;
use kernel::Permission;
use web_frame::{
    Frame, answer,
    parts::{permission_name, role_name, role_what},
};

use super::{Admin, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "roles.html")]
pub(crate) struct Page {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    what: String,
    permissions: Vec<String>,
}

pub(super) async fn page(admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::RoleAssign)?;
    Ok(answer::page(&Page::new(visit.frame)))
}

impl Page {
    fn new(frame: Frame) -> Self {
        let row = |role: Role| {
            let all = Permission::ALL.iter().filter(|p| role.permissions().has(**p));
            Row {
                name: role_name(&frame, role),
                what: role_what(&frame, role),
                permissions: all.map(|p| permission_name(&frame, *p)).collect(),
            }
        };
        let rows = Role::ALL.into_iter().map(row).collect();
        let title = frame.say("admin-roles");
        Self { frame: at(frame, "roles", title), rows }
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn roles_say_what_they_allow() {
        show("admin-roles", |frame| vec![("all", Page::new(frame.clone()))]);
    }
}
