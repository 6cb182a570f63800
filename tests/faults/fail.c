/* Makes calls of a program fail on purpose. The tests build it, and the loader puts it in front of the C library
 * (LD_PRELOAD). Everything is told by environment variables:
 *
 *   FOLDBACK_FAIL_UNDER     the folder: only calls on files below it are counted and fail
 *   FOLDBACK_FAIL_COUNTER   a file: how many calls there have been so far; read at the start, written at the end, so that
 *                           the count goes on over processes that run one after another
 *   FOLDBACK_FAIL_CALL      which call fails, counted from 1; 0 for none
 *   FOLDBACK_FAIL_ERRNO     how: ENOSPC fails what needs room, anything else (EIO) fails reading too
 *   FOLDBACK_FAIL_LASTING   set: all calls from that one on fail
 *   FOLDBACK_FAIL_TORN      set: a write that fails has written the first half all the same
 *   FOLDBACK_FAIL_SYNCS     a file: how many syncs below the folder there were is written to it at the end
 *   FOLDBACK_FAIL_CLOCK     how many seconds the clock of the day is back
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const char *under;
static const char *counter;
static long failing_call;
static int failing_errno;
static int is_lasting;
static int is_torn;
static const char *syncs;
static atomic_long n_syncs;
static long seconds_back;
static atomic_long n_calls;

__attribute__((constructor)) static void begin(void) {
    const char *text;
    under = getenv("FOLDBACK_FAIL_UNDER");
    counter = getenv("FOLDBACK_FAIL_COUNTER");
    if ((text = getenv("FOLDBACK_FAIL_CALL"))) failing_call = atol(text);
    if ((text = getenv("FOLDBACK_FAIL_ERRNO"))) failing_errno = atoi(text);
    if ((text = getenv("FOLDBACK_FAIL_CLOCK"))) seconds_back = atol(text);
    is_lasting = getenv("FOLDBACK_FAIL_LASTING") != NULL;
    is_torn = getenv("FOLDBACK_FAIL_TORN") != NULL;
    syncs = getenv("FOLDBACK_FAIL_SYNCS");
    if (counter) {
        long n = 0;
        FILE *file = fopen(counter, "r");
        if (file) {
            if (fscanf(file, "%ld", &n) != 1) n = 0;
            fclose(file);
        }
        atomic_store(&n_calls, n);
    }
}

__attribute__((destructor)) static void end(void) {
    FILE *file = counter ? fopen(counter, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&n_calls));
        fclose(file);
    }
    file = syncs ? fopen(syncs, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", atomic_load(&n_syncs));
        fclose(file);
    }
}

/* Counts a call; whether it is one that fails. */
static int fails(int needs_room) {
    long n;
    if (!needs_room && failing_errno == ENOSPC) return 0;
    n = atomic_fetch_add(&n_calls, 1) + 1;
    if (failing_call == 0 || !(n == failing_call || (is_lasting && n > failing_call))) return 0;
    errno = failing_errno;
    return 1;
}

static int is_below(const char *path) {
    size_t n = under ? strlen(under) : 0;
    return n > 0 && strncmp(path, under, n) == 0 && (path[n] == '/' || path[n] == 0);
}

static int is_file_below(int fd) {
    char link[64], path[PATH_MAX];
    ssize_t n;
    int before = errno;
    if (!under) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    errno = before;
    if (n <= 0) return 0;
    path[n] = 0;
    return is_below(path);
}

static int fails_at(int fd, int needs_room) {
    return is_file_below(fd) && fails(needs_room);
}

static int fails_to_sync(int fd) {
    if (!is_file_below(fd)) return 0;
    atomic_fetch_add(&n_syncs, 1);
    return fails(1);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n) {
    if (!fails_at(fd, 1)) return REAL(write)(fd, bytes, n);
    if (is_torn) {
        int why = errno;
        if (REAL(write)(fd, bytes, n / 2) < 0) abort();
        errno = why;
    }
    return -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
    return fails_at(fd, 1) ? -1 : REAL(pwrite)(fd, bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
    return fails_at(fd, 1) ? -1 : REAL(pwrite64)(fd, bytes, n, at);
}

ssize_t writev(int fd, const struct iovec *parts, int n) {
    return fails_at(fd, 1) ? -1 : REAL(writev)(fd, parts, n);
}

int fsync(int fd) {
    return fails_to_sync(fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    return fails_to_sync(fd) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t n) {
    return fails_at(fd, 1) ? -1 : REAL(ftruncate)(fd, n);
}

int ftruncate64(int fd, off64_t n) {
    return fails_at(fd, 1) ? -1 : REAL(ftruncate64)(fd, n);
}

int rename(const char *from, const char *to) {
    return is_below(to) && fails(1) ? -1 : REAL(rename)(from, to);
}

ssize_t read(int fd, void *bytes, size_t n) {
    return fails_at(fd, 0) ? -1 : REAL(read)(fd, bytes, n);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at) {
    return fails_at(fd, 0) ? -1 : REAL(pread)(fd, bytes, n, at);
}

ssize_t pread64(int fd, void *bytes, size_t n, off64_t at) {
    return fails_at(fd, 0) ? -1 : REAL(pread64)(fd, bytes, n, at);
}

/* Opening needs room where it may make a file. */
static int fails_to_open(const char *path, int flags) {
    return is_below(path) && fails((flags & O_CREAT) != 0);
}

#define OPEN(name)                                                       \
    int name(const char *path, int flags, ...) {                         \
        mode_t mode = 0;                                                 \
        if (flags & O_CREAT) {                                           \
            va_list rest;                                                \
            va_start(rest, flags);                                       \
            mode = va_arg(rest, mode_t);                                 \
            va_end(rest);                                                \
        }                                                                \
        return fails_to_open(path, flags) ? -1 : REAL(name)(path, flags, mode); \
    }

OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = REAL(clock_gettime)(clock, now);
    if (done == 0 && clock == CLOCK_REALTIME) now->tv_sec -= seconds_back;
    return done;
}
