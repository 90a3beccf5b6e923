//! The archive that is handed in for certification.
