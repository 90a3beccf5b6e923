//! Lines on their way to standard error.
//!
//! A line for each request is written with many others: a call of the system for each would be a thirtieth of what a small
//! request costs. What is a warning or worse is written at once, behind everything that came before it.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Where lines go; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Vec<u8>>,
    bell: Condvar,
}

impl Lines {
    /// Lines with a thread that writes them.
    pub(super) fn start() -> io::Result<Self> {
        let lines = Self::default();
        let own = lines.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || own.run())?;
        Ok(lines)
    }

    fn run(&self) {
        let mut waiting = self.waiting();
        loop {
            waiting = self
                .0
                .bell
                .wait_while(waiting, |waiting| waiting.is_empty())
                .unwrap_or_else(PoisonError::into_inner);
            drop(waiting);
            thread::sleep(GATHER);
            waiting = self.waiting();
            write(&mut waiting);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits.
    pub(super) fn flush(&self) {
        write(&mut self.waiting());
    }
}

/// Nobody can be told that the log cannot be written.
fn write(waiting: &mut Vec<u8>) {
    drop(io::stderr().lock().write_all(waiting));
    waiting.clear();
    waiting.shrink_to(MOST);
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, urgent: false }
    }

    fn make_writer_for(&'a self, meta: &tracing::Metadata<'_>) -> Line<'a> {
        Line { lines: self, urgent: *meta.level() <= tracing::Level::WARN }
    }
}

/// One line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.lines.waiting();
        let first = waiting.is_empty();
        waiting.extend_from_slice(line);
        if self.urgent || waiting.len() >= MOST {
            write(&mut waiting);
        } else if first {
            self.lines.0.bell.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How long lines are gathered: what the end of the process by force may lose.
const GATHER: Duration = Duration::from_millis(100);
/// Bytes that wait at most before whoever adds to them writes them.
const MOST: usize = 64 * 1024;
