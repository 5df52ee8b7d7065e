//! `import`: what another system exported, into an organization.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use importers::wordpress::{self, Progress, Step};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::config::Settings;

use super::{administration, on_database, say};

#[derive(Subcommand)]
pub(super) enum Source {
    /// An export of WordPress: the .xml file of Tools → Export.
    Wordpress(Options),
}

#[derive(Args)]
pub(super) struct Options {
    /// The file; left out or -, standard input.
    path: Option<PathBuf>,
    /// The slug of the organization that gets it.
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// Tell what would be done, and keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// Answer with JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(source: &Source, settings: &Settings) -> anyhow::Result<ExitCode> {
    let Source::Wordpress(options) = source;
    // Opened first, so that a wrong name is told before a database is started.
    let (file, size) = open(options.path.as_deref())?;
    let bar = progress_bar(size);
    let summary = on_database(settings, true, async |place| {
        let app = place.open_for_command(settings).await?;
        let how = wordpress::Options { dry_run: options.dry_run };
        let summary = wordpress::run(&app, &options.org, file, how, |progress| show(&bar, progress)).await;
        app.database.close();
        summary.map_err(administration::words)
    });
    bar.finish_and_clear();
    let summary = summary?;
    if options.json {
        say(serde_json::to_string_pretty(&summary)?);
    } else {
        say(summary.to_string().trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

/// The file with its size, where it has one.
fn open(path: Option<&Path>) -> anyhow::Result<(Box<dyn BufRead + Send>, Option<u64>)> {
    match path.filter(|path| *path != Path::new("-")) {
        None => Ok((Box::new(BufReader::new(io::stdin())), None)),
        Some(path) => {
            let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
            let size = file.metadata().ok().map(|metadata| metadata.len());
            Ok((Box::new(BufReader::new(file)), size))
        }
    }
}

/// A bar for people who look on; nothing where standard error is no terminal.
fn progress_bar(size: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template =
        if size.is_some() { "{msg:12} {wide_bar} {bytes}/{total_bytes}" } else { "{msg:12} {spinner} {bytes}" };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(bar: &ProgressBar, progress: Progress) {
    let message = match progress.step {
        Step::Preparing => "Preparing",
        Step::Items => "Importing",
        Step::Links => "Linking",
    };
    bar.set_message(message);
    bar.set_position(progress.bytes);
}
