"""Whatever colour an organisation has, its public pages can be read."""

import re

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from wellheard.conftest import Arranging
from wellheard.core.models import Organisation
from wellheard.portal.colours import DARK_GROUNDS, LIGHT_GROUNDS, brand_of, contrast, stylesheet

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@settings(max_examples=150, deadline=None)
@given(COLOURS)
def test_every_colour_can_be_read_on_every_ground_in_light_and_dark(colour: str):
    brand = brand_of(colour)

    worst = [
        *(contrast(brand.light.accent, ground) for ground in (*LIGHT_GROUNDS, brand.light.soft)),
        *(contrast(brand.dark.accent, ground) for ground in (*DARK_GROUNDS, brand.dark.soft)),
        contrast(brand.light.on, brand.light.accent),
        contrast(brand.dark.on, brand.dark.accent),
    ]
    assert min(worst) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_colour_that_can_be_read_already_is_kept():
    assert brand_of("#2c6a2f").light.accent == "#2c6a2f"
    assert brand_of("#2C6A2F") == brand_of("#2c6a2f")


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "}body{x:y", "#2c6a2f;}"])
def test_what_is_no_colour_gives_ours(colour: str):
    assert brand_of(colour) == brand_of("#2c6a2f")


def test_the_stylesheet_holds_nothing_but_the_three_tokens():
    css = stylesheet(brand_of("#c0392b"))

    assert sorted(set(re.findall(r"--[a-z-]+", css))) == ["--accent", "--accent-on", "--accent-soft"]


@pytest.mark.pages
def test_the_colours_are_kept_for_long_under_an_address_that_names_them(organisation: Organisation, client: Client):
    asked = client.get("/brand.css")
    named = client.get("/brand.css?v=2c6a2f")
    again = client.get("/brand.css", HTTP_IF_NONE_MATCH=asked["ETag"])

    assert asked["Content-Type"] == "text/css; charset=utf-8"
    assert asked["Cache-Control"] == "public, max-age=300"
    assert named["Cache-Control"] == "public, max-age=31536000, immutable"
    assert again.status_code == 304


@pytest.mark.pages
def test_other_colours_have_another_address(organisation: Organisation, arranging: Arranging):
    from wellheard.portal.context import brand_css_url

    before = brand_css_url()
    organisation.colour = "#c0392b"
    with arranging():
        organisation.save()

    assert (before, brand_css_url()) == ("/brand.css?v=2c6a2f", "/brand.css?v=c0392b")


@pytest.mark.pages
def test_the_ways_to_be_heard_need_no_account_and_carry_our_name(organisation: Organisation, client: Client):
    page = client.get("/p/")

    assert page.status_code == 200
    assert "Whatever you tell Rosetau is read by a person." in page.content.decode()
    assert 'href="/brand.css?v=2c6a2f"' in page.content.decode()
