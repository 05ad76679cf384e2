//! Pieces into the surface tree. One parser for text and for LaTeX; only the pieces are made differently.
//!
//! Here: precedence, implicit products, what is ambiguous and refused, recovery after a mistake.
//! Not here: what names mean (`resolve`, `lower`). From loose to tight: `or`, `and`, `not`, relations, `..`,
//! sums, products, signs, powers, what stands behind an operand.
//! Invariant: recursion is at most [`Limits::max_depth`] deep, and so is the tree.
//! Start reading at [`Parser::expr`].

use super::error::{Errors, MAX_ERRORS, Span, SyntaxError};
use super::token::{Shape, Tok, Token};
use super::vocabulary::{Other, Word};
use super::written::{Bracket, CallForm, Join, Kind, LeibnizForm, Logical, Raise, Rel, Sign, Written};

/// How much of a text is read before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters; default 100 000.
    pub max_chars: usize,
    /// Brackets, exponents and the like inside each other; default 200, and never more than 400.
    pub max_depth: usize,
    /// Parts of the tree; default 100 000.
    pub max_nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_chars: 100_000, max_depth: 200, max_nodes: 100_000 }
    }
}

/// Deeper than this the reader's own stack would be at risk.
const DEEPEST: usize = 400;

/// A level of nesting can be a bracket, a sum and a product: so much higher than deep may a tree be.
const HEIGHT_PER_DEPTH: usize = 3;

impl Limits {
    /// The depth that is kept to.
    pub(super) fn depth(&self) -> usize {
        self.max_depth.min(DEEPEST)
    }

    /// The characters of the text, or why it is not read.
    pub(super) fn characters(&self, text: &str) -> Result<Vec<char>, Errors> {
        let too_long = text.len() > self.max_chars && text.chars().nth(self.max_chars).is_some();
        if too_long {
            let span = Span::new(self.max_chars, self.max_chars + 1);
            let message = format!("the text is longer than {} characters", self.max_chars);
            let hint = "split it into definitions, one for each part";
            return Err(SyntaxError::new("budget.text", span, message).with_hint(hint).into());
        }
        Ok(text.chars().collect())
    }
}

/// Reads pieces from left to right and never back.
pub(super) struct Parser<'a> {
    source: &'a [char],
    tokens: Vec<Token>,
    at: usize,
    errors: Vec<SyntaxError>,
    limits: Limits,
    depth: usize,
    nodes: usize,
    /// Inside `|…`, where the next `|` closes?
    in_pipes: bool,
    in_double_pipes: bool,
    latex: bool,
    /// A budget is used up: nothing more is read.
    stopped: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        source: &'a [char],
        tokens: Vec<Token>,
        errors: Vec<SyntaxError>,
        limits: &Limits,
        latex: bool,
    ) -> Parser<'a> {
        let mut parser = Parser {
            source,
            tokens,
            at: 0,
            errors,
            limits: *limits,
            depth: 0,
            nodes: 0,
            in_pipes: false,
            in_double_pipes: false,
            latex,
            stopped: false,
        };
        parser.check_brackets();
        parser
    }

    /// The whole text as one expression.
    pub(super) fn whole(mut self) -> Result<Written, Errors> {
        let written = self.whole_expr();
        self.finish(written)
    }

    pub(super) fn whole_expr(&mut self) -> Written {
        let written = self.expr();
        if !self.at_end() && !self.stopped {
            self.unexpected();
        }
        written
    }

    pub(super) fn finish<T>(self, value: T) -> Result<T, Errors> {
        match Errors::from_list(self.errors) {
            Some(errors) => Err(errors),
            None => Ok(value),
        }
    }

    // Pieces.

    pub(super) fn peek(&self) -> &Tok {
        &self.tokens[self.at].kind
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Tok {
        &self.tokens[(self.at + ahead).min(self.tokens.len() - 1)].kind
    }

    pub(super) fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    fn spaced(&self) -> bool {
        self.tokens[self.at].spaced
    }

    fn previous_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    pub(super) fn at_end(&self) -> bool {
        *self.peek() == Tok::End
    }

    pub(super) fn advance(&mut self) -> Span {
        let span = self.span();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        span
    }

    pub(super) fn eat(&mut self, kind: &Tok) -> bool {
        let is = self.peek() == kind;
        if is {
            self.advance();
        }
        is
    }

    pub(super) fn word(&self) -> Option<&str> {
        self.word_at(0)
    }

    fn word_at(&self, ahead: usize) -> Option<&str> {
        match self.peek_at(ahead) {
            Tok::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Text between two places, for hints.
    fn text(&self, span: Span) -> String {
        let length = (span.to - span.from) as usize;
        self.source.iter().skip(span.from as usize).take(length).collect()
    }

    // Mistakes.

    pub(super) fn error(&mut self, error: SyntaxError) {
        if !self.stopped && self.errors.len() < 4 * MAX_ERRORS {
            self.errors.push(error);
        }
    }

    /// A mistake with a hint that shows corrected text, unless the text is too long to be shown.
    fn error_showing(
        &mut self,
        error: SyntaxError,
        pieces: &[Span],
        hint: impl Fn(&[String]) -> String,
        plain: &str,
    ) {
        let texts: Vec<String> = pieces.iter().map(|s| self.text(*s)).collect();
        let long = texts.iter().map(|t| t.chars().count()).sum::<usize>() > 80;
        let hint = if long { plain.to_owned() } else { hint(&texts) };
        self.error(error.with_hint(hint));
    }

    #[cold]
    fn stop(&mut self, error: SyntaxError) {
        if !self.stopped {
            self.errors.push(error);
            self.stopped = true;
        }
        self.at = self.tokens.len() - 1;
    }

    #[cold]
    fn too_deep(&mut self, span: Span) {
        let depth = self.limits.depth();
        let message = format!("the text is nested more than {depth} levels deep");
        let hint = "give an inner part a name, and use the name";
        self.stop(SyntaxError::new("budget.depth", span, message).with_hint(hint));
    }

    /// Stands for what is not there, once a mistake has been noted.
    fn nothing(&self) -> Written {
        Written::new(Kind::Name("".into()), self.span())
    }

    fn descend(&mut self) -> bool {
        if self.depth >= self.limits.depth() {
            let span = self.span();
            self.too_deep(span);
        }
        self.depth += 1;
        !self.stopped
    }

    fn node(&mut self, kind: Kind, span: Span) -> Written {
        self.nodes += 1;
        if self.nodes > self.limits.max_nodes {
            let message = format!("the text has more than {} parts", self.limits.max_nodes);
            let hint = "split it into definitions, one for each part";
            self.stop(SyntaxError::new("budget.nodes", span, message).with_hint(hint));
        }
        let written = Written::new(kind, span);
        if written.height() as usize > HEIGHT_PER_DEPTH * self.limits.depth() {
            self.too_deep(span);
            return self.nothing();
        }
        written
    }

    /// Brackets are matched before anything else: a missing one would make every later message wrong.
    fn check_brackets(&mut self) {
        let mut open: Vec<(Shape, Span)> = Vec::new();
        let mut wrong = Vec::new();
        let mut deepest = None;
        for t in &self.tokens {
            match t.kind {
                Tok::Open(shape) => {
                    open.push((shape, t.span));
                    if open.len() == self.limits.depth() + 1 {
                        deepest = Some(t.span);
                        break;
                    }
                }
                Tok::Close(shape) => match open.last() {
                    Some((s, _)) if *s == shape => {
                        open.pop();
                    }
                    Some((s, at)) if open.iter().any(|(o, _)| *o == shape) => {
                        // Something inside was left open.
                        let (s, at) = (*s, *at);
                        let (left, right) = s.pair();
                        wrong.push(
                            SyntaxError::new("syntax.unbalanced", at, format!("`{left}` is never closed"))
                                .with_hint(format!("put `{right}` before `{}`", shape.pair().1)),
                        );
                        while open.pop().is_some_and(|(o, _)| o != shape) {}
                    }
                    _ => {
                        let (left, right) = shape.pair();
                        let error = format!("`{right}` closes nothing");
                        let mut hint = format!("leave it out, or put `{left}` where it should begin");
                        if self.source.len() <= 60 && wrong.is_empty() {
                            let (before, after) = self.source.split_at(t.span.from as usize);
                            let after = after.iter().skip((t.span.to - t.span.from) as usize);
                            let text: String = before.iter().chain(after).collect();
                            hint = format!("leave it out: `{}`", text.trim());
                        }
                        wrong.push(SyntaxError::new("syntax.unbalanced", t.span, error).with_hint(hint));
                    }
                },
                _ => {}
            }
        }
        if let Some(span) = deepest {
            self.too_deep(span);
            return;
        }
        let alone = open.len() == 1 && wrong.is_empty() && self.source.len() <= 60;
        for (shape, span) in open.into_iter().take(MAX_ERRORS) {
            let (left, right) = shape.pair();
            let hint = if alone && !self.latex {
                let text: String = self.source.iter().collect();
                format!("close it, perhaps at the end: `{}{right}`", text.trim_end())
            } else {
                format!("add `{right}` where it should end")
            };
            let error = format!("`{left}` is never closed");
            wrong.push(SyntaxError::new("syntax.unbalanced", span, error).with_hint(hint));
        }
        if !wrong.is_empty() {
            wrong.truncate(MAX_ERRORS);
            self.errors.append(&mut wrong);
            self.stopped = true;
            self.at = self.tokens.len() - 1;
        }
    }

    /// The piece here cannot stand here.
    #[cold]
    pub(super) fn unexpected(&mut self) {
        let span = self.span();
        let what = self.peek().describe(self.source, span);
        let error = |message: String| SyntaxError::new("syntax.unexpected", span, message);
        let error = match self.peek() {
            Tok::Comma => error("a comma outside brackets".into())
                .with_hint("write a decimal point as `.`, and arguments inside brackets"),
            Tok::Semicolon => error("`;` outside `[…]`".into()).with_hint("write one expression at a time"),
            Tok::Tilde => error("`~` outside a model".into())
                .with_hint("a model `y ~ a x + b` stands alone, or first in `fit(…)`"),
            Tok::Colon => error("`:` cannot stand here".into())
                .with_hint("declare a name as `w: vector(n)`; a slice is written `x[2:n]`; divide with `/`"),
            Tok::DotDot => error("a range inside a range".into()).with_hint("a range has two ends: `-1..1`"),
            _ => error(format!("{what} cannot stand here"))
                .with_hint("put an operator before it, or leave it out"),
        };
        self.error(error);
    }

    #[cold]
    fn missing_operand(&mut self) -> Written {
        let span = self.span();
        let before = self.previous_span();
        let error = if self.at_end() && self.at == 0 {
            SyntaxError::new("syntax.empty", span, "there is nothing to read")
                .with_hint("type an expression, such as `x^2`")
        } else {
            let operator = self.at > 0
                && !matches!(
                    self.tokens[self.at - 1].kind,
                    Tok::Number(_) | Tok::Name(_) | Tok::Close(_) | Tok::Open(_) | Tok::Bang | Tok::Prime
                );
            let opened = self.at > 0 && matches!(self.tokens[self.at - 1].kind, Tok::Open(_));
            if operator {
                let sign = self.text(before);
                SyntaxError::new("syntax.missing-operand", before, format!("nothing follows `{sign}`"))
                    .with_hint(format!("write what comes after `{sign}`, or leave it out"))
            } else if opened {
                SyntaxError::new(
                    "syntax.missing-operand",
                    before.to(span),
                    "there is nothing between the brackets",
                )
                .with_hint("write something inside them, or leave them out")
            } else {
                let what = self.peek().describe(self.source, span);
                SyntaxError::new("syntax.missing-operand", span, format!("nothing stands before {what}"))
                    .with_hint(format!("write what comes before {what}, or leave it out"))
            }
        };
        self.error(error);
        self.nothing()
    }

    // Logic and relations.

    /// Anything at all.
    pub(super) fn expr(&mut self) -> Written {
        if !self.descend() {
            self.depth -= 1;
            return self.nothing();
        }
        let left = self.conjunction();
        let written = if self.word() == Some("or") {
            let mut parts = vec![left];
            while self.word() == Some("or") {
                self.advance();
                parts.push(self.conjunction());
            }
            self.joined(Logical::Or, parts)
        } else {
            left
        };
        self.depth -= 1;
        written
    }

    fn joined(&mut self, logical: Logical, parts: Vec<Written>) -> Written {
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        self.node(Kind::Logic(logical, parts), span)
    }

    fn conjunction(&mut self) -> Written {
        let left = self.negation();
        if self.word() != Some("and") {
            return left;
        }
        let mut parts = vec![left];
        while self.word() == Some("and") {
            self.advance();
            parts.push(self.negation());
        }
        self.joined(Logical::And, parts)
    }

    fn negation(&mut self) -> Written {
        let mut nots = Vec::new();
        while self.word() == Some("not") && !matches!(self.peek_at(1), Tok::Open(Shape::Round)) {
            nots.push(self.advance());
        }
        let mut written = self.relation();
        for span in nots.into_iter().rev() {
            let whole = span.to(written.span);
            written = self.node(Kind::Not(Box::new(written)), whole);
            if self.stopped {
                break;
            }
        }
        written
    }

    fn relation(&mut self) -> Written {
        let first = self.range();
        let mut rest = Vec::new();
        loop {
            let rel = match self.peek() {
                Tok::Equal => Rel::Equal,
                Tok::Same => Rel::Same,
                Tok::NotEqual => Rel::NotEqual,
                Tok::Less => Rel::Less,
                Tok::LessEqual => Rel::LessEqual,
                Tok::Greater => Rel::Greater,
                Tok::GreaterEqual => Rel::GreaterEqual,
                _ => break,
            };
            self.advance();
            rest.push((rel, self.range()));
        }
        match rest.last() {
            Some((_, last)) => {
                let span = first.span.to(last.span);
                self.node(Kind::Relation(Box::new(first), rest), span)
            }
            None => first,
        }
    }

    fn range(&mut self) -> Written {
        let from = self.sum();
        if !self.eat(&Tok::DotDot) {
            return from;
        }
        let to = self.sum();
        let span = from.span.to(to.span);
        self.node(Kind::Range(Box::new((from, to))), span)
    }

    // Sums and products.

    fn sign(&mut self) -> Option<(Sign, Span)> {
        let sign = match self.peek() {
            Tok::Plus => Sign::Plus,
            Tok::Minus => Sign::Minus,
            _ => return None,
        };
        Some((sign, self.advance()))
    }

    pub(super) fn sum(&mut self) -> Written {
        let lead = self.sign();
        let first = self.term();
        let start = lead.map_or(first.span, |(_, s)| s.to(first.span));
        if !matches!(self.peek(), Tok::Plus | Tok::Minus) {
            return match lead {
                Some((sign, _)) => self.node(Kind::Signed(sign, Box::new(first)), start),
                None => first,
            };
        }
        let mut terms = vec![(lead.map_or(Sign::Plus, |(sign, _)| sign), first)];
        let mut span = start;
        while let Some((sign, _)) = self.sign() {
            let term = self.term();
            span = span.to(term.span);
            terms.push((sign, term));
        }
        self.node(Kind::Sum(terms), span)
    }

    fn term(&mut self) -> Written {
        let first = self.factor();
        let join = self.next_join();
        if join.is_none() {
            return first;
        }
        let mut span = first.span;
        let mut factors = vec![(Join::First, first)];
        let mut next = join;
        while let Some(join) = next {
            if join != Join::Implicit {
                self.advance();
            }
            let factor = if join == Join::Implicit {
                self.check_neighbours(&factors[factors.len() - 1].1);
                self.power()
            } else {
                self.factor()
            };
            span = span.to(factor.span);
            factors.push((join, factor));
            if self.stopped {
                break;
            }
            next = self.next_join();
        }
        self.check_division(&factors);
        self.node(Kind::Product(factors), span)
    }

    fn next_join(&self) -> Option<Join> {
        match self.peek() {
            Tok::Times => Some(Join::Times),
            Tok::Over => Some(Join::Over),
            Tok::TimesEach => Some(Join::TimesEach),
            Tok::OverEach => Some(Join::OverEach),
            _ if self.starts_operand() => Some(Join::Implicit),
            _ => None,
        }
    }

    fn starts_operand(&self) -> bool {
        match self.peek() {
            Tok::Number(_)
            | Tok::Open(_)
            | Tok::Root(_)
            | Tok::Partial
            | Tok::Nabla
            | Tok::Frac
            | Tok::RootIndex => true,
            Tok::Name(name) => {
                !matches!(&**name, "and" | "or" | "not") || {
                    &**name == "not" && matches!(self.peek_at(1), Tok::Open(Shape::Round))
                }
            }
            Tok::Pipe => !self.in_pipes,
            Tok::DoublePipe => !self.in_double_pipes,
            Tok::Plus
            | Tok::Minus
            | Tok::Times
            | Tok::Over
            | Tok::Caret
            | Tok::TimesEach
            | Tok::OverEach
            | Tok::CaretEach
            | Tok::Bang
            | Tok::Prime
            | Tok::Superscript(_)
            | Tok::Degree
            | Tok::Comma
            | Tok::Semicolon
            | Tok::Colon
            | Tok::Equal
            | Tok::Same
            | Tok::NotEqual
            | Tok::Less
            | Tok::LessEqual
            | Tok::Greater
            | Tok::GreaterEqual
            | Tok::Tilde
            | Tok::DotDot
            | Tok::Close(_)
            | Tok::Subscript
            | Tok::Transpose
            | Tok::End => false,
        }
    }

    /// A number behind what it multiplies is most often a slip of the finger.
    fn check_neighbours(&mut self, left: &Written) {
        let right = self.span();
        let number = match self.peek() {
            Tok::Number(number) => number.clone(),
            Tok::Frac if self.latex && matches!(&left.kind, Kind::Number(_)) => {
                let whole = |k: usize| {
                    matches!(self.peek_at(k), Tok::Open(Shape::Group))
                        && matches!(self.peek_at(k + 1), Tok::Number(_))
                        && matches!(self.peek_at(k + 2), Tok::Close(Shape::Group))
                };
                if whole(1) && whole(4) {
                    self.error(
                        SyntaxError::new(
                            "syntax.number-position",
                            left.span.to(right),
                            "a number beside a fraction of numbers: a product, or a mixed number?",
                        )
                        .with_hint("write the product with `\\cdot`, the mixed number with `+`"),
                    );
                }
                return;
            }
            _ => return,
        };
        let l = self.text(left.span);
        let two = matches!(left.kind, Kind::Number(_));
        let message = if two {
            "two numbers beside each other".to_owned()
        } else {
            format!("the number {number} stands behind what it multiplies")
        };
        let error = SyntaxError::new("syntax.number-position", left.span.to(right), message);
        let hint = if l.chars().count() > 30 {
            "put `*` between them, or `^` for a power".to_owned()
        } else if two {
            format!("write the product as `{l}*{number}`, one number as `{l}{number}`")
        } else {
            format!("write the product as `{number} {l}`, the power as `{l}^{number}`")
        };
        self.error(error.with_hint(hint));
    }

    /// `a/b c` is `(a/b) c` for some and `a/(b c)` for others.
    fn check_division(&mut self, factors: &[(Join, Written)]) {
        let mut k = 1;
        while k + 1 < factors.len() {
            let run = factors[k + 1..].iter().take_while(|(j, _)| *j == Join::Implicit).count();
            if matches!(factors[k].0, Join::Over | Join::OverEach) && run > 0 {
                let before = factors[0].1.span.to(factors[k - 1].1.span);
                let divisor = factors[k].1.span;
                let rest = factors[k + 1].1.span.to(factors[k + run].1.span);
                let span = before.to(rest);
                let error = SyntaxError::new(
                    "syntax.ambiguous-division",
                    span,
                    "a product behind `/` can be read in two ways",
                );
                self.error_showing(
                    error,
                    &[before, divisor, rest],
                    |t| format!("write `({}/{}) {}` or `{}/({} {})`", t[0], t[1], t[2], t[0], t[1], t[2]),
                    "put brackets around the quotient, or around all of the divisor",
                );
                return;
            }
            k += run + 1;
        }
    }

    /// A factor with the signs in front of it.
    fn factor(&mut self) -> Written {
        let mut signs = Vec::new();
        while let Some(sign) = self.sign() {
            signs.push(sign);
        }
        let mut written = self.power();
        for (sign, span) in signs.into_iter().rev() {
            let whole = span.to(written.span);
            written = self.node(Kind::Signed(sign, Box::new(written)), whole);
            if self.stopped {
                break;
            }
        }
        written
    }

    // Powers.

    fn power(&mut self) -> Written {
        let base = self.postfix();
        self.power_of(base)
    }

    fn power_of(&mut self, base: Written) -> Written {
        let raise = match self.peek() {
            Tok::Caret => Raise::Caret,
            Tok::CaretEach => Raise::Each,
            _ => return base,
        };
        if matches!(&base.kind, Kind::Root(_, a) if !matches!(a.kind, Kind::Brackets(..))) {
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    base.span,
                    "a power behind a root can be read in two ways",
                ),
                &[base.span],
                |t| format!("write `({})^…`, or put brackets around what is under the root", t[0]),
                "put brackets around the root, or around what is under it",
            );
        }
        let caret = self.advance();
        if self.latex && self.transposed() {
            let span = base.span.to(self.previous_span());
            let primed = self.node(Kind::Primed(Box::new(base), 1), span);
            return self.power_of(primed);
        }
        let exponent = self.exponent(&base, caret);
        let span = base.span.to(exponent.span);
        self.node(Kind::Power(raise, Box::new((base, exponent))), span)
    }

    /// `^\top`, `^{\top}`, `^{\prime}`, in LaTeX.
    fn transposed(&mut self) -> bool {
        let is = |t: &Tok| matches!(t, Tok::Transpose | Tok::Prime);
        let group = matches!(self.peek(), Tok::Open(Shape::Group));
        if group && is(self.peek_at(1)) && matches!(self.peek_at(2), Tok::Close(Shape::Group)) {
            self.at += 3;
            return true;
        }
        false
    }

    fn exponent(&mut self, base: &Written, caret: Span) -> Written {
        if !self.descend() {
            self.depth -= 1;
            return self.nothing();
        }
        let mut signs = Vec::new();
        while let Some(sign) = self.sign() {
            signs.push(sign);
        }
        let operand = self.postfix();
        if let Kind::Factorial(inner) | Kind::Primed(inner, _) = &operand.kind {
            if inner.as_call().is_none() {
                let sign = if matches!(operand.kind, Kind::Factorial(_)) { "!" } else { "'" };
                let inner = inner.span;
                self.error_showing(
                    SyntaxError::new(
                        "syntax.ambiguous-power",
                        base.span.to(operand.span),
                        format!("`{sign}` behind an exponent can be read in two ways"),
                    ),
                    &[base.span, inner],
                    |t| format!("write `({}^{}){sign}` or `{}^({}{sign})`", t[0], t[1], t[0], t[1]),
                    "put brackets around the power, or around the exponent",
                );
            }
        }
        let plain_number = matches!(operand.kind, Kind::Number(_));
        let fixed_base = matches!(base.kind, Kind::Number(_)) || base.as_name() == Some("e");
        if plain_number && fixed_base && !self.latex && !self.spaced() && matches!(self.peek(), Tok::Name(_))
        {
            let name = self.span();
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    base.span.to(name),
                    "where this exponent ends can be read in two ways",
                ),
                &[base.span, operand.span, name],
                |t| format!("write `{}^({}{})` or `{}^{} {}`", t[0], t[1], t[2], t[0], t[1], t[2]),
                "put brackets around the exponent",
            );
        }
        let mut written =
            if matches!(self.peek(), Tok::Caret | Tok::CaretEach) { self.power_of(operand) } else { operand };
        for (sign, span) in signs.into_iter().rev() {
            let whole = span.to(written.span);
            written = self.node(Kind::Signed(sign, Box::new(written)), whole);
            if self.stopped {
                break;
            }
        }
        if written.as_name() == Some("") {
            written.span = caret;
        }
        self.depth -= 1;
        written
    }

    // What stands behind an operand.

    fn postfix(&mut self) -> Written {
        let mut written = self.primary();
        while !self.stopped {
            let tight = !self.spaced();
            match self.peek() {
                Tok::Bang => {
                    let span = written.span.to(self.advance());
                    if matches!(written.kind, Kind::Factorial(_)) {
                        self.error_showing(
                            SyntaxError::new("syntax.ambiguous-power", span, "`!!` can be read in two ways"),
                            &[written.span],
                            |t| format!("write `({})!` for the factorial of a factorial", t[0]),
                            "put brackets around the first factorial",
                        );
                    }
                    written = self.node(Kind::Factorial(Box::new(written)), span);
                }
                Tok::Prime => {
                    let span = written.span.to(self.advance());
                    written = match written.kind {
                        Kind::Primed(inner, n) => self.node(Kind::Primed(inner, n + 1), span),
                        _ => self.node(Kind::Primed(Box::new(written), 1), span),
                    };
                }
                Tok::Degree => {
                    let span = written.span.to(self.advance());
                    written = self.node(Kind::Degrees(Box::new(written)), span);
                }
                Tok::Superscript(_) => written = self.superscript(written),
                Tok::Open(Shape::Square) if tight && may_be_indexed(&written) => {
                    self.advance();
                    let list = self.list(Shape::Square, true);
                    let span = written.span.to(self.advance());
                    written = self.node(Kind::Index(Box::new(written), list), span);
                }
                Tok::Open(Shape::Round) if tight && may_be_applied(&written) => {
                    written = self.call(written, false);
                }
                _ => break,
            }
        }
        written
    }

    fn superscript(&mut self, base: Written) -> Written {
        let Tok::Superscript(text) = self.peek().clone() else { return base };
        let at = self.advance();
        let span = base.span.to(at);
        if &*text == "T" {
            return self.node(Kind::Primed(Box::new(base), 1), span);
        }
        if matches!(base.kind, Kind::Root(_, ref a) if !matches!(a.kind, Kind::Brackets(..))) {
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    span,
                    "a power behind a root can be read in two ways",
                ),
                &[base.span],
                |t| format!("write `({})^{text}`, or put brackets around what is under the root", t[0]),
                "put brackets around the root, or around what is under it",
            );
        }
        let (sign, digits) = match text.strip_prefix(['+', '-']) {
            Some(rest) => (Some(if text.starts_with('-') { Sign::Minus } else { Sign::Plus }), rest),
            None => (None, &*text),
        };
        let name = digits.chars().next().is_some_and(char::is_alphabetic);
        let good = if name {
            digits.len() == 1
        } else {
            digits.bytes().all(|b| b.is_ascii_digit()) && !digits.is_empty()
        };
        if !good {
            self.error(
                SyntaxError::new("syntax.number", at, "this raised text is not a number")
                    .with_hint(format!("write it as `^({text})`")),
            );
        }
        let kind = if name { Kind::Name(digits.into()) } else { Kind::Number(digits.into()) };
        let mut exponent = self.node(kind, at);
        if let Some(sign) = sign {
            exponent = self.node(Kind::Signed(sign, Box::new(exponent)), at);
        }
        if matches!(self.peek(), Tok::Caret) {
            self.error(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    span,
                    "a raised number with `^` behind it can be read in two ways",
                )
                .with_hint(format!("write `^({text}^…)`, or put brackets around the power")),
            );
        }
        self.node(Kind::Power(Raise::Superscript, Box::new((base, exponent))), span)
    }

    /// `function( … )`, standing before the bracket.
    fn call(&mut self, function: Written, spaced: bool) -> Written {
        self.advance();
        let args = if matches!(self.peek(), Tok::Close(Shape::Round)) {
            Vec::new()
        } else {
            self.list(Shape::Round, false)
        };
        let span = function.span.to(self.advance());
        self.node(Kind::Call(Box::new(CallForm { function, args, bare: false, spaced })), span)
    }

    /// What is between brackets, up to and without the closing one; a mistake in one item does not hide the next.
    fn list(&mut self, close: Shape, slices: bool) -> Vec<Written> {
        let pipes = (std::mem::take(&mut self.in_pipes), std::mem::take(&mut self.in_double_pipes));
        let mut list = Vec::new();
        loop {
            list.push(if slices { self.slice() } else { self.expr_or_model() });
            if self.stopped {
                break;
            }
            if !matches!(self.peek(), Tok::Comma) && *self.peek() != Tok::Close(close) {
                self.unexpected();
                self.skip_to_separator();
            }
            if !self.eat(&Tok::Comma) {
                break;
            }
        }
        (self.in_pipes, self.in_double_pipes) = pipes;
        list
    }

    /// Moves to the next comma, semicolon or closing bracket of this level. Brackets are known to match.
    fn skip_to_separator(&mut self) {
        let mut level = 0_usize;
        while !self.at_end() {
            match self.peek() {
                Tok::Open(_) => level += 1,
                Tok::Close(_) | Tok::Comma | Tok::Semicolon if level == 0 => return,
                Tok::Close(_) => level -= 1,
                _ => {}
            }
            self.advance();
        }
    }

    /// An expression, or `y ~ a x + b`, which only `fit` takes.
    fn expr_or_model(&mut self) -> Written {
        let left = self.expr();
        if !matches!(self.peek(), Tok::Tilde) {
            return left;
        }
        let tilde = self.advance();
        let right = self.expr();
        let span = left.span.to(right.span);
        let name = self.node(Kind::Name("~".into()), tilde);
        let form = CallForm { function: name, args: vec![left, right], bare: false, spaced: false };
        self.node(Kind::Call(Box::new(form)), span)
    }

    fn slice(&mut self) -> Written {
        let start = self.span();
        let from = if matches!(self.peek(), Tok::Colon) { None } else { Some(Box::new(self.expr())) };
        let Tok::Colon = self.peek() else { return from.map_or_else(|| self.nothing(), |w| *w) };
        let mut span = start.to(self.advance());
        let to = match self.peek() {
            Tok::Comma | Tok::Close(_) => None,
            _ => Some(Box::new(self.expr())),
        };
        if let Some(to) = &to {
            span = span.to(to.span);
        }
        self.node(Kind::Slice(from, to), span)
    }

    // Operands.

    /// A part read by recursion that passes through no bracket.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Written) -> Written {
        let written = if self.descend() { read(self) } else { self.nothing() };
        self.depth -= 1;
        written
    }

    fn primary(&mut self) -> Written {
        match self.peek() {
            Tok::Number(text) => {
                let kind = Kind::Number(text.clone());
                let span = self.advance();
                self.node(kind, span)
            }
            Tok::Name(_) => self.named(),
            Tok::Open(shape) => {
                let shape = *shape;
                self.bracketed(shape)
            }
            Tok::Pipe => {
                let open = self.advance();
                let outer = std::mem::replace(&mut self.in_pipes, true);
                let inner = self.expr();
                self.in_pipes = outer;
                self.close_pipe(Tok::Pipe, open, inner)
            }
            Tok::DoublePipe => {
                let open = self.advance();
                let outer = std::mem::replace(&mut self.in_double_pipes, true);
                let inner = self.expr();
                self.in_double_pipes = outer;
                self.close_pipe(Tok::DoublePipe, open, inner)
            }
            Tok::Root(n) => {
                let n = *n;
                self.root(n)
            }
            Tok::Partial => self.derivative_or_nothing(),
            Tok::Nabla => {
                let nabla = self.advance();
                let of = self.nested(Self::postfix);
                let span = nabla.to(of.span);
                let function = self.node(Kind::Name("grad".into()), nabla);
                let form = CallForm { function, args: vec![of], bare: false, spaced: false };
                self.node(Kind::Call(Box::new(form)), span)
            }
            Tok::Frac => self.fraction(),
            Tok::RootIndex => self.root_with_index(),
            _ => self.missing_operand(),
        }
    }

    fn close_pipe(&mut self, pipe: Tok, open: Span, inner: Written) -> Written {
        if self.stopped {
            return inner;
        }
        let (sign, name) = if pipe == Tok::Pipe { ("|", "abs") } else { ("‖", "norm") };
        if *self.peek() != pipe {
            let error = SyntaxError::new("syntax.unbalanced", open, format!("`{sign}` is never closed"));
            self.error(error.with_hint(format!("write it with brackets: `{name}(…)`")));
            return inner;
        }
        let span = open.to(self.advance());
        let inner = Box::new(inner);
        self.node(if pipe == Tok::Pipe { Kind::Abs(inner) } else { Kind::Norm(inner) }, span)
    }

    fn bracketed(&mut self, shape: Shape) -> Written {
        let open = self.advance();
        match shape {
            Shape::Square => return self.matrix(open),
            Shape::Cases => return self.cases(open),
            Shape::Brace => {
                let empty = matches!(self.peek(), Tok::Close(Shape::Brace));
                let list = if empty { Vec::new() } else { self.list(Shape::Brace, false) };
                let span = open.to(self.advance());
                return self.node(Kind::Set(list), span);
            }
            Shape::Round | Shape::Group | Shape::Bar | Shape::DoubleBar | Shape::Floor | Shape::Ceil => {}
        }
        if matches!(self.peek(), Tok::Close(_)) {
            let written = self.missing_operand();
            self.advance();
            return written;
        }
        let mut list = self.list(shape, false);
        let span = open.to(self.advance());
        if self.stopped {
            return self.nothing();
        }
        if list.len() > 1 {
            if shape != Shape::Round {
                let (left, right) = shape.pair();
                let error = SyntaxError::new(
                    "syntax.unexpected",
                    span,
                    format!("a comma between `{left}` and `{right}`"),
                );
                self.error(error.with_hint("only one expression stands between them"));
            }
            return self.node(Kind::Tuple(list), span);
        }
        let inner = Box::new(list.swap_remove(0));
        let kind = match shape {
            Shape::Bar => Kind::Abs(inner),
            Shape::DoubleBar => Kind::Norm(inner),
            Shape::Floor => Kind::Brackets(Bracket::Floor, inner),
            Shape::Ceil => Kind::Brackets(Bracket::Ceil, inner),
            Shape::Group => Kind::Brackets(Bracket::Unseen, inner),
            Shape::Round | Shape::Square | Shape::Brace | Shape::Cases => {
                Kind::Brackets(Bracket::Round, inner)
            }
        };
        self.node(kind, span)
    }

    fn matrix(&mut self, open: Span) -> Written {
        if matches!(self.peek(), Tok::Close(_)) {
            let span = open.to(self.advance());
            return self.node(Kind::Matrix(Vec::new()), span);
        }
        let rows = self.rows(Shape::Square);
        let span = open.to(self.advance());
        if !self.stopped {
            if let Some(odd) = rows.iter().find(|r| r.len() != rows[0].len()) {
                let at = odd[0].span.to(odd[odd.len() - 1].span);
                let message = format!("this row has {} entries, the first has {}", odd.len(), rows[0].len());
                self.error(
                    SyntaxError::new("shape.ragged", at, message)
                        .with_hint("give every row the same number of entries"),
                );
            }
        }
        self.node(Kind::Matrix(rows), span)
    }

    fn rows(&mut self, close: Shape) -> Vec<Vec<Written>> {
        let mut rows = Vec::new();
        loop {
            // A semicolon behind the last row ends it.
            if !rows.is_empty() && *self.peek() == Tok::Close(close) {
                return rows;
            }
            let mut row = Vec::new();
            loop {
                let pipes = (std::mem::take(&mut self.in_pipes), std::mem::take(&mut self.in_double_pipes));
                row.push(self.expr());
                (self.in_pipes, self.in_double_pipes) = pipes;
                if self.stopped {
                    break;
                }
                if !matches!(self.peek(), Tok::Comma | Tok::Semicolon) && *self.peek() != Tok::Close(close) {
                    self.unexpected();
                    self.skip_to_separator();
                }
                if !self.eat(&Tok::Comma) {
                    break;
                }
            }
            rows.push(row);
            if !self.eat(&Tok::Semicolon) {
                return rows;
            }
        }
    }

    /// `\begin{cases} a & c \\ b & \text{otherwise} \end{cases}` is `where(c, a, b)`.
    fn cases(&mut self, open: Span) -> Written {
        let rows = self.rows(Shape::Cases);
        let span = open.to(self.advance());
        if self.stopped {
            return self.nothing();
        }
        let mut rows = rows.into_iter().rev();
        let last = rows.next().unwrap_or_default();
        let otherwise = match <[Written; 2]>::try_from(last) {
            Ok([value, word]) if matches!(word.as_name(), Some("otherwise" | "else")) => Some(value),
            Err(mut row) if row.len() == 1 => row.pop(),
            _ => None,
        };
        let Some(mut written) = otherwise else {
            self.error(
                SyntaxError::new("syntax.latex", span, "the last case has a condition")
                    .with_hint("end with a case for everything else: `\\text{otherwise}`"),
            );
            return self.nothing();
        };
        for row in rows {
            let Ok([value, condition]) = <[Written; 2]>::try_from(row) else {
                self.error(
                    SyntaxError::new("syntax.latex", span, "a case without a condition")
                        .with_hint("write each case as `value & condition`"),
                );
                return self.nothing();
            };
            let function = self.node(Kind::Name("where".into()), open);
            let args = vec![condition, value, written];
            written = self
                .node(Kind::Call(Box::new(CallForm { function, args, bare: false, spaced: false })), span);
        }
        written
    }

    fn root(&mut self, n: u32) -> Written {
        let sign = self.advance();
        let inner = if self.latex || matches!(self.peek(), Tok::Root(_)) {
            self.nested(Self::primary)
        } else {
            self.root_argument()
        };
        let span = sign.to(inner.span);
        let plain = matches!(inner.kind, Kind::Number(_));
        if plain && !self.latex && !self.spaced() && matches!(self.peek(), Tok::Name(_)) {
            let name = self.span();
            self.error_showing(
                SyntaxError::new(
                    "syntax.ambiguous-power",
                    span.to(name),
                    "where this root ends can be read in two ways",
                ),
                &[sign, inner.span, name],
                |t| format!("write `{}({}{})` or `{}{} {}`", t[0], t[1], t[2], t[0], t[1], t[2]),
                "put brackets behind the root sign",
            );
        }
        self.node(Kind::Root(n, Box::new(inner)), span)
    }

    /// A root takes one number, one name with its index, or one bracket.
    fn root_argument(&mut self) -> Written {
        if self.word().is_some_and(|w| Word::find(w).is_none())
            && matches!(self.peek_at(1), Tok::Open(Shape::Round))
        {
            // `√x(x+1)`: the name alone, unless it is a function.
            let kind = self.name_kind();
            let span = self.advance();
            return self.node(kind, span);
        }
        self.nested(Self::primary)
    }

    fn root_with_index(&mut self) -> Written {
        let sign = self.advance();
        let index = self.nested(Self::primary);
        let inner = self.nested(Self::primary);
        let span = sign.to(inner.span);
        let function = self.node(Kind::Name("root".into()), sign);
        self.node(
            Kind::Call(Box::new(CallForm { function, args: vec![inner, index], bare: false, spaced: false })),
            span,
        )
    }

    fn fraction(&mut self) -> Written {
        let start = self.span();
        if let Some(derivative) = self.leibniz_fraction() {
            return derivative;
        }
        self.advance();
        let over = self.nested(Self::primary);
        let under = self.nested(Self::primary);
        let span = start.to(under.span);
        self.node(Kind::Fraction(Box::new((over, under))), span)
    }

    // Names, functions, calls.

    fn name_kind(&self) -> Kind {
        Kind::Name(self.word().unwrap_or_default().into())
    }

    fn named(&mut self) -> Written {
        let name: Box<str> = self.word().unwrap_or_default().into();
        if matches!(&*name, "and" | "or") {
            return self.missing_operand();
        }
        if &*name == "d" && !self.latex {
            if let Some(derivative) = self.derivative(false) {
                return derivative;
            }
        }
        let kind = self.name_kind();
        let span = self.advance();
        let function = self.node(kind, span);
        if matches!(self.peek(), Tok::Subscript) {
            return self.log_with_base(function);
        }
        if matches!(self.peek(), Tok::Open(Shape::Round)) {
            let spaced = self.spaced();
            return self.call(function, spaced);
        }
        if !Word::goes_bare(base_function(&name)) {
            return function;
        }
        match self.peek() {
            Tok::Caret => self.function_power(function),
            Tok::Superscript(text) if &**text != "T" => self.function_power(function),
            _ if self.starts_operand() => {
                let arg = self.bare_argument(&name);
                let span = function.span.to(arg.span);
                self.node(
                    Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                    span,
                )
            }
            Tok::Minus | Tok::Plus if self.latex || (self.spaced() && !self.tokens[self.at + 1].spaced) => {
                let operand = self.tokens[(self.at + 1).min(self.tokens.len() - 1)].span;
                let error =
                    SyntaxError::new("syntax.missing-argument", span, format!("`{name}` has no argument"));
                self.error_showing(
                    error,
                    &[operand],
                    |t| format!("put its argument in brackets: `{name}(-{}…)`", t[0]),
                    "put its argument in brackets",
                );
                function
            }
            _ => function,
        }
    }

    /// `\log_2 x`, `\log_{b}(x)`
    fn log_with_base(&mut self, function: Written) -> Written {
        let start = self.advance();
        let base = self.nested(Self::primary);
        let name = function.as_name().unwrap_or_default().to_owned();
        if Word::find(&name) != Some(Word::Other(Other::Log)) {
            self.error(
                SyntaxError::new("syntax.latex", start.to(base.span), format!("`{name}` takes no subscript"))
                    .with_hint("only `\\log` has one, its base"),
            );
        }
        let base = match base.kind {
            Kind::Brackets(Bracket::Unseen, inner) => *inner,
            _ => base,
        };
        let mut written = if matches!(self.peek(), Tok::Open(Shape::Round)) {
            self.call(function, false)
        } else if self.starts_operand() {
            let arg = self.bare_argument(&name);
            let span = function.span.to(arg.span);
            self.node(
                Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                span,
            )
        } else {
            self.missing_operand()
        };
        if let Kind::Call(call) = &mut written.kind {
            call.args.push(base);
            call.bare = false;
        }
        // The base may be higher than what is there.
        let Written { kind, span, .. } = written;
        self.node(kind, span)
    }

    /// `sin^2 x`, `sin^2(x)`, `sin²(x)`; `sin^-1 x` is refused.
    fn function_power(&mut self, function: Written) -> Written {
        let name = function.as_name().unwrap_or_default().to_owned();
        let (exponent, negative) = if let Tok::Superscript(text) = self.peek().clone() {
            let span = self.advance();
            let negative = text.starts_with('-');
            (self.node(Kind::Number(text.trim_start_matches(['-', '+']).into()), span), negative)
        } else {
            self.advance();
            let negative = matches!(self.peek(), Tok::Minus)
                || (matches!(self.peek(), Tok::Open(_)) && matches!(self.peek_at(1), Tok::Minus));
            if matches!(self.peek(), Tok::Minus | Tok::Plus) {
                self.advance();
            }
            // A name in the exponent must not swallow the bracket of the argument.
            let exponent = match self.peek() {
                Tok::Name(_) => {
                    let kind = self.name_kind();
                    let span = self.advance();
                    self.node(kind, span)
                }
                _ => self.nested(Self::primary),
            };
            (exponent, negative)
        };
        if negative {
            let inverse = match Word::find(&format!("a{name}")) {
                Some(_) => {
                    format!("write `a{name}(x)` for the inverse function, `1/{name}(x)` for the reciprocal")
                }
                None => format!("write `1/{name}(x)` for the reciprocal"),
            };
            let span = function.span.to(exponent.span);
            let message = format!("`{name}^-1` can be read in two ways");
            self.error(SyntaxError::new("syntax.ambiguous-power", span, message).with_hint(inverse));
        }
        let span = function.span;
        let call = if matches!(self.peek(), Tok::Open(Shape::Round)) {
            let spaced = self.spaced();
            self.call(function, spaced)
        } else if self.starts_operand() {
            let arg = self.bare_argument(&name);
            let span = span.to(arg.span);
            self.node(
                Kind::Call(Box::new(CallForm { function, args: vec![arg], bare: true, spaced: true })),
                span,
            )
        } else {
            let error = SyntaxError::new(
                "syntax.missing-argument",
                span.to(exponent.span),
                format!("`{name}` has no argument"),
            );
            self.error(error.with_hint(format!("write it as `{name}(x)`")));
            function
        };
        let span = span.to(call.span).to(exponent.span);
        self.node(Kind::Power(Raise::OnFunction, Box::new((call, exponent))), span)
    }

    /// The argument of `sin 2 x` and the like: numbers, then one name, root, fraction, modulus or function.
    fn bare_argument(&mut self, function: &str) -> Written {
        let start = self.span();
        let mut factors: Vec<(Join, Written)> = Vec::new();
        loop {
            let coefficient = matches!(self.peek(), Tok::Number(_)) || self.word() == Some("pi");
            let join = if factors.is_empty() { Join::First } else { Join::Implicit };
            if join == Join::Implicit && matches!(self.peek(), Tok::Number(_)) {
                break;
            }
            let factor = self.nested(Self::power);
            factors.push((join, factor));
            let goes_on = self.starts_operand() && (self.latex || !self.spaced());
            if !coefficient || self.stopped || !goes_on || self.at_function() {
                break;
            }
        }
        let argument = if factors.len() == 1 {
            factors.swap_remove(0).1
        } else {
            let span = factors[0].1.span.to(factors[factors.len() - 1].1.span);
            self.node(Kind::Product(factors), span)
        };
        let divided = matches!(self.peek(), Tok::Over | Tok::OverEach);
        if divided || (self.starts_operand() && !self.at_function()) {
            let span = argument.span;
            let next = self.tokens[(self.at + usize::from(divided)).min(self.tokens.len() - 1)].span;
            let sign = if divided { "/" } else { " " };
            let error = SyntaxError::new(
                "syntax.ambiguous-argument",
                start.to(next),
                format!("where the argument of `{function}` ends can be read in two ways"),
            );
            self.error_showing(
                error,
                &[span, next],
                |t| {
                    format!(
                        "write `{function}({}{sign}{})` or `{function}({}){sign}{}`",
                        t[0], t[1], t[0], t[1]
                    )
                },
                "put the argument in brackets",
            );
        }
        argument
    }

    fn at_function(&self) -> bool {
        self.word().is_some_and(|w| Word::find(base_function(w)).is_some())
    }

    // Derivatives in Leibniz' notation.

    fn derivative_or_nothing(&mut self) -> Written {
        match self.derivative(true) {
            Some(derivative) => derivative,
            None => {
                let span = self.advance();
                self.error(
                    SyntaxError::new("syntax.unexpected", span, "`∂` without what it differentiates by")
                        .with_hint("write `∂f/∂x`, `∂/∂x (…)` or `diff(f, x)`"),
                );
                self.nothing()
            }
        }
    }

    /// `∂f/∂x`, `∂²f/∂x²`, `∂²f/(∂x ∂y)`, `∂/∂x …`, and `d/dx …`; moves only when it is one.
    fn derivative(&mut self, partial: bool) -> Option<Written> {
        let (start, at) = (self.span(), self.at);
        self.advance();
        let order = self.raised_order();
        // `d` is a good name for a number: only `d/dx` with something behind it is the operator.
        let of = if partial && !matches!(self.peek(), Tok::Over) {
            match self.peek() {
                Tok::Name(_) | Tok::Open(Shape::Round) => Some(self.derivative_subject()),
                _ => None,
            }
        } else {
            None
        };
        let slash = matches!(self.peek(), Tok::Over) && (partial || !self.spaced());
        let grouped = matches!(self.peek_at(1), Tok::Open(Shape::Round)) && self.is_differential(2, partial);
        if !slash || (!grouped && !self.is_differential(1, partial)) {
            if let Some(of) = of {
                // Going back would read the subject twice, and what is in it four times.
                let error =
                    SyntaxError::new("syntax.unexpected", start, "`∂` without what it differentiates by");
                self.error(error.with_hint("write `∂f/∂x`, `∂/∂x (…)` or `diff(f, x)`"));
                return Some(of);
            }
            self.at = at;
            return None;
        }
        self.advance();
        if grouped {
            self.advance();
        }
        let mut by = Vec::new();
        while self.is_differential(0, partial) {
            by.push(self.differential(partial));
            if !grouped {
                break;
            }
            self.eat(&Tok::Times);
        }
        if grouped && !self.eat(&Tok::Close(Shape::Round)) {
            if !partial {
                self.at = at; // `d/(dd s)` is a quotient
                return None;
            }
            self.unexpected();
            self.skip_to_separator();
            self.eat(&Tok::Close(Shape::Round));
        }
        let end = self.previous_span();
        let (of, operator) = match of {
            Some(of) => (of, false),
            None if self.starts_operand() => (self.operand_of_operator(), true),
            None if partial => (self.missing_operand(), true),
            None => {
                self.at = at;
                return None;
            }
        };
        Some(self.derivative_node(LeibnizForm { of, by, partial, operator }, order, start.to(end)))
    }

    fn derivative_subject(&mut self) -> Written {
        if matches!(self.peek(), Tok::Name(_)) && !matches!(self.peek_at(1), Tok::Open(Shape::Round)) {
            let kind = self.name_kind();
            let span = self.advance();
            return self.node(kind, span);
        }
        self.nested(Self::primary)
    }

    /// All factors that follow, up to the next sign that joins them to something else.
    fn operand_of_operator(&mut self) -> Written {
        let first = self.nested(Self::power);
        let mut span = first.span;
        let mut factors = vec![(Join::First, first)];
        while self.starts_operand() && !self.stopped {
            let factor = self.nested(Self::power);
            span = span.to(factor.span);
            factors.push((Join::Implicit, factor));
        }
        if factors.len() == 1 { factors.swap_remove(0).1 } else { self.node(Kind::Product(factors), span) }
    }

    fn derivative_node(&mut self, form: LeibnizForm, order: Option<u32>, span: Span) -> Written {
        let span = if form.operator { span.to(form.of.span) } else { span };
        let sum = form.by.iter().map(|(_, n)| n).fold(0_u32, |a, n| a.saturating_add(*n));
        if order.unwrap_or(1) != sum {
            let above = order.unwrap_or(1);
            let message = format!("{above} above and {sum} below: the orders of this derivative differ");
            self.error(
                SyntaxError::new("syntax.unexpected", span, message)
                    .with_hint("write a second derivative as `∂²f/∂x²` or as `diff(f, x, 2)`"),
            );
        }
        self.node(Kind::Derivative(Box::new(form)), span)
    }

    /// The `²` or `^2` of `∂²f`.
    fn raised_order(&mut self) -> Option<u32> {
        let order = match self.peek() {
            Tok::Superscript(text) => text.parse().ok()?,
            Tok::Caret => {
                let group = matches!(self.peek_at(1), Tok::Open(Shape::Group));
                let Tok::Number(text) = self.peek_at(1 + usize::from(group)) else { return None };
                let order = text.parse().ok()?;
                self.at += if group { 3 } else { 1 };
                order
            }
            _ => return None,
        };
        self.advance();
        Some(order)
    }

    /// Does `dx` or `∂x` stand here?
    fn is_differential(&self, ahead: usize, partial: bool) -> bool {
        if partial {
            return matches!(self.peek_at(ahead), Tok::Partial) && self.word_at(ahead + 1).is_some();
        }
        match self.word_at(ahead) {
            Some("d") => self.latex && self.word_at(ahead + 1).is_some(),
            Some(word) => {
                !self.latex && word.len() > 1 && word.starts_with('d') && Word::find(word).is_none()
            }
            None => false,
        }
    }

    fn differential(&mut self, partial: bool) -> (Box<str>, u32) {
        let name: Box<str> = if partial || self.latex {
            self.advance();
            self.word().unwrap_or_default().into()
        } else {
            self.word().unwrap_or_default()[1..].into()
        };
        self.advance();
        (name, self.raised_order().unwrap_or(1))
    }

    /// `\frac{d}{dx} …`, `\frac{dy}{dx}`, `\frac{\partial^2 f}{\partial x \partial y}`; moves only when it is one.
    fn leibniz_fraction(&mut self) -> Option<Written> {
        let (at, start) = (self.at, self.span());
        let partial = matches!(self.peek_at(2), Tok::Partial);
        if !partial && self.word_at(2) != Some("d") {
            return None;
        }
        self.at += 3;
        let order = self.raised_order();
        let subject = self.at;
        let mut level = 0_usize;
        while level > 0 || !matches!(self.peek(), Tok::Close(Shape::Group)) {
            match self.peek() {
                Tok::Open(_) => level += 1,
                Tok::Close(_) => level = level.saturating_sub(1),
                Tok::End => break,
                _ => {}
            }
            self.advance();
        }
        let subject_end = self.at;
        self.eat(&Tok::Close(Shape::Group));
        self.eat(&Tok::Open(Shape::Group));
        let mut by = Vec::new();
        while self.is_differential(0, partial) {
            by.push(self.differential(partial));
            self.eat(&Tok::Times);
        }
        if by.is_empty() || !matches!(self.peek(), Tok::Close(Shape::Group)) {
            self.at = at;
            return None;
        }
        let end = self.advance();
        let behind = self.at;
        if subject_end > subject {
            self.at = subject;
            let of = self.nested(Self::sum);
            if self.at != subject_end && !self.stopped {
                self.unexpected();
            }
            if !self.stopped {
                self.at = behind;
            }
            let form = LeibnizForm { of, by, partial, operator: false };
            return Some(self.derivative_node(form, order, start.to(end)));
        }
        if !self.starts_operand() {
            self.error(
                SyntaxError::new("syntax.missing-operand", start.to(end), "nothing follows the derivative")
                    .with_hint("write what is differentiated behind it, in brackets"),
            );
            return Some(self.nothing());
        }
        let of = self.operand_of_operator();
        Some(self.derivative_node(LeibnizForm { of, by, partial, operator: true }, order, start.to(end)))
    }
}

/// `log_2` is `log`.
pub(super) fn base_function(name: &str) -> &str {
    match name.split_once('_') {
        Some(("log", base)) if !base.is_empty() => "log",
        _ => name,
    }
}

/// May `[…]` right behind it be an index?
fn may_be_indexed(w: &Written) -> bool {
    matches!(
        w.kind,
        Kind::Name(_)
            | Kind::Primed(..)
            | Kind::Call(_)
            | Kind::Brackets(..)
            | Kind::Matrix(_)
            | Kind::Index(..)
    )
}

/// May `(…)` right behind it be arguments? A bracket behind anything else is a factor.
fn may_be_applied(w: &Written) -> bool {
    match &w.kind {
        Kind::Primed(inner, _) => inner.as_name().is_some(),
        Kind::Call(call) => call.function.as_name().is_some_and(|n| Word::find(n) == Some(Word::Operation)),
        _ => false,
    }
}
