//! The browser code: `math/` knows no page, `view/` computes nothing, and nothing makes code from text.

/// What belongs to the page.
const PAGE: &[&str] = &[
    "document",
    "window",
    "navigator",
    "location",
    "history",
    "localStorage",
    "sessionStorage",
    "customElements",
    "HTMLElement",
    "Element",
    "Node",
    "fetch",
    "XMLHttpRequest",
    "requestAnimationFrame",
    "matchMedia",
];
/// What belongs to `math/`.
const ARITHMETIC: &[&str] = &[
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log1p",
    "log2", "log10", "pow", "sqrt", "cbrt",
];

/// One sentence for everything that `text` may not do where it stands.
pub(crate) fn refused(path: &str, text: &str) -> Vec<String> {
    let math = path.contains("/math/");
    let view = path.contains("/view/");
    let mut complaints = Vec::new();
    let mut complain = |line: usize, what: &str, why: &str| {
        complaints.push(format!("{path}:{}: `{what}` {why}", line + 1));
    };
    for (line, code) in without_comments(text).lines().enumerate() {
        if math
            && let Some(from) = imported(code)
            && !from.starts_with("./")
        {
            complain(line, from, "is not arithmetic: math/ may import from math/ only");
        }
        let code = without_strings(code);
        for (at, word) in words(&code) {
            let free = !code[..at].trim_end().ends_with('.')
                && !code[at + word.len()..].trim_start().starts_with(':');
            if math && free && PAGE.contains(&word) {
                complain(line, word, "belongs to the page: math/ gets numbers and gives numbers");
            }
            if free && matches!(word, "eval" | "Function") {
                complain(line, word, "makes code from text: the page's policy forbids it");
            }
            if view && code[..at].ends_with("Math.") && ARITHMETIC.contains(&word) {
                complain(line, &format!("Math.{word}"), "is arithmetic: view/ draws what math/ has computed");
            }
        }
    }
    complaints
}

/// The module that a line imports from, if it does.
fn imported(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let clause = if rest.starts_with("import") || rest.starts_with("export") || rest.starts_with('}') {
        rest.split_once(" from ").map_or_else(|| rest.strip_prefix("import "), |(_, from)| Some(from))
    } else {
        None
    }?;
    let quote = clause.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
    clause.trim_start()[1..].split(quote).next()
}

fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    code.split(move |c| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - code.as_ptr() as usize, word))
}

/// Blanks out comments, keeping the lines.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    let mut quote: Option<char> = None;
    while let Some(c) = rest.chars().next() {
        let mut next = c.len_utf8();
        match quote {
            Some(_) if c == '\\' => next += rest[1..].chars().next().map_or(0, char::len_utf8),
            Some(open) if c == open || (c == '\n' && open != '`') => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if rest.starts_with("//") => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            None if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
                code.extend(rest[..end].chars().filter(|&c| c == '\n'));
                rest = &rest[end..];
                continue;
            }
            _ => {}
        }
        code.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    code
}

/// Leaves out what stands between quotes on one line. Templates stay: there is code in them.
fn without_strings(line: &str) -> String {
    let mut code = String::new();
    let mut quote: Option<char> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(_) if c == '\\' => {
                chars.next();
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => code.push(c),
        }
    }
    code
}
