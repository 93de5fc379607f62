"""Makes what the pages need beyond the source: styles and scripts out of node_modules, icons, texts, hashed names.

`python -m anling.site.vendoring`, which script/setup runs in the environment that it has made. Everything it writes can
be made again and is not tracked.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "src" / "anling" / "web"
PACKAGES = ROOT / "node_modules"
VENDOR = WEB / "vendor"

TAKEN = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "weui/dist/style/weui.min.css": "weui/weui.min.css",
}
"""From the package to the name under which pages ask for it."""

ICONS = WEB / "icons.txt"
"""Names of the icons that pages use, one a line; `{% include "parts/icon.html" with name=… %}`."""


def main() -> None:
    """Vendor folder, catalogues, collected files, in this order."""
    vendor()
    compile_catalogues()
    collect()


def vendor() -> None:
    """Copy what pages load. A remark about a source map is taken out: the map is not served."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in TAKEN.items():
        text = (PACKAGES / source).read_text(encoding="utf-8")
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(re.sub(r"(//|/\*)# sourceMappingURL=.*", "", text), encoding="utf-8")
    symbols = "\n".join(symbol(name) for name in ICONS.read_text(encoding="utf-8").split())
    (VENDOR / "icons.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n', encoding="utf-8"
    )


def symbol(name: str) -> str:
    """One icon of the sheet. Stops with a sentence where the package has none of that name."""
    path = PACKAGES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not path.exists():
        sys.exit(
            f"{ICONS.relative_to(ROOT)}: there is no icon {name!r}; choose one of {path.parent.relative_to(ROOT)}."
        )
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    assert drawing
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        f' stroke-linecap="round" stroke-linejoin="round">{drawing.group(1).strip()}</symbol>'
    )


def compile_catalogues() -> None:
    """Each catalogue into the form that is read while pages are made."""
    for source in WEB.glob("locale/*/LC_MESSAGES/*.po"):
        with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text, locale=source.parents[1].name))


def collect() -> None:
    """All static files under names that hold their content's hash, as the web server serves them."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(ANLING_HOME=home, DJANGO_SETTINGS_MODULE="anling.site.settings")
        import django  # noqa: PLC0415  # its settings need a home, which is made here
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)


if __name__ == "__main__":
    main()
