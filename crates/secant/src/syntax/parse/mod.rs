//! Pieces into the surface tree. One parser for text and for LaTeX; only the pieces are made differently.
//!
//! Here: precedence, implicit products, what is ambiguous and refused, recovery after a mistake.
//! Not here: what names mean (`resolve`, `lower`). From loose to tight: `or`, `and`, `not`, relations, `..`,
//! sums, products, signs, powers, what stands behind an operand.
//! Invariant: recursion is at most [`Limits::max_depth`] levels deep, and the tree three times as high at most.
//! Start reading at [`Parser::climb`].

mod behind;
mod functions;
mod leibniz;
mod limits;
mod mistakes;
mod operands;
mod powers;

pub use limits::Limits;

use super::error::{Errors, MAX_ERRORS, Span, SyntaxError};
use super::token::{Shape, Tok, Token};
use super::written::{Join, Kind, Logical, Rel, Sign, Written};

/// How tightly an operator binds what stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Relation,
    Range,
    Sum,
    Term,
    /// A factor behind `*` or `/`, which may have a sign.
    Factor,
    /// A factor of an implicit product, which may not.
    Power,
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
    /// How many mistakes there were before the pieces were put together.
    unread: usize,
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
            unread: errors.len(),
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
        if parser.errors.iter().any(|e| e.code() == "budget.depth") {
            // The pieces end in the middle: nothing they say about brackets would be true.
            parser.stopped = true;
            parser.at = parser.tokens.len() - 1;
        } else {
            parser.check_brackets();
        }
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

    /// What surrounds a piece that cannot be read is not blamed for it.
    pub(super) fn finish<T>(mut self, value: T) -> Result<T, Errors> {
        let unread: Vec<Span> = self.errors[..self.unread].iter().map(SyntaxError::span).collect();
        let mut index = 0;
        self.errors.retain(|e| {
            index += 1;
            let apart = |u: &Span| e.span().to < u.from || u.to < e.span().from;
            index <= unread.len() || unread.iter().all(apart)
        });
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

    // From loose to tight.

    /// Anything at all.
    pub(super) fn expr(&mut self) -> Written {
        self.nested(|p| p.climb(Level::Or))
    }

    /// An operand, with all that binds to it at least as tightly as `level`.
    ///
    /// One function for all levels, and what follows an operand is read when the operand is done: this is what
    /// brackets inside brackets take their stack from.
    fn climb(&mut self, level: Level) -> Written {
        if level <= Level::Not && self.at_not() {
            let written = self.negation();
            return self.logic_from(level, written);
        }
        let lead = if level <= Level::Sum { self.sign() } else { None };
        let signs = if level <= Level::Factor { self.signs() } else { Vec::new() };
        let mut written = self.primary();
        if self.stopped {
            return written;
        }
        written = self.behind(written);
        if matches!(self.peek(), Tok::Caret | Tok::CaretEach) {
            written = self.power_of(written);
        }
        if !signs.is_empty() {
            written = self.signed(signs, written);
        }
        if level <= Level::Term
            && let Some(join) = self.next_join()
        {
            written = self.product_from(written, join);
        }
        if level <= Level::Sum && (lead.is_some() || matches!(self.peek(), Tok::Plus | Tok::Minus)) {
            written = self.sum_from(lead, written);
        }
        if level <= Level::Range && matches!(self.peek(), Tok::DotDot) {
            written = self.range_from(written);
        }
        if level <= Level::Relation && self.relation_sign().is_some() {
            written = self.relation_from(written);
        }
        if level <= Level::And && matches!(self.word(), Some("and" | "or")) {
            written = self.logic_from(level, written);
        }
        written
    }

    fn at_not(&self) -> bool {
        self.word() == Some("not")
    }

    #[inline(never)]
    fn negation(&mut self) -> Written {
        let mut nots = Vec::new();
        while self.at_not() {
            nots.push(self.advance());
        }
        let mut written = self.climb(Level::Relation);
        for span in nots.into_iter().rev() {
            let whole = span.to(written.span);
            written = self.node(Kind::Not(Box::new(written)), whole);
            if self.stopped {
                break;
            }
        }
        written
    }

    /// `and` before `or`.
    #[inline(never)]
    fn logic_from(&mut self, level: Level, first: Written) -> Written {
        let mut written = self.chain_from(first, "and", Logical::And, Level::Not);
        if level <= Level::Or {
            written = self.chain_from(written, "or", Logical::Or, Level::And);
        }
        written
    }

    fn chain_from(&mut self, first: Written, word: &str, logical: Logical, next: Level) -> Written {
        if self.word() != Some(word) {
            return first;
        }
        let mut parts = vec![first];
        while self.word() == Some(word) && !self.stopped {
            self.advance();
            parts.push(self.climb(next));
        }
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        self.node(Kind::Logic(logical, parts), span)
    }

    fn relation_sign(&self) -> Option<Rel> {
        Some(match self.peek() {
            Tok::Equal => Rel::Equal,
            Tok::Same => Rel::Same,
            Tok::NotEqual => Rel::NotEqual,
            Tok::Less => Rel::Less,
            Tok::LessEqual => Rel::LessEqual,
            Tok::Greater => Rel::Greater,
            Tok::GreaterEqual => Rel::GreaterEqual,
            _ => return None,
        })
    }

    #[inline(never)]
    fn relation_from(&mut self, first: Written) -> Written {
        let mut rest = Vec::new();
        let mut span = first.span;
        while let Some(rel) = self.relation_sign() {
            self.advance();
            let right = self.climb(Level::Range);
            span = span.to(right.span);
            rest.push((rel, right));
        }
        self.node(Kind::Relation(Box::new(first), rest), span)
    }

    #[inline(never)]
    fn range_from(&mut self, from: Written) -> Written {
        self.advance();
        let to = self.climb(Level::Sum);
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

    fn signs(&mut self) -> Vec<(Sign, Span)> {
        let mut signs = Vec::new();
        while let Some(sign) = self.sign() {
            signs.push(sign);
        }
        signs
    }

    #[inline(never)]
    fn signed(&mut self, signs: Vec<(Sign, Span)>, mut written: Written) -> Written {
        for (sign, span) in signs.into_iter().rev() {
            let whole = span.to(written.span);
            written = self.node(Kind::Signed(sign, Box::new(written)), whole);
            if self.stopped {
                break;
            }
        }
        written
    }

    #[inline(never)]
    fn sum_from(&mut self, lead: Option<(Sign, Span)>, first: Written) -> Written {
        let mut span = lead.map_or(first.span, |(_, s)| s.to(first.span));
        if !matches!(self.peek(), Tok::Plus | Tok::Minus) {
            return match lead {
                Some((sign, _)) => self.node(Kind::Signed(sign, Box::new(first)), span),
                None => first,
            };
        }
        let mut terms = vec![(lead.map_or(Sign::Plus, |(sign, _)| sign), first)];
        while let Some((sign, _)) = self.sign() {
            let term = self.climb(Level::Term);
            span = span.to(term.span);
            terms.push((sign, term));
        }
        self.node(Kind::Sum(terms), span)
    }

    #[inline(never)]
    fn product_from(&mut self, first: Written, join: Join) -> Written {
        let mut span = first.span;
        let mut factors = vec![(Join::First, first)];
        let mut next = Some(join);
        while let Some(join) = next {
            if join == Join::Implicit {
                self.check_neighbours(&factors[factors.len() - 1].1);
            } else {
                self.advance();
            }
            let factor = self.climb(if join == Join::Implicit { Level::Power } else { Level::Factor });
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
            Tok::Name(name) => !matches!(&**name, "and" | "or" | "not"),
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

    /// Are square brackets the innermost around the piece here?
    fn is_inside_matrix(&self) -> bool {
        let mut closed = 0_usize;
        for token in self.tokens[..self.at].iter().rev() {
            match token.kind {
                Tok::Close(_) => closed += 1,
                Tok::Open(shape) if closed == 0 => return shape == Shape::Square,
                Tok::Open(_) => closed -= 1,
                _ => {}
            }
        }
        false
    }

    /// A number behind what it multiplies is most often a slip of the finger.
    #[inline(never)]
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
        let hint = if self.errors.len() < MAX_ERRORS && self.is_inside_matrix() {
            "put `,` between the entries of a row: `[1, 2; 3, 4]`".to_owned()
        } else if l.chars().count() > 30 {
            "put `*` between them, or `^` for a power".to_owned()
        } else if two {
            format!("write the product as `{l}*{number}`, one number as `{l}{number}`")
        } else {
            format!("write the product as `{number} {l}`, the power as `{l}^{number}`")
        };
        self.error(error.with_hint(hint));
    }

    /// `a/b c` is `(a/b) c` for some and `a/(b c)` for others.
    #[inline(never)]
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
}

/// `log_2` is `log`.
pub(super) fn base_function(name: &str) -> &str {
    match name.split_once('_') {
        Some(("log", base)) if !base.is_empty() => "log",
        _ => name,
    }
}
