"""Hatchling's build hook: a wheel or sdist carries the built phone app, so that who installs it needs no Node."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PhoneAppHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a developer's clone builds the app in `up`
            return
        sys.path.insert(0, self.root)
        from nirweb.bootstrap.phone_app import PhoneApp

        app = PhoneApp(Path(self.root))
        app.build()
        if not (app.dist / "index.html").exists():
            raise RuntimeError(f"{app.dist} holds no built phone app")
        build_data["artifacts"].append("/nirweb/pwa/dist/")
