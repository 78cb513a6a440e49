//! Requests to the target: no redirects, no proxy, bounded in time and size, never to a refused
//! address, and without the token in any text.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::{Host, Url};

use crate::ScimSettings;
use crate::resolver::{FilteringResolver, refusal};

/// The largest answer that is read, in bytes after decompression.
const LARGEST_ANSWER: usize = 4 << 20;

const SCIM_JSON: &str = "application/scim+json";

/// Why a connector cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum ScimError {
    #[error("the base URL must be http or https and name a host")]
    NotAWebAddress,
    #[error("the base URL cannot be used: {0}")]
    AddressRefused(String),
    /// The token itself is in no text.
    #[error("the token holds characters that cannot be sent in a header")]
    Token,
    #[error("the client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// The target's address, the client and the credential.
pub(crate) struct Target {
    base_url: Url,
    client: Client,
    token: SecretString,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("base_url", &self.base_url.as_str()).finish_non_exhaustive()
    }
}

/// What the target answered, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// Nothing was sent, and nothing can be without a person.
    Refused(String),
    /// Nothing was sent: no connection came about.
    NotSent(String),
    /// The request may have arrived.
    Lost(String),
    /// The answer is larger than any honest one.
    TooLarge,
}

impl Answer {
    /// The body as JSON; `None` when it is something else.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Target {
    pub(crate) fn new(settings: ScimSettings) -> Result<Self, ScimError> {
        let ScimSettings { base_url, token, allowed_networks, request_timeout } = settings;
        if !matches!(base_url.scheme(), "http" | "https") || base_url.cannot_be_a_base() {
            return Err(ScimError::NotAWebAddress);
        }
        let is_plain = base_url.scheme() == "http";
        let resolver = FilteringResolver { allowed: allowed_networks, is_plain };
        // A literal address never passes the resolver.
        if let Some(address) = literal(&base_url) {
            resolver.permits(address).map_err(|why| {
                ScimError::AddressRefused(refusal(&why).unwrap_or_else(|| why.to_string()))
            })?;
        }
        HeaderValue::from_str(token.expose_secret()).map_err(|_| ScimError::Token)?;
        let client = Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .dns_resolver(Arc::new(resolver))
            .connect_timeout(request_timeout.min(Duration::from_secs(5)))
            .timeout(request_timeout)
            .build()
            .map_err(ScimError::Client)?;
        Ok(Self { base_url, client, token })
    }

    /// The host as a person knows it, for words on a page.
    pub(crate) fn host(&self) -> &str {
        self.base_url.host_str().unwrap_or_default()
    }

    /// The address of a resource below the base; `None` when a part cannot be part of a path.
    pub(crate) fn url(&self, parts: &[&str], query: &[(&str, &str)]) -> Option<Url> {
        // "." and ".." would name another resource than the one meant.
        if parts.iter().any(|part| matches!(*part, "" | "." | "..")) {
            return None;
        }
        let mut url = self.base_url.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Some(url)
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Answer, NoAnswer> {
        let mut request = self
            .client
            .request(method, url)
            .bearer_auth(self.token.expose_secret())
            .header(ACCEPT, SCIM_JSON);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, SCIM_JSON).body(body.to_string());
        }
        let response = request.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let body = bounded_body(response).await?;
        Ok(Answer { status, retry_after, body })
    }
}

async fn bounded_body(mut response: Response) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(NoAnswer::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Sorts an error of the client by what is certain about the request.
fn lost(error: reqwest::Error) -> NoAnswer {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(words) = inner.downcast_ref().and_then(refusal) {
            return NoAnswer::Refused(words);
        }
        cause = inner.source();
    }
    let is_connect = error.is_connect();
    let words = if error.is_timeout() {
        "no answer in time"
    } else if error.is_dns() {
        "the host name is not known"
    } else if is_connect {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection broke off"
    };
    match is_connect {
        true => NoAnswer::NotSent(words.to_owned()),
        false => NoAnswer::Lost(words.to_owned()),
    }
}

/// Seconds, or a date that is read against the answer's own `Date` so that no clock is needed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let given = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = given.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = chrono::DateTime::parse_from_rfc2822(given).ok()?;
    let sent = chrono::DateTime::parse_from_rfc2822(text(DATE)?).ok()?;
    (until - sent).to_std().ok()
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(base_url: &str, allowed: &str) -> Result<Target, ScimError> {
        Target::new(ScimSettings {
            base_url: base_url.parse().unwrap(),
            token: "t0ken".into(),
            allowed_networks: allowed.parse().unwrap(),
            request_timeout: Duration::from_secs(1),
        })
    }

    #[test]
    fn addresses_keep_their_parts() {
        for base in ["https://t.example/scim/v2", "https://t.example/scim/v2/"] {
            let target = target(base, "").unwrap();
            let url = target.url(&["Users", "a/b?c#d é"], &[("filter", "a eq \"x&y\"")]).unwrap();
            assert_eq!(
                url.as_str(),
                "https://t.example/scim/v2/Users/a%2Fb%3Fc%23d%20%C3%A9?filter=a+eq+%22x%26y%22"
            );
            for part in ["", ".", ".."] {
                assert_eq!(target.url(&["Users", part], &[]), None, "{part:?}");
            }
        }
    }

    #[test]
    fn refused_addresses_make_no_connector() {
        for (base, allowed) in [
            ("https://127.0.0.1", ""),
            ("https://[::ffff:127.0.0.1]", ""),
            ("https://2130706433", ""),
            ("http://8.8.8.8", ""),
            ("http://127.0.0.2", "127.0.0.1"),
        ] {
            let refused = target(base, allowed);
            assert!(matches!(refused, Err(ScimError::AddressRefused(_))), "{base}");
        }
        assert!(matches!(target("ftp://t.example", ""), Err(ScimError::NotAWebAddress)));
        assert!(target("http://127.0.0.1:9", "127.0.0.1").is_ok());
        assert!(!format!("{:?}", target("https://t.example", "")).contains("t0ken"));
    }

    #[test]
    fn a_retry_date_is_read_against_the_date_of_the_answer() {
        let headers = |retry: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(retry));
            if let Some(date) = date {
                headers.insert(DATE, HeaderValue::from_static(date));
            }
            headers
        };
        let (now, later) = ("Sun, 01 Mar 2026 09:00:00 GMT", "Sun, 01 Mar 2026 09:01:30 GMT");
        assert_eq!(retry_after(&headers("7", None)), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers(later, Some(now))), Some(Duration::from_secs(90)));
        assert_eq!(retry_after(&headers(now, Some(later))), None);
        assert_eq!(retry_after(&headers(later, None)), None);
        assert_eq!(retry_after(&headers("soon", None)), None);
    }
}
