//! Lists: `{"items": [...], "next": CURSOR|null}`, and how a page of one is asked for.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use usher_operations::Fault;
use usher_operations::looked_for::{LONGEST, is_too_long};
use usher_operations::request::Page;
use utoipa::{IntoParams, ToSchema};

use crate::problem::shortened;
use crate::{Api, Problem};

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct List<T: ToSchema> {
    items: Vec<T>,
    /// Give it as `cursor` to go on; null at the end.
    next: Option<String>,
}

impl<T: ToSchema> List<T> {
    pub(crate) fn of<S>(page: Page<S>, shape: impl FnMut(S) -> T) -> Self {
        Self { items: page.items.into_iter().map(shape).collect(), next: page.next }
    }

    /// A list that is always whole.
    pub(crate) fn whole<S>(items: Vec<S>, shape: impl FnMut(S) -> T) -> Self {
        Self { items: items.into_iter().map(shape).collect(), next: None }
    }
}

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
    /// Rows of a page, 1 to 200; 50 unless told.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: Option<i64>,
}

impl Paging {
    pub(crate) fn limit(&self) -> Result<i64, Problem> {
        let limit = self.limit.unwrap_or(50);
        if (1..=200).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::bad_request("limit_invalid", "`limit` is a number from 1 to 200."))
        }
    }

    /// A cursor that is none of ours is the client's mistake, not a missing page.
    pub(crate) fn explain(&self, fault: Fault) -> Problem {
        match fault {
            Fault::NotFound if self.cursor.is_some() => Problem::bad_request(
                "cursor_invalid",
                "`cursor` is the `next` of a page before, unchanged.",
            ),
            other => other.into(),
        }
    }
}

/// A text to look for, when it is not too long for that.
pub(crate) fn looked_for(name: &str, text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(text) if is_too_long(&text) => {
            let detail = format!("`{name}` has at most {LONGEST} characters.");
            Err(Problem::bad_request("query_invalid", detail))
        }
        text => Ok(text),
    }
}

/// The query of an address.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Query::from_request_parts(parts, api)
            .await
            .map(|Query(params)| Self(params))
            .map_err(|error| Problem::bad_request("query_invalid", shortened(&error.body_text())))
    }
}
