//! What a learner wrote in their own words, as HTML: paragraphs, and formulas between `$…$`.
//!
//! Invariant: nothing of the text is markup; a formula that cannot be read stands as it was typed.

use crate::formula;
use crate::text::escape;

/// The HTML of a text.
pub fn own_words(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>\n", lines(paragraph))).collect()
}

/// A paragraph with its lines and formulas.
fn lines(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, latex, after)) = formula_in(rest) {
        out.push_str(&escape(before));
        match formula::mathml(latex.trim(), false) {
            Ok(mathml) => out.push_str(&mathml),
            Err(_) => out.push_str(&escape(&format!("${latex}$"))),
        }
        rest = after;
    }
    out.push_str(&escape(rest));
    out.replace('\n', "<br>")
}

/// The first `$…$` with no space at its ends: what stands before, inside and after.
fn formula_in(text: &str) -> Option<(&str, &str, &str)> {
    let signs: Vec<usize> = text.match_indices('$').map(|(k, _)| k).collect();
    let pair = signs.windows(2).find(|pair| {
        let inside = &text[pair[0] + 1..pair[1]];
        !inside.is_empty() && inside.trim() == inside
    })?;
    Some((&text[..pair[0]], &text[pair[0] + 1..pair[1]], &text[pair[1] + 1..]))
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn words_and_formulas_and_nothing_else() {
        assert_eq!(own_words("a < b\nc\n\n\n d "), "<p>a &lt; b<br>c</p>\n<p>d</p>\n");
        let html = own_words("the slope $x^2$ costs $5");
        assert!(
            html.contains("<msup><mi>x</mi><mn>2</mn></msup>") && html.ends_with("costs $5</p>\n"),
            "{html}"
        );
        assert_eq!(
            own_words("$5 and $7, then $x$"),
            format!("<p>$5 and $7, then {}</p>\n", super::formula::mathml("x", false).unwrap())
        );
        assert_eq!(own_words("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
        assert_eq!(own_words("an odd $\\frac{1$ here"), "<p>an odd $\\frac{1$ here</p>\n");
        assert!(!own_words("$\\text{<b>}$").contains("<b>"));
        assert_eq!(own_words(" \n\n "), "");
    }
}
