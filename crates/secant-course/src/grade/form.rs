//! The form of what was written: expanded, factored, one fraction, so many digits, …
//!
//! Here: what each form asks of the tree that a person wrote, and the message where it is not so.
//! Not here: whether the value is right; a form is looked at only where it is.
//! Start reading at [`Form`] and [`Form::missing`].

use secant::expr::{Expr, Node, Rational, Symbol};
use secant::sheet::{Fault, Scope};
use secant::syntax::{Bracket, Join, Kind, Sign, Written};

use super::polynomial::Fraction;

/// A form that may be asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Expanded,
    Factored,
    SingleFraction,
    LowestTerms,
    NoNegativePowers,
    Exact,
    DecimalPlaces(usize),
    SignificantFigures(usize),
    Contains(Box<str>),
    Without(Box<str>),
    CompletedSquare,
    PartialFractions,
    Same,
    NoConstant,
}

/// Every form as it is asked for; `…` stands for a number or a word.
pub(super) const FORMS: &[&str] = &[
    "expanded",
    "factored",
    "single-fraction",
    "lowest-terms",
    "no-negative-powers",
    "exact",
    "decimal-places …",
    "significant-figures …",
    "contains …",
    "without …",
    "completed-square",
    "partial-fractions",
    "same-form",
    "no-constant",
];

/// What a form is asked of.
pub(super) struct Asked<'a> {
    pub(super) answer: &'a Written,
    pub(super) model: Option<&'a Written>,
    pub(super) scope: &'a Scope,
}

impl Form {
    /// The form that a text asks for.
    pub(super) fn parse(text: &str) -> Result<Form, Box<Fault>> {
        let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let rest = rest.trim();
        let wrong = |message: String| {
            let fault = Fault::new("request.form", message).hint(format!("one of {}", FORMS.join(", ")));
            fault.in_field("form").boxed()
        };
        let count = || rest.parse().map_err(|_| wrong(format!("`{word}` comes with a number: `{word} 2`")));
        let what = || {
            if rest.is_empty() {
                Err(wrong(format!("`{word}` comes with a word: `{word} sin`")))
            } else {
                Ok(rest.into())
            }
        };
        let form = match word {
            "expanded" => Form::Expanded,
            "factored" => Form::Factored,
            "single-fraction" => Form::SingleFraction,
            "lowest-terms" => Form::LowestTerms,
            "no-negative-powers" => Form::NoNegativePowers,
            "exact" => Form::Exact,
            "decimal-places" => return Ok(Form::DecimalPlaces(count()?)),
            "significant-figures" => return Ok(Form::SignificantFigures(count()?)),
            "contains" => return Ok(Form::Contains(what()?)),
            "without" => return Ok(Form::Without(what()?)),
            "completed-square" => Form::CompletedSquare,
            "partial-fractions" => Form::PartialFractions,
            "same-form" => Form::Same,
            "no-constant" => Form::NoConstant,
            _ => return Err(wrong(format!("there is no form `{text}`"))),
        };
        if rest.is_empty() {
            Ok(form)
        } else {
            Err(wrong(format!("`{word}` stands alone; there is `{rest}` behind it")))
        }
    }

    /// What is missing; `None` where the form is there.
    pub(super) fn missing(&self, asked: &Asked<'_>) -> Option<String> {
        let w = asked.answer;
        match self {
            Form::Expanded => product_of_sums(w).map(|p| format!("multiply out `{p}`")),
            Form::Factored => unfactored(w, asked),
            Form::SingleFraction => several_fractions(w),
            Form::LowestTerms => unreduced(w, asked),
            Form::NoNegativePowers => find(w, &|w| negative_power(w))
                .map(|p| format!("write `{p}` as a fraction, without a negative power")),
            Form::Exact => find(w, &is_decimal).map(|p| format!("`{p}` is a decimal; keep the exact value")),
            Form::DecimalPlaces(n) => decimal_places(w, *n),
            Form::SignificantFigures(n) => significant_figures(w, *n),
            Form::Contains(what) => {
                (!contains(w, what)).then(|| format!("there should be {} in it", spoken(what)))
            }
            Form::Without(what) => {
                contains(w, what).then(|| format!("there should be no {} in it", spoken(what)))
            }
            Form::CompletedSquare => incomplete_square(w, asked),
            Form::PartialFractions => no_partial_fractions(w, asked),
            Form::Same => {
                let same = asked.model.is_none_or(|m| key(m) == key(w));
                (!same).then(|| {
                    "it should have the form of the right answer, up to the order of terms and factors".into()
                })
            }
            // The kind itself looks at it.
            Form::NoConstant => None,
        }
    }
}

/// A word as it stands in a sentence.
fn spoken(what: &str) -> String {
    match what {
        "+" | "sum" => "sum".into(),
        "*" | "product" => "product".into(),
        "/" | "fraction" => "fraction".into(),
        "^" | "power" => "power".into(),
        "root" => "root".into(),
        "decimal" => "decimal".into(),
        name => format!("`{name}`"),
    }
}

// Looking into the tree.

/// The first part, from the outside in, that is such.
fn find<'w>(w: &'w Written, is: &dyn Fn(&Written) -> bool) -> Option<&'w Written> {
    if is(w) {
        return Some(w);
    }
    let mut found = None;
    w.kind.for_each_child(|c| {
        if found.is_none() {
            found = find(c, is);
        }
    });
    found
}

fn contains(w: &Written, what: &str) -> bool {
    let is = |w: &Written| match (&w.kind, what) {
        (Kind::Sum(_), "+" | "sum") | (Kind::Fraction(_), "/" | "fraction") => true,
        (Kind::Product(f), "/" | "fraction") => {
            f.iter().any(|(j, _)| matches!(j, Join::Over | Join::OverEach))
        }
        (Kind::Product(f), "*" | "product") => {
            f.iter().any(|(j, _)| matches!(j, Join::Times | Join::Implicit | Join::TimesEach))
        }
        (Kind::Power(..), "^" | "power") | (Kind::Root(..), "root" | "sqrt") | (Kind::Abs(_), "abs") => true,
        (Kind::Derivative(_), "diff") => true,
        (Kind::Call(c), "root") => matches!(c.function.as_name(), Some("sqrt" | "cbrt" | "root")),
        (Kind::Call(c), name) => c.function.as_name() == Some(name),
        (Kind::Number(_), "decimal") => is_decimal(w),
        (Kind::Name(n), name) => &**n == name,
        _ => false,
    };
    find(w, &is).is_some()
}

fn is_decimal(w: &Written) -> bool {
    matches!(&w.kind, Kind::Number(text) if text.contains(['.', 'e', 'E']))
}

fn is_sum(w: &Written) -> bool {
    matches!(w.without_brackets().kind, Kind::Sum(_))
}

/// Terms with their signs, sums in brackets opened.
fn terms(w: &Written) -> Vec<(Sign, &Written)> {
    fn walk<'w>(w: &'w Written, sign: Sign, out: &mut Vec<(Sign, &'w Written)>) {
        let times = |a: Sign, b: Sign| if a == b { Sign::Plus } else { Sign::Minus };
        match &w.without_brackets().kind {
            Kind::Sum(list) => list.iter().for_each(|(s, t)| walk(t, times(sign, *s), out)),
            Kind::Signed(s, inner) => walk(inner, times(sign, *s), out),
            _ => out.push((sign, w.without_brackets())),
        }
    }
    let mut out = Vec::new();
    walk(w, Sign::Plus, &mut out);
    out
}

/// Factors; the flag is true of divisors. Signs are left out.
fn factors(w: &Written) -> Vec<(bool, &Written)> {
    fn walk<'w>(w: &'w Written, below: bool, out: &mut Vec<(bool, &'w Written)>) {
        match &w.without_brackets().kind {
            Kind::Product(list) => list.iter().for_each(|(j, f)| {
                walk(f, below != matches!(j, Join::Over | Join::OverEach), out);
            }),
            Kind::Fraction(ab) => {
                walk(&ab.0, below, out);
                walk(&ab.1, !below, out);
            }
            Kind::Signed(_, inner) => walk(inner, below, out),
            _ => out.push((below, w.without_brackets())),
        }
    }
    let mut out = Vec::new();
    walk(w, false, &mut out);
    out
}

/// Base and exponent, where it is a power.
fn power(w: &Written) -> Option<(&Written, &Written)> {
    match &w.without_brackets().kind {
        Kind::Power(_, ab) => Some((&ab.0, &ab.1)),
        _ => None,
    }
}

fn small_integer(w: &Written) -> Option<i64> {
    match &w.without_brackets().kind {
        Kind::Number(text) => text.parse().ok(),
        Kind::Signed(Sign::Minus, inner) => small_integer(inner).map(|n| -n),
        Kind::Signed(Sign::Plus, inner) => small_integer(inner),
        _ => None,
    }
}

fn negative_power(w: &Written) -> bool {
    let negative = |e: &Written| match &e.without_brackets().kind {
        Kind::Signed(Sign::Minus, _) => true,
        Kind::Sum(list) => list.iter().all(|(s, _)| *s == Sign::Minus),
        _ => false,
    };
    power(w).is_some_and(|(_, e)| negative(e))
}

fn meaning(w: &Written, scope: &Scope) -> Option<Expr> {
    scope.meaning(w).ok().map(|l| l.expr)
}

// The forms one by one.

/// A product with a sum among its factors, or a whole power of a sum.
fn product_of_sums(w: &Written) -> Option<&Written> {
    for (_, term) in terms(w) {
        let above: Vec<&Written> =
            factors(term).into_iter().filter(|(below, _)| !below).map(|(_, f)| f).collect();
        for f in &above {
            if is_sum(f) && (above.len() > 1 || factors(term).len() == 1) {
                return Some(term);
            }
            if let Some((base, e)) = power(f)
                && is_sum(base)
                && small_integer(e).is_some_and(|n| n >= 2)
            {
                return Some(term);
            }
        }
    }
    // `-(x + 1)` is opened above; a sum in brackets with a sign in front is not.
    find(w, &|w| match &w.kind {
        Kind::Signed(_, inner) => is_sum(inner),
        Kind::Sum(list) => list.iter().any(|(s, t)| *s == Sign::Minus && is_sum(t)),
        _ => false,
    })
    .filter(|part| !is_argument(w, part))
}

/// Does the part stand inside an argument, an exponent or a divisor, where it may be as it is?
fn is_argument(w: &Written, part: &Written) -> bool {
    let spans = terms(w).into_iter().flat_map(|(_, t)| factors(t)).filter(|(_, f)| !is_sum(f));
    spans.map(|(_, f)| f.span).any(|s| s.from <= part.span.from && part.span.to <= s.to && s != part.span)
}

fn unfactored(w: &Written, asked: &Asked<'_>) -> Option<String> {
    for (_, f) in &factors(w) {
        let base = power(f).filter(|(_, e)| small_integer(e).is_some_and(|n| n > 0)).map_or(*f, |(b, _)| b);
        if !is_sum(base) {
            continue;
        }
        let Some(e) = meaning(base, asked.scope) else { continue };
        if e.as_number().is_some() {
            continue;
        }
        if has_common_factor(base, &e) {
            return Some(format!("`{}` still has a common factor", base.without_brackets()));
        }
        let reducible = variable(&e)
            .and_then(|x| Fraction::of(&e, &x))
            .and_then(|f| if f.below.degree() > 0 { Some(true) } else { f.above.is_reducible() });
        if reducible == Some(true) {
            return Some(format!("`{}` can be factored further", base.without_brackets()));
        }
    }
    None
}

/// The one name in it.
fn variable(e: &Expr) -> Option<Symbol> {
    let names = e.free_symbols();
    let mut names = names.into_iter();
    match (names.next(), names.next()) {
        (Some(x), None) => Some(x),
        _ => None,
    }
}

/// A whole number or a name that all terms of a sum have as a factor.
fn has_common_factor(written: &Written, e: &Expr) -> bool {
    let Node::Sum(s) = e.node() else {
        return terms(written).len() > 1;
    };
    let mut numbers: Vec<Rational> = s.terms.iter().map(|t| t.coefficient.clone()).collect();
    if !s.constant.is_zero() {
        numbers.push(s.constant.clone());
    }
    if numbers.len() < 2 {
        return terms(written).len() > 1;
    }
    let whole = numbers.iter().map(|n| n.to_i64().map(i64::unsigned_abs)).collect::<Option<Vec<u64>>>();
    let gcd = whole.map_or(1, |list| list.into_iter().fold(0, gcd));
    if gcd > 1 {
        return true;
    }
    if !s.constant.is_zero() {
        return false;
    }
    let has = |e: &Expr, x: &Symbol| match e.node() {
        Node::Product(fs) => fs.iter().any(|f| is_power_of(f, x)),
        _ => is_power_of(e, x),
    };
    e.free_symbols().iter().any(|x| s.terms.iter().all(|t| has(&t.expr, x)))
}

fn is_power_of(e: &Expr, x: &Symbol) -> bool {
    match e.node() {
        Node::Var(v) => v == x,
        Node::Power(b, n) => {
            b.as_var() == Some(x) && n.as_number().is_some_and(|n| n.is_integer() && n.is_positive())
        }
        _ => false,
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Does it divide, itself or inside?
fn is_fraction(w: &Written) -> bool {
    match &w.kind {
        Kind::Fraction(_) => true,
        Kind::Product(list) => list.iter().any(|(j, _)| matches!(j, Join::Over | Join::OverEach)),
        _ => negative_power(w),
    }
}

fn several_fractions(w: &Written) -> Option<String> {
    let bring = |p: &Written| Some(format!("bring `{p}` over one denominator"));
    let list = terms(w);
    if list.len() > 1 {
        return match find(w, &is_fraction) {
            Some(_) => bring(w),
            None => None,
        };
    }
    let parts = factors(list[0].1);
    let mut below = 0;
    for (k, (divides, f)) in parts.iter().enumerate() {
        if let Some(inner) = find(f, &is_fraction)
            && power(f).is_none_or(|(_, e)| find(e, &is_fraction).is_none())
        {
            return Some(format!("there is a fraction inside the fraction: `{inner}`"));
        }
        // `a/b c/d`: another quotient behind the first.
        if *divides && (k == 0 || !parts[k - 1].0) {
            below += 1;
        }
    }
    if below > 1 { bring(w) } else { None }
}

fn unreduced(w: &Written, asked: &Asked<'_>) -> Option<String> {
    let is_bad = |w: &Written| {
        if !is_fraction(w) || negative_power(w) {
            return None;
        }
        let list = factors(w);
        let side = |below: bool| -> Vec<&Written> {
            list.iter().filter(|(b, _)| *b == below).map(|(_, f)| *f).collect()
        };
        let number = |parts: &[&Written]| {
            parts.iter().filter_map(|p| small_integer(p)).try_fold(1_i64, i64::checked_mul)
        };
        let (above, below) = (side(false), side(true));
        let (n, d) = (number(&above)?, number(&below)?);
        let signed = list.iter().any(|(b, _)| *b) && minus_below(w);
        if d != 0 && (gcd(n.unsigned_abs(), d.unsigned_abs()) > 1 || signed) {
            return Some(format!("cancel what `{w}` has above and below"));
        }
        if below.iter().any(|f| contains(f, "root") && variable_free(f, asked.scope)) {
            return Some(format!("there is a root below the bar of `{w}`"));
        }
        let whole = |parts: &[&Written]| {
            parts.iter().try_fold(Expr::one(), |p, f| Some(p * meaning(f, asked.scope)?))
        };
        let (a, b) = (whole(&above)?, whole(&below)?);
        let x = variable(&b)?;
        let (a, b) = (Fraction::of(&a, &x)?, Fraction::of(&b, &x)?);
        (a.above.gcd(&b.above)?.degree() > 0).then(|| format!("cancel what `{w}` has above and below"))
    };
    find(w, &|part| is_bad(part).is_some()).and_then(is_bad)
}

/// `1/(-3)`: a sign below the bar.
fn minus_below(w: &Written) -> bool {
    match &w.kind {
        Kind::Fraction(ab) => small_integer(&ab.1).is_some_and(|n| n < 0),
        Kind::Product(list) => {
            list.iter().any(|(j, f)| matches!(j, Join::Over) && small_integer(f).is_some_and(|n| n < 0))
        }
        _ => false,
    }
}

fn variable_free(w: &Written, scope: &Scope) -> bool {
    meaning(w, scope).is_some_and(|e| e.free_symbols().is_empty())
}

fn incomplete_square(w: &Written, asked: &Asked<'_>) -> Option<String> {
    let complete = "write it as `a (x + b)^2 + c`: one square, and a number".to_owned();
    let Some(e) = meaning(w, asked.scope) else { return Some(complete) };
    let names = e.free_symbols();
    // The terms that are squares of something; the rest must not speak of what is in the square.
    let mut square: Option<Expr> = None;
    let mut rest: Vec<Expr> = Vec::new();
    for (_, term) in terms(w) {
        let squared = factors(term).into_iter().find_map(|(below, f)| {
            let (base, n) = power(f).filter(|_| !below)?;
            (small_integer(n) == Some(2)).then_some(base).filter(|b| !variable_free(b, asked.scope))
        });
        match squared.and_then(|b| meaning(b, asked.scope)) {
            Some(base) if square.is_none() => square = Some(base),
            Some(base) => rest.push(base),
            None => rest.extend(meaning(term, asked.scope)),
        }
    }
    let Some(square) = square else {
        return (!names.is_empty()).then_some(complete);
    };
    // The variable is what the square speaks of and the rest does not.
    let free = square.free_symbols().into_iter().any(|x| rest.iter().all(|r| !r.contains(&x)));
    (!free).then_some(complete)
}

fn no_partial_fractions(w: &Written, asked: &Asked<'_>) -> Option<String> {
    let mut seen: Vec<super::polynomial::Polynomial> = Vec::new();
    // A number in front of brackets goes into each of the terms.
    let mut list: Vec<&Written> = Vec::new();
    for (_, term) in terms(w) {
        let parts = factors(term);
        match parts.iter().filter(|(_, f)| !variable_free(f, asked.scope)).collect::<Vec<_>>().as_slice() {
            [(false, inner)] if is_sum(inner) => list.extend(terms(inner).into_iter().map(|(_, t)| t)),
            _ => list.push(term),
        }
    }
    for term in list {
        let Some(e) = meaning(term, asked.scope) else { continue };
        let Some(x) = variable(&e) else { continue };
        let Some(f) = Fraction::of(&e, &x) else {
            return Some(format!("`{term}` is no quotient of polynomials"));
        };
        if f.below.degree() == 0 {
            continue;
        }
        if f.above.degree() >= f.below.degree() {
            return Some(format!(
                "in `{term}` the power above is not lower than the one below: divide first"
            ));
        }
        let base = f.below.squarefree()?;
        if base.is_reducible() == Some(true) {
            return Some(format!("the denominator of `{term}` can be split further"));
        }
        if f.above.degree() >= base.degree() {
            return Some(format!("`{term}` can be split further"));
        }
        let monic = f.below.whole()?;
        if seen.contains(&monic) {
            return Some("two of the fractions have the same denominator: put them together".to_owned());
        }
        seen.push(monic);
    }
    None
}

/// The digits of a number that stands alone, without its sign.
fn digits(w: &Written) -> Option<&str> {
    match &w.without_brackets().kind {
        Kind::Number(text) => Some(text),
        Kind::Signed(_, inner) => digits(inner),
        Kind::Sum(list) if list.len() == 1 => digits(&list[0].1),
        // `1.2*10^3`
        Kind::Product(list) => match list.as_slice() {
            [(_, a), (Join::Times | Join::Implicit, b)]
                if power(b).is_some_and(|(t, _)| small_integer(t) == Some(10)) =>
            {
                digits(a)
            }
            _ => None,
        },
        _ => None,
    }
}

fn decimal_places(w: &Written, n: usize) -> Option<String> {
    let wanted = format!("write it as a decimal with {n} digits behind the point");
    let Some(text) = digits(w) else { return Some(wanted) };
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let have = mantissa.split_once('.').map_or(0, |(_, behind)| behind.len());
    let plain = mantissa.len() == text.len();
    (have != n || !plain).then_some(wanted)
}

fn significant_figures(w: &Written, n: usize) -> Option<String> {
    let wanted = format!("write it with {n} significant figures");
    let Some(text) = digits(w) else { return Some(wanted) };
    let (least, most) = figures(text);
    (n < least || n > most).then(|| {
        let have = if least == most { least.to_string() } else { format!("{least} to {most}") };
        format!("{wanted}; yours has {have}")
    })
}

/// How many digits of a number count: of `2500` two, three or four.
pub(super) fn figures(text: &str) -> (usize, usize) {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let counted = all.trim_start_matches('0');
    if counted.is_empty() {
        // Of nought, the digits behind the point.
        let behind = mantissa.split_once('.').map_or(0, |(_, b)| b.len());
        return (1, behind.max(1));
    }
    if mantissa.contains('.') || mantissa.len() < text.len() {
        return (counted.len(), counted.len());
    }
    (counted.trim_end_matches('0').len(), counted.len())
}

/// The tree up to the order and the grouping of sums and products.
pub(super) fn key(w: &Written) -> String {
    let (sign, key) = signed_key(w);
    if sign == Sign::Minus { format!("-{key}") } else { key }
}

fn signed_key(w: &Written) -> (Sign, String) {
    let flip = |a: Sign, b: Sign| if a == b { Sign::Plus } else { Sign::Minus };
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list.join(",")
    };
    let plus = |text: String| (Sign::Plus, text);
    match &w.kind {
        Kind::Brackets(Bracket::Round | Bracket::Unseen, inner) => signed_key(inner),
        Kind::Signed(s, inner) => {
            let (sign, text) = signed_key(inner);
            (flip(*s, sign), text)
        }
        Kind::Sum(_) => {
            let mut list = Vec::new();
            for (sign, term) in terms(w) {
                let (own, text) = signed_key(term);
                list.push(if flip(sign, own) == Sign::Minus { format!("-{text}") } else { text });
            }
            plus(format!("sum({})", sorted(list)))
        }
        Kind::Product(_) | Kind::Fraction(_) => {
            let (mut minus, mut above, mut below) = (0, Vec::new(), Vec::new());
            collect(w, false, &mut minus, &mut above, &mut below);
            let sign = if minus % 2 == 0 { Sign::Plus } else { Sign::Minus };
            // Two signs that cancel are written all the same.
            (sign, format!("product({};{};{})", sorted(above), sorted(below), minus / 2))
        }
        Kind::Power(_, ab) => plus(format!("power({};{})", key(&ab.0), key(&ab.1))),
        Kind::Root(n, inner) => plus(format!("root({n};{})", key(inner))),
        Kind::Call(c) => {
            let args: Vec<String> = c.args.iter().map(key).collect();
            let name = c.function.to_string();
            match (name.as_str(), args.as_slice()) {
                ("sqrt", [one]) => plus(format!("root(2;{one})")),
                ("cbrt", [one]) => plus(format!("root(3;{one})")),
                ("ln", list) => plus(format!("log({})", list.join(","))),
                ("abs", [one]) => plus(format!("abs({one})")),
                _ => plus(format!("{name}({})", args.join(","))),
            }
        }
        Kind::Abs(inner) => plus(format!("abs({})", key(inner))),
        Kind::Set(list) => plus(format!("set({})", sorted(list.iter().map(key).collect()))),
        Kind::Logic(how, list) => plus(format!("{how:?}({})", sorted(list.iter().map(key).collect()))),
        Kind::Tuple(list) => plus(format!("tuple({})", list.iter().map(key).collect::<Vec<_>>().join(","))),
        Kind::Matrix(rows) => {
            let rows: Vec<String> =
                rows.iter().map(|r| r.iter().map(key).collect::<Vec<_>>().join(",")).collect();
            plus(format!("matrix({})", rows.join(";")))
        }
        Kind::Relation(first, rest) => match rest.as_slice() {
            [(rel, right)] if matches!(rel.text(), "=" | "==" | "!=") => {
                plus(format!("{}({})", rel.text().replace("==", "="), sorted(vec![key(first), key(right)])))
            }
            rest => {
                let rest: Vec<String> =
                    rest.iter().map(|(r, w)| format!("{} {}", r.text(), key(w))).collect();
                plus(format!("relation({} {})", key(first), rest.join(" ")))
            }
        },
        _ => plus(w.to_string()),
    }
}

fn collect(w: &Written, under: bool, minus: &mut usize, above: &mut Vec<String>, below: &mut Vec<String>) {
    match &w.without_brackets().kind {
        Kind::Product(list) => {
            for (j, f) in list {
                collect(f, under != matches!(j, Join::Over | Join::OverEach), minus, above, below);
            }
        }
        Kind::Fraction(ab) => {
            collect(&ab.0, under, minus, above, below);
            collect(&ab.1, !under, minus, above, below);
        }
        Kind::Signed(s, inner) => {
            *minus += usize::from(*s == Sign::Minus);
            collect(inner, under, minus, above, below);
        }
        _ => {
            let text = key(w.without_brackets());
            if under { below.push(text) } else { above.push(text) }
        }
    }
}
