"""Ways out of the platform: registered, tried, retired."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from xingdun.audit import services as audit
from xingdun.frame.errors import Refusal
from xingdun.keys import services as keys
from xingdun.messages.errors import AddressUnusable, ChannelRetired, MailServerMissing, NameTaken, SecretMissing
from xingdun.messages.models import Channel
from xingdun.messages.sending import webhooks
from xingdun.messages.sending.addresses import checked_mail, checked_webhook
from xingdun.messages.services.deliveries import told
from xingdun.organisation.models import Person

PURPOSE = "message-channels"


def _sealed(channel: Channel, address: str, secret: str) -> str:
    return keys.seal(
        institution=channel.institution_id,
        purpose=PURPOSE,
        plaintext=json.dumps({"address": address, "secret": secret}).encode(),
        place=("channel", str(channel.pk)),
    )


def channel_secret(*, channel: Channel) -> tuple[str, str]:
    """A robot's whole address and the secret it is signed with; for sending alone."""
    opened = keys.open(
        institution=channel.institution_id,
        purpose=PURPOSE,
        sealed=channel.secret,
        place=("channel", str(channel.pk)),
    )
    found = json.loads(opened)
    return found["address"], found["secret"]


@transaction.atomic
def channel_create(
    *, name: str, kind: str, address: str, by: Person, now: datetime, secret: str = "", role: str = ""
) -> Channel:
    """Register a way out: the sender of the institution's mail, or the robot of a group.

    address: the sender's mail address, or the robot's whole address; it holds a key and is kept sealed. secret: what
    messages to DingTalk and Feishu are signed with. role: whose urgent messages the group is told.
    Raises AddressUnusable, HostNotAllowed, AddressForbidden, NameUnresolved, SecretMissing, MailServerMissing,
    NameTaken.
    """
    channel = Channel(institution_id=by.institution_id, name=name.strip(), kind=kind, role=role, created_at=now)
    if Channel.objects.filter(name=channel.name, retired_at__isnull=True).exists():
        raise NameTaken(name=channel.name)
    if kind == Channel.Kind.MAIL:
        if not settings.EMAIL_HOST:
            raise MailServerMissing
        channel.address, channel.role = checked_mail(address), ""
    else:
        whole, channel.address = checked_webhook(address)
        if kind in webhooks.SIGNED and not secret.strip():
            raise SecretMissing(kind=Channel.Kind(kind).label)
        if kind == Channel.Kind.WECOM and "key=" not in whole:
            raise AddressUnusable(problem="key=")
        channel.secret = _sealed(channel, whole, secret.strip())
    channel.save(force_insert=True)
    audit.record(
        actor=by,
        action="channel.create",
        about=channel,
        now=now,
        details={"kind": kind, "address": channel.address, "role": channel.role},
    )
    return channel


def channel_test(*, channel: Channel, by: Person, now: datetime) -> Channel:
    """Send a line to the group (or to one's own mail address) and keep what came of it."""
    from xingdun.messages.sending.running import send_test

    channel = Channel.objects.get(pk=channel.pk)
    if channel.retired_at:
        raise ChannelRetired
    problem: Any = ""
    try:
        send_test(channel, by)  # outside any transaction: it may take seconds
    except Refusal as refusal:
        problem = refusal.explain().what
    return channel_tried(channel=channel, problem=told(problem), by=by, now=now)


@transaction.atomic
def channel_tried(*, channel: Channel, problem: str, by: Person, now: datetime) -> Channel:
    """Keep whether a channel worked."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    channel.state = Channel.State.FAILED if problem else Channel.State.REACHABLE
    channel.tried_at, channel.problem = now, problem
    channel.save(update_fields=["state", "tried_at", "problem"])
    audit.record(actor=by, action="channel.test", about=channel, now=now, outcome="failed" if problem else "done")
    return channel


@transaction.atomic
def channel_retire(*, channel: Channel, by: Person, now: datetime) -> Channel:
    """Take a way out away for good: its secret is gone, and what waits for it is not sent. Raises ChannelRetired."""
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    if channel.retired_at:
        raise ChannelRetired
    channel.retired_at, channel.state, channel.secret = now, Channel.State.RETIRED, ""
    channel.save(update_fields=["retired_at", "state", "secret"])
    audit.record(actor=by, action="channel.retire", about=channel, now=now)
    return channel
