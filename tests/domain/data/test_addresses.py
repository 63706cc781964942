"""Where sources may lie: private networks and named folders, and nowhere that a name or a link can lead astray."""

import socket
from dataclasses import replace
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest

from xingdun.data import addresses
from xingdun.data.errors import AddressForbidden, AddressUnusable, FolderForbidden, NameUnresolved, PathMissing


def answering(monkeypatch, *found):
    """The name server's answer; the machine that runs the tests has none."""

    def answer(host, port, **_):
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def at(host):
    return addresses.checked("postgresql", f"postgresql://reader@{host}:5432/his")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_the_machine_itself_may_be_a_source(host):
    assert at(host) == (f"postgresql://reader@{host}:5432/his", "")


@pytest.mark.parametrize("address", ["10.20.30.40", "172.16.0.9", "192.168.1.5", "fd12:3456::7"])
def test_private_networks_may_be_sources(monkeypatch, address):
    answering(monkeypatch, address)
    assert at("his.hospital")[0].endswith("@his.hospital:5432/his")


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.10.1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "::",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "224.0.0.1",
        "8.8.8.8",
        "2400:3200::1",
    ],
)
def test_other_addresses_are_refused_whatever_name_leads_there(monkeypatch, settings, address):
    answering(monkeypatch, address)
    with pytest.raises(AddressForbidden) as refused:
        at("innocent.example")
    assert refused.value.status == 422
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, source_networks=everything)
    if address not in {"8.8.8.8", "2400:3200::1"}:  # link-local and metadata stay refused under any setting
        with pytest.raises(AddressForbidden):
            at("innocent.example")


def test_one_forbidden_answer_spoils_the_name(monkeypatch):
    answering(monkeypatch, "10.0.0.5", "169.254.169.254")
    with pytest.raises(AddressForbidden):
        at("two-faced.example")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1"])
def test_other_spellings_of_an_address_are_checked_as_what_they_mean(host):
    found = addresses.resolve(host, 5432)
    assert found == ["127.0.0.1"]


def test_the_connection_goes_to_the_addresses_that_were_checked(monkeypatch):
    database, _ = addresses.parse_database("postgresql://reader@his.hospital/his")
    answering(monkeypatch, "10.0.0.5", "10.0.0.6")
    asked = parse_qs(urlsplit(addresses.connection_url(database, "p@ss/word")).query)
    assert asked["hostaddr"] == ["10.0.0.5,10.0.0.6"]
    assert asked["host"] == ["his.hospital,his.hospital"]
    answering(monkeypatch, "169.254.169.254")  # the name now leads elsewhere
    with pytest.raises(AddressForbidden):
        addresses.connection_url(database, "p@ss/word")


def test_a_name_without_an_address_is_said(monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(NameUnresolved):
        at("nowhere.example")


@pytest.mark.parametrize(
    "written",
    [
        "mysql://reader@127.0.0.1/his",
        "postgresql://127.0.0.1/his",
        "postgresql://reader@/his",
        "postgresql://reader@127.0.0.1/",
        "postgresql://reader@127.0.0.1,10.0.0.1/his",
        "postgresql://reader@127.0.0.1:99999/his",
        "postgresql://reader@127.0.0.1/his?host=10.0.0.1",
        "postgresql://reader@127.0.0.1/his?hostaddr=10.0.0.1",
        "postgresql://reader@127.0.0.1/his?service=other",
        "postgresql://reader@127.0.0.1/his?passfile=/etc/shadow",
        "postgresql://reader@127.0.0.1/his?sslkey=/root/key",
        "postgresql://reader@127.0.0.1/his?options=-c%20role%3Dpostgres",
        "postgresql://reader@127.0.0.1/his?sslmode=verify-full",
        "postgresql://reader@127.0.0.1/hi%00s",
        "postgresql://reader@[::1/his",
        "",
        "host=127.0.0.1 user=reader",
    ],
)
def test_what_is_no_plain_address_is_refused(written):
    with pytest.raises(AddressUnusable):
        addresses.parse_database(written)


def test_a_password_in_the_address_is_taken_out():
    kept, secret = addresses.checked("postgresql", "postgres://a%40b:p%40ss%2F@LOCALHOST/h%20s")
    assert kept == "postgresql://a%40b@localhost:5432/h%20s"
    assert secret == "p@ss/"


def test_folders_lie_below_the_allowed_ones(settings, tmp_path):
    allowed, outside = tmp_path / "sources", tmp_path / "elsewhere"
    (allowed / "his").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n")
    (allowed / "link.csv").symlink_to(outside / "secret.csv")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, source_folders=(allowed,))
    assert addresses.checked("folder", str(allowed / "his"))[0] == str(allowed / "his")
    for astray in (outside, allowed / ".." / "elsewhere", allowed / "his" / ".." / ".." / "elsewhere", "/etc"):
        with pytest.raises(FolderForbidden):
            addresses.checked("folder", str(astray))
    with pytest.raises(FolderForbidden):
        addresses.checked("file", str(allowed / "link.csv"))
    with pytest.raises(PathMissing):
        addresses.checked("file", str(allowed / "none.csv"))
    with pytest.raises(PathMissing):
        addresses.checked("file", str(allowed / "his"))
    with pytest.raises(AddressUnusable):
        addresses.checked("folder", "sources/his")


def test_a_socket_is_a_path_like_any_other(settings, tmp_path):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, source_folders=(tmp_path,))
    with pytest.raises(FolderForbidden):
        addresses.checked("postgresql", "postgresql://postgres@/xingdun?host=/var/run/postgresql")
    assert addresses.checked("postgresql", f"postgresql://reader@/his?host={tmp_path}")[0].endswith("&port=5432")
