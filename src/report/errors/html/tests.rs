use super::super::ErrorModel;
use super::*;
use crate::runs::DataKind;

fn guesses(rank: usize) -> ErrorGuesses {
    ErrorGuesses {
        rank,
        first: vec![("<b>open door</b>".into(), 0.25), ("take pan".into(), 0.125)],
    }
}

fn page(examples: usize) -> ErrorPage {
    let example = ErrorExample {
        uid: "7".into(),
        video: "P01_01".into(),
        times: [1.0, 2.5],
        history: vec!["wash pan".into()],
        target: "take pan".into(),
        guesses: [guesses(2), guesses(17), guesses(1)],
    };
    let outcome = |code: &str, n: usize| ErrorOutcome {
        code: code.into(),
        meaning: "learned from the teacher",
        right: [true, false, true],
        segments: n,
        examples: vec![example.clone(); n.min(examples)],
    };
    let model = |role| ErrorModel { role, name: "a/<1>".into(), right: 3 };
    ErrorPage {
        title: "Errors".into(),
        data: DataKind::Simulated,
        k: 5,
        models: ["teacher", "baseline", "distilled"].map(model),
        segments: 10,
        outcomes: vec![outcome("one", 3), outcome("two", 0)],
        notes: vec!["1 segment has no label".into()],
        command: vec!["runner".into(), "a b".into()],
    }
}

#[test]
fn what_it_shows() {
    let shown = render_errors(&page(2));
    for part in [
        "2 of 3 segments, evenly spread over all of them; 1 are left out.",
        "No segment.",
        "<li>wash pan</li><li>take pan</li>",
        "<li class=\"hit\"><span>take pan</span><b>12.5 %</b></li>",
        "baseline <span class=\"no\">✗</span> wrong, place 17",
        "&lt;b&gt;open door&lt;/b&gt;",
        "a/&lt;1&gt;",
        "Simulated features.",
        "runner &#39;a b&#39;",
        "1 segment has no label",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert_eq!(shown.matches("class=\"case\"").count(), 2);
    assert_eq!(render_errors(&page(9)).matches("All 3 segments.").count(), 1);
}

#[test]
fn every_element_is_closed() {
    let shown = render_errors(&page(2));
    for tag in ["article", "div", "ol", "li", "p", "span", "svg", "table", "section"] {
        let open =
            shown.matches(&format!("<{tag}>")).count() + shown.matches(&format!("<{tag} ")).count();
        assert_eq!(open, shown.matches(&format!("</{tag}>")).count(), "<{tag}>");
    }
}
