"""One request with a JSON body: to checked addresses alone, no redirect followed, the reply bounded."""

import http.client
import json
import socket
import ssl
import time
from typing import Any

from django.utils.translation import gettext

from xingdun.messages import rules
from xingdun.messages.errors import NotDelivered
from xingdun.messages.sending.addresses import Target, target

_CHUNK = 8192
_OK = 200


class _Connection(http.client.HTTPConnection):
    """A connection to one checked address; the certificate must be the host's."""

    def __init__(self, where: Target, address: str) -> None:
        super().__init__(where.host, where.port, timeout=rules.timeout())
        self._where, self._address = where, address

    def connect(self) -> None:
        """Go to the address that was checked, not to the name again."""
        made = socket.create_connection((self._address, self._where.port), rules.timeout())
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._where.tls:
            made = ssl.create_default_context().wrap_socket(made, server_hostname=self._where.host)
        self.sock = made


def post(address: str, body: dict[str, Any], *, mark: str) -> dict[str, Any]:
    """The other side's JSON reply. mark: by which a repeated sending is known.

    Raises NotDelivered, and what `target` raises.
    """
    where = target(address)
    connection = _Connection(where, where.addresses[0])
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Xingdun", "X-Request-Id": mark}
    try:
        connection.request("POST", where.path or "/", json.dumps(body, ensure_ascii=False).encode(), headers)
        reply = connection.getresponse()
        if reply.status != _OK:
            raise NotDelivered(problem=f"HTTP {reply.status}")
        return _read(reply)
    except TimeoutError:
        raise NotDelivered(problem=gettext("no answer in time")) from None
    except ssl.SSLCertVerificationError:
        raise NotDelivered(problem=gettext("its certificate does not hold")) from None
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
        raise NotDelivered(problem=type(error).__name__) from None
    finally:
        connection.close()


def _read(reply: http.client.HTTPResponse) -> dict[str, Any]:
    until, found = time.monotonic() + rules.timeout(), b""
    while chunk := reply.read1(_CHUNK):
        found += chunk
        if len(found) > rules.reply_bytes() or time.monotonic() > until:
            raise NotDelivered(problem=gettext("its answer does not end"))
    read = json.loads(found)
    if not isinstance(read, dict):
        raise NotDelivered(problem="JSON")
    return read
