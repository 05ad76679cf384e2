//! Operands: numbers, brackets of every shape, pipes, roots, fractions, matrices.
//!
//! Start reading at [`Parser::primary`].

use super::super::error::{Span, SyntaxError};
use super::super::token::{Shape, Tok};
use super::super::vocabulary::Word;
use super::super::written::{Bracket, CallForm, Kind, Written};
use super::Parser;

impl Parser<'_> {
    /// A part read by recursion that passes through no bracket.
    pub(super) fn nested(&mut self, read: impl FnOnce(&mut Self) -> Written) -> Written {
        let written = if self.descend() { read(self) } else { self.nothing() };
        self.depth -= 1;
        written
    }

    pub(super) fn primary(&mut self) -> Written {
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

    pub(super) fn close_pipe(&mut self, pipe: Tok, open: Span, inner: Written) -> Written {
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

    pub(super) fn bracketed(&mut self, shape: Shape) -> Written {
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
            Shape::Round
            | Shape::Group
            | Shape::Places
            | Shape::Bar
            | Shape::DoubleBar
            | Shape::Floor
            | Shape::Ceil => {}
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
            Shape::Group | Shape::Places => Kind::Brackets(Bracket::Unseen, inner),
            Shape::Round | Shape::Square | Shape::Brace | Shape::Cases => {
                Kind::Brackets(Bracket::Round, inner)
            }
        };
        self.node(kind, span)
    }

    #[inline(never)]
    pub(super) fn matrix(&mut self, open: Span) -> Written {
        if matches!(self.peek(), Tok::Close(_)) {
            let span = open.to(self.advance());
            return self.node(Kind::Matrix(Vec::new()), span);
        }
        let mut rows = self.rows(Shape::Square);
        let span = open.to(self.advance());
        if self.latex && rows.len() == 1 && rows[0].len() == 1 {
            // Square brackets around one thing only group it.
            if let Some(inner) = rows.pop().and_then(|mut row| row.pop()) {
                return self.node(Kind::Brackets(Bracket::Round, Box::new(inner)), span);
            }
        }
        if !self.stopped
            && let Some(odd) = rows.iter().find(|r| r.len() != rows[0].len())
        {
            let at = odd[0].span.to(odd[odd.len() - 1].span);
            let message = format!("this row has {} entries, the first has {}", odd.len(), rows[0].len());
            self.error(
                SyntaxError::new("shape.ragged", at, message)
                    .with_hint("give every row the same number of entries"),
            );
        }
        self.node(Kind::Matrix(rows), span)
    }

    pub(super) fn rows(&mut self, close: Shape) -> Vec<Vec<Written>> {
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
    #[inline(never)]
    pub(super) fn cases(&mut self, open: Span) -> Written {
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

    #[inline(never)]
    pub(super) fn root(&mut self, n: u32) -> Written {
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
    pub(super) fn root_argument(&mut self) -> Written {
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

    #[inline(never)]
    pub(super) fn root_with_index(&mut self) -> Written {
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

    #[inline(never)]
    pub(super) fn fraction(&mut self) -> Written {
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
}
