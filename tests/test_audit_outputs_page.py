"""The page of an audit: complete in itself, honest about what was not tried, and harmless whatever it shows."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from audit_samples import FINDINGS, HOSTILE, OPENED, clean_report, finding, hostile_report, sample_report
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from gyges.audit.output.cards import cards
from gyges.audit.output.charts import curve_figure, samples_figure
from gyges.audit.output.page import render, write_page
from gyges.faults import Exit, Fault

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="chromium and chromedriver are not on PATH: the audit's page is not tried in a browser",
)
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


class Outline(HTMLParser):
    """Tags, ids, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.ids += [str(named["id"])] if "id" in named else []
        self.links += [str(named[name]) for name in ("href", "src") if name in named]
        assert not [name for name in named if name.startswith("on")], named

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("make", [sample_report, clean_report, hostile_report])
def test_the_page_needs_nothing_and_runs_nothing(make: Any) -> None:
    text = render(make())
    page = Outline(text)
    assert not {"script", "img", "iframe", "object", "link rel"} & set(page.tags)
    assert all(link.startswith(("#", "data:")) for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert "default-src 'none'" in text
    assert "script-src" not in text
    assert not re.search(r"#fa00[0-9a-f]{2}", text)


def test_no_character_of_a_completion_does_anything() -> None:
    text = render(hostile_report())
    text.encode()
    assert not set("\x1b\x07\x00\u202e\u2066") & set(text)
    words = "".join(Outline(text).words)
    assert "</script><img src=x" in words
    assert "\\x1b[2J" in words


@pytest.mark.parametrize(
    "said",
    [
        "1 hole, 1 false refusal and 1 crash found; 1 contested",
        "The answer is not \\boxed{6}.",
        "Scores 1 where the reference gets 1.",
        "Seen on 9 of 20 tasks.",
        "ValueError: could not convert string to float",
        "read the sentence that the answer stands in",
        "the last of several answers",
        "scientific notation",
        "20 of the completions could not be judged",
        "an answer that is denied",
        "No policy was given (--policy)",
        "The network is closed.",
        "320 candidates on 20 tasks",
    ],
)
def test_the_page_says_it(said: str) -> None:
    assert said in " ".join("".join(Outline(render(sample_report())).words).split())


def test_a_clean_page_says_what_that_is_worth() -> None:
    words = "".join(Outline(render(clean_report())).words)
    assert "Nothing found in 400 candidates on 20 tasks" in words
    assert "That is as much as what was tried" in words
    assert "No rollouts were given (--samples)" in words


def test_a_card_quotes_the_line_responsible(tmp_path: Path) -> None:
    grader = tmp_path / "my_rewards.py"
    grader.write_text("one\ntwo\n\tthree\nfour\n")
    report = sample_report(
        opened=replace(OPENED, file=str(grader), files=(str(grader),)),
        findings=(finding("crash", "x", line=f"{grader}:3"),),
    )
    card = cards(report)[0]
    assert (3, "    three", True) in card.excerpt
    assert card.line == "my_rewards.py, line 3"
    assert str(tmp_path) not in render(replace(report, opened=replace(report.opened, notes=())))


def test_dots_are_drawn_only_where_the_tasks_are_known() -> None:
    card = cards(sample_report(findings=FINDINGS))[2]
    assert [on for on, _ in card.dots] == [True] * 9 + [False] * 11 or card.noun != "false refusal"
    assert cards(sample_report(findings=(finding("crash", "x", exhibits=()),)))[0].dots == []


@pytest.mark.parametrize("relative", [-9.0, -0.5, 0.0, 0.4, 1.0, 2.5, 1e9])
def test_every_score_has_a_place_on_the_scale(relative: float) -> None:
    scale = cards(sample_report(findings=(finding("false_positive", "x", relative=relative),)))[0].scale
    assert scale is not None
    assert 0 <= scale.floor < scale.reference <= 300
    assert 0 <= scale.mark <= 300
    assert bool(scale.beyond) == (relative in (-9.0, 1e9))
    assert (scale.mark > scale.reference) == (relative > 1)


def test_what_was_not_measured_is_said_in_its_place() -> None:
    assert curve_figure(None, "no curve").absent == "no curve"
    assert "--samples" in samples_figure(None).absent
    samples = sample_report().samples
    assert samples is not None
    stepless = replace(samples, steps=(), clusters=())
    assert "no `step`" in samples_figure(stepless).absent


def test_a_disk_that_refuses_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault) as caught:
        write_page(sample_report(), tmp_path / "file" / "audit.html")
    assert caught.value.exit_code is Exit.DISK


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    for flag in [*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "--window-size=1200,900"]:
        options.add_argument(flag)
    options.binary_location = str(BROWSER)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@needs_browser
@pytest.mark.parametrize("make", [sample_report, clean_report, hostile_report])
@pytest.mark.parametrize(("width", "mobile"), [(360, True), (768, True), (1200, False)])
def test_nothing_is_wider_than_the_screen(browser: Any, make: Any, width: int, mobile: bool, tmp_path: Path) -> None:
    browser.get(write_page(make(), tmp_path / "audit.html").as_uri())
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 0


@needs_browser
def test_it_follows_the_theme_and_does_nothing_else(browser: Any, tmp_path: Path) -> None:
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(write_page(hostile_report(), tmp_path / "audit.html").as_uri())
    script = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    light = browser.execute_script(script)
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    night = browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert max(night[:3]) < 60 < 200 < min(light[:3])
    assert browser.title.endswith("an audit · Gyges")
    assert not browser.find_elements(By.CSS_SELECTOR, "img, script")
    assert HOSTILE[:20] in browser.find_element(By.CSS_SELECTOR, "pre.completion").text
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith("data:")} == {browser.current_url}
