//! An evaluation allocates nothing once the workspace has grown.

use std::alloc::{GlobalAlloc, Layout as Block, System};
use std::cell::Cell;

use secant::calculus::{gradient, hessian};
use secant::expr::{Expr, MatrixFunc, Reduction, Shape, Symbol};
use secant::program::{Layout, TensorProgram, TensorWorkspace, View};

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.alloc(block) }
    }
    unsafe fn dealloc(&self, at: *mut u8, block: Block) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(at, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn evaluation_allocates_nothing() {
    let (m, n) = (300, 40);
    let dim = |n: usize| Expr::integer(n as i64);
    let x = Expr::tensor_var("X", Shape::new([dim(m), dim(n)]));
    let (y, b) = (Expr::tensor_var("y", Shape::new([dim(m)])), Expr::tensor_var("b", Shape::new([dim(n)])));
    let z = x.matmul(&b);
    let loss = ((Expr::one() + z.exp()).log() - &y * &z).sum_all();
    let by = [(Symbol::new("b"), b.shape().clone())];
    let gram = x.transpose().matmul(&x) + Expr::identity(dim(n));
    let outputs = [
        loss.clone(),
        gradient(&loss, &by).remove(0),
        hessian(&loss, &by).remove(0).remove(0),
        Expr::matrix_func(MatrixFunc::Inverse, &gram).matmul(&b),
        Expr::matrix_func(MatrixFunc::LogDet, &gram),
        Expr::reduce(Reduction::LogSumExp, &x),
        Expr::shift(dim(n - 1), dim(n), Expr::one()).matmul(&b).sin(),
    ];
    let outputs: Vec<(Expr, Layout)> = outputs.into_iter().map(|e| (e, Layout::Sparse)).collect();
    let inputs =
        [("X", vec![m, n]), ("y", vec![m]), ("b", vec![n])].map(|(name, shape)| (Symbol::new(name), shape));
    let program = TensorProgram::with_layouts(&outputs, &inputs, &[]).unwrap();
    let data = |size: usize| (0..size).map(|k| ((k * 7) % 11) as f64 / 16.0 - 0.3).collect::<Vec<f64>>();
    let (x, y, b) = (data(m * n), data(m), data(n));
    let mut results: Vec<Vec<f64>> = (0..outputs.len()).map(|k| vec![0.0; program.output_len(k)]).collect();
    let mut out: Vec<&mut [f64]> = results.iter_mut().map(|v| &mut v[..]).collect();
    let mut workspace = TensorWorkspace::new();
    let turned = [1, m];
    for views in [
        [View::new(&x), View::new(&y), View::new(&b)],
        [View::strided(&x, &turned), View::new(&y), View::new(&b)],
    ] {
        program.evaluate(&views, &mut out, &mut workspace).unwrap();
        let before = COUNT.with(Cell::get);
        program.evaluate(&views, &mut out, &mut workspace).unwrap();
        assert_eq!(COUNT.with(Cell::get) - before, 0);
    }
    // The counter does count.
    let before = COUNT.with(Cell::get);
    drop(std::hint::black_box(Box::new(before)));
    assert_eq!(COUNT.with(Cell::get) - before, 1);
}
