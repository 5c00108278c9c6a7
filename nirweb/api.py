"""The one API: who may call it, how bodies are read and answers written. The routes are the slices' own."""

from typing import Any

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from nirweb import problems
from nirweb.openapi import describe
from sessions_app.accounts.access import SignedIn
from sessions_app.api import ROUTERS


class Renderer(JSONRenderer):
    """Compact, in UTF-8, and never NaN, which is not JSON."""

    encoder_class = NinjaJSONEncoder
    json_dumps_params = {"allow_nan": False, "ensure_ascii": False, "separators": (",", ":")}


class Api(NinjaAPI):
    def get_openapi_schema(self, **how: Any) -> Any:
        return describe(super().get_openapi_schema(**how))

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The function's name: it becomes the name in the typed client."""
        return str(operation.view_func.__name__)


def make() -> Api:
    made = Api(
        title="NIRWeb",
        version="1",
        description="Plan, run and log courses of red and near-infrared light with a panel at home.",
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        renderer=Renderer(),
        auth=SignedIn(),
    )
    problems.install(made)
    for prefix, router in ROUTERS:
        made.add_router(prefix, router)
    return made


api = make()
