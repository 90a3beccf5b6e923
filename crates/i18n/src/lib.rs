//! Texts in two languages.
