//! Going out: here, or everywhere.

use axum::response::{IntoResponse, Redirect, Response};
use usher_operations::sign_in;

use crate::{Visitor, WebError};

pub(super) async fn sign_out(visitor: Visitor) -> Result<Response, WebError> {
    sign_in::signed_out(visitor.cx(), &visitor.caller).await?;
    visitor.session.flush().await.map_err(WebError::session)?;
    Ok(Redirect::to("/sign-in").into_response())
}

pub(super) async fn sign_out_everywhere(visitor: Visitor) -> Result<Response, WebError> {
    sign_in::sign_out_everywhere(visitor.cx(), &visitor.caller).await?;
    visitor.session.flush().await.map_err(WebError::session)?;
    Ok(Redirect::to("/sign-in").into_response())
}
