//! `POST /preferences`: the browser keeps how pages look.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::shell::{Density, SingleKeys, Theme};
use crate::web::LOOK_COOKIE;
use crate::{Posted, Visitor, WebError, preferences_kept};

pub(super) async fn keep(visitor: Visitor, posted: Posted) -> Result<Response, WebError> {
    let theme = Theme::of_word(posted.text("theme")).word();
    let density = Density::of_word(posted.text("density")).word();
    let keys = SingleKeys::of_word(posted.text("keys")).word();
    let mut response = visitor.go(posted.text("return_to"), preferences_kept()).await?;
    let cookie = format!(
        "{LOOK_COOKIE}={theme}.{density}.{keys}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
