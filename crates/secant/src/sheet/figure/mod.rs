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
//! try f: "sin(x)", "abs(x)"                         what the page suggests to type
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
//!
//! For functions of two variables, data and steps:
//!
//! ```text
//! panel map: x = -2..2, y = -2..2, equal            one unit is as long upwards as it is sideways
//! contour h, x = -2..2, y = -2..2 as map levels 8   level lines with colours between them
//! implicit x^2 + y^2 = 1, x = -2..2, y = -2..2 as c the places where an equation holds
//! field up = (-y, x), x = -2..2, y = -2..2          an arrow at every place
//! curve c = (cos(t), sin(t)), t = 0..2 pi           the places that a variable runs through
//! trace w = (x, y) from (a, b) by (x/2, y/2), 9 steps    a step, done again and again; `at (…)` says where it stands
//! panel hill: x = -2..2, y = -2..2, z = 0..4        with a third range: a space that can be turned
//! surface h, x = -2..2, y = -2..2 as land           points, curves and arrows in it have three coordinates
//! data xs = 1, 2, 3                                 a column of numbers
//! scatter seen = (xs, ys) errors ss                 measured points
//! value worst = max(abs(ys - xs)) digits 3           inside sum, mean, max, … a column stands for each of its numbers
//! area under f, x = a..b as A                       between a curve and the axis, or `between f and g`
//! histogram tall = xs, width 0.5                    how many there are in each bin
//! network n = [x; h, k; y] weights [a; b], [c, d]   neurons in layers, a row of weights for each neuron
//! table t = [a, f(a); b, f(b)] columns "x", "f(x)"  numbers in rows and columns
//! ```

mod compile;
mod compiled;
mod evaluate;
mod fault;
mod larger;
mod number;
mod portable;
mod source;
mod texts;
mod told;

pub use compile::{Compiled, Plan};
pub use compiled::{
    Drag, Element, Figure, Function, Over, Panel, Param, Portable, Shape, Space, TextPart, Value,
};
pub use evaluate::AreaSum;
pub use fault::{FigureFault, Origin};
pub use number::format_number;
pub use texts::Task;
