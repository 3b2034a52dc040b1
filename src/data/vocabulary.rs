//! The classes of a data set: names, the actions as pairs of verb and noun, many-shot lists.
//!
//! Source: `EPICKitchens` of the original (`datasets/epic_kitchens.py`) and RULSTM's `actions.csv`.
//! Names map to line numbers, pairs to the `id` column; names keep their blanks.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::files;

use super::table::{Column, Row, Table};
use super::{DataError, Place};

/// Which release of which data set, by the number the original's configs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// EPIC-Kitchens-55, `0.1`.
    Ek55,
    /// EPIC-Kitchens-100, `0.2`.
    Ek100,
    /// EGTEA Gaze+, `-1`.
    Egtea,
}

impl Version {
    /// Reads the `version` key of a data set config.
    pub fn from_key(key: f64) -> Result<Self, DataError> {
        [(0.1, Self::Ek55), (0.2, Self::Ek100), (-1.0, Self::Egtea)]
            .into_iter()
            .find(|(k, _)| *k == key)
            .map(|(_, v)| v)
            .ok_or_else(|| DataError::UnknownValue {
                setting: "version",
                value: key.to_string(),
                expected: ["0.1 (EK55)", "0.2 (EK100)", "-1 (EGTEA)"].map(String::from).into(),
            })
    }

    /// Where the file of a video lies below a directory of videos.
    ///
    /// EPIC-Kitchens has a directory for each participant, whose id the video's begins with.
    pub fn video_file(self, video: &str) -> PathBuf {
        match self {
            Version::Egtea => format!("{video}.mp4").into(),
            Version::Ek55 | Version::Ek100 => {
                let participant = video.split('_').next().unwrap_or_default();
                Path::new(participant).join(format!("{video}.MP4"))
            }
        }
    }
}

/// The classes of verbs, nouns and actions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// Verb names; empty for EGTEA, which names none.
    pub verbs: Vec<String>,
    /// Noun names; empty for EGTEA.
    pub nouns: Vec<String>,
    /// Action names, by line of the file.
    pub actions: Vec<String>,
    /// The (verb, noun, action) triples in file order.
    pub triples: Vec<(usize, usize, usize)>,
    /// Many-shot classes, where the data set defines them.
    pub many_shot: Option<ManyShot>,
}

/// Classes with enough training examples, sorted (EPIC-Kitchens-55).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManyShot {
    /// Many-shot verbs.
    pub verbs: Vec<usize>,
    /// Many-shot nouns.
    pub nouns: Vec<usize>,
    /// Actions whose verb or noun is many-shot.
    pub actions: Vec<usize>,
    /// Actions that are listed as many-shot themselves, where there is such a list beside the others:
    /// what the teachers were published with.
    pub listed: Option<Vec<usize>>,
}

/// Which action belongs to which class of another label type.
///
/// As a matrix of `actions` rows and `classes` columns it holds a one at every pair, else zero;
/// logits of the other type are action logits times that matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassMapping {
    /// `verb` or `noun`.
    pub label: String,
    /// Number of actions.
    pub actions: usize,
    /// Number of classes of `label`.
    pub classes: usize,
    /// (action, class).
    pub pairs: Vec<(usize, usize)>,
}

impl ClassMapping {
    /// The matrix, row-major, `actions * classes` elements.
    pub fn dense(&self) -> Vec<f32> {
        let mut matrix = vec![0.0; self.actions * self.classes];
        for (action, class) in &self.pairs {
            matrix[action * self.classes + class] = 1.0;
        }
        matrix
    }
}

impl Vocabulary {
    /// Reads the class files of EPIC-Kitchens from `annotation_dir`, the actions from
    /// `actions` (all verb-noun pairs when `None`), and the many-shot lists of EK55.
    pub fn read(
        version: Version,
        annotation_dir: &Path,
        actions: Option<&Path>,
    ) -> Result<Self, DataError> {
        let mut vocabulary = Self::default();
        if let Some((infix, key)) = match version {
            Version::Ek55 => Some(("", "class_key")),
            Version::Ek100 => Some(("_100", "key")),
            Version::Egtea => None,
        } {
            let file = |kind| annotation_dir.join(format!("EPIC{infix}_{kind}_classes.csv"));
            vocabulary.verbs = class_names(&file("verb"), key)?;
            vocabulary.nouns = class_names(&file("noun"), key)?;
        }
        match (version, actions) {
            (Version::Egtea, Some(path)) => vocabulary.read_egtea_actions(path)?,
            (_, Some(path)) => vocabulary.read_actions(path)?,
            (_, None) => vocabulary.all_pairs(),
        }
        if version == Version::Ek55 {
            vocabulary.many_shot = Some(vocabulary.read_many_shot(annotation_dir)?);
        }
        Ok(vocabulary)
    }

    /// Number of verb classes: the named ones, else the distinct ones among the actions.
    pub fn verb_count(&self) -> usize {
        named_or_distinct(&self.verbs, self.triples.iter().map(|t| t.0))
    }

    /// Number of noun classes.
    pub fn noun_count(&self) -> usize {
        named_or_distinct(&self.nouns, self.triples.iter().map(|t| t.1))
    }

    /// The action of a verb and a noun.
    pub fn pair_to_action(&self) -> HashMap<(i64, i64), i64> {
        self.triples.iter().map(|(v, n, a)| ((*v as i64, *n as i64), *a as i64)).collect()
    }

    /// The mappings from action to verb and to noun.
    pub fn class_mappings(&self) -> Vec<ClassMapping> {
        let mapping = |label: &str, classes, pairs| ClassMapping {
            label: label.into(),
            actions: self.actions.len(),
            classes,
            pairs,
        };
        let verbs = self.triples.iter().map(|(v, _, a)| (*a, *v)).collect();
        let nouns = self.triples.iter().map(|(_, n, a)| (*a, *n)).collect();
        vec![mapping("verb", self.verb_count(), verbs), mapping("noun", self.noun_count(), nouns)]
    }

    /// Reads the RULSTM style: header `id,action,verb,noun` in any order.
    fn read_actions(&mut self, path: &Path) -> Result<(), DataError> {
        let table = Table::with_header(path)?;
        let [id, action, verb, noun] = table.columns(["id", "action", "verb", "noun"])?;
        for row in table.rows() {
            let number = |column| row.number(column, "a class number");
            let triple = (number(verb)?, number(noun)?, number(id)?);
            self.push_action(row.raw(action)?, triple, row.place(), table.len())?;
        }
        Ok(())
    }

    /// Reads the EGTEA style: no header, `id, verb_noun, name`.
    fn read_egtea_actions(&mut self, path: &Path) -> Result<(), DataError> {
        const ID: Column = Column::at(0, "id");
        const PAIR: Column = Column::at(1, "verb_noun");
        const NAME: Column = Column::at(2, "action");
        let table = Table::headerless(path)?;
        for row in table.rows() {
            let pair = row.text(PAIR)?;
            let (verb, noun) = pair
                .split_once('_')
                .and_then(|(v, n)| Some((v.parse().ok()?, n.parse().ok()?)))
                .ok_or_else(|| row.bad(PAIR, pair, "verb and noun class as in `12_3`"))?;
            let triple = (verb, noun, row.number(ID, "a class number")?);
            self.push_action(row.raw(NAME)?, triple, row.place(), table.len())?;
        }
        let (verbs, nouns) = (self.verb_count(), self.noun_count());
        let limits = [("verb", verbs), ("noun", nouns)];
        self.triples.iter().zip(table.rows()).try_for_each(|((v, n, _), row)| {
            limits.iter().zip([v, n]).try_for_each(|((label, classes), value)| {
                check_class(label, *value, *classes, || row.place())
            })
        })
    }

    fn push_action(
        &mut self,
        name: &str,
        (verb, noun, id): (usize, usize, usize),
        place: Place,
        count: usize,
    ) -> Result<(), DataError> {
        check_class("action", id, count, || place.clone())?;
        if !self.verbs.is_empty() {
            check_class("verb", verb, self.verbs.len(), || place.clone())?;
            check_class("noun", noun, self.nouns.len(), || place.clone())?;
        }
        if self.actions.iter().any(|a| a == name) {
            return Err(DataError::DuplicateClass { place, name: name.into() });
        }
        if self.triples.iter().any(|(v, n, a)| *a == id || (*v, *n) == (verb, noun)) {
            let name = format!("{id} of verb {verb} and noun {noun}");
            return Err(DataError::DuplicateClass { place, name });
        }
        self.actions.push(name.into());
        self.triples.push((verb, noun, id));
        Ok(())
    }

    fn all_pairs(&mut self) {
        for (verb, verb_name) in self.verbs.iter().enumerate() {
            for (noun, noun_name) in self.nouns.iter().enumerate() {
                self.triples.push((verb, noun, self.actions.len()));
                self.actions.push(format!("{verb_name}:{noun_name}"));
            }
        }
    }

    fn read_many_shot(&self, dir: &Path) -> Result<ManyShot, DataError> {
        let list = |kind, label, column, classes| {
            class_list(&dir.join(format!("EPIC_many_shot_{kind}s.csv")), label, column, classes)
        };
        let verbs = list("verb", "verb", "verb_class", self.verbs.len())?;
        let nouns = list("noun", "noun", "noun_class", self.nouns.len())?;
        let mut many_shot = ManyShot::new(verbs, nouns, &self.triples);
        let actions = dir.join("EPIC_many_shot_actions.csv");
        if files::is_file(&actions) {
            many_shot.listed = Some(self.read_many_shot_actions(&actions)?);
        }
        Ok(many_shot)
    }

    /// The actions of a list of verbs and nouns, by number; pairs that are no action are left out.
    fn read_many_shot_actions(&self, path: &Path) -> Result<Vec<usize>, DataError> {
        let table = Table::with_header(path)?;
        let [verb, noun] = table.columns(["verb_class", "noun_class"])?;
        let actions = self.pair_to_action();
        let mut listed = BTreeSet::new();
        for row in table.rows() {
            let number = |column| row.number::<i64>(column, "a class number");
            let action = actions.get(&(number(verb)?, number(noun)?));
            listed.extend(action.and_then(|action| usize::try_from(*action).ok()));
        }
        Ok(listed.into_iter().collect())
    }
}

impl ManyShot {
    /// The classes of a label type.
    pub fn of(&self, label: &str) -> Option<&[usize]> {
        match label {
            "verb" => Some(&self.verbs),
            "noun" => Some(&self.nouns),
            "action" => Some(&self.actions),
            _ => None,
        }
    }

    /// Derives the many-shot actions: those whose verb or noun is many-shot.
    pub fn new(
        verbs: BTreeSet<usize>,
        nouns: BTreeSet<usize>,
        triples: &[(usize, usize, usize)],
    ) -> Self {
        let actions: BTreeSet<usize> = triples
            .iter()
            .filter(|(v, n, _)| verbs.contains(v) || nouns.contains(n))
            .map(|(_, _, a)| *a)
            .collect();
        let sorted = |set: BTreeSet<usize>| set.into_iter().collect();
        let (verbs, nouns) = (sorted(verbs), sorted(nouns));
        Self { verbs, nouns, actions: sorted(actions), listed: None }
    }
}

fn named_or_distinct(names: &[String], classes: impl Iterator<Item = usize>) -> usize {
    match names.len() {
        0 => classes.collect::<BTreeSet<_>>().len(),
        n => n,
    }
}

fn check_class(
    label: &'static str,
    value: usize,
    classes: usize,
    place: impl FnOnce() -> Place,
) -> Result<(), DataError> {
    if value < classes {
        return Ok(());
    }
    Err(DataError::UnknownLabel { place: place(), label, value: value as i64, classes })
}

/// Class names by line.
fn class_names(path: &Path, key: &'static str) -> Result<Vec<String>, DataError> {
    let table = Table::with_header(path)?;
    let [key] = table.columns([key])?;
    let mut names: Vec<String> = Vec::with_capacity(table.len());
    for row in table.rows() {
        let name = row.raw(key)?;
        if names.iter().any(|n| n == name) {
            return Err(DataError::DuplicateClass { place: row.place(), name: name.into() });
        }
        names.push(name.into());
    }
    Ok(names)
}

/// The classes listed in a column, all of them below `classes`.
fn class_list(
    path: &Path,
    label: &'static str,
    column: &'static str,
    classes: usize,
) -> Result<BTreeSet<usize>, DataError> {
    let table = Table::with_header(path)?;
    let [column] = table.columns([column])?;
    let class = |row: Row<'_>| {
        let class = row.number(column, "a class number")?;
        check_class(label, class, classes, || row.place())?;
        Ok(class)
    };
    table.rows().map(class).collect()
}
