//! A written formula with one of its parts exchanged for another.
//!
//! Start reading at [`changes`].

use secant::syntax::{CallForm, Kind, Span, Written};

/// One way to get a part of a formula wrong.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// The name of the slip.
    pub slip: &'static str,
    /// What stands there then.
    pub wrong: Written,
    /// What is not there any more, where something was left out.
    pub missing: Option<String>,
}

/// A whole formula with one part got wrong.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub slip: &'static str,
    pub missing: Option<String>,
    /// The part as it should be and as it is.
    pub right: Written,
    pub wrong: Written,
    /// The formula with the wrong part in it.
    pub whole: Written,
    /// Which part it is, counted from the outside.
    pub part: usize,
}

/// Every formula that comes of one part of `whole` got wrong in one way.
pub(super) fn changes(whole: &Written, ways: &dyn Fn(&Written) -> Vec<Local>) -> Vec<Change> {
    let mut found = Vec::new();
    for (part, right) in parts(whole).into_iter().enumerate() {
        for Local { slip, wrong, missing } in ways(right) {
            let whole = replaced(whole, right, &wrong);
            found.push(Change { slip, missing, right: right.clone(), wrong, whole, part });
        }
    }
    found
}

/// Every part, the whole first.
pub(super) fn parts(whole: &Written) -> Vec<&Written> {
    fn walk<'a>(w: &'a Written, parts: &mut Vec<&'a Written>) {
        parts.push(w);
        match &w.kind {
            // The name of a function is no part by itself.
            Kind::Call(call) => call.args.iter().for_each(|a| walk(a, parts)),
            kind => kind.for_each_child(|c| walk(c, parts)),
        }
    }
    let mut parts = Vec::new();
    walk(whole, &mut parts);
    parts
}

/// The tree with `new` in the place of `old`, which is a part of it.
pub(super) fn replaced(whole: &Written, old: &Written, new: &Written) -> Written {
    mapped(whole, &|w| std::ptr::eq(w, old).then(|| new.clone()))
}

/// The tree with other parts wherever `other` gives one.
pub(super) fn mapped(w: &Written, other: &dyn Fn(&Written) -> Option<Written>) -> Written {
    if let Some(new) = other(w) {
        return new;
    }
    let one = |w: &Written| mapped(w, other);
    let boxed = |w: &Written| Box::new(mapped(w, other));
    let pair = |ab: &(Written, Written)| Box::new((one(&ab.0), one(&ab.1)));
    let kind = match &w.kind {
        Kind::Brackets(b, a) => Kind::Brackets(*b, boxed(a)),
        Kind::Signed(s, a) => Kind::Signed(*s, boxed(a)),
        Kind::Primed(a, n) => Kind::Primed(boxed(a), *n),
        Kind::Root(n, a) => Kind::Root(*n, boxed(a)),
        Kind::Abs(a) => Kind::Abs(boxed(a)),
        Kind::Norm(a) => Kind::Norm(boxed(a)),
        Kind::Fraction(ab) => Kind::Fraction(pair(ab)),
        Kind::Power(raise, ab) => Kind::Power(*raise, pair(ab)),
        Kind::Sum(terms) => Kind::Sum(terms.iter().map(|(s, t)| (*s, one(t))).collect()),
        Kind::Product(factors) => Kind::Product(factors.iter().map(|(j, f)| (*j, one(f))).collect()),
        Kind::Call(call) => {
            let CallForm { function, args, bare, spaced } = &**call;
            let args = args.iter().map(one).collect();
            Kind::Call(Box::new(CallForm { function: function.clone(), args, bare: *bare, spaced: *spaced }))
        }
        Kind::Relation(left, rest) => {
            Kind::Relation(boxed(left), rest.iter().map(|(rel, w)| (*rel, one(w))).collect())
        }
        Kind::Matrix(rows) => Kind::Matrix(rows.iter().map(|row| row.iter().map(one).collect()).collect()),
        Kind::Tuple(list) => Kind::Tuple(list.iter().map(one).collect()),
        Kind::Set(list) => Kind::Set(list.iter().map(one).collect()),
        other => other.clone(),
    };
    Written::new(kind, w.span)
}

/// A part that stands nowhere in a text.
pub(super) fn unplaced(kind: Kind) -> Written {
    Written::new(kind, Span::default())
}
