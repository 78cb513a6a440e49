//! Lists of resources, page by page. A list that does not add up is an error: what is missing from
//! a short list would look as if it were gone from the target.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::Value;
use usher_connector::{Cause, ConnectorError};

use crate::http::Target;
use crate::record::id_of;
use crate::verdict::{garbage, read_failed, read_lost, reject};

/// How many resources are asked for at a time; targets may send fewer.
pub(crate) const PAGE: usize = 100;

/// One page that was understood.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) resources: Vec<Value>,
    /// How many resources the whole list has, as the target says.
    pub(crate) total: usize,
    /// For example `GET /Users 200`.
    pub(crate) evidence: String,
}

/// A value as it stands in a filter: SCIM takes JSON's strings (RFC 7644, 3.4.2.2).
pub(crate) fn quoted(value: &str) -> String {
    Value::from(value).to_string()
}

/// Fetches the page from `start` (from 1). `None` means that the target does not understand the
/// filter.
pub(crate) async fn fetch(
    target: &Target,
    endpoint: &str,
    filter: Option<&str>,
    start: usize,
    count: usize,
) -> Result<Option<Page>, ConnectorError> {
    let what = format!("GET /{endpoint}");
    let (start_text, count_text) = (start.to_string(), count.to_string());
    let mut query = vec![("startIndex", start_text.as_str()), ("count", count_text.as_str())];
    query.extend(filter.map(|filter| ("filter", filter)));
    let url = target.url(&[endpoint], &query);
    let url = url.ok_or_else(|| reject(Cause::Settings, "the base address cannot be used"))?;
    let answer = target.send(Method::GET, url, None).await.map_err(|no| read_lost(&what, no))?;
    if filter.is_some() && matches!(answer.status, 400 | 501) {
        return Ok(None);
    }
    if !answer.is_success() {
        return Err(read_failed(&what, &answer));
    }
    let body = answer.json();
    let evidence = format!("{what} {}", answer.status);
    let page = body.and_then(|body| parse(body, start, evidence));
    page.map(Some).ok_or_else(|| garbage(format!("{what}: the answer is not this page of a list")))
}

/// The whole list. `None` means that the target does not understand the filter.
pub(crate) async fn fetch_all(
    target: &Target,
    endpoint: &str,
    filter: Option<&str>,
) -> Result<Option<Vec<Value>>, ConnectorError> {
    let mut resources = Vec::new();
    let mut seen = HashSet::new();
    let mut total = None;
    loop {
        let page = fetch(target, endpoint, filter, resources.len() + 1, PAGE).await?;
        let Some(page) = page else { return Ok(None) };
        let total = *total.get_or_insert(page.total);
        let is_new = page.resources.iter().all(|r| id_of(r).is_some_and(|id| seen.insert(id)));
        let read = resources.len() + page.resources.len();
        let is_stuck = page.resources.is_empty() && read < total;
        if page.total != total || !is_new || is_stuck || read > total {
            return Err(garbage(format!("GET /{endpoint}: the list does not add up to {total}")));
        }
        resources.extend(page.resources);
        if read == total {
            return Ok(Some(resources));
        }
    }
}

fn parse(body: Value, start: usize, evidence: String) -> Option<Page> {
    let Value::Object(mut body) = body else { return None };
    let total = usize::try_from(body.get("totalResults")?.as_u64()?).ok()?;
    let resources = match body.remove("Resources") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(resources)) => resources,
        Some(_) => return None,
    };
    // An empty page has no first resource, and targets number it as they like.
    let is_other_page = match body.get("startIndex").and_then(Value::as_u64) {
        Some(given) => !resources.is_empty() && given != start as u64,
        None => false,
    };
    if is_other_page || resources.len() > total {
        return None;
    }
    Some(Page { resources, total, evidence })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_value_cannot_leave_its_quotes() {
        assert_eq!(quoted("O'Brien"), "\"O'Brien\"");
        assert_eq!(quoted("x\" or userName pr or \"y\\"), "\"x\\\" or userName pr or \\\"y\\\\\"");
    }

    #[test]
    fn pages_that_contradict_themselves_are_not_read() {
        let read = |body: Value| parse(body, 3, String::new()).map(|page| page.resources.len());
        assert_eq!(read(json!({"totalResults": 4, "Resources": [1, 2]})), Some(2));
        assert_eq!(read(json!({"totalResults": 0})), Some(0));
        assert_eq!(read(json!({"totalResults": 9, "startIndex": 1, "Resources": []})), Some(0));
        for wrong in [
            json!([]),
            json!({"Resources": []}),
            json!({"totalResults": "4", "Resources": []}),
            json!({"totalResults": -1, "Resources": []}),
            json!({"totalResults": 1, "Resources": [1, 2]}),
            json!({"totalResults": 4, "Resources": {}}),
            json!({"totalResults": 4, "startIndex": 1, "Resources": [1]}),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
