"""docs/openapi/: what the webhook service and the codec answer, as OpenAPI, written from the models of their answers.

Held against the running services by tests/starter/test_described_answers.py, which plays requests by them.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from beteiligte.ids import MEANT, PATTERN
from runtime.codec import KnownKeys
from starter.codec_server import PayloadsRefused
from starter.webhook.answers import DeliveryTaken, LiveTold, ProblemTold, ReadyTold
from starter.webhook.app import ACTIONS
from starter.webhook.deliveries import MOST_ELEMENTS

Description = dict[str, Any]
HERE = "#/components/schemas/{model}"
WEBHOOK = (DeliveryTaken, LiveTold, ReadyTold, KnownKeys, ProblemTold)
CODEC = (KnownKeys, PayloadsRefused)
REFUSALS = {
    "400": "The body is no delivery, or names no party: EspoCRM gives it up.",
    "401": "No known webhook signed this body.",
    "404": "There is no such address.",
    "408": "The body took too long: EspoCRM sends it again.",
    "413": "The body is larger than is read.",
    "415": "The content type is another one.",
    "503": "Not stored, or no room: EspoCRM sends it again.",
}
SIGNATURE = "Base64 of the webhook's id, a colon, and the HMAC-SHA256 of the body: in hexadecimal"


def webhook_description() -> Description:
    """The webhook service."""
    known = ", ".join(ACTIONS)
    deliver = {
        "summary": f"A delivery of EspoCRM: {known}",
        "parameters": [
            {"name": "action", "in": "path", "required": True, "schema": {"type": "string", "enum": list(ACTIONS)}},
            _header("Signature", SIGNATURE),
            _header("X-Signature", f"The same as EspoCRM before 9 sent it: in raw bytes ({SIGNATURE})"),
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _delivery()}}},
        "responses": {
            "200": _answer("Every id is stored.", DeliveryTaken),
            **{status: _answer(why, ProblemTold) for status, why in REFUSALS.items()},
        },
    }
    ready = {"200": _answer("Deliveries are stored.", ReadyTold), "503": _answer("They are not.", ProblemTold)}
    keys = {"200": _answer("Ids of keys.", KnownKeys), "503": _answer("Temporal does not answer.", ProblemTold)}
    paths = {
        "/webhook/beteiligte/{action}": {"post": deliver},
        "/health/live": {"get": {"summary": "It runs", "responses": {"200": _answer("It does.", LiveTold)}}},
        "/health/ready": {"get": {"summary": "It can store deliveries", "responses": ready}},
        "/health/keys": {"get": {"summary": "Which keys it knows", "responses": keys}},
    }
    return _described("beteiligte-sync: webhook service", paths, WEBHOOK)


def codec_description() -> Description:
    """What decrypts for the Web UI."""
    refused = {
        "400": "The body is no payloads, or none of our keys opens them; by another name than this machine's: as text.",
        "403": "No page of the Web UI asks.",
        "408": "The body took too long.",
        "413": "The body is larger than is read.",
    }
    decode = {
        "summary": "Payloads in clear, for a page of the Web UI",
        "parameters": [_header("Origin", "The Web UI's address")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _payloads()}}},
        "responses": {
            "200": {"description": "In clear.", "content": {"application/json": {"schema": _payloads()}}},
            **{status: _answer(why, PayloadsRefused) for status, why in refused.items()},
        },
    }
    keys = {"200": _answer("Ids of keys.", KnownKeys)}
    paths = {
        "/decode": {"post": decode},
        "/keys": {"get": {"summary": "Which keys it knows", "responses": keys}},
    }
    return _described("beteiligte-sync: codec", paths, CODEC)


def written(description: Description) -> str:
    """As it stands in docs/openapi/."""
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"


def _described(title: str, paths: Mapping[str, Any], models: tuple[type[BaseModel], ...]) -> Description:
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=HERE)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1", "description": "Written from the code by `make docs`."},
        "paths": paths,
        "components": {"schemas": schemas["$defs"]},
    }


def _answer(description: str, model: type[BaseModel]) -> Description:
    schema = {"$ref": HERE.format(model=model.__name__)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _header(name: str, description: str) -> Description:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _delivery() -> Description:
    """An array, or one object; what else is in an element is never looked at."""
    own = {"id": {"type": "string", "description": MEANT, "pattern": f"^{PATTERN}$"}}
    element = {"type": "object", "required": ["id"], "properties": own, "additionalProperties": True}
    return {"oneOf": [{"type": "array", "items": element, "maxItems": MOST_ELEMENTS}, element]}


def _payloads() -> Description:
    """proto-JSON: bytes in Base64."""
    text = {"type": "string", "contentEncoding": "base64"}
    one = {"type": "object", "properties": {"metadata": {"type": "object", "additionalProperties": text}, "data": text}}
    return {"type": "object", "properties": {"payloads": {"type": "array", "items": one}}}
