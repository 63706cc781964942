"""Django's messages for one page: their app's name here, since what people are told (`messages`) is a domain."""

from django.contrib.messages.apps import MessagesConfig


class FlashConfig(MessagesConfig):
    """What a page says once, after something was done."""

    label = "flash_messages"
