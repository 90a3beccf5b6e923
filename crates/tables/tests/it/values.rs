//! Values of cells: from JSON and text, to JSON, and as people read them.

use jiff::tz::TimeZone;
use liaison_tables::{
    Column, ENGLISH, FRENCH, Fixed, Model, RowRef, Value, ValueError,
    baseline::{Baseline, Set},
    format::{Currency, Locale, display},
};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn model() -> Model {
    Baseline::of(&[Set::Sales, Set::Viva]).model(1)
}

fn parse(path: &str, json: &Json) -> Result<Value, ValueError> {
    let model = model();
    let (table, column) = path.split_once('.').unwrap();
    let table = model.table(table).unwrap();
    Value::parse(&model, table, table.column(column).unwrap(), json)
}

fn from_text(path: &str, text: &str) -> Result<Value, ValueError> {
    let model = model();
    let (table, column) = path.split_once('.').unwrap();
    let table = model.table(table).unwrap();
    Value::parse_text(&model, table, table.column(column).unwrap(), text)
}

fn written(value: &Value) -> String {
    let mut out = Vec::new();
    value.write_json(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn every_kind_is_read_and_written_back() {
    let id = "5a1b2c3d-0000-4000-8000-000000000001";
    for (path, json, back) in [
        ("account.name", json!("Été \"A\"\n"), r#""Été \"A\"\n""#),
        ("account.name", json!(""), "null"),
        ("account.numberofemployees", json!(12), "12"),
        ("account.numberofemployees", json!(12.0), "12"),
        ("account.numberofemployees", json!("12"), "12"),
        ("account.revenue", json!(1_234.5), "1234.5"),
        ("account.revenue", json!("922337203685477"), "922337203685477"),
        ("account.revenue", json!(0.005), "0.01"),
        ("account.exchangerate", json!(1.123_456_789_1), "1.1234567891"),
        ("account.address1_latitude", json!(48.85), "48.85"),
        ("account.creditonhold", json!(true), "true"),
        ("account.industrycode", json!(1), "1"),
        ("account.industrycode", json!("33"), "33"),
        ("account.statecode", json!(1), "1"),
        ("account.primarycontactid", json!(id), &format!("\"{id}\"")),
        (
            "account.accountid",
            json!("{5A1B2C3D-0000-4000-8000-000000000001}"),
            &format!("\"{id}\""),
        ),
        ("account.accountid", json!("5a1b2c3d000040008000000000000001"), &format!("\"{id}\"")),
        ("account.createdon", json!("2026-01-31T10:00:00.75+02:00"), "\"2026-01-31T08:00:00Z\""),
        ("account.createdon", json!("2026-01-31T10:00:00"), "\"2026-01-31T10:00:00Z\""),
        ("account.createdon", json!("2026-01-31"), "\"2026-01-31T00:00:00Z\""),
        ("opportunity.estimatedclosedate", json!("2026-03-31"), "\"2026-03-31\""),
        ("opportunity.estimatedclosedate", json!("2026-03-31T00:00:00Z"), "\"2026-03-31\""),
        ("account.entityimage", json!("aGk="), "\"aGk=\""),
        ("account.name", Json::Null, "null"),
    ] {
        let value = parse(path, &json).unwrap_or_else(|error| panic!("{path} {json}: {error}"));
        assert_eq!(written(&value), back, "{path} {json}");
        assert!(serde_json::from_str::<Json>(&written(&value)).is_ok());
    }
    let value = parse("account.primarycontactid", &json!(id)).unwrap();
    assert_eq!(value, Value::Row(RowRef { code: 2, id: id.parse().unwrap() }));
}

#[test]
fn what_a_cell_cannot_hold_is_refused_with_the_code_of_the_real_service() {
    for (path, json, code) in [
        ("account.name", json!("x".repeat(161)), "0x80044331"),
        ("account.name", json!(1), "0x80048d19"),
        ("account.numberofemployees", json!(-1), "0x8004432f"),
        ("account.numberofemployees", json!(1_000_000_001), "0x8004432f"),
        ("account.numberofemployees", json!(1.5), "0x80048d19"),
        ("account.numberofemployees", json!("x"), "0x80048d19"),
        ("account.numberofemployees", json!([1]), "0x80048d19"),
        ("account.numberofemployees", json!(1e300), "0x80048d19"),
        ("account.revenue", json!(-5), "0x80044330"),
        ("account.revenue", json!(1e300), "0x80044330"),
        ("account.revenue", json!("dear"), "0x80048d19"),
        ("account.address1_latitude", json!(90.1), "0x80044330"),
        ("account.address1_latitude", json!("NaN"), "0x80048d19"),
        ("account.creditonhold", json!("true"), "0x80048d19"),
        ("account.creditonhold", json!(1), "0x80048d19"),
        ("account.industrycode", json!(99), "0x8004431A"),
        ("account.industrycode", json!("Accounting"), "0x80048d19"),
        ("account.accountid", json!("5a1b"), "0x80048d19"),
        ("account.createdon", json!("yesterday"), "0x80048d19"),
        ("account.createdon", json!("1752-12-31T23:59:59Z"), "0x80040239"),
        ("opportunity.estimatedclosedate", json!("2026-03-31T10:00:00Z"), "0x80048d19"),
        ("account.ownerid", json!("5a1b2c3d-0000-4000-8000-000000000001"), "0x80048d19"),
        ("contact.parentcustomerid", json!("5a1b2c3d-0000-4000-8000-000000000001"), "0x80048d19"),
        ("account.entityimage", json!("<script>"), "0x80048d19"),
    ] {
        let error = parse(path, &json).expect_err(&format!("{path} {json}"));
        assert_eq!(error.code(), code, "{path} {json}: {error}");
        assert!(error.to_string().contains(path.split_once('.').unwrap().1), "{error}");
    }
    let error = parse("account.numberofemployees", &json!("abc")).unwrap_err().to_string();
    assert!(
        error.contains("Entity :'accounts'")
            && error.contains("Cannot convert the literal 'abc' to the expected type 'Edm.Int32'."),
        "{error}"
    );
    let error = parse("account.industrycode", &json!(99)).unwrap_err().to_string();
    assert!(error.contains("Accepted Values: 1,2,3"), "{error}");
    // an error does not repeat a megabyte
    let error = parse("account.numberofemployees", &json!("x".repeat(1 << 20))).unwrap_err();
    assert!(error.to_string().len() < 500);
}

#[test]
fn a_text_is_as_long_as_its_utf_16() {
    assert!(parse("account.name", &json!("é".repeat(160))).is_ok());
    assert!(parse("account.name", &json!("😀".repeat(80))).is_ok());
    assert!(parse("account.name", &json!("😀".repeat(81))).is_err());
}

#[test]
fn files_and_forms_may_name_entries_by_their_texts() {
    for (path, text, back) in [
        ("account.industrycode", "Accounting", "1"),
        ("account.industrycode", "comptabilité", "1"),
        ("account.industrycode", "1", "1"),
        ("account.creditonhold", "Oui", "true"),
        ("account.creditonhold", "no", "false"),
        ("account.creditonhold", "0", "false"),
        ("account.revenue", "12.50", "12.5"),
        ("account.revenue", "", "null"),
        ("task.statecode", "Terminée", "1"),
    ] {
        let value = from_text(path, text).unwrap_or_else(|error| panic!("{path} {text}: {error}"));
        assert_eq!(written(&value), back, "{path} {text}");
    }
    assert!(from_text("account.industrycode", "Nothing").is_err());
}

#[test]
fn people_read_values_in_their_language() {
    let model = model();
    let paris = TimeZone::get("Europe/Paris").unwrap();
    let shown = |path: &str, value: &Value, language| {
        let (table, column) = path.split_once('.').unwrap();
        let column: &Column = model.table(table).unwrap().column(column).unwrap();
        let currency = Some(Currency {
            symbol: if language == FRENCH { "€" } else { "$" },
            precision: Some(2),
        });
        display(&model, column, value, &Locale { language, zone: &paris, currency })
    };
    let at: jiff::Timestamp = "2026-03-31T16:05:00Z".parse().unwrap();
    for (path, value, english, french) in [
        ("account.industrycode", Value::Whole(1), "Accounting", "Comptabilité"),
        ("account.creditonhold", Value::Boolean(true), "Yes", "Oui"),
        ("account.statecode", Value::Whole(0), "Active", "Actif"),
        ("account.statuscode", Value::Whole(2), "Inactive", "Inactif"),
        (
            "account.numberofemployees",
            Value::Whole(1_234_567),
            "1,234,567",
            "1\u{202f}234\u{202f}567",
        ),
        (
            "account.revenue",
            Value::Fixed(Fixed::new(-12_345_050, 4)),
            "-$1,234.51",
            "-1\u{202f}234,51\u{a0}€",
        ),
        (
            "account.exchangerate",
            Value::Fixed(Fixed::new(15_000_000_000, 10)),
            "1.5000000000",
            "1,5000000000",
        ),
        ("account.address1_latitude", Value::Double(48.5), "48.50000", "48,50000"),
        ("account.createdon", Value::Instant(at), "3/31/2026 6:05 PM", "31/03/2026 18:05"),
        (
            "opportunity.estimatedclosedate",
            Value::Date("2026-03-01".parse().unwrap()),
            "3/1/2026",
            "01/03/2026",
        ),
        ("task.actualdurationminutes", Value::Whole(90), "1.5 hours", "1,5 heure"),
        ("task.actualdurationminutes", Value::Whole(1), "1 minute", "1 minute"),
        ("task.actualdurationminutes", Value::Whole(2_880), "2 days", "2 jours"),
    ] {
        assert_eq!(shown(path, &value, ENGLISH).as_deref(), Some(english), "{path}");
        assert_eq!(shown(path, &value, FRENCH).as_deref(), Some(french), "{path}");
    }
    assert_eq!(shown("account.name", &Value::Text("A".to_owned()), ENGLISH), None);
    assert_eq!(shown("account.industrycode", &Value::Null, ENGLISH), None);
    assert_eq!(shown("account.industrycode", &Value::Whole(99), ENGLISH), None);
}

fn any_json() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,40}".prop_map(Json::from),
        "[-0-9:.TZ+]{0,30}".prop_map(Json::from),
        "[0-9a-f{}-]{30,40}".prop_map(Json::from),
        Just(json!([1, {"a": 2}])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn a_value_that_was_read_is_written_as_json_that_reads_as_the_same(json in any_json()) {
        let model = model();
        for name in ["account", "opportunity", "task", "organization"] {
            let table = model.table(name).unwrap();
            for column in table.columns() {
                let Ok(value) = Value::parse(&model, table, column, &json) else { continue };
                let text = written(&value);
                let back: Json = serde_json::from_str(&text).unwrap();
                let again = Value::parse(&model, table, column, &back).unwrap();
                if let (Value::Double(again), Value::Double(value)) = (&again, &value) {
                    // the reader of JSON is right to the last bit but one
                    prop_assert!((again - value).abs() <= value.abs() * 1e-15);
                } else {
                    prop_assert_eq!(&again, &value);
                }
            }
        }
    }
}
