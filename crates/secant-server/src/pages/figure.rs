//! A figure on a page: its still picture, its text twin, its numbers.

use maud::{Markup, PreEscaped, html};
use secant::sheet::figure::{Figure, format_number};
use secant_course::{ScenePage, Still, View};

use crate::view::{figure_svg, panels_seen, tables, visible};

/// The figure of a part at its beginning; nothing for a part without one.
pub(super) fn still(view: &View) -> Markup {
    let Some(figure) = &view.page.figure else { return html! {} };
    drawn(figure, &view.alt, view.page.scenes.first())
}

/// The figure that a variant of a question has of its own.
pub(super) fn own(still: &Still) -> Markup {
    drawn(&still.figure, &still.alt, None)
}

fn drawn(figure: &Figure, alt: &str, first: Option<&ScenePage>) -> Markup {
    let params = figure.start();
    let numbers = figure.numbers(&params);
    html! {
        figure.figure id={ "figure-" (figure.id) } data-figure=(figure.id) data-panels=(panels_seen(figure, first)) {
            div.canvas data-canvas { (figure_svg(figure, &params, first)) }
            (tables(figure, &params, first))
            figcaption {
                p.alt id={ "alt-" (figure.id) } {
                    (PreEscaped(alt))
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
