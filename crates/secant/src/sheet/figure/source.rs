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

/// The two ends of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// The lower end.
    pub(super) first: Part,
    /// The upper end.
    pub(super) second: Part,
}

/// The coordinates of a place: two in a plane, three in a space.
pub(super) type Place = Vec<Part>;

/// A variable and where it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Its name.
    pub(super) var: Part,
    /// From where to where.
    pub(super) over: Pair,
}

/// What a surface, contour or field is made of: two variables, each over a range.
pub(super) type Sheet = [Run; 2];

/// Expressions row by row: `[1, 2; 3, 4]`.
pub(super) type Rows = Vec<Vec<Part>>;

/// Which level lines a contour plot has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Levels {
    /// About so many, at round numbers.
    About(u32),
    /// These.
    At(Vec<Part>),
}

/// What a line, segment or arrow leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Toward {
    /// Another place.
    Place(Place),
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
    /// `try f: "sin(x)", "x^3"`
    Try { name: Part, texts: Vec<Part> },
    /// `a = 1 in -3..3`
    Param { name: Part, value: Part, range: Pair, label: Option<String> },
    /// `s = (f(b) - f(a))/(b - a)`
    Let { name: Part, body: Part },
    /// `panel main: x = -4..4, y = -1..8, xlabel "x", ylabel "y"`
    Panel { name: Part, about: About },
    /// `plot f, x = -4..4 as curve style main`
    Plot { body: Part, var: Part, over: Pair, name: Option<Part>, look: Look },
    /// `point A = (a, f(a)) drag a`
    Point { name: Part, place: Place, drag: Vec<Part>, look: Look },
    /// `segment s = (a, b) -> (c, d)`, `line t = (a, b) slope m`
    Straight { stroke: Stroke, name: Part, from: Place, toward: Toward, look: Look },
    /// `label dx = (a, b) "Δx"`
    Text { name: Part, place: Place, text: String, look: Look },
    /// `curve c = (cos(t), sin(t)), t = 0..2 pi`
    Curve { name: Part, place: Place, run: Run, look: Look },
    /// `contour f, x = -2..2, y = -2..2 as map levels 8`
    Contour { body: Part, over: Sheet, name: Option<Part>, levels: Levels, lines: bool, look: Look },
    /// `implicit x^2 + y^2 = 1, x = -2..2, y = -2..2 as circle`
    Implicit { left: Part, right: Part, over: Sheet, name: Option<Part>, look: Look },
    /// `surface f, x = -2..2, y = -2..2 as hill`
    Surface { body: Part, over: Sheet, name: Option<Part>, look: Look },
    /// `field up = (-y, x), x = -2..2, y = -2..2`
    Field { name: Part, place: Place, over: Sheet, look: Look },
    /// `trace walk = (x, y) from (a, b) by (x - h x, y - 2 h y), 20 steps at (x, y, f(x, y))`; `at` names one place or several
    Trace { name: Part, vars: Vec<Part>, from: Place, by: Place, steps: Part, at: Vec<Place>, look: Look },
    /// `data heights = 150, 152.5, 161`
    Data { name: Part, entries: Vec<Part> },
    /// `scatter seen = (xs, ys) errors ss`
    Scatter { name: Part, columns: Vec<Part>, errors: Option<Part>, look: Look },
    /// `histogram tall = heights, width 2.5 density`
    Histogram { name: Part, column: Part, width: Part, density: bool, look: Look },
    /// `area under f, x = 0..b as name`, `area between f and g, x = 0..1 as name`
    Area { upper: Part, lower: Option<Part>, run: Run, name: Option<Part>, look: Look },
    /// `network n = [x; h, k; y] weights [a; b], [c, d]`
    Network { name: Part, layers: Rows, weights: Vec<Rows>, look: Look },
    /// `table t = [1, 2; 3, 4] rows "a", "b" columns "c", "d" digits 3`
    Table { name: Part, cells: Rows, rows: Vec<String>, columns: Vec<String>, digits: u32, look: Look },
    /// `value slope = s digits 3`
    Value { name: Part, body: Part, digits: u32, label: Option<String> },
    /// `alt "what is to be seen, with {s} slots"`
    Alt { text: Part },
    /// `title "…"`
    Title { text: String },
}

impl Said {
    /// Does it draw something in a panel?
    pub(super) fn draws(&self) -> bool {
        match self {
            Said::Plot { .. }
            | Said::Point { .. }
            | Said::Straight { .. }
            | Said::Text { .. }
            | Said::Curve { .. }
            | Said::Contour { .. }
            | Said::Implicit { .. }
            | Said::Surface { .. }
            | Said::Field { .. }
            | Said::Trace { .. }
            | Said::Scatter { .. }
            | Said::Histogram { .. }
            | Said::Area { .. }
            | Said::Network { .. } => true,
            Said::Define { .. }
            | Said::Edit { .. }
            | Said::Try { .. }
            | Said::Param { .. }
            | Said::Let { .. }
            | Said::Panel { .. }
            | Said::Data { .. }
            | Said::Table { .. }
            | Said::Value { .. }
            | Said::Alt { .. }
            | Said::Title { .. } => false,
        }
    }
}

/// What a panel says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) x: Option<Pair>,
    pub(super) y: Option<Pair>,
    /// With a third range it is a space that can be turned.
    pub(super) z: Option<Pair>,
    pub(super) xlabel: Option<String>,
    pub(super) ylabel: Option<String>,
    pub(super) zlabel: Option<String>,
    /// One unit is as long upwards as it is sideways.
    pub(super) equal: bool,
    /// Without axes.
    pub(super) bare: bool,
    /// From where a space is seen, in degrees: around, and from above.
    pub(super) turn: Option<Part>,
    pub(super) tilt: Option<Part>,
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
/// Most level lines of a contour plot.
pub(super) const MOST_LEVELS: u32 = 30;
/// Most places that a step of a trace has.
const MOST_PLACES: usize = 6;
/// Most numbers in a column of data.
const MOST_ENTRIES: usize = 1000;
/// Most functions that are suggested for one.
const MOST_TRIES: usize = 12;
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

/// The statements of one line: split at `;` outside of square brackets, cut at `#`, both outside of texts in quotes.
fn split_statements(text: &str, line: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut from, mut quoted, mut depth) = (line.start, false, 0_usize);
    let mut end = line.end;
    for (k, c) in text[line.clone()].char_indices() {
        let k = k + line.start;
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            ';' if !quoted && depth == 0 => {
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

    /// `(x, y)` or `(x, y, z)`
    fn place(&mut self) -> Result<Place, FigureFault> {
        self.tuple("a place, as in `(a, f(a))`", 2, 3)
    }

    /// Expressions in round brackets, `least` to `most` of them.
    fn tuple(&mut self, what: &str, least: usize, most: usize) -> Result<Place, FigureFault> {
        self.expect("(", &format!("before {what}"))?;
        let mut parts = Vec::new();
        loop {
            let part = self.expression("a coordinate", &[Sign(","), Sign(")")]);
            parts.push(part?);
            if parts.len() < least {
                self.expect(",", "between two coordinates")?;
            } else if parts.len() == most || !self.sign(",") {
                break;
            }
        }
        self.expect(")", "after the last coordinate")?;
        Ok(parts)
    }

    /// `x = 0..3`
    fn run(&mut self, stops: &[Stop]) -> Result<Run, FigureFault> {
        let var = self.word("a variable")?;
        self.expect("=", "between the variable and its range, as in `x = 0..3`")?;
        Ok(Run { var, over: self.range(stops)? })
    }

    /// `, x = 0..3, y = 0..2`
    fn sheet(&mut self) -> Result<Sheet, FigureFault> {
        self.expect(",", "before the ranges, as in `x = 0..3, y = 0..2`")?;
        let first = self.run(&[Sign(",")])?;
        self.expect(",", "between the ranges of both variables")?;
        Ok([first, self.run(&[LOOKS, &[Word("levels"), Word("lines")]].concat())?])
    }

    /// `as name`
    fn named(&mut self) -> Result<Option<Part>, FigureFault> {
        if self.keyword("as") { Ok(Some(self.word("a name after `as`")?)) } else { Ok(None) }
    }

    /// Expressions with commas between them.
    fn list(&mut self, what: &str, stops: &[Stop]) -> Result<Vec<Part>, FigureFault> {
        let stops = [&[Sign(",")], stops].concat();
        let mut parts = vec![self.expression(what, &stops)?];
        while self.sign(",") {
            parts.push(self.expression(what, &stops)?);
        }
        Ok(parts)
    }

    /// Texts in quotes with commas between them.
    fn quotes(&mut self, what: &str) -> Result<Vec<Part>, FigureFault> {
        let mut texts = vec![self.quoted(what)?];
        while self.sign(",") {
            texts.push(self.quoted(what)?);
        }
        Ok(texts)
    }

    fn texts(&mut self, what: &str) -> Result<Vec<String>, FigureFault> {
        Ok(self.quotes(what)?.into_iter().map(|part| part.text).collect())
    }

    fn suggestions(&mut self) -> Result<Said, FigureFault> {
        let name = self.word("the name of a function after `try`")?;
        self.expect(":", "after the name of the function, as in `try f: \"sin(x)\", \"x^3\"`")?;
        let texts = self.quotes("a function to try")?;
        if texts.len() > MOST_TRIES {
            let message = format!("{} functions to try; the limit is {MOST_TRIES}", texts.len());
            return Err(FigureFault::new("budget.tries", message, name.span));
        }
        Ok(Said::Try { name, texts })
    }

    /// The name that a statement begins with, and `=`.
    fn titled(&mut self, what: &str) -> Result<Part, FigureFault> {
        let name = self.word(&format!("the name of a {what}"))?;
        self.expect("=", &format!("after the name of a {what}"))?;
        Ok(name)
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
            "try" => self.suggestions()?,
            "panel" => self.panel()?,
            "plot" => self.plot()?,
            "point" => self.point()?,
            "segment" => self.straight(Stroke::Segment)?,
            "line" => self.straight(Stroke::Line)?,
            "arrow" => self.straight(Stroke::Arrow)?,
            "label" => self.text_label()?,
            "curve" => self.curve()?,
            "contour" => self.contour()?,
            "implicit" => self.implicit()?,
            "surface" => self.surface()?,
            "field" => self.field()?,
            "trace" => self.trace()?,
            "data" => self.data()?,
            "scatter" => self.scatter()?,
            "histogram" => self.histogram()?,
            "area" => self.area()?,
            "network" => self.network()?,
            "table" => self.table()?,
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
        let mut about = About::default();
        if !self.done() {
            self.expect(":", "after the name of a panel")?;
            loop {
                let key = self
                    .word("`x`, `y`, `z`, `xlabel`, `ylabel`, `zlabel`, `equal`, `bare`, `turn` or `tilt`")?;
                match key.text.as_str() {
                    "x" | "y" | "z" => {
                        self.expect("=", "before a range")?;
                        let range = self.range(&[Sign(",")])?;
                        *(match key.text.as_str() {
                            "x" => &mut about.x,
                            "y" => &mut about.y,
                            _ => &mut about.z,
                        }) = Some(range);
                    }
                    "xlabel" => about.xlabel = Some(self.quoted("a label")?.text),
                    "ylabel" => about.ylabel = Some(self.quoted("a label")?.text),
                    "zlabel" => about.zlabel = Some(self.quoted("a label")?.text),
                    "equal" => about.equal = true,
                    "bare" => about.bare = true,
                    "turn" | "tilt" => {
                        self.expect("=", "before an angle in degrees")?;
                        let angle = self.expression("an angle in degrees", &[Sign(",")])?;
                        *(if key.text == "turn" { &mut about.turn } else { &mut about.tilt }) = Some(angle);
                    }
                    other => {
                        let message = format!("a panel has no `{other}`");
                        let hint = "a panel has x, y, xlabel, ylabel, equal and bare; one that can be turned has z, zlabel, turn and tilt as well";
                        return Err(FigureFault::new("syntax.figure", message, key.span).hint(hint));
                    }
                }
                if !self.sign(",") {
                    break;
                }
            }
        }
        Ok(Said::Panel { name, about })
    }

    fn curve(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("curve")?;
        let place = self.place()?;
        self.expect(",", "before the range, as in `(cos(t), sin(t)), t = 0..2 pi`")?;
        let run = self.run(LOOKS)?;
        Ok(Said::Curve { name, place, run, look: self.look(false)?.0 })
    }

    fn contour(&mut self) -> Result<Said, FigureFault> {
        let body = self.expression("a function of two variables", &[Sign(",")])?;
        let over = self.sheet()?;
        let name = self.named()?;
        let (mut levels, mut lines) = (Levels::About(10), false);
        loop {
            if self.keyword("levels") {
                levels = self.levels()?;
            } else if self.keyword("lines") {
                lines = true;
            } else {
                break;
            }
        }
        Ok(Said::Contour { body, over, name, levels, lines, look: self.look(false)?.0 })
    }

    /// `8` or `0, 1, 2`
    fn levels(&mut self) -> Result<Levels, FigureFault> {
        let mut list = self.list("a level, or how many", &[LOOKS, &[Word("lines")]].concat())?;
        if list.len() > 1 {
            return Ok(Levels::At(list));
        }
        let about = list[0].text.parse().ok().filter(|n| (2..=MOST_LEVELS).contains(n));
        Ok(about.map_or_else(|| Levels::At(std::mem::take(&mut list)), Levels::About))
    }

    fn implicit(&mut self) -> Result<Said, FigureFault> {
        let left = self.expression("an equation", &[Sign("="), Sign(",")])?;
        self.expect("=", "between the two sides of an equation, as in `implicit x^2 + y^2 = 1, …`")?;
        let right = self.expression("the right side of the equation", &[Sign(",")])?;
        let over = self.sheet()?;
        let name = self.named()?;
        Ok(Said::Implicit { left, right, over, name, look: self.look(false)?.0 })
    }

    fn surface(&mut self) -> Result<Said, FigureFault> {
        let body = self.expression("a function of two variables", &[Sign(",")])?;
        let over = self.sheet()?;
        let name = self.named()?;
        Ok(Said::Surface { body, over, name, look: self.look(false)?.0 })
    }

    fn field(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("field")?;
        let place = self.tuple("the two entries of a field, as in `(-y, x)`", 2, 2)?;
        let over = self.sheet()?;
        Ok(Said::Field { name, place, over, look: self.look(false)?.0 })
    }

    fn trace(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("trace")?;
        self.expect("(", "before the variables of a trace, as in `(x, y) from (a, b) by (…), 20 steps`")?;
        let mut vars = vec![self.word("a variable")?];
        while self.sign(",") {
            vars.push(self.word("a variable")?);
        }
        self.expect(")", "after the variables of a trace")?;
        let count = vars.len();
        if !self.keyword("from") {
            return Err(self.fault("expected `from` and where the trace begins"));
        }
        let from = self.tuple("where the trace begins", count, count)?;
        if !self.keyword("by") {
            return Err(self.fault("expected `by` and what a step leads to"));
        }
        let by = self.tuple("what a step leads to", count, count)?;
        self.expect(",", "before the number of steps, as in `20 steps`")?;
        let steps = self.expression("how many steps", &[Word("steps")])?;
        if !self.keyword("steps") {
            return Err(self.fault("expected `steps` after their number"));
        }
        let mut at = Vec::new();
        if self.keyword("at") {
            at.push(self.place()?);
            while self.sign(",") {
                at.push(self.place()?);
            }
            if at.len() > MOST_PLACES {
                return Err(self.fault(format!("a step of a trace has at most {MOST_PLACES} places")));
            }
        }
        Ok(Said::Trace { name, vars, from, by, steps, at, look: self.look(false)?.0 })
    }

    fn data(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("column of data")?;
        let entries = self.list("a number", &[])?;
        if entries.len() > MOST_ENTRIES {
            let message = format!("{} numbers; the limit is {MOST_ENTRIES}", entries.len());
            return Err(FigureFault::new("budget.data", message, name.span));
        }
        Ok(Said::Data { name, entries })
    }

    fn scatter(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("scatter plot")?;
        let columns = self.tuple("two columns of data, as in `(xs, ys)`", 2, 2)?;
        let errors =
            if self.keyword("errors") { Some(self.word("a column of data after `errors`")?) } else { None };
        Ok(Said::Scatter { name, columns, errors, look: self.look(false)?.0 })
    }

    fn histogram(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("histogram")?;
        let column = self.word("a column of data")?;
        self.expect(",", "before the width, as in `heights, width 2.5`")?;
        if !self.keyword("width") {
            return Err(self.fault("expected `width` and how wide a bin is"));
        }
        let width = self.expression("how wide a bin is", &[LOOKS, &[Word("density")]].concat())?;
        let density = self.keyword("density");
        Ok(Said::Histogram { name, column, width, density, look: self.look(false)?.0 })
    }

    fn area(&mut self) -> Result<Said, FigureFault> {
        let lower = match self.word("`under` or `between` after `area`")? {
            word if word.text == "under" => false,
            word if word.text == "between" => true,
            word => {
                let message = format!("an area is `under` one curve or `between` two, not `{}`", word.text);
                return Err(FigureFault::new("syntax.figure", message, word.span));
            }
        };
        let upper = self.expression("a function", &[Sign(","), Word("and")])?;
        let lower = if lower {
            if !self.keyword("and") {
                return Err(self.fault("expected `and` between the two functions"));
            }
            Some(self.expression("a function after `and`", &[Sign(",")])?)
        } else {
            None
        };
        self.expect(",", "before the range, as in `area under f, x = 0..3 as name`")?;
        let run = self.run(LOOKS)?;
        let name = self.named()?;
        Ok(Said::Area { upper, lower, run, name, look: self.look(false)?.0 })
    }

    /// `[1, 2; 3, 4]`
    fn rows(&mut self) -> Result<Rows, FigureFault> {
        self.expect("[", "before rows of numbers, as in `[1, 2; 3, 4]`")?;
        let mut rows = vec![Vec::new()];
        loop {
            let entry = self.expression("a number", &[Sign(","), Sign(";"), Sign("]")])?;
            if let Some(row) = rows.last_mut() {
                row.push(entry);
            }
            if self.sign(";") {
                rows.push(Vec::new());
            } else if !self.sign(",") {
                break;
            }
        }
        self.expect("]", "after the last row")?;
        Ok(rows)
    }

    fn network(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("network")?;
        let layers = self.rows()?;
        let mut weights = Vec::new();
        if self.keyword("weights") {
            weights.push(self.rows()?);
            while self.sign(",") {
                weights.push(self.rows()?);
            }
        }
        Ok(Said::Network { name, layers, weights, look: self.look(false)?.0 })
    }

    fn table(&mut self) -> Result<Said, FigureFault> {
        let name = self.titled("table")?;
        let cells = self.rows()?;
        let (mut rows, mut columns, mut digits) = (Vec::new(), Vec::new(), 3);
        loop {
            let before = self.at;
            if self.keyword("rows") {
                rows = self.texts("the heading of a row")?;
                self.counted(before, "row", rows.len(), cells.len())?;
            } else if self.keyword("columns") {
                columns = self.texts("the heading of a column")?;
                self.counted(before, "column", columns.len(), cells[0].len())?;
            } else if self.keyword("digits") {
                digits = self.digits()?;
            } else {
                break;
            }
        }
        if let Some(row) = cells.iter().find(|row| row.len() != cells[0].len()) {
            let message = format!("a row of {} entries below one of {}", row.len(), cells[0].len());
            return Err(FigureFault::new("syntax.figure", message, row[0].span.clone()));
        }
        Ok(Said::Table { name, cells, rows, columns, digits, look: self.look(false)?.0 })
    }

    fn counted(&self, at: usize, what: &str, given: usize, wanted: usize) -> Result<(), FigureFault> {
        if given == wanted {
            return Ok(());
        }
        let message = format!("{given} headings for {wanted} {what}s");
        let span = trimmed(self.text, at..self.at);
        Err(FigureFault::new("syntax.figure", message, span).hint(format!("one heading for each {what}")))
    }

    fn plot(&mut self) -> Result<Said, FigureFault> {
        let body = self.expression("what to plot", &[Sign(",")])?;
        self.expect(",", "between what is plotted and its range, as in `plot f, x = 0..3`")?;
        let Run { var, over } = self.run(LOOKS)?;
        let name = self.named()?;
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
        // A number may be called like a word that describes an element.
        let body = self.expression("an expression after `=`", &[Word("digits"), Word("label")])?;
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
    or begins with edit, try, panel, plot, curve, contour, implicit, field, surface, trace, point, segment, line, arrow, \
    label, area, data, scatter, histogram, network, table, value, alt or title";

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

    fn spelled(parts: &[Part]) -> Vec<&str> {
        parts.iter().map(|p| p.text.as_str()).collect()
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
        let Said::Try { name, texts } = one("try f: \"sin(x)\", \"x; y\"") else { panic!() };
        assert_eq!((name.text.as_str(), spelled(&texts)), ("f", vec!["sin(x)", "x; y"]));
        let Said::Value { body, digits, .. } = one("value way = slope digits 4") else { panic!() };
        assert_eq!((body.text.as_str(), digits), ("slope", 4));
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
        assert_eq!(
            (spelled(&place), drag.len(), look.label.as_deref()),
            (vec!["a", "f(a)"], 2, Some("A; #1"))
        );
        let Said::Straight { stroke, from, toward: Toward::Place(to), .. } =
            one("segment r = (a+h, f(a)) -> (a+h, max(a, h))")
        else {
            panic!()
        };
        assert_eq!(
            (stroke, spelled(&from), spelled(&to)),
            (Stroke::Segment, vec!["a+h", "f(a)"], vec!["a+h", "max(a, h)"])
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
        let Said::Panel { about, .. } = one("panel main: x = -4..4, xlabel \"a, b\", ylabel \"f(x)\", equal")
        else {
            panic!()
        };
        assert_eq!(
            (
                texts(&about.x.unwrap()),
                about.y,
                about.xlabel.as_deref(),
                about.ylabel.as_deref(),
                about.equal
            ),
            (("-4", "4"), None, Some("a, b"), Some("f(x)"), true)
        );
        let Said::Panel { about, .. } = one("panel hill: z = 0..4, turn = 120, tilt = 30") else { panic!() };
        assert_eq!((texts(&about.z.unwrap()), about.turn.unwrap().text.as_str()), (("0", "4"), "120"));
        let statements =
            read("left: plot f, x = 0..3; point D = (d, f(d))\nright: plot g, x = 0..1\nplot h, x = 0..1")
                .unwrap();
        let panels: Vec<_> = statements.iter().map(|s| s.panel.as_ref().map(|p| p.text.as_str())).collect();
        assert_eq!(panels, [Some("left"), Some("left"), Some("right"), None]);
    }

    #[test]
    fn sheets_traces_and_data() {
        let Said::Contour { body, over, name, levels, lines, look } =
            one("contour f(x, y), x = -3..3, y = 0..2 pi as map levels 8 lines hidden")
        else {
            panic!()
        };
        assert_eq!((body.text.as_str(), name.unwrap().text.as_str()), ("f(x, y)", "map"));
        assert_eq!((texts(&over[0].over), texts(&over[1].over)), (("-3", "3"), ("0", "2 pi")));
        assert_eq!((levels, lines, look.hidden), (Levels::About(8), true, true));
        let Said::Contour { levels: Levels::At(levels), .. } =
            one("contour f, x = 0..1, y = 0..1 levels 0, 1/2, 4")
        else {
            panic!()
        };
        assert_eq!(spelled(&levels), ["0", "1/2", "4"]);
        let Said::Implicit { left, right, .. } = one("implicit x^2 + y^2 = r^2, x = -1..1, y = -1..1 as c")
        else {
            panic!()
        };
        assert_eq!((left.text.as_str(), right.text.as_str()), ("x^2 + y^2", "r^2"));
        let Said::Curve { place, run, .. } = one("curve c = (cos(t), sin(t)), t = 0..2 pi style second")
        else {
            panic!()
        };
        assert_eq!((spelled(&place), texts(&run.over)), (vec!["cos(t)", "sin(t)"], ("0", "2 pi")));
        let Said::Field { place, .. } = one("field up = (-y, x), x = -1..1, y = -1..1") else { panic!() };
        assert_eq!(spelled(&place), ["-y", "x"]);
        let Said::Trace { vars, from, by, steps, at, .. } =
            one("trace walk = (x, y) from (a, b) by (x - h x, y), 2 n steps at (x, f(x, y)) style first")
        else {
            panic!()
        };
        assert_eq!((spelled(&vars), spelled(&from)), (vec!["x", "y"], vec!["a", "b"]));
        assert_eq!((spelled(&by), steps.text.as_str()), (vec!["x - h x", "y"], "2 n"));
        assert_eq!(spelled(&at[0]), ["x", "f(x, y)"]);
        let Said::Trace { at, .. } =
            one("trace n = (x) from (a) by (x/2), 3 steps at (x, 0), (x, f(x)) style first")
        else {
            panic!()
        };
        assert_eq!((spelled(&at[0]), spelled(&at[1])), (vec!["x", "0"], vec!["x", "f(x)"]));
        let Said::Data { entries, .. } = one("data heights = 150, 152.5, -3") else { panic!() };
        assert_eq!(spelled(&entries), ["150", "152.5", "-3"]);
        let Said::Scatter { columns, errors, .. } = one("scatter seen = (xs, ys) errors ss") else {
            panic!()
        };
        assert_eq!((spelled(&columns), errors.unwrap().text.as_str()), (vec!["xs", "ys"], "ss"));
        let Said::Histogram { width, density, .. } = one("histogram tall = heights, width 2.5 density")
        else {
            panic!()
        };
        assert_eq!((width.text.as_str(), density), ("2.5", true));
        let Said::Area { upper, lower, run, name, .. } =
            one("area between max(f, g) and h, x = a..2 b as gap style second")
        else {
            panic!()
        };
        assert_eq!((upper.text.as_str(), lower.unwrap().text.as_str()), ("max(f, g)", "h"));
        assert_eq!((texts(&run.over), name.unwrap().text.as_str()), (("a", "2 b"), "gap"));
        let Said::Network { layers, weights, .. } = one("network n = [x, y; h; out] weights [a, b], [c]")
        else {
            panic!()
        };
        assert_eq!((layers.len(), spelled(&layers[0]), weights.len()), (3, vec!["x", "y"], 2));
        let Said::Table { cells, rows, columns, digits, .. } =
            one("table t = [1, a; max(a, 2), 4] rows \"one\", \"two\" columns \"c\", \"d\" digits 4")
        else {
            panic!()
        };
        assert_eq!(spelled(&cells[1]), ["max(a, 2)", "4"]);
        assert_eq!((rows.len(), columns.len(), digits), (2, 2, 4));
    }

    #[test]
    fn mistakes_of_the_larger_statements_are_placed() {
        bad("contour f, x = 0..1", "syntax.figure", 19);
        bad("contour f x = 0..1", "syntax.figure", 18);
        bad("implicit x^2 + y^2, x = 0..1, y = 0..1", "syntax.figure", 18);
        bad("curve c = (t), t = 0..1", "syntax.figure", 12);
        bad("field up = (x, y, 1), x = 0..1, y = 0..1", "syntax.figure", 16);
        bad("trace w = (x, y) to (1, 2)", "syntax.figure", 17);
        bad("trace w = (x, y) from (1) by (x, y), 3 steps", "syntax.figure", 24);
        bad("trace w = (x) from (1) by (x), 3", "syntax.figure", 32);
        bad("histogram h = xs", "syntax.figure", 16);
        bad("try f \"x\"", "syntax.figure", 6);
        bad("try f: x", "syntax.figure", 7);
        bad("area over f, x = 0..1", "syntax.figure", 5);
        bad("area between f, x = 0..1", "syntax.figure", 14);
        bad("area under f", "syntax.figure", 12);
        bad("table t = [1, 2; 3]", "syntax.figure", 17);
        bad("table t = [1, 2] columns \"a\"", "syntax.figure", 17);
        bad(&format!("data d = {}", "1, ".repeat(1000) + "1"), "budget.data", 5);
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
        bad("panel p: w = 0..1", "syntax.figure", 9);
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
