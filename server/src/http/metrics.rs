//! `/metrics`, and the middleware that counts requests.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use usher_operations::Context;
use usher_store::figures;
use usher_store::job::Band;
use usher_telemetry::{Gauges, Meter, Pool};

use crate::cli;
use crate::telemetry::say;

/// What a label says of a route or a method that is none of ours: a stranger must not make labels.
const OTHER: &str = "other";

/// How often what was recorded is folded into its buckets.
const FOLD: Duration = Duration::from_secs(5);

/// Counts a request by the path as it is defined, and how long its answer took.
pub(super) async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = match *request.method() {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH => {
            request.method().clone().to_string()
        }
        Method::DELETE | Method::OPTIONS => request.method().clone().to_string(),
        _ => OTHER.to_owned(),
    };
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let route = route.as_ref().map_or(OTHER, MatchedPath::as_str);
    usher_telemetry::request_served(&method, route, status, took);
    tracing::debug!(route, status, took_ms = took.as_millis(), "answered");
    response
}

/// What a process counts and where it looks for the rest.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    meter: Meter,
    cx: Context,
}

impl Watch {
    /// Starts counting.
    ///
    /// # Errors
    /// The bounds of the buckets are none.
    pub(crate) fn start(cx: Context, stop: CancellationToken) -> Result<Self> {
        let watch = Self { meter: Meter::start()?, cx };
        let meter = watch.meter.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(FOLD) => meter.fold(),
                    () = stop.cancelled() => return,
                }
            }
        });
        Ok(watch)
    }

    pub(crate) fn router(self) -> Router {
        Router::new().route("/metrics", get(read)).with_state(self)
    }
}

async fn read(State(watch): State<Watch>) -> Response {
    match gauges(&watch.cx).await {
        Ok(gauges) => {
            let format = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, format)], watch.meter.render(&gauges)).into_response()
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "nothing could be counted");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn gauges(cx: &Context) -> Result<Gauges, usher_store::StoreError> {
    // Before a connection is taken for the counting itself.
    let pools = [("main", &cx.store), ("jobs", &cx.store.apart())].map(|(name, store)| {
        let (open, idle, most) = store.connections();
        Pool { name, used: open.saturating_sub(idle), idle, most }
    });
    let mut conn = cx.store.conn().await?;
    let now = cx.now();
    let waiting = figures::waiting(&mut conn, now).await?;
    let band = |band| match band {
        Band::Urgent => "urgent",
        Band::Normal => "normal",
    };
    let oldest = waiting.oldest_due_at.and_then(|at| (now - at).to_std().ok());
    Ok(Gauges {
        jobs: waiting.jobs.into_iter().map(|(s, b, count)| (s, band(b), count)).collect(),
        oldest_due: oldest.unwrap_or_default(),
        tasks_open: waiting.tasks_open,
        tasks_overdue: waiting.tasks_overdue,
        outbox_queued: waiting.outbox_queued,
        outbox_dead: waiting.outbox_dead,
        pools: pools.to_vec(),
    })
}

/// Serves `/metrics` on an address of its own, when there is one.
///
/// # Errors
/// The address cannot be listened on.
pub(crate) async fn open(
    options: &cli::Metrics,
    cx: &Context,
    stop: &CancellationToken,
) -> Result<()> {
    let Some(address) = options.metrics_listen else { return Ok(()) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for metrics"))?;
    say(&format!("Metrics are at http://{}/metrics", listener.local_addr()?));
    let router = Watch::start(cx.clone(), stop.clone())?.router();
    let stop = stop.clone();
    tokio::spawn(async move {
        let serving = axum::serve(listener, router)
            .with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(error) = serving.await {
            tracing::error!(error = &error as &dyn std::error::Error, "metrics are not served");
        }
    });
    Ok(())
}
