"""What is asked at sign-up beyond e-mail and password."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from sessions_app.accounts import services
from sessions_app.accounts.models import User


class SignUpForm(forms.Form):
    """allauth mixes this into its own form. All of it is optional there, and can be said later."""

    display_name = forms.CharField(max_length=80, required=False)
    zone = forms.CharField(max_length=64, required=False)
    consent_version = forms.CharField(max_length=20, required=False)

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone and zone not in available_timezones():
            raise ValidationError("This time zone is not known.", code="unknown_zone")
        return zone

    def clean(self) -> dict[str, Any]:
        """allauth looks at the password before it knows whose it is to be."""
        data = super().clean() or self.cleaned_data
        if "password" in data:
            try:
                validate_password(data["password"], User(email=data.get("email"), display_name=data.get("display_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def signup(self, request: HttpRequest, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.zone = self.cleaned_data["zone"] or user.zone
        user.save(update_fields=["display_name", "zone"])
        if version := self.cleaned_data["consent_version"]:
            services.give_consent(user, version)
