//! `export`: everything of an organization, as a file.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use importers::archive;
use kernel::config::Settings;

use super::administration::{on_app, organization, words};
use super::import::step_bar;
use super::{complain, say};

#[derive(Args)]
pub(super) struct Options {
    /// The slug of the organization.
    #[arg(long, value_name = "SLUG")]
    org: String,
    /// The file to write, a ZIP archive.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes beside the file and gives it its name at the end, so that no half archive is taken for a whole one.
pub(super) fn run(options: &Options, settings: &Settings) -> anyhow::Result<ExitCode> {
    let out = &options.out;
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(PathBuf::from("."), PathBuf::from);
    let draft = tempfile::NamedTempFile::new_in(&folder)
        .with_context(|| format!("{} cannot be written to", folder.display()))?;
    let file: File = draft.reopen().context("the file cannot be written")?;
    let bar = step_bar();
    on_app(settings, async |app| {
        let organization = organization(app, &options.org).await?;
        let progress = |(what, count): archive::Step<'_>| {
            bar.set_message(what.to_owned());
            bar.set_position(count);
        };
        let exported = archive::export(app, &organization, file, progress).await.map_err(words)?;
        bar.finish_and_clear();
        for key in &exported.missing {
            complain(format_args!("the store no longer has {key}; it is left out"));
        }
        for (name, count) in exported.counts.iter().filter(|(_, count)| **count > 0) {
            say(format_args!("{count:>8}  {}", name.trim_start_matches("app.")));
        }
        Ok(())
    })?;
    draft.persist(out).with_context(|| format!("{} cannot be written", out.display()))?;
    say(format_args!("Everything of {} is in {}.", options.org, out.display()));
    Ok(ExitCode::SUCCESS)
}
