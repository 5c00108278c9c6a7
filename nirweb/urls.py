"""What Django answers. The phone app's files and the live lines are dispatched before it, in `nirweb/asgi.py`."""

from django.urls import include, path

from nirweb import health
from nirweb.api import api
from sessions_app.panels.enrolment import views as enrolment

urlpatterns = [
    path("api/bridges/enrol/device", enrolment.device, name="enrol-device"),
    path("api/bridges/enrol/token", enrolment.token, name="enrol-token"),
    path("api/", api.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
