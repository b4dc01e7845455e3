/* Calls functions with values whose distribution is known: what argdist counts of them is known in advance. */
#define _GNU_SOURCE
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sdt.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "commands.h"

struct request {
	long size;
	char name[8];
};

/* The compiler must believe that a function may look at everything it is given. */
#define TRACED __attribute__((noipa))

volatile long sink;

TRACED void take(long value) { sink = value; }

TRACED void tell(const char *text) { sink = text != NULL; }

TRACED void pair(int key, long value) { sink = key + value; }

TRACED void named(struct request *request) { sink = request->size; }

TRACED int give(int value)
{
	sink++;
	return value;
}

TRACED unsigned long wide(unsigned long value) { return value; }

/* Sleeps so many microseconds, at least. */
TRACED void doze(long microseconds)
{
	struct timespec time = { microseconds / 1000000, microseconds % 1000000 * 1000 };

	nanosleep(&time, NULL);
}

/* Calls itself so often, and sleeps once in each call: each takes longer than those it makes. */
TRACED void nest(long depth)
{
	if (depth > 1)
		nest(depth - 1);
	doze(2000);
}

TRACED void probed(long value) { DTRACE_PROBE2(spread, request, value, (unsigned char)value); }

/* What was behind the end of a text must not make two of one. */
static void tell_all(long times)
{
	char text[64];

	for (long i = 0; i < times; i++) {
		memset(text, (int)('a' + i % 26), sizeof(text));
		strcpy(text, i % 3 ? "common" : "rare");
		tell(text);
	}
}

static void name_all(long times)
{
	struct request request = { 5, "" };

	for (long i = 0; i < times; i++) {
		memset(request.name, (int)('a' + i % 26), sizeof(request.name));
		if (i % 2)
			strcpy(request.name, "ab");
		else
			memcpy(request.name, "12345678", 8); /* full, without a 0 at its end */
		named(&request);
	}
}

int run(const char *name, long first, long second)
{
	if (strcmp(name, "take") == 0)
		for (long i = 0; i < second; i++)
			take(first);
	else if (strcmp(name, "range") == 0)
		for (long i = first; i < second; i++)
			take(i);
	else if (strcmp(name, "tell") == 0)
		tell_all(first);
	else if (strcmp(name, "null") == 0)
		tell(NULL);
	else if (strcmp(name, "named") == 0)
		name_all(first);
	else if (strcmp(name, "pair") == 0)
		for (long i = 0; i < second; i++)
			pair((int)(i % first), i);
	else if (strcmp(name, "call") == 0)
		for (long i = 0; i < second; i++)
			syscall(SYS_getpgid, (int)(i % first));
	else if (strcmp(name, "give") == 0)
		for (long i = 0; i < second; i++)
			sink = give((int)first);
	else if (strcmp(name, "wide") == 0)
		sink = (long)wide(ULONG_MAX - (unsigned long)first);
	else if (strcmp(name, "doze") == 0)
		for (long i = 0; i < second; i++)
			doze(first);
	else if (strcmp(name, "nest") == 0)
		nest(first);
	else if (strcmp(name, "probe") == 0)
		for (long i = first; i < second; i++)
			probed(i);
	else if (strcmp(name, "rename") == 0)
		prctl(PR_SET_NAME, first ? "other" : "spread");
	else if (strcmp(name, "renames") == 0)
		for (long i = 0; i < second; i++)
			prctl(PR_SET_NAME, i % first ? "other" : "spread");
	else
		return 0;
	return 1;
}
