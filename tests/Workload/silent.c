/*
 * Does the same thing in ways that a probe on one function does not see. Answers by writev, so that whoever counts
 * writes counts none of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int out;

/* Of the library beside the program, where there is one: an IFUNC. */
int chosen(int) __attribute__((weak));

static void by_function(void) { if (write(out, "x", 1) != 1) exit(3); }

static void by_syscall(void) { if (syscall(SYS_write, out, "x", 1) != 1) exit(3); }

/* As Go's programs do it. */
__attribute__((noinline)) void by_instruction(void)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_write), "D"((long)out), "S"("x"), "d"(1L) : "rcx", "r11", "memory");
	if (result != 1)
		exit(3);
}

static void by_vector(void)
{
	struct iovec piece = { "x", 1 };

	if (writev(out, &piece, 1) != 1)
		exit(3);
}

static void by_choice(void) { if (chosen == NULL || chosen(1) != 2) exit(3); }

static void (*way(const char *name))(void)
{
	return strcmp(name, "write") == 0 ? by_function
		: strcmp(name, "syscall") == 0 ? by_syscall
		: strcmp(name, "raw") == 0 ? by_instruction
		: strcmp(name, "writev") == 0 ? by_vector
		: strcmp(name, "chosen") == 0 ? by_choice
		: NULL;
}

/* A hundred times a second, until the program ends. */
static void *repeat(void *way)
{
	struct timespec pause = { 0, 10000000 };

	for (;;) {
		((void (*)(void))way)();
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/* "hide A B": in a mount namespace of its own, file A is where B was. */
static void hide(char *paths)
{
	char *from = strtok(paths, " "), *to = strtok(NULL, " ");

	if (from == NULL || to == NULL || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
	    || mount(from, to, NULL, MS_BIND, NULL) != 0)
		exit(5);
}

int main(void)
{
	char line[4096], name[32];
	struct iovec done = { "done\n", 5 };
	pthread_t thread;

	out = open("/dev/null", O_WRONLY);
	while (fgets(line, sizeof(line), stdin)) {
		long count = 0;

		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, "hide ", 5) == 0)
			hide(line + 5);
		else if (strcmp(line, "fork 1") == 0) {
			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				repeat(by_function);
			}
		} else if (sscanf(line, "repeat %31s", name) == 1 && way(name))
			pthread_create(&thread, NULL, repeat, way(name));
		else if (sscanf(line, "%31s %ld", name, &count) == 2 && way(name))
			while (count-- > 0)
				way(name)();
		else
			return 2;
		if (writev(1, &done, 1) != 5)
			return 3;
	}
	return 0;
}
