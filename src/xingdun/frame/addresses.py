"""IP addresses the platform may connect to: what an address really is, and those nobody is ever sent to."""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Where clouds answer with a machine's own credentials; some lie inside private networks.
_METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def meant(address: str) -> Address:
    """The address meant: zone dropped, IPv4 inside IPv6 taken out."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inside = IPv4Address(int(found) & 0xFFFF_FFFF)
        return inside or found
    return found


def forbidden(address: Address) -> bool:
    """Whether nobody is ever sent there: metadata services, link-local, multicast and unspecified addresses."""
    return address in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified


def allowed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether it lies in one of `networks` and is not forbidden."""
    return not forbidden(address) and any(address in network for network in networks)
