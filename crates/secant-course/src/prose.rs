//! Narration: Markdown with formulas and live numbers, to HTML and to captions.
//!
//! Here: finding `$…$` and `{…}`, the HTML around them, the words for a caption.
//! Not here: what a number in braces is (the figure computes it).
//! Invariant: raw HTML of a course file never reaches a page.
//! Start reading at [`Prose::read`].

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

use crate::fault::Fault;
use crate::formula;
use crate::kind::PartKind;
use crate::text::{Piece, Source, escape};

/// A number in the text: which expression, with how many digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) expression: Piece,
    pub(crate) digits: u32,
}

/// What is not plain Markdown.
#[derive(Clone, Debug)]
enum Insert {
    Formula {
        html: String,
        plain: String,
    },
    Number(Slot),
    /// A formula of a question in which slots stand: LaTeX, slot, LaTeX, …, LaTeX.
    Open {
        latex: Vec<String>,
        slots: Vec<Slot>,
        block: bool,
    },
}

/// Narration, read once; numbers are filled in as often as wanted.
#[derive(Clone, Debug)]
pub(crate) struct Prose {
    /// Markdown with a mark in place of each insert.
    marked: String,
    inserts: Vec<Insert>,
    at: usize,
}

/// A stretch of a caption, or a number in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CaptionPart {
    /// As it stands.
    Text(String),
    /// An output of the figure's state program.
    Number {
        /// Index of the output.
        output: usize,
        /// Significant digits.
        digits: u32,
    },
}

/// What fills a slot.
#[derive(Clone, Debug)]
pub(crate) enum Filling {
    /// A number that follows the figure.
    Live { output: usize, text: String },
    /// Something fixed, as HTML, as plain text, and as it stands inside of a formula.
    Fixed { html: String, plain: String, latex: String },
}

// The marks around the number of an insert: private characters, which are refused in a course file.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// Digits of a slot that does not say.
const DIGITS: u32 = 3;

impl Prose {
    /// Reads narration. `piece` is a stretch of `source`.
    pub(crate) fn read(source: &Source, piece: &Piece, faults: &mut Vec<Fault>) -> Prose {
        Prose::read_with(source, piece, false, faults)
    }

    /// Reads a text of a question, whose formulas may have slots: `$\int_{{a}}^{{b}} {f(x)}\,dx$`.
    pub(crate) fn of_question(source: &Source, piece: &Piece, faults: &mut Vec<Fault>) -> Prose {
        Prose::read_with(source, piece, true, faults)
    }

    fn read_with(source: &Source, piece: &Piece, open: bool, faults: &mut Vec<Fault>) -> Prose {
        let mut prose = Prose { marked: String::new(), inserts: Vec::new(), at: piece.at };
        let text = piece.text.as_str();
        let mut k = 0;
        while let Some(c) = text[k..].chars().next() {
            let here = piece.at + k;
            let width = c.len_utf8();
            match c {
                OPEN | CLOSE => {
                    faults.push(source.fault(
                        "syntax.character",
                        here,
                        "this character is not allowed in a course",
                    ));
                    k += width;
                }
                '\\' if text[k + 1..].starts_with(['$', '{', '}']) => {
                    // The sign itself, as an insert, so that Markdown does not look at it.
                    let sign = text[k + 1..=k + 1].to_owned();
                    prose.insert(Insert::Formula { html: sign.clone(), plain: sign });
                    k += 2;
                }
                '`' => {
                    let ticks = text[k..].len() - text[k..].trim_start_matches('`').len();
                    let fence = &text[k..k + ticks];
                    let end = text[k + ticks..].find(fence).map_or(k + ticks, |e| k + ticks + e + ticks);
                    prose.marked.push_str(&text[k..end]);
                    k = end;
                }
                '$' => {
                    let block = text[k..].starts_with("$$");
                    let fence = if block { "$$" } else { "$" };
                    let from = k + fence.len();
                    let Some(length) = text[from..].find(fence) else {
                        faults.push(source.hinted(
                            "syntax.formula",
                            here,
                            format!("this `{fence}` is not closed"),
                            "write `\\$` for the sign itself",
                        ));
                        prose.marked.push_str(&text[k..]);
                        break;
                    };
                    let latex = &text[from..from + length];
                    let places = if open { formula::slots(latex) } else { Vec::new() };
                    if !places.is_empty() {
                        let piece = Piece { text: latex.to_owned(), at: piece.at + from };
                        match open_formula(source, &piece, &places, block) {
                            Ok(insert) => prose.insert(insert),
                            Err(fault) => faults.push(fault),
                        }
                        k = from + length + fence.len();
                        continue;
                    }
                    match formula::mathml(latex.trim(), block) {
                        Ok(html) => prose.insert(Insert::Formula { html, plain: formula::plain(latex) }),
                        Err(message) => {
                            faults.push(source.fault("syntax.formula", here + fence.len(), message))
                        }
                    }
                    k = from + length + fence.len();
                }
                '{' => {
                    let Some(length) = closing(&text[k..]) else {
                        faults.push(source.hinted(
                            "syntax.slot",
                            here,
                            "this `{` is not closed",
                            "write `\\{` for the sign itself",
                        ));
                        prose.marked.push_str(&text[k..]);
                        break;
                    };
                    let inside = Piece { text: text[k + 1..k + length].to_owned(), at: here + 1 };
                    match slot(source, &inside) {
                        Ok(slot) => prose.insert(Insert::Number(slot)),
                        Err(fault) => faults.push(fault),
                    }
                    k += length + 1;
                }
                c => {
                    prose.marked.push(c);
                    k += width;
                }
            }
        }
        prose.check(source, faults);
        prose
    }

    fn insert(&mut self, insert: Insert) {
        self.marked.push_str(&format!("{OPEN}{}{CLOSE}", self.inserts.len()));
        self.inserts.push(insert);
    }

    fn check(&self, source: &Source, faults: &mut Vec<Fault>) {
        let mut complain = |message: &str, hint: &str| {
            let start = source.text[self.at..].len() - source.text[self.at..].trim_start().len();
            faults.push(source.hinted("syntax.markdown", self.at + start, message, hint));
        };
        for event in self.events() {
            match event {
                Event::Html(_) | Event::InlineHtml(_) => {
                    complain("HTML is not part of a lesson", "use Markdown; write `\\<` for the sign itself");
                }
                Event::Start(Tag::Heading { .. }) => {
                    complain(
                        "a heading inside of a scene",
                        "begin a scene with `##`, use a bold line for less",
                    );
                }
                Event::Start(Tag::Image { .. }) => {
                    complain(
                        "pictures are figures here",
                        "draw it in a ```figure block, so that it is alive",
                    );
                }
                _ => {}
            }
        }
    }

    fn events(&self) -> impl Iterator<Item = Event<'_>> {
        Parser::new_ext(&self.marked, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
    }

    /// The numbers in it, in order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.inserts.iter().flat_map(|i| match i {
            Insert::Number(slot) => std::slice::from_ref(slot),
            Insert::Open { slots, .. } => slots,
            Insert::Formula { .. } => &[],
        })
    }

    /// Where links lead, with the place of the prose they are in.
    pub(crate) fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for event in self.events() {
            if let Event::Start(Tag::Link { dest_url, .. }) = event {
                links.push(dest_url.into_string());
            }
        }
        links
    }

    /// Its place in the file.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The HTML, with `fill` for each number in order.
    pub(crate) fn html(&self, fill: &mut dyn FnMut(&Slot) -> Filling) -> String {
        let events = self.events().map(|event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = match PartKind::linked(&dest_url) {
                    Some((kind, id)) => format!("/{}/{id}", kind.word()).into(),
                    None => dest_url,
                };
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            event => event,
        });
        let mut marked = String::new();
        html::push_html(&mut marked, events);
        self.fill(&marked, &mut |insert, out| match insert {
            Insert::Formula { html, plain } if html == plain => out.push_str(&escape(html)),
            Insert::Formula { html, .. } => out.push_str(html),
            Insert::Open { latex, slots, block } => {
                let filled = filled(latex, slots, fill);
                match formula::mathml(filled.trim(), *block) {
                    Ok(html) => out.push_str(&html),
                    Err(_) => out.push_str(&escape(&filled)),
                }
            }
            Insert::Number(slot) => match fill(slot) {
                Filling::Fixed { html, .. } => out.push_str(&html),
                Filling::Live { output, text } => {
                    let (digits, text) = (slot.digits, escape(&text));
                    out.push_str(&format!(
                        "<output data-output=\"{output}\" data-digits=\"{digits}\">{text}</output>"
                    ));
                }
            },
        })
    }

    /// The words for a caption or a voice, with `fill` for each number in order.
    pub(crate) fn caption(&self, fill: &mut dyn FnMut(&Slot) -> Filling) -> Vec<CaptionPart> {
        let mut words = String::new();
        let mut told = true;
        for event in self.events() {
            match event {
                // Lines of a program are looked at; nobody wants to hear them.
                Event::Start(Tag::CodeBlock(_)) => told = false,
                Event::End(TagEnd::CodeBlock) => told = true,
                _ if !told => {}
                Event::Text(text) | Event::Code(text) => words.push_str(&text),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                Event::End(TagEnd::Paragraph | TagEnd::Item) => words.push(' '),
                // A table is read out row by row.
                Event::End(TagEnd::TableCell) => words.push_str(", "),
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                    words.truncate(words.trim_end_matches(", ").len());
                    words.push_str(". ");
                }
                _ => {}
            }
        }
        let mut parts: Vec<CaptionPart> = Vec::new();
        let mut numbers = Vec::new();
        let text = self.fill(words.trim(), &mut |insert, out| match insert {
            Insert::Formula { plain, .. } => out.push_str(plain),
            Insert::Open { latex, slots, .. } => out.push_str(&formula::plain(&filled(latex, slots, fill))),
            Insert::Number(slot) => match fill(slot) {
                Filling::Fixed { plain, .. } => out.push_str(&plain),
                Filling::Live { output, .. } => {
                    out.push(OPEN);
                    numbers.push(CaptionPart::Number { output, digits: slot.digits });
                }
            },
        });
        let mut numbers = numbers.into_iter();
        for (k, stretch) in text.split(OPEN).enumerate() {
            if k > 0 {
                parts.extend(numbers.next());
            }
            if !stretch.is_empty() {
                parts.push(CaptionPart::Text(stretch.to_owned()));
            }
        }
        parts
    }

    /// The words alone, with `#` for numbers: for counting and for the reading level.
    pub(crate) fn words(&self) -> String {
        let fixed =
            |_: &Slot| Filling::Fixed { html: String::new(), plain: "#".to_owned(), latex: "\\#".to_owned() };
        match self.caption(&mut { fixed }).pop() {
            Some(CaptionPart::Text(text)) => text,
            _ => String::new(),
        }
    }

    fn fill(&self, marked: &str, write: &mut dyn FnMut(&Insert, &mut String)) -> String {
        let mut out = String::with_capacity(marked.len() * 2);
        let mut rest = marked;
        while let Some(open) = rest.find(OPEN) {
            out.push_str(&rest[..open]);
            rest = &rest[open + OPEN.len_utf8()..];
            let close = rest.find(CLOSE).unwrap_or(0);
            if let Some(insert) = rest[..close].parse::<usize>().ok().and_then(|k| self.inserts.get(k)) {
                write(insert, &mut out);
            }
            rest = rest[close..].strip_prefix(CLOSE).unwrap_or(rest);
        }
        out.push_str(rest);
        out
    }
}

/// A formula with slots at `places`, ranges of its text that hold the braces.
fn open_formula(
    source: &Source,
    piece: &Piece,
    places: &[std::ops::Range<usize>],
    block: bool,
) -> Result<Insert, Fault> {
    let (mut latex, mut slots, mut from) = (Vec::new(), Vec::new(), 0);
    for place in places {
        latex.push(piece.text[from..place.start].to_owned());
        let inside = place.start + 1..place.end - 1;
        slots.push(slot(
            source,
            &Piece { text: piece.text[inside.clone()].to_owned(), at: piece.at + inside.start },
        )?);
        from = place.end;
    }
    latex.push(piece.text[from..].to_owned());
    // Whether the rest is LaTeX is seen with something simple in the slots.
    let tried = latex.join("x");
    formula::mathml(tried.trim(), block)
        .map_err(|message| source.fault("syntax.formula", piece.at, message))?;
    Ok(Insert::Open { latex, slots, block })
}

/// The LaTeX of a formula with its slots filled.
fn filled(latex: &[String], slots: &[Slot], fill: &mut dyn FnMut(&Slot) -> Filling) -> String {
    let mut out = latex.first().cloned().unwrap_or_default();
    for (slot, after) in slots.iter().zip(&latex[1..]) {
        let value = match fill(slot) {
            Filling::Fixed { latex, .. } => latex,
            Filling::Live { text, .. } => text.replace('−', "-"),
        };
        out.push_str(&formula::placed(&out, &value, after));
        out.push_str(after);
    }
    out
}

/// The byte at which the brace that `text` begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (k, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(k);
        }
    }
    None
}

/// `expression` or `expression:digits`
fn slot(source: &Source, inside: &Piece) -> Result<Slot, Fault> {
    let (text, digits) = match inside.text.rsplit_once(':') {
        Some((text, digits)) => {
            let digits = digits.trim().parse().ok().filter(|d| (1..=15).contains(d)).ok_or_else(|| {
                let message = format!("`{}` is not a number of digits from 1 to 15", digits.trim());
                source.fault("syntax.slot", inside.at + text.len() + 1, message)
            })?;
            (text, digits)
        }
        None => (inside.text.as_str(), DIGITS),
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        let hint = "write an expression between the braces, or `\\{` for the sign itself";
        return Err(source.hinted("syntax.slot", inside.at, "nothing to compute here", hint));
    }
    let at = inside.at + (text.len() - text.trim_start().len());
    Ok(Slot { expression: Piece { text: trimmed.to_owned(), at }, digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Prose, Vec<Fault>) {
        let source = Source { file: "a.md".into(), text: text.into() };
        let mut faults = Vec::new();
        let prose = Prose::read(&source, &Piece { text: text.into(), at: 0 }, &mut faults);
        (prose, faults)
    }

    fn live() -> impl FnMut(&Slot) -> Filling {
        let mut output = 10;
        move |_| {
            output += 1;
            Filling::Live { output, text: "0.5".into() }
        }
    }

    #[test]
    fn formulas_and_numbers_stand_in_the_html_and_in_the_caption() {
        let (prose, faults) = read("The *slope* is {s:2} at $x^2$, not {f(a)}.\n\n$$ a < b $$");
        assert_eq!(faults, []);
        let html = prose.html(&mut live());
        assert!(
            html.contains("<em>slope</em> is <output data-output=\"11\" data-digits=\"2\">0.5</output>"),
            "{html}"
        );
        assert!(html.contains("<msup><mi>x</mi><mn>2</mn></msup>"), "{html}");
        assert!(html.contains("display=\"block\""), "{html}");
        let caption = prose.caption(&mut live());
        let want = [
            CaptionPart::Text("The slope is ".into()),
            CaptionPart::Number { output: 11, digits: 2 },
            CaptionPart::Text(" at x², not ".into()),
            CaptionPart::Number { output: 12, digits: 3 },
            CaptionPart::Text(". a < b".into()),
        ];
        assert_eq!(caption, want);
    }

    #[test]
    fn slots_stand_in_the_formulas_of_a_question() {
        let shown = |text: &str, value: &str| {
            let source = Source { file: "a.md".into(), text: text.into() };
            let mut faults = Vec::new();
            let prose = Prose::of_question(&source, &Piece { text: text.into(), at: 0 }, &mut faults);
            assert_eq!(faults, [], "{text}");
            let fill =
                |_: &Slot| Filling::Fixed { html: "no".into(), plain: "no".into(), latex: value.into() };
            let html = prose.html(&mut { fill });
            assert!(html.contains("<math") && !html.contains("no"), "{html}");
            match prose.caption(&mut { fill }).pop() {
                Some(CaptionPart::Text(text)) => (text, prose.slots().count()),
                other => panic!("{other:?}"),
            }
        };
        let row = |text: &str, value: &str, want: &str, slots: usize| {
            assert_eq!(shown(text, value), (want.to_owned(), slots), "{text}");
        };
        row("$f(x) = {f(x)}$", "x^{2} - 1", "f(x) = x² − 1", 1);
        row("$x^{{n}}$ and $\\frac{1}{2}x^{2}$", "7", "x⁷ and 1/2x²", 1);
        row("$\\sqrt{{k}} + \\frac{{a}}{{b}}$", "5", "√5 + 5/5", 3);
        row("$2 + {a}$", "-3", "2 + (−3)", 1);
        row("$2 \\cdot {a}$", "x + 1", "2 · (x + 1)", 1);
        row("${a}^2$", "-3", "(−3)²", 1);
        row("$x \\to {a}$", "-3", "x → −3", 1);
        row("$x_{{a}} \\cdot {f(x)}\\,dx$", "2", "x_2 · 2 dx", 2);
    }

    #[test]
    fn a_table_is_told_row_by_row() {
        let (prose, faults) = read("Pairs:\n\n| part | value |\n|---|---|\n| $x^2$ | {s} |\n\nThere.");
        assert_eq!(faults, []);
        let caption = prose.caption(&mut live());
        let want = [
            CaptionPart::Text("Pairs: part, value. x², ".into()),
            CaptionPart::Number { output: 11, digits: 3 },
            CaptionPart::Text(". There.".into()),
        ];
        assert_eq!(caption, want);
    }

    #[test]
    fn lines_of_a_program_are_not_read_out_and_signs_have_their_names() {
        let (prose, faults) = read(
            "So:\n\n```\nprint(1)\n```\n\n$\\mu \\leftarrow \\bar x + J^{\\mathsf T}\\bigl(r\\bigr)$ then.",
        );
        assert_eq!(faults, []);
        assert_eq!(prose.words(), "So: μ ← x\u{304} + Jᵀ(r) then.");
    }

    #[test]
    fn code_and_escaped_signs_are_left_alone() {
        let (prose, faults) = read("`{x} $y$` costs \\$3 in \\{braces\\}");
        assert_eq!(faults, []);
        let html = prose.html(&mut live());
        assert_eq!(html, "<p><code>{x} $y$</code> costs $3 in {braces}</p>\n");
    }

    #[test]
    fn raw_html_is_refused_and_never_written() {
        let (prose, faults) = read("a <script>alert(1)</script> b\n\n<div onclick=x>\n");
        assert!(!faults.is_empty() && faults.iter().all(|f| f.code == "syntax.markdown"));
        let html = prose.html(&mut live());
        assert!(!html.contains("<script") && !html.contains("<div"), "{html}");
    }

    #[track_caller]
    fn bad(text: &str, code: &str, column: u32) {
        let (_, faults) = read(text);
        let found: Vec<_> = faults.iter().map(|f| (f.code, f.column)).collect();
        assert_eq!(found, [(code, column)], "{text}");
    }

    #[test]
    fn mistakes_are_placed() {
        bad("an open $x", "syntax.formula", 9);
        bad("an ü open {x", "syntax.slot", 11);
        bad("digits {x:99}", "syntax.slot", 11);
        bad("digits {x:a}", "syntax.slot", 11);
        bad("empty {}", "syntax.slot", 8);
        bad("wrong $\\frac{a$", "syntax.formula", 8);
        bad("a private \u{E000}", "syntax.character", 11);
    }
}
