//! The text of a figure, taken apart into statements; expressions stay text with their place.
//!
//! Here: which statements there are and where each of their parts stands.
//! Not here: what the names mean (`scope`), what is drawn (`compile`).
//! Invariant: every [`Span`] is a byte range of the text that was read, on character boundaries.
//! Start reading at [`read`].

use std::ops::Range;

use super::fault::FigureFault;

/// Where a part of a figure's text stands, in bytes.
pub(super) type Span = Range<usize>;

/// A word or expression with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The text, trimmed.
    pub(super) text: String,
    /// Where it stands.
    pub(super) span: Span,
}

/// Two expressions: a range, or the two coordinates of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The lower end, or x.
    pub(super) first: Part,
    /// The upper end, or y.
    pub(super) second: Part,
}

/// What a line, segment or arrow leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Toward {
    /// Another place.
    Place(Pair),
    /// One unit to the right, along a slope.
    Slope(Part),
}

/// Which of the straight elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// From one place to another.
    Segment,
    /// Through both, without an end.
    Line,
    /// A segment with a head.
    Arrow,
}

/// How an element looks and whether it is there from the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// One of [`STYLES`].
    pub(super) style: Option<String>,
    /// The text beside it.
    pub(super) label: Option<String>,
    /// Not visible before a scene shows it.
    pub(super) hidden: bool,
}

/// The words that `style` may take; colours belong to the page.
pub(super) const STYLES: &[&str] = &["main", "second", "first", "tangent", "wrong", "guide", "faint"];

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// `f(x) = x^2`
    Define { name: Part, vars: Vec<Part>, body: Part },
    /// `edit f`
    Edit { name: Part },
    /// `a = 1 in -3..3`
    Param { name: Part, value: Part, range: Pair, label: Option<String> },
    /// `s = (f(b) - f(a))/(b - a)`
    Let { name: Part, body: Part },
    /// `panel main: x = -4..4, y = -1..8, xlabel "x", ylabel "y"`
    Panel { name: Part, x: Option<Pair>, y: Option<Pair>, xlabel: Option<String>, ylabel: Option<String> },
    /// `plot f, x = -4..4 as curve style main`
    Plot { body: Part, var: Part, over: Pair, name: Option<Part>, look: Look },
    /// `point A = (a, f(a)) drag a`
    Point { name: Part, place: Pair, drag: Vec<Part>, look: Look },
    /// `segment s = (a, b) -> (c, d)`, `line t = (a, b) slope m`
    Straight { stroke: Stroke, name: Part, from: Pair, toward: Toward, look: Look },
    /// `label dx = (a, b) "Δx"`
    Text { name: Part, place: Pair, text: String, look: Look },
    /// `value slope = s digits 3`
    Value { name: Part, body: Part, digits: u32, label: Option<String> },
    /// `alt "what is to be seen, with {s} slots"`
    Alt { text: Part },
    /// `title "…"`
    Title { text: String },
}

/// One statement and the panel it draws in (`None`: the first).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// What it says.
    pub(super) said: Said,
    /// The panel named before it, as in `left: plot f, x = 0..1`.
    pub(super) panel: Option<Part>,
    /// All of it.
    pub(super) span: Span,
}

/// Most statements a figure may have.
pub(super) const MAX_STATEMENTS: usize = 200;
/// Most bytes a figure's text may have.
pub(super) const MAX_TEXT: usize = 20_000;

/// Takes the text of a figure apart.
///
/// # Errors
/// Every statement that cannot be read, each with its place.
pub(super) fn read(text: &str) -> Result<Vec<Statement>, Vec<FigureFault>> {
    if text.len() > MAX_TEXT {
        let message = format!("the figure is {} bytes long; the limit is {MAX_TEXT}", text.len());
        return Err(vec![FigureFault::new("budget.text", message, 0..0).hint("make two figures of it")]);
    }
    let mut statements = Vec::new();
    let mut faults = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let mut panel = None;
        for span in split_statements(text, start..end) {
            match Reader::new(text, span.clone()).statement(&mut panel) {
                Ok(Some(said)) => statements.push(Statement { said, panel: panel.clone(), span }),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        start += line.len();
    }
    if statements.len() > MAX_STATEMENTS {
        let message = format!("{} statements; the limit is {MAX_STATEMENTS}", statements.len());
        faults.push(FigureFault::new("budget.statements", message, 0..0));
    }
    if faults.is_empty() { Ok(statements) } else { Err(faults) }
}

/// The statements of one line: split at `;`, cut at `#`, both outside of texts in quotes.
fn split_statements(text: &str, line: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut from, mut quoted) = (line.start, false);
    let mut end = line.end;
    for (k, c) in text[line.clone()].char_indices() {
        let k = k + line.start;
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                spans.push(from..k);
                from = k + 1;
            }
            '#' if !quoted => {
                end = k;
                break;
            }
            _ => {}
        }
    }
    spans.push(from..end);
    spans.into_iter().map(|s| trimmed(text, s)).filter(|s| !s.is_empty()).collect()
}

/// The span without white space at its ends.
pub(super) fn trimmed(text: &str, span: Span) -> Span {
    let inside = &text[span.clone()];
    let start = span.start + (inside.len() - inside.trim_start().len());
    start..start + inside.trim().len()
}

/// What ends an expression inside a statement.
#[derive(Clone, Copy)]
enum Stop {
    Word(&'static str),
    Sign(&'static str),
}
use Stop::{Sign, Word};

/// Words that end an expression wherever an element is described.
const LOOKS: &[Stop] =
    &[Word("style"), Word("label"), Word("hidden"), Word("as"), Word("drag"), Word("slope"), Word("digits")];

struct Reader<'a> {
    text: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, span: Span) -> Self {
        Reader { text, at: span.start, end: span.end }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    fn skip(&mut self) {
        self.at = trimmed(self.text, self.at..self.end).start;
    }

    fn fault(&self, message: impl Into<String>) -> FigureFault {
        let here = self.at.min(self.end);
        let width = self.text[here..self.end].chars().next().map_or(0, char::len_utf8);
        FigureFault::new("syntax.figure", message, here..here + width)
    }

    fn done(&mut self) -> bool {
        self.skip();
        self.at >= self.end
    }

    /// Takes `sign` when it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        self.skip();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn expect(&mut self, sign: &str, after: &str) -> Result<(), FigureFault> {
        if self.sign(sign) { Ok(()) } else { Err(self.fault(format!("expected `{sign}` {after}"))) }
    }

    fn peek_word(&mut self) -> Option<Part> {
        self.skip();
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        let length = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        Some(Part { text: rest[..length].to_owned(), span: self.at..self.at + length })
    }

    fn word(&mut self, what: &str) -> Result<Part, FigureFault> {
        let word = self.peek_word().ok_or_else(|| self.fault(format!("expected {what}")))?;
        self.at = word.span.end;
        Ok(word)
    }

    /// Takes `word` when it comes next, as a whole word.
    fn keyword(&mut self, word: &str) -> bool {
        let found = self.peek_word().is_some_and(|w| w.text == word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn quoted(&mut self, what: &str) -> Result<Part, FigureFault> {
        self.expect("\"", &format!("before {what}"))?;
        let start = self.at;
        let Some(length) = self.rest().find('"') else {
            return Err(self.fault(format!("{what} has no closing quote")));
        };
        self.at = start + length + 1;
        Ok(Part { text: self.text[start..start + length].to_owned(), span: start..start + length })
    }

    /// The place of the next stop outside of brackets and quotes, or the end.
    fn find(&self, stops: &[Stop]) -> usize {
        let (mut depth, mut quoted, mut before) = (0_usize, false, ' ');
        for (k, c) in self.rest().char_indices() {
            let at = self.at + k;
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                _ if depth == 0 && k > 0 && stops.iter().any(|s| self.stops(*s, at, before)) => return at,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            before = c;
        }
        self.end
    }

    fn stops(&self, stop: Stop, at: usize, before: char) -> bool {
        let rest = &self.text[at..self.end];
        match stop {
            Sign(sign) => rest.starts_with(sign),
            Word(word) => {
                rest.strip_prefix(word).is_some_and(|after| !is_word(before) && !after.starts_with(is_word))
            }
        }
    }

    /// The expression up to the next of `stops`.
    fn expression(&mut self, what: &str, stops: &[Stop]) -> Result<Part, FigureFault> {
        self.skip();
        let until =
            if self.at < self.end && self.begins_with_stop(stops) { self.at } else { self.find(stops) };
        let span = trimmed(self.text, self.at..until);
        if span.is_empty() {
            return Err(self.fault(format!("expected {what}")));
        }
        self.at = until;
        Ok(Part { text: self.text[span.clone()].to_owned(), span })
    }

    fn begins_with_stop(&self, stops: &[Stop]) -> bool {
        stops.iter().any(|s| self.stops(*s, self.at, ' '))
    }

    /// `lo..hi`
    fn range(&mut self, stops: &[Stop]) -> Result<Pair, FigureFault> {
        let first = self.expression("the lower end of a range", &[&[Sign("..")], stops].concat())?;
        self.expect("..", "between the two ends of a range, as in `0..3`")?;
        let second = self.expression("the upper end of a range", stops)?;
        Ok(Pair { first, second })
    }

    /// `(x, y)`
    fn place(&mut self) -> Result<Pair, FigureFault> {
        self.expect("(", "before a place, as in `(a, f(a))`")?;
        let first = self.expression("the first coordinate", &[Sign(","), Sign(")")])?;
        self.expect(",", "between the two coordinates")?;
        let second = self.expression("the second coordinate", &[Sign(","), Sign(")")])?;
        self.expect(")", "after the second coordinate")?;
        Ok(Pair { first, second })
    }

    fn statement(&mut self, panel: &mut Option<Part>) -> Result<Option<Said>, FigureFault> {
        let start = self.at;
        let Some(word) = self.peek_word() else {
            return Err(self.fault("expected a statement").hint(STATEMENTS));
        };
        // `left: plot …` puts what follows into the panel `left`; `panel left: …` describes the panel.
        if word.text != "panel" && self.text[word.span.end..self.end].trim_start().starts_with(':') {
            self.at = word.span.end;
            self.sign(":");
            *panel = Some(word);
            return if self.done() { Ok(None) } else { self.statement(panel) };
        }
        self.at = word.span.end;
        let defines = self.text[self.at..self.end].trim_start().starts_with('=');
        let said = match word.text.as_str() {
            _ if defines => self.parameter_or_let(word)?,
            "edit" => Said::Edit { name: self.word("the name of a function after `edit`")? },
            "panel" => self.panel()?,
            "plot" => self.plot()?,
            "point" => self.point()?,
            "segment" => self.straight(Stroke::Segment)?,
            "line" => self.straight(Stroke::Line)?,
            "arrow" => self.straight(Stroke::Arrow)?,
            "label" => self.text_label()?,
            "value" => self.value()?,
            "alt" => Said::Alt { text: self.quoted("the text twin")? },
            "title" => Said::Title { text: self.quoted("the title")?.text },
            _ if self.rest().starts_with('(') => self.define(word)?,
            _ => {
                self.at = start;
                let message = format!("`{}` is not a statement of a figure", word.text);
                return Err(FigureFault::new("syntax.figure", message, word.span).hint(STATEMENTS));
            }
        };
        if !self.done() {
            let found: String = self.rest().chars().take(20).collect();
            return Err(self.fault(format!("`{found}` is left over at the end of the statement")));
        }
        Ok(Some(said))
    }

    fn define(&mut self, name: Part) -> Result<Said, FigureFault> {
        self.expect("(", "after the name of a function")?;
        let mut vars = vec![self.word("the name of a variable")?];
        while self.sign(",") {
            vars.push(self.word("the name of a variable")?);
        }
        self.expect(")", "after the variables of a function")?;
        self.expect("=", "between a function and what it is")?;
        Ok(Said::Define { name, vars, body: self.expression("an expression after `=`", &[])? })
    }

    fn parameter_or_let(&mut self, name: Part) -> Result<Said, FigureFault> {
        self.expect("=", "after a name")?;
        let body = self.expression("an expression after `=`", &[Word("in")])?;
        if !self.keyword("in") {
            return Ok(Said::Let { name, body });
        }
        let range = self.range(&[Word("label")])?;
        let label = if self.keyword("label") { Some(self.quoted("a label")?.text) } else { None };
        Ok(Said::Param { name, value: body, range, label })
    }

    fn panel(&mut self) -> Result<Said, FigureFault> {
        let name = self.word("the name of a panel")?;
        let (mut x, mut y, mut xlabel, mut ylabel) = (None, None, None, None);
        if !self.done() {
            self.expect(":", "after the name of a panel")?;
            loop {
                let key = self.word("`x`, `y`, `xlabel` or `ylabel`")?;
                match key.text.as_str() {
                    "x" | "y" => {
                        self.expect("=", "before a range")?;
                        let range = self.range(&[Sign(",")])?;
                        *(if key.text == "x" { &mut x } else { &mut y }) = Some(range);
                    }
                    "xlabel" => xlabel = Some(self.quoted("a label")?.text),
                    "ylabel" => ylabel = Some(self.quoted("a label")?.text),
                    other => {
                        let message = format!("a panel has no `{other}`");
                        let hint = "a panel has x, y, xlabel and ylabel";
                        return Err(FigureFault::new("syntax.figure", message, key.span).hint(hint));
                    }
                }
                if !self.sign(",") {
                    break;
                }
            }
        }
        Ok(Said::Panel { name, x, y, xlabel, ylabel })
    }

    fn plot(&mut self) -> Result<Said, FigureFault> {
        let body = self.expression("what to plot", &[Sign(",")])?;
        self.expect(",", "between what is plotted and its range, as in `plot f, x = 0..3`")?;
        let var = self.word("the variable of the plot")?;
        self.expect("=", "between the variable and its range")?;
        let over = self.range(LOOKS)?;
        let name = if self.keyword("as") { Some(self.word("a name after `as`")?) } else { None };
        Ok(Said::Plot { body, var, over, name, look: self.look(false)?.0 })
    }

    fn point(&mut self) -> Result<Said, FigureFault> {
        let name = self.word("the name of a point")?;
        self.expect("=", "after the name of a point")?;
        let place = self.place()?;
        let (look, drag) = self.look(true)?;
        Ok(Said::Point { name, place, drag, look })
    }

    fn straight(&mut self, stroke: Stroke) -> Result<Said, FigureFault> {
        let name = self.word("a name")?;
        self.expect("=", "after the name")?;
        let from = self.place()?;
        let toward = if self.keyword("slope") {
            Toward::Slope(self.expression("a slope", LOOKS)?)
        } else {
            self.expect("->", "or `slope` after the first place")?;
            Toward::Place(self.place()?)
        };
        Ok(Said::Straight { stroke, name, from, toward, look: self.look(false)?.0 })
    }

    fn text_label(&mut self) -> Result<Said, FigureFault> {
        let name = self.word("a name")?;
        self.expect("=", "after the name")?;
        let place = self.place()?;
        let text = self.quoted("the text of a label")?.text;
        Ok(Said::Text { name, place, text, look: self.look(false)?.0 })
    }

    fn value(&mut self) -> Result<Said, FigureFault> {
        let name = self.word("the name of a value")?;
        self.expect("=", "after the name of a value")?;
        let body = self.expression("an expression after `=`", LOOKS)?;
        let (mut digits, mut label) = (3, None);
        loop {
            if self.keyword("digits") {
                digits = self.digits()?;
            } else if self.keyword("label") {
                label = Some(self.quoted("a label")?.text);
            } else {
                break;
            }
        }
        Ok(Said::Value { name, body, digits, label })
    }

    fn digits(&mut self) -> Result<u32, FigureFault> {
        self.skip();
        let length = self.rest().find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest().len());
        let digits = self.rest()[..length].parse().ok().filter(|d| (1..=15).contains(d));
        let digits = digits.ok_or_else(|| self.fault("expected a number of digits from 1 to 15"))?;
        self.at += length;
        Ok(digits)
    }

    /// `style …`, `label "…"`, `hidden` and, where it makes sense, `drag a, b` in any order.
    fn look(&mut self, may_drag: bool) -> Result<(Look, Vec<Part>), FigureFault> {
        let (mut look, mut drag) = (Look::default(), Vec::new());
        loop {
            if self.keyword("style") {
                let word = self.word("a style")?;
                if !STYLES.contains(&word.text.as_str()) {
                    let message = format!("there is no style `{}`", word.text);
                    let hint = format!("the styles are {}", STYLES.join(", "));
                    return Err(FigureFault::new("name.style", message, word.span).hint(hint));
                }
                look.style = Some(word.text);
            } else if self.keyword("label") {
                look.label = Some(self.quoted("a label")?.text);
            } else if self.keyword("hidden") {
                look.hidden = true;
            } else if may_drag && self.keyword("drag") {
                drag.push(self.word("the parameter that dragging moves")?);
                while self.sign(",") {
                    drag.push(self.word("the parameter that dragging moves")?);
                }
            } else {
                return Ok((look, drag));
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The hint for a line that begins with no known word.
const STATEMENTS: &str = "a line is a definition `f(x) = …`, a parameter `a = 1 in 0..3`, a number `s = …`, \
    or begins with edit, panel, plot, point, segment, line, arrow, label, value, alt or title";

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Said {
        let mut statements = read(text).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        assert_eq!(statements.len(), 1, "{text}");
        statements.remove(0).said
    }

    fn texts(pair: &Pair) -> (&str, &str) {
        (&pair.first.text, &pair.second.text)
    }

    #[test]
    fn definitions_and_parameters() {
        let Said::Define { name, vars, body } = one("f(x, y) = x^2 + max(x, y)  # a comment") else {
            panic!()
        };
        assert_eq!((name.text.as_str(), vars.len(), body.text.as_str()), ("f", 2, "x^2 + max(x, y)"));
        assert_eq!(body.span, 10..25);
        let Said::Param { name, value, range, label } = one("a = 1 in -3..3 label \"the place\"") else {
            panic!()
        };
        assert_eq!((name.text.as_str(), value.text.as_str(), texts(&range)), ("a", "1", ("-3", "3")));
        assert_eq!(label.as_deref(), Some("the place"));
        let Said::Let { name, body } = one("s = (f(b) - f(a))/(b - a)") else { panic!() };
        assert_eq!((name.text.as_str(), body.text.as_str()), ("s", "(f(b) - f(a))/(b - a)"));
        // A parameter may be called like a word of the language.
        assert!(matches!(one("line = 2 in 0..3"), Said::Param { .. }));
        assert!(matches!(one("value = 3"), Said::Let { .. }));
    }

    #[test]
    fn drawings() {
        let Said::Plot { body, var, over, name, look } =
            one("plot (f(a + t) - f(a))/t, t = 0.1..2 pi as slopes style second hidden")
        else {
            panic!()
        };
        assert_eq!(
            (body.text.as_str(), var.text.as_str(), texts(&over)),
            ("(f(a + t) - f(a))/t", "t", ("0.1", "2 pi"))
        );
        assert_eq!(
            (name.unwrap().text.as_str(), look.style.as_deref(), look.hidden),
            ("slopes", Some("second"), true)
        );
        let Said::Point { place, drag, look, .. } =
            one("point A = (a, f(a)) drag a, b label \"A; #1\" style first")
        else {
            panic!()
        };
        assert_eq!((texts(&place), drag.len(), look.label.as_deref()), (("a", "f(a)"), 2, Some("A; #1")));
        let Said::Straight { stroke, from, toward: Toward::Place(to), .. } =
            one("segment r = (a+h, f(a)) -> (a+h, max(a, h))")
        else {
            panic!()
        };
        assert_eq!(
            (stroke, texts(&from), texts(&to)),
            (Stroke::Segment, ("a+h", "f(a)"), ("a+h", "max(a, h)"))
        );
        let Said::Straight { stroke, toward: Toward::Slope(slope), look, .. } =
            one("line t = (a, f(a)) slope diff(f, x)(a) style tangent")
        else {
            panic!()
        };
        assert_eq!(
            (stroke, slope.text.as_str(), look.style.as_deref()),
            (Stroke::Line, "diff(f, x)(a)", Some("tangent"))
        );
        let Said::Text { text, .. } = one("label dx = (a, 0) \"Δx\"") else { panic!() };
        assert_eq!(text, "Δx");
        let Said::Value { digits, label, .. } = one("value slope = s digits 4 label \"slope\"") else {
            panic!()
        };
        assert_eq!((digits, label.as_deref()), (4, Some("slope")));
    }

    #[test]
    fn panels_and_several_statements_on_a_line() {
        let Said::Panel { x, y, xlabel, ylabel, .. } =
            one("panel main: x = -4..4, xlabel \"a, b\", ylabel \"f(x)\"")
        else {
            panic!()
        };
        assert_eq!(
            (texts(&x.unwrap()), y, xlabel.as_deref(), ylabel.as_deref()),
            (("-4", "4"), None, Some("a, b"), Some("f(x)"))
        );
        let statements =
            read("left: plot f, x = 0..3; point D = (d, f(d))\nright: plot g, x = 0..1\nplot h, x = 0..1")
                .unwrap();
        let panels: Vec<_> = statements.iter().map(|s| s.panel.as_ref().map(|p| p.text.as_str())).collect();
        assert_eq!(panels, [Some("left"), Some("left"), Some("right"), None]);
    }

    #[track_caller]
    fn bad(text: &str, code: &str, at: usize) {
        let faults = read(text).expect_err(text);
        let found: Vec<_> = faults.iter().map(|f| (f.code, f.span.start)).collect();
        assert_eq!(found, [(code, at)], "{text}: {faults:?}");
    }

    #[test]
    fn mistakes_are_placed() {
        bad("nonsense here", "syntax.figure", 0);
        bad("a = 1 in -3", "syntax.figure", 11);
        bad("a = in 0..1", "syntax.figure", 4);
        bad("f() = 3", "syntax.figure", 2);
        bad("f(x = 3", "syntax.figure", 4);
        bad("plot f", "syntax.figure", 6);
        bad("plot f, x 0..1", "syntax.figure", 10);
        bad("plot f, x = 0..1 style purple", "name.style", 23);
        bad("point A = (a f(a))", "syntax.figure", 17);
        bad("point A = (a, f(a)", "syntax.figure", 18);
        bad("segment s = (a, b) (c, d)", "syntax.figure", 19);
        bad("value s = a digits 99", "syntax.figure", 19);
        bad("alt \"open", "syntax.figure", 5);
        bad("panel p: z = 0..1", "syntax.figure", 9);
        bad("point A = (a, b) style first left over", "syntax.figure", 29);
        bad("7 = a", "syntax.figure", 0);
        bad("ü = 1 in 0", "syntax.figure", 11);
        let both = read("nonsense\nplot f").unwrap_err();
        assert_eq!(both.len(), 2, "all mistakes at once");
    }

    #[test]
    fn size_is_bounded() {
        assert_eq!(read(&"a".repeat(MAX_TEXT + 1)).unwrap_err()[0].code, "budget.text");
        assert_eq!(read(&"a = 1\n".repeat(MAX_STATEMENTS + 1)).unwrap_err()[0].code, "budget.statements");
    }
}
