/*
 * A library that defines what libc defines too, as libpthread did with write before glibc 2.34; and an IFUNC. Its write
 * makes the system call itself: there is nobody below.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/types.h>

ssize_t write(int fd, const void *text, size_t size)
{
	ssize_t result;

	__asm__ volatile("syscall" : "=a"(result) : "0"((long)SYS_write), "D"((long)fd), "S"(text), "d"(size) : "rcx", "r11", "memory");
	return result;
}

int chosen_plain(int number) { return number + 1; }

int chosen_fast(int number) { return number + 1; }

static int (*choose(void))(int) { return chosen_fast; }

int chosen(int number) __attribute__((ifunc("choose")));
