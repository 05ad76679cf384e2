//! Figures: a few lines of text, compiled to programs that a page can run.
//!
//! Here: the language of figures (`source`), the texts of a figure read in its scope (`texts`), the compiled figure and its JSON.
//! Not here: drawing, scenes and narration; the rules of differentiation and the programs themselves.
//! Invariant: outputs and elements are counted by the figure's text alone, so they stay the same whatever function
//! is typed in place of its own.
//! Start reading at [`Plan`], then [`Plan::compile`].
//!
//! ```text
//! f(x) = x^2/4 + 1                                  a function
//! edit f                                            which the reader may replace
//! a = 1 in -3..3 label "place"                      a number that can be moved
//! s = (f(a + 1) - f(a))/1                           a number that follows
//! panel main: x = -4..4, y = -1..8, xlabel "x"      a plane; without `y` it fits what is drawn
//! plot f, x = -4..4 as curve style main             a curve
//! point A = (a, f(a)) drag a label "A"              a point that a finger can hold
//! segment rise = (a, f(a)) -> (a, 0) hidden         also `line` and `arrow`; hidden until a scene shows it
//! line tangent = (a, f(a)) slope diff(f, x)(a)      or f'(a)
//! label here = (a, 0) "a"                           a short text
//! value slope = s digits 3 label "slope"            a number beside the figure
//! alt "A is at {a}, the slope there is {s:4}."      the same in words
//! side: plot diff(f, x), x = -4..4 as slopes        in the panel `side`
//! ```

mod compile;
mod compiled;
mod fault;
mod heights;
mod number;
mod portable;
mod source;
mod texts;

pub use compile::{Compiled, Plan};
pub use compiled::{Drag, Element, Figure, Function, Panel, Param, Portable, Shape, TextPart, Value};
pub use fault::{FigureFault, Origin};
pub use number::format_number;
pub use texts::Task;
