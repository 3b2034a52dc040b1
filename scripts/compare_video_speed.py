#!/usr/bin/env python3
"""Times torchvision's read_video (PyAV) and `runner` on the same clips of the same files, in turn.

    pip install av torch torchvision
    scripts/compare_video_speed.py --repeat 20

Files are generated: x264 with its usual key frames. A job is a batch of 8 clips at random places for
each worker, one or two; PyAV's are processes that were started before, as a data loader's are. PyAV
reads as torchvision does it: seek, decode, every frame of the stretch to rgb24. Times are a clip's, by
the wall and of all processors, ffmpeg's included. On a machine that does something else as well, only
the latter says something.
"""
import argparse
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIPS = 8
SMALL, LARGE = ("456x256", "800k", 60), ("1920x1080", "12M", 20)
# What is read: seconds, every so many-th frame is kept, the file.
CASES = {"10 frames, 1 a second, 456x256": (10.0, 30, SMALL),
         "32 frames of 2.1 s, 456x256": (2.1, 2, SMALL),
         "32 frames of 2.1 s, 1920x1080": (2.1, 2, LARGE)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--repeat", type=int, default=10, help="jobs of each kind")
    parser.add_argument("--case", action="append", choices=CASES, help="only this one")
    parser.add_argument("--program", help="the benchmark's program, if it is built already")
    parser.add_argument("--files", type=Path, help="folder that keeps the generated files")
    return parser.parse_args()


def generate(folder, size, rate, seconds):
    path = folder / f"{size}.mp4"
    source = f"testsrc2=s={size}:r=30:d={seconds},noise=alls=4:allf=t,format=yuv420p"
    if not path.exists():
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264",
                        "-b:v", rate, path], check=True)
    return path


def bench():
    """Builds the benchmark's program."""
    built = subprocess.run(["cargo", "bench", "--bench", "video", "--no-run",
                            "--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    made = [json.loads(line) for line in built.stdout.splitlines()]
    return [m["executable"] for m in made
            if m.get("executable") and m["target"]["name"] == "video"][-1]


def pyav(job):
    """Reads clips; frames kept, processor time."""
    import torch
    from torchvision.io import read_video
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    path, seconds, stride, starts = job
    before, kept = time.process_time(), 0
    for start in starts:
        kept += len(read_video(path, start, start + seconds, pts_unit="sec")[0][::stride])
    return kept, time.process_time() - before, peak(resource.RUSAGE_SELF)


def peak(of):
    return resource.getrusage(of).ru_maxrss // 1024


def timed(read):
    before = time.perf_counter()
    result = read()
    return time.perf_counter() - before, result


def processor(pid):
    """Seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / 100


def compare(case, ours, pool, workers, repeat, folder):
    seconds, stride, file = case
    path, drawn = generate(folder, *file), random.Random(workers)
    times = {name: [] for name in ("PyAV", "runner")}
    memory = {}
    for turn in range(repeat + 1):
        starts = [drawn.uniform(0, file[2] - seconds) for _ in range(CLIPS * workers)]
        jobs = [(str(path), seconds, stride, starts[i::workers]) for i in range(workers)]
        wall, parts = timed(lambda: pool.map(pyav, jobs, chunksize=1))
        memory["PyAV"] = max(part[2] for part in parts)
        spent = processor(ours.pid)
        ours.stdin.write(" ".join(map(str, [workers, seconds, stride, path, *starts])) + "\n")
        ours.stdin.flush()
        answer, frames, memory["runner"] = map(float, ours.stdout.readline().split())
        if turn:  # the first one warms both up
            times["PyAV"].append((wall, sum(part[1] for part in parts)))
            times["runner"].append((answer, processor(ours.pid) - spent))
    memory["runner"] = int(memory["runner"]) // 1024
    return times, memory


def main():
    args = arguments()
    ours = subprocess.Popen([args.program or bench()], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.files or Path(temporary)
        for name in args.case or CASES:
            for workers in (1, 2):
                with multiprocessing.Pool(workers) as pool:
                    times, memory = compare(CASES[name], ours, pool, workers, args.repeat, folder)
                middle = {who: [statistics.median(t) for t in zip(*of)] for who, of in times.items()}
                each = 1e3 / (CLIPS * workers)
                (wall, cpu), (our_wall, our_cpu) = middle["PyAV"], middle["runner"]
                print(f"{name}, {workers} worker(s), ms a clip: "
                      f"PyAV {wall * each:.0f} wall {cpu * each:.0f} processor, "
                      f"runner {our_wall * each:.0f} wall {our_cpu * each:.0f} processor; "
                      f"ratio {wall / our_wall:.2f} and {cpu / our_cpu:.2f}; "
                      f"MB: PyAV {memory['PyAV']} a worker, runner {memory['runner']}", flush=True)
    ours.stdin.close()
    ours.wait()


if __name__ == "__main__":
    main()
