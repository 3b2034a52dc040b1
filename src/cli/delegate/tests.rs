use super::*;
use std::ffi::OsStr;

/// A fake `runner-libtorch`: a shell script with this body.
///
/// A child process writes it: were this one to, a test that forks at the same moment would
/// inherit the open file, and executing the script would fail as busy.
fn fake(dir: &Path, body: &str) -> PathBuf {
    let path = dir.join(SIBLING);
    let write = r##"printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod +x "$1""##;
    let arguments = [OsStr::new("-c"), OsStr::new(write), OsStr::new("sh"), path.as_os_str()];
    assert!(Command::new("sh").args(arguments).arg(body).status().unwrap().success());
    path
}

fn same_version() -> String {
    format!("echo 'runner {VERSION}'")
}

/// A binary that has flex alone, on a machine without a GPU.
fn front(sibling: PathBuf) -> Surroundings {
    let carries = |backend| backend == Backend::Flex;
    Surroundings { sibling, handed_over: false, nvidia: false, carries }
}

const NEED_LIBTORCH: [DeviceSpec; 3] =
    [DeviceSpec::Libtorch, DeviceSpec::LibtorchCuda(0), DeviceSpec::Cuda(1)];

#[test]
fn a_device_that_needs_libtorch_goes_to_the_sibling() {
    let dir = tempfile::tempdir().unwrap();
    let sibling = fake(dir.path(), &same_version());
    for device in NEED_LIBTORCH {
        assert_eq!(front(sibling.clone()).binary_for(&device).unwrap(), Some(sibling.clone()));
    }
    for device in [DeviceSpec::Flex, DeviceSpec::Wgpu, DeviceSpec::Auto] {
        assert_eq!(front(sibling.clone()).binary_for(&device).unwrap(), None);
    }
}

#[test]
fn a_binary_with_the_backend_keeps_the_run() {
    let absent = PathBuf::from("/nonexistent");
    let full = Surroundings { carries: |_| true, nvidia: true, ..front(absent.clone()) };
    let cuda = Surroundings { carries: |backend| backend == Backend::Cuda, ..front(absent) };
    for device in NEED_LIBTORCH.into_iter().chain([DeviceSpec::Auto, DeviceSpec::Flex]) {
        assert_eq!(full.binary_for(&device).unwrap(), None, "{device}");
    }
    assert_eq!(cuda.binary_for(&DeviceSpec::Cuda(0)).unwrap(), None);
    assert!(cuda.binary_for(&DeviceSpec::Libtorch).is_err());
}

#[test]
fn auto_gives_way_only_to_a_sibling_on_a_machine_with_a_gpu() {
    let dir = tempfile::tempdir().unwrap();
    let absent = dir.path().join(SIBLING);
    let no_sibling = Surroundings { nvidia: true, ..front(absent) };
    assert_eq!(no_sibling.binary_for(&DeviceSpec::Auto).unwrap(), None);
    let sibling = fake(dir.path(), &same_version());
    let both = Surroundings { nvidia: true, ..front(sibling.clone()) };
    assert_eq!(both.binary_for(&DeviceSpec::Auto).unwrap(), Some(sibling));
    let handed_over = Surroundings { handed_over: true, ..both };
    assert_eq!(handed_over.binary_for(&DeviceSpec::Auto).unwrap(), None);
}

#[test]
fn an_absent_sibling_is_said_plainly() {
    let error = front("/nonexistent/runner-libtorch".into())
        .binary_for(&DeviceSpec::LibtorchCuda(0))
        .unwrap_err()
        .to_string();
    for part in ["libtorch:cuda:0", "/nonexistent/runner-libtorch", "scripts/install-libtorch"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_sibling_of_another_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let sibling = fake(dir.path(), "echo 'runner 0.0.1 (abc)'");
    let error = front(sibling).binary_for(&DeviceSpec::Libtorch).unwrap_err();
    assert!(
        matches!(&error, DelegateError::OtherVersion { theirs, .. } if theirs == "0.0.1 (abc)")
    );
    assert!(error.to_string().contains(VERSION), "{error}");
}

#[test]
fn a_sibling_that_does_not_start_is_quoted() {
    let dir = tempfile::tempdir().unwrap();
    let body = "echo 'cannot open shared object file: libtorch_cpu.so' >&2; exit 127";
    let error = front(fake(dir.path(), body)).binary_for(&DeviceSpec::Libtorch).unwrap_err();
    assert!(error.to_string().contains("libtorch_cpu.so"), "{error}");
    let silent = front(fake(dir.path(), "exit 3")).binary_for(&DeviceSpec::Libtorch);
    assert!(silent.unwrap_err().to_string().contains("exit status: 3"));
    let folder = front(dir.path().to_owned()).binary_for(&DeviceSpec::Libtorch);
    assert!(matches!(folder.unwrap_err(), DelegateError::Absent { .. }));
}

#[test]
fn a_run_is_handed_over_once() {
    let again = Surroundings { handed_over: true, ..front("/nonexistent".into()) };
    for device in NEED_LIBTORCH {
        let error = again.binary_for(&device).unwrap_err();
        assert!(matches!(error, DelegateError::HandedOverTwice { .. }), "{error}");
    }
}

/// The process is replaced, so the test runs itself in a child, where the variable is set.
#[test]
fn the_sibling_gets_the_same_arguments_and_the_exit_code_comes_back() {
    const IN_CHILD: &str = "RUNNER_TEST_HAND_OVER";
    let args = ["+experiment=a b", "*", "$HOME", ""].map(OsString::from);
    if env::var_os(IN_CHILD).is_some() {
        delegate_if_needed(&DeviceSpec::Libtorch, &args).unwrap();
        return;
    }
    if Backend::Libtorch.is_compiled_in() {
        return; // nothing to hand over
    }
    let dir = tempfile::tempdir().unwrap();
    let version = same_version();
    let print = r#"[ "$RUNNER_HANDED_OVER" = $$ ] && printf '<%s>' "$@"; exit 75"#;
    let sibling =
        fake(dir.path(), &format!("[ \"$1\" = --version ] && {version} && exit\n{print}"));
    let name = "the_sibling_gets_the_same_arguments_and_the_exit_code_comes_back";
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", &format!("cli::delegate::tests::{name}")])
        .env(IN_CHILD, "1")
        .env(SIBLING_VARIABLE, sibling)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&child.stdout);
    assert_eq!(child.status.code(), Some(75), "{printed}");
    assert!(printed.contains("<+experiment=a b><*><$HOME><>"), "{printed}");
}
