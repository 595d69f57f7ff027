"""Templates, and how many parts a text message has."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation.notifying import Template, TextLibrary
from foundation.notifying.texts import sms_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("约" * 70, 1),
        ("约" * 71, 2),
        ("约" * 134, 2),
        ("约" * 135, 3),
        ("a" * 69 + "约", 1),
        ("a" * 70 + "约", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_networks_do(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_a_template_names_its_places_and_fills_them() -> None:
    template = Template("预约 {number}", "请于 {time} 到 {place}。")
    assert template.places == {"number", "time", "place"}
    filled = template.filled({"number": "1130-001", "time": "09:30", "place": "{number}"})
    assert filled == ("预约 1130-001", "请于 09:30 到 {number}。"), "a value is no template"
    with pytest.raises(KeyError):
        template.filled({"number": "1130-001"})


@pytest.mark.parametrize("english", ['[a]\nsubject = ""\ntext = "{b}"', '[b]\nsubject = ""\ntext = ""', ""])
def test_languages_say_the_same(tmp_path: Path, english: str) -> None:
    (tmp_path / "zh-CN.toml").write_text('[a]\nsubject = ""\ntext = ""')
    (tmp_path / "en.toml").write_text(english)
    with pytest.raises(ValueError, match="one of the languages"):
        TextLibrary.read(tmp_path)
