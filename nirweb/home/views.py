"""What the trust page and a bridge on another machine ask of the server itself."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from nirweb.home.address import is_home
from sessions_app.accounts import authority
from sessions_app.problems import not_found

CERTIFICATE: Final = "application/x-x509-ca-cert"


@require_GET
def reached(request: HttpRequest) -> HttpResponse:
    """Says nothing but that it was reached, and says it also to the trust page, which lives at another origin [H32]."""
    answer = JsonResponse({"reached": True})
    origin = request.headers.get("Origin", "")
    if _is_trust_page(origin):
        answer["Access-Control-Allow-Origin"] = origin
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Vary"] = "Origin"
    return answer


def _is_trust_page(origin: str) -> bool:
    """Plain HTTP at a private address: no page of the internet can be there."""
    try:
        parts = urlsplit(origin)
        return parts.scheme == "http" and is_home(ipaddress.ip_address(parts.hostname or ""))
    except ValueError:
        return False


@require_GET
def home_authority(request: HttpRequest) -> HttpResponse:
    """The root certificate. Whoever takes it compares its fingerprint with the one in the terminal [H50]."""
    found = authority.certificate()
    if found is None:
        raise not_found("This server has no home certificate.")
    return HttpResponse(found, content_type=CERTIFICATE)
