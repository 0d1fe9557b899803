"""The checker alone, as an auditor runs it: whatever it is given, it answers with a sentence and a code."""

from pathlib import Path

import pytest

from wellheard.core.trail import verifier


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl can't be read: No such file or directory.\n"),
        (["kept.jsonl", "12"], "12 is no checkpoint: write it as SEQ:DIGEST.\n"),
        (["kept.jsonl", "x:abc"], "x:abc is no checkpoint: write it as SEQ:DIGEST.\n"),
        (["picture.png"], "The file is empty or is not a Wellheard trail.\n"),
    ],
)
def test_what_it_cannot_tell_is_said_with_code_2(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    monkeypatch.chdir(tmp_path)

    code = verifier.main(arguments)

    assert (code, capsys.readouterr().out) == (2, sentence)
