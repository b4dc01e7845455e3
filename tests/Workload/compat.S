/*
 * A 32-bit program that makes 1000 read system calls, number 3 there, and exits with 0. Number 3 of 64-bit programs
 * is close: whoever counts by number alone counts these as close.
 */
	.globl _start
_start:
	movl $1000, %esi
1:	movl $3, %eax		/* read */
	movl $-1, %ebx		/* no such file descriptor */
	xorl %ecx, %ecx
	xorl %edx, %edx
	int $0x80
	decl %esi
	jnz 1b
	movl $1, %eax		/* exit */
	xorl %ebx, %ebx
	int $0x80
	.section .note.GNU-stack,"",@progbits
