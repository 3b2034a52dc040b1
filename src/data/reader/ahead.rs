//! Clips that a thread is about to ask for, so that small ones are read several at a time.
//!
//! Decides nothing about a clip: what is read ahead is what would be read alone. Every thread has
//! its own list, in the order in which it will ask. Invariant: the pixels that wait for a thread are
//! those of one run of `ffmpeg`, and what is asked for out of order is read alone.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::Choose;
use crate::data::anticipation::Span;
use crate::data::pixels::Frames;

/// A clip that will be asked for.
pub struct Expected {
    /// Index of its video in the annotations.
    pub video: usize,
    /// What will be read.
    pub window: Span,
    /// What will be chosen, told how many frames there are.
    pub choose: Box<dyn Fn(usize) -> Vec<usize> + Send>,
}

/// A clip that is here before it is asked for.
pub(super) struct Here {
    pub(super) video: usize,
    pub(super) window: Span,
    /// How many frames the window has.
    pub(super) count: usize,
    /// Those that were chosen.
    pub(super) chosen: Vec<usize>,
    pub(super) frames: Frames,
}

/// The lists of all threads.
#[derive(Default)]
pub(super) struct Ahead {
    lists: Mutex<HashMap<ThreadId, List>>,
}

#[derive(Default)]
struct List {
    expected: VecDeque<Expected>,
    here: VecDeque<Here>,
}

impl fmt::Debug for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ahead")
    }
}

impl Ahead {
    /// Replaces the list of this thread.
    pub(super) fn expect(&self, expected: Vec<Expected>) {
        let list = List { expected: expected.into(), here: VecDeque::new() };
        self.lists().insert(thread::current().id(), list);
    }

    /// The clip that is asked for, if it is here and `choose` wants of it what was read.
    pub(super) fn take(&self, video: usize, window: Span, choose: Choose<'_>) -> Option<Frames> {
        let mut lists = self.lists();
        let here = &mut lists.get_mut(&thread::current().id())?.here;
        let at = here.iter().position(|clip| (clip.video, clip.window) == (video, window))?;
        // What was asked for in between, or not at all, is not needed any more.
        let clip = here.drain(..=at).next_back()?;
        drop(lists);
        (choose(clip.count) == clip.chosen).then_some(clip.frames)
    }

    /// The clips expected behind the one that is asked for, at most so many.
    pub(super) fn after(&self, video: usize, window: Span, most: usize) -> Vec<Expected> {
        let mut lists = self.lists();
        let Some(list) = lists.get_mut(&thread::current().id()) else { return Vec::new() };
        let mut clips = list.expected.iter();
        match clips.position(|clip| (clip.video, clip.window) == (video, window)) {
            Some(at) => list.expected.drain(..=at).count(),
            None => return Vec::new(),
        };
        let most = most.min(list.expected.len());
        list.expected.drain(..most).collect()
    }

    /// Keeps what came, and what did not for the next time.
    pub(super) fn keep(&self, here: Vec<Here>, left: Vec<Expected>) {
        let mut lists = self.lists();
        let id = thread::current().id();
        let Some(list) = lists.get_mut(&id) else { return };
        list.here.extend(here);
        left.into_iter().rev().for_each(|clip| list.expected.push_front(clip));
    }

    /// Forgets a thread that expects nothing more.
    pub(super) fn tidy(&self) {
        let id = thread::current().id();
        let mut lists = self.lists();
        if lists.get(&id).is_some_and(|l| l.here.is_empty() && l.expected.is_empty()) {
            lists.remove(&id);
        }
    }

    fn lists(&self) -> std::sync::MutexGuard<'_, HashMap<ThreadId, List>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
