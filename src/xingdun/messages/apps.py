"""What people are told, as a Django app."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages, the channels they leave through, and what each person wants to be told."""

    name = "xingdun.messages"
    label = "messages"
