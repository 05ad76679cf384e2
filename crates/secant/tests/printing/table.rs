//! A table of expressions and what they look like.

use secant::expr::Formula;

/// Expressions with the text they must have; LaTeX and MathML are kept in a golden file beside the tests, rewritten by
/// `UPDATE_GOLDEN=1` and read as a diff.
pub(crate) struct Table {
    name: &'static str,
    written: String,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(name: &'static str) -> Table {
        Table { name, written: String::new() }
    }

    /// An expression and its text.
    #[track_caller]
    pub(crate) fn row(&mut self, formula: impl Into<Formula>, text: &str) {
        let formula = formula.into();
        assert_eq!(formula.to_string(), text);
        let (latex, mathml) = (formula.to_latex(), formula.to_mathml_fragment());
        assert_eq!(formula.to_mathml(), format!("<math>{mathml}</math>"));
        self.written += &format!("{text}\n    {latex}\n    {mathml}\n\n");
    }

    /// Compares LaTeX and MathML with the golden file.
    pub(crate) fn check(self) {
        let path = format!("{}/tests/golden/printing-{}.txt", env!("CARGO_MANIFEST_DIR"), self.name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
            std::fs::write(&path, &self.written).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(golden == self.written, "LaTeX or MathML differs from {path}; UPDATE_GOLDEN=1 rewrites it");
    }
}
