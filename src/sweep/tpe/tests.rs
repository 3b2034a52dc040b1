//! The search on functions whose best point is known, beside drawing evenly.

use std::f64::consts::PI;

use super::*;
use crate::sweep::axis::Scale;

/// A function to be made small.
struct Problem {
    name: &'static str,
    axes: Vec<Axis>,
    value: fn(&[f64]) -> f64,
}

fn scale(low: f64, high: f64, log: bool) -> Scale {
    Scale { low, high, log }
}

/// Branin's function: three equal minima of 0.397887.
fn branin(x: &[f64]) -> f64 {
    let (a, b) = (x[0], x[1]);
    let curve = b - 5.1 / (4.0 * PI * PI) * a * a + 5.0 / PI * a - 6.0;
    curve * curve + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * a.cos() + 10.0
}

/// A choice that moves the best place of a number, a whole number, and a choice of its own: -0.25.
fn mixed(x: &[f64]) -> f64 {
    let (best, offset) = [(0.2, 0.6), (0.5, 0.0), (0.8, 0.3)][x[0] as usize];
    let bonus = if x[3] == 2.0 { 0.45 } else { 0.0 };
    offset + 0.3 * ((x[1] - 11.0) / 5.0).powi(2) + 4.0 * (x[2] - best).powi(2) + 0.1 * x[3] - bonus
}

/// Two numbers over decades, whose ratio counts as well, and a plain one: 0.
fn decades(x: &[f64]) -> f64 {
    let (a, b) = (x[0].log10(), x[1].log10());
    (a + 3.3).powi(2)
        + 0.5 * (b + 5.0).powi(2)
        + 0.3 * (a - b - 1.7).powi(2)
        + 4.0 * (x[2] - 0.3).powi(2)
}

/// Hartmann's function of six numbers: -3.32237. Nothing was chosen by looking at it.
fn hartmann(x: &[f64]) -> f64 {
    const WIDTHS: [[f64; 6]; 4] = [
        [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    const PLACES: [[f64; 6]; 4] = [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];
    let depth = |at: usize| {
        let parts = x.iter().zip(WIDTHS[at]).zip(PLACES[at]);
        (-parts.map(|((x, width), place)| width * (x - place).powi(2)).sum::<f64>()).exp()
    };
    -[1.0, 1.2, 3.0, 3.2].iter().enumerate().map(|(at, weight)| weight * depth(at)).sum::<f64>()
}

fn problems() -> [Problem; 4] {
    let real = |low, high| Axis::Real(scale(low, high, false));
    let decade = |low, high| Axis::Real(scale(low, high, true));
    let whole = Axis::Whole(scale(1.0, 16.0, false));
    let choices = [Axis::Categories(3), Axis::Categories(4)];
    [
        Problem { name: "branin", axes: vec![real(-5.0, 10.0), real(0.0, 15.0)], value: branin },
        Problem {
            name: "mixed",
            axes: vec![choices[0], whole, real(0.0, 1.0), choices[1]],
            value: mixed,
        },
        Problem {
            name: "decades",
            axes: vec![decade(1e-6, 1.0), decade(1e-8, 1e-1), real(0.0, 1.0)],
            value: decades,
        },
        Problem { name: "hartmann", axes: vec![real(0.0, 1.0); 6], value: hartmann },
    ]
}

/// The next point of a study; the first ten are drawn evenly.
fn next(axes: &[Axis], observed: &[Observation], number: usize, seed: u64) -> Vec<f64> {
    let mut stream = Stream::new(seed, number);
    if number < 10 {
        return axes.iter().map(|axis| axis.draw(&mut stream)).collect();
    }
    let estimator = Estimator::new(axes, observed, 0.1);
    let candidates: Vec<Vec<f64>> = (0..24).map(|_| estimator.draw(&mut stream)).collect();
    let score = |point: &Vec<f64>| estimator.score(&some(point));
    candidates.into_iter().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap()
}

fn some(point: &[f64]) -> Position {
    point.iter().copied().map(Some).collect()
}

/// The lowest value of a study of `trials`, of which the results of the last `late` are not known
/// when a point is drawn.
fn lowest(problem: &Problem, trials: usize, late: usize, seed: u64) -> f64 {
    let mut observed: Vec<Observation> = Vec::new();
    let mut lowest = f64::INFINITY;
    for number in 0..trials {
        let mut known = observed.clone();
        known.iter_mut().rev().take(late).for_each(|one| one.merit = None);
        let point = next(&problem.axes, &known, number, seed);
        let value = (problem.value)(&point);
        lowest = lowest.min(value);
        observed.push(Observation { position: some(&point), merit: Some(-value) });
    }
    lowest
}

/// The same for points drawn evenly.
fn lowest_of_even(problem: &Problem, trials: usize, seed: u64) -> f64 {
    let value = |number| {
        let mut stream = Stream::new(seed, number);
        let point: Vec<f64> = problem.axes.iter().map(|axis| axis.draw(&mut stream)).collect();
        (problem.value)(&point)
    };
    (0..trials).map(value).fold(f64::INFINITY, f64::min)
}

fn mean(of: impl Fn(u64) -> f64) -> f64 {
    (0..30).map(of).sum::<f64>() / 30.0
}

#[test]
fn it_finds_better_points_than_drawing_evenly() {
    for (problem, bound) in problems().iter().zip([0.6, -0.22, 0.06, -2.7]) {
        let even = mean(|seed| lowest_of_even(problem, 60, seed));
        let found = mean(|seed| lowest(problem, 60, 0, seed));
        println!("{}: {even:.4} evenly, {found:.4} by search", problem.name);
        assert!(found < bound && bound < even, "{}: {found} {even}", problem.name);
    }
}

#[test]
fn it_does_so_while_results_are_late() {
    for problem in &problems() {
        let even = mean(|seed| lowest_of_even(problem, 60, seed));
        let found = mean(|seed| lowest(problem, 60, 7, seed));
        println!("{}: {even:.4} evenly, {found:.4} by search", problem.name);
        assert!(found < even, "{}: {found} {even}", problem.name);
    }
}

#[test]
fn points_without_a_value_keep_others_away() {
    let axes = [Axis::Real(scale(0.0, 1.0, false))];
    let at = |place: f64, merit| Observation { position: vec![Some(place)], merit };
    let mut observed: Vec<Observation> =
        (0..10_i32).map(|n| at(f64::from(n) / 10.0, Some(-f64::from((n - 5).abs())))).collect();
    let alone = Estimator::new(&axes, &observed, 0.1).score(&vec![Some(0.5)]);
    observed.extend([at(0.5, None), at(0.5, None)]);
    let crowded = Estimator::new(&axes, &observed, 0.1).score(&vec![Some(0.5)]);
    assert!(crowded < alone, "{crowded} {alone}");
}

#[test]
fn an_axis_that_points_lack_says_nothing() {
    let axes = [Axis::Categories(2), Axis::Real(scale(0.0, 1.0, false))];
    let of = |n: i32| {
        let with = n % 2 == 0;
        let number = with.then_some(f64::from(n) / 20.0);
        let merit = Some(if with { -(f64::from(n) / 20.0 - 0.7).abs() } else { -1.0 });
        Observation { position: vec![Some(f64::from(n % 2)), number], merit }
    };
    let observed: Vec<Observation> = (0..20).map(of).collect();
    let estimator = Estimator::new(&axes, &observed, 0.2);
    let score = |position: [Option<f64>; 2]| estimator.score(&position.to_vec());
    assert!(score([Some(0.0), Some(0.7)]) > score([Some(0.0), Some(0.1)]));
    assert!(score([Some(0.0), Some(0.7)]) > score([Some(1.0), None]));
}

#[test]
fn without_results_every_point_is_as_good() {
    let axes = [Axis::Real(scale(0.0, 1.0, false)), Axis::Categories(3)];
    let estimator = Estimator::new(&axes, &[], 0.1);
    assert_eq!(estimator.score(&vec![Some(0.2), Some(1.0)]), 0.0);
    assert_eq!(estimator.draw(&mut Stream::new(1, 1)).len(), 2);
}
