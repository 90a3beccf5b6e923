//! The rules that a connector package is judged by, each with its code, severity, place and remedy; changes that break callers; the submission package.
