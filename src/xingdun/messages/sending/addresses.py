"""Where messages may be sent: the host must be allowed, and every address behind its name as well, at each sending."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from xingdun.frame.addresses import Address, allowed, forbidden, meant
from xingdun.messages.errors import AddressForbidden, AddressUnusable, HostNotAllowed, NameUnresolved

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request really goes: the checked addresses behind `host`, and whether by TLS."""

    host: str
    port: int
    tls: bool
    path: str
    addresses: tuple[str, ...]


def checked_mail(written: str) -> str:
    """A mail address as it is kept. Raises AddressUnusable."""
    try:
        validate_email(written.strip())
    except ValidationError as problem:
        raise AddressUnusable(problem=problem.messages[0]) from None
    return written.strip()


def _parts(written: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as problem:
        raise AddressUnusable(problem=str(problem)) from None
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise AddressUnusable(problem="https://…")
    if parts.username or parts.password or parts.fragment or len(written) > _LONGEST:
        raise AddressUnusable(problem=parts.hostname)
    if not written.isascii() or not written.isprintable() or " " in written or "\\" in written:
        raise AddressUnusable(problem=parts.hostname)
    return parts, port or (443 if parts.scheme == "https" else 80)


def target(address: str) -> Target:
    """Where a request to `address` goes now.

    Raises AddressUnusable, HostNotAllowed, NameUnresolved, or AddressForbidden when any address behind the name is
    neither public nor in XINGDUN_WEBHOOK_NETWORKS: a name with one bad answer is not trusted with the others. Only a
    host on this machine is spoken to without TLS.
    """
    parts, port = _parts(address)
    host = str(parts.hostname)
    hosts = settings.ENVIRONMENT.webhook_hosts
    if host not in hosts:
        raise HostNotAllowed(host=host, hosts=", ".join(hosts))
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameUnresolved(host=host) from None
    found = tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))
    for one in found:
        if not _reachable(meant(one)):
            raise AddressForbidden(host=host, address=one)
    tls = parts.scheme == "https"
    if not tls and not all(ipaddress.ip_address(one).is_loopback for one in found):
        raise AddressUnusable(problem="https://…")
    return Target(host, port, tls, parts.path + (f"?{parts.query}" if parts.query else ""), found)


def _reachable(address: Address) -> bool:
    public = address.is_global and not forbidden(address)
    return public or allowed(address, settings.ENVIRONMENT.webhook_networks)


def checked_webhook(written: str) -> tuple[str, str]:
    """A robot's whole address, and the part of it that is no secret (its host). Raises what `target` raises."""
    whole = written.strip()
    found = target(whole)
    return whole, found.host if found.port in {80, 443} else f"{found.host}:{found.port}"
