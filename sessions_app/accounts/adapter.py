"""Where allauth meets our accounts."""

from smtplib import SMTPException
from typing import Any, Final

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from sessions_app.accounts import services
from sessions_app.accounts.models import User
from sessions_app.problems import Problem

log = structlog.stdlib.get_logger(__name__)
LOCKED_OUT_S: Final = 300
"""As long as allauth counts failed sign-ins to one address."""


class AccountAdapter(DefaultAccountAdapter):
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth answers too many tries with 400, as if the form were wrong."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            if error.code != "too_many_login_attempts":
                raise
            raise Problem(
                429, "too_many_sign_ins", "That was too often with a wrong password.", "Wait five minutes, or reset it.",
                retry_after_s=LOCKED_OUT_S,
            ) from None  # fmt: skip

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.warning("mail not sent", kind=template_prefix, exc_info=error)
            raise Problem(
                503, "mail_failed", "The mail could not be sent.", "Try again later, or ask whoever runs this server for a link."
            ) from None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A person who signs up gets a household of their own, in the same transaction."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=commit)
            if commit:
                services.settle(saved)
        return saved
