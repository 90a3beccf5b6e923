//! Teams, channels, messages, files, mail.
