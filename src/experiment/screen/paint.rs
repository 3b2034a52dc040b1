//! A picture as lines of text that fit a width.
//!
//! | columns | what is shown |
//! |---|---|
//! | plenty | the share, a bar, the counts, the epoch, the time left, the title; the numbers below |
//! | fewer | numbers on two lines; words are left out from the last on, each whole; the bar goes first |
//! | hardly any | the share alone, cut |

use std::time::Instant;

use super::picture::{Count, Picture};
use crate::runs::clock;

/// Columns of a bar.
const BAR: std::ops::RangeInclusive<usize> = 5..=30;
const GAP: &str = "  ";
/// What is said before there is anything to count.
const BEGINS: &str = "begins";

/// One to four lines, none longer than `width`.
pub(super) fn paint(picture: &Picture, width: usize, coloured: bool, now: Instant) -> String {
    let mut lines = Vec::new();
    if let Some(work) = &picture.work {
        let epochs =
            picture.epochs.map(|all| format!("epoch {:.1}/{all}", work.share() * all as f64));
        let words = epochs.into_iter().chain(left(work, now)).chain(picture.title.clone());
        lines.push(counted("", work, &words.collect::<Vec<_>>(), width, coloured));
        lines.extend(wrapped(&picture.words, width));
    }
    if let Some(part) = &picture.part {
        let title = picture.title.clone().filter(|_| picture.work.is_none());
        let words: Vec<String> = left(&part.count, now).into_iter().chain(title).collect();
        lines.push(counted(&part.name, &part.count, &words, width, coloured));
    }
    if lines.is_empty() {
        let words = picture.title.clone().into_iter().chain([BEGINS.to_owned()]);
        lines.push(fitting(&words.collect::<Vec<_>>(), width));
    }
    lines.join("\n")
}

/// `eval   42% ━━━━────  batch 5/12  ...`.
fn counted(name: &str, count: &Count, words: &[String], width: usize, coloured: bool) -> String {
    let percent = (count.share() * 100.0).floor();
    let share = format!("{percent:>3.0}%");
    let head = if name.is_empty() { share } else { format!("{name} {share}") };
    let numbers = format!("{} {}/{}", count.unit, count.done, count.all);
    let all: Vec<String> = std::iter::once(numbers).chain(words.iter().cloned()).collect();
    let room = width.saturating_sub(head.chars().count() + GAP.len());
    let words = fitting(&all, room);
    let bar = room.saturating_sub(words.chars().count() + GAP.len()).min(*BAR.end());
    let head: String = head.chars().take(width).collect();
    match (bar >= *BAR.start(), words.is_empty()) {
        (true, _) => format!("{head} {}{GAP}{words}", bar_of(count.share(), bar, coloured)),
        (false, true) => head,
        (false, false) => format!("{head}{GAP}{words}"),
    }
}

fn bar_of(share: f64, width: usize, coloured: bool) -> String {
    let done = ((share * width as f64).floor() as usize).min(width);
    let (done, rest) = ("━".repeat(done), "─".repeat(width - done));
    if coloured { format!("\x1b[36m{done}\x1b[0m{rest}") } else { format!("{done}{rest}") }
}

/// Words on two lines at most.
fn wrapped(words: &[String], width: usize) -> Vec<String> {
    let first = fitting(words, width);
    let shown = if first.is_empty() { 0 } else { first.matches(GAP).count() + 1 };
    let second = if shown == 0 { String::new() } else { fitting(&words[shown..], width) };
    [first, second].into_iter().filter(|line| !line.is_empty()).collect()
}

/// The first words that have room together; none has a gap in it.
fn fitting(words: &[String], width: usize) -> String {
    let mut line = String::new();
    for word in words {
        let gap = if line.is_empty() { "" } else { GAP };
        if line.chars().count() + gap.len() + word.chars().count() > width {
            break;
        }
        line += gap;
        line += word;
    }
    line
}

fn left(count: &Count, now: Instant) -> Option<String> {
    count.left(now).map(|left| format!("{} left", clock(left)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::picture::Part;
    use super::*;

    fn training(now: Instant) -> Picture {
        let mut work = Count::new("step", 0, 200);
        work.done = 50;
        Picture {
            title: Some("job 3 of 12".into()),
            work: Some(work.since(Duration::from_secs(100), now)),
            epochs: Some(10),
            words: ["loss 3.2101", "cls_action 2.1000", "512 samples/s"].map(str::to_owned).into(),
            part: None,
        }
    }

    #[test]
    fn a_run_at_several_widths() {
        let now = Instant::now();
        let picture = training(now);
        let at = |width| paint(&picture, width, false, now);
        assert_eq!(
            at(100),
            " 25% ━━━━━━━───────────────────────  step 50/200  epoch 2.5/10  5:00 left  job 3 of 12\n\
             loss 3.2101  cls_action 2.1000  512 samples/s"
        );
        assert_eq!(
            at(50),
            " 25% ━─────  step 50/200  epoch 2.5/10  5:00 left\n\
             loss 3.2101  cls_action 2.1000  512 samples/s"
        );
        assert_eq!(at(20), " 25%  step 50/200\nloss 3.2101\ncls_action 2.1000");
        assert_eq!(at(6), " 25%");
        assert_eq!(at(2), " 2");
        for width in 1..200 {
            let long = at(width).lines().map(|line| line.chars().count()).max();
            assert!(long <= Some(width), "{width}: {}", at(width));
        }
    }

    #[test]
    fn an_evaluation_within_and_alone() {
        let now = Instant::now();
        let mut count = Count::new("batch", 0, 8);
        count.done = 8;
        let part = Some(Part { name: "eval2".into(), count: count.since(Duration::ZERO, now) });
        let within = paint(&Picture { part, ..training(now) }, 60, false, now);
        assert_eq!(within.lines().count(), 3);
        let bar = "━".repeat(26);
        assert!(within.ends_with(&format!("\neval2 100% {bar}  batch 8/8  0:00 left")), "{within}");
        let count = Count::new("batch", 0, 8);
        let part = Some(Part { name: "eval".into(), count });
        let alone = Picture { part, title: Some("job 1 of 2".into()), ..Picture::default() };
        let expected = "eval   0% ──────  batch 0/8  job 1 of 2";
        assert_eq!(paint(&alone, 40, false, now), expected);
    }

    #[test]
    fn before_anything_is_counted() {
        let now = Instant::now();
        assert_eq!(paint(&Picture::default(), 80, false, now), "begins");
        assert_eq!(paint(&Picture::default(), 3, false, now), "");
    }

    #[test]
    fn colours_only_where_they_are_wanted() {
        let now = Instant::now();
        assert!(!paint(&training(now), 80, false, now).contains('\x1b'));
        assert!(paint(&training(now), 80, true, now).contains("\x1b[36m━"));
    }
}
