//! Names: what is allowed, the lower case of a schema name, the plural that becomes an entity set,
//! and identifiers that depend on a name alone.

use uuid::Uuid;

/// Characters of a table's or column's schema name, prefix and all. Our own choice: the physical
/// names made of them fit into 63 bytes, the limit of PostgreSQL.
pub const MAX_NAME: usize = 50;
/// Characters of the schema name of a relationship, a choice or a key.
pub const MAX_LONG_NAME: usize = 100;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// It is empty or longer than allowed.
    Length,
    /// It has other characters than letters, digits and `_`, or does not begin with a letter.
    Characters,
    /// It does not begin with a publisher's prefix, `new_`: a letter, 1 to 7 letters or digits, `_`.
    Prefix,
}

/// Checks a schema name that makers give: letters, digits and `_` behind a publisher's prefix.
///
/// # Errors
/// [`NameProblem`].
pub fn check(schema: &str, max: usize) -> Result<(), NameProblem> {
    if schema.is_empty() || schema.len() > max {
        return Err(NameProblem::Length);
    }
    if !schema.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        || !schema.starts_with(|first: char| first.is_ascii_alphabetic())
    {
        return Err(NameProblem::Characters);
    }
    match schema.split_once('_') {
        Some((prefix, rest)) if (2..=8).contains(&prefix.len()) && !rest.is_empty() => {
            if prefix.to_ascii_lowercase().starts_with("mscrm") {
                Err(NameProblem::Prefix)
            } else {
                Ok(())
            }
        }
        _ => Err(NameProblem::Prefix),
    }
}

/// The regular English plural of a logical name: `new_deal` → `new_deals`, `…y` → `…ies`, `…s` →
/// `…ses` (Web API reference, name rules).
pub fn plural(logical: &str) -> String {
    let ends = |ends: &[&str]| ends.iter().any(|end| logical.ends_with(end));
    if let Some(stem) = logical.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if ends(&["s", "x", "z", "ch", "sh"]) { format!("{logical}es") } else { format!("{logical}s") }
}

/// An identifier that depends on a name alone: the baseline has the same in every environment.
/// Two FNV-1a hashes of 64 bits with different bases; the names are ours, nobody forges them.
pub fn stable_id(name: &str) -> Uuid {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = |basis: u64| {
        let mixed =
            name.bytes().fold(basis, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
        // the last bytes of a name must reach the high bits too
        let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    };
    let (high, low) = (hash(0xcbf2_9ce4_8422_2325), hash(0x6c62_272e_07bb_0142));
    let mut bytes = [0_u8; 16];
    let (front, back) = bytes.split_at_mut(8);
    front.copy_from_slice(&high.to_be_bytes());
    back.copy_from_slice(&low.to_be_bytes());
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maker_names_things_with_a_prefix() {
        for good in ["new_Deal", "cr4ab_a", "abcdefgh_X9", "new_a_b"] {
            assert_eq!(check(good, MAX_NAME), Ok(()), "{good}");
        }
        for (bad, problem) in [
            ("", NameProblem::Length),
            ("deal", NameProblem::Prefix),
            ("n_deal", NameProblem::Prefix),
            ("new_", NameProblem::Prefix),
            ("abcdefghi_deal", NameProblem::Prefix),
            ("mscrm_deal", NameProblem::Prefix),
            ("1ew_deal", NameProblem::Characters),
            ("new_dé", NameProblem::Characters),
            ("new_deal;drop", NameProblem::Characters),
            ("new_\"x", NameProblem::Characters),
        ] {
            assert_eq!(check(bad, MAX_NAME), Err(problem), "{bad}");
        }
        assert_eq!(check(&format!("new_{}", "x".repeat(47)), MAX_NAME), Err(NameProblem::Length));
    }

    #[test]
    fn plurals_are_regular() {
        for (one, many) in [
            ("new_deal", "new_deals"),
            ("new_company", "new_companies"),
            ("new_key", "new_keys"),
            ("new_bus", "new_buses"),
            ("new_box", "new_boxes"),
            ("new_match", "new_matches"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn identifiers_of_names_differ_and_stay() {
        assert_eq!(stable_id("table/account"), stable_id("table/account"));
        let ids: std::collections::HashSet<Uuid> =
            (0..10_000).map(|at| stable_id(&format!("column/{at}/x{at}"))).collect();
        assert_eq!(ids.len(), 10_000);
        assert_eq!(stable_id("a").get_version_num(), 8);
    }
}
