//! Pages of what an environment is made of and of who may do what in it: tables, columns, relationships, keys, choices
//! and views; security roles, people, teams, business units, column security and the hierarchy.
//!
//! What they are not: a second way to change either. They ask [`records::Session`] as the Web API does, so that the
//! same rights and the same rules hold. How a page is made says `web-frame`.

mod choices;
mod columns;
mod explain;
mod grid;
mod kinds;
mod matrix;
mod overview;
mod parts;
mod people;
mod place;
mod profiles;
mod relations;
mod roles;
mod rows;
mod table;
mod table_form;
mod tables_list;
mod teams;
mod units;
mod views;
mod wrong;

use axum::Router;
use edge::{get, get_and_post, post};
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/setup/{environment}", get(overview::page))
        .merge(definitions())
        .merge(rights())
}

fn definitions() -> Router<App> {
    Router::new()
        .route("/setup/{environment}/tables", get(tables_list::page))
        .route(
            "/setup/{environment}/tables/new",
            get_and_post(table_form::blank, table_form::create),
        )
        .route("/setup/{environment}/tables/{table}", get(table::columns))
        .route("/setup/{environment}/tables/{table}/relationships", get(table::relationships))
        .route("/setup/{environment}/tables/{table}/keys", get(table::keys))
        .route("/setup/{environment}/tables/{table}/views", get(table::views))
        .route(
            "/setup/{environment}/tables/{table}/properties",
            get_and_post(table_form::properties, table_form::update),
        )
        .route(
            "/setup/{environment}/tables/{table}/delete",
            get_and_post(table_form::ask, table_form::delete),
        )
        .route(
            "/setup/{environment}/tables/{table}/columns/new",
            get_and_post(columns::blank, columns::create),
        )
        .route(
            "/setup/{environment}/tables/{table}/columns/{column}",
            get_and_post(columns::page, columns::update),
        )
        .route("/setup/{environment}/tables/{table}/columns/{column}/delete", post(columns::delete))
        .route(
            "/setup/{environment}/tables/{table}/relationships/new",
            get_and_post(relations::blank, relations::create),
        )
        .route(
            "/setup/{environment}/tables/{table}/relationships/{relationship}",
            get_and_post(relations::page, relations::update),
        )
        .route(
            "/setup/{environment}/tables/{table}/relationships/{relationship}/delete",
            post(relations::delete),
        )
        .route(
            "/setup/{environment}/tables/{table}/keys/new",
            get_and_post(relations::blank_key, relations::create_key),
        )
        .route("/setup/{environment}/tables/{table}/keys/{key}/delete", post(relations::delete_key))
        .route(
            "/setup/{environment}/tables/{table}/views/new",
            get_and_post(views::blank, views::create),
        )
        .route(
            "/setup/{environment}/tables/{table}/views/{view}",
            get_and_post(views::page, views::update),
        )
        .route("/setup/{environment}/tables/{table}/views/{view}/delete", post(views::delete))
        .route("/setup/{environment}/choices", get(choices::list))
        .route("/setup/{environment}/choices/new", get_and_post(choices::blank, choices::create))
        .route(
            "/setup/{environment}/choices/{choice}",
            get_and_post(choices::page, choices::update),
        )
        .route("/setup/{environment}/choices/{choice}/delete", post(choices::delete))
}

fn rights() -> Router<App> {
    Router::new()
        .route("/setup/{environment}/roles", get_and_post(roles::list, roles::create))
        .route(
            "/setup/{environment}/roles/{security_role}",
            get_and_post(matrix::page, matrix::save),
        )
        .route("/setup/{environment}/roles/{security_role}/settings", post(roles::rename))
        .route("/setup/{environment}/roles/{security_role}/copy", post(roles::copy))
        .route("/setup/{environment}/roles/{security_role}/delete", post(roles::delete))
        .route("/setup/{environment}/people", get(people::list))
        .route("/setup/{environment}/people/{person}", get_and_post(people::page, people::save))
        .route("/setup/{environment}/people/{person}/why", get(explain::page))
        .route(
            "/setup/{environment}/hierarchy",
            get_and_post(people::hierarchy, people::set_hierarchy),
        )
        .route("/setup/{environment}/teams", get(teams::list))
        .route("/setup/{environment}/teams/new", get_and_post(teams::blank, teams::create))
        .route("/setup/{environment}/teams/{team}", get_and_post(teams::page, teams::save))
        .route("/setup/{environment}/teams/{team}/members", post(teams::add))
        .route("/setup/{environment}/teams/{team}/members/{person}/remove", post(teams::take))
        .route("/setup/{environment}/teams/{team}/delete", post(teams::delete))
        .route("/setup/{environment}/units", get(units::tree))
        .route("/setup/{environment}/units/new", get_and_post(units::blank, units::create))
        .route("/setup/{environment}/units/{unit}", get_and_post(units::page, units::save))
        .route("/setup/{environment}/units/{unit}/delete", post(units::delete))
        .route(
            "/setup/{environment}/column-security",
            get_and_post(profiles::list, profiles::create),
        )
        .route(
            "/setup/{environment}/column-security/{profile}",
            get_and_post(profiles::page, profiles::save),
        )
        .route("/setup/{environment}/column-security/{profile}/delete", post(profiles::delete))
}
