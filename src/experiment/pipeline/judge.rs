//! What becomes of each stage.
//!
//! Forwards, from the first stage on, each is compared with what is there of its product; what a stage
//! is to read counts by the hash of what its maker is asked for, made or not. Backwards, from the last
//! stage on, only what somebody reads who runs is needed: a store that is there needs no model.

use super::MadeOf;
use super::identity::by_making;
use super::product::State;

/// What becomes of a stage.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It runs.
    Run,
    /// It runs again, over a product that was made of something else: what differs.
    Remake(Vec<String>),
    /// Its product is there.
    Done,
    /// Its product is there, and does not say what it was made of.
    Foreign,
    /// Nothing that runs reads its product.
    Unneeded,
}

impl Verdict {
    /// Whether the stage runs.
    pub fn runs(&self) -> bool {
        match self {
            Self::Run | Self::Remake(_) => true,
            Self::Done | Self::Foreign | Self::Unneeded => false,
        }
    }
}

/// What a verdict depends on, without configs.
pub(super) struct Case<'a> {
    pub(super) state: &'a State,
    pub(super) made_of: MadeOf,
    /// What identifies a product that came from elsewhere.
    pub(super) foreign: Option<String>,
    /// The key of each product that is read, and the place of the stage that makes it.
    pub(super) reads: Vec<(&'a str, Option<usize>)>,
}

/// What becomes of each case, and all that its product is to be made of.
pub(super) fn verdicts(cases: Vec<Case<'_>>) -> Vec<(Verdict, MadeOf)> {
    let mut known: Vec<Option<String>> = Vec::new();
    let mut judged: Vec<(Verdict, MadeOf)> = Vec::new();
    for case in &cases {
        let mut asked = case.made_of.clone();
        for (key, maker) in &case.reads {
            if let Some(maker) = maker {
                asked.inputs.insert((*key).to_owned(), known[*maker].clone());
            }
        }
        let to_be = asked.known_hash().map(|hash| by_making(&hash));
        let (verdict, identity) = match case.state {
            State::Absent => (Verdict::Run, to_be),
            State::Foreign => (Verdict::Foreign, case.foreign.clone()),
            State::Made(there) => match there.differences(&asked) {
                same if same.is_empty() => (Verdict::Done, Some(by_making(&there.hash()))),
                differences => (Verdict::Remake(differences), to_be),
            },
        };
        known.push(identity);
        judged.push((verdict, asked));
    }
    leave_out_unneeded(&cases, &mut judged);
    judged
}

/// Keeps of the stages those that the last one needs, or that one of these needs.
fn leave_out_unneeded(cases: &[Case<'_>], judged: &mut [(Verdict, MadeOf)]) {
    let mut needed = vec![false; cases.len()];
    if let Some(last) = needed.last_mut() {
        *last = true;
    }
    for (place, case) in cases.iter().enumerate().rev() {
        if !needed[place] {
            judged[place].0 = Verdict::Unneeded;
        } else if judged[place].0.runs() {
            case.reads.iter().filter_map(|(_, maker)| *maker).for_each(|at| needed[at] = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::super::made_of::Inputs;
    use super::*;

    /// A stage that reads others: its name is its only setting.
    struct Fake {
        seed: u64,
        state: State,
        reads: &'static [usize],
    }

    fn made_of(place: usize, seed: u64) -> MadeOf {
        let settings = [("stage".to_owned(), Json::from(place)), ("seed".to_owned(), seed.into())];
        MadeOf { settings: settings.into(), inputs: Inputs::new() }
    }

    fn judged(stages: &[Fake]) -> Vec<(Verdict, MadeOf)> {
        const KEYS: [&str; 3] = ["a", "b", "c"];
        let cases = stages.iter().enumerate().map(|(place, fake)| {
            let reads = fake.reads.iter().zip(KEYS).map(|(maker, key)| (key, Some(*maker)));
            Case {
                state: &fake.state,
                made_of: made_of(place, fake.seed),
                foreign: Some("sha256:x".into()),
                reads: reads.collect(),
            }
        });
        verdicts(cases.collect())
    }

    /// Weights and predictions of two teachers, their ensemble and its student, with nothing made.
    fn chain() -> Vec<Fake> {
        let absent = |reads| Fake { seed: 0, state: State::Absent, reads };
        [&[][..], &[0], &[], &[2], &[1, 3], &[4]].map(absent).into()
    }

    /// The same after everything was made.
    fn made() -> Vec<Fake> {
        let mut stages = chain();
        let all = judged(&stages);
        for (stage, (_, made_of)) in stages.iter_mut().zip(all).take(5) {
            stage.state = State::Made(Box::new(made_of));
        }
        stages
    }

    fn words(stages: &[Fake]) -> String {
        let word = |(verdict, _): &(Verdict, MadeOf)| match verdict {
            Verdict::Run => "run",
            Verdict::Remake(_) => "remake",
            Verdict::Done => "done",
            Verdict::Foreign => "foreign",
            Verdict::Unneeded => "-",
        };
        judged(stages).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn from_nothing_everything_runs_and_then_only_the_last() {
        assert_eq!(words(&chain()), "run run run run run run");
        assert_eq!(words(&made()), "- - - - done run");
    }

    #[test]
    fn another_seed_remakes_what_depends_on_it() {
        let mut stages = made();
        stages[2].seed = 1;
        assert_eq!(words(&stages), "- done remake remake remake run");
        let (verdict, _) = &judged(&stages)[4];
        assert_eq!(*verdict, Verdict::Remake(vec!["b: another content".into()]));
    }

    #[test]
    fn what_is_gone_is_made_again_from_what_is_there() {
        let mut stages = made();
        stages[4].state = State::Absent;
        assert_eq!(words(&stages), "- done - done run run");
        stages[1].state = State::Absent;
        assert_eq!(words(&stages), "done run - done run run");
        // A store that is there needs no model.
        stages[2].state = State::Absent;
        assert_eq!(words(&stages), "done run - done run run");
    }

    #[test]
    fn what_came_from_elsewhere_is_taken_and_counts_by_its_content() {
        let mut stages = chain();
        stages[3].state = State::Foreign;
        assert_eq!(words(&stages), "run run - foreign run run");
        let imported = judged(&stages);
        assert_eq!(imported[4].1.inputs["b"], Some("sha256:x".into()));
        stages[4].state = State::Made(Box::new(imported[4].1.clone()));
        assert_eq!(words(&stages), "- - - - done run");
        stages[4].state = State::Foreign;
        assert_eq!(words(&stages), "- - - - foreign run");
    }

    #[test]
    fn an_input_that_is_not_there_condemns_no_product() {
        let stages = made();
        let mut all = judged(&stages);
        let cases = stages.iter().enumerate().map(|(place, fake)| {
            let mut made_of = made_of(place, fake.seed);
            if place == 0 {
                made_of.inputs.insert("corpus".into(), None);
            }
            let reads = fake.reads.iter().zip(["a", "b"]).map(|(maker, key)| (key, Some(*maker)));
            Case { state: &fake.state, made_of, foreign: None, reads: reads.collect() }
        });
        all[0].0 = Verdict::Unneeded;
        let found: Vec<_> =
            verdicts(cases.collect()).into_iter().map(|(verdict, _)| verdict).collect();
        let expected: Vec<_> = all.into_iter().map(|(verdict, _)| verdict).collect();
        assert_eq!(found, expected);
    }
}
