//! Heat maps over pairs of swept keys: in each cell the best over the other keys.

use super::super::heatmap::{Cell, Heatmap, heatmap};
use super::axis::Axis;
use super::model::{Measured, Setting, SweepPage};
use super::verdict::effects;
use super::words;

/// Pairs that are drawn: those of the keys that move the metric most.
const MOST_MAPS: usize = 3;
/// Values of a key with more of which a map is no longer legible.
const MOST_VALUES: usize = 40;
/// Share of the cells that have results; of points that lie anywhere a map is mostly empty.
const LEAST_FILLED: f64 = 0.4;

/// A map for each pair of keys that both vary.
pub(super) fn maps(page: &SweepPage) -> String {
    let keys: Vec<usize> = effects(page).into_iter().map(|effect| effect.key).collect();
    let pairs = keys
        .iter()
        .enumerate()
        .flat_map(|(at, first)| keys[at + 1..].iter().map(move |second| (*first, *second)));
    pairs.filter_map(|pair| map(page, pair)).take(MOST_MAPS).collect()
}

/// The settings along two keys, the first as columns.
fn map(page: &SweepPage, (across, down): (usize, usize)) -> Option<String> {
    let metric = page.metrics.first()?;
    let ranked = page.ranked();
    let (columns, rows) = (axis(&ranked, across), axis(&ranked, down));
    let is_legible = |axis: &Axis| (2..=MOST_VALUES).contains(&axis.len());
    if !is_legible(&columns) || !is_legible(&rows) {
        return None;
    }
    let best = best(&ranked, (&columns, across), (&rows, down));
    let filled = best.iter().flatten().count() as f64 / best.len() as f64;
    if filled < LEAST_FILLED {
        return None;
    }
    let (name, other) = (&page.keys[across], &page.keys[down]);
    let others = if page.keys.len() > 2 { ", best over the other keys" } else { "" };
    let (columns, rows) = (columns.labels(), rows.labels());
    let cell = |(at, found): (usize, &Option<(&Setting, Measured)>)| match found {
        Some((setting, result)) => Cell {
            value: Some(result.mean),
            text: format!("{:.1}", result.mean),
            tip: words::tip(page, setting),
        },
        None => {
            let (row, column) = (&rows[at / columns.len()], &columns[at % columns.len()]);
            let tip = format!("{name}={column}, {other}={row}\nno result");
            Cell { value: None, text: String::new(), tip }
        }
    };
    let map = Heatmap {
        title: format!("{} over {name} and {other}{others}", metric.name),
        cells: best.iter().enumerate().map(cell).collect(),
        rows: (other.clone(), rows),
        columns: (name.clone(), columns),
        unit: metric.name.clone(),
        range: None,
        cell: (48.0, 30.0),
    };
    Some(heatmap(&map, &format!("map{across}x{down}")))
}

/// The best setting of each cell, row by row; the ranked ones come best first.
fn best<'p>(
    ranked: &[(&'p Setting, Measured)],
    (columns, across): (&Axis, usize),
    (rows, down): (&Axis, usize),
) -> Vec<Option<(&'p Setting, Measured)>> {
    let mut best: Vec<Option<(&Setting, Measured)>> = vec![None; rows.len() * columns.len()];
    for (setting, result) in ranked {
        let place = |axis: &Axis, key: usize| axis.index(value(setting, key));
        if let (Some(row), Some(column)) = (place(rows, down), place(columns, across)) {
            best[row * columns.len() + column].get_or_insert((*setting, *result));
        }
    }
    best
}

fn axis(ranked: &[(&Setting, Measured)], key: usize) -> Axis {
    Axis::of(ranked.iter().map(|(setting, _)| value(setting, key)))
}

fn value(setting: &Setting, key: usize) -> Option<&serde_json::Value> {
    setting.values.get(key)?.as_ref()
}

#[cfg(test)]
mod tests {
    use super::super::example::{grid, metric, page};
    use super::*;

    #[test]
    fn two_keys_make_a_map_and_three_the_best_over_the_third() {
        let svg = maps(&grid(&["a", "b"]));
        assert_eq!(svg.matches("<figure").count(), 1);
        assert_eq!(svg.matches("data-tip=").count(), 9);
        assert!(!svg.contains("best over the other keys"));
        let svg = maps(&grid(&["a", "b", "c"]));
        assert_eq!(svg.matches("<figure").count(), 3);
        assert!(svg.contains("best over the other keys"));
    }

    #[test]
    fn one_key_makes_none() {
        let results = vec![(1.0, &[1.0][..]), (2.0, &[2.0])];
        assert!(maps(&page(&["distill"], vec![metric("top1", false)], &results)).is_empty());
    }
}
