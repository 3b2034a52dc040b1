//! How the jobs stand: how many of each state, which are missing, what went wrong and where.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::super::escape::html;
use super::super::page::scrolling;
use super::axis::Axis;
use super::model::SweepPage;
use super::table::first_line;
use super::words::counted;

/// Jobs that are named before the rest is only counted.
const NAMED: usize = 40;

/// States, missing jobs, errors.
pub(super) fn standing(page: &SweepPage) -> String {
    let mut states: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for job in &page.jobs {
        states.entry(&job.state).or_default().push(&job.name);
    }
    states.sort_by(|_, a, _, b| b.len().cmp(&a.len()));
    let all = page.jobs.len().max(1) as f64;
    let rows: String = states
        .iter()
        .map(|(state, jobs)| {
            format!(
                "<tr><th scope=\"row\">{state}</th><td class=\"number\">{n}</td><td class=\"share\">\
                 <span class=\"share\" style=\"--share:{share:.1}%\"></span></td><td>{named}</td></tr>\n",
                state = html(state),
                n = jobs.len(),
                share = jobs.len() as f64 / all * 100.0,
                named = html(&named(jobs)),
            )
        })
        .collect();
    let table = format!(
        "<table class=\"states\">\n<caption>Jobs by state; what is not completed is not in the \
         comparison.</caption>\n<thead><tr><th scope=\"col\">state</th><th scope=\"col\" \
         class=\"number\">jobs</th><td></td><th scope=\"col\">which</th></tr></thead>\n\
         <tbody>\n{rows}</tbody></table>\n"
    );
    scrolling("Jobs by state", &table) + &errors(page) + &places(page)
}

/// The names of jobs, runs of numbers shortened: `0-3, 7`.
fn named(jobs: &[&str]) -> String {
    let numbers: Option<Vec<usize>> = jobs.iter().map(|job| job.parse().ok()).collect();
    let mut parts: Vec<String> = match numbers {
        Some(numbers) => stretches(&numbers),
        None => jobs.iter().map(|job| (*job).to_owned()).collect(),
    };
    let more = parts.len().saturating_sub(NAMED);
    parts.truncate(NAMED);
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}

fn stretches(numbers: &[usize]) -> Vec<String> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => found.push((*number, *number)),
        }
    }
    let said = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}\u{2013}{last}"),
    };
    found.iter().map(said).collect()
}

/// The errors, each with the jobs that have it.
fn errors(page: &SweepPage) -> String {
    let mut found: IndexMap<String, Vec<&str>> = IndexMap::new();
    for job in &page.jobs {
        if let Some(error) = &job.error {
            found.entry(first_line(error)).or_default().push(&job.name);
        }
    }
    if found.is_empty() {
        return String::new();
    }
    found.sort_by(|_, a, _, b| b.len().cmp(&a.len()));
    let items: String = found
        .iter()
        .map(|(error, jobs)| {
            format!(
                "<li><span class=\"bad\">{}</span> <span class=\"quiet\">({}: {})</span></li>\n",
                html(error),
                counted(jobs.len(), "job"),
                html(&named(jobs))
            )
        })
        .collect();
    format!("<h3>What went wrong</h3>\n<ul>\n{items}</ul>\n")
}

/// The values at which jobs failed more often than elsewhere.
fn places(page: &SweepPage) -> String {
    let is_failed = |state: &str| matches!(state, "failed" | "broken" | "stale");
    let failed = page.jobs.iter().filter(|job| is_failed(&job.state)).count();
    if failed == 0 || failed == page.jobs.len() {
        return String::new();
    }
    let all = failed as f64 / page.jobs.len() as f64;
    let mut items = String::new();
    for (key, name) in page.keys.iter().enumerate() {
        let value = |job: &super::model::SweepJob| job.values.get(key).cloned().flatten();
        let values: Vec<_> = page.jobs.iter().map(value).collect();
        let axis = Axis::of(values.iter().map(Option::as_ref));
        let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (job, value) in page.jobs.iter().zip(&values) {
            let Some(at) = axis.index(value.as_ref()) else { continue };
            let (bad, of) = counts.entry(at).or_default();
            *bad += usize::from(is_failed(&job.state));
            *of += 1;
        }
        for (at, (bad, of)) in counts {
            if axis.len() > 1 && bad > 0 && bad as f64 / of as f64 > all {
                let label = &axis.labels()[at];
                items += &format!("<li>{}={}: {bad} of {of}</li>\n", html(name), html(label));
            }
        }
    }
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<h3>Where it failed more often</h3>\n<p class=\"quiet\">{failed} of {} failed in all.</p>\n\
         <ul>\n{items}</ul>\n",
        page.jobs.len()
    )
}

#[cfg(test)]
mod tests {
    use super::super::example::{metric, page};
    use super::*;

    #[test]
    fn stretches_of_numbers_are_short() {
        assert_eq!(named(&["0", "1", "2", "5", "7", "8"]), "0\u{2013}2, 5, 7, 8");
        assert_eq!(named(&["e/0001", "e/0002"]), "e/0001, e/0002");
    }

    #[test]
    fn states_errors_and_where_they_were() {
        let results = vec![(1.0, &[1.0, 2.0][..]), (150.0, &[3.0, 4.0])];
        let mut page = page(&["distill"], vec![metric("top1", false)], &results);
        for at in [2, 3] {
            page.jobs[at].state = "failed".into();
            page.jobs[at].error = Some("loss is not finite\nat step 3".into());
        }
        let found = standing(&page);
        assert!(found.contains("loss is not finite</span> <span class=\"quiet\">(2 jobs: 2, 3)"));
        assert!(found.contains("<li>distill=150: 2 of 2</li>"), "{found}");
        assert!(!found.contains("distill=1:"));
    }
}
