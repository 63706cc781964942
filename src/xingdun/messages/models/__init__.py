"""What people are told, the ways it leaves by, and each try."""

from xingdun.messages.models.channels import Attempt, Channel, Delivery
from xingdun.messages.models.messages import Message
from xingdun.messages.models.preferences import MailAddress, Preference

__all__ = ["Attempt", "Channel", "Delivery", "MailAddress", "Message", "Preference"]
