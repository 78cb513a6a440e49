//! A session that ends in mid-form. What was typed waits for the same person to sign in again; then the form
//! is shown with it and a word that nothing was sent. It is never sent by itself.

use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use tower_sessions::Session;
use usher_operations::sign_in::typed::{self, KeptInput};
use usher_operations::{Caller, Context};
use usher_vocabulary::SubjectId;

use crate::web::{PERSON, referring_path, sign_in_path};
use crate::{AppState, Flash, Posted, WebError};

/// In the session: something of this person is kept. Without it no page looks.
pub(super) const KEPT: &str = "kept";
/// In the address of the sign-in page: something is kept.
pub(super) const FIELD: &str = "kept";
/// Bytes of a form that are read here at most; the operation takes less.
const LARGEST: usize = 256 * 1024;

/// A form of this page that waits for its person.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    input: KeptInput,
    is_given: bool,
}

impl Kept {
    /// The form that the caller could not send from this page.
    pub(crate) async fn find(
        cx: &Context,
        caller: &Caller,
        session: &Session,
        page: &str,
    ) -> Result<Option<Self>, WebError> {
        let is_any = session.get::<bool>(KEPT).await.map_err(WebError::session)?;
        if is_any != Some(true) {
            return Ok(None);
        }
        let found = typed::find(cx, caller, page).await?;
        Ok(found.map(|input| Self { input, is_given: false }))
    }

    /// Where the form is sent to.
    pub(crate) fn action(&self) -> &str {
        &self.input.action
    }

    /// What was typed into the form that is sent to this path.
    pub(crate) fn give(&mut self, action: &str) -> Option<Posted> {
        if self.input.action != action {
            return None;
        }
        self.is_given = true;
        Some(Posted::parse(self.input.fields.as_bytes()))
    }

    /// What the page says: that the form is filled in, or the words themselves when no form took them.
    pub(crate) fn said(&self) -> Flash {
        let words = Posted::parse(self.input.fields.as_bytes()).sentences();
        match self.is_given || words.is_empty() {
            true => Flash::waiting("sign-in-kept-given", []),
            false => Flash::waiting("sign-in-kept-words", [("words", words.into())]),
        }
    }
}

/// Around every page: keeps what comes with a session that has ended, and forgets what was sent.
pub(crate) async fn keep(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_form(&request) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(session) = Session::from_request_parts(&mut parts, &state).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    // The session forgets the id as soon as it notices that there is nothing behind it.
    let id = session.id();
    let person = session.get::<SubjectId>(PERSON).await.ok().flatten();
    let action = parts.uri.path().to_owned();
    match (person, id) {
        (Some(person), _) => {
            let response = next.run(Request::from_parts(parts, body)).await;
            // Whoever was refused or sees an error still has it on the page before.
            let status = response.status();
            if status.is_success() || status.is_redirection() {
                sent(&state.cx, &session, person, &action).await;
            }
            response
        }
        (None, Some(id)) if !is_about_sessions(&action) => {
            let Ok(bytes) = axum::body::to_bytes(body, LARGEST).await else {
                return WebError(crate::Failure::Invalid).into_response();
            };
            let page = page_of(&action, &referring_path(&parts.headers));
            let input = KeptInput {
                page: page.clone(),
                action,
                fields: String::from_utf8_lossy(&bytes).into_owned(),
            };
            match typed::keep(&state.cx, &id.to_string(), &input).await {
                Ok(true) => {
                    let to = format!("{}&{FIELD}=1", sign_in_path(&page));
                    Redirect::to(&to).into_response()
                }
                Ok(false) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
                Err(fault) => WebError::from(fault).into_response(),
            }
        }
        _ => next.run(Request::from_parts(parts, body)).await,
    }
}

/// Notes at the sign-in of a person that something of theirs is kept.
pub(super) async fn note(
    cx: &Context,
    session: &Session,
    person: SubjectId,
) -> Result<(), WebError> {
    if typed::waits(cx, person).await? {
        session.insert(KEPT, true).await.map_err(WebError::session)?;
    }
    Ok(())
}

/// The form came through: what was kept of it goes.
async fn sent(cx: &Context, session: &Session, person: SubjectId, action: &str) {
    if session.get::<bool>(KEPT).await.ok().flatten() != Some(true) {
        return;
    }
    match typed::forget(cx, person, action).await {
        Ok(true) => {}
        Ok(false) => {
            if let Err(error) = session.remove::<bool>(KEPT).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the session failed");
            }
        }
        Err(fault) => {
            tracing::warn!(error = &fault as &dyn std::error::Error, "kept input was not cleared");
        }
    }
}

fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn is_about_sessions(action: &str) -> bool {
    action.starts_with("/sign-") || action == "/preferences"
}

/// The page that shows a form. The inbox shows the first card, which may be another one later: the card has
/// a page of its own.
fn page_of(action: &str, referring: &str) -> String {
    action.strip_suffix("/decision").unwrap_or(referring).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(fields: &str) -> Kept {
        let input = KeptInput {
            page: "/tasks/1".to_owned(),
            action: "/tasks/1/decision".to_owned(),
            fields: fields.to_owned(),
        };
        Kept { input, is_given: false }
    }

    #[test]
    fn only_its_own_form_takes_what_was_typed() {
        let mut kept = kept("key=a-key&reason=Not+in+month-end");
        assert!(kept.give("/tasks/2/decision").is_none());
        assert_eq!(kept.said().key, "sign-in-kept-words");
        assert!(kept.said().words().contains("Not in month-end"), "{}", kept.said().words());
        let posted = kept.give("/tasks/1/decision").expect("the form");
        assert_eq!(posted.text("reason"), "Not in month-end");
        assert_eq!(kept.said().key, "sign-in-kept-given");
    }

    #[test]
    fn a_card_is_gone_back_to_on_its_own_page() {
        assert_eq!(page_of("/tasks/1/decision", "/tasks"), "/tasks/1");
        assert_eq!(page_of("/requests/tasks/1/answer", "/requests/7"), "/requests/7");
    }
}
