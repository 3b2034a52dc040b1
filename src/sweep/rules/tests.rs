//! Which jobs conditions leave, over the repository's `conf/`.

use super::*;
use crate::config::{ComposeRequest, RunMode, Runtime};

/// The jobs of a sweep of `hydra/sweeper=grid`, overrides joined with blanks.
fn jobs(overrides: &[&str]) -> Result<Vec<String>, String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut runtime = Runtime::new(root.to_owned());
    runtime.mode = Some(RunMode::Multirun);
    let overrides = ["hydra/sweeper=grid"].iter().chain(overrides).enumerate();
    let overrides = overrides.map(|(index, text)| OverrideArg::argument(index + 1, text)).collect();
    let request = ComposeRequest { overrides, ..ComposeRequest::new(root.join("conf"), runtime) };
    let composer = Composer::new(request);
    let whole = composer.compose().map_err(|errors| errors.to_string())?;
    let jobs = super::super::jobs(&whole, &composer).map_err(|error| error.to_string())?;
    let text = |task: Vec<OverrideArg>| task.into_iter().map(|arg| arg.text).collect::<Vec<_>>();
    Ok(jobs.into_iter().map(|(_, task)| text(task).join(" ")).collect())
}

const MOMENTUM: &str = "hydra.sweeper.when={opt.optimizer.momentum:\"opt/optimizer == 'sgd'\"}";

type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

/// Rows of an id, a sweep and its jobs.
fn leaves(rows: &[Row<'_>]) {
    for (id, overrides, expected) in rows {
        assert_eq!(&jobs(overrides).unwrap(), expected, "{id}");
    }
}

#[test]
fn conditions_leave_jobs_out() {
    leaves(&[
        (
            "product",
            &["seed=1,2", "distill=0,1"],
            &["seed=1 distill=0", "seed=1 distill=1", "seed=2 distill=0", "seed=2 distill=1"][..],
        ),
        ("duplicates", &["seed=1,1,2"], &["seed=1", "seed=2"]),
        (
            "exclude",
            &["seed=1,2", "distill=0,1", "hydra.sweeper.exclude='seed == 1 and distill == 1'"],
            &["seed=1 distill=0", "seed=2 distill=0", "seed=2 distill=1"],
        ),
        (
            "any-excludes",
            &["seed=1,2,3", "hydra.sweeper.exclude=['seed == 1','seed == 3']"],
            &["seed=2"],
        ),
        (
            "only",
            &["seed=1,2", "distill=1,2", "hydra.sweeper.only='seed == distill'"],
            &["seed=1 distill=1", "seed=2 distill=2"],
        ),
        ("all-of-only", &["seed=1,2,3", "hydra.sweeper.only=['seed > 1','seed < 3']"], &["seed=2"]),
        (
            "only-and-exclude",
            &["seed=1,2,3", "hydra.sweeper.only='seed > 1'", "hydra.sweeper.exclude='seed == 3'"],
            &["seed=2"],
        ),
        ("nothing-left", &["seed=1,2", "hydra.sweeper.only='seed > 5'"], &[]),
    ]);
}

#[test]
fn jobs_leave_keys_alone() {
    leaves(&[
        (
            "when",
            &["opt/optimizer=sgd,adam", "opt.optimizer.momentum=0.5,0.9", MOMENTUM],
            &[
                "opt/optimizer=sgd opt.optimizer.momentum=0.5",
                "opt/optimizer=sgd opt.optimizer.momentum=0.9",
                "opt/optimizer=adam",
            ],
        ),
        (
            "when-comes-first",
            &["opt.optimizer.momentum=0.5,0.9", "opt/optimizer=sgd,adam", MOMENTUM],
            &[
                "opt.optimizer.momentum=0.5 opt/optimizer=sgd",
                "opt/optimizer=adam",
                "opt.optimizer.momentum=0.9 opt/optimizer=sgd",
            ],
        ),
        (
            "chain",
            &[
                "seed=1,2",
                "run_id=3,4",
                "distill=0,1",
                "hydra.sweeper.when={distill:\"run_id == 3\",run_id:\"seed == 1\"}",
            ],
            &[
                "seed=1 run_id=3 distill=0",
                "seed=1 run_id=3 distill=1",
                "seed=1 run_id=4",
                "seed=2",
            ],
        ),
    ]);
}

#[test]
fn what_conditions_are_asked_about() {
    leaves(&[
        (
            "value-of-the-config-instead",
            &[
                "seed=1,2",
                "run_id=0,5",
                "distill=0,1",
                "hydra.sweeper.when={distill:\"run_id == 0\",run_id:\"seed == 1\"}",
            ],
            &[
                "seed=1 run_id=0 distill=0",
                "seed=1 run_id=0 distill=1",
                "seed=1 run_id=5",
                "seed=2 distill=0",
                "seed=2 distill=1",
            ],
        ),
        (
            "plain-override",
            &["seed=1,2", "distill=5", "hydra.sweeper.when={distill:\"seed == 1\"}"],
            &["seed=1 distill=5", "seed=2"],
        ),
        (
            "other-key",
            &["seed=1,2", "run_id=0", "hydra.sweeper.only='train.batch_size > 1 and run_id == 0'"],
            &["seed=1 run_id=0", "seed=2 run_id=0"],
        ),
        (
            "exclude-sees-when",
            &[
                "seed=1,2",
                "distill=7,8",
                "hydra.sweeper.when={distill:\"seed == 1\"}",
                "hydra.sweeper.exclude='distill == 0'",
            ],
            &["seed=1 distill=7", "seed=1 distill=8"],
        ),
    ]);
}

#[test]
fn refused() {
    for (id, overrides, problem) in [
        ("syntax", &["seed=1,2", "hydra.sweeper.only='seed = 1'"][..], "expected `==` or `!=`"),
        ("unknown-key", &["seed=1,2", "hydra.sweeper.exclude='sed == 1'"], "`sed` has no value"),
        ("no-truth", &["seed=1,2", "hydra.sweeper.only=seed"], "expected true or false"),
        ("kind", &["seed=1,2", "hydra.sweeper.only=3"], "hydra.sweeper.only"),
        ("kind-in-list", &["seed=1,2", "hydra.sweeper.exclude=[3]"], "hydra.sweeper.exclude"),
        ("when-kind", &["seed=1,2", "hydra.sweeper.when=x"], "hydra.sweeper.when"),
        ("when-no-text", &["seed=1,2", "hydra.sweeper.when={seed:true}"], "hydra.sweeper.when"),
        (
            "when-not-swept",
            &["seed=1,2", "hydra.sweeper.when={distill:\"seed == 1\"}"],
            "`distill` is not among",
        ),
        ("when-syntax", &["seed=1,2", "hydra.sweeper.when={seed:\"1 ==\"}"], "the text ends"),
        (
            "circle",
            &[
                "seed=1,2",
                "distill=1,2",
                "hydra.sweeper.when={seed:\"distill == 1\",distill:\"seed == 1\"}",
            ],
            "in a circle",
        ),
        ("of-itself", &["seed=1,2", "hydra.sweeper.when={seed:\"seed == 1\"}"], "in a circle"),
        ("interval", &["distill=interval(0,1)"], "`hydra/sweeper=random` and `=tpe`"),
        ("unknown-setting", &["seed=1,2", "+hydra.sweeper.include='seed == 1'"], "unknown key"),
        (
            "text-in-no-quotes",
            &["opt/optimizer=sgd,adam", "hydra.sweeper.only='opt/optimizer == sgd'"],
            "a text is written in quotes",
        ),
    ] {
        let error = jobs(overrides).unwrap_err();
        assert!(error.contains(problem), "{id}: {error}");
    }
}
