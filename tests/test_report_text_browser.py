"""The part about text in a real browser: the sample viewer follows its keys, and fits a phone."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from report_text_samples import HOSTILE, sample_text_run
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from gyges.report import write_page

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="chromium and chromedriver are not on PATH: the page is not tried in a browser",
)
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SCORED, FINED = "process reward model, arithmetic", "peek fine, answer-key"


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    run = sample_text_run(seeds=2)
    hostile = next(one for one in run["samples"] if one["cell"] == "text1")
    hostile |= {"prompt": HOSTILE, "tokens": [HOSTILE, "x" * 500, "\n", ""], "scores": [0.1, 0.2, 0.3, None]}
    return run


@pytest.fixture(scope="module")
def page(run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    return write_page(tmp_path_factory.mktemp("page") / "report.html", **run)


@pytest.fixture(scope="module")
def browser(page: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    profile = f"--user-data-dir={tmp_path_factory.mktemp('profile')}"
    for flag in [*FLAGS.split(), profile, "--window-size=1200,900"]:
        options.add_argument(flag)
    options.binary_location = str(BROWSER)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.get(page.as_uri())
    driver.execute_script("document.documentElement.style.scrollBehavior = 'auto'")  # a click must not chase its target
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def rewound(browser: Any) -> None:
    choose(browser, SCORED, "0", "training")


def choose(browser: Any, arm: str, seed: str, condition: str) -> None:
    Select(browser.find_element(By.ID, "sample-arm")).select_by_visible_text(arm)
    Select(browser.find_element(By.ID, "sample-seed")).select_by_visible_text(seed)
    radio = browser.find_element(By.CSS_SELECTOR, f"[name=sample-condition][value={condition}]")
    browser.execute_script("arguments[0].click()", radio)


def chosen(run: dict[str, Any], cell: str, seed: int, condition: str) -> list[dict[str, Any]]:
    wanted = (cell, seed, condition)
    return [one for one in run["samples"] if (one["cell"], one["seed"], one["condition"]) == wanted]


def tokens(browser: Any) -> list[Any]:
    found: list[Any] = browser.find_elements(By.CSS_SELECTOR, "#reader .completion .token")
    return found


def shown(browser: Any) -> str:
    return "".join(one.text for one in tokens(browser))


def above(browser: Any, token: Any) -> str:
    """What stands above a token that is pointed at or in focus."""
    script = "return getComputedStyle(arguments[0], '::before').content"
    return str(browser.execute_script(script, token)).strip('"')


def number_of(score: float) -> str:
    return f"{score:.3f}".replace("-", "−")


def test_the_script_draws_what_the_page_carries_without_it(browser: Any, page: Any) -> None:
    choose(browser, "holed verifier, arithmetic", "0", "training")  # the first in the page with a score
    script = """const plain = new DOMParser().parseFromString(arguments[0], 'text/html');
        for (const one of document.querySelectorAll('#reader .token[data-score]')) one.tabIndex = 0;
        return [plain, document].map((page) => page.querySelector('#reader .sample').innerHTML);"""
    carried, drawn = browser.execute_script(script, page.read_text(encoding="utf-8"))
    assert carried == drawn
    assert "data-score" in carried


def test_a_choice_shows_its_sample(browser: Any, run: dict[str, Any]) -> None:
    choose(browser, FINED, "1", "honeypot")
    first = chosen(run, "text4", 1, "honeypot")[0]
    assert shown(browser) == "".join(first["tokens"])
    assert browser.find_element(By.CSS_SELECTOR, "#reader .prompt").text == first["prompt"]
    facts = browser.find_element(By.CSS_SELECTOR, "#reader .facts").text.split("\n")
    assert facts[facts.index("proxy") + 1] == f"{first['proxy']:.2f}"
    assert "right" in facts[facts.index("answer") + 1]


def test_what_an_arm_lacks_falls_back_to_what_it_has(browser: Any) -> None:
    choose(browser, FINED, "1", "honeypot")
    Select(browser.find_element(By.ID, "sample-arm")).select_by_visible_text(SCORED)
    assert browser.find_element(By.ID, "sample-seed").get_attribute("value") == "1"
    assert browser.find_element(By.CSS_SELECTOR, "[name=sample-condition]:checked").get_attribute("value") == "training"


def test_keys_go_from_sample_to_sample(browser: Any, run: dict[str, Any]) -> None:
    own = chosen(run, "text3", 0, "training")
    browser.find_element(By.CSS_SELECTOR, "#reader .token[tabindex='0']").send_keys("n")
    assert shown(browser) == "".join(own[1]["tokens"])
    assert "2 of 6 of this choice" in browser.find_element(By.CSS_SELECTOR, "#reader .at").text
    assert browser.switch_to.active_element == tokens(browser)[0]
    browser.switch_to.active_element.send_keys("n", "p")
    browser.switch_to.active_element.send_keys("p")
    assert shown(browser) == "".join(own[0]["tokens"])
    buttons = browser.find_elements(By.CSS_SELECTOR, "#reader .controls button")
    buttons[0].send_keys(Keys.ENTER)
    assert "seed" in browser.find_element(By.CSS_SELECTOR, "#reader [aria-live]").get_attribute("textContent")
    assert browser.find_element(By.ID, "sample-arm").get_attribute("value") == "2"


def test_the_first_and_the_last_sample_are_the_ends(browser: Any, run: dict[str, Any]) -> None:
    back, on = browser.find_elements(By.CSS_SELECTOR, "#reader .controls button")
    choose(browser, "strict verifier, arithmetic", "0", "training")
    assert not back.is_enabled()
    choose(browser, "oracle, answer-key", "1", "unwatched")
    for _ in run["samples"]:
        if not on.is_enabled():
            break
        on.click()
    assert f"sample {len(run['samples'])} of" in browser.find_element(By.CSS_SELECTOR, "#reader .at").text


def test_arrows_go_from_token_to_token_with_their_numbers(browser: Any, run: dict[str, Any]) -> None:
    scores = chosen(run, "text3", 0, "training")[0]["scores"]
    found = tokens(browser)
    found[0].send_keys(Keys.ARROW_RIGHT, Keys.NULL)
    assert browser.switch_to.active_element == found[1]
    assert above(browser, found[1]) == number_of(scores[1])
    found[1].send_keys(Keys.END)
    assert browser.switch_to.active_element == found[-1]
    found[-1].send_keys(Keys.ARROW_RIGHT)
    assert browser.switch_to.active_element == found[-1]
    found[-1].send_keys(Keys.HOME)
    assert browser.switch_to.active_element == found[0]
    assert [one.get_attribute("tabindex") for one in found] == ["0"] + ["-1"] * (len(found) - 1)


def test_pointing_at_a_token_shows_its_number(browser: Any, run: dict[str, Any]) -> None:
    scores = chosen(run, "text3", 0, "training")[0]["scores"]
    found = tokens(browser)
    assert above(browser, found[3]) == "none"
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[3])
    ActionChains(browser).move_to_element(found[3]).perform()
    assert above(browser, found[3]) == number_of(scores[3])
    assert found[3].get_attribute("aria-label") == f"{found[3].text}: {number_of(scores[3])}"


def test_colour_is_not_alone(browser: Any, run: dict[str, Any]) -> None:
    """The bar under a token hangs or rises from the middle by its score."""
    scores = chosen(run, "text3", 0, "training")[0]["scores"]
    most = max(abs(score) for one in run["samples"] if one["cell"] == "text3" for score in one["scores"])
    for token, score in zip(tokens(browser), scores, strict=True):
        style = token.get_attribute("style")
        top, bottom = (float(style.split(f"--{end}:")[1].split("%")[0]) for end in ("top", "bottom"))
        assert (50 - top if score > 0 else 50 - bottom) == pytest.approx(50 * score / most, abs=0.6)
    legend = browser.find_elements(By.CSS_SELECTOR, "#reader .scale li")
    assert [float(one.text.replace("−", "-")) for one in legend] == pytest.approx(
        [most * step / 4 for step in range(-4, 5)], abs=0.006
    )
    tall = "return parseFloat(getComputedStyle(arguments[0].querySelector('.token'), '::after').width)"
    assert all(browser.execute_script(tall, one) > 10 for one in legend)


def test_a_sample_without_scores_says_so(browser: Any) -> None:
    choose(browser, "strict verifier, arithmetic", "0", "training")
    assert "No score per token" in browser.find_element(By.CSS_SELECTOR, "#reader .sample").text
    assert not browser.find_elements(By.CSS_SELECTOR, "#reader .scored")


def test_hostile_text_does_nothing(browser: Any) -> None:
    choose(browser, "holed verifier, arithmetic", "0", "training")
    assert browser.title.endswith("Gyges")
    assert not browser.find_elements(By.CSS_SELECTOR, "img")
    assert "<img src=x" in shown(browser)
    assert [one.text for one in tokens(browser)[2:]] == ["↵", "∅"]
    assert len(browser.find_elements(By.CSS_SELECTOR, "#reader .completion br")) == 1


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_nothing_is_wider_than_the_screen(browser: Any, width: int) -> None:
    choose(browser, "holed verifier, arithmetic", "0", "training")
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 1000}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for details in browser.find_elements(By.TAG_NAME, "details"):
        browser.execute_script("arguments[0].open = true", details)
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    tables = browser.execute_script(
        "return [...document.querySelectorAll('.ring-scroll')].map((s) => s.scrollWidth - s.clientWidth)"
    )
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 0
    assert max(tables) <= 0


def test_tokens_can_be_read_in_the_dark(browser: Any) -> None:
    script = """return [...document.querySelectorAll('#reader .completion .scored')].map((token) => {
        const light = (name) => getComputedStyle(token)[name].match(/\\d+/g).slice(0, 3).map(Number)
            .map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0.05);
        const [one, other] = [light('color'), light('backgroundColor')];
        return Math.max(one, other) / Math.min(one, other);
    });"""
    for theme in ("dark", "light"):
        media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        ratios = browser.execute_script(script)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        assert len(ratios) > 10
        assert min(ratios) >= 4.5


def test_the_console_is_clean_and_the_network_silent(browser: Any) -> None:
    """Last, so that it speaks for all that the tests above did."""
    assert browser.get_log("browser") == []
    page = browser.current_url
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"] for one in events if one["method"] == "Network.requestWillBeSent"]
    asked = {one["request"]["url"] for one in sent if one["documentURL"] == page}
    assert {url for url in asked if not url.startswith("data:")} == {page}
