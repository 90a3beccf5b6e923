//! Pages on the rooms behind them: no browser, no socket.
#![cfg(test)]

mod connections;
mod connectors;
mod test_page;
