//! Formulas of the prose: LaTeX to MathML, and to words for captions and voices.
//!
//! Not here: formulas of the engine, which print themselves.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, mathml::push_mathml};

/// Longest formula in the prose, in bytes.
const MAX_FORMULA: usize = 2_000;

/// LaTeX as MathML.
///
/// # Errors
/// Why it cannot be read, in one line.
pub(crate) fn mathml(latex: &str, block: bool) -> Result<String, String> {
    if latex.len() > MAX_FORMULA {
        return Err(format!("the formula is {} bytes long; the limit is {MAX_FORMULA}", latex.len()));
    }
    let storage = Storage::new();
    for event in Parser::new(latex, &storage) {
        if let Err(error) = event {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            return Err(line.trim_start_matches("parsing error: ").to_owned());
        }
    }
    let storage = Storage::new();
    let display_mode = if block { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut out = String::new();
    push_mathml(&mut out, Parser::new(latex, &storage), config).map_err(|e| e.to_string())?;
    Ok(out)
}

/// Commands and signs whose groups are arguments, and how many they take.
#[rustfmt::skip]
const ARGUMENTS: &[(&str, u32)] = &[
    ("frac", 2), ("dfrac", 2), ("tfrac", 2), ("binom", 2), ("overset", 2), ("underset", 2), ("stackrel", 2), ("sqrt", 1), ("text", 1),
    ("textit", 1), ("mathrm", 1), ("mathit", 1), ("mathbf", 1), ("mathbb", 1), ("mathcal", 1), ("mathsf", 1), ("boldsymbol", 1), ("operatorname", 1),
    ("vec", 1), ("hat", 1), ("bar", 1), ("tilde", 1), ("dot", 1), ("ddot", 1), ("overline", 1), ("underline", 1), ("overbrace", 1),
    ("underbrace", 1), ("begin", 1), ("end", 1), ("phantom", 1), ("boxed", 1), ("color", 1), ("widehat", 1), ("overrightarrow", 1),
];

/// The groups of a formula that are nobody's argument: where a question has its slots. Ranges with their braces.
///
/// `{k}` stands by itself in `x^2 + {k}`; in `x^{2}` and `\frac{1}{2}` the braces belong to LaTeX, and `x^{{k}}` has a
/// slot inside such a group.
pub(crate) fn slots(latex: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    slots_in(latex, 0, 0, &mut found);
    found
}

fn slots_in(latex: &str, at: usize, depth: u32, found: &mut Vec<std::ops::Range<usize>>) {
    let (mut k, mut expected) = (0, 0_u32);
    while let Some(c) = latex[k..].chars().next() {
        let width = c.len_utf8();
        match c {
            '\\' => {
                let rest = &latex[k + 1..];
                let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                let word = &rest[..length];
                expected = ARGUMENTS.iter().find(|(name, _)| *name == word).map_or(0, |(_, n)| *n);
                // `\{` is a sign, not a group.
                k += 1 + if length == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { length };
                continue;
            }
            '^' | '_' => expected = 1,
            '{' => {
                let Some(length) = closed(&latex[k..]) else { return };
                if expected == 0 {
                    found.push(at + k..at + k + length);
                } else {
                    expected -= 1;
                    if depth < 20 {
                        slots_in(&latex[k + 1..k + length - 1], at + k + 1, depth + 1, found);
                    }
                }
                k += length;
                continue;
            }
            // `\sqrt[3]{…}`
            '[' if expected > 0 => k += latex[k..].find(']').unwrap_or(0),
            ' ' => {}
            _ => expected = 0,
        }
        k += width;
    }
}

/// How long the group is that a text begins with, with its braces.
fn closed(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (k, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(k + 1);
        }
    }
    None
}

/// A value as it stands between two parts of a formula: in brackets where it would be torn apart.
pub(crate) fn placed(before: &str, value: &str, after: &str) -> String {
    if before.ends_with('{') && after.starts_with('}') {
        return value.to_owned();
    }
    let mut outer = 0_i32;
    let mut loose = false;
    for (k, c) in value.char_indices() {
        match c {
            '{' | '(' | '[' => outer += 1,
            '}' | ')' | ']' => outer -= 1,
            '+' | '-' if outer == 0 && k > 0 => loose = true,
            _ => {}
        }
    }
    let signed = value.trim_start().starts_with('-');
    let before = before.trim_end().trim_end_matches("\\,").trim_end_matches("\\;").trim_end();
    let command =
        before.rfind('\\').map(|k| &before[k + 1..]).filter(|w| w.chars().all(|c| c.is_ascii_alphabetic()));
    let torn_left = match (before.chars().next_back(), command) {
        (_, Some(word)) => {
            matches!(word, "cdot" | "times" | "sin" | "cos" | "tan" | "log" | "ln" | "exp" | "pm")
                && (signed || loose)
        }
        (None | Some('=' | '(' | '[' | ',' | '{' | '}' | '|' | '<' | '>' | '&' | ';' | ':'), _) => false,
        (Some('+'), _) => signed,
        _ => signed || loose,
    };
    let after = after.trim_start();
    let factor = after.starts_with(|c: char| c.is_alphanumeric() || c == '(' || c == '^')
        || after.starts_with("\\cdot")
        || after.starts_with("\\times");
    let torn_right = if after.starts_with('^') {
        signed
            || loose
            || value.trim().chars().count() > 1 && !value.trim().chars().all(|c| c.is_ascii_digit())
    } else {
        factor && loose
    };
    if torn_left || torn_right { format!("\\left({value}\\right)") } else { format!("{{{value}}}") }
}

/// LaTeX as plain text: `\frac{a}{b+c}` is `a/(b + c)`; what is unknown stands as it is.
pub(crate) fn plain(latex: &str) -> String {
    let mut out = String::new();
    write_plain(latex, &mut out, 0);
    let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("( ", "(").replace(" )", ")").replace(" ,", ",").trim().to_owned()
}

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("to", " → "), ("cdot", " · "), ("times", " × "), ("approx", " ≈ "), ("ne", " ≠ "), ("neq", " ≠ "), ("le", " ≤ "),
    ("ge", " ≥ "), ("leq", " ≤ "), ("geq", " ≥ "), ("lt", " < "), ("gt", " > "), ("pm", " ± "), ("mp", " ∓ "), ("sim", " ~ "),
    ("leftarrow", " ← "), ("rightarrow", " → "), ("mapsto", " ↦ "), ("implies", " ⇒ "), ("in", " in "), ("mid", " | "),
    ("infty", "∞"), ("nabla", "∇"), ("partial", "∂"), ("sum", "Σ"), ("prod", "Π"), ("int", "∫"), ("iint", "∬"), ("ell", "ℓ"),
    ("lim", "lim "), ("max", "max "), ("min", "min "), ("det", "det "), ("sin", "sin "), ("cos", "cos "), ("tan", "tan "),
    ("arctan", "arctan "), ("sinh", "sinh "), ("cosh", "cosh "), ("tanh", "tanh "), ("exp", "exp "), ("log", "log "), ("ln", "ln "),
    ("quad", " "), ("qquad", " "), ("left", ""), ("right", ""), ("bigl", ""), ("bigr", ""), ("Bigl", ""), ("Bigr", ""), ("big", ""),
    ("underbrace", ""), ("overbrace", ""), ("displaystyle", ""), ("mathsf", ""), ("mathcal", ""), ("boldsymbol", ""),
    ("ldots", "…"), ("dots", "…"), ("cdots", "…"), ("prime", "′"), ("circ", "°"), ("lvert", "|"), ("rvert", "|"), ("lVert", "‖"),
    ("rVert", "‖"), ("langle", "⟨"), ("rangle", "⟩"),
    ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"), ("varepsilon", "ε"), ("zeta", "ζ"), ("eta", "η"),
    ("theta", "θ"), ("vartheta", "θ"), ("kappa", "κ"), ("lambda", "λ"), ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"), ("pi", "π"), ("rho", "ρ"),
    ("sigma", "σ"), ("tau", "τ"), ("phi", "φ"), ("varphi", "φ"), ("chi", "χ"), ("psi", "ψ"), ("omega", "ω"), ("Gamma", "Γ"),
    ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"), ("Sigma", "Σ"), ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"),
];

fn write_plain(latex: &str, out: &mut String, depth: u32) {
    if depth > 20 {
        out.push_str(latex);
        return;
    }
    let mut rest = latex;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
                if length == 0 {
                    // `\,`, `\;`, `\{`: a thin space or the sign itself.
                    if let Some(next) = rest.chars().next() {
                        rest = &rest[next.len_utf8()..];
                        out.push(if matches!(next, ',' | ';' | ':' | '!' | ' ' | '\\') { ' ' } else { next });
                    }
                    continue;
                }
                let word = &rest[..length];
                rest = &rest[length..];
                match word {
                    "frac" | "tfrac" | "dfrac" => {
                        let over = group(&mut rest);
                        let under = group(&mut rest);
                        operand(over, out, depth);
                        out.push('/');
                        operand(under, out, depth);
                    }
                    "sqrt" => {
                        out.push('√');
                        operand(group(&mut rest), out, depth);
                    }
                    "bar" | "overline" | "hat" | "tilde" => {
                        write_plain(group(&mut rest), out, depth + 1);
                        out.push(match word {
                            "hat" => '\u{302}',
                            "tilde" => '\u{303}',
                            _ => '\u{304}',
                        });
                    }
                    "text" | "mathrm" | "mathit" | "mathbf" | "operatorname" | "textit" => {
                        out.push_str(group(&mut rest));
                    }
                    _ => match WORDS.iter().find(|(name, _)| *name == word) {
                        Some((_, text)) => out.push_str(text),
                        None => out.push_str(word),
                    },
                }
            }
            '^' | '_' => {
                let script = group(&mut rest);
                match (c, script) {
                    ('^', "\\prime") => out.push('′'),
                    ('^', "\\mathsf T" | "\\mathsf{T}" | "\\top") => out.push('ᵀ'),
                    ('^', number) if raised(number).is_some() => out.extend(raised(number)),
                    ('_', under) if out.ends_with("lim ") => {
                        write_plain(under, out, depth + 1);
                        out.push_str(" of ");
                    }
                    _ => {
                        out.push(c);
                        operand(script, out, depth);
                    }
                }
            }
            '{' | '}' => {}
            '-' => out.push('−'),
            '\'' => out.push('′'),
            '=' | '+' | '<' | '>' => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            c => out.push(c),
        }
    }
}

/// A whole number, small and high.
fn raised(number: &str) -> Option<String> {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = number.strip_prefix('-').unwrap_or(number);
    let small: Option<String> = digits.chars().map(|c| DIGITS.get(c.to_digit(10)? as usize)).collect();
    let sign = if digits.len() < number.len() { "⁻" } else { "" };
    small.filter(|s| !s.is_empty()).map(|s| format!("{sign}{s}"))
}

/// The next group or sign, without its braces.
fn group<'a>(rest: &mut &'a str) -> &'a str {
    *rest = rest.trim_start();
    let whole: &'a str = rest;
    if !whole.starts_with('{') {
        let end = match whole.strip_prefix('\\') {
            Some(after) => 1 + after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len()),
            None => whole.chars().next().map_or(0, char::len_utf8),
        };
        *rest = &whole[end..];
        return &whole[..end];
    }
    let mut depth = 0;
    for (k, c) in whole.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            *rest = &whole[k + 1..];
            return &whole[1..k];
        }
    }
    *rest = "";
    &whole[1..]
}

/// An operand in brackets where it needs them.
fn operand(latex: &str, out: &mut String, depth: u32) {
    let mut text = String::new();
    write_plain(latex, &mut text, depth + 1);
    let text = text.trim();
    let outside = |k: usize| {
        let before = &text[..k];
        before.matches('(').count() == before.matches(')').count()
    };
    let loose =
        text.char_indices().any(|(k, c)| matches!(c, '+' | '−' | '/' | '·' | '=') && k > 0 && outside(k));
    if loose {
        out.push('(');
        out.push_str(text);
        out.push(')');
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::{mathml, plain};

    #[track_caller]
    fn reads(latex: &str, want: &str) {
        assert_eq!(plain(latex), want);
    }

    #[test]
    fn formulas_in_words() {
        reads(r"\frac{f(b)-f(a)}{b-a}", "(f(b)−f(a))/(b−a)");
        reads(r"\frac{dy}{dx} = 2x", "dy/dx = 2x");
        reads(r"h \to 0", "h → 0");
        reads(r"x^2 + 3\,x^{n-1}", "x² + 3 x^(n−1)");
        reads(r"\text{rise}/\text{run}", "rise/run");
        reads(r"f'(x)", "f′(x)");
        reads(r"10^{-8}", "10⁻⁸");
        reads(r"\lim_{h \to 0} f(h)", "lim h → 0 of f(h)");
        reads(r"\frac{a", "a/"); // hopeless, and no panic
    }

    #[test]
    fn mathml_has_no_inline_style_and_bad_formulas_are_refused() {
        let good = mathml(r"\lim_{h\to 0}\frac{(x+h)^2-x^2}{h}", true).unwrap();
        assert!(good.starts_with("<math display=\"block\"") && !good.contains("style="), "{good}");
        assert!(mathml(r"\frac{a", false).is_err());
        assert!(mathml(r"\nonsense x", false).is_err());
        assert!(mathml(&"x".repeat(3000), false).is_err());
    }
}
