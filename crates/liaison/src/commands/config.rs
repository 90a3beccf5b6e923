//! `config check`, `config show`, `config schema`.

use serde_json::json;

use crate::{
    cli::{Config, Place},
    exit::{Failure, Result},
    out, settings,
    settings::Settings,
};

pub(crate) fn run(place: &Place, command: &Config) -> Result {
    let load = || Settings::load(place.config.as_deref(), &place.flags());
    match command {
        Config::Check(output) => {
            let loaded = load()?;
            // Files that settings name must be readable, too.
            loaded.settings.database_url()?;
            let warnings = loaded.settings.warnings();
            if output.json {
                out::json(&json!({ "file": loaded.file, "warnings": warnings }));
                return Ok(());
            }
            match &loaded.file {
                Some(file) => out::say(format!("{}: good", file.display())),
                None => out::say("no settings file: the defaults are good"),
            }
            for warning in warnings {
                out::say(format!("unwise: {warning}"));
            }
        }
        Config::Show(output) => {
            let shown = load()?.settings.shown()?;
            if output.json {
                let table: toml::Table =
                    shown.parse().map_err(|error: toml::de::Error| Failure::plain(&error))?;
                out::json(&table);
            } else {
                out::say(shown.trim_end());
            }
        }
        Config::Schema => out::json(&settings::schema()),
    }
    Ok(())
}
