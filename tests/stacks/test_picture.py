"""The picture of the workflow in the READMEs."""

from __future__ import annotations

import pytest

from docs.picture import READMES, ROOT, draw, replace_in
from tests.stacks.reading import Template


@pytest.mark.parametrize("readme", READMES)
def test_the_picture_in_a_readme_is_that_of_the_deployed_definition(template: Template, readme: str) -> None:
    text = (ROOT / readme).read_text()
    picture = draw(template.definition())
    assert picture in text, "the picture is out of date: make picture"
    assert replace_in(text, picture) == text


def test_every_state_and_every_way_between_two_is_in_the_picture(template: Template) -> None:
    picture = draw(template.definition())
    assert all(f'"{name}"' in picture for name in template.states())
    assert "-- not yet -->" in picture and picture.count("-. AccessTokenExpired .->") == 2
