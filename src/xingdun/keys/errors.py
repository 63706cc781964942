"""What the key hierarchy refuses, and what to do then."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class KeyFileMissing(Refusal):
    """The root key's file is gone: nothing sealed can be opened, and nothing is sealed under a new one by accident."""

    code = "XD-KEYS-001"
    what = _("The root key file {path} is missing.")
    todo = _("Bring it back from its safe copy. Without it sealed values stay closed; a new one is not made by itself.")
    clauses = ("DIGITAL-4.3.1b", "DIGITAL-7.2.4.2a")
    status = 503


class KeyFileUnusable(Refusal):
    """The root key's file holds something else, or the wrong key."""

    code = "XD-KEYS-002"
    what = _("The root key file {path} cannot be used: {problem}.")
    todo = _("Bring the right one back from its safe copy.")
    status = 503


class KeyDestroyed(Refusal):
    """What was sealed under a destroyed key is gone for good."""

    code = "XD-KEYS-003"
    what = _("The key “{purpose}” version {version} was destroyed; what it sealed cannot be opened any more.")
    todo = _("Nothing can be done: this is what destruction means.")
    clauses = ("MEASURES-22.7a", "DIGITAL-6.2.3a")
    status = 410


class SealedElsewhere(Refusal):
    """A sealed value does not belong to this place, or was altered."""

    code = "XD-KEYS-004"
    what = _("A sealed value of “{purpose}” does not open here: it was moved or altered.")
    todo = _("Run `xingdun verify`, and restore the value from a backup.")
    status = 500


class ProductRegistered(Refusal):
    """A certificate stands once among the products in use."""

    code = "XD-KEYS-005"
    what = _("A product with the certificate {certificate} is registered already.")
    todo = _("Take the other one out of use first, when this one replaces it.")


class ProductOutOfUse(Refusal):
    """The product is out of use."""

    code = "XD-KEYS-006"
    what = _("This product is out of use already.")
    todo = _("Reload the page.")
