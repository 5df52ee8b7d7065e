//! The command line.

mod administration;
mod export;
mod import;
mod limits;
mod media;
mod serve;
mod upkeep;

use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use kernel::config::Settings;
use tokio::runtime::Runtime;

use crate::database::Place;
use crate::logging;

/// Exit code of a wrong setting or wrong usage; other failures end with 1.
const WRONG_SETTING: u8 = 2;
/// How long tasks may go on after the work is done.
const TASKS_END_WITHIN: Duration = Duration::from_secs(1);

/// One program that gives many organizations a content management system, on PostgreSQL.
///
/// Settings come from the environment or contentpilot.toml; the README lists them.
#[derive(Parser)]
#[command(name = "contentpilot", version)]
struct Arguments {
    /// Where the private database, the secret key and media are kept.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs web and workers in one process.
    Serve(ServeOptions),
    /// Runs workers only, for more machines.
    Worker,
    /// Applies the migrations that are missing.
    Migrate {
        /// List every migration and whether it is applied.
        #[arg(long, conflicts_with = "dry_run")]
        status: bool,
        /// Make all checks and name what would be applied, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Proves the schema and the tenants' isolation on the live database.
    Doctor {
        /// Answer with JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the OpenAPI 3.1 document.
    Openapi,
    /// Writes everything of one organization into one file, in open formats.
    Export(export::Options),
    /// Imports what another system exported. Safe to run again: what is there already is not added twice.
    #[command(subcommand)]
    Import(import::Source),
    /// The media library's files.
    #[command(subcommand)]
    Media(media::Command),
    #[command(flatten)]
    Administration(administration::Command),
}

#[derive(Args)]
struct ServeOptions {
    /// Set up the sample organization first, and print the addresses and the sample sign-in.
    #[arg(long)]
    demo: bool,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Leave background jobs to `contentpilot worker`.
    #[arg(long)]
    no_worker: bool,
    /// Do not apply migrations.
    #[arg(long)]
    no_migrate: bool,
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::Openapi) {
        return outcome(upkeep::openapi());
    }
    let (settings, _log) = match settings(&arguments) {
        Ok(settings) => settings,
        Err(error) => {
            complain(format_args!("{error:#}"));
            return ExitCode::from(WRONG_SETTING);
        }
    };
    outcome(run(arguments.command, settings))
}

/// Everything that can be wrong about the settings is found here, before anything is touched.
fn settings(arguments: &Arguments) -> anyhow::Result<(Settings, logging::Lines)> {
    let mut settings = Settings::read()?;
    if let Some(data_dir) = &arguments.data_dir {
        settings.keep_data_in(data_dir);
    }
    let log = logging::start(&settings, matches!(arguments.command, Command::Serve(_) | Command::Worker))?;
    Ok((settings, log))
}

fn run(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    // Two TLS providers may be linked in by dependencies; rustls wants one chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match command {
        Command::Serve(options) => serve::serve(settings, &options),
        Command::Worker => serve::worker(&settings),
        Command::Migrate { status, dry_run } => upkeep::migrate(&settings, status, dry_run),
        Command::Doctor { json } => upkeep::doctor(&settings, json),
        Command::Openapi => upkeep::openapi(),
        Command::Export(options) => export::run(&options, &settings),
        Command::Import(source) => import::run(&source, &settings),
        Command::Media(command) => media::run(&command, &settings),
        Command::Administration(command) => administration::run(command, &settings),
    }
}

fn outcome(result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        complain(format_args!("{error:#}"));
        ExitCode::FAILURE
    })
}

/// Does some work on the database, with the private server running as long as that takes.
fn on_database<T>(
    settings: &Settings,
    beside_server: bool,
    work: impl AsyncFnOnce(&Place) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let place = Place::find(settings, beside_server)?;
    let runtime = Runtime::new().context("no threads could be started")?;
    let outcome = runtime.block_on(work(&place));
    runtime.shutdown_timeout(TASKS_END_WITHIN);
    let stopped = place.stop();
    let value = outcome?;
    stopped?;
    Ok(value)
}

/// Writes one line of the answer; a reader who has gone away is no failure.
fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn complain(words: impl Display) {
    let _ = writeln!(io::stderr(), "contentpilot: {words}");
}
