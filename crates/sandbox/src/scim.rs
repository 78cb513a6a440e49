//! SCIM 2.0 (RFC 7643, RFC 7644) over the directory: a request in, an answer and its effects out.
//!
//! Nothing here changes the directory or waits: whoever calls decides whether the effects happen,
//! which is how a lying target is made.

mod discovery;
mod filter;
mod groups;
mod patch;
mod users;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::directory::Directory;
use crate::effect::Effect;

pub(crate) use users::user_json;

/// The most resources that one list page holds.
pub(crate) const LARGEST_PAGE: usize = 200;

/// A request as the protocol sees it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Percent-decoded.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    /// Where this service stands, for `meta.location`.
    pub(crate) base_url: String,
    pub(crate) now: DateTime<Utc>,
}

#[derive(Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    NotJson,
}

/// What would be answered, and what would change.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) version: Option<u64>,
    pub(crate) effects: Vec<Effect>,
}

/// A refusal in the words of RFC 7644, 3.12.
#[derive(Debug, thiserror::Error)]
#[error("{status} {detail}")]
pub(crate) struct ScimError {
    pub(crate) status: u16,
    pub(crate) scim_type: Option<&'static str>,
    pub(crate) detail: String,
}

impl ScimError {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    pub(crate) fn typed(status: u16, scim_type: &'static str, detail: impl Into<String>) -> Self {
        Self { status, scim_type: Some(scim_type), detail: detail.into() }
    }

    fn not_found(what: &str) -> Self {
        Self::new(404, format!("there is no {what}"))
    }
}

impl From<ScimError> for Answer {
    fn from(error: ScimError) -> Self {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": error.status.to_string(),
            "detail": error.detail,
        });
        if let Some(scim_type) = error.scim_type {
            body["scimType"] = json!(scim_type);
        }
        Self { status: error.status, body: Some(body), ..Self::default() }
    }
}

/// Answers a request against the directory as it is.
pub(crate) fn answer(directory: &Directory, call: &Call) -> Answer {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let answered = match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["ServiceProviderConfig"]) => Ok(discovery::service_provider_config(call)),
        ("GET", ["ResourceTypes", ..]) => discovery::resource_types(call, &segments[1..]),
        ("GET", ["Schemas", ..]) => discovery::schemas(call, &segments[1..]),
        ("GET", ["Users"]) => users::list(directory, call),
        ("POST", ["Users"]) => users::create(directory, call),
        (_, ["Users", id]) => users::one(directory, call, id),
        ("GET", ["Groups"]) => groups::list(directory, call),
        ("POST", ["Groups"]) => groups::create(directory, call),
        (_, ["Groups", id]) => groups::one(directory, call, id),
        (_, ["Users" | "Groups"]) => Err(ScimError::new(405, "the method is not allowed here")),
        _ => Err(ScimError::not_found("such endpoint")),
    };
    answered.unwrap_or_else(Answer::from)
}

impl Call {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn excludes(&self, attribute: &str) -> bool {
        self.parameter("excludedAttributes").is_some_and(|list| {
            list.split(',').any(|name| name.trim().eq_ignore_ascii_case(attribute))
        })
    }

    fn object(&self) -> Result<&Map<String, Value>, ScimError> {
        match &self.body {
            Body::Json(Value::Object(object)) => Ok(object),
            _ => Err(ScimError::typed(400, "invalidSyntax", "the body must be a JSON object")),
        }
    }

    /// `startIndex` (from 1) and `count`, bounded as RFC 7644, 3.4.2.4 says.
    fn page(&self) -> Result<(usize, usize), ScimError> {
        let number = |name: &str, default: i64| match self.parameter(name) {
            None => Ok(default),
            Some(text) => text.parse::<i64>().map_err(|_| {
                ScimError::typed(400, "invalidValue", format!("{name} must be a number"))
            }),
        };
        let start = usize::try_from(number("startIndex", 1)?.max(1)).unwrap_or(usize::MAX);
        let count = usize::try_from(number("count", 100)?.max(0)).unwrap_or(0);
        Ok((start, count.min(LARGEST_PAGE)))
    }

    /// Refuses a change that was made for another version (RFC 7644, 3.14).
    fn check_version(&self, version: u64) -> Result<(), ScimError> {
        match &self.if_match {
            Some(wanted) if wanted != "*" && *wanted != etag(version) => {
                Err(ScimError::new(412, "the resource has changed"))
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A list answer from the resources of one page.
fn list_answer(total: usize, start: usize, resources: Vec<Value>) -> Answer {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    Answer { status: 200, body: Some(body), ..Answer::default() }
}
