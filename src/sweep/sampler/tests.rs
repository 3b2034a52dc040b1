//! Studies over the repository's `conf/`: which points, in which order, whatever the history.

use super::*;
use crate::config::{ComposeRequest, RunMode, Runtime};

/// A sweep over `conf/`.
fn composer(overrides: &[&str]) -> Composer {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut runtime = Runtime::new(root.to_owned());
    runtime.mode = Some(RunMode::Multirun);
    let overrides = overrides.iter().enumerate();
    let overrides = overrides.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect();
    Composer::new(ComposeRequest { overrides, ..ComposeRequest::new(root.join("conf"), runtime) })
}

fn with<T>(overrides: &[&str], of: impl FnOnce(&Sampler<'_>) -> T) -> T {
    let composer = composer(overrides);
    let whole = composer.compose().unwrap();
    of(&Sampler::new(&whole, &composer).unwrap().unwrap())
}

fn refused(overrides: &[&str]) -> String {
    let composer = composer(overrides);
    let whole = composer.compose().unwrap();
    Sampler::new(&whole, &composer).err().unwrap().to_string()
}

fn texts(point: Vec<OverrideArg>) -> Vec<String> {
    point.into_iter().map(|arg| arg.text).collect()
}

fn drawn(sampler: &Sampler<'_>, number: usize, history: &[Trial]) -> Vec<String> {
    texts(sampler.draw(number, history).unwrap())
}

/// A value of a trial, and so one of its metric, from what it drew.
fn value(overrides: &[String]) -> f64 {
    overrides
        .iter()
        .map(|text| text.split_once('=').unwrap().1)
        .map(|text| text.parse::<f64>().map_or(text.len() as f64, |x| -(x - 3.0).abs()))
        .sum()
}

/// Draws all trials, each with the results of those before it but for the last `late`.
fn study(sampler: &Sampler<'_>, late: usize) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    for number in 0..sampler.trials() {
        let known = trials.iter().cloned().map(|mut trial| {
            let is_late = trial.number + late >= number;
            trial.outcome = if is_late { TrialOutcome::Pending } else { trial.outcome };
            trial
        });
        let overrides = drawn(sampler, number, &known.collect::<Vec<_>>());
        let outcome = TrialOutcome::Value(value(&overrides));
        trials.push(Trial { number, overrides, outcome });
    }
    trials
}

const MIXED: [&str; 4] = [
    "hydra/sweeper=tpe",
    "distill=interval(0,10)",
    "train.batch_size=int(interval(1,8))",
    "opt/optimizer=sgd,adam",
];

#[test]
fn the_same_seed_is_the_same_study() {
    let of = |seed: &str| with(&[&MIXED[..], &[seed]].concat(), |sampler| study(sampler, 0));
    assert_eq!(of("hydra.sweeper.seed=1"), of("hydra.sweeper.seed=1"));
    assert_ne!(of("hydra.sweeper.seed=1"), of("hydra.sweeper.seed=2"));
    assert_eq!(of("hydra.sweeper.seed=2"), of("hydra.sweeper.sampler.seed=2"));
}

#[test]
fn a_study_goes_on_where_it_was_stopped() {
    let trials = with(&MIXED, |sampler| study(sampler, 0));
    with(&MIXED, |sampler| {
        for number in [0, 5, 12, 19] {
            let mut history = trials[..number].to_vec();
            assert_eq!(drawn(sampler, number, &history), trials[number].overrides, "{number}");
            history.reverse();
            history.push(trials[number].clone()); // what was said of it before
            assert_eq!(drawn(sampler, number, &history), trials[number].overrides, "{number}");
        }
    });
}

#[test]
fn results_may_come_late_or_never() {
    with(&MIXED, |sampler| {
        for late in [1, 4, 20] {
            let trials = study(sampler, late);
            let points: HashSet<_> = trials.iter().map(|trial| &trial.overrides).collect();
            assert_eq!(points.len(), 20, "{late}");
        }
        let mut trials = study(sampler, 0);
        trials.truncate(15);
        for outcome in [
            TrialOutcome::Failed,
            TrialOutcome::Value(f64::NAN),
            TrialOutcome::Value(f64::INFINITY),
            TrialOutcome::Pending,
        ] {
            trials.iter_mut().for_each(|trial| trial.outcome = outcome);
            assert_eq!(drawn(sampler, 15, &trials), drawn(sampler, 15, &trials), "{outcome:?}");
        }
    });
}

#[test]
fn direction() {
    let far = |direction: &str| {
        let sweep = ["hydra/sweeper=tpe", "distill=interval(0,6)", "hydra.sweeper.n_trials=40"];
        with(&[&sweep[..], &[direction]].concat(), |sampler| {
            let last = study(sampler, 0).split_off(30);
            last.iter().map(|trial| -value(&trial.overrides)).sum::<f64>() / 10.0
        })
    };
    let (high, low) =
        (far("hydra.sweeper.direction=maximize"), far("hydra.sweeper.direction=minimize"));
    // Evenly drawn ones are 1.5 away.
    assert!(high < 1.0 && low > 2.0, "{high} {low}");
}

#[test]
fn random_points_do_not_depend_on_results() {
    let sweep = ["hydra/sweeper=random", "distill=tag(log,interval(1e-3,10))", "seed=range(9)"];
    with(&sweep, |sampler| {
        let known: Vec<_> = sampler.known().unwrap().into_iter().map(texts).collect();
        let trials: Vec<_> = study(sampler, 0).into_iter().map(|trial| trial.overrides).collect();
        assert_eq!((known.len(), &known), (20, &trials));
        assert_eq!(drawn(sampler, 3, &[]), known[3]);
    });
}

#[test]
fn what_is_known_before_the_first_result() {
    with(&MIXED, |sampler| {
        let known: Vec<_> = sampler.known().unwrap().into_iter().map(texts).collect();
        assert_eq!((sampler.trials(), known.len()), (20, 10));
        let trials = study(sampler, 2);
        assert!(trials.iter().zip(&known).all(|(trial, known)| trial.overrides == *known));
        assert_eq!((sampler.metric(), sampler.maximizes()), ("final_acc/action/top1", true));
    });
}

#[test]
fn a_small_space_is_drawn_to_its_end_and_no_further() {
    for sweeper in ["hydra/sweeper=random", "hydra/sweeper=tpe"] {
        let sweep = [sweeper, "distill=0,1,20,150", "seed=zip(1,2,3)", "run_id=zip(7,8,9)"];
        with(&sweep, |sampler| {
            let trials = study(sampler, 3);
            let points: HashSet<_> = trials.iter().map(|trial| &trial.overrides).collect();
            assert_eq!((trials.len(), points.len()), (12, 12), "{sweeper}");
            let zipped = |one: &Trial| one.overrides[1][5..].parse::<i32>().unwrap() + 6;
            assert!(trials.iter().all(|one| one.overrides[2] == format!("run_id={}", zipped(one))));
        });
    }
    with(&["hydra/sweeper=random", "distill=range(0)"], |sampler| {
        assert_eq!((sampler.trials(), sampler.known().unwrap().len()), (0, 0));
        assert!(sampler.draw(0, &[]).is_err());
    });
}

#[test]
fn conditions_hold_for_drawn_points() {
    let sweep = [
        "distill=interval(0,10)",
        "opt/optimizer=sgd,adam",
        "opt.optimizer.momentum=0.5,0.9",
        "hydra.sweeper.exclude='distill > 5'",
        "hydra.sweeper.when={opt.optimizer.momentum:\"opt/optimizer == 'sgd'\"}",
    ];
    for sweeper in ["hydra/sweeper=random", "hydra/sweeper=tpe"] {
        with(&[&[sweeper][..], &sweep].concat(), |sampler| {
            for trial in study(sampler, 1) {
                assert!(trial.overrides[0][8..].parse::<f64>().unwrap() <= 5.0, "{trial:?}");
                let length = if trial.overrides[1].ends_with("sgd") { 3 } else { 2 };
                assert_eq!(trial.overrides.len(), length, "{trial:?}");
            }
        });
    }
    let none =
        ["hydra/sweeper=tpe", "distill=interval(1,2)", "hydra.sweeper.exclude='distill > 0'"];
    with(&none, |sampler| {
        let error = sampler.draw(0, &[]).unwrap_err().to_string();
        assert!(error.contains("none of 1000 is a job"), "{error}");
    });
}

#[test]
fn a_trial_of_another_sweep_is_refused() {
    let trial = |overrides: &[&str]| Trial {
        number: 3,
        overrides: overrides.iter().map(|&text| text.to_owned()).collect(),
        outcome: TrialOutcome::Failed,
    };
    let right = ["distill=2.5", "train.batch_size=3", "opt/optimizer=sgd"];
    with(&MIXED, |sampler| {
        sampler.draw(10, &[trial(&right)]).unwrap();
        for (wrong, problem) in [
            (&right[..2], "found the end"),
            (&["distill=11.5", right[1], right[2]], "found `distill=11.5`"),
            (&[right[0], "train.batch_size=2.5", right[2]], "`train.batch_size=2.5`"),
            (&[right[0], right[1], "opt/optimizer=adamw"], "`opt/optimizer=adamw`"),
            (&[right[0], right[1], right[2], "seed=1"], "`seed=1` is not part"),
            (&[], "found the end"),
        ] {
            let error = sampler.draw(10, &[trial(wrong)]).unwrap_err().to_string();
            assert!(error.contains("trial 3") && error.contains(problem), "{error}");
        }
    });
    with(
        &["hydra/sweeper=tpe", "seed=zip(1,2)", "run_id=zip(1,2)", "distill=interval(0,1)"],
        |one| {
            let error = one.draw(10, &[trial(&["seed=1", "run_id=2", "distill=0.5"])]).unwrap_err();
            assert!(error.to_string().contains("are not zipped"), "{error}");
        },
    );
}

#[test]
fn probes_show_every_choice_and_both_ends() {
    with(&MIXED, |sampler| {
        let probes: Vec<_> = sampler.probes().unwrap().into_iter().flat_map(texts).collect();
        for text in ["distill=0.0", "distill=10.0", "train.batch_size=1", "train.batch_size=8"] {
            assert!(probes.iter().any(|probe| probe == text), "{text}: {probes:?}");
        }
        assert!(probes.iter().any(|probe| probe == "opt/optimizer=adam"));
    });
    with(&["hydra/sweeper=random", "seed=1,2", "distill=0,1,2"], |sampler| {
        assert_eq!(sampler.probes().unwrap().len(), 6);
    });
}

#[test]
fn what_is_drawn_is_read_back_as_the_same_number() {
    let sweep = [
        "hydra/sweeper=random",
        "distill=tag(log,interval(1e-20,1e20))",
        "seed=int(interval(-3,3))",
    ];
    with(&sweep, |sampler| {
        for trial in study(sampler, 0) {
            let arguments: Vec<_> =
                trial.overrides.iter().map(|t| OverrideArg::argument(1, t)).collect();
            let space = crate::sweep::SearchSpace::new(&arguments, &|_| Vec::new()).unwrap();
            let spelt = |one: &crate::sweep::Dimension| match one.domain() {
                crate::sweep::Domain::Choices(choices) => one.pick(choices[0].text()).text,
                crate::sweep::Domain::Interval { .. } => String::new(),
            };
            assert_eq!(space.dimensions().iter().map(spelt).collect::<Vec<_>>(), trial.overrides);
        }
    });
}

#[test]
fn every_sweeper_is_an_option_that_it_reads() {
    for name in crate::sweep::sweepers() {
        let composer = composer(&[&*format!("hydra/sweeper={name}"), "seed=1,2"]);
        let whole = composer.compose().unwrap();
        let draws = Sampler::new(&whole, &composer).unwrap().is_some();
        assert_eq!(draws, ["random", "tpe"].contains(&name), "{name}");
    }
}

#[test]
fn settings_that_cannot_be_used() {
    for (sweep, problem) in [
        (&["hydra/sweeper=tpe", "hydra.sweeper.n_trials=0"][..], "expected at least 1"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.n_trials=-1"], "not negative, got -1"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.n_jobs=2"], "hydra.launcher.n_jobs"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.sampler.gamma=0"], "a share of the points"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.sampler.n_ei_candidates=0"], "at least 1"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.direction=up"], "minimize, maximize"),
        (&["hydra/sweeper=tpe", "hydra.sweeper.metric=null"], "hydra.sweeper.metric"),
        (&["hydra/sweeper=random", "+hydra.sweeper.n_trails=2"], "unknown key"),
        (&["hydra/sweeper=random", "+hydra.sweeper.sampler.gamma=0.1"], "unknown key"),
        (&["hydra/sweeper=random", "hydra.sweeper._target_=a.OptunaSweeper"], "no such sweeper"),
        (&["hydra/sweeper=random", "hydra.sweeper._target_=a.optuna.B"], "hydra/sweeper=tpe"),
        (&["hydra/sweeper=random", "hydra.sweeper.exclude=1"], "hydra.sweeper.exclude"),
        (&["hydra/sweeper=random", "distill=interval(2,1)"], "ends before it starts"),
        (&["hydra/sweeper=random", "distill=interval(0,inf)"], "must be finite"),
        (&["hydra/sweeper=random", "distill=tag(log,interval(0,1))"], "starts above 0"),
        (&["hydra/sweeper=random", "distill=tag(lgo,interval(1,2))"], "`lgo` is no tag"),
        (&["hydra/sweeper=random", "seed=zip(1,2)", "run_id=zip(1,2,3)"], "as many values"),
        (&["hydra/sweeper=random", "seed=1,2", "hydra.sweeper.only='seed > 5'"], "none of 2"),
    ] {
        let error = refused(sweep);
        assert!(error.contains(problem), "{sweep:?}: {error}");
    }
}
