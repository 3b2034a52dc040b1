//! Where the parts of a data root are to be had, and on which terms.
//!
//! Addresses are those of the data sets' own repositories and of the documents of AVT and RULSTM;
//! none is followed here. Terms are named where the files or their repository state them.

use std::borrow::Cow;

/// Who gives something away.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is, in words.
    pub name: &'static str,
    /// The page that tells of it.
    pub page: &'static str,
    /// The terms.
    pub terms: &'static str,
}

/// How one thing is had from its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who gives it away.
    pub source: &'static Source,
    /// An address, or the command that makes it.
    pub from: Cow<'static, str>,
}

impl Source {
    /// One thing of this source.
    pub fn at(&'static self, from: impl Into<Cow<'static, str>>) -> Origin {
        Origin { source: self, from: from.into() }
    }

    /// What the page itself leads to.
    pub fn page(&'static self) -> Origin {
        self.at(self.page)
    }
}

const NON_COMMERCIAL: &str = "CC BY-NC 4.0, not for commercial purposes";
const SEE_PAGE: &str = "those of the page";

/// EPIC-Kitchens-55.
pub static EK55: Source = Source {
    name: "annotations of EPIC-Kitchens-55",
    page: "https://github.com/epic-kitchens/epic-kitchens-55-annotations",
    terms: NON_COMMERCIAL,
};

/// EPIC-Kitchens-100.
pub static EK100: Source = Source {
    name: "annotations of EPIC-Kitchens-100",
    page: "https://github.com/epic-kitchens/epic-kitchens-100-annotations",
    terms: NON_COMMERCIAL,
};

/// The splits and lists in RULSTM's repository.
pub static RULSTM: Source = Source {
    name: "RULSTM's splits and lists, of which AVT takes commit 57842b27d6264318be2cb0beb9e2f8c2819ad9bc",
    page: "https://github.com/fpv-iplab/rulstm",
    terms: "the repository states none",
};

/// RULSTM's feature stores and models.
pub static RULSTM_FILES: Source = Source {
    name: "RULSTM's features and models",
    page: "https://github.com/fpv-iplab/rulstm#dataset-trainingvalidaiton-splits-and-features",
    terms: "the repository states none",
};

/// What AVT's authors extracted.
pub static AVT_FEATURES: Source = Source {
    name: "AVT's features of irCSN-152",
    page: "https://github.com/facebookresearch/AVT#epic-kitchens",
    terms: SEE_PAGE,
};

/// The videos of both EPIC-Kitchens.
pub static EPIC_VIDEOS: Source = Source {
    name: "videos of EPIC-Kitchens, scaled to a height of 256 (sample_scripts/resize_epic_256px.sh of AVT)",
    page: "https://data.bris.ac.uk/data/dataset/2g1n6qdydwa9u22shpxqzp0t8m",
    terms: SEE_PAGE,
};

/// The videos of EGTEA.
pub static EGTEA_VIDEOS: Source = Source {
    name: "videos of EGTEA Gaze+",
    page: "http://cbs.ic.gatech.edu/fpv/",
    terms: SEE_PAGE,
};

/// 50-Salads as its authors publish it.
pub static SALADS: Source = Source {
    name: "videos, annotations and time stamps of 50-Salads",
    page: "https://cvip.computing.dundee.ac.uk/datasets/foodpreparation/50salads/data/",
    terms: SEE_PAGE,
};

/// Breakfast as its authors publish it.
pub static BREAKFAST: Source = Source {
    name: "videos and annotations of Breakfast",
    page: "https://serre-lab.clps.brown.edu/resource/breakfast-actions-dataset/",
    terms: SEE_PAGE,
};

/// Folds and labels for each frame of 50-Salads and Breakfast.
pub static ABU_FARHA: Source = Source {
    name: "Abu Farha's folds and annotations",
    page: "https://github.com/yabufarha/anticipating-activities/issues/5#issuecomment-555916894",
    terms: SEE_PAGE,
};

/// Vision transformers.
pub static TIMM: Source = Source {
    name: "weights of vision transformers (timm)",
    page: "https://github.com/rwightman/pytorch-image-models",
    terms: SEE_PAGE,
};

/// Language models under their own names.
pub static LANGUAGE_MODELS: Source = Source {
    name: "published language models",
    page: "https://huggingface.co/models",
    terms: "those of each model's page",
};

/// Recipes as actions.
pub static RECIPES: Source = Source {
    name: "actions of recipes, one recipe a line",
    page: "Recipe1M, by teacher/code/recipe_processing.py and recipe_json2actionseq.py of the study",
    terms: "those of Recipe1M",
};

/// A teacher's answers.
pub static TEACHERS: Source = Source {
    name: "predictions of a teacher",
    page: "the study's pickles, by `runner data import-teacher`; `+features=simulated` makes some up",
    terms: "as of what it was trained on",
};

/// What a run leaves.
pub static RUNS: Source = Source {
    name: "weights of an own run",
    page: "the run that the path names",
    terms: "as of what it was trained on",
};
