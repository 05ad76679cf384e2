"""The lab in which the reader's formulas train a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

LAB = "/lab/backpropagation-lab"
FORMULAS = {
    "bias-3": "sum(d3, 2)",
    "error-2": "(W3' d3) .* a2 .* (1 - a2)",
    "weights-2": "d2 a1'",
    "bias-2": "sum(d2, 2)",
    "error-1": "(W2' d2) .* a1 .* (1 - a1)",
    "weights-1": "d1 a0'",
    "bias-1": "sum(d1, 2)",
}


def answer(page: Page, name: str, text: str) -> None:
    form = page.locator(f'form.question[data-question="backpropagation-lab/{name}"]')
    form.locator(".formula").fill(text)
    form.get_by_role("button", name="Check").click()
    expect(form.locator(".feedback")).not_to_be_empty()


@pytest.fixture
def lab(open_page, own_server) -> Page:
    page = open_page(own_server)
    page.goto(LAB)
    expect(page.locator(".training")).to_be_visible()
    return page


def test_formulas_are_checked_and_then_train_the_network(lab: Page, axe) -> None:
    training = lab.locator(".training")
    train = training.get_by_role("button", name="Train")
    expect(train).to_be_disabled()
    expect(training.get_by_role("status")).to_contain_text("Waiting for b3")
    answer(lab, "error-2", "(W3' d3) .* a2")
    answer(lab, "error-2", "(W3' d3) .* a2 .* 1")
    wrong = lab.locator('form.question[data-question="backpropagation-lab/error-2"] .feedback')
    expect(wrong).to_contain_text("What is missing is (1 - a2)")
    for name, text in FORMULAS.items():
        answer(lab, name, text)
    expect(training.locator("li[data-state=right]")).to_have_count(len(FORMULAS))
    expect(train).to_be_enabled()
    train.click()
    curve = training.locator("path.curve").first
    before = curve.get_attribute("d")
    expect(training.get_by_role("button", name="Pause")).to_be_visible()
    lab.wait_for_function("(before) => document.querySelector('.training path.curve').getAttribute('d') !== before", arg=before)
    training.get_by_role("button", name="Pause").press("Enter")
    expect(train).to_be_visible()
    assert axe(lab) == []


def test_a_formula_of_a_wrong_shape_is_told_and_trains_nothing(lab: Page) -> None:
    for name, text in {**FORMULAS, "weights-2": "a1 d2'"}.items():
        lab.locator(f'form.question[data-question="backpropagation-lab/{name}"] .formula').fill(text)
    item = lab.locator(".training .formulas li").nth(2)
    expect(item).to_contain_text("matrix(7, 6)")
    expect(lab.locator(".training").get_by_role("button", name="Train")).to_be_disabled()


def test_the_lab_fits_a_phone(lab: Page) -> None:
    lab.set_viewport_size({"width": 320, "height": 700})
    assert lab.evaluate("document.documentElement.scrollWidth") <= 320
