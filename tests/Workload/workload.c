/*
 * The traced program of the kernel tests. It reads commands from standard input, one a line, does exactly what each
 * says, and answers "done". So a test knows every count in advance.
 *
 *   alpha N, beta N, gamma N    call workload_alpha (...) N times
 *   vector N                    call a function that begins with a vector instruction, and check its result
 *   locked N                    call a function whose first instruction cannot be probed
 *   threads T N                 T threads, each calling workload_alpha N times
 *   start N, guarded N          pass the USDT probe of that name N times (start: alternating between two sites)
 *   getpgid N, write N, read N  make the system call N times (write to /dev/null, read from a regular file)
 *   connect N                   connect over TCP on the loopback interface N times, one after another
 *   rename N                    change the thread's name N times
 *   fork N                      fork N children, one after another, and wait for each
 *   cpu K                       run on CPU K only from now on
 */
#define _GNU_SOURCE
#include "commands.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sdt.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void pass_guarded(long value);

volatile long sink;

__attribute__((noinline)) void workload_alpha(long value) { sink = value; }
__attribute__((noinline)) void workload_beta(long value) { sink = value + 1; }
__attribute__((noinline)) void workload_gamma(long value) { sink = value + 2; }

/* The kernel refuses to step over an instruction with a lock prefix: see uprobe_init_insn. */
void workload_locked(long value);
__asm__(".globl workload_locked\n"
	".type workload_locked, @function\n"
	"workload_locked:\n"
	"	lock addq %rdi, sink(%rip)\n"
	"	ret\n"
	".size workload_locked, .-workload_locked\n");

/* All bits set, by an instruction whose opcode byte alone (74) would be a jump. */
int vector_ones(void);
__asm__(".globl vector_ones\n"
	".type vector_ones, @function\n"
	"vector_ones:\n"
	"	vpcmpeqb %xmm0, %xmm0, %xmm0\n"
	"	vmovd %xmm0, %eax\n"
	"	ret\n"
	".size vector_ones, .-vector_ones\n");

static void check_vector(long value)
{
	__asm__ volatile("vpxor %%xmm0, %%xmm0, %%xmm0" ::: "xmm0");
	if (vector_ones() != -1)
		exit(5);
	sink = value;
}

static void pass_start(long value)
{
	if (value % 2 == 0)
		DTRACE_PROBE1(workload, request__start, value);
	else
		DTRACE_PROBE1(workload, request__start, -value);
}

static void make_getpgid(long value) { (void)value; syscall(SYS_getpgid, 0); }

static void make_write(long value)
{
	static int file = -1;

	if (file < 0)
		file = open("/dev/null", O_WRONLY);
	if (write(file, &value, sizeof(value)) < 0)
		exit(3);
}

static void make_read(long value)
{
	static int file = -1;
	char byte;

	(void)value;
	if (file < 0)
		file = open("/proc/self/exe", O_RDONLY);
	/* At the end of the file the call is the same, and returns 0. */
	if (read(file, &byte, 1) < 0)
		exit(3);
}

static void make_connection(long value)
{
	static struct sockaddr_in address;
	static int listener = -1;
	socklen_t size = sizeof(address);
	int client = socket(AF_INET, SOCK_STREAM, 0);

	(void)value;
	if (listener < 0) {
		address = (struct sockaddr_in) { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		listener = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0
		    || getsockname(listener, (struct sockaddr *)&address, &size) < 0)
			exit(5);
	}
	if (connect(client, (struct sockaddr *)&address, size) < 0)
		exit(6);
	close(accept(listener, NULL, NULL));
	close(client);
}

static void rename_thread(long value) { prctl(PR_SET_NAME, value % 2 ? "odd" : "even"); }

static void fork_child(long value)
{
	pid_t child = fork();

	(void)value;
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
}

static const struct {
	const char *name;
	void (*run)(long);
} actions[] = {
	{ "alpha", workload_alpha }, { "beta", workload_beta }, { "gamma", workload_gamma },
	{ "locked", workload_locked }, { "vector", check_vector }, { "start", pass_start }, { "guarded", pass_guarded },
	{ "getpgid", make_getpgid }, { "write", make_write }, { "read", make_read }, { "rename", rename_thread },
	{ "fork", fork_child }, { "connect", make_connection },
};

static void *call_alpha(void *count)
{
	for (long i = 0; i < *(long *)count; i++)
		workload_alpha(i);
	return NULL;
}

static void run_threads(long threads, long count)
{
	pthread_t ids[64];

	for (long i = 0; i < threads && i < 64; i++)
		pthread_create(&ids[i], NULL, call_alpha, &count);
	for (long i = 0; i < threads && i < 64; i++)
		pthread_join(ids[i], NULL);
}

int run(const char *name, long first, long second)
{
	if (strcmp(name, "threads") == 0)
		return run_threads(first, second), 1;
	for (size_t a = 0; a < sizeof(actions) / sizeof(actions[0]); a++) {
		if (strcmp(name, actions[a].name) == 0) {
			for (long i = 0; i < first; i++)
				actions[a].run(i);
			return 1;
		}
	}
	return 0;
}
