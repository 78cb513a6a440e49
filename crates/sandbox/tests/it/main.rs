//! The sandbox through its own door: HTTP, and the ledger beside it.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on ends its test")]

mod faults;
mod ledger;
mod protocol;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use usher_sandbox::{Sandbox, SandboxHandle, SandboxOptions};

const TOKEN: &str = "scim-token";
const CONTROL: &str = "control-token";

struct World {
    sandbox: SandboxHandle,
    http: Client,
}

impl World {
    fn start(ledger_file: Option<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let sandbox = Sandbox::start(listener, options(ledger_file)).unwrap();
        Self { sandbox, http: Client::builder().no_proxy().build().unwrap() }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let url = format!("{}{path}", self.sandbox.base_url());
        let mut request = self.http.request(method, url).bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.json().await.unwrap()
    }

    /// Creates a user and answers its id.
    async fn user(&self, name: &str) -> String {
        let body = json!({"userName": name, "externalId": format!("ext-{name}")});
        let created = self.send(Method::POST, "/Users", Some(body)).await;
        assert_eq!(created.status(), 201);
        created.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn patch(&self, path: &str, operation: Value) -> Response {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [operation],
        });
        self.send(Method::PATCH, path, Some(body)).await
    }
}

/// A clock that starts at a fixed instant and moves a second at each look.
fn options(ledger_file: Option<PathBuf>) -> SandboxOptions {
    let start: DateTime<Utc> = "2026-03-01T09:00:00Z".parse().unwrap();
    let ticks = std::sync::atomic::AtomicI64::new(0);
    SandboxOptions {
        token: TOKEN.into(),
        control_token: CONTROL.into(),
        clock: Arc::new(move || {
            start + Duration::seconds(ticks.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        }),
        seed: 7,
        ledger_file,
    }
}

fn names(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().unwrap().iter().map(|r| r["userName"].as_str().unwrap()).collect()
}
