//! Every page in both languages.
