/* Known call chains through code without frame pointers, each ending in marker(). Built with -fomit-frame-pointer.
 * Reads one letter a line from standard input, walks that chain once, and answers "done". With the letter in upper
 * case it stays blocked in marker() until another line has come, so that an independent unwinder can look. */
#define _GNU_SOURCE
#include <alloca.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
/* Keeps a call from becoming a jump: something is left to do behind it. */
#define KEEP __asm__ volatile("" ::: "memory")

static int blocks;
static volatile int sink;

NOINLINE void marker(int value)
{
    char line[64];
    sink += value;
    if (blocks && read(0, line, sizeof line) < 0)
        sink++;
    KEEP;
}

/* qsort -> msort_with_tmp -> compare -> marker */
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

static NOINLINE void run(int letter)
{
    switch (letter | 0x20) {
    case 'q': by_qsort(); break;
    case 'b': by_bsearch(); break;
    case 'd': deep(20); break;
    case 'e': deep(200); break;
    case 'l': large_frame(100000); break;
    case 'a': aligned(80); break;
    case 'w': by_twalk(); break;
    case 's': by_signal(); break;
    case 't': by_thread(); break;
    case 'n': deep(1000); break;
    }
    KEEP;
}

int main(void)
{
    char line[64];
    ssize_t length;
    while ((length = read(0, line, sizeof line)) > 0) {
        int times = length > 2 ? atoi(line + 1) : 1;
        blocks = line[0] < 'a';
        do
            run(line[0]);
        while (--times > 0);
        if (write(1, "done\n", 5) != 5)
            return 1;
    }
    return 0;
}
