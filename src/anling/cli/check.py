"""`anling check`: does this installation have what it needs?"""

from __future__ import annotations

import json
import os
from dataclasses import asdict

import typer

from anling.cli.edge import Status
from anling.cli.options import AsJson
from anling.cli.platform import site

_SIGNS = {"ok": "正常 ok   ", "note": "提示 note ", "wrong": "有误 WRONG"}


def check(as_json: AsJson = False) -> int:
    """Look whether this installation has what it needs (自检): Python, settings, folders, disk, database and roles.

    Starts the embedded database where DATABASE_URL names no other. Exit status 2 when something is wrong.
    """
    items = []
    for item in site("diagnosis").diagnose(os.environ):
        items.append(item)
        if not as_json:
            same = item.zh == item.en
            typer.echo(f"{_SIGNS[item.state]}  {item.name:<15} {item.en if same else f'{item.zh} · {item.en}'}")
    right = all(item.state != "wrong" for item in items)
    if as_json:
        typer.echo(json.dumps({"ok": right, "items": [asdict(item) for item in items]}, ensure_ascii=False, indent=2))
    return Status.DONE if right else Status.WRONG
