//! A small course to change one thing in.

use secant_course::{Course, Faults};

pub(crate) const OUTLINE: &str = "title = \"A course\"\nlead = \"For *trying*.\"\n[[module]]\ntitle = \"One\"\nsentence = \"The first.\"\nparts = [{ planned = \"Later\" }, \"slope\"]\n";

pub(crate) const LESSON: &str = r#"+++
id = "slope"
title = "Slope"
minutes = 4
+++

Why at all? Because of the number {2 + 3}.

```figure hill
f(x) = x^2/4 + 1
edit f
a = 1 in -3..3
b = 2 in -3..3
s = (f(b) - f(a))/(b - a)
panel main: x = -4..4, y = -1..8
plot f, x = -4..4 as curve
point A = (a, f(a)) drag a label "A"
line chord = (a, f(a)) -> (b, f(b)) hidden
value slope = s
alt "A curve with the point A at {a} on it, and a line whose slope is {s:4}."
```

## First
> a: 0 -> 1 in 3 s

The height of A is {f(a)} and $x^2$ is not it.

## Second
> b = 3; show chord; view y = 0..f(b) + 1

The slope is {s:4}. See [the figure](https://example.org/figure).

```secant
explain(diff(f(x), x))
```

```question slope
f(x) = k x^2 + m
vary k in 2..4, m in {1, 2}
avoid k = 2 and m = 1
ask "What is the slope of {f(x)}?"
answer diff(f(x), x)
hint 1 "One power less than $x^2$."
slip "k x^2" -> power-not-lowered
```

That was it.
"#;

pub(crate) fn load(outline: &str, lesson: &str) -> Result<Course, Faults> {
    Course::load([
        ("course.toml".to_owned(), outline.to_owned()),
        ("one/slope.md".to_owned(), lesson.to_owned()),
    ])
}

/// The course with one thing in its lesson replaced.
pub(crate) fn with(what: &str, by: &str) -> Result<Course, Faults> {
    assert!(LESSON.contains(what), "{what}");
    load(OUTLINE, &LESSON.replacen(what, by, 1))
}
