//! The answer in a sentence: which setting was best, by how much, and whether that says anything.
//!
//! Two settings are told apart when their means are further apart than the spread of repetitions: the
//! root of the mean of both variances, or that of all settings where one of the two has no
//! repetitions. That is a rule of thumb and no test of significance.

use serde_json::Value;

use super::super::escape::html;
use super::axis::Axis;
use super::model::{Measured, Metric, Setting, SweepPage};
use super::words::{self, counted};

/// How far the means of the values of a key lie apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Effect {
    /// Place of the key.
    pub key: usize,
    /// Value with the best mean, and that mean.
    pub best: (String, f64),
    /// Value with the worst.
    pub worst: (String, f64),
}

impl Effect {
    /// The distance of the two.
    pub(super) fn size(&self) -> f64 {
        (self.best.1 - self.worst.1).abs()
    }
}

/// Paragraphs that say which was best, and why.
pub(super) fn verdict(page: &SweepPage) -> String {
    let ranked = page.ranked();
    let (Some(metric), Some((best, result))) = (page.metrics.first(), ranked.first()) else {
        return "<p>No job has a result yet.</p>\n".to_owned();
    };
    let mut out = format!(
        "<p class=\"verdict\"><strong>Best: {}</strong>, with {} {}{}. {}</p>\n",
        html(&words::setting(page, &best.values)),
        html(&metric.name),
        words::measured(result),
        repetitions(result),
        html(&margin(page, &ranked)),
    );
    let said = [moved_most(page, metric), other_metrics(page, best)];
    for text in said.into_iter().flatten() {
        out += &format!("<p>{}</p>\n", html(&text));
    }
    out
}

fn repetitions(result: &Measured) -> String {
    if result.n > 1 { format!(" over {} repetitions", result.n) } else { String::new() }
}

/// How far the second is behind, and whether the spread is larger.
fn margin(page: &SweepPage, ranked: &[(&Setting, Measured)]) -> String {
    let [(_, best), (second, next), ..] = ranked else {
        return "There is no other setting with a result to compare it with.".to_owned();
    };
    let apart = (best.mean - next.mean).abs();
    let ties = ranked.iter().filter(|(_, other)| other.mean == best.mean).count();
    if apart == 0.0 {
        return format!("{} are equally good.", counted(ties, "setting"));
    }
    let behind = format!(
        "Second is {} with {}, {} behind",
        words::setting(page, &second.values),
        words::measured(next),
        words::reached(apart),
    );
    let doubt = match spread(best, next, ranked) {
        None => {
            ". Each setting ran once: no spread is known, so the order may be chance (seed=0,1,2 \
                 repeats them)."
                .to_owned()
        }
        Some((0.0, _)) => {
            ". Repetitions gave equal numbers, as those with one seed do: no spread is \
                           known, so the order may be chance (seed=0,1,2 repeats them)."
                .to_owned()
        }
        Some((spread, of)) if apart <= spread => {
            format!(
                ": within the spread of {of} ({}), so the order may be chance.",
                words::reached(spread)
            )
        }
        Some((spread, of)) => {
            format!(": more than the spread of {of} ({}).", words::reached(spread))
        }
    };
    behind + &doubt
}

/// The spread that a distance is held against, and of what it is.
fn spread(
    best: &Measured,
    next: &Measured,
    ranked: &[(&Setting, Measured)],
) -> Option<(f64, &'static str)> {
    let root = |variances: Vec<f64>| {
        let n = variances.len() as f64;
        (!variances.is_empty()).then(|| (variances.iter().sum::<f64>() / n).sqrt())
    };
    let variance = |result: &Measured| result.deviation.map(|deviation| deviation.powi(2));
    match (variance(best), variance(next)) {
        (Some(a), Some(b)) => root(vec![a, b]).map(|spread| (spread, "their repetitions")),
        _ => root(ranked.iter().filter_map(|(_, result)| variance(result)).collect())
            .map(|spread| (spread, "repetitions in this sweep")),
    }
}

/// Which key moves the metric most.
fn moved_most(page: &SweepPage, metric: &Metric) -> Option<String> {
    let effects = effects(page);
    let (first, rest) = effects.split_first()?;
    let said = |effect: &Effect| {
        let Effect { key, best, worst } = effect;
        format!(
            "{} from {} (at {}) to {} (at {})",
            page.keys[*key],
            words::reached(worst.1),
            worst.0,
            words::reached(best.1),
            best.0
        )
    };
    if rest.is_empty() {
        return None;
    }
    let rest: Vec<String> = rest
        .iter()
        .map(|effect| format!("{} by {}", page.keys[effect.key], words::reached(effect.size())))
        .collect();
    Some(format!(
        "What moved {} most, as means over all settings of a value: {}; then {}.",
        metric.name,
        said(first),
        rest.join(", ")
    ))
}

/// How far the means of the values of each key lie apart, the largest distance first.
pub(super) fn effects(page: &SweepPage) -> Vec<Effect> {
    let Some(metric) = page.metrics.first() else { return Vec::new() };
    let mut found: Vec<Effect> = (0..page.keys.len())
        .filter_map(|key| {
            let mut means = means(page, key);
            means.sort_by(|a, b| metric.better(a.1, b.1));
            let (best, worst) = (means.first()?.clone(), means.last()?.clone());
            (means.len() > 1).then_some(Effect { key, best, worst })
        })
        .collect();
    found.sort_by(|a, b| b.size().total_cmp(&a.size()));
    found
}

/// The mean of the settings of each value of a key.
fn means(page: &SweepPage, key: usize) -> Vec<(String, f64)> {
    let ranked = page.ranked();
    let value = |setting: &Setting| -> Option<Value> { setting.values.get(key).cloned().flatten() };
    let values: Vec<Option<Value>> = ranked.iter().map(|(setting, _)| value(setting)).collect();
    let axis = Axis::of(values.iter().map(Option::as_ref));
    let mut sums = vec![(0.0, 0usize); axis.len()];
    for (value, (_, result)) in values.iter().zip(&ranked) {
        if let Some(at) = axis.index(value.as_ref()) {
            sums[at] = (sums[at].0 + result.mean, sums[at].1 + 1);
        }
    }
    let labels = axis.labels().into_iter().zip(sums);
    labels.filter(|(_, (_, n))| *n > 0).map(|(label, (sum, n))| (label, sum / n as f64)).collect()
}

/// Whether the best setting is best in the other metrics too.
fn other_metrics(page: &SweepPage, best: &Setting) -> Option<String> {
    let mut same = Vec::new();
    let mut other = Vec::new();
    for (at, metric) in page.metrics.iter().enumerate().skip(1) {
        let mean = |setting: &Setting| setting.results.get(at).copied().flatten().map(|r| r.mean);
        let with = page.settings.iter().filter_map(|one| Some((one, mean(one)?)));
        let Some((winner, top)) = with.min_by(|a, b| metric.better(a.1, b.1)) else { continue };
        match mean(best) == Some(top) {
            true => same.push(metric.name.clone()),
            false => other.push(format!(
                "{} ({}, {})",
                metric.name,
                words::setting(page, &winner.values),
                words::reached(top)
            )),
        }
    }
    if page.settings.len() < 2 || (same.is_empty() && other.is_empty()) {
        return None;
    }
    let also = match same.is_empty() {
        true => String::new(),
        false => format!("It is best in {} too. ", same.join(", ")),
    };
    let not = match other.is_empty() {
        true => String::new(),
        false => format!("Others are best in {}.", other.join(", ")),
    };
    Some(format!("{also}{not}").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;

    #[test]
    fn a_margin_is_held_against_the_spread() {
        for (results, expected) in [
            (
                vec![(1.0, &[20.0, 21.0][..]), (20.0, &[24.0, 25.0])],
                "<strong>Best: distill=20</strong>, with top1 24.50 \u{b1} 0.71 over 2 repetitions. Second \
                 is distill=1 with 20.50 \u{b1} 0.71, 4.00 behind: more than the spread of their \
                 repetitions (0.71).",
            ),
            (
                vec![(1.0, &[20.0, 22.0]), (20.0, &[21.0, 23.0])],
                "1.00 behind: within the spread of their repetitions (1.41), so the order may be \
                 chance.",
            ),
            (vec![(1.0, &[20.0]), (20.0, &[21.0])], "Each setting ran once: no spread is known"),
            (
                vec![(1.0, &[20.0, 20.0]), (20.0, &[21.0, 21.0])],
                "1.00 behind. Repetitions gave equal numbers",
            ),
            (
                vec![(0.0, &[1.0, 3.0]), (1.0, &[20.0]), (20.0, &[21.0])],
                "1.00 behind: within the spread of repetitions in this sweep (1.41)",
            ),
            (vec![(1.0, &[20.0]), (20.0, &[20.0])], "2 settings are equally good."),
            (vec![(1.0, &[20.0])], "There is no other setting with a result"),
        ] {
            let said = verdict(&page(&["distill"], vec![metric("top1", false)], &results));
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        let said = verdict(&page(&["distill"], vec![metric("top1", false)], &[]));
        assert!(said.contains("No job has a result yet"));
    }

    #[test]
    fn of_a_loss_the_lowest_is_best() {
        let results = vec![(1.0, &[3.0][..]), (20.0, &[2.0])];
        let said = verdict(&page(&["distill"], vec![metric("loss", true)], &results));
        assert!(said.contains("Best: distill=20"), "{said}");
    }
}
