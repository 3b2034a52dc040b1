//! What is wrong with the jobs of a sweep: a table of the jobs, then every error once.
//!
//! ```text
//! error: failed to check the sweep: 3 of 12 jobs are wrong, none was started
//!   job  errors  overrides
//!   3    1       opt.lr=abc distill=1
//!   7    1, 2    opt.lr=abc distill=x
//!
//! [1] jobs 3, 7:
//! error: failed to ...
//! ```

use std::collections::HashMap;

use crate::config::{ConfigError, ConfigErrors, Targets};

use super::super::failure::shown;
use super::super::snippet::Style;

/// How many jobs the table lists.
const LISTED: usize = 20;

/// A job that cannot run.
#[derive(Debug)]
pub(in super::super) struct BadJob {
    /// Its place in the sweep, from 0.
    pub number: usize,
    /// What is particular to it.
    pub overrides: Vec<String>,
    /// What is wrong.
    pub errors: ConfigErrors,
}

/// The table and the errors; `total` counts all jobs of the sweep.
pub(in super::super) fn render(
    bad: &[BadJob],
    total: usize,
    known: Option<&Targets>,
    style: Style,
) -> String {
    let groups = grouped(bad);
    let mut out = format!(
        "error: failed to check the sweep: {} of {total} jobs {} wrong, none was started\n",
        bad.len(),
        if bad.len() == 1 { "is" } else { "are" },
    );
    out.push_str(&table(bad, &groups));
    for (index, group) in groups.iter().enumerate() {
        let noun = if group.jobs.len() == 1 { "job" } else { "jobs" };
        let head = format!("\n[{}] {noun} {}:\n", index + 1, ranges(&group.jobs));
        out.push_str(&head);
        out.push_str(&shown(group.error, known, style));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// One error and the jobs that have it.
struct Group<'e> {
    error: &'e ConfigError,
    text: String,
    jobs: Vec<usize>,
}

fn grouped(bad: &[BadJob]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known = HashMap::new();
    for job in bad {
        for error in job.errors.iter() {
            let text = error.to_string();
            let index = *known.entry(text.clone()).or_insert_with(|| {
                groups.push(Group { error, text, jobs: Vec::new() });
                groups.len() - 1
            });
            let jobs = &mut groups[index].jobs;
            if jobs.last() != Some(&job.number) {
                jobs.push(job.number);
            }
        }
    }
    groups
}

fn table(bad: &[BadJob], groups: &[Group<'_>]) -> String {
    let numbers: HashMap<&str, usize> =
        groups.iter().enumerate().map(|(index, group)| (&*group.text, index + 1)).collect();
    let rows: Vec<[String; 3]> = bad
        .iter()
        .take(LISTED)
        .map(|job| {
            let mut found: Vec<usize> =
                job.errors.iter().filter_map(|e| numbers.get(&*e.to_string()).copied()).collect();
            found.sort_unstable();
            found.dedup();
            [job.number.to_string(), ranges(&found), job.overrides.join(" ")]
        })
        .collect();
    let header = ["job", "errors", "overrides"].map(str::to_owned);
    let rows: Vec<[String; 3]> = std::iter::once(header).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    let mut out = String::new();
    for [job, errors, overrides] in &rows {
        let line = format!("  {job:<first$}  {errors:<second$}  {overrides}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if bad.len() > LISTED {
        out.push_str(&format!("  ... and {} more\n", bad.len() - LISTED));
    }
    out
}

/// Rising numbers, neighbours as ranges: `3, 7-12`.
fn ranges(numbers: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => spans.push((*number, *number)),
        }
    }
    let texts = spans.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}-{last}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigError, ErrorKind, Origin};

    fn wrong(key: &str, value: &str) -> ConfigError {
        let problem = format!("expected a number, got '{value}'");
        let kind = ErrorKind::WrongValue { key: key.to_owned(), problem };
        ConfigError::new(kind)
            .at(&Origin::argument(1, &format!("{key}=1,{value}")))
            .expecting(value, Vec::new())
    }

    fn job(number: usize, errors: Vec<ConfigError>) -> BadJob {
        let overrides = vec![format!("seed={number}")];
        BadJob { number, overrides, errors: ConfigErrors::from_vec(errors).unwrap() }
    }

    #[test]
    fn the_same_error_of_many_jobs_is_told_once() {
        let bad: Vec<BadJob> = [3, 7, 8, 9]
            .into_iter()
            .map(|number| match number {
                9 => job(number, vec![wrong("lr", "a"), wrong("wd", "b")]),
                _ => job(number, vec![wrong("lr", "a")]),
            })
            .collect();
        let expected = "\
error: failed to check the sweep: 4 of 12 jobs are wrong, none was started
  job  errors  overrides
  3    1       seed=3
  7    1       seed=7
  8    1       seed=8
  9    1, 2    seed=9

[1] jobs 3, 7-9:
error: failed to use the value of `lr`: expected a number, got 'a'
 |
 | lr=1,a
 |      ^ argument 1

[2] job 9:
error: failed to use the value of `wd`: expected a number, got 'b'
 |
 | wd=1,b
 |      ^ argument 1";
        assert_eq!(render(&bad, 12, None, Style::Plain), expected);
    }

    #[test]
    fn a_long_table_is_cut() {
        let bad: Vec<BadJob> = (0..1000).map(|n| job(n, vec![wrong("lr", "a")])).collect();
        let text = render(&bad, 1000, None, Style::Plain);
        assert!(text.contains("... and 980 more\n\n[1] jobs 0-999:\n"), "{text}");
        assert!(text.lines().count() < 40, "{text}");
    }

    #[test]
    fn neighbours_are_ranges() {
        for (numbers, text) in
            [(&[1][..], "1"), (&[1, 2], "1, 2"), (&[1, 2, 3, 5], "1-3, 5"), (&[], "")]
        {
            assert_eq!(ranges(numbers), text);
        }
    }
}
