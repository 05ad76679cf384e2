//! A program gives the same numbers however it is run, and its enclosures hold them.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use secant::expr::{Expr, Func, Node, Symbol};
use secant::program::{Budget, Column, Enclosure, Interval, Program, Workspace};

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let (Ok(low), Ok(width)) = (bytes.arbitrary::<[i16; 3]>(), bytes.arbitrary::<[u8; 3]>()) else { return };
    let Ok(e) = secant_fuzz::expression(&mut bytes) else { return };
    let names: Vec<Symbol> = secant_fuzz::NAMES.iter().map(|name| Symbol::new(name)).collect();
    // Every part is an output, so that overflow on the way is seen.
    let mut parts: Vec<Expr> = e.post_order();
    // acot(u) and its kin are computed by way of 1/u.
    parts.extend(parts.iter().filter_map(inverted).collect::<Vec<_>>());
    parts.push(e.clone());
    let Ok(program) = Program::compile(&parts, &names) else { return };
    let mut space = Workspace::new();

    let low = low.map(|k| f64::from(k) / 256.0);
    let side = |k: usize, share: f64| low[k] + share * f64::from(width[k]) / 64.0;
    let domain = [0, 1, 2].map(|k| Interval::new(low[k], side(k, 1.0)).expect("low to high"));
    let mut image = vec![Enclosure { values: Interval::EMPTY, defined: false }; parts.len()];
    program.evaluate_interval(&domain, &mut image, &mut space).expect("it fits");
    let image = image[parts.len() - 1];

    let columns =
        [0, 1, 2].map(|k| [0.0, 0.5, 1.0].map(|share| side(k, share).clamp(low[k], domain[k].high())));
    let mut batch = vec![[0.0; 3]; parts.len()];
    let mut out: Vec<&mut [f64]> = batch.iter_mut().map(|row| &mut row[..]).collect();
    program
        .evaluate_batch(&columns.each_ref().map(|c| Column::Values(c)), &mut out, &mut space)
        .expect("it fits");
    for i in 0..3 {
        let point = columns.map(|column| column[i]);
        let mut values = vec![0.0; parts.len()];
        program.evaluate(&point, &mut values, &mut space).expect("it fits");
        let agree = |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        assert!(
            values.iter().zip(&batch).all(|(v, row)| agree(*v, row[i])),
            "{e:?} at {point:?}: a batch differs"
        );

        let mut series = vec![[0.0; 3]; parts.len()];
        let mut out: Vec<&mut [f64]> = series.iter_mut().map(|row| &mut row[..]).collect();
        let lines = point.map(|x| [x, 1.0]);
        program
            .evaluate_jet(&lines.each_ref().map(|l| &l[..]), &mut out, &Budget::UNLIMITED, &mut space)
            .expect("it fits");
        assert!(
            values.iter().zip(&series).all(|(v, s)| agree(*v, s[0])),
            "{e:?} at {point:?}: a jet differs"
        );

        let value = values[parts.len() - 1];
        if values.iter().all(|v| v.is_finite()) {
            assert!(
                image.values.contains(value),
                "{e:?} at {point:?} in {domain:?}: {value} outside {image:?}"
            );
        }
    }
});

fn inverted(e: &Expr) -> Option<Expr> {
    match e.node() {
        Node::Apply(Func::Acot | Func::Acoth | Func::Acsc | Func::Acsch | Func::Asec | Func::Asech, u) => {
            Some(u.recip())
        }
        _ => None,
    }
}
