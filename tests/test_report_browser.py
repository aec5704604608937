"""The page in a real browser: the replay plays, shows what the data say, and fits a phone."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from report_samples import sample_run
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from gyges.report import write_page

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="chromium and chromedriver are not on PATH: the page is not tried in a browser",
)
HOSTILE = '</script><img src=x onerror="document.title=1"> & "co"'
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    run = sample_run(seeds=2)
    run["arms"] = run["arms"].replace({"label": {"yoked fines": HOSTILE}})
    for episode in run["episodes"]:
        if episode["reward"] == "yoked fines":
            episode["reward"] = HOSTILE
    return run


@pytest.fixture(scope="module")
def browser(run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = write_page(tmp_path_factory.mktemp("page") / "report.html", **run)
    options = webdriver.ChromeOptions()
    for flag in [
        *FLAGS.split(),
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
        "--window-size=1200,900",
    ]:
        options.add_argument(flag)
    options.binary_location = str(BROWSER)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.get(path.as_uri())
    driver.execute_script("document.documentElement.style.scrollBehavior = 'auto'")  # a click must not chase its target
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def rewound(browser: Any) -> None:
    choose(browser, "seen-theft fine", "0", "watched")
    button(browser, "To the start").click()


def button(browser: Any, label: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, f"#player button[aria-label='{label}']")


def choose(browser: Any, reward: str, seed: str, condition: str) -> None:
    Select(browser.find_element(By.ID, "pick-arm")).select_by_visible_text(reward)
    Select(browser.find_element(By.ID, "pick-seed")).select_by_visible_text(seed)
    radio = browser.find_element(By.CSS_SELECTOR, f"[name=condition][value={condition}]")
    browser.execute_script("arguments[0].click()", radio)


def step(browser: Any) -> int:
    return int(browser.find_element(By.ID, "player").get_attribute("data-step"))


def go(browser: Any, to: int) -> None:
    browser.execute_script(
        "const s = document.getElementById('scrub'); s.value = arguments[0];s.dispatchEvent(new Event('input'))",
        to,
    )


def sprites(browser: Any, panel: int) -> set[tuple[str, int, int, str]]:
    """What a panel shows (0 truth, 1 footage), as (sprite, row, column, state)."""
    script = """return [...document.querySelectorAll('.view')[arguments[0]].querySelectorAll('[data-sprite]')]
        .map((s) => [s.dataset.sprite, ...s.dataset.at.split(',').map(Number), s.dataset.state || ''])"""
    return {tuple(one) for one in browser.execute_script(script, panel)}


def episode(run: dict[str, Any], reward: str, seed: int, condition: str) -> list[dict[str, Any]]:
    for one in run["episodes"]:
        if (one["reward"], one["seed"], one["condition"]) == (reward, seed, condition):
            frames: list[dict[str, Any]] = one["frames"]
            return frames
    raise AssertionError(f"no episode of {reward}")


def named(things: list[dict[str, Any]]) -> set[tuple[str, int, int, str]]:
    return {(one["sprite"], *one["at"], one["state"]) for one in things}


def theft(frames: list[dict[str, Any]]) -> int:
    return next(index for index, frame in enumerate(frames) if frame["violation"])


def test_play_advances_and_pause_holds(browser: Any) -> None:
    button(browser, "Play").click()
    WebDriverWait(browser, 8).until(lambda _: step(browser) >= 2)
    button(browser, "Pause").click()
    held = step(browser)
    assert browser.find_element(By.ID, "player").get_attribute("data-playing") == "no"
    button(browser, "Step forward").click()
    assert step(browser) == held + 1


def test_play_stops_at_the_end(browser: Any, run: dict[str, Any]) -> None:
    last = len(episode(run, "seen-theft fine", 0, "watched")) - 1
    Select(browser.find_element(By.ID, "speed")).select_by_visible_text("very fast")
    go(browser, last - 3)
    button(browser, "Play").click()
    WebDriverWait(browser, 8).until(lambda _: button(browser, "Play"))
    assert step(browser) == last
    Select(browser.find_element(By.ID, "speed")).select_by_visible_text("normal")


def test_the_keyboard_does_it_all(browser: Any, run: dict[str, Any]) -> None:
    stage = browser.find_element(By.CSS_SELECTOR, ".stage")
    stage.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert step(browser) == 1
    stage.send_keys(Keys.END)
    assert step(browser) == len(episode(run, "seen-theft fine", 0, "watched")) - 1
    stage.send_keys(Keys.HOME, "c")
    chosen = browser.find_element(By.CSS_SELECTOR, "[name=condition]:checked")
    assert step(browser) == 0
    assert chosen.get_attribute("value") != "watched"
    stage.send_keys(Keys.SPACE)
    WebDriverWait(browser, 8).until(lambda _: step(browser) >= 1)
    stage.send_keys(Keys.SPACE)
    assert browser.find_element(By.ID, "player").get_attribute("data-playing") == "no"


@pytest.mark.parametrize("condition", ["watched", "unwatched", "honeypot"])
def test_both_panels_show_what_the_data_say(browser: Any, run: dict[str, Any], condition: str) -> None:
    choose(browser, "seen-theft fine", "1", condition)
    for at, frame in enumerate(episode(run, "seen-theft fine", 1, condition)):
        go(browser, at)
        assert sprites(browser, 0) == named(frame["truth"])
        assert sprites(browser, 1) == named(frame["footage"] or [])


def test_unseen_theft_is_in_the_truth_and_not_in_the_footage(browser: Any, run: dict[str, Any]) -> None:
    choose(browser, "seen-theft fine", "0", "unwatched")
    at = theft(episode(run, "seen-theft fine", 0, "unwatched"))
    go(browser, at)
    truth, seen = browser.find_elements(By.CSS_SELECTOR, ".view")
    assert ("vault", 1, 5, "open") in sprites(browser, 0)
    assert truth.find_elements(By.CSS_SELECTOR, "[data-violation=unseen]")
    assert sprites(browser, 1) == set()
    assert "no footage" in seen.text
    assert seen.get_attribute("data-footage") == "no"
    assert not seen.find_elements(By.CSS_SELECTOR, "[data-violation]")
    assert "nobody saw" in browser.find_element(By.CSS_SELECTOR, "[aria-live]").get_attribute("textContent")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".timeline [data-mark=unseen]")) == 1


def test_a_honeypot_records_the_same_theft(browser: Any, run: dict[str, Any]) -> None:
    choose(browser, "seen-theft fine", "0", "honeypot")
    go(browser, theft(episode(run, "seen-theft fine", 0, "honeypot")))
    assert ("vault", 1, 5, "open") in sprites(browser, 1)
    assert browser.find_elements(By.CSS_SELECTOR, ".view [data-violation=recorded]")


def test_the_ledger_adds_up(browser: Any, run: dict[str, Any]) -> None:
    choose(browser, "seen-theft fine", "0", "unwatched")
    frames = episode(run, "seen-theft fine", 0, "unwatched")
    go(browser, len(frames) - 1)
    facts = browser.find_element(By.CSS_SELECTOR, ".facts").text.split("\n")
    assert float(facts[facts.index("ledger") + 1]) == sum(one["task"] for one in frames)
    utility = facts[facts.index("true utility") + 1].replace("−", "-")
    assert float(utility) == sum(one["utility"] for one in frames)


def test_another_reward_is_another_episode(browser: Any, run: dict[str, Any]) -> None:
    told = browser.find_element(By.CSS_SELECTOR, ".happened").text
    choose(browser, "outcome only", "0", "watched")
    assert browser.find_element(By.CSS_SELECTOR, ".happened").text != told
    go(browser, theft(episode(run, "outcome only", 0, "watched")))
    assert ("vault", 1, 5, "open") in sprites(browser, 0)
    assert ("vault", 1, 5, "open") in sprites(browser, 1)


def test_the_probe_shows_where_there_is_one(browser: Any, run: dict[str, Any]) -> None:
    assert "probe" not in browser.find_element(By.CSS_SELECTOR, ".facts").text
    choose(browser, "belief readout", "0", "unwatched")
    go(browser, 2)
    reading = episode(run, "belief readout", 0, "unwatched")[2]["probe"]
    assert f"probe reads\n{reading:.2f}" in browser.find_element(By.CSS_SELECTOR, ".facts").text


def test_hostile_names_do_nothing(browser: Any) -> None:
    choose(browser, HOSTILE, "0", "watched")
    assert browser.title.endswith("Gyges")
    assert not browser.find_elements(By.CSS_SELECTOR, "img")
    assert HOSTILE in browser.find_element(By.CSS_SELECTOR, "table.ring").text


@pytest.mark.parametrize(("width", "mobile"), [(360, True), (768, True), (1200, False)])
def test_nothing_is_wider_than_the_screen(browser: Any, width: int, mobile: bool) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for details in browser.find_elements(By.TAG_NAME, "details"):
        browser.execute_script("arguments[0].open = true", details)
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    table = browser.execute_script(
        "const s = document.querySelector('.ring-scroll'); return s.scrollWidth - s.clientWidth"
    )
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 0
    assert table <= 0


def test_the_dark_theme_is_dark(browser: Any) -> None:
    script = "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    light = browser.execute_script(script)
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    night = browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert max(night[:3]) < 60
    assert min(light[:3]) > 200


def test_reduced_motion_stops_the_gliding(browser: Any) -> None:
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
    script = "return getComputedStyle(document.querySelector('.view .agent')).transitionDuration"
    found = browser.execute_script(script)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert found == "0s"
    assert browser.execute_script(script) != "0s"


def test_the_console_is_clean_and_the_network_silent(browser: Any) -> None:
    """Last, so that it speaks for all that the tests above did."""
    assert browser.get_log("browser") == []
    page = browser.current_url
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"] for one in events if one["method"] == "Network.requestWillBeSent"]
    asked = {one["request"]["url"] for one in sent if one["documentURL"] == page}
    assert {url for url in asked if not url.startswith("data:")} == {page}
