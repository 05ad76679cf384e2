//! Just enough of Rust to find which paths a source file names.
//!
//! Here: words without comments and strings, code without its tests, `use` trees written out, `super`
//! and `crate` made absolute.
//! Not here: which of them are allowed (`picture`).
//! Not seen: what arrives by a method call or inside a macro of another crate.

use std::path::Path;

/// One source file, as far as the picture is concerned with it.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the root of the workspace.
    pub path: String,
    /// Where in its crate the file stands: `["expr", "print"]`; empty for the root.
    pub module: Vec<String>,
    /// Every path that starts at `crate`, `super`, `self` or `std`, made absolute.
    pub paths: Vec<Named>,
    /// Every `name!`.
    pub macros: Vec<(usize, String)>,
    /// Every other identifier too.
    pub words: Vec<(usize, String)>,
    /// Modules declared for tests only.
    pub tests: Vec<Vec<String>>,
}

/// A path and its line.
#[derive(Debug, PartialEq)]
pub(crate) struct Named {
    pub line: usize,
    /// `["crate", "expr", "Expr"]`
    pub words: Vec<String>,
}

impl Source {
    pub(crate) fn read(path: &Path, crate_root: &Path, text: &str) -> Self {
        let module = module_of(path.strip_prefix(crate_root).expect("a file of the crate"));
        let (tokens, tests) = without_tests(tokens(text), &module);
        let mut source = Self {
            path: path.to_string_lossy().into_owned(),
            paths: Vec::new(),
            macros: Vec::new(),
            words: Vec::new(),
            module: module.clone(),
            tests,
        };
        let mut scan = Scan { tokens: &tokens, at: 0 };
        // Inline modules: how deep the braces were when each was opened.
        let mut inside: Vec<(String, usize)> = Vec::new();
        let mut depth = 0;
        while let Some(token) = tokens.get(scan.at) {
            let line = token.line;
            match token.word.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if inside.last().is_some_and(|(_, opened)| *opened == depth) {
                        inside.pop();
                    }
                }
                "mod" if scan.is(2, "{") => {
                    inside.push((tokens[scan.at + 1].word.clone(), depth));
                }
                "crate" | "super" | "self" | "std" if scan.is(1, "::") && !scan.before("::") => {
                    let mut here = vec!["crate".to_owned()];
                    here.extend(module.iter().cloned());
                    here.extend(inside.iter().map(|(name, _)| name.clone()));
                    scan.tree(&here, true, line, &mut source.paths);
                    continue;
                }
                "std" if scan.is(1, "::") && scan.before("::") && !scan.before_that_a_word() => {
                    scan.tree(&[], true, line, &mut source.paths);
                    continue;
                }
                _ => {}
            }
            scan.at += 1;
        }
        for (at, token) in tokens.iter().enumerate() {
            if token.is_word() {
                source.words.push((token.line, token.word.clone()));
                if tokens.get(at + 1).is_some_and(|next| next.word == "!")
                    && tokens.get(at + 2).is_some_and(|next| matches!(next.word.as_str(), "(" | "[" | "{"))
                {
                    source.macros.push((token.line, token.word.clone()));
                }
            }
        }
        source
    }

    /// Is this file one of the modules `tests`, or below one?
    pub(crate) fn lies_in(&self, tests: &[Vec<String>]) -> bool {
        tests.iter().any(|test| self.module.starts_with(test))
    }
}

/// All modules that some file declares for tests only.
pub(crate) fn test_modules(sources: &[Source]) -> Vec<Vec<String>> {
    sources.iter().flat_map(|source| source.tests.iter().cloned()).collect()
}

fn module_of(path: &Path) -> Vec<String> {
    let mut words: Vec<String> = path.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let last = words.pop().unwrap_or_default();
    match last.trim_end_matches(".rs") {
        "mod" | "lib" | "main" => {}
        name => words.push(name.to_owned()),
    }
    words
}

#[derive(Debug, Clone)]
struct Token {
    line: usize,
    word: String,
}

impl Token {
    fn is_word(&self) -> bool {
        self.word.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Identifiers, `::` and single other characters; no comments, no literals.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    let peek = |at: usize| chars.get(at).copied().unwrap_or('\0');
    while at < chars.len() {
        let start = at;
        match chars[at] {
            '/' if peek(at + 1) == '/' => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '/' if peek(at + 1) == '*' => {
                let mut depth = 0;
                while at < chars.len() {
                    match (chars[at], peek(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => at = after_string(&chars, at),
            // 'a' and '\n' are characters, 'a without a closing quote is a lifetime.
            '\'' if peek(at + 1) == '\\' => {
                at += 3;
                while at < chars.len() && chars[at] != '\'' {
                    at += 1;
                }
                at += 1;
            }
            '\'' if peek(at + 2) == '\'' => at += 3,
            '\'' => at += 1,
            ':' if peek(at + 1) == ':' => {
                tokens.push(Token { line, word: "::".into() });
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                    at += 1;
                }
                let word: String = chars[start..at].iter().collect();
                let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
                if matches!(word.as_str(), "r" | "br" | "cr") && peek(at + hashes) == '"' {
                    at = after_raw_string(&chars, at + hashes + 1, hashes);
                } else if word == "r" && hashes == 1 {
                    at += 1; // r#type: the name follows
                } else {
                    tokens.push(Token { line, word });
                }
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token { line, word: c.to_string() });
                }
                at += 1;
            }
        }
        at = at.min(chars.len());
        line += chars[start..at].iter().filter(|&&c| c == '\n').count();
    }
    tokens
}

fn after_string(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn after_raw_string(chars: &[char], start: usize, hashes: usize) -> usize {
    (start..chars.len())
        .find(|&at| {
            chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes
        })
        .map_or(chars.len(), |at| at + 1 + hashes)
}

/// Leaves out every item under `#[cfg(test)]`; gives the modules that were declared so.
fn without_tests(tokens: Vec<Token>, module: &[String]) -> (Vec<Token>, Vec<Vec<String>>) {
    let mut kept = Vec::new();
    let mut tests = Vec::new();
    let mut at = 0;
    let is = |at: usize, words: &[&str]| {
        words.iter().enumerate().all(|(k, word)| tokens.get(at + k).is_some_and(|token| token.word == *word))
    };
    while at < tokens.len() {
        let test = is(at, &["#", "[", "cfg", "(", "test", ")", "]"])
            || is(at, &["#", "[", "cfg", "(", "doctest", ")", "]"])
            || is(at, &["#", "[", "cfg", "(", "all", "(", "test", ","]);
        if !test {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // The attributes, then the item up to its `;` or the end of its braces.
        while is(at, &["#", "["]) {
            at = after_group(&tokens, at + 1);
        }
        let item = at;
        while at < tokens.len() && !is(at, &[";"]) && !is(at, &["{"]) {
            at = if is(at, &["("]) || is(at, &["["]) { after_group(&tokens, at) } else { at + 1 };
        }
        if is(at, &["{"]) {
            at = after_group(&tokens, at);
            if is(at, &[";"]) {
                at += 1;
            }
        } else {
            at += 1;
        }
        let declared = tokens[item..at.min(tokens.len())].iter().position(|token| token.word == "mod");
        if let Some(name) = declared.and_then(|k| tokens.get(item + k + 1)) {
            tests.push(module.iter().cloned().chain([name.word.clone()]).collect());
        }
    }
    (kept, tests)
}

/// Behind the bracket that closes the one at `at`.
fn after_group(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0;
    for (k, token) in tokens.iter().enumerate().skip(at) {
        match token.word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return k + 1;
        }
    }
    tokens.len()
}

struct Scan<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Scan<'_> {
    fn is(&self, ahead: usize, word: &str) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|token| token.word == word)
    }

    fn before(&self, word: &str) -> bool {
        self.at > 0 && self.tokens[self.at - 1].word == word
    }

    fn before_that_a_word(&self) -> bool {
        self.at > 1 && (self.tokens[self.at - 2].is_word() || self.tokens[self.at - 2].word == ">")
    }

    /// Reads a path or a `use` tree and writes out every path in it. `here` is what came before;
    /// `first`: nothing did, so `crate`, `super` and `self` start somewhere.
    fn tree(&mut self, here: &[String], first: bool, line: usize, found: &mut Vec<Named>) {
        let mut path = here.to_vec();
        let mut first = first;
        while let Some(token) = self.tokens.get(self.at) {
            match token.word.as_str() {
                "crate" if first => path = vec!["crate".into()],
                "std" if first => path = vec!["std".into()],
                "self" => {}
                "super" => {
                    if path.len() > 1 {
                        path.pop();
                    }
                }
                "{" => {
                    self.at += 1;
                    while self.at < self.tokens.len() && !self.is(0, "}") {
                        let line = self.tokens[self.at].line;
                        self.tree(&path, false, line, found);
                        // `as name`, then the comma.
                        while self.at < self.tokens.len() && !self.is(0, ",") && !self.is(0, "}") {
                            self.at += 1;
                        }
                        if self.is(0, ",") {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => path.push("*".into()),
                _ if token.is_word() => path.push(token.word.clone()),
                _ => break,
            }
            self.at += 1;
            first = false;
            if !self.is(0, "::") {
                break;
            }
            self.at += 1;
        }
        found.push(Named { line, words: path });
    }
}
