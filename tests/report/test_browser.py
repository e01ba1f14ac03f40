"""The page in a real browser: its own scripts run under its own policy, and it asks for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.chromium import IN_CHROMIUM, opened

from tanheng.report import page
from tanheng.report.contents import Contents

pytestmark = IN_CHROMIUM


def in_browser(html: str, asks: str, folder: Path) -> tuple[str, str]:
    file = folder / "report.html"
    file.write_text(html, "utf-8")
    return opened(file, folder / "profile", asks)


@pytest.mark.parametrize(("question", "language", "title"), [("en", "en", "Tanheng Testville 2024"), ("zh", "zh-CN", "碳衡 测试市 2024")])  # fmt: skip  # noqa: E501
def test_the_scripts_run_under_the_policy(
    question: str, language: str, title: str, contents: Contents, tmp_path: Path
) -> None:
    """A hash that does not fit would leave a page without a language and with dead charts."""
    found, complaints = in_browser(page(contents), f"?lang={question}", tmp_path)
    head = re.search(r"<html[^>]*>", found)
    assert head is not None
    assert f'lang="{language}"' in head[0] and 'data-charts="living"' in head[0]
    assert f"<title>{title}</title>" in found
    assert complaints == ""


def test_a_script_that_came_in_with_data_would_not_run(contents: Contents, tmp_path: Path) -> None:
    """Should an escape ever fail, the policy is the second wall."""
    planted = page(contents).replace("</main>", "<script>document.body.className = 'taken'</script></main>", 1)
    found, complaints = in_browser(planted, "?lang=en", tmp_path)
    assert 'class="taken"' not in found
    assert "Content Security Policy" in complaints


def test_a_link_to_the_reasons_of_a_figure_opens_them(contents: Contents, tmp_path: Path) -> None:
    """Closed reasons look to whoever followed a link like no reasons."""
    found, complaints = in_browser(page(contents), "?lang=en#why-2", tmp_path)
    assert re.search(r'<details[^>]* id="why-2"[^>]* open=""', found)
    assert not re.search(r'<details[^>]* id="why-3"[^>]* open=""', found)
    assert complaints == ""
