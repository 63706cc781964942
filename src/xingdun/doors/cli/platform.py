"""What commands that look into the running platform need: its settings, Django, and its ledger."""

import os

from xingdun.runtime.environment import Environment, load
from xingdun.runtime.loading import load_django
from xingdun.runtime.refusals import DatabaseAddressMissing


def connected(command: str) -> Environment:
    """The settings in force, with Django standing; raises DatabaseAddressMissing.

    Without XINGDUN_DATABASE_URL the address that `xingdun up` left in the data folder is used.
    """
    environment = load(os.environ)
    if not environment.database_url:
        kept = environment.data / "secrets" / "web.env"
        if not kept.exists():
            raise DatabaseAddressMissing(name=command, file="web.env")
        os.environ["XINGDUN_DATABASE_URL"] = kept.read_text().strip().partition("=")[2]
        environment = load(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xingdun.runtime.settings"
    load_django()
    return environment


def as_sealer(environment: Environment) -> None:
    """Read as the sealer does from now on: every institution's entries, and nothing else that is theirs."""
    kept = environment.data / "secrets" / "seal.env"
    if kept.exists():
        os.environ["XINGDUN_DATABASE_URL"] = kept.read_text().strip().partition("=")[2]
