//! Pages on the rooms behind them: no browser, no socket.
#![cfg(test)]

mod account;
mod pages;
mod tabs;

use web_proof::House;

/// A house around these pages.
async fn house() -> House {
    House::new(vec![liaison_web::routes()]).await
}
