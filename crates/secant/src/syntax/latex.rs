//! LaTeX into pieces, as people write it and as formula editors export it; the parser is that of text.
//!
//! Letters stand for themselves: `xy` is the product of `x` and `y`, longer names stand in `\mathrm{…}` or
//! `\operatorname{…}`. Blanks mean nothing. Braces become unseen brackets, and where LaTeX takes a single letter or
//! digit instead of a group, one is put in.
//! Start reading at [`lex()`].

use super::error::{MAX_ERRORS, Span, SyntaxError};
use super::lex::check_number;
use super::spelling::{GREEK_NAMES, greek, is_blank, plain, subscript, superscript};
use super::token::{Shape, Tok, Token};
use super::vocabulary::Word;

/// The pieces of the formula, ended by [`Tok::End`], and what could not be read.
///
/// `with_axes` are the names of vectors, matrices and the like: a subscript of theirs is a place in them.
pub(super) fn lex(
    source: &[char],
    max_depth: usize,
    with_axes: &dyn Fn(&str) -> bool,
) -> (Vec<Token>, Vec<SyntaxError>) {
    let (at, end) = (0, source.len());
    let mut reader =
        Reader { source, at, end, tokens: vec![], errors: vec![], depth: 0, max_depth, with_axes };
    reader.strip_delimiters();
    while reader.at < reader.end && !reader.too_deep() {
        reader.next();
    }
    let end = Span::new(reader.end, reader.end);
    reader.tokens.push(Token { kind: Tok::End, span: end, spaced: false });
    (reader.tokens, reader.errors)
}

struct Reader<'a> {
    source: &'a [char],
    at: usize,
    end: usize,
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
    depth: usize,
    max_depth: usize,
    with_axes: &'a dyn Fn(&str) -> bool,
}

/// Commands that become one piece.
#[rustfmt::skip]
fn sign(command: &str) -> Option<Tok> {
    Some(match command {
        "cdot" | "times" | "ast" | "cdotp" | "bullet" => Tok::Times,
        "odot" => Tok::TimesEach,
        "oslash" => Tok::OverEach,
        "div" => Tok::Over,
        "le" | "leq" | "leqslant" | "leqq" => Tok::LessEqual,
        "ge" | "geq" | "geqslant" | "geqq" => Tok::GreaterEqual,
        "lt" => Tok::Less,
        "gt" => Tok::Greater,
        "ne" | "neq" => Tok::NotEqual,
        "equiv" => Tok::Same,
        "sim" => Tok::Tilde,
        "land" | "wedge" => Tok::Name("and".into()),
        "lor" | "vee" => Tok::Name("or".into()),
        "lnot" | "neg" => Tok::Name("not".into()),
        "infty" => Tok::Name("inf".into()),
        "exponentialE" => Tok::Name("e".into()),
        "differentialD" => Tok::Name("d".into()),
        "imaginaryI" => Tok::Name("i".into()),
        "ell" => Tok::Name("l".into()),
        "partial" => Tok::Partial,
        "nabla" => Tok::Nabla,
        "degree" => Tok::Degree,
        "prime" => Tok::Prime,
        "top" | "intercal" => Tok::Transpose,
        "lbrace" | "{" => Tok::Open(Shape::Brace),
        "rbrace" | "}" => Tok::Close(Shape::Brace),
        "lbrack" => Tok::Open(Shape::Square),
        "rbrack" => Tok::Close(Shape::Square),
        "lparen" => Tok::Open(Shape::Round),
        "rparen" => Tok::Close(Shape::Round),
        "lvert" => Tok::Open(Shape::Bar),
        "rvert" => Tok::Close(Shape::Bar),
        "lVert" => Tok::Open(Shape::DoubleBar),
        "rVert" => Tok::Close(Shape::DoubleBar),
        "lfloor" => Tok::Open(Shape::Floor),
        "rfloor" => Tok::Close(Shape::Floor),
        "lceil" => Tok::Open(Shape::Ceil),
        "rceil" => Tok::Close(Shape::Ceil),
        "vert" | "mid" => Tok::Pipe,
        "Vert" | "|" | "parallel" => Tok::DoublePipe,
        "colon" => Tok::Colon,
        "ldots" | "dots" => Tok::DotDot,
        _ => return None,
    })
}

/// Commands for space, size and style, which change nothing.
#[rustfmt::skip]
const BLANKS: &[&str] = &[
    ",", ";", ":", "!", " ", ">", "quad", "qquad", "thinspace", "medspace", "thickspace", "enspace", "displaystyle",
    "textstyle", "scriptstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
    "biggl", "biggr", "Biggl", "Biggr", "bigm", "middle", "mathstrut", "strut", "nonumber", "hfill", "allowbreak",
];

/// Commands that set a name in some font.
#[rustfmt::skip]
const FONTS: &[&str] = &[
    "mathrm", "operatorname", "operatorname*", "mathit", "mathbf", "mathsf", "mathtt", "mathcal", "mathbb", "mathfrak", "boldsymbol",
    "bm", "text", "textrm", "textit", "textbf", "mathup", "mbox", "upright", "mathord", "mathop",
];

/// What is not read, and what to write instead.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("int", "ask for the integral on its own, as `integrate(f, x=a..b)`"),
    ("iint", "ask for the integral on its own"),
    ("oint", "ask for the integral on its own"),
    ("sum", "write `\\operatorname{sum}(x)` for the sum of the entries of a vector, else the terms with `+`"),
    ("prod", "write the factors out with `\\cdot`"),
    ("lim", "ask for the limit on its own, as `limit(f, x=0)`"),
    ("pm", "write both values, once with `+` and once with `-`"),
    ("mp", "write both values, once with `+` and once with `-`"),
    ("binom", "write it with factorials"),
    ("dbinom", "write it with factorials"),
    ("to", "ask for the limit on its own, as `limit(f, x=0)`"),
    ("rightarrow", "ask for the limit on its own, as `limit(f, x=0)`"),
    ("in", "write what the name is elsewhere"),
    ("approx", "write `=`"),
    ("cdots", "write every part out"),
    ("vdots", "write every part out"),
    ("placeholder", "fill the empty box"),
    ("circ", "write `f\\circ g` as `f(g(x))`, degrees as `90^\\circ`"), ("otimes", "write the entries out"),
    ("hat", "use a subscript: `x_{hat}`"), ("bar", "use a subscript: `x_{bar}`"), ("vec", "write the name alone"),
    ("tilde", "use a subscript: `x_{tilde}`"), ("dot", "write a derivative as `\\frac{dx}{dt}`"),
    ("ddot", "write a derivative as `\\frac{d^2x}{dt^2}`"), ("overline", "use a subscript: `x_{bar}`"),
];

/// `90^\\circ` are degrees, `f^{\\prime}` is a derivative.
const SPECIAL_EXPONENTS: &[(&str, Tok, usize)] = &[
    ("{\\circ}", Tok::Degree, 1),
    ("\\circ", Tok::Degree, 1),
    ("{\\degree}", Tok::Degree, 1),
    ("{\\prime}", Tok::Prime, 1),
    ("{\\prime\\prime}", Tok::Prime, 2),
    ("\\prime", Tok::Prime, 1),
];

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> char {
        let at = self.at + ahead;
        if at < self.end { plain(self.source[at]) } else { '\0' }
    }

    fn push(&mut self, kind: Tok, from: usize) {
        self.tokens.push(Token { kind, span: Span::new(from, self.at), spaced: false });
    }

    /// What cannot be read stands for a name, so that what is around it can be.
    fn error(
        &mut self,
        code: &'static str,
        from: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.errors.len() < 4 * MAX_ERRORS {
            self.errors.push(SyntaxError::new(code, Span::new(from, self.at), message).with_hint(hint));
        }
        self.push(Tok::Name("".into()), from);
    }

    fn too_deep(&self) -> bool {
        self.depth > self.max_depth
    }

    /// `$…$`, `$$…$$`, `\(…\)` and `\[…\]` around the whole.
    fn strip_delimiters(&mut self) {
        let trim = |r: &mut Self| {
            while r.at < r.end && is_blank(r.source[r.at]) {
                r.at += 1;
            }
            while r.end > r.at && is_blank(r.source[r.end - 1]) {
                r.end -= 1;
            }
        };
        trim(self);
        for (open, close) in [("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")] {
            let n = open.len();
            let is = |at: usize, text: &str| text.chars().enumerate().all(|(k, c)| self.source[at + k] == c);
            if self.end >= self.at + 2 * n && is(self.at, open) && is(self.end - n, close) {
                self.at += n;
                self.end -= n;
                break;
            }
        }
        trim(self);
    }

    fn skip_blanks(&mut self) {
        while self.at < self.end && (is_blank(self.source[self.at]) || self.source[self.at] == '~') {
            self.at += 1;
        }
    }

    /// Reads one thing and moves behind it.
    fn next(&mut self) {
        self.skip_blanks();
        if self.at >= self.end {
            return;
        }
        let (from, c) = (self.at, self.peek(0));
        if c.is_ascii_digit() || (c == '.' && self.peek(1).is_ascii_digit()) {
            return self.number();
        }
        if c.is_ascii_alphabetic() {
            return self.letters();
        }
        if let Some(name) = greek(c) {
            self.at += 1;
            return self.name_with_subscript(name.to_owned(), from);
        }
        if superscript(c).is_some() {
            let mut text = String::new();
            while let Some(c) = superscript(self.peek(0)) {
                text.push(c);
                self.at += 1;
            }
            return self.push(Tok::Superscript(text.into()), from);
        }
        if c.is_alphabetic() && subscript(c).is_none() {
            self.at += 1;
            return self.name_with_subscript(c.to_string(), from);
        }
        self.at += 1;
        let kind = match c {
            '\\' => return self.command(from),
            '{' => Tok::Open(Shape::Group),
            '}' => Tok::Close(Shape::Group),
            '^' => {
                self.push(Tok::Caret, from);
                return self.exponent();
            }
            '_' if self.is_behind_brackets() => {
                self.at = from;
                return self.places();
            }
            '_' => {
                self.error(
                    "syntax.latex",
                    from,
                    "a subscript with nothing before it",
                    "write it behind a name: `x_1`",
                );
                return;
            }
            '&' => {
                // `x^2, & x < 0`: the comma is for the eye.
                if matches!(self.tokens.last(), Some(Token { kind: Tok::Comma, .. })) {
                    self.tokens.pop();
                }
                Tok::Comma
            }
            '+' => Tok::Plus,
            '-' | '−' | '–' => Tok::Minus,
            '*' | '·' | '×' | '⋅' => Tok::Times,
            '/' | '÷' => Tok::Over,
            '!' => Tok::Bang,
            '\'' | '′' | '’' => Tok::Prime,
            ',' => Tok::Comma,
            ';' => Tok::Semicolon,
            ':' => Tok::Colon,
            '=' => Tok::Equal,
            '<' => Tok::Less,
            '>' => Tok::Greater,
            '≤' => Tok::LessEqual,
            '≥' => Tok::GreaterEqual,
            '≠' => Tok::NotEqual,
            '(' => Tok::Open(Shape::Round),
            ')' => Tok::Close(Shape::Round),
            '[' => Tok::Open(Shape::Square),
            ']' => Tok::Close(Shape::Square),
            '|' => Tok::Pipe,
            '‖' => Tok::DoublePipe,
            '∞' => Tok::Name("inf".into()),
            '∂' => Tok::Partial,
            '∇' => Tok::Nabla,
            '°' => Tok::Degree,
            '√' => Tok::Root(2),
            '.' if self.peek(0) == '.' => {
                while self.peek(0) == '.' {
                    self.at += 1;
                }
                Tok::DotDot
            }
            '%' => {
                return self.error("syntax.character", from, "`%` begins a comment in LaTeX", "leave it out");
            }
            c => {
                let message = format!("`{c}` has no meaning here");
                return self.error("syntax.character", from, message, "leave it out");
            }
        };
        self.push(kind, from);
    }

    fn number(&mut self) {
        let from = self.at;
        let mut text = String::new();
        loop {
            let c = self.peek(0);
            let point = c == '.' && self.peek(1) != '.' && !text.contains('.');
            // `0{,}5` is how a decimal comma is written.
            let comma = c == '{' && self.peek(1) == ',' && self.peek(2) == '}' && !text.contains('.');
            if c.is_ascii_digit() || point {
                text.push(c);
                self.at += 1;
            } else if comma {
                text.push('.');
                self.at += 3;
            } else {
                break;
            }
        }
        // `3.` is 3: the point would run into what follows when it is printed.
        let text = text.strip_suffix('.').unwrap_or(&text);
        match check_number(text, Span::new(from, self.at)) {
            Ok(()) => self.push(Tok::Number(text.into()), from),
            Err(e) => {
                self.errors.push(e);
                self.push(Tok::Name("".into()), from);
            }
        }
    }

    /// One letter, or the name of a function written without its backslash.
    fn letters(&mut self) {
        let from = self.at;
        let mut run = String::new();
        while self.peek(run.len()).is_ascii_alphabetic() && run.len() < 16 {
            run.push(self.peek(run.len()));
        }
        let whole = !self.peek(run.len()).is_ascii_alphabetic();
        if whole && (run.len() > 2 || run == "ln") && Word::find(&run).is_some() {
            self.at += run.len();
            return self.name_with_subscript(run, from);
        }
        if let Some((function, rest)) = Word::split(&run).filter(|(_, rest)| whole && rest.len() <= 2) {
            self.at += run.len();
            let message = format!("`{run}` is a product of {} letters in LaTeX", run.len());
            return self.error("syntax.latex", from, message, format!("write `\\{function} {rest}`"));
        }
        let c = self.peek(0);
        self.at += 1;
        self.name_with_subscript(c.to_string(), from);
    }

    /// `x_1`, `x_{max}`, `x_{\text{max}}` are names; `\log_2` is a function with its base.
    fn name_with_subscript(&mut self, mut name: String, from: usize) {
        let function = Word::goes_bare(&name);
        let behind = self.at;
        self.skip_blanks();
        if self.peek(0) == '_' && (self.with_axes)(&name) {
            self.push(Tok::Name(name.into()), from);
            return self.places();
        }
        // `I_{n}` is the identity, where there are matrices at all.
        if self.peek(0) == '_' && name == "I" && (self.with_axes)("") && self.peek(1) != '0' {
            return self.filled("eye", from);
        }
        if self.peek(0) != '_' {
            self.at = behind;
            while let Some(c) = subscript(self.peek(0)) {
                if !name.contains('_') {
                    name.push('_');
                }
                name.push(c);
                self.at += 1;
            }
            return self.push(Tok::Name(name.into()), from);
        }
        if function {
            self.push(Tok::Name(name.into()), from);
            let at = self.at;
            self.at += 1;
            self.push(Tok::Subscript, at);
            return self.group();
        }
        self.at += 1;
        self.skip_blanks();
        let start = self.at;
        let mut inside = String::new();
        let good =
            if self.peek(0) == '{' { self.plain_group(&mut inside) } else { self.plain_one(&mut inside) };
        if !good || inside.is_empty() {
            self.error(
                "syntax.latex",
                start,
                "a subscript holds letters and digits",
                "write it as `x_1` or `x_{max}`",
            );
        }
        name.push('_');
        name += &inside;
        self.push(Tok::Name(name.into()), from);
    }

    /// Is the last piece a bracket that closes something with places, or a transpose?
    fn is_behind_brackets(&self) -> bool {
        let last = self.tokens.last().map(|t| &t.kind);
        let norm = matches!(last, Some(Tok::Close(Shape::DoubleBar) | Tok::DoublePipe));
        norm || matches!(last, Some(Tok::Close(Shape::Round | Shape::Square)))
    }

    /// A subscript that names places, `x_{i}`, `A_{1,:}`, or a norm, `\|x\|_1`.
    fn places(&mut self) {
        let from = self.at;
        self.at += 1;
        if matches!(self.tokens.last().map(|t| &t.kind), Some(Tok::Close(Shape::DoubleBar) | Tok::DoublePipe))
        {
            return self.norm(from);
        }
        let open = self.tokens.len();
        self.group();
        let end = self.tokens.len() - 1;
        if end <= open {
            let hint = "write it as `x_1` or `x_{2:n}`";
            return self.error("syntax.latex", from, "a subscript with nothing in it", hint);
        }
        self.tokens[open].kind = Tok::Open(Shape::Places);
        if self.tokens[end].kind == Tok::Close(Shape::Group) {
            self.tokens[end].kind = Tok::Close(Shape::Places);
        }
    }

    /// What stands below a norm: `2` and `F` go without saying.
    fn norm(&mut self, from: usize) {
        self.skip_blanks();
        let mut which = String::new();
        let infinite = ["{\\infty}", "\\infty"].iter().find_map(|text| self.begins_with(text));
        if let Some(length) = infinite {
            self.at += length;
            which.push('∞');
        } else if self.peek(0) == '{' {
            self.plain_group(&mut which);
        } else {
            self.plain_one(&mut which);
        }
        let names: &[&str] = match which.as_str() {
            "2" | "F" => return,
            "1" => &["norm1"],
            "∞" => &["max", "abs"],
            _ => {
                let hint = "write `\\|x\\|`, `\\|x\\|_1`, `\\|x\\|_\\infty` or `\\|A\\|_F`";
                return self.error("syntax.latex", from, format!("there is no norm `{which}` here"), hint);
            }
        };
        let Some(close) = self.tokens.len().checked_sub(1) else { return };
        let mut level = 0_usize;
        let open = (0..close).rev().find(|k| match self.tokens[*k].kind {
            Tok::DoublePipe => level == 0,
            Tok::Open(Shape::DoubleBar) if level == 0 => true,
            Tok::Open(_) => {
                level = level.saturating_sub(1);
                false
            }
            Tok::Close(_) => {
                level += 1;
                false
            }
            _ => false,
        });
        let Some(open) = open else { return };
        let (start, end) = (self.tokens[open].span, self.tokens[close].span);
        let token = |kind, span| Token { kind, span, spaced: false };
        let front: Vec<Token> = names
            .iter()
            .flat_map(|n| [token(Tok::Name((*n).into()), start), token(Tok::Open(Shape::Round), start)])
            .collect();
        let back = names.iter().map(|_| token(Tok::Close(Shape::Round), end));
        self.tokens.splice(close..=close, back);
        self.tokens.splice(open..=open, front);
    }

    /// `\mathbf{1}_{n}`, `\mathbf{0}_{m \times n}`, `I_{n}`: a function of the sizes below.
    fn filled(&mut self, function: &str, from: usize) {
        self.skip_blanks();
        if self.peek(0) != '_' {
            let hint = "write how many there are: `\\mathbf{1}_{n}`";
            return self.error("syntax.latex", from, "this does not say its size", hint);
        }
        self.push(Tok::Name(function.into()), from);
        self.at += 1;
        let open = self.tokens.len();
        self.group();
        let end = self.tokens.len() - 1;
        if end <= open {
            return;
        }
        let mut level = 0_usize;
        for token in &mut self.tokens[open..=end] {
            match token.kind {
                Tok::Open(_) => level += 1,
                Tok::Close(_) => level = level.saturating_sub(1),
                Tok::Times if level == 1 => token.kind = Tok::Comma,
                _ => {}
            }
        }
        self.tokens[open].kind = Tok::Open(Shape::Round);
        if self.tokens[end].kind == Tok::Close(Shape::Group) {
            self.tokens[end].kind = Tok::Close(Shape::Round);
        }
    }

    /// Letters and digits of `{…}`, fonts and blanks left out; moves behind it whatever it holds.
    fn plain_group(&mut self, into: &mut String) -> bool {
        self.at += 1;
        let (mut level, mut good) = (1_usize, true);
        while self.at < self.end {
            match self.peek(0) {
                '{' => {
                    level += 1;
                    self.at += 1;
                }
                '}' => {
                    level -= 1;
                    self.at += 1;
                    if level == 0 {
                        return good;
                    }
                }
                _ => good &= self.plain_one(into),
            }
        }
        false
    }

    fn plain_one(&mut self, into: &mut String) -> bool {
        let c = self.peek(0);
        self.at += usize::from(self.at < self.end);
        if c == '\\' {
            let command = self.command_name();
            if GREEK_NAMES.contains(&command.as_str()) {
                *into += &command;
                return true;
            }
            return FONTS.contains(&command.as_str()) || BLANKS.contains(&command.as_str());
        }
        match greek(c) {
            Some(name) => *into += name,
            None if c.is_alphanumeric() && superscript(c).is_none() && subscript(c).is_none() => into.push(c),
            None => return is_blank(c) || c == '_' || c == ',',
        }
        true
    }

    /// The name behind a backslash: letters, or one other character.
    fn command_name(&mut self) -> String {
        let mut name = String::new();
        while self.at < self.end && self.source[self.at].is_ascii_alphabetic() {
            name.push(self.source[self.at]);
            self.at += 1;
        }
        if name.is_empty() && self.at < self.end {
            name.push(self.source[self.at]);
            self.at += 1;
        } else if name == "operatorname" && self.peek(0) == '*' {
            self.at += 1;
        }
        name
    }

    fn command(&mut self, from: usize) {
        let name = self.command_name();
        let name = name.as_str();
        if BLANKS.contains(&name) {
            return;
        }
        if let Some(kind) = sign(name) {
            return match kind {
                Tok::Name(n) => self.name_with_subscript(n.into(), from),
                kind => self.push(kind, from),
            };
        }
        if let Some(letter) = variant(name) {
            return self.name_with_subscript(letter.to_owned(), from);
        }
        if FONTS.contains(&name) {
            return self.font(from);
        }
        match name {
            "frac" | "dfrac" | "tfrac" | "cfrac" => {
                self.push(Tok::Frac, from);
                self.group();
                self.group();
            }
            "sqrt" => {
                self.skip_blanks();
                if self.peek(0) == '[' {
                    self.push(Tok::RootIndex, from);
                    self.index();
                } else {
                    self.push(Tok::Root(2), from);
                }
                self.group();
            }
            "langle" => {
                self.push(Tok::Name("dot".into()), from);
                self.push(Tok::Open(Shape::Round), from);
            }
            "rangle" => self.push(Tok::Close(Shape::Round), from),
            "left" | "mleft" => self.delimiter(from, true),
            "right" | "mright" => self.delimiter(from, false),
            "begin" | "end" => self.environment(from, name == "begin"),
            "\\" | "cr" => self.push(Tok::Semicolon, from),
            _ => {
                if let Some((_, hint)) = REFUSED.iter().find(|(n, _)| *n == name) {
                    let code =
                        if name == "placeholder" { "syntax.missing-operand" } else { "unsupported.notation" };
                    self.error(code, from, format!("`\\{name}` is not read here"), *hint);
                } else if Word::find(name).is_some() {
                    self.name_with_subscript(name.to_owned(), from);
                } else {
                    let hint = match Word::nearest(name) {
                        Some(near) => format!("did you mean `\\{near}`?"),
                        None => format!("a name of several letters is written `\\mathrm{{{name}}}`"),
                    };
                    self.error("syntax.latex", from, format!("there is no command `\\{name}`"), hint);
                }
            }
        }
    }

    /// `\mathrm{speed}`, `\operatorname{sin}`, `\text{ if }`, `\mathbf x`
    fn font(&mut self, from: usize) {
        self.skip_blanks();
        let mut name = String::new();
        let good = if self.peek(0) == '{' { self.plain_group(&mut name) } else { self.plain_one(&mut name) };
        if !good {
            let hint = "write a formula outside of it";
            return self.error("syntax.latex", from, "a name holds letters and digits", hint);
        }
        match name.as_str() {
            // Words between the cases of a definition.
            "" | "if" | "for" | "when" | "where" | "falls" => {}
            "T" if self.in_exponent() => self.push(Tok::Transpose, from),
            "0" => self.filled("zeros", from),
            "1" => self.filled("ones", from),
            _ => self.name_with_subscript(name, from),
        }
    }

    /// Right behind `^`, or `^{`?
    fn in_exponent(&self) -> bool {
        let mut last = self.tokens.iter().rev().map(|t| &t.kind);
        match last.next() {
            Some(Tok::Open(Shape::Group)) => matches!(last.next(), Some(Tok::Caret)),
            last => matches!(last, Some(Tok::Caret)),
        }
    }

    /// What stands after `^`: a group, or one letter, digit or command.
    fn exponent(&mut self) {
        self.skip_blanks();
        for (text, kind, times) in SPECIAL_EXPONENTS {
            if let Some(length) = self.begins_with(text) {
                self.at += length;
                let from = self.tokens.pop().map_or(self.at, |caret| caret.span.from as usize);
                for _ in 0..*times {
                    self.push(kind.clone(), from);
                }
                return;
            }
        }
        // `x^{\odot 2}` is entry by entry.
        if let Some(length) = self.begins_with("{\\odot") {
            if let Some(caret) = self.tokens.last_mut() {
                caret.kind = Tok::CaretEach;
            }
            let from = self.at;
            self.at += length;
            self.push(Tok::Open(Shape::Group), from);
            return self.rest_of_group();
        }
        // `A^{-\top}` is the transpose of the inverse.
        if let Some(length) = self.begins_with("{-\\top}") {
            let from = self.tokens.pop().map_or(self.at, |caret| caret.span.from as usize);
            self.at += length;
            let (open, close) = (Tok::Open(Shape::Group), Tok::Close(Shape::Group));
            for kind in [Tok::Prime, Tok::Caret, open, Tok::Minus, Tok::Number("1".into()), close] {
                self.push(kind, from);
            }
            return;
        }
        self.group();
    }

    /// How many characters the text takes here, blanks between them left out; `None` when it is not here.
    fn begins_with(&self, text: &str) -> Option<usize> {
        let mut length = 0;
        for c in text.chars() {
            while self.at + length < self.end && is_blank(self.source[self.at + length]) {
                length += 1;
            }
            if self.peek(length) != c {
                return None;
            }
            length += 1;
        }
        // `\\circ` is not the beginning of `\\circle`.
        (text.ends_with('}') || !self.peek(length).is_ascii_alphabetic()).then_some(length)
    }

    /// A group in braces; braces are put in around a single thing.
    fn group(&mut self) {
        self.skip_blanks();
        let from = self.at;
        if self.at >= self.end {
            return;
        }
        self.depth += 1;
        if self.too_deep() {
            let message = format!("the formula is nested more than {} levels deep", self.max_depth);
            return self.error("budget.depth", from, message, "give an inner part a name, and use the name");
        }
        if self.peek(0) == '{' {
            self.next();
            self.rest_of_group();
        } else if !matches!(self.peek(0), '}' | ')' | ']' | '&' | '^' | '_') {
            self.tokens.push(Token {
                kind: Tok::Open(Shape::Group),
                span: Span::new(from, from),
                spaced: false,
            });
            if self.peek(0).is_ascii_digit() {
                let digit = self.peek(0).to_string();
                self.at += 1;
                self.push(Tok::Number(digit.into()), from);
            } else if self.peek(0).is_ascii_alphabetic() {
                let letter = self.peek(0).to_string();
                self.at += 1;
                self.push(Tok::Name(letter.into()), from);
            } else {
                self.next();
            }
            let end = Span::new(self.at, self.at);
            self.tokens.push(Token { kind: Tok::Close(Shape::Group), span: end, spaced: false });
        }
        if !self.too_deep() {
            self.depth -= 1;
        }
    }

    /// What stands in a group behind its brace.
    fn rest_of_group(&mut self) {
        let mut level = 1_usize;
        while level > 0 && self.at < self.end && !self.too_deep() {
            match self.peek(0) {
                '{' => level += 1,
                '}' => level -= 1,
                _ => {}
            }
            self.next();
            self.skip_blanks();
        }
    }

    /// The `[n]` of a root, as a group.
    fn index(&mut self) {
        let from = self.at;
        self.at += 1;
        self.push(Tok::Open(Shape::Group), from);
        self.depth += 1;
        let mut level = 0_usize;
        while self.at < self.end && !self.too_deep() {
            match self.peek(0) {
                '[' | '{' => level += 1,
                ']' if level == 0 => break,
                ']' | '}' => level = level.saturating_sub(1),
                _ => {}
            }
            self.next();
            self.skip_blanks();
        }
        if self.too_deep() {
            return;
        }
        self.depth -= 1;
        let from = self.at;
        self.at += usize::from(self.at < self.end);
        self.push(Tok::Close(Shape::Group), from);
    }

    /// What stands after `\left` or `\right`.
    fn delimiter(&mut self, from: usize, open: bool) {
        self.skip_blanks();
        let c = self.peek(0);
        self.at += usize::from(self.at < self.end);
        let shape = match c {
            '(' | ')' => Shape::Round,
            '[' | ']' => Shape::Square,
            '|' => Shape::Bar,
            '.' => return,
            '\\' => {
                let name = self.command_name();
                match name.as_str() {
                    "langle" => {
                        self.push(Tok::Name("dot".into()), from);
                        Shape::Round
                    }
                    "rangle" => Shape::Round,
                    "{" | "}" | "lbrace" | "rbrace" => Shape::Brace,
                    "|" | "Vert" | "lVert" | "rVert" => Shape::DoubleBar,
                    "vert" | "lvert" | "rvert" => Shape::Bar,
                    "lfloor" | "rfloor" => Shape::Floor,
                    "lceil" | "rceil" => Shape::Ceil,
                    "lbrack" | "rbrack" => Shape::Square,
                    "lparen" | "rparen" => Shape::Round,
                    _ => {
                        let message = format!("`\\{name}` is no bracket");
                        return self.error("syntax.latex", from, message, "write `\\left(` and `\\right)`");
                    }
                }
            }
            _ => {
                let hint = "write `\\left(` and `\\right)`";
                return self.error("syntax.latex", from, "a bracket is missing here", hint);
            }
        };
        self.push(if open { Tok::Open(shape) } else { Tok::Close(shape) }, from);
    }

    /// `\begin{pmatrix}` and its kin.
    fn environment(&mut self, from: usize, begin: bool) {
        self.skip_blanks();
        let mut name = String::new();
        if self.peek(0) == '{' {
            self.plain_group(&mut name);
        }
        let tok = |shape| if begin { Tok::Open(shape) } else { Tok::Close(shape) };
        match name.as_str() {
            "matrix" | "pmatrix" | "bmatrix" | "Bmatrix" | "smallmatrix" => {
                self.push(tok(Shape::Square), from)
            }
            "vmatrix" => {
                // The determinant of the matrix between the bars.
                if begin {
                    self.push(Tok::Name("det".into()), from);
                    self.push(Tok::Open(Shape::Round), from);
                    self.push(Tok::Open(Shape::Square), from);
                } else {
                    self.push(Tok::Close(Shape::Square), from);
                    self.push(Tok::Close(Shape::Round), from);
                }
            }
            "array" => {
                // `{cc}` says how the columns stand.
                self.skip_blanks();
                if begin && self.peek(0) == '{' {
                    self.plain_group(&mut String::new());
                }
                self.push(tok(Shape::Square), from);
            }
            "cases" | "dcases" => self.push(tok(Shape::Cases), from),
            "equation" | "align" | "aligned" | "gather" | "split" | "displaymath" | "math" => {}
            _ => {
                let message = format!("there is no environment `{name}` here");
                self.error(
                    "syntax.latex",
                    from,
                    message,
                    "a matrix is written `\\begin{pmatrix} … \\end{pmatrix}`",
                );
            }
        }
    }
}

/// Greek letters and their variants.
fn variant(command: &str) -> Option<&'static str> {
    let plain = command.strip_prefix("var").unwrap_or(command);
    GREEK_NAMES.iter().find(|n| **n == plain).copied()
}
