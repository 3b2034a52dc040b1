//! The corpus that the original makes of its extractions, byte for byte.

use std::path::Path;

use runner::text::recipes::{RecipesConfig, Source, VerbsRemoved, convert};

const NAMES: [&str; 2] = ["recipe_ie_out_1_to_750000.json", "recipe_ie_out_750001_to_1029720.json"];

fn corpus(verbs_removed: VerbsRemoved) -> (String, String) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity/fixtures/recipes");
    let source = Source::Extracted(NAMES.iter().map(|name| fixtures.join(name)).collect());
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("corpus.txt");
    let config = RecipesConfig { source, verbs_removed, limit: None };
    convert(&config, &out, &mut |_| true).unwrap();
    let read = |path: &Path| runner::files::read_to_string(path).unwrap();
    (read(&out), read(&fixtures.join("corpus.txt")))
}

#[test]
fn the_original_s_choice_is_the_original_s_corpus() {
    let (ours, original) = corpus(VerbsRemoved::Original);
    // It ends its last line with the file.
    assert_eq!(ours, original + "\n");
}

#[test]
fn the_sound_choice_lacks_two_verbs() {
    let (ours, original) = corpus(VerbsRemoved::Sound);
    let expected = original
        .replace("could <v> nuts <a> ", "")
        .replace("want <v> crunch <a> ", "")
        .replace("\nwant <v> more", "\n");
    assert_eq!(ours, expected);
}
