//! Chance: what is written is read, and nothing stops the reader.

use app_packages::{Level, check, read, write};
use proptest::{collection::btree_map, prelude::*};
use serde_json::json;

use crate::sample;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        files in btree_map("[a-z0-9]{1,8}(/[a-z]{1,4})?\\.(png|txt)", prop::collection::vec(any::<u8>(), 0..400), 0..12),
        name in "\\PC{0,40}",
    ) {
        let manifest = json!({ "name": { "short": name }, "id": 7 });
        let list: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let zip = write(&manifest, &list).expect("names that can be written");
        let package = read(&zip).expect("what was written");
        prop_assert_eq!(package.document(), &manifest);
        prop_assert_eq!(package.names().collect::<Vec<_>>(), files.keys().map(String::as_str).collect::<Vec<_>>());
        for (name, bytes) in &files {
            prop_assert_eq!(package.file(name), Some(bytes.as_slice()));
        }
        let mut shuffled = list.clone();
        shuffled.reverse();
        prop_assert_eq!(write(&manifest, &shuffled).expect("the same"), zip);
    }

    #[test]
    fn any_name_that_is_written_can_be_read(name in "\\PC{0,12}|[a./\\\\:]{0,8}") {
        if let Ok(zip) = write(&json!({}), &[(name.as_str(), b"x")]) {
            prop_assert!(read(&zip).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn bytes_that_change_on_the_way_never_stop_the_reader(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let mut zip = sample::pack(&sample::manifest(), &sample::files());
        let place = at.index(zip.len());
        zip[place] = byte;
        zip.truncate(cut.index(zip.len()) + 1);
        if let Ok(package) = read(&zip) {
            for level in Level::ALL {
                check(&package, level);
            }
        }
    }

    #[test]
    fn any_text_for_a_member_is_judged(value in "\\PC{0,40}|[a-z*.:/]{0,30}") {
        let mut manifest = sample::manifest();
        for pointer in [
            "/$schema", "/manifestVersion", "/version", "/validDomains/0", "/staticTabs/0/contentUrl",
            "/webApplicationInfo/resource", "/icons/color", "/localizationInfo/additionalLanguages/0/file",
        ] {
            *manifest.pointer_mut(pointer).unwrap() = json!(value);
        }
        let package = read(&sample::pack(&manifest, &sample::files())).expect("a package");
        for level in Level::ALL {
            check(&package, level);
            package.texts(&value);
        }
    }
}
