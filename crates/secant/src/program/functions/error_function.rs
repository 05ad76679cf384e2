//! The error function.
//!
//! # Source
//! Below 1 an odd polynomial; above, `1 - e^(-x²) R((x - 5/2)/(x + 5/2))`, the shape of Shepherd & Laframboise, *Chebyshev
//! approximation of (1 + 2x) exp(x²) erfc x*, Math. Comp. 36 (1981). Both interpolate at Chebyshev nodes; the remainders are
//! below `2^-57`.

use super::exponential::exp;
use super::lane::{either, mul_add, polynomial};

/// The error function.
#[inline(always)]
pub(in crate::program) fn erf<const FMA: bool>(x: f64) -> f64 {
    let a = either(x.abs() > 6.0, 6.0, x.abs());
    let z = a * a;
    let series = polynomial::<FMA, 12>(
        z,
        [
            -0.37612638903183754,
            0.11283791670955111,
            -0.026866170645123838,
            0.005223977625303518,
            -0.0008548327010033328,
            0.00012055332214716276,
            -1.4925622504489842e-05,
            1.6461446656928561e-06,
            -1.6355118610877705e-07,
            1.4692484859133263e-08,
            -1.1500357159785296e-09,
            6.174097221305255e-11,
        ],
    );
    // 2/sqrt(π) in two parts.
    let small = a * (std::f64::consts::FRAC_2_SQRT_PI + mul_add::<FMA>(z, series, 1.533545961316588e-17));
    let series = polynomial::<FMA, 15>(
        (a - 2.5) / (a + 2.5),
        [
            0.2108063640611436,
            -0.37173673394897294,
            0.2517131932174488,
            -0.12503305237891782,
            0.03992253907546523,
            -0.003993701160123029,
            -0.0026423659518134547,
            0.0008759152875774328,
            0.0002283799633257643,
            -0.00012887483134837842,
            -3.4175718896856294e-05,
            1.8596747731144528e-05,
            7.499735050763299e-06,
            -2.2328516517555215e-06,
            -1.587633893127344e-06,
        ],
    );
    let large = 1.0 - exp::<FMA>(-z) * series;
    either(a < 1.0, small, large).copysign(x)
}
