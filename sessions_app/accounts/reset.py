"""A link to set a new password, for servers that send no mail."""

from allauth.account import app_settings
from allauth.account.utils import filter_users_by_email, user_pk_to_url_str
from django.conf import settings

from sessions_app.accounts.models import User


def person_with(email: str) -> User | None:
    """Who signs in with this address, in any case of its letters."""
    found: list[User] = filter_users_by_email(email, is_active=True)
    return found[0] if found else None


def link(user: User) -> str:
    """As the mail would carry it. Good once, and for a day (PASSWORD_RESET_TIMEOUT)."""
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    url: str = settings.HEADLESS_FRONTEND_URLS["account_reset_password_from_key"]
    return url.format(key=f"{user_pk_to_url_str(user)}-{token}")
