"""Another phone of the same person, which speaks to the server as any: the phone in hand hears of it over its line."""

import uuid
from datetime import UTC, datetime
from typing import Any

import uuid_utils.compat
from playwright.sync_api import APIResponse, Page

from sessions_app.screening.questionnaire import QUESTIONNAIRE, nothing_of_these


class AnotherPhone:
    def __init__(self, page: Page) -> None:
        self._request = page.request
        self._origin: str = page.evaluate("location.origin")
        self._device = uuid.uuid4()
        self._n = 0
        self._token: str = self._request.get(f"{self._origin}/api/csrf").json()["token"]

    def post(self, path: str, body: dict[str, Any]) -> APIResponse:
        headers = {"X-CSRFToken": self._token, "Origin": self._origin}
        return self._request.post(f"{self._origin}{path}", data=body, headers=headers)

    def get(self, path: str) -> Any:
        return self._request.get(f"{self._origin}{path}").json()

    def writes(self, entity: str, body: dict[str, Any]) -> str:
        """Sent at once, and taken. The id of the record."""
        self._n += 1
        stamp = f"{int(datetime.now(UTC).timestamp() * 1000):012x}-{self._n:04x}-{self._device.hex}"
        made = str(uuid_utils.compat.uuid7())
        op = {"n": self._n, "kind": "put", "entity": entity, "id": made, "hlc": stamp, "body": body}
        sent = {"device": str(self._device), "schema": 1, "epoch": None, "cursor": None, "limit": 1, "ops": [op]}
        reply = self.post("/api/sync", sent)
        said = reply.json()
        assert reply.ok, said
        assert said["rejected"] == [], said
        return made

    def answers(self, changes: dict[str, Any], *, version: int = QUESTIONNAIRE.version) -> None:
        """The health questions: nothing of these, but for the changes."""
        self.writes(
            "screening",
            {
                "questionnaire_version": version,
                "answers": nothing_of_these() | changes,
                "answered_at": datetime.now(UTC).isoformat(),
            },
        )
