//! Commands about the media library's files.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::config::Settings;

use super::administration::{on_app, words};
use super::say;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Deletes files in the store that no organization knows: of organizations that were deleted, or that a restored
    /// database has forgotten. Not for a store that another program shares.
    Sweep {
        /// Name them, and delete nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Makes smaller pictures, stills and first pages anew of every file, as jobs: for what came before AVIF was switched
    /// on, or before ffmpeg or Poppler was installed.
    Remake,
}

pub(super) fn run(command: &Command, settings: &Settings) -> anyhow::Result<ExitCode> {
    match *command {
        Command::Sweep { dry_run } => sweep(settings, dry_run),
        Command::Remake => on_app(settings, async |app| {
            let count = media::remake::remake(app, app.clock.now()).await.map_err(words)?;
            say(format_args!("Jobs for {count} files are queued; a running server or worker does them."));
            Ok(())
        }),
    }
}

fn sweep(settings: &Settings, dry_run: bool) -> anyhow::Result<ExitCode> {
    on_app(settings, async |app| {
        let told = if dry_run { "would delete" } else { "deleted" };
        let sweep = media::sweep::sweep(app, app.clock.now(), dry_run, |folder| say(format_args!("{told}  {folder}")));
        let count = sweep.await.map_err(words)?;
        say(format_args!("{count} folders {told}."));
        Ok(())
    })
}
