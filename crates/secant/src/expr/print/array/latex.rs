//! Vectors and matrices in LaTeX; `amsmath` is needed for `pmatrix`.

use super::super::latex::{bracketed, name};
use super::super::layout::{Id, Layout};
use super::super::level::{Level, Style};
use super::super::names::Name;
use super::super::write::Cursor;
use super::{Array, Fill, Norm, Place, text::above};

pub(in super::super) fn spell(at: &mut Cursor<'_>, array: &Array) {
    match array {
        Array::Product(factors) => joined(at, factors, " "),
        Array::Elementwise(factors) => joined(at, factors, " \\odot "),
        Array::Over(a, b) => {
            at.part(*a, above(at, *a));
            at.word(" \\oslash ");
            at.part(*b, Level::Power);
        }
        Array::Power(base, exponent) => {
            at.part(*base, Level::Atom);
            at.word("^{\\odot ");
            at.part_in(*exponent, Level::Atom, Style::Inline);
            at.word("}");
        }
        Array::Transpose(a) => match at.formula.layout(*a) {
            Layout::Array(Array::Inverse(b)) => {
                at.part(*b, Level::Atom);
                at.word("^{-\\top}");
            }
            _ => {
                at.part(*a, Level::Atom);
                at.word("^{\\top}");
            }
        },
        Array::Inverse(a) => {
            at.part(*a, Level::Atom);
            at.word("^{-1}");
        }
        Array::Norm(norm, a) => {
            at.word("\\left\\lVert ");
            at.part(*a, Level::Open);
            at.word(match norm {
                Norm::Two => " \\right\\rVert",
                Norm::One => " \\right\\rVert_{1}",
                Norm::Frobenius => " \\right\\rVert_{F}",
            });
        }
        Array::Filled(fill, extents) => {
            at.word(match fill {
                Fill::Zeros => "\\mathbf{0}_{",
                Fill::Ones => "\\mathbf{1}_{",
                Fill::Identity => "I_{",
            });
            for (k, extent) in extents.iter().enumerate() {
                at.word(if k > 0 { " \\times " } else { "" });
                let level = if extents.len() > 1 { Level::Product } else { Level::Open };
                at.part_in(*extent, level, Style::Inline);
            }
            at.word("}");
        }
        Array::Index(a, places) => match unit(at, *a, places) {
            Some(Unit::Vector(k)) => {
                at.word("\\mathbf{e}_{");
                at.part_in(k, Level::Open, Style::Inline);
                at.word("}");
            }
            Some(Unit::Delta) => subscript(at, "\\delta", places),
            None if is_plain(at, *a) => {
                at.part(*a, Level::Atom);
                subscript(at, "", places);
            }
            None => {
                bracketed(at, &[*a]);
                subscript(at, "", places);
            }
        },
        Array::Vector(entries) => rows(at, 1, entries),
        Array::Table(columns, entries) => rows(at, *columns, entries),
        Array::Call(name, arguments) => {
            at.word(match *name {
                "det" | "max" | "min" => format!("\\{name}"),
                name => format!("\\operatorname{{{name}}}"),
            });
            bracketed(at, arguments);
        }
        Array::Along("sum", a, axis) => {
            at.part(*a, if *axis == 1 { Level::Atom } else { Level::Power });
            at.word(if *axis == 1 { "^{\\top} \\mathbf{1}" } else { " \\mathbf{1}" });
        }
        Array::Along(name, a, axis) => {
            at.word(match *name {
                "max" | "min" => format!("\\{name}_{{\\text{{axis {axis}}}}}"),
                name => format!("\\operatorname{{{name}}}_{{\\text{{axis {axis}}}}}"),
            });
            bracketed(at, &[*a]);
        }
        Array::Einsum { factors, result, summed } => {
            let names = |list: &[crate::expr::Symbol]| {
                list.iter().map(|s| name(s.name())).collect::<Vec<_>>().join(",")
            };
            let brackets = !result.is_empty();
            at.word(if brackets { "\\left[ " } else { "" });
            if !summed.is_empty() {
                at.word(format!("\\sum_{{{}}} ", names(summed)));
            }
            joined(at, factors, " ");
            if brackets {
                at.word(format!(" \\right]_{{{}}}", names(result)));
            }
        }
        Array::Change(x) => at.word(format!("\\mathrm{{d}}{}", name(x.name()))),
    }
}

fn joined(at: &mut Cursor<'_>, factors: &[Id], between: &'static str) {
    for (k, factor) in factors.iter().enumerate() {
        at.word(if k > 0 { between } else { "" });
        let room = at.room();
        at.part(*factor, Level::Power);
        if room == 0 {
            break;
        }
    }
}

/// A part of an identity matrix that has a name of its own.
pub(super) enum Unit {
    Vector(Id),
    Delta,
}

pub(super) fn unit(at: &Cursor<'_>, base: Id, places: &[Place]) -> Option<Unit> {
    let Layout::Array(Array::Filled(Fill::Identity, _)) = at.formula.layout(base) else { return None };
    match *places {
        [Place::All, Place::At(k)] => Some(Unit::Vector(k)),
        [Place::At(_), Place::At(_)] => Some(Unit::Delta),
        _ => None,
    }
}

/// A name without a subscript of its own?
pub(super) fn is_plain(at: &Cursor<'_>, id: Id) -> bool {
    match at.formula.layout(id) {
        Layout::Symbol(s) => Name::split(s.name()).subscript.is_none(),
        _ => false,
    }
}

fn subscript(at: &mut Cursor<'_>, base: &'static str, places: &[Place]) {
    at.word(base);
    at.word("_{");
    for (k, place) in places.iter().enumerate() {
        at.word(if k > 0 { "," } else { "" });
        match *place {
            Place::At(k) => at.part_in(k, Level::Sum, Style::Inline),
            Place::Range(from, to) => {
                at.part_in(from, Level::Sum, Style::Inline);
                at.word(":");
                at.part_in(to, Level::Sum, Style::Inline);
            }
            Place::All => at.word(":"),
        }
    }
    at.word("}");
}

fn rows(at: &mut Cursor<'_>, columns: usize, entries: &[Id]) {
    at.word("\\begin{pmatrix} ");
    for (k, entry) in entries.iter().enumerate() {
        at.word(match k {
            0 => "",
            k if k % columns == 0 => " \\\\ ",
            _ => " & ",
        });
        let room = at.room();
        at.part(*entry, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word(" \\end{pmatrix}");
}

/// A number of times the differential is taken.
pub(in super::super) fn differential(at: &mut Cursor<'_>, body: Id, order: u32) {
    at.word("\\mathrm{d}");
    if order > 1 {
        at.word(format!("^{{{order}}}"));
    }
    match at.formula.layout(body) {
        Layout::Symbol(_) => at.part(body, Level::Atom),
        _ => bracketed(at, &[body]),
    }
}
