use super::*;

fn load(file: &str, environment: &[(&str, &str)], flags: &Flags) -> Result<Loaded> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.toml");
    fs::write(&path, file).unwrap();
    let environment = environment.iter().fold(Figment::new(), |figment, (key, value)| {
        let value: figment::value::Value = value.parse().unwrap();
        figment.merge((*key, value))
    });
    Settings::load_with(Some(&path), flags, environment)
}

fn mistake(file: &str) -> String {
    let failure = load(file, &[], &Flags::default()).unwrap_err();
    assert_eq!(failure.exit(), Exit::Config);
    failure.to_string()
}

#[test]
fn flags_stand_above_the_environment_and_the_environment_above_the_file() {
    let file =
        "listen = \"127.0.0.1:1\"\ndata = \"from-file\"\n[webhooks]\nmax_body_bytes = 1000\n";
    let environment = [("data", "from-environment"), ("webhooks.repeat_hours", "2")];
    let flags = Flags { listen: Some("127.0.0.1:3".parse().unwrap()), ..Flags::default() };
    let settings = load(file, &environment, &flags).unwrap().settings;
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.data, Path::new("from-environment"));
    assert_eq!((settings.webhooks.max_body_bytes, settings.webhooks.repeat_hours), (1000, 2));
}

#[test]
fn a_setting_that_does_not_exist_is_named_with_its_file_and_section() {
    let text = mistake("[webhooks]\nmax_body_byte = 1\n");
    assert!(text.contains("hub.toml") && text.contains("webhooks"), "{text}");
    assert!(text.contains("max_body_byte") && text.contains("max_body_bytes"), "{text}");
}

#[test]
fn a_value_of_the_wrong_type_is_named_but_not_repeated() {
    let text = mistake("[webhooks]\nmax_body_bytes = \"hunter2\"\n");
    assert!(text.contains("hub.toml: webhooks.max_body_bytes"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_mistake_in_the_form_names_its_line() {
    let text = mistake("listen = \"127.0.0.1:1\"\ndata = \n");
    assert!(text.contains("hub.toml") && text.contains("line 2"), "{text}");
}

#[test]
fn pairs_that_cannot_work_are_refused() {
    assert!(mistake("[tls]\ncert = \"a.pem\"\n").contains("tls.key"));
    assert!(mistake("[database]\nurl = \"a\"\nurl_file = \"b\"\n").contains("url_file"));
    let both = "[workspace.mail]\nrelay_password = \"a\"\nrelay_password_file = \"b\"\n";
    assert!(mistake(both).contains("relay_password_file"));
    assert!(mistake("[workspace.mail]\nrequire_tls = true\n").contains("tls.cert"));
    assert!(mistake("[http]\npublic_url = \"hub.example.org\"\n").contains("http.public_url"));
    for odd in ["/liaison", "/?a=b", "/#top"] {
        let text = format!("[http]\npublic_url = \"https://hub.example.org{odd}\"\n");
        assert!(mistake(&text).contains("host and port alone"), "{odd}");
    }
    let named = mistake("[http]\npublic_url = \"https://ada:secret@hub.example.org\"\n");
    assert!(named.contains("host and port alone") && !named.contains("secret"), "{named}");
}

#[test]
fn a_missing_file_that_was_asked_for_is_an_error() {
    let missing = Settings::load(Some(Path::new("/nonexistent/hub.toml")), &Flags::default());
    assert_eq!(missing.unwrap_err().exit(), Exit::Config);
}

#[test]
fn what_is_shown_reads_back_and_holds_no_secret() {
    let file = "[database]\nurl = \"postgres://u:hunter2@h/d\"\n\
                [workspace.mail]\nrelay_password = \"hunter2\"\n";
    let settings = load(file, &[], &Flags::default()).unwrap().settings;
    let shown = settings.shown().unwrap();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("url = \"***\""), "{shown}");
    assert!(shown.contains("relay_password = \"***\""), "{shown}");
    load(&shown, &[], &Flags::default()).unwrap();
}

#[test]
fn a_secret_may_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    fs::write(&path, "postgres://h/d\n").unwrap();
    let file = format!("[database]\nurl_file = {:?}\n", path.display().to_string());
    let settings = load(&file, &[], &Flags::default()).unwrap().settings;
    assert_eq!(settings.database_url().unwrap().unwrap().expose(), "postgres://h/d");
    fs::write(&path, " \n").unwrap();
    assert!(settings.database_url().unwrap_err().to_string().contains("empty"));
    fs::write(&path, "hunter2\n").unwrap();
    let file =
        format!("[workspace.mail]\nrelay_password_file = {:?}\n", path.display().to_string());
    let settings = load(&file, &[], &Flags::default()).unwrap().settings;
    let password = settings.workspace().unwrap().mail.relay_password.unwrap();
    assert_eq!(password.expose(), "hunter2");
    assert!(!settings.shown().unwrap().contains("hunter2"));
}

#[test]
fn an_open_address_without_tls_is_warned_about() {
    let open = load("listen = \"0.0.0.0:80\"\n", &[], &Flags::default()).unwrap().settings;
    assert_eq!(open.warnings().len(), 1);
    let behind = "listen = \"0.0.0.0:80\"\n[http]\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
    assert!(load(behind, &[], &Flags::default()).unwrap().settings.warnings().is_empty());
    assert!(Settings::default().warnings().is_empty());
}

#[test]
fn the_written_schema_is_that_of_the_settings() {
    assert!(written_schema() == schema(), "settings.schema.json is stale: run `make docs`");
}
