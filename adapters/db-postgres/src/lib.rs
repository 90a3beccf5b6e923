//! PostgreSQL behind db.
