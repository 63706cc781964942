"""What the robots of WeCom, DingTalk and Feishu groups take: the body, and the signature each asks for.

Sources: WeCom developer centre, document 91770; DingTalk open platform, custom robots; Feishu open platform, custom
bots. DingTalk signs with the secret the text "timestamp in ms, newline, secret"; Feishu signs the empty text with
"timestamp in s, newline, secret"; both HMAC-SHA256 in base64, good for an hour. WeCom's key lies in the address.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from xingdun.messages import rules
from xingdun.messages.errors import NotDelivered
from xingdun.messages.models import Channel
from xingdun.messages.sending.http import post
from xingdun.messages.sending.wording import Outgoing

SIGNED = frozenset({Channel.Kind.DINGTALK, Channel.Kind.FEISHU})


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _shortened(text: str, *, beside: str = "") -> str:
    """`text` within what a robot takes, with `beside` added to it."""
    most = rules.text_bytes() - len(beside.encode())
    raw = text.encode()
    return text if len(raw) <= most else raw[: most - 3].decode(errors="ignore") + "…"


def _markdown(outgoing: Outgoing) -> str:
    link = f"\n\n[{outgoing.link_words}]({outgoing.link})" if outgoing.link else ""
    return _shortened(f"### {outgoing.heading}\n{outgoing.text}", beside=link) + link


def request(kind: str, address: str, secret: str, outgoing: Outgoing, now: datetime) -> tuple[str, dict[str, Any]]:
    """The address and the body of one sending at `now`."""
    if kind == Channel.Kind.WECOM:
        return address, {"msgtype": "markdown", "markdown": {"content": _markdown(outgoing)}}
    if kind == Channel.Kind.DINGTALK:
        stamp = str(int(now.timestamp() * 1000))
        signed = urlencode({"timestamp": stamp, "sign": _hmac(secret, f"{stamp}\n{secret}")})
        joint = "&" if "?" in address else "?"
        body = {"msgtype": "markdown", "markdown": {"title": outgoing.heading, "text": _markdown(outgoing)}}
        return f"{address}{joint}{signed}", body
    stamp = str(int(now.timestamp()))
    lines: list[list[dict[str, str]]] = [[{"tag": "text", "text": _shortened(outgoing.text)}]]
    if outgoing.link:
        lines.append([{"tag": "a", "text": outgoing.link_words, "href": outgoing.link}])
    return address, {
        "timestamp": stamp,
        "sign": _hmac(f"{stamp}\n{secret}", ""),
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": outgoing.heading, "content": lines}}},
    }


def send(kind: str, address: str, secret: str, outgoing: Outgoing, *, now: datetime) -> None:
    """Send to a group. Raises NotDelivered when the platform does not say that it took it."""
    reply = post(*request(kind, address, secret, outgoing, now), mark=outgoing.mark)
    code = reply.get("errcode", reply.get("code", reply.get("StatusCode")))
    if code != 0:
        said = str(reply.get("errmsg") or reply.get("msg") or "")[:120]
        raise NotDelivered(problem=f"{code} {said}".strip())
