//! Which figure weights are to reach.
//!
//! Every figure is a sum over segments: what a segment adds when its true class is among the first k.

use std::collections::BTreeMap;

use super::super::AnalysisError;

/// The figures of a label type, by the end of their metric's name.
const FIGURES: [(&str, Figure); 5] = [
    ("top1", Figure::Top(1)),
    ("top5", Figure::Top(5)),
    ("top1_meanOverClasses", Figure::MeanOverClasses),
    ("AR5", Figure::Recall),
    ("AR5_manyshot", Figure::ManyShot),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Top(usize),
    MeanOverClasses,
    Recall,
    ManyShot,
}

/// A figure of one label type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Whose classes are ranked.
    pub label: String,
    /// The metric's full name.
    pub metric: String,
    figure: Figure,
}

impl Goal {
    /// Finds a metric by its name or the last parts of it: `action.top1`, `final_acc/verb/AR5`.
    ///
    /// # Errors
    /// A word that no metric of these label types ends with, or several.
    pub fn named(word: &str, labels: &[String]) -> Result<Self, AnalysisError> {
        let all = labels.iter().flat_map(|label| {
            FIGURES.map(|(name, figure)| Self {
                label: label.clone(),
                metric: format!("final_acc/{label}/{name}"),
                figure,
            })
        });
        let short = word.strip_prefix("best.").unwrap_or(word).replace('.', "/");
        let is_meant =
            |goal: &Goal| goal.metric == short || goal.metric.ends_with(&format!("/{short}"));
        let (mut found, others): (Vec<Goal>, Vec<Goal>) = all.partition(is_meant);
        let shown = |goal: &Goal| goal.short();
        match found.pop() {
            None => Err(AnalysisError::Unknown {
                name: word.to_owned(),
                known: others.iter().map(shown).collect(),
            }),
            Some(goal) if found.is_empty() => Ok(goal),
            Some(last) => Err(AnalysisError::Ambiguous {
                name: word.to_owned(),
                found: found.iter().chain([&last]).map(shown).collect(),
            }),
        }
    }

    /// The name without what all have in common, as in `action.top1`.
    pub fn short(&self) -> String {
        self.metric.trim_start_matches("final_acc/").replace('/', ".")
    }

    /// How many classes may be ahead of the true one, and it too.
    pub fn depth(&self) -> usize {
        match self.figure {
            Figure::Top(k) => k,
            Figure::MeanOverClasses => 1,
            Figure::Recall | Figure::ManyShot => 5,
        }
    }

    /// What each segment adds, percent; nothing where it has no label.
    pub(super) fn gains(
        &self,
        targets: &[i64],
        classes: usize,
        many_shot: Option<&[usize]>,
    ) -> Vec<f64> {
        let is_class = |target: &i64| usize::try_from(*target).is_ok_and(|class| class < classes);
        let counts = |target: &i64| match (self.figure, many_shot) {
            (Figure::ManyShot, Some(many)) => {
                is_class(target) && many.iter().any(|class| *class as i64 == *target)
            }
            _ => is_class(target),
        };
        let mut of_class: BTreeMap<i64, usize> = BTreeMap::new();
        let counted = targets.iter().filter(|target| counts(target));
        counted.for_each(|target| *of_class.entry(*target).or_default() += 1);
        let all: usize = of_class.values().sum();
        let gain = |target: &i64| match (self.figure, of_class.get(target)) {
            (_, None) => 0.0,
            (Figure::Top(_), _) => 100.0 / all as f64,
            (Figure::MeanOverClasses, Some(n)) => 100.0 / (*n * classes) as f64,
            (Figure::Recall | Figure::ManyShot, Some(n)) => 100.0 / (*n * of_class.len()) as f64,
        };
        targets.iter().map(gain).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{FinalOptions, Scores, final_metrics, target_ranks};

    fn labels() -> Vec<String> {
        ["action", "verb"].map(str::to_owned).to_vec()
    }

    #[test]
    fn named_as_in_tables() {
        for (word, metric) in [
            ("action.top1", "final_acc/action/top1"),
            ("action/AR5", "final_acc/action/AR5"),
            ("final_acc/verb/top5", "final_acc/verb/top5"),
            ("best.verb.AR5_manyshot", "final_acc/verb/AR5_manyshot"),
        ] {
            assert_eq!(Goal::named(word, &labels()).unwrap().metric, metric, "{word}");
        }
        for word in ["top7", "noun.top1", "op1", ""] {
            let error = Goal::named(word, &labels()).unwrap_err();
            assert!(matches!(error, AnalysisError::Unknown { .. }), "{word}: {error}");
        }
        let error = Goal::named("top1", &labels()).unwrap_err();
        assert!(matches!(error, AnalysisError::Ambiguous { .. }), "{error}");
    }

    #[test]
    fn gains_of_hits_are_the_metric() {
        let values: Vec<f64> = (0..9 * 7).map(|i| f64::from((i * 37 + i / 7) % 19)).collect();
        let targets = [0, 1, 2, 6, 6, -1, 3, 1, 9];
        let many = [1, 6, 4];
        let scores = Scores::new(&values, 7);
        let options = FinalOptions { many_shot: Some(&many), ..Default::default() };
        let metrics = final_metrics(scores, &targets, &options);
        let named = metrics.named("action");
        let ranks = target_ranks(scores, &targets);
        for (name, expected) in named {
            let goal = Goal::named(&name, &labels()).unwrap();
            let gains = goal.gains(&targets, 7, Some(&many));
            let hits = ranks.iter().zip(gains).filter(|(r, _)| r.is_some_and(|r| r < goal.depth()));
            let reached: f64 = hits.map(|(_, gain)| gain).sum();
            assert!((reached - expected).abs() < 1e-9, "{name}: {reached} {expected}");
        }
    }
}
