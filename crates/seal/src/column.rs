//! Which columns hold sealed values.
//!
//! A room lists its own in a constant `SEALED`, one line each, so that a rotation of the sealing key finds every
//! value. What is sealed and not listed would be lost with the old key; a test compares the lists with the
//! columns of bytes of the schema.

/// A column of sealed values, with the statements that walk it. Made by [`sealed_column!`](crate::sealed_column).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// `table.column`, as in [`Context::new`](crate::Context::new).
    pub name: &'static str,
    /// A slice in the order of the key: `$1` the tenant, `$2` the key of the last row before, `$3` how many.
    /// Answers key and value.
    pub read: &'static str,
    /// Replaces one value, unless somebody else has: `$1` the tenant, `$2` the key, `$3` the new value, `$4`
    /// the old one.
    pub write: &'static str,
}

/// A [`SealedColumn`]: the table, the column, and a column of identifiers of which each row of a tenant has its
/// own.
///
/// ```ignore
/// pub const SEALED: &[SealedColumn] = &[sealed_column!("totp_secrets", "secret", "user_id")];
/// ```
#[macro_export]
macro_rules! sealed_column {
    ($table:literal, $column:literal, $key:literal) => {
        $crate::SealedColumn {
            name: concat!($table, ".", $column),
            read: concat!(
                "SELECT ",
                $key,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE tenant_id = $1 AND ",
                $key,
                " > $2 AND ",
                $column,
                " IS NOT NULL ORDER BY ",
                $key,
                " LIMIT $3"
            ),
            write: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE tenant_id = $1 AND ",
                $key,
                " = $2 AND ",
                $column,
                " = $4"
            ),
        }
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_statements_of_a_column_name_table_column_and_key() {
        let column = sealed_column!("totp_secrets", "secret", "user_id");
        assert_eq!(column.name, "totp_secrets.secret");
        assert_eq!(
            column.read,
            "SELECT user_id, secret FROM totp_secrets WHERE tenant_id = $1 AND user_id > $2 \
             AND secret IS NOT NULL ORDER BY user_id LIMIT $3"
        );
        assert_eq!(
            column.write,
            "UPDATE totp_secrets SET secret = $3 WHERE tenant_id = $1 AND user_id = $2 AND secret = $4"
        );
    }
}
