//! SQLite behind db.
