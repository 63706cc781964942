"""Django's settings, all from the environment (see `environment`)."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from xingdun.runtime.environment import load
from xingdun.runtime.secrets import session_secret

ENVIRONMENT = load(os.environ)
BASE = Path(__file__).resolve().parent.parent

SECRET_KEY = session_secret(ENVIRONMENT.data)
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "xingdun.frame.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(ENVIRONMENT.database_url)} if ENVIRONMENT.database_url else {}

INSTALLED_APPS = [
    "xingdun.frame",
    "xingdun.organisation",
    "xingdun.audit",
    "xingdun.keys",
    "xingdun.messages",
    "xingdun.approvals",
    "xingdun.assets",
    "xingdun.data",
    "xingdun.access",
    "xingdun.obligations",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "xingdun.doors.console.flash.FlashConfig",
    "django.contrib.staticfiles",
    "xingdun.doors.identity",
    "xingdun.doors.console",
    "xingdun.doors.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.humanize",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xingdun.doors.console.security.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xingdun.doors.identity.middleware.ContextMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xingdun.doors.identity.middleware.PermissionMiddleware",
]

ROOT_URLCONF = "xingdun.doors.urls"
WSGI_APPLICATION = "xingdun.doors.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xingdun.doors.console.context.console",
                "xingdun.doors.identity.first_steps.second_factor",
            ],
        },
    }
]

AUTH_USER_MODEL = "organisation.Account"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Who may come in, and for how long. Level 3 of GB/T 22239 asks that failed sign-ins be limited, that idle sessions
# end, and that administrators prove themselves in two ways (INTERNET-8.4a, INTERNET-9.1d, MEASURES-22.4a).
SECOND_FACTOR_REQUIRED = ENVIRONMENT.second_factor == "required"
IDLE_SECONDS = ENVIRONMENT.idle_minutes * 60
SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "xingdun.doors.identity.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "xingdun.doors.identity.forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
_LOCKED = f"{ENVIRONMENT.lockout_minutes}m"
ACCOUNT_RATE_LIMITS = {
    "login_failed": f"{ENVIRONMENT.sign_in_attempts}/{_LOCKED}/key,{ENVIRONMENT.sign_in_attempts * 10}/{_LOCKED}/ip",
    "reauthenticate": f"{ENVIRONMENT.sign_in_attempts}/{_LOCKED}/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies

MFA_ADAPTER = "xingdun.doors.identity.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "xingdun.doors.identity.forms.AddKeyForm",
    "edit_webauthn": "xingdun.doors.identity.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "杏盾 Xingdun"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.https
USERSESSIONS_ADAPTER = "xingdun.doors.identity.adapters.SessionsAdapter"

SOCIALACCOUNT_ADAPTER = "xingdun.doors.identity.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads away would be stopped by the content security policy
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_LOGIN_CLAIM = ENVIRONMENT.oidc_login_claim
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": ENVIRONMENT.oidc_name,
                    "client_id": ENVIRONMENT.oidc_client_id,
                    "secret": ENVIRONMENT.oidc_client_secret,
                    "settings": {"server_url": ENVIRONMENT.oidc_issuer},
                }
            ],
            "OAUTH_PKCE_ENABLED": True,
        }
    }
    if ENVIRONMENT.oidc_issuer
    else {}
)

# The mail server; who sends and who receives is said in the platform (channels, preferences).
EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.smtp_host, ENVIRONMENT.smtp_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT.smtp_user, ENVIRONMENT.smtp_password
EMAIL_USE_TLS, EMAIL_USE_SSL = ENVIRONMENT.smtp_security == "starttls", ENVIRONMENT.smtp_security == "tls"
EMAIL_TIMEOUT = 20

# Shared by all web processes: lockouts, used one-time codes, what was told to the ledger a moment ago.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_cachedvalue",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = sorted(BASE.glob("*/locale"))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "xingdun.doors.console.views.errors.csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "xingdun.doors.uploads.NamelessUploadHandler",
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.proxies else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "xingdun.runtime.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level, "propagate": False},
        # what it finds at each start is no news
        "procrastinate": {"level": "WARNING"},
    },
}
