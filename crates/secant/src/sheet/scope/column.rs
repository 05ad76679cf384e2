//! Columns of numbers in formulas: `sum((ys - m xs)^2)`, `mean(xs)`, `length(xs)`, `xs[3]`.
//!
//! Inside a fold a column stands for its entry, one after the other, so everything in it is done entry by entry: powers,
//! products, functions that were defined. What comes out is a number like any other and can be differentiated.
//! Not here: vectors of the language, which have products of their own (`syntax`).
//! Invariant: all columns of one fold have the same length; what a fold becomes is bounded by [`MOST_PARTS`].
//! Start reading at [`Scope::folded`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Meaning, Scope};
use crate::expr::{self, Condition, Expr, Func2, Rational, domain};
use crate::syntax::{self, Errors, Kind, Lowered, Span, SyntaxError, Written};

/// Most parts that a fold over columns may become, all entries together.
const MOST_PARTS: usize = 10_000;

/// A way to make one number of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fold {
    Sum,
    Mean,
    Product,
    Largest,
    Smallest,
    Norm,
    Length,
}

const FOLDS: &[(&str, Fold)] = &[
    ("sum", Fold::Sum),
    ("mean", Fold::Mean),
    ("prod", Fold::Product),
    ("max", Fold::Largest),
    ("min", Fold::Smallest),
    ("norm", Fold::Norm),
    ("length", Fold::Length),
];

fn fold_named(name: &str) -> Option<Fold> {
    FOLDS.iter().find(|(n, _)| *n == name).map(|(_, fold)| *fold)
}

/// Which entry the columns stand for at the moment.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    index: usize,
    /// What the folds inside the one that is being read have become: they are the same for every entry.
    inner: Arc<Mutex<HashMap<Span, Lowered>>>,
}

impl Scope {
    /// `name` is a column of numbers.
    pub(in crate::sheet) fn column(&mut self, name: &str, entries: Vec<Expr>) {
        self.meanings.insert(name.to_owned(), Meaning::Column(entries.into()));
    }

    fn column_named(&self, name: &str) -> Option<&Arc<[Expr]>> {
        match self.meanings.get(name) {
            Some(Meaning::Column(entries)) => Some(entries),
            _ => None,
        }
    }

    /// Is it the name of a fold that is not called so by anything else, where there are columns?
    pub(super) fn is_fold(&self, name: &str) -> bool {
        fold_named(name).is_some() && self.meanings.values().any(|m| matches!(m, Meaning::Column(_)))
    }

    /// What a column stands for by itself: its entry inside a fold, elsewhere nothing.
    pub(super) fn column_here(
        &self,
        name: &str,
        entries: &[Expr],
        span: Span,
    ) -> Result<Lowered, SyntaxError> {
        match &self.entry {
            Some(entry) => Ok(entries.get(entry.index).cloned().unwrap_or_else(Expr::undefined).into()),
            None => {
                let message = format!("`{name}` is a column of {} numbers, not a number", entries.len());
                let hint = format!(
                    "write `sum({name})`, `mean({name})`, `max({name})`, `length({name})` or `{name}[1]`"
                );
                Err(SyntaxError::new("name.column", span, message).with_hint(hint))
            }
        }
    }

    /// `xs[3]`
    pub(super) fn entry_of(
        &mut self,
        name: &str,
        places: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        let entries = self.column_named(name)?.clone();
        let wrong = |hint: String| -> Errors {
            let message = format!("`{name}` has no such entry");
            SyntaxError::new("shape.index", span, message).with_hint(hint).into()
        };
        let [place] = places else {
            return Some(Err(wrong(format!("write one place: `{name}[1]`"))));
        };
        let at = match syntax::lower(place, &mut self.clone()) {
            Ok(at) => at.expr,
            Err(errors) => return Some(Err(errors)),
        };
        let index = at.as_number().filter(|n| n.is_integer()).and_then(Rational::to_i64);
        let entry = index.and_then(|k| entries.get(usize::try_from(k - 1).ok()?));
        Some(match entry {
            Some(entry) => Ok(entry.clone().into()),
            None => Err(wrong(format!("its places are the whole numbers from 1 to {}", entries.len()))),
        })
    }

    /// `sum(…)` and its kin, where what is in the brackets speaks of columns.
    pub(super) fn folded(
        &mut self,
        name: &str,
        args: &[Written],
        span: Span,
    ) -> Option<Result<Lowered, Errors>> {
        let fold = fold_named(name)?;
        let [arg] = args else { return None };
        let mut columns = Vec::new();
        self.columns_in(arg, &mut columns);
        if columns.is_empty() {
            return None;
        }
        if let Some(entry) = &self.entry
            && let Some(known) = entry.inner.lock().unwrap_or_else(PoisonError::into_inner).get(&span)
        {
            return Some(Ok(known.clone()));
        }
        let whole = self.fold_of(fold, arg, &columns, span);
        if let (Some(entry), Ok(whole)) = (&self.entry, &whole) {
            entry.inner.lock().unwrap_or_else(PoisonError::into_inner).insert(span, whole.clone());
        }
        Some(whole)
    }

    fn fold_of(
        &self,
        fold: Fold,
        arg: &Written,
        columns: &[(String, Span)],
        span: Span,
    ) -> Result<Lowered, Errors> {
        let length = |name: &str| self.column_named(name).map_or(0, |c| c.len());
        let (first, count) = (&columns[0].0, length(&columns[0].0));
        if let Some((other, at)) = columns.iter().find(|(name, _)| length(name) != count) {
            let message = format!("`{first}` has {count} numbers, `{other}` has {}", length(other));
            let error = SyntaxError::new("domain.data", *at, message);
            return Err(error.with_hint("columns that are taken together have the same length").into());
        }
        let inner = Arc::new(Mutex::new(HashMap::new()));
        let (mut entries, mut conditions) = (Vec::with_capacity(count), Vec::<Condition>::new());
        let mut parts = 0;
        for index in 0..count {
            let mut here = Scope { entry: Some(Entry { index, inner: inner.clone() }), ..self.clone() };
            let entry = syntax::lower(arg, &mut here)?;
            parts += entry.expr.node_count();
            if parts > MOST_PARTS {
                let message = format!("this becomes more than {MOST_PARTS} parts, over {count} entries");
                let error = SyntaxError::new("budget.data", span, message);
                return Err(error.with_hint("take fewer numbers, or a shorter formula").into());
            }
            for c in entry.conditions {
                domain::require(&mut conditions, c.kind, c.expr);
            }
            entries.push(entry.expr);
        }
        Ok(Lowered { expr: fold.of(entries), conditions, row: false })
    }

    /// The columns that a text speaks of entry by entry, each with its first place: not those of folds inside it, nor
    /// those of which a place is named.
    fn columns_in(&self, w: &Written, found: &mut Vec<(String, Span)>) {
        match &w.kind {
            Kind::Name(name) => {
                if self.column_named(name).is_some() && !found.iter().any(|(n, _)| **n == **name) {
                    found.push((name.to_string(), w.span));
                }
            }
            Kind::Index(base, places) => {
                if base.as_name().is_none_or(|name| self.column_named(name).is_none()) {
                    self.columns_in(base, found);
                }
                places.iter().for_each(|p| self.columns_in(p, found));
            }
            Kind::Call(call) => {
                let inner =
                    call.function.as_name().is_some_and(|name| self.is_fold(name)) && call.args.len() == 1;
                if !inner {
                    call.args.iter().for_each(|a| self.columns_in(a, found));
                }
            }
            kind => kind.for_each_child(|c| self.columns_in(c, found)),
        }
    }
}

impl Fold {
    fn of(self, entries: Vec<Expr>) -> Expr {
        let count = Expr::integer(i64::try_from(entries.len()).unwrap_or(i64::MAX));
        let sum = |list: Vec<Expr>| expr::sum(list.into_iter().map(|e| (Rational::ONE, e)));
        let pairs = |f: Func2, list: Vec<Expr>| {
            list.into_iter().reduce(|a, b| expr::apply2(f, &a, &b)).unwrap_or_else(Expr::undefined)
        };
        match self {
            Fold::Sum => sum(entries),
            Fold::Mean => expr::product([sum(entries), count.recip()]),
            Fold::Product => expr::product(entries),
            Fold::Largest => pairs(Func2::Max, entries),
            Fold::Smallest => pairs(Func2::Min, entries),
            Fold::Norm => sum(entries.into_iter().map(|e| e.powi(2)).collect()).sqrt(),
            Fold::Length => count,
        }
    }
}
