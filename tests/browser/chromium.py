"""A real Chromium, driven over its own pipe (DevTools protocol): nothing to install beside it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["CHROMIUM", "Page", "chromium_page"]

#: The browser's program, or None where none is installed.
CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)

_KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Tab": (9, ""),
    " ": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "PageDown": (34, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
    "ArrowLeft": (37, ""),
    "ArrowRight": (39, ""),
}


class Page:
    """One page of a headless browser, with everything it asked for and everything it complained of."""

    def __init__(self, write_end: int, read_end: int) -> None:
        self._write = write_end
        self._read = read_end
        self._buffer = b""
        self._number = 0
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.resize(1440, 1000)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One call of the protocol; raises where the browser refuses."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session and not method.startswith("Browser."):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") != self._number:
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            result: dict[str, Any] = answer["result"]
            return result

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + 60
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            part = os.read(self._read, 1 << 20)
            if not part:
                raise EOFError("the browser is gone")
            self._buffer += part
        first, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(first)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"].get("exception", params)))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(str(params["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(params["entry"]["text"])

    def open(self, path: Path) -> None:
        """Go to a file and wait until it is drawn."""
        self.call("Page.navigate", url=path.resolve().as_uri())
        end = time.monotonic() + 30
        while self.js("document.readyState") != "complete":
            if time.monotonic() > end:
                raise TimeoutError(f"{path} was not loaded")
            time.sleep(0.01)
        self.frame()

    def js(self, expression: str) -> Any:
        """The value of an expression; promises are awaited."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def frame(self) -> None:
        """Wait until the browser has drawn twice."""
        self.js("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))")

    def text(self, selector: str) -> str:
        """The text an element shows."""
        return str(self.js(f"document.querySelector({json.dumps(selector)}).innerText"))

    def count(self, selector: str) -> int:
        """How many elements there are."""
        return int(self.js(f"document.querySelectorAll({json.dumps(selector)}).length"))

    def click(self, selector: str) -> None:
        """A real click of the mouse on the middle of an element, scrolled into view."""
        box = self.js(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const b = e.getBoundingClientRect();"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        where = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **where)
        self.frame()

    def press(self, *keys: str) -> None:
        """Keys by name, one after another."""
        for key in keys:
            code, text = _KEYS[key]
            facts = {
                "key": key,
                "code": "Space" if key == " " else key,
                "windowsVirtualKeyCode": code,
            }
            down = {**facts, "text": text} if text else facts
            self.call("Input.dispatchKeyEvent", type="keyDown", **down)
            self.call("Input.dispatchKeyEvent", type="keyUp", **facts)
        self.frame()

    def write(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.call("Input.insertText", text=text)
        self.frame()

    def choose(self, selector: str, value: str) -> None:
        """Choose the option of a list that has this value."""
        self.js(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            f"e.value = {json.dumps(value)}; if (e.value !== {json.dumps(value)}) throw Error('no option');"
            "e.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )
        self.frame()

    def resize(self, width: int, height: int) -> None:
        """Size of the window in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def media(self, kind: str = "", **features: str) -> None:
        """Media type (``print``) and features (``prefers_color_scheme='dark'``)."""
        wanted = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.call("Emulation.setEmulatedMedia", media=kind, features=wanted)
        self.frame()


def _high(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


@contextlib.contextmanager
def chromium_page(profile: Path) -> Iterator[Page]:
    """A fresh headless browser with an empty profile; it ends with the block."""
    assert CHROMIUM is not None
    # Away from 3 and 4, which are about to be filled.
    to_browser, write_end = map(_high, os.pipe())
    read_end, from_browser = map(_high, os.pipe())
    options = [
        "--headless=new",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--remote-debugging-pipe",
        f"--user-data-dir={profile}",
        # Chromium has no sandbox for root, which is who runs in a container.
        *(["--no-sandbox"] if os.getuid() == 0 else []),
    ]
    # The browser reads its orders from descriptor 3 and answers on descriptor 4.
    start = f"import os, sys; os.dup2({to_browser}, 3); os.dup2({from_browser}, 4); os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", start, CHROMIUM, *options, "about:blank"],
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        page = Page(write_end, read_end)
        yield page
        page.call("Browser.close")
    finally:
        os.close(write_end)
        os.close(read_end)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
