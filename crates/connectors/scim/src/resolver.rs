//! Name resolution that answers only addresses which the connector may reach.
//!
//! The filter sits here because the address that is judged must be the address that is connected
//! to: a name checked earlier may answer something else a moment later.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use usher_connector::{AddressRefused, AllowedNetworks};

/// Resolves by the system and drops refused addresses.
#[derive(Debug, Clone)]
pub(crate) struct FilteringResolver {
    pub(crate) allowed: AllowedNetworks,
    /// Without TLS the token travels in clear, so only networks that a person named will do.
    pub(crate) is_plain: bool,
}

/// Every address of the name was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NameRefused {
    #[error(transparent)]
    Address(#[from] AddressRefused),
    #[error("without https the connector reaches only its allowed networks")]
    PlainHttp,
    #[error("the name has no address")]
    NoAddress,
}

impl FilteringResolver {
    /// Whether the connector may speak to this address.
    pub(crate) fn permits(&self, address: SocketAddr) -> Result<(), NameRefused> {
        self.allowed.permits(address.ip())?;
        match self.is_plain && !self.allowed.names(address.ip()) {
            true => Err(NameRefused::PlainHttp),
            false => Ok(()),
        }
    }

    fn filtered(&self, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NameRefused> {
        let mut refusal = NameRefused::NoAddress;
        let mut permitted = Vec::with_capacity(found.len());
        for address in found {
            match self.permits(address) {
                Ok(()) => permitted.push(address),
                Err(refused) => refusal = refused,
            }
        }
        if permitted.is_empty() { Err(refusal) } else { Ok(permitted) }
    }
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            // Port 0 stands for the port of the URL.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let addresses: Addrs = Box::new(resolver.filtered(found)?.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(list: &str, is_plain: bool, found: &[&str]) -> Result<usize, String> {
        let resolver = FilteringResolver { allowed: list.parse().unwrap(), is_plain };
        let found = found.iter().map(|address| address.parse().unwrap()).collect();
        resolver.filtered(found).map(|kept| kept.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_with_a_private_answer_keeps_only_its_public_ones() {
        assert_eq!(filtered("", false, &["8.8.8.8:0", "127.0.0.1:0", "[::1]:0"]), Ok(1));
        assert!(filtered("", false, &["169.254.169.254:0"]).unwrap_err().contains("metadata"));
        assert!(filtered("", false, &[]).is_err());
    }

    #[test]
    fn plain_http_reaches_named_networks_only() {
        assert!(filtered("", true, &["8.8.8.8:0"]).unwrap_err().contains("https"));
        assert_eq!(filtered("127.0.0.0/8", true, &["127.0.0.1:0", "8.8.8.8:0"]), Ok(1));
    }
}
