"""Django's settings, made from the environment that `nirweb/environment.py` reads."""

import os
from pathlib import Path
from typing import Any, Final

from django.utils.functional import lazy

from nirweb import environment, keys

BASE_DIR: Final = Path(__file__).resolve().parent.parent
ENVIRONMENT: Final = environment.read_or_exit(BASE_DIR)

# ── This server ──────────────────────────────────────────────────────────────────────────────────────────────────────
DATA_DIR = ENVIRONMENT.data
ORIGIN = str(ENVIRONMENT.origin)
ORIGINS = [ORIGIN, *map(str, ENVIRONMENT.others)]
AUTHORITY = ENVIRONMENT.authority
REDIS_URL = ENVIRONMENT.redis_url
DEMO = ENVIRONMENT.demo
MAIL = ENVIRONMENT.email is not None
APP_DIR = BASE_DIR / "nirweb" / "pwa" / "dist"
DEBUG = ENVIRONMENT.debug


def _keys() -> keys.Keys:
    if ENVIRONMENT.secret_key:
        return keys.derived(ENVIRONMENT.secret_key)
    return keys.kept(DATA_DIR / "secret.json")


# Read when first used: a command that needs no key makes no file.
SECRET_KEY = lazy(lambda: _keys().session, str)()
TICKET_KEY = lazy(lambda: _keys().ticket, str)()
STOP_KEY = lazy(lambda: _keys().stop, str)()
PUSH_KEY = lazy(lambda: _keys().push, str)()
PUSH_SUBJECT = ENVIRONMENT.push_subject

# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "sessions_app",  # before allauth: the words of its mails are ours
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.usersessions",
    "nirweb",
]
MIDDLEWARE = [
    "nirweb.logs.TraceMiddleware",
    "nirweb.security.HeadersMiddleware",
    "nirweb.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sessions_app.accounts.guests.GuestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "nirweb.urls"
ASGI_APPLICATION = "nirweb.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
APPEND_SLASH = False

# ── Store, cache, work ───────────────────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        # redis-py waits long by default, and grows its pool without bound
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "max_connections": 20},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

os.environ.setdefault("CELERY_LOADER", "nirweb.work:Loader")

# ── Who may talk to us ───────────────────────────────────────────────────────────────────────────────────────────────
# The names of this machine itself cannot be forged by a rebinding name server, and the bridge and health checks use them.
_HOSTS = {f"[{one.host}]" if ":" in one.host else one.host for one in (ENVIRONMENT.origin, *ENVIRONMENT.others)}
ALLOWED_HOSTS = sorted({*_HOSTS, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = ORIGINS
CSRF_FAILURE_VIEW = "nirweb.problems.csrf_failure"
_COOKIE = ("__Host-" if ENVIRONMENT.origin.secure else "") + "nirweb"
# Cookies do not know ports: two servers on one machine would sign each other's people out. A name has one server only, and its
# cookies keep their own when the address changes, so that the old one still knows who asks.
_PORT = f"-{ENVIRONMENT.origin.port}" if ENVIRONMENT.origin.port and not ENVIRONMENT.origin.secure else ""
SESSION_COOKIE_NAME = f"{_COOKIE}-session{_PORT}"
CSRF_COOKIE_NAME = f"{_COOKIE}-csrf{_PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.origin.secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 180 * 24 * 3600
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if ENVIRONMENT.origin.secure else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "sessions_app.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "sessions_app.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "sessions_app.accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Nobody has to open a mail before they begin: many homes send none, and nothing here is sent to an address but a new password.
ACCOUNT_EMAIL_VERIFICATION = "none"
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = ENVIRONMENT.origin.scheme
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{ORIGIN}/verify/{{key}}",
    "account_reset_password": f"{ORIGIN}/forgot",
    "account_reset_password_from_key": f"{ORIGIN}/reset/{{key}}",
    "account_signup": f"{ORIGIN}/join",
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
globals().update(ENVIRONMENT.email or {})

# ── Words and time ───────────────────────────────────────────────────────────────────────────────────────────────────
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING_CONFIG = "nirweb.logs.configure"
LOGGING = {"form": ENVIRONMENT.log, "debug": DEBUG}
