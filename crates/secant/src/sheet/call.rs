//! Calls as people write them, `solve(cos(x) = x, x = 1)`, and the request that each makes.
//!
//! Here: one row for each word, how its arguments become the fields of a request. What is said to this module is asked in
//! the same way by every door.
//! Not here: what the requests mean and which of their fields fit together (`request`, `ask`).
//! Invariant: the texts of the request are those of the call, each with its place.
//! Start reading at [`called`].

use serde_json::{Map, Value, json};

use super::reply::Fault;
use super::request::OPS;
use super::scope::Scope;
use crate::expr::{Expr, Node, Tensor};
use crate::program;
use crate::syntax::{self, Kind, Span, Written};

/// A call as a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The request, without definitions.
    pub request: Value,
    /// Where the texts of its fields stand, in characters of the call.
    pub places: Vec<(String, [usize; 2])>,
    /// Definitions that the request must not see: their names stand for columns of data in it.
    pub without: Vec<String>,
}

/// A word with what makes a request of its arguments.
struct Word {
    name: &'static str,
    /// How it is written.
    form: &'static str,
    read: fn(&mut Reading<'_>, &[Written]) -> Result<(), Box<Fault>>,
}

#[rustfmt::skip]
const WORDS: &[Word] = &[
    Word { name: "evaluate", form: "evaluate(x^2 + y, x = 2, y = 1/3)", read: |r, args| r.evaluate(args) },
    Word { name: "simplify", form: "simplify((x^2 - 1)/(x - 1))", read: |r, args| r.simplify(args) },
    Word { name: "equal", form: "equal(sin(x)^2 + cos(x)^2, 1)", read: |r, args| r.equal(args) },
    Word { name: "taylor", form: "taylor(sin(x), x = 0, order = 5, over = -1..1)", read: |r, args| r.taylor(args) },
    Word { name: "limit", form: "limit(sin(x)/x, x = 0)", read: |r, args| r.limit(args) },
    Word { name: "integrate", form: "integrate(x e^x, x) or integrate(e^(-x^2), x = 0..1)", read: |r, args| r.integrate(args) },
    Word { name: "solve", form: "solve(cos(x) = x, x = 1) or solve([x + y = 3, x y = 1], x = 0..3, y = 0..3)", read: |r, args| r.solve(args) },
    Word { name: "minimize", form: "minimize(x^2 + y^2, x = 1, y = 2)", read: |r, args| r.minimize(args) },
    Word { name: "fit", form: "fit(y ~ a e^(-b x), x = xs, y = ys, sigma = 0.1, start = [a = 1, b = 2])", read: |r, args| r.fit(args) },
    Word { name: "plot", form: "plot(sin(x), x = 0..6)", read: |r, args| r.plot(args) },
];

/// The words, each with how it is written.
pub fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().filter(|word| OPS.contains(&word.name)).map(|word| (word.name, word.form))
}

/// The request that a call makes, where names mean what they mean in `scope`; `None` for what is no such call, and for what
/// cannot be read at all.
///
/// # Errors
/// `request.call`, when the arguments are not those of the word; its place counts in characters of the text.
pub fn called(text: &str, scope: &Scope) -> Option<Result<Called, Box<Fault>>> {
    let written = syntax::parse(text, &scope.limits()).ok()?;
    let (name, args) = written.as_call()?;
    if name == "explain" {
        let [of] = args else { return None };
        let (name, args) = of.as_call()?;
        let inner = request(text, scope, of.span, name, args)?;
        return Some(inner.map(|inner| Called {
            request: json!({ "op": "explain", "of": inner.request }),
            places: inner.places.into_iter().map(|(field, at)| (format!("of.{field}"), at)).collect(),
            ..inner
        }));
    }
    request(text, scope, written.span, name, args)
}

fn request(
    text: &str,
    scope: &Scope,
    span: Span,
    name: &str,
    args: &[Written],
) -> Option<Result<Called, Box<Fault>>> {
    let word = WORDS.iter().find(|word| word.name == name && OPS.contains(&name))?;
    let is_equation = |w: &Written| match &w.kind {
        Kind::Matrix(rows) => rows.iter().flatten().any(|w| matches!(w.kind, Kind::Relation(..))),
        kind => matches!(kind, Kind::Relation(..)),
    };
    // `solve(A, b)` is a formula of matrices.
    if name == "solve" && !args.iter().any(is_equation) {
        return None;
    }
    let mut reading =
        Reading { text, scope, span, word, fields: Map::new(), places: Vec::new(), without: Vec::new() };
    reading.fields.insert("op".into(), name.into());
    Some((word.read)(&mut reading, args).map(|()| Called {
        request: Value::Object(reading.fields),
        places: reading.places,
        without: reading.without,
    }))
}

struct Reading<'a> {
    text: &'a str,
    scope: &'a Scope,
    span: Span,
    word: &'static Word,
    fields: Map<String, Value>,
    places: Vec<(String, [usize; 2])>,
    without: Vec<String>,
}

type Read<T = ()> = Result<T, Box<Fault>>;

impl Reading<'_> {
    fn wrong<T>(&self, span: Span, message: impl Into<String>) -> Read<T> {
        let fault = Fault::new("request.call", message).hint(format!("write `{}`", self.word.form));
        Err(Fault { at: Some([span.from as usize, span.to as usize]), ..fault }.boxed())
    }

    /// The text as it was written.
    fn slice(&self, span: Span) -> String {
        self.text.chars().skip(span.from as usize).take((span.to - span.from) as usize).collect()
    }

    /// A formula; a function by its name stands for its value at its variables.
    fn formula(&mut self, field: &str, w: &Written) -> String {
        self.places.push((field.to_owned(), [w.span.from as usize, w.span.to as usize]));
        match w.as_name().and_then(|name| self.scope.variables_of(name)) {
            Some(vars) => format!("{}({})", self.slice(w.span), vars.join(", ")),
            None => self.slice(w.span),
        }
    }

    fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    /// What it is about, and the rest of the arguments.
    fn about<'w>(&mut self, field: &str, args: &'w [Written]) -> Read<&'w [Written]> {
        let Some((of, rest)) = args.split_first() else {
            return self.wrong(self.span, "there is nothing to work on");
        };
        let text = self.formula(field, of);
        self.put(field, text);
        Ok(rest)
    }

    fn named<'w>(&self, w: &'w Written) -> Read<(&'w str, &'w Written)> {
        match w.as_named() {
            Some(named) => Ok(named),
            None => self.wrong(w.span, format!("`{}` says no value", self.slice(w.span))),
        }
    }

    /// `[x = 1, y = 2]`, or one without brackets.
    fn list<'w>(&self, w: &'w Written) -> Vec<&'w Written> {
        match &w.kind {
            Kind::Matrix(rows) => rows.iter().flatten().collect(),
            Kind::Tuple(list) => list.iter().collect(),
            _ => vec![w],
        }
    }

    fn ends(&self, w: &Written) -> Option<[String; 2]> {
        match &w.kind {
            Kind::Range(ends) => Some([self.slice(ends.0.span), self.slice(ends.1.span)]),
            _ => None,
        }
    }

    /// Takes `x = 1` as a place and `x = -1..1` as a range.
    fn place(&mut self, name: &str, value: &Written, point: &str, range: &str) {
        let (field, value) = match self.ends(value) {
            Some(ends) => (range, json!(ends)),
            None => (point, json!(self.slice(value.span))),
        };
        let entry = self.fields.entry(field).or_insert_with(|| json!({}));
        entry[name] = value;
    }

    fn evaluate(&mut self, args: &[Written]) -> Read {
        for w in self.about("expr", args)? {
            let (name, value) = self.named(w)?;
            self.place(name, value, "at", "at");
        }
        Ok(())
    }

    fn simplify(&mut self, args: &[Written]) -> Read {
        match self.about("expr", args)? {
            [] => Ok(()),
            [more, ..] => self.wrong(more.span, "only a formula is simplified"),
        }
    }

    fn equal(&mut self, args: &[Written]) -> Read {
        let [a, b] = args else { return self.wrong(self.span, "two formulas are compared") };
        for (field, w) in [("a", a), ("b", b)] {
            let text = self.formula(field, w);
            self.put(field, text);
        }
        Ok(())
    }

    fn taylor(&mut self, args: &[Written]) -> Read {
        let mut over = None;
        for w in self.about("expr", args)? {
            match w.as_named() {
                Some(("order", value)) => self.order(value)?,
                Some(("error", value)) => {
                    let error = self.number(value)?;
                    self.put("error", error);
                }
                Some(("over", value)) => over = Some(value),
                Some((name, value)) => self.place(name, value, "at", "at"),
                None if !self.fields.contains_key("order") => self.order(w)?,
                None => return self.wrong(w.span, "there are two orders"),
            }
        }
        let names: Vec<String> = match self.fields.get("at").and_then(Value::as_object) {
            Some(at) => at.keys().cloned().collect(),
            None => return self.wrong(self.span, "about which place? `x = 0` is missing"),
        };
        if !self.fields.contains_key("order") && !self.fields.contains_key("error") {
            return self.wrong(self.span, "how many terms? `order` is missing");
        }
        let Some(over) = over else { return Ok(()) };
        match (self.ends(over), names.as_slice()) {
            (Some(ends), [name]) => self.put("over", json!({ name.as_str(): ends })),
            _ => {
                for w in self.list(over) {
                    let (name, value) = self.named(w)?;
                    let Some(_) = self.ends(value) else { return self.wrong(w.span, "a range is `-1..1`") };
                    self.place(name, value, "over", "over");
                }
            }
        }
        Ok(())
    }

    fn order(&mut self, w: &Written) -> Read {
        match self.number(w)? {
            n if n.fract() == 0.0 && (0.0..=1e6).contains(&n) => {
                self.put("order", n as u64);
                Ok(())
            }
            _ => self.wrong(w.span, "the order is a whole number"),
        }
    }

    /// The number that is written.
    fn number(&self, w: &Written) -> Read<f64> {
        let value = self.scope.meaning(w).ok().and_then(|l| program::eval(&l.expr, &[]).ok());
        match value.filter(|v| v.is_finite()) {
            Some(value) => Ok(value),
            None => self.wrong(w.span, format!("`{}` is not a number", self.slice(w.span))),
        }
    }

    fn limit(&mut self, args: &[Written]) -> Read {
        for w in self.about("expr", args)? {
            match self.named(w)? {
                ("side", value) => {
                    let side = self.slice(value.span);
                    self.put("side", side);
                }
                (name, value) if !self.fields.contains_key("wrt") => {
                    let to = self.slice(value.span);
                    self.put("wrt", name);
                    self.put("to", to);
                }
                _ => return self.wrong(w.span, "a limit is of one variable"),
            }
        }
        if self.fields.contains_key("wrt") {
            return Ok(());
        }
        self.wrong(self.span, "expected one place, such as `x = 0`")
    }

    fn integrate(&mut self, args: &[Written]) -> Read {
        for w in self.about("expr", args)? {
            if w.as_name() == Some("prove") {
                self.put("prove", true);
                continue;
            }
            if self.fields.contains_key("wrt") {
                return self.wrong(w.span, "an integral here is by one variable");
            }
            match (w.as_name(), w.as_named()) {
                (Some(name), _) => self.put("wrt", name),
                (None, Some((name, range))) => {
                    let Some([from, to]) = self.ends(range) else {
                        return self.wrong(w.span, "a range is `x = 0..1`");
                    };
                    self.put("wrt", name);
                    self.put("from", from);
                    self.put("to", to);
                }
                (None, None) => return self.wrong(w.span, "by what? a name, or a range `x = 0..1`"),
            }
        }
        if self.fields.contains_key("wrt") {
            return Ok(());
        }
        self.wrong(self.span, "by what? a name, or a range `x = 0..1`")
    }

    /// Texts in a list, each with its place.
    fn texts(&mut self, field: &str, list: &[&Written]) {
        let texts: Vec<String> = list
            .iter()
            .enumerate()
            .map(|(k, w)| {
                let name = if list.len() == 1 { field.to_owned() } else { format!("{field}[{k}]") };
                self.places.push((name, [w.span.from as usize, w.span.to as usize]));
                self.slice(w.span)
            })
            .collect();
        self.put(field, texts);
    }

    /// What is said beside starts and ranges: `from = [x = 1]`, `over = […]`, `subject_to = […]`, `method = newton`.
    fn method(&mut self, w: &Written) -> Read {
        // `subject_to [x + y = 1]` reads as well.
        if let Kind::Index(base, list) = &w.kind
            && base.as_name() == Some("subject_to")
        {
            self.texts("subject_to", &list.iter().collect::<Vec<_>>());
            return Ok(());
        }
        match self.named(w)? {
            ("from" | "over" | "start", list) => {
                for w in self.list(list) {
                    let (name, value) = self.named(w)?;
                    self.place(name, value, "from", "over");
                }
            }
            ("subject_to", list) => {
                let list = self.list(list);
                self.texts("subject_to", &list);
            }
            ("method", value) => {
                let name = self.slice(value.span);
                self.put("method", name);
            }
            (name, value) => self.place(name, value, "from", "over"),
        }
        Ok(())
    }

    fn solve(&mut self, args: &[Written]) -> Read {
        let Some((equations, rest)) = args.split_first() else {
            return self.wrong(self.span, "there is no equation");
        };
        let list = self.list(equations);
        self.texts("equations", &list);
        rest.iter().try_for_each(|w| self.method(w))
    }

    fn minimize(&mut self, args: &[Written]) -> Read {
        let rest = self.about("expr", args)?;
        rest.iter().try_for_each(|w| self.method(w))
    }

    /// The model; columns are vectors that the sheet knows, under their own name or under another.
    fn fit(&mut self, args: &[Written]) -> Read {
        let model =
            args.first().and_then(|w| w.as_call().filter(|(name, sides)| *name == "~" && sides.len() == 2));
        let Some((_, sides)) = model else {
            return self.wrong(self.span, "a model is written `y ~ a x + b`");
        };
        self.about("model", args)?;
        let mut data = Map::new();
        for w in &args[1..] {
            match self.named(w)? {
                ("start", list) => {
                    for w in self.list(list) {
                        let (name, value) = self.named(w)?;
                        let value = self.slice(value.span);
                        self.fields.entry("start").or_insert_with(|| json!({}))[name] = value.into();
                    }
                }
                ("params", list) => {
                    let names: Vec<String> = self.list(list).iter().map(|w| self.slice(w.span)).collect();
                    self.put("params", names);
                }
                ("method", value) => {
                    let name = self.slice(value.span);
                    self.put("method", name);
                }
                ("sigma", value) => match (value.as_name(), self.column(value)) {
                    (Some(name), Some(column)) => {
                        data.insert(name.to_owned(), column);
                        self.without.push(name.to_owned());
                        self.put("sigma", name);
                    }
                    _ => {
                        let sigma = self.number(value)?;
                        self.put("sigma", sigma);
                    }
                },
                (name, value) => match self.column(value) {
                    Some(column) => {
                        data.insert(name.to_owned(), column);
                        self.without.push(name.to_owned());
                    }
                    None => {
                        return self
                            .wrong(w.span, format!("`{name}` is no column: a list of numbers is wanted"));
                    }
                },
            }
        }
        for name in sides.iter().flat_map(Written::names) {
            let own = Written::new(Kind::Name(name.into()), self.span);
            if !data.contains_key(name)
                && let Some(column) = self.column(&own)
            {
                data.insert(name.to_owned(), column);
                self.without.push(name.to_owned());
            }
        }
        self.put("data", Value::Object(data));
        Ok(())
    }

    /// The numbers of a list.
    fn column(&self, w: &Written) -> Option<Value> {
        let list = self.scope.meaning(w).ok()?.expr;
        let Node::Tensor(Tensor::Stack(entries)) = list.node() else { return None };
        let number = |e: &Expr| program::eval(e, &[]).ok().filter(|v| v.is_finite());
        let numbers: Option<Vec<f64>> = entries.iter().map(number).collect();
        Some(json!(numbers?))
    }

    /// `plot(sin(x), x = 0..6)`, several curves in a list, a landscape over two names, `y = -1..1` for the heights.
    fn plot(&mut self, args: &[Written]) -> Read {
        let Some((of, rest)) = args.split_first() else {
            return self.wrong(self.span, "there is nothing to draw");
        };
        let mut ranges: Vec<(&str, [String; 2])> = Vec::new();
        for w in rest {
            let (name, value) = self.named(w)?;
            let Some(ends) = self.ends(value) else { return self.wrong(w.span, "a range is `x = -1..1`") };
            ranges.push((name, ends));
        }
        let Some((first, over)) = ranges.first().cloned() else {
            return self.wrong(self.span, "over what? a range `x = -1..1` is missing");
        };
        let list = self.list(of);
        let free = |w: &Written, name: &str| match w.as_name().and_then(|f| self.scope.variables_of(f)) {
            Some(vars) => vars.len() > 1,
            None => w.names().contains(&name),
        };
        let second = ranges.get(1).filter(|(name, _)| list.iter().any(|w| free(w, name))).cloned();
        let mut layers = Vec::new();
        for (k, w) in list.iter().enumerate() {
            self.places.push((format!("layers[{k}].expr"), [w.span.from as usize, w.span.to as usize]));
            // A function by its name is drawn over the names that run.
            let text = match (w.as_name().filter(|f| self.scope.variables_of(f).is_some()), &second) {
                (Some(f), Some((y, _))) => format!("{f}({first}, {y})"),
                (Some(f), None) => format!("{f}({first})"),
                (None, _) => self.slice(w.span),
            };
            let draw = if second.is_some() { "landscape" } else { "curve" };
            layers.push(json!({ "draw": draw, "expr": text }));
        }
        self.put("layers", layers);
        let mut all = json!({ first: over });
        match (second, ranges.get(1)) {
            (Some((y, ends)), _) => all[y] = json!(ends),
            (None, Some((_, ends))) => self.put("y", json!(ends)),
            (None, None) => {}
        }
        self.put("over", all);
        Ok(())
    }
}
