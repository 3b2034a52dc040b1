//! Who outside hears of a run: trackers behind one trait.
//!
//! A tracker is told by a thread of its own that reads `metrics.jsonl` as it grows, so that training
//! neither waits for a server nor fails with it, and nothing is kept in memory for one that is away:
//! the file is the queue. `tracking.json` beside it says how far the tracker has been told; what is
//! left can be sent later, and is sent once.
//!
//! | file | what |
//! |---|---|
//! | `follow` | the thread: what is sent when, and what after a failure |
//! | `note` | `tracking.json` |
//! | `address` | where a server listens, and who may write there |
//! | `mlflow` | MLflow's REST interface |

mod address;
mod error;
mod follow;
mod mlflow;
mod note;

pub use address::{Address, AddressError, Login};
pub use error::TrackerError;
pub use follow::{Following, Told, tell_all};
pub use mlflow::Mlflow;
pub use note::unsent;

/// What is said of a run before its first number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Introduction {
    /// Tells the run from every other one, the same for each of its attempts.
    pub identity: String,
    /// What it is called.
    pub name: String,
    /// The experiment that it belongs to.
    pub experiment: String,
    /// When it started, milliseconds since 1970.
    pub started: i64,
    /// Values of the config.
    pub params: Vec<(String, String)>,
    /// What else there is to say.
    pub tags: Vec<(String, String)>,
}

/// A run as a tracker knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The server, without who writes there.
    pub place: String,
    /// The server's name for the run.
    pub run: String,
}

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// `train/loss`, `eval/final_acc/action/top1`.
    pub name: String,
    /// A finite value.
    pub value: f64,
    /// Steps taken.
    pub step: u64,
    /// When, milliseconds since 1970.
    pub time: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it is done.
    Completed,
    /// With an error.
    Failed,
    /// It was told to stop, and may go on.
    Stopped,
}

/// Hears of a run. A call may take as long as the network does.
pub trait Tracker: Send {
    /// What it is called in messages.
    fn name(&self) -> &'static str;

    /// Where it is, without who writes there.
    fn place(&self) -> String;

    /// Takes a run up: the one that it is `known` as, else the one of that identity, else a new one.
    fn begin(&mut self, run: &Introduction, known: Option<&str>) -> Result<Known, TrackerError>;

    /// Takes numbers of the run that was begun, any number of them.
    fn log(&mut self, points: &[Point]) -> Result<(), TrackerError>;

    /// Takes a file of the run.
    fn keep(&mut self, name: &str, content: &[u8]) -> Result<(), TrackerError>;

    /// Hears how the run ended.
    fn end(&mut self, end: End) -> Result<(), TrackerError>;
}
