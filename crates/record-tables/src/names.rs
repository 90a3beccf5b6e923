//! Names in the database, and identifiers that follow from others.

use uuid::{Builder, Uuid};

/// The physical table of a table's rows.
pub fn table(number: i64, logical: &str) -> String {
    format!("\"r{number}_{logical}\"")
}

/// A table of an environment's own, for what is no row: `shares`, `tombstones`, `history`, `chunks`.
pub fn side(number: i64, name: &str) -> String {
    format!("\"s{number}_{name}\"")
}

/// The column of a table.
pub fn column(logical: &str) -> String {
    format!("\"{logical}\"")
}

/// The second column of a reference to several tables: the code of the table it points to.
pub fn type_column(logical: &str) -> String {
    format!("\"{logical}:t\"")
}

/// An index; `of` is the identifier of the column or key it is for.
pub fn index(number: i64, code: i32, of: Uuid) -> String {
    format!("\"x{number}_{code}_{:016x}\"", fold_down(of))
}

const fn fold_down(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    high.rotate_left(17) ^ low
}

/// The same identifier for the same name in the same environment, on every node and after every crash.
pub fn derived(environment: Uuid, name: &str) -> Uuid {
    // FNV-1a (128 bits): spreads well; nobody gains by a collision in an environment that is theirs.
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let bytes = environment.as_bytes().iter().chain(name.as_bytes());
    let hash = bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_and_derived_identifiers_differ() {
        assert_eq!(table(7, "account"), "\"r7_account\"");
        assert_eq!(type_column("customerid"), "\"customerid:t\"");
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(derived(a, "x"), derived(a, "x"));
        assert_ne!(derived(a, "x"), derived(b, "x"));
        assert_ne!(derived(a, "x"), derived(a, "y"));
        assert_eq!(derived(a, "x").get_version_num(), 8);
    }
}
