//! The switches and the ledger, for the demo and for tests. Never behind the SCIM token: whoever
//! may change accounts must not thereby be able to change what is on record.

use std::net::IpAddr;

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{Service, page};
use crate::directory::Account;
use crate::faults::FaultRule;

const CONTROL_HEADER: &str = "x-sandbox-control";

/// Answers `/` and everything that begins with `/_`.
pub(super) fn answer(service: &Service, parts: &Parts, body: &Bytes) -> Response {
    // A web page that a browser was lured to can reach loopback under a name of its own.
    if !is_loopback_host(parts) {
        return refusal(StatusCode::FORBIDDEN, "the Host must be a loopback address");
    }
    let path = parts.uri.path();
    if path == "/" {
        return match parts.method.as_str() {
            "GET" | "HEAD" => page::show(&service.lock().directory),
            _ => refusal(StatusCode::METHOD_NOT_ALLOWED, "only GET"),
        };
    }
    let given = parts.headers.get(CONTROL_HEADER).and_then(|value| value.to_str().ok());
    if given != Some(service.options.control_token.expose_secret()) {
        return refusal(StatusCode::UNAUTHORIZED, "the control token is missing or wrong");
    }
    match (parts.method.as_str(), path) {
        ("GET", "/_ledger") => ledger(service, parts.uri.query().unwrap_or_default()),
        ("GET", "/_state") => Json(state(service)).into_response(),
        ("GET", "/_faults") => Json(faults(service)).into_response(),
        ("PUT", "/_faults") => match serde_json::from_slice::<Vec<FaultRule>>(body) {
            Ok(rules) => {
                service.set_faults(rules);
                Json(faults(service)).into_response()
            }
            Err(error) => refusal(StatusCode::BAD_REQUEST, &error.to_string()),
        },
        (_, "/_ledger" | "/_state" | "/_faults") => {
            refusal(StatusCode::METHOD_NOT_ALLOWED, "the method is not allowed here")
        }
        _ => refusal(StatusCode::NOT_FOUND, "there is no such switch"),
    }
}

fn ledger(service: &Service, query: &str) -> Response {
    let after = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after");
    let after = match after.map(|(_, number)| number.parse::<u64>()) {
        None => 0,
        Some(Ok(after)) => after,
        Some(Err(_)) => return refusal(StatusCode::BAD_REQUEST, "after must be a number"),
    };
    let entries = service.ledger(after);
    let last = entries.last().map_or(after, |entry| entry.seq);
    Json(json!({"entries": entries, "last": last})).into_response()
}

fn faults(service: &Service) -> Value {
    json!(service.lock().faults.rules().collect::<Vec<_>>())
}

fn state(service: &Service) -> Value {
    let inner = service.lock();
    let show = |account: &Account| {
        let groups: Vec<_> =
            inner.directory.groups_of(&account.id).map(|group| &group.id).collect();
        json!({
            "id": account.id,
            "external_id": account.external_id,
            "user_name": account.user_name,
            "active": account.active,
            "groups": groups,
        })
    };
    let accounts: Vec<Value> = inner.directory.accounts().map(show).collect();
    let groups: Vec<Value> = inner
        .directory
        .groups()
        .map(|group| {
            json!({"id": group.id, "display_name": group.display_name, "members": group.members})
        })
        .collect();
    json!({"accounts": accounts, "groups": groups})
}

fn is_loopback_host(parts: &Parts) -> bool {
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let without_port = match host.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    without_port.eq_ignore_ascii_case("localhost")
        || without_port.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn refusal(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({"error": words}))).into_response()
}
