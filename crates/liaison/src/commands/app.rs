//! `app …`: packages checked and made without a hub, apps of a hub, and what its operator offers.

mod bot;
mod check;
mod offer;
mod remote;

use crate::{
    cli::{App, Place},
    exit::Result,
};

pub(crate) fn run(place: &Place, command: &App) -> Result {
    match command {
        App::Validate { file, judge, sarif, output } => {
            check::validate(file, *judge, (*sarif, *output))
        }
        App::Package { folder, out, judge, output } => {
            check::package(folder, out, (*judge, *output))
        }
        App::Bot(command) => bot::run(place, command),
        App::Offer(offered) => offer::run(place, offered, true),
        App::Withdraw(offered) => offer::run(place, offered, false),
        other => remote::run(place, other),
    }
}
