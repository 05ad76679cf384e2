//! Parts of a course: what the page gets, and what is said about mistakes.

mod common;

use std::collections::BTreeMap;

use common::{LESSON, OUTLINE, load, with};
use secant_course::{CaptionPart, Course, Entry, PartKind};

fn course() -> Course {
    load(OUTLINE, LESSON).unwrap_or_else(|f| panic!("{f}"))
}

#[test]
fn a_course_lists_what_is_there_and_what_is_planned() {
    let course = course();
    assert_eq!((course.title(), course.lead().trim()), ("A course", "<p>For <em>trying</em>.</p>"));
    let entries = &course.modules()[0].entries;
    let planned = Entry::Planned { title: "Later".into() };
    let written =
        Entry::Part { kind: PartKind::Lesson, id: "slope".into(), title: "Slope".into(), minutes: 4 };
    assert_eq!(entries, &[planned, written]);
    let lesson = course.part("slope").unwrap();
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
    let view = course.part("slope").unwrap().view();
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
    assert!(course.part("slope").unwrap().lead().contains(">5</output>"));
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
    let lesson = course.part("slope").unwrap();
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
    let page = serde_json::to_value(&course.part("slope").unwrap().view().page).unwrap();
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
    bad("minutes = 4", "minutes = 4\nneeds = [\"other\"]", &[("name.part", "\"other")]);
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
    bad(&OUTLINE.replace("\"slope\"]", "\"slope\", \"other\"]"), "name.part", 6);
    bad(&OUTLINE.replace(", \"slope\"]", "]"), "name.part", 1);
    bad("title = 3", "syntax.course", 1);
    bad(&OUTLINE.replace("sentence", "sentense"), "syntax.course", 5);
    let faults = Course::load([]).unwrap_err();
    assert_eq!(faults.0[0].code, "name.file");
    let twice = [("a.md", LESSON), ("b.md", LESSON), ("course.toml", OUTLINE)]
        .map(|(f, t)| (f.to_owned(), t.to_owned()));
    assert_eq!(Course::load(twice).unwrap_err().0[0].code, "name.twice");
}

/// An assignment of five questions; the first one has a figure of its own.
const ASSIGNMENT: &str = r#"+++
id = "quiz"
kind = "assignment"
title = "A quiz"
minutes = 10
pass = 60
+++

Five of them. The lesson before is [this one](lesson:slope).

```figure line
m = 0 in -9..9 label "slope"
c = 0 in -9..9
panel main: x = -2..k, y = -20..20
plot f, x = -2..k as given style faint
plot m x + c, x = -2..k as own
alt "The line {k} x + {b} in grey, and yours with the slope {m}." # k stays k here
```

```question line
vary k in 2..4, b in {1, -2}
f(x) = k x + b
ask "Lay your line on the grey one."
answer m = k, c = b
parameters m, c within 0.3
```
"#;

fn assignment(change: impl Fn(&str) -> String) -> Result<Course, secant_course::Faults> {
    let more = |name: &str| {
        format!("\n```question {name}\nvary k in 2..6\nask \"Slope of {{k x}}?\"\nanswer k\n```\n")
    };
    let text = ASSIGNMENT.to_owned() + &["two", "three", "four", "five"].map(more).concat() + "\nDone.\n";
    let outline = OUTLINE.replace("\"slope\"]", "\"slope\", \"quiz\"]")
        + "[[module]]\ntitle = \"Two\"\nsentence = \"\"\n";
    Course::load([
        ("course.toml".to_owned(), outline),
        ("one/slope.md".to_owned(), LESSON.to_owned()),
        ("one/quiz.md".to_owned(), change(&text)),
    ])
}

#[test]
fn an_assignment_is_a_part_with_questions_and_a_pass_mark() {
    let course = assignment(str::to_owned).unwrap_or_else(|f| panic!("{f}"));
    let part = course.part("quiz").unwrap();
    assert_eq!(
        (part.kind(), part.pass(), part.address().as_str()),
        (PartKind::Assignment, 60, "/assignment/quiz")
    );
    assert_eq!((part.questions().len(), part.view().page.scenes.len()), (5, 0));
    assert!(part.lead().contains("href=\"/lesson/slope\""), "{}", part.lead());
    assert_eq!(course.neighbours("slope").1.map(|p| p.id()), Some("quiz"));
    assert_eq!(course.part_of("quiz/two").map(|p| p.id()), Some("quiz"));
    assert_eq!(course.part("slope").unwrap().pass(), 80);
}

#[test]
fn every_variant_draws_its_own_figure() {
    let course = assignment(str::to_owned).unwrap();
    let question = course.question("quiz/line").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..6 {
        let still = question.figure(seed).unwrap();
        let (params, end) = (still.figure.start(), still.figure.panels[0].x[1]);
        assert_eq!(params, [0.0, 0.0]);
        // The grey line at the right end is where the variant says.
        let grey = still.figure.elements.iter().position(|e| e.id == "given").unwrap();
        let height = still.figure.curve(grey, &params, &[end])[0];
        let (slope, shift) = (end, height - end * end);
        assert!([2.0, 3.0, 4.0].contains(&slope) && [1.0, -2.0].contains(&shift), "{slope} {shift}");
        let told = format!(">{slope}</output> x + <output");
        assert!(still.alt.contains(&told), "{}", still.alt);
        let right = format!("m = {slope}, c = {shift}");
        let mark = question.mark(seed, &right, 1).unwrap();
        assert!(mark.verdict.is_right(), "{right}: {}", mark.feedback.text);
        seen.insert(right);
    }
    assert_eq!(seen.len(), 6, "{seen:?}");
    assert!(course.question("quiz/two").unwrap().figure(0).is_none());
}

#[test]
fn mistakes_in_other_parts_are_placed() {
    #[track_caller]
    fn bad(what: &str, by: &str, code: &str, at: &str) {
        let change = |text: &str| {
            assert!(text.contains(what), "{what}");
            text.replacen(what, by, 1)
        };
        let faults = assignment(change).err().unwrap_or_else(|| panic!("{by} is taken"));
        let whole = ASSIGNMENT.replacen(what, by, 1);
        let first = &faults.0[0];
        let line = whole.lines().nth(first.line as usize - 1).unwrap_or_default();
        assert_eq!((first.code, faults.0.len()), (code, 1), "{faults}");
        assert!(line.starts_with(at), "{line}: {faults}");
    }
    bad("plot f, x", "plot g, x", "name.unknown", "plot g");
    bad("c = 0 in -9..9", "c = 0 in -k..b", "domain.range", "c = 0");
    bad("pass = 60", "pass = 101", "syntax.front-matter", "pass");
    bad("kind = \"assignment\"", "kind = \"exam\"", "syntax.front-matter", "kind");
    bad("kind = \"assignment\"", "kind = \"lab\"", "syntax.front-matter", "pass");
    bad("Five of them.", "## A scene\n\nFive of them.", "syntax.scene", "## A scene");
    bad("lesson:slope", "reading:slope", "name.link", "Five");
    let odd = "within 0.3\n```\n\n```figure odd\nplot x, x = 0..1 as c\n```\n";
    bad("within 0.3\n```\n", odd, "name.figure", "```figure odd");
    let lab = "kind = \"lab\"\ntitle = \"A lab\"\nminutes = 10\n+++\n\n```plugin no-such\n```\n";
    bad(
        "kind = \"assignment\"\ntitle = \"A quiz\"\nminutes = 10\npass = 60\n+++\n",
        lab,
        "name.plugin",
        "```plugin",
    );
}
