/* What a vector costs that is copied out of a file, and one that LMDB has to look up first.
 *
 *     cc -O3 -pthread scripts/lookup_cost.c -llmdb -o lookup_cost     (Debian: liblmdb-dev)
 *     ./lookup_cost FOLDER 100           a store of 100 million bytes in FOLDER, written if it is not there
 *     ./lookup_cost FOLDER 100 128 2     2048 clips at only 128 places, two threads that share them
 *
 * Prints batches a second, three ways: vectors copied from fixed places of a flat file of that size, look-ups
 * alone, look-ups and copies. A batch is what benches/features.rs reads as `normal`: 32 clips of ten vectors
 * of 4096 bytes, 30 entries apart; 2048 clips at random, seen in the same order again and again.
 */
#include <fcntl.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES = 10, GAP = 30, BATCH = 32, CLIPS = 2048, VALUE = 4096, ENTRY = 8264, VIDEO = 13500, ROUNDS = 20, MOST = 64 };

static long first_of[CLIPS];
static _Thread_local char batch[BATCH * FRAMES][VALUE];

/* What every thread reads, and how: `flat` is NULL for LMDB. */
static struct { MDB_env *env; MDB_dbi dbi; const char *flat; int copies; long threads; } job;

static void need(int rc) {
    if (rc) { fprintf(stderr, "%s\n", mdb_strerror(rc)); exit(1); }
}

static MDB_val key(char *text, long entry) {
    int n = sprintf(text, "P%02ld_%02ld_frame_%010ld.jpg", entry / VIDEO / 10, entry / VIDEO % 10, entry % VIDEO + 1);
    return (MDB_val){n, text};
}

static MDB_env *open_store(const char *path, unsigned flags) {
    MDB_env *env;
    need(mdb_env_create(&env));
    need(mdb_env_set_mapsize(env, (size_t)20 << 30));
    need(mdb_env_open(env, path, flags | MDB_NOLOCK, 0644));
    return env;
}

static void write_store(const char *path, long entries) {
    MDB_env *env = open_store(path, MDB_NOSYNC | MDB_WRITEMAP);
    for (long e = 0; e < entries;) {
        MDB_txn *txn;
        MDB_dbi dbi;
        need(mdb_txn_begin(env, NULL, 0, &txn));
        need(mdb_dbi_open(txn, NULL, 0, &dbi));
        for (long stop = e + 20000; e < entries && e < stop; e++) {
            char text[64];
            MDB_val k = key(text, e), v = {VALUE, NULL};
            need(mdb_put(txn, dbi, &k, &v, MDB_RESERVE | MDB_APPEND));
            memset(v.mv_data, 1, VALUE);
        }
        need(mdb_txn_commit(txn));
    }
    mdb_env_close(env);
}

/* One pass of one thread over its share of the clips. */
static void pass(long thread) {
    volatile size_t sum = 0;
    for (int b = thread; b < CLIPS / BATCH; b += job.threads) {
        MDB_txn *txn = NULL;
        if (!job.flat) need(mdb_txn_begin(job.env, NULL, MDB_RDONLY, &txn));
        for (int i = 0; i < BATCH * FRAMES; i++) {
            long entry = first_of[b * BATCH + i / FRAMES] + (long)(i % FRAMES) * GAP;
            char text[64];
            MDB_val k, v = {VALUE, NULL};
            if (job.flat) {
                v.mv_data = (void *)(job.flat + entry * 2 * VALUE + 16);
            } else {
                k = key(text, entry);
                need(mdb_get(txn, job.dbi, &k, &v));
            }
            if (job.copies) memcpy(batch[i], v.mv_data, VALUE);
            sum += (size_t)v.mv_data;
        }
        __asm__ volatile("" ::"r"(batch) : "memory");
        if (txn) mdb_txn_abort(txn);
    }
}

static void *rounds(void *thread) {
    for (int r = 0; r < ROUNDS; r++) pass((long)thread);
    return NULL;
}

static void measure(const char *what) {
    struct timespec a, b;
    pthread_t threads[MOST];
    for (long t = 0; t < job.threads; t++) pass(t);
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (long t = 0; t < job.threads; t++) need(pthread_create(&threads[t], NULL, rounds, (void *)t));
    for (long t = 0; t < job.threads; t++) pthread_join(threads[t], NULL);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double seconds = (b.tv_sec - a.tv_sec) + (b.tv_nsec - a.tv_nsec) * 1e-9;
    double batches = (double)ROUNDS * (CLIPS / BATCH);
    printf("%-20s %8.0f batches/s %8.0f ns a vector\n", what, batches / seconds, seconds / batches / (BATCH * FRAMES) * 1e9);
}

int main(int argc, char **argv) {
    long places = argc > 3 ? atol(argv[3]) : CLIPS;
    job.threads = argc > 4 ? atol(argv[4]) : 1;
    if (argc < 3 || places < 1 || places > CLIPS || job.threads < 1 || job.threads > MOST) {
        fprintf(stderr, "usage: lookup_cost FOLDER MB [PLACES [THREADS]]\n");
        return 2;
    }
    long entries = (long)(atof(argv[2]) * 1e6) / ENTRY;
    char store[4096], file[4096];
    snprintf(store, sizeof store, "%s/%s.lmdb", argv[1], argv[2]);
    snprintf(file, sizeof file, "%s/%s.flat", argv[1], argv[2]);
    if (mkdir(store, 0755) == 0) write_store(store, entries);
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < places;) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        long video = (long)(state >> 11) % ((entries + VIDEO - 1) / VIDEO), there = entries - video * VIDEO;
        if (there > VIDEO) there = VIDEO;
        if (there > 2 * FRAMES * GAP) first_of[i++] = video * VIDEO + (long)(state >> 33) % (there - FRAMES * GAP);
    }
    for (int i = places; i < CLIPS; i++) first_of[i] = first_of[i % places];
    size_t size = (size_t)entries * 2 * VALUE + 2 * VALUE;
    int fd = open(file, O_RDWR | O_CREAT, 0644);
    if (fd < 0 || ftruncate(fd, (off_t)size)) { perror(file); return 1; }
    const char *flat = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (flat == MAP_FAILED) { perror(file); return 1; }
    madvise((void *)flat, size, MADV_RANDOM);
    job.flat = flat, job.copies = 1;
    measure("copies, flat file");
    MDB_env *env = open_store(store, MDB_RDONLY | MDB_NORDAHEAD);
    MDB_txn *txn;
    MDB_dbi dbi;
    need(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn));
    need(mdb_dbi_open(txn, NULL, 0, &dbi));
    need(mdb_txn_commit(txn));
    job.env = env, job.dbi = dbi, job.flat = NULL, job.copies = 0;
    measure("look-ups");
    job.copies = 1;
    measure("look-ups and copies");
    return 0;
}
