//! A figure on a page: its still picture, its text twin, its numbers.

use maud::{Markup, PreEscaped, html};
use secant::sheet::figure::{Figure, format_number};
use secant_course::View;

use crate::view::{figure_svg, panels_seen, tables, visible};

/// The figure of a lesson at its beginning; nothing for a lesson without one.
pub(super) fn still(view: &View) -> Markup {
    let Some(figure) = &view.page.figure else { return html! {} };
    let params = figure.start();
    let numbers = figure.numbers(&params);
    let first = view.page.scenes.first();
    html! {
        figure.figure id={ "figure-" (figure.id) } data-figure=(figure.id) data-panels=(panels_seen(figure, first)) {
            div.canvas data-canvas { (figure_svg(figure, &params, first)) }
            (tables(figure, &params, first))
            figcaption {
                p.alt id={ "alt-" (figure.id) } {
                    (PreEscaped(&view.alt))
                    @for (k, element) in figure.elements.iter().enumerate().filter(|(_, e)| Figure::is_told(e)) {
                        span data-told=(element.id) hidden[!visible(element, first)] {
                            " " (figure.told(k, &params).unwrap_or_default())
                        }
                    }
                }
                @if !figure.values.is_empty() {
                    dl.values {
                        @for value in &figure.values {
                            div {
                                dt { (value.label) }
                                dd { output data-value=(value.id) data-output=(value.output) data-digits=(value.digits) {
                                    (format_number(numbers.get(value.output).copied().unwrap_or(f64::NAN), value.digits))
                                } }
                            }
                        }
                    }
                }
            }
        }
    }
}
