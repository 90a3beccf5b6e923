use proptest::prelude::*;

use super::{lenient, strict};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_strict_reader_takes_the_lenient_one_reads_alike(
        text in "[{}\\[\\]\":,\\\\untrue fals0-9.eE+-]{0,60}"
    ) {
        if let Ok(json) = strict::read(&text) {
            prop_assert_eq!(lenient::read(&text), Ok(json));
        }
    }

    #[test]
    fn written_json_is_read_alike_by_both(
        texts in prop::collection::vec(".{0,12}", 0..4),
        number in any::<f64>(),
        whole in any::<i64>(),
        flag in any::<bool>(),
    ) {
        let written = serde_json::json!({ "a": texts, "b": [number, whole, flag, null], "": { "c": {} } });
        for text in [written.to_string(), serde_json::to_string_pretty(&written).expect("JSON")] {
            let json = strict::read(&text).ok().expect("strict JSON");
            prop_assert_eq!(lenient::read(&text), Ok(json));
        }
    }
}

#[test]
fn numbers_of_every_form_are_read_alike() {
    for text in
        ["0", "-0", "1.5e-7", "1E+2", "18446744073709551615", "-9223372036854775808", "1e400"]
    {
        let strict = strict::read(text).ok();
        assert_eq!(lenient::read(text).ok(), strict, "{text}");
    }
}
