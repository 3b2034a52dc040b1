//! A tracker in memory that is there, away or unwilling.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::super::Known;
use super::*;

/// What a tracker in memory has heard, and how it takes what comes next.
#[derive(Default)]
struct Heard {
    mood: Mood,
    begun: Vec<Option<String>>,
    points: Vec<Point>,
    kept: Vec<String>,
    ended: Vec<End>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Mood {
    #[default]
    Takes,
    Away,
    Refuses,
    Hangs,
}

struct Memory(Arc<Mutex<Heard>>);

impl Memory {
    fn heard(&self) -> Result<std::sync::MutexGuard<'_, Heard>, TrackerError> {
        let heard = self.0.lock().unwrap();
        let place = self.place();
        match heard.mood {
            Mood::Takes => Ok(heard),
            Mood::Away => Err(TrackerError::Away { place, reason: "away".into() }),
            Mood::Refuses => {
                Err(TrackerError::Refused { place, code: String::new(), reason: "no".into() })
            }
            Mood::Hangs => {
                drop(heard);
                thread::sleep(Duration::from_secs(90));
                Err(TrackerError::Away { place, reason: "slow".into() })
            }
        }
    }
}

impl Tracker for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn place(&self) -> String {
        "here".into()
    }

    fn begin(&mut self, _run: &Introduction, known: Option<&str>) -> Result<Known, TrackerError> {
        self.heard()?.begun.push(known.map(str::to_owned));
        Ok(Known { place: self.place(), run: "r1".into() })
    }

    fn log(&mut self, points: &[Point]) -> Result<(), TrackerError> {
        assert!(points.len() <= TOGETHER);
        self.heard()?.points.extend_from_slice(points);
        Ok(())
    }

    fn keep(&mut self, name: &str, _content: &[u8]) -> Result<(), TrackerError> {
        self.heard()?.kept.push(name.to_owned());
        Ok(())
    }

    fn end(&mut self, end: End) -> Result<(), TrackerError> {
        self.heard()?.ended.push(end);
        Ok(())
    }
}

/// A directory with `steps` records of training, and a tracker.
fn world(steps: usize, mood: Mood) -> (tempfile::TempDir, Arc<Mutex<Heard>>) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), steps);
    (dir, Arc::new(Mutex::new(Heard { mood, ..Heard::default() })))
}

fn write(dir: &Path, steps: usize) {
    let line =
        |step| format!("{{\"split\":\"train\",\"epoch\":0.5,\"step\":{step},\"loss\":null}}\n");
    let text: String = (0..steps).map(line).collect();
    files::write_atomic(&dir.join(MetricsLog::FILE), text.as_bytes()).unwrap();
}

fn start(dir: &Path, heard: &Arc<Mutex<Heard>>) -> Following {
    let tracker = Box::new(Memory(Arc::clone(heard)));
    Following::start(dir, tracker, Introduction::default(), true).unwrap()
}

fn until(heard: &Mutex<Heard>, met: impl Fn(&Heard) -> bool) {
    let since = Instant::now();
    while !met(&heard.lock().unwrap()) {
        assert!(since.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn everything_arrives_once_and_in_order_over_two_attempts() {
    let (dir, heard) = world(2500, Mood::Takes);
    files::write_atomic(&dir.path().join("report.html"), b"page").unwrap();
    let told = start(dir.path(), &heard).end(End::Stopped);
    assert_eq!(told, Told::All { files: None });
    // Taken up again from a checkpoint: some records are written anew.
    write(dir.path(), 2400);
    let again = start(dir.path(), &heard);
    write(dir.path(), 2600);
    assert_eq!(again.end(End::Completed), Told::All { files: None });
    let heard = heard.lock().unwrap();
    let steps: Vec<u64> = heard.points.iter().map(|point| point.step).collect();
    assert_eq!(steps, (0..2600).collect::<Vec<u64>>());
    assert!(heard.points.iter().all(|point| point.name == "train/epoch"), "null is no number");
    assert_eq!(heard.begun, [None, Some("r1".into())]);
    assert_eq!(heard.ended, [End::Stopped, End::Completed]);
    assert_eq!(heard.kept, ["report.html", "report.html"]);
}

#[test]
fn what_a_tracker_missed_comes_when_it_is_back() {
    let (dir, heard) = world(3, Mood::Away);
    let following = start(dir.path(), &heard);
    thread::sleep(Duration::from_millis(200));
    heard.lock().unwrap().mood = Mood::Takes;
    until(&heard, |heard| heard.points.len() == 3);
    assert_eq!(following.end(End::Completed), Told::All { files: None });
}

#[test]
fn what_was_not_taken_is_counted_and_can_be_told_later() {
    for mood in [Mood::Away, Mood::Refuses] {
        let (dir, heard) = world(7, mood);
        let Told::Left { records, .. } = start(dir.path(), &heard).end(End::Failed) else {
            panic!("nothing was taken");
        };
        assert_eq!(records, 7);
        heard.lock().unwrap().mood = Mood::Takes;
        let tracker = Box::new(Memory(Arc::clone(&heard)));
        let run = Introduction::default();
        let told = tell_all(dir.path(), tracker, run, true, End::Failed);
        assert_eq!(told, Told::All { files: None });
        assert_eq!(heard.lock().unwrap().points.len(), 7);
        assert_eq!(unsent(dir.path(), "memory", "here").unwrap(), 0);
        assert_eq!(unsent(dir.path(), "memory", "elsewhere").unwrap(), 7);
    }
}

#[test]
fn a_tracker_that_hangs_is_not_waited_for() {
    let (dir, heard) = world(5, Mood::Hangs);
    let since = Instant::now();
    let told = start(dir.path(), &heard).end(End::Completed);
    assert!(matches!(told, Told::Left { records: 5, .. }), "{told:?}");
    assert!(since.elapsed() < PATIENCE + Duration::from_secs(3));
}
