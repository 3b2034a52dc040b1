//! Reads clips of videos when told to, for `scripts/compare_video_speed.py`, which compares with PyAV.
//!
//! Every line of stdin is a job, `WORKERS SECONDS STRIDE PATH START...`: clips of so many seconds
//! from each start, of which every so many-th frame is kept, divided among threads. The answer is a
//! line with the seconds that took, the frames kept, and the process's most memory in kB.

use std::io::{BufRead, stdin};
use std::path::Path;
use std::time::Instant;

use runner::data::Span;
use runner::data::video::{Stretch, VideoFiles};

/// A line of stdin.
struct Job<'a> {
    workers: usize,
    seconds: f64,
    stride: usize,
    path: &'a Path,
    starts: Vec<f64>,
}

impl<'a> Job<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let workers = words.next()?.parse().ok().filter(|workers| *workers > 0)?;
        let (seconds, stride) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let path = Path::new(words.next()?);
        let starts = words.map(|word| word.parse().ok()).collect::<Option<Vec<f64>>>()?;
        (!starts.is_empty()).then_some(Self { workers, seconds, stride, path, starts })
    }

    /// Frames kept by one thread.
    fn read(&self, videos: &VideoFiles, starts: &[f64]) -> usize {
        let every = |count: usize| (0..count).step_by(self.stride).collect::<Vec<_>>();
        let mut chooses: Vec<_> = starts.iter().map(|_| every).collect();
        let stretch = |(choose, start): (_, &f64)| Stretch {
            path: self.path,
            span: Span { start: *start, end: start + self.seconds },
            choose,
        };
        let wanted = chooses.iter_mut().map(|choose| choose as _).zip(starts).map(stretch);
        let read = videos.read_all(wanted.collect()).into_iter();
        read.map(|frames| frames.expect("the script makes readable files").count).sum()
    }

    /// Frames kept by all.
    fn run(&self, videos: &VideoFiles) -> usize {
        let share = self.starts.len().div_ceil(self.workers);
        std::thread::scope(|scope| {
            let start = |starts| scope.spawn(move || self.read(videos, starts));
            let workers: Vec<_> = self.starts.chunks(share).map(start).collect();
            workers.into_iter().map(|worker| worker.join().expect("a worker panicked")).sum()
        })
    }
}

/// The most memory this process has held, where the system says so.
fn peak() -> String {
    let status = runner::files::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("0", |line| line.trim().trim_end_matches(" kB")).to_owned()
}

fn main() {
    let videos = VideoFiles::default();
    for line in stdin().lock().lines().map_while(Result::ok) {
        let job = Job::parse(&line).expect("WORKERS SECONDS STRIDE PATH START...");
        let before = Instant::now();
        let kept = job.run(&videos);
        println!("{:.6} {kept} {}", before.elapsed().as_secs_f64(), peak());
    }
}
