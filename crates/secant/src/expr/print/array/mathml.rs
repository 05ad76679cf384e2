//! Vectors and matrices in MathML, each one element.

use super::super::layout::{Id, Layout};
use super::super::level::{Level, Style};
use super::super::mathml::{APPLY, TIMES, bracketed, enclosed, name};
use super::super::write::Cursor;
use super::latex::{Unit, is_plain, unit};
use super::{Array, Fill, Norm, Place, text::above};

const TOP: &str = "<mi>⊤</mi>";
const ONE: &str = "<mn>𝟏</mn>";

pub(in super::super) fn spell(at: &mut Cursor<'_>, array: &Array) {
    match array {
        Array::Product(factors) => joined(at, factors, TIMES),
        Array::Elementwise(factors) => joined(at, factors, "<mo>⊙</mo>"),
        Array::Over(a, b) => {
            at.word("<mrow>");
            at.part(*a, above(at, *a));
            at.word("<mo>⊘</mo>");
            at.part(*b, Level::Power);
            at.word("</mrow>");
        }
        Array::Power(base, exponent) => {
            at.word("<msup>");
            at.part(*base, Level::Atom);
            at.word("<mrow><mo>⊙</mo>");
            at.part_in(*exponent, Level::Atom, Style::Inline);
            at.word("</mrow></msup>");
        }
        Array::Transpose(a) => {
            at.word("<msup>");
            match at.formula.layout(*a) {
                Layout::Array(Array::Inverse(b)) => {
                    at.part(*b, Level::Atom);
                    at.word(format!("<mrow><mo>−</mo>{TOP}</mrow></msup>"));
                }
                _ => {
                    at.part(*a, Level::Atom);
                    at.word(format!("{TOP}</msup>"));
                }
            }
        }
        Array::Inverse(a) => {
            at.word("<msup>");
            at.part(*a, Level::Atom);
            at.word("<mrow><mo>−</mo><mn>1</mn></mrow></msup>");
        }
        Array::Norm(norm, a) => {
            at.word(if *norm == Norm::Two { "" } else { "<msub>" });
            enclosed(at, '‖', *a, '‖');
            at.word(match norm {
                Norm::Two => "",
                Norm::One => "<mn>1</mn></msub>",
                Norm::Frobenius => "<mi>F</mi></msub>",
            });
        }
        Array::Filled(fill, extents) => {
            at.word(match fill {
                Fill::Zeros => "<msub><mn>𝟎</mn><mrow>",
                Fill::Ones => "<msub><mn>𝟏</mn><mrow>",
                Fill::Identity => "<msub><mi>I</mi><mrow>",
            });
            for (k, extent) in extents.iter().enumerate() {
                at.word(if k > 0 { "<mo>×</mo>" } else { "" });
                let level = if extents.len() > 1 { Level::Product } else { Level::Open };
                at.part_in(*extent, level, Style::Inline);
            }
            at.word("</mrow></msub>");
        }
        Array::Index(a, places) => {
            at.word("<msub>");
            match unit(at, *a, places) {
                Some(Unit::Vector(k)) => {
                    at.word("<mi>𝐞</mi>");
                    at.part_in(k, Level::Open, Style::Inline);
                    at.word("</msub>");
                    return;
                }
                Some(Unit::Delta) => at.word("<mi>δ</mi>"),
                None if is_plain(at, *a) => at.part(*a, Level::Atom),
                None => bracketed(at, &[*a]),
            }
            at.word("<mrow>");
            for (k, place) in places.iter().enumerate() {
                at.word(if k > 0 { "<mo>,</mo>" } else { "" });
                match *place {
                    Place::At(k) => at.part_in(k, Level::Sum, Style::Inline),
                    Place::Range(from, to) => {
                        at.part_in(from, Level::Sum, Style::Inline);
                        at.word("<mo>:</mo>");
                        at.part_in(to, Level::Sum, Style::Inline);
                    }
                    Place::All => at.word("<mo>:</mo>"),
                }
            }
            at.word("</mrow></msub>");
        }
        Array::Vector(entries) => rows(at, 1, entries),
        Array::Table(columns, entries) => rows(at, *columns, entries),
        Array::Call(name, arguments) => {
            at.word(format!("<mrow><mi>{name}</mi>"));
            at.word(APPLY);
            bracketed(at, arguments);
            at.word("</mrow>");
        }
        Array::Along("sum", a, axis) => {
            let transposed = *axis == 1;
            at.word(if transposed { "<mrow><msup>" } else { "<mrow>" });
            at.part(*a, if transposed { Level::Atom } else { Level::Power });
            let top = if transposed { format!("{TOP}</msup>") } else { String::new() };
            at.word(format!("{top}{TIMES}{ONE}</mrow>"));
        }
        Array::Along(name, a, axis) => {
            at.word(format!("<mrow><msub><mi>{name}</mi><mtext>axis\u{a0}{axis}</mtext></msub>"));
            at.word(APPLY);
            bracketed(at, &[*a]);
            at.word("</mrow>");
        }
        Array::Einsum { factors, result, summed } => {
            let names = |list: &[crate::expr::Symbol]| {
                let names: Vec<String> = list.iter().map(|s| name(s.name())).collect();
                format!("<mrow>{}</mrow>", names.join("<mo>,</mo>"))
            };
            at.word(if result.is_empty() { "<mrow>" } else { "<msub><mrow><mo>[</mo>" });
            if !summed.is_empty() {
                at.word(format!("<munder><mo>∑</mo>{}</munder>", names(summed)));
            }
            joined(at, factors, TIMES);
            match result.is_empty() {
                true => at.word("</mrow>"),
                false => at.word(format!("<mo>]</mo></mrow>{}</msub>", names(result))),
            }
        }
        Array::Change(x) => {
            at.word(format!("<mrow><mi mathvariant=\"normal\">d</mi>{}</mrow>", name(x.name())))
        }
    }
}

fn joined(at: &mut Cursor<'_>, factors: &[Id], between: &'static str) {
    at.word("<mrow>");
    for (k, factor) in factors.iter().enumerate() {
        at.word(if k > 0 { between } else { "" });
        let room = at.room();
        at.part(*factor, Level::Power);
        if room == 0 {
            break;
        }
    }
    at.word("</mrow>");
}

fn rows(at: &mut Cursor<'_>, columns: usize, entries: &[Id]) {
    at.word("<mrow><mo>(</mo><mtable><mtr>");
    for (k, entry) in entries.iter().enumerate() {
        at.word(if k > 0 && k % columns == 0 { "</mtr><mtr>" } else { "" });
        at.word("<mtd>");
        let room = at.room();
        at.part(*entry, Level::Open);
        at.word("</mtd>");
        if room == 0 {
            break;
        }
    }
    at.word("</mtr></mtable><mo>)</mo></mrow>");
}

/// A number of times the differential is taken.
pub(in super::super) fn differential(at: &mut Cursor<'_>, body: Id, order: u32) {
    let d = "<mi mathvariant=\"normal\">d</mi>";
    at.word("<mrow>");
    match order {
        1 => at.word(d),
        n => at.word(format!("<msup>{d}<mn>{n}</mn></msup>")),
    }
    match at.formula.layout(body) {
        Layout::Symbol(_) => at.part(body, Level::Atom),
        _ => bracketed(at, &[body]),
    }
    at.word("</mrow>");
}
