#define _GNU_SOURCE
#include "commands.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int pin(long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		exit(4);
	return 1;
}

int main(void)
{
	char line[128], name[32];

	while (fgets(line, sizeof(line), stdin)) {
		long first = 0, second = 0;

		if (sscanf(line, "%31s %ld %ld", name, &first, &second) < 2
		    || !(strcmp(name, "cpu") == 0 ? pin(first) : run(name, first, second))) {
			fprintf(stderr, "unknown command: %s", line);
			return 2;
		}
		puts("done");
		fflush(stdout);
	}
	return 0;
}
