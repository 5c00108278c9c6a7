"""What every answer says to the browser about what it may do."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

APP_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "worker-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types nirweb"
)
"""For the phone app: only its own files, nothing inline, and no text turned into script."""
ANSWER_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For answers that are data: nothing at all may run."""
COMMON: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), screen-wake-lock=(self), geolocation=(), microphone=(), usb=()",
}


def strict_transport() -> dict[str, str]:
    seconds = settings.SECURE_HSTS_SECONDS
    return {"Strict-Transport-Security": f"max-age={seconds}"} if seconds else {}


class HeadersMiddleware:
    """For everything that Django answers: data, never kept by a cache, never run."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = {**COMMON, **strict_transport(), "Content-Security-Policy": ANSWER_POLICY, "Cache-Control": "no-store"}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.setdefault(name, value)
        return response
