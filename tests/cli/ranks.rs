//! Several processes of one command, as the environment declares them, without MPI.

use crate::support::{Place, QUICK, stderr, stdout};

#[cfg(not(feature = "mpi"))]
#[test]
fn a_binary_without_mpi_refuses_to_train_one_model_several_times() {
    let declared = [
        [("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "2")],
        [("PMI_RANK", "0"), ("PMI_SIZE", "2")],
        [("SLURM_PROCID", "1"), ("SLURM_NTASKS", "2")],
    ];
    for variables in declared {
        let place = Place::new();
        let output = place.runner(QUICK).envs(variables).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let text = stderr(&output);
        let variable = variables[1].0;
        let told =
            format!("error: {variable} says that this is one of 2 processes, and this binary has");
        assert!(text.contains(&told) && text.contains("--features mpi"), "{text}");
        assert!(place.is_empty());
    }
}

#[cfg(feature = "mpi")]
#[test]
fn processes_that_mpi_does_not_join_are_refused() {
    let place = Place::new();
    let variables = [("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2")];
    let output = place.runner(QUICK).envs(variables).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("one of 2 processes, and MPI joins 1"), "{text}");
    assert!(place.is_empty());
}

#[test]
fn one_process_of_one_is_alone_and_a_config_is_printed_for_any() {
    let place = Place::new();
    let one = [("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "1")];
    let output = place.runner(QUICK).arg("hydra.run.dir=run").envs(one).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let two = [("SLURM_PROCID", "1"), ("SLURM_NTASKS", "2")];
    for arg in [["--cfg", "job"], ["--info", "config"]] {
        let output = place.runner(QUICK).args(arg).envs(two).output().unwrap();
        assert!(output.status.success() && !stdout(&output).is_empty());
    }
}

#[test]
fn what_one_process_does_is_not_done_several_times() {
    let place = Place::new();
    let args = ["+experiment=ek55_teacher_bert", "+debug=synthetic", "task=teacher_predict"];
    let two = [("SLURM_PROCID", "1"), ("SLURM_NTASKS", "2")];
    let output = place.runner(args).envs(two).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("task=teacher_predict is the work of one"), "{text}");
    assert!(text.contains("SLURM_NTASKS=1"), "{text}");
}
