//! What it costs that somebody sees no more than their own rows.

use anyhow::{Context as _, Result};
use e2e::Server;
use serde_json::Value;

use super::client::{Client, account};

/// Somebody whose only role reads accounts at depth "user".
pub(super) struct Owner {
    client: Client,
    id: String,
    number: u32,
}

impl Owner {
    pub(super) fn open(server: &Server, admin: &Client) -> Result<Self> {
        let demo: Value = serde_json::from_slice(&std::fs::read(server.data().join("demo.json"))?)?;
        let text = |pointer: &str| -> Result<&str> {
            demo.pointer(pointer).and_then(Value::as_str).context(pointer.to_owned())
        };
        let client = admin.of(text("/limited/token")?)?;
        Ok(Self { client, id: text("/limited/systemuserid")?.to_owned(), number: 900_000_000 })
    }

    /// Gives them so many rows more.
    pub(super) fn own(&mut self, admin: &mut Client, rows: u32) -> Result<()> {
        let targets: Vec<Value> = (self.number..self.number + rows)
            .map(|number| {
                let mut row = account(number, None);
                if let Some(row) = row.as_object_mut() {
                    let owner = format!("/systemusers({})", self.id);
                    row.insert("ownerid@odata.bind".to_owned(), owner.into());
                }
                row
            })
            .collect();
        self.number += rows;
        admin.multiple("accounts", &targets)?;
        Ok(())
    }

    /// Processor time of a page with all that they see.
    pub(super) fn sees(&mut self, rows: u32, rounds: u32) -> Result<f64> {
        let path = "accounts?$select=name&$top=5000";
        self.client.renew()?;
        let (mut bytes, mut seen) = (0, 0);
        let micros = self.client.spent(rounds, |client| {
            bytes = client.get(path)?;
            seen += 1;
            Ok(())
        })?;
        let least = usize::try_from(rows)? * 60;
        anyhow::ensure!(seen > 0 && bytes > least, "a page of {rows} rows has {bytes} bytes");
        Ok(micros)
    }
}
