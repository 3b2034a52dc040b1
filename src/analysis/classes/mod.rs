//! Two models class by class: which classes gained, and how many segments they have.
//!
//! Decides what the figure of a class is: the share of its segments whose true class is among the first
//! k, in percent, over the segments that all models have; of several runs the mean. A class without a
//! segment has none. Source: `plot_per_cls_perf` of the original's `notebooks/utils.py`.

mod render;
#[cfg(test)]
mod tests;

use super::compare::Summary;
use super::matched::{LeftOut, Matched};
use super::{AnalysisError, Predictions};
use crate::data::Annotations;
use crate::metrics::target_ranks;

/// What is compared and which classes are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassOptions {
    /// `action`, `verb` or `noun`.
    pub label: String,
    /// A segment counts when its class is among the first `k`.
    pub k: usize,
    /// Order of the rows.
    pub sort: ClassSort,
    /// Classes with fewer segments are left out.
    pub min_support: usize,
    /// As many rows from the start; in the order of gains as many from the end too.
    pub top: Option<usize>,
}

/// The order of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassSort {
    /// Greatest gain first.
    Gain,
    /// Most segments first.
    Support,
    /// By letter.
    Name,
}

/// What is known of the classes beside the scores.
#[derive(Clone, Copy, Debug)]
pub struct Support<'a> {
    /// Names of the classes.
    pub names: &'a [String],
    /// The sets that were trained on; nothing where they are not known.
    pub train: &'a [Annotations],
}

/// One class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassRow {
    /// Its number.
    pub class: usize,
    /// Its name.
    pub name: String,
    /// The figure of either side, over its runs.
    pub values: [Summary; 2],
    /// How much greater the second is.
    pub gain: f64,
    /// Segments that were evaluated.
    pub segments: usize,
    /// Segments that were trained on, where that is known.
    pub train: Option<usize>,
    /// Whether the data set counts it among its many-shot classes, where it has such.
    pub many_shot: Option<bool>,
}

/// Two sides, class by class.
#[derive(Debug)]
pub struct Classes {
    /// What was asked.
    pub options: ClassOptions,
    /// Names of the runs of either side.
    pub names: [Vec<String>; 2],
    /// Every class that has a segment, in order.
    pub all: Vec<ClassRow>,
    /// Those that are shown.
    pub rows: Vec<ClassRow>,
    /// Segments that all of them have.
    pub segments: usize,
    /// What could not be used.
    pub left_out: LeftOut,
}

impl Classes {
    /// Compares the runs of two sides.
    ///
    /// # Errors
    /// Runs that do not belong together; a `k` that no row has; no class that has enough segments.
    pub fn new(
        sides: [&[Predictions]; 2],
        annotations: &Annotations,
        support: Support<'_>,
        options: ClassOptions,
    ) -> Result<Self, AnalysisError> {
        let models: Vec<&Predictions> = sides.into_iter().flatten().collect();
        let matched = Matched::new(&models, annotations, &options.label)?;
        let classes = matched.tables[0].classes;
        if !(1..=classes).contains(&options.k) {
            let expected = format!("1 to {classes}, the number of classes");
            return Err(AnalysisError::OutOfRange { what: "k".into(), found: options.k, expected });
        }
        let counted = Counted::new(&matched, sides[0].len(), annotations, support, &options);
        let mut all: Vec<ClassRow> = (0..classes).filter_map(|class| counted.row(class)).collect();
        sort(&mut all, options.sort);
        let rows = chosen(&all, &options)?;
        let named = |side: &[Predictions]| side.iter().map(|model| model.name.clone()).collect();
        Ok(Self {
            names: sides.map(named),
            options,
            all,
            rows,
            segments: matched.segments.len(),
            left_out: matched.left_out,
        })
    }

    /// The mean over all classes that have a segment, of either side.
    pub fn means(&self) -> [f64; 2] {
        [0, 1].map(|side: usize| {
            let sum: f64 = self.all.iter().map(|row| row.values[side].mean).sum();
            sum / self.all.len() as f64
        })
    }

    /// How many classes gained, and how many lost.
    pub fn moved(&self) -> [usize; 2] {
        let count = |moved: fn(f64) -> bool| self.all.iter().filter(|row| moved(row.gain)).count();
        [count(|gain| gain > 0.0), count(|gain| gain < 0.0)]
    }
}

/// What is known of every class, before a row is made of it.
struct Counted<'a> {
    names: &'a [String],
    /// By side, run and class.
    recalls: [Vec<Vec<f64>>; 2],
    segments: Vec<usize>,
    train: Option<Vec<usize>>,
    many_shot: Option<&'a [usize]>,
}

impl<'a> Counted<'a> {
    /// The first `first` of the models are one side, the rest the other.
    fn new(
        matched: &Matched<'_>,
        first: usize,
        annotations: &'a Annotations,
        support: Support<'a>,
        options: &ClassOptions,
    ) -> Self {
        let classes = matched.tables[0].classes;
        let of_model = |model| recalls(matched, model, classes, options.k);
        let mut segments = vec![0; classes];
        matched.targets.iter().for_each(|class| segments[*class] += 1);
        let many_shot = annotations.vocabulary.many_shot.as_ref();
        Self {
            names: support.names,
            recalls: [0..first, first..matched.tables.len()]
                .map(|side| side.map(of_model).collect()),
            segments,
            train: trained(support.train, &options.label, classes),
            many_shot: many_shot.and_then(|lists| lists.of(&options.label)),
        }
    }

    /// Nothing for a class without a segment.
    fn row(&self, class: usize) -> Option<ClassRow> {
        if self.segments[class] == 0 {
            return None;
        }
        let of = |side: usize| {
            let runs = self.recalls[side].iter().map(|recalls| recalls[class]);
            Summary::of(&runs.collect::<Vec<_>>())
        };
        let values = [of(0)?, of(1)?];
        Some(ClassRow {
            class,
            name: self.names[class].trim().to_owned(),
            gain: values[1].mean - values[0].mean,
            values,
            segments: self.segments[class],
            train: self.train.as_ref().map(|counts| counts[class]),
            many_shot: self.many_shot.map(|classes| classes.contains(&class)),
        })
    }
}

/// Share of the segments of each class, percent, whose class a model has among the first `k`.
fn recalls(matched: &Matched<'_>, model: usize, classes: usize, k: usize) -> Vec<f64> {
    let table = &matched.tables[model];
    let mut targets = vec![-1; table.values.len() / table.classes];
    for (row, target) in matched.rows[model].iter().zip(&matched.targets) {
        targets[*row] = *target as i64;
    }
    let (mut hits, mut all) = (vec![0_usize; classes], vec![0_usize; classes]);
    for (target, rank) in targets.iter().zip(target_ranks(table.scores(), &targets)) {
        if let (Ok(class), Some(rank)) = (usize::try_from(*target), rank) {
            all[class] += 1;
            hits[class] += usize::from(rank < k);
        }
    }
    hits.iter().zip(&all).map(|(hits, all)| 100.0 * *hits as f64 / *all as f64).collect()
}

/// How often each class is in the training sets; nothing without sets.
fn trained(sets: &[Annotations], label: &str, classes: usize) -> Option<Vec<usize>> {
    let mut counts = vec![0; classes];
    for segment in sets.iter().flat_map(|set| &set.segments) {
        let class = usize::try_from(segment.labels.get(label)).ok();
        if let Some(count) = class.and_then(|class| counts.get_mut(class)) {
            *count += 1;
        }
    }
    (!sets.is_empty()).then_some(counts)
}

/// Ties are in the order of the support, then of the classes.
fn sort(rows: &mut [ClassRow], by: ClassSort) {
    let support = |a: &ClassRow, b: &ClassRow| b.segments.cmp(&a.segments);
    rows.sort_by(|a, b| match by {
        ClassSort::Gain => b.gain.total_cmp(&a.gain).then_with(|| support(a, b)),
        ClassSort::Support => support(a, b),
        ClassSort::Name => a.name.cmp(&b.name),
    });
}

/// The rows that are asked for.
fn chosen(all: &[ClassRow], options: &ClassOptions) -> Result<Vec<ClassRow>, AnalysisError> {
    let is_enough = |row: &&ClassRow| row.segments >= options.min_support;
    let mut rows: Vec<ClassRow> = all.iter().filter(is_enough).cloned().collect();
    if rows.is_empty() {
        let most = all.iter().map(|row| row.segments).max().unwrap_or(0);
        let (what, found) = ("min-support".to_owned(), options.min_support);
        let expected = format!("at most {most}, the segments of the most frequent class");
        return Err(AnalysisError::OutOfRange { what, found, expected });
    }
    if let Some(top) = options.top {
        let end = match options.sort {
            ClassSort::Gain => top.max(rows.len().saturating_sub(top)),
            ClassSort::Support | ClassSort::Name => rows.len(),
        };
        let has_two_ends = options.sort == ClassSort::Gain;
        let mut at = 0..;
        rows.retain(|_| at.next().is_some_and(|i| i < top || (has_two_ends && i >= end)));
    }
    Ok(rows)
}
