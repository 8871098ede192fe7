"""The frame of every page: one file, offline, whose scripts and styles alone may run."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from tecdata.report.html_markup import Markup, el, source_hash

__all__ = ["asset", "navigation", "page_head", "render_page", "script_of"]


def asset(name: str) -> str:
    """A file of the package's assets, its line ends as written."""
    # Whatever a checkout made of them: the hashes of the policy are over these bytes.
    text = resources.files("tecdata.report").joinpath("assets", name).read_text("utf-8")
    return text.replace("\r\n", "\n")


def script_of(names: Sequence[str]) -> str:
    """Scripts one after another, in a scope of their own."""
    return "(() => {\n'use strict';\n" + "".join(asset(name) for name in names) + "})();\n"


def page_head(title: str, style: str, script: str) -> Markup:
    """The head of a page that asks the network for nothing and lets nothing but its own script and style run."""
    policy = (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("link", rel="icon", href="data:,"),
        el("title", title),
        el("style", Markup(style)),
    )


def navigation(parts: Sequence[tuple[str, str]]) -> Markup:
    """Links to the parts of a page: identity and name of each."""
    links = [el("a", name, href=f"#{identity}") for identity, name in parts]
    return el("nav", *links, aria_label="Parts of the report")


def render_page(title: str, style: str, script: str, *children: Markup) -> bytes:
    """A page as bytes (UTF-8): the head, then a body of the children and the script."""
    body = el("body", *children, el("script", Markup(script)))
    page = el("html", page_head(title, style, script), body, lang="en")
    return f"<!doctype html>\n{page}\n".encode()
