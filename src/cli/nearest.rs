//! How alike two words are: what a misspelt one may have meant.
//!
//! | word | means | because |
//! |---|---|---|
//! | `num-epochs`, `Num_Epochs` | `num_epochs` | the same but for case and dashes |
//! | `distil`, `ensembel`, `optimiser` | `distill`, `ensemble`, `optimizer` | a letter missing, too many, other or swapped |
//! | `comp`, `complete` | `completions` | its beginning |
//! | `experiments` | `experiment` | its plural |
//! | `table` | nothing | a proposal would puzzle more than help |

/// The candidate most like `word`, when one is like it at all; the first of equals.
pub(in crate::cli) fn nearest<'a>(word: &str, candidates: &'a [String]) -> Option<&'a str> {
    nearest_of(word, candidates.iter().map(String::as_str)).map(|(name, _)| name)
}

/// The same among any names, with how alike they are: 1 for the same word.
pub(in crate::cli) fn nearest_of<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<(&'a str, f64)> {
    let alike = candidates.filter_map(|candidate| Some((candidate, likeness(word, candidate)?)));
    // Of equals the last would win.
    alike.fold(None, |best: Option<(&str, f64)>, one| match best {
        Some(best) if best.1 >= one.1 => Some(best),
        _ => Some(one),
    })
}

/// How alike a word and a candidate are; `None` when they are not.
pub(in crate::cli) fn likeness(word: &str, candidate: &str) -> Option<f64> {
    /// That of a beginning: any slip of the pen is nearer.
    const BEGINNING: f64 = 0.3;
    const SHORTEST_BEGINNING: usize = 3;
    const LONG: usize = 6;
    const ENDING: usize = 2;
    let [word, candidate] = [word, candidate].map(plain);
    let [length, longest] = [word.chars().count(), candidate.chars().count()];
    let longest = longest.max(length);
    let slips = strsim::osa_distance(&word, &candidate);
    if slips <= allowed(length) && slips < longest {
        // A common beginning decides among those that are equally far.
        let tie = strsim::jaro_winkler(&word, &candidate) * 1e-3;
        return Some(1.0 - slips as f64 / longest as f64 + tie);
    }
    let shared = word.chars().zip(candidate.chars()).take_while(|(a, b)| a == b).count();
    // All of a short word, all but the ending of a longer one.
    let ending = if length > LONG { ENDING } else { 0 };
    let begins = length >= SHORTEST_BEGINNING && shared + ending >= length;
    let is_plural = [format!("{candidate}s"), format!("{candidate}es")].contains(&word);
    (begins || is_plural).then_some(BEGINNING)
}

/// How many slips a word of so many letters may have.
fn allowed(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 12] = [
        "adam",
        "sgd",
        "distill",
        "optimizer",
        "completions",
        "runs",
        "list",
        "num_epochs",
        "train",
        "ek55_ensemble",
        "ek55_bert",
        "data",
    ];

    #[test]
    fn proposals_are_like_the_word() {
        let known = KNOWN.map(str::to_owned);
        for (word, expected) in [
            ("adamm", Some("adam")),
            ("sdg", Some("sgd")),
            ("distil", Some("distill")),
            ("optimiser", Some("optimizer")),
            ("comp", Some("completions")),
            ("complete", Some("completions")),
            ("run", Some("runs")),
            ("lists", Some("list")),
            ("lsit", Some("list")),
            ("num-epochs", Some("num_epochs")),
            ("NumEpochs", Some("num_epochs")),
            ("Train", Some("train")),
            ("ek55_ensembel", Some("ek55_ensemble")),
            ("ek55_brt", Some("ek55_bert")),
            ("datas", Some("data")),
            ("xyz", None),
            ("table", None),
            ("dog", None),
            ("learning_rate", None),
            ("in", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
    }
}
