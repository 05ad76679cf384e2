//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  secant                                  the course, in your browser
  secant diff 'x^2 sin(x)' x              x^2 cos(x) + 2 x sin(x)
  secant diff 'x^5' x --order 2 --at x=2  the second derivative, and its value
  secant explain 'sin(x^2)' x             every step, with the rule it follows
  secant evaluate 'x^2 + y' x=1/3 y=2     a value
  secant grad 'x^2 y' x y                 every partial derivative
  secant diff 'f(x) = x^2; f(3 t)' t      definitions first, then the question
  secant parse '\\frac{1}{2} x' --latex    the canonical form, also of LaTeX
  secant taylor 'exp(x)' x=0 --order 3    x^3/6 + x^2/2 + x + 1
  secant limit 'sin(x)/x' x=0             1
  secant equal 'sin(2x)' '2 sin(x)cos(x)' equal, and proven so
  secant grade 'cos(3x)' --model 'diff(sin(3x), x)'   is an answer right, and if not, which rule was broken?
  secant integrate 'x exp(x)' x           exp(x) (x - 1)
  secant solve 'cos(x) = x' x=1           a root, with Newton's way there
  secant minimize 'x^2 + 3 y^2' x=1 y=2   the lowest place, and why it stopped
  secant plot 'sin(x)' x=-4..4 -o sine.svg  a picture, SVG or PNG; see secant plot --help
  secant new course my-course             a course of your own, to begin with
  secant batch < questions.jsonl          one JSON request per line, one reply per line

Exit codes: 0 an answer, 1 none found, 2 bad input.";

/// Calculus you can run: a course with live figures, and derivatives, steps and values in the shell.
#[derive(Debug, Parser)]
#[command(name = "secant", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: ServeArgs,
}

#[allow(clippy::large_enum_variant, reason = "there is one of it, made once")]
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the course on this machine (this is what no command at all does)
    Serve(ServeArgs),
    /// Differentiate an expression
    Diff(DiffArgs),
    /// Differentiate an expression and show every step
    Explain(ExplainArgs),
    /// Read an expression and print its canonical form
    Parse(ParseArgs),
    /// Compute the value of an expression
    Evaluate(EvaluateArgs),
    /// Find the form a person would write
    Simplify(SimplifyArgs),
    /// The gradient of a scalar expression, by one name or several
    Grad(DerivativesArgs),
    /// The Jacobian of one expression, by one name or several
    Jacobian(DerivativesArgs),
    /// The Hessian of a scalar expression, with what is known of its structure
    Hessian(DerivativesArgs),
    /// The terms of a series about a point, exact; with --over also a proven bound of the error
    Taylor(TaylorArgs),
    /// What an expression approaches
    Limit(LimitArgs),
    /// Are two expressions equal? Proven, tested, or shown to differ
    Equal(EqualArgs),
    /// Draw curves, landscapes, areas, Taylor polynomials with their proven error, Newton's path: as SVG or PNG
    Plot(PlotArgs),
    /// An antiderivative, or the value over a range with its error
    Integrate(IntegrateArgs),
    /// Roots of an equation or of several: from a place, or all of them in a box
    Solve(SolveArgs),
    /// The lowest place of an expression, from a start or in a box, under constraints where there are some
    Minimize(MinimizeArgs),
    /// The parameters of a model that make it fit the rows of a file, and how sure they are
    Fit(FitArgs),
    /// Is an answer right? With the verdict: what shows it, and the rule that was broken
    Grade(GradeArgs),
    /// Answer JSON requests, one per line of standard input, one reply per line; blank lines are skipped
    Batch(BatchArgs),
    /// Begin a course of your own
    New(NewArgs),
    /// Check a course: every cell, every variant of every question
    Check(CheckArgs),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// Listen at this port and no other; without it at 8642 or the next free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Keep the learner's work in this folder instead of the user's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Serve the course in this folder instead of the one in the program
    #[arg(long, value_name = "DIR")]
    pub(crate) course: Option<PathBuf>,
    /// Follow the files of --course while they are written: open pages load again by themselves, mistakes are shown there
    #[arg(long)]
    pub(crate) watch: bool,
    /// Open the course in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Read the browser's files from this folder, anew at every request
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) assets: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct NewArgs {
    /// What to begin
    #[arg(value_enum)]
    pub(crate) what: What,
    /// The folder to make it in; it may not hold anything yet
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// A course with a lesson, an assignment and a reading
    Course,
}

#[derive(Args, Debug)]
pub(crate) struct DiffArgs {
    /// What to differentiate, for example 'x^2 sin(x)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// The name to differentiate by
    pub(crate) by: String,
    /// How often
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) order: u32,
    /// Also its value at a point, for example --at x=2 --at a=1/3
    #[arg(long, value_name = "NAME=VALUE", value_parser = place, allow_hyphen_values = true)]
    pub(crate) at: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// What to differentiate, for example 'sin(x^2)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// The name to differentiate by
    pub(crate) by: String,
    /// How often
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) order: u32,
    /// Every line, those that go without saying included
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the steps
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct EvaluateArgs {
    /// What to compute, for example 'x^2 + y'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// Where, for example x=1/3 y=2
    #[arg(value_name = "NAME=VALUE", value_parser = place)]
    pub(crate) at: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct ParseArgs {
    /// What to read, for example '2 x + x'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// The text is LaTeX
    #[arg(long)]
    pub(crate) latex: bool,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct SimplifyArgs {
    /// What to simplify, for example '(x^2 - 1)/(x - 1)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct DerivativesArgs {
    /// What to differentiate, for example 'x^2 y'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// The names to differentiate by, for example x y
    #[arg(required = true)]
    pub(crate) by: Vec<String>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// Also the values at a point, for example --at x=2 --at y=1/3
    #[arg(long, value_name = "NAME=VALUE", value_parser = place, allow_hyphen_values = true)]
    pub(crate) at: Vec<(String, String)>,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct TaylorArgs {
    /// What to expand, for example 'exp(x) sin(y)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// About which point, for example x=0 y=pi/2
    #[arg(value_name = "NAME=VALUE", value_parser = place, required = true)]
    pub(crate) at: Vec<(String, String)>,
    /// The highest power that is kept
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) order: u32,
    /// Bound the error here, for example --over x=-1..1
    #[arg(long, value_name = "NAME=LOW..HIGH", value_parser = range, allow_hyphen_values = true)]
    pub(crate) over: Vec<(String, [String; 2])>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
pub(crate) struct LimitArgs {
    /// What to look at, for example 'sin(x)/x'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// Which name goes where, for example x=0, x=inf or x=-inf
    #[arg(value_name = "NAME=VALUE", value_parser = place)]
    pub(crate) to: (String, String),
    /// From which side
    #[arg(long, value_enum, default_value_t = Side::Both)]
    pub(crate) side: Side,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// The side from which a point is approached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    /// From below and from above
    Both,
    /// From below
    Left,
    /// From above
    Right,
}

#[derive(Args, Debug)]
pub(crate) struct EqualArgs {
    /// One expression
    #[arg(allow_hyphen_values = true)]
    pub(crate) a: String,
    /// The other
    #[arg(allow_hyphen_values = true)]
    pub(crate) b: String,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
#[command(after_help = PLOT_EXAMPLES)]
pub(crate) struct PlotArgs {
    /// What to draw: 'sin(x)'; over two names a landscape
    #[arg(value_name = "TEXT", value_parser = plot_word, allow_hyphen_values = true)]
    pub(crate) first: PlotWord,
    /// What else to draw, and over which range: 'x - x^3/6' x=-4..4; over two names equations are lines
    #[arg(value_name = "TEXT|NAME=LOW..HIGH", value_parser = plot_word)]
    pub(crate) more: Vec<PlotWord>,
    /// The file, .svg or .png; without it the SVG goes to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Width and height in pixels, for example 800x500
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub(crate) size: Option<[f64; 2]>,
    /// From where to where upwards, for example --y -2..2
    #[arg(long, value_name = "LOW..HIGH", value_parser = ends, allow_hyphen_values = true)]
    pub(crate) y: Option<[String; 2]>,
    /// The first expression with its Taylor polynomial about this point, and the tube the function is proven to stay in
    #[arg(long, value_name = "POINT", allow_hyphen_values = true)]
    pub(crate) taylor: Option<String>,
    /// The highest power of the Taylor polynomial
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub(crate) order: u32,
    /// The first expression with the steps of Newton's method from here
    #[arg(long, value_name = "X", allow_hyphen_values = true, conflicts_with = "taylor")]
    pub(crate) newton: Option<String>,
    /// The area under the first expression, or between the first two, with its sign, for example --area 0..1
    #[arg(long, value_name = "LOW..HIGH", value_parser = ends, allow_hyphen_values = true)]
    pub(crate) area: Option<[String; 2]>,
    /// Over two names: two expressions as arrows, or the gradient of one on its landscape
    #[arg(long)]
    pub(crate) field: bool,
    /// Over two names: the way down from here, for example --descent x=1,y=2
    #[arg(long, value_name = "NAME=VALUE,…", value_parser = place, value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) descent: Vec<(String, String)>,
    /// How to go down, as in `secant minimize`
    #[arg(long, value_name = "METHOD", requires = "descent")]
    pub(crate) method: Option<String>,
    /// About how many levels a landscape has
    #[arg(long, value_name = "N")]
    pub(crate) levels: Option<usize>,
    /// A unit upwards as long as one to the right
    #[arg(long)]
    pub(crate) equal: bool,
    /// Stands above the picture
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    #[command(flatten)]
    pub(crate) names: Names,
}

const PLOT_EXAMPLES: &str = "\
Examples:
  secant plot 'sin(x)' 'x - x^3/6' x=-4..4 -o sine.svg
  secant plot 'exp(x)' x=-3..3 --taylor 0 --order 3 -o tube.png
  secant plot 'x^2 - 2' x=0..3 --newton 3 -o newton.svg
  secant plot 'sin(x)' x=0..7 --area 0..2pi > area.svg
  secant plot '(1 - x)^2 + 100 (y - x^2)^2' x=-2..2 y=-1..3 -o valley.png
  secant plot '(1 - x)^2 + 100 (y - x^2)^2' x=-2..2 y=-1..3 --descent x=-1.5,y=2 --method newton -o way.svg
  secant plot '-y' x x=-2..2 y=-2..2 --field -o whirl.svg";

#[derive(Args, Debug)]
#[command(after_help = INTEGRATE_EXAMPLES)]
pub(crate) struct IntegrateArgs {
    /// What to integrate, for example 'x exp(x)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// The name to integrate by; with a range, for example x=0..1, from there to there
    #[arg(value_name = "NAME", value_parser = name_or_range)]
    pub(crate) by: (String, Option<[String; 2]>),
    /// From where to where, for example 0..1 or 0..inf; without it an antiderivative is looked for
    #[arg(value_name = "LOW..HIGH", value_parser = ends, allow_hyphen_values = true)]
    pub(crate) range: Option<[String; 2]>,
    /// Bounds that are proven, instead of an estimate of the error
    #[arg(long)]
    pub(crate) prove: bool,
    /// Every step to the antiderivative
    #[arg(long)]
    pub(crate) explain: bool,
    /// Also a picture: the integrand and its area, as .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

const INTEGRATE_EXAMPLES: &str = "\
Examples:
  secant integrate 'x exp(x)' x
  secant integrate 'x exp(x)' x --explain
  secant integrate 'exp(-x^2)' x 0..inf
  secant integrate 'sin(x)' x 0..2pi --plot area.svg";

#[derive(Args, Debug)]
#[command(after_help = SOLVE_EXAMPLES)]
pub(crate) struct SolveArgs {
    /// An equation, for example 'cos(x) = x'
    #[arg(value_name = "EQUATION", allow_hyphen_values = true)]
    pub(crate) equation: String,
    /// More equations; a place to begin at (x=1), or a box in which to find all roots (x=-10..10)
    #[arg(value_name = "EQUATION|NAME=VALUE|NAME=LOW..HIGH", value_parser = solve_word)]
    pub(crate) more: Vec<SolveWord>,
    /// How: newton or safeguarded from a place; all, bisection or bracketed in a range
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Also a picture of one unknown or two, as .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

const SOLVE_EXAMPLES: &str = "\
Examples:
  secant solve 'cos(x) = x' x=1
  secant solve 'x^3 - 2 x - 5 = 0' x=-10..10
  secant solve 'x^2 + y^2 = 4' 'y = x^2' x=1 y=1 --plot roots.svg";

/// A word of `solve`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SolveWord {
    Text(String),
    /// `x=1`: a place, or an equation that is written like one.
    Place(String, String),
    Range(String, [String; 2]),
}

impl SolveWord {
    /// The word as an equation.
    pub(crate) fn text(&self) -> String {
        match self {
            SolveWord::Text(text) => text.clone(),
            SolveWord::Place(name, value) => format!("{name} = {value}"),
            SolveWord::Range(name, [low, high]) => format!("{name} = {low}..{high}"),
        }
    }
}

#[derive(Args, Debug)]
#[command(after_help = MINIMIZE_EXAMPLES)]
pub(crate) struct MinimizeArgs {
    /// What is to be small, for example '(1 - x)^2 + 100 (y - x^2)^2'
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,
    /// Where to begin, for example x=-1 y=2
    #[arg(value_name = "NAME=VALUE", value_parser = place)]
    pub(crate) from: Vec<(String, String)>,
    /// Bounds, for example --over x=-2..2 --over y=0..inf; what has no start begins between them
    #[arg(long, value_name = "NAME=LOW..HIGH", value_parser = range, allow_hyphen_values = true)]
    pub(crate) over: Vec<(String, [String; 2])>,
    /// A constraint, for example --subject-to 'x + y = 1' --subject-to 'x >= 0'
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) subject_to: Vec<String>,
    /// How to go; an unknown one is answered by the list of all
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Every step, too
    #[arg(long)]
    pub(crate) trace: bool,
    /// Also a picture of one variable or two, as .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Args, Debug)]
#[command(after_help = FIT_EXAMPLES)]
pub(crate) struct FitArgs {
    /// What is observed, ~, and what it is, in columns and parameters: 'y ~ a exp(-b x)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) model: String,
    /// The rows, a CSV file with the names of the columns in its first line
    #[arg(value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// The standard deviation of what is observed: a number or a column
    #[arg(long, value_name = "NUMBER|COLUMN")]
    pub(crate) sigma: Option<String>,
    /// Where to begin, for example --start a=1 --start b=0.5; what is missing is proposed
    #[arg(long, value_name = "NAME=VALUE", value_parser = place, allow_hyphen_values = true)]
    pub(crate) start: Vec<(String, String)>,
    /// Parameters that are held, for example --fix c=0
    #[arg(long, value_name = "NAME=VALUE", value_parser = place, allow_hyphen_values = true)]
    pub(crate) fix: Vec<(String, String)>,
    /// Between what a parameter may lie, for example --bound b=0..inf
    #[arg(long, value_name = "NAME=LOW..HIGH", value_parser = range, allow_hyphen_values = true)]
    pub(crate) bound: Vec<(String, [String; 2])>,
    /// What large residuals count: squares, huber, soft-l1, cauchy
    #[arg(long, value_name = "LOSS")]
    pub(crate) loss: Option<String>,
    /// How to go: levenberg-marquardt, gauss-newton, steepest-descent
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Also intervals by the profile of chi-squared
    #[arg(long)]
    pub(crate) profile: bool,
    /// Also a picture: rows, model, bands, and what is left over, as .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

const FIT_EXAMPLES: &str = "\
Examples:
  secant fit 'y ~ a exp(-b x)' data.csv
  secant fit 'y ~ a exp(-b x)' data.csv --sigma s --plot fit.svg
  secant fit 'log(y) ~ a + b x' data.csv --fix a=1 --format json";

const MINIMIZE_EXAMPLES: &str = "\
Examples:
  secant minimize '(1 - x)^2 + 100 (y - x^2)^2' x=-1 y=2
  secant minimize 'x^2 + 3 y^2' x=1 y=2   the lowest place, and why it stopped
  secant minimize 'x^4 - 3 x^2 + x' --over x=-3..3
  secant minimize 'x^2 + y^2' x=1 y=2 --subject-to 'x + y = 1'
  secant minimize '(1 - x)^2 + 100 (y - x^2)^2' x=-1 y=2 --method gradient-descent --trace --plot path.svg";

/// A word of `plot`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PlotWord {
    Text(String),
    Range(String, [String; 2]),
}

#[derive(Args, Debug)]
pub(crate) struct GradeArgs {
    /// The answer, for example 'cos(3x)'
    #[arg(allow_hyphen_values = true)]
    pub(crate) answer: String,
    /// What is right, for example 'diff(sin(3x), x)'
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) model: String,
    /// What kind of thing it is: value, expression, antiderivative, equation, inequality, set, list, interval, point,
    /// vector, matrix, series, working, choice, parameters
    #[arg(long, default_value = "expression", value_name = "KIND")]
    pub(crate) kind: String,
    /// How it has to be written, for example --form expanded or --form 'decimal-places 2'
    #[arg(long, value_name = "FORM")]
    pub(crate) form: Vec<String>,
    /// How far a number may be off, for example --tolerance relative=0.01 or --tolerance significant_figures=3
    #[arg(long, value_name = "NAME=NUMBER", value_parser = place)]
    pub(crate) tolerance: Vec<(String, String)>,
    /// The variable of an antiderivative or of a series
    #[arg(long, value_name = "NAME")]
    pub(crate) wrt: Option<String>,
    /// The highest power of a series that counts
    #[arg(long, value_name = "N")]
    pub(crate) order: Option<u32>,
    /// A record from which the verdict can be made again, with --format json
    #[arg(long)]
    pub(crate) record: bool,
    #[command(flatten)]
    pub(crate) names: Names,
    /// How to print the verdict
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Names with a meaning, and what is known of them.
#[derive(Args, Debug)]
pub(crate) struct Names {
    /// Names with axes, for example --declare 'X=matrix(m, n)' --declare 'w=vector(n)'
    #[arg(long, value_name = "NAME=SHAPE", value_parser = declaration)]
    pub(crate) declare: Vec<(String, String)>,
    /// Names that stand for something, for example --define 'f(x) = x^2' --define 'A = [1, 2; 3, 4]'
    #[arg(long, value_name = "TEXT")]
    pub(crate) define: Vec<String>,
    /// What may be taken for granted, for example --assume 'x > 0'
    #[arg(long, value_name = "TEXT")]
    pub(crate) assume: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct BatchArgs {
    /// The longest line that is read, in bytes; a longer one gets an error
    #[arg(long, value_name = "BYTES", default_value_t = 1_000_000)]
    pub(crate) longest: usize,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The folder of the course
    pub(crate) course: PathBuf,
}

/// How an expression is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Secant's own notation; it can be typed in again
    Text,
    /// The engine's whole reply
    Json,
    /// LaTeX
    Latex,
    /// MathML
    Mathml,
}

fn place(word: &str) -> Result<(String, String), String> {
    match word.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("a place is written NAME=VALUE, for example x=2 or x=1/3".to_owned()),
    }
}

fn name_or_range(word: &str) -> Result<(String, Option<[String; 2]>), String> {
    match word.split_once('=') {
        None => Ok((word.trim().to_owned(), None)),
        Some(_) => range(word).map(|(name, ends)| (name, Some(ends))),
    }
}

fn solve_word(word: &str) -> Result<SolveWord, String> {
    if word.contains("..") {
        let (name, ends) = range(word)?;
        return Ok(SolveWord::Range(name, ends));
    }
    let is_name = |text: &str| {
        text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphanumeric() || "_'".contains(c))
    };
    Ok(match place(word) {
        Ok((name, value)) if is_name(&name) => SolveWord::Place(name, value),
        _ => SolveWord::Text(word.to_owned()),
    })
}

fn plot_word(word: &str) -> Result<PlotWord, String> {
    if word.contains("..") {
        let (name, ends) = range(word)?;
        return Ok(PlotWord::Range(name, ends));
    }
    Ok(PlotWord::Text(word.to_owned()))
}

fn ends(word: &str) -> Result<[String; 2], String> {
    match word.split_once("..") {
        Some((low, high)) if !low.trim().is_empty() && !high.trim().is_empty() => {
            Ok([low.trim().to_owned(), high.trim().to_owned()])
        }
        _ => Err("a range is written LOW..HIGH, for example -1..1".to_owned()),
    }
}

fn size(word: &str) -> Result<[f64; 2], String> {
    let sides = word.split_once(['x', '×']).map(|(w, h)| [w.trim().parse(), h.trim().parse()]);
    match sides {
        Some([Ok(width), Ok(height)]) => Ok([width, height]),
        _ => Err("a size is written WIDTHxHEIGHT in pixels, for example 800x500".to_owned()),
    }
}

fn range(word: &str) -> Result<(String, [String; 2]), String> {
    let ends = word.split_once('=').and_then(|(name, ends)| Some((name, ends.split_once("..")?)));
    match ends {
        Some((name, (low, high))) if [name, low, high].iter().all(|part| !part.trim().is_empty()) => {
            Ok((name.trim().to_owned(), [low.trim().to_owned(), high.trim().to_owned()]))
        }
        _ => Err("a range is written NAME=LOW..HIGH, for example x=-1..1".to_owned()),
    }
}

fn declaration(word: &str) -> Result<(String, String), String> {
    match word.split_once(['=', ':']) {
        Some((name, shape)) if !name.trim().is_empty() && !shape.trim().is_empty() => {
            Ok((name.trim().to_owned(), shape.trim().to_owned()))
        }
        _ => Err("a shape is written NAME=SHAPE, for example w=vector(n) or X=matrix(2, 3)".to_owned()),
    }
}
