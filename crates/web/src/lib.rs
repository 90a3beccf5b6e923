//! Pages of teams and people: teams, channels, files, webhooks, the palette, sign-in, the first run, one's own account.
//!
//! What it is not: a place for rules. A handler reads the form, calls one room, renders. How a page is made says
//! `web-frame`; administration is in `web-admin`, apps and connectors in `web-connectors`.

mod activity;
mod channel;
mod files;
mod first_run;
mod framed;
mod mailbox;
mod palette;
mod profile;
mod provider;
mod runs;
mod sign_in;
mod team;
mod teams;
mod webhooks;

use axum::Router;
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(activity::routes())
        .merge(teams::routes())
        .merge(team::routes())
        .merge(mailbox::routes())
        .merge(channel::routes())
        .merge(files::routes())
        .merge(palette::routes())
        .merge(sign_in::routes())
        .merge(webhooks::routes())
        .merge(provider::routes())
        .merge(framed::routes())
        .merge(first_run::routes())
        .merge(profile::routes())
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    #[test]
    fn teams_are_listed_and_made() {
        show("teams", super::teams::samples::lists);
        show("team-new", super::teams::samples::forms);
    }

    #[test]
    fn a_channel_shows_cards_and_messages_with_and_without_script() {
        show("channel", super::channel::samples::posts);
    }

    #[test]
    fn files_are_listed_and_taken() {
        show("files", super::files::samples);
    }

    #[test]
    fn the_palette_lists_what_may_be_opened() {
        show("palette", super::palette::samples);
    }

    #[test]
    fn a_team_shows_channels_members_and_settings() {
        show("team", super::team::samples::pages);
    }
}
