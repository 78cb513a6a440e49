//! Which addresses a connector may open a socket to.
//!
//! A person who may write connector settings must not thereby reach this machine, its neighbours or
//! the cloud's metadata. The address is judged when the socket is opened, after name resolution, so
//! that a name which changes its answer gains nothing. Where nothing is encrypted, only networks that a
//! person named are reached: what is sent, a token among it, travels in clear. Ranges follow the IANA special-purpose
//! address registries (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::{fmt, io};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks that one connector may reach although they are not public. Empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedNetworks {
    networks: Vec<IpNet>,
}

/// The address is not public and no allowed network names it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {range}; the connector's allowed networks do not name it")]
pub struct AddressRefused {
    pub address: IpAddr,
    /// Which kind of address it is, in words.
    pub range: &'static str,
}

/// Why no socket may be opened.
#[derive(Debug, thiserror::Error)]
pub enum NotReachable {
    #[error(transparent)]
    Refused(#[from] AddressRefused),
    #[error("without TLS only the allowed networks are reached")]
    Plain,
    #[error("the name has no address")]
    NoAddress,
    #[error("the name could not be resolved")]
    NotResolved(#[from] io::Error),
}

/// A list of networks that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworksError {
    #[error("'{0}' is not a network such as 10.1.0.0/16 or 192.0.2.7")]
    NotANetwork(String),
    /// A /0 would switch the filter off, which nobody should do by a typing error.
    #[error("'{0}' names every address; name the networks that are meant")]
    Everything(String),
}

impl AllowedNetworks {
    /// Whether a socket may be opened to `address`.
    ///
    /// # Errors
    /// [`AddressRefused`] names the range. Metadata addresses are permitted only when the list names
    /// exactly that address: whoever opens a link-local network does not mean the cloud's secrets.
    pub fn permits(&self, address: IpAddr) -> Result<(), AddressRefused> {
        // An IPv4-mapped address reaches the IPv4 host itself, so it is judged as that host.
        let address = address.to_canonical();
        if let Some(range) = metadata(address) {
            return match self.names_exactly(address) {
                true => Ok(()),
                false => Err(AddressRefused { address, range }),
            };
        }
        match special_range(address) {
            Some(range) if !self.names(address) => Err(AddressRefused { address, range }),
            _ => Ok(()),
        }
    }

    /// The same for a connection that may be without TLS (`is_plain`): then the list must name the address.
    ///
    /// # Errors
    /// The address is refused, or it is not named and nothing would be encrypted.
    pub fn permits_connection(&self, address: IpAddr, is_plain: bool) -> Result<(), NotReachable> {
        self.permits(address)?;
        if is_plain && !self.names(address) { Err(NotReachable::Plain) } else { Ok(()) }
    }

    /// Asks the system for the addresses of a name and keeps those that may be reached. Connect to these and
    /// not to the name: asked again, it may answer something else.
    ///
    /// # Errors
    /// The name cannot be resolved, or none of its addresses may be reached; then why not the last one.
    pub async fn resolve(
        &self,
        host: &str,
        port: u16,
        is_plain: bool,
    ) -> Result<Vec<SocketAddr>, NotReachable> {
        self.reachable(tokio::net::lookup_host((host, port)).await?, is_plain)
    }

    fn reachable(
        &self,
        found: impl Iterator<Item = SocketAddr>,
        is_plain: bool,
    ) -> Result<Vec<SocketAddr>, NotReachable> {
        let mut refusal = NotReachable::NoAddress;
        let mut kept = Vec::new();
        for address in found {
            match self.permits_connection(address.ip(), is_plain) {
                Ok(()) => kept.push(address),
                Err(refused) => refusal = refused,
            }
        }
        if kept.is_empty() { Err(refusal) } else { Ok(kept) }
    }

    /// Whether the list itself names the address; public addresses need not be named.
    fn names(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    fn names_exactly(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| *network == IpNet::from(address))
    }
}

impl FromStr for AllowedNetworks {
    type Err = NetworksError;

    /// Reads a comma-separated list of CIDR networks or single addresses; blanks are ignored.
    fn from_str(list: &str) -> Result<Self, Self::Err> {
        let networks = list
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(network)
            .collect::<Result<_, _>>()?;
        Ok(Self { networks })
    }
}

impl fmt::Display for AllowedNetworks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, network) in self.networks.iter().enumerate() {
            let separator = if position == 0 { "" } else { ", " };
            write!(f, "{separator}{network}")?;
        }
        Ok(())
    }
}

fn network(part: &str) -> Result<IpNet, NetworksError> {
    let parsed = part
        .parse::<IpNet>()
        .or_else(|_| part.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| NetworksError::NotANetwork(part.to_owned()))?;
    if parsed.prefix_len() == 0 {
        return Err(NetworksError::Everything(part.to_owned()));
    }
    Ok(parsed.trunc())
}

/// Addresses at which clouds hand out credentials: AWS, Azure, Google and others share the first;
/// Azure's wire server and Alibaba's service have their own.
fn metadata(address: IpAddr) -> Option<&'static str> {
    const V4: [[u8; 4]; 4] =
        [[169, 254, 169, 254], [168, 63, 129, 16], [100, 100, 100, 200], [192, 0, 0, 192]];
    let is_metadata = match address {
        IpAddr::V4(v4) => V4.contains(&v4.octets()),
        IpAddr::V6(v6) => v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    };
    is_metadata.then_some("a cloud metadata address")
}

fn special_range(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    const RANGES: [([u8; 4], u8, &str); 15] = [
        ([0, 0, 0, 0], 8, "unspecified (this network)"),
        ([10, 0, 0, 0], 8, "private"),
        ([100, 64, 0, 0], 10, "shared by carriers (CGNAT)"),
        ([127, 0, 0, 0], 8, "loopback"),
        ([169, 254, 0, 0], 16, "link-local"),
        ([172, 16, 0, 0], 12, "private"),
        ([192, 0, 0, 0], 24, "reserved for protocols"),
        ([192, 0, 2, 0], 24, "for documentation"),
        ([192, 88, 99, 0], 24, "a 6to4 relay"),
        ([192, 168, 0, 0], 16, "private"),
        ([198, 18, 0, 0], 15, "for benchmarks"),
        ([198, 51, 100, 0], 24, "for documentation"),
        ([203, 0, 113, 0], 24, "for documentation"),
        ([224, 0, 0, 0], 4, "multicast"),
        ([240, 0, 0, 0], 4, "reserved or broadcast"),
    ];
    RANGES.into_iter().find_map(|(base, length, words)| {
        let range = Ipv4Net::new_assert(Ipv4Addr::from(base), length);
        range.contains(&address).then_some(words)
    })
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    const RANGES: [([u16; 3], u8, &str); 10] = [
        ([0xfe80, 0, 0], 10, "link-local"),
        ([0xfec0, 0, 0], 10, "site-local"),
        ([0xfc00, 0, 0], 7, "private (unique local)"),
        ([0xff00, 0, 0], 8, "multicast"),
        ([0x2001, 0xdb8, 0], 32, "for documentation"),
        ([0x3fff, 0, 0], 20, "for documentation"),
        // Teredo, ORCHID and benchmarking; Teredo carries IPv4 addresses in disguise.
        ([0x2001, 0, 0], 23, "reserved for protocols"),
        ([0x0100, 0, 0], 64, "discard-only"),
        ([0x0064, 0xff9b, 1], 48, "local translation (NAT64)"),
        ([0x5f00, 0, 0], 16, "segment routing"),
    ];
    if address.is_unspecified() {
        return Some("unspecified");
    }
    if address.is_loopback() {
        return Some("loopback");
    }
    if let Some(inner) = embedded_v4(address) {
        return metadata(IpAddr::V4(inner)).or_else(|| special_v4(inner));
    }
    RANGES.into_iter().find_map(|([a, b, c], length, words)| {
        let range = Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length);
        range.contains(&address).then_some(words)
    })
}

/// The IPv4 host that an IPv6 address ends up at through compatibility or translation.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        // IPv4-compatible, mapped and IPv4-translated (RFC 4291, RFC 2765).
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => {
            Some(join(high, low))
        }
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => Some(join(high, low)),
        // NAT64 with the well-known prefix (RFC 6052).
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        // ISATAP (RFC 5214) under any prefix.
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => Some(join(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(list: &str, address: &str) -> bool {
        let networks: AllowedNetworks = list.parse().unwrap();
        networks.permits(address.parse().unwrap()).is_ok()
    }

    #[test]
    fn nothing_but_public_addresses_by_default() {
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.9",
            "203.0.113.77",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "100.100.100.200",
            "::",
            "::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "fc00::1",
            "fdff::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "2001::1",
            "2001:0:7f00:1::",
            "100::1",
            "64:ff9b:1::1",
            "5f00::1",
        ] {
            assert!(!permits("", refused), "{refused} must be refused");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::8a",
            "2001:4860:4860::8888",
        ] {
            assert!(permits("", public), "{public} is public");
        }
    }

    #[test]
    fn ipv4_in_ipv6_clothes_is_judged_by_the_ipv4_host() {
        for refused in [
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:7f00:1",
            "::127.0.0.1",
            "::10.0.0.1",
            "::ffff:0:127.0.0.1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2002:c0a8:0101::5",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.1.2.3",
            "64:ff9b::169.254.169.254",
            "2606:4700::5efe:10.0.0.1",
            "2606:4700::200:5efe:127.0.0.1",
        ] {
            assert!(!permits("", refused), "{refused} must be refused");
        }
        for public in ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"] {
            assert!(permits("", public), "{public} ends at a public host");
        }
    }

    #[test]
    fn a_named_network_opens_itself_and_nothing_else() {
        assert!(permits("127.0.0.0/8", "127.0.0.1"));
        assert!(permits("127.0.0.1", "127.0.0.1"));
        assert!(!permits("127.0.0.1", "127.0.0.2"));
        assert!(permits("127.0.0.0/8", "::ffff:127.0.0.1"), "the mapped form is the same host");
        assert!(!permits("127.0.0.0/8", "::1"));
        assert!(!permits("127.0.0.0/8", "64:ff9b::127.0.0.1"), "a translator is another network");
        assert!(permits("10.1.2.3/16, fd12::/16", "10.1.255.255"));
        assert!(permits("10.1.2.3/16,fd12::/16,", "fd12::9"));
        assert!(!permits("10.1.2.3/16", "10.2.0.0"));
    }

    #[test]
    fn metadata_needs_its_own_name() {
        assert!(!permits("169.254.0.0/16", "169.254.169.254"));
        assert!(permits("169.254.0.0/16", "169.254.1.1"));
        assert!(permits("169.254.169.254", "169.254.169.254"));
        assert!(!permits("fd00::/8", "fd00:ec2::254"));
        assert!(permits("fd00:ec2::254/128", "fd00:ec2::254"));
    }

    fn reachable(list: &str, is_plain: bool, found: &[&str]) -> Result<usize, String> {
        let networks: AllowedNetworks = list.parse().unwrap();
        let found = found.iter().map(|address| address.parse().unwrap());
        networks.reachable(found, is_plain).map(|kept| kept.len()).map_err(|e| e.to_string())
    }

    #[test]
    fn a_name_with_a_private_answer_keeps_only_its_public_ones() {
        assert_eq!(reachable("", false, &["8.8.8.8:0", "127.0.0.1:0", "[::1]:0"]), Ok(1));
        assert!(reachable("", false, &["169.254.169.254:0"]).unwrap_err().contains("metadata"));
        assert!(reachable("10.0.0.0/8", false, &["127.0.0.1:0"]).unwrap_err().contains("loopback"));
        assert!(reachable("", false, &[]).unwrap_err().contains("no address"));
    }

    #[test]
    fn without_tls_only_named_networks_are_reached() {
        assert!(reachable("", true, &["8.8.8.8:0"]).unwrap_err().contains("TLS"));
        assert_eq!(reachable("127.0.0.0/8", true, &["127.0.0.1:0", "8.8.8.8:0"]), Ok(1));
        assert_eq!(reachable("10.0.0.0/8", true, &["10.1.2.3:5432"]), Ok(1));
        assert_eq!(reachable("", false, &["8.8.8.8:5432"]), Ok(1));
    }

    #[test]
    fn odd_host_encodings_of_loopback_end_at_the_same_refusal() {
        for odd in [
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0x7f.1/",
            "http://[::ffff:127.0.0.1]/",
            "http://[0:0:0:0:0:ffff:7f00:1]/",
            "http://①②⑦.0.0.1/",
            "http://127。0。0。1/",
            "http://%31%32%37.0.0.1/",
        ] {
            let url = url::Url::parse(odd).unwrap();
            let address = match url.host() {
                Some(url::Host::Ipv4(v4)) => IpAddr::V4(v4),
                Some(url::Host::Ipv6(v6)) => IpAddr::V6(v6),
                other => panic!("{odd} was read as {other:?}"),
            };
            assert!(AllowedNetworks::default().permits(address).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_names_the_part() {
        for wrong in ["localhost", "10.0.0.0/33", "10.0.0", "10.0.0.0/8 10.1.0.0/8", "::/129"] {
            let error = wrong.parse::<AllowedNetworks>().unwrap_err();
            assert_eq!(error, NetworksError::NotANetwork(wrong.to_owned()));
        }
        for everything in ["0.0.0.0/0", "::/0", "10.0.0.0/8,0.0.0.0/0"] {
            let error = everything.parse::<AllowedNetworks>().unwrap_err();
            assert!(matches!(error, NetworksError::Everything(_)), "{everything}");
        }
        let list: AllowedNetworks = "127.0.0.1, 10.9.8.7/8".parse().unwrap();
        assert_eq!(list.to_string(), "127.0.0.1/32, 10.0.0.0/8");
    }
}
