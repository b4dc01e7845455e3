/* Calls that do not simply nest: what a return is told of its entry must be right all the same. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include "commands.h"

enum { STACK_SIZE = 64 << 10, LONG_WAIT = 20000 };

volatile long sink;

static jmp_buf out;
static sem_t entered, released;
static pthread_t holder;
static ucontext_t second, home;

/* 3 waits, calls 2 and with it 1, which leaves both at once; then it calls 0, and returns. */
int attempt(int kind)
{
	if (kind == 3) {
		usleep(LONG_WAIT);
		if (setjmp(out) == 0)
			sink = attempt(2);
		sink = attempt(0);
	} else if (kind == 2) {
		sink = attempt(1);
	} else if (kind == 1) {
		longjmp(out, 1);
	}
	return kind * 10;
}

/* Returns when it is allowed to. */
int hold(int number)
{
	if (number != 0) {
		sem_post(&entered);
		sem_wait(&released);
	}
	return number * 10;
}

static void *call_hold(void *number) { return (void *)(long)hold((int)(long)number); }

/* Gives way to another stack, and goes on when that gives way. */
int pass(int number, ucontext_t *mine, ucontext_t *other)
{
	if (other != NULL)
		swapcontext(mine, other);
	return number * 10;
}

static void nested(void)
{
	sink = pass(2, NULL, NULL);
	sink = pass(3, NULL, NULL);
}

/* Never returns. */
static void stuck(void) { sink = pass(2, &second, &home); }

/* What the second stack does comes while the call on the first waits. */
static void run_coroutine(void (*body)(void))
{
	static char stack[STACK_SIZE];

	getcontext(&second);
	second.uc_stack.ss_sp = stack;
	second.uc_stack.ss_size = sizeof(stack);
	second.uc_link = &home;
	makecontext(&second, body, 0);
	sink = pass(1, &home, &second);
}

/* Interrupted by a handler with a stack of its own that calls it too. */
int interrupted(int number)
{
	if (number != 0)
		raise(SIGUSR1);
	return number * 10;
}

static void on_signal(int number)
{
	(void)number;
	sink = interrupted(0);
}

static void run_interrupted(void)
{
	static char stack[STACK_SIZE];
	stack_t other = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	sigaltstack(&other, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sink = interrupted(1);
}

/* Returns twice, once in each process; only one of them has entered it. */
int split(void) { return fork(); }

static void run_split(void)
{
	pid_t child = split();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
}

static void go_to(int cpu)
{
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	sched_setaffinity(0, sizeof(only), &only);
}

/* Returns on another CPU than it was called on. */
int cross(int cpu)
{
	go_to(cpu);
	return cpu;
}

/* Calls itself as the last thing it does, by a jump: begins several times at one place of the stack, and returns once. */
int again(int times);
__asm__(".globl again\n"
	".type again, @function\n"
	"again:\n"
	"	test %edi, %edi\n"
	"	jz 1f\n"
	"	dec %edi\n"
	"	jmp again\n"
	"1:	mov $70, %eax\n"
	"	ret\n"
	".size again, . - again\n");

int run(const char *name, long first_number, long second_number)
{
	(void)second_number;
	if (strcmp(name, "attempt") == 0) {
		sink = attempt((int)first_number);
	} else if (strcmp(name, "hold") == 0) {
		pthread_create(&holder, NULL, call_hold, (void *)first_number);
		sem_wait(&entered);
	} else if (strcmp(name, "release") == 0) {
		sem_post(&released);
		pthread_join(holder, NULL);
	} else if (strcmp(name, "free") == 0) {
		sink = hold(0);
	} else if (strcmp(name, "coroutine") == 0) {
		run_coroutine(nested);
	} else if (strcmp(name, "abandoned") == 0) {
		run_coroutine(stuck);
	} else if (strcmp(name, "interrupted") == 0) {
		run_interrupted();
	} else if (strcmp(name, "cross") == 0) {
		go_to(0);
		sink = cross((int)first_number);
	} else if (strcmp(name, "again") == 0) {
		sink = again((int)first_number);
	} else if (strcmp(name, "split") == 0) {
		run_split();
	} else {
		return 0;
	}
	return 1;
}
