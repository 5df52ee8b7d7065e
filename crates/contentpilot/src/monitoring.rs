//! What operators' machines ask: whether the program lives, whether it can work, and numbers.

use std::sync::LazyLock;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::db::Statements;
use kernel::{App, Result, migrate};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Upper bounds of the request times, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];
/// Measured times wait in memory until they are sorted into the buckets.
const SORTED_EVERY: Duration = Duration::from_secs(5);
/// A database that takes longer to answer is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The numbers so far; `None` when another recorder was there first.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let times = Matcher::Full("contentpilot_http_request_seconds".into());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(times, &BUCKETS).ok()?;
    builder.install_recorder().inspect_err(|error| tracing::warn!(%error, "metrics are not kept")).ok()
});

/// Begins to keep numbers; doing it again does nothing.
pub(crate) fn start() {
    LazyLock::force(&RECORDER);
}

/// Sorts measured times into their buckets until told to stop.
pub(crate) async fn sort(stop: CancellationToken) {
    let Some(recorder) = RECORDER.as_ref() else { return };
    let mut every = tokio::time::interval(SORTED_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = every.tick() => recorder.run_upkeep(),
        }
    }
}

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers and has every migration.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let missing = match tokio::time::timeout(READY_WITHIN, missing_migrations(&app)).await {
        Ok(Ok(missing)) => Some(missing),
        Ok(Err(error)) => {
            tracing::warn!(error = ?error, "not ready: the database does not answer");
            None
        }
        Err(_) => {
            tracing::warn!("not ready: the database did not answer in time");
            None
        }
    };
    let (database, migrations) = match missing {
        Some(0) => ("ok", "ok"),
        Some(_) => ("ok", "missing"),
        None => ("unreachable", "unknown"),
    };
    let is_ready = missing == Some(0);
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": is_ready, "database": database, "migrations": migrations }))).into_response()
}

async fn missing_migrations(app: &App) -> Result<usize> {
    let row = app.database.global().await?.one("SELECT count(*) FROM app.migrations", &[]).await?;
    let applied = usize::try_from(row.get::<_, i64>(0)).unwrap_or(0);
    Ok(migrate::count().saturating_sub(applied))
}

/// `GET /metrics`: the numbers in Prometheus' text format.
pub(crate) async fn metrics(State(app): State<App>) -> Result<Response> {
    let (in_use, at_most) = app.database.usage();
    gauge("contentpilot_database_connections_in_use", in_use);
    gauge("contentpilot_database_connections_max", at_most);
    metrics::counter!("contentpilot_database_statements_total").absolute(app.database.statements());
    let sql = "SELECT count(*) FILTER (WHERE failed_at IS NULL AND run_at <= $1) AS due,
                      count(*) FILTER (WHERE failed_at IS NULL AND run_at > $1) AS later,
                      count(*) FILTER (WHERE failed_at IS NOT NULL) AS failed
               FROM app.jobs WHERE finished_at IS NULL";
    let row = app.database.global().await?.one(sql, &[&app.clock.now()]).await?;
    for state in ["due", "later", "failed"] {
        let count = usize::try_from(row.get::<_, i64>(state)).unwrap_or(0);
        metrics::gauge!("contentpilot_jobs", "state" => state).set(count as f64);
    }
    let text = RECORDER.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn gauge(name: &'static str, value: usize) {
    metrics::gauge!(name).set(value as f64);
}
