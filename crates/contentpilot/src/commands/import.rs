//! `import`: what another system exported, into an organization.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use importers::report::Summary;
use importers::wordpress::{self, Progress, Step};
use importers::{Options, archive, contacts, ghost, legacy, markdown};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::App;
use kernel::config::Settings;

use super::{administration, on_database, say};

#[derive(Subcommand)]
pub(super) enum Source {
    /// An export of WordPress: the .xml file of Tools → Export.
    Wordpress {
        /// The file; left out or -, standard input.
        path: Option<PathBuf>,
        #[command(flatten)]
        target: Target,
    },
    /// An export of Ghost: the .json file of Settings → Export.
    Ghost {
        /// The file; left out or -, standard input.
        path: Option<PathBuf>,
        /// The address of the Ghost site, where its pictures lie; the file does not name it.
        #[arg(long, value_name = "URL")]
        site: Option<String>,
        #[command(flatten)]
        target: Target,
    },
    /// A folder of Markdown files with front matter, as Hugo, Jekyll and Obsidian keep it.
    Markdown {
        /// The folder; files are remembered by their paths in it.
        path: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// What `contentpilot export` wrote, into an organization that holds nothing yet.
    Archive {
        /// The file.
        path: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// People to write to, from a CSV file such as Mailchimp's export. The first row names the columns.
    ///
    /// Who imports people has their consent. Nobody who unsubscribed is subscribed again.
    Contacts {
        /// The file.
        path: PathBuf,
        /// Where these people agreed to get emails; kept with each of them.
        #[arg(long, value_name = "WORDS", default_value = "")]
        consent: String,
        #[command(flatten)]
        target: Target,
    },
    /// The host platform's own table content, in the database that DATABASE_URL names. The table stays as it is.
    Legacy {
        #[command(flatten)]
        target: Target,
    },
}

#[derive(Args)]
pub(super) struct Target {
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

impl Target {
    fn options(&self) -> Options {
        Options { dry_run: self.dry_run }
    }
}

pub(super) fn run(source: &Source, settings: &Settings) -> anyhow::Result<ExitCode> {
    match source {
        Source::Wordpress { path, target } => {
            // Opened first, so that a wrong name is told before a database is started.
            let (file, size) = open(path.as_deref())?;
            let bar = byte_bar(size);
            on_app(settings, target, &bar, async |app| {
                wordpress::run(app, &target.org, file, target.options(), |progress| show(&bar, progress)).await
            })
        }
        Source::Ghost { path, site, target } => {
            let (file, _) = open(path.as_deref())?;
            let bar = progress_bar(None, "{msg:12} {spinner} {human_pos}");
            on_app(settings, target, &bar, async |app| {
                let how = (site.as_deref(), target.options());
                ghost::run(app, &target.org, file, how, |done| bar.set_position(done)).await
            })
        }
        Source::Markdown { path, target } => {
            std::fs::read_dir(path).with_context(|| format!("{} is not a folder that can be read", path.display()))?;
            let bar = count_bar();
            on_app(settings, target, &bar, async |app| {
                let progress = |done, total| count(&bar, done, total);
                markdown::run(app, &target.org, path, target.options(), progress).await
            })
        }
        Source::Archive { path, target } => {
            File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
            let bar = step_bar();
            on_app(settings, target, &bar, async |app| {
                let progress = |(what, count): archive::Step<'_>| {
                    bar.set_message(what.to_owned());
                    bar.set_position(count);
                };
                archive::run(app, &target.org, path, target.options(), progress).await
            })
        }
        Source::Contacts { path, consent, target } => {
            let size = std::fs::metadata(path).with_context(|| format!("{} cannot be opened", path.display()))?.len();
            let bar = byte_bar(Some(size));
            on_app(settings, target, &bar, async |app| {
                let how = (consent.as_str(), target.options());
                contacts::run(app, &target.org, path, how, |read| bar.set_position(read)).await
            })
        }
        Source::Legacy { target } => {
            let bar = count_bar();
            on_app(settings, target, &bar, async |app| {
                legacy::run(app, &target.org, target.options(), |done, total| count(&bar, done, total)).await
            })
        }
    }
}

/// Imports, clears the bar away and tells what was done.
fn on_app(
    settings: &Settings,
    target: &Target,
    bar: &ProgressBar,
    import: impl AsyncFnOnce(&App) -> kernel::Result<Summary>,
) -> anyhow::Result<ExitCode> {
    let summary = on_database(settings, true, async |place| {
        let app = place.open_for_command(settings).await?;
        let summary = import(&app).await;
        app.database.close();
        summary.map_err(administration::words)
    });
    bar.finish_and_clear();
    let summary = summary?;
    if target.json {
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

/// A bar for a file, of known size or not.
fn byte_bar(size: Option<u64>) -> ProgressBar {
    let template =
        if size.is_some() { "{msg:12} {wide_bar} {bytes}/{total_bytes}" } else { "{msg:12} {spinner} {bytes}" };
    progress_bar(size, template)
}

/// A bar for records, whose number is told later.
fn count_bar() -> ProgressBar {
    progress_bar(Some(0), "{msg:12} {wide_bar} {human_pos}/{human_len}")
}

/// A bar for one thing after the other.
pub(super) fn step_bar() -> ProgressBar {
    progress_bar(None, "{msg:28} {spinner} {human_pos}")
}

/// A bar for people who look on; nothing where standard error is no terminal.
fn progress_bar(size: Option<u64>, template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn count(bar: &ProgressBar, done: u64, total: u64) {
    bar.set_message("Importing");
    bar.set_length(total);
    bar.set_position(done);
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
