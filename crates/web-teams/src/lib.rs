//! Pages inside Microsoft Teams: the personal tab, the panel beside a meeting, the bot's address and the door through
//! which it learns who somebody is; and records shared as cards into channels of the hub.
//!
//! What it is not: a place for rules; `teams-app` and `crm-connections` ask for the rights again. How a page is made says
//! `web-frame`.

mod bot;
mod crm;
mod door;
mod home;
mod panel;
mod record;
mod share;

use axum::Router;
use std::sync::Arc;

use axum::Extension;
use edge::{get, get_and_post, post};
use meetings::Meetings;
use web_frame::App;

/// The meetings of sellers as handlers get them.
pub(crate) type Room = Extension<Arc<Meetings>>;

/// The addresses of these pages.
pub fn routes(meetings: Arc<Meetings>) -> Router<App> {
    let bot = Router::new()
        .route("/teams/bot/messages", post(bot::receive))
        .layer(Extension(Arc::clone(&meetings)));
    let inside = Router::new()
        .route("/teams/home", get(home::page))
        .route("/teams/home/welcome", post(home::welcomed))
        .route("/teams/home/unlink", post(home::unlink))
        .route("/teams/home/{crm_system}/choose", post(crm::choose))
        .route("/teams/home/{crm_system}/disconnect", post(crm::disconnect))
        .route("/teams/panel", get_and_post(panel::page, panel::connect))
        .layer(Extension(meetings))
        .route("/teams/records/{crm_system}/{crm_table}/{crm_record}", get(record::page))
        .route("/teams/records/{crm_system}/{crm_table}/{crm_record}/card", get(record::card));
    Router::new()
        .route("/teams/bot/sign-in", get_and_post(door::ask, door::give))
        .route("/teams/crm/{crm_system}", get_and_post(crm::ask, crm::go))
        .route("/teams/crm/done", get(crm::done))
        .route("/channels/{channel}/records", get_and_post(share::find, share::post))
        .merge(bot)
        .merge(web_frame::framed(inside))
}

#[cfg(test)]
mod tests;
