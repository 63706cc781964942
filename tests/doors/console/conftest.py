"""What the console's tests stand on."""

import re
from html import unescape

import pytest


@pytest.fixture
def entries(hospital):
    """Writes that many ledger entries by the system administrator."""
    from xingdun.audit import services as audit  # Django stands once a test runs

    def write(count, *, action="person.update"):
        for number in range(count):
            audit.record(
                actor=hospital.system_admin,
                action=action,
                about=hospital.dso,
                now=hospital.now,
                details={"number": number},
            )

    return write


@pytest.fixture
def words():
    """Tells the words of a page, without its markup."""

    def tell(response):
        text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())

    return tell
