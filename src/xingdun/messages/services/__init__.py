"""The only way to tell people something, and to say how they want to be told."""

from xingdun.messages.services.channels import channel_create, channel_retire, channel_test, channel_tried
from xingdun.messages.services.deliveries import delivery_begin, delivery_end, delivery_retry
from xingdun.messages.services.digests import digest_plan
from xingdun.messages.services.messages import message_read, message_read_all, message_send, message_settle
from xingdun.messages.services.preferences import preference_set

__all__ = [
    "channel_create",
    "channel_retire",
    "channel_test",
    "channel_tried",
    "delivery_begin",
    "delivery_end",
    "delivery_retry",
    "digest_plan",
    "message_read",
    "message_read_all",
    "message_send",
    "message_settle",
    "preference_set",
]
