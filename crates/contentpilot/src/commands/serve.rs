//! `serve` and `worker`: the program as it runs for long.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::time::Duration;

use accounts::Residents;
use anyhow::{Context, anyhow};
use axum::ServiceExt;
use axum::extract::Request;
use axum::serve::ListenerExt;
use kernel::App;
use kernel::config::Settings;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{ServeOptions, administration, on_database, say};
use crate::database::Place;
use crate::{monitoring, router};

/// How long requests and jobs that have begun may take after the order to stop.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

pub(super) fn serve(mut settings: Settings, options: &ServeOptions) -> anyhow::Result<ExitCode> {
    if let Some(address) = options.listen {
        settings.listen_on(address);
    }
    let listener = listen(settings.listen)?;
    settings.listen_on(listener.local_addr().context("the listening address is not known")?);
    let bounces = settings.bounce_listen.map(listen_for_bounces).transpose()?;
    on_database(&settings, false, async |place| {
        let stop = stop_on_signal()?;
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            prepared = prepare(place, &settings, options) => {
                let prepared = prepared?;
                listen_for_changes(&prepared.0, place, &stop);
                let bounces = bounces.map(|listener| take_bounces(&prepared.0, listener, &stop)).transpose()?;
                answer(prepared, listener, options, stop.clone()).await?;
                if let Some(bounces) = bounces {
                    finish(bounces, "bounces").await;
                }
                Ok(())
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn worker(settings: &Settings) -> anyhow::Result<ExitCode> {
    on_database(settings, true, async |place| {
        let stop = stop_on_signal()?;
        let app = place.open_for_command(settings).await?;
        tracing::info!("working on jobs");
        let (jobs, emails) = work(&app, &stop);
        stop.cancelled().await;
        finish(jobs, "jobs").await;
        finish(emails, "emails").await;
        app.database.close();
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs jobs and sends emails until told to stop.
fn work(app: &App, stop: &CancellationToken) -> (JoinHandle<()>, JoinHandle<()>) {
    let jobs = tokio::spawn(kernel::jobs::work(app.clone(), router::jobs(), stop.clone()));
    (jobs, tokio::spawn(email::sending::delivery::run(app.clone(), stop.clone())))
}

/// Taken before anything else, so that a port in use is told at once.
fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("{address} is in use by another program: stop that one, or choose another with --listen")
        }
        ErrorKind::PermissionDenied => {
            anyhow!("this user may not listen on {address}: choose a port above 1023 with --listen")
        }
        _ => anyhow!("could not listen on {address}: {error}"),
    })?;
    listener.set_nonblocking(true).context("the listener could not be set up")?;
    Ok(listener)
}

/// Taken before anything else, like the first.
fn listen_for_bounces(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("BOUNCE_LISTEN: mails cannot be taken at {address}; choose a port that is free and allowed")
    })?;
    listener.set_nonblocking(true).context("the listener for bounces could not be set up")?;
    Ok(listener)
}

fn take_bounces(app: &App, listener: TcpListener, stop: &CancellationToken) -> anyhow::Result<JoinHandle<()>> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tracing::info!(address = ?listener.local_addr().ok(), "taking bounces");
    Ok(tokio::spawn(email::returns::listener::run(app.clone(), listener, stop.clone())))
}

/// A token that SIGTERM or SIGINT cancels.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signal = signal(kind).context("signals cannot be received")?;
        let stop = stop.clone();
        tokio::spawn(async move {
            signal.recv().await;
            stop.cancel();
        });
    }
    Ok(stop)
}

async fn prepare(place: &Place, settings: &Settings, options: &ServeOptions) -> anyhow::Result<(App, Option<String>)> {
    if !options.no_migrate {
        place.migrate().await?;
    }
    let app = place.open(settings).await?;
    if options.demo {
        let demo = administration::seed_demo(&app).await?;
        return Ok((app, Some(demo)));
    }
    if accounts::demo::retire_known_password(&app).await.map_err(administration::words)?.is_some() {
        let email = accounts::demo::EMAIL;
        say(format_args!(
            "Others reach this program, so the password of {email} that everybody knows was replaced by a random one \
             and their sessions are ended. To sign in with it: contentpilot user set-password --email {email}"
        ));
    }
    Ok((app, None))
}

/// Hears which public pages changed, so that the others may be kept in memory.
fn listen_for_changes(app: &App, place: &Place, stop: &CancellationToken) {
    let Some(url) = place.listening_url().map(str::to_owned) else {
        tracing::warn!("pages are not kept in memory: a pooler passes no notifications on, set DATABASE_OWNER_URL");
        return;
    };
    let (app, stop) = (app.clone(), stop.clone());
    tokio::spawn(async move { kernel::changes::listen(&app.changes, &url, stop).await });
}

/// Answers requests and works on jobs until told to stop; what has begun is finished.
async fn answer(
    (app, demo): (App, Option<String>),
    listener: TcpListener,
    options: &ServeOptions,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let service =
        ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(router::service(app.clone()));
    // Answers are written whole, so waiting for more to send only delays them.
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let server = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let server = tokio::spawn(async move { server.await });
    let work = (!options.no_worker).then(|| work(&app, &stop));
    tokio::spawn(monitoring::sort(stop.clone()));
    announce(&app, demo).await?;
    stop.cancelled().await;
    tracing::info!("stopping");
    finish(server, "requests").await;
    if let Some((jobs, emails)) = work {
        finish(jobs, "jobs").await;
        finish(emails, "emails").await;
    }
    app.database.close();
    Ok(())
}

async fn announce(app: &App, demo: Option<String>) -> anyhow::Result<()> {
    let url = &app.settings.public_url;
    tracing::info!(listen = %app.settings.listen, url, "ready");
    if let Some(demo) = demo {
        say(demo);
        return Ok(());
    }
    match accounts::residents(app).await? {
        Residents::Nobody => say(format_args!("ContentPilot is ready: {url}/admin/setup")),
        Residents::Some => say(format_args!("ContentPilot is ready: {url}/admin")),
        Residents::WithoutPasswords => say(format_args!(
            "ContentPilot is ready: {url}/admin\nNobody has a password here yet. Set the first one with: \
             contentpilot user set-password --email ADDRESS"
        )),
    }
    Ok(())
}

async fn finish<T>(task: JoinHandle<T>, what: &str) {
    if tokio::time::timeout(ENDS_WITHIN, task).await.is_err() {
        tracing::warn!("{what} did not end within {} seconds and are cut off", ENDS_WITHIN.as_secs());
    }
}
