"""The API: one OpenAPI 3.1 document over every register and every domain's own router."""

import json
import logging
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import PathView
from ninja.security import APIKeyCookie, HttpBearer

from xingdun import __version__
from xingdun.doors.api import packs, proofs, reader, tokens
from xingdun.doors.api.documents import PROBLEM_SCHEMA, problem_responses
from xingdun.doors.api.errors import Fault, MethodNotAllowed, NotJson
from xingdun.doors.api.operations import router_of
from xingdun.doors.identity.answers import problem
from xingdun.doors.identity.calls import Call
from xingdun.frame.errors import BadInput, NotFound, Refusal, SignInFirst
from xingdun.frame.registers import registers

logger = logging.getLogger(__name__)
STEM = "v1"


class Session(APIKeyCookie):
    """A browser's session; changes also need the X-CSRFToken header."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=False)  # the permission gate has asked for it already, for every method

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The person whom the gate let in by a session."""
        del key
        call = cast("Call", request)
        return call.person if call.token is None else None


class Token(HttpBearer):
    """An API token (`xd_…`): scoped, expiring, revocable."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token that the gate let in."""
        del token
        return cast("Call", request).token


def _asked(view: PathView) -> Callable[..., str]:
    """The permission of whichever operation the method picks. Raises MethodNotAllowed."""
    wanted = {
        method: str(getattr(operation.view_func, "permission", "") or "")
        for operation in view.operations
        for method in operation.methods
    }

    def permission(request: Call, **_: Any) -> str:
        if request.method not in wanted:
            raise MethodNotAllowed(method=request.method)
        return wanted[request.method]

    permission.by_method = wanted  # type: ignore[attr-defined]
    return permission


class PlatformAPI(NinjaAPI):
    """Marks each of its addresses with the permission it asks, so that the one gate of the platform guards it."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        marked: list[URLResolver | URLPattern] = []
        for bound in self._get_bound_routers():
            patterns = bound.urls_paths(bound.prefix)
            for view in bound.path_operations.values():
                for _operation in view.operations:
                    pattern = next(patterns)
                    pattern.callback.permission = _asked(view)  # type: ignore[attr-defined]  # the gate reads it
                    marked.append(pattern)
        return marked

    def document(self) -> str:
        """The OpenAPI document as JSON, in the language now active."""
        schema = self.get_openapi_schema(path_prefix="api/")
        schema["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        schema["components"]["responses"] = problem_responses()
        return json.dumps(schema, cls=DjangoJSONEncoder, ensure_ascii=False)


def _problem_of_input(request: Call, error: ValidationError) -> HttpResponse:
    del request
    errors = [{"field": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in error.errors]
    return problem(BadInput(field=errors[0]["field"], problem=errors[0]["problem"], errors=errors))


def _problem_of_fault(request: Call, error: Exception) -> HttpResponse:
    route = request.resolver_match.route if request.resolver_match else ""
    logger.error("a fault in the API", exc_info=error, extra={"route": route, "method": request.method})
    return problem(Fault())


def _explain_errors(api: NinjaAPI) -> None:
    answers: dict[type[Exception], Callable[[Any, Any], HttpResponse]] = {
        Refusal: lambda _, error: problem(error),
        Http404: lambda *_: problem(NotFound()),
        AuthenticationError: lambda *_: problem(SignInFirst()),
        HttpError: lambda *_: problem(NotJson()),
        ValidationError: _problem_of_input,
        Exception: _problem_of_fault,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def build() -> PlatformAPI:
    """The API over the registers and routers declared by now."""
    api = PlatformAPI(
        title="Xingdun",
        version=__version__,
        description="Network and data security of a healthcare institution. Errors are problem+json with stable codes.",
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        auth=[Session(), Token()],
    )
    _explain_errors(api)
    api.add_router(f"/{STEM}", reader.router)
    api.add_router(f"/{STEM}/organisation.token", tokens.router)
    api.add_router(f"/{STEM}/audit.entry", proofs.router)
    api.add_router(f"/{STEM}/obligations.pack", packs.router)
    for register in registers.values():
        api.add_router(f"/{STEM}/{register.key}", router_of(register))
    for config in apps.get_app_configs():
        module = f"{config.name}.api"
        if config.name.startswith("xingdun.") and not config.name.startswith("xingdun.doors") and find_spec(module):
            api.add_router(f"/{STEM}/{config.label}", import_module(module).router)
    return api
