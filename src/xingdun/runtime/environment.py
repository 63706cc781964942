"""Every setting of the platform: read from the environment, typed, and nothing undeclared taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from xingdun.runtime.refusals import SettingUnknown, SettingUnusable

PREFIX = "XINGDUN_"
LANGUAGES = ("zh-hans", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, what it may be, its default as written, what it is for."""

    name: str
    kind: str
    default: str
    help: str
    read: Callable[[str], Any]

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return PREFIX + self.name


def _text(written: str) -> str:
    return written


def _list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _folder(written: str) -> Path:
    return Path(written).expanduser().absolute()


def _folders(written: str) -> tuple[Path, ...]:
    return tuple(_folder(part) for part in _list(written))


def _networks(written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part) for part in _list(written))


def _yes_or_no(written: str) -> bool:
    return {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}[written.lower()]


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(written: str) -> int:
        number = int(written)
        if not low <= number <= high:
            raise ValueError(written)
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(written: str) -> str:
        return {choice.lower(): choice for choice in choices}[written.lower()]

    return read


def _address(written: str) -> str:
    if written and not written.startswith(("postgresql://", "postgres://")):
        raise ValueError(written)
    return written


def _web_address(written: str) -> str:
    if written and not written.startswith(("https://", "http://")):
        raise ValueError(written)
    return written.rstrip("/")


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "postgresql:// address",
        "",
        "PostgreSQL of your own (15 or newer). Empty: `xingdun up` runs one of its own in the data folder.",
        _address,
    ),
    Setting(
        "DATA",
        "folder",
        "data",
        "Everything the platform keeps outside its database: keys, tiles, logs.",
        _folder,
    ),
    Setting("HOST", "address", "127.0.0.1", "Where the web server listens.", _text),
    Setting(
        "PORT",
        "0-65535",
        "8600",
        "Its port; the next free one when taken, and `xingdun up` says so. 0: any free one.",
        _number(0, _HIGHEST_PORT),
    ),
    Setting(
        "ALLOWED_HOSTS",
        "list, by commas",
        "localhost,127.0.0.1,[::1]",
        "The host names under which people reach the platform.",
        _list,
    ),
    Setting(
        "TRUSTED_ORIGINS",
        "list, by commas",
        "",
        "Origins (https://…) whose forms are taken, when a proxy in front ends TLS.",
        _list,
    ),
    Setting(
        "SOURCE_NETWORKS",
        "list of networks, by commas",
        "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        "The networks in which databases may be registered as sources; link-local addresses never are.",
        _networks,
    ),
    Setting(
        "SOURCE_FOLDERS",
        "list of folders, by commas",
        "",
        "Folders and files below these may be registered as sources. Empty: `sources` in the data folder.",
        _folders,
    ),
    Setting(
        "PROXIES",
        "0-5",
        "0",
        "How many proxies of yours stand before the platform; an address in X-Forwarded-For is believed so far.",
        _number(0, 5),
    ),
    Setting(
        "SECOND_FACTOR",
        "required or optional",
        "required",
        "Whether administrators and the data security officer must have a second factor after their first sign-in.",
        _one_of("required", "optional"),
    ),
    Setting("IDLE_MINUTES", "1-480", "30", "After this long without a click a session ends.", _number(1, 480)),
    Setting("SESSION_HOURS", "1-24", "12", "After this long every session ends.", _number(1, 24)),
    Setting(
        "SIGN_IN_ATTEMPTS",
        "3-20",
        "5",
        "Failed sign-ins of one name (ten times as many from one address) until it is locked.",
        _number(3, 20),
    ),
    Setting("LOCKOUT_MINUTES", "1-1440", "15", "How long it stays locked.", _number(1, 1440)),
    Setting("OIDC_ISSUER", "https address", "", "OpenID Connect: the issuer of single sign-on. Empty: none.", _text),
    Setting("OIDC_CLIENT_ID", "text", "", "OpenID Connect: this platform's client id.", _text),
    Setting("OIDC_CLIENT_SECRET", "text", "", "OpenID Connect: its secret.", _text),
    Setting("OIDC_NAME", "text", "SSO", "OpenID Connect: how the sign-in page calls it.", _text),
    Setting(
        "OIDC_LOGIN_CLAIM",
        "claim",
        "preferred_username",
        "OpenID Connect: the claim that equals an account's login; accounts are never made by signing in.",
        _text,
    ),
    Setting("HTTPS", "yes or no", "no", "People come by https: cookies are sent over https alone.", _yes_or_no),
    Setting("LANGUAGE", "zh-hans or en", "zh-hans", "The language of those who chose none.", _one_of(*LANGUAGES)),
    Setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO", "How much the logs tell.", _one_of(*LOG_LEVELS)),
    Setting(
        "WITNESSES",
        "list, by commas",
        "",
        "Who keeps the ledger's checkpoints: folders outside this machine, or http(s) addresses of C2SP witnesses.",
        _list,
    ),
    Setting(
        "ADDRESS",
        "http(s) address",
        "",
        "The address under which people reach the platform; links in e-mail and group messages begin with it.",
        _web_address,
    ),
    Setting("SMTP_HOST", "host", "", "The mail server through which people are told. Empty: no e-mail.", _text),
    Setting("SMTP_PORT", "1-65535", "587", "Its port.", _number(1, _HIGHEST_PORT)),
    Setting("SMTP_USER", "text", "", "Its login; empty for none.", _text),
    Setting("SMTP_PASSWORD", "text", "", "Its password.", _text),
    Setting(
        "SMTP_SECURITY",
        "starttls, tls or none",
        "starttls",
        "How the way to it is protected; none only within one machine or a network of yours.",
        _one_of("starttls", "tls", "none"),
    ),
    Setting(
        "WEBHOOK_HOSTS",
        "list, by commas",
        "qyapi.weixin.qq.com,oapi.dingtalk.com,open.feishu.cn",
        "The hosts that group messages (WeCom, DingTalk, Feishu) may be sent to.",
        _list,
    ),
    Setting(
        "WEBHOOK_NETWORKS",
        "list of networks, by commas",
        "",
        "Networks of yours in which such a host may lie; public addresses are taken, link-local ones never are.",
        _networks,
    ),
    Setting("WEB_PROCESSES", "1-64", "1", "Web server processes; one a core is a good start.", _number(1, 64)),
    Setting("WORKER_JOBS", "1-64", "4", "Background jobs that run side by side.", _number(1, 64)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The settings in force; one field for each of SETTINGS, by its name in lower case."""

    database_url: str
    data: Path
    host: str
    port: int
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    source_networks: tuple[IPv4Network | IPv6Network, ...]
    source_folders: tuple[Path, ...]
    proxies: int
    second_factor: str
    idle_minutes: int
    session_hours: int
    sign_in_attempts: int
    lockout_minutes: int
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str
    oidc_login_claim: str
    https: bool
    language: str
    log_level: str
    witnesses: tuple[str, ...]
    address: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_security: str
    webhook_hosts: tuple[str, ...]
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    web_processes: int
    worker_jobs: int


def load(environ: Mapping[str, str]) -> Environment:
    """The settings that `environ` gives, defaults filled in; an empty variable counts as unset.

    Raises SettingUnknown for an undeclared XINGDUN_ name (with the nearest declared one), SettingUnusable for
    a value that cannot be taken.
    """
    declared = {setting.variable: setting for setting in SETTINGS}
    for name in environ:
        if name.startswith(PREFIX) and name not in declared:
            nearest = get_close_matches(name, declared, n=1, cutoff=0.0)[0]
            raise SettingUnknown(name=name, nearest=nearest)
    return Environment(
        **{
            setting.name.lower(): _value(setting, environ.get(setting.variable) or setting.default)
            for setting in SETTINGS
        }
    )


def _value(setting: Setting, written: str) -> Any:
    try:
        return setting.read(written)
    except (ValueError, KeyError):
        # The value itself may be a secret, so it is not repeated.
        raise SettingUnusable(name=setting.variable, kind=setting.kind) from None
