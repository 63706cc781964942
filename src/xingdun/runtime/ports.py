"""Free ports: kept when free, the next one otherwise."""

import socket

from xingdun.runtime.refusals import NoFreePort

_TRIED = 100
_HIGHEST = 65535


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on `host`:`port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True


def any_free(host: str = "127.0.0.1") -> int:
    """A port the system says is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def this_or_next(host: str, port: int) -> int:
    """`port` when it is free, else the next free one; any free one for 0. Raises NoFreePort."""
    if port == 0:
        return any_free(host)
    last = min(port + _TRIED, _HIGHEST)
    for candidate in range(port, last + 1):
        if is_free(host, candidate):
            return candidate
    raise NoFreePort(first=port, last=last, host=host)
