/* A USDT probe behind a semaphore: its place is passed only while a tracer holds the semaphore up. */
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

__extension__ unsigned short workload_request__guarded_semaphore __attribute__((unused, section(".probes")));

void pass_guarded(long value)
{
	if (workload_request__guarded_semaphore)
		DTRACE_PROBE1(workload, request__guarded, value);
}
