//! App packages: manifest, icons and language files of a zip, read, checked and written. A pure language.
