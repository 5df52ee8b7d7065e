//! The log: on standard error, as text for people or JSON for machines.

use std::io::IsTerminal;

use anyhow::Context;
use kernel::config::Settings;
use tracing_subscriber::EnvFilter;

/// What commands that end by themselves log when nobody asked for more: their answer is on standard output.
const QUIET: &str = "warn";

/// Begins to log. Fails when the setting is no filter.
pub(crate) fn start(settings: &Settings, is_server: bool) -> anyhow::Result<()> {
    let wanted = if is_server || settings.log != "info" { settings.log.as_str() } else { QUIET };
    let filter = EnvFilter::try_new(wanted)
        .context("CONTENTPILOT_LOG: it must be error, warn, info, debug, trace or filters like info,kernel=debug")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if settings.log_as_json {
        log.json().flatten_event(true).init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
    Ok(())
}
