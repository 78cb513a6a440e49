//! Requests to an issuer: no redirects, no proxy, bounded in time and size, never to a refused address.
//!
//! The address is judged when it is resolved for the connection itself, because a name checked earlier
//! may answer something else a moment later.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};
use usher_connector::AllowedNetworks;

use crate::FenceError;

/// A person waits for the whole of it.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// The largest answer that is read, in bytes after decompression.
const LARGEST_ANSWER: usize = 1 << 20;

/// The one way to an issuer.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    allowed: AllowedNetworks,
    /// For https; any public address will do.
    tls: Client,
    /// For plain http: what is sent travels in clear, so only networks that a person named will do.
    plain: Client,
}

#[derive(Debug, Clone)]
struct FilteringResolver {
    allowed: AllowedNetworks,
    is_plain: bool,
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { allowed, is_plain } = self.clone();
        Box::pin(async move {
            // Port 0 stands for the port of the URL.
            let kept = allowed.resolve(name.as_str(), 0, is_plain).await;
            let addresses: Addrs = Box::new(kept.map_err(FenceError::from)?.into_iter());
            Ok(addresses)
        })
    }
}

impl Fence {
    /// # Errors
    /// The client cannot be built.
    pub(crate) fn new(allowed: AllowedNetworks) -> Result<Self, reqwest::Error> {
        let client = |is_plain| {
            Client::builder()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .referer(false)
                .dns_resolver(Arc::new(FilteringResolver { allowed: allowed.clone(), is_plain }))
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .build()
        };
        Ok(Self { tls: client(false)?, plain: client(true)?, allowed })
    }

    /// Sends one request. The addresses come from the issuer's own description, so each is judged.
    ///
    /// # Errors
    /// The address is refused, or there is no whole answer.
    pub(crate) async fn call(self, request: HttpRequest) -> Result<HttpResponse, FenceError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).map_err(|_| FenceError::NotAWebAddress)?;
        let is_plain = match url.scheme() {
            "https" => false,
            "http" => true,
            _ => return Err(FenceError::NotAWebAddress),
        };
        // A literal address never passes the resolver.
        if let Some(address) = literal(&url) {
            self.allowed.permits_connection(address, is_plain)?;
        }
        let client = if is_plain { &self.plain } else { &self.tls };
        let mut answer =
            client.request(head.method, url).headers(head.headers).body(body).send().await?;
        let mut response = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut whole = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if whole.len() + chunk.len() > LARGEST_ANSWER {
                return Err(FenceError::TooLarge);
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(response.body(whole)?)
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    }
}
