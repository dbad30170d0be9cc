"""A note as EspoCRM's screen shows it: of its Markdown what notes about parties use, and nothing that it holds acts."""

import re

from markupsafe import Markup, escape

_LINK = re.compile(r"\[((?:[^\]\\]|\\.)*)\]\(#(\w+)/view/([\w-]+)\)")
_CODE = re.compile(r"(?<!\\)`([^`]*)`")
_ESCAPED = re.compile(r"\\([\\`*_~\[\]&:.]|&lt;)")
_AT = "&amp;#64;"
"""An `@` that calls nobody, after it was escaped here."""


def rendered(post: str) -> Markup:
    """Links to records lead to their page; everything else is text."""
    text = str(escape(post)).replace(_AT, "@")
    text = _LINK.sub(_link, text)
    text = _CODE.sub(r"<code>\1</code>", text)
    return Markup(_ESCAPED.sub(r"\1", text).replace("\n", "<br>"))


def _link(found: re.Match[str]) -> str:
    words, kind, one = found.groups()
    return (
        f'<span title="{kind} {one}">{words}</span>' if kind == "User" else f'<a href="/{kind}/view/{one}">{words}</a>'
    )
