/* Randomness that is the same in every run of a command line, so that cuts at different calls can be compared to the byte.
   Loaded with LD_PRELOAD, in tests only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static unsigned long long state;

/* From the words of the command: another command draws other bytes. */
static void seed(void) {
    unsigned char words[4096];
    int fd = open("/proc/self/cmdline", O_RDONLY);
    ssize_t count = fd < 0 ? 0 : read(fd, words, sizeof words);
    close(fd);
    state = 0xcbf29ce484222325ULL;
    for (ssize_t n = 0; n < count; n++) state = (state ^ words[n]) * 0x100000001b3ULL;
    state |= 1;
}

ssize_t getrandom(void *bytes, size_t count, unsigned flags) {
    (void)flags;
    if (!state) seed();
    for (size_t n = 0; n < count; n++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ((unsigned char *)bytes)[n] = state >> 32;
    }
    return (ssize_t)count;
}

/* Some crates ask the kernel past the C library. */
long syscall(long number, ...) {
    va_list more;
    long a[6];
    va_start(more, number);
    for (int n = 0; n < 6; n++) a[n] = va_arg(more, long);
    va_end(more);
    if (number == SYS_getrandom) return getrandom((void *)a[0], (size_t)a[1], (unsigned)a[2]);
    long (*next)(long, ...) = dlsym(RTLD_NEXT, "syscall");
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
