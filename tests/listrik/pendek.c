/* Every write to a file is cut in half, as a kernel may do: whoever does not go on writing loses the other half.
   Loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static size_t part(int fd, size_t count) {
    struct stat about;
    return count > 1 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode) ? count / 2 : count;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    return next(fd, bytes, part(fd, count));
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t place) {
    ssize_t (*next)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    return next(fd, bytes, part(fd, count), place);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t place) {
    return pwrite64(fd, bytes, count, place);
}
