//! What stands around every page: request id, security headers, cross-site fence, sessions, files, health.

mod assets;
mod headers;
mod health;
pub(crate) mod metrics;
mod session_store;

use std::time::Duration;

use anyhow::Result;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use usher_app::AppState;
use usher_store::{kept_input, session};

use crate::login::{self, Doors};
use session_store::SessionStore;

/// How long it is known whose an expired session was.
const REMEMBERED: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// Bytes of a form at most.
const FORM_LIMIT: usize = 256 * 1024;

/// What is served.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) state: AppState,
    /// Identity providers to sign in with.
    pub(crate) doors: Doors,
    /// Browsers reach us over TLS.
    pub(crate) is_secure: bool,
    pub(crate) is_demo: bool,
    /// Counters on the address of the pages; elsewhere they have an address of their own.
    pub(crate) watch: Option<metrics::Watch>,
}

/// The whole site as one router.
pub(crate) fn router(site: &Site) -> Router {
    let cx = site.state.cx.clone();
    // `__Host-` binds the cookie to this host and to TLS; a browser refuses the prefix over plain http.
    let name = if site.is_secure { "__Host-usher" } else { "usher" };
    let sessions = SessionManagerLayer::new(SessionStore::new(cx.clone()))
        .with_name(name)
        .with_secure(site.is_secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // How long the browser keeps the cookie; what it is good for, the store decides.
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(24)));
    let pages = usher_app::pages(site.state.clone(), login::routes(site.doors.clone()));
    let pages = usher_app::draw_failures(pages.layer(sessions))
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn(metrics::measure));
    let api = usher_api::router(usher_api::Api { cx: cx.clone(), words: usher_app::status_words })
        .layer(middleware::from_fn(metrics::measure));
    let watched = site.watch.clone().map(metrics::Watch::router).unwrap_or_default();
    Router::new()
        .merge(api)
        .merge(watched)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready).with_state(cx.clone()))
        .fallback_service(pages)
        .layer(middleware::from_fn(assets::serve))
        .layer(middleware::from_fn_with_state(
            headers::Fence { cx, is_secure: site.is_secure, is_demo: site.is_demo },
            headers::fence,
        ))
        .layer(CatchPanicLayer::new())
}

/// Serves until told to stop; requests that are under way are finished.
///
/// # Errors
/// The listener failed.
pub(crate) async fn serve(
    listener: TcpListener,
    site: Site,
    stop: CancellationToken,
) -> Result<()> {
    let cx = site.state.cx.clone();
    let sweeping = tokio::spawn(sweep(cx, stop.clone()));
    axum::serve(listener, router(&site))
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await?;
    sweeping.await?;
    Ok(())
}

/// Clears sessions that have expired, and what was typed in them.
async fn sweep(cx: usher_operations::Context, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(600)) => {}
            () = stop.cancelled() => return,
        }
        let now = cx.now();
        let cleared = async {
            session::delete_expired(&cx.store, now, now - REMEMBERED).await?;
            kept_input::delete_expired(&cx.store, now).await
        };
        if let Err(error) = cleared.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "expired sessions were not cleared"
            );
        }
    }
}
