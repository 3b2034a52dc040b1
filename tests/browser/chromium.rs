//! Python, Chromium and its driver, and what they find of a page.

use std::path::Path;
use std::process::Command;

/// What a page is to have.
pub struct Expected<'a> {
    /// Least number of charts.
    pub charts: usize,
    /// Words in the page and in its print.
    pub texts: &'a [&'a str],
}

/// Opens a page and looks at it.
///
/// # Panics
/// With everything that is wrong with it; where there is no browser and there must be one.
pub fn check(page: &Path, expected: &Expected<'_>) {
    let Some(python) = python() else { return };
    let mut command = Command::new(python);
    command.arg("-B").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/check.py"));
    if let Some(shots) = std::env::var_os("RUNNER_BROWSER_SHOTS") {
        command.arg("--shots").arg(shots);
    }
    command.arg(page).arg("--charts").arg(expected.charts.to_string());
    for text in expected.texts {
        command.arg("--text").arg(text);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    print!("{said}");
}

/// A Python that can drive a browser that is there; `None` says on stdout what is missing.
fn python() -> Option<String> {
    let python = std::env::var("RUNNER_PYTHON").unwrap_or_else(|_| "python3".into());
    let wanted = std::env::var("RUNNER_BROWSER").unwrap_or_default();
    let missing = match wanted.as_str() {
        "no" => "RUNNER_BROWSER=no".to_owned(),
        _ => match missing(&python) {
            Some(missing) => missing,
            None => return Some(python),
        },
    };
    assert!(wanted != "required", "RUNNER_BROWSER=required, but {missing}");
    println!("skipped: {missing}");
    None
}

fn missing(python: &str) -> Option<String> {
    let runs = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    if !runs(python, &["-c", "import selenium, pypdf"]) {
        return Some(format!("`{python}` has no selenium and pypdf; set RUNNER_PYTHON"));
    }
    let browser = ["chromium", "chromium-browser"].iter().any(|name| runs(name, &["--version"]));
    if !browser {
        return Some("there is no `chromium`".into());
    }
    (!runs("chromedriver", &["--version"])).then(|| "there is no `chromedriver`".into())
}
