"""One record of a register, by the key in an address."""

from typing import Any

from django.core.exceptions import ValidationError

from xingdun.frame.errors import NotFound
from xingdun.frame.registers import Register


def record_of(register: Register, key: str) -> Any:
    """The record of that key among the register's rows. Raises NotFound."""
    try:
        record = register.rows().filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        record = None
    if record is None:
        raise NotFound
    return record
