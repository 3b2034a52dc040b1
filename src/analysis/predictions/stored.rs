//! Rows as files hold them, before those of one sample become one.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::super::AnalysisError;
use super::place::unusable;
use super::{Predictions, Table};
use crate::data::Uid;

/// Rows of scores; a sample may have several.
#[derive(Debug, Default)]
pub(super) struct Stored {
    /// The number of each row's sample; nothing where uids alone tell them apart.
    pub(super) idx: Option<Vec<i64>>,
    pub(super) uids: Vec<Uid>,
    pub(super) scores: BTreeMap<String, Table>,
    pub(super) targets: BTreeMap<String, Vec<i64>>,
}

impl Stored {
    /// Adds the rows of another part of one evaluation; fails with what differs.
    pub(super) fn append(&mut self, other: Self) -> Result<(), String> {
        let alike = |(label, table): (&String, &Table)| {
            self.scores.get(label).is_some_and(|mine| mine.classes == table.classes)
        };
        let same = self.scores.len() == other.scores.len() && other.scores.iter().all(alike);
        if !same || !self.targets.keys().eq(other.targets.keys()) {
            return Err("it has not the tables of the first file beside it".into());
        }
        self.idx = self.idx.take().zip(other.idx).map(|(mut idx, more)| {
            idx.extend(more);
            idx
        });
        self.uids.extend(other.uids);
        for (label, table) in other.scores {
            self.scores.entry(label).and_modify(|mine| mine.values.extend(table.values));
        }
        for (label, targets) in other.targets {
            self.targets.entry(label).and_modify(|mine| mine.extend(targets));
        }
        Ok(())
    }

    /// One row a segment, in the order of `idx`, scores averaged.
    ///
    /// # Errors
    /// No row, tables of other lengths, scores that are no numbers, one segment with several classes.
    pub(super) fn predictions(
        self,
        place: &Path,
        name: &str,
    ) -> Result<Predictions, AnalysisError> {
        self.check(place)?;
        let segments = self.segments();
        if segments.iter().enumerate().all(|(row, rows)| rows.as_slice() == [row]) {
            let Self { uids, scores, targets, .. } = self;
            return Ok(Predictions { name: name.to_owned(), uids, scores, targets });
        }
        for (label, targets) in &self.targets {
            let differs = |rows: &&Vec<usize>| rows.iter().any(|r| targets[*r] != targets[rows[0]]);
            if let Some(rows) = segments.iter().find(differs) {
                let uid = &self.uids[rows[0]];
                let reason =
                    format!("rows of segment {uid} have several classes in `target/{label}`");
                return Err(unusable(place, reason));
            }
        }
        let firsts: Vec<usize> = segments.iter().map(|rows| rows[0]).collect();
        let first = |all: &Vec<i64>| firsts.iter().map(|row| all[*row]).collect();
        Ok(Predictions {
            name: name.to_owned(),
            uids: firsts.iter().map(|row| self.uids[*row].clone()).collect(),
            scores: self.scores.iter().map(|(l, all)| (l.clone(), mean(all, &segments))).collect(),
            targets: self.targets.iter().map(|(l, all)| (l.clone(), first(all))).collect(),
        })
    }

    /// The rows of each segment.
    fn segments(&self) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.uids.len()).collect();
        if let Some(idx) = &self.idx {
            order.sort_by_key(|row| idx[*row]);
        }
        let mut numbers: HashMap<&Uid, usize> = HashMap::with_capacity(order.len());
        let mut segments: Vec<Vec<usize>> = Vec::with_capacity(order.len());
        for row in order {
            let number = *numbers.entry(&self.uids[row]).or_insert(segments.len());
            match segments.get_mut(number) {
                Some(rows) => rows.push(row),
                None => segments.push(vec![row]),
            }
        }
        segments
    }

    fn check(&self, place: &Path) -> Result<(), AnalysisError> {
        let rows = self.uids.len();
        let refuse = |reason: String| Err(unusable(place, reason));
        if rows == 0 {
            return refuse("it holds no segment".into());
        }
        if self.scores.is_empty() {
            return refuse("it is no results file: it has no scores (`logits/action`, ...)".into());
        }
        let of_idx = self.idx.iter().map(|idx| ("idx".to_owned(), idx.len()));
        let of_scores = self.scores.iter().map(|(l, t)| {
            (format!("logits/{l}"), t.values.len().checked_div(t.classes).unwrap_or(0))
        });
        let of_targets = self.targets.iter().map(|(l, t)| (format!("target/{l}"), t.len()));
        let counts = of_idx.chain(of_scores).chain(of_targets);
        if let Some((what, found)) = counts.into_iter().find(|(_, found)| *found != rows) {
            return refuse(format!("`{what}` has {found} rows, `uid` has {rows}"));
        }
        for (label, table) in &self.scores {
            if let Some(at) = table.values.iter().position(|score| !score.is_finite()) {
                let (value, uid) = (table.values[at], &self.uids[at / table.classes]);
                return refuse(format!("`logits/{label}` of segment {uid} has the number {value}"));
            }
        }
        Ok(())
    }
}

fn mean(all: &Table, segments: &[Vec<usize>]) -> Table {
    let classes = all.classes;
    let mut values = Vec::with_capacity(segments.len() * classes);
    for rows in segments {
        let sum = |class| rows.iter().map(|row| all.row(*row)[class]).sum::<f64>();
        values.extend((0..classes).map(|class| sum(class) / rows.len() as f64));
    }
    Table { classes, values }
}
