"""Which patches a source asks for and a history holds: each needs a run that took its new branch."""

import ast
import base64
import json
from collections.abc import Iterator

ASKING = {"patched", "deprecate_patch"}
"""What `temporalio.workflow` offers for a changed workflow."""
MARKER = "core_patch"


def asked(source: str) -> Iterator[str]:
    """The ids of a source; one that is no literal can be held against nothing and stands as its expression."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in ASKING and node.args:
            [id_, *_] = node.args
            yield id_.value if isinstance(id_, ast.Constant) and isinstance(id_.value, str) else ast.unparse(id_)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def recorded(history: str) -> Iterator[str]:
    """The ids whose new branch a stored history took."""
    for event in json.loads(history)["events"]:
        marker = event.get("markerRecordedEventAttributes", {})
        if marker.get("markerName") == MARKER:
            [payload] = marker["details"]["patch-data"]["payloads"]
            yield json.loads(base64.b64decode(payload["data"]))["id"]
