use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A private host or range of addresses that the operator lets users' requests reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    Host(String),
    Range { base: IpAddr, bits: u8 },
}

impl Allowed {
    pub(super) fn names(&self, host: &str) -> bool {
        matches!(self, Self::Host(allowed) if allowed.eq_ignore_ascii_case(host.trim_end_matches('.')))
    }

    pub(super) fn holds(&self, ip: IpAddr) -> bool {
        let Self::Range { base, bits } = self else { return false };
        match (base, embedded(ip)) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => same_bits(base.to_bits().into(), ip.to_bits().into(), *bits, 32),
            (IpAddr::V6(base), IpAddr::V6(ip)) => same_bits(base.to_bits(), ip.to_bits(), *bits, 128),
            _ => false,
        }
    }
}

impl FromStr for Allowed {
    type Err = String;

    /// Reads `host.internal`, `10.1.2.3` or `10.0.0.0/8`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is no host name, address or range like 10.0.0.0/8");
        if let Some((base, bits)) = text.split_once('/') {
            let (base, bits): (IpAddr, u8) = (base.parse().map_err(|_| wrong())?, bits.parse().map_err(|_| wrong())?);
            let most = if base.is_ipv4() { 32 } else { 128 };
            return if bits <= most { Ok(Self::Range { base, bits }) } else { Err(wrong()) };
        }
        if let Ok(base) = text.parse::<IpAddr>() {
            return Ok(Self::Range { base, bits: if base.is_ipv4() { 32 } else { 128 } });
        }
        let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if is_name && !text.is_empty() { Ok(Self::Host(text.to_ascii_lowercase())) } else { Err(wrong()) }
    }
}

/// Whether the first `bits` of `width` are the same.
fn same_bits(one: u128, other: u128, bits: u8, width: u8) -> bool {
    bits == 0 || (one ^ other) >> (width - bits) == 0
}

/// The IPv4 address that an IPv6 one stands for, where it only maps one.
fn embedded(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

/// Whether an address is of the open internet: none of the special ranges of the IANA registries (RFC 6890 and its
/// updates), nor one of another family that leads into them.
pub fn is_public(ip: IpAddr) -> bool {
    match embedded(ip) {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        // Shared by providers (RFC 6598), protocol assignments, 6to4 relays, benchmarks, reserved and broadcast.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    // Only global unicast is given out; of it, Teredo and other protocol assignments, documentation and the ranges that
    // carry IPv4 addresses inside are left out.
    let is_global = parts[0] & 0xe000 == 0x2000;
    let is_special = (parts[0] == 0x2001 && (parts[1] < 0x0200 || parts[1] == 0x0db8))
        || parts[0] == 0x2002
        || (parts[0] == 0x3fff && parts[1] < 0x1000);
    is_global && !is_special
}
