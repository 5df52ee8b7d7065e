//! The log: on standard error, as text for people or JSON for machines.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use kernel::config::Settings;
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What commands that end by themselves log when nobody asked for more: their answer is on standard output.
const QUIET: &str = "warn";
/// How long a line waits for others before they are written together.
const WRITTEN_EVERY: Duration = Duration::from_millis(50);
/// Lines that fill this many bytes wait no longer.
const WRITTEN_AT: usize = 64 * 1024;

/// Begins to log. Fails when the setting is no filter. Lines that still wait are written when the answer is dropped.
pub(crate) fn start(settings: &Settings, is_server: bool) -> anyhow::Result<Lines> {
    let wanted = if is_server || settings.log != "info" { settings.log.as_str() } else { QUIET };
    let filter = EnvFilter::try_new(wanted)
        .context("CONTENTPILOT_LOG: it must be error, warn, info, debug, trace or filters like info,kernel=debug")?;
    let lines = Lines::default();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone());
    if settings.log_as_json {
        log.json().flatten_event(true).init();
    } else {
        log.with_ansi(io::stderr().is_terminal()).init();
    }
    if is_server {
        let waiting = lines.clone();
        thread::Builder::new()
            .name("log".into())
            .spawn(move || {
                loop {
                    thread::sleep(WRITTEN_EVERY);
                    waiting.write_out();
                }
            })
            .context("no thread could be started for the log")?;
    }
    Ok(lines)
}

/// Lines of the log on their way out, written together: a system call for each costs more than many an answer.
/// Warnings and errors do not wait, nor does what was logged before them.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn write_out(&self) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if !waiting.is_empty() {
            // Where standard error is gone there is nobody to tell.
            let _ = io::stderr().lock().write_all(&waiting);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.write_out();
    }
}

/// One line on its way into [`Lines`].
pub(crate) struct Line<'a> {
    lines: &'a Lines,
    is_urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut waiting = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend_from_slice(text);
        let is_full = waiting.len() >= WRITTEN_AT;
        drop(waiting);
        if is_full || self.is_urgent {
            self.lines.write_out();
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, is_urgent: true }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line<'a> {
        Line { lines: self, is_urgent: *meta.level() <= Level::WARN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_wait_for_each_other_and_urgent_ones_do_not() {
        let lines = Lines::default();
        let mut line = Line { lines: &lines, is_urgent: false };
        line.write_all(b"one\n").unwrap();
        line.write_all(b"two\n").unwrap();
        assert_eq!(lines.0.lock().unwrap().as_slice(), b"one\ntwo\n");
        Line { lines: &lines, is_urgent: true }.write_all(b"three\n").unwrap();
        assert!(lines.0.lock().unwrap().is_empty());
    }
}
