/*
 * A traced program whose every stack is known. Built with frame pointers and without inlining or sibling calls, and it
 * makes system calls by itself, so that chains of calls are whole. Commands on standard input, as in workload.c:
 *
 *   one N, two N     reach leaf N times by first > second > leaf, or by third > second > leaf
 *   bare N           reach bare_leaf, which has no frame, N times by first_bare
 *   deep D N         reach leaf N times below D calls of descend
 *   paths D N        reach leaf by the first N of the 2^D paths of D calls of left and right
 *   call N, rename N make the system call getpgid, or prctl to rename the thread, N times by first > second
 *   probe N          pass the USDT probe chain__hit N times by first > second
 *   threads T N      T threads, each of which reaches leaf N times by run_thread > first > second
 *   spin MS          burn MS milliseconds of CPU time in spin > burn
 *   children K N     fork K children one after another, each of which reaches leaf N times by first > second and ends
 *   cpu K            run on CPU K only from now on
 */
#define _GNU_SOURCE
#include "commands.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sdt.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

volatile long sink;

static inline __attribute__((always_inline)) long raw_syscall(long number, long a, long b)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return result;
}

void leaf(long value) { sink = value; }

/* A function without a frame: at its entry, as in all of it, the frame pointer is its caller's. */
void bare_leaf(long value);
__asm__(".globl bare_leaf\n"
	".type bare_leaf, @function\n"
	"bare_leaf:\n"
	"	mov %rdi, sink(%rip)\n"
	"	ret\n"
	".size bare_leaf, .-bare_leaf\n");

typedef void action(long value);

void second(action *act, long value) { act(value); sink++; }
void first(action *act, long value) { second(act, value); sink++; }
void third(action *act, long value) { second(act, value); sink++; }
void first_bare(long value) { bare_leaf(value); sink++; }

/* A function that calls no other has no frame, whatever the compiler is told: these call one first. */
void touch(long value) { sink = value; }
void call_getpgid(long value) { touch(value); sink = raw_syscall(SYS_getpgid, 0, 0) + value; }
void rename_self(long value) { touch(value); sink = raw_syscall(SYS_prctl, PR_SET_NAME, (long)(value % 2 ? "odd" : "even")); }
void pass_probe(long value) { touch(value); DTRACE_PROBE1(workload, chain__hit, value); sink++; }

void descend(long depth, long value)
{
	if (depth > 0)
		descend(depth - 1, value);
	else
		leaf(value);
	sink++;
}

void walk(long depth, long path);
void left(long depth, long path) { walk(depth, path); sink++; }
void right(long depth, long path) { walk(depth, path); sink++; }
void walk(long depth, long path)
{
	if (depth == 0)
		leaf(path);
	else if (path & 1)
		right(depth - 1, path >> 1);
	else
		left(depth - 1, path >> 1);
	sink++;
}

void burn(clock_t until)
{
	while (clock() < until)
		for (long i = 0; i < 100000; i++)
			sink = i;
}

void spin(long milliseconds) { burn(clock() + milliseconds * (CLOCKS_PER_SEC / 1000)); sink++; }

static long per_thread;

static void *run_thread(void *unused)
{
	for (long i = 0; i < per_thread; i++)
		first(leaf, i);
	return unused;
}

static void run_threads(long threads, long count)
{
	pthread_t ids[64];

	per_thread = count;
	for (long i = 0; i < threads && i < 64; i++)
		pthread_create(&ids[i], NULL, run_thread, NULL);
	for (long i = 0; i < threads && i < 64; i++)
		pthread_join(ids[i], NULL);
}

static void run_children(long children, long count)
{
	for (long i = 0; i < children; i++) {
		pid_t child = fork();

		if (child == 0) {
			for (long n = 0; n < count; n++)
				first(leaf, n);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

int run(const char *name, long a, long b)
{
	if (strcmp(name, "one") == 0)
		for (long i = 0; i < a; i++)
			first(leaf, i);
	else if (strcmp(name, "two") == 0)
		for (long i = 0; i < a; i++)
			third(leaf, i);
	else if (strcmp(name, "bare") == 0)
		for (long i = 0; i < a; i++)
			first_bare(i);
	else if (strcmp(name, "deep") == 0)
		for (long i = 0; i < b; i++)
			descend(a, i);
	else if (strcmp(name, "paths") == 0)
		for (long i = 0; i < b; i++)
			walk(a, i);
	else if (strcmp(name, "call") == 0)
		for (long i = 0; i < a; i++)
			first(call_getpgid, i);
	else if (strcmp(name, "rename") == 0)
		for (long i = 0; i < a; i++)
			first(rename_self, i);
	else if (strcmp(name, "probe") == 0)
		for (long i = 0; i < a; i++)
			first(pass_probe, i);
	else if (strcmp(name, "threads") == 0)
		run_threads(a, b);
	else if (strcmp(name, "spin") == 0)
		spin(a);
	else if (strcmp(name, "children") == 0)
		run_children(a, b);
	else
		return 0;
	return 1;
}
