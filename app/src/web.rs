//! Between HTTP and the pages: who visits, what they sent, how an answer is drawn.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, RawForm, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use leptos::prelude::IntoView;
use tower_sessions::Session;
use usher_operations::frame::Numbers;
use usher_operations::{Caller, Context, Key, engine, sign_in};
use usher_ui::Link;
use usher_vocabulary::{AdminRole, CorrelationId, SignInMethod, SubjectId};

use crate::WebError;
use crate::form::Flash;
use crate::frame_numbers::FrameNumbers;
use crate::shell::{
    Density, Failure, Frame, Look, NavRights, Place, SignedIn, SingleKeys, Theme, page,
};
use crate::sign_in::Kept;

/// What every page is given.
#[derive(Clone, Debug)]
pub struct AppState {
    pub cx: Context,
    /// Whose Usher this is.
    pub company: String,
    /// Identity providers to sign in with, in the order in which they are offered.
    pub doors: Arc<[SignInDoor]>,
    /// The demonstration's people, as role and address; `None` outside the demonstration.
    pub demo: Option<Arc<Vec<DemoPerson>>>,
}

impl FromRef<AppState> for Context {
    fn from_ref(state: &AppState) -> Self {
        state.cx.clone()
    }
}

/// An identity provider, as the sign-in page offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInDoor {
    /// Where the sign-in begins.
    pub path: String,
    /// Its name for people.
    pub label: String,
}

/// Somebody whom a visitor of the demonstration may sign in as.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    pub role: &'static str,
    pub email: String,
    pub name: String,
    pub title: String,
}

/// Nonce of the content security policy; the server puts one into every request.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// The one id from the click to the connector call; the server puts one into every request.
#[derive(Clone, Copy, Debug)]
pub struct Correlation(pub CorrelationId);

pub(crate) const PERSON: &str = "person";
pub(crate) const METHOD: &str = "method";
const FLASH: &str = "flash";
/// Cookie that keeps the chosen look, as `theme.density.keys`.
pub(crate) const LOOK_COOKIE: &str = "usher_look";

/// Somebody who is signed in, with everything that their pages are drawn from.
#[derive(Debug)]
pub struct Visitor {
    pub caller: Caller,
    pub name: String,
    pub title: String,
    pub(crate) session: Session,
    here: String,
    nonce: String,
    look: Look,
    kept: Option<Kept>,
    numbers: FrameNumbers,
    state: AppState,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let here = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let session =
            Session::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let correlation = correlation(parts);
        let signed_in =
            recognise(state, &session, correlation).await.map_err(IntoResponse::into_response)?;
        let Some((caller, title)) = signed_in else {
            // What was typed is not sent again by itself: the visitor comes back to the form's page.
            let back =
                if parts.method == Method::GET { here } else { referring_path(&parts.headers) };
            return Err(Redirect::to(&sign_in_path(&back)).into_response());
        };
        // A page with a query says itself what it shows.
        let kept = match parts.method == Method::GET && parts.uri.query().is_none() {
            true => Kept::find(&state.cx, &caller, &session, parts.uri.path())
                .await
                .map_err(IntoResponse::into_response)?,
            false => None,
        };
        let numbers = match parts.method {
            Method::GET => FrameNumbers::ahead(&state.cx, &caller),
            _ => FrameNumbers::Unread,
        };
        Ok(Self {
            name: caller.name.clone(),
            caller,
            title: title.unwrap_or_default(),
            session,
            here,
            nonce: nonce(parts),
            look: look(&parts.headers),
            kept,
            numbers,
            state: state.clone(),
        })
    }
}

type Recognised = Option<(Caller, Option<String>)>;

async fn recognise(
    state: &AppState,
    session: &Session,
    correlation: CorrelationId,
) -> Result<Recognised, WebError> {
    let Some(person) = session.get::<SubjectId>(PERSON).await.map_err(WebError::session)? else {
        return Ok(None);
    };
    let method = session
        .get::<SignInMethod>(METHOD)
        .await
        .map_err(WebError::session)?
        .unwrap_or(SignInMethod::Oidc);
    let found = sign_in::caller(&state.cx, person, method, None, correlation).await?;
    let found = found.filter(|(caller, _)| caller.principal.may_act);
    if found.is_none() {
        // Whoever may not act any more has no session either, also when they may act again one day.
        session.flush().await.map_err(WebError::session)?;
    }
    Ok(found)
}

/// A visit of anybody: what a page outside the frame is drawn from.
#[derive(Clone, Debug)]
pub struct Visit {
    pub look: Look,
    pub correlation: CorrelationId,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self { look: look(&parts.headers), correlation: correlation(parts) })
    }
}

pub(crate) fn sign_in_path(back: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("return_to", back)
        .finish();
    format!("/sign-in?{query}")
}

/// A path of ours to go back to: anything else, such as another site, becomes the first page.
#[must_use]
pub fn own_path(path: &str) -> &str {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control);
    if is_own { path } else { "/" }
}

pub(crate) fn referring_path(headers: &HeaderMap) -> String {
    let referer = headers
        .get(header::REFERER)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| url::Url::parse(v).ok());
    referer.map_or_else(|| "/".to_owned(), |url| own_path(url.path()).to_owned())
}

pub(crate) fn correlation(parts: &Parts) -> CorrelationId {
    parts.extensions.get::<Correlation>().map_or_else(|| CorrelationId(uuid::Uuid::nil()), |c| c.0)
}

pub(crate) fn nonce(parts: &Parts) -> String {
    parts.extensions.get::<Nonce>().map(|n| n.0.clone()).unwrap_or_default()
}

/// The look that the visitor's browser keeps.
pub(crate) fn look(headers: &HeaderMap) -> Look {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'));
    let chosen =
        cookies.filter_map(|c| c.trim().split_once('=')).find(|(name, _)| *name == LOOK_COOKIE);
    let mut words = chosen.map_or("", |(_, value)| value).split('.');
    let mut next = || words.next().unwrap_or_default();
    Look {
        theme: Theme::of_word(next()),
        density: Density::of_word(next()),
        single_keys: SingleKeys::of_word(next()),
    }
}

impl Visitor {
    pub const fn cx(&self) -> &Context {
        &self.state.cx
    }

    /// Whether this is the demonstration.
    pub const fn is_demo(&self) -> bool {
        self.state.demo.is_some()
    }

    /// Whether single keys may do something.
    pub(crate) fn has_single_keys(&self) -> bool {
        self.look.single_keys == SingleKeys::On
    }

    /// The numbers of the frame, read once for a page.
    ///
    /// # Errors
    /// They could not be read.
    pub(crate) async fn numbers(&mut self) -> Result<Numbers, WebError> {
        self.numbers.read(&self.state.cx, &self.caller).await
    }

    /// What the visitor may see beyond what everyone may.
    ///
    /// # Errors
    /// It could not be read.
    pub(crate) async fn rights(&mut self) -> Result<NavRights, WebError> {
        let numbers = self.numbers().await?;
        Ok(NavRights {
            work_items: numbers.has_work_items.then_some(numbers.open_work_items.unsigned_abs()),
            manager: numbers.has_reports,
            auditor: self.caller.has_role(AdminRole::Auditor),
            operations: engine::may_watch(&self.state.cx, &self.caller),
            administrator: self.caller.has_role(AdminRole::Administrator),
        })
    }

    /// What the visitor typed into the form that is sent to `action`, when their session ended before it could
    /// be sent. The page that asks fills its form with it, and says so.
    pub(crate) fn typed(&mut self, action: &str) -> Option<Posted> {
        self.kept.as_mut()?.give(action)
    }

    /// Where the form of this page that could not be sent goes.
    pub(crate) fn kept_action(&self) -> Option<&str> {
        self.kept.as_ref().map(Kept::action)
    }

    /// Draws a page of ours.
    ///
    /// # Errors
    /// The numbers of the frame could not be read.
    pub async fn page<F, V>(
        self,
        title: String,
        breadcrumbs: Vec<Link>,
        current: Place,
        body: F,
    ) -> Result<Response, WebError>
    where
        F: FnOnce() -> V,
        V: IntoView + 'static,
    {
        self.page_with(StatusCode::OK, title, breadcrumbs, current, body).await
    }

    /// Draws a page with a status, such as a form that could not be taken (422).
    ///
    /// # Errors
    /// The numbers of the frame could not be read.
    pub async fn page_with<F, V>(
        mut self,
        status: StatusCode,
        title: String,
        breadcrumbs: Vec<Link>,
        current: Place,
        body: F,
    ) -> Result<Response, WebError>
    where
        F: FnOnce() -> V,
        V: IntoView + 'static,
    {
        // Taking out what is not there would write the session with every page.
        let mut flash = self.session.get::<Flash>(FLASH).await.map_err(WebError::session)?;
        match (&flash, &self.kept) {
            (Some(_), _) => {
                self.session.remove::<Flash>(FLASH).await.map_err(WebError::session)?;
            }
            (None, Some(kept)) => flash = Some(kept.said()),
            (None, None) => {}
        }
        let (nav, numbers) = (self.rights().await?, self.numbers().await?);
        let frame = Frame {
            title,
            breadcrumbs,
            current,
            person: SignedIn { name: self.name, title: self.title },
            nav,
            task_count: numbers.tasks.unsigned_abs(),
            flash,
            nonce: self.nonce,
            look: self.look,
            banner: None,
            company: self.state.company.clone(),
            here: self.here,
            support_id: self.caller.correlation.to_string(),
        };
        Ok((status, Html(page(frame, body))).into_response())
    }

    /// The next page says what this action did.
    ///
    /// # Errors
    /// The session could not be written.
    pub async fn go(&self, to: &str, flash: Flash) -> Result<Response, WebError> {
        self.session.insert(FLASH, flash).await.map_err(WebError::session)?;
        Ok(Redirect::to(own_path(to)).into_response())
    }
}

/// The fields of a posted form, in the order in which they came; names may repeat.
#[derive(Debug, Clone, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The first value of a field; empty when the field did not come.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// What looks like somebody's own words: every value with a blank in it.
    pub(crate) fn sentences(&self) -> String {
        let said = self.0.iter().map(|(_, value)| value.trim());
        said.filter(|value| value.contains(char::is_whitespace)).collect::<Vec<_>>().join(" ")
    }

    /// The key that makes a form that is sent twice act once.
    pub fn key(&self) -> Option<Key> {
        Key::parse(self.text("key"))
    }

    /// Every field with its value, in order.
    pub(crate) fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }

    /// From a query string or a form body.
    pub fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let RawForm(body) = RawForm::from_request(request, state)
            .await
            .map_err(|_| WebError(Failure::Invalid).into_response())?;
        Ok(Self::parse(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_gone_back_to() {
        for (path, expected) in [
            ("/tasks?x=1", "/tasks?x=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("/\t/evil.example", "/"),
            ("///evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("@evil.example", "/"),
            ("/search?q=https://evil.example", "/search?q=https://evil.example"),
        ] {
            assert_eq!(own_path(path), expected, "{path:?}");
        }
    }

    #[test]
    fn posted_names_may_repeat() {
        let posted = Posted::parse(b"item=a&item=b+c&reason=O%27Brien");
        assert_eq!(posted.all("item").collect::<Vec<_>>(), ["a", "b c"]);
        assert_eq!(posted.text("reason"), "O'Brien");
        assert_eq!(posted.text("absent"), "");
    }
}
