"""The lesson plays like a video, and gives way at once to the reader's hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from lesson import Lesson, seconds, until


@pytest.mark.keep_motion
def test_play_and_pause(page: Page) -> None:
    lesson = Lesson(page)
    before = lesson.params()
    lesson.button("Play").click()
    page.wait_for_timeout(1500)
    lesson.button("Pause").click()
    assert lesson.params() != before
    stopped = lesson.place_in_lesson()
    assert 0.8 < stopped < 4
    page.wait_for_timeout(300)
    assert lesson.place_in_lesson() == stopped


@pytest.mark.keep_motion
def test_speed(page: Page) -> None:
    lesson = Lesson(page)
    travelled = []
    for speed in ("0.5", "2"):
        page.get_by_label("Speed").select_option(speed)
        lesson.scrub(0)
        lesson.button("Play").click()
        page.wait_for_timeout(1500)
        lesson.button("Pause").click()
        travelled.append(lesson.place_in_lesson())
    assert travelled[1] / travelled[0] == pytest.approx(4, rel=0.35)


def test_scrubbing_puts_the_figure_where_the_bar_is(page: Page) -> None:
    lesson = Lesson(page)
    end = float(page.locator("#player input.bar").get_attribute("max"))
    lesson.scrub(end * 0.6)
    lesson.settle()
    middle, scene = lesson.params(), lesson.now()
    assert scene > 0
    lesson.scrub(0)
    lesson.settle()
    assert lesson.now() == 0
    lesson.scrub(end * 0.6)
    lesson.settle()
    assert (lesson.params(), lesson.now()) == (middle, scene)
    assert seconds(lesson.clock()) == int(end * 0.6)


def test_next_and_previous_scene(page: Page) -> None:
    lesson = Lesson(page)
    lesson.button("Next scene").click()
    lesson.button("Next scene").click()
    assert lesson.now() == 2
    assert page.locator(".scene.now").get_attribute("aria-current") == "step"
    lesson.button("Previous scene").click()
    assert lesson.now() == 1


def test_captions_can_be_turned_off_and_stay_off(page: Page) -> None:
    lesson = Lesson(page)
    caption = page.locator("#player .caption")
    assert caption.inner_text().strip() != ""
    lesson.button("Captions").click()
    assert caption.is_hidden()
    page.reload()
    assert page.locator("#player .caption").is_hidden()
    lesson.button("Captions").click()
    assert caption.is_visible()


@pytest.mark.keep_motion
def test_taking_hold_pauses_and_continue_glides_back(page: Page) -> None:
    lesson = Lesson(page)
    lesson.button("Play").click()
    page.wait_for_timeout(700)
    lesson.drag("A", -80, 0)
    lesson.button("Continue").wait_for()
    held = lesson.params()
    place = lesson.place_in_lesson()
    page.wait_for_timeout(300)
    assert lesson.params() == held, "the figure stays where it was put"
    lesson.button("Continue").click()
    page.wait_for_timeout(120)
    soon = lesson.params()["a"]
    page.wait_for_timeout(1500)
    later = lesson.params()["a"]
    assert lesson.place_in_lesson() > place
    assert held["a"] < later, "the lesson has the figure again"
    assert soon < later, "and it glided there"
    lesson.button("Pause").click()


def test_with_less_motion_nothing_travels(page: Page) -> None:
    lesson = Lesson(page)
    lesson.button("Next scene").click()
    lesson.settle()
    at_once = lesson.params()
    page.wait_for_timeout(500)
    assert lesson.params() == at_once


@pytest.mark.keep_motion
def test_keys_play_and_change_scenes_but_not_in_an_input(page: Page) -> None:
    lesson = Lesson(page)
    page.keyboard.press("Space")
    lesson.button("Pause").wait_for()
    page.keyboard.press("Space")
    lesson.button("Play").wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert lesson.now() == 1
    lesson.function().focus()
    page.keyboard.press("End")
    page.keyboard.type(" + 1")
    assert lesson.function().input_value().endswith(" + 1")
    assert lesson.now() == 1


@pytest.mark.keep_motion
def test_the_voice_is_asked_to_speak_and_waited_for(page: Page) -> None:
    page.add_init_script(
        """
        window.spoken = [];
        window.speechSynthesis.speak = (utterance) => window.spoken.push(utterance);
        window.speechSynthesis.cancel = () => {};
        """
    )
    lesson = Lesson(page)
    lesson.button("Voice").click()
    page.get_by_label("Speed").select_option("2")
    lesson.button("Play").click()
    until(page, "window.spoken.length === 1")
    sentence = page.locator("#player .caption").inner_text()
    page.wait_for_timeout(3500)
    waiting = lesson.place_in_lesson()
    page.wait_for_timeout(300)
    assert lesson.place_in_lesson() == waiting, "the lesson waits for the voice"
    assert page.locator("#player .caption").inner_text() == sentence
    assert page.evaluate("window.spoken.length") == 1, "each sentence is said once"
    page.evaluate("window.spoken[0].onend()")
    until(page, "window.spoken.length >= 2")
    assert lesson.place_in_lesson() >= waiting
    lesson.button("Pause").click()


def test_scrolling_to_a_scene_shows_it(page: Page) -> None:
    lesson = Lesson(page)
    page.locator("#scene-3").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#scene-3').scrollIntoView({ block: 'center' })")
    until(page, "document.querySelector('.scene.now')?.dataset.scene === '2'")
    assert lesson.now() == 2


def test_live_numbers_in_the_narration_belong_to_the_figure(page: Page) -> None:
    lesson = Lesson(page)
    lesson.button("Next scene").click()
    lesson.button("Previous scene").click()
    lesson.settle()
    slot = page.locator(".scene.now output[data-output]").first
    before = slot.inner_text()
    lesson.drag("B", -60, 0)
    assert slot.inner_text() != before
