//! A misspelt override, run or metric proposes the right one; what is like nothing proposes nothing.
//!
//! Commands, flags and their values have their table beside the code, in `src/cli/usage.rs`.

use crate::support::{Place, QUICK, stderr};

/// The lines of help for a command that is refused, and writes nothing.
fn proposed(place: &Place, args: &[&str]) -> String {
    let output = place.runner(args.iter().copied()).output().unwrap();
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
    assert!(output.stdout.is_empty() && !text.contains("panicked"), "{args:?}: {text}");
    let help = text.lines().filter_map(|line| line.split_once("help: "));
    help.map(|(_, help)| help).collect::<Vec<_>>().join("\n")
}

#[test]
fn overrides() {
    let place = Place::new();
    let mut wrong = Vec::new();
    for (line, expected) in [
        // groups
        ("+experment=ek55_ensemble", "`+experiment=ek55_ensemble`"),
        ("+experiments=ek55_ensemble", "`+experiment=ek55_ensemble`"),
        ("experment=ek55_ensemble", "`+experiment=ek55_ensemble`"),
        ("+expermient=ek55_bert", "`+experiment=ek55_bert`"),
        ("+Experiment=ek55_bert", "`+experiment=ek55_bert`"),
        ("+debgu=synthetic", "`+debug=synthetic`"),
        ("opt/optimiser=adam", "`opt/optimizer=adam`"),
        ("opt/optimzer=adam", "`opt/optimizer=adam`"),
        ("opt/schedular=cosine", "`opt/scheduler=cosine`"),
        ("optimizer/opt=adam", ""),
        ("model/backbnoe=identity", "`model/backbone=identity`"),
        ("model/temporal-aggregator=mean", "`model/temporal_aggregator=mean`"),
        ("hydra/luncher=slurm", "`hydra/launcher=slurm`"),
        ("opt.optimizer=adam", "`opt/optimizer=adam`"),
        ("opt.optimiser=adam", "`opt"),
        // options
        ("+experiment=ek55_ensembel", "`ek55_ensemble`"),
        ("+experiment=ek55-ensemble", "`ek55_ensemble`"),
        ("+experiment=egtea_brt", "`egtea_bert`"),
        ("+debug=syntetic", "`synthetic`"),
        ("opt/optimizer=adamm", "`adam`"),
        ("opt/optimizer=sdg", "`sgd`"),
        ("opt/scheduler=consine", "`cosine`"),
        ("teacher=ek55_brt", "`ek55_bert`"),
        ("hydra/launcher=slrum", "`slurm`"),
        ("hydra/sweeper=gird", "`grid`"),
        // keys
        ("distil=0.5", "`distill`"),
        ("disitll=0.5", "`distill`"),
        ("distills=0.5", "`distill`"),
        ("Distill=0.5", "`distill`"),
        ("sead=1", "`seed`"),
        ("devcie=flex", "`device`"),
        ("run-id=1", "`run_id`"),
        ("train.batchsize=4", "`batch_size`"),
        ("train.batch-size=4", "`batch_size`"),
        ("train.num_epoch=3", "`num_epochs`"),
        ("trian.num_epochs=3", "`train`"),
        ("opt.warm_up.num_epochs=1", "`warmup`"),
        ("model.dropuot=0.1", "`dropout`"),
        ("ens_distil=1", "`ens_distill`"),
        ("++trian.num_epochs=3", "`train.num_epochs=3`"),
        // the wrong level
        ("batch_size=3", "`train.batch_size=3`"),
        ("num_epochs=3", "`train.num_epochs=3`"),
        ("lr=0.1", "`opt.lr_wd=0.1`"),
        ("model.batch_size=3", "`train.batch_size=3`"),
        ("training.batch_size=3", "`train.batch_size=3`"),
        ("backbone_dim=32", "`model.backbone_dim=32`"),
        // no value
        ("distill", "did you mean `distill=...`?"),
        ("distil", "did you mean `distill=...`?"),
        ("+experiment", "did you mean `experiment=...`?"),
        ("train.num_epochs", "did you mean `train.num_epochs=...`?"),
        ("ek55_avt_tsn", "did you mean `+experiment=ek55_avt_tsn`?"),
        ("adamW", "did you mean `opt/optimizer=adamW`?"),
        ("anything", "an override is `key=value`"),
        // values
        ("device=flx", "`flex`"),
        ("task=trian", "`train`"),
        // nothing like it
        ("banana=1", ""),
        ("+banana=1", ""),
        ("+experiment=banana", ""),
        ("opt/optimizer=banana", ""),
        ("train.banana=1", ""),
        ("banana.peel=1", ""),
        ("xy=1", ""),
    ] {
        let found = proposed(&place, &[line]);
        let is_right =
            if expected.is_empty() { found.is_empty() } else { found.contains(expected) };
        if !is_right {
            wrong.push(format!("{line}: `{found}`, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(place.is_empty(), "something was written");
}

/// In a sweep and behind an experiment as well.
#[test]
fn overrides_of_a_sweep() {
    let place = Place::new();
    for (args, expected) in [
        (["-m", "distil=1,20"], "`distill`"),
        (["-m", "batch_size=1,2"], "`train.batch_size=1,2`"),
        (["-m", "+experment=ek55_bert,ek55_roberta"], "`+experiment=ek55_bert,ek55_roberta`"),
        (["+experiment=ek55_ensemble", "+debgu=synthetic"], "`+debug=synthetic`"),
        (["+experiment=ek55_ensemble", "num_epochs=3"], "`train.num_epochs=3`"),
    ] {
        let found = proposed(&place, &args);
        assert!(found.contains(expected), "{args:?}: {found}");
    }
    assert!(place.is_empty(), "something was written");
}

#[test]
fn runs_metrics_and_states() {
    let place = Place::new();
    assert!(place.runner(QUICK).output().unwrap().status.success());
    for (line, expected) in [
        ("runs show ek55_ensembel/0001", "did you mean `ek55_ensemble/0001`?"),
        ("runs show ek55_ensemble/0009", "did you mean `ek55_ensemble/0001`?"),
        ("runs resume ek55-ensemble/0001", "did you mean `ek55_ensemble/0001`?"),
        ("runs list --sort best.acton.top1", "did you mean `best.action.top1`?"),
        ("runs list --sort staretd", "did you mean `started`?"),
        ("runs list --columns distil", "did you mean `distill`?"),
        ("runs list last.los>1", "did you mean `last.loss`?"),
        ("runs list --state compleeted", "did you mean `completed`?"),
        ("runs list --sort banana", ""),
        ("runs show banana", "`runner runs list` shows what there is"),
    ] {
        let output = place.command(line.split(' ')).output().unwrap();
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{line}: {text}");
        let help = text.split_once("help: ").map_or("", |(_, help)| help.trim_end());
        assert_eq!(help, expected, "{line}: {text}");
    }
}
