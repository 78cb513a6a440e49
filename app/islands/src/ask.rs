//! Asking the server with a plain fetch: what is asked for is a page or an answer that somebody who is signed in may
//! read in any case.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// No answer that could be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    /// The server was not reached, or the answer ended early.
    #[error("no answer")]
    Unreachable,
    /// Something else was answered: a failure, or the page for signing in.
    #[error("another answer than was asked for")]
    Refused,
}

impl From<JsValue> for AskError {
    fn from(_: JsValue) -> Self {
        Self::Unreachable
    }
}

/// The body of what a path of ours answers.
///
/// # Errors
/// No answer came, it was not a success, or it led elsewhere.
pub(crate) async fn text(path: &str) -> Result<String, AskError> {
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str(path)).await?;
    let answer: Response = answer.dyn_into()?;
    if !answer.ok() || answer.redirected() {
        return Err(AskError::Refused);
    }
    let body = JsFuture::from(answer.text()?).await?;
    body.as_string().ok_or(AskError::Refused)
}
