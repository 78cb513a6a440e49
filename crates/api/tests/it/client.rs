//! A client with a token, without a network.

use anyhow::{Context as _, Result};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use serde_json::Value;
use tower::ServiceExt as _;
use usher_api::{Api, router};
use usher_operations::{Caller, token};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

pub(crate) struct Client {
    app: axum::Router,
    token: String,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    pub(crate) location: String,
    pub(crate) json: Value,
}

impl Answer {
    /// The stable code of a problem.
    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn items(&self) -> Result<&Vec<Value>> {
        self.json["items"].as_array().with_context(|| format!("no list: {self:?}"))
    }

    /// The item of this name.
    pub(crate) fn named(&self, name: &str) -> Result<&Value> {
        self.items()?
            .iter()
            .find(|item| item["name"] == name)
            .with_context(|| format!("no {name}: {self:?}"))
    }
}

pub(crate) fn app(world: &World) -> axum::Router {
    router(Api { cx: world.cx.clone(), words: |key| format!("<{key}>") })
}

impl Client {
    pub(crate) async fn new(world: &World, email: &str, scope: TokenScope) -> Result<Self> {
        let operator = Caller::operator("test".to_owned(), world.cx.id());
        let made = token::create(&world.cx, &operator, email, scope, TimeDelta::days(1)).await?;
        Ok(Self { app: app(world), token: made.text })
    }

    pub(crate) fn with_token(world: &World, token: &str) -> Self {
        Self { app: app(world), token: token.to_owned() }
    }

    /// The header that opens the API.
    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Request::get(path).body(Body::empty())?).await
    }

    /// Posts JSON; headers come as pairs.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Answer> {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string()))?).await
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> Result<Answer> {
        if !self.token.is_empty() {
            request.headers_mut().insert(header::AUTHORIZATION, self.authorization().parse()?);
        }
        let response = self.app.clone().oneshot(request).await?;
        let status = response.status().as_u16();
        let text = |name| {
            response
                .headers()
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (media_type, location) = (text(header::CONTENT_TYPE), text(header::LOCATION));
        let bytes = to_bytes(response.into_body(), usize::MAX).await?;
        let json = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok(Answer { status, media_type, location, json })
    }
}
