//! Pages of apps and connectors, without a browser.
#![cfg(test)]

mod apps;
