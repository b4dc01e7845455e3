/* Calls functions with known arguments: what trace shows of them is known in advance. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <sys/sdt.h>
#include "commands.h"

struct point {
	int x, y;
	unsigned small : 3, large : 21;
	const char *name;
	char tag[4];
};

volatile long sink;

void show(const char *text, int number, unsigned char letter, struct point *point, long wide, short narrow)
{
	sink = number + letter + wide + narrow + (point ? point->x : 0) + (text != NULL);
}

int answer(int number) { return -number; }

/* Calls itself; the return of the innermost comes first. */
int descend(int depth) { return depth > 0 ? descend(depth - 1) + 1 : 0; }

/* The second argument is three times the first, so that values of two threads cannot be mixed up unseen. */
void paired(long one, long three) { sink = one + three; }

void numbered(int request, long size, const char *path)
{
	DTRACE_PROBE3(values, request, request, size, path);
	sink = request;
}

static void *call_paired(void *count)
{
	for (long i = 1; i <= *(long *)count; i++)
		paired(i, 3 * i);
	return NULL;
}

static void run_threads(long threads, long count)
{
	pthread_t ids[64];

	for (long i = 0; i < threads && i < 64; i++)
		pthread_create(&ids[i], NULL, call_paired, &count);
	for (long i = 0; i < threads && i < 64; i++)
		pthread_join(ids[i], NULL);
}

int run(const char *name, long first, long second)
{
	static struct point point = { -3, 70000, 5, 1234567, "origin", { 'a', 'b', 'c', 'd' } };

	if (strcmp(name, "show") == 0)
		for (long i = 0; i < first; i++)
			show("caf\xc3\xa9", (int)-i, 'x', &point, second, -2);
	else if (strcmp(name, "null") == 0)
		show(NULL, 1, 2, NULL, 3, 4);
	else if (strcmp(name, "answer") == 0)
		sink = answer((int)first);
	else if (strcmp(name, "descend") == 0)
		sink = descend((int)first);
	else if (strcmp(name, "paired") == 0)
		run_threads(first, second);
	else if (strcmp(name, "usdt") == 0)
		numbered((int)first, second, "/etc/motd");
	else if (strcmp(name, "open") == 0)
		sink = open("/nonexistent/file", O_RDONLY);
	else if (strcmp(name, "badread") == 0)
		sink = read(-1, &point, (size_t)first);
	else if (strcmp(name, "hostile") == 0)
		prctl(PR_SET_NAME, "<b>\x01\xff\"");
	else
		return 0;
	return 1;
}
