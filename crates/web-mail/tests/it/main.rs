//! Pages beside a mail, with a CRM of Dynamics 365 behind them.
#![cfg(test)]

mod seller;
