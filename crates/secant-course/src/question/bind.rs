//! The names of a question with the values that a variant gives them.

use std::collections::BTreeSet;

use secant::expr::{Condition, Expr, Func};
use secant::sheet::{Limits, Reader, Scope, figure::FigureFault};

use crate::fault::Fault;
use crate::prose::Filling;
use crate::scene::split;
use crate::text::{Piece, escape};

use super::Inner;
use super::draw::Choice;

/// What the names of a question mean in one variant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) scope: Scope,
}

impl Bound {
    /// An expression with the values of the variant in it.
    pub(crate) fn expression(&self, text: &str) -> Result<Expr, FigureFault> {
        self.scope.formula(text).map(|(e, _)| e)
    }

    /// The same with what must hold for the text to have a value; no value at all where it cannot be read.
    pub(crate) fn conditional(&self, text: &str) -> (Expr, Vec<Condition>) {
        self.scope.formula(text).unwrap_or_else(|_| (Expr::undefined(), Vec::new()))
    }

    /// The formula that stands in a slot of the text.
    pub(crate) fn fill(&self, text: &str) -> Filling {
        match self.expression(text) {
            Ok(e) => Filling::Fixed { html: e.to_mathml(), plain: e.to_string(), latex: e.to_latex() },
            Err(_) => Filling::Fixed {
                html: escape(text),
                plain: text.to_owned(),
                latex: format!("\\text{{{text}}}"),
            },
        }
    }
}

impl Bound {
    /// A sentence with what its slots come to, as text.
    pub(super) fn said(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}') else { break };
            out.push_str(&rest[..open]);
            let slot = &rest[open + 1..open + close];
            out.push_str(&self.expression(slot).map_or_else(|_| slot.to_owned(), |e| e.to_string()));
            rest = &rest[open + close + 1..];
        }
        out + rest
    }

    /// A text of several formulas, each with the values of the variant in it.
    pub(super) fn filled(&self, text: &str) -> String {
        crate::read::each_formula(text, &|formula| match self.expression(formula) {
            Ok(e) => e.to_string(),
            Err(_) => formula.to_owned(),
        })
    }
}

impl Inner {
    /// Gives the names of the question the values of a choice, and works through its definitions.
    pub(super) fn bind(&self, choice: &Choice) -> Result<Bound, Fault> {
        self.bind_from(self.declared()?, choice, |_| true)
    }

    /// The same from what is declared, with those definitions that are wanted.
    fn bind_from(
        &self,
        mut scope: Scope,
        choice: &Choice,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Bound, Fault> {
        for (vary, k) in self.spec.vary.iter().zip(choice) {
            let value = &vary.values[*k];
            // A function by its name, else an expression.
            if scope.alias(&vary.name.text, &value.text) {
                continue;
            }
            let e = scope.expression(&value.text).map_err(|wrong| self.placed(value, wrong))?;
            scope.value(&vary.name.text, e);
        }
        for define in self.spec.defines.iter().filter(|define| wanted(&define.name.text)) {
            let mut inside = scope.clone();
            let vars: Vec<_> = define.vars.iter().map(|v| (v.text.clone(), inside.local(&v.text))).collect();
            let body = inside.formula(&define.body.text).map_err(|wrong| self.placed(&define.body, wrong))?.0;
            if define.vars.is_empty() {
                scope.value(&define.name.text, body);
            } else {
                scope.function(&define.name.text, vars, body);
            }
        }
        Ok(Bound { scope })
    }

    /// The choices that are not to be avoided. Only what the lines `avoid` speak of is worked out: most variants are never
    /// asked, and `check` goes through all of them.
    pub(super) fn asked(&self, all: Vec<Choice>) -> Result<Vec<Choice>, Fault> {
        if self.spec.avoid.is_empty() {
            return Ok(all);
        }
        let declared = self.declared()?;
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
        };
        let mut wanted: BTreeSet<String> =
            self.spec.avoid.iter().flat_map(|line| words(&line.text)).collect();
        // A definition speaks of those before it.
        for define in self.spec.defines.iter().rev() {
            if wanted.contains(&define.name.text) {
                wanted.extend(words(&define.body.text));
            }
        }
        let mut kept = Vec::new();
        for choice in all {
            let bound = self.bind_from(declared.clone(), &choice, |name| wanted.contains(name))?;
            if !self.is_avoided(&bound, &choice)? {
                kept.push(choice);
            }
        }
        Ok(kept)
    }

    /// The names of the question that have axes.
    fn declared(&self) -> Result<Scope, Fault> {
        let reader = Reader::new(&self.spec.shapes(), &[], &[], &Limits::default());
        let place = |fault: Box<secant::sheet::Fault>| {
            let at = self.spec.declares.first().map_or(self.at, |(name, _)| name.at);
            let wrong = self.source.fault("question.declare", at, fault.message);
            Fault { hint: fault.hint, ..wrong }
        };
        Ok(reader.map_err(place)?.scope().clone().within(&Limits::default()))
    }

    fn placed(&self, piece: &Piece, wrong: FigureFault) -> Fault {
        let fault = self.source.fault(wrong.code, piece.at + wrong.span.start, wrong.message);
        Fault { hint: wrong.hint, ..fault }
    }

    /// Is this choice one of those that the question avoids?
    fn is_avoided(&self, bound: &Bound, choice: &Choice) -> Result<bool, Fault> {
        for line in &self.spec.avoid {
            let mut all = true;
            for condition in conditions(line) {
                all &= self.holds(bound, choice, &condition)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `a = b`, `a != b`, `a < b`, …, or a value that some name has.
    fn holds(&self, bound: &Bound, choice: &Choice, condition: &Piece) -> Result<bool, Fault> {
        let value_of = |name: &str| {
            let found = self.spec.vary.iter().zip(choice).find(|(v, _)| v.name.text == name);
            found.map(|(v, k)| v.values[*k].text.as_str())
        };
        let found = ["!=", "<=", ">=", "=", "<", ">"].iter().find_map(|sign| {
            let k = condition.text.find(sign)?;
            let part = |text: &str, at: usize| crate::scene::trim(&Piece { text: text.to_owned(), at });
            let right = part(&condition.text[k + sign.len()..], condition.at + k + sign.len());
            Some((part(&condition.text[..k], condition.at), *sign, right))
        });
        let Some((left, sign, right)) = found else {
            return Ok(self.spec.vary.iter().zip(choice).any(|(v, k)| v.values[*k].text == condition.text));
        };
        if let Some(value) = value_of(&left.text)
            && (value == right.text || Func::from_name(value).is_some())
        {
            return Ok((value == right.text) == (sign == "="));
        }
        let a = self.expression(bound, &left)?;
        let b = self.expression(bound, &right)?;
        let (Some(x), Some(y)) = (a.as_number(), b.as_number()) else {
            let message = format!("`{}` does not compare two numbers", condition.text);
            return Err(self.source.fault("syntax.question", condition.at, message));
        };
        Ok(match sign {
            "=" => x == y,
            "!=" => x != y,
            "<" => x < y,
            "<=" => x <= y,
            ">" => x > y,
            _ => x >= y,
        })
    }
}

/// The parts of a line joined by `and`, `with` or a comma.
fn conditions(line: &Piece) -> Vec<Piece> {
    let text = [" and ", " with "].iter().fold(line.text.clone(), |t, word| {
        // As many bytes as before, so that places stay.
        t.replace(word, &format!("{:<width$}", ",", width = word.len()))
    });
    split(&Piece { text, at: line.at }, &[","])
}
