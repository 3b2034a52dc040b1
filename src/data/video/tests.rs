//! Clips made by `ffmpeg` whose frames carry their number as brightness.

use std::process::Command;

use super::*;

/// Whether ffmpeg is here; a machine without it cannot check this room.
fn ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        eprintln!("skipped: ffmpeg is not installed");
    }
    there
}

/// A video whose frame `i` has brightness `2 i` (luma 16 + 2 i).
fn numbered(path: &Path, rate: &str, frames: usize, more: &[&str]) {
    let source =
        format!("color=c=black:s=32x24:r={rate},format=yuv420p,geq=lum='16+2*N':cb=128:cr=128");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-frames:v", &frames.to_string()])
        .args(["-c:v", "libx264", "-qp", "0", "-g", "12"])
        .args(more)
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

/// The numbers of the frames, from their brightness.
fn numbers(frames: &Frames) -> Vec<i64> {
    let size = frames.height * frames.width * 3;
    let grey = |frame: &[u8]| frame.iter().map(|v| f64::from(*v)).sum::<f64>() / size as f64;
    // full-range grey = (luma - 16) * 255 / 219
    frames.data.chunks(size).map(|f| (grey(f) * 219.0 / 255.0 / 2.0).round() as i64).collect()
}

/// Every frame of a stretch.
fn read(videos: &VideoFiles, path: &Path, span: Span) -> Frames {
    videos.read(path, span, &mut |count| (0..count).collect()).unwrap()
}

fn span(start: f64, end: f64) -> Span {
    Span { start, end }
}

#[test]
fn the_frames_within_the_stretch_come_back() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a b;$(x).mp4");
    numbered(&path, "30", 90, &[]);
    let videos = VideoFiles::default();
    let info = videos.info(&path).unwrap().unwrap();
    assert_eq!((info.width, info.height, info.fps, info.seconds), (32, 24, 30.0, 3.0));
    for (start, end, expected) in [
        (0.0, 0.1, 0..=3),
        (1.0, 1.5, 30..=45),
        (1.01, 1.04, 31..=31), // no frame exactly at either end
        (2.9, 9.0, 87..=89),
        (0.0, 0.0, 0..=0),
    ] {
        let frames = read(&videos, &path, span(start, end));
        assert_eq!(numbers(&frames), expected.collect::<Vec<_>>(), "{start} {end}");
    }
    assert_eq!(read(&videos, &path, span(5.0, 6.0)).count, 0);
}

#[test]
fn other_rates_and_key_frames() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, rate, more) in [
        ("b.mkv", "30000/1001", &["-bf", "3"][..]),
        ("c.mp4", "25", &["-g", "250", "-bf", "2"][..]),
        ("d.ts", "60", &[][..]), // starts at 1.4 s or so
    ] {
        let path = dir.path().join(name);
        numbered(&path, rate, 100, more);
        let videos = VideoFiles::default();
        let info = videos.info(&path).unwrap().unwrap();
        let (first, last) = (info.start + 40.0 / info.fps, info.start + 50.0 / info.fps);
        let frames = read(&videos, &path, span(first - 0.004, last + 0.004));
        assert_eq!(numbers(&frames), (40..=50).collect::<Vec<_>>(), "{name} {info:?}");
    }
}

#[test]
fn a_varying_rate_goes_by_time_stamps() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vfr.mkv");
    // frame n at n/30 s up to 30, then at twice the distance
    let stretch = "setpts='if(lt(N,30),N/30,1+(N-30)/15)/TB'";
    let source = format!(
        "color=c=black:s=32x24:r=30,format=yuv420p,geq=lum='16+2*N':cb=128:cr=128,{stretch}"
    );
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "60", "-vsync", "vfr"])
        .args(["-c:v", "libx264", "-qp", "0"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let frames = read(&VideoFiles::default(), &path, span(0.9, 1.2));
    assert_eq!(numbers(&frames), [27, 28, 29, 30, 31, 32, 33]);
}

#[test]
fn broken_files() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole.mkv");
    numbered(&whole, "30", 90, &[]);
    let bytes = crate::files::read(&whole).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        crate::files::write_atomic(&path, bytes).unwrap();
        path
    };
    let videos = VideoFiles::default();
    let cut = write("cut.mkv", &bytes[..bytes.len() / 2]);
    let early = numbers(&read(&videos, &cut, span(0.0, 3.0)));
    assert!(early.len() > 10 && early.len() < 80, "{early:?}");
    assert!(early.iter().copied().eq(0..early.len() as i64), "{early:?}");
    for (name, bytes) in [("empty.mp4", &b""[..]), ("text.mp4", b"no video")] {
        let path = write(name, bytes);
        assert!(videos.info(&path).unwrap().is_none());
        assert_eq!(read(&videos, &path, span(0.0, 1.0)).count, 0);
    }
    let absent = videos.info(&dir.path().join("absent.mp4")).unwrap_err();
    assert!(absent.to_string().contains("absent.mp4"), "{absent}");
}

#[test]
fn frames_are_chosen_by_their_true_number() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("short.mp4");
    numbered(&path, "30", 60, &[]);
    let videos = VideoFiles::default();
    // the last, a repeated one and the first, among 31; then behind the end of the file
    for (start, end, told, expected) in
        [(0.5, 1.5, vec![31], vec![45, 25, 25, 15]), (1.5, 2.5, vec![15], vec![59, 55, 55, 45])]
    {
        let mut counts = Vec::new();
        let frames = videos
            .read(&path, span(start, end), &mut |count| {
                counts.push(count);
                vec![count - 1, 10, 10, 0]
            })
            .unwrap();
        assert_eq!((numbers(&frames), counts), (expected, told));
    }
}

#[test]
fn what_is_written_is_read() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("P01_01.MP4");
    let grey = |i: u8| Frames { data: vec![3 * i; 16 * 32 * 3], count: 1, height: 16, width: 32 };
    encode(&path, (16, 32), 30.0, (0..60).map(grey)).unwrap();
    assert_eq!(files::list(dir.path()).unwrap().len(), 1);
    let videos = VideoFiles::default();
    let info = videos.info(&path).unwrap().unwrap();
    assert_eq!((info.width, info.height, info.fps, info.seconds), (32, 16, 30.0, 2.0));
    let frames = read(&videos, &path, span(0.5, 1.0));
    let means = frames.data.chunks(16 * 32 * 3).map(|f| f.iter().map(|v| u32::from(*v)).sum());
    let means: Vec<u32> = means.map(|sum: u32| sum / (16 * 32 * 3)).collect();
    let close = |(mean, i): (&u32, u32)| mean.abs_diff(3 * i) <= 3;
    assert!(means.len() == 16 && means.iter().zip(15..).all(close), "{means:?}");
    let refused = encode(&dir.path().join("no/where.MP4"), (16, 32), 30.0, (0..60).map(grey));
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("where.MP4") && said.contains("No such file"), "{said}");
}
