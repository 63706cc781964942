"""Sending by e-mail, through the server of XINGDUN_SMTP_*."""

import smtplib

from django.core.mail import EmailMessage, get_connection

from xingdun.messages.errors import NotDelivered
from xingdun.messages.sending.wording import Outgoing

_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def send(sender: str, to: str, outgoing: Outgoing) -> None:
    """Send one mail. Its Message-ID is the delivery's, so that a repeated one is known. Raises NotDelivered."""
    link = f"\n\n{outgoing.link_words}: {outgoing.link}\n" if outgoing.link else "\n"
    mail = EmailMessage(
        subject=f"[杏盾] {outgoing.heading}",
        body=outgoing.text + link,
        from_email=sender,
        to=[to],
        headers={
            "Message-ID": f"<{outgoing.mark}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=get_connection(_BACKEND),
    )
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", "")
        raise NotDelivered(problem=f"{type(error).__name__} {code}".strip()) from None
