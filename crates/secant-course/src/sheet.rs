//! Sheets: a page of one's own, made of prose, requests and figures that share their names in the order of the cells.
//!
//! Here: the cells of a sheet, what each gives, the same sheet as Markdown and back, sheets to begin with.
//! Not here: a single statement (`cell`), how sheets are kept and shown (the server).
//! Invariant: a cell that fails says so at its place and leaves every other cell as it is; a sheet as Markdown, read again,
//! is the same sheet.
//! Start reading at [`run`].

use std::collections::BTreeMap;

use secant::sheet::figure::Plan;
use secant::sheet::{Limits, Stop};
use serde::{Deserialize, Serialize};

use crate::cell::{self, Names, Wrong};
use crate::fault::Fault;
use crate::prose::{Filling, Prose, Slot};
use crate::question::Still;
use crate::text::{Piece, Source, escape};
use crate::view::alt;

/// Most cells of a sheet.
pub const MAX_CELLS: usize = 100;
/// Longest cell, in bytes.
pub const MAX_CELL: usize = 20_000;
/// Longest sheet, in bytes.
pub const MAX_SHEET: usize = 200_000;
/// Longest title, in characters.
pub const MAX_TITLE: usize = 120;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// Words, with formulas in them.
    Prose,
    /// Lines of the language.
    Request,
    /// A figure.
    Figure,
}

/// A cell as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What it is.
    pub kind: CellKind,
    /// Its text.
    pub text: String,
}

/// A sheet as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// What it is called.
    pub title: String,
    /// Its cells, in order.
    pub cells: Vec<Cell>,
}

/// What a cell gives.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// As HTML; of a request that fails, what came before.
    pub html: String,
    /// The figure, with its words.
    pub figure: Option<Still>,
    /// What is wrong with it; places are characters of the cell's text.
    pub fault: Option<CellFault>,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellFault {
    /// Never changes.
    pub code: String,
    /// Lowercase, without a full stop.
    pub message: String,
    /// Characters of the cell's text.
    pub at: [usize; 2],
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl CellFault {
    fn of(wrong: Wrong, text: &str) -> CellFault {
        let count = |byte: usize| text.char_indices().take_while(|(k, _)| *k < byte).count();
        let at = [count(wrong.span.start), count(wrong.span.end)];
        CellFault { code: wrong.code.into_owned(), message: wrong.message, at, hint: wrong.hint }
    }
}

/// Why a sheet is no sheet, in words, and what to do.
pub fn refused(sheet: &Sheet) -> Option<(&'static str, String)> {
    let bytes: usize = sheet.cells.iter().map(|cell| cell.text.len()).sum();
    if sheet.cells.len() > MAX_CELLS {
        Some(("budget.cells", format!("{} cells; a sheet has at most {MAX_CELLS}", sheet.cells.len())))
    } else if let Some(k) = sheet.cells.iter().position(|cell| cell.text.len() > MAX_CELL) {
        Some(("budget.text", format!("cell {} is longer than {MAX_CELL} bytes; make two of it", k + 1)))
    } else if bytes > MAX_SHEET {
        Some(("budget.text", format!("the sheet is {bytes} bytes long; at most {MAX_SHEET} are kept")))
    } else if sheet.title.chars().count() > MAX_TITLE {
        Some(("budget.text", format!("the title is longer than {MAX_TITLE} characters")))
    } else {
        None
    }
}

/// What every cell gives. Cells before `from` are worked through for their names only, and give nothing.
pub fn run(cells: &[Cell], from: usize, stop: Option<Stop>) -> Vec<Output> {
    let limits = Limits { stop, ..cell::limits() };
    let mut names = Names::none(limits);
    let each = cells.iter().enumerate().take(MAX_CELLS).map(|(k, cell)| match cell.kind {
        CellKind::Request => {
            let (html, wrong) = names.html(&cell.text);
            Output { html, fault: wrong.map(|wrong| CellFault::of(wrong, &cell.text)), ..Output::default() }
        }
        _ if k < from => Output::default(),
        CellKind::Prose => prose(&cell.text, &names),
        CellKind::Figure => figure(&cell.text, k, &names),
    });
    each.collect()
}

fn source(text: &str) -> Source {
    Source { file: String::new(), text: text.to_owned() }
}

/// Words; numbers and formulas in braces are worked out.
fn prose(text: &str, names: &Names) -> Output {
    let source = source(text);
    let mut faults = Vec::new();
    let mut wrong: Option<Wrong> = None;
    let mut fill = |slot: &Slot| {
        let read = names.scope().expression(&slot.expression.text);
        match read {
            Ok(e) if e.free_symbols().is_empty() => {
                let value = secant::program::eval(&e, &[]).unwrap_or(f64::NAN);
                let text = secant::sheet::figure::format_number(value, slot.digits);
                Filling::Fixed { html: escape(&text), latex: text.replace('−', "-"), plain: text }
            }
            Ok(e) => Filling::Fixed { html: e.to_mathml(), plain: e.to_string(), latex: e.to_latex() },
            Err(fault) => {
                let fault = Wrong::from(fault.moved(slot.expression.at));
                wrong.get_or_insert(fault);
                Filling::Fixed {
                    html: escape(&slot.expression.text),
                    plain: slot.expression.text.clone(),
                    latex: slot.expression.text.clone(),
                }
            }
        }
    };
    let mut html = String::new();
    for (level, piece) in headed(text) {
        let words = Prose::read(&source, &piece, &mut faults).html(&mut fill);
        match level {
            0 => html.push_str(&words),
            _ => {
                let inside = words.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned();
                let tag = if level < 3 { "h2" } else { "h3" };
                html.push_str(&format!("<{tag}>{inside}</{tag}>\n"));
            }
        }
    }
    let first = faults.into_iter().next().map(|fault| placed(&fault, text));
    let fault = first.or(wrong.map(|wrong| CellFault::of(wrong, text)));
    Output { html, fault, ..Output::default() }
}

/// The stretches of a text: headings with their level, and what is between them with level 0.
fn headed(text: &str) -> Vec<(usize, Piece)> {
    let mut found: Vec<(usize, Piece)> = Vec::new();
    let (mut at, mut fenced) = (0, false);
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```");
        let level = line.len() - line.trim_start_matches('#').len();
        let is_heading = !fenced && (1..=6).contains(&level) && line[level..].starts_with(' ');
        match found.last_mut() {
            _ if is_heading => {
                let words = Piece { text: line[level..].trim().to_owned(), at: at + level + 1 };
                found.push((level, words));
            }
            Some((0, piece)) => piece.text.push_str(line),
            _ => found.push((0, Piece { text: line.to_owned(), at })),
        }
        at += line.len();
    }
    found
}

/// A fault with line and column as one with characters.
fn placed(fault: &Fault, text: &str) -> CellFault {
    let before: usize = text
        .split_inclusive('\n')
        .take(fault.line.saturating_sub(1) as usize)
        .map(|l| l.chars().count())
        .sum();
    let at = before + fault.column.saturating_sub(1) as usize;
    CellFault {
        code: fault.code.to_owned(),
        message: fault.message.clone(),
        at: [at, at + 1],
        hint: fault.hint.clone(),
    }
}

/// A figure, in which the names of the cells before it are known.
fn figure(text: &str, k: usize, names: &Names) -> Output {
    let before = before(text, names);
    let whole = format!("{before}{text}");
    let failed = |message: String, code: &'static str, span: std::ops::Range<usize>, hint: Option<String>| {
        let inside = span.start >= before.len();
        let (message, hint) = if inside {
            (message, hint)
        } else {
            (format!("a definition of another cell cannot be used in a figure: {message}"), hint)
        };
        let to = |byte: usize| byte.saturating_sub(before.len()).min(text.len());
        let wrong = Wrong { code: code.into(), message, span: to(span.start)..to(span.end), hint };
        Output { fault: Some(CellFault::of(wrong, text)), ..Output::default() }
    };
    let name = format!("of-cell-{}", k + 1);
    let compiled = Plan::read(&whole).and_then(|plan| plan.compile(&name, &BTreeMap::new(), &[]));
    match compiled {
        Ok(compiled) => {
            let alt = alt(&compiled.figure, &compiled.figure.start());
            Output { figure: Some(Still { figure: compiled.figure, alt }), ..Output::default() }
        }
        Err(wrong) => {
            // What is wrong in the cell itself is told first.
            let first = wrong.iter().find(|f| f.span.start >= before.len()).or(wrong.first());
            first.map_or_else(Output::default, |f| {
                failed(f.message.clone(), f.code, f.span.clone(), f.hint.clone())
            })
        }
    }
}

/// The definitions that a figure speaks of and does not make itself, with those that these speak of.
fn before(text: &str, names: &Names) -> String {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
    };
    let own: Vec<String> = text
        .lines()
        .filter(|line| {
            let rest =
                line.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
            rest.starts_with('=') || rest.starts_with('(')
        })
        .filter_map(|line| words(line.trim_start()).into_iter().next())
        .collect();
    let mut wanted = words(text);
    let mut taken = vec![false; names.defined().len()];
    loop {
        let next = names
            .defined()
            .iter()
            .enumerate()
            .find(|(k, (name, _))| !taken[*k] && wanted.contains(name) && !own.contains(name));
        let Some((k, (_, body))) = next else { break };
        taken[k] = true;
        wanted.extend(words(body));
    }
    let lines = names.defined().iter().zip(&taken).filter(|(_, taken)| **taken);
    lines.map(|((_, text), _)| format!("{}\n", text.replace('\n', " "))).collect()
}

impl Sheet {
    /// The sheet as Markdown, as a lesson is written.
    pub fn to_markdown(&self) -> String {
        let quoted: String =
            self.title.chars().filter(|c| !c.is_control() && *c != '"' && *c != '\\').collect();
        let mut out =
            format!("+++\nid = \"{}\"\ntitle = \"{quoted}\"\nminutes = 5\n+++\n", id_of(&self.title));
        for (k, cell) in self.cells.iter().enumerate() {
            let text = cell.text.trim_matches('\n');
            out.push('\n');
            // Two paragraphs that are two cells stay two.
            if cell.kind == CellKind::Prose && k > 0 && self.cells[k - 1].kind == CellKind::Prose {
                out.push_str(BETWEEN);
            }
            match cell.kind {
                CellKind::Prose => out.push_str(&format!("{text}\n")),
                CellKind::Request => out.push_str(&format!("```secant\n{text}\n```\n")),
                CellKind::Figure => out.push_str(&format!("```figure figure-{}\n{text}\n```\n", k + 1)),
            }
        }
        out
    }

    /// A sheet from Markdown: a lesson's own text will do. Questions stay as they are written, as prose.
    pub fn from_markdown(text: &str) -> Sheet {
        let text = text.replace("\r\n", "\n");
        let mut lines = text.lines().peekable();
        let mut title = String::new();
        if lines.peek().is_some_and(|l| l.trim_end() == "+++") {
            lines.next();
            for line in lines.by_ref().take_while(|l| l.trim_end() != "+++") {
                if let Some(value) = line.strip_prefix("title").and_then(|l| l.trim_start().strip_prefix('='))
                {
                    title = value.trim().trim_matches('"').to_owned();
                }
            }
        }
        let mut cells: Vec<Cell> = Vec::new();
        let mut words = String::new();
        let close = |words: &mut String, cells: &mut Vec<Cell>| {
            let text = words.trim_matches('\n').to_owned();
            if !text.trim().is_empty() {
                cells.push(Cell { kind: CellKind::Prose, text });
            }
            words.clear();
        };
        while let Some(line) = lines.next() {
            let kind =
                match line.trim_end().strip_prefix("```").map(|info| info.split(' ').next().unwrap_or("")) {
                    Some("secant") => Some(CellKind::Request),
                    Some("figure") => Some(CellKind::Figure),
                    _ => None,
                };
            if line == BETWEEN.trim_end() {
                close(&mut words, &mut cells);
            } else if let Some(kind) = kind {
                close(&mut words, &mut cells);
                let inside: Vec<&str> = lines.by_ref().take_while(|l| l.trim_end() != "```").collect();
                cells.push(Cell { kind, text: inside.join("\n") });
            } else {
                words.push_str(line);
                words.push('\n');
            }
        }
        close(&mut words, &mut cells);
        if title.is_empty() {
            let heading = cells.iter().flat_map(|c| c.text.lines()).find_map(|l| l.strip_prefix("# "));
            title = heading.unwrap_or("A sheet").trim().to_owned();
        }
        Sheet { title: title.chars().take(MAX_TITLE).collect(), cells }
    }
}

/// Stands between two cells of prose.
const BETWEEN: &str = "---\n\n";

/// Small letters, digits and hyphens.
fn id_of(title: &str) -> String {
    let mut id = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_ascii_lowercase() || (c.is_ascii_digit() && !id.is_empty()) {
            id.push(c);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() { "sheet".to_owned() } else { id.to_owned() }
}

/// Sheets to begin with: name and text.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("slope", include_str!("sheet/slope.md")),
    ("gradient", include_str!("sheet/gradient.md")),
    ("network", include_str!("sheet/network.md")),
    ("taylor", include_str!("sheet/taylor.md")),
    ("data", include_str!("sheet/data.md")),
];

/// The example of this name.
pub fn example(name: &str) -> Option<Sheet> {
    EXAMPLES.iter().find(|(n, _)| *n == name).map(|(_, text)| Sheet::from_markdown(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: CellKind, text: &str) -> Cell {
        Cell { kind, text: text.to_owned() }
    }

    #[test]
    fn examples_run_and_are_the_same_as_markdown() {
        for (name, _) in EXAMPLES {
            let sheet = example(name).unwrap();
            assert!(sheet.cells.len() >= 4 && refused(&sheet).is_none(), "{name}");
            assert_eq!(Sheet::from_markdown(&sheet.to_markdown()), sheet, "{name}");
            for (k, output) in run(&sheet.cells, 0, None).iter().enumerate() {
                assert_eq!(output.fault, None, "{name}, cell {}: {}", k + 1, sheet.cells[k].text);
                let shows = output.figure.is_some() || !output.html.is_empty();
                assert!(shows, "{name}, cell {}", k + 1);
            }
            let kinds: Vec<CellKind> = sheet.cells.iter().map(|c| c.kind).collect();
            for kind in [CellKind::Prose, CellKind::Request, CellKind::Figure] {
                assert!(kinds.contains(&kind), "{name} has no {kind:?}");
            }
        }
    }

    #[test]
    fn names_are_shared_in_order_and_a_bad_cell_breaks_no_other() {
        let cells = [
            cell(CellKind::Prose, "## A *heading*\n\nHere $f$ at 3 is {f(3)} already?"),
            cell(CellKind::Request, "f(x) = x^2 + 1"),
            cell(CellKind::Request, "f(3"),
            cell(CellKind::Prose, "Now it is {f(3)}, and $x$ is open: {f(x)}."),
            cell(CellKind::Figure, "panel p: x = -2..2\nplot f, x = -2..2 as curve\nnonsense"),
            cell(CellKind::Figure, "panel p: x = -2..2\nplot f, x = -2..2 as curve"),
            cell(CellKind::Request, "f(x) = sin(x)\nf(0)"),
        ];
        let out = run(&cells, 0, None);
        assert!(out[1].fault.is_none());
        assert!(out[0].html.contains("<h2>A <em>heading</em></h2>"), "{}", out[0].html);
        let fault = out[2].fault.as_ref().unwrap();
        assert!(fault.code.starts_with("syntax."), "{fault:?}");
        assert!(out[3].html.contains("10") && out[3].html.contains("<math"), "{}", out[3].html);
        let fault = out[4].fault.as_ref().unwrap();
        let at: String = cells[4].text.chars().skip(fault.at[0]).take(8).collect();
        assert_eq!(at, "nonsense", "{fault:?}");
        assert!(out[5].figure.is_some(), "{:?}", out[5].fault);
        assert!(out[6].fault.is_none() && out[6].html.contains(">0<"), "{}", out[6].html);
        // From a cell on: what is before gives its names and nothing to see.
        let later = run(&cells, 5, None);
        assert!(later[3].html.is_empty() && later[5].figure.is_some());
    }

    #[test]
    fn a_definition_that_no_figure_can_use_is_told() {
        let cells = [
            cell(CellKind::Request, "A = [1, 2; 3, 4]"),
            cell(CellKind::Figure, "panel p: x = -2..2\nplot A x, x = -2..2 as c"),
        ];
        let fault = run(&cells, 0, None)[1].fault.clone().unwrap();
        assert!(!fault.message.is_empty(), "{fault:?}");
    }

    #[test]
    fn nonsense_is_never_a_panic() {
        let texts = [
            "",
            "}{",
            "$",
            "$$ {",
            "```",
            "```figure",
            "\u{e000}",
            "((((((((((",
            "f(x) = f(x)",
            "a = b\nb = a",
            "taylor(",
            "limit(1/0, x = 0)",
            "plot",
            "panel p: x = 1..0",
            "x = in -3..",
            "alt \"{",
            "9".repeat(3000).leak(),
            "integrate(x, x)",
            "🦀 = 1",
            "é(x) = x\né(2)",
        ];
        for kind in [CellKind::Prose, CellKind::Request, CellKind::Figure] {
            let cells: Vec<Cell> = texts.iter().map(|text| cell(kind, text)).collect();
            assert_eq!(run(&cells, 0, None).len(), texts.len());
            let sheet = Sheet { title: "\"\\\n".into(), cells };
            let _ = Sheet::from_markdown(&sheet.to_markdown());
        }
    }

    #[test]
    fn prose_beside_prose_and_lessons_are_read() {
        let sheet = Sheet {
            title: "Two".into(),
            cells: vec![
                cell(CellKind::Prose, "One."),
                cell(CellKind::Prose, "Two.\n\nThree."),
                cell(CellKind::Request, "1 + 1"),
            ],
        };
        assert_eq!(Sheet::from_markdown(&sheet.to_markdown()), sheet);
        let lesson = Sheet::from_markdown(
            "+++\nid = \"a\"\ntitle = \"A lesson\"\n+++\n\nLead.\n\n```figure f\nx = 1 in 0..2\n```\n\n## Scene\n\nWords.\n",
        );
        assert_eq!(lesson.title, "A lesson");
        assert_eq!(lesson.cells.len(), 3);
        assert_eq!(Sheet::from_markdown("# Mine\n\ntext").title, "Mine");
        let long = Sheet { title: String::new(), cells: vec![cell(CellKind::Prose, ""); MAX_CELLS + 1] };
        assert_eq!(refused(&long).unwrap().0, "budget.cells");
        let wide =
            Sheet { title: String::new(), cells: vec![cell(CellKind::Prose, &"x".repeat(MAX_CELL + 1))] };
        assert_eq!(refused(&wide).unwrap().0, "budget.text");
    }
}
