"""How the duties about cryptography are measured."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.checks import Facts, Verdict, check, pending, satisfied, unknown
from xingdun.keys import selectors


@check("cryptography-compliant", reads=("keys.cipherproduct",))
def products_certified(facts: Facts) -> Verdict:
    """Every cryptographic product in use has a valid certificate (MEASURES-15b)."""
    products = list(selectors.cipher_products().filter(retired_at__isnull=True).order_by("valid_until"))
    if not products:
        return unknown(_("no cryptographic product is registered"))
    expired = [product for product in products if product.valid_until < facts.now]
    if expired:
        return pending(expired[0].valid_until, expired, _("the certificate has expired"))
    return satisfied(products, due_at=products[0].valid_until)
