//! Where somebody is in a board, and what keys do there.

use super::super::source::Board;

/// Rows that a page has.
const PAGE: isize = 10;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Place {
    /// All that runs.
    Board,
    Sweep(String),
    Run(String),
}

/// A key that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Key {
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Open,
    Back,
    Help,
}

/// The places that were gone through, each with what is chosen there.
#[derive(Debug)]
pub(in super::super) struct Ui {
    path: Vec<(Place, usize)>,
    /// What can be chosen where it is: names, and whether it is a sweep.
    choices: Vec<Place>,
    /// How far it can be scrolled.
    most: usize,
    pub is_helping: bool,
}

impl Ui {
    /// Begins where a board begins.
    pub(in super::super) fn new(board: &Board) -> Self {
        let place = match (&board.target, board.sweeps.first()) {
            (None, _) => Place::Board,
            (Some(_), Some(sweep)) => Place::Sweep(sweep.name.clone()),
            (Some(name), None) => Place::Run(name.clone()),
        };
        Self { path: vec![(place, 0)], choices: Vec::new(), most: 0, is_helping: false }
    }

    pub(super) fn place(&self) -> Place {
        self.path.last().map_or(Place::Board, |(place, _)| place.clone())
    }

    pub(super) fn cursor(&self) -> usize {
        self.path.last().map_or(0, |(_, at)| *at)
    }

    /// The first line that is shown of what has so many too many.
    pub(super) fn scrolled(&mut self, most: usize) -> usize {
        self.most = most;
        self.limit(most);
        self.cursor()
    }

    /// Takes in what can be chosen now; what was chosen stays chosen where it moved.
    pub(super) fn settle(&mut self, board: &Board) {
        let chosen = self.choices.get(self.cursor()).cloned();
        self.choices = match self.place() {
            Place::Board => {
                let sweeps = board.sweeps.iter().map(|sweep| Place::Sweep(sweep.name.clone()));
                sweeps.chain(board.runs.iter().map(|run| Place::Run(run.name.clone()))).collect()
            }
            Place::Sweep(name) => {
                let sweep = board.sweeps.iter().find(|sweep| sweep.name == name);
                let jobs = sweep.into_iter().flat_map(|sweep| &sweep.jobs);
                jobs.map(|job| Place::Run(job.seen.name.clone())).collect()
            }
            Place::Run(_) => return,
        };
        let moved = chosen.and_then(|chosen| self.choices.iter().position(|one| *one == chosen));
        if let (Some(to), Some((_, at))) = (moved, self.path.last_mut()) {
            *at = to;
        }
        self.limit(self.choices.len().saturating_sub(1));
    }

    pub(in super::super) fn press(&mut self, key: Key) {
        if self.is_helping {
            self.is_helping = false;
            return;
        }
        match key {
            Key::Up => self.go(-1),
            Key::Down => self.go(1),
            Key::PageUp => self.go(-PAGE),
            Key::PageDown => self.go(PAGE),
            Key::Home => self.go(isize::MIN),
            Key::End => self.go(isize::MAX),
            Key::Open => self.open(),
            Key::Back => {
                if self.path.len() > 1 {
                    self.path.pop();
                    self.choices.clear();
                }
            }
            Key::Help => self.is_helping = true,
        }
    }

    fn open(&mut self) {
        if let (false, Some(to)) = (self.is_run(), self.choices.get(self.cursor()).cloned()) {
            self.path.push((to, 0));
            self.choices.clear();
        }
    }

    fn is_run(&self) -> bool {
        matches!(self.place(), Place::Run(_))
    }

    fn go(&mut self, by: isize) {
        let most = if self.is_run() { self.most } else { self.choices.len().saturating_sub(1) };
        if let Some((_, at)) = self.path.last_mut() {
            *at = at.saturating_add_signed(by);
        }
        self.limit(most);
    }

    fn limit(&mut self, most: usize) {
        if let Some((_, at)) = self.path.last_mut() {
            *at = (*at).min(most);
        }
    }
}
