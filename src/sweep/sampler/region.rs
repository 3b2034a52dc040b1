//! A search space as axes to draw on: overrides <-> plain numbers.
//!
//! | dimension | axis |
//! |---|---|
//! | `interval(a,b)`, with `tag(log,..)` | `Real`, ends included |
//! | `int(interval(a,b))` | `Whole` |
//! | numbers that rise or fall: `range(..)`, `logrange(..)`, `0.5,1,20` | `Whole`: their places in the list, neighbours being alike |
//! | other choices, plain overrides | `Categories` |
//! | zipped ones | one axis for all of them |

use std::borrow::Cow;

use crate::config::sweeping::Literal;
use crate::sweep::axis::{Axis, Scale};
use crate::sweep::error::SweepError;
use crate::sweep::space::{Choice, Dimension, Domain, SearchSpace};
use crate::sweep::tpe::Position;
use crate::sweep::zips;

/// The one tag that means something to an interval.
const LOG: &str = "log";

/// A search space with its axes.
#[derive(Debug)]
pub(super) struct Region {
    pub(super) space: SearchSpace,
    pub(super) axes: Vec<Axis>,
    /// For each dimension the axis that moves it.
    axis_of: Vec<usize>,
}

impl Region {
    /// # Errors
    /// Intervals without numbers, unknown tags on them, zipped dimensions of different lengths.
    pub(super) fn new(space: SearchSpace) -> Result<Self, SweepError> {
        let axis_of = zips::axes(space.dimensions())?;
        let mut axes = Vec::new();
        for (dimension, at) in space.dimensions().iter().zip(&axis_of) {
            let axis = axis(dimension)?;
            match axes.get_mut(*at) {
                None => axes.push(axis),
                Some(first) if *first != axis => {
                    *first = Axis::Categories(axis.count().unwrap_or(0))
                }
                Some(_) => {}
            }
        }
        Ok(Self { space, axes, axis_of })
    }

    /// How many points there are at most; `None` for more than can be counted.
    pub(super) fn count(&self) -> Option<usize> {
        self.axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.count()?))
    }

    /// The `index`-th point of a region that can be counted, the last axis fastest.
    pub(super) fn at(&self, mut index: usize) -> Vec<f64> {
        let mut values: Vec<f64> = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            let count = axis.count().unwrap_or(1).max(1);
            let place = (index % count) as f64;
            index /= count;
            values.push(match axis {
                Axis::Categories(_) => place,
                Axis::Whole(scale) | Axis::Real(scale) => scale.low + place,
            });
        }
        values.reverse();
        values
    }

    /// Points in which every choice of every dimension and both ends of every interval occur; of a
    /// list of more than `limit` choices, `limit` of them.
    pub(super) fn probes(&self, limit: usize) -> Vec<Vec<f64>> {
        let of_axis = |(at, axis): (usize, &Axis)| -> Vec<f64> {
            let moved = self.axis_of.iter().position(|of| *of == at);
            let domain = moved.map(|place| self.space.dimensions()[place].domain());
            match (domain, axis) {
                (Some(Domain::Interval { start, end, .. }), _) => vec![*start, *end],
                _ => {
                    let count = axis.count().unwrap_or(0);
                    let step = count.div_ceil(limit).max(1);
                    (0..count).step_by(step).map(|place| place as f64).collect()
                }
            }
        };
        let values: Vec<Vec<f64>> = self.axes.iter().enumerate().map(of_axis).collect();
        if values.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let count = values.iter().map(Vec::len).max().unwrap_or(1);
        (0..count).map(|at| values.iter().map(|of| of[at % of.len()]).collect()).collect()
    }

    /// What the dimensions are at a point with a value on each axis.
    pub(super) fn choices(&self, values: &[f64]) -> Vec<Cow<'_, Choice>> {
        let dimensions = self.space.dimensions().iter().zip(&self.axis_of);
        dimensions.map(|(dimension, at)| choice_at(dimension, values[*at])).collect()
    }

    /// The values of a point on the axes that move a dimension which it has.
    pub(super) fn position(&self, values: &[f64], has: impl Fn(&Dimension) -> bool) -> Position {
        let mut position = vec![None; self.axes.len()];
        for (dimension, at) in self.space.dimensions().iter().zip(&self.axis_of) {
            if has(dimension) {
                position[*at] = Some(values[*at]);
            }
        }
        position
    }

    /// Where a job lies, by its overrides; `may_lack` says which dimensions it need not have.
    ///
    /// # Errors
    /// What does not belong to the space.
    pub(super) fn read(
        &self,
        overrides: &[String],
        may_lack: impl Fn(usize) -> bool,
    ) -> Result<Position, String> {
        let mut rest = overrides.iter().peekable();
        let mut said: Vec<Vec<(&Dimension, &str)>> = vec![Vec::new(); self.axes.len()];
        for (place, dimension) in self.space.dimensions().iter().enumerate() {
            let value = rest.peek().and_then(|text| value_of(dimension, text));
            match value {
                Some(value) => {
                    said[self.axis_of[place]].push((dimension, value));
                    rest.next();
                }
                None if may_lack(place) => {}
                None => return Err(expected(dimension, rest.peek().map(|text| text.as_str()))),
            }
        }
        if let Some(text) = rest.next() {
            return Err(format!("`{text}` is not part of the search space"));
        }
        self.axes.iter().zip(said).map(|(axis, said)| value_on(axis, &said)).collect()
    }
}

fn expected(dimension: &Dimension, found: Option<&str>) -> String {
    let found = found.map_or("the end".to_owned(), |text| format!("`{text}`"));
    format!("expected a value of `{}` but found {found}", dimension.text())
}

/// The value that an override gives to a dimension, when it can.
fn value_of<'t>(dimension: &Dimension, text: &'t str) -> Option<&'t str> {
    let value = text.strip_prefix(dimension.key())?.strip_prefix('=')?;
    let known = match dimension.domain() {
        Domain::Choices(choices) => choices.iter().any(|choice| choice.text() == value),
        Domain::Interval { start, end, whole } => value.parse().is_ok_and(|number: f64| {
            (*start..=*end).contains(&number) && (!whole || number.fract() == 0.0)
        }),
    };
    known.then_some(value)
}

/// The value on an axis at which all of its dimensions are what was said; none without any.
fn value_on(axis: &Axis, said: &[(&Dimension, &str)]) -> Result<Option<f64>, String> {
    let Some((first, text)) = said.first() else { return Ok(None) };
    let Domain::Choices(choices) = first.domain() else { return Ok(text.parse().ok()) };
    let agree =
        |at: &usize| said.iter().all(|(one, text)| choice_at(one, *at as f64).text() == *text);
    let place = (0..choices.len()).find(agree);
    let place = place.ok_or_else(|| {
        let texts = said.iter().map(|(one, text)| format!("`{}={text}`", one.key()));
        format!("{} are not zipped", texts.collect::<Vec<_>>().join(" and "))
    })?;
    Ok(Some(match axis {
        Axis::Categories(_) | Axis::Real(_) => place as f64,
        Axis::Whole(scale) => scale.low + place as f64,
    }))
}

/// What a dimension is at a value of its axis.
fn choice_at(dimension: &Dimension, value: f64) -> Cow<'_, Choice> {
    match dimension.domain() {
        Domain::Choices(choices) => Cow::Borrowed(&choices[value as usize]),
        Domain::Interval { whole: true, .. } => {
            Cow::Owned(Choice::new(Literal::Int(value as i128)))
        }
        Domain::Interval { whole: false, .. } => Cow::Owned(Choice::new(Literal::Float(value))),
    }
}

fn axis(dimension: &Dimension) -> Result<Axis, SweepError> {
    match dimension.domain() {
        Domain::Choices(choices) => Ok(of_choices(choices)),
        Domain::Interval { start, end, whole } => {
            let scale = of_interval(dimension, *start, *end, *whole);
            let scale = scale.map_err(|problem| SweepError::Interval {
                text: dimension.text().to_owned(),
                problem,
                origin: dimension.origin().clone(),
            })?;
            Ok(if *whole { Axis::Whole(scale) } else { Axis::Real(scale) })
        }
    }
}

fn of_choices(choices: &[Choice]) -> Axis {
    let numbers: Option<Vec<f64>> = choices.iter().map(Choice::number).collect();
    let rises = |numbers: &[f64]| numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = |numbers: &[f64]| numbers.windows(2).all(|pair| pair[0] > pair[1]);
    let last = choices.len() as f64 - 1.0;
    match numbers {
        Some(numbers) if last > 1.0 && (rises(&numbers) || falls(&numbers)) => {
            Axis::Whole(Scale { low: 0.0, high: last, log: false })
        }
        _ => Axis::Categories(choices.len()),
    }
}

fn of_interval(one: &Dimension, low: f64, high: f64, whole: bool) -> Result<Scale, String> {
    /// Whole numbers beyond this are not all there.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(tag) = one.tags().iter().find(|tag| *tag != LOG) {
        return Err(format!("`{tag}` is no tag of an interval, only `{LOG}` is"));
    }
    let log = !one.tags().is_empty();
    let lowest = if whole { 1.0 } else { f64::MIN_POSITIVE };
    let problem = if !(low.is_finite() && high.is_finite()) {
        "the ends of the interval must be finite"
    } else if low > high {
        "the interval ends before it starts"
    } else if !(high - low).is_finite() {
        "the interval is too wide"
    } else if log && low < lowest {
        "a logarithmic interval starts above 0, one of whole numbers at 1"
    } else if whole && low.abs().max(high.abs()) > EXACT {
        "whole numbers beyond 2^53 cannot be drawn"
    } else {
        return Ok(Scale { low, high, log });
    };
    Err(problem.to_owned())
}
