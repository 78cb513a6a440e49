//! One id per request, the security headers, and the fence around the demonstration.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;
use usher_app::{Correlation, Nonce};
use usher_operations::Context;
use usher_vocabulary::CorrelationId;

#[derive(Debug, Clone)]
pub(crate) struct Fence {
    pub(crate) cx: Context,
    pub(crate) is_secure: bool,
    pub(crate) is_demo: bool,
}

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) async fn fence(
    State(fence): State<Fence>,
    mut request: Request,
    next: Next,
) -> Response {
    if fence.is_demo && !is_loopback_host(&request) {
        // A page of another site that rebinds its name to this machine gets nothing.
        return (
            StatusCode::MISDIRECTED_REQUEST,
            "the demonstration answers on loopback names only\n",
        )
            .into_response();
    }
    let correlation: CorrelationId = fence.cx.id();
    let nonce = nonce(&fence.cx);
    request.extensions_mut().insert(Correlation(correlation));
    request.extensions_mut().insert(correlation);
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let span = tracing::info_span!("request", method = %request.method(), path = request.uri().path(), correlation = %correlation);
    usher_telemetry::follow(&span, correlation);
    let mut response = next.run(request).instrument(span).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=()",
        ),
    ];
    for (name, value) in fixed {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    if fence.is_secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    // What somebody may see is not for the next person at the machine.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&correlation.to_string()) {
        headers.insert(REQUEST_ID.clone(), id);
    }
    response
}

fn nonce(cx: &Context) -> String {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; 16];
    cx.random.fill(&mut bytes);
    bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn is_loopback_host(request: &Request) -> bool {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .or(request.uri().host())
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_open_the_demonstration() {
        let with = |host: &str| {
            Request::builder()
                .header(header::HOST, host)
                .body(axum::body::Body::empty())
                .expect("a request")
        };
        for host in ["127.0.0.1:3000", "localhost", "[::1]:80", "localhost:1"] {
            assert!(is_loopback_host(&with(host)), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3000", ""] {
            assert!(!is_loopback_host(&with(host)), "{host}");
        }
    }
}
