"""What the settings become for a server at home and for one with its own domain."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.patience import START_S

REPOSITORY = Path(__file__).resolve().parents[2]
ASK = """
import json, django
django.setup()
from django.conf import settings
names = ("SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS ALLOWED_HOSTS "
         "CSRF_TRUSTED_ORIGINS HEADLESS_FRONTEND_URLS ACCOUNT_EMAIL_VERIFICATION EMAIL_BACKEND MAIL DEBUG").split()
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_of(folder: Path, **values: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIRWEB_")}
    environment |= {f"NIRWEB_{name}": value for name, value in values.items()}
    environment |= {"DJANGO_SETTINGS_MODULE": "nirweb.settings", "NIRWEB_DATA": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, cwd=REPOSITORY, capture_output=True, text=True, timeout=START_S, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_at_home_it_needs_no_certificate(tmp_path: Path) -> None:
    found = settings_of(tmp_path, ORIGIN="http://localhost:8123")
    assert found["SESSION_COOKIE_NAME"] == "nirweb-session-8123"
    assert not found["SESSION_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "[::1]", "localhost"]
    assert (found["ACCOUNT_EMAIL_VERIFICATION"], found["MAIL"], found["DEBUG"]) == ("none", False, False)
    assert not list(tmp_path.iterdir()), "asking for settings makes no files"


def test_with_https_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path, ORIGIN="https://light.example.org", EMAIL_URL="smtp://me:secret@mail.example.org?from=light@example.org"
    )
    assert found["SESSION_COOKIE_NAME"] == "__Host-nirweb-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-nirweb-csrf"
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert "light.example.org" in found["ALLOWED_HOSTS"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://light.example.org"]
    assert set(found["HEADLESS_FRONTEND_URLS"].values()) == {
        "https://light.example.org/verify/{key}",
        "https://light.example.org/forgot",
        "https://light.example.org/reset/{key}",
        "https://light.example.org/join",
    }
    assert (found["ACCOUNT_EMAIL_VERIFICATION"], found["MAIL"]) == ("none", True)
