//! Any text of a figure is read or refused: no panic, every fault points into the text; what is compiled can be drawn and told.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use secant::sheet::figure::{FigureFault, Plan};

fuzz_target!(|text: &str| {
    let compiled = match Plan::read(text) {
        Ok(plan) => plan.compile("fuzz", &BTreeMap::new(), &[]),
        Err(faults) => return inside(text, &faults),
    };
    match compiled {
        Ok(compiled) => {
            let figure = &compiled.figure;
            let start = figure.start();
            let numbers = figure.numbers(&start);
            for k in 0..figure.elements.len() {
                let _ = figure.told(k, &start);
                if let Some(sum) = figure.area(k, &start) {
                    assert!(sum.plus >= 0.0 && sum.minus >= 0.0, "{sum:?}");
                }
            }
            for panel in &figure.panels {
                let finite = panel.x.iter().chain(&panel.y).all(|x| x.is_finite());
                assert!(finite && panel.x[0] < panel.x[1] && panel.y[0] < panel.y[1], "{panel:?}");
            }
            let _ = numbers;
        }
        Err(faults) => inside(text, &faults),
    }
});

/// Every fault has a place in the text, a code and something to say.
fn inside(text: &str, faults: &[FigureFault]) {
    assert!(!faults.is_empty(), "refused without a reason");
    for fault in faults {
        assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
        assert!(!fault.message.is_empty() && fault.code.contains('.'));
    }
}
