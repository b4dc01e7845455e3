/*
 * Known chains of calls through code without frame pointers, its own and libc's, each ending in marker().
 * A command on standard input is a letter and a number of times; "done" is the answer. With the letter in upper case it
 * stays blocked in marker() until another line has come, so that another unwinder can have a look.
 *
 *   q, b, w  by callback of qsort, bsearch, twalk     d, e  below 21, or 201, calls of deep
 *   l        a large frame of variable size           a     a frame that is aligned to more than the ABI demands
 *   s        from a handler of a signal               t     in a thread
 *   g        as q, and marker makes the system call getpgid
 *   p        as q, and marker burns CPU time for so many ms
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
/* Keeps a call from becoming a jump: something is left to do behind it. */
#define KEEP __asm__ volatile("" ::: "memory")

static int letter;
static int times;
static volatile int sink;

static NOINLINE void burn(long milliseconds)
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        for (int i = 0; i < 100000; i++)
            sink++;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
    KEEP;
}

NOINLINE void marker(int value)
{
    char line[64];
    sink += value;
    if (letter < 'a' && read(0, line, sizeof line) < 0)
        sink++;
    if (letter == 'g')
        sink += syscall(SYS_getpgid, 0);
    if (letter == 'p')
        burn(times);
    KEEP;
}

static NOINLINE int compare(const void *a, const void *b)
{
    marker(1);
    KEEP;
    return *(const int *)a - *(const int *)b;
}

static NOINLINE void by_qsort(void)
{
    int two[] = { 2, 1 };
    qsort(two, 2, sizeof two[0], compare);
    KEEP;
}

static NOINLINE void by_bsearch(void)
{
    int one[] = { 1 };
    sink += bsearch(one, one, 1, sizeof one[0], compare) != NULL;
    KEEP;
}

static NOINLINE void deep(int left)
{
    if (left == 0)
        marker(2);
    else
        deep(left - 1);
    KEEP;
}

static NOINLINE void large_frame(int size)
{
    char *space = alloca(size);
    memset(space, 1, size);
    marker(space[size - 1]);
    KEEP;
}

/* Aligns its stack beyond what the ABI gives: the CFA is found by a pointer kept on the stack. */
static NOINLINE void aligned(int size)
{
    __attribute__((aligned(64))) char space[64];
    char *more = alloca(size);
    memset(space, size, sizeof space);
    memset(more, 1, size);
    marker(space[1] + more[0]);
    KEEP;
}

static void visit(const void *node, VISIT when, int depth)
{
    (void)node, (void)depth;
    if (when == leaf)
        marker(3);
    KEEP;
}

static int order(const void *a, const void *b) { return (a > b) - (a < b); }

static NOINLINE void by_twalk(void)
{
    void *root = NULL;
    tsearch("a", &root, order);
    twalk(root, visit);
    tdelete("a", &root, order);
    KEEP;
}

static NOINLINE void on_signal(int number)
{
    marker(number);
    KEEP;
}

static NOINLINE void by_signal(void)
{
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    KEEP;
}

static void *thread(void *argument)
{
    deep(3);
    KEEP;
    return argument;
}

static NOINLINE void by_thread(void)
{
    pthread_t id;
    if (pthread_create(&id, NULL, thread, NULL) == 0)
        pthread_join(id, NULL);
    KEEP;
}

static NOINLINE void run(void)
{
    switch (letter | 0x20) {
    case 'q': case 'g': case 'p': by_qsort(); break;
    case 'b': by_bsearch(); break;
    case 'd': deep(20); break;
    case 'e': deep(200); break;
    case 'l': large_frame(100000); break;
    case 'a': aligned(80); break;
    case 'w': by_twalk(); break;
    case 's': by_signal(); break;
    case 't': by_thread(); break;
    }
    KEEP;
}

int main(void)
{
    char line[64];
    ssize_t length;
    while ((length = read(0, line, sizeof line - 1)) > 0) {
        line[length] = 0;
        letter = line[0];
        times = length > 2 ? atoi(line + 1) : 1;
        for (int left = letter == 'p' ? 1 : times; left > 0; left--)
            run();
        if (write(1, "done\n", 5) != 5)
            return 1;
    }
    return 0;
}
