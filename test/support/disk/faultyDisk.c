// A disk that fails on demand. Loaded before libc (LD_PRELOAD), it counts the calls that a process makes to the file
// system below one folder, $FAULTY_DISK_FOLDER, and lets the n-th of them fail. The process itself says which, by
// reading a file that is not there:
//
//   /faulty-disk/report                          nothing changes
//   /faulty-disk/fail/<n>/<errno>/<extent>       counts from 0 again; the n-th call (from 1; 0: none) fails with errno.
//                                                extent: once | writes (from it on, what would write) | all (from it
//                                                on, everything but locks, which no dying disk refuses)
//   /faulty-disk/kill/<n>                        counts from 0 again; the n-th call is the process's last: SIGKILL
//   /faulty-disk/well                            nothing fails any more, and nothing is counted
//
// What it reads is "<calls> <failed> <name of the call that failed first>". One thread may touch the folder.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum extent { ONCE, WRITES, ALL, KILL };
enum effect { READS, CHANGES, LOCKS };

enum { MOST_FDS = 1 << 16 };
static char is_watched_fd[MOST_FDS];

static int is_counting;
static long calls, failed, failing_from;
static int failing_errno;
static enum extent extent;
static char first_failed[32] = "-";

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

// Whether this call has to fail; if so, sets errno.
static int fails(const char *name, enum effect effect) {
  if (!is_counting) return 0;
  calls += 1;
  if (failing_from == 0 || calls < failing_from) return 0;
  if ((extent == ONCE || extent == KILL) && calls != failing_from) return 0;
  if ((extent == WRITES && effect != CHANGES) || (extent == ALL && effect == LOCKS)) return 0;
  if (extent == KILL) kill(getpid(), SIGKILL);
  if (failed == 0) snprintf(first_failed, sizeof first_failed, "%s", name);
  failed += 1;
  errno = failing_errno;
  return 1;
}

static int is_below(const char *path) {
  static const char *folder;
  static size_t length;
  if (folder == NULL) {
    folder = getenv("FAULTY_DISK_FOLDER");
    if (folder == NULL || *folder == '\0') folder = "/nothing is watched";
    length = strlen(folder);
  }
  return path != NULL && strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

// Folders are not watched after opening: libc takes their descriptors over and closes them without a call that we see.
static int is_file_below(const char *path, int flags) { return (flags & O_DIRECTORY) == 0 && is_below(path); }

static int is_watched(int fd) { return fd >= 0 && fd < MOST_FDS && is_watched_fd[fd]; }

static void watch(int fd, int is) {
  if (fd >= 0 && fd < MOST_FDS) is_watched_fd[fd] = (char)is;
}

static int path_fails(const char *path, const char *name, enum effect effect) {
  return is_below(path) && fails(name, effect);
}

static int fd_fails(int fd, const char *name, enum effect effect) {
  return is_watched(fd) && fails(name, effect);
}

static enum extent extent_named(const char *name) {
  return strcmp(name, "writes") == 0 ? WRITES : strcmp(name, "all") == 0 ? ALL : ONCE;
}

// Obeys a path below /faulty-disk/; returns -1 for any other path.
static int obey(const char *path) {
  static const char magic[] = "/faulty-disk/";
  if (path == NULL || strncmp(path, magic, sizeof magic - 1) != 0) return -1;
  const char *order = path + sizeof magic - 1;
  char text[96], word[16] = "";
  long from = 0;
  int number = 0;
  int length = snprintf(text, sizeof text, "%ld %ld %s", calls, failed, first_failed);
  int isFail = sscanf(order, "fail/%ld/%d/%15s", &from, &number, word) == 3;
  int isKill = sscanf(order, "kill/%ld", &from) == 1;
  if (strcmp(order, "well") == 0) is_counting = 0;
  if (isFail || isKill) {
    calls = failed = 0;
    is_counting = 1;
    failing_from = from;
    failing_errno = number;
    extent = isKill ? KILL : extent_named(word);
    snprintf(first_failed, sizeof first_failed, "-");
  }
  int fd = memfd_create("faulty-disk", MFD_CLOEXEC);
  watch(fd, 0);
  if (fd >= 0 && (write(fd, text, (size_t)length) != length || lseek(fd, 0, SEEK_SET) != 0)) return -1;
  return fd;
}

static enum effect effect_of(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0 ? CHANGES : READS;
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
    } \
    int obeyed = obey(path); \
    if (obeyed >= 0) return obeyed; \
    if (path_fails(path, "open", effect_of(flags))) return -1; \
    int fd = real(path, flags, mode); \
    watch(fd, is_file_below(path, flags)); \
    return fd; \
  }
OPEN(open)
OPEN(open64)

// SQLite and Node use absolute paths only.
int openat(int folder, const char *path, int flags, ...) {
  REAL(openat);
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if (path_fails(path, "open", effect_of(flags))) return -1;
  int fd = real(folder, path, flags, mode);
  watch(fd, is_file_below(path, flags));
  return fd;
}

// Linux frees the number even if close reports an error.
int close(int fd) {
  REAL(close);
  int isFailing = fd_fails(fd, "close", READS);
  int number = errno;
  watch(fd, 0);
  int result = real(fd);
  if (!isFailing) return result;
  errno = number;
  return -1;
}

#define READ(name, offset_type) \
  ssize_t name(int fd, void *bytes, size_t count, offset_type offset) { \
    REAL(name); \
    if (fd_fails(fd, "pread", READS)) return -1; \
    return real(fd, bytes, count, offset); \
  }
READ(pread, off_t)
READ(pread64, off64_t)

ssize_t read(int fd, void *bytes, size_t count) {
  REAL(read);
  if (fd_fails(fd, "read", READS)) return -1;
  return real(fd, bytes, count);
}

// A disk that fails in a write has often written a part of it.
#define WRITE(name, offset_type) \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) { \
    REAL(name); \
    if (!fd_fails(fd, "pwrite", CHANGES)) return real(fd, bytes, count, offset); \
    int number = errno; \
    if (real(fd, bytes, count / 2, offset) < 0) return -1; \
    errno = number; \
    return -1; \
  }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  if (!fd_fails(fd, "write", CHANGES)) return real(fd, bytes, count);
  int number = errno;
  if (real(fd, bytes, count / 2) < 0) return -1;
  errno = number;
  return -1;
}

#define FD_CALL(name, effect, parameters, ...) \
  int name parameters { \
    REAL(name); \
    if (fd_fails(fd, #name, effect)) return -1; \
    return real(__VA_ARGS__); \
  }
FD_CALL(fsync, CHANGES, (int fd), fd)
FD_CALL(fdatasync, CHANGES, (int fd), fd)
FD_CALL(ftruncate, CHANGES, (int fd, off_t length), fd, length)
FD_CALL(ftruncate64, CHANGES, (int fd, off64_t length), fd, length)

#define PATH_CALL(name, effect, parameters, ...) \
  int name parameters { \
    REAL(name); \
    if (path_fails(path, #name, effect)) return -1; \
    return real(__VA_ARGS__); \
  }
PATH_CALL(unlink, CHANGES, (const char *path), path)
PATH_CALL(rename, CHANGES, (const char *path, const char *to), path, to)
PATH_CALL(access, READS, (const char *path, int mode), path, mode)

// That a folder exists already is known without the disk.
int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  struct stat64 state;
  int isThere = fstatat64(AT_FDCWD, path, &state, 0) == 0;
  if (!isThere && path_fails(path, "mkdir", CHANGES)) return -1;
  return real(path, mode);
}

ssize_t readlink(const char *path, char *text, size_t size) {
  REAL(readlink);
  if (path_fails(path, "readlink", READS)) return -1;
  return real(path, text, size);
}

#define MAP(name, offset_type) \
  void *name(void *address, size_t length, int protection, int flags, int fd, offset_type offset) { \
    REAL(name); \
    if (fd_fails(fd, "mmap", READS)) return MAP_FAILED; \
    return real(address, length, protection, flags, fd, offset); \
  }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

// Only taking and testing locks: other uses of fcntl, such as releasing a lock, do not fail on any disk of this
// machine.
static int is_lock(int command, const void *argument) {
  if (command == F_GETLK) return 1;
  if (command != F_SETLK && command != F_SETLKW) return 0;
  return ((const struct flock *)argument)->l_type != F_UNLCK;
}

#define CONTROL(name) \
  int name(int fd, int command, ...) { \
    REAL(name); \
    va_list rest; \
    va_start(rest, command); \
    void *argument = va_arg(rest, void *); \
    va_end(rest); \
    if (is_lock(command, argument) && fd_fails(fd, "lock", LOCKS)) return -1; \
    return real(fd, command, argument); \
  }
CONTROL(fcntl)
CONTROL(fcntl64)

// The functions that return the state of a file have had many names. Programs built on an older libc call the old
// names, and a newer libc may have no such function to forward to.
#define STAT(name, old_name, type, at, flags) \
  int name(const char *path, type *state) { \
    if (path_fails(path, "stat", READS)) return -1; \
    return at(AT_FDCWD, path, state, flags); \
  } \
  int old_name(int version, const char *path, type *state) { \
    (void)version; \
    return name(path, state); \
  }
STAT(stat, __xstat, struct stat, fstatat, 0)
STAT(stat64, __xstat64, struct stat64, fstatat64, 0)
STAT(lstat, __lxstat, struct stat, fstatat, AT_SYMLINK_NOFOLLOW)
STAT(lstat64, __lxstat64, struct stat64, fstatat64, AT_SYMLINK_NOFOLLOW)

#define FSTAT(name, old_name, type, at) \
  int name(int fd, type *state) { \
    if (fd_fails(fd, "fstat", READS)) return -1; \
    return at(fd, "", state, AT_EMPTY_PATH); \
  } \
  int old_name(int version, int fd, type *state) { \
    (void)version; \
    return name(fd, state); \
  }
FSTAT(fstat, __fxstat, struct stat, fstatat)
FSTAT(fstat64, __fxstat64, struct stat64, fstatat64)

// Node calls statx by its number.
long syscall(long number, ...) {
  REAL(syscall);
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int index = 0; index < 6; index += 1) a[index] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_statx && (path_fails((const char *)a[1], "statx", READS) || fd_fails((int)a[0], "statx", READS)))
    return -1;
  return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
