//! Figures as still pictures, for reading without JavaScript and before it has loaded.

mod figure_svg;
mod plane;

pub(crate) use figure_svg::{figure_svg, panels_seen};
