"""A window of WebKitGTK whose data lasts, led by JSON lines: `/usr/bin/python3 webkit_window.py FOLDER`.

The small browser that comes with WebKitWebDriver forgets everything when it ends: under remote control its data is ephemeral.
Each line in is {"goes": url} or {"runs": script, "arguments": [...]}, each line out {"value": ...} or {"error": words}.
"""

import json
import sys
import threading
from typing import Any

import gi  # type: ignore[import-not-found,unused-ignore]

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # type: ignore[import-not-found,unused-ignore]  # noqa: E402 - only of these versions


class Window:
    def __init__(self, folder: str) -> None:
        manager = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=f"{folder}/cache")
        self.context = WebKit2.WebContext(website_data_manager=manager)
        cookies = manager.get_cookie_manager()
        cookies.set_persistent_storage(f"{folder}/cookies.sqlite", WebKit2.CookiePersistentStorage.SQLITE)
        self.view = WebKit2.WebView(web_context=self.context)
        self.view.get_settings().set_enable_page_cache(True)  # a page that is left is kept frozen, as in Safari
        self.view.connect("load-changed", self._loaded)
        self.view.connect("load-failed", self._failed)
        self.goes_on = False
        window = Gtk.Window(default_width=390, default_height=844)
        window.add(self.view)
        window.show_all()

    def take(self, line: str) -> None:
        if not line:
            Gtk.main_quit()
            return
        asked = json.loads(line)
        if "goes" in asked:
            self.goes_on = True
            self.view.load_uri(asked["goes"])
            return
        body = f"return JSON.stringify((function () {{ {asked['runs']} }}).apply(null, {json.dumps(asked['arguments'])}) ?? null)"
        self.view.call_async_javascript_function(body, -1, None, None, None, None, self._ran)

    def _loaded(self, _view: Any, event: Any) -> None:
        if event == WebKit2.LoadEvent.FINISHED:
            self._arrived({"value": None})

    def _failed(self, _view: Any, _event: Any, uri: str, error: Any) -> bool:
        self._arrived({"error": f"{uri}: {error.message}"})
        return True

    def _arrived(self, said: dict[str, Any]) -> None:
        if self.goes_on:
            self.goes_on = False
            say(said)

    def _ran(self, view: Any, result: Any) -> None:
        try:
            say({"value": json.loads(view.call_async_javascript_function_finish(result).to_string())})
        except GLib.Error as error:
            say({"error": error.message})


def say(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def listen(window: Window) -> None:
    for line in sys.stdin:
        GLib.idle_add(window.take, line)
    GLib.idle_add(window.take, "")


if __name__ == "__main__":
    here = Window(sys.argv[1])
    threading.Thread(target=listen, args=[here], daemon=True).start()
    Gtk.main()
