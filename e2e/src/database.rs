//! A PostgreSQL database for one test.

use anyhow::{Context as _, Result};
use postgres::{Client, NoTls};

/// A database that is dropped when this goes out of scope.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// A fresh, empty database, or none when the run is on SQLite.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn fresh() -> Result<Option<Self>> {
        let Some(server) = crate::tools::environment("LIAISON_TEST_DATABASE") else {
            return Ok(None);
        };
        let unique = tempfile::Builder::new().prefix("e2e_").rand_bytes(12).tempdir()?;
        let name = unique.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let mut client = Client::connect(&server, NoTls).context("connecting to PostgreSQL")?;
        client.batch_execute(&format!("CREATE DATABASE {name}"))?;
        let (base, _) = server.rsplit_once('/').context("the database's address has no path")?;
        let url = format!("{base}/{name}");
        Ok(Some(Self { server, name, url }))
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            let statement = ["DROP DATABASE IF EXISTS ", &self.name, " WITH (FORCE)"].concat();
            client.batch_execute(&statement).ok();
        }
    }
}
