//! Asking a person for a secret.

use std::io::{self, BufRead as _, IsTerminal as _};

use kernel::Secret;

use crate::{
    exit::{Exit, Failure, Result},
    out,
};

/// Asks for a secret. On a terminal it is not shown; elsewhere a line of standard input is taken, without a word.
pub(crate) fn secret(prompt: &str) -> Result<Secret<String>> {
    if io::stdin().is_terminal() {
        out::complain(format!("{prompt} (not shown while you type):"));
        return hidden();
    }
    line()
}

/// Asks for a new secret; on a terminal twice, because a mistake would not be seen.
pub(crate) fn new_secret(prompt: &str) -> Result<Secret<String>> {
    let first = secret(prompt)?;
    if io::stdin().is_terminal() && secret("Once more")?.expose() != first.expose() {
        return Err(Failure::new(Exit::Refused, "the two are not the same: nothing was done"));
    }
    Ok(first)
}

fn line() -> Result<Secret<String>> {
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text).map_err(|error| Failure::plain(&error))?;
    Ok(Secret::new(text))
}

#[cfg(unix)]
fn hidden() -> Result<Secret<String>> {
    unix::hidden()
}

/// Without a way to hide it, it is a line like any other.
#[cfg(not(unix))]
fn hidden() -> Result<Secret<String>> {
    line()
}

#[cfg(unix)]
mod unix {
    use std::io::{self, Read as _};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    use super::{Exit, Failure, Result, Secret, out};

    /// Gives the terminal back as it was, whatever happens.
    struct Restore(Termios);

    impl Drop for Restore {
        fn drop(&mut self) {
            tcsetattr(io::stdin(), OptionalActions::Flush, &self.0).ok();
            out::complain("");
        }
    }

    /// Reads key by key, without echo. The keys that would stop the program come as characters, so that it
    /// never dies with the terminal left silent.
    pub(super) fn hidden() -> Result<Secret<String>> {
        let failed = |error: rustix::io::Errno| Failure::plain(&error);
        let before = tcgetattr(io::stdin()).map_err(failed)?;
        let mut silent = before.clone();
        silent.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG | LocalModes::ICANON;
        let _restore = Restore(before);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent).map_err(failed)?;
        let bytes = io::stdin().lock().bytes();
        match super::typed(bytes.map_while(io::Result::ok)) {
            Some(secret) => Ok(secret),
            None => Err(Failure::new(Exit::Refused, "given up: nothing was done")),
        }
    }
}

/// What keys make: a line up to Enter or the end, with what the keys for corrections take away. `None` when it is
/// given up with Ctrl C.
fn typed(keys: impl Iterator<Item = u8>) -> Option<Secret<String>> {
    let mut bytes = Vec::new();
    for key in keys {
        match key {
            b'\r' | b'\n' | CTRL_D => break,
            CTRL_C => return None,
            CTRL_U => bytes.clear(),
            BACKSPACE | DELETE => {
                // A character may be several bytes: those that follow its first one go with it.
                while bytes.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {}
            }
            key => bytes.push(key),
        }
    }
    Some(Secret::new(String::from_utf8_lossy(&bytes).into_owned()))
}

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const BACKSPACE: u8 = 8;
const CTRL_U: u8 = 21;
const DELETE: u8 = 127;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_make_a_line() {
        for (keys, line) in [
            ("secret\nmore", Some("secret")),
            ("pâ\u{7f}ass\r", Some("pass")),
            ("wrong\u{15}right\n", Some("right")),
            ("\u{8}\u{8}x\u{4}y", Some("x")),
            ("secret\u{3}\n", None),
            ("", Some("")),
        ] {
            let made = typed(keys.bytes());
            assert_eq!(made.as_ref().map(|s| s.expose().as_str()), line, "{keys:?}");
        }
    }
}
