//! Migrations: numbered SQL files, embedded by the drivers, applied once and never edited after release.

use aws_lc_rs::digest;

/// One embedded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The number at the start of the file's name.
    pub number: i64,
    /// The rest of the name, such as `create_events`.
    pub name: String,
    /// The statements.
    pub sql: String,
    /// SHA-256 of the statements, in hexadecimal.
    pub checksum: String,
}

/// Why the schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A file's name is not `NNNN_verb_noun.sql`.
    #[error("the migration file name {0:?} is not NNNN_verb_noun.sql")]
    Name(String),
    /// Two files carry the same number.
    #[error("two migrations carry the number {0}")]
    Twice(i64),
    /// A file differs from what was applied.
    #[error("migration {number} was edited after it was applied")]
    Edited {
        /// The number.
        number: i64,
    },
    /// The data was written by a newer program.
    #[error(
        "the data holds migration {number}, which this program does not know: use a newer program"
    )]
    Newer {
        /// The number.
        number: i64,
    },
    /// A statement failed.
    #[error("migration {number} failed")]
    Failed {
        /// The number.
        number: i64,
        /// Why.
        #[source]
        source: crate::Error,
    },
}

/// The files of one dialect, in order.
#[derive(Debug, Clone, Default)]
pub struct Migrations(Vec<Migration>);

impl Migrations {
    /// Reads embedded files: pairs of name and content.
    ///
    /// # Errors
    /// [`MigrationError::Name`] and [`MigrationError::Twice`].
    pub fn read<N: AsRef<str>>(
        files: impl IntoIterator<Item = (N, String)>,
    ) -> Result<Self, MigrationError> {
        let mut all = Vec::new();
        for (file, sql) in files {
            let name = file.as_ref();
            let wrong = || MigrationError::Name(name.to_owned());
            let (number, rest) = name.split_once('_').ok_or_else(wrong)?;
            let rest = rest.strip_suffix(".sql").ok_or_else(wrong)?;
            let number = if number.len() == 4 { number.parse().ok() } else { None };
            all.push(Migration {
                number: number.ok_or_else(wrong)?,
                name: rest.to_owned(),
                checksum: checksum(&sql),
                sql,
            });
        }
        kernel::sort_by_key(&mut all, |m| m.number);
        if let Some([a, _]) = all.array_windows().find(|[a, b]| a.number == b.number) {
            return Err(MigrationError::Twice(a.number));
        }
        Ok(Self(all))
    }

    /// Every file, in order.
    pub fn all(&self) -> &[Migration] {
        &self.0
    }

    /// What is still to be applied, given the numbers and checksums that were.
    ///
    /// # Errors
    /// [`MigrationError::Edited`] and [`MigrationError::Newer`].
    pub fn pending(&self, applied: &[(i64, String)]) -> Result<Vec<&Migration>, MigrationError> {
        for (number, checksum) in applied {
            let Some(known) = self.0.iter().find(|m| m.number == *number) else {
                return Err(MigrationError::Newer { number: *number });
            };
            if known.checksum != *checksum {
                return Err(MigrationError::Edited { number: *number });
            }
        }
        let todo = |m: &&Migration| applied.iter().all(|(number, _)| *number != m.number);
        Ok(self.0.iter().filter(todo).collect())
    }
}

fn checksum(sql: &str) -> String {
    let hash = digest::digest(&digest::SHA256, sql.as_bytes());
    hash.as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Result<Migrations, MigrationError> {
        Migrations::read(list.iter().map(|(n, s)| (*n, (*s).to_owned())))
    }

    #[test]
    fn files_are_ordered_by_number() {
        let all =
            files(&[("0010_create_users.sql", "b"), ("0001_create_events.sql", "a")]).unwrap();
        let names: Vec<_> = all.all().iter().map(|m| (m.number, m.name.as_str())).collect();
        assert_eq!(names, [(1, "create_events"), (10, "create_users")]);
    }

    #[test]
    fn odd_names_and_repeated_numbers_are_refused() {
        assert!(matches!(files(&[("1_x.sql", "")]), Err(MigrationError::Name(_))));
        assert!(matches!(files(&[("0001_x.txt", "")]), Err(MigrationError::Name(_))));
        let twice = files(&[("0001_x.sql", ""), ("0001_y.sql", "")]);
        assert!(matches!(twice, Err(MigrationError::Twice(1))));
    }

    #[test]
    fn an_edited_file_and_a_newer_schema_are_refused() {
        let all = files(&[("0001_x.sql", "a"), ("0002_y.sql", "b")]).unwrap();
        let first = all.all()[0].checksum.clone();
        assert_eq!(all.pending(&[(1, first)]).unwrap()[0].number, 2);
        let edited = all.pending(&[(1, "00".to_owned())]);
        assert!(matches!(edited, Err(MigrationError::Edited { number: 1 })));
        let newer = all.pending(&[(9, "00".to_owned())]);
        assert!(matches!(newer, Err(MigrationError::Newer { number: 9 })));
    }
}
