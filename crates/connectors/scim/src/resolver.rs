//! Name resolution that answers only addresses which the connector may reach.
//!
//! The filter sits here because the address that is judged must be the address that is connected
//! to: a name checked earlier may answer something else a moment later.

use std::net::IpAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use usher_connector::{AllowedNetworks, NotReachable};

/// Resolves by the system and drops refused addresses.
#[derive(Debug, Clone)]
pub(crate) struct FilteringResolver {
    pub(crate) allowed: AllowedNetworks,
    /// Without TLS the token travels in clear, so only networks that a person named will do.
    pub(crate) is_plain: bool,
}

impl FilteringResolver {
    /// Whether the connector may speak to this address.
    pub(crate) fn permits(&self, address: IpAddr) -> Result<(), NotReachable> {
        self.allowed.permits_connection(address, self.is_plain)
    }
}

/// Why every address is refused, in the words of this connector; `None` for a name that could not be
/// resolved, which is no refusal.
pub(crate) fn refusal(why: &NotReachable) -> Option<String> {
    match why {
        NotReachable::Plain => {
            Some("without https the connector reaches only its allowed networks".to_owned())
        }
        NotReachable::Refused(_) | NotReachable::NoAddress => Some(why.to_string()),
        NotReachable::NotResolved(_) => None,
    }
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { allowed, is_plain } = self.clone();
        Box::pin(async move {
            // Port 0 stands for the port of the URL.
            let kept = allowed.resolve(name.as_str(), 0, is_plain).await?;
            let addresses: Addrs = Box::new(kept.into_iter());
            Ok(addresses)
        })
    }
}
