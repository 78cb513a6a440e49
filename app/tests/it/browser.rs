//! A browser without a network: one session, pages as text, forms as they are posted.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt as _;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Session, SessionStore, session_store};
use usher_app::AppState;
use usher_testkit::World;

/// Somebody's session.
pub(crate) struct Browser {
    app: axum::Router,
    session: Session,
}

/// What a page answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where a redirect leads; empty otherwise.
    pub(crate) location: String,
    pub(crate) html: String,
}

impl Answer {
    /// The value of the first hidden field of this name.
    pub(crate) fn hidden(&self, name: &str) -> Result<&str> {
        let marker = format!("name=\"{name}\" value=\"");
        let rest = self.html.split(&marker).nth(1).with_context(|| format!("no field {name}"))?;
        rest.split('"').next().context("an open value")
    }

    pub(crate) fn says(&self, words: &str) -> bool {
        self.html.contains(words)
    }
}

impl Browser {
    pub(crate) async fn open(world: &World, email: &str) -> Result<Self> {
        let browser = Self::nobody(world);
        let person = *world.company.people.get(email).context("nobody has this address")?;
        browser.session.insert("person", person).await?;
        browser.session.insert("method", "demo").await?;
        Ok(browser)
    }

    /// Somebody who has not signed in.
    pub(crate) fn nobody(world: &World) -> Self {
        let state = AppState {
            cx: world.cx.clone(),
            company: "Harbourline".into(),
            doors: Arc::default(),
            demo: None,
        };
        let session = Session::new(None, Arc::new(Nowhere), None);
        Self { app: usher_app::router(state), session }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        self.send(Request::get(path).body(Body::empty())?).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let body: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))?;
        self.send(request).await
    }

    /// Posts a form with a file, as a browser does.
    pub(crate) async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: &[u8],
    ) -> Result<Answer> {
        let mut body = Vec::new();
        let head = "--limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\
            content-type: text/csv\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
        for (name, value) in fields {
            let part = format!(
                "--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(b"--limit--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=limit")
            .body(Body::from(body))?;
        self.send(request).await
    }

    async fn send(&self, mut request: Request<Body>) -> Result<Answer> {
        request.extensions_mut().insert(self.session.clone());
        let response = self.app.clone().oneshot(request).await?;
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION);
        let location = location.map_or(Ok(""), |value| value.to_str())?.to_owned();
        let html = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await?.to_vec())?;
        Ok(Answer { status, location, html })
    }
}

/// The session lives in memory and is never written.
#[derive(Debug)]
pub(crate) struct Nowhere;

#[async_trait::async_trait]
impl SessionStore for Nowhere {
    async fn save(&self, _: &Record) -> session_store::Result<()> {
        Ok(())
    }

    async fn load(&self, _: &Id) -> session_store::Result<Option<Record>> {
        Ok(None)
    }

    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}
