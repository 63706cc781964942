"""Settings: typed, declared, documented; a mistake is named before anything starts."""

from pathlib import Path

import pytest

from xingdun.runtime.environment import SETTINGS, Environment, load
from xingdun.runtime.refusals import SettingUnknown, SettingUnusable


def test_an_empty_environment_gives_the_defaults():
    environment = load({"PATH": "/bin"})
    assert (environment.host, environment.port, environment.language) == ("127.0.0.1", 8600, "zh-hans")
    assert environment.data == Path("data").absolute()
    assert environment.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert environment.https is False


def test_values_are_typed():
    environment = load(
        {
            "XINGDUN_PORT": "0",
            "XINGDUN_HTTPS": "yes",
            "XINGDUN_ALLOWED_HOSTS": "a.example, b.example",
            "XINGDUN_DATABASE_URL": "postgresql://u@/db",
            "XINGDUN_LOG_LEVEL": "debug",
            "XINGDUN_HOST": "",
        }
    )
    assert environment.port == 0
    assert environment.https is True
    assert environment.allowed_hosts == ("a.example", "b.example")
    assert environment.log_level == "DEBUG"
    assert environment.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("XINGDUN_PROT", "XINGDUN_PORT"),
        ("XINGDUN_DATABASE", "XINGDUN_DATABASE_URL"),
        ("XINGDUN_", "XINGDUN_"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name, nearest):
    with pytest.raises(SettingUnknown, match=nearest) as refused:
        load({name: "1"})
    assert refused.value.code == "XD-RUNTIME-009"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("HTTPS", "maybe"),
        ("LANGUAGE", "fr"),
        ("WORKER_JOBS", "0"),
        ("DATABASE_URL", "mysql://root:hunter2@db"),
    ],
)
def test_a_value_that_cannot_be_taken_is_refused_without_repeating_it(name, value):
    with pytest.raises(SettingUnusable, match=f"XINGDUN_{name}") as refused:
        load({f"XINGDUN_{name}": value})
    assert "hunter2" not in str(refused.value)


def test_every_setting_has_its_field():
    assert [setting.name.lower() for setting in SETTINGS] == list(Environment.__dataclass_fields__)
