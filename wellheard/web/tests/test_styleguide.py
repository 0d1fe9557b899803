"""The style sheet page shows every component; no page of the house carries a style or a script of its own."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import RequestFactory

import wellheard
from wellheard.web.styleguide import styleguide

pytestmark = pytest.mark.pages

HOUSE = Path(wellheard.__file__).parent
COMPONENTS = HOUSE / "core" / "templates" / "cotton"
# Shown through another component or by the shell around the style sheet page.
SHOWN_BY_OTHERS = {"member-menu", "toasts", "field-error"}
# The evidence pack's pages open from a folder, without a server: they carry all that they need.
PACK = HOUSE / "evidence" / "templates" / "evidence" / "pack"
TEMPLATES = sorted(path for path in HOUSE.glob("*/templates/**/*.html") if PACK not in path.parents)
PAGES = [path for path in TEMPLATES if COMPONENTS not in path.parents]


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def component_names() -> set[str]:
    return {path.stem.replace("_", "-") for path in COMPONENTS.glob("*.html")}


def test_every_component_is_on_the_style_sheet_page():
    source = (HOUSE / "web/templates/web/styleguide.html").read_text()
    shown = {name for name in component_names() if re.search(rf"<c-{name}[\s/>]", source)}

    assert component_names() - shown - SHOWN_BY_OTHERS == set()


def test_every_component_has_its_line_in_the_document_of_the_look():
    document = (HOUSE.parent / "docs" / "look.md").read_text()

    assert {name for name in component_names() if f"`{name}`" not in document} == set()


def test_the_style_sheet_page_draws_everything_without_a_record():
    html = styleguide(RequestFactory().get("/style/")).content.decode()

    assert not re.search(r"<c-|\{%|\{\{", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    anchors = set(re.findall(r'href="#([\w-]+)"', html)) - {"main"}
    assert anchors - set(ids) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_has_a_style_attribute_or_an_inline_script(path: Path):
    source = path.read_text()

    assert re.findall(r"\sstyle\s*=", source) == []
    assert re.findall(r"<style[\s>]", source) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", source) == []
    scripts = re.findall(r"<script\b([^>]*)>", source)
    assert [script for script in scripts if " src=" not in script and "application/json" not in script] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_whole_page_extends_a_base(path: Path):
    source = path.read_text()
    is_a_base = path.name in {"document.html"} or name_of(path) == "portal/templates/portal/base.html"

    assert is_a_base or "<html" not in source.lower()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path: Path):
    app = path.relative_to(HOUSE).parts[0]

    assert get_template(str(path.relative_to(HOUSE / app / "templates")))


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_the_pages_of_errors_say_what_was_kept_without_anybody_signed_in(name: str):
    html = get_template(name).render({})

    assert html.count("<h1>") == 1
    assert 'class="lead"' in html


def test_what_a_public_page_loads_stays_far_below_sixty_kilobytes():
    source = (HOUSE / "portal/templates/portal/base.html").read_text()
    styles = re.findall(r'\{% static "([^"]+)" %\}', source)

    assert styles == ["wellheard/base.css"]
    assert "<script" not in source
    found = finders.find(styles[0])
    assert found is not None
    assert Path(str(found)).stat().st_size < 30_000


def test_the_styles_load_nothing_from_elsewhere_and_name_colours_in_tokens_only():
    for sheet in ("base.css", "wellheard.css", "styleguide.css"):
        rules = (HOUSE / "core/static/wellheard" / sheet).read_text()
        assert re.findall(r"url\(|@import|https?:", rules) == []
        after_tokens = rules[rules.index("/* ---- 2.") :] if sheet == "base.css" else rules
        assert re.findall(r":\s*#[0-9a-f]{3,8}\b", after_tokens) == []


def test_the_lock_of_the_packages_holds_hashes_and_no_addresses():
    lock = (HOUSE.parent / "package-lock.json").read_text()

    assert "http" not in lock
    assert lock.count('"integrity"') > 10
