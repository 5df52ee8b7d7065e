//! Commands about the program itself: its schema, the proof of isolation, its API's description.

use std::process::ExitCode;

use kernel::config::Settings;
use kernel::migrate;

use super::{on_database, say};
use crate::doctor;

pub(super) fn openapi() -> anyhow::Result<ExitCode> {
    say(serde_json::to_string_pretty(crate::openapi::shared())?);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn migrate(settings: &Settings, status: bool, dry_run: bool) -> anyhow::Result<ExitCode> {
    on_database(settings, true, async |place| {
        let mut client = place.connect_as_owner().await?;
        if status {
            for one in migrate::status(&client).await? {
                say(format_args!("{}  {}", if one.applied { "applied" } else { "missing" }, one.name));
            }
        } else if dry_run {
            let pending = migrate::dry_run(&client).await?;
            pending.iter().for_each(|name| say(format_args!("would apply  {name}")));
            say(format_args!("{} of {} migrations are missing.", pending.len(), migrate::count()));
        } else {
            let report = migrate::run(&mut client).await?;
            report.applied.iter().for_each(|name| say(format_args!("applied  {name}")));
            say(format_args!("{} applied now, {} before.", report.applied.len(), report.already_applied));
        }
        Ok(ExitCode::SUCCESS)
    })
}

pub(super) fn doctor(settings: &Settings, json: bool) -> anyhow::Result<ExitCode> {
    on_database(settings, true, async |place| {
        let report = doctor::run(&mut *place.connect_as_owner().await?).await?;
        if json {
            say(serde_json::to_string_pretty(&report)?);
        } else {
            say(report.to_string().trim_end());
        }
        Ok(if report.ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
