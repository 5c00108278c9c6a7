"""What Django answers. The phone app's files and the live lines are dispatched before it, in `nirweb/asgi.py`."""

from typing import Final

from allauth.headless.constants import Client
from allauth.headless.urls import build_urlpatterns
from django.urls import URLPattern, URLResolver, include, path

from nirweb import health
from nirweb.api import api
from nirweb.home import views
from sessions_app.panels.enrolment import views as enrolment

CLOSED: Final = frozenset(
    {
        "confirm_login_code",
        "manage_phone",
        "resend_email_verification_code",
        "resend_phone_verification_code",
        "sessions",  # /api/phones tells less of them, and ends more than the session
        "verify_phone",
    }
)
"""allauth opens these for ways to sign in that are not offered here; asked without them, some fail."""


def _open(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """allauth's addresses for browsers, without those that are `CLOSED`."""
    for one in patterns:
        if isinstance(one, URLResolver):
            one.url_patterns[:] = _open(one.url_patterns)
    return [one for one in patterns if not (isinstance(one, URLPattern) and one.name in CLOSED)]


urlpatterns = [
    path("api/bridges/enrol/device", enrolment.device, name="enrol-device"),
    path("api/bridges/enrol/token", enrolment.token, name="enrol-token"),
    path("api/home/reached", views.reached, name="home-reached"),
    path("api/home/authority", views.home_authority, name="home-authority"),
    path("api/", api.urls),
    path("_allauth/browser/", include((_open(build_urlpatterns(Client.BROWSER)), "headless"), namespace="browser")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
