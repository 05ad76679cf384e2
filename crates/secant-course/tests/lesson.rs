//! Lessons: what the page gets, and what is said about mistakes.

mod common;

use std::collections::BTreeMap;

use common::{LESSON, OUTLINE, load, with};
use secant_course::{CaptionPart, Course, Entry};

fn course() -> Course {
    load(OUTLINE, LESSON).unwrap_or_else(|f| panic!("{f}"))
}

#[test]
fn a_course_lists_what_is_there_and_what_is_planned() {
    let course = course();
    assert_eq!((course.title(), course.lead().trim()), ("A course", "<p>For <em>trying</em>.</p>"));
    let entries = &course.modules()[0].entries;
    let planned = Entry::Planned { title: "Later".into() };
    let written = Entry::Lesson { id: "slope".into(), title: "Slope".into(), minutes: 4 };
    assert_eq!(entries, &[planned, written]);
    let lesson = course.lesson("slope").unwrap();
    assert_eq!(
        (lesson.module(), lesson.questions().len(), lesson.summary().trim()),
        (1, 1, "<p>That was it.</p>")
    );
    assert!(course.question("slope/slope").is_some() && course.question("slope/other").is_none());
    assert!(course.neighbours("slope").0.is_none());
}

#[test]
fn scenes_leave_what_the_next_one_begins_with() {
    let course = course();
    let view = course.lesson("slope").unwrap().view();
    let [first, second] = &view.page.scenes[..] else { panic!() };
    assert_eq!((first.params["a"], first.seconds), ([0.0, 1.0], 3.0));
    assert_eq!((first.set["a"], first.set["b"]), (1.0, 2.0));
    assert_eq!((second.set["a"], second.set["b"]), (1.0, 3.0));
    assert!(!first.visible.contains(&"chord".to_owned()) && second.visible.contains(&"chord".to_owned()));
    assert_eq!(second.show, ["chord"]);
    assert!(first.view.is_empty());
    assert_eq!((second.view["main"].x, second.view["main"].y), ([-4.0, 4.0], [0.0, 4.25]));
    // Numbers are those at the end of the scene.
    assert!(view.narration[0].contains(">1.25</output>"), "{}", view.narration[0]);
    assert!(view.narration[1].contains("data-digits=\"4\">1</output>"), "{}", view.narration[1]);
    assert!(view.alt.contains(">0.75</output>"), "{}", view.alt);
    assert!(course.lesson("slope").unwrap().lead().contains(">5</output>"));
    let [CaptionPart::Text(before), CaptionPart::Number { .. }, CaptionPart::Text(after)] =
        &first.caption[..]
    else {
        panic!("{:?}", first.caption)
    };
    assert_eq!((before.as_str(), after.as_str()), ("The height of A is ", " and x² is not it."));
    // A cell, its result and its steps.
    assert!(
        view.narration[1].contains("<ol class=\"steps\"><li>")
            && view.narration[1].contains("class=\"result\"")
    );
}

#[test]
fn a_typed_function_is_told_by_the_same_lesson() {
    let course = course();
    let lesson = course.lesson("slope").unwrap();
    let own = lesson.view();
    let typed = |text: &str| lesson.view_with(&BTreeMap::from([("f".to_owned(), text.to_owned())]));
    let other = typed("10 sin(x)").unwrap();
    let outputs = |html: &str| {
        html.split("data-output=\"")
            .skip(1)
            .map(|p| p.split('"').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (a, b) in own.narration.iter().zip(&other.narration) {
        assert_eq!(outputs(a), outputs(b));
    }
    // The heights of panels and views follow the function.
    for y in [other.page.figure.as_ref().unwrap().panels[0].y, other.page.scenes[1].view["main"].y] {
        assert!((-14.0..=-10.0).contains(&y[0]) && (10.0..=14.0).contains(&y[1]), "{y:?}");
    }
    // Where it has no value, there is a gap and no mistake.
    assert!(typed("sqrt(-1 - a)").is_err(), "a place is no part of a curve");
    let gap = typed("sqrt(x - 2.5)").unwrap();
    assert!(gap.narration[0].contains(">undefined</output>"), "{}", gap.narration[0]);
    let again = lesson.view_with(&BTreeMap::new()).unwrap();
    assert_eq!(serde_json::to_string(&again.page).unwrap(), serde_json::to_string(&own.page).unwrap());
    let fault = typed("10 sin(y)").unwrap_err();
    assert_eq!((fault.code, fault.at, fault.file.as_str()), ("name.unknown", Some((7, 8)), ""));
    assert!(fault.hint.is_some());
}

#[test]
fn the_page_gets_what_it_was_promised() {
    let course = course();
    let page = serde_json::to_value(&course.lesson("slope").unwrap().view().page).unwrap();
    assert_eq!(page["id"], "slope");
    assert_eq!(page["figure"]["elements"][1]["kind"], "point");
    assert_eq!(page["figure"]["elements"][1]["drag"]["params"], serde_json::json!([0]));
    assert_eq!(page["figure"]["state"]["inputs"], serde_json::json!(["a", "b"]));
    assert_eq!(page["figure"]["elements"][0]["program"]["inputs"], serde_json::json!(["x", "a", "b"]));
    assert_eq!(page["scenes"][0]["params"]["a"], serde_json::json!([0.0, 1.0]));
    assert!(page["scenes"][0]["caption"][1]["output"].is_u64());
}

/// What is wrong with a lesson in which `what` was replaced: code and place of every fault.
#[track_caller]
fn bad(what: &str, by: &str, faults: &[(&str, &str)]) {
    let found = with(what, by).err().unwrap_or_else(|| panic!("{by} is taken"));
    let text = LESSON.replacen(what, by, 1);
    let places: Vec<_> = found
        .0
        .iter()
        .map(|f| {
            let line = text.lines().nth(f.line as usize - 1).unwrap_or_default();
            let at: String = line.chars().skip(f.column as usize - 1).take(6).collect();
            assert_eq!(f.file, "one/slope.md");
            (f.code, at)
        })
        .collect();
    let places: Vec<_> = places.iter().map(|(c, at)| (*c, at.trim())).collect();
    assert_eq!(places, faults, "{found}");
}

#[test]
fn mistakes_in_a_lesson_are_placed() {
    bad("+++\nid", "id", &[("syntax.front-matter", "id = \"")]);
    bad("id = \"slope\"", "id = \"Slope 1\"", &[("syntax.front-matter", "\"Slope")]);
    bad("minutes = 4", "minutes = \"four\"", &[("syntax.front-matter", "\"four\"")]);
    bad("minutes = 4", "minutes = 4\nslips = [\"no-such\"]", &[("syntax.front-matter", "\"no-su")]);
    bad("minutes = 4", "minutes = 4\nneeds = [\"other\"]", &[("name.lesson", "\"other")]);
    bad("{2 + 3}", "{2 + }", &[("syntax.missing-operand", "+ }.")]);
    bad("b = 2 in -3..3", "b = 2 in -3", &[("syntax.figure", "")]);
    bad("f(b) - f(a))/", "f(c) - f(a))/", &[("name.unknown", "c) - f")]);
    bad("> a: 0 -> 1", "> q: 0 -> 1", &[("name.unknown", "q: 0 -")]);
    bad("> a: 0 -> 1", "> a: 0 -> 9", &[("domain.range", "a: 0 -")]);
    bad("> a: 0 -> 1 in 3 s", "> a: 0 -> 1 in 3 s; a = 2", &[("syntax.directive", "a = 2")]);
    bad("show chord", "show choord", &[("name.unknown", "choord")]);
    bad("view y = 0..f", "view y = 99..f", &[("domain.range", "99..f(")]);
    bad("{f(a)} and", "{f(z)} and", &[("name.unknown", "z)} an")]);
    bad("$x^2$ is", "$\\frac{x$ is", &[("syntax.formula", "\\frac{")]);
    bad("https://example.org/figure", "lesson:nowhere", &[("name.link", "lesson")]);
    bad("https://example.org/figure", "javascript:alert(1)", &[("name.link", "javasc")]);
    bad("diff(f(x), x))\n", "diff(f(x), x)\n", &[("syntax.unbalanced", "(f(x),")]);
    bad("The height of A is {f(a)} and $x^2$ is not it.", "", &[("syntax.scene", "First")]);
    bad("```secant", "```basic", &[("syntax.fence", "basic")]);
    bad("answer diff(f(x), x)", "answer diff(f(x), 2)", &[("syntax.arguments", "2)")]);
    bad("answer diff(f(x), x)", "nonsense", &[("syntax.question", "nonsen")]);
    bad("avoid k = 2 and m = 1", "avoid k > 0", &[("domain.variants", "slope")]);
    bad("-> power-not-lowered", "-> power-lowered", &[("name.slip", "power-")]);
    bad("vary k in 2..4", "vary k in 2..999, j in 1..999", &[("budget.variants", "slope")]);
    bad("\n```\n\nThat was it.", "\n\nThat was it.", &[("syntax.fence", "```que")]);
}

#[test]
fn all_mistakes_come_at_once_and_in_order() {
    let text = LESSON
        .replace("{2 + 3}", "{2 + }")
        .replace("show chord", "show choord")
        .replace("{s:4}. See", "{s:99}. See");
    let faults = load(OUTLINE, &text).unwrap_err();
    let lines: Vec<u32> = faults.0.iter().map(|f| f.line).collect();
    assert!(lines.len() >= 2 && lines.is_sorted(), "{faults}");
    let shown = faults.to_string();
    assert!(shown.contains("one/slope.md:7:"), "{shown}");
}

#[test]
fn mistakes_in_the_outline_are_placed() {
    #[track_caller]
    fn bad(outline: &str, code: &str, line: u32) {
        let faults = load(outline, LESSON).unwrap_err();
        let found: Vec<_> = faults.0.iter().map(|f| (f.code, f.line)).collect();
        assert_eq!(found, [(code, line)], "{faults}");
    }
    bad(&OUTLINE.replace("\"slope\"]", "\"slope\", \"other\"]"), "name.lesson", 6);
    bad(&OUTLINE.replace(", \"slope\"]", "]"), "name.lesson", 1);
    bad("title = 3", "syntax.course", 1);
    bad(&OUTLINE.replace("sentence", "sentense"), "syntax.course", 5);
    let faults = Course::load([]).unwrap_err();
    assert_eq!(faults.0[0].code, "name.file");
    let twice = [("a.md", LESSON), ("b.md", LESSON), ("course.toml", OUTLINE)]
        .map(|(f, t)| (f.to_owned(), t.to_owned()));
    assert_eq!(Course::load(twice).unwrap_err().0[0].code, "name.twice");
}
