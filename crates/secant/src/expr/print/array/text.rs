//! Vectors and matrices in the language of Secant.

use super::super::layout::{Id, Layout};
use super::super::level::Level;
use super::super::text::{list, reads_as_product};
use super::super::write::Cursor;
use super::{Array, Fill, Norm, Place};

pub(in super::super) fn spell(at: &mut Cursor<'_>, array: &Array) {
    match array {
        Array::Product(factors) => beside(at, factors, Level::Power),
        Array::Elementwise(factors) => {
            for (k, factor) in factors.iter().enumerate() {
                at.word(if k > 0 { " .* " } else { "" });
                let room = at.room();
                at.part(*factor, Level::Power);
                if room == 0 {
                    break;
                }
            }
        }
        Array::Over(a, b) => {
            at.part(*a, above(at, *a));
            at.word(" ./ ");
            at.part(*b, Level::Power);
        }
        Array::Power(base, exponent) => {
            at.part(*base, Level::Atom);
            at.word(" .^ ");
            at.part(*exponent, Level::Atom);
        }
        Array::Transpose(a) => {
            at.part(*a, Level::Atom);
            at.word("'");
        }
        Array::Inverse(a) => list(at, "inv", &[*a]),
        Array::Norm(norm, a) => list(at, if *norm == Norm::One { "norm1" } else { "norm" }, &[*a]),
        Array::Filled(fill, extents) => {
            let name = match fill {
                Fill::Zeros => "zeros",
                Fill::Ones => "ones",
                Fill::Identity => "eye",
            };
            list(at, name, extents);
        }
        Array::Index(a, places) => {
            at.part(*a, Level::Atom);
            at.word("[");
            for (k, place) in places.iter().enumerate() {
                at.word(if k > 0 { ", " } else { "" });
                match *place {
                    Place::At(k) => at.part(k, Level::Sum),
                    Place::Range(from, to) => {
                        at.part(from, Level::Sum);
                        at.word(":");
                        at.part(to, Level::Sum);
                    }
                    Place::All => at.word(":"),
                }
            }
            at.word("]");
        }
        Array::Vector(entries) => rows(at, entries.len(), entries),
        Array::Table(columns, entries) => rows(at, *columns, entries),
        Array::Call(name, arguments) => list(at, *name, arguments),
        Array::Along(name, a, axis) => {
            at.word(*name);
            at.word("(");
            at.part(*a, Level::Open);
            // `max(A, 2)` has another meaning.
            at.word(if *name == "sum" { format!(", {axis})") } else { format!(", axis={axis})") });
        }
        Array::Einsum { factors, result, .. } => {
            at.word("einsum(");
            beside(at, factors, Level::Power);
            if !result.is_empty() {
                let names: Vec<&str> = result.iter().map(|s| s.name()).collect();
                at.word(format!(", [{}]", names.join(", ")));
            }
            at.word(")");
        }
        Array::Change(x) => at.word(format!("d{x}")),
    }
}

/// How tightly what stands above `./` must hold together: a matrix product gets brackets.
pub(super) fn above(at: &Cursor<'_>, id: Id) -> Level {
    match at.formula.layout(id) {
        Layout::Array(Array::Product(_)) => Level::Product,
        _ => Level::Chain,
    }
}

fn beside(at: &mut Cursor<'_>, factors: &[Id], level: Level) {
    for (k, factor) in factors.iter().enumerate() {
        if k > 0 {
            at.word(if reads_as_product(at, factors[k - 1], *factor) { " " } else { "*" });
        }
        let room = at.room();
        at.part(*factor, level);
        if room == 0 {
            break;
        }
    }
}

fn rows(at: &mut Cursor<'_>, columns: usize, entries: &[Id]) {
    at.word("[");
    for (k, entry) in entries.iter().enumerate() {
        at.word(match k {
            0 => "",
            k if k % columns == 0 => "; ",
            _ => ", ",
        });
        let room = at.room();
        at.part(*entry, Level::Open);
        if room == 0 {
            break;
        }
    }
    at.word("]");
}
